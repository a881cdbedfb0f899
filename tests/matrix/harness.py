"""Every address × method × person × object, from the resolver itself; and what is wrong with the answers."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.urls import get_resolver

from levier.web.registry import Page
from tests.matrix.universe import MAY_SEE, NAMES, ROLE_OF, Pair

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
AT_EVERY_RUN = ("GET", "POST", "TRACE")
"""Of them, those that the test asks, of the objects of one universe (the other is its mirror); the figure R1 asks all, of all."""
UNKNOWN = "zzzzzzzzzzzzzzzzzzzzzzzzzz"
FIXED = {
    "month": "2026-10",
    "rule": "sizing.labour_share",
    "name": "sizing.labour_share",
    "code": UNKNOWN,
    "user": UNKNOWN,
    "token": "x",
    "piece": "article-ccap",
    "trade": "masonry",
    "act": "cloture",
}
UNTOUCHED = (
    "django_session",
    "accounts_signinattempt",
    "audit_personread",
    "following_standing",
    "following_change",
)
"""Tables that a mere visit may write to: sessions, attempts, the journal of readings, and what is computed again from the others."""
ENTITLED_YET_REFUSED = {404, 403}


@dataclass
class Findings:
    requests: int = 0
    pages: int = 0
    unclassified: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [*self.unclassified, *self.leaks, *self.wrong, *self.changed]


def addresses() -> Iterator[tuple[str, Page | None]]:
    for pattern in get_resolver().url_patterns:
        yield str(pattern.pattern), getattr(pattern.callback, "page", None)


def fill(route: str, page: Page, ids: dict[str, str]) -> str | None:
    """The address with its parameters; None where nobody said which object it speaks of (then it is a finding)."""
    missing = []

    def value(found: re.Match[str]) -> str:
        name = found[1].rpartition(":")[2]
        if name in FIXED and name != page.objects:
            return FIXED[name]
        known = ids.get(name) or ids.get(page.objects)
        if known is None:
            missing.append(name)
        return known or UNKNOWN

    address = re.sub(r"<([^>]+)>", value, route)
    return None if missing else "/" + address


def run(
    pair: Pair,
    only: tuple[str, ...] = (),
    asked: tuple[str, ...] = METHODS,
    labels: tuple[str, ...] = ("A", "B", "unknown"),
) -> Findings:
    """Ask everything; `only` names some pages, for the planted faults."""
    found = Findings()
    clients = {name: Client() if name == "anonymous" else pair.world.client(name) for name in NAMES}
    for client in clients.values():
        client.raise_request_exception = False
    for route, page in addresses():
        if page is None:
            found.unclassified.append(f"/{route}: not in the registry")
            continue
        if only and page.name not in only:
            continue
        found.pages += 1
        for label, ids in objects_of(pair, page):
            if label not in {"none", *labels}:
                continue
            address = fill(route, page, ids)
            if address is None:
                found.unclassified.append(f"/{route}: no object known for {page.objects or 'its parameters'}")
                continue
            _ask_everybody(pair, found, page, address, label, clients, asked)
    return found


def _ask_everybody(
    pair: Pair,
    found: Findings,
    page: Page,
    address: str,
    label: str,
    clients: dict[str, Client],
    asked: tuple[str, ...],
) -> None:
    """Those who must be refused first: between them nothing may change."""
    refused = [name for name in NAMES if not _entitled(page, label, name)]
    before = state()
    for name in refused:
        _ask(pair, found, page, address, label, name, clients[name], asked)
    if state() != before:
        found.changed.append(f"{address} ({label}) as one of {', '.join(refused)}: refused, yet something changed")
    for name in NAMES:
        if name not in refused:
            _ask(pair, found, page, address, label, name, clients[name], asked)


def _entitled(page: Page, label: str, name: str) -> bool:
    return ROLE_OF[name] in page.audience and (
        label == "none" or not page.objects or (label in MAY_SEE and name in MAY_SEE[label].get(page.objects, NAMES))
    )


def objects_of(pair: Pair, page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    named = {found.rpartition(":")[2] for found in re.findall(r"<([^>]+)>", page.path)}
    if named <= FIXED.keys():
        yield "none", {}
        return
    for label, universe in pair.universes.items():
        yield label, universe.ids
    yield "unknown", dict.fromkeys(next(iter(pair.universes.values())).ids, UNKNOWN)


def _ask(
    pair: Pair, found: Findings, page: Page, address: str, label: str, name: str, client: Client, asked: tuple[str, ...]
) -> None:
    entitled = _entitled(page, label, name)
    methods = [m for m in asked if m != "POST" or not entitled or "POST" not in page.methods]
    for method in methods:
        response = client.generic(method, address)
        found.requests += 1
        _judge(pair, found, page, f"{method} {address} as {name} ({label})", method, name, response, entitled=entitled)


def _judge(pair, found, page, cell, method, name, response, *, entitled) -> None:
    status = response.status_code
    if status >= 500:
        found.wrong.append(f"{cell}: {status}")
    outside = ROLE_OF[name] not in page.audience
    declared = method in page.methods or (method == "HEAD" and "GET" in page.methods)
    if outside or not entitled:
        to_sign_in = status in {302, 303} and response.headers.get("Location", "").startswith("/connexion/")
        refused = status in {404, 405} or (to_sign_in and name == "anonymous")
        if not refused:
            found.leaks.append(f"{cell}: {status} where it must be refused")
    elif not declared and status != 405:
        found.wrong.append(f"{cell}: {status}, undeclared method must be 405")
    elif declared and method in {"GET", "HEAD"} and status in ENTITLED_YET_REFUSED and "GET" in page.methods:
        found.wrong.append(f"{cell}: {status}, though entitled")
    said = str(response.headers).encode() + (b"" if response.streaming else response.content)
    for word in pair.forbidden_to(name):
        if word.encode() in said:
            found.leaks.append(f"{cell}: {word} was told")


def state() -> str:
    """One fingerprint of every table that a refused request must not change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in UNTOUCHED]
        union = " UNION ALL ".join(
            f"SELECT '{table}' AS name, count(*) AS n, COALESCE(sum(hashtextextended(x::text, 0)::numeric), 0) AS h FROM {table} x"
            for table in _CHANGING & set(tables) or tables
        )
        cursor.execute(union)
        return hashlib.sha256(repr(sorted(cursor.fetchall())).encode()).hexdigest()


_CHANGING = {
    "accounts_membership", "accounts_user", "accounts_accessinvitation", "accounts_declarationlink", "accounts_linkrequest", "onboarding_actionplan",
    "onboarding_kickoff", "audit_journalentry", "bids_agreement", "bids_assessor", "bids_bid", "bids_grid", "bids_promise", "bids_score",
    "bids_subcriterion", "drafting_kit", "drafting_modelversion", "commitments_commitment", "commitments_commitmentplacement",
    "commitments_hourswaiver", "commitments_period", "commitments_poolingagreement", "compliance_certificate",
    "documents_certificatedocument", "files_storedfile", "hours_evidence", "hours_ledgerentry", "hours_personmonth", "hours_monthcredit", "hours_creditedperson",
    "hours_statement", "hours_statementline", "hours_statementfile", "hours_statementfileperson", "hours_statementfileline", "hours_headingmemory", "hours_workedmonth", "open_data_publishedcontract", "organisations_organisation",
    "participants_eligibilitydecision", "participants_accessletter", "participants_mergeproposal", "participants_pairdecision",
    "participants_outcomequestion", "hours_contest", "hours_lineconfirmation", "participants_person", "participants_placement", "procurement_contract",
    "procurement_lot", "procurement_lotterritory", "procurement_screening", "reference_storedvalue", "sizing_study",
    "territories_facilitatorcontact", "territories_perimeter", "supply_structure", "supply_structureimport", "planning_planupload",
    "planning_uploadline", "planning_columnmemory", "planning_need", "planning_tendercondition", "planning_obligationwaiver",
    "planning_tenderpublication", "planning_essaward",
    "open_data_matchdecision", "procurement_amendmentnotice", "referrals_position", "referrals_referent", "referrals_referral",
    "referrals_referralstep", "controls_draw", "controls_case", "controls_step", "controls_visit",
    "controls_observation", "controls_attachment", "controls_letter", "controls_dispatch", "controls_penaltyproposal",
    "controls_penaltydecision", "compliance_certificatewithdrawal", "compliance_settlement", "compliance_settlementanswer",
    "compliance_settlementvalidation",
}  # fmt: skip

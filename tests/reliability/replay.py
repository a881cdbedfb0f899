"""R14: each form sent once, twice, and fifty times at once, as a browser would send it again; the effect must be that of once.

Some forms are set out by hand, on pages made for them. The whole figure then takes every other POST form that the pages of one universe
offer to those they are for, and sends it three times on three copies of one database. An address that takes POST and is neither tried nor
left out with its reason makes the figure fail.

The effect is counted outside the application: the rows of every table. The readings of people and the answers kept for replays are left
out. One fault is planted: with the guard taken down, a form without a key of its own doubles its effect.
"""

import logging
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db import connection, connections, transaction
from django.test import Client, override_settings
from django.urls import get_resolver, resolve

from levier.commitments.group_actions import propose_transfer, take_member
from levier.commitments.models import Commitment
from levier.commitments.values import MemberRole
from levier.hours.actions import accept_line
from levier.hours.checks import TypedLine
from levier.hours.declarations import save_draft
from levier.hours.models import StatementLine
from levier.participants.letters import make_letter
from levier.reference.queries import catalogue
from levier.web import clock, once
from tests.reliability.forms import filled
from tests.reliability.offered import Offered, all_offered
from tests.world import NOW, World, siret, small_world

N = 50
"""Times at once."""
FEWEST_FOR_ALL = 10
"""At once; a sample of fewer takes the forms set out by hand alone."""
LEFT_OUT = {
    "django_session", "audit_answeredform", "audit_personread", "django_migrations", "following_standing", "following_change",
    "accounts_signinattempt",
}  # fmt: skip
TYPED: dict[str, dict[str, Any]] = {
    "buyer-durations": {"months": "12"},
    "contract-locate": {"territories": ["4", "5"]},
    "draws": {"seed": "20261126"},
    "partner-access": {"siret": siret(8_888), "until": "2027-11-20"},
    "placement-new": {
        "employer_siret": siret(8_889), "job_code": "F1703", "contract_kind": "cdd", "starts_on": "2026-12-01", "weekly_hours": "35",
    },
    "position-new": {"job": "F1703 Maçonnerie", "commune": "Aix-en-Provence (13001)", "ends_on": ""},
    "structure-add": {"siret": siret(8_890), "postcode": "13100", "city": "Aix-en-Provence", "capacity": "12"},
    "structure-edit": {"postcode": "13100", "capacity": "12"},
    "succession": {"siret": siret(8_891)},
    "tender-ess": {"siret": siret(8_892)},
}  # fmt: skip
"""By page: what a person types where the first date or word at hand would be refused."""
_LINK = "opened by a link that is used up, not by a session: used twice, it opens nothing"
_SECRET = "shows a secret once; sent again, it makes another and ends the one before"
_STEP = "no page offers it before other people have done their part; its action is tried by itself"
NOT_TRIED: dict[str, str] = {
    "appearance": "keeps a cookie, no row", "account-role": "changes the session alone", "sign-in": "changes the session alone",
    "sign-out": "changes the session alone", "own-quit": "changes the session alone", "audit-pack": "gives a file back, changes no row",
    "verified": "compares a file, keeps nothing", "tender-files": "reads a file, keeps nothing",
    "link-ask": "counts each demand of somebody unknown, which is how demands are limited", "calendar-subscribe": _SECRET, "person-letter": _SECRET,
    "welcome": _LINK, "invitation": _LINK, "declare-by-link": _LINK, "own-enter": _LINK, "outcome-reply": _LINK,
    "bid-agree": _STEP, "bid-award": _STEP, "bid-scores": _STEP, "bids-together": _STEP, "control-visit": _STEP, "control-keep-visit": _STEP,
    "commitment-consent": _STEP, "criterion": _STEP, "criterion-close": _STEP, "lot-amendment-study": _STEP, "referral-news": _STEP,
    "referral-not-placed": _STEP, "settlement": _STEP, "structure-reopen": _STEP, "outbox-again": _STEP,
    "draft-model-put": "asks for a model of clauses of its own; R25 sends files there", "draft-model-again": _STEP,
    "structures-import": "asks for the State's own table; R25 sends files there",
}  # fmt: skip
"""By page: why its form is not sent again here."""


@dataclass(frozen=True)
class Form:
    """Who sends it, the page it is on, the address it goes to, what is typed."""

    by: str
    page: str
    typed: dict[str, Any]
    address: str = ""
    browser: Client | None = None
    """Of somebody who has no account: a person who came in by a letter."""


@dataclass
class Sent:
    statuses: list[int]
    locations: set[str]
    effect: dict[str, Any]


def run(count: int, _seed: int, copy: Callable[[str], str]) -> dict[str, Any]:
    logging.disable(logging.CRITICAL)
    told: dict[str, Any] = {}
    wrong: list[dict[str, Any]] = []
    tried: set[str] = set()
    with tempfile.TemporaryDirectory() as files, override_settings(MEDIA_ROOT=Path(files)):
        if count < FEWEST_FOR_ALL:
            world, others = small_world(), set()
        else:
            from tests.matrix.universe import two_universes

            pair = two_universes()
            world, others = pair.world, _of_the_resolver(pair, count, copy, told, wrong)
        for name, make in FORMS.items():
            try:
                first = make(world)
                one, two, many = (
                    _send(world, form, times)
                    for form, times in zip((first, make(world), make(world)), (1, 2, count), strict=True)
                )
            except AssertionError as error:
                wrong.append({"form": name, "not_found": str(error)})
                continue
            tried.add(resolve((first.address or first.page).partition("?")[0]).url_name or "")
            _judge(name, [one, two, many], told, wrong)
        caught = _without_the_guard(world, count)
    forgotten = sorted(others - tried - NOT_TRIED.keys())
    return {
        "n": len(told), "pages": len(tried | others), "times_at_once": count, "requests": len(told) * (3 + count), "wrong": wrong, "forms": told,
        "not_tried": {name: why for name, why in NOT_TRIED.items() if name in others}, "forgotten": forgotten,
        "planted": 1, "caught": int(caught), "holds": not wrong and not forgotten and caught,
    }  # fmt: skip


def _judge(name: str, sent: list[Sent], told: dict[str, Any], wrong: list[dict[str, Any]]) -> None:
    one, two, many = sent
    faults = [status for sent in (one, two, many) for status in sent.statuses if status >= 500]
    same = one.effect == two.effect == many.effect and one.effect != {}
    alike = len(two.locations) == len(many.locations) == 1
    print(name, one.effect, "" if same and alike and not faults else "WRONG", file=sys.stderr, flush=True)
    told[name] = {"effect": one.effect, "exactly_once": same, "identical_answers": alike, "server_errors": len(faults)}
    if not same or not alike or faults:
        wrong.append({"form": name, "once": one.effect, "twice": two.effect, "many": many.effect,
                      "statuses": dict(Counter(many.statuses)), "locations": sorted(many.locations)[:3]})  # fmt: skip


def _of_the_resolver(
    pair: Any, count: int, copy: Callable[[str], str], told: dict[str, Any], wrong: list[dict[str, Any]]
) -> set[str]:
    """The pages whose form no page offered, or had no effect however it was filled in; the others are tried."""
    browsers, forms = all_offered(pair)
    pages = {
        page.name
        for one in get_resolver().url_patterns
        if (page := getattr(one.callback, "page", None)) is not None and "POST" in page.methods
    }
    left = set(pages)
    for name in sorted(pages - NOT_TRIED.keys()):
        for form in (one for one in forms if one.name == name):
            body = _effective(browsers[form.by], form)
            if body is None:
                continue
            sent = []
            for times in (1, 2, count):
                copy("replay")
                sent.append(_again(browsers[form.by], form, body, times))
            copy("")
            _judge(f"{name} ({form.by})", sent, told, wrong)
            left.discard(name)
            break
    return left


def _effective(browser: Client, form: Offered) -> dict[str, Any] | None:
    """The first body that changes something; tried in a transaction that is undone."""
    for body in form.bodies(TYPED.get(form.name, {})):
        with transaction.atomic():
            before = _content()
            status = _post(browser, form, body)[0]
            changed = _content() != before
            transaction.set_rollback(True)
        if changed and status < 400:
            return body
    return None


def _again(browser: Client, form: Offered, body: dict[str, Any], times: int) -> Sent:
    before, answers = _content(), []

    def post() -> None:
        answers.append(_post(browser, form, body))
        connections.close_all()

    _times(post, times)
    after = _content()
    effect = {}
    for table in sorted(before.keys() | after.keys()):
        was, now = before.get(table, Counter()), after.get(table, Counter())
        if was != now:
            effect[table] = (now.total() - was.total(), (now - was).total())
    return Sent([status for status, _ in answers], {location for _, location in answers}, effect)


def _post(browser: Client, form: Offered, body: dict[str, Any]) -> tuple[int, str]:
    window = Client(enforce_csrf_checks=True, raise_request_exception=False)
    window.cookies.update(browser.cookies)  # a copy: a page may take one away
    if form.files:
        answer = window.post(form.address, body | form.uploads())
    else:
        answer = window.post(form.address, urlencode(body, doseq=True), "application/x-www-form-urlencoded")
    return answer.status_code, answer.headers.get("Location", "")


def _times(post: Callable[[], None], times: int) -> None:
    if times <= 2:
        for _ in range(times):
            post()
        return
    threads = [threading.Thread(target=post) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _content() -> dict[str, Counter[str]]:
    """The fingerprints of the rows of every table."""
    found: dict[str, Counter[str]] = {}
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - LEFT_OUT)
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', md5(x::text) FROM \"{table}\" x" for table in tables))
        for table, row in cursor.fetchall():
            found.setdefault(table, Counter())[row] += 1
    return found


def _without_the_guard(world: World, count: int) -> bool:
    kept = once._key
    once._key = lambda _request: None  # type: ignore[assignment]  # the planted fault
    try:
        sent = _send(world, _waive(world), min(count, 10), without=("once",))
    finally:
        once._key = kept
    return sent.effect.get("commitments_hourswaiver", 0) > 1


def _send(world: World, form: Form, times: int, without: tuple[str, ...] = ()) -> Sent:
    client = form.browser or Client(enforce_csrf_checks=True, raise_request_exception=False)
    if not form.browser:
        client.force_login(world.users[form.by])
    address = form.address or form.page.partition("?")[0]
    body = filled(client, form.page, address, form.typed | dict.fromkeys(without, ""))
    before, answers = _rows(), []

    def post() -> None:
        window = Client(enforce_csrf_checks=True, raise_request_exception=False)
        window.cookies.update(client.cookies)
        answer = window.post(address, body, "application/x-www-form-urlencoded")
        answers.append((answer.status_code, answer.headers.get("Location", "")))
        connections.close_all()

    _times(post, times)
    after = _rows()
    effect = {table: rows - before.get(table, 0) for table, rows in after.items() if rows != before.get(table, 0)}
    return Sent([status for status, _ in answers], {location for _, location in answers}, effect)


def _rows() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - LEFT_OUT):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
    return found


def _owed(world: World, due: str = "300.00") -> Commitment:
    return world.commitment(world.contract(f"REJEU-{next(world.serial)}"), due=due)


def _at(commitment: Commitment, page: str) -> str:
    return f"/marches/engagements/{commitment.public_id}/{page}/"


def _waive(world: World) -> Form:
    return Form("mission", _at(_owed(world), "dispense"), {"hours": "10", "reason": "Chantier écourté"})


def _pool(world: World) -> Form:
    both = [_owed(world), _owed(world)]
    typed = {"reference": "G", "signed_on": "2026-01-02", "commitments": [one.public_id for one in both]}
    return Form("mission", _at(both[0], "globalisation"), typed)


def _amend(world: World) -> Form:
    typed = {"reference": "Avenant 1", "effective_on": "2026-07-01", "due_hours": "350"}
    return Form("mission", _at(_owed(world), "avenant"), typed)


def _piece(world: World) -> Form:
    from tests.reliability.crash import _framework

    commitment = _framework(world, f"REJEU-{next(world.serial)}")
    typed = {"kind": "invoice", "reference": "F-1", "on": "2026-03-01", "amount": "9000"}
    return Form("mission", _at(commitment, "pieces"), typed)


def _commit(world: World) -> Form:
    lot = world.contract(f"REJEU-{next(world.serial)}")
    typed = {"holder": world.organisation("Bâti Essai").public_id, "due_hours": "660", "territory": "4", "study": ""}
    return Form("mission", f"/marches/lots/{lot.public_id}/engagement/", typed)


def _member(world: World) -> Form:
    typed = {"siret": world.organisation("Rival Essai").siret, "role": "subcontractor", "liability": "solidary"}
    return Form("company", _at(_owed(world), "groupement/membre"), typed)


def _group(world: World) -> tuple[Commitment, Commitment]:
    head = _owed(world)
    member = take_member(
        actor=world.actors["company"], parent_public_id=head.public_id, siret=world.organisation("Rival Essai").siret, name="",
        role=MemberRole.SUBCONTRACTOR, now=NOW,
    )  # fmt: skip
    return head, member


def _transfer(world: World) -> Form:
    head, member = _group(world)
    typed = {"source": head.public_id, "target": member.public_id, "hours": "80", "reason": "Carrelage"}
    return Form("company", _at(head, "transfert"), typed)


def _answer(world: World) -> Form:
    head, member = _group(world)
    propose_transfer(
        actor=world.actors["company"], source_id=head.public_id, target_id=member.public_id, hours=Decimal(80), reason="x",
        now=NOW,
    )  # fmt: skip
    return Form("rival", _at(member, "groupement"), {"answer": "yes"}, _at(member, "transfert/reponse"))


def _draft(world: World) -> tuple[Commitment, str]:
    commitment = _owed(world)
    placement = world.placement(world.person(f"Rejeu{next(world.serial)}"), commitment)
    return commitment, placement.public_id


def _save(world: World) -> Form:
    commitment, placement = _draft(world)
    return Form("company", f"/declarations/{commitment.public_id}/2026-10/", {f"h-{placement}": "120", "do": "save"})


def _send_month(world: World) -> Form:
    commitment, placement = _draft(world)
    save_draft(
        actor=world.actors["company"], commitment_public_id=commitment.public_id, month=date(2026, 10, 1),
        typed={placement: TypedLine("120")}, now=NOW,
    )  # fmt: skip
    return Form("company", f"/declarations/{commitment.public_id}/2026-10/relire/", {})


def _line(world: World) -> StatementLine:
    commitment = _owed(world)
    return world.sent_line(commitment, world.placement(world.person(f"Rejeu{next(world.serial)}"), commitment))


def _accept(world: World) -> Form:
    line = _line(world)
    here = "/heures/a-valider/"
    return Form("near", here, {"accept": line.public_id}, f"{here}decider/")


def _refuse(world: World) -> Form:
    typed = {"motif": "", "reason": "Envoyez la feuille d’heures signée."}
    return Form("near", f"/heures/{_line(world).public_id}/refuser/", typed)


def _reverse(world: World) -> Form:
    line = _line(world)
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return Form("near", f"/heures/{line.public_id}/annuler/", {"motif": "", "reason": "Erreur de mois."})


def _certificate(world: World) -> Form:
    commitment = _owed(world, "100.00")
    line = world.sent_line(commitment, world.placement(world.person(f"Rejeu{next(world.serial)}"), commitment))
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return Form("mission", f"/engagements/{commitment.public_id}/attestation/", {})


def _register(world: World) -> Form:
    rank = next(world.serial)
    typed = {
        "last_name": f"Rejeu{rank}",
        "first_name": "Ana",
        "birth_date": f"{1 + rank % 27:02d}/03/1990",
        "commune": "",
    }
    return Form("near", "/personnes/nouvelle/", typed)


def _end(world: World) -> Form:
    placement = world.placement(world.person(f"Rejeu{next(world.serial)}"), _owed(world))
    return Form("near", f"/mises-a-l-emploi/{placement.public_id}/fin/", {"ends_on": "2026-10-31"})


def _seal(world: World) -> Form:
    page = f"/declarations/{_owed(world).public_id}/2026-09/"
    return Form("mission", page, {}, f"{page}clore/")


def _of_the_person(world: World) -> tuple[Client, StatementLine]:
    """Somebody who came in by the letter of the facilitator, and hours that wait for a word."""
    line = _line(world)
    letter = make_letter(
        actor=world.actors["near"], person_id=line.placement.person.public_id, catalogue=catalogue(), now=clock.now()
    )
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    page = f"/moi/lien/{letter.token}/"
    body = filled(browser, page, page, {"year": "1998"})
    assert browser.post(page, body, "application/x-www-form-urlencoded").status_code == 303
    return browser, line


def _answered(world: World) -> Form:
    browser, line = _of_the_person(world)
    return Form("", "/moi/", {"answer": "yes", "line": line.public_id}, "/moi/reponse/", browser)


def _contest(world: World) -> Form:
    browser, line = _of_the_person(world)
    page = f"/moi/pas-d-accord/?heures={line.public_id}"
    return Form("", page, {"about": f"line:{line.public_id}", "matter": "more", "words": "Trop peu."}, browser=browser)


def _note(world: World) -> Form:
    browser, line = _of_the_person(world)
    return Form(
        "", "/moi/carnet/", {"placement": line.placement.public_id, "tasks": "Peinture"}, "/moi/carnet/note/", browser
    )


def _study(world: World) -> Form:
    lot = world.contract(f"REJEU-{next(world.serial)}")
    return Form("mission", f"/marches/lots/{lot.public_id}/calibrage/", {})


FORMS: dict[str, Callable[[World], Form]] = {
    "dispense": _waive, "globalisation": _pool, "avenant": _amend, "facture": _piece, "engagement": _commit, "membre": _member,
    "transfert": _transfer, "reponse": _answer, "brouillon": _save, "envoi du mois": _send_month, "acceptation": _accept,
    "refus": _refuse, "annulation": _reverse, "attestation": _certificate, "personne": _register, "fin": _end,
    "calibrage": _study, "cloture": _seal, "reponse de la personne": _answered, "contestation": _contest, "carnet": _note,
}  # fmt: skip

"""Forgotten contracts (marchés oubliés): published by our buyers, asked a clause for, and without one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from levier.accounts.values import Actor, Role
from levier.foundation.explanation import NoAnswer
from levier.foundation.periods import add_months
from levier.open_data.queries import MENTIONS, published_visible_to
from levier.open_data.values import Kind, Social
from levier.open_data.watch_values import Ground, Situation
from levier.organisations.models import Organisation
from levier.organisations.queries import siret_of
from levier.procurement.notices import object_of_cpv
from levier.procurement.queries import lots_visible_to
from levier.procurement.rules import obligations
from levier.procurement.values import BuyerLevel, ContractObject, Obligations, ScreeningFacts
from levier.reference.values import Catalogue, UnknownReference
from levier.sizing.purchase_sectors import sector_of

LEAD = "watch.consultation_months"
_FIELDS = (
    "pk", "public_id", "published_id", "buyer_siret", "buyer_name", "object", "cpv", "initial_amount", "current_amount",
    "amount_flag", "notified_on", "duration_months", "social", "followed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A contract in scope. `amount`: the record's own, excluding tax; `operation`: all records of the same reference together, the
    amount by which the rule was asked. `consultation_on` is supposed: it is not published. `followed`: our contract, or nothing.
    """

    public_id: str
    reference: str
    buyer_siret: str
    buyer_name: str
    title: str
    cpv: str
    object: ContractObject
    amount: Decimal | None
    operation: Decimal
    notified_on: date
    consultation_on: date
    ground: Ground
    situation: Situation
    service: str
    threshold: Decimal
    followed: str


def our_buyers(actor: Actor) -> dict[str, str]:
    """SIRET and name of the buyers whose publications are watched: the mission all those known, a buyer its own."""
    if actor.role is Role.MISSION:
        known = Organisation.objects.filter(kinds__contains=["buyer"]).order_by("name")
        return dict(known.values_list("siret", "name"))
    return {siret_of(actor.organisation_id): actor.organisation_name} if actor.role is Role.BUYER else {}


def forgotten(actor: Actor, buyers: Mapping[str, str], catalogue: Catalogue) -> list[Forgotten]:
    """All of them, the latest notified first. One query, whatever there is."""
    rows = list(_published(actor, buyers))
    operations: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["initial_amount"] is not None and not row["amount_flag"]:
            operations[row["buyer_siret"], row["published_id"]] += row["initial_amount"]
    known: dict[ScreeningFacts, Obligations | None] = {}
    found = []
    for row in rows:
        situation = _situation(row)
        facts = _facts(row, operations[row["buyer_siret"], row["published_id"]], catalogue) if situation else None
        if situation is None or facts is None:
            continue
        if facts not in known:
            known[facts] = _asked(facts, catalogue)
        answer = known[facts]
        if answer is not None and (answer.statutory or answer.policy):
            found.append(_told(row, facts, answer, situation, buyers))
    return found


def _published(actor: Actor, buyers: Iterable[str]) -> Iterator[dict[str, Any]]:
    tied = lots_visible_to(actor).filter(published_key=OuterRef("identity_key"))
    found = published_visible_to(actor).filter(
        buyer_siret__in=list(buyers), kind=Kind.CONTRACT, notified_on__isnull=False
    )
    told = found.annotate(followed=Subquery(tied.values("contract__public_id")[:1])).order_by("-notified_on", "-id")
    yield from told.values(*_FIELDS).iterator()


def _situation(row: Mapping[str, Any]) -> Situation | None:
    """None for a contract that publishes a clause, a criterion or a reservation, and for one that is followed and says nothing."""
    said = set(row["social"])
    if said & {one.value for one in MENTIONS}:
        return None
    if Social.NONE in said:
        return Situation.CONTRADICTED if row["followed"] else Situation.NONE_SAID
    return None if row["followed"] else Situation.NOTHING_SAID


def _facts(row: Mapping[str, Any], operation: Decimal, catalogue: Catalogue) -> ScreeningFacts | None:
    """What the rule is asked. None where nothing can be supposed. The State's SIREN begins with 1."""
    what = object_of_cpv(row["cpv"])
    if not row["cpv"]:
        return None
    try:
        months = catalogue.at(LEAD, row["notified_on"])
    except UnknownReference:
        return None
    told = sector_of(row["cpv"], row["object"], what.value) if what is ContractObject.SERVICES else None
    buyer = BuyerLevel.STATE if row["buyer_siret"].startswith("1") else BuyerLevel.LOCAL
    duration = row["duration_months"] if row["duration_months"] and row["duration_months"] > 0 else 12
    consultation = add_months(row["notified_on"], -int(months.value))
    return ScreeningFacts(what, operation, consultation, duration, buyer, told.sector.service if told else "")


def _asked(facts: ScreeningFacts, catalogue: Catalogue) -> Obligations | None:
    try:
        return obligations(facts, catalogue).result
    except NoAnswer:
        return None


def _told(
    row: Mapping[str, Any], facts: ScreeningFacts, answer: Obligations, situation: Situation, buyers: Mapping[str, str]
) -> Forgotten:
    return Forgotten(
        public_id=row["public_id"],
        reference=row["published_id"],
        buyer_siret=row["buyer_siret"],
        buyer_name=row["buyer_name"] or buyers.get(row["buyer_siret"], ""),
        title=row["object"],
        cpv=row["cpv"],
        object=facts.object,
        service=facts.service,
        amount=None if row["amount_flag"] else row["current_amount"],
        operation=facts.estimate,
        notified_on=row["notified_on"],
        consultation_on=facts.consultation_date,
        ground=Ground.LAW if answer.statutory else Ground.POLICY,
        threshold=answer.threshold.value,
        situation=situation,
        followed=row["followed"] or "",
    )

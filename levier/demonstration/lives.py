"""How each followed contract of the demonstration goes: on time, late, disputed, with nobody, finished, certified."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain

from django.db.models import Max

from levier.commitments.actions import make_commitment, waive_hours
from levier.commitments.models import Commitment
from levier.commitments.values import CommitmentTerms, Instrument
from levier.compliance.actions import seal_certificate
from levier.compliance.models import Certificate
from levier.demonstration import names
from levier.demonstration.casting import Cast, cast, moment, persons
from levier.demonstration.months import hire, one_month
from levier.demonstration.records import SEED, place_in
from levier.documents.actions import keep_document
from levier.foundation.periods import add_months, months_between
from levier.hours.models import LedgerEntry
from levier.open_data.models import PublishedContract
from levier.open_data.take_up import take_up
from levier.procurement.actions import choose_territories, screen_contract, usable_amount
from levier.procurement.models import Contract, Lot
from levier.procurement.queries import estimate_of
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts
from levier.reference.queries import catalogue
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.sizing.models import Study
from levier.sizing.sectors import suggested_sector, usual_choice
from levier.territories.queries import proposals_for_place
from levier.territories.values import PlaceKind


@dataclass(frozen=True, slots=True)
class Life:
    """`pace`: hours done over hours due to date. `silent`: last months not declared. `pending`: last months not decided.

    `proven`: whether the last month comes with a piece of evidence.
    """

    name: str
    pace: Decimal
    silent: int = 0
    pending: int = 0
    refused: bool = False
    people: bool = True
    proven: bool = True


# One commitment after another: most go well, one in ten is late or has nobody, one in twenty is disputed or silent.
LIVES = (
    Life("steady", Decimal("1.02")), Life("steady", Decimal("0.97"), pending=1), Life("late", Decimal("0.55"), pending=1),
    Life("ahead", Decimal("1.18")), Life("steady", Decimal("1.00"), pending=1, proven=False), Life("steady", Decimal("0.94")),
    Life("disputed", Decimal("0.88"), pending=1, refused=True), Life("steady", Decimal("1.04")), Life("steady", Decimal("0.98")),
    Life("nobody", Decimal(0), people=False), Life("steady", Decimal("1.01"), pending=1), Life("slow", Decimal("0.72"), pending=1),
    Life("nobody", Decimal(0), people=False), Life("silent", Decimal("0.90"), silent=2), Life("steady", Decimal("0.99")),
    Life("ahead", Decimal("1.12"), pending=1), Life("steady", Decimal("1.03")), Life("late", Decimal("0.45"), silent=1),
    Life("steady", Decimal("0.96"), pending=2), Life("steady", Decimal("1.05")),
)  # fmt: skip
SETTLED = timedelta(days=60)
"""Contracts ended longer ago have nothing waiting: what lacked was given up with its reason, and they are certified."""
MOST_PEOPLE, FEWEST_HOURS = 6, 40
FULL_MONTH = Decimal(60)
"""Under that many hours a month, people come one month in two, three or four; the others are declared without hours."""
SLOW_TERRITORY, SHOWN_COMPANY = 4, names.COMPANIES[0]
"""The facilitator and the company of the sign-ins: the first has all of October to decide, the second something to declare."""
SHOWN_LIVES = (
    Life("silent", Decimal("0.92"), silent=1), Life("disputed", Decimal("0.90"), pending=1, refused=True),
    Life("steady", Decimal("1.01"), pending=1),
)  # fmt: skip
WAIVER = "Travaux réduits par avenant : les heures restantes n’ont plus d’objet."


def screen(who: Cast, contract: Contract) -> bool:
    """What is asked of the contract; False where nothing is (or the amount is unknown)."""
    estimate = estimate_of(contract)
    if estimate is None or contract.notified_on is None:
        return False
    facts = ScreeningFacts(
        object=ContractObject(contract.category),
        estimate=estimate,
        consultation_date=contract.notified_on - timedelta(days=90),
        duration_months=contract.duration_months or 12,
        buyer=BuyerLevel.LOCAL,
    )
    day = moment(contract.notified_on - timedelta(days=1))
    kept = screen_contract(
        actor=who.mission, contract_id=contract.public_id, facts=facts, confirmed=True, catalogue=who.catalogue, now=day
    )
    return kept.policy or kept.statutory


def engage(who: Cast, contract: Contract, lot: Lot) -> Commitment | None:
    """Locate, size and commit one lot. None where the hours would be too few to mean anything."""
    amount = usable_amount(lot)
    holder = lot.holders.order_by("id").first()
    if amount is None or holder is None or contract.starts_on is None or contract.ends_on is None:
        return None
    now = moment(contract.notified_on or contract.starts_on, 11)
    territory = _territory(who, contract)
    choose_territories(
        actor=who.mission,
        contract_id=contract.public_id,
        lot_ids=[lot.public_id],
        territory_numbers=[territory],
        now=now,
    )
    usual = usual_choice(suggested_sector(lot.cpv) or "building")
    choice = SizingChoice(amount=amount, share=usual.share, rate=usual.rate, cost=usual.cost)
    study: Study = keep_study(actor=who.mission, lot_id=lot.public_id, choice=choice, catalogue=who.catalogue, now=now)
    if study.hours < FEWEST_HOURS:
        return None
    return make_commitment(
        actor=who.mission,
        lot_id=lot.public_id,
        holder_id=holder.organisation.public_id,
        territory_number=territory,
        terms=CommitmentTerms(Instrument.EXECUTION_CONDITION, study.hours, contract.starts_on, contract.ends_on),
        study_id=study.public_id,
        now=now,
    )


def _territory(who: Cast, contract: Contract) -> int:
    """Where the title says it is, the way the mission reads it; a published place says no more than that."""
    code = place_in(contract.title)
    if code not in who.territories:
        found = proposals_for_place(code, PlaceKind.POSTCODE, who.today)
        proposed = [one.territory for one in found.proposals]
        who.territories[code] = found.territory or (proposed[0] if proposed else 1)
    return who.territories[code]


@dataclass(frozen=True, slots=True)
class Notice:
    """A published contract to take up. `stage`: how far it goes; of the twenty, the last but one is left screened, the last taken up."""

    published: int
    stage: int
    today: date


TAKEN_UP, SCREENED = 19, 18


def enter(notices: Sequence[Notice]) -> list[int]:
    """Take up a contract, published as one notice a lot, as far as each goes. The commitments made."""
    return list(chain.from_iterable(map(_enter, notices)))


def _enter(notice: Notice) -> list[int]:
    who = _cast(notice.today)
    published = PublishedContract.objects.get(pk=notice.published)
    assert published.notified_on is not None
    take_up(actor=who.mission, published_id=published.public_id, now=moment(published.notified_on))
    contract = Contract.objects.get(reference=published.published_id)
    if contract.screenings.exists() or notice.stage == TAKEN_UP:
        return []
    if not screen(who, contract) or notice.stage == SCREENED:
        return []
    made = [engage(who, contract, lot) for lot in contract.lots.order_by("number")]
    return [one.pk for one in made if one is not None]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A life still to be lived, by whichever process takes it: `rank` decides its hazard and its people."""

    commitment: int
    life: Life
    rank: int
    today: date


def ahead(who: Cast, commitments: Sequence[int]) -> list[Ahead]:
    """Their lives, one after another."""
    known = Commitment.objects.select_related("holder", "territory").in_bulk(list(commitments))
    return [_ahead(who, known[key], rank) for rank, key in enumerate(commitments)]


def _ahead(who: Cast, commitment: Commitment, rank: int) -> Ahead:
    """Contracts ended long ago are settled: nothing of theirs waits."""
    life = _shown(who, commitment, LIVES[rank % len(LIVES)])
    if _settled(commitment, who.today):
        pace = min(Decimal("1.08"), max(life.pace, Decimal("0.93")))
        life = replace(life, pace=pace, silent=0, pending=0, refused=False, people=True)
    return Ahead(commitment.pk, life, rank, who.today)


def _settled(commitment: Commitment, today: date) -> bool:
    return commitment.ends_on < today - SETTLED


@cache
def _cast(today: date) -> Cast:
    """Known once in each process; `forget` before another world is made in the same one."""
    return cast(catalogue(), today, random.Random(SEED))  # noqa: S311 - a demonstration


def live(task: Ahead) -> tuple[datetime, str] | None:
    """The whole life of one commitment, all or nothing. When it is to be certified and its identifier, where it is over."""
    dice = random.Random(f"{SEED}-{task.rank}")  # noqa: S311 - a demonstration
    who = replace(_cast(task.today), draw=dice, persons=persons(task.rank * MOST_PEOPLE))
    commitment = Commitment.objects.select_related("holder", "territory").get(pk=task.commitment)
    _months(who, commitment, task.life)
    return _finish(who, commitment) if _settled(commitment, task.today) else None


def _months(who: Cast, commitment: Commitment, life: Life) -> None:
    """People, then the months one after another."""
    if not life.people:
        return
    months = [
        m
        for m in months_between(commitment.starts_on, min(commitment.ends_on, who.today))
        if add_months(m, 1) <= who.today
    ]
    days = (commitment.ends_on - commitment.starts_on).days + 1
    monthly = commitment.due_hours * life.pace * 30 / days
    placements = hire(who, commitment, count=max(1, min(MOST_PEOPLE, int(monthly / 120) + 1)))
    every = 1 if monthly >= FULL_MONTH else min(4, int(FULL_MONTH / monthly) + 1)
    shown = months[: len(months) - life.silent] if life.silent else months
    for index, month in enumerate(shown):
        last = index == len(shown) - 1
        decided = index < len(shown) - life.pending
        proven = not decided and life.proven
        hours = monthly * every if index % every == every - 1 or (last and not decided) else Decimal(0)
        one_month(
            who, commitment, placements, month, hours, decided=decided, refuse=life.refused and last, proven=proven
        )


def _shown(who: Cast, commitment: Commitment, life: Life) -> Life:
    """The life of a commitment as whoever signs in should find it."""
    if commitment.ends_on < who.today:
        return life
    if commitment.holder.name == SHOWN_COMPANY:
        who.shown += 1
        return SHOWN_LIVES[(who.shown - 1) % len(SHOWN_LIVES)]
    if commitment.territory.number == SLOW_TERRITORY and not life.silent:
        return replace(life, pending=max(1, life.pending))
    return life


def _finish(who: Cast, commitment: Commitment) -> tuple[datetime, str]:
    """The mission gives up what is missing, with the reason. When the certificate follows, and of which commitment."""
    commitment.refresh_from_db()
    day = min(who.today, commitment.ends_on + timedelta(days=38))
    missing = commitment.due_hours - commitment.credited_hours
    if missing > 0:
        waive_hours(
            actor=who.mission, commitment_id=commitment.public_id, hours=missing, reason=WAIVER, now=moment(day, 10)
        )
    last = LedgerEntry.objects.filter(commitment=commitment).aggregate(Max("at"))["at__max"]
    when = moment(day, 15)
    # The last month may have been accepted later that day: nothing enters a month once it is closed.
    return max(when, last + timedelta(minutes=5)) if last else when, commitment.public_id


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate sealed then, whose paper is still to be set."""

    certificate: int
    at: datetime
    today: date


def certify(who: Cast, finished: Sequence[tuple[datetime, str]]) -> list[Paper]:
    """Certificates are numbered in the order in which they are sealed."""
    sealed = [
        (seal_certificate(actor=who.mission, commitment_id=commitment, now=now), now)
        for now, commitment in sorted(finished)
    ]
    return [Paper(certificate.pk, now, who.today) for certificate, now in sealed]


def forget() -> None:
    _cast.cache_clear()


def set_paper(paper: Paper) -> None:
    certificate = Certificate.objects.get(pk=paper.certificate)
    keep_document(actor=_cast(paper.today).mission, certificate=certificate, now=paper.at)

"""How each followed contract of the demonstration goes: on time, late, disputed, with nobody, finished, certified."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from levier.accounts.models import Membership
from levier.accounts.queries import actor_from
from levier.accounts.values import Actor
from levier.commitments.actions import assign_placement, make_commitment
from levier.commitments.models import Commitment
from levier.commitments.values import CommitmentTerms, Instrument
from levier.demonstration import names
from levier.documents.actions import issue_certificate
from levier.foundation.periods import add_months, first_of_month, months_between
from levier.foundation.quantities import hundredths
from levier.hours.actions import accept_lines, refuse_line
from levier.hours.checks import TypedLine
from levier.hours.declarations import save_draft, send
from levier.hours.models import StatementLine
from levier.participants.actions import decide_eligibility, place_person, register_person
from levier.participants.models import Placement
from levier.participants.values import ContractKind, DecisionProposal, Modality, NewPerson, PlacementProposal
from levier.procurement.actions import choose_territories, screen_contract, usable_amount
from levier.procurement.models import Contract, Lot
from levier.procurement.queries import estimate_of
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts
from levier.reference.values import Catalogue
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.sizing.models import Study
from levier.sizing.sectors import suggested_sector, usual_choice

CRITERIA = ("RSA", "DELD", "DETLD", "ASS", "QPV", "SENIOR_50")
REFUSALS = (
    "Le bulletin joint indique moins d’heures : envoyez le bulletin du mois.",
    "La feuille d’heures n’est pas signée : joignez la feuille signée par le chef de chantier.",
)


@dataclass(frozen=True, slots=True)
class Life:
    """`pace`: hours done over hours due to date. `silent`: last months not declared. `pending`: last months not decided."""

    name: str
    pace: Decimal
    silent: int = 0
    pending: int = 1
    refused: bool = False
    people: bool = True
    certify: bool = False


LIVES = (
    Life("steady", Decimal("1.02")), Life("late", Decimal("0.45"), silent=1), Life("steady", Decimal("0.95"), pending=2),
    Life("nobody", Decimal(0), people=False), Life("ahead", Decimal("1.25"), pending=0, certify=True),
    Life("disputed", Decimal("0.85"), refused=True), Life("steady", Decimal("1.05"), pending=0, certify=True),
    Life("silent", Decimal("0.70"), silent=3), Life("steady", Decimal("1.00"), pending=1), Life("slow", Decimal("0.60"), pending=2),
)  # fmt: skip


@dataclass
class Cast:
    """Who acts in the demonstration, and the hazard that decides."""

    catalogue: Catalogue
    today: date
    draw: random.Random
    mission: Actor
    facilitators: dict[int, Actor]
    companies: dict[int, Actor]
    persons: Iterator[NewPerson]


def moment(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour, 15), UTC)


def cast(catalogue: Catalogue, today: date, draw: random.Random) -> Cast:
    members = [actor_from(m) for m in Membership.objects.select_related("user", "organisation", "territory")]
    return Cast(
        catalogue=catalogue,
        today=today,
        draw=draw,
        mission=next(actor for actor in members if actor.role == "mission"),
        facilitators={actor.territory_numbers[0]: actor for actor in members if actor.role == "facilitator"},
        companies={actor.organisation_id: actor for actor in members if actor.role == "company"},
        persons=_persons(),
    )


def _persons() -> Iterator[NewPerson]:
    """Never the same identity twice."""
    rank = 0
    while True:
        last = names.LAST_NAMES[rank % len(names.LAST_NAMES)]
        first = names.FIRST_NAMES[(rank * 5 + rank // len(names.LAST_NAMES)) % len(names.FIRST_NAMES)]
        yield NewPerson(last, first, date(1966, 1, 15) + timedelta(days=rank * 487 % 14000))
        rank += 1


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


def engage(who: Cast, contract: Contract, lot: Lot, rank: int) -> Commitment | None:
    """Locate, size and commit one lot. None where the hours would be too few to mean anything."""
    amount = usable_amount(lot)
    holder = lot.holders.order_by("id").first()
    if amount is None or holder is None or contract.starts_on is None or contract.ends_on is None:
        return None
    now = moment(contract.notified_on or contract.starts_on, 11)
    territory = (4, 1, 5, 2, 9, 6, 7, 8, 3, 4)[(rank * 7 + rank // 10) % 10]
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
    if study.hours < 70:
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


def live(who: Cast, commitment: Commitment, life: Life) -> None:
    """People, then months, then the certificate, each on its day."""
    if not life.people:
        return
    if commitment.ends_on < who.today - SETTLED:
        life = replace(life, silent=0, pending=0, refused=False)
    months = [
        m
        for m in months_between(commitment.starts_on, min(commitment.ends_on, who.today))
        if add_months(m, 1) <= who.today
    ]
    days = (commitment.ends_on - commitment.starts_on).days + 1
    monthly = commitment.due_hours * life.pace * 30 / days
    placements = _hire(who, commitment, count=max(1, min(4, int(monthly / 110) + 1)))
    shown = months[: len(months) - life.silent] if life.silent else months
    for index, month in enumerate(shown):
        decided = index < len(shown) - life.pending
        _one_month(
            who,
            commitment,
            placements,
            month,
            monthly,
            decided=decided,
            refuse=life.refused and index == len(shown) - 1,
        )
    if life.certify:
        _certify(who, commitment)


def _hire(who: Cast, commitment: Commitment, count: int) -> list[Placement]:
    facilitator = who.facilitators[commitment.territory.number]
    start = commitment.starts_on + timedelta(days=3)
    decided = start - timedelta(days=6)
    hired = []
    for _ in range(count):
        person = register_person(actor=facilitator, new=next(who.persons), catalogue=who.catalogue, now=moment(decided))
        code, title = who.draw.choice(names.JOBS)
        kind = who.draw.choice((ContractKind.CDD, ContractKind.CDD, ContractKind.CDI, ContractKind.PROFESSIONALISATION))
        end = None if kind is ContractKind.CDI else min(commitment.ends_on, add_months(start, 18))
        decide_eligibility(
            actor=facilitator,
            person_id=person.public_id,
            proposal=DecisionProposal(
                criterion=who.draw.choice(CRITERIA),
                proof_date=decided - timedelta(days=20),
                expires_on=None,
                decision_date=decided,
                kind=kind,
                hire_date=start,
                contract_end=end or commitment.ends_on,
            ),
            catalogue=who.catalogue,
            now=moment(decided),
        )
        placement = place_person(
            actor=facilitator,
            person_id=person.public_id,
            proposal=PlacementProposal(
                employer_siret=commitment.holder.siret,
                employer_name=commitment.holder.name,
                structure_kind="",
                modality=Modality.DIRECT_HIRE,
                contract_kind=kind,
                job_title=title,
                job_code=code,
                starts_on=start,
                ends_on=end,
                weekly_hours=Decimal("35.00"),
            ),
            catalogue=who.catalogue,
            now=moment(start - timedelta(days=2)),
        )
        assign_placement(
            actor=facilitator,
            commitment_id=commitment.public_id,
            placement_id=placement.public_id,
            since=start,
            now=moment(start - timedelta(days=2), 10),
        )
        hired.append(placement)
    return hired


def _one_month(
    who: Cast,
    commitment: Commitment,
    placements: list[Placement],
    month: date,
    monthly: Decimal,
    *,
    decided: bool,
    refuse: bool,
) -> None:
    company = who.companies[commitment.holder_id]
    facilitator = who.facilitators[commitment.territory.number]
    present = [
        p for p in placements if p.starts_on < add_months(month, 1) and (p.ends_on is None or p.ends_on >= month)
    ]
    part = Decimal("0.6") if first_of_month(commitment.starts_on) == month else Decimal(1)
    share = min(Decimal("151.67"), monthly / max(1, len(present))) * part
    typed = {
        p.public_id: TypedLine(hours=str(hundredths(min(Decimal("151.67") * part, share * who.draw.choice(SPREAD)))))
        for p in present
    }
    sent = moment(add_months(month, 1) + timedelta(days=who.draw.randrange(4, 14)))
    commitment_id = commitment.public_id
    save_draft(
        actor=company, commitment_public_id=commitment_id, month=month, typed=typed, no_hours=not typed, now=sent
    )
    send(actor=company, commitment_public_id=commitment_id, month=month, now=sent)
    lines = list(StatementLine.objects.filter(statement__commitment=commitment, statement__month=month).order_by("id"))
    if refuse and lines:
        refuse_line(
            actor=facilitator,
            line_public_id=lines[0].public_id,
            reason=who.draw.choice(REFUSALS),
            now=sent + timedelta(days=3),
        )
        lines = lines[1:]
    if decided:
        accept_lines(
            actor=facilitator, line_public_ids=[line.public_id for line in lines], now=sent + timedelta(days=4)
        )


SETTLED = timedelta(days=45)
"""Contracts ended longer ago have nothing waiting."""
SPREAD = (Decimal("0.90"), Decimal("1.00"), Decimal("1.00"), Decimal("1.06"))


def _certify(who: Cast, commitment: Commitment) -> None:
    commitment.refresh_from_db()
    if commitment.ends_on >= who.today or commitment.credited_hours < commitment.due_hours:
        return
    issue_certificate(
        actor=who.mission,
        commitment_id=commitment.public_id,
        now=moment(min(who.today, commitment.ends_on + timedelta(days=40)), 15),
    )

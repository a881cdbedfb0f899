"""Positions and referrals of the demonstration: each state of a referral is there, among them a late answer and news after the contract."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from levier.accounts.values import Actor
from levier.commitments.actions import assign_placement
from levier.commitments.models import Commitment
from levier.demonstration import names
from levier.demonstration.casting import Cast, moment
from levier.foundation.periods import add_months
from levier.participants.actions import decide_eligibility, place_person
from levier.participants.outcomes import Answer, type_answer
from levier.participants.values import ContractKind, DecisionProposal, Modality, PlacementProposal
from levier.referrals.actions import link_placement, open_position, propose, take_step
from levier.referrals.models import Position, Referral
from levier.referrals.values import Licence, ReferralState, Terms, Wish
from levier.territories.models import Perimeter

MOST = 8
WISHES = (
    "Un an de chantier, cherche un poste stable",
    "Première expérience, motivée par ce métier",
    "Deux saisons dans ce métier",
)
LINK = "Travaux du lot, sur le site du marché"
STATE = ReferralState


def make_positions(who: Cast) -> int:
    """Positions on running commitments of the territory that signs in, then of the others. The number of positions."""
    today = who.today
    running = list(
        Commitment.objects.filter(ends_on__gte=add_months(today, 2), starts_on__lte=add_months(today, -8))
        .select_related("holder", "territory", "lot")
        .order_by("id")
    )
    running.sort(key=lambda one: (one.territory.number != names.PRESCRIBER_TERRITORY, one.pk))
    for rank, commitment in enumerate(running[:MOST]):
        _live(who, commitment, rank)
    return min(MOST, len(running))


def _live(who: Cast, commitment: Commitment, rank: int) -> None:
    """The first position has been filled and is over; the second waits too long for its company; others are at earlier steps."""
    position = _open(who, commitment, rank, months_ago=7 if rank == 0 else 0)
    company = who.companies[commitment.holder_id]
    sender = (
        who.prescriber if commitment.territory.number == names.PRESCRIBER_TERRITORY else _facilitator(who, commitment)
    )
    if rank == 0:
        _hired(who, _proposed(who, position, sender, 200), company)
        return
    first = _proposed(who, position, sender, 15 if rank == 1 else 3)
    if rank % 3 == 2:
        _step(who, first, company, STATE.TO_MEET, 2, meets_on=who.today + timedelta(days=1))
        second = _proposed(who, position, sender, 6)
        _step(who, second, company, STATE.REFUSED, 4, reason="mobility", note="Le chantier commence à 6 h, sans bus")
    if rank % 3 == 0:
        _step(who, first, company, STATE.RETAINED, 1)


def _facilitator(who: Cast, commitment: Commitment) -> Actor:
    return who.facilitators[commitment.territory.number]


def _open(who: Cast, commitment: Commitment, rank: int, *, months_ago: int) -> Position:
    code, title = names.jobs_of(commitment.holder.name)[rank % len(names.jobs_of(commitment.holder.name))]
    opened = add_months(who.today, -months_ago) - timedelta(days=20)
    wanted = opened + timedelta(days=20 if months_ago else 20 + 18 * rank)
    starts = max(commitment.starts_on, min(wanted, commitment.ends_on - timedelta(days=45)))
    commune = Perimeter.objects.filter(territory_id=commitment.territory_id).order_by("commune_id").first()
    assert commune is not None
    terms = Terms(
        code, title, commune.commune_id, starts, add_months(starts, 3) if months_ago else None, Decimal(35), 1 + rank % 3,
        "Chef d’équipe du chantier", Licence.CAR if rank % 2 else Licence.NONE, "Prise de poste à 7 h 30", LINK,
    )  # fmt: skip
    return open_position(
        actor=who.companies[commitment.holder_id], commitment_id=commitment.public_id, terms=terms, catalogue=who.catalogue,
        now=moment(opened),
    )  # fmt: skip


def _proposed(who: Cast, position: Position, sender: Actor, days_ago: int) -> Referral:
    day = who.today - timedelta(days=days_ago)
    wish = Wish(who.draw.choice(WISHES), day + timedelta(days=7), "", phone_agreed=False, agreed=True)
    return propose(
        actor=sender,
        position_id=position.public_id,
        wish=wish,
        new=next(who.persons),
        catalogue=who.catalogue,
        now=moment(day, 10),
    )


def _step(who: Cast, referral: Referral, actor: Actor, target: ReferralState, days_ago: int, **given: Any) -> None:
    day = who.today - timedelta(days=days_ago)
    take_step(
        actor=actor,
        referral_id=referral.public_id,
        target=target,
        catalogue=who.catalogue,
        now=moment(day, 14),
        **given,
    )


def _hired(who: Cast, referral: Referral, company: Actor) -> None:
    """Met, hired, at work for three months, and what became of the person since."""
    position = referral.position
    _step(who, referral, company, STATE.RETAINED, 198)
    day = who.today - timedelta(days=196)
    facilitator = _facilitator(who, position.commitment)
    starts, ends = day + timedelta(days=4), add_months(day, 3)
    decide_eligibility(
        actor=facilitator, person_id=referral.person.public_id, catalogue=who.catalogue, now=moment(day),
        proposal=DecisionProposal("DELD", day - timedelta(days=10), None, day, ContractKind.CDD, starts, ends),
    )  # fmt: skip
    placement = place_person(
        actor=facilitator, person_id=referral.person.public_id, catalogue=who.catalogue, now=moment(day, 11),
        proposal=PlacementProposal(
            position.commitment.holder.siret, position.commitment.holder.name, "", Modality.DIRECT_HIRE, ContractKind.CDD,
            position.job_title, position.job_code, starts, ends, position.weekly_hours,
        ),
    )  # fmt: skip
    ids: dict[str, Any] = {"commitment_id": position.commitment.public_id, "now": moment(day, 11)}
    assign_placement(actor=facilitator, placement_id=placement.public_id, since=starts, **ids)
    link_placement(actor=facilitator, placement=placement, catalogue=who.catalogue, **ids)
    ended = placement.outcomes.get(step="end").public_id
    told = moment(who.today - timedelta(days=5), 14)
    type_answer(actor=facilitator, question_id=ended, answer=Answer.CDI, now=told)

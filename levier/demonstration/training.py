"""Somebody in training whose hours pass what training may count for, as the company that signs in types them; and an entry into a SIAE, checked."""

from datetime import timedelta
from decimal import Decimal

from levier.commitments.actions import assign_placement
from levier.commitments.models import Commitment
from levier.demonstration import names
from levier.demonstration.casting import Cast, moment
from levier.foundation.periods import add_months, first_of_month
from levier.hours.checks import TypedLine
from levier.hours.declarations import save_draft
from levier.hours.models import Statement
from levier.hours.training import training_of
from levier.participants.actions import decide_eligibility, place_person, register_person
from levier.participants.iae_checks import record_iae_check
from levier.participants.models import Placement
from levier.participants.rules import TRAINING_CAP
from levier.participants.values import ContractKind, DecisionProposal, IaeWay, Modality, PlacementProposal

TERRITORY = 4
BEYOND = Decimal(18)
"""Hours typed above what may count."""
MOST = Decimal(150)
"""Above that many hours that may count, one month of one person cannot pass them."""


def train_somebody(who: Cast) -> bool:
    """On the smallest running commitment that nobody declared last month, in the territory of the sign-ins; False where there is none."""
    month = add_months(first_of_month(who.today), -1)
    running = Commitment.objects.filter(territory__number=TERRITORY, starts_on__lt=month, ends_on__gte=who.today)
    begun = Statement.objects.filter(month=month).values("commitment_id")
    open_ones = running.exclude(pk__in=begun).select_related("holder", "territory").order_by("due_hours")
    shown = names.COMPANIES[0]
    for commitment in sorted(open_ones, key=lambda one: one.holder.name != shown):
        most = training_of(commitment, who.catalogue.at(TRAINING_CAP, commitment.starts_on)).left
        if 0 < most <= MOST and commitment.holder_id in who.companies:
            placement = _placed(who, commitment)
            typed = {placement.public_id: TypedLine(str(most + BEYOND))}
            save_draft(
                actor=who.companies[commitment.holder_id], commitment_public_id=commitment.public_id, month=month, typed=typed,
                now=moment(who.today - timedelta(days=1)),
            )  # fmt: skip
            return True
    return False


def _placed(who: Cast, commitment: Commitment) -> Placement:
    facilitator, start = who.facilitators[TERRITORY], add_months(first_of_month(who.today), -1)
    decided = start - timedelta(days=6)
    person = register_person(actor=facilitator, new=next(who.persons), catalogue=who.catalogue, now=moment(decided))
    proposal = DecisionProposal(
        criterion="DELD", proof_date=decided - timedelta(days=20), expires_on=None, decision_date=decided, kind=ContractKind.CDD,
        hire_date=start, contract_end=commitment.ends_on,
    )  # fmt: skip
    decide_eligibility(
        actor=facilitator, person_id=person.public_id, proposal=proposal, catalogue=who.catalogue, now=moment(decided)
    )
    code, title = names.jobs_of(commitment.holder.name)[0]
    job = PlacementProposal(
        employer_siret=commitment.holder.siret, employer_name=commitment.holder.name, structure_kind="", modality=Modality.TRAINING,
        contract_kind=ContractKind.CDD, job_title=f"{title}, formation", job_code=code, starts_on=start, ends_on=commitment.ends_on,
        weekly_hours=Decimal("35.00"),
    )  # fmt: skip
    placement = place_person(
        actor=facilitator, person_id=person.public_id, proposal=job, catalogue=who.catalogue, now=moment(decided)
    )
    assign_placement(
        actor=facilitator, commitment_id=commitment.public_id, placement_id=placement.public_id, since=start, now=moment(decided)
    )  # fmt: skip
    return placement


def check_an_entry(who: Cast) -> bool:
    """The facilitator saw the proofs of one person whom the ETTI of the sign-ins employs; the others wait to be checked."""
    supplied = Placement.objects.filter(employer__name=names.STRUCTURE[1], person__territory__number=TERRITORY)
    placement = supplied.order_by("-starts_on", "-id").first()
    if placement is None:
        return False
    day = placement.starts_on - timedelta(days=1)
    record_iae_check(
        actor=who.facilitators[TERRITORY], placement_id=placement.public_id, way=IaeWay.LEVEL_2, count=2, checked_on=day,
        proofs_seen=True, catalogue=who.catalogue, now=moment(day),
    )  # fmt: skip
    return True

"""The people of a commitment and its months: hired, declared, proven, accepted or sent back."""

from datetime import date, timedelta
from decimal import Decimal

from levier.commitments.actions import assign_placement
from levier.commitments.models import Commitment
from levier.demonstration import names
from levier.demonstration.casting import Cast, moment
from levier.demonstration.papers import timesheet
from levier.foundation.periods import add_months, first_of_month, last_of_month
from levier.foundation.quantities import hundredths
from levier.hours.actions import accept_lines, refuse_line
from levier.hours.checks import TypedLine
from levier.hours.declarations import attach_evidence, save_draft, send
from levier.hours.models import StatementLine
from levier.participants.actions import decide_eligibility, place_person, register_person
from levier.participants.models import Placement
from levier.participants.values import ContractKind, DecisionProposal, Modality, PlacementProposal

CRITERIA = ("RSA", "DELD", "DETLD", "ASS", "QPV", "SENIOR_50")
REFUSALS = (
    "Le bulletin joint indique moins d’heures : envoyez le bulletin du mois.",
    "La feuille d’heures n’est pas signée : joignez la feuille signée par le chef de chantier.",
)
SUPPLIED_TERRITORY = 4
"""Where one person of each running commitment comes from the temporary-work structure (ETTI) of the sign-ins."""
SPREAD = (Decimal("0.90"), Decimal("1.00"), Decimal("1.00"), Decimal("1.06"))


def hire(who: Cast, commitment: Commitment, count: int) -> list[Placement]:
    facilitator = who.facilitators[commitment.territory.number]
    start = commitment.starts_on + timedelta(days=3)
    decided = start - timedelta(days=6)
    hired = []
    for rank in range(count):
        supplied = rank == 0 and commitment.territory.number == SUPPLIED_TERRITORY and commitment.ends_on >= who.today
        person = register_person(actor=facilitator, new=next(who.persons), catalogue=who.catalogue, now=moment(decided))
        code, title = who.draw.choice(names.jobs_of(commitment.holder.name))
        kind = who.draw.choice((ContractKind.CDD, ContractKind.CDD, ContractKind.CDI, ContractKind.PROFESSIONALISATION))
        kind = ContractKind.ASSIGNMENT if supplied else kind
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
                employer_siret=names.company_siret(names.STRUCTURE[0]) if supplied else commitment.holder.siret,
                employer_name=names.STRUCTURE[1] if supplied else commitment.holder.name,
                structure_kind="ETTI" if supplied else "",
                modality=Modality.LABOUR_SUPPLY if supplied else Modality.DIRECT_HIRE,
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


def one_month(
    who: Cast,
    commitment: Commitment,
    placements: list[Placement],
    month: date,
    monthly: Decimal,
    *,
    decided: bool,
    refuse: bool,
    proven: bool,
) -> None:
    company = who.companies[commitment.holder_id]
    facilitator = who.facilitators[commitment.territory.number]
    present = [
        p for p in placements if p.starts_on < add_months(month, 1) and (p.ends_on is None or p.ends_on >= month)
    ]
    part = Decimal("0.6") if first_of_month(commitment.starts_on) == month else Decimal(1)
    share = min(Decimal("151.67"), monthly / max(1, len(present))) * part
    typed = {
        p.public_id: TypedLine(
            hours=str(hundredths(min(_full_hours(p, commitment, month) * part, share * who.draw.choice(SPREAD))))
        )
        for p in present
        if monthly
    }
    sent = moment(add_months(month, 1) + timedelta(days=who.draw.randrange(4, 14)))
    commitment_id = commitment.public_id
    save_draft(
        actor=company, commitment_public_id=commitment_id, month=month, typed=typed, no_hours=not typed, now=sent
    )
    if proven and typed:
        attach_evidence(
            actor=company, commitment_public_id=commitment_id, month=month, received=timesheet(month, typed), now=sent
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


def _full_hours(placement: Placement, commitment: Commitment, month: date) -> Decimal:
    """Hours of a full-time month, in proportion to its days under that contract and commitment."""
    first = max(month, placement.starts_on, commitment.starts_on)
    last = min(last_of_month(month), placement.ends_on or commitment.ends_on, commitment.ends_on)
    return Decimal("151.67") * max(0, (last - first).days + 1) / last_of_month(month).day

"""What a commitment's books say today: the snapshot a certificate would seal, the months it would close, and what stands in the way.

Everything is derived from the ledger; no counter is trusted.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from levier.commitments.models import Commitment, DueMovement, HoursPenalty, HoursWaiver, Period
from levier.compliance.queries import agreement_of
from levier.compliance.refusals import CertificateRefusal
from levier.compliance.rules import balance
from levier.compliance.snapshot import FORM, Party, SealedBalance, Snapshot, shown_people
from levier.compliance.values import CommitmentFacts
from levier.foundation import french
from levier.foundation.objections import Objection
from levier.foundation.periods import add_months, civil_date, first_of_month, months_between
from levier.hours.models import LedgerEntry, StatementLine
from levier.territories.models import FacilitatorContact
from levier.territories.queries import in_force

_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Books:
    """`snapshot` is None when no month is over yet. `months`: those still to be closed, in order."""

    snapshot: Snapshot | None
    months: tuple[date, ...]
    objections: tuple[Objection, ...]


def books_of(commitment: Commitment, *, now: datetime, place: str = "") -> Books:
    """Read under the commitment's lock when it is to be sealed. Lot, contract, buyer, holder and territory must be loaded."""
    this_month = first_of_month(civil_date(now))
    through = min(add_months(this_month, -1), first_of_month(commitment.ends_on))
    objections = _waiting(commitment)
    if through < first_of_month(commitment.starts_on):
        opens = french.day(add_months(first_of_month(commitment.starts_on), 1))
        return Books(None, (), (*objections, Objection(CertificateRefusal.NO_FINISHED_MONTH, "", {"opens": opens})))
    closed = set(Period.objects.filter(commitment=commitment, sealed_at__isnull=False).values_list("month", flat=True))
    months = tuple(month for month in months_between(commitment.starts_on, through) if month not in closed)
    return Books(_snapshot(commitment, through, civil_date(now), place), months, objections)


def _waiting(commitment: Commitment) -> tuple[Objection, ...]:
    months = list(
        StatementLine.objects.filter(statement__commitment=commitment, state="pending")
        .order_by("statement__month")
        .values_list("statement__month", flat=True)
    )
    if not months:
        return ()
    words = ", ".join(french.month(month) for month in dict.fromkeys(months))
    return (
        Objection(
            CertificateRefusal.PENDING_LINES, "", {"lines": french.plural(len(months), "ligne"), "months": words}
        ),
    )


def _snapshot(commitment: Commitment, through: date, today: date, place: str) -> Snapshot:
    lot, contract = commitment.lot, commitment.lot.contract
    worked = _worked(commitment)
    entries, head = _head(commitment)
    contact = FacilitatorContact.objects.filter(in_force(today), territory_id=commitment.territory_id).first()
    return Snapshot(
        form=FORM,
        contract_reference=contract.reference,
        contract_title=contract.title,
        lot_number=lot.number,
        lot_title=lot.title,
        lots=contract.lots.count(),
        buyer=Party(contract.buyer.name, contract.buyer.siret),
        holder=Party(commitment.holder.name, commitment.holder.siret),
        instrument=commitment.instrument,
        territory_number=commitment.territory.number,
        territory=commitment.territory.short_name,
        facilitator=contact.structure if contact else commitment.territory.name,
        starts_on=commitment.starts_on,
        ends_on=commitment.ends_on,
        balance=_balance(commitment, sum((row.hours for row in worked), _ZERO)),
        people=shown_people(len({row.person for row in worked})),
        modalities=tuple(sorted({row.modality for row in worked})),
        first_month=min((row.month for row in worked), default=None),
        last_month=max((row.month for row in worked), default=None),
        sealed_through=through,
        ledger_entries=entries,
        ledger_head=head,
        place=place,
        agreement=agreement_of(commitment),
    )


@dataclass(frozen=True, slots=True)
class _Worked:
    person: int
    modality: str
    month: date
    hours: Decimal


def _worked(commitment: Commitment) -> list[_Worked]:
    """What the ledger holds of each placement and month, once reversals are taken off."""
    rows = (
        LedgerEntry.objects.filter(commitment=commitment)
        .order_by()
        .values_list("placement__person_id", "placement__modality", "worked_month")
        .annotate(total=Sum("hours"))
    )
    return [_Worked(person, modality, month, total) for person, modality, month, total in rows if total > 0]


def _head(commitment: Commitment) -> tuple[int, str]:
    last = LedgerEntry.objects.filter(commitment=commitment).order_by("-sequence").first()
    return (last.sequence, bytes(last.hash).hex()) if last else (0, "")


def _balance(commitment: Commitment, accepted: Decimal) -> SealedBalance:
    due, waived, penalised = (
        rows.objects.filter(commitment=commitment).aggregate(total=Sum("hours"))["total"] or _ZERO
        for rows in (DueMovement, HoursWaiver, HoursPenalty)
    )
    facts = CommitmentFacts(due, accepted, waived, commitment.penalty_rate or _ZERO, penalised=penalised)
    line = balance((facts,)).result.commitments[0]
    return SealedBalance(
        due=due,
        accepted=accepted,
        waived=waived,
        penalised=penalised,
        outstanding=line.outstanding,
        surplus=line.surplus,
    )

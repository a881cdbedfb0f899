"""How far commitments are: what is promised, due to date, declared, accepted, in two queries whatever the number of commitments;
pages never add these up themselves.
Whether a commitment is late is not said here: `following.rules.is_late` says it, from what is expected.

What is accepted is the commitment's credited hours: the wall that books an entry adds it there, and `levier verify` compares the two.
What is declared is that and the lines that still wait, so that no page adds up ten years of decided lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet, Sum

from levier.commitments.models import Commitment
from levier.commitments.queries import accrued_by
from levier.foundation.periods import elapsed_share
from levier.foundation.quantities import half_up
from levier.hours.models import StatementLine

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Progress:
    """Hours of a commitment, or of several added up (the surplus of one then hides nothing of another's deficit).

    `due`: owed today, all movements counted. `due_to_date`: the part of it that the elapsed days make due this evening, day by day.
    `declared`: sent and not refused, accepted ones included. What was waived or penalised counts as if it were done.
    """

    due: Decimal = ZERO
    due_to_date: Decimal = ZERO
    declared: Decimal = ZERO
    accepted: Decimal = ZERO
    waived: Decimal = ZERO
    outstanding: Decimal = ZERO
    surplus: Decimal = ZERO
    missing: Decimal = ZERO
    """Due to date and not even declared."""
    at_stake: Decimal = ZERO
    """Still owed and not declared: what will be lost if nothing moves."""
    ended: bool = True
    penalised: Decimal = ZERO

    @property
    def pending(self) -> Decimal:
        """Declared, waiting for the facilitator."""
        return max(ZERO, self.declared - self.accepted)

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            self.due + other.due,
            self.due_to_date + other.due_to_date,
            self.declared + other.declared,
            self.accepted + other.accepted,
            self.waived + other.waived,
            self.outstanding + other.outstanding,
            self.surplus + other.surplus,
            self.missing + other.missing,
            self.at_stake + other.at_stake,
            self.ended and other.ended,
            self.penalised + other.penalised,
        )


def total(parts: Iterable[Progress]) -> Progress:
    return sum(parts, Progress())


def due_to_date(due: Decimal, starts_on: date, ends_on: date, today: date) -> Decimal:
    """Linear: due × elapsed days ÷ days in all, both ends counted, as of the evening of `today`."""
    if today >= ends_on and due == (whole := due.quantize(ZERO)):
        return whole
    elapsed, days = elapsed_share(starts_on, ends_on, today)
    return half_up(Fraction(due) * elapsed / days, 2)


def progress(commitment_ids: Iterable[int], today: date) -> dict[int, Progress]:
    """The progress of each of these commitments. The caller has already asked which ones the actor may see."""
    ids = list(commitment_ids)
    rows = Commitment.objects.filter(pk__in=ids).values_list(
        "pk",
        "due_hours",
        "waived_hours",
        "penalised_hours",
        "starts_on",
        "ends_on",
        "credited_hours",
        accrued_by(today),
    )
    pending = pending_hours(Commitment.objects.filter(pk__in=ids))
    return {
        pk: progress_of(
            due=due,
            waived=waived,
            penalised=penalised,
            starts_on=starts,
            ends_on=ends,
            declared=accepted + pending.get(pk, ZERO),
            accepted=accepted,
            today=today,
            accrued=accrued,
        )
        for pk, due, waived, penalised, starts, ends, accepted, accrued in rows
    }


def pending_hours(commitments: QuerySet[Commitment]) -> dict[int, Decimal]:
    """Hours declared that wait for the facilitator, of those of these commitments that have some; one query."""
    lines = StatementLine.objects.filter(state="pending", statement__commitment__in=commitments.order_by().values("pk"))
    rows = lines.values_list("statement__commitment_id").annotate(Sum("hours"))
    return {pk: hours for pk, hours in rows if hours}


def progress_of(
    *,
    due: Decimal,
    waived: Decimal,
    starts_on: date,
    ends_on: date,
    declared: Decimal,
    accepted: Decimal,
    today: date,
    penalised: Decimal = ZERO,
    accrued: Decimal | None = None,
) -> Progress:
    """The same from its figures, without the database. `accrued`: due to date where the due moved since the signature, unrounded."""
    owed = due - waived - penalised
    to_date = due_to_date(due, starts_on, ends_on, today) if accrued is None else half_up(Fraction(accrued), 2)
    done = max(declared, accepted)
    at_stake = max(ZERO, owed - done)
    return Progress(
        due=due,
        due_to_date=to_date,
        declared=done,
        accepted=accepted,
        waived=waived,
        outstanding=max(ZERO, owed - accepted),
        surplus=max(ZERO, accepted - owed),
        missing=max(ZERO, min(at_stake, to_date - waived - penalised - done)),
        at_stake=at_stake,
        ended=today > ends_on,
        penalised=penalised,
    )

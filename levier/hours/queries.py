"""Reading declarations and the ledger. Everything starts from what the actor may see; nothing is seen by default."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment, CommitmentPlacement, Period
from levier.commitments.queries import commitments_visible_to
from levier.foundation.periods import add_months, last_of_month
from levier.hours.models import Evidence, LedgerEntry, MonthCredit, PersonMonth, Statement, StatementLine, WorkedMonth
from levier.hours.policies import reads_lines
from levier.hours.values import Window
from levier.participants.identity import UNREADABLE, open_identity
from levier.participants.models import EligibilityDecision, Person
from levier.reference.published import published_catalogue
from levier.reference.queries import catalogue
from levier.reference.values import Catalogue

_ZERO = Decimal(0)
_MAY_BE_MINOR = 18


def statements_visible_to(actor: Actor) -> QuerySet[Statement]:
    """Declarations of the commitments in reach. They name people: the buyer sees none."""
    if not reads_lines(actor):
        return Statement.objects.none()
    return Statement.objects.filter(commitment__in=commitments_visible_to(actor))


def lines_visible_to(actor: Actor) -> QuerySet[StatementLine]:
    """Lines of these declarations; a facilitator and the mission never see what the company has not sent."""
    if not reads_lines(actor):
        return StatementLine.objects.none()
    found = StatementLine.objects.filter(statement__commitment__in=commitments_visible_to(actor))
    return found if actor.role is Role.COMPANY else found.exclude(state="draft")


def entries_visible_to(actor: Actor) -> QuerySet[LedgerEntry]:
    """Entries of the ledger of the commitments in reach. The buyer reads their sums: use `hours_by_month`."""
    if not reads_lines(actor):
        return LedgerEntry.objects.none()
    return LedgerEntry.objects.filter(commitment__in=commitments_visible_to(actor))


def evidence_visible_to(actor: Actor) -> QuerySet[Evidence]:
    """Pieces attached to the declarations in reach: the same people as the declaration."""
    if not reads_lines(actor):
        return Evidence.objects.none()
    return Evidence.objects.filter(statement__commitment__in=commitments_visible_to(actor))


def lines_to_validate(actor: Actor, month: date | None = None) -> QuerySet[StatementLine]:
    """Lines sent and not decided, of the facilitator's territories; empty for everybody else."""
    if actor.role is not Role.FACILITATOR:
        return StatementLine.objects.none()
    found = lines_visible_to(actor).filter(state="pending")
    return found.filter(statement__month=month) if month else found


def months_to_validate(actor: Actor) -> list[tuple[date, int]]:
    """Months with lines to decide and how many, the latest first."""
    counted: dict[date, int] = {}
    for month in lines_to_validate(actor).values_list("statement__month", flat=True):
        counted[month] = counted.get(month, 0) + 1
    return sorted(counted.items(), reverse=True)


def hours_by_month(actor: Actor, commitment_ids: Iterable[int]) -> dict[tuple[int, date], Decimal]:
    """Accepted hours by commitment and month worked, as the ledger keeps their sums; without names, for every role in reach."""
    rows = (
        MonthCredit.objects.filter(commitment__in=commitments_visible_to(actor), commitment_id__in=list(commitment_ids))
        .order_by("commitment_id", "month")
        .values_list("commitment_id", "month", "hours")
    )
    return {(commitment, month): hours for commitment, month, hours in rows}


def declared_hours(actor: Actor, commitment_ids: Iterable[int]) -> dict[tuple[int, date], Decimal]:
    """Hours sent by commitment and month, decided or not, refused ones left out; sums without names."""
    rows = (
        StatementLine.objects.filter(
            statement__commitment__in=commitments_visible_to(actor),
            statement__commitment_id__in=list(commitment_ids),
            state__in=("pending", "accepted"),
        )
        .values_list("statement__commitment_id", "statement__month")
        .annotate(total=Sum("hours"))
        .order_by("statement__commitment_id", "statement__month")
    )
    return {(commitment, month): total for commitment, month, total in rows}


def assigned_in(month: date, **commitment: object) -> QuerySet[CommitmentPlacement]:
    """Placements whose hours of that month may be drawn onto the commitment: assigned, and active some day of the month."""
    end = last_of_month(month)
    return (
        CommitmentPlacement.objects.filter(
            Q(placement__ends_on__isnull=True) | Q(placement__ends_on__gte=month),
            placement__starts_on__lte=end,
            since__lte=end,
            **commitment,
        )
        .select_related("placement__person", "placement__decision", "placement__employer")
        .order_by("placement__starts_on", "placement_id")
    )


def windows_of(person_ids: Iterable[int]) -> dict[int, tuple[Window, ...]]:
    """Granted eligibility windows by person."""
    found: dict[int, list[Window]] = {}
    rows = EligibilityDecision.objects.filter(person_id__among=set(person_ids), granted=True).order_by("valid_from")
    for person, decided, starts, until in rows.values_list("person_id", "decided_on", "valid_from", "valid_until"):
        found.setdefault(person, []).append(Window(decided, starts, until))
    return {person: tuple(windows) for person, windows in found.items()}


def hours_of_past_months(
    placement_ids: Iterable[int], month: date, months: int = 3, *, commitment: Commitment | None = None
) -> dict[tuple[int, date], Decimal]:
    """Hours by placement and month over the months before, as sent (refused ones left out).

    Over all commitments for who validates; of one `commitment` alone for a company, which learns nothing of another's.
    """
    within = Q() if commitment is None else Q(statement__commitment=commitment)
    rows = (
        StatementLine.objects.filter(
            within,
            placement_id__in=set(placement_ids),
            statement__month__lt=month,
            statement__month__gte=add_months(month, -months),
            state__in=("pending", "accepted"),
            hours__isnull=False,
        )
        .values_list("placement_id", "statement__month")
        .annotate(total=Sum("hours"))
        .order_by("placement_id", "statement__month")
    )
    return {(placement, past): total for placement, past, total in rows}


def worked_months_of(placement_ids: Iterable[int], month: date) -> dict[int, WorkedMonth]:
    rows = WorkedMonth.objects.filter(placement_id__among=set(placement_ids), month=month)
    return {row.placement_id: row for row in rows}


def person_months_of(person_ids: Iterable[int], month: date) -> dict[int, PersonMonth]:
    return {row.person_id: row for row in PersonMonth.objects.filter(person_id__among=set(person_ids), month=month)}


def sealed_months(commitment_ids: Iterable[int]) -> set[tuple[int, date]]:
    rows = Period.objects.filter(commitment_id__in=set(commitment_ids), sealed_at__isnull=False)
    return set(rows.values_list("commitment_id", "month"))


def reopened(statement_id: int | None) -> bool:
    """Whether a line of that declaration was accepted, then reversed: it may be declared again even once the month is closed."""
    return (
        statement_id is not None
        and LedgerEntry.objects.filter(line__statement_id=statement_id, reverses__isnull=False).exists()
    )


def commitments_with_people(actor: Actor) -> QuerySet[Commitment]:
    """Commitments that the company holds, with whether anybody was ever assigned to them."""
    return (
        commitments_visible_to(actor)
        .annotate(has_people=Exists(CommitmentPlacement.objects.filter(commitment=OuterRef("pk"))))
        .select_related("lot__contract__buyer", "territory", "holder")
        .order_by("lot__contract__reference", "lot__number", "id")
    )


def reference_values() -> Catalogue:
    """Reference values of the database, or the published ones where none was loaded yet."""
    known = catalogue()
    return known if next(iter(known), None) is not None else published_catalogue()


def accepted_on(line_ids: Iterable[int]) -> dict[int, Decimal]:
    """What the ledger holds of each line; lines without an entry are left out."""
    rows = LedgerEntry.objects.filter(line_id__in=set(line_ids)).values_list("line_id").annotate(total=Sum(F("hours")))
    return {line: total or _ZERO for line, total in rows}


def birth_date_of(person: Person, month: date) -> date | None:
    """The birth date where it may change the legal maximum of that month; None for who is of age by year alone (or unknown)."""
    if person.identity is None or person.birth_year is None or month.year - person.birth_year > _MAY_BE_MINOR:
        return None
    identity = open_identity(person.identity, person.public_id)
    return None if identity in {None, UNREADABLE} else identity.birth_date

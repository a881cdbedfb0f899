"""Coming deadlines of declarations in somebody's scope, by day and buyer, and the ends of commitments."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from levier.accounts.values import Actor
from levier.commitments.queries import commitments_visible_to
from levier.compliance.models import Certificate
from levier.compliance.queries import in_force
from levier.foundation.periods import add_months, last_of_month, months_between
from levier.hours.calendars import Calendars


@dataclass(frozen=True, slots=True)
class Declared:
    """Statements of one period of one buyer's contracts, to be sent by `last_day`; references of the contracts concerned, in order."""

    last_day: date
    first_month: date
    period_end: date
    buyer_id: int
    buyer: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """A commitment whose last day is near."""

    ends_on: date
    commitment_id: str
    contract_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Coming:
    declared: tuple[Declared, ...]
    endings: tuple[Ending, ...]


def coming(actor: Actor, *, today: date, known: Calendars, months: int = 6) -> Coming:
    """All that falls due in the actor's scope over so many months; one query. Certified commitments ask for nothing more."""
    until = last_of_month(add_months(today, months))
    rows = (
        commitments_visible_to(actor)
        .filter(
            ~Exists(Certificate.objects.filter(in_force(), commitment=OuterRef("pk"))),
            ends_on__gte=add_months(today, -7),
            starts_on__lte=until,
        )
        .order_by("lot__contract__reference", "pk")
        .values_list(
            "public_id",
            "starts_on",
            "ends_on",
            "lot__contract__public_id",
            "lot__contract__reference",
            "lot__contract__buyer_id",
            "lot__contract__buyer__name",
        )
    )
    found: dict[tuple[date, date, int], tuple[str, date, dict[str, None]]] = {}
    endings = []
    for commitment_id, starts_on, ends_on, contract_id, reference, buyer_id, buyer in rows:
        if today <= ends_on <= until:
            endings.append(Ending(ends_on, commitment_id, contract_id, reference))
        for month in months_between(max(starts_on, add_months(today, -6)), min(ends_on, until)):
            end, last = known.period(buyer_id, month)
            if last < today or last > until:
                continue
            key = (last, end, buyer_id)
            name, first, references = found.setdefault(key, (buyer, month, {}))
            references[reference] = None
            found[key] = (name, min(first, month), references)
    declared = [
        Declared(last, first, end, buyer_id, name, tuple(references))
        for (last, end, buyer_id), (name, first, references) in sorted(found.items())
    ]
    return Coming(tuple(declared), tuple(sorted(endings, key=lambda one: (one.ends_on, one.reference))))

"""What the supplying structure and the person say of declared hours (confirmation), for whoever accepts them.

A structure (SIAE, ETTI, GEIQ, EA) confirms or contests the lines that a company declared of the people it employs; a person
answers yes, no or « je ne sais pas » on their own page. Each answer is an append-only row; the last one of each side counts while
the line still says the same hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from levier.accounts.models import Membership
from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.foundation.objections import NotForYou
from levier.hours.codes import StatementRefusal
from levier.hours.models import Contest, LineConfirmation, StatementLine
from levier.hours.refusals import refused
from levier.participants.letters import Oneself
from levier.participants.models import Person
from levier.participants.queries import family_of

LONGEST_REASON = 500


class Side(StrEnum):
    STRUCTURE = "structure"
    PERSON = "person"


class Said(StrEnum):
    """An answer on declared hours."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What is known of one line. `awaits_structure`: somebody else than the holder employs the person, so the structure has a say;
    `asked`: that structure signs in to Levier, so it was told.

    `by_structure`, `by_person`: their last answer on these very hours, None without one. `contested`: a case is open.
    """

    awaits_structure: bool = False
    asked: bool = False
    by_structure: Said | None = None
    structure_reason: str = ""
    by_person: Said | None = None
    contested: bool = False

    @property
    def confirmed_by_structure(self) -> bool | None:
        """None where nobody was asked: the holder employs the person, or the structure has no access."""
        if self.by_structure is not None:
            return self.by_structure is Said.YES
        return False if self.awaits_structure and self.asked else None

    @property
    def confirmed_by_person(self) -> bool | None:
        """None while the person said nothing, or does not know."""
        if self.contested or self.by_person is Said.NO:
            return False
        return True if self.by_person is Said.YES else None


def confirmations_of(line_ids: Iterable[int]) -> dict[int, Confirmed]:
    """Facts for the review of hours, by line; every line asked for is answered. Four queries whatever their number.

    The caller has already asked whether the reader may see the lines.
    """
    ids = set(line_ids)
    supplied = (
        StatementLine.objects.filter(pk__among=ids)
        .exclude(placement__employer_id=F("statement__commitment__holder_id"))
        .values_list("pk", "placement__employer_id")
    )
    return _confirmations(ids, dict(supplied))


def confirmations_of_read(lines: Iterable[StatementLine]) -> dict[int, Confirmed]:
    """The same for lines already read with their placement and commitment: a query less."""
    employers = {line.pk: (line.placement.employer_id, line.statement.commitment.holder_id) for line in lines}
    return _confirmations(
        set(employers), {line: employer for line, (employer, holder) in employers.items() if employer != holder}
    )


def _confirmations(ids: set[int], supplied: dict[int, int]) -> dict[int, Confirmed]:
    """`supplied`: who employs the person, of the lines where it is not the holder."""
    told = set(
        Membership.objects.filter(organisation_id__in=set(supplied.values()), role=Role.STRUCTURE).values_list(
            "organisation_id", flat=True
        )
    )
    asked = {line for line, employer in supplied.items() if employer in told}
    contested = set(
        Contest.objects.filter(line_id__among=ids, answered_at__isnull=True).values_list("line_id", flat=True)
    )
    last: dict[tuple[int, str], LineConfirmation] = {}
    for one in LineConfirmation.objects.filter(line_id__among=ids, hours=F("line__hours")).order_by("id"):
        last[one.line_id, one.side] = one
    return {line: _confirmed(line, last, set(supplied), asked, contested) for line in ids}


def _confirmed(
    line: int, last: dict[tuple[int, str], LineConfirmation], supplied: set[int], asked: set[int], contested: set[int]
) -> Confirmed:
    structure, person = last.get((line, Side.STRUCTURE)), last.get((line, Side.PERSON))
    return Confirmed(
        awaits_structure=line in supplied,
        asked=line in asked,
        by_structure=Said(structure.answer) if structure else None,
        structure_reason=structure.reason if structure else "",
        by_person=Said(person.answer) if person else None,
        contested=line in contested,
    )


def lines_of_structure(actor: Actor) -> QuerySet[StatementLine]:
    """What companies sent of the people whom the actor's structure employs; nothing of what is still a draft, nobody else's people."""
    if actor.role is not Role.STRUCTURE:
        return StatementLine.objects.none()
    return (
        StatementLine.objects.filter(placement__employer_id=actor.organisation_id, statement__state="sent")
        .exclude(state="draft")
        .exclude(statement__commitment__holder_id=actor.organisation_id)
    )


def lines_to_confirm(actor: Actor) -> QuerySet[StatementLine]:
    """Lines that wait for the facilitator and on which the structure said nothing yet. A refused line waits for the company."""
    said = LineConfirmation.objects.filter(line=OuterRef("pk"), side=Side.STRUCTURE, hours=OuterRef("hours"))
    return lines_of_structure(actor).filter(~Exists(said), state="pending", hours__gt=0)


def lines_awaiting_structure(actor: Actor) -> QuerySet[StatementLine]:
    """For a facilitator: lines of the territory that wait for a decision, of people whom a structure employs that signs in and said
    nothing yet.
    """
    if actor.role is not Role.FACILITATOR:
        return StatementLine.objects.none()
    said = LineConfirmation.objects.filter(line=OuterRef("pk"), side=Side.STRUCTURE, hours=OuterRef("hours"))
    signs_in = Membership.objects.filter(role=Role.STRUCTURE).values("organisation_id")
    return (
        StatementLine.objects.filter(
            state="pending",
            hours__gt=0,
            statement__commitment__territory_id__in=actor.territory_ids,
            placement__employer_id__in=signs_in,
        )
        .exclude(placement__employer_id=F("statement__commitment__holder_id"))
        .filter(~Exists(said))
    )


def confirm_lines(*, actor: Actor, line_ids: Iterable[str], now: datetime) -> int:
    """The structure confirms these lines, all or none. Confirming again what it confirmed changes nothing."""
    wanted = set(line_ids)
    with transaction.atomic():
        lines = list(
            lines_of_structure(actor)
            .select_for_update(of=("self",))
            .select_related("statement__commitment__lot__contract")
            .filter(public_id__in=wanted)
            .order_by("pk")
        )
        if not wanted or len(lines) != len(wanted):
            raise NotForYou
        known = confirmations_of(line.pk for line in lines)
        new = [line for line in lines if line.hours and known[line.pk].by_structure is not Said.YES]
        for line in new:
            _say(actor, line, Said.YES, "", now)
        return len(new)


def contest_as_structure(*, actor: Actor, line_id: str, reason: str, now: datetime) -> StatementLine:
    """The structure does not recognise these hours: a reason, which the facilitator reads."""
    with transaction.atomic():
        line = (
            lines_of_structure(actor)
            .select_for_update(of=("self",))
            .select_related("statement__commitment__lot__contract")
            .filter(public_id=line_id, hours__isnull=False)
            .first()
        )
        if line is None:
            raise NotForYou
        words = " ".join(reason.split())[:LONGEST_REASON]
        if not words:
            raise refused(StatementRefusal.NO_REASON, "reason")
        _say(actor, line, Said.NO, words, now)
        return line


def _say(actor: Actor, line: StatementLine, said: Said, reason: str, now: datetime) -> None:
    assert line.hours is not None
    LineConfirmation.objects.create(
        line=line,
        side=Side.STRUCTURE,
        answer=said,
        hours=line.hours,
        reason=reason,
        at=now,
        said_by_id=actor.user_id,
        said_by_label=actor.label,
        organisation_id=actor.organisation_id,
    )
    record(
        actor=actor,
        action="hours.confirmed_by_structure" if said is Said.YES else "hours.contested_by_structure",
        object_kind="statement_line",
        object_id=line.public_id,
        thread=line.statement.commitment.lot.contract.public_id,
        facts={"month": line.statement.month.isoformat(), "hours": str(line.hours)},
        now=now,
    )


# The person's own answers


def lines_of_person(person: Person) -> QuerySet[StatementLine]:
    """What was sent of the person's hours, over all employers, the latest month first; refused lines and drafts left out."""
    return (
        StatementLine.objects.filter(
            placement__person_id__in=family_of(person), state__in=("pending", "accepted"), hours__gt=0
        )
        .select_related("statement__commitment__holder", "placement__employer")
        .order_by("-statement__month", "placement_id", "pk")
    )


def answer_as_person(*, person: Person, line_id: str, said: Said, now: datetime) -> StatementLine:
    """« C’est juste », « Non », « Je ne sais pas »: the last answer counts, the earlier ones stay written."""
    with transaction.atomic():
        line = lines_of_person(person).select_for_update(of=("self",)).filter(public_id=line_id).first()
        if line is None or line.hours is None:
            raise NotForYou
        LineConfirmation.objects.create(
            line=line, side=Side.PERSON, answer=said, hours=line.hours, at=now, said_by_label="La personne elle-même"
        )
        record(
            actor=Oneself(person.reference),
            action="hours.answered_by_person",
            object_kind="statement_line",
            object_id=line.public_id,
            facts={"month": line.statement.month.isoformat()},
            now=now,
        )
        return line


# For the facilitator


@dataclass(frozen=True, slots=True)
class ContestedLine:
    """A line that its structure does not recognise, and why."""

    line: StatementLine
    reason: str
    organisation: str
    at: datetime


def contested_by_structures(actor: Actor) -> list[ContestedLine]:
    """Pending lines of the facilitator's territories whose structure said no, the oldest first. Two queries."""
    if actor.role not in {Role.FACILITATOR, Role.MISSION}:
        return []
    here = Q() if actor.role is Role.MISSION else Q(line__statement__commitment__territory_id__in=actor.territory_ids)
    found = (
        LineConfirmation.objects.filter(
            here, side=Side.STRUCTURE, answer=Said.NO, hours=F("line__hours"), line__state="pending"
        )
        .select_related(
            "organisation", "line__placement__person", "line__statement__commitment__lot__contract",
            "line__statement__commitment__holder",
        )
        .order_by("at", "id")
    )  # fmt: skip
    rows = list(found)
    now = confirmations_of(row.line_id for row in rows)
    return [
        ContestedLine(row.line, row.reason, row.organisation.name if row.organisation else "", row.at)
        for row in {row.line_id: row for row in rows}.values()
        if now[row.line_id].by_structure is Said.NO
    ]

"""Erasing people: what they ask, what a dispute holds back, what their term ends. One engine for all (`_erase`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.audit.values import Author
from levier.controls.models import Case
from levier.controls.values import CaseState
from levier.erasure.models import ErasureRequest
from levier.erasure.rules import answer
from levier.erasure.values import Answer, ErasureFacts, Obstacle, Outcome
from levier.foundation.objections import NotForYou
from levier.foundation.periods import civil_date
from levier.hours.models import Contest, StatementFileLine, StatementFilePerson, StatementLine
from levier.participants.letters import Oneself
from levier.participants.models import (
    AccessLetter,
    EligibilityGround,
    IaeCheck,
    OutcomeQuestion,
    Person,
    PersonKey,
    Placement,
    WorkNote,
)
from levier.participants.queries import family_of
from levier.referrals.models import Referral

OVER = (CaseState.DECIDED, CaseState.CLOSED)


def preview(person: Person, today: date) -> Answer:
    """What asking would do today, without doing it."""
    return answer(_facts(person, today))


def ask_erasure(*, person: Person, now: datetime) -> ErasureRequest:
    """The person asks: erased at once, set aside, or told why not and until when. Asked again while set aside, the first request stands."""
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if person.anonymised_at is not None or person.merged_into_id is not None:
            raise NotForYou
        known = ErasureRequest.objects.filter(person=person, closed_at__isnull=True).first()
        if known is not None:
            return known
        author = Oneself(person.reference)
        request = ErasureRequest(person=person, asked_at=now, asked_by_label=author.label)
        _settle(request, preview(person, civil_date(now)), author, now)
        return request


def withdraw_request(*, person: Person, now: datetime) -> None:
    """The person changes their mind: the file is read again by those who follow it."""
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if ErasureRequest.objects.filter(person=person, closed_at__isnull=True).update(closed_at=now):
            Person.objects.filter(pk=person.pk).update(limited_at=None)
            _journal(Oneself(person.reference), person, "erasure.withdrawn", now)


def look_again(*, actor: Actor, request_id: str, now: datetime) -> ErasureRequest:
    """The mission looks at a file set aside: erased if nothing holds it any more. Raise NotForYou for anybody else."""
    if actor.role is not Role.MISSION:
        raise NotForYou
    with transaction.atomic():
        found = (
            ErasureRequest.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(public_id=request_id)
            .first()
        )
        if found is None:
            raise NotForYou
        if found.closed_at is None:
            _settle(found, preview(found.person, civil_date(now)), actor, now)
        return found


@dataclass(frozen=True, slots=True)
class Round:
    """What a daily round did, or would do: references of people erased, and how many files stay set aside."""

    erased: tuple[str, ...]
    limited: int


def daily_round(*, author: Author, now: datetime, really: bool) -> Round:
    """Look again at every file set aside, then erase those whose term is over. Without `really`, nothing is written."""
    today, erased, limited = civil_date(now), [], 0
    waiting = ErasureRequest.objects.filter(closed_at__isnull=True)
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            request = waiting.select_for_update(of=("self",)).select_related("person").filter(pk=pk).first()
            if request is None:
                continue
            found = preview(request.person, today)
            if really:
                _settle(request, found, author, now)
        if found.outcome is Outcome.ERASED:
            erased.append(request.person.reference)
        elif found.outcome is Outcome.LIMITED:
            limited += 1
    for pk in list(_over(today).values_list("pk", flat=True)):
        with transaction.atomic():
            person = _over(today).select_for_update(of=("self",)).filter(pk=pk).first()
            if person is None or preview(person, today).outcome is not Outcome.ERASED:
                continue
            erased.append(person.reference)
            if really:
                _erase(family_of(person), now)
                _journal(author, person, "person.erased", now)
    return Round(tuple(erased), limited)


def _over(today: date) -> QuerySet[Person]:
    """Files whose term is over and that nobody has set aside; the latest term of merged files counts."""
    return (
        Person.objects.filter(merged_into__isnull=True, anonymised_at__isnull=True, limited_at__isnull=True)
        .filter(retention_until__lt=today)
        .exclude(absorbed__retention_until__gte=today)
        .order_by("pk")
    )


def _facts(person: Person, today: date) -> ErasureFacts:
    family = family_of(person)
    lines = StatementLine.objects.filter(placement__person_id__in=family)
    term = Person.objects.filter(pk__in=family).aggregate(until=Max("retention_until"))["until"]
    return ErasureFacts(
        open_contests=Contest.objects.filter(person_id__in=family, answered_at__isnull=True).count(),
        open_cases=Case.objects.filter(commitment__in=lines.values("statement__commitment"))
        .exclude(state__in=OVER)
        .count(),
        at_work=Placement.objects.filter(person_id__in=family)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        .exists(),
        hours_declared=lines.filter(state__in=("pending", "accepted"), hours__gt=0).exists(),
        kept_until=term,
        today=today,
    )


def _settle(request: ErasureRequest, found: Answer, author: Author, now: datetime) -> None:
    """Write the answer on the request and do it to the file."""
    before = request.outcome, list(request.obstacles), request.until
    request.outcome = found.outcome
    request.obstacles = [obstacle.value for obstacle in found.obstacles]
    request.until = found.until
    request.closed_at = None if found.outcome is Outcome.LIMITED else now
    request.save()
    person = request.person
    match found.outcome:
        case Outcome.LIMITED:
            Person.objects.filter(pk=person.pk, limited_at__isnull=True).update(limited_at=now)
        case Outcome.KEPT:
            Person.objects.filter(pk=person.pk).update(limited_at=None)
        case Outcome.ERASED:
            _erase(family_of(person), now)
    person.refresh_from_db()
    if before != (request.outcome, request.obstacles, request.until):
        _journal(author, person, f"person.{request.outcome}", now, request.obstacles)


def _erase(family: list[int], now: datetime) -> None:
    """Nothing that names, nothing that finds again, no criterion, no words; hours stay under the reference.

    The files go first: the wall ERASED_IN_DISPUTE judges before anything is lost.
    """
    Person.objects.filter(pk__in=family).update(
        identity=None,
        identity_index=None,
        name_keys=None,
        contact=None,
        commune=None,
        limited_at=None,
        anonymised_at=now,
    )
    PersonKey.objects.filter(person_id__in=family).delete()
    EligibilityGround.objects.filter(decision__person_id__in=family).delete()
    IaeCheck.objects.filter(placement__person_id__in=family).delete()
    WorkNote.objects.filter(placement__person_id__in=family).delete()
    StatementFileLine.objects.filter(person__placement__person_id__in=family).delete()
    StatementFilePerson.objects.filter(placement__person_id__in=family).delete()
    Contest.objects.filter(person_id__in=family).update(words=None, answer=b"")
    Referral.objects.filter(person_id__in=family).update(phone=None, wish="")
    OutcomeQuestion.objects.filter(placement__person_id__in=family).update(token_hash=None)
    AccessLetter.objects.filter(person_id__in=family, revoked_at__isnull=True).update(revoked_at=now)


def _journal(author: Author, person: Person, action: str, now: datetime, obstacles: Iterable[str] = ()) -> None:
    record(
        actor=author, action=action, object_kind="person", object_id=person.public_id, now=now,
        facts={"reference": person.reference, "obstacles": [Obstacle(one).value for one in obstacles]},
    )  # fmt: skip

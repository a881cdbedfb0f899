"""A person contests declared hours or a decision on their eligibility: a dated case that the facilitator answers.

The person's words and the answer are sealed. A contested line is frozen until the answer: the trigger CONTESTED refuses every step.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.foundation.objections import NotForYou
from levier.hours.codes import StatementRefusal
from levier.hours.confirmations import lines_of_person
from levier.hours.models import Contest
from levier.hours.refusals import refused, walls_said
from levier.participants.identity import looks_like_nir, open_words, seal_words
from levier.participants.letters import Oneself
from levier.participants.models import EligibilityDecision, Person
from levier.participants.queries import family_of

LONGEST_WORDS = 2_000


class Matter(StrEnum):
    """What is not right, from a list: nobody has to write."""

    FEWER = "fewer"
    MORE = "more"
    NOT_ME = "not_me"
    NOT_THERE = "not_there"
    DECISION = "decision"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Told:
    """A case with its words in clear, for whoever may read them."""

    contest: Contest
    words: str
    answer: str


def open_contest(
    *, person: Person, matter: Matter, words: str, now: datetime, line_id: str = "", decision_id: str = ""
) -> Contest:
    """One open case a line or decision; raise NotForYou when it is not the person's, Refusal when a case is already open."""
    words = words.strip()[:LONGEST_WORDS]
    if looks_like_nir(words):
        words = ""
    with walls_said(), transaction.atomic():
        line = lines_of_person(person).filter(public_id=line_id).first() if line_id else None
        decision = (
            EligibilityDecision.objects.filter(person_id__in=family_of(person), public_id=decision_id).first()
            if decision_id
            else None
        )
        if (line is None) == (decision is None):
            raise NotForYou
        if Contest.objects.filter(line=line, decision=decision, answered_at__isnull=True).exists():
            raise refused(StatementRefusal.CONTEST_OPEN, "about")
        contest = Contest(person=person, line=line, decision=decision, matter=matter, opened_at=now)
        contest.words = seal_words(words, _place(contest, "words")) if words else None
        contest.save()
        record(
            actor=Oneself(person.reference), action="contest.opened", object_kind="contest", object_id=contest.public_id,
            facts={"about": "line" if line else "decision", "matter": matter}, now=now,
        )  # fmt: skip
        return contest


def contests_visible_to(actor: Actor) -> QuerySet[Contest]:
    """The mission: all. A facilitator: those of people of the own territory, or about hours of a commitment there. Nobody else: the
    company learns nothing of what a person answers.
    """
    if actor.role is Role.MISSION:
        return Contest.objects.all()
    if actor.role is Role.FACILITATOR:
        return Contest.objects.filter(
            Q(person__territory_id__in=actor.territory_ids)
            | Q(line__statement__commitment__territory_id__in=actor.territory_ids)
        )
    return Contest.objects.none()


def contests_to_answer(actor: Actor) -> QuerySet[Contest]:
    """Open cases that the facilitator must answer: of people of the own territory. Nobody else's turn."""
    if actor.role is not Role.FACILITATOR:
        return Contest.objects.none()
    return Contest.objects.filter(answered_at__isnull=True, person__territory_id__in=actor.territory_ids)


def contest_for(actor: Actor, public_id: str) -> Contest:
    found = (
        contests_visible_to(actor)
        .select_related(
            "person__territory", "decision", "line__placement__employer", "line__statement__commitment__lot__contract",
            "line__statement__commitment__holder",
        )
        .filter(public_id=public_id)
        .first()
    )  # fmt: skip
    if found is None:
        raise NotForYou
    return found


def answer_contest(*, actor: Actor, contest_id: str, upheld: bool, answer: str, now: datetime) -> Contest:
    """The facilitator of the person's territory answers; the line can move again. `upheld`: the person is right."""
    words = answer.strip()[:LONGEST_WORDS]
    with walls_said(), transaction.atomic():
        contest = (
            contests_visible_to(actor)
            .select_for_update(of=("self",))
            .select_related("person")
            .filter(public_id=contest_id)
            .first()
        )
        if (
            contest is None
            or actor.role is not Role.FACILITATOR
            or contest.person.territory_id not in actor.territory_ids
        ):
            raise NotForYou
        if contest.answered_at is not None:
            raise refused(StatementRefusal.CONTEST_CLOSED)
        if not words:
            raise refused(StatementRefusal.NO_WORDS, "answer")
        contest.answered_at, contest.upheld = now, upheld
        contest.answered_by_id, contest.answered_by_label = actor.user_id, actor.label
        contest.answer = seal_words(words, _place(contest, "answer"))
        contest.save(update_fields=["answered_at", "upheld", "answered_by", "answered_by_label", "answer"])
        record(
            actor=actor, action="contest.answered", object_kind="contest", object_id=contest.public_id,
            facts={"upheld": upheld}, now=now,
        )  # fmt: skip
        return contest


def contests_of(person: Person) -> list[Told]:
    """The person's own cases, the latest first."""
    found = Contest.objects.filter(person_id__in=family_of(person)).select_related(
        "decision", "line__statement__commitment__holder", "line__placement__employer"
    )
    return [told(one) for one in found.order_by("-opened_at", "-pk")]


def told(contest: Contest) -> Told:
    words = open_words(contest.words, _place(contest, "words")) if contest.words else ""
    answer = open_words(contest.answer, _place(contest, "answer")) if contest.answer else ""
    return Told(contest, words, answer)


def _place(contest: Contest, column: str) -> str:
    return f"hours_contest|{column}|{contest.public_id}"

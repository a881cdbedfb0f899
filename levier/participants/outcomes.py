"""What became of people (suites): one question at the end of a placement, then 3, 6 and 12 months later.

Nobody has to answer. A question without an answer after its delay counts as a non-response (sans réponse), which is shown, never
left out. Answers are kept apart from identity: they know a placement and a step.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from levier.accounts.values import Actor, Role, System
from levier.audit.actions import record
from levier.audit.values import Author
from levier.foundation import french
from levier.foundation.identifiers import random_public_id
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import add_months, civil_date
from levier.notifications.actions import queue
from levier.notifications.rules import LINK_MARK
from levier.participants import policies
from levier.participants.identity import Contact, open_contact, seal_contact
from levier.participants.letters import Oneself, token_digest
from levier.participants.models import OutcomeQuestion, Person, Placement
from levier.participants.queries import persons_visible_to, placements_visible_to
from levier.participants.refusals import PersonRefusal, refuse
from levier.reference.values import Catalogue
from levier.territories.queries import contact_of


class Step(StrEnum):
    END = "end"
    THREE = "m3"
    SIX = "m6"
    TWELVE = "m12"


class Answer(StrEnum):
    """What the person says; `group_of` maps it to the national taxonomy of exits (PILOTAGE)."""

    CDI = "cdi"
    CDD_LONG = "cdd_long"
    CDD_SHORT = "cdd_short"
    TEMPORARY = "temporary"
    OWN_BUSINESS = "own_business"
    INSERTION = "insertion"
    TRAINING = "training"
    SEEKING = "seeking"
    OTHER = "other"
    RATHER_NOT = "rather_not"


class Group(StrEnum):
    """Exits as they are counted nationally, and the two ways of not knowing."""

    DURABLE = "durable"
    TRANSITION = "transition"
    POSITIVE = "positive"
    OTHER = "other"
    RATHER_NOT = "rather_not"
    SILENT = "silent"
    WAITING = "waiting"


GROUPS = {
    Answer.CDI: Group.DURABLE, Answer.CDD_LONG: Group.DURABLE, Answer.OWN_BUSINESS: Group.DURABLE,
    Answer.CDD_SHORT: Group.TRANSITION, Answer.TEMPORARY: Group.TRANSITION,
    Answer.INSERTION: Group.POSITIVE, Answer.TRAINING: Group.POSITIVE,
    Answer.SEEKING: Group.OTHER, Answer.OTHER: Group.OTHER, Answer.RATHER_NOT: Group.RATHER_NOT,
}  # fmt: skip


def group_of(answer: str, due_on: date, today: date, answer_days: int) -> Group:
    """Where a question counts today; a question whose delay is over without an answer is a non-response."""
    if answer:
        return GROUPS[Answer(answer)]
    return Group.SILENT if today > due_on + timedelta(days=answer_days) else Group.WAITING


def due_dates(ends_on: date, catalogue: Catalogue) -> dict[Step, date]:
    """When each question is asked: the last day, then so many months later (dated parameters outcomes.m3, .m6, .m12)."""
    return {Step.END: ends_on} | {
        step: add_months(ends_on, int(catalogue.at(f"outcomes.{step}", ends_on).value))
        for step in (Step.THREE, Step.SIX, Step.TWELVE)
    }


def plan_outcomes(placement: Placement, catalogue: Catalogue) -> None:
    """Write the four questions of a placement whose end is known; a new end moves those not yet asked or answered."""
    if placement.ends_on is None:
        return
    days = due_dates(placement.ends_on, catalogue)
    known = {question.step: question for question in OutcomeQuestion.objects.filter(placement=placement)}
    OutcomeQuestion.objects.bulk_create(
        OutcomeQuestion(placement=placement, step=step, due_on=day) for step, day in days.items() if step not in known
    )
    for step, question in known.items():
        day = days[Step(step)]
        if question.asked_at is None and not question.answer and question.due_on != day:
            question.due_on = day
            question.save(update_fields=["due_on"])


def questions_visible_to(actor: Actor) -> QuerySet[OutcomeQuestion]:
    """With the placement and reference: the mission all, a facilitator those of people of the own territory; nobody else any."""
    if actor.role is Role.MISSION:
        return OutcomeQuestion.objects.all()
    if actor.role is Role.FACILITATOR:
        return OutcomeQuestion.objects.filter(placement__person__territory_id__in=actor.territory_ids)
    return OutcomeQuestion.objects.none()


def due_questions(actor: Actor, today: date) -> QuerySet[OutcomeQuestion]:
    """To ask or to type: due, without an answer, not yet given up. The oldest first."""
    return questions_visible_to(actor).filter(answer="", due_on__lte=today).order_by("due_on", "pk")


def questions_to_ask(actor: Actor, today: date, answer_days: int) -> QuerySet[OutcomeQuestion]:
    """Those that still wait for their answer: due, and not yet counted as a non-response. The oldest first."""
    return due_questions(actor, today).filter(due_on__gte=today - timedelta(days=answer_days))


@dataclass(frozen=True, slots=True)
class Cell:
    """How many answers of a step fall in a group; `shown` is None where so few people could be recognised."""

    group: Group
    number: int
    shown: int | None


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Counts of one step. `asked` leaves out what still waits; `answered` leaves out non-responses and refusals to say."""

    step: Step
    cells: tuple[Cell, ...]
    asked: int
    answered: int

    @property
    def hidden(self) -> bool:
        return any(cell.shown is None for cell in self.cells)


def counts(
    questions: Iterable[tuple[str, str, date]], today: date, *, answer_days: int, smallest: int
) -> list[StepCounts]:
    """Counts by step of (step, answer, due on) rows that are due. `smallest` 0 shows everything; otherwise a step with any count
    between 1 and `smallest` - 1 shows none of its counts, so that no small one is found by taking others from a total.
    """
    counted: dict[Step, Counter[Group]] = {step: Counter() for step in Step}
    for step, answer, due_on in questions:
        if due_on <= today:
            counted[Step(step)][group_of(answer, due_on, today, answer_days)] += 1
    found = []
    for step, numbers in counted.items():
        small = any(0 < number < smallest for number in numbers.values())
        cells = tuple(Cell(group, numbers[group], None if small else numbers[group]) for group in Group)
        silent = numbers[Group.SILENT] + numbers[Group.RATHER_NOT]
        asked = sum(numbers.values()) - numbers[Group.WAITING]
        found.append(StepCounts(step, cells, asked, asked - silent))
    return found


def rows_for_counts(actor: Actor) -> list[tuple[str, str, date]]:
    """(step, answer, due on) in the actor's scope, without anything that leads to a person; a company's and a structure's: of the
    placements they may see.
    """
    if actor.role in {Role.MISSION, Role.FACILITATOR}:
        found = questions_visible_to(actor)
    else:
        found = OutcomeQuestion.objects.filter(placement__in=placements_visible_to(actor))
    return list(found.values_list("step", "answer", "due_on"))


# What is done


def keep_contact(*, actor: Actor, person_id: str, email: str, phone: str, now: datetime) -> Person:
    """How the person agreed to be asked. Sealed; emptied by leaving both fields empty."""
    email, digits = email.strip().lower(), re.sub(r"[\s.\-\u00a0\u202f]", "", phone)
    found = []
    if email:
        try:
            validate_email(email)
        except ValidationError:
            found.append(Objection(PersonRefusal.EMAIL_WRONG, "email"))
    if digits and not re.fullmatch(r"0[1-9][0-9]{8}|\+33[1-9][0-9]{8}", digits):
        found.append(Objection(PersonRefusal.PHONE_WRONG, "phone"))
    if found:
        raise refuse(*found)
    with transaction.atomic():
        person = persons_visible_to(actor).select_for_update(of=("self",)).filter(public_id=person_id).first()
        if person is None or person.anonymised_at or not policies.may_follow(actor, territory_id=person.territory_id):
            raise NotForYou
        person.contact = seal_contact(Contact(email, digits), person.public_id) if email or digits else None
        person.save(update_fields=["contact"])
        record(
            actor=actor, action="person.contact_kept", object_kind="person", object_id=person.public_id, now=now,
            facts={"email": bool(email), "phone": bool(digits)},
        )  # fmt: skip
        return person


@dataclass(frozen=True, slots=True)
class Asked:
    """`text` is a short message to copy into a telephone; empty where a mail left."""

    question: OutcomeQuestion
    text: str


def ask(*, actor: Actor, question_id: str, by: str, now: datetime, token: str = "") -> Asked:
    """Send the one-question message: by mail through the outbox, or as the text of an SMS to copy. Neither names the person. The `token` of
    a form that is sent again is the one that was sent: the same text is given, nothing is sent.
    """
    today = civil_date(now)
    with transaction.atomic():
        question = _own_question(actor, question_id)
        if question.answer:
            raise refuse(Objection(PersonRefusal.ALREADY_ANSWERED))
        if question.due_on > today:
            raise refuse(Objection(PersonRefusal.NOT_DUE, "", {"day": french.day(question.due_on)}))
        person = question.placement.person
        contact = open_contact(person.contact, person.public_id)
        if not (contact.email if by == "mail" else contact.phone):
            raise refuse(Objection(PersonRefusal.NO_CONTACT))
        if token and question.token_hash is not None and bytes(question.token_hash) == token_digest(token):
            return Asked(question, _text(by, token))
        return _send(actor, question, contact, by, now, token or random_public_id())


def ask_all_due(*, now: datetime, catalogue: Catalogue) -> int:
    """The daily run: every question that is due, was not asked, is not given up, and whose person left an e-mail address. Running it
    again the same day asks nothing more.
    """
    today, asked = civil_date(now), 0
    latest = today - timedelta(days=int(catalogue.at("outcomes.answer_days", today).value))
    waiting = OutcomeQuestion.objects.filter(
        answer="",
        asked_at__isnull=True,
        due_on__lte=today,
        due_on__gte=latest,
        placement__person__contact__isnull=False,
        placement__person__limited_at__isnull=True,
    )
    for pk in list(waiting.order_by("due_on", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            question = (
                waiting.select_for_update(of=("self",), skip_locked=True)
                .select_related("placement__person")
                .filter(pk=pk)
                .first()
            )
            if question is None:
                continue
            contact = open_contact(question.placement.person.contact, question.placement.person.public_id)
            if contact.email:
                _send(AUTHOR, question, contact, "mail", now, random_public_id())
                asked += 1
    return asked


AUTHOR = System("Suites, chaque jour")


def _send(author: Author, question: OutcomeQuestion, contact: Contact, by: str, now: datetime, token: str) -> Asked:
    question.asked_at, question.asked_by_way, question.token_hash = now, by, token_digest(token)
    question.save(update_fields=["asked_at", "asked_by_way", "token_hash"])
    if by == "mail":
        named = contact_of(question.placement.person.territory.number, civil_date(now))
        call = [f"Une question ? {named.person}, {named.phone_to_read}.", ""] if named else []
        queue(
            dedupe_key=f"outcome:{question.public_id}:{now.isoformat()}",
            kind="outcome",
            to=contact.email,
            subject="Que faites-vous aujourd’hui ? Une question, une minute",
            body=french.typeset(
                "\n".join(
                    ["Bonjour,", "", WHY, QUESTION, "", "Répondre en un clic :", LINK_MARK, "", FREE, "", *call, FROM]
                )
            ),
            now=now,
            reply_to=named.email if named else "",
            secret=_link(token),
        )
    record(
        actor=author, action="outcome.asked", object_kind="outcome", object_id=question.public_id, now=now,
        facts={"step": question.step, "by": by},
    )  # fmt: skip
    return Asked(question, _text(by, token))


def _link(token: str) -> str:
    return f"{settings.PUBLIC_ADDRESS}/reponse/{token}/"


def _text(by: str, token: str) -> str:
    return "" if by == "mail" else f"Bonjour. {QUESTION} {_link(token)} {FREE}"


FROM = "Levier, pour le Département"
"""A mailbox may be read by others: who writes is said, not that the person is followed, nor by which structure."""
WHY = "Vous avez donné cette adresse pour que l’on prenne de vos nouvelles."
QUESTION = "Que faites-vous aujourd’hui ? Un emploi, une formation, autre chose ?"
FREE = "Vous n’êtes pas obligé de répondre. Votre réponse sert à compter, sans votre nom. Merci."


def type_answer(*, actor: Actor, question_id: str, answer: str, now: datetime) -> OutcomeQuestion:
    """The facilitator types what the person said, on the telephone or at a meeting."""
    with transaction.atomic():
        question = _own_question(actor, question_id)
        _answered(question, answer, actor.label, now)
        record(
            actor=actor, action="outcome.typed", object_kind="outcome", object_id=question.public_id, now=now,
            facts={"step": question.step},
        )  # fmt: skip
        return question


def question_of(token: str) -> OutcomeQuestion | None:
    """The question of a link, while it has no answer; None for an unknown link and for one that served."""
    return OutcomeQuestion.objects.filter(token_hash=token_digest(token), answer="").first()


def answer_by_link(*, token: str, answer: str, now: datetime) -> bool:
    """The person's own answer, once; False where the link is unknown or served already."""
    with transaction.atomic():
        question = (
            OutcomeQuestion.objects.select_for_update(of=("self",))
            .select_related("placement__person")
            .filter(token_hash=token_digest(token), answer="")
            .first()
        )
        if question is None:
            return False
        _answered(question, answer, "La personne elle-même", now)
        record(
            actor=Oneself(question.placement.person.reference), action="outcome.answered", object_kind="outcome",
            object_id=question.public_id, facts={"step": question.step}, now=now,
        )  # fmt: skip
        return True


def _answered(question: OutcomeQuestion, answer: str, by: str, now: datetime) -> None:
    if answer not in set(Answer):
        raise refuse(Objection(PersonRefusal.ANSWER_UNKNOWN, "answer"))
    if question.answer:
        raise refuse(Objection(PersonRefusal.ALREADY_ANSWERED, "answer"))
    if question.due_on > civil_date(now):
        raise refuse(Objection(PersonRefusal.NOT_DUE, "answer", {"day": french.day(question.due_on)}))
    question.answer, question.answered_at, question.answered_by_label, question.token_hash = answer, now, by, None
    question.save(update_fields=["answer", "answered_at", "answered_by_label", "token_hash"])


def _own_question(actor: Actor, public_id: str) -> OutcomeQuestion:
    question = (
        questions_visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("placement__person")
        .filter(public_id=public_id)
        .first()
    )
    if question is None or not policies.may_follow(actor, territory_id=question.placement.person.territory_id):
        raise NotForYou
    return question

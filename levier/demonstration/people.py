"""What people and those around them did in the demonstration: answers, a contestation, two files for one person, a request to be erased, follow-up."""

from datetime import datetime

from levier.demonstration.casting import Cast
from levier.erasure.actions import ask_erasure, preview
from levier.erasure.values import Obstacle
from levier.hours.confirmations import Said, answer_as_person, lines_of_person
from levier.hours.contests import Matter, open_contest
from levier.participants.actions import register_person
from levier.participants.identity import open_identity
from levier.participants.models import Person
from levier.participants.outcomes import Answer, due_questions, type_answer
from levier.participants.values import NewPerson

TERRITORY = 4
TALKATIVE = 12
"""People of the territory who opened their page."""
WORDS = "J’ai aussi travaillé deux samedis."
HEARD = (
    Answer.CDI,
    Answer.CDD_LONG,
    Answer.SEEKING,
    Answer.TRAINING,
    Answer.CDD_SHORT,
    Answer.TEMPORARY,
    Answer.CDD_LONG,
)


def make_people_speak(who: Cast, *, now: datetime) -> int:
    """How many people said something."""
    facilitator = who.facilitators[TERRITORY]
    people = list(Person.objects.filter(territory__number=TERRITORY).order_by("pk"))
    spoke = 0
    for person in reversed(people):
        waiting = list(lines_of_person(person).filter(state="pending"))
        if not waiting or spoke == TALKATIVE:
            continue
        spoke += 1
        if spoke == 1:
            answer_as_person(person=person, line_id=waiting[0].public_id, said=Said.NO, now=now)
            open_contest(person=person, matter=Matter.MORE, words=WORDS, now=now, line_id=waiting[0].public_id)
        elif spoke % 3:
            answer_as_person(person=person, line_id=waiting[0].public_id, said=Said.YES, now=now)
        else:
            answer_as_person(person=person, line_id=waiting[0].public_id, said=Said.UNKNOWN, now=now)
    for person in people[:1]:
        identity = open_identity(person.identity, person.public_id)
        if identity is not None:
            twin = NewPerson(identity.first_name, identity.last_name, identity.birth_date)
            register_person(actor=facilitator, new=twin, catalogue=who.catalogue, now=now)
    _ask_to_be_erased(people[1:], who, now)
    for rank, question in enumerate(due_questions(facilitator, who.today)):
        if rank % 5 != 4:  # one in five never answers
            type_answer(actor=facilitator, question_id=question.public_id, answer=HEARD[rank % len(HEARD)], now=now)
    return spoke


def _ask_to_be_erased(people: list[Person], who: Cast, now: datetime) -> None:
    """The first whose hours are all that holds the file: it is set aside until its term."""
    for person in people:
        if preview(person, who.today).obstacles == (Obstacle.HOURS_DECLARED,):
            ask_erasure(person=person, now=now)
            return

"""The hours book (carnet d'heures): what a person writes of each job, tasks done and skills kept. Theirs, sealed."""

import json
from dataclasses import dataclass
from datetime import datetime

from levier.audit.actions import record
from levier.foundation.objections import NotForYou, Objection
from levier.participants.identity import looks_like_nir, open_words, seal_words
from levier.participants.letters import Oneself
from levier.participants.models import Person, Placement, WorkNote
from levier.participants.queries import family_of
from levier.participants.refusals import PersonRefusal, refuse

MOST = 1_000
SKILLS = (
    "Arriver à l’heure",
    "Travailler en équipe",
    "Suivre une consigne",
    "Porter les équipements de protection",
    "Ranger et nettoyer mon poste",
    "Utiliser des outils ou des machines",
    "Parler avec des clients ou des usagers",
    "Apprendre à quelqu’un d’autre",
)
"""To tick: nobody has to write. In the words that a person would use at a job interview."""


@dataclass(frozen=True, slots=True)
class Note:
    tasks: str = ""
    skills: tuple[str, ...] = ()
    own_skill: str = ""

    @property
    def all_skills(self) -> tuple[str, ...]:
        return (*self.skills, self.own_skill) if self.own_skill else self.skills


def notes_of(placement_ids: list[int]) -> dict[int, Note]:
    rows = WorkNote.objects.filter(placement_id__in=placement_ids).select_related("placement")
    return {row.placement_id: _read(row) for row in rows}


def write_note(*, person: Person, placement_id: str, note: Note, now: datetime) -> WorkNote:
    """Keep what the person writes of one of their own jobs; writing again replaces it."""
    placement = Placement.objects.filter(person_id__in=family_of(person), public_id=placement_id).first()
    if placement is None:
        raise NotForYou
    if len(note.tasks) > MOST or len(note.own_skill) > 200:
        raise refuse(Objection(PersonRefusal.TOO_LONG, "tasks", {"most": MOST}))
    if looks_like_nir(note.tasks) or looks_like_nir(note.own_skill):
        raise refuse(Objection(PersonRefusal.LOOKS_LIKE_NIR, "tasks"))
    skills = [one for one in SKILLS if one in note.skills]
    text = json.dumps({"tasks": note.tasks, "skills": skills, "own": note.own_skill}, ensure_ascii=False)
    row, _ = WorkNote.objects.update_or_create(
        placement=placement,
        defaults={"sealed": seal_words(text, f"participants_worknote|sealed|{placement.public_id}"), "changed_at": now},
    )
    record(
        actor=Oneself(person.reference), action="person.note_written", object_kind="person", object_id=person.public_id,
        facts={"placement": placement.public_id}, now=now,
    )  # fmt: skip
    return row


def _read(row: WorkNote) -> Note:
    text = open_words(row.sealed, f"participants_worknote|sealed|{row.placement.public_id}")
    if not text:
        return Note()
    read = json.loads(text)
    return Note(read["tasks"], tuple(read["skills"]), read["own"])

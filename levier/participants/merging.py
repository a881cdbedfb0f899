"""Saying that two files are one person, that they no longer are, or that they never were. Reversible; the ledger is not touched.

A merge writes one append-only row and points the absorbed file at the kept one; decisions, placements and hours stay where they
are. Between two territories, and to undo, a second person must agree.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.foundation.objections import NotForYou, Objection
from levier.participants import policies
from levier.participants.models import MergeProposal, PairDecision, Person
from levier.participants.refusals import PersonRefusal, refuse, walls_said


class Kind(StrEnum):
    MERGE = "merge"
    UNMERGE = "unmerge"
    DISTINCT = "distinct"


@dataclass(frozen=True, slots=True)
class Done:
    """`waits` is true where somebody else has to agree first."""

    waits: bool


def merge(*, actor: Actor, first_id: str, second_id: str, now: datetime) -> Done:
    """One person, two files: the older one stays, unless only the younger already stands for another."""
    with walls_said(), transaction.atomic():
        kept, absorbed = _in_order(*_both(actor, first_id, second_id))
        if kept.territory_id != absorbed.territory_id:
            _propose(actor, Kind.MERGE, kept, absorbed, now)
            return Done(waits=True)
        _write(actor, Kind.MERGE, kept, absorbed, now)
        return Done(waits=False)


def say_distinct(*, actor: Actor, first_id: str, second_id: str, now: datetime) -> None:
    """Two people who look alike (homonyms): the pair is not proposed again."""
    with transaction.atomic():
        kept, absorbed = _both(actor, first_id, second_id)
        _write(actor, Kind.DISTINCT, kept, absorbed, now)


def ask_to_unmerge(*, actor: Actor, absorbed_id: str, now: datetime) -> None:
    """Take a merge back: asked here, done when a second person agrees."""
    with walls_said(), transaction.atomic():
        absorbed = Person.objects.select_for_update(of=("self",)).filter(public_id=absorbed_id).first()
        if absorbed is None or absorbed.merged_into is None or not _near(actor, absorbed, absorbed.merged_into):
            raise NotForYou
        _propose(actor, Kind.UNMERGE, absorbed.merged_into, absorbed, now)


def answer_proposal(*, actor: Actor, proposal_id: str, agreed: bool, now: datetime) -> MergeProposal:
    """The second pair of eyes. Who asked cannot answer; a stranger and an unknown proposal get the same refusal."""
    with walls_said(), transaction.atomic():
        proposal = (
            MergeProposal.objects.select_for_update(of=("self",))
            .select_related("kept", "absorbed", "asked_by")
            .filter(public_id=proposal_id)
            .first()
        )
        if proposal is None or not _near(actor, proposal.kept, proposal.absorbed):
            raise NotForYou
        places = (proposal.kept.territory_id, proposal.absorbed.territory_id)
        if not policies.may_agree(actor, asked_by=proposal.asked_by_id, territory_ids=places):
            raise refuse(Objection(PersonRefusal.SECOND_EYES))
        if proposal.closed_at is not None:
            raise refuse(Objection(PersonRefusal.PROPOSAL_CLOSED))
        proposal.closed_at, proposal.agreed, proposal.closed_by_id = now, agreed, actor.user_id
        proposal.save(update_fields=["closed_at", "agreed", "closed_by"])
        if agreed:
            _write(actor, Kind(proposal.kind), proposal.kept, proposal.absorbed, now, proposal)
        return proposal


def open_proposals(actor: Actor) -> list[MergeProposal]:
    """Proposals about a file of the actor's territories (the mission: all) that wait for an answer, the oldest first."""
    if actor.role not in {Role.MISSION, Role.FACILITATOR}:
        return []
    found = MergeProposal.objects.filter(closed_at__isnull=True).select_related(
        "kept__territory", "absorbed__territory"
    )
    return [one for one in found.order_by("asked_at", "pk") if _near(actor, one.kept, one.absorbed)]


def _near(actor: Actor, *persons: Person) -> bool:
    if actor.role is Role.MISSION:
        return True
    return actor.role is Role.FACILITATOR and any(one.territory_id in actor.territory_ids for one in persons)


def _both(actor: Actor, first_id: str, second_id: str) -> tuple[Person, Person]:
    """Both live files, locked in the order of their keys, so that two people who merge at once wait for each other."""
    found = {
        one.public_id: one
        for one in Person.objects.select_for_update(of=("self",))
        .filter(public_id__in=(first_id, second_id), merged_into__isnull=True, anonymised_at__isnull=True)
        .order_by("pk")
    }
    if len(found) != 2 or not _near(actor, *found.values()):
        raise NotForYou
    return found[first_id], found[second_id]


def _in_order(first: Person, second: Person) -> tuple[Person, Person]:
    """The file that stays and the one that is absorbed. One that already stands for another cannot be absorbed."""
    older, younger = sorted((first, second), key=lambda one: (one.created_at, one.pk))
    if not younger.absorbed.exists():
        return older, younger
    if older.absorbed.exists():
        raise refuse(Objection(PersonRefusal.BOTH_ABSORB))
    return younger, older


def _propose(actor: Actor, kind: Kind, kept: Person, absorbed: Person, now: datetime) -> None:
    assert actor.user_id is not None
    if MergeProposal.objects.filter(absorbed=absorbed, closed_at__isnull=True).exists():
        raise refuse(Objection(PersonRefusal.PROPOSAL_OPEN))
    MergeProposal.objects.create(
        kind=kind, kept=kept, absorbed=absorbed, asked_at=now, asked_by_id=actor.user_id, asked_by_label=actor.label
    )
    _journal(actor, f"person.{kind}_asked", kept, absorbed, now)


def _write(
    actor: Actor, kind: Kind, kept: Person, absorbed: Person, now: datetime, proposal: MergeProposal | None = None
) -> None:
    """The row that says so, then the pointer; at the end of the transaction the walls compare the two. Nothing moves while one of the
    two is set aside: the other would show the name.
    """
    if kept.limited_at or absorbed.limited_at:
        raise refuse(Objection(PersonRefusal.SET_ASIDE))
    assert actor.user_id is not None
    PairDecision.objects.create(
        kind=kind,
        kept=kept,
        absorbed=absorbed,
        at=now,
        decided_by_id=proposal.asked_by_id if proposal else actor.user_id,
        decided_by_label=proposal.asked_by_label if proposal else actor.label,
        second_id=actor.user_id if proposal else None,
        second_label=actor.label if proposal else "",
    )
    if kind is not Kind.DISTINCT:
        absorbed.merged_into = kept if kind is Kind.MERGE else None
        absorbed.save(update_fields=["merged_into"])
    _journal(actor, f"person.{kind}", kept, absorbed, now)


def _journal(actor: Actor, action: str, kept: Person, absorbed: Person, now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="person",
        object_id=kept.public_id,
        facts={"kept": kept.reference, "other": absorbed.reference},
        now=now,
    )

"""Checking that a person could enter the SIAE that employs them (vérification IAE): said once, on proofs seen and never kept.

It matters to the structure's own status alone: the clause asks for one criterion, whatever its level (domain.md 3.1 and 3.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.explanation import Explained
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.participants import policies
from levier.participants.identity import KEY_NAME, open_iae, seal_iae
from levier.participants.models import IaeCheck, Placement
from levier.participants.queries import placements_visible_to
from levier.participants.refusals import PersonRefusal, refuse
from levier.participants.rules import iae
from levier.participants.values import IaeAnswer, IaeSeen, IaeStructure, IaeWay
from levier.reference.values import Catalogue

MOST_CRITERIA = 20
COUNTED = frozenset({IaeWay.LEVEL_1, IaeWay.LEVEL_2})


@dataclass(frozen=True, slots=True)
class Checked:
    """A check as one actor may read it. `seen`: None where the level is not theirs to know, or was sealed with another key."""

    check: IaeCheck
    seen: IaeSeen | None


def answer_for(structure: IaeStructure, seen: IaeSeen, catalogue: Catalogue, day: date) -> Explained[IaeAnswer]:
    """What the rule says of what was seen; a prescriber's diagnosis needs no count."""
    found = iae(
        structure,
        seen.count if seen.way is IaeWay.LEVEL_1 else 0,
        seen.count if seen.way is IaeWay.LEVEL_2 else 0,
        catalogue,
        day,
    )
    return Explained(IaeAnswer(eligible=True), (), found.sources) if seen.way is IaeWay.PRESCRIBER else found


def record_iae_check(
    *,
    actor: Actor,
    placement_id: str,
    way: IaeWay | None,
    count: int | None,
    checked_on: date,
    proofs_seen: bool,
    catalogue: Catalogue,
    now: datetime,
) -> IaeCheck:
    """Say what was seen, when, by whom. Said again the same, it is one. A later check stands beside the earlier ones."""
    with transaction.atomic():
        placement = _placement(actor, placement_id)
        structure = structure_of(placement)
        if structure is None:
            raise refuse(Objection(PersonRefusal.NOT_A_SIAE, "way"))
        if objections := _objections(way, count, checked_on, proofs_seen, civil_date(now)):
            raise refuse(*objections)
        assert way is not None
        assert actor.user_id is not None
        seen = IaeSeen(way, (count or 0) if way in COUNTED else 0)
        last = IaeCheck.objects.filter(placement=placement).order_by("-id").first()
        if last and (last.checked_by_id, last.checked_on) == (actor.user_id, checked_on) and _opened(last) == seen:
            return last
        answer = answer_for(structure, seen, catalogue, checked_on)
        check = IaeCheck(
            placement=placement, structure=structure.value, key_name=KEY_NAME, eligible=answer.result.eligible, checked_on=checked_on,
            rule_version=" ".join(source.version for source in answer.sources if source.version)[:120], at=now,
            checked_by_id=actor.user_id, checked_by_label=f"{actor.label}, {actor.organisation_name}"[:200],
            checked_org_id=actor.organisation_id,
        )  # fmt: skip
        check.sealed = seal_iae(seen, check.public_id)
        check.save(force_insert=True)
        record(
            actor=actor, action="iae.checked", object_kind="person", object_id=placement.person.public_id,
            facts={"placement": placement.public_id, "on": checked_on, "structure": structure.value}, now=now,
        )  # fmt: skip
        return check


def checks_of(actor: Actor, placements: Iterable[Placement]) -> dict[int, list[Checked]]:
    """Checks of these placements, which the actor may see, the latest first; one query. `person` must be loaded."""
    territories = {one.pk: one.person.territory_id for one in placements}
    found: dict[int, list[Checked]] = {}
    for check in IaeCheck.objects.filter(placement_id__in=territories).order_by("-checked_on", "-id"):
        reads = policies.may_read_iae(
            actor, territory_id=territories[check.placement_id], checked_org_id=check.checked_org_id
        )
        found.setdefault(check.placement_id, []).append(Checked(check, _opened(check) if reads else None))
    return found


def structure_of(placement: Placement) -> IaeStructure | None:
    """The kind of SIAE that employs the person; None where the employer is not one."""
    kind = placement.employer.structure_kind
    return IaeStructure(kind) if kind in set(IaeStructure) else None


def _placement(actor: Actor, public_id: str) -> Placement:
    found = (
        placements_visible_to(actor)
        .filter(public_id=public_id)
        .select_for_update(of=("self",))
        .select_related("person", "employer")
        .first()
    )
    if (
        found is None
        or found.person.anonymised_at
        or found.person.limited_at
        or not policies.may_check_iae(actor, territory_id=found.person.territory_id, employer_id=found.employer_id)
    ):
        raise NotForYou
    return found


def _objections(
    way: IaeWay | None, count: int | None, checked_on: date, proofs_seen: bool, today: date
) -> list[Objection]:
    found = []
    if way is None:
        found.append(Objection(PersonRefusal.IAE_WAY, "way"))
    elif way in COUNTED and not (count and 0 < count <= MOST_CRITERIA):
        found.append(Objection(PersonRefusal.IAE_COUNT, "count", {"most": MOST_CRITERIA}))
    if checked_on > today:
        found.append(Objection(PersonRefusal.IAE_DAY, "checked_on"))
    if not proofs_seen:
        found.append(Objection(PersonRefusal.IAE_NOT_SEEN, "seen"))
    return found


def _opened(check: IaeCheck) -> IaeSeen | None:
    return open_iae(check.sealed, check.public_id)

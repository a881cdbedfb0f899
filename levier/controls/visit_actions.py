"""Receiving what was found on site or in the pieces. A phone may send it hours later, twice, or after somebody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from levier.accounts.values import Actor
from levier.compliance.snapshot import fingerprint
from levier.controls import policies
from levier.controls.labels import ANSWERS, VISIT_ITEMS
from levier.controls.models import Attachment, Case, Visit
from levier.controls.refusals import ControlRefusal, refuse
from levier.controls.steps import journal, locked_case, move
from levier.controls.values import CaseKind, CaseState
from levier.files.actions import receive
from levier.files.values import Received
from levier.foundation.objections import NotForYou, Objection

LONGEST_NOTE, LONGEST_REMARKS, MOST_PEOPLE = 500, 4_000, 999


@dataclass(frozen=True, slots=True)
class Kept:
    """`again`: this very report was here already. `conflict`: another one was; both are kept, somebody will choose."""

    visit: Visit
    again: bool
    conflict: bool


def report_from(data: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, checked. Raise Refusal naming the field. Nobody is named: people are counted."""
    wrong = []
    counts: dict[str, int] = {}
    for name in ("present", "insertion"):
        text = data.get(name, "").strip()
        if text.isascii() and text.isdigit() and int(text[:6]) <= MOST_PEOPLE:
            counts[name] = int(text)
        else:
            wrong.append(name)
    if not wrong and counts["insertion"] > counts["present"]:
        wrong.append("insertion")
    items = {}
    for code, _ in VISIT_ITEMS:
        answer, note = data.get(f"item-{code}", "") or "unseen", data.get(f"note-{code}", "").strip()
        if answer not in ANSWERS or len(note) > LONGEST_NOTE:
            wrong.append(f"item-{code}")
        items[code] = {"answer": answer, "note": note}
    place, remarks = data.get("place", "").strip(), data.get("remarks", "").strip()
    wrong += [
        name for name, text, most in (("place", place, 200), ("remarks", remarks, LONGEST_REMARKS)) if len(text) > most
    ]
    if wrong:
        raise refuse(*(Objection(ControlRefusal.REPORT, name) for name in wrong))
    return {**counts, "items": items, "place": place, "remarks": remarks}


@transaction.atomic
def receive_visit(
    *, actor: Actor, case_id: str, key: str, based_on: int, made_at: datetime, report: dict[str, Any], photos: Sequence[tuple[str, Received]],
    now: datetime,
) -> Kept:  # fmt: skip
    """Keep a report once, whatever happens to the network: `key` is made on the phone. The first one moves the case; another one is
    kept beside it, for somebody to choose. `photos`: pairs (item, file). `made_at` is the phone's word, never after now.
    """
    case = locked_case(actor, case_id)
    if not policies.may_report(actor) or case.kind not in {CaseKind.VISIT, CaseKind.PIECES}:
        raise NotForYou
    known = Visit.objects.filter(idempotency_key=key).first()
    if known is not None:
        if known.case_id != case.pk:
            raise NotForYou
        return Kept(known, again=True, conflict=case.visits.count() > 1)
    if case.state == CaseState.CLOSED:
        raise refuse(Objection(ControlRefusal.REPORT_CLOSED))
    assert actor.user_id is not None
    visit = Visit.objects.create(
        case=case,
        idempotency_key=key,
        based_on=based_on,
        content=report,
        content_hash=fingerprint(report),
        made_at=min(max(made_at, now - timedelta(days=366)), now),
        received_at=now,
        by_id=actor.user_id,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    for item, photo in photos:
        Attachment.objects.create(file=receive(actor=actor, received=photo, now=now), visit=visit, item=item[:40])
    first = case.state == CaseState.PLANNED
    journal(
        actor,
        case,
        "control.reported",
        now,
        {"photos": len(photos), "fingerprint": bytes(visit.content_hash).hex(), "conflict": not first},
    )
    if first:
        move(actor=actor, case=case, to=CaseState.REPORTED, reason="Constat reçu", now=now, visit=visit)
    return Kept(visit, again=False, conflict=not first)


@transaction.atomic
def keep_visit(*, actor: Actor, case_id: str, visit_id: str, now: datetime) -> Case:
    """Of several reports, say which one counts; the others stay."""
    case = locked_case(actor, case_id)
    visit = Visit.objects.filter(case=case, public_id=visit_id).first()
    if visit is None or not policies.may_report(actor):
        raise NotForYou
    last = case.steps.filter(visit__isnull=False).order_by("-sequence").first()
    if last is None or last.visit_id != visit.pk:
        move(
            actor=actor,
            case=case,
            to=CaseState.REPORTED,
            reason=f"Constat retenu : celui de {visit.by_label}",
            now=now,
            visit=visit,
        )
    return case

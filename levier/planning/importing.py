"""Bringing a file into the plan: what it would change, line by line, then the change itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from levier.accounts.values import Actor
from levier.foundation.objections import Objection
from levier.organisations.models import Organisation
from levier.planning import plan_queries
from levier.planning.drafts import FIELD_NAMES, Difference, differences, keyed, line_from_json, values_of
from levier.planning.models import Need, PlanUpload, UploadLine
from levier.planning.plan_labels import PlanRefusal, refuse
from levier.planning.stages import Stage
from levier.planning.upload_actions import draft_for, journal


def compared(upload: PlanUpload) -> list[Difference]:
    """What importing the ticked lines would do, line by line; lines that are not ticked leave what is known as it is."""
    rows = [
        (line_from_json(one.row, one.facts), one.ticked)
        for one in UploadLine.objects.filter(upload=upload).order_by("row")
    ]
    ticked = {line.row for line, on in rows if on}
    pairs = keyed(line for line, _ in rows)
    known = plan_queries.known_needs(upload.organisation_id)
    left = {key for key, line in pairs if line.row not in ticked}
    return differences(
        [(key, line) for key, line in pairs if line.row in ticked],
        {key: value for key, value in known.items() if key not in left},
    )


@transaction.atomic
def import_upload(*, actor: Actor, upload_id: str, drop_gone: bool, now: datetime) -> PlanUpload:
    """Bring the ticked lines into the plan: new ones added, known ones updated, those gone from the file marked only where asked.

    What it did is kept with the file, line by line. Raise Refusal when nothing is ticked or verdicts still wait.
    """
    upload = draft_for(actor, upload_id)
    Organisation.objects.select_for_update().get(pk=upload.organisation_id)
    lines = {one.row: one for one in UploadLine.objects.filter(upload=upload, ticked=True)}
    if not lines:
        raise refuse(Objection(PlanRefusal.NOTHING_TICKED))
    if any(one.verdict is None for one in lines.values()):
        raise refuse(Objection(PlanRefusal.UNFINISHED))
    found = compared(upload)
    _bring(upload, found, lines, actor.label, now)
    gone = [one for one in found if one.kind == "gone"]
    if drop_gone:
        Need.objects.filter(organisation_id=upload.organisation_id, key__in=[one.key for one in gone]).update(
            gone_on=now.date(), changed_at=now, changed_by_label=actor.label
        )
    counts = {kind: sum(one.kind == kind for one in found) for kind in ("new", "changed", "same", "gone")}
    upload.state, upload.imported_at = "imported", now
    upload.outcome = {**counts, "dropped": drop_gone, "lines": [one.as_json() for one in found if one.kind != "same"]}
    upload.save(update_fields=["state", "imported_at", "outcome"])
    journal(actor, upload, "plan.imported", {**counts, "dropped": drop_gone}, now)
    return upload


def _bring(
    upload: PlanUpload, found: Sequence[Difference], lines: Mapping[int, UploadLine], label: str, now: datetime
) -> None:
    brought = [one for one in found if one.row in lines]
    known = {
        one.key: one
        for one in Need.objects.filter(organisation_id=upload.organisation_id, key__in=[one.key for one in brought])
    }
    new, changed = [], []
    for one in brought:
        kept = lines[one.row or 0]
        need = known.get(one.key)
        if need is None:
            need = Need(organisation_id=upload.organisation_id, key=one.key, stage=Stage.SCREENED.value, created_at=now)
            new.append(need)
        else:
            changed.append(need)
        for name, value in values_of(line_from_json(kept.row, kept.facts)).items():
            if value not in (None, "") or one.kind == "new":
                setattr(need, name, value)
        judged(need, kept.verdict or {})
        need.upload, need.upload_row, need.gone_on = upload, kept.row, None
        need.changed_at, need.changed_by_label = now, label
    Need.objects.bulk_create(new, batch_size=500)
    if changed:
        Need.objects.bulk_update(
            changed,
            [*FIELD_NAMES, *JUDGED, "upload", "upload_row", "gone_on", "changed_at", "changed_by_label"],
            batch_size=500,
        )


JUDGED = ("verdict", "basis", "instrument", "hours_low", "hours", "hours_high")


def judged(need: Need, verdict: Mapping[str, Any]) -> None:
    """Set a need's verdict and the columns taken from it."""
    hours = verdict.get("hours") or [None, None, None]
    need.verdict = dict(verdict)
    need.basis, need.instrument = verdict.get("basis", ""), verdict.get("instrument", "")
    need.hours_low, need.hours, need.hours_high = hours

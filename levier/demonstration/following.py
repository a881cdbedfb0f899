"""The Monday list, alive: a line given to its facilitator, another put off until a meeting."""

from datetime import datetime, timedelta

from levier.accounts.values import Actor
from levier.following.actions import handle_line
from levier.following.models import Standing
from levier.following.queries import may_be_given
from levier.following.standing import refresh
from levier.foundation.periods import civil_date
from levier.reference.queries import catalogue


def follow(mission: Actor, *, now: datetime) -> None:
    today, known = civil_date(now), catalogue()
    refresh(today=today, catalogue=known)
    lines = list(Standing.objects.exclude(act="").select_related("commitment").order_by("-lost", "commitment")[1:4:2])
    for line, reason, days in zip(
        lines, ("Appeler l’entreprise cette semaine", "Réunion de chantier prévue"), (None, 9), strict=False
    ):
        people = may_be_given(line.commitment, today)
        handle_line(
            actor=mission,
            commitment_id=line.commitment.public_id,
            until=today + timedelta(days=days) if days else None,
            assignee="" if days else next(one.public_id for one in people if one.pk != mission.user_id),
            reason=reason,
            now=now,
            catalogue=known,
        )

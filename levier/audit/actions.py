"""Writing to the journals. Called inside the transaction of the action that is journaled."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from levier.audit.models import JournalEntry
from levier.audit.values import Author

_READS = """
INSERT INTO audit_personread (at, actor_user_id, actor_label, actor_role, organisation_id, purpose, what, person_public_id)
SELECT %s, %s, %s, %s, %s, %s, %s, unnest(%s::varchar[])
"""
"""A screen shows a hundred people: their lines are made by the database."""


def record(
    *,
    actor: Author,
    action: str,
    object_kind: str,
    object_id: str,
    now: datetime,
    thread: str = "",
    facts: dict[str, Any] | None = None,
) -> JournalEntry:
    """Write one line. `facts` must be JSON; the digest is SHA-256 of their canonical form with the action and object."""
    facts = facts or {}
    canonical = json.dumps([action, object_kind, object_id, facts], sort_keys=True, ensure_ascii=False, default=str)
    return JournalEntry.objects.create(
        at=now,
        actor_user_id=actor.user_id,
        actor_label=actor.label,
        actor_role=str(actor.role),
        organisation_id=actor.organisation_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        thread=thread,
        facts=json.loads(json.dumps(facts, default=str)),
        digest=hashlib.sha256(canonical.encode()).digest(),
    )


def record_reads(*, actor: Author, person_public_ids: Iterable[str], purpose: str, what: str, now: datetime) -> None:
    """Write one line a person whose identity was shown, in one insert."""
    assert actor.user_id is not None
    assert actor.organisation_id is not None
    with connection.cursor() as cursor:
        cursor.execute(
            _READS,
            [
                now,
                actor.user_id,
                actor.label,
                str(actor.role),
                actor.organisation_id,
                purpose,
                what,
                sorted(set(person_public_ids)),
            ],
        )

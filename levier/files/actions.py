"""Receiving pieces. They stay as they came, in quarantine, under a name that says nothing."""

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from levier.files.models import StoredFile
from levier.files.values import Received


class Sender(Protocol):
    """Who sends: accounts.values.Actor, or a job."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...


def receive(*, actor: Sender, received: Received, now: datetime) -> StoredFile:
    """Write the bytes, then their row, inside the caller's transaction; if that one is undone, so are the bytes."""
    location = f"{secrets.token_hex(1)}/{secrets.token_hex(24)}"
    path = Path(settings.MEDIA_ROOT) / location
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        target.write(received.content)
        target.flush()
        os.fsync(target.fileno())
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                sha256=received.sha256,
                size=len(received.content),
                media_type=received.media_type,
                name=received.name,
                state="quarantine",
                location=location,
                uploaded_by_id=actor.user_id,
                organisation_id=actor.organisation_id,
                created_at=now,
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise

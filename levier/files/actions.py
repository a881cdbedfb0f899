"""Receiving pieces. They stay as they came, in quarantine, under a name that says nothing, until an antivirus has looked at them."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from levier.files.models import StoredFile
from levier.files.queries import FileDamaged, content_of
from levier.files.scanning import Scanner, ScannerUnavailable
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


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of scanning did. `unavailable`: why the scanner did not answer; the rest then still waits."""

    clean: int = 0
    refused: int = 0
    damaged: int = 0
    unavailable: str = ""


def scan_waiting(scanner: Scanner, *, now: datetime, ids: Iterable[int] | None = None, most: int = 500) -> Round:
    """Have the pieces in quarantine scanned, the oldest first, each decision in its own transaction. The first one that the scanner
    cannot answer for ends the round: it and those after it stay in quarantine. Rounds may run side by side.
    """
    waiting = StoredFile.objects.filter(state="quarantine").order_by("pk")
    if ids is not None:
        waiting = waiting.filter(pk__in=list(ids))
    done = Round()
    for key in list(waiting.values_list("pk", flat=True)[:most]):
        try:
            found = _scan_one(scanner, key, now)
        except ScannerUnavailable as error:
            return replace(done, unavailable=str(error))
        done = replace(
            done,
            clean=done.clean + (found == "clean"),
            refused=done.refused + (found == "refused"),
            damaged=done.damaged + (found == "damaged"),
        )
    return done


def _scan_one(scanner: Scanner, key: int, now: datetime) -> str:
    """`clean`, `refused` or `damaged`; nothing where another round has it."""
    with transaction.atomic():
        file = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=key, state="quarantine").first()
        if file is None:
            return ""
        try:
            content = content_of(file)
        except FileDamaged:
            return "damaged"  # stays in quarantine: its bytes are not those that were received
        said = scanner.scan(content)
        file.state = "refused" if said.threat else "clean"
        file.scanned_at, file.scanned_by, file.threat = now, said.engine, said.threat
        file.save(update_fields=["state", "scanned_at", "scanned_by", "threat"])
        return file.state

"""Importing files of essential data: one file, one transaction, one line in the journal."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from levier.audit.actions import record
from levier.audit.values import Author
from levier.foundation.periods import civil_date
from levier.open_data.checking import Tally, refused, told
from levier.open_data.corrections import Corrections
from levier.open_data.loading import Loading
from levier.open_data.models import ImportedFile
from levier.open_data.published_changes import notice_published_changes
from levier.open_data.reading import Reading
from levier.open_data.values import FileFault, FileRefused, FileReport


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Who imports when nobody is signed in: the person at the server's command line."""

    user_id: int | None = None
    label: str = "Ligne de commande"
    role: str = "system"
    organisation_id: int | None = None


def import_file(
    *,
    path: Path,
    now: datetime,
    actor: Author | None = None,
    name: str = "",
    processes: int = 2,
    corrections: Corrections | None = None,
) -> FileReport:
    """Read the file into the database, all or nothing; importing it again changes nothing but the list of imports.

    `name` is the one shown where `path` is that of a temporary copy. A refused file is told by the `fault` of the report.
    """
    reading = Reading(path, civil_date(now), columns=True, processes=processes, corrections=corrections)
    shown = name or str(path)
    try:
        with transaction.atomic():
            tally = _import(reading, now, actor or CommandLine(), shown)
    except FileRefused as refusal:
        return refused(Path(shown), refusal)
    except DatabaseError as error:
        logging.getLogger(__name__).exception("import of %s", shown)
        return refused(Path(shown), FileRefused(FileFault.DATABASE), detail=str(error).partition("\n")[0])
    return told(shown, tally, reading)


def _import(reading: Reading, now: datetime, author: Author, name: str) -> Tally:
    began = time.monotonic()
    file = ImportedFile.objects.create(
        name=name[-400:],
        sha256="",
        size=0,
        started_at=now,
        finished_at=now,
        actor_user_id=author.user_id,
        actor_label=author.label,
    )
    with connection.cursor() as cursor:
        loading = Loading(cursor, file.pk, large=reading.large)
        for chunk in reading.chunks():
            loading.take(chunk)
        if not loading.tally.read:
            raise FileRefused(FileFault.NO_RECORD)
        loading.finish()
    counts = loading.tally.counts()
    for count in ("read", "accepted", "rejected", "duplicates", "updated", "warnings", "reasons"):
        setattr(file, count, getattr(counts, count))
    file.sha256, file.size = reading.digest, reading.size
    file.finished_at = now + timedelta(seconds=time.monotonic() - began)
    file.save()
    waiting = notice_published_changes(now)
    facts = {"name": file.name, "sha256": file.sha256, **counts.as_json()} | (
        {"amendments_noticed": waiting} if waiting else {}
    )
    record(
        actor=author,
        action="open_data.import",
        object_kind="imported_file",
        object_id=file.public_id,
        now=now,
        facts=facts,
    )
    return loading.tally

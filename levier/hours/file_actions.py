"""A company's own table of hours, from its reception to its statements: read, mapped, matched, corrected, ticked. filling.py does the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import batched, chain
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.files.actions import receive
from levier.files.queries import content_of
from levier.files.values import CSV, ODS, XLSX, Received, shown_name
from levier.foundation.collection import short_turns, uncollected
from levier.foundation.encryption import FieldCipher
from levier.foundation.objections import NotForYou
from levier.foundation.periods import civil_date
from levier.hours.codes import StatementRefusal
from levier.hours.file_lines import CORRECTABLE, FileLine, Match, corrected, from_json, line_of, to_json
from levier.hours.file_matching import Answer, Assigned, Placements
from levier.hours.models import HeadingMemory, StatementFile, StatementFileLine, StatementFilePerson
from levier.hours.policies import may_drop_tables
from levier.hours.received import ReceivedStatement, read_statement
from levier.hours.refusals import refused
from levier.organisations.models import Organisation
from levier.participants.identity import looks_like_nir
from levier.spreadsheets.codes import siret_of
from levier.spreadsheets.description import reading_as_json
from levier.spreadsheets.opening import open_table
from levier.spreadsheets.remembered import read_with_memory
from levier.spreadsheets.tables import Wishes
from levier.spreadsheets.values import Book, Sent, place_name

MEDIA_TYPES = {"xlsx": XLSX, "ods": ODS, "csv": CSV, "xls": "application/vnd.ms-excel"}
_SHORTEST_NIR = 13
AT_ONCE = 10_000
"""Lines written to PostgreSQL in one go: it checks these while the next are made. More goes would each wait for their turn in Python."""
_LEAST_NIR = 10 ** (_SHORTEST_NIR - 1)
KEYS_AT_ONCE = 1_000
"""Keys of people reserved in one go, so that matching seldom waits for what is being written."""
NULL = "\\N"
_PEOPLE = "hours_statementfileperson (id, file_id, sealed, commitment_id, placement_id)"
_LINES = 'hours_statementfileline (file_id, person_id, row, "column", month, hours, match, said, choices, ticked)'
_CHECKED_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL enable_seqscan = off"
"""How a key is looked up is planned at the first line, when few people are there: by reading them all, if it were allowed to."""
_MATCHED = ("person", "month", "hours", "match", "said", "choices", "ticked")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def files_visible_to(actor: Actor) -> QuerySet[StatementFile]:
    """A company: its own. Nobody else: what it has not sent stays with it."""
    if actor.role is not Role.COMPANY:
        return StatementFile.objects.none()
    return StatementFile.objects.filter(organisation_id=actor.organisation_id)


def file_for(actor: Actor, public_id: str) -> StatementFile:
    """Raise NotForYou when it is unknown or foreign."""
    found = files_visible_to(actor).select_related("organisation", "file").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def draft_for(actor: Actor, public_id: str) -> StatementFile:
    """The file, locked, while it can still be worked on."""
    found = files_visible_to(actor).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if found is None or not may_drop_tables(actor):
        raise NotForYou
    if found.state != "draft":
        raise refused(StatementRefusal.FILE_NOT_DRAFT)
    return found


def remembered(organisation_id: int) -> dict[str, str]:
    """Heading of each field that the company confirmed."""
    return dict(HeadingMemory.objects.filter(organisation_id=organisation_id).values_list("field", "heading"))


@transaction.atomic
@uncollected()
def receive_file(*, actor: Actor, content: bytes, name: str, now: datetime) -> StatementFile:
    """Keep the file, find the table, read its lines and match them. The same bytes, while they still wait, are the same file: it is found
    again, not kept twice. Raise Refusal when there is no table of people in it; nothing is kept then.
    """
    if not may_drop_tables(actor):
        raise NotForYou
    name = shown_name(name)
    assert actor.organisation_id is not None
    organisation = Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    book, known = _opened(content, name, organisation, civil_date(now))
    _no_nir(book)
    statement = read_with_memory(lambda wishes: read_statement(book, name, wishes), remembered(organisation.pk))
    received = Received(content, MEDIA_TYPES[statement.book.format], name)
    twins = StatementFile.objects.filter(organisation=organisation, file__sha256=received.sha256).order_by(
        "-created_at"
    )
    waiting = twins.filter(state="draft").first()
    if waiting is not None:
        return waiting
    filled = twins.filter(state="filled").first()
    found = StatementFile.objects.create(
        organisation=organisation, file=receive(actor=actor, received=received, now=now), file_name=name, created_at=now,
        created_by_label=actor.label, reading=_reading(statement, filled),
    )  # fmt: skip
    lines = keep_lines(found, map(line_of, statement.each()), known)
    journal(actor, found, "hours.file_received", {"lines": lines}, now)
    return found


def _opened(content: bytes, name: str, organisation: Organisation, today: date) -> tuple[Book, Placements]:
    """The sheets of a table, and the placements that its lines are matched with: these are read while a child process opens the table."""
    with ThreadPoolExecutor(1) as waiting:
        opening = waiting.submit(open_table, content, name)
        known = Placements(organisation, today)
        return opening.result(), known


def _no_nir(book: Book) -> None:
    """A table with social security numbers is not kept at all: they have no use here. What comes back in many cells is looked at once."""
    for sheet in book.sheets:
        found = {sent for sent in set(chain.from_iterable(sheet.rows)) if _may_be_nir(sent)}
        if found:
            row, cells = next(
                (row, cells) for row, cells in enumerate(sheet.rows, start=1) if not found.isdisjoint(cells)
            )
            column = next(column for column, sent in enumerate(cells, start=1) if sent in found)
            place = {"cell": place_name(row, column), "sheet": sheet.name or "le fichier"}
            raise refused(StatementRefusal.HAS_NIR, "file", **place)


def _may_be_nir(sent: Sent) -> bool:
    if isinstance(sent, str):
        return len(sent) >= _SHORTEST_NIR and _is_nir(sent)
    return isinstance(sent, float | int) and sent >= _LEAST_NIR and _is_nir(f"{sent:.0f}")


@lru_cache(maxsize=20_000)
def _is_nir(text: str) -> bool:
    """Thirteen digits may also be a SIRET whose first zero a spreadsheet lost."""
    return looks_like_nir(text) and siret_of("0" + "".join(filter(str.isdigit, text))) is None


def _reading(statement: ReceivedStatement, filled: StatementFile | None) -> dict[str, Any]:
    notices = list(statement.notices)
    if filled is not None and filled.filled_at is not None:
        notices.append(
            f"Ce fichier est, octet pour octet, celui que vous avez déjà repris le {filled.filled_at:%d/%m/%Y} : ce qui est déjà dans vos "
            "relevés n’y entrera pas une seconde fois."
        )
    return reading_as_json(statement.book, statement.table, statement.rows, notices)


class _People:
    """Who the lines of a file name, a row for all those that say the same and mean the same placement."""

    def __init__(self, file: StatementFile) -> None:
        self._file, self._cipher = file.pk, _cipher(settings.MASTER_KEY)
        self._known: dict[tuple[str, int | None, int | None], int] = {}
        self._keys: list[int] = []
        self._fresh: list[str] = []

    def key(self, line: FileLine, chosen: Assigned | None) -> int:
        """That of the row of who it names."""
        told = (to_json(line), chosen.commitment_id if chosen else None, chosen.placement_id if chosen else None)
        key = self._known.get(told)
        if key is None:
            key = self._known[told] = self._new_key()
            sealed = self._cipher.seal(told[0], _place(key))
            where = f"{chosen.commitment_id}\t{chosen.placement_id}" if chosen else f"{NULL}\t{NULL}"
            self._fresh.append(f"{key}\t{self._file}\t\\\\x{sealed.hex()}\t{where}\n")
        return key

    def _new_key(self) -> int:
        if not self._keys:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence('hours_statementfileperson', 'id')) FROM generate_series(1, %s)",
                    [KEYS_AT_ONCE],
                )
                self._keys = [key for (key,) in cursor.fetchall()]
        return self._keys.pop()

    def taken(self) -> str:
        """The rows not written yet, as COPY reads them."""
        rows, self._fresh = "".join(self._fresh), []
        return rows


def keep_lines(found: StatementFile, lines: Iterable[FileLine], known: Placements) -> int:
    """Match the lines and write them, in place of those that were there: the database writes and checks some, their keys included, while
    the next are read and matched. How many they are.
    """
    _forget(found)
    people = _People(found)
    with connection.cursor() as cursor, short_turns(), ThreadPoolExecutor(1) as writer:
        cursor.execute(_CHECKED_AT_ONCE)
        written = []
        count = 0
        for some in batched(lines, AT_ONCE, strict=False):
            known.know_months(found.organisation_id, {line.month for line in some if line.month})
            rows = "".join([_copied(found.pk, line, people, known.answer(line)) for line in some])
            written.append(writer.submit(_copy, cursor, _PEOPLE, people.taken()))
            written.append(writer.submit(_copy, cursor, _LINES, rows))
            count += len(some)
        for one in written:
            one.result()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED; SET LOCAL enable_seqscan TO DEFAULT")
    return count


def _forget(found: StatementFile) -> None:
    """Erase the lines of a file, and who they name."""
    StatementFileLine.objects.filter(file=found).delete()
    StatementFilePerson.objects.filter(file=found).delete()


def _copy(cursor: CursorWrapper, where: str, rows: str) -> None:
    with cursor.copy(f"COPY {where} FROM STDIN") as copy:
        copy.write(rows)


def _copied(file: int, line: FileLine, people: _People, answer: Answer) -> str:
    """A line as COPY reads it. Only `said` holds free text; what a person wrote is in the seal of its person."""
    choices = [[choice.commitment_id, choice.placement_id] for choice in answer.choices] if answer.choices else "[]"
    said = answer.said[:500].translate(_ESCAPED) if answer.said else ""
    return (
        f"{file}\t{people.key(line, answer.chosen)}\t{line.row}\t{line.column}\t{line.month.isoformat() if line.month else NULL}\t"
        f"{NULL if line.hours is None else line.hours}\t{answer.match.value}\t{said}\t{choices}\t"
        f"{'t' if answer.match is Match.READY else 'f'}\n"
    )


def _known(found: StatementFile, lines: Sequence[FileLine], today: date) -> Placements:
    known = Placements(found.organisation, today)
    known.know_months(found.organisation_id, {line.month for line in lines if line.month})
    return known


@cache
def _cipher(master_key: bytes) -> FieldCipher:
    return FieldCipher(master_key, "person")


def _place(person: int) -> str:
    return f"hours_statementfileperson|sealed|{person}"


def opened(kept: StatementFileLine) -> FileLine:
    """The line as it was read or corrected; `kept` with its person."""
    text = _cipher(settings.MASTER_KEY).open(bytes(kept.person.sealed), _place(kept.person_id))
    return from_json(text, row=kept.row, column=kept.column, month=kept.month, hours=kept.hours)


@transaction.atomic
@uncollected()
def read_again(*, actor: Actor, file_id: str, wishes: Wishes, now: datetime) -> StatementFile:
    """Read the kept file again as a person says. What they confirm of the headings is remembered for the company. Cells corrected before
    are read again from the file.
    """
    found = draft_for(actor, file_id)
    book, known = _opened(content_of(found.file), found.file_name, found.organisation, civil_date(now))
    statement = read_statement(book, found.file_name, wishes)
    found.wishes = {"sheet": wishes.sheet, "header_row": wishes.header_row, "columns": dict(wishes.columns)}
    found.reading = _reading(statement, None)
    found.save(update_fields=["wishes", "reading"])
    keep_lines(found, map(line_of, statement.each()), known)
    for match in statement.table.matches:
        if match.field in wishes.columns and match.heading:
            HeadingMemory.objects.update_or_create(
                organisation_id=found.organisation_id,
                field=match.field,
                defaults={"heading": match.heading[:200], "at": now, "by_label": actor.label},
            )
    journal(actor, found, "hours.file_mapped", {"columns": dict(wishes.columns)}, now)
    return found


@transaction.atomic
def correct(
    *,
    actor: Actor,
    file_id: str,
    cells: Mapping[tuple[int, str], Mapping[str, str]],
    choices: Mapping[tuple[int, str], str],
    now: datetime,
) -> int:
    """Correct cells and answer questions, by (row, column) of the line; each line is read and matched again. What cannot be read either
    stays typed, with its sentence. Return how many lines changed.
    """
    found = draft_for(actor, file_id)
    if any(name not in CORRECTABLE for texts in cells.values() for name in texts):
        raise refused(StatementRefusal.FIELD)
    wanted = {*cells, *choices}
    kept = {
        (one.row, one.column): one
        for one in _locked(found).filter(row__in={row for row, _ in wanted})
        if (one.row, one.column) in wanted
    }
    if wanted - kept.keys():
        raise NotForYou
    changed = list(_corrected(kept, cells, choices))
    _match_again(found, changed, civil_date(now))
    if changed:
        journal(actor, found, "hours.file_corrected", {"lines": len(changed)}, now)
    return len(changed)


def _corrected(
    kept: Mapping[tuple[int, str], StatementFileLine],
    cells: Mapping[tuple[int, str], Mapping[str, str]],
    choices: Mapping[tuple[int, str], str],
) -> Iterator[tuple[StatementFileLine, FileLine]]:
    for place, row in kept.items():
        line = opened(row)
        for name, text in cells.get(place, {}).items():
            line = corrected(line, name, text)
        if place in choices:
            line = msgspec.structs.replace(line, choice=choices[place])
        yield row, line


def _locked(found: StatementFile) -> QuerySet[StatementFileLine]:
    """The lines of a file with who they name, locked."""
    return StatementFileLine.objects.select_for_update(of=("self",)).select_related("person").filter(file=found)


def _match_again(found: StatementFile, changed: Sequence[tuple[StatementFileLine, FileLine]], today: date) -> None:
    """Match lines as they read now; who is named by no line any more is erased."""
    known, people = _known(found, [line for _, line in changed], today), _People(found)
    for row, line in changed:
        answer = known.answer(line)
        row.person_id, row.month, row.hours = people.key(line, answer.chosen), line.month, line.hours
        row.match, row.said = answer.match.value, answer.said[:500]
        if answer.choices or not line.choice:
            row.choices = [[one.commitment_id, one.placement_id] for one in answer.choices]
        row.ticked = answer.match is Match.READY
    with connection.cursor() as cursor:
        _copy(cursor, _PEOPLE, people.taken())
    StatementFileLine.objects.bulk_update([row for row, _ in changed], _MATCHED, batch_size=200)
    StatementFilePerson.objects.filter(file=found, lines=None).delete()


@transaction.atomic
def match_waiting(*, actor: Actor, file_id: str, now: datetime) -> int:
    """Match again every line that was not ready: a facilitator may have assigned people since. Return how many became ready."""
    found = draft_for(actor, file_id)
    waiting = [(row, opened(row)) for row in _locked(found).exclude(match__in=("ready", "wrong"))]
    _match_again(found, waiting, civil_date(now))
    return sum(row.match == Match.READY for row, _ in waiting)


@transaction.atomic
def tick(*, actor: Actor, file_id: str, shown: Sequence[int], ticked: Sequence[int]) -> None:
    """Of the lines that were shown, by their key, exactly these are ticked; one that is not ready never is."""
    lines = StatementFileLine.objects.filter(file=draft_for(actor, file_id))
    lines.filter(pk__in=shown).exclude(pk__in=ticked).update(ticked=False)
    lines.filter(pk__in=[key for key in ticked if key in set(shown)], match=Match.READY.value).update(ticked=True)


@transaction.atomic
def tick_all(*, actor: Actor, file_id: str, on: bool) -> None:
    lines = StatementFileLine.objects.filter(file=draft_for(actor, file_id))
    lines.filter(match=Match.READY.value).update(ticked=on)


@transaction.atomic
def abandon(*, actor: Actor, file_id: str, now: datetime) -> None:
    """Set a file aside: nothing of it enters a statement, and its lines are erased."""
    found = draft_for(actor, file_id)
    found.state = "abandoned"
    found.save(update_fields=["state"])
    _forget(found)
    journal(actor, found, "hours.file_abandoned", {}, now)


def journal(actor: Actor, found: StatementFile, action: str, facts: dict[str, Any], now: datetime) -> None:
    record(
        actor=actor, action=action, object_kind="statement_file", object_id=found.public_id, thread="",
        facts={"file": found.file_name, **facts}, now=now,
    )  # fmt: skip

"""A company's table of 100,000 lines: read, checked against its placements, kept, and filled into its statements; beside its yardstick,
which only opens the same file and copies its rows into PostgreSQL. Same file, same process, same run.
"""

import io
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.decp.run import processor

DATABASE = "bench_hours"
LIMIT = 3
"""Times the yardstick: what checking and importing may take."""
PEOPLE, MONTHS, COMMITMENTS = 2_000, 50, 40
FIRST = date(2022, 9, 1)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@dataclass
class Measure:
    what: str
    seconds: float
    spent: tuple[float, float, float]
    """Seconds of processor: this process, the child that opens the file, and the database."""

    @property
    def processor(self) -> float:
        return sum(self.spent)


def measured(what: str, server: int, work: Callable[[], Any]) -> tuple[Measure, Any]:
    """`server`: process of the database, whose time counts too."""
    began, before = time.perf_counter(), _spent(server)
    answer = work()
    application, child, database = (after - start for after, start in zip(_spent(server), before, strict=True))
    one = Measure(what, time.perf_counter() - began, (application, child, database))
    print(f"{what}: {one.seconds:.2f} s, {one.processor:.2f} s of processor", flush=True)
    return one, answer


def _spent(server: int) -> tuple[float, float, float]:
    own, system, child, child_system, _ = os.times()
    return own + system, child + child_system, processor(server)


def report(lines: int, seed: int) -> str:
    """The section of docs/mesures.md."""
    from levier import embedded

    server = embedded.start("benchmark")
    embedded.drop_database(server, DATABASE)
    address = embedded.ensure_database(server, DATABASE)
    pid = int((embedded.data_folder("benchmark") / "postmaster.pid").read_text().split()[0])
    try:
        with tempfile.TemporaryDirectory(prefix="levier-bench-") as folder:
            return _told(*_measures(address, pid, Path(folder), lines, seed), lines, seed)
    finally:
        from django.db import connections

        connections.close_all()
        embedded.drop_database(server, DATABASE)
        server.cleanup()


def _measures(
    address: str, server: int, folder: Path, lines: int, seed: int
) -> tuple[dict[str, Measure], dict[str, Any]]:
    os.environ |= {"DATABASE_URL": address, "LEVIER_STATE": str(folder / "state")}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    from levier.installation import bring_up_to_date

    bring_up_to_date(address)
    import django

    django.setup()
    from django.conf import settings

    settings.MEDIA_ROOT = folder / "files"
    months = MONTHS
    people = max(1, lines // months)
    company, named = _company(people)
    _analysed()
    path = folder / "heures.xlsx"
    _write(path, named, months, seed)
    content = path.read_bytes()
    from levier.hours import file_actions, filling
    from levier.spreadsheets import opening
    from levier.spreadsheets.opening import open_table

    opening.WALL_SECONDS = 600  # a busy machine makes it wait; what the child may compute stays limited

    _small_table_first(company, folder, named)
    found: dict[str, Measure] = {}

    def timed(name: str, what: str, work: Callable[[], Any]) -> Any:
        found[name], answer = measured(what, server, work)
        return answer

    book = timed("opened", "opening the file (the child process, its checks)", lambda: open_table(content, path.name))
    timed("copied", "copying its rows, as text, into a table without index", lambda: _copied(book.sheets[0].rows))
    kept = timed(
        "received",
        "received: opened, read, checked, matched, kept",
        lambda: file_actions.receive_file(actor=company, content=content, name=path.name, now=NOW),
    )
    done = timed(
        "filled",
        "filled into the drafts of the statements",
        lambda: filling.fill(actor=company, file_id=kept.public_id, now=NOW),
    )
    twin = timed(
        "again",
        "the same file again: received",
        lambda: file_actions.receive_file(actor=company, content=content, name=path.name, now=NOW),
    )
    nothing = timed(
        "nothing",
        "the same file again: filled (nothing to write)",
        lambda: filling.fill(actor=company, file_id=twin.public_id, now=NOW),
    )
    timed("bare", "beside: calamine alone in this process, and the same copy", lambda: _copied(_bare(content)))
    figures = {
        "written": done.outcome["new"],
        "statements": len(done.outcome["statements"]),
        "twice": nothing.outcome["new"] + nothing.outcome["changed"],
        "people": people,
        "megabytes": len(content) / 1e6,
    }
    return found, figures


def _small_table_first(company: Any, folder: Path, named: list[tuple[Any, Any, str, str]]) -> None:
    """A table of two lines, compared and set aside: a server has answered somebody before it is given a hundred thousand."""
    from django.db import transaction

    from levier.hours.differences import compared
    from levier.hours.file_actions import abandon, receive_file

    path = folder / "petit.xlsx"
    _write(path, named[:1], 2, 0)
    small = receive_file(actor=company, content=path.read_bytes(), name=path.name, now=NOW)
    with transaction.atomic():
        compared(small)
    abandon(actor=company, file_id=small.public_id, now=NOW)


def _analysed() -> None:
    """The statistics that a database a minute old has of itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _bare(content: bytes) -> list[list[Any]]:
    """The rows as the parser gives them, without a child process nor any check."""
    import python_calamine

    return list(python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())


def _copied(rows: list[list[Any]]) -> None:
    from django.db import connection

    width = max(len(row) for row in rows)
    with connection.cursor() as cursor:
        names = ", ".join(f"c{number} text" for number in range(width))
        cursor.execute("DROP TABLE IF EXISTS copied")
        cursor.execute(f"CREATE TEMPORARY TABLE copied ({names})")
        with cursor.copy("COPY copied FROM STDIN") as copy:
            for row in rows:
                cells = [sent[1] if isinstance(sent, tuple) else sent for sent in row]
                copy.write_row([*cells, *[None] * (width - len(cells))])


def _company(people: int) -> tuple[Any, list[tuple[Any, Any, str, str]]]:
    """A company with so many people over COMMITMENTS contracts, all along the months of the file."""
    from levier.commitments.models import CommitmentPlacement
    from levier.participants.identity import Identity, index_of, seal_identity
    from levier.participants.models import EligibilityDecision, Person, Placement
    from tests.world import small_world

    world = small_world()
    ends = date(2029, 12, 31)
    owed = []
    for number in range(COMMITMENTS):
        commitment = world.commitment(world.contract(f"2022-{number:04d}"))
        commitment.starts_on, commitment.ends_on = FIRST, ends
        owed.append(commitment)
        commitment.save(update_fields=["starts_on", "ends_on"])
    company = world.organisation("Bâti Essai", "company")
    names = [(f"{last}{rank}", first) for rank, (last, first) in enumerate(_names(people))]
    persons = []
    for rank, (last, first) in enumerate(names):
        born = date(1965, 1, 1) + timedelta(days=rank * 5)
        person = Person(
            reference=f"P-{rank:08d}"[:12], birth_year=born.year, territory=world.territory(4), created_at=NOW,
            created_by_label="bench", retention_until=ends,
        )  # fmt: skip
        identity = Identity(last, first, born)
        person.identity, person.identity_index = seal_identity(identity, person.public_id), index_of(identity)
        persons.append(person)
    Person.objects.bulk_create(persons, batch_size=1000)
    user = world.users["near"]
    decisions = EligibilityDecision.objects.bulk_create(
        [
            EligibilityDecision(
                person=person, granted=True, decided_on=FIRST, decided_at=NOW, decided_by=user, decided_by_label="bench",
                territory=person.territory, valid_from=FIRST, valid_until=ends, rule_version="bench",
            )
            for person in persons
        ],
        batch_size=1000,
    )  # fmt: skip
    placements = Placement.objects.bulk_create(
        [
            Placement(
                person=person, employer=company, decision=decision, modality="direct_hire", contract_kind="cdi", job_title="Essai",
                starts_on=FIRST, weekly_hours=Decimal(35), created_at=NOW, created_by_label="bench",
            )
            for person, decision in zip(persons, decisions, strict=True)
        ],
        batch_size=1000,
    )  # fmt: skip
    CommitmentPlacement.objects.bulk_create(
        [
            CommitmentPlacement(commitment=owed[rank % COMMITMENTS], placement=placement, since=FIRST)
            for rank, placement in enumerate(placements)
        ],
        batch_size=1000,
    )
    told = [
        (born, owed[rank % COMMITMENTS].lot.contract.reference, last, first)
        for rank, ((last, first), born) in enumerate(
            zip(names, (date(1965, 1, 1) + timedelta(days=rank * 5) for rank in range(people)), strict=True)
        )
    ]
    return world.actors["company"], told


def _names(people: int) -> list[tuple[str, str]]:
    last = ("Belkacem", "Dos Santos", "Martin", "Petit", "Moreau", "Garcia", "N’Diaye")
    first = ("Samira", "Paul", "Éric", "Léa", "Nour")
    return [(last[rank % len(last)], first[rank % len(first)]) for rank in range(people)]


def _write(path: Path, named: list[tuple[Any, Any, str, str]], months: int, seed: int) -> None:
    import xlsxwriter

    from levier.foundation.periods import add_months
    from levier.organisations.models import Organisation

    dice = random.Random(seed)
    siret = Organisation.objects.get(name="Bâti Essai").siret
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Heures")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for column, heading in enumerate(
        ("Nom", "Prénom", "Date de naissance", "Employeur", "SIRET", "Marché", "Mois", "Heures")
    ):
        sheet.write(0, column, heading)
    number = 1
    for born, reference, last, first in named:
        for back in range(months):
            month = add_months(FIRST, back)
            sheet.write_string(number, 0, last.upper())
            sheet.write_string(number, 1, first)
            sheet.write_datetime(number, 2, datetime(born.year, born.month, born.day), day)  # noqa: DTZ001 - a civil day, without an hour
            sheet.write_string(number, 3, "Bâti Essai")
            sheet.write_string(number, 4, siret)
            sheet.write_string(number, 5, reference)
            sheet.write_string(number, 6, f"{month:%m/%Y}")
            hours = dice.randrange(2000, 15168) / 100
            if dice.random() < 0.9:
                sheet.write_number(number, 7, hours)
            else:
                sheet.write_string(number, 7, f"{int(hours)}:{int(hours * 60) % 60:02d}")
            number += 1
    book.close()


def _told(found: dict[str, Measure], figures: dict[str, Any], lines: int, seed: int) -> str:
    yardstick, first = _sum("", found["opened"], found["copied"]), _sum("", found["received"], found["filled"])
    rows = "\n".join(
        f"| {one.what} | {one.seconds:.2f} | {_each(one)} | {one.seconds / yardstick.seconds:.2f} |"
        for one in found.values()
    )
    verdict = "held" if first.seconds <= LIMIT * yardstick.seconds else "NOT held"
    return (
        f"## A table of hours\n\nA company's XLSX of {lines:,} lines ({figures['megabytes']:.1f} MB, {figures['people']:,} people, "
        f"{COMMITMENTS} commitments, seed {seed}). The yardstick opens the same file and copies its rows. {figures['written']:,} lines were "
        f"written into {figures['statements']:,} statements; the same file a second time wrote {figures['twice']}. CPU seconds are those of "
        "the application, of the child process that opens the file, and of PostgreSQL.\n\n"
        "| | seconds | CPU s | application | child | PostgreSQL | × yardstick |\n|---|---:|---:|---:|---:|---:|---:|\n"
        f"{rows}\n| **yardstick: opened and copied** | {yardstick.seconds:.2f} | {_each(yardstick)} | 1.00 |\n"
        f"| **checked and imported** | {first.seconds:.2f} | {_each(first)} | **{first.seconds / yardstick.seconds:.2f}** |\n\n"
        f"Limit: {LIMIT} times the yardstick: {verdict} (in CPU: {first.processor / yardstick.processor:.2f})."
    )


def _each(one: Measure) -> str:
    return " | ".join(f"{spent:.2f}" for spent in (one.processor, *one.spent))


def _sum(what: str, *parts: Measure) -> Measure:
    application, child, database = (sum(each) for each in zip(*(one.spent for one in parts), strict=True))
    return Measure(what, sum(one.seconds for one in parts), (application, child, database))

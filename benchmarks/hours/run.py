"""A company's table of 100,000 lines: read, checked against its placements, kept, and filled into its statements; beside its yardstick,
which only opens the same file and copies its rows into PostgreSQL. Same file, same process, same run.
"""

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
    processor: float
    """This process and the child that opens the file; not the database."""


def measured(what: str, work: Callable[[], Any]) -> tuple[Measure, Any]:
    wall, before = time.perf_counter(), os.times()
    answer = work()
    after = os.times()
    spent = sum(
        getattr(after, name) - getattr(before, name) for name in ("user", "system", "children_user", "children_system")
    )
    print(f"{what}: {time.perf_counter() - wall:.2f} s, {spent:.2f} s of processor", flush=True)
    return Measure(what, time.perf_counter() - wall, spent), answer


def report(lines: int, seed: int) -> str:
    """The section of docs/mesures.md."""
    from levier import embedded

    server = embedded.start("benchmark")
    embedded.drop_database(server, DATABASE)
    address = embedded.ensure_database(server, DATABASE)
    try:
        with tempfile.TemporaryDirectory(prefix="levier-bench-") as folder:
            return _told(*_measures(address, Path(folder), lines, seed), lines, seed)
    finally:
        from django.db import connections

        connections.close_all()
        embedded.drop_database(server, DATABASE)
        server.cleanup()


def _measures(address: str, folder: Path, lines: int, seed: int) -> tuple[list[Measure], dict[str, Any]]:
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
    path = folder / "heures.xlsx"
    _write(path, named, months, seed)
    content = path.read_bytes()
    from levier.hours import file_actions, filling
    from levier.spreadsheets import opening
    from levier.spreadsheets.opening import open_table

    opening.WALL_SECONDS = 600  # a busy machine makes it wait; what the child may compute stays limited

    opened, book = measured("opening the file (the child process, its checks)", lambda: open_table(content, path.name))
    copying, _ = measured("copying its rows, as text, into a table without index", lambda: _copied(book))
    receiving, found = measured(
        "received: opened, read, checked, matched, kept",
        lambda: file_actions.receive_file(actor=company, content=content, name=path.name, now=NOW),
    )
    filled, done = measured(
        "filled into the drafts of the statements",
        lambda: filling.fill(actor=company, file_id=found.public_id, now=NOW),
    )
    again, twin = measured(
        "the same file again: received",
        lambda: file_actions.receive_file(actor=company, content=content, name=path.name, now=NOW),
    )
    refilled, nothing = measured(
        "the same file again: filled (nothing to write)",
        lambda: filling.fill(actor=company, file_id=twin.public_id, now=NOW),
    )
    figures = {
        "written": done.outcome["new"],
        "statements": len(done.outcome["statements"]),
        "twice": nothing.outcome["new"] + nothing.outcome["changed"],
        "people": people,
        "megabytes": len(content) / 1e6,
    }
    return [opened, copying, receiving, filled, again, refilled], figures


def _copied(book: Any) -> None:
    from django.db import connection

    sheet = book.sheets[0]
    width = sheet.width
    with connection.cursor() as cursor:
        names = ", ".join(f"c{number} text" for number in range(width))
        cursor.execute(f"CREATE TEMPORARY TABLE copied ({names})")
        with cursor.copy("COPY copied FROM STDIN") as copy:
            for row in sheet.rows:
                cells = [sent[1] if isinstance(sent, list) else sent for sent in row]
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


def _told(measures: list[Measure], figures: dict[str, Any], lines: int, seed: int) -> str:
    yardstick = measures[0].seconds + measures[1].seconds
    yardstick_cpu = measures[0].processor + measures[1].processor
    first = measures[2].seconds + measures[3].seconds
    first_cpu = measures[2].processor + measures[3].processor
    rows = "\n".join(
        f"| {one.what} | {one.seconds:.2f} | {one.processor:.2f} | {one.seconds / yardstick:.2f} |" for one in measures
    )
    verdict = "held" if first <= LIMIT * yardstick else "NOT held"
    return (
        f"## A table of hours\n\nA company's XLSX of {lines:,} lines ({figures['megabytes']:.1f} MB, {figures['people']:,} people, "
        f"{COMMITMENTS} commitments, seed {seed}). The yardstick opens the same file and copies its rows. {figures['written']:,} lines were "
        f"written into {figures['statements']:,} statements; the same file a second time wrote {figures['twice']}.\n\n"
        "| | seconds | CPU s of the application | × yardstick |\n|---|---:|---:|---:|\n"
        f"{rows}\n| **yardstick: opened and copied** | {yardstick:.2f} | {yardstick_cpu:.2f} | 1.00 |\n"
        f"| **checked and imported** | {first:.2f} | {first_cpu:.2f} | **{first / yardstick:.2f}** |\n\n"
        f"Limit: {LIMIT} times the yardstick: {verdict}."
    )

"""The abuse cases of the threat model: docs/abus.md names a test for each, and what no other file attacks is attacked here."""

import ast
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from levier.accounts.queries import actor_from, memberships_of
from levier.accounts.successions import record_succession
from levier.foundation.objections import NotForYou, Refusal
from levier.hours import actions, declarations
from levier.hours.checks import TypedLine
from levier.hours.migrations import __path__ as hours_migrations
from levier.hours.models import LedgerEntry, PersonMonth, Statement, WorkedMonth
from levier.hours.verification import violations
from levier.participants.merging import merge
from tests.world import NOW, TODAY, World

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "abus.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
CASES = range(1, 18)
OCTOBER = date(2026, 10, 1)


def cases(text: str) -> dict[int, list[tuple[str, str]]]:
    """Number of a case -> its tests, as (file, function)."""
    rows = re.findall(r"^\| (\d+) \|(.*)$", text, re.MULTILINE)
    return {int(number): NAMED.findall(row) for number, row in rows}


def faults(text: str) -> list[str]:
    known: dict[str, set[str]] = {}
    found = [f"case {number}: no row" for number in CASES if number not in cases(text)]
    for number, tests in cases(text).items():
        if not tests:
            found.append(f"case {number}: no test")
        for file, name in tests:
            if file not in known:
                path = PROJECT / file
                tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
                known[file] = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            if name not in known[file]:
                found.append(f"case {number}: {file} has no {name}")
    return found


def test_every_abuse_case_has_a_test_that_exists():
    assert faults(PAGE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| 17 |", "| x |"),
        ("test_certificate_pdf_edited", "test_nothing"),
        ("tests/erasure/test_erasure.py::", "tests/none.py::"),
    ],
)
def test_a_case_without_its_test_is_noticed(old, new):
    assert len(faults(PAGE.read_text(encoding="utf-8").replace(old, new))) == 1


@pytest.fixture
def owed(world: World):
    return world.commitment(world.contract())


def accept(world: World, line):
    return actions.accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)


def test_two_files_of_one_person_stay_under_one_legal_maximum(world: World, owed):
    """Registered twice, 120 h under each name: before the merge nobody can know; after it, not one hour above the month's maximum."""
    first, second = world.person("Belkacem", "Samira"), world.person("Samira", "Belkacem")
    lines = [
        world.sent_line(owed, world.placement(one, owed), hours=hours)
        for one, hours in ((first, "150"), (second, "80"))
    ]
    accept(world, lines[0])
    merge(actor=world.actors["near"], first_id=first.public_id, second_id=second.public_id, now=NOW)
    with pytest.raises(Refusal, match="tous employeurs confondus"):
        accept(world, lines[1])  # 230 h, and the maximum is 222
    smaller = world.sent_line(owed, lines[1].placement, hours="70", month=date(2026, 9, 1))
    accept(world, smaller)
    assert [one.worked_hours for one in PersonMonth.objects.order_by("month", "pk")][:1] == [Decimal(70)]
    # planted fault: hours worked written past the action
    PersonMonth.objects.get_or_create(person=second, month=OCTOBER, defaults={"max_hours": 222, "max_version": "essai"})
    with pytest.raises(DatabaseError, match="OVER_LEGAL_MAXIMUM"), transaction.atomic():
        WorkedMonth.objects.create(placement=lines[1].placement, person=second, month=OCTOBER, worked_hours=80)
    assert violations() == ()


def test_a_whole_month_for_the_last_covered_days_is_refused(world: World, owed):
    """Hired and decided on 27 October, 151,67 h declared for October: five days hold 50 h at the legal maximum of a day."""
    person = world.person()
    world.decision(person, start=date(2026, 10, 27))
    placement = world.placement(person, owed, start=date(2026, 10, 27))
    typed = {placement.public_id: TypedLine("151,67")}
    where = {"actor": world.actors["company"], "commitment_public_id": owed.public_id, "month": OCTOBER, "now": NOW}
    declarations.save_draft(typed=typed, **where)
    with pytest.raises(Refusal, match=r"5\sjours où ces heures peuvent compter ce mois"):
        declarations.send(**where)
    sent = world.sent_line(owed, world.placement(world.person("Autre", "Nom"), owed), month=date(2026, 9, 1))
    accept(world, sent)  # the positive twin: a whole month for a month wholly covered
    line = Statement.objects.get(month=OCTOBER).lines.get()
    type(line).objects.filter(pk=line.pk).update(state="pending")
    Statement.objects.filter(month=OCTOBER).update(
        state="sent", declared_by=world.users["company"], declared_by_label="x", sent_at=NOW, version=2
    )
    with pytest.raises(Refusal, match="seules heures faites ces jours-là"):
        accept(world, line)
    assert LedgerEntry.objects.count() == 1


def test_a_statement_written_on_a_version_that_is_over_is_refused_by_the_database(world: World, owed):
    statement = world.sent_line(owed, world.placement(world.person(), owed)).statement
    for version in (0, 2):  # read at 0 by two windows, written by the second as if the first had not been
        with pytest.raises(DatabaseError, match="LOST_UPDATE"), transaction.atomic():
            Statement.objects.filter(pk=statement.pk).update(no_hours=True, version=version)
    Statement.objects.filter(pk=statement.pk).update(version=1)


def test_an_absorbed_company_cannot_be_used_to_validate_its_own_hours(world: World, owed):
    """The successor declares for the absorbed company and reads what it owed; it accepts nothing, and a rival without the link reads nothing."""
    line = world.sent_line(owed, world.placement(world.person(), owed))
    rival = world.actors["rival"]
    with pytest.raises(NotForYou):
        actions.accept_line(actor=rival, line_public_id=line.public_id, now=NOW)
    record_succession(
        actor=world.actors["mission"], closed=world.organisation("Bâti Essai"), siret=world.organisation("Rival Essai").siret, name="",
        since=TODAY - timedelta(days=1), reason="Absorption", now=NOW,
    )  # fmt: skip
    taken = [actor_from(one) for one in memberships_of(world.users["rival"].pk, today=TODAY)]
    assert {one.organisation_name for one in taken} == {"Bâti Essai", "Rival Essai"}
    for actor in taken:
        with pytest.raises(NotForYou):
            actions.accept_line(actor=actor, line_public_id=line.public_id, now=NOW)
    assert not LedgerEntry.objects.exists()


def walls() -> list[str]:
    """The names that the view of missing walls looks for, from its migrations."""
    folder, found = Path(next(iter(hours_migrations))), list[str]()
    for name in ("0033_abuse_walls.py", "0037_more_walls.py"):
        text = (folder / name).read_text(encoding="utf-8")
        found += re.search(r'WALLS = """(.*?)"""', text, re.DOTALL)[1].split()
    return found


def test_each_wall_taken_down_is_noticed_by_its_name(db):
    """Dropped or switched off, one after the other, each put back: the view names exactly that one."""
    assert violations() == ()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in walls():
            cursor.execute(
                "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname || ' CASCADE' FROM pg_constraint"
                " WHERE conname = %s AND contype <> 't'"
                " UNION ALL SELECT 'ALTER TABLE ' || tgrelid::regclass || ' DISABLE TRIGGER ' || tgname FROM pg_trigger WHERE tgname = %s"
                " UNION ALL SELECT 'DROP INDEX ' || relname FROM pg_class WHERE relname = %s AND relkind = 'i'",
                [name, name, name],
            )
            down = cursor.fetchone()
            assert down, f"{name}: no such wall"
            cursor.execute("SAVEPOINT wall")
            cursor.execute(down[0])
            cursor.execute("SELECT DISTINCT name FROM violation_wall_missing")
            seen = {row[0] for row in cursor.fetchall()}
            cursor.execute("ROLLBACK TO SAVEPOINT wall")
            assert name in seen, name

"""The first import of a large file takes the indexes away and builds them again: nothing else may show."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from made_up import contract, contract_2022, lots

from levier.open_data import bulk, reading
from levier.open_data.actions import import_file
from levier.open_data.models import PublishedContract
from levier.open_data.values import FileFault

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def definitions() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s
               UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass
               ORDER BY 1, 2""",
            [bulk.TABLE, bulk.TABLE],
        )
        return list(cursor.fetchall())


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reading, "SMALL", 0)
    path = tmp_path / "marches.json"
    path.write_text(json.dumps([*lots(47), contract(), contract(), contract(montant=7), contract_2022()]))
    return path


def test_the_same_comes_out_with_the_same_indexes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = definitions()
    assert len(before) > 15
    told = import_file(path=file, now=NOW, processes=1).counts
    assert (told.read, told.accepted, told.duplicates, told.updated) == (51, 50, 1, 1)
    assert definitions() == before
    assert PublishedContract.objects.count() == 49
    assert PublishedContract.objects.get(published_id="2018TX00100").versions.count() == 1
    monkeypatch.setattr(bulk.EmptyTables, "set_aside", lambda self: pytest.fail("the tables are not empty any more"))
    assert import_file(path=file, now=NOW, processes=1).counts.duplicates == 51


def test_a_refused_file_leaves_the_tables_as_they_were(file: Path) -> None:
    before = definitions()
    file.write_bytes(file.read_bytes()[:-40])
    assert import_file(path=file, now=NOW, processes=1).fault is FileFault.TRUNCATED
    assert definitions() == before
    assert not PublishedContract.objects.exists()


def test_an_account_that_does_not_own_the_tables_imports_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_OURS", "SELECT false FROM pg_class WHERE oid = %s::regclass")
    assert import_file(path=file, now=NOW, processes=1).counts.accepted == 50

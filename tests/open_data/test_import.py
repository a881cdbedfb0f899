from datetime import UTC, datetime
from pathlib import Path

import pytest

from levier.open_data.actions import import_file
from levier.open_data.models import (
    PublishedContract,
    PublishedVersion,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.mark.real_files
def test_a_second_import_changes_nothing(shared_data: Path) -> None:
    path = shared_data / "decp" / "2022-format" / "demantis.json"
    first = import_file(path=path, now=NOW).counts
    assert (first.read, first.accepted, first.duplicates) == (141, 141, 0)
    before = list(PublishedContract.objects.order_by("id").values())
    second = import_file(path=path, now=NOW).counts
    assert (second.read, second.accepted, second.duplicates, second.updated) == (141, 0, 141, 0)
    assert list(PublishedContract.objects.order_by("id").values()) == before
    assert PublishedVersion.objects.count() == 0

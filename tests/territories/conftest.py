from datetime import UTC, datetime

import pytest

from levier.territories.actions import load_published

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def loaded(db):
    """The shipped territories, in the database."""
    return load_published(NOW)

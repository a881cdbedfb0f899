from pathlib import Path

import pytest

from levier.reference.actions import load_published as load_values
from levier.territories.actions import load_published as load_territories
from tests.world import NOW, World


@pytest.fixture
def ground(world: World, tmp_path: Path, settings) -> World:
    settings.MEDIA_ROOT = tmp_path
    load_values(NOW)
    load_territories(NOW)
    return world

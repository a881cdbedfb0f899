"""The ledger under fire, small enough for every run; `python -m tests.attack` is the whole of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.concurrent, pytest.mark.slow]
PROJECT = Path(__file__).resolve().parents[2]


def test_nothing_goes_through_and_every_wall_is_missed(capsys):
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack", "--operations", "3000", "--clients", "8", "--seed", "1"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-2000:]
    told = json.loads(done.stdout)
    with capsys.disabled():
        walls = told["walls"]
        print(
            f"\nattack: {told['operations']} operations by {told['clients']} clients, {len(told['breaches'])} breaches, "
            f"{len(told['wrong'])} violations; {walls['missed']} walls of {walls['down']} missed when down, "
            f"{len(walls['held_by_another'])} held by another"
        )
    assert (told["breaches"], told["wrong"], told["faults"]) == ({}, [], [])
    assert walls["not_missed"] == []
    assert walls["missed"] >= 30
    assert sum(told["done"].values()) > 50
    assert done.returncode == 0

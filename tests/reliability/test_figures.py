"""A short sample of each figure of reliability; `python -m tests.reliability NAME` is the whole of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.concurrent, pytest.mark.slow]
PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("figure", "sample"), [("crash", 2), ("replay", 4), ("tampering", 25), ("clocks", 14), ("machine", 3)]
)
def test_the_figure_holds(figure: str, sample: int, capsys):
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability", figure, "--n", str(sample), "--seed", "7"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-2000:]
    told = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\n{told['figure']} {figure}: n={told['n']}, faults caught {told['caught']}/{told['planted']}")
    assert told["holds"], told
    assert done.returncode == 0

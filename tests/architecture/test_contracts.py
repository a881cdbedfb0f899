"""The import contracts hold, and each of them fails on a planted fault."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package's Python files, to plant faults in."""
    shutil.copytree(
        PROJECT / "levier",
        tmp_path / "levier",
        ignore=lambda folder, names: [
            n for n in names if (not (Path(folder) / n).is_dir() and not n.endswith(".py")) or n == "__pycache__"
        ],
    )
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(copy: Path, module: str, line: str) -> None:
    path = copy / "levier" / module
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{line}\n", encoding="utf-8")


def test_contracts_hold(copy):
    outcome = lint(copy)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("module", "line", "sign"),
    [
        (
            "foundation/periods.py",
            "from levier.hours import models",
            "levier.foundation is not allowed to import levier.hours",
        ),
        ("sizing/rules.py", "from levier.web import registry", "levier.sizing is not allowed to import levier.web"),
        (
            "sizing/values.py",
            "import levier.participants.values",
            "levier.sizing is not allowed to import levier.participants",
        ),
        ("hours/rules.py", "import django.utils.timezone", "levier.hours.rules is not allowed to import django"),
        ("procurement/values.py", "import psycopg", "levier.procurement.values is not allowed to import psycopg"),
        (
            "commitments/policies.py",
            "from levier.accounts import models",
            "levier.commitments.policies is not allowed to import django",
        ),
        ("rulebook/planted.py", "import django", "levier.rulebook.planted is not allowed to import django"),
        ("files/rules.py", "from django.db import models", "levier.files.rules is not allowed to import django"),
        ("newroom/__init__.py", "", "levier.newroom"),
    ],
)
def test_a_planted_fault_is_seen(copy, module, line, sign):
    (copy / "levier" / module).parent.mkdir(exist_ok=True)
    plant(copy, module, line)
    outcome = lint(copy)
    assert outcome.returncode == 1, "the contract let a fault through"
    assert sign in " ".join(outcome.stdout.split())

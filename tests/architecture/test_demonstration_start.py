"""A demonstration that is already built starts without Django: that is what keeps a second start under five seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).resolve().parents[2]
START = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "levier.settings"
from levier.commands import demo
from levier.installation import Marks
demo.read_marks = lambda address: Marks(world=demo.wanted_world())
demo._world("postgresql:///nowhere")
demo._welcome(8000, 1.0)
import levier.demonstration.accounts as accounts
assert len(accounts.sign_ins()) == 6
from django.apps import apps
assert not apps.ready, "the applications were loaded"
"""


def start(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_a_second_start_needs_no_tables_and_prints_one_sign_in_per_role():
    outcome = start(START)
    assert outcome.returncode == 0, outcome.stderr
    for role in (
        "Chargée de mission",
        "Acheteur",
        "Facilitatrice",
        "Entreprise",
        "Structure d’insertion",
        "Prescriptrice",
    ):
        assert role in outcome.stdout


@pytest.mark.parametrize("module", ["levier.demonstration.world", "levier.accounts.models"])
def test_planted_fault_an_import_of_the_world_at_the_start_is_seen(module):
    outcome = start(
        START.replace("from levier.commands import demo", f"import {module}\nfrom levier.commands import demo")
    )
    assert outcome.returncode == 1
    assert "AppRegistryNotReady" in outcome.stderr


@pytest.mark.parametrize("port", ["abc", "0", "65536", "²", "8 0", "-1", "9" * 5000])
def test_a_port_that_is_none_is_refused_in_one_sentence(port):
    outcome = subprocess.run(
        [sys.executable, "-m", "tools.setup", "demo"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert outcome.stderr.strip() == (
        f"PORT={port} n’est pas un numéro de port : choisissez un nombre entre 1024 et 65535."
    )


@pytest.mark.parametrize("part", ["lives", "months"])
def test_what_several_processes_live_at_once_opens_no_transaction_of_its_own(part):
    """Actions hold their locks to the end of the outermost transaction: one around a whole life made each process wait for the others."""
    told = (PROJECT / "levier" / "demonstration" / f"{part}.py").read_text(encoding="utf-8")
    assert "atomic" not in told

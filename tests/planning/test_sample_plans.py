"""The three sample plans and the hostile files, field by field against what a careful reader finds in them."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from levier.commands.plan import plan

PLANS = ("programmation_2027.xlsx", "plan_voirie.ods", "besoins.csv")
HOSTILE = (
    "bombe_200Mo.xlsx",
    "classeur_coupe.xlsx",
    "entite_externe.xlsx",
    "formules.csv",
    "javascript.pdf",
    "photo.jpg",
)
VERDICT_KEYS = {"verdict", "hours", "reasons", "articles"}


def check(path: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """(exit code, JSON, sentence on the error output)"""
    ended = CliRunner().invoke(plan, ["check", str(path), "--json", *options])
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, json.loads(ended.stdout), ended.stderr


def expected_of(shared_data: Path, name: str) -> dict[str, Any]:
    return json.loads((shared_data / "samples" / "expected.json").read_text(encoding="utf-8"))[name]


def differences(got: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Every value of the expectation that the answer does not give."""
    found = []
    for key, wanted in expected.items():
        if key not in {"note", "expected_lines"} and got.get(key) != wanted:
            found.append(f"{key}: expected {wanted}, got {got.get(key)}")
    for wanted, line in zip(expected["expected_lines"], got["expected_lines"], strict=True):
        found += [
            f"row {wanted['row']} {key}: expected {value!r}, got {line.get(key)!r}"
            for key, value in wanted.items()
            if line.get(key) != value
        ]
    return found


@pytest.mark.real_files
@pytest.mark.parametrize("name", PLANS)
def test_a_sample_plan_reads_as_a_careful_reader_does(shared_data: Path, name: str):
    code, got, _ = check(shared_data / "samples" / "purchase_plans" / name)
    assert code == 0
    assert differences(got, expected_of(shared_data, f"purchase_plans/{name}")) == []
    assert all(line.keys() >= VERDICT_KEYS and line["reasons"] for line in got["expected_lines"])


@pytest.mark.real_files
@pytest.mark.parametrize("name", PLANS)
def test_an_altered_value_is_noticed(shared_data: Path, name: str):
    """The planted fault: each value of the expectation, changed, is a difference."""
    _, got, _ = check(shared_data / "samples" / "purchase_plans" / name)
    expected = expected_of(shared_data, f"purchase_plans/{name}")
    for place, line in enumerate(expected["expected_lines"]):
        for key in line:
            lie = copy.deepcopy(expected)
            lie["expected_lines"][place][key] = "altered"
            assert differences(got, lie), (place, key)


@pytest.mark.real_files
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_as_allowed(shared_data: Path, name: str):
    allowed = expected_of(shared_data, f"hostile/{name}")["allowed_outcomes"]
    code, got, sentence = check(shared_data / "samples" / "hostile" / name)
    if code == 0:
        assert "accepted_as_inert_text" in allowed
        assert got["outcome"] == "accepted_as_inert_text"
        assert [line["object"] for line in got["expected_lines"]] == ["=2+5+cmd|' /C calc'!A0", "@SUM(A1)", "-1+2"]
    else:
        assert code == 2
        assert "refused" in allowed
        assert got["action"] == "refused"
        assert got["error"]["message"] == sentence.strip()
        assert name in sentence
        assert sentence.strip().endswith(".")

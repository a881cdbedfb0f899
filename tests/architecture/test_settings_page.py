"""docs/reglages.md names every variable that the code reads, with its default, and no other."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "reglages.md"
OURS = re.compile(r"LEVIER_[A-Z_]+|DATABASE_URL")
FROM_MAKE = {"PORT", "FRESH", "ARGS"}
LONGEST_DEFAULT = 40
"""Characters of a default that the page is asked to repeat."""


def variables(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(name, default) of every variable of ours that this code names; the default is empty where there is none."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="get" | "getenv"),
                args=[ast.Constant(value=str(name)), ast.Constant(value=str(default))],
            ) if OURS.fullmatch(name):
                yield name, default
            case ast.Constant(value=str(name)) if OURS.fullmatch(name):
                yield name, ""


@cache
def read_by_the_code(*folders: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in folders:
        for path in folder.rglob("*.py"):
            for name, default in variables(ast.parse(path.read_text(encoding="utf-8"))):
                found[name] = found.get(name) or default
    return found


def rows(text: str) -> dict[str, str]:
    return {name: line for line in text.splitlines() for name in re.findall(r"^\| `([A-Z_]+)`", line)}


def faults(page: str, found: dict[str, str]) -> list[str]:
    told = rows(page)
    return [
        *(f"{name}: read by the code, not on the page" for name in sorted(found.keys() - told.keys())),
        *(
            f"{name}: on the page, not read by the code"
            for name in sorted(told.keys() - found.keys())
            if name not in FROM_MAKE
        ),
        *(
            f"{name}: its default is {default}, the page says otherwise"
            for name, default in found.items()
            if 0 < len(default) <= LONGEST_DEFAULT and name in told and default not in told[name]
        ),
    ]


def test_the_page_and_the_code_agree():
    found = read_by_the_code(PROJECT / "levier", PROJECT / "tools")
    assert {"DATABASE_URL", "LEVIER_KEY", "LEVIER_STATE", "LEVIER_TEST_BROWSER"} <= found.keys()
    assert faults(PAGE.read_text(encoding="utf-8"), found) == []


def test_what_make_passes_on_is_on_the_page():
    made = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r'([A-Z]+)="\$\(\1\)"', made)) == FROM_MAKE
    assert rows(PAGE.read_text(encoding="utf-8")).keys() >= FROM_MAKE


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ('os.environ["LEVIER_NEW"]', "LEVIER_NEW: read by the code, not on the page"),
        ('"LEVIER_NEW" in os.environ', "LEVIER_NEW: read by the code, not on the page"),
        ('os.environ.get("LEVIER_HOSTS", "example.org")', "LEVIER_HOSTS: its default is example.org"),
    ],
)
def test_a_planted_variable_is_seen(code, sign):
    found = read_by_the_code(PROJECT / "levier", PROJECT / "tools")
    planted = {}
    for name, default in variables(ast.parse(f"import os\n{code}")):
        planted[name] = planted.get(name) or default
    assert any(fault.startswith(sign) for fault in faults(PAGE.read_text(encoding="utf-8"), found | planted))


def test_a_planted_row_is_seen():
    page = PAGE.read_text(encoding="utf-8") + "\n| `LEVIER_GHOST` | x | y |\n"
    assert "LEVIER_GHOST: on the page, not read by the code" in faults(
        page, read_by_the_code(PROJECT / "levier", PROJECT / "tools")
    )

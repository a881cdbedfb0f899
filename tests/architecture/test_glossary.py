"""docs/glossaire.md says what the code says: its words exist where it says, the other ones nowhere."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "levier"
PAGE = PROJECT / "docs" / "glossaire.md"
MEANINGLESS = {"utils", "util", "helpers", "helper", "manager", "managers", "core", "misc", "common"}
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


class Row(NamedTuple):
    identifier: str
    french: str
    others: tuple[str, ...]
    meaning: str
    file: str


def rows(text: str) -> list[Row]:
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and (name := re.fullmatch(r"`(\w+)`", cells[0])):
            file = re.match(r"`([\w/.]+)`", cells[4])
            found.append(
                Row(
                    name[1],
                    cells[1],
                    tuple(word.strip() for word in cells[2].split(",") if word.strip()),
                    cells[3],
                    file[1] if file else "",
                )
            )
    return found


def words(name: str) -> tuple[str, ...]:
    """`LedgerEntry`, `ledger_entry` and `LEDGER_ENTRY` are the same two words."""
    return tuple(word.lower() for word in WORD.findall(name))


def names_in(tree: ast.AST) -> Iterator[str]:
    """The names that this code gives; those it borrows from libraries are not its own."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg():
                yield node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr


def sources(package: Path) -> Iterator[Path]:
    return (path for path in package.rglob("*.py") if "migrations" not in path.parts)


@cache
def given_names(package: Path) -> dict[tuple[str, ...], str]:
    found = {}
    for path in sources(package):
        where = str(path.relative_to(package))
        for part in Path(where).with_suffix("").parts:
            found.setdefault(words(part), where)
        for name in names_in(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(words(name), f"{where}: {name}")
    return found


def contains(name: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(name[start : start + len(part)] == part for start in range(len(name) - len(part) + 1))


def faults(page: str, package: Path = PACKAGE) -> list[str]:
    found = []
    names = given_names(package)
    for row in rows(page):
        path = package / row.file
        if not row.file or not path.is_file():
            found.append(f"{row.identifier}: no such file {row.file or '(none named)'}")
        elif not re.search(rf"\b{row.identifier}\b", path.read_text(encoding="utf-8")):
            found.append(f"{row.identifier}: does not occur in {row.file}")
        if not row.french or not row.meaning:
            found.append(f"{row.identifier}: without French or meaning")
        for other in row.others:
            found += [
                f"{where}: we do not say {other}, we say {row.identifier}"
                for name, where in names.items()
                if contains(name, words(other))
            ]
    return found


def meaningless(package: Path) -> list[str]:
    return [
        str(path.relative_to(package))
        for path in package.rglob("*")
        if (path.suffix == ".py" or path.is_dir())
        and path.stem in MEANINGLESS
        and not {"static", "__pycache__"} & set(path.parts)
    ]


def test_the_glossary_says_what_the_code_says():
    text = PAGE.read_text(encoding="utf-8")
    assert len(rows(text)) > 50
    assert faults(text) == []


def test_no_word_is_explained_twice():
    identifiers = [row.identifier for row in rows(PAGE.read_text(encoding="utf-8"))]
    assert len(identifiers) == len(set(identifiers))


def test_no_module_has_a_name_that_says_nothing():
    assert meaningless(PACKAGE) == []


@pytest.mark.parametrize(
    ("row", "sign"),
    [
        ("| `Marketplace` | place | – | – | `procurement/models.py` |", "Marketplace: does not occur"),
        ("| `Contract` | marché | – | – | `procurement/nowhere.py` |", "Contract: no such file"),
        ("| `Contract` | | market | it | `procurement/models.py` |", "Contract: without French"),
    ],
)
def test_a_planted_row_is_seen(row, sign):
    assert any(fault.startswith(sign) for fault in faults(row))


@pytest.mark.parametrize("code", ["class Beneficiary: ...", "def f(new_beneficiary): ...", "BENEFICIARY_LIST = 1"])
def test_a_planted_synonym_is_seen(tmp_path, code):
    (tmp_path / "participants").mkdir()
    (tmp_path / "participants" / "models.py").write_text(f"class Person: ...\n{code}\n", encoding="utf-8")
    row = "| `Person` | participant | beneficiary | somebody | `participants/models.py` |"
    assert len(faults(row, tmp_path)) == 1


def test_a_planted_module_is_seen(tmp_path):
    (tmp_path / "hours").mkdir()
    (tmp_path / "hours" / "utils.py").touch()
    (tmp_path / "core").mkdir()
    assert sorted(meaningless(tmp_path)) == ["core", "hours/utils.py"]

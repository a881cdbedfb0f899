"""The worked tables of docs/regles/ are read and run: a page cannot lie."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from levier.rulebook.fields import RuleInputError
from levier.rulebook.registry import all_rules, rule

PAGES = Path(__file__).resolve().parents[2] / "docs" / "regles"
TODAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Row:
    rule: str
    page: str
    case: str
    inputs: dict[str, str]
    expected: dict[str, str]


def rows_of(page: Path) -> Iterator[Row]:
    """Every data row of every table whose heading names a rule in backticks."""
    name, header = "", None
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            found = re.findall(r"`([a-z_.]+)`", line)
            name, header = (found[-1] if found else ""), None
        elif line.startswith("|") and name:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if header is None:
                header = cells
            elif not set(line) <= set("|-: "):
                yield row_of(name, page.name, header, cells)
        else:
            header = None if not line.strip() else header


def row_of(name: str, page: str, header: list[str], cells: list[str]) -> Row:
    assert len(header) == len(cells), f"{page}: {cells[0]} has {len(cells)} cells for {len(header)} columns"
    pairs = list(zip(header[1:], cells[1:], strict=True))
    inputs = {key.strip("`"): cell for key, cell in pairs if not key.startswith("→") and cell}
    expected = {key.removeprefix("→").strip(" `"): cell for key, cell in pairs if key.startswith("→") and cell}
    return Row(name, page, cells[0], inputs, expected)


def value_of(cell: str) -> Any:
    return json.loads(cell) if cell[0] in "[{" or cell in {"null", "true", "false"} else cell


def outcome(row: Row) -> dict[str, Any]:
    """The result, or `{"error": field}` when the input is refused."""
    try:
        return rule(row.rule).run({key: value_of(cell) for key, cell in row.inputs.items()}, today=TODAY)["result"]
    except RuleInputError as fault:
        return {"error": fault.field if fault.message else "refused without a word"}


def at_path(result: Any, path: str) -> Any:
    for step in re.findall(r"[^.\[\]]+", path):
        result = result[int(step)] if step.isdigit() else result[step]
    return result


def differences(row: Row) -> list[str]:
    """What the row says and the rule does not."""
    result = outcome(row)
    found = []
    if ("error" in row.expected) != ("error" in result):
        return [f"refused or not: {result}"]
    for path, cell in row.expected.items():
        wanted = value_of(cell)
        given = at_path(result, path)
        same = given == wanted if not isinstance(wanted, str) else str(given) == wanted
        if not same:
            found.append(f"{path}: page says {cell}, rule says {given}")
    return found


ROWS = [row for page in sorted(PAGES.glob("*.md")) for row in rows_of(page)]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.rule}-{row.case}" for row in ROWS])
def test_row_is_what_the_rule_says(row: Row):
    assert row.expected, "a row without a result checks nothing"
    assert differences(row) == []


def test_every_rule_has_a_table_on_its_page():
    told = {(row.rule, row.page.removesuffix(".md")) for row in ROWS}
    assert {(known.name, known.page) for known in all_rules()} == told


def test_every_acceptance_case_of_the_domain_is_a_row():
    told = {case for row in ROWS for case in re.findall(r"\bT\d{1,2}\b", row.case)}
    assert told == {f"T{number}" for number in range(1, 21)}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.rule}-{row.case}" for row in ROWS])
def test_an_altered_cell_is_caught(row: Row):
    """The planted fault: each expected cell, changed, makes its row fail."""
    for path, cell in row.expected.items():
        altered = {"true": "false", "false": "true"}.get(cell, f"{cell}9" if cell[0] not in "[{" else '["altered"]')
        lie = Row(row.rule, row.page, row.case, row.inputs, {path: altered})
        assert differences(lie), f"{path} = {altered} went unnoticed"


def test_a_missing_column_is_caught():
    with pytest.raises(AssertionError, match="cells for"):
        row_of("impact.fte", "impact.md", ["Cas", "`hours`", "→ `fte`"], ["T6", "1600"])

"""docs/registre.md, docs/donnees-essentielles.md and docs/donnees-personnelles.md name what the code has, and nothing it has not."""

import re
from pathlib import Path

import pytest

from levier import columns
from levier.commands.verify import VIEWS
from levier.open_data.values import AmountFlag, Counts, Doubt, FileFault, Reason

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
WALLS = [
    path.read_text(encoding="utf-8")
    for pattern in ("*/migrations/*.sql", "*/migrations/*.py", "*/walls.py", "*/models.py", "commands/verify.py")
    for path in sorted((PROJECT / "levier").glob(pattern))
]


def quoted(text: str) -> set[str]:
    return set(re.findall(r"`([\w/().…-]+)`", text))


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def invariants(page: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| I-")
    ]


def unknown_walls(page: str) -> list[str]:
    """Names given as walls that no migration, model or check knows."""
    known = "\n".join(WALLS)
    names = {name.removesuffix("()") for row in invariants(page) for cell in row[2:4] for name in quoted(cell)}
    return sorted(
        name for name in names if re.fullmatch(r"\w{4,}", name) and not re.search(rf"\b{name}\b", known, re.IGNORECASE)
    )


def unexplained_views(page: str, views: dict[str, str]) -> list[str]:
    return sorted(name for name in views if f"`{name}`" not in page)


def test_every_invariant_is_on_the_page_once():
    numbers = [number for row in invariants(text("registre.md")) for number in re.findall(r"\d+", row[0])]
    assert [int(number) for number in numbers] == list(range(1, 36))


def test_the_page_names_no_wall_that_does_not_stand():
    assert unknown_walls(text("registre.md")) == []


def test_every_view_that_must_stay_empty_is_on_the_page():
    assert unexplained_views(text("registre.md"), VIEWS) == []


def test_planted_faults_on_the_page_of_the_ledger():
    assert unknown_walls("| I-01 | x | check `counted_never` | `violation_ghost` |") == [
        "counted_never",
        "violation_ghost",
    ]
    assert unexplained_views(text("registre.md"), VIEWS | {"violation_new": ""}) == ["violation_new"]


def missing_codes(page: str, codes: list[str]) -> list[str]:
    return [code for code in codes if code and f"`{code}`" not in page]


def test_every_code_and_key_of_the_report_is_explained():
    page = text("donnees-essentielles.md")
    for codes in (Reason, Doubt, FileFault, AmountFlag):
        assert missing_codes(page, [code.value for code in codes]) == []
    assert missing_codes(page, [*Counts().as_json(), "ignored_sections", "error", "error_code", "files_refused"]) == []
    assert missing_codes(page, ["amount_new"]) == ["amount_new"]


def classes(page: str) -> dict[str, str]:
    return {found[1]: line for line in page.splitlines() if (found := re.match(r"\| `(\w+)` \|", line))}


def test_every_class_of_data_is_explained():
    told, known = classes(text("donnees-personnelles.md")), columns.register()["class"]
    assert told.keys() == known.keys()
    for name, facts in known.items():
        assert ("AES-256-GCM" in told[name]) == facts["encryption"].startswith("AES-256-GCM"), name
        assert ("unverified" in told[name]) == ("[U]" in facts["retention"]), name


@pytest.mark.parametrize("name", ["identity", "sensitive"])
def test_a_class_left_out_is_seen(name):
    page = "\n".join(
        line for line in text("donnees-personnelles.md").splitlines() if not line.startswith(f"| `{name}`")
    )
    assert classes(page).keys() != columns.register()["class"].keys()

"""The rules on documents in other words than the real ones, in three formats."""

import time
from typing import Any

import pytest

from levier.tender_files.extraction import text_of
from levier.tender_files.report import as_json
from levier.tender_files.rules import read_text
from levier.tender_files.values import Consultation, Line, Text
from tests.tender_files.made_up import ALL, FORMATS, NOT_IN_PDF, Written


def read(written: Written, kind: str) -> dict[str, Any]:
    content = FORMATS[kind](written.lines)
    found: dict[str, Any] = as_json(Consultation((read_text("fichier", text_of(content)),)))["files"][0]
    return found


CASES = [(one, kind) for one in ALL for kind in FORMATS if not (kind == "pdf" and NOT_IN_PDF in one.tags)]


@pytest.mark.parametrize(("written", "kind"), CASES, ids=lambda part: getattr(part, "name", part))
def test_what_a_careful_reader_finds(written: Written, kind: str) -> None:
    found = read(written, kind)
    assert found["has_insertion_clause"] is written.clause, found["sentences"]
    assert [(one["lot"], one["hours"]) for one in found["hours"]] == list(written.hours)
    assert sorted(found["articles"]) == sorted(written.articles)
    assert [(one["amount"], one["unit"], one["formal_notice"]) for one in found["penalties"]] == list(written.penalties)
    assert (found["reservation"] or {}).get("status") == written.reservation
    assert (found["social_criterion"] is not None) is written.criterion
    told = " ".join(found["contradictions"]).replace("\u202f", "")
    assert bool(told) is bool(written.contradicts), told
    assert all(part in told for part in written.contradicts), told
    missing = " ".join(found["missing"])
    assert all(part in missing for part in written.lacks), missing


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 95
    assert len({one.name for one in ALL}) == len(ALL)


@pytest.mark.parametrize(
    "unit",
    [
        "le marche comporte une clause d'insertion reservee aux personnes ",
        "☐ oui ☐ ",
        "L. 2113-12 et ",
        "lot 1 heures 12 ",
        "critere insertion 10 (",
    ],
)
def test_a_page_without_a_full_stop_costs_no_more_than_its_length(unit: str) -> None:
    """Twice the text, about twice the time: no pattern runs away. Processor time, so that a busy machine does not matter."""
    spent = []
    for size in (60_000, 240_000):
        began = time.process_time()
        read_text("fichier", Text((Line(unit * (size // len(unit))),)))
        spent.append(time.process_time() - began)
    assert spent[1] < 8 * max(spent[0], 0.2)

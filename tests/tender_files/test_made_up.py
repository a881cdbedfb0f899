"""The rules on documents in other words than the real ones, in three formats."""

from typing import Any

import pytest

from levier.tender_files.extraction import text_of
from levier.tender_files.report import as_json
from levier.tender_files.rules import read_text
from levier.tender_files.values import Consultation
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

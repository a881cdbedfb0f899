from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from levier.commitments.labels import INSTRUMENTS, SHORT_INSTRUMENTS
from levier.commitments.models import INSTRUMENTS as KEPT
from levier.commitments.refusals import SENTENCES, CommitmentRefusal
from levier.commitments.rules import objections_to
from levier.commitments.values import CommitmentTerms, ContractSpan, Instrument

TERMS = CommitmentTerms(Instrument.EXECUTION_CONDITION, Decimal(660), date(2026, 1, 1), date(2026, 12, 31))
SPAN = ContractSpan(date(2025, 12, 15), date(2026, 12, 31))


def test_plain_terms_have_no_objection():
    assert objections_to(TERMS, SPAN) == ()
    assert objections_to(replace(TERMS, ends_on=date(2030, 1, 1)), SPAN) == (), "a contract can be extended"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_hours": Decimal(0)}, "due_hours"),
        ({"due_hours": Decimal(10) ** 12}, "due_hours"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"starts_on": date(2025, 12, 14)}, "starts_on"),
        ({"penalty_rate": Decimal(0), "penalty_source": "CCAP"}, "penalty_rate"),
        ({"penalty_rate": Decimal(35)}, "penalty_source"),
    ],
)
def test_each_impossible_term_names_its_field(change: dict[str, object], field: str):
    assert [one.field for one in objections_to(replace(TERMS, **change), SPAN)] == [field]


def test_every_code_has_its_words():
    assert set(SENTENCES) == set(CommitmentRefusal)
    assert set(INSTRUMENTS) == set(SHORT_INSTRUMENTS) == set(Instrument)
    assert {one.value for one in Instrument} == set(KEPT)

"""Files of one consultation against each other: what differs is told once, what only one says is no contradiction."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.tender_files.consistency import together, total_of
from levier.tender_files.labels import ADVICE, CONTRADICTIONS, FAULTS, MISSING, SCOPES
from levier.tender_files.report import as_json, as_text
from levier.tender_files.values import (
    Contact,
    Criterion,
    Fault,
    Hours,
    Penalty,
    Reading,
    Reservation,
    Scope,
    Sentence,
    Status,
)

CCAP = Reading("CCAP", has_insertion_clause=True, scope=Scope.FULL)
ANNEX = Reading("annexe", has_insertion_clause=True, scope=Scope.COMMITMENT)


def hours(lot: str | None, count: int, *, total: bool = False) -> Hours:
    return Hours(lot, Decimal(count), announced_total=total)


def told(*readings: Reading) -> str:
    return " ".join(together(readings).contradictions).replace("\u202f", "").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ((hours("unique", 300),), (hours("tous", 280),), "300 h dans CCAP, 280 h dans annexe"),
        ((hours("1", 300), hours("2", 50)), (hours("2", 60),), "50 h dans CCAP, 60 h dans annexe (lot 2)"),
        ((hours("1", 300), hours("2", 50)), (hours("tous", 350),), ""),
        ((hours("1", 300), hours("2", 50)), (hours("1", 300),), ""),
        ((hours("unique", 300),), (), ""),
        ((hours("total annoncé", 1200, total=True), hours("1", 900)), (hours("tous", 1000),), "1200 h dans CCAP, 1000 h dans annexe"),
    ],
)  # fmt: skip
def test_hours(one: tuple[Hours, ...], other: tuple[Hours, ...], said: str) -> None:
    found = told(replace(CCAP, hours=one), replace(ANNEX, hours=other))
    assert said in found
    assert bool(found) is bool(said)


def test_penalties_of_the_same_thing_that_differ() -> None:
    sixty, forty = (
        Penalty("heure d’insertion non réalisée", Decimal(amount), "EUR/heure", None) for amount in (60, 40)
    )
    assert "60 EUR/heure dans CCAP, 40 EUR/heure dans annexe" in told(
        replace(CCAP, penalties=(sixty,)), replace(ANNEX, penalties=(forty,))
    )
    assert told(replace(CCAP, penalties=(sixty,)), replace(ANNEX, penalties=(sixty,))) == ""
    other = replace(forty, unit="EUR/jour")
    assert told(replace(CCAP, penalties=(sixty,)), replace(ANNEX, penalties=(other,))) == ""


def test_a_clause_that_another_file_denies_not_one_that_it_ignores() -> None:
    silent = Reading("RC", has_insertion_clause=False, scope=Scope.NONE)
    denies = replace(
        silent, sentences=(Sentence("has_insertion_clause", "Le marché ne comporte pas de clause d’insertion."),)
    )
    assert told(CCAP, silent) == ""
    assert "CCAP comporte une clause d’insertion, RC dit qu’il n’y en a pas" in told(CCAP, denies)


def test_reservations_weights_and_facilitators() -> None:
    yes, no = (
        Reading(name, reservation=Reservation(status)) for name, status in (("RC", Status.YES), ("avis", Status.NO))
    )
    assert "RC dit le marché réservé, avis dit qu’il ne l’est pas" in told(yes, no)
    ten, fifteen = (
        Reading(name, social_criterion=Criterion("Insertion", weight))
        for name, weight in (("RC", "10%"), ("avis", "15 points"))
    )
    assert "10% dans RC, 15 points dans avis" in told(ten, fifteen)
    assert told(ten, replace(ten, file="avis")) == ""
    here, there = (
        Reading(name, facilitator=Contact("PLIE", mail))
        for name, mail in (("CCAP", "a@x.example"), ("annexe", "b@x.example"))
    )
    assert "Facilitateurs différents" in told(here, there)


def test_other_consultations_and_unreadable_files_contradict_nothing() -> None:
    one, other = (
        replace(CCAP, hours=(hours("unique", 1),), reference="2026-1"),
        replace(ANNEX, hours=(hours("unique", 2),), reference="2026-2"),
    )
    assert told(one, other) == ""
    assert told(replace(one, reference=None), other) != ""
    assert told(one, Reading("scan", fault=Fault.SCAN)) == ""


def test_what_one_file_says_is_missing_nowhere() -> None:
    notice = Reading("avis", has_insertion_clause=True, missing=(MISSING["hours"], MISSING["penalties"]))
    assert together([notice]).missing == (MISSING["hours"], MISSING["penalties"])
    assert together([notice, replace(CCAP, hours=(hours("unique", 3),))]).missing == (MISSING["penalties"],)


@given(
    st.permutations(
        [replace(CCAP, hours=(hours("unique", 1),)), replace(ANNEX, hours=(hours("unique", 2),)), Reading("RC")]
    )
)
def test_the_order_of_the_files_changes_only_the_order_of_the_words(readings: list[Reading]) -> None:
    assert len(together(readings).contradictions) == 1


def test_totals() -> None:
    assert total_of(replace(CCAP, hours=(hours("1", 10), hours("2", 20)))) == 30
    assert total_of(replace(CCAP, hours=(hours("1", 10),))) is None
    assert total_of(CCAP) is None


def test_every_code_has_its_words() -> None:
    assert set(FAULTS) == set(Fault)
    assert set(SCOPES) == set(Scope)
    assert set(ADVICE) == set(MISSING.values())
    assert all(sentence.endswith((".", "}")) for sentence in CONTRADICTIONS.values())


def test_a_report_of_nothing_can_be_printed() -> None:
    for readings in permutations([Reading("scan", fault=Fault.SCAN), CCAP], 2):
        found = together(readings)
        assert "Illisible" in as_text(found)
        assert [one["readable"] for one in as_json(found)["files"]] == [reading.fault is None for reading in readings]

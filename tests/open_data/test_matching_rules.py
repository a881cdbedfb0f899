"""The score of a match, without a database: its worked table, what always holds, and faults that would be noticed."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.open_data import rules
from levier.open_data.rules import match, squeezed_reference, telling_words
from levier.open_data.watch_values import MOST, PROPOSED_FROM, FileFacts, MatchReason, PublishedFacts

PAGE = Path(__file__).resolve().parents[2] / "docs" / "veille.md"
BUYER, ELSEWHERE, OTHER = "22130001500247", "22130001500999", "21130055300016"
PUBLISHED = PublishedFacts(
    buyer=BUYER, reference="2026-0147", cpv="45214210", title="Construction du gymnase de Vitrolles",
    amount=Decimal(1200000), notified_on=date(2026, 9, 15), holders=frozenset({"90000001700012"}),
)  # fmt: skip
OURS = FileFacts(
    buyer=BUYER, reference="2026 0147", cpv="45214210", title="Gymnase de Vitrolles, construction",
    amount=Decimal(1200000), notified_on=date(2026, 9, 15), holders=frozenset({"90000001700012"}),
)  # fmt: skip


def worked_rows() -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text().splitlines()]
    return [row for row in rows if len(row) == 9 and row[8].isdigit()]


def amount(text: str) -> Decimal | None:
    return Decimal(re.sub(r"\s", "", text)) if text else None


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def test_the_worked_table_is_what_the_rule_says():
    rows = worked_rows()
    assert len(rows) >= 8
    for _, siret, reference, cpv, title, euros, notified, holder, score in rows:
        ours = FileFacts(
            siret, reference, cpv, title, amount(euros), None, day(notified), frozenset({holder} if holder else ())
        )
        assert match(PUBLISHED, ours).score == int(score), (reference, title)


def test_points_at_most_make_a_hundred_and_no_reason_is_enough_alone():
    assert sum(MOST.values()) == 100
    assert match(PUBLISHED, OURS).score == 100
    assert all(points < PROPOSED_FROM for points in MOST.values())
    assert MOST[MatchReason.BUYER] + MOST[MatchReason.REFERENCE] >= PROPOSED_FROM


def test_another_buyer_is_no_match_and_another_establishment_is_less():
    assert match(PUBLISHED, FileFacts(OTHER, "2026-0147", "45214210", PUBLISHED.title)) == rules.Match(0, ())
    assert match(PUBLISHED, FileFacts(ELSEWHERE, "2026-0147")).score == 45


def test_the_reasons_are_in_french_with_their_points():
    said = {one.reason: one.sentence for one in match(PUBLISHED, OURS).because}
    assert said[MatchReason.REFERENCE] == "Même référence : 2026-0147."
    assert said[MatchReason.TITLE] == "Mots communs : construction, gymnase, vitrolles."
    assert set(said) == set(MatchReason)


def test_words_of_every_title_tell_nothing():
    assert telling_words("Marché de travaux pour la réalisation de prestations") == {}
    assert squeezed_reference("2026/147 -a") == "2026147A"


texts = st.text(alphabet="abé 12-/ ", max_size=30)
digits = st.text(alphabet="0123456789", max_size=8)
sirets = st.sampled_from([BUYER, ELSEWHERE, OTHER, ""])
amounts = st.none() | st.decimals(min_value=-10, max_value=10**9, places=2)
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
companies = st.frozensets(st.sampled_from(["a", "b", "c"]), max_size=3)
published_facts = st.builds(PublishedFacts, sirets, texts, digits, texts, amounts, days, companies)
file_facts = st.builds(FileFacts, sirets, texts, digits, texts, amounts, days, days, companies)


@given(published_facts, file_facts)
def test_the_score_is_the_sum_of_its_reasons_and_stays_between_0_and_100(published, ours):
    found = match(published, ours)
    assert 0 <= found.score <= 100
    assert found.score == sum(one.points for one in found.because)
    assert all(0 < one.points <= MOST[one.reason] for one in found.because)
    assert len({one.reason for one in found.because}) == len(found.because)
    assert match(published, ours) == found
    if not ours.buyer or published.buyer[:9] != ours.buyer[:9]:
        assert found.score == 0


@given(published_facts, file_facts)
def test_knowing_less_never_brings_points(published, ours):
    less = FileFacts(ours.buyer, "", "", ours.title, None, None, None, frozenset())
    assert match(published, less).score <= match(published, ours).score


@given(published_facts, st.permutations(["gymnase", "vitrolles", "toiture", "reprise"]))
def test_the_order_of_words_changes_nothing(published, words):
    one = FileFacts(published.buyer, title=" ".join(words))
    other = FileFacts(published.buyer, title="gymnase vitrolles toiture reprise")
    assert match(published, one) == match(published, other)


@pytest.mark.parametrize(
    ("name", "value"), [("BEGINNING_POINTS", 90), ("ESTABLISHMENT_POINTS", 60), ("CPV_POINTS", ((2, 40),))]
)
def test_points_that_are_wrong_are_noticed(monkeypatch, name, value):
    monkeypatch.setattr(rules, name, value)
    with pytest.raises(AssertionError):
        test_the_worked_table_is_what_the_rule_says()

"""Screening: the law and the policy are two answers; thresholds are those of the day of the consultation."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.explanation import NoAnswer
from levier.procurement import opportunities, rules
from levier.procurement.labels import SERVICES, WAIVER_GROUNDS, sentence
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts, WaiverGround
from levier.reference.published import published_catalogue
from levier.reference.values import Catalogue

CATALOGUE = published_catalogue()
DAY = date(2026, 11, 25)
facts_of_known_years = st.builds(
    ScreeningFacts,
    st.sampled_from(ContractObject),
    st.decimals(min_value=0, max_value=20_000_000, places=2),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.integers(1, 120),
    st.sampled_from(BuyerLevel),
    st.sampled_from(["", *SERVICES]),
)


def screen(**changes):
    known = {
        "object": ContractObject.WORKS,
        "estimate": Decimal(6_000_000),
        "consultation_date": date(2026, 9, 15),
        "duration_months": 12,
        "buyer": BuyerLevel.LOCAL,
    }
    return rules.obligations(ScreeningFacts(**(known | changes)), CATALOGUE)


def test_the_day_of_entry_into_force_is_a_setting():
    """Planted change: move the row to 22 August, and the 21st is no longer bound."""
    later = Catalogue(
        [
            *(value for value in CATALOGUE if value.key != "obligation.statutory"),
            *(
                type(value)(
                    **{name: getattr(value, name) for name in value.__slots__} | {"valid_from": date(2026, 8, 22)}
                )
                for value in CATALOGUE.history("obligation.statutory")
            ),
        ]
    )
    facts = ScreeningFacts(ContractObject.WORKS, Decimal(6_000_000), date(2026, 8, 21), 12, BuyerLevel.LOCAL)
    assert rules.obligations(facts, CATALOGUE).result.statutory
    assert not rules.obligations(facts, later).result.statutory


def test_both_answers_carry_their_legal_basis_and_version():
    versions = {source.version for source in screen().sources}
    assert {"threshold.works@2026-01-01", "obligation.statutory@2026-08-21", "policy.works@2023-01-01"} <= versions


def test_unknown_periods_are_refused_with_the_known_span():
    with pytest.raises(NoAnswer, match="2024") as caught:
        screen(consultation_date=date(2023, 12, 31))
    assert caught.value.field == "consultation_date"


def test_every_service_of_the_policy_has_its_words_and_the_reverse():
    assert {value.key.removeprefix("policy.services.") for value in CATALOGUE.all_at("policy.services.", DAY)} == set(
        SERVICES
    )
    assert set(WAIVER_GROUNDS) == set(WaiverGround)


@given(facts_of_known_years)
def test_what_is_waivable_and_when(facts):
    result = rules.obligations(facts, CATALOGUE).result
    assert bool(result.waivable) == result.statutory
    assert result.statutory <= (facts.estimate >= result.threshold.value)
    assert (WaiverGround.SHORT_WORKS in result.waivable) <= (
        facts.object is ContractObject.WORKS and facts.duration_months < 6
    )
    assert not (result.policy and facts.buyer is BuyerLevel.STATE)


@given(facts_of_known_years, st.decimals(min_value=0, max_value=1_000_000, places=2))
def test_a_larger_estimate_never_frees_from_a_duty(facts, more):
    larger = ScreeningFacts(
        facts.object, facts.estimate + more, facts.consultation_date, facts.duration_months, facts.buyer, facts.service
    )
    before, after = rules.obligations(facts, CATALOGUE).result, rules.obligations(larger, CATALOGUE).result
    assert before.statutory <= after.statutory
    assert before.policy <= after.policy


@given(st.integers(0, 100), st.none() | st.decimals(min_value=0, max_value=500, places=1))
def test_potential_always_answers(structures, dependency):
    assert opportunities.potential(structures, dependency, CATALOGUE, DAY).result.potential


def test_refusals_say_what_to_do():
    for answer in (
        opportunities.ess_reservation(37, 30, CATALOGUE, DAY),
        opportunities.objections_to_considerations(
            ("Clause sociale", "Clause sociale", "x", "Pas de considération sociale")
        ),
        opportunities.objections_to_considerations(()),
    ):
        assert answer.result.objections
        for objection in answer.result.objections:
            assert "{" not in sentence(objection)

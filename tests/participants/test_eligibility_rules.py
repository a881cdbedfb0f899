"""Eligibility: criteria, proofs, windows, decisions, placements. Each refusal is found when planted, alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.explanation import NoAnswer
from levier.participants import rules
from levier.participants.criteria import criterion, published_criteria
from levier.participants.labels import CONTRACT_KINDS, MODALITIES, OBJECTIONS, sentence
from levier.participants.objections import objections_to_decision, objections_to_placement
from levier.participants.values import (
    ContractKind,
    DecisionFacts,
    EligibilityRefusal,
    IaeStructure,
    Modality,
    PlacementFacts,
    PlacementRefusal,
    ProofFacts,
    ProofRule,
    WindowFacts,
)
from levier.reference.published import published_catalogue

CATALOGUE = published_catalogue()
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))

DECISION = DecisionFacts(
    proof=ProofFacts(criterion("RSA"), date(2026, 3, 1), None, date(2026, 4, 15)),
    valid_from=date(2026, 4, 15),
    valid_until=date(2028, 4, 14),
    other_windows=((date(2024, 1, 1), date(2026, 4, 14)),),
    own_territory=True,
    today=date(2026, 4, 15),
)
PLANTED_DECISION = {
    EligibilityRefusal.CRITERION_NOT_FOR_CLAUSE: {
        "proof": ProofFacts(criterion("PARENT_ISOLE"), date(2026, 3, 1), None, date(2026, 4, 15))
    },
    EligibilityRefusal.PROOF_REFUSED: {
        "proof": ProofFacts(criterion("RSA"), date(2026, 1, 1), None, date(2026, 4, 15))
    },
    EligibilityRefusal.DECISION_IN_FUTURE: {"today": date(2026, 4, 14)},
    EligibilityRefusal.STARTS_BEFORE_DECISION: {"valid_from": date(2026, 4, 14), "other_windows": ()},
    EligibilityRefusal.ENDS_BEFORE_START: {"valid_until": date(2026, 4, 14), "other_windows": ()},
    EligibilityRefusal.OVERLAPS_ANOTHER: {"other_windows": ((date(2024, 1, 1), date(2026, 4, 15)),)},
    EligibilityRefusal.SHRINKS_PAST_HOURS: {"last_counted_day": date(2028, 4, 30)},
    EligibilityRefusal.OTHER_TERRITORY: {"own_territory": False},
}
PLACEMENT = PlacementFacts(
    starts_on=date(2026, 5, 4),
    ends_on=date(2026, 12, 31),
    contract_kind=ContractKind.CDD,
    modality=Modality.DIRECT_HIRE,
    structure_kind="",
    weekly_hours=Decimal(35),
    window=(date(2026, 4, 15), date(2026, 4, 15), date(2028, 4, 14)),
    already_employed=False,
    same_employer_spans=((date(2026, 1, 1), date(2026, 5, 3)),),
)
PLANTED_PLACEMENT = {
    PlacementRefusal.NO_DECISION: {"window": None},
    PlacementRefusal.BEFORE_DECISION: {"window": (date(2026, 5, 5), date(2026, 5, 5), date(2028, 4, 14))},
    PlacementRefusal.OUTSIDE_WINDOW: {"window": (date(2024, 4, 15), date(2024, 4, 15), date(2026, 5, 3))},
    PlacementRefusal.ENDS_BEFORE_START: {"ends_on": date(2026, 5, 3), "same_employer_spans": ()},
    PlacementRefusal.END_MISSING: {"ends_on": None},
    PlacementRefusal.ALREADY_EMPLOYED: {"already_employed": True},
    PlacementRefusal.OVERLAPS_SAME_EMPLOYER: {"same_employer_spans": ((date(2026, 1, 1), None),)},
    PlacementRefusal.WRONG_MODALITY: {"modality": Modality.LABOUR_SUPPLY, "structure_kind": "EI"},
    PlacementRefusal.WEEKLY_HOURS: {"weekly_hours": Decimal("48.01")},
}


def test_criteria_are_sane():
    known = published_criteria()
    names = [name for found in known for name in (found.code, *found.aliases)]
    assert len(names) == len(set(names))
    for found in known:
        assert (found.proof_rule is ProofRule.MAX_AGE) == (found.proof_max_age_months is not None)
        assert found.iae_level in {None, 1, 2}
        assert found.source
    assert {found.code for found in known if found.iae_level == 1} == {"RSA", "ASS", "AAH", "DETLD"}


def test_no_judicial_status_and_no_social_security_number():
    """People under judicial control are grouped under a neutral criterion; the word itself is in no label."""
    assert criterion("PPSMJ").code == "AUTRE_PUBLIC_AVIS"
    for found in published_criteria():
        words = f"{found.label} {found.proof_label} {found.note}".lower()
        assert not any(word in words for word in ("justice", "détention", "prison", "judiciaire", "sécurité sociale"))


@given(days, days)
def test_a_dated_proof_is_refused_from_its_anniversary(proof_date, decision_date):
    answer = rules.proof(ProofFacts(criterion("QPV"), proof_date, None, decision_date)).result
    too_old = rules.proof_expires_on(criterion("QPV"), proof_date)
    assert too_old is not None
    assert answer.accepted == (proof_date <= decision_date < too_old)
    assert answer.reason.startswith("Accepté" if answer.accepted else "Refusé")


def window_exists(facts: WindowFacts) -> bool:
    limit = rules.window_limit(facts.kind, facts.hire_date, CATALOGUE)
    assert facts.contract_end is not None
    last = facts.contract_end if limit is None else min(facts.contract_end, limit[0])
    return max(facts.decision_date, facts.hire_date) <= last and facts.hire_date <= facts.contract_end


@given(days, days, days, st.sampled_from(ContractKind))
def test_a_window_is_ordered_or_refused(decision_date, hire_date, contract_end, kind):
    facts = WindowFacts(decision_date, kind, hire_date, contract_end)
    if not window_exists(facts):
        with pytest.raises(NoAnswer):
            rules.window(facts, CATALOGUE)
        return
    window = rules.window(facts, CATALOGUE).result
    assert window.from_ == max(decision_date, hire_date)
    assert window.from_ <= window.until <= contract_end
    if kind is ContractKind.CDI:
        assert window.until < hire_date.replace(year=hire_date.year + 4, day=min(hire_date.day, 28)) + timedelta(days=4)


@given(days, st.integers(1, 4000), st.sampled_from(ContractKind), st.integers(0, 400))
def test_a_longer_contract_never_shortens_the_window(hire_date, length, kind, more):
    facts = WindowFacts(hire_date, kind, hire_date, hire_date + timedelta(days=length))
    longer = replace(facts, contract_end=hire_date + timedelta(days=length + more))
    assert rules.window(longer, CATALOGUE).result.until >= rules.window(facts, CATALOGUE).result.until


@given(st.sampled_from(IaeStructure), st.integers(0, 5), st.integers(0, 5))
def test_one_more_criterion_never_makes_anybody_ineligible(structure, level_1, level_2):
    def eligible(first: int, second: int) -> bool:
        return rules.iae(structure, first, second, CATALOGUE, date(2026, 11, 25)).result.eligible

    assert eligible(level_1, level_2) <= eligible(level_1 + 1, level_2)
    assert eligible(level_1, level_2) <= eligible(level_1, level_2 + 1)
    assert eligible(1, 0)


def test_a_right_decision_and_a_right_placement_have_no_objection():
    assert objections_to_decision(DECISION) == ()
    assert objections_to_placement(PLACEMENT, Decimal(48)) == ()
    assert rules.legal_week(CATALOGUE, date(2026, 5, 4)) == 48


@pytest.mark.parametrize(("code", "change"), PLANTED_DECISION.items())
def test_each_planted_fault_of_a_decision_is_found_alone(code, change):
    found = objections_to_decision(replace(DECISION, **change))
    assert [objection.code for objection in found] == [code]
    assert "{" not in sentence(found[0])


@pytest.mark.parametrize(("code", "change"), PLANTED_PLACEMENT.items())
def test_each_planted_fault_of_a_placement_is_found_alone(code, change):
    found = objections_to_placement(replace(PLACEMENT, **change), Decimal(48))
    assert [objection.code for objection in found] == [code]
    assert "{" not in sentence(found[0])


def test_every_code_has_its_words_and_its_planted_fault():
    assert set(PLANTED_DECISION) == set(EligibilityRefusal)
    assert set(PLANTED_PLACEMENT) == set(PlacementRefusal)
    assert set(OBJECTIONS) >= set(EligibilityRefusal) | set(PlacementRefusal)
    assert set(CONTRACT_KINDS) == set(ContractKind)
    assert set(MODALITIES) == set(Modality)

"""What the registry promises to a caller: the names of the issue, examples that work, sources everywhere, forms that come back."""

import json
from datetime import date
from decimal import Decimal

import pytest

from levier.foundation.explanation import Confidence
from levier.reference.published import published_catalogue
from levier.reference.values import Catalogue, ReferenceValue
from levier.rulebook.fields import Kind, RuleInputError
from levier.rulebook.form import describe, form_from_payload, form_name, payload_from_form
from levier.rulebook.registry import UnknownRule, all_rules, rule

TODAY = date(2026, 11, 25)
PROMISED = {
    "sizing.labour_share": {"amount", "labour_share", "insertion_rate", "hourly_cost"},
    "sizing.lots": {"lots"},
    "sizing.cleaning": {"turnover", "months", "transferable_hours", "insertion_rate", "coefficient"},
    "sizing.invoiced_tranche": {"invoiced", "trigger", "tranche", "mode"},
    "sizing.stepped_rate": {"years"},
    "screening.obligations": {"object", "estimate", "consultation_date", "duration_months", "buyer"},
    "compliance.balance": {"commitments"},
    "compliance.late_proofs": {"formal_notice_date", "received_date", "rate_per_day"},
    "hours.deadline": {"period_end"},
    "eligibility.window": {"decision_date", "kind", "hire_date", "contract_end"},
    "eligibility.iae": {"structure", "level_1", "level_2"},
    "eligibility.proof": {"criterion", "proof_date", "expires_on", "decision_date"},
    "impact.fte": {"hours", "divisor"},
    "pooling.allocate": {"worked", "allocations"},
}


@pytest.mark.parametrize(("name", "keys"), PROMISED.items())
def test_the_promised_rules_take_the_promised_keys(name, keys):
    assert keys <= {field.name for field in rule(name).fields}
    extra = [field for field in rule(name).fields if field.name not in keys]
    assert not any(field.required for field in extra)


@pytest.mark.parametrize("known", all_rules(), ids=lambda known: known.name)
def test_every_rule_answers_its_example_with_steps_and_sources(known):
    answer = known.run(known.example(), today=TODAY)
    assert set(answer) == {"result", "steps", "sources"}
    assert answer["result"]
    assert answer["steps"]
    assert answer["sources"]
    for step in answer["steps"]:
        assert set(step) == {"sentence", "value"}
        assert step["sentence"][0].isupper() or step["sentence"][0].isdigit()
    for source in answer["sources"]:
        assert set(source) == {"title", "reference", "confidence", "version"}
        assert all(source.values()), source
        assert source["confidence"] in set(Confidence)
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("known", all_rules(), ids=lambda known: known.name)
def test_no_float_anywhere(known):
    def walk(value):
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(known.run(known.example(), today=TODAY))


@pytest.mark.parametrize("known", all_rules(), ids=lambda known: known.name)
def test_a_form_filled_with_the_example_gives_the_same_answer(known):
    flat = form_from_payload(known, known.example())
    assert all(isinstance(value, str) for value in flat.values())
    assert known.run(payload_from_form(known, flat), today=TODAY) == known.run(known.example(), today=TODAY)


def test_a_form_typed_the_french_way():
    typed = {"amount": "1 000 000,00", "labour_share": "50 %", "insertion_rate": "5%", "hourly_cost": "30"}
    known = rule("sizing.labour_share")
    assert known.run(payload_from_form(known, typed))["result"]["hours"] == "833"
    assert payload_from_form(rule("hours.deadline"), {"period_end": "31/03/2026"}) == {"period_end": "2026-03-31"}


def test_a_form_fault_names_its_input():
    known = rule("sizing.lots")
    typed = {
        "lots-0-amount": "1000",
        "lots-0-labour_share": "0,5",
        "lots-0-insertion_rate": "0,05",
        "lots-0-hourly_cost": "beaucoup",
    }
    with pytest.raises(RuleInputError) as caught:
        known.run(payload_from_form(known, typed))
    assert form_name(caught.value.field) == "lots-0-hourly_cost"
    assert "beaucoup" in caught.value.message


def test_descriptions_are_complete_and_french_words_given():
    for known in all_rules():
        described = describe(known)
        assert described["title"]
        assert described["purpose"].endswith(".")
        for field in described["fields"]:
            assert field["label"]
            assert field["kind"] in set(Kind)
            assert bool(field.get("choices")) == (field["kind"] == Kind.CHOICE)
            assert bool(field.get("items")) == (field["kind"] == Kind.LIST)


def test_an_unknown_rule():
    with pytest.raises(UnknownRule, match="levier rule list"):
        rule("sizing.magic")


def test_an_edited_figure_changes_the_answer_and_its_version():
    """Another catalogue, another answer: the rule holds no figure of its own."""
    edited = Catalogue(
        [
            *(value for value in published_catalogue() if value.key != "fte.divisor.default"),
            ReferenceValue(
                "fte.divisor.default", "Essai", Decimal(1000), "HOURS", date(2020, 1, 1), "Essai", Confidence.DESIGN
            ),
        ]
    )
    answer = rule("impact.fte").run({"hours": "1600"}, catalogue=edited, today=TODAY)
    assert answer["result"] == {"fte": "1.60"}
    assert any(source["version"] == "fte.divisor.default@2020-01-01" for source in answer["sources"])
    assert rule("impact.fte").run({"hours": "1600"}, today=TODAY)["result"] == {"fte": "1.00"}

"""What issue 2 promises of each rule from a shell: the keys of its result and how they are written, and one clear error otherwise."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from levier.commands.rule import rule as command
from levier.rulebook.registry import all_rules, rule

RESULTS = {
    "sizing.labour_share": {"hours_exact", "hours"},
    "sizing.lots": {"lots", "hours"},
    "sizing.cleaning": {"weighting", "hours_exact", "hours", "advice"},
    "sizing.invoiced_tranche": {"hours"},
    "sizing.stepped_rate": {"years", "due", "balance"},
    "screening.obligations": {"statutory", "policy", "waivable", "threshold"},
    "compliance.balance": {"commitments", "covered_rate", "raw_rate", "penalty_hours"},
    "compliance.late_proofs": {"days", "penalty"},
    "hours.deadline": {"last_day"},
    "hours.doubts": {"doubts", "change"},
    "eligibility.window": {"from", "until"},
    "eligibility.iae": {"eligible"},
    "eligibility.proof": {"accepted", "reason"},
    "impact.fte": {"fte"},
    "pooling.allocate": {"accepted", "objections"},
}
LINES = {
    ("sizing.lots", "lots"): {"hours_exact", "hours"},
    ("sizing.stepped_rate", "years"): {"due", "difference", "cumulative_due", "cumulative_accepted"},
    ("compliance.balance", "commitments"): {"outstanding", "surplus", "realisation_rate", "penalty"},
}
WRITTEN = {
    re.compile(
        r"hours$|due$|difference|accepted$|outstanding|surplus|penalty|balance|penalty_hours"
    ): r"-?\d+(\.\d\d)?",
    re.compile(r"rate$"): r"\d+\.\d{4}",
    re.compile(r"last_day|from|until"): r"\d{4}-\d\d-\d\d",
}
WRONG = {
    "NaN": "NaN", "infinity": "Infinity", "float": "0.5", "exponent": "1e3", "huge number": "1" + "0" * 400,
    "huge text": '"1' + "0" * 50 + '"', "object": "{}", "empty text": '""', "text": '"abc"', "text NaN": '"NaN"', "foreign digits": '"٣"',
    "space": '" 5"', "many decimals": '"0.' + "1" * 40 + '"', "negative": '"-1"', "list of numbers": "[0.5]",
}  # fmt: skip
WHOLE = {
    "empty": "",
    "not JSON": "pas du json",
    "list": "[]",
    "null": "null",
    "text": '"a"',
    "number": "3",
    "cut": '{"amount": "1',
}


def run(name: str, text: str) -> tuple[int, dict[str, Any]]:
    outcome = CliRunner().invoke(command, ["run", name], input=text)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome.exit_code, json.loads(outcome.output)


def refused(name: str, text: str) -> dict[str, str]:
    code, answer = run(name, text)
    assert code == 2, answer
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"field", "message"}
    assert answer["error"]["message"][0].isupper() or answer["error"]["message"][0] == "«"
    return answer["error"]


@pytest.mark.parametrize("name", RESULTS)
def test_the_keys_are_exactly_those_promised(name: str):
    code, answer = run(name, json.dumps(rule(name).example()))
    assert code == 0
    assert set(answer) == {"result", "steps", "sources"}
    assert set(answer["result"]) == RESULTS[name]
    for (owner, key), keys in LINES.items():
        if owner == name:
            assert all(set(line) == keys for line in answer["result"][key])


@pytest.mark.parametrize("name", RESULTS)
def test_figures_are_decimal_strings_rates_have_four_places_dates_are_iso(name: str):
    def walk(value: Any, key: str = "") -> None:
        if isinstance(value, dict):
            for inner, one in value.items():
                walk(one, inner)
        elif isinstance(value, list):
            for one in value:
                walk(one, key)
        elif isinstance(value, str):
            for names, shape in WRITTEN.items():
                if names.search(key):
                    assert re.fullmatch(shape, value), (key, value)
        else:
            assert value is None or isinstance(value, bool) or key == "days", (key, value)

    walk(run(name, json.dumps(rule(name).example()))[1]["result"])


@pytest.mark.parametrize("known", all_rules(), ids=lambda one: one.name)
def test_input_that_is_no_object_is_refused_as_a_whole(known):
    for text in WHOLE.values():
        assert refused(known.name, text)["field"] == "stdin"
    assert refused(known.name, json.dumps({**known.example(), "inconnu": "1"}))["field"] == "inconnu"


@pytest.mark.parametrize("known", all_rules(), ids=lambda one: one.name)
def test_each_key_missing_or_wrong_is_refused_by_its_name(known):
    example = known.example()
    for field in known.fields:
        others = {key: value for key, value in example.items() if key != field.name}
        if field.required and not field.nullable:
            assert refused(known.name, json.dumps(others))["field"] == field.name
        for label, written in WRONG.items():
            if field.kind == "text" and label not in {"float", "object", "list of numbers"}:
                continue
            opening = json.dumps(others)[:-1] + (", " if others else "")
            error = refused(known.name, f'{opening}"{field.name}": {written}}}')
            assert re.match(rf"{re.escape(field.name)}\b|stdin$", error["field"]), (field.name, label, error)


def test_a_planted_extra_key_would_be_seen():
    answer = run("impact.fte", '{"hours": "1600"}')[1]["result"]
    assert {**answer, "extra": "1"}.keys() != RESULTS["impact.fte"]

"""Bad input is refused with the name of the field, in French, and exact decimals come through."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.rulebook.fields import RuleInputError
from levier.rulebook.reading import parse_document
from levier.rulebook.registry import all_rules, rule

GOOD = {"amount": "1000000", "labour_share": "0.50", "insertion_rate": "0.05", "hourly_cost": "30"}


def refused(name: str, payload: object) -> RuleInputError:
    with pytest.raises(RuleInputError) as caught:
        rule(name).run(payload)  # type: ignore[arg-type]  # the point is to pass anything
    assert caught.value.message
    return caught.value


@pytest.mark.parametrize(
    "value",
    ["abc", "", " 5", "5 ", "1,5", "1 000", "1e5", "NaN", "Infinity", "-Infinity", "٣", "0x10", "1_000", "--1", "+1", ".5", "5.",
     True, False, None, [], {}, 1.5, float("nan"), "9" * 40, 10**19, -1, "-0.01", "1.001", "10000000000.00"],
)  # fmt: skip
def test_an_amount_that_is_not_one_is_refused_by_name(value):
    assert refused("sizing.labour_share", GOOD | {"amount": value}).field == "amount"


@pytest.mark.parametrize("value", ["1000000", 1000000, "1000000.00", "01000000", Decimal(1000000)])
def test_the_ways_to_write_an_amount(value):
    assert rule("sizing.labour_share").run(GOOD | {"amount": value})["result"] == {
        "hours_exact": "833.33",
        "hours": "833",
    }


@pytest.mark.parametrize("value", ["1.01", "5", "-0.1", 2])
def test_a_rate_out_of_bounds(value):
    fault = refused("sizing.labour_share", GOOD | {"insertion_rate": value})
    assert fault.field == "insertion_rate"


@pytest.mark.parametrize(
    "value",
    [
        "2026-2-3",
        "03/02/2026",
        "2026-02-30",
        "20260203",
        "2026-02-03T00:00",
        "1815-06-18",
        "9999-12-31",
        20260203,
        None,
        "",
    ],
)
def test_a_date_that_is_not_one(value):
    assert refused("hours.deadline", {"period_end": value}).field == "period_end"


def test_unknown_and_missing_keys():
    assert refused("sizing.labour_share", GOOD | {"montant": "1"}).field == "montant"
    for key in GOOD:
        assert refused("sizing.labour_share", {name: value for name, value in GOOD.items() if name != key}).field == key


@pytest.mark.parametrize("payload", [None, [], "x", 3])
def test_a_payload_that_is_not_an_object(payload):
    assert refused("sizing.labour_share", payload).field == "stdin"


@pytest.mark.parametrize("lots", [None, {}, "x", [], [1], [GOOD, None], [GOOD] * 501])
def test_lists_that_are_not_lists_of_records(lots):
    assert refused("sizing.lots", {"lots": lots}).field.startswith("lots")


def test_a_fault_in_a_record_says_which():
    assert refused("sizing.lots", {"lots": [GOOD, GOOD | {"hourly_cost": "0"}]}).field == "lots[1].hourly_cost"


def test_codes_are_read_whatever_their_case_and_unknown_ones_refused():
    window = {"decision_date": "2023-01-01", "hire_date": "2023-03-01", "contract_end": "2025-06-30"}
    for kind in ("cdi", "CDI", "permanent"):
        assert rule("eligibility.window").run(window | {"kind": kind})["result"]["until"] == "2025-06-30"
    assert refused("eligibility.window", window | {"kind": "stage"}).field == "kind"
    assert refused("eligibility.window", window | {"kind": 3}).field == "kind"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"[1]",
        b"null",
        b"3",
        b"\xff\xfe",
        b'{"a":',
        b"{" * 100_000,
        b"[" * 200_000,
        b" " * 1_000_001,
        b"9" * 5000,
    ],
)
def test_documents_that_are_not_json_objects(raw):
    with pytest.raises(RuleInputError) as caught:
        parse_document(raw)
    assert caught.value.field == "stdin"


def test_a_repeated_key_is_refused():
    with pytest.raises(RuleInputError) as caught:
        parse_document(b'{"hours": "1", "hours": "2"}')
    assert caught.value.field == "hours"


@pytest.mark.parametrize("number", [b"0.05", b"1e3", b"NaN", b"Infinity", b"1E400", b"0.1e-2"])
def test_a_bare_float_is_refused_where_it_stands(number):
    document = parse_document(b'{"hours": ' + number + b"}")
    fault = refused("impact.fte", document)
    assert fault.field == "hours"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    st.data(),
)
def test_no_payload_makes_a_rule_crash(value, data):
    """Whatever stands in one field of a good example, the rule answers or refuses."""
    known = data.draw(st.sampled_from(all_rules()))
    field = data.draw(st.sampled_from(known.fields))
    with contextlib.suppress(RuleInputError):  # one of the two answers that are right; any other exception fails
        known.run(known.example() | {field.name: value})

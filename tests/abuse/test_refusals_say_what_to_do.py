"""A refusal says which rule and what to do: each sentence of every room that refuses has an instruction, in the « vous » of the house."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from levier.accounts import refusals as accounts
from levier.bids import refusals as bids
from levier.commitments import refusals as commitments
from levier.compliance import refusals as compliance
from levier.controls import refusals as controls
from levier.drafting import refusals as drafting
from levier.files import values as files
from levier.following import refusals as following
from levier.hours import labels as hours_labels
from levier.hours import refusals as hours
from levier.onboarding import refusals as onboarding
from levier.participants import labels as participants_labels
from levier.participants import refusals as participants
from levier.planning import plan_labels, tender_labels
from levier.procurement import refusals as procurement
from levier.reference import labels as reference
from levier.referrals import labels as referrals
from levier.sizing import refusals as sizing
from levier.spreadsheets import labels as spreadsheets
from levier.supply import refusals as supply
from levier.territories import labels as territories

_ROOMS: tuple[Mapping[Any, str], ...] = (
    accounts.SENTENCES, commitments.SENTENCES, compliance.SENTENCES, controls.SENTENCES, following.SENTENCES, hours.SENTENCES,
    bids.SENTENCES, drafting.SENTENCES, files.SENTENCES, plan_labels.SENTENCES, procurement.SENTENCES, reference.SENTENCES,
    sizing.SENTENCES, spreadsheets.SENTENCES, supply.SENTENCES, tender_labels.SENTENCES, territories.OBJECTIONS,
    hours_labels.OBJECTIONS, onboarding.SENTENCES, participants.SENTENCES, participants_labels.OBJECTIONS, referrals.SENTENCES,
)  # fmt: skip
SAID = {f"{type(code).__name__}.{code.name}": words for room in _ROOMS for code, words in room.items()}
"""By room and code: two rooms may use one word, and an enumeration of texts would take one for the other."""
INSTRUCTION = re.compile(r"\b(\w+ez|[Dd]ites|[Rr]efaites)\b")
TOLD_BY_A_RULE = re.compile(r"\{(why|message|reason|said)\}( \{accepted\})?")
"""The whole sentence is that of the rule that refused."""


def tells_nothing(words: str) -> bool:
    return not INSTRUCTION.search(words) and not TOLD_BY_A_RULE.fullmatch(words)


@pytest.mark.parametrize("code", SAID)
def test_each_refusal_says_what_to_do(code: str):
    assert not tells_nothing(SAID[code]), SAID[code]


def test_a_refusal_that_only_says_no_is_noticed():
    assert len(SAID) > 330
    assert tells_nothing("Ces deux engagements ne sont pas du même groupement.")

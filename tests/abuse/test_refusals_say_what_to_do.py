"""A refusal says which rule and what to do: each sentence of the rooms of a running contract has an instruction, in the « vous » of the house."""

import re
from enum import StrEnum

import pytest

from levier.accounts import refusals as accounts
from levier.commitments import refusals as commitments
from levier.compliance import refusals as compliance
from levier.controls import refusals as controls
from levier.following import refusals as following
from levier.hours import labels as hours_labels
from levier.hours import refusals as hours
from levier.onboarding import refusals as onboarding
from levier.participants import labels as participants_labels
from levier.participants import refusals as participants
from levier.referrals import labels as referrals

SAID = {
    **accounts.SENTENCES, **commitments.SENTENCES, **compliance.SENTENCES, **controls.SENTENCES, **following.SENTENCES, **hours.SENTENCES,
    **hours_labels.OBJECTIONS, **onboarding.SENTENCES, **participants.SENTENCES, **participants_labels.OBJECTIONS, **referrals.SENTENCES,
}  # fmt: skip
INSTRUCTION = re.compile(r"\b(\w+ez|Dites)\b")
TOLD_BY_A_RULE = re.compile(r"\{(why|message|reason|said)\}")
"""The whole sentence is that of the rule that refused."""


def tells_nothing(words: str) -> bool:
    return not INSTRUCTION.search(words) and not TOLD_BY_A_RULE.fullmatch(words)


@pytest.mark.parametrize("code", SAID, ids=lambda code: f"{type(code).__name__}.{code.name}")
def test_each_refusal_says_what_to_do(code: StrEnum):
    assert not tells_nothing(SAID[code]), SAID[code]


def test_a_refusal_that_only_says_no_is_noticed():
    assert len(SAID) > 200
    assert tells_nothing("Ces deux engagements ne sont pas du même groupement.")

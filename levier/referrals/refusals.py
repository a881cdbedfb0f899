"""The French sentence of each refusal."""

from contextlib import AbstractContextManager

from levier.foundation import walls
from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal
from levier.referrals.labels import SENTENCES
from levier.referrals.values import ReferralRefusal

_WALLS = {
    "referral_live_once": ReferralRefusal.ALREADY_PROPOSED,
    "STEP_OUT_OF_ORDER": ReferralRefusal.NOT_A_STEP,
    "referral_step_allowed": ReferralRefusal.NOT_A_STEP,
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(
        objections, tuple(typeset(SENTENCES[ReferralRefusal(one.code)].format(**one.facts)) for one in objections)
    )


def walls_said() -> AbstractContextManager[None]:
    return walls.walls_said(_WALLS, refuse)

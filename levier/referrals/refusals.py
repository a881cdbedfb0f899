"""The French sentence of each refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal
from levier.foundation.walls import wall_reached
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


@contextmanager
def walls_said() -> Iterator[None]:
    """What the database refuses, in the words of the rule it stands for; any other error stays what it is."""
    try:
        yield
    except DatabaseError as error:
        code = _WALLS.get(wall_reached(error))
        if code is None:
            raise
        raise refuse(Objection(code)) from error

"""Every callable rule by its name."""

from levier.rulebook.bid_rules import BID_RULES
from levier.rulebook.control_rules import CONTROL_RULES
from levier.rulebook.due_rules import DUE_RULES
from levier.rulebook.following_rules import FOLLOWING_RULES
from levier.rulebook.penalty_rules import PENALTY_RULES
from levier.rulebook.people_rules import PEOPLE_RULES
from levier.rulebook.planning_rules import PLANNING_RULES
from levier.rulebook.purchase_rules import PURCHASE_RULES
from levier.rulebook.rule import Rule
from levier.rulebook.site_rules import SITE_RULES
from levier.rulebook.sizing_rules import SIZING_RULES
from levier.rulebook.tender_rules import TENDER_RULES
from levier.rulebook.volume_rules import VOLUME_RULES
from levier.rulebook.way_rules import WAY_RULES

_RULES = (
    *PLANNING_RULES,
    *SIZING_RULES,
    *VOLUME_RULES,
    *PURCHASE_RULES,
    *TENDER_RULES,
    *BID_RULES,
    *PEOPLE_RULES,
    *WAY_RULES,
    *DUE_RULES,
    *CONTROL_RULES,
    *SITE_RULES,
    *FOLLOWING_RULES,
    *PENALTY_RULES,
)
_BY_NAME = {known.name: known for known in _RULES}


class UnknownRule(LookupError):  # noqa: N818 - read aloud: "unknown rule"
    """No rule has that name; the message, in French, says where to find the names."""


def all_rules() -> tuple[Rule, ...]:
    """In the order of a contract's life."""
    return _RULES


def rule(name: str) -> Rule:
    """Raise UnknownRule when there is none of that name."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownRule(
            f"Aucune règle ne s’appelle « {name[:60]} ». La commande « levier rule list » les donne toutes."
        ) from None

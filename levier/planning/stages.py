"""Where a purchase of the plan stands, from the idea to the award. Plain Python."""

from enum import StrEnum


class Stage(StrEnum):
    IDEA = "idea"
    SCREENED = "screened"
    SIZING = "sizing"
    TENDER = "tender"
    PUBLISHED = "published"
    AWARDED = "awarded"
    DROPPED = "dropped"


STAGES = {
    Stage.IDEA: "Idée",
    Stage.SCREENED: "Avis donné",
    Stage.SIZING: "Calibrage",
    Stage.TENDER: "Rédaction",
    Stage.PUBLISHED: "Publié",
    Stage.AWARDED: "Attribué",
    Stage.DROPPED: "Abandonné",
}
"""In the order of the board."""
BY_HAND = (Stage.IDEA, Stage.SCREENED, Stage.SIZING, Stage.DROPPED)
"""Stages a person may choose; the others follow what is done with the contract file."""
WITH_FILE = frozenset({Stage.TENDER, Stage.PUBLISHED, Stage.AWARDED})


def may_move(before: Stage, after: Stage, *, has_file: bool) -> bool:
    """By hand, among the stages before the file; once a contract file is open, only to drop it."""
    if after is Stage.DROPPED:
        return before is not Stage.DROPPED
    return after in BY_HAND and not has_file

"""How a rule says no: a code, the field it is about, and the facts the sentence needs."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why something is refused. The French sentence is in the room's labels.py, under the code."""

    code: StrEnum
    field: str = ""
    facts: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)


class Refusal(Exception):  # noqa: N818 - an action refuses; it does not fail
    """An action was refused by its rules; nothing was written.

    `sentences` are the French ones shown to the person, in the order of `objections`.
    """

    def __init__(self, objections: tuple[Objection, ...], sentences: tuple[str, ...]) -> None:
        super().__init__(" ".join(sentences))
        self.objections = objections
        self.sentences = sentences

    def __reduce__(self) -> tuple[type["Refusal"], tuple[object, ...]]:
        """So that it comes whole out of another process."""
        return type(self), (self.objections, self.sentences)


class NotForYou(Exception):  # noqa: N818 - it says what is the case, it is no error of the program
    """The object is unknown or foreign to the actor: one answer for both (HTTP 404), so that nothing leaks."""

"""One callable rule: what it is called, what it asks for, how it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from levier.foundation.explanation import Explained, NoAnswer
from levier.foundation.objections import Objection
from levier.foundation.periods import civil_date
from levier.reference.published import published_catalogue
from levier.reference.values import Catalogue, UnknownReference
from levier.rulebook.fields import Field, RuleInputError
from levier.rulebook.reading import read_fields
from levier.rulebook.rendering import render

type Answer = Callable[[dict[str, Any], Catalogue, date], Explained[Any]]


def _nothing_to_say(objection: Objection) -> str:
    raise KeyError(objection.code)


@dataclass(frozen=True, slots=True)
class Rule:
    """`title` and `purpose` are French; `answer` takes the values read from `fields`, the reference values, and the day on which
    undated figures are looked up. `page` is the documentation page with its worked table.
    """

    name: str
    title: str
    purpose: str
    page: str
    fields: tuple[Field, ...]
    answer: Answer
    say: Callable[[Objection], str] = _nothing_to_say

    def run(
        self, payload: dict[str, Any], *, catalogue: Catalogue | None = None, today: date | None = None
    ) -> dict[str, Any]:
        """`{"result", "steps", "sources"}` for a JSON payload. Raise RuleInputError(field, message) when it cannot be used.

        Without `catalogue` the shipped figures are used; without `today`, today in Paris.
        """
        values = read_fields(payload, self.fields)
        return render(self.explain(values, catalogue=catalogue, today=today), self.say)

    def explain(
        self, values: dict[str, Any], *, catalogue: Catalogue | None = None, today: date | None = None
    ) -> Explained[Any]:
        """The same from values already read, as Python objects."""
        figures = published_catalogue() if catalogue is None else catalogue
        try:
            return self.answer(values, figures, today or civil_date(datetime.now(UTC)))
        except NoAnswer as refusal:
            raise RuleInputError(refusal.field, str(refusal)) from None
        except UnknownReference as unknown:
            date_field = next((field.name for field in self.fields if field.kind == "date"), "")
            raise RuleInputError(date_field, str(unknown)) from None

    def example(self) -> dict[str, Any]:
        """A payload that works, from the example of each field that is not optional."""
        return {field.name: field.example for field in self.fields if field.required}

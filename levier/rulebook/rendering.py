"""An explained answer as plain JSON values: quantities as decimal strings, dates as ISO, refusals with their sentence."""

import dataclasses
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from levier.foundation.explanation import Explained, Source
from levier.foundation.objections import Objection

type Say = Callable[[Objection], str]


def render(answer: Explained[Any], say: Say) -> dict[str, Any]:
    """`{"result", "steps", "sources"}`. `say` gives the French sentence of an objection of the rule's room."""
    return {
        "result": plain(answer.result, say),
        "steps": [{"sentence": step.sentence, "value": step.value} for step in answer.steps],
        "sources": [_source(source) for source in answer.sources],
    }


def plain(value: object, say: Say) -> Any:
    """A result as JSON values. The field `from_` of a dataclass is written `from`."""
    if isinstance(value, Objection):
        return {"code": value.code.value, "field": value.field, "message": say(value)}
    if isinstance(value, tuple):
        return [plain(item, say) for item in value]
    if dataclasses.is_dataclass(value):
        return {part.name.rstrip("_"): plain(getattr(value, part.name), say) for part in dataclasses.fields(value)}
    return _scalar(value)


def _scalar(value: object) -> str | int | bool | None:
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(f"a rule's result cannot hold {type(value).__name__}")


def _source(source: Source) -> dict[str, str]:
    return {
        "title": source.title,
        "reference": source.reference,
        "confidence": source.confidence.value,
        "version": source.version,
    }

"""Between a web form (or an address) and a rule's JSON: names such as `lots-0-amount`, numbers and dates as French people type them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from levier.foundation.quantities import NotAQuantity, parse_decimal
from levier.rulebook.fields import Field, Kind
from levier.rulebook.reading import MOST_RECORDS
from levier.rulebook.rule import Rule

_FRENCH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_YES = {"true", "on", "1", "oui"}


def payload_from_form(rule: Rule, form: Mapping[str, str]) -> dict[str, Any]:
    """The JSON payload of a submitted form or query string; give it to `rule.run`, which says what is wrong with it.

    An empty input is left out, an empty nullable one is null. `1 250,50` becomes `1250.50`, `5 %` becomes `0.05` and 31/03/2026
    becomes 2026-03-31. What cannot be read is passed as typed, so that the refusal quotes it.
    """
    return _record(rule.fields, form, "")


def form_from_payload(rule: Rule, payload: Mapping[str, Any]) -> dict[str, str]:
    """The flat names and texts of a payload, to fill a form or an address."""
    flat: dict[str, str] = {}
    for field in rule.fields:
        value = payload.get(field.name)
        if field.kind is not Kind.LIST:
            flat[field.name] = _typed(value)
            continue
        for index, line in enumerate(value or ()):
            record = line if isinstance(line, Mapping) else {field.plain_item: line}
            flat |= {f"{field.name}-{index}-{part.name}": _typed(record.get(part.name)) for part in field.items}
    return flat


def form_name(path: str) -> str:
    """Name of the input at fault: `lots[1].amount` is `lots-1-amount`."""
    return path.replace("[", "-").replace("].", "-").replace("]", "")


def line_count(field: Field, form: Mapping[str, str]) -> int:
    """Number of records typed for a list field: one more than the highest index, at most the limit."""
    pattern = re.compile(rf"{re.escape(field.name)}-(\d{{1,4}})-", re.ASCII)
    indexes = [int(found[1]) for name in form if (found := pattern.match(name))]
    return min(max(indexes, default=-1) + 1, MOST_RECORDS + 1)


def describe(rule: Rule) -> dict[str, Any]:
    """What a program needs to know of a rule to call it or to draw its form."""
    return {
        "name": rule.name,
        "title": rule.title,
        "purpose": rule.purpose,
        "fields": [_describe_field(field) for field in rule.fields],
        "example": rule.example(),
    }


def _describe_field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": field.name,
        "label": field.label,
        "kind": field.kind.value,
        "unit": field.unit,
        "help": field.help,
        "required": field.required,
        "nullable": field.nullable,
        "example": field.example,
    }
    if field.choices:
        found["choices"] = [{"code": choice.code, "label": choice.label} for choice in field.choices]
    if field.items:
        found["items"] = [_describe_field(item) for item in field.items]
    return found


def _record(fields: tuple[Field, ...], form: Mapping[str, str], prefix: str) -> dict[str, Any]:
    payload: dict[str, Any] = {}
    for field in fields:
        name = f"{prefix}{field.name}"
        if field.kind is Kind.LIST:
            lines = [_record(field.items, form, f"{name}-{index}-") for index in range(line_count(field, form))]
            filled = [line for line in lines if line]
            payload[field.name] = None if field.nullable and not filled else filled
            continue
        typed = form.get(name, "").strip()
        if field.kind is Kind.BOOLEAN:
            payload[field.name] = typed.lower() in _YES
        elif typed:
            payload[field.name] = _as_json(typed, field)
        elif field.nullable:
            payload[field.name] = None
    if prefix and all(value is None for value in payload.values()):
        return {}
    return payload


def _as_json(typed: str, field: Field) -> str:
    if field.kind is Kind.DATE and (found := _FRENCH_DAY.fullmatch(typed)):
        day, month, year = (int(part) for part in found.groups())
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return typed
    if field.kind in {Kind.DECIMAL, Kind.FRACTION, Kind.INTEGER}:
        percent = field.kind is Kind.FRACTION and typed.endswith("%")
        try:
            number = parse_decimal(typed.removesuffix("%") if percent else typed)
        except NotAQuantity:
            return typed
        return f"{number.scaleb(-2) if percent else number:f}"
    return typed


def _typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)

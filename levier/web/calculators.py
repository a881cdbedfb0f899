"""The form of a rule, drawn from what the rule asks for: typed texts in, inputs and faults beside them out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from levier.foundation import french
from levier.rulebook.fields import Field, Kind, RuleInputError
from levier.rulebook.form import form_from_payload, form_name, line_count, payload_from_form
from levier.rulebook.reading import read_fields
from levier.rulebook.rule import Rule

KINDS = {Kind.DECIMAL: "number", Kind.FRACTION: "number", Kind.INTEGER: "number", Kind.DATE: "date",
         Kind.CHOICE: "select", Kind.BOOLEAN: "checkbox", Kind.TEXT: "text"}  # fmt: skip
MOST_LINES = 60
"""Lines drawn on a page; the command line takes more."""
MISSING = "Remplissez ce champ."


@dataclass(frozen=True, slots=True)
class Input:
    """What the `field` tag needs to draw one input."""

    name: str
    label: str
    kind: str
    value: str
    help: str
    unit: str
    optional: bool
    options: tuple[tuple[str, str], ...]
    error: str


@dataclass(frozen=True, slots=True)
class Part:
    """A plain input, or the lines of a list (each a tuple of inputs)."""

    single: Input | None = None
    name: str = ""
    label: str = ""
    lines: tuple[tuple[Input, ...], ...] = ()
    error: str = ""


@dataclass(slots=True)
class Filled:
    """A form as typed, with its faults by input name, and its payload when there is none."""

    typed: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    payload: dict[str, Any] | None = None


def example(rule: Rule) -> dict[str, str]:
    """The rule's own example, optional figures and dates included, written as French people type it."""
    payload = {one.name: one.example for one in rule.fields if one.required or one.kind is not Kind.CHOICE}
    flat = form_from_payload(rule, payload)
    return {name: _french(value, _field_named(rule, name)) for name, value in flat.items()}


def read(rule: Rule, typed: Mapping[str, str]) -> Filled:
    """Check every input by itself, so that all faults are said at once."""
    filled = Filled(dict(typed))
    payload = payload_from_form(rule, filled.typed)
    for one in rule.fields:
        if one.kind is Kind.LIST:
            _check_lines(one, payload.get(one.name) or [], filled)
        else:
            _check(one, payload, "", filled)
    if not filled.faults:
        filled.payload = payload
    return filled


def refuse(filled: Filled, error: RuleInputError) -> None:
    """Put a refusal of the whole beside the input it names."""
    filled.faults[form_name(error.field)] = error.message
    filled.payload = None


def _check(one: Field, payload: Mapping[str, Any], prefix: str, filled: Filled) -> None:
    name = f"{prefix}{one.name}"
    if one.name not in payload:
        if one.required:
            filled.faults[name] = MISSING
        return
    if payload[one.name] is None and one.nullable:
        return
    try:
        read_fields({one.name: payload[one.name]}, (one,))
    except RuleInputError as error:
        filled.faults[name] = _for_a_form(error.message, one)


def _check_lines(one: Field, lines: list[Any], filled: Filled) -> None:
    if not lines and one.required:
        filled.faults[f"{one.name}-0-{one.items[0].name}"] = "Remplissez au moins une ligne."
    numbers = _typed_lines(one, filled.typed)
    for number, line in zip(numbers, lines, strict=False):
        for part in one.items:
            _check(part, line, f"{one.name}-{number}-", filled)


def _typed_lines(one: Field, typed: Mapping[str, str]) -> list[int]:
    """Indexes of the lines where something is typed: empty ones are left out of the payload."""
    return [
        index
        for index in range(line_count(one, typed))
        if any(typed.get(f"{one.name}-{index}-{part.name}", "").strip() for part in one.items)
    ]


def _for_a_form(message: str, one: Field) -> str:
    """The sentences of the command line name JSON; on a page people type French numbers."""
    if one.kind in {Kind.DECIMAL, Kind.INTEGER, Kind.FRACTION}:
        message = re.sub(r'Écrivez par exemple ".*?"', f"Écrivez par exemple {_french(str(one.example), one)}", message)
        message = message.replace("un nombre écrit avec un point décimal", "un nombre")
        message = message.replace("Écrivez 0.05 pour 5 %", "Écrivez par exemple 5 %")
    if one.kind is Kind.FRACTION:
        message = message.replace("égal à 1.", "égal à 100 %.").replace("égal à 0.", "égal à 0 %.")
    if one.kind is Kind.DATE:
        message = re.sub(r", écrite AAAA-MM-JJ.*", ", par exemple 31/03/2026.", message)
    return french.typeset(message)


def _french(value: str, one: Field) -> str:
    if one.kind not in {Kind.DECIMAL, Kind.FRACTION, Kind.INTEGER} or not value:
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return french.percent(number) if one.kind is Kind.FRACTION else french.number(number)


def _field_named(rule: Rule, name: str) -> Field:
    root, _, rest = name.partition("-")
    one = next(known for known in rule.fields if known.name == root)
    if one.kind is not Kind.LIST:
        return one
    part = rest.partition("-")[2]
    return next(item for item in one.items if item.name == part)


def add_line(rule: Rule, typed: dict[str, str], name: str) -> dict[str, str]:
    """The same form with one more line, a copy of the last one's rates without its amounts."""
    one = next((known for known in rule.fields if known.name == name and known.kind is Kind.LIST), None)
    if one is None:
        return typed
    count = line_count(one, typed)
    if count >= MOST_LINES:
        return typed
    added = {f"{name}-{count}-{part.name}": "" for part in one.items}
    for part in one.items:
        if part.kind is Kind.FRACTION and count:
            added[f"{name}-{count}-{part.name}"] = typed.get(f"{name}-{count - 1}-{part.name}", "")
    return typed | added


def remove_line(rule: Rule, typed: dict[str, str], asked: str) -> dict[str, str]:
    """The same form without the line `lots-1`; those after it move up."""
    name, _, number = asked.rpartition("-")
    one = next((known for known in rule.fields if known.name == name and known.kind is Kind.LIST), None)
    if one is None or not number.isascii() or not number.isdigit():
        return typed
    kept = [index for index in range(line_count(one, typed)) if index != int(number)]
    others = {key: value for key, value in typed.items() if not key.startswith(f"{name}-")}
    moved = {
        f"{name}-{place}-{part.name}": typed.get(f"{name}-{index}-{part.name}", "")
        for place, index in enumerate(kept)
        for part in one.items
    }
    return others | moved


def summary(rule: Rule, filled: Filled) -> list[tuple[str, str]]:
    """Each fault with the name of its input, for the list at the top of the form."""
    found = []
    for name, message in filled.faults.items():
        label, number = _label(rule, name)
        line = f" (ligne {number})" if number else ""
        found.append(
            (name, french.typeset(f"{label}{line} : {message[:1].lower()}{message[1:]}" if label else message))
        )
    return found


def _label(rule: Rule, name: str) -> tuple[str, int]:
    """The French name of an input and the number of its line, 0 outside a list; nothing for the whole form."""
    root, _, rest = name.partition("-")
    if root not in {known.name for known in rule.fields}:
        return "", 0
    number, _, part = rest.partition("-")
    if not part:
        return next(known.label for known in rule.fields if known.name == root), 0
    return _field_named(rule, name).label, int(number) + 1


def parts(rule: Rule, filled: Filled) -> list[Part]:
    """What the page draws, in the order of the rule's fields."""
    found = []
    for one in rule.fields:
        if one.kind is not Kind.LIST:
            found.append(Part(single=_input(one, one.name, filled)))
            continue
        count = min(max(1, line_count(one, filled.typed)), MOST_LINES)
        lines = tuple(
            tuple(_input(part, f"{one.name}-{index}-{part.name}", filled) for part in one.items)
            for index in range(count)
        )
        found.append(Part(None, one.name, one.label, lines, filled.faults.get(one.name, "")))
    return found


def _input(one: Field, name: str, filled: Filled) -> Input:
    blank = () if one.required else (("", "Sans objet"),)
    return Input(
        name=name,
        label=one.label,
        kind=KINDS[one.kind],
        value=filled.typed.get(name, ""),
        help="Par exemple 5 %." if one.kind is Kind.FRACTION else french.typeset(one.help),
        unit=one.unit,
        optional=not one.required or one.nullable,
        options=(*blank, *((known.code, known.label) for known in one.choices)),
        error=filled.faults.get(name, ""),
    )

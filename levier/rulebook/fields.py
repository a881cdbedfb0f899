"""What a rule asks for: typed fields with their French words, from which JSON is read and a form can be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from levier.foundation.quantities import LARGEST


class Kind(StrEnum):
    """How a field is written in JSON: decimal string or integer, "0.05", integer, ISO date, code, boolean, text, list of objects."""

    DECIMAL = "decimal"
    FRACTION = "fraction"
    INTEGER = "integer"
    DATE = "date"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    TEXT = "text"
    LIST = "list"


class RuleInputError(ValueError):
    """An input cannot be used. `field` is its name (`lots[1].amount`), `message` says in French what to write instead."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Choice:
    """One accepted code; `aliases` are other spellings of it, compared without regard to case."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a rule.

    `unit` is shown after the input (€, h, mois); `minimum` and `maximum` are included unless `above_minimum`; `places`: decimals
    accepted. An optional field (`required` False) is None when absent. A nullable one may be written `null`.
    `items`: fields of each record of a LIST; `plain_item`: name of the only field given when a record is written as a bare value.
    """

    name: str
    label: str
    kind: Kind
    example: object
    unit: str = ""
    help: str = ""
    required: bool = True
    nullable: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above_minimum: bool = False
    places: int = 2
    choices: tuple[Choice, ...] = ()
    items: tuple["Field", ...] = ()
    plain_item: str = ""


ZERO = Decimal(0)
ONE = Decimal(1)


def amount(
    name: str,
    label: str,
    example: str,
    *,
    unit: str = "€",
    hint: str = "",
    positive: bool = False,
    required: bool = True,
) -> Field:
    """Euros excl. tax, two places, zero or more (more than zero when `positive`)."""
    return Field(
        name,
        label,
        Kind.DECIMAL,
        example,
        unit=unit,
        help=hint,
        minimum=ZERO,
        maximum=LARGEST,
        above_minimum=positive,
        required=required,
        nullable=not required,
    )


def hours(name: str, label: str, example: str, *, hint: str = "") -> Field:
    return Field(name, label, Kind.DECIMAL, example, unit="h", help=hint, minimum=ZERO, maximum=LARGEST)


def fraction(name: str, label: str, example: str, *, hint: str = "") -> Field:
    """A share between 0 and 1: 0.05 for 5 %."""
    return Field(name, label, Kind.FRACTION, example, help=hint, minimum=ZERO, maximum=ONE, places=12)


def integer(
    name: str, label: str, example: int, *, unit: str = "", hint: str = "", minimum: int = 0, required: bool = True
) -> Field:
    return Field(
        name,
        label,
        Kind.INTEGER,
        example,
        unit=unit,
        help=hint,
        minimum=Decimal(minimum),
        maximum=Decimal(1_000_000_000),
        required=required,
        nullable=not required,
    )


def day(
    name: str, label: str, example: str | None, *, hint: str = "", required: bool = True, nullable: bool = False
) -> Field:
    return Field(name, label, Kind.DATE, example, help=hint, required=required, nullable=nullable)


def choice[C: str](
    name: str,
    label: str,
    example: str,
    labels: Mapping[C, str],
    *,
    aliases: Mapping[C, tuple[str, ...]] | None = None,
    hint: str = "",
    required: bool = True,
) -> Field:
    """One of the codes of `labels` (code -> French word)."""
    known = aliases if aliases is not None else {}
    choices = tuple(Choice(str(code), word, known.get(code, ())) for code, word in labels.items())
    return Field(
        name, label, Kind.CHOICE, example, help=hint, choices=choices, required=required, nullable=not required
    )


def boolean(name: str, label: str, *, example: bool = False) -> Field:
    return Field(name, label, Kind.BOOLEAN, example)


def text(name: str, label: str, example: str = "", *, required: bool = False) -> Field:
    return Field(name, label, Kind.TEXT, example, required=required, nullable=not required)


def records(name: str, label: str, items: tuple[Field, ...], example: list[object], *, plain_item: str = "") -> Field:
    """One record or more, each with the fields of `items`."""
    return Field(name, label, Kind.LIST, example, items=items, plain_item=plain_item)

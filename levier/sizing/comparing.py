"""Two studies side by side: what differs between them, and how many hours each difference is worth, whatever their method."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from levier.foundation.explanation import NoAnswer
from levier.foundation.quantities import half_up
from levier.reference.values import Catalogue
from levier.sizing.ranges import METHODS

FACTORS = ("amount", "labour_share", "insertion_rate", "hourly_cost")


@dataclass(frozen=True, slots=True)
class Difference:
    """One factor of two studies. `effect`: hours that this difference alone adds (or takes away), in the order of the formula;
    None where the methods are not the same.
    """

    factor: str
    left: Decimal
    right: Decimal
    effect: Decimal | None
    left_version: str = ""
    right_version: str = ""

    @property
    def same(self) -> bool:
        return self.left == self.right


def standard_differences(left: dict[str, Any], right: dict[str, Any]) -> tuple[Difference, ...]:
    """Inputs of two studies by the standard formula. Factors are replaced one after the other; effects add up to the difference of
    the exact hours, but for the rounding of each to two places, which the last one that differs takes in.
    """
    before, after = _figures(left), _figures(right)
    running = dict(before)
    hours = _hours(running)
    total = half_up(_hours(after), 2) - half_up(hours, 2)
    effects: dict[str, Decimal] = {}
    for name in FACTORS:
        running[name] = after[name]
        changed = _hours(running)
        effects[name] = half_up(changed - hours, 2)
        hours = changed
    moved = [name for name in FACTORS if before[name] != after[name]]
    if moved:
        effects[moved[-1]] += total - sum(effects.values(), Decimal(0))
    return tuple(
        Difference(name, before[name], after[name], effects[name], _version(left, name), _version(right, name))
        for name in FACTORS
    )


def method_effects(
    method: str, left: Mapping[str, Any], right: Mapping[str, Any], catalogue: Catalogue, day: date
) -> dict[str, Decimal | None]:
    """Hours that each factor which differs adds, by name: factors of the same method replaced one after the other, in the order given.

    Two studies of one method differ by what was given and by the reference values of their day; only the first is told here, with the
    values of `day`. None for a factor whose replacement has no answer by itself (a band that does not exist): the next one takes it in.
    """
    calculate = METHODS[method].calculate
    running, effects = dict(left), dict[str, Decimal | None]()
    hours = calculate(running, catalogue, day)[0]
    for name in dict.fromkeys([*left, *right]):
        if left.get(name) == right.get(name):
            continue
        running[name] = right.get(name)
        try:
            changed = calculate(running, catalogue, day)[0]
        except NoAnswer:
            effects[name] = None
            continue
        effects[name], hours = changed - hours, changed
    return effects


def _figures(inputs: dict[str, Any]) -> dict[str, Decimal]:
    return {
        name: Decimal(inputs[name]["value"] if isinstance(inputs[name], dict) else inputs[name]) for name in FACTORS
    }


def _version(inputs: dict[str, Any], name: str) -> str:
    return str(inputs[name].get("version", "")) if isinstance(inputs[name], dict) else ""


def _hours(figures: dict[str, Decimal]) -> Fraction:
    amount, share, rate, cost = (Fraction(figures[name]) for name in FACTORS)
    return amount * share * rate / cost

"""Low, central and high hours for each method: the method applied three times, to what is known at worst, at best and as it stands.

Plain Python. Every method is monotonic in what is uncertain, so that the ends of the range come from the ends of the factors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levier.foundation import french
from levier.foundation.explanation import Explained, NoAnswer, Step
from levier.foundation.quantities import LARGEST, half_up
from levier.reference.values import Catalogue
from levier.sizing import methods, rules, shares
from levier.sizing.values import CleaningFacts, HoursRange, LotFacts, OrderFacts, TrancheFacts, TriggerMode, YearFacts

type Values = Mapping[str, Any]
type Calculation = Callable[[Values, Catalogue, date], tuple[Decimal, Decimal, Explained[Any]]]
"""(exact hours to two places, whole hours, the method's own explanation)."""

LOW, HIGH = "_low", "_high"


@dataclass(frozen=True, slots=True)
class Method:
    """`uncertain`: each factor that may have a low and a high value; True where more of it means more hours.
    `margin`: whether hours worked are known within a margin instead.
    """

    name: str
    calculate: Calculation
    uncertain: Mapping[str, bool]
    margin: bool = False


def _labour_share(values: Values, catalogue: Catalogue, day: date) -> tuple[Decimal, Decimal, Explained[Any]]:
    names = ("amount", "labour_share", "insertion_rate", "hourly_cost")
    answer = rules.labour_share(LotFacts(**{name: values[name] for name in names}), catalogue, day)
    return answer.result.hours_exact, answer.result.hours, answer


def _cleaning(values: Values, catalogue: Catalogue, day: date) -> tuple[Decimal, Decimal, Explained[Any]]:
    names = ("turnover", "months", "transferable_hours", "insertion_rate", "coefficient")
    answer = methods.cleaning(CleaningFacts(**{name: values.get(name) for name in names}), catalogue, day)  # type: ignore[arg-type]  # read by the fields of the rule
    return max(Decimal("0.00"), answer.result.hours_exact), answer.result.hours, answer


def _tranche(values: Values, _catalogue: Catalogue, _day: date) -> tuple[Decimal, Decimal, Explained[Any]]:
    facts = TrancheFacts(values["invoiced"], values["trigger"], values["tranche"], TriggerMode(values["mode"]))
    answer = methods.invoiced_tranche(facts)
    return half_up(answer.result.hours, 2), answer.result.hours, answer


def _worked_share(values: Values, _catalogue: Catalogue, _day: date) -> tuple[Decimal, Decimal, Explained[Any]]:
    orders = tuple(OrderFacts(one.get("period") or "", one["worked_hours"]) for one in values["orders"])
    answer = shares.worked_share(orders, values["insertion_rate"])
    return answer.result.due, half_up(answer.result.due, 0), answer


def _stepped(values: Values, _catalogue: Catalogue, _day: date) -> tuple[Decimal, Decimal, Explained[Any]]:
    years = tuple(YearFacts(one["worked_hours"], one["insertion_rate"], Decimal(0)) for one in values["years"])
    answer = methods.stepped_rate(years)
    return answer.result.due, half_up(answer.result.due, 0), answer


def _training(values: Values, catalogue: Catalogue, day: date) -> tuple[Decimal, Decimal, Explained[Any]]:
    answer = methods.training_clause(values["amount"], catalogue, day)
    return half_up(answer.result.hours, 2), answer.result.hours, answer


METHODS = {
    method.name: method
    for method in (
        Method("labour_share", _labour_share, {"amount": True, "labour_share": True, "hourly_cost": False}),
        Method("cleaning", _cleaning, {"turnover": True, "transferable_hours": False}),
        Method("invoiced_tranche", _tranche, {"invoiced": True}),
        Method("worked_share", _worked_share, {}, margin=True),
        Method("stepped_rate", _stepped, {}, margin=True),
        Method("training_clause", _training, {"amount": True}),
    )
}


def hours_range(name: str, values: Values, catalogue: Catalogue, day: date) -> Explained[HoursRange]:
    """Raise NoAnswer naming the factor whose low, central and high values are not in that order."""
    method = METHODS[name]
    worst, best = _at_ends(method, values)
    exact, central, answer = method.calculate(values, catalogue, day)
    low = method.calculate(worst, catalogue, day)[1]
    high = method.calculate(best, catalogue, day)[1]
    if high > LARGEST:
        raise NoAnswer(next(iter(values)), "Le résultat dépasse ce qui peut être enregistré. Vérifiez les montants.")
    bounds = Step(
        f"Fourchette{french.HARD}: de {french.hours(low)} à {french.hours(high)}."
        if low != high
        else f"Fourchette{french.HARD}: {french.hours(low)}, aucun facteur n’est donné comme incertain.",
        f"{low} – {high}",
    )
    return Explained(HoursRange(exact, low, central, high), (*answer.steps, bounds), answer.sources)


def _at_ends(method: Method, values: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that give the fewest hours, and those that give the most."""
    worst, best = dict(values), dict(values)
    for name, more in method.uncertain.items():
        low, central, high = values.get(name + LOW), values[name], values.get(name + HIGH)
        if low is not None and low > central:
            raise NoAnswer(name + LOW, "La valeur basse dépasse la valeur centrale.")
        if high is not None and high < central:
            raise NoAnswer(name + HIGH, "La valeur haute est plus petite que la valeur centrale.")
        least, most = (central if low is None else low), (central if high is None else high)
        worst[name], best[name] = (least, most) if more else (most, least)
    if method.margin and values.get("margin"):
        lines = "orders" if "orders" in values else "years"
        worst[lines] = _scaled(values[lines], 1 - values["margin"])
        best[lines] = _scaled(values[lines], 1 + values["margin"])
    return worst, best


def _scaled(lines: tuple[Mapping[str, Any], ...], factor: Decimal) -> tuple[dict[str, Any], ...]:
    return tuple({**line, "worked_hours": half_up(line["worked_hours"] * factor, 2)} for line in lines)

"""How the hours are due, as typed when a commitment is recorded: fixed, by year, by invoiced tranche, by percentage of the hours worked."""

import re
from decimal import Decimal

from levier.commitments.labels import DUE_METHODS
from levier.commitments.values import DueMethod, DueRule
from levier.foundation.quantities import NotAQuantity, parse_decimal, parse_hours
from levier.sizing.values import TriggerMode
from levier.web.typed import Typed

RULE = ("method", "euros_per_hour", "trigger_amount", "trigger_mode", "rates", "steps", "rule_source")
METHODS = {one.value: one for one in DueMethod}
METHOD_CHOICES = [(code.value, label) for code, label in DUE_METHODS.items()]
MODES = {one.value: one for one in TriggerMode}
MODE_CHOICES = [
    (TriggerMode.EXCESS.value, "Au-delà du seuil"),
    (TriggerMode.RETROACTIVE.value, "Depuis le premier euro, une fois le seuil atteint"),
]


def rule_typed(typed: Typed) -> DueRule | None:
    """The rule, or None where the hours are one number; what cannot be read is said beside its field. Nothing chosen is fixed."""
    method = METHODS.get(typed.values["method"] or DueMethod.FIXED.value)
    if method is None:
        typed.wrong("method", "Choisissez comment les heures sont dues.")
    if method is None or method is DueMethod.FIXED:
        return None
    euros = trigger = None
    if method is DueMethod.TRANCHE:
        euros = typed.amount(
            "euros_per_hour", missing="Écrivez combien d’euros facturés font une heure, par exemple 2 000."
        )
        trigger = typed.amount("trigger_amount") or Decimal(0)
    return DueRule(
        method,
        typed.text(
            "rule_source", longest=200, missing="Dites où cette règle est écrite, par exemple « CCAP, article 1.4 »."
        ),
        euros,
        trigger,
        MODES.get(typed.values["trigger_mode"], TriggerMode.EXCESS),
        rates=_several(typed, "rates") if method is DueMethod.PERCENTAGE else (),
        steps=_several(typed, "steps") if method is DueMethod.STEPPED else (),
    )


def _several(typed: Typed, name: str) -> tuple[Decimal, ...]:
    """Numbers apart by semicolons: one a year of the contract. A rate of `5` or `5 %` is 0.05."""
    try:
        texts = [text for text in re.split(r"[;\n]", typed.values[name]) if text.strip()]
        if name == "steps":
            return tuple(parse_hours(text) for text in texts)
        return tuple(parse_decimal(text.replace("%", "")) / 100 for text in texts)
    except NotAQuantity as error:
        typed.wrong(name, str(error))
        return ()

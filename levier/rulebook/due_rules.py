"""What is due by every method, as callable from outside."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from levier.commitments import rules
from levier.commitments.labels import DUE_METHODS
from levier.commitments.values import Amended, BasisKind, DueAnswer, DueFacts, DueMethod, DueRule, Piece
from levier.foundation.explanation import Explained
from levier.foundation.quantities import LARGEST
from levier.reference.values import Catalogue
from levier.rulebook.fields import Field, amount, choice, day, fraction, hours, records
from levier.rulebook.rule import Rule
from levier.sizing.labels import TRIGGER_MODES
from levier.sizing.values import TriggerMode


def _optional(field: Field) -> Field:
    return replace(field, required=False, nullable=True)


def _answer(values: dict[str, Any], _catalogue: Catalogue, _today: date) -> Explained[DueAnswer]:
    method = DueMethod(values["method"])
    rule = DueRule(
        method,
        "Contrat",
        values["euros_per_hour"],
        values["trigger"],
        TriggerMode(values["mode"] or TriggerMode.EXCESS),
        tuple(one["rate"] for one in values["rates"] or ()),
        tuple(one["hours"] for one in values["steps"] or ()),
    )
    kind = BasisKind.WORKED if method is DueMethod.PERCENTAGE else BasisKind.INVOICE
    counts = method in {DueMethod.TRANCHE, DueMethod.PERCENTAGE}
    pieces = tuple(Piece(kind, "", one["on"], one["amount"]) for one in values["pieces"] or () if counts)
    amendments = tuple(Amended(one["on"], one["due"]) for one in values["amendments"] or ())
    signed = values["signed"] if method is DueMethod.FIXED else Decimal(0)
    facts = DueFacts(rule, signed or Decimal(0), values["starts_on"], values["ends_on"], pieces, amendments)
    return rules.due_at(facts, values["day"])


_MONEY_OR_HOURS = replace(amount("amount", "Montant HT, ou heures travaillées", "500000", unit=""), minimum=-LARGEST)
DUE_RULES = (
    Rule(
        name="commitments.due",
        title="Heures dues par un engagement",
        purpose="Donne les heures dues en tout, et à une date, selon la méthode du contrat, ses pièces et ses avenants.",
        page="dette",
        fields=(
            choice("method", "Méthode", "fixed", DUE_METHODS),
            _optional(hours("signed", "Heures signées, si c’est un nombre", "1000")),
            _optional(
                records(
                    "steps", "Heures de chaque année", (hours("hours", "Heures", "200"),), ["200"], plain_item="hours"
                )
            ),
            amount("euros_per_hour", "Euros facturés pour une heure", "2000", required=False),
            amount("trigger", "Seuil de déclenchement", "2700000", required=False),
            choice("mode", "Seuil compté", "excess", TRIGGER_MODES, required=False),
            _optional(
                records(
                    "rates", "Taux de chaque année", (fraction("rate", "Taux", "0.05"),), ["0.05"], plain_item="rate"
                )
            ),
            _optional(
                records(
                    "pieces", "Factures, ou heures travaillées", (day("on", "Date", "2026-03-01"), _MONEY_OR_HOURS), []
                )
            ),
            _optional(
                records(
                    "amendments",
                    "Avenants",
                    (day("on", "Prend effet le", "2026-07-01"), hours("due", "Heures dues en tout", "800")),
                    [],
                )
            ),
            day("starts_on", "Début de l’engagement", "2026-01-01"),
            day("ends_on", "Fin de l’engagement", "2026-12-31"),
            day("day", "Jour", "2026-07-02"),
        ),
        answer=_answer,
    ),
)

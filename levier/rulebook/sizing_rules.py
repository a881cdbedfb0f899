"""The sizing rules, as callable from outside."""

from typing import Any

from levier.rulebook.fields import Field, amount, choice, fraction, hours, integer, records, text
from levier.rulebook.rule import Rule
from levier.sizing import methods, rules
from levier.sizing.labels import TRIGGER_MODES
from levier.sizing.values import CleaningFacts, LotFacts, TrancheFacts, TriggerMode, YearFacts

_LOT: tuple[Field, ...] = (
    amount("amount", "Montant hors taxes", "1000000"),
    fraction("labour_share", "Part de main-d’œuvre", "0.50", hint="Entre 0 et 1 : 0.50 pour 50 %."),
    fraction("insertion_rate", "Taux d’insertion", "0.05", hint="Entre 0 et 1 : 0.05 pour 5 %."),
    amount("hourly_cost", "Coût horaire chargé", "30", unit="€/h", positive=True),
)
_PAGE = "calibrage"


def _lot(values: dict[str, Any]) -> LotFacts:
    return LotFacts(**(values | {"label": values.get("label") or ""}))


SIZING_RULES = (
    Rule(
        name="sizing.labour_share",
        title="Heures d’insertion d’un lot",
        purpose="Calcule les heures d’insertion d’un lot à partir de son montant, de la part de main-d’œuvre, du taux et du coût horaire.",
        page=_PAGE,
        fields=_LOT,
        answer=lambda values, catalogue, today: rules.labour_share(_lot(values), catalogue, today),
    ),
    Rule(
        name="sizing.lots",
        title="Heures d’insertion d’un marché à plusieurs lots",
        purpose="Calcule les heures de chaque lot avec sa propre part et son propre taux, puis les additionne.",
        page=_PAGE,
        fields=(
            records(
                "lots",
                "Lots",
                (*_LOT, text("label", "Intitulé du lot", "Gros œuvre")),
                [
                    {"amount": "1200000", "labour_share": "0.50", "insertion_rate": "0.05", "hourly_cost": "30"},
                    {"amount": "180000", "labour_share": "0.70", "insertion_rate": "0.05", "hourly_cost": "30"},
                    {"amount": "300000", "labour_share": "0.20", "insertion_rate": "0.05", "hourly_cost": "30"},
                ],
            ),
        ),
        answer=lambda values, catalogue, today: rules.lots(tuple(map(_lot, values["lots"])), catalogue, today),
    ),
    Rule(
        name="sizing.cleaning",
        title="Heures d’insertion d’un marché de nettoyage",
        purpose="Calcule les heures d’insertion quand le personnel en place est repris, et dit si une clause a sa place.",
        page=_PAGE,
        fields=(
            amount("turnover", "Chiffre d’affaires du lot, hors taxes", "300000", positive=True),
            integer("months", "Durée", 12, unit="mois", minimum=1),
            hours(
                "transferable_hours",
                "Heures transférables par mois",
                "700",
                hint="Heures du personnel repris avec le marché.",
            ),
            fraction("insertion_rate", "Taux d’insertion", "0.10", hint="Entre 0 et 1 : 0.10 pour 10 %."),
            amount(
                "coefficient",
                "Chiffre d’affaires par heure travaillée",
                "25",
                unit="€/h",
                hint="Facultatif : sans lui, le coefficient de la branche.",
                positive=True,
                required=False,
            ),
        ),
        answer=lambda values, catalogue, today: methods.cleaning(CleaningFacts(**values), catalogue, today),
    ),
    Rule(
        name="sizing.invoiced_tranche",
        title="Heures dues par tranche facturée",
        purpose="Calcule les heures d’un accord-cadre sans minimum : une heure par tranche facturée, à partir d’un seuil.",
        page=_PAGE,
        fields=(
            amount("invoiced", "Montant facturé, hors taxes", "3000000"),
            amount("trigger", "Seuil de déclenchement", "2700000"),
            amount("tranche", "Euros par heure d’insertion", "2000", positive=True),
            choice("mode", "Lecture du seuil", "excess", TRIGGER_MODES),
        ),
        answer=lambda values, _catalogue, _today: methods.invoiced_tranche(
            TrancheFacts(**(values | {"mode": TriggerMode(values["mode"])}))
        ),
    ),
    Rule(
        name="sizing.stepped_rate",
        title="Taux d’insertion par année",
        purpose="Calcule les heures dues quand le taux change d’une année à l’autre, et le solde cumulé.",
        page=_PAGE,
        fields=(
            records(
                "years",
                "Années",
                (
                    hours("worked_hours", "Heures travaillées sur le marché", "10000"),
                    fraction("insertion_rate", "Taux de l’année", "0.05"),
                    hours("accepted_hours", "Heures d’insertion acceptées", "450"),
                ),
                [
                    {"worked_hours": "10000", "insertion_rate": "0.05", "accepted_hours": "450"},
                    {"worked_hours": "10000", "insertion_rate": "0.07", "accepted_hours": "760"},
                ],
            ),
        ),
        answer=lambda values, _catalogue, _today: methods.stepped_rate(
            tuple(YearFacts(**year) for year in values["years"])
        ),
    ),
    Rule(
        name="sizing.training_clause",
        title="Heures d’une clause sociale de formation",
        purpose="Donne les heures de formation selon le palier du montant ferme.",
        page=_PAGE,
        fields=(amount("amount", "Montant ferme, hors taxes", "100000"),),
        answer=lambda values, catalogue, today: methods.training_clause(values["amount"], catalogue, today),
    ),
)

"""The volume of hours judged: its range by each method, its use, its feasibility, its split between facilitators."""

from dataclasses import replace

from levier.foundation import french
from levier.rulebook.fields import Field, choice, fraction, hours, integer, records, text
from levier.rulebook.fields import amount as euros
from levier.rulebook.rule import Rule
from levier.rulebook.sizing_rules import SIZING_RULES
from levier.sizing import feasibility, ranges, shares
from levier.sizing.labels import METHODS, SECTORS
from levier.sizing.values import FeasibilityFacts, OrderFacts, TerritoryWeight

_PAGE = "calibrage"
_RATE = fraction("insertion_rate", "Taux d’insertion", "0.05", hint="Entre 0 et 1 : 0.05 pour 5 %.")
_ORDERS = records(
    "orders",
    "Commandes",
    (
        hours("worked_hours", "Heures travaillées sur la commande", "1200"),
        text("period", "Période", "2026-T1"),
    ),
    [
        {"period": "2026-T1", "worked_hours": "1200"},
        {"period": "2026-T1", "worked_hours": "350.50"},
        {"period": "2026-T2", "worked_hours": "980"},
    ],
)
_MARGIN = replace(
    fraction("margin", "Marge sur les heures travaillées", "0.10", hint="Facultatif : 0.10 pour plus ou moins 10 %."),
    required=False,
    nullable=True,
)
_YEARS = records(
    "years",
    "Années",
    (
        hours("worked_hours", "Heures travaillées prévues", "10000"),
        fraction("insertion_rate", "Taux de l’année", "0.05"),
    ),
    [
        {"worked_hours": "10000", "insertion_rate": "0.05"},
        {"worked_hours": "10000", "insertion_rate": "0.07"},
    ],
)


def _fields_of(method: str) -> tuple[Field, ...]:
    """Those of the method's own rule, each uncertain one followed by its low and high values, which are optional."""
    if method == "worked_share":
        return _RATE, _ORDERS, _MARGIN
    if method == "stepped_rate":
        return _YEARS, _MARGIN
    base = next(known for known in SIZING_RULES if known.name == f"sizing.{method}")
    found: list[Field] = []
    for field in base.fields:
        found.append(field)
        if field.name in ranges.METHODS[method].uncertain:
            found += [
                replace(field, name=f"{field.name}{end}", label=f"{field.label}, valeur {word}", help="",
                        required=False, nullable=True)
                for end, word in ((ranges.LOW, "basse"), (ranges.HIGH, "haute"))
            ]  # fmt: skip
    return tuple(found)


def _range_rule(method: str) -> Rule:
    label = METHODS[method]
    return Rule(
        name=f"sizing.range.{method}",
        title=f"Fourchette d’heures{french.HARD}: {label[:1].lower()}{label[1:]}",
        purpose=f"Donne les heures basses, centrales et hautes par la méthode « {label} ».",
        page=_PAGE,
        fields=_fields_of(method),
        answer=lambda values, catalogue, today: ranges.hours_range(method, values, catalogue, today),
    )


RANGE_RULES = tuple(_range_rule(method) for method in ranges.METHODS)
VOLUME_RULES = (
    Rule(
        name="sizing.worked_share",
        title="Part des heures travaillées",
        purpose="Calcule les heures dues en pourcentage des heures travaillées sur les commandes, consolidées par période.",
        page=_PAGE,
        fields=(_RATE, _ORDERS),
        answer=lambda values, _catalogue, _today: shares.worked_share(
            tuple(OrderFacts(line["period"] or "", line["worked_hours"]) for line in values["orders"]),
            values["insertion_rate"],
        ),
    ),
    *RANGE_RULES,
    Rule(
        name="sizing.useful",
        title="Volume minimal utile",
        purpose="Dit si un volume d’heures est assez grand pour aider quelqu’un, selon le secteur.",
        page=_PAGE,
        fields=(
            hours("hours", "Heures d’insertion", "120"),
            choice("sector", "Secteur", "cleaning", SECTORS, hint="Facultatif : sans lui, le minimum général.", required=False),
        ),
        answer=lambda values, catalogue, today: feasibility.useful(
            values["hours"], values["sector"] or "", catalogue, today
        ),
    ),
    Rule(
        name="sizing.feasibility",
        title="Feu de faisabilité",
        purpose="Dit si les heures peuvent se faire, selon l’offre locale, les candidats, la durée et le calendrier.",
        page=_PAGE,
        fields=(
            hours("hours", "Heures d’insertion", "1000"),
            integer("duration_months", "Durée", 12, unit="mois", minimum=1),
            integer("structures", "Structures inclusives du secteur et du lieu", 4, hint="Facultatif : vide si vous ne savez pas.", required=False),
            integer("candidates", "Candidats prêts", 3, hint="Facultatif : vide si vous ne savez pas.", required=False),
            integer("lead_weeks", "De la notification au premier jour de travail", 8, unit="semaines", hint="Facultatif : vide si vous ne savez pas.", required=False),
        ),
        answer=lambda values, catalogue, today: feasibility.feasibility(FeasibilityFacts(**values), catalogue, today),
    ),
    Rule(
        name="sizing.territories",
        title="Heures partagées entre plusieurs facilitateurs",
        purpose="Partage les heures d’un lot entre les territoires où il s’exécute ; la somme est exacte.",
        page=_PAGE,
        fields=(
            hours("hours", "Heures d’insertion du lot", "1000"),
            records(
                "parts",
                "Territoires",
                (
                    text("territory", "Territoire", "Aix", required=True),
                    euros("weight", "Poids (montant, part ou nombre de sites)", "2", unit=""),
                ),
                [{"territory": "Aix", "weight": "2"}, {"territory": "Salon", "weight": "1"}],
            ),
        ),
        answer=lambda values, _catalogue, _today: shares.territories(
            values["hours"], tuple(TerritoryWeight(**part) for part in values["parts"])
        ),
    ),
)  # fmt: skip

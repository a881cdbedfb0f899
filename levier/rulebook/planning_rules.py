"""The verdict of a line of the purchase plan, as callable from outside."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from levier.foundation.explanation import Explained
from levier.planning import rules
from levier.planning.values import Basis, Instrument, LocalSupply, VerdictFacts
from levier.procurement.labels import BUYER_LEVELS, CONTRACT_OBJECTS
from levier.procurement.values import BuyerLevel, ContractObject
from levier.reference.values import Catalogue
from levier.rulebook.fields import Field, Kind, amount, choice, day, integer, text
from levier.rulebook.rule import Rule


@dataclass(frozen=True, slots=True)
class Said:
    """The verdict without its sentences, which are the steps. Hours are None when they cannot be computed."""

    basis: Basis
    instrument: Instrument
    sector: str
    hours: Decimal | None
    low: Decimal | None
    high: Decimal | None
    weeks: Decimal | None
    articles: tuple[str, ...]
    alternatives: tuple[Instrument, ...]
    tasks: tuple[str, ...]


def _answer(values: dict[str, Any], catalogue: Catalogue, _today: date) -> Explained[Said]:
    facts = VerdictFacts(
        amount=values["amount"],
        consultation=values["consultation_date"],
        object=ContractObject(values["object"]) if values["object"] else None,
        text=values["text"] or "",
        cpv="".join(filter(str.isdigit, values["cpv"] or ""))[:8],
        duration_months=values["duration_months"],
        lots=values["lots"],
        buyer=BuyerLevel(values["buyer"] or BuyerLevel.LOCAL),
        supply=LocalSupply(values["structures"], values["dependency"]),
    )
    explained = rules.verdict(facts, catalogue)
    found = explained.result
    hours = found.hours
    said = Said(
        found.basis, found.instrument, found.sector_label, hours.hours if hours else None, hours.low if hours else None,
        hours.high if hours else None, found.weeks, tuple(article.code for article in found.articles), found.alternatives, found.tasks,
    )  # fmt: skip
    return Explained(said, explained.steps, explained.sources)


PLANNING_RULES = (
    Rule(
        name="planning.verdict",
        title="Ce qu’un besoin d’achat appelle",
        purpose="Pour une ligne de la programmation : la loi, puis la politique du Département, puis l’instrument le plus utile et ses heures.",
        page="programmation",
        fields=(
            amount("amount", "Montant hors taxes, tous lots et reconductions compris", "615000"),
            day("consultation_date", "Date de lancement de la consultation", "2027-09-15"),
            choice("object", "Nature du marché", "works", CONTRACT_OBJECTS, hint="Facultatif : proposée d’après le code CPV ou l’objet.", required=False),
            text("text", "Objet du marché", "Réfection de toitures"),
            text("cpv", "Code CPV", "45261000"),
            integer("duration_months", "Durée", 7, unit="mois", minimum=1, required=False),
            integer("lots", "Nombre de lots", 3, minimum=1, required=False),
            choice("buyer", "Acheteur", "local", BUYER_LEVELS, hint="Facultatif : le Département.", required=False),
            integer("structures", "Structures inclusives trouvées pour ce secteur et ce lieu", 12, hint="Facultatif : laissez vide si l’offre locale n’est pas connue.", required=False),
            Field(
                "dependency", "Montant en pourcentage de leur chiffre d’affaires moyen", Kind.DECIMAL, "29", unit="%",
                help="Facultatif.", required=False, nullable=True, minimum=Decimal(0), maximum=Decimal(1_000_000),
            ),
        ),
        answer=_answer,
    ),
)  # fmt: skip

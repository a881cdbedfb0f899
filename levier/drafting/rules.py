"""From what was chosen to what is written: the fields of the models, the articles in force that day, and what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from levier.drafting.citations import and_list, articles_cited, texts
from levier.drafting.gaps import gaps_of, in_force
from levier.drafting.labels import CATEGORIES, INSTRUMENTS, RESERVED_TO
from levier.drafting.values import (
    Citation,
    Contact,
    ContractFacts,
    CriterionFacts,
    KitChoice,
    KitInstrument,
    Prepared,
    Rhythm,
)
from levier.foundation import french
from levier.reference.values import Catalogue

MISSING = "[à compléter{hard}: {what}]"
QUARTERS = "aux 31 mars, 30 juin, 30 septembre et 31 décembre"


def prepare(
    choice: KitChoice,
    contract: ContractFacts,
    *,
    contacts: Mapping[int, Contact],
    criterion: CriterionFacts | None,
    publics: Sequence[tuple[str, str]],
    catalogue: Catalogue,
) -> Prepared:
    """The context of the models for this choice, the gaps, and the versions of the articles and figures used."""
    articles, gaps = articles_cited(choice, contract)
    gaps += gaps_of(choice, contract, contacts, criterion, catalogue)
    day = choice.consultation_on
    declaration = in_force(catalogue, "hours.declaration_day_before", day)
    context: dict[str, Any] = {
        "marche": _contract(choice, contract),
        "moyen": _instrument(choice.instrument),
        "textes": texts(articles),
        "lots": _lots(choice, contacts),
        "total_heures": french.hours(sum((lot.hours or Decimal(0) for lot in choice.lots), Decimal(0))),
        "lots_en_lettres": lots_in_words([lot.number for lot in choice.lots]),
        "publics": [{"libelle": label, "preuve": proof[:1].lower() + proof[1:]} for label, proof in publics],
        "facilitateurs": _facilitators(choice, contacts),
        "suivi": {
            "periode": "mois" if choice.rhythm is Rhythm.MONTH else "trimestre",
            "dates": "au dernier jour de chaque mois" if choice.rhythm is Rhythm.MONTH else QUARTERS,
            "jour": french.number(declaration.value) if declaration else _missing("le jour"),
            "delai_observations": str(choice.observation_days),
        },
        "penalites": _penalties(choice),
        "critere": _criterion(criterion if choice.instrument.criterion else None),
        "reservation": _reservation(choice, catalogue, day),
    }
    versions = [one.version for one in articles.values()] + ([declaration.version] if declaration else [])
    if choice.instrument is KitInstrument.RESERVED_ESS:
        keys = ("reserved.ess.maximum_months", "reserved.ess.pause_months")
        versions += [one.version for key in keys if (one := in_force(catalogue, key, day))]
    citations = tuple(
        Citation(one.label, one.subject, one.source, one.confidence.value, one.note) for one in articles.values()
    )
    return Prepared(context, tuple(gaps), tuple(versions), citations)


def _instrument(instrument: KitInstrument) -> dict[str, Any]:
    return {
        "libelle": INSTRUMENTS[instrument],
        "condition": instrument.condition,
        "critere": instrument.criterion,
        "reserve": instrument.reserved,
        "ess": instrument is KitInstrument.RESERVED_ESS,
        "insertion": instrument is KitInstrument.INSERTION_CONTRACT,
        "heures": instrument.condition,
    }


def _lots(choice: KitChoice, contacts: Mapping[int, Contact]) -> list[dict[str, str]]:
    found = []
    for lot in choice.lots:
        places = ", ".join(contacts[number].territory_name for number in lot.territories if number in contacts)
        found.append(
            {
                "numero": str(lot.number),
                "intitule": lot.title,
                "heures": french.hours(lot.hours) if lot.hours else _missing("les heures"),
                "territoire": places or _missing("le territoire"),
            }
        )
    return found


def _penalties(choice: KitChoice) -> dict[str, str]:
    amounts = {"heure": choice.penalty_hour, "retard": choice.penalty_late_day, "absence": choice.penalty_absence}
    return {name: french.euros(amount) if amount else "" for name, amount in amounts.items()}


def _contract(choice: KitChoice, contract: ContractFacts) -> dict[str, str]:
    months = contract.duration_months
    return {
        "reference": contract.reference,
        "objet": contract.title,
        "acheteur": contract.buyer,
        "categorie": CATEGORIES.get(contract.category, contract.category),
        "duree": f"{months}{french.HARD}mois" if months else _missing("la durée"),
        "date_consultation": french.day(choice.consultation_on),
    }


def _facilitators(choice: KitChoice, contacts: Mapping[int, Contact]) -> list[dict[str, str]]:
    numbers = dict.fromkeys(number for lot in choice.lots for number in lot.territories)
    found = [contacts[number] for number in numbers if number in contacts]
    if not found:
        nobody = _missing("le facilitateur")
        return [
            {
                "territoire": _missing("le territoire"),
                "structure": nobody,
                "nom": nobody,
                "telephone": nobody,
                "courriel": nobody,
            }
        ]
    return [
        {
            "territoire": one.territory_name, "structure": one.structure, "nom": one.person or _missing("le nom"),
            "telephone": one.phone, "courriel": one.email,
        }
        for one in found
    ]  # fmt: skip


def _criterion(facts: CriterionFacts | None) -> dict[str, Any]:
    if facts is None:
        return {"points": "", "lien": "", "lignes": [], "echelle": []}
    return {
        "points": french.number(facts.points.normalize() if facts.points % 1 else facts.points),
        "lien": facts.link,
        "lignes": [
            {
                "intitule": label,
                "points": french.number(points.normalize() if points % 1 else points),
                "preuves": evidence or "—",
            }
            for label, points, evidence in facts.lines
        ],
        "echelle": [{"note": str(step), "sens": meaning} for step, meaning in enumerate(facts.anchors)],
    }


def _reservation(choice: KitChoice, catalogue: Catalogue, day: date) -> dict[str, str]:
    structures, workers = RESERVED_TO.get(choice.instrument, ("", ""))
    found = {"structures": structures, "travailleurs": workers, "duree_maximale": "", "pause": ""}
    if choice.instrument is KitInstrument.RESERVED_ESS:
        for name, key in (("duree_maximale", "reserved.ess.maximum_months"), ("pause", "reserved.ess.pause_months")):
            value = in_force(catalogue, key, day)
            found[name] = f"{french.number(value.value)}{french.HARD}mois" if value else _missing("la durée")
    return found


def _missing(what: str) -> str:
    return MISSING.format(hard=french.HARD, what=what)


def lots_in_words(numbers: Sequence[int]) -> str:
    """« le marché » for a single lot numbered 1, else « le lot n° 3 », « les lots n° 1, 2 et 5 »."""
    if list(numbers) == [1] or not numbers:
        return "le marché"
    written = and_list([str(number) for number in numbers])
    return f"le lot n°{french.HARD}{written}" if len(numbers) == 1 else f"les lots n°{french.HARD}{written}"

"""From what is known of a lot to its official record, or to the list of what it lacks. Plain Python.

What was published stays as it was published ("une fois les données essentielles publiées, aucune modification n'est possible"), but for
what it said wrongly or not at all; what a person told since comes first; the contract's own facts fill what is left.
"""

from typing import Any

from levier.foundation.french import typeset
from levier.open_data.exporting.reading import (
    clean_text,
    day,
    holders,
    months,
    positive,
    read_value,
    shortest,
    subcontractor,
    unwrapped,
    words_of,
)
from levier.open_data.exporting.values import KnownAmendment, KnownLot, Lack, Prepared
from levier.open_data.exporting.vocabulary import (
    BY_NAME,
    CLAUSE,
    CRITERION,
    FIELDS,
    NOTHING_SOCIAL,
    ORDER,
    RESERVED,
    SOCIAL,
    OfficialField,
)

LABELS_OF = {
    "execution_condition": (CLAUSE,),
    "condition_and_criterion": (CLAUSE, CRITERION),
    "criterion": (CRITERION,),
    "reserved_disability": (RESERVED,),
    "reserved_siae": (RESERVED,),
    "reserved_ess": (RESERVED,),
    "insertion_contract": (CLAUSE,),
}
"""Official labels of each instrument. An insertion contract has none of its own: its hours are a condition of execution."""
CHANGE_NAMES = ("modificationActeSousTraitance", "modificationActesSousTraitance")
"""In the JSON schema and in the XSD."""
_VARIATIONS = ("Ferme", "Actualisable", "Révisable")


def prepare(lot: KnownLot, *, published_on: str) -> Prepared:
    """The record and what it lacks. `published_on` (ISO) is the date of publication of what was never published."""
    found: dict[str, Any] = {}
    for field in FIELDS:
        value = _value_of(field, lot)
        if value is not None:
            found[field.name] = value
    _settle_social(lot, found)
    found.setdefault("datePublicationDonnees", published_on)
    _settle_grouping(found)
    remarks = _left_out(lot, found)
    if subcontracts := _subcontracts(lot, remarks):
        found["actesSousTraitance"] = subcontracts
    acts = {one["acteSousTraitance"]["id"] for one in subcontracts}
    if changed := _subcontract_changes(lot, acts, remarks):
        found["modificationsActesSousTraitance"] = changed
    if amendments := _amendments(lot, published_on, remarks):
        found["modifications"] = amendments
    lacks = tuple(
        Lack(field.name, field.label, typeset(_ask(field, lot)))
        for field in FIELDS
        if field.required and field.name not in found
    )
    return Prepared(
        lot, {name: found[name] for name in ORDER if name in found}, lacks, tuple(typeset(one) for one in remarks)
    )


def _left_out(lot: KnownLot, found: dict[str, Any]) -> list[str]:
    """What was published in a field that may be absent and cannot be sent as it stands."""
    return [
        f"{field.label} : « {clean_text(lot.published[field.name])[:60]} » ne peut pas être envoyé ainsi ; la rubrique est laissée vide."
        for field in FIELDS
        if not field.required and field.name not in found and clean_text(lot.published.get(field.name))
    ]


def _value_of(field: OfficialField, lot: KnownLot) -> object | None:
    """What a person told, else what was published, else what the contract says; in each the first that can be sent."""
    for facts in (lot.told, lot.published, lot.model):
        value = read_value(field, facts.get(field.name))
        if value is None and facts is lot.published:
            value = _as_in_2019(field, facts)
        if value is not None:
            return value
    return None


def _as_in_2019(field: OfficialField, published: dict[str, Any]) -> object | None:
    """In the 2019 format the nature told the technique, and `formePrix` what `typesPrix` tells now."""
    if field.name == "typesPrix":
        words = words_of(field, published.get("typePrix") or published.get("formePrix"))
        return {field.inner: words} if words else None
    if field.name == "techniques" and "ccag" not in published and clean_text(published.get("nature")) == "Accord-cadre":
        return {"technique": ["Accord-cadre"]}
    return None


def _settle_social(lot: KnownLot, found: dict[str, Any]) -> None:
    """What the commitments prove is added to what was told or published, and « Pas de considération sociale » never has company."""
    field = BY_NAME["considerationsSociales"]
    said = found.get(field.name, {}).get(field.inner, [])
    proved = {label for instrument in lot.instruments for label in LABELS_OF[instrument]}
    if not proved or proved <= set(said):
        return
    labels = proved | (set(said) - {NOTHING_SOCIAL})
    found[field.name] = {field.inner: [label for label in SOCIAL if label in labels]}


def _settle_grouping(found: dict[str, Any]) -> None:
    """A company alone is no group."""
    if "typeGroupementOperateurs" not in found and len(found.get("titulaires", ())) == 1:
        found["typeGroupementOperateurs"] = "Pas de groupement"


def _subcontracts(lot: KnownLot, remarks: list[str]) -> list[dict[str, Any]]:
    """Acts of subcontracting as published, each number once. One that the schema cannot hold is left out and told."""
    found: dict[int, dict[str, Any]] = {}
    for act in unwrapped(lot.published.get("actesSousTraitance"), "acteSousTraitance"):
        company, number = subcontractor(act.get("sousTraitant")), months(act.get("id"))
        notified, published = day(act.get("dateNotification")), day(act.get("datePublicationDonnees"))
        lasting, total = months(act.get("dureeMois")), positive(act.get("montant"))
        variation = clean_text(act.get("variationPrix"))
        if company and number and notified and published and lasting and total and variation in _VARIATIONS:
            complete = {
                "id": number, "sousTraitant": company, "dureeMois": lasting, "dateNotification": notified,
                "datePublicationDonnees": published, "montant": total, "variationPrix": variation,
            }  # fmt: skip
            found.setdefault(number, {"acteSousTraitance": complete})
        else:
            remarks.append(
                f"L’acte de sous-traitance n° {clean_text(act.get('id')) or '?'}, incomplet, est laissé de côté."
            )
    return list(found.values())


def _subcontract_changes(lot: KnownLot, known: set[int], remarks: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for change in unwrapped(lot.published.get("modificationsActesSousTraitance"), *CHANGE_NAMES):
        number = months(change.get("id"))
        notified = _first_day(
            change, "dateNotificationModificationSousTraitance", "dateNotificationModificationActeSousTraitance"
        )
        published = _first_day(change, "datePublicationDonnees", "datePublicationDonneesModificationActeSousTraitance")
        if number not in known or not notified or not published:
            remarks.append(
                f"Une modification de l’acte de sous-traitance n° {number or '?'}, incomplète, est laissée de côté."
            )
            continue
        record: dict[str, Any] = {
            "id": number,
            "dateNotificationModificationSousTraitance": notified,
            "datePublicationDonnees": published,
        }
        record |= _told(dureeMois=months(change.get("dureeMois")), montant=positive(change.get("montant")))
        if {"modificationActeSousTraitance": record} not in found:
            found.append({"modificationActeSousTraitance": record})
    return found


def _first_day(change: dict[str, Any], *names: str) -> str | None:
    """Publishers do not all write these names as the schema does."""
    return next((found for name in names if (found := day(change.get(name)))), None)


def _told(**values: object) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _amendments(lot: KnownLot, published_on: str, remarks: list[str]) -> list[dict[str, Any]]:
    """As published, else as the contract tells them; numbered in their order where numbers are missing or repeated."""
    changes = list(unwrapped(lot.published.get("modifications"), "modification"))
    records = [_published_amendment(change) for change in changes] if changes else []
    if not records or None in records:
        records = [_known_amendment(one, published_on) for one in lot.amendments]
    complete = [record for record in records if record is not None]
    if len(complete) < len(records):
        remarks.append("Une modification sans date est laissée de côté.")
    numbers = [record.get("id") for record in complete]
    if None in numbers or len(set(numbers)) != len(numbers):
        complete = [{"id": number} | {**record, "id": number} for number, record in enumerate(complete, start=1)]
    return [{"modification": record} for record in complete]


def _published_amendment(change: dict[str, Any]) -> dict[str, Any] | None:
    notified = day(change.get("dateNotificationModification"))
    published = day(change.get("datePublicationDonneesModification"))
    if not notified or not published:
        return None
    record: dict[str, Any] = _told(id=months(change.get("id")))
    record |= {"dateNotificationModification": notified, "datePublicationDonneesModification": published}
    return record | _told(
        dureeMois=months(change.get("dureeMois")),
        montant=positive(change.get("montant")),
        titulaires=holders(change["titulaires"]) if change.get("titulaires") else None,
    )


def _known_amendment(one: KnownAmendment, published_on: str) -> dict[str, Any] | None:
    if one.notified_on is None:
        return None
    record: dict[str, Any] = {
        "id": one.number,
        "dateNotificationModification": one.notified_on.isoformat(),
        "datePublicationDonneesModification": one.published_on.isoformat() if one.published_on else published_on,
    }
    return record | _told(dureeMois=one.months, montant=None if one.amount is None else shortest(one.amount))


def _ask(field: OfficialField, lot: KnownLot) -> str:
    """What to write, with what stands there now where that is the trouble."""
    for facts in (lot.told, lot.published, lot.model):
        value = facts.get(field.name)
        if isinstance(value, dict):
            value = value.get(field.inner) or value.get("code") or ""
        if isinstance(value, list):
            value = ", ".join(word for word in value if isinstance(word, str))
        written = clean_text(value)
        if written:
            return (
                f"{field.ask} Publié : « {written[:80]} »."
                if facts is lot.published
                else f"{field.ask} Connu : « {written[:80]} »."
            )
    return field.ask

"""The same records in the international standard (OCDS 1.1.5): one release a contract of a buyer, one award and one contract a lot.

The identifiers follow the State's own mapping of the essential data (prefix `ocds-78apv2`), so that a process bears the same one in both.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

import msgspec

from levier.foundation.periods import PARIS, add_months
from levier.open_data.exporting.values import Prepared
from levier.open_data.exporting.vocabulary import CLAUSE, CRITERION, RESERVED

PREFIX = "ocds-78apv2"
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
_JSON = msgspec.json.Encoder(decimal_format="number")
_METHODS = {
    "Procédure adaptée": "open",
    "Appel d'offres ouvert": "open",
    "Appel d'offres restreint": "selective",
    "Procédure avec négociation": "selective",
    "Dialogue compétitif": "selective",
    "Marché passé sans publicité ni mise en concurrence préalable": "direct",
}
_CATEGORIES = {"works": "works", "services": "services", "supplies": "goods"}


def as_ocds(prepared: Sequence[Prepared], *, publisher: str, address: str) -> bytes:
    """A release package. `address`: where this Levier is read; with the filters it makes no difference to the content."""
    releases = [_release(list(lots)) for _, lots in groupby(prepared, key=_process)]
    package = {
        "uri": f"{address}/donnees-essentielles/ocds.json",
        "version": "1.1",
        "publishedDate": max(release["date"] for release in releases),
        "publisher": {"name": publisher},
        "license": LICENCE,
        "releases": releases,
    }
    return msgspec.json.format(_JSON.encode(package), indent=2) + b"\n"


def _process(one: Prepared) -> tuple[str, str]:
    return one.record["acheteur"]["id"], one.record["id"]


def _release(lots: list[Prepared]) -> dict[str, Any]:
    first = lots[0]
    buyer, number = _process(first)
    ocid = f"{PREFIX}-{buyer}{number}"
    changes = sum(len(one.record.get("modifications", ())) for one in lots)
    parties, names = _parties(lots)
    awards, contracts = [], []
    for rank, one in enumerate(lots, start=1):
        award, contract = _award(one, ocid, rank, names)
        awards.append(award)
        contracts.append(contract)
    return {
        "ocid": ocid,
        "id": f"{ocid}-{changes:02d}",
        "date": max(_moment(day) for one in lots for day in _publications(one.record)),
        "language": "fr",
        "tag": ["award", "contract", *(["contractAmendment"] if changes else [])],
        "initiationType": "tender",
        "parties": parties,
        "buyer": {"id": f"FR-INSEE-{buyer}", "name": first.lot.buyer.name},
        "tender": _tender(first, ocid, lots),
        "awards": awards,
        "contracts": contracts,
    }


def _publications(record: dict[str, Any]) -> list[str]:
    changes = record.get("modifications", ())
    return [
        record["datePublicationDonnees"],
        *(one["modification"]["datePublicationDonneesModification"] for one in changes),
    ]


def _parties(lots: list[Prepared]) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """The organisations, each once with all its roles, and how to refer to each company by its identifier."""
    buyer = lots[0].lot.buyer
    found = {buyer.siret: _party("FR-INSEE", buyer.siret, buyer.name, "buyer")}
    names: dict[str, dict[str, str]] = {}
    for one in lots:
        known = {company.siret: company.name for company in one.lot.holders}
        for item in one.record["titulaires"]:
            number, kind = item["titulaire"]["id"], item["titulaire"]["typeIdentifiant"]
            scheme = {"SIRET": "FR-INSEE", "TVA": "FR-TVA"}.get(kind, f"FR-{kind}")
            if number in found:
                found[number]["roles"] = list(dict.fromkeys([*found[number]["roles"], "supplier"]))
            else:
                found[number] = _party(scheme, number, known.get(number) or number, "supplier")
            names[number] = {"id": found[number]["id"], "name": found[number]["name"]}
    return list(found.values()), names


def _party(scheme: str, number: str, name: str, role: str) -> dict[str, Any]:
    identifier = {"scheme": scheme, "id": number, "legalName": name}
    return {"id": f"{scheme}-{number}", "name": name, "identifier": identifier, "roles": [role]}


def _tender(first: Prepared, ocid: str, lots: list[Prepared]) -> dict[str, Any]:
    record, labels = first.record, {label for one in lots for label in _social(one.record)}
    tender: dict[str, Any] = {
        "id": f"{ocid}-tender",
        "title": record["objet"],
        "status": "complete",
        "procurementMethod": _METHODS[record["procedure"]],
        "procurementMethodDetails": record["procedure"],
        "mainProcurementCategory": _CATEGORIES[first.lot.category],
    }
    if len(lots) == 1:
        tender["numberOfTenderers"] = record["offresRecues"]
    if CRITERION in labels:
        tender["awardCriteriaDetails"] = f"Dont un critère d’attribution social ({CRITERION})."
    if RESERVED in labels:
        tender["eligibilityCriteria"] = (
            f"{RESERVED} (articles L. 2113-12 à L. 2113-16 du code de la commande publique)."
        )
    return tender


def _social(record: dict[str, Any]) -> list[str]:
    labels: list[str] = record["considerationsSociales"]["considerationSociale"]
    return labels


def _award(
    one: Prepared, ocid: str, rank: int, names: dict[str, dict[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    record = one.record
    items = [
        {
            "id": f"{ocid}-item-{rank}",
            "description": record["objet"],
            "classification": {"scheme": "CPV", "id": record["codeCPV"]},
        }
    ]
    period = _period(record["dateNotification"], record["dureeMois"])
    award = {
        "id": f"{ocid}-award-{rank}",
        "title": record["objet"],
        "status": "active",
        "date": _moment(record["dateNotification"]),
        "value": _value(record["montant"]),
        "suppliers": [names[item["titulaire"]["id"]] for item in record["titulaires"]],
        "items": items,
        "contractPeriod": period,
    }
    changes = [change["modification"] for change in record.get("modifications", ())]
    contract: dict[str, Any] = {
        "id": f"{ocid}-contract-{rank}",
        "awardID": award["id"],
        "title": record["objet"],
        "description": _considerations(record),
        "status": "active",
        "period": _period(record["dateNotification"], _last(changes, "dureeMois", record["dureeMois"])),
        "value": _value(_last(changes, "montant", record["montant"])),
        "items": items,
        "dateSigned": _moment(record["dateNotification"]),
    }
    if changes:
        contract["amendments"] = [_amendment(change, f"{ocid}-contract-{rank}") for change in changes]
    return award, contract


def _considerations(record: dict[str, Any]) -> str:
    social = ", ".join(_social(record))
    green = ", ".join(record["considerationsEnvironnementales"]["considerationEnvironnementale"])
    condition = " Les heures d’insertion sont une condition d’exécution du marché." if CLAUSE in social else ""
    return f"Considérations sociales : {social}.{condition} Considérations environnementales : {green}."


def _amendment(change: dict[str, Any], contract: str) -> dict[str, Any]:
    told = []
    if "montant" in change:
        told.append(f"nouveau montant : {_number(change['montant'])} EUR")
    if "dureeMois" in change:
        told.append(f"nouvelle durée : {change['dureeMois']} mois")
    if "titulaires" in change:
        told.append("titulaires changés")
    return {
        "id": f"{contract}-amendment-{change['id']}",
        "date": _moment(change["dateNotificationModification"]),
        "description": f"Modification {change['id']} ({', '.join(told) or 'sans donnée modifiée'}).",
    }


def _last(changes: list[dict[str, Any]], name: str, initial: Any) -> Any:
    """The value after the last modification that tells one: by date, then by number."""
    told = [(one["dateNotificationModification"], one["id"], one[name]) for one in changes if name in one]
    return max(told, key=lambda one: one[:2])[2] if told else initial


def _number(value: Decimal | int) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _value(amount: Decimal | int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def _moment(day: str) -> str:
    """Midnight in Paris: the standard asks for an instant."""
    return datetime.combine(date.fromisoformat(day), time(), PARIS).isoformat()


def _period(start: str, months: int) -> dict[str, Any]:
    first = date.fromisoformat(start)
    last = add_months(first, months) - timedelta(days=1)
    return {
        "startDate": _moment(start),
        "endDate": datetime.combine(last, time(23, 59, 59), PARIS).isoformat(),
        "durationInDays": (last - first).days + 1,
    }

"""Acts of subcontracting (actes de sous-traitance) of a record, each with the modifications that were published of it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from levier.open_data.fields import amount_of, date_of, duration_of, text_of
from levier.open_data.values import BIT, AmountFlag, Doubt

_UNREADABLE = BIT[Doubt.SUBCONTRACT_UNREADABLE]


@dataclass(slots=True)
class ActAmendment:
    """What a modification of an act says; `amount` is the new total of the act."""

    notified_on: str
    published_on: str
    amount: Decimal | None
    amount_flag: AmountFlag
    duration: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "notified_on": self.notified_on,
            "published_on": self.published_on,
            "amount": None if self.amount is None else str(self.amount),
            "amount_flag": self.amount_flag.value,
            "duration_months": self.duration,
        }


@dataclass(slots=True)
class Act:
    """One act. An act known by its modifications only has no company."""

    number: str
    company: str
    company_kind: str
    company_name: str
    notified_on: str
    published_on: str
    amount: Decimal | None
    amount_flag: AmountFlag
    duration: int | None
    price_change: str
    amendments: list[ActAmendment] = field(default_factory=list)


def acts_of(acts: Any, amendments: Any) -> tuple[list[Act], int]:
    """The acts in their order, their modifications joined by number, and the doubts."""
    mask = 0
    found: list[Act] = []
    for item in _items(acts, "acteSousTraitance"):
        if not isinstance(item, dict):
            mask |= _UNREADABLE
        elif act := _act(item):
            mask |= BIT[Doubt.SUBCONTRACT_AMOUNT] if act.amount_flag is not AmountFlag.SOUND else 0
            found.append(act)
    for item in _items(amendments, "modificationActeSousTraitance"):
        if not isinstance(item, dict):
            mask |= _UNREADABLE
            continue
        number = text_of(item.get("id"))[:40]
        told = [act for act in found if act.number == number]
        if not told:
            mask |= BIT[Doubt.SUBCONTRACT_ORPHAN]
            told = [Act(number, "", "", "", "", "", None, AmountFlag.MISSING, None, "")]
            found += told
        told[-1].amendments.append(_amendment(item))
    return found, mask


def _items(value: Any, key: str) -> list[Any]:
    """Unwrapped from `[{"acteSousTraitance": {…}}]`, `{"acteSousTraitance": [{…}]}`, `[{…}]`."""
    found: list[Any] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict) and isinstance(item.get(key), (dict, list)):
            waiting.append(item[key])
        elif item not in (None, "", {}):
            found.append(item)
    return found


def _act(item: dict[str, Any]) -> Act | None:
    company = item.get("sousTraitant")
    company = company if isinstance(company, dict) else {"id": company}
    amount, flag, _ = amount_of(item.get("montant"))
    act = Act(
        text_of(item.get("id"))[:40],
        text_of(company.get("id")).replace(" ", "")[:40],
        text_of(company.get("typeIdentifiant"))[:40],
        text_of(company.get("denominationSociale") or company.get("nom")),
        date_of(text_of(item.get("dateNotification")))[0],
        date_of(text_of(item.get("datePublicationDonnees")))[0],
        amount,
        flag,
        duration_of(item["dureeMois"])[0] if "dureeMois" in item else None,
        text_of(item.get("variationPrix"))[:100],
    )
    return act if act.number or act.company or act.notified_on or flag is not AmountFlag.MISSING else None


def _amendment(item: dict[str, Any]) -> ActAmendment:
    amount, flag, _ = amount_of(item.get("montant"))
    notified = item.get("dateNotificationModificationSousTraitance") or item.get("dateNotification")
    published = item.get("datePublicationDonnees") or item.get("datePublicationDonneesModification")
    return ActAmendment(
        date_of(text_of(notified))[0],
        date_of(text_of(published))[0],
        amount,
        flag,
        duration_of(item["dureeMois"])[0] if "dureeMois" in item else None,
    )

"""Tying a lot of ours to the record that was published for it, and untying them. Called inside the action that is journaled."""

from datetime import datetime
from typing import Any

from levier.foundation.objections import Objection
from levier.organisations.actions import make_known
from levier.organisations.values import OrganisationKind
from levier.procurement.actions import add_amendments, execution_of
from levier.procurement.models import Contract, Lot, LotHolder
from levier.procurement.notices import Notice
from levier.procurement.refusals import ContractRefusal, refuse

_OF_CONTRACT = (
    "nature",
    "procedure",
    "notified_on",
    "duration_months",
    "starts_on",
    "ends_on",
    "place_code",
    "place_kind",
)
_OF_LOT = ("cpv", "initial_amount", "amount")
LENGTHS = {"nature": 60, "procedure": 100, "place_code": 20, "place_kind": 40, "cpv": 10}


def tie(lot: Lot, notice: Notice, now: datetime) -> dict[str, Any]:
    """Give the lot the key of the only record of the notice, and what it and its contract lack; nothing is written over.

    Return what was filled, as JSON. Raise Refusal when the lot has a record already.
    """
    (published,) = notice.lots
    if lot.published_key is not None or Lot.objects.filter(published_key=published.key).exists():
        raise refuse(Objection(ContractRefusal.ALREADY_TIED))
    starts, ends = execution_of(notice.notified_on, notice.duration_months)
    told = {name: getattr(notice, name) for name in _OF_CONTRACT if name not in {"starts_on", "ends_on"}}
    if lot.contract.starts_on is None and lot.contract.ends_on is None:
        told |= {"starts_on": starts, "ends_on": ends}
    sound = not published.amount_flag
    filled = {
        "contract": _fill(lot.contract, told),
        "lot": _fill(
            lot,
            {
                "cpv": published.cpv,
                "initial_amount": published.initial_amount if sound else None,
                "amount": published.amount if sound else None,
            },
        ),
        "holders": _fill_holders(lot, notice, now),
        "amendments": [] if lot.amendments.exists() else _fill_amendments(lot, notice),
    }
    lot.published_key = published.key
    lot.save(update_fields=["published_key", *_OF_LOT])
    return filled


def untie(lot: Lot, filled: dict[str, Any]) -> None:
    """Take the record and what it had filled away again, except what a person changed since."""
    _empty(lot.contract, filled.get("contract", {}))
    _empty(lot, filled.get("lot", {}))
    lot.holders.filter(pk__in=filled.get("holders", [])).delete()
    lot.amendments.filter(pk__in=filled.get("amendments", [])).delete()
    lot.amendment_notices.filter(state="pending").update(state="withdrawn")
    lot.published_key = None
    lot.save(update_fields=["published_key", *_OF_LOT])


def _fill(row: Contract | Lot, told: dict[str, Any]) -> dict[str, str]:
    filled = {}
    for name, value in told.items():
        if value in {None, ""} or getattr(row, name) not in {None, ""}:
            continue
        setattr(row, name, value[: LENGTHS[name]] if name in LENGTHS else value)
        filled[name] = str(getattr(row, name))
    if isinstance(row, Contract) and filled:
        row.save(update_fields=list(filled))
    return filled


def _empty(row: Contract | Lot, filled: dict[str, str]) -> None:
    emptied = [name for name, value in filled.items() if str(getattr(row, name)) == value]
    for name in emptied:
        setattr(row, name, "" if name in LENGTHS else None)
    if emptied:
        row.save(update_fields=emptied)


def _fill_holders(lot: Lot, notice: Notice, now: datetime) -> list[int]:
    if lot.holders.exists():
        return []
    made = []
    for holder in notice.lots[0].holders:
        company = make_known(siret=holder.siret, name=holder.name, kind=OrganisationKind.COMPANY, now=now)
        made.append(LotHolder.objects.create(lot=lot, organisation=company, role=holder.role).pk)
    return made


def _fill_amendments(lot: Lot, notice: Notice) -> list[int]:
    add_amendments(lot, notice.lots[0])
    return list(lot.amendments.values_list("pk", flat=True))

"""The trades one may size for, and which rate and hourly cost usually go with each. Plain Python.

The catalogue holds the figures; here is only which ones belong together (domain.md sections 2.2 to 2.4). A person may choose otherwise.
"""

from dataclasses import dataclass
from datetime import date

from levier.reference.values import Catalogue, ReferenceValue
from levier.sizing import purchase_sectors

SHARES, RATES, COSTS = "labour_share.", "insertion_rate.", "hourly_cost."

_BUILDING = ("insertion_rate.general", "hourly_cost.works")


@dataclass(frozen=True, slots=True)
class Choice:
    """Keys of the three reference values a calculation starts from."""

    share: str
    rate: str
    cost: str


def usual_choice(sector: str) -> Choice:
    known = purchase_sectors.sectors().get(sector)
    rate, cost = (known.rate, known.cost) if known and known.share else _BUILDING
    return Choice(SHARES + sector, rate, cost)


def suggested_sector(cpv: str) -> str:
    """The trade that a CPV code suggests; empty when none does, or when its hours are not computed."""
    told = purchase_sectors.by_cpv(cpv)
    return told.sector.key if told and told.sector.share else ""


_VOLUMES = {
    "cleaning": "cleaning",
    "green_spaces_creation": "green_spaces",
    "green_spaces_upkeep": "green_spaces",
    "guarding": "guarding",
    "intellectual_services": "intellectual_services",
    "catering": "services",
    "waste_collection": "services",
    "removals": "services",
}


def volume_sector(cpv: str) -> str:
    """The sector whose minimum useful volume holds for the trade of a CPV code; empty when none does."""
    trade = suggested_sector(cpv)
    return _VOLUMES.get(trade, "works") if trade else ""


def sectors(catalogue: Catalogue, day: date) -> tuple[ReferenceValue, ...]:
    """One labour share a trade, in force that day."""
    return catalogue.all_at(SHARES, day)


def rates(catalogue: Catalogue, day: date) -> tuple[ReferenceValue, ...]:
    return catalogue.all_at(RATES, day)


def costs(catalogue: Catalogue, day: date) -> tuple[ReferenceValue, ...]:
    return catalogue.all_at(COSTS, day)

"""The trades one may size for, and which rate and hourly cost usually go with each. Plain Python.

The catalogue holds the figures; here is only which ones belong together (domain.md sections 2.2 to 2.4). A person may choose otherwise.
"""

from dataclasses import dataclass
from datetime import date

from levier.reference.values import Catalogue, ReferenceValue

SHARES, RATES, COSTS = "labour_share.", "insertion_rate.", "hourly_cost."

_BUILDING = ("insertion_rate.general", "hourly_cost.works")
_USUAL = {
    "cleaning": ("insertion_rate.cleaning", "hourly_cost.cleaning"),
    "green_spaces_creation": ("insertion_rate.green_spaces", "hourly_cost.works"),
    "green_spaces_upkeep": ("insertion_rate.green_spaces", "hourly_cost.services"),
    "earthworks_networks": ("insertion_rate.roadworks", "hourly_cost.works"),
    "asphalt": ("insertion_rate.roadworks", "hourly_cost.works"),
    "guarding": ("insertion_rate.services", "hourly_cost.services"),
    "catering": ("insertion_rate.services", "hourly_cost.services"),
    "waste_collection": ("insertion_rate.services", "hourly_cost.services"),
    "removals": ("insertion_rate.services", "hourly_cost.services"),
    "intellectual_services": ("insertion_rate.services", "hourly_cost.intellectual_services"),
}

_BY_CPV = (
    ("45112", "earthworks_networks"), ("4511", "demolition"), ("452332", "asphalt"), ("45233", "earthworks_networks"),
    ("4523", "earthworks_networks"), ("4524", "earthworks_networks"), ("45261", "roofing"), ("45262", "masonry"),
    ("45223", "structural_work"), ("4531", "electricity"), ("4532", "plastering"), ("4533", "plumbing_heating"), ("4541", "plastering"),
    ("4542", "interior_joinery"), ("4543", "flooring"), ("4544", "interior_painting"), ("45", "building"), ("909", "cleaning"),
    ("905", "waste_collection"), ("773", "green_spaces_upkeep"), ("797", "guarding"), ("553", "catering"), ("555", "catering"),
    ("9839", "removals"), ("71", "intellectual_services"), ("72", "intellectual_services"), ("73", "intellectual_services"),
    ("79", "intellectual_services"),
)  # fmt: skip
"""Beginning of a CPV code and the trade it suggests; the longest beginning wins."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Keys of the three reference values a calculation starts from."""

    share: str
    rate: str
    cost: str


def usual_choice(sector: str) -> Choice:
    rate, cost = _USUAL.get(sector, _BUILDING)
    return Choice(SHARES + sector, rate, cost)


def suggested_sector(cpv: str) -> str:
    """The trade that a CPV code suggests; empty when none does."""
    found = [(len(start), sector) for start, sector in _BY_CPV if cpv.startswith(start)]
    return max(found)[1] if found else ""


def sectors(catalogue: Catalogue, day: date) -> tuple[ReferenceValue, ...]:
    """One labour share a trade, in force that day."""
    return catalogue.all_at(SHARES, day)


def rates(catalogue: Catalogue, day: date) -> tuple[ReferenceValue, ...]:
    return catalogue.all_at(RATES, day)


def costs(catalogue: Catalogue, day: date) -> tuple[ReferenceValue, ...]:
    return catalogue.all_at(COSTS, day)

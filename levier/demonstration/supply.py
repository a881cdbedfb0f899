"""Sixty fictitious structures of the demonstration: every kind, every trade, spread over the communes of the perimeters."""

from datetime import datetime
from decimal import Decimal

from levier.accounts.values import Actor
from levier.demonstration.names import company_siret
from levier.organisations.values import StructureKind
from levier.supply.actions import close_structure, save_structure
from levier.supply.values import StructureFacts, Trade
from levier.territories.queries import communes
from levier.territories.values import CommuneFacts

_KINDS = (
    StructureKind.ACI, StructureKind.EI, StructureKind.ACI, StructureKind.AI, StructureKind.ETTI, StructureKind.EA, StructureKind.ESAT,
    StructureKind.EI, StructureKind.ACI, StructureKind.GEIQ,
)  # fmt: skip
_TRADES = (
    (Trade.GREEN_SPACES,), (Trade.BUILDING,), (Trade.CLEANING, Trade.GREEN_SPACES), (Trade.LABOUR, Trade.CLEANING), (Trade.LABOUR,),
    (Trade.INDUSTRY, Trade.OFFICE), (Trade.GREEN_SPACES, Trade.TEXTILE), (Trade.WASTE, Trade.LOGISTICS), (Trade.CATERING,),
    (Trade.LABOUR, Trade.BUILDING, Trade.ROADWORKS), (Trade.BUILDING, Trade.ROADWORKS), (Trade.CLEANING,), (Trade.FARMING,),
)  # fmt: skip
_NAMES = (
    "Les Ateliers", "Chantiers solidaires", "Éco-Actions", "Passerelle", "Le Tremplin", "Horizon Travail", "Les Mains vertes",
    "Second Souffle", "La Fabrique", "Terres d’avenir", "Coup de main", "L’Étape",
)  # fmt: skip
NUMBER = 60
_FIRST_SIRET = 6000


def make_structures(*, mission: Actor, now: datetime) -> int:
    """Through the real actions; two of them have closed. Return how many were made."""
    places = sorted(
        (one for one in communes() if one.postcodes and one.code != "13055"),
        key=lambda one: (-one.population, one.code),
    )
    for rank in range(NUMBER):
        place = places[(rank * 11) % min(len(places), 70)]
        row = save_structure(actor=mission, facts=_facts(rank, place), now=now)
        if rank in {17, 43}:
            close_structure(
                actor=mission,
                public_id=row.public_id,
                reason="Fin de la convention avec l’État",
                on=now.date(),
                now=now,
            )
    return NUMBER


def _facts(rank: int, place: CommuneFacts) -> StructureFacts:
    kind = _KINDS[rank % len(_KINDS)]
    near = Decimal(rank % 9 - 4) / 1000
    return StructureFacts(
        siret=company_siret(_FIRST_SIRET + rank),
        kind=kind,
        name=f"{_NAMES[rank % len(_NAMES)]} – {place.name}",
        legal_form="Association déclarée" if kind in {StructureKind.ACI, StructureKind.AI} else "Société coopérative",
        address=f"{rank * 3 + 1} rue de l’Exemple",
        postcode=place.postcodes[0],
        city=place.name,
        departement=place.postcodes[0][:2],
        longitude=None if place.longitude is None else round(place.longitude + near, 6),
        latitude=None if place.latitude is None else round(place.latitude - near, 6),
        description="Structure fictive de la démonstration.",
        capacity=Decimal(6 + rank * 5 % 34),
        trades=tuple(trade for trade in Trade if trade in _TRADES[rank * 5 % len(_TRADES)]),
    )

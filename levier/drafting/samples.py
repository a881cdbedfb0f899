"""Invented choices, one for each instrument, by which a model put back is tried before it is accepted. Plain Python."""

from datetime import date
from decimal import Decimal
from typing import Any

from levier.bids.rules import default_grid
from levier.drafting import rules
from levier.drafting.values import (
    Ccag,
    Contact,
    ContractFacts,
    CriterionFacts,
    KitChoice,
    KitInstrument,
    LotChoice,
    Rhythm,
)
from levier.reference.published import published_catalogue

DAY = date(2026, 11, 25)
CONTRACT = ContractFacts("2026-0000", "Marché d’essai", "Acheteur d’essai", "services", 12, statutory=False)
CONTACTS = {1: Contact(1, "Territoire d’essai", "Structure", "Prénom Nom", "04 00 00 00 00", "essai@exemple.test")}
PUBLICS = [("Demandeur d’emploi", "Attestation"), ("Bénéficiaire du RSA", "Attestation")]


def sample_contexts() -> list[dict[str, Any]]:
    """What the models receive, for each instrument."""
    return [sample_context(instrument) for instrument in KitInstrument]


def sample_context(instrument: KitInstrument) -> dict[str, Any]:
    grid = default_grid()
    criterion = CriterionFacts(
        grid.points,
        "Lien d’essai.",
        tuple((one.label, one.weight, one.evidence) for one in grid.lines),
        grid.anchors,
        closed=True,
    )
    lots: tuple[LotChoice, ...] = (LotChoice(1, "Premier lot", Decimal(420), (1,)),)
    if not instrument.criterion:
        lots = (*lots, LotChoice(2, "Deuxième lot", Decimal(210), (1,)))
    choice = KitChoice(instrument, DAY, lots, Ccag.SERVICES, Rhythm.QUARTER, Decimal(50), Decimal(75), Decimal(100))
    prepared = rules.prepare(
        choice, CONTRACT, contacts=CONTACTS, criterion=criterion, publics=PUBLICS, catalogue=published_catalogue()
    )
    return prepared.context

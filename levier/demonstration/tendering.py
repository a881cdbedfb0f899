"""Two purchases of the plan further on, through the real actions: one drafted, one judged, awarded and owed as its winner promised."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from levier.accounts.values import Actor
from levier.bids import actions as bidding
from levier.bids import scoring
from levier.bids.models import Bid
from levier.bids.rules import default_grid
from levier.bids.scoring import AwardTerms, Given
from levier.demonstration.names import company_siret
from levier.drafting.actions import make_kit
from levier.drafting.values import Ccag, KitChoice, KitInstrument, LotChoice
from levier.open_data.actions import import_file
from levier.open_data.match_actions import accept_match
from levier.open_data.models import PublishedContract
from levier.planning.models import Need
from levier.planning.tender_actions import choose_condition, publish_tender
from levier.planning.values import Instrument
from levier.procurement.actions import choose_territories, screen_contract
from levier.procurement.models import Contract, Lot
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts
from levier.reference.values import Catalogue

MINIMUM = Decimal(1800)
TERRITORY = 1
LINK = (
    "Le critère porte sur l’accueil, le tutorat et la formation des personnes qui exécuteront les travaux du collège."
)
OFFERS = (
    (40, Decimal(2100), ("Un tuteur désigné par équipe, deux heures par semaine", "Un parcours vers le titre de maçon", "Un comité de suivi mensuel", "Deux embauches proposées en fin de chantier")),
    (41, None, ("Un tuteur pour tout le chantier", "Les formations obligatoires", "", "")),
)  # fmt: skip
SCORES = ((3, 3, 4, 2), (2, 1, 2, 1))


def move_on(*, mission: Actor, works: Need, services: Need, catalogue: Catalogue, now: datetime) -> None:
    """`works` and `services` have their contract file open."""
    assert works.contract is not None
    assert services.contract is not None
    consulted = now.date() - timedelta(days=75)
    _prepare(mission, works, ContractObject.WORKS, Instrument.CLAUSE_AND_CRITERION, consulted, catalogue, now)
    _prepare(mission, services, ContractObject.SERVICES, Instrument.EXECUTION_CLAUSE, consulted, catalogue, now)
    _draft(mission, services.contract, consulted, catalogue, now)
    lot = works.contract.lots.get()
    best = _judge(mission, lot, now)
    publish_tender(
        actor=mission,
        contract_id=works.contract.public_id,
        on=consulted,
        catalogue=catalogue,
        now=now - timedelta(days=70),
    )
    _award(mission, lot, best, now)


def _prepare(
    mission: Actor,
    need: Need,
    what: ContractObject,
    instrument: Instrument,
    on: date,
    catalogue: Catalogue,
    now: datetime,
) -> None:
    contract = need.contract
    assert contract is not None
    facts = ScreeningFacts(what, need.amount or Decimal(0), on, need.duration_months or 12, BuyerLevel.LOCAL)
    before = now - timedelta(days=80)
    screen_contract(
        actor=mission, contract_id=contract.public_id, facts=facts, confirmed=True, catalogue=catalogue, now=before
    )
    choose_condition(actor=mission, contract_id=contract.public_id, instrument=instrument, note="", now=before)
    choose_territories(
        actor=mission, contract_id=contract.public_id, lot_ids=[contract.lots.get().public_id], territory_numbers=[TERRITORY], now=before
    )  # fmt: skip


def _draft(mission: Actor, contract: Contract, on: date, catalogue: Catalogue, now: datetime) -> None:
    choice = KitChoice(
        KitInstrument.EXECUTION_CONDITION, on, (LotChoice(1, contract.lots.get().title, Decimal(3200), (TERRITORY,)),), Ccag.SERVICES,
        penalty_hour=Decimal(40), penalty_late_day=Decimal(75),
    )  # fmt: skip
    make_kit(
        actor=mission, contract_id=contract.public_id, choice=choice, catalogue=catalogue, now=now - timedelta(days=78)
    )


def _judge(mission: Actor, lot: Lot, now: datetime) -> Bid:
    """A grid, two bids, scores given by one person and agreed on; the best bid."""
    when = now - timedelta(days=30)
    terms = replace(default_grid(), link=LINK, minimum_hours=MINIMUM)
    bidding.save_grid(actor=mission, lot_id=lot.public_id, terms=terms, now=now - timedelta(days=79))
    grid = bidding.close_grid(actor=mission, lot_id=lot.public_id, now=now - timedelta(days=76))
    bids = [
        bidding.receive_bid(
            actor=mission, lot_id=lot.public_id, siret=company_siret(rank), name=f"Constructions d’exemple {rank}", offered_hours=hours,
            answers=dict(enumerate(said, start=1)), now=when,
        )
        for rank, hours, said in OFFERS
    ]  # fmt: skip
    assert mission.user_id is not None
    bidding.choose_panel(actor=mission, lot_id=lot.public_id, user_ids=[mission.user_id], now=when)
    given = [_given(scores) for scores in SCORES]
    for bid, told in zip(bids, given, strict=True):
        scoring.save_scores(actor=mission, bid_id=bid.public_id, given=told, submit=True, now=when)
    for bid, told in zip(bids, given, strict=True):
        scoring.agree(actor=mission, bid_id=bid.public_id, given=told, now=when)
    points = {bid.public_id: Decimal(80 - 2 * place) for place, bid in enumerate(bids)}
    bidding.note_other_points(actor=mission, lot_id=lot.public_id, points=points, now=when)
    scoring.close_agreement(actor=mission, grid_id=grid.public_id, now=when)
    return bids[0]


def _given(scores: Iterable[int]) -> dict[int, Given]:
    precise, vague = "Engagement précis et vérifiable", "Engagement général, sans moyens décrits"
    return {place: Given(score, precise if score > 2 else vague) for place, score in enumerate(scores, start=1)}


def _award(mission: Actor, lot: Lot, best: Bid, now: datetime) -> None:
    """Published as essential data, matched, and owed as promised."""
    contract, notified = lot.contract, now.date() - timedelta(days=12)
    record = {
        "id": contract.reference, "acheteur": {"id": contract.buyer.siret}, "nature": "Marché", "objet": contract.title, "codeCPV": lot.cpv,
        "procedure": "Appel d'offres ouvert", "lieuExecution": {"code": "13", "typeCode": "Code département"}, "dureeMois": 14,
        "dateNotification": notified.isoformat(), "datePublicationDonnees": (notified + timedelta(days=5)).isoformat(),
        "montant": int(lot.amount or 0), "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": best.siret}}],
        "considerationsSociales": {"considerationSociale": ["Clause sociale", "Critère social"]},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demonstration-attribution.json"
        path.write_text(json.dumps({"marches": {"marche": [record]}}), encoding="utf-8")
        import_file(path=path, now=now)
    published = PublishedContract.objects.get(buyer_siret=contract.buyer.siret, published_id=contract.reference)
    accept_match(actor=mission, published_id=published.public_id, lot_id=lot.public_id, now=now - timedelta(days=3))
    contract.refresh_from_db()
    assert contract.starts_on is not None
    assert contract.ends_on is not None
    terms = AwardTerms(TERRITORY, contract.starts_on, contract.ends_on, Decimal(40), "CCAP, article X.10")
    scoring.award(actor=mission, bid_id=best.public_id, terms=terms, now=now - timedelta(days=2))

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.bids import actions, queries, scoring
from levier.bids.models import Agreement, Bid, Grid, Promise, Score, SubCriterion
from levier.bids.refusals import BidRefusal
from levier.bids.rules import default_grid
from levier.bids.scoring import AwardTerms, Given
from levier.commitments.models import Commitment
from levier.commitments.refusals import CommitmentRefusal
from levier.foundation.objections import NotForYou, Refusal
from levier.procurement.models import Lot, LotHolder
from tests.world import NOW, World, siret

LINK = "Le critère porte sur l’accueil et la formation des personnes qui exécuteront les travaux."
TERMS = replace(default_grid(), link=LINK, minimum_hours=Decimal(420))
AWARD = AwardTerms(4, date(2026, 1, 1), date(2027, 2, 28), Decimal(35), "CCAP, article 9.3")
GOOD = {place: Given(3, f"Raison {place}") for place in (1, 2, 3, 4)}


def code(refused) -> set[str]:
    return {one.code for one in refused.value.objections}


@pytest.fixture
def lot(world: World) -> Lot:
    return world.contract()


@pytest.fixture
def grid(world: World, lot: Lot) -> Grid:
    actions.save_grid(actor=world.actors["buyer"], lot_id=lot.public_id, terms=TERMS, now=NOW)
    return actions.close_grid(actor=world.actors["buyer"], lot_id=lot.public_id, now=NOW)


def offer(world: World, lot: Lot, number: int, name: str, hours: str | None = None) -> Bid:
    return actions.receive_bid(
        actor=world.actors["mission"], lot_id=lot.public_id, siret=siret(700 + number), name=name,
        offered_hours=None if hours is None else Decimal(hours), answers={1: f"Le tuteur de {name}", 2: "", 9: "hors grille"}, now=NOW,
    )  # fmt: skip


@pytest.fixture
def judged(world: World, lot: Lot, grid: Grid) -> list[Bid]:
    """Two bids, a panel of two people, nothing scored."""
    bids = [offer(world, lot, 1, "Alpha", "490"), offer(world, lot, 2, "Beta")]
    people = [world.users["mission"].pk, world.users["buyer"].pk]
    actions.choose_panel(actor=world.actors["mission"], lot_id=lot.public_id, user_ids=people, now=NOW)
    return bids


def score(world: World, who: str, bid: Bid, given=GOOD, *, submit: bool = True) -> None:
    scoring.save_scores(actor=world.actors[who], bid_id=bid.public_id, given=given, submit=submit, now=NOW)


def all_agreed(world: World, bids: list[Bid]) -> None:
    for who in ("mission", "buyer"):
        for bid in bids:
            score(world, who, bid)
    for bid in bids:
        scoring.agree(actor=world.actors["buyer"], bid_id=bid.public_id, given=GOOD, now=NOW)
    scoring.close_agreement(actor=world.actors["buyer"], grid_id=bids[0].grid.public_id, now=NOW)


@pytest.mark.parametrize("who", ["near", "far", "company", "rival", "stranger_buyer"])
def test_others_neither_write_nor_see_a_grid(world: World, lot: Lot, grid: Grid, who: str):
    with pytest.raises(NotForYou):
        actions.save_grid(actor=world.actors[who], lot_id=lot.public_id, terms=TERMS, now=NOW)
    with pytest.raises(NotForYou):
        actions.receive_bid(
            actor=world.actors[who],
            lot_id=lot.public_id,
            siret=siret(1),
            name="X",
            offered_hours=None,
            answers={},
            now=NOW,
        )
    assert not queries.grids_visible_to(world.actors[who]).exists()
    assert not queries.bids_visible_to(world.actors[who]).exists()


def test_a_grid_is_written_again_until_it_is_closed_then_the_database_itself_refuses(world: World, lot: Lot):
    save = lambda terms: actions.save_grid(actor=world.actors["buyer"], lot_id=lot.public_id, terms=terms, now=NOW)  # noqa: E731 - a word for the lines below
    save(TERMS)
    grid = save(
        replace(TERMS, points=Decimal(12), lines=(replace(TERMS.lines[0], weight=Decimal(5)), *TERMS.lines[1:]))
    )
    assert [str(one.weight) for one in grid.lines.all()] == ["5.00", "3.00", "2.00", "2.00"]
    with pytest.raises(Refusal) as refused:
        save(replace(TERMS, points=Decimal(20)))
    assert code(refused) == {BidRefusal.WEIGHTS}
    assert grid.lines.count() == 4, "nothing half-written"
    actions.close_grid(actor=world.actors["buyer"], lot_id=lot.public_id, now=NOW)
    with pytest.raises(Refusal) as refused:
        save(TERMS)
    assert code(refused) == {BidRefusal.GRID_CLOSED}
    for planted in (
        lambda: Grid.objects.update(points=Decimal(30)),
        lambda: SubCriterion.objects.update(weight=Decimal(1)),
        lambda: SubCriterion.objects.create(grid=grid, place=9, label="Glissé", weight=1),
        lambda: Grid.objects.filter(pk=grid.pk).update(closed_at=None),
    ):
        with pytest.raises(DatabaseError, match="GRID_CLOSED"), transaction.atomic():
            planted()
    assert [one.action for one in JournalEntry.objects.order_by("id")] == ["grid.saved", "grid.saved", "grid.closed"]


def test_bids_come_on_a_closed_grid_once_a_company_with_a_true_siret(world: World, lot: Lot):
    with pytest.raises(Refusal) as refused:
        offer(world, lot, 1, "Alpha")
    assert code(refused) == {BidRefusal.GRID_OPEN}
    actions.save_grid(actor=world.actors["buyer"], lot_id=lot.public_id, terms=TERMS, now=NOW)
    actions.close_grid(actor=world.actors["buyer"], lot_id=lot.public_id, now=NOW)
    bid = offer(world, lot, 1, "Alpha", "490")
    assert bid.answers == {"1": "Le tuteur de Alpha", "2": ""}, "an answer outside the grid is left out"
    with pytest.raises(Refusal) as refused:
        offer(world, lot, 1, "Alpha bis")
    assert code(refused) == {BidRefusal.BIDDER_TWICE}
    with pytest.raises(Refusal) as refused:
        actions.receive_bid(
            actor=world.actors["mission"], lot_id=lot.public_id, siret="123", name=" ", offered_hours=Decimal(-3), answers={}, now=NOW
        )  # fmt: skip
    assert code(refused) == {BidRefusal.BIDDER_NAME, BidRefusal.BIDDER_SIRET, BidRefusal.OFFERED_HOURS}


def test_nobody_sees_anothers_scores_before_all_are_in(world: World, judged: list[Bid]):
    alpha, beta = judged
    score(world, "mission", alpha)
    score(world, "mission", beta)
    score(world, "buyer", alpha)
    score(world, "buyer", beta, {1: Given(0, "secret")}, submit=False)
    board = queries.board_of(alpha.grid)
    assert not board.complete
    assert board.waiting == ["Buyer Essai"]
    assert (board.progress(beta).submitted, board.progress(beta).asked) == (1, 2)
    assert queries.scores_together(board) == {}
    assert set(queries.own_scores(world.actors["mission"], beta)) == {
        one.line_id for one in Score.objects.filter(bid=beta, assessor__user=world.users["mission"])
    }
    assert all(
        one.assessor.user_id == world.users["mission"].pk
        for one in queries.own_scores(world.actors["mission"], beta).values()
    )
    with pytest.raises(Refusal) as refused:
        scoring.agree(actor=world.actors["mission"], bid_id=alpha.public_id, given=GOOD, now=NOW)
    assert code(refused) == {BidRefusal.NOT_ALL_SUBMITTED}
    assert "Buyer Essai" in refused.value.sentences[0]
    assert "secret" not in str([one.facts for one in JournalEntry.objects.all()]), "the journal tells no score"
    score(world, "buyer", beta)
    assert len(queries.scores_together(queries.board_of(alpha.grid))) == 8


def test_scores_handed_in_do_not_change_even_in_the_database(world: World, judged: list[Bid]):
    score(world, "mission", judged[0], {1: Given(2, "Brouillon")}, submit=False)
    with pytest.raises(Refusal) as refused:
        score(world, "mission", judged[0], {1: Given(2, "ici"), 2: Given(None, "")})
    assert code(refused) == {BidRefusal.SCORE, BidRefusal.REASON}
    assert Score.objects.get(line__place=1).reason == "Brouillon", "the draft stays as it was"
    score(world, "mission", judged[0])
    with pytest.raises(Refusal) as refused:
        score(world, "mission", judged[0])
    assert code(refused) == {BidRefusal.ALREADY_SUBMITTED}
    with pytest.raises(DatabaseError, match="ALREADY_SUBMITTED"), transaction.atomic():
        Score.objects.update(score=4)


def test_only_the_panel_scores_and_it_does_not_change_once_begun(world: World, lot: Lot, judged: list[Bid]):
    second = world.user("adjointe", "mission", world.organisation("Département d’essai"))
    with pytest.raises(NotForYou):
        scoring.save_scores(actor=second, bid_id=judged[0].public_id, given=GOOD, submit=True, now=NOW)
    score(world, "mission", judged[0], submit=False)
    with pytest.raises(Refusal) as refused:
        actions.choose_panel(actor=world.actors["mission"], lot_id=lot.public_id, user_ids=[second.user_id], now=NOW)
    assert code(refused) == {BidRefusal.SCORING_BEGUN}
    with pytest.raises(Refusal) as refused:
        offer(world, lot, 3, "Gamma")
    assert code(refused) == {BidRefusal.SCORING_BEGUN}


def test_a_company_or_a_stranger_is_never_of_the_panel(world: World, lot: Lot, grid: Grid):
    people = [world.users[who].pk for who in ("company", "near", "stranger_buyer")]
    with pytest.raises(Refusal) as refused:
        actions.choose_panel(actor=world.actors["mission"], lot_id=lot.public_id, user_ids=people, now=NOW)
    assert code(refused) == {BidRefusal.PANEL}


def test_agreed_scores_give_points_by_the_rule_then_close(world: World, judged: list[Bid]):
    for who in ("mission", "buyer"):
        for bid in judged:
            score(world, who, bid)
    worked = {1: Given(3, "a"), 2: Given(2, "b"), 3: Given(4, "c"), 4: Given(1, "d")}
    scoring.agree(actor=world.actors["buyer"], bid_id=judged[0].public_id, given=worked, now=NOW)
    with pytest.raises(Refusal) as refused:
        scoring.close_agreement(actor=world.actors["buyer"], grid_id=judged[0].grid.public_id, now=NOW)
    assert code(refused) == {BidRefusal.NOT_AGREED}
    scoring.agree(actor=world.actors["buyer"], bid_id=judged[1].public_id, given=GOOD, now=NOW)
    board = queries.board_of(judged[0].grid)
    assert queries.social_points(board, queries.agreed_scores(board)) == {
        judged[0].pk: Decimal("6.25"),
        judged[1].pk: Decimal("7.50"),
    }
    scoring.close_agreement(actor=world.actors["buyer"], grid_id=judged[0].grid.public_id, now=NOW)
    with pytest.raises(Refusal) as refused:
        scoring.agree(actor=world.actors["buyer"], bid_id=judged[0].public_id, given=GOOD, now=NOW)
    assert code(refused) == {BidRefusal.AGREED}
    with pytest.raises(DatabaseError, match="AGREED"), transaction.atomic():
        Agreement.objects.update(score=4)


def test_what_the_winner_promised_becomes_due_over_the_minimum(world: World, lot: Lot, judged: list[Bid]):
    with pytest.raises(Refusal) as refused:
        scoring.award(actor=world.actors["mission"], bid_id=judged[0].public_id, terms=AWARD, now=NOW)
    assert code(refused) == {BidRefusal.NOT_AGREED}
    all_agreed(world, judged)
    with pytest.raises(NotForYou):
        scoring.award(actor=world.actors["buyer"], bid_id=judged[0].public_id, terms=AWARD, now=NOW)
    made = scoring.award(actor=world.actors["mission"], bid_id=judged[0].public_id, terms=AWARD, now=NOW)
    assert (made.due_hours, made.instrument, made.penalty_rate) == (
        Decimal("490.00"),
        "condition_and_criterion",
        Decimal(35),
    )
    assert made.holder.name == "Alpha"
    assert LotHolder.objects.filter(lot=lot, organisation=made.holder, role="contractor").exists()
    (promise,) = Promise.objects.all()
    assert (promise.commitment_id, promise.text) == (made.pk, "Le tuteur de Alpha")
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Promise.objects.update(text="moins")
    with pytest.raises(Refusal) as refused:
        scoring.award(actor=world.actors["mission"], bid_id=judged[0].public_id, terms=AWARD, now=NOW)
    assert code(refused) == {BidRefusal.ALREADY_AWARDED}
    assert JournalEntry.objects.get(action="bid.awarded").facts == {
        "lot": 1,
        "name": "Alpha",
        "hours": "490.00",
        "minimum": "420.00",
    }


def test_an_offer_without_hours_owes_the_minimum(world: World, judged: list[Bid]):
    all_agreed(world, judged)
    made = scoring.award(actor=world.actors["mission"], bid_id=judged[1].public_id, terms=AWARD, now=NOW)
    assert made.due_hours == Decimal("420.00")


def test_a_commitment_that_is_refused_leaves_nothing_behind(world: World, lot: Lot, judged: list[Bid]):
    all_agreed(world, judged)
    with pytest.raises(Refusal) as refused:
        scoring.award(
            actor=world.actors["mission"], bid_id=judged[0].public_id, terms=replace(AWARD, territory=5), now=NOW
        )
    assert code(refused) == {CommitmentRefusal.NOT_A_TERRITORY}
    assert not Commitment.objects.exists()
    assert not Promise.objects.exists()
    assert not LotHolder.objects.filter(lot=lot, organisation__name="Alpha").exists()


def test_a_criterion_alone_without_hours_has_nothing_to_commit(world: World, lot: Lot):
    alone = replace(TERMS, minimum_hours=Decimal(0))
    actions.save_grid(actor=world.actors["mission"], lot_id=lot.public_id, terms=alone, now=NOW)
    actions.close_grid(actor=world.actors["mission"], lot_id=lot.public_id, now=NOW)
    bids = [offer(world, lot, 1, "Alpha"), offer(world, lot, 2, "Beta", "300")]
    people = [world.users["mission"].pk, world.users["buyer"].pk]
    actions.choose_panel(actor=world.actors["mission"], lot_id=lot.public_id, user_ids=people, now=NOW)
    all_agreed(world, bids)
    with pytest.raises(Refusal) as refused:
        scoring.award(actor=world.actors["mission"], bid_id=bids[0].public_id, terms=AWARD, now=NOW)
    assert code(refused) == {BidRefusal.NOTHING_DUE}
    made = scoring.award(actor=world.actors["mission"], bid_id=bids[1].public_id, terms=AWARD, now=NOW)
    assert (made.instrument, made.due_hours) == ("criterion", Decimal("300.00"))


def test_points_of_the_other_criteria_are_bounded_by_what_they_weigh(world: World, lot: Lot, judged: list[Bid]):

    def note(points: dict) -> None:
        actions.note_other_points(actor=world.actors["buyer"], lot_id=lot.public_id, points=points, now=NOW)

    with pytest.raises(Refusal) as refused:
        note({judged[0].public_id: Decimal("90.5")})
    assert code(refused) == {BidRefusal.OTHER_POINTS}
    assert "de 0 à 90" in refused.value.sentences[0].replace("\u00a0", " ")
    note({judged[0].public_id: Decimal(80), judged[1].public_id: None})
    assert connection.vendor == "postgresql"
    assert [one.other_points for one in Bid.objects.order_by("name")] == [Decimal("80.00"), None]

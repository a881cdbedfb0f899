"""From a line of the plan to its award: the file, the match of the watch, the stage, the hours owed, and what waits in À faire."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from levier.compliance.tasks import tasks_for
from levier.compliance.turns import TaskKind, Turn
from levier.foundation.objections import NotForYou, Refusal
from levier.open_data.match_actions import accept_match, open_and_match, undo_match
from levier.open_data.matching import alike_need, line_proposals, proposals
from levier.open_data.models import PublishedContract
from levier.open_data.take_up import take_up
from levier.planning.deciding import near_starts
from levier.planning.models import Need
from levier.planning.need_actions import choose_instrument, move_need, open_file
from levier.planning.stages import Stage
from levier.planning.values import Instrument
from levier.procurement.models import Contract, Screening
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.open_data.test_watch import publish, record
from tests.planning.plans import LINES, book, bring, receive
from tests.web.test_contract_pages import get, post, words
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def need(ground: World) -> Need:
    bring(ground, receive(ground, book(*LINES)))
    return Need.objects.get(reference="T-1")


def published(world: World, folder: Path, **changes: object) -> PublishedContract:
    told = {
        "id": "T-1",
        "objet": "Rénovation du collège",
        "codeCPV": "45210000",
        "montant": 5_900_000,
        "dateNotification": "2026-11-02",
    }
    publish(folder, record(world, **{**told, **changes}))
    return PublishedContract.objects.get()


def test_a_line_becomes_awarded_with_the_match_and_falls_back_with_it(ground: World, need: Need, tmp_path: Path):
    buyer = ground.actors["buyer"]
    contract = open_file(actor=buyer, public_id=need.public_id, now=NOW)
    award = published(ground, tmp_path)
    (row,) = proposals(buyer).rows
    assert row.lot.contract == contract
    both = {"published_id": award.public_id, "lot_id": row.lot.public_id, "now": NOW}
    accept_match(actor=buyer, **both)
    need.refresh_from_db()
    assert (need.stage, need.changed_by_label) == ("awarded", "Buyer Essai")
    undo_match(actor=buyer, **both)
    need.refresh_from_db()
    assert need.stage == "tender"
    accept_match(actor=buyer, **both)
    move_need(actor=buyer, public_id=need.public_id, stage=Stage.DROPPED, now=NOW)
    undo_match(actor=buyer, **both)
    need.refresh_from_db()
    assert need.stage == "dropped", "what a person dropped is not taken up again by a machine"


def test_a_contract_taken_up_or_owing_hours_awards_its_line_too(ground: World, need: Need, tmp_path: Path):
    contract = open_file(actor=ground.actors["mission"], public_id=need.public_id, now=NOW)
    assert (
        take_up(actor=ground.actors["mission"], published_id=published(ground, tmp_path).public_id, now=NOW) == contract
    )
    need.refresh_from_db()
    assert need.stage == "awarded"


def test_a_published_award_is_shown_beside_a_line_without_a_file(ground: World, need: Need, tmp_path: Path):
    award = published(ground, tmp_path)
    (alike,) = alike_need(ground.actors["buyer"], need)
    assert (alike.published, alike.match.proposed) == (award, True)
    (line,) = line_proposals(ground.actors["mission"])
    assert (line.need, line.published, line.match) == (need, award, alike.match)
    assert line_proposals(ground.actors["stranger_buyer"]) == []
    watch = words(get(ground, "buyer", "watch"))
    assert "Achats de la programmation, sans dossier" in watch
    assert reverse("need", args=[need.public_id]) in watch
    said = words(get(ground, "buyer", "need", need.public_id))
    assert "Déjà attribué ?" in said
    assert "Même référence : T-1." in said
    with pytest.raises(NotForYou):
        open_and_match(
            actor=ground.actors["stranger_buyer"], need_id=need.public_id, published_id=award.public_id, now=NOW
        )
    assert (
        post(ground, "stranger_buyer", "need", need.public_id, do="award", published=award.public_id).status_code == 404
    )
    assert post(ground, "buyer", "need", need.public_id, do="award", published=award.public_id).status_code == 303
    need.refresh_from_db()
    assert need.stage == "awarded"
    assert need.contract is not None
    assert need.contract.lots.get().published_key is not None
    assert line_proposals(ground.actors["mission"]) == []
    with pytest.raises(Refusal):
        open_and_match(actor=ground.actors["buyer"], need_id=need.public_id, published_id=award.public_id, now=NOW)


def test_nothing_is_opened_for_an_award_that_is_not_alike(ground: World, need: Need, tmp_path: Path):
    award = published(ground, tmp_path, id="AUTRE", objet="Fleurs", codeCPV="03121200", montant=100)
    assert alike_need(ground.actors["buyer"], need) == []
    before = Contract.objects.count()
    award.buyer_siret = ground.organisation("Commune d’ailleurs").siret
    award.save()
    with pytest.raises(NotForYou):
        open_and_match(actor=ground.actors["buyer"], need_id=need.public_id, published_id=award.public_id, now=NOW)
    assert Contract.objects.count() == before


def test_the_line_tells_its_whole_life_and_the_board_the_hours_owed(ground: World, need: Need, tmp_path: Path):
    buyer = ground.actors["buyer"]
    contract = open_file(actor=buyer, public_id=need.public_id, now=NOW)
    said = words(get(ground, "buyer", "need", need.public_id))
    assert "Publication à préparer" in said
    assert "la veille la rapprochera" in said
    award = published(ground, tmp_path)
    accept_match(actor=buyer, published_id=award.public_id, lot_id=contract.lots.get().public_id, now=NOW)
    ground.commitment(contract.lots.get(), due="640.00")
    said = words(get(ground, "buyer", "need", need.public_id))
    assert "Attribution publiée : Rénovation du collège" in said
    assert "640 h dues" in said
    assert "Bâti Essai doit 640 h" in said
    assert "640 h dues" in words(get(ground, "buyer", "plan"))
    assert "640 h dues" not in words(get(ground, "stranger_buyer", "plan"))


def test_starts_are_near_from_six_months_before_to_three_months_ahead():
    months, wide = near_starts(date(2026, 11, 25))
    assert (months[0], months[-1], len(months)) == ("2026-05", "2027-02", 10)
    assert wide == ["2026-Q3", "2026-Q4", "2027-Q1", "2026-H2", "2027-H1"]


def waiting(world: World, who: str) -> dict[TaskKind, object]:
    found = tasks_for(world.actors[who], today=TODAY, catalogue=published_catalogue())
    return {one.kind: one for one in found if one.kind in {TaskKind.PLAN, TaskKind.DRAFT, TaskKind.HELD}}


def test_what_the_plan_leaves_undone_is_a_task_of_its_buyer_and_the_mission(ground: World):
    upload = receive(ground, book(*LINES))
    assert waiting(ground, "buyer")[TaskKind.DRAFT].plan_id == upload.public_id
    assert waiting(ground, "stranger_buyer") == {}
    bring(ground, upload)
    (task,) = waiting(ground, "buyer").values()
    assert (task.kind, task.title, task.turn) == (TaskKind.PLAN, "1\u00a0achat à décider", Turn.BUYER)
    assert task.at_stake == Need.objects.get(reference="T-1").hours, "T1 2027 is near, T3 2027 is not"
    assert waiting(ground, "mission")[TaskKind.PLAN].turn is Turn.MISSION
    assert "1 achat à décider" in words(get(ground, "mission", "todo"))
    listed = words(get(ground, "mission", "plan", decision="1"))
    assert "Rénovation du collège" in listed
    assert "Nettoyage des vitres" not in listed
    need = Need.objects.get(reference="T-1")
    choose_instrument(
        actor=ground.actors["buyer"],
        public_id=need.public_id,
        instrument=Instrument(need.instrument),
        reason="",
        now=NOW,
    )
    assert waiting(ground, "buyer") == {}


def test_a_publication_that_the_law_holds_is_a_task_until_a_condition_is_chosen(ground: World, need: Need):
    contract = open_file(actor=ground.actors["buyer"], public_id=need.public_id, now=NOW)
    assert TaskKind.HELD not in waiting(ground, "buyer")
    Screening.objects.create(
        contract=contract, at=NOW, decided_by_label="essai", inputs={}, statutory=True, policy=True, answer={}
    )
    held = waiting(ground, "buyer")[TaskKind.HELD]
    assert (held.contract_id, held.at_stake, held.turn) == (contract.public_id, need.hours, Turn.BUYER)
    assert "La loi veut une condition ou une dispense" in words(get(ground, "buyer", "todo"))
    assert "La loi retient la publication" in words(get(ground, "buyer", "contract", contract.public_id))
    from levier.planning import tender_actions

    tender_actions.choose_condition(
        actor=ground.actors["buyer"],
        contract_id=contract.public_id,
        instrument=Instrument.EXECUTION_CLAUSE,
        note="",
        now=NOW,
    )
    assert TaskKind.HELD not in waiting(ground, "buyer")


def test_what_the_winner_promised_is_read_with_what_it_owes(ground: World):
    from levier.bids.models import Promise

    commitment = ground.commitment(ground.contract())
    Promise.objects.create(commitment=commitment, place=1, label="Tutorat", text="Un tuteur chaque jour", at=NOW)
    for who, seen in {"mission": True, "company": True, "near": True, "rival": False, "far": False}.items():
        answer = get(ground, who, "contract", commitment.lot.contract.public_id, rubrique="engagements")
        assert ("Un tuteur chaque jour" in words(answer)) == seen, who


def test_a_file_of_several_lots_may_be_split_unequally_and_adds_up(ground: World, need: Need):
    Need.objects.filter(pk=need.pk).update(lots=3, amount="1000000.01")
    assert "Part de chaque lot" in words(get(ground, "buyer", "need", need.public_id))
    wrong = post(ground, "buyer", "need", need.public_id, do="open", shares="50 ; beaucoup")
    assert wrong.status_code == 422
    assert 'value="50 ; beaucoup"' in words(wrong)
    assert post(ground, "buyer", "need", need.public_id, do="open", shares="50 ; 0 ; 20").status_code == 422
    assert post(ground, "buyer", "need", need.public_id, do="open", shares="50 % ; 30 % ; 20 %").status_code == 303
    need.refresh_from_db()
    amounts = [one.amount for one in need.contract.lots.order_by("number")]
    assert [int(one) for one in amounts] == [500000, 300000, 200000]
    assert sum(amounts) == need.amount

"""The pages of the watch: who sees them, what they say, how many queries; buttons that decide, files, refusals."""

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse

from levier.open_data.models import MatchDecision, PublishedContract
from levier.open_data.take_up import take_up
from levier.procurement.models import AmendmentNotice, Lot
from levier.reference.actions import load_published
from levier.reference.queries import catalogue
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.sizing.models import Study
from levier.sizing.sectors import usual_choice
from levier.web import clock
from tests.open_data.test_watch import change, planned, publish, record, socially
from tests.web.test_contract_pages import count_queries, get, post, words
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def figures(world: World) -> None:
    load_published(NOW)


@pytest.fixture
def proposed(world: World, tmp_path: Path) -> tuple[str, str]:
    lot = planned(world)
    publish(tmp_path, record(world))
    return PublishedContract.objects.get().public_id, lot.public_id


@pytest.fixture
def amended(world: World, tmp_path: Path) -> Lot:
    publish(tmp_path, record(world))
    take_up(actor=world.actors["mission"], published_id=PublishedContract.objects.get().public_id, now=NOW)
    lot = Lot.objects.get()
    usual = usual_choice("building")
    choice = SizingChoice(amount=Decimal(1180000), share=usual.share, rate=usual.rate, cost=usual.cost)
    keep_study(actor=world.actors["mission"], lot_id=lot.public_id, choice=choice, catalogue=catalogue(), now=NOW)
    publish(
        tmp_path, record(world, modifications=[change(1416000)], datePublicationDonnees="2026-06-20"), name="b.json"
    )
    return lot


@pytest.mark.parametrize(
    "name", ["watch", "watch-decided", "forgotten", "amendments", "forgotten-csv", "forgotten-xlsx"]
)
def test_pages_are_for_the_mission_and_buyers(world: World, name: str):
    for who, status in {"mission": 200, "buyer": 200, "stranger_buyer": 200, "near": 404, "company": 404}.items():
        assert get(world, who, name).status_code == status, who


def test_a_proposal_says_its_score_and_reasons_and_the_other_buyer_sees_none(world: World, proposed):
    said = words(get(world, "buyer", "watch"))
    assert "1 rapprochement proposé" in said
    assert "Même référence : 2026-0147." in said
    assert "35 points" in said
    assert "Aucun marché n’attend sa publication" in words(get(world, "stranger_buyer", "watch"))


def test_accept_then_undo_by_two_buttons(world: World, proposed):
    published, lot = proposed
    answer = post(world, "mission", "match-accept", published, lot=lot)
    assert answer.status_code == 303
    assert Lot.objects.get().published_key is not None
    said = words(get(world, "mission", "watch-decided"))
    assert "Rattaché" in said
    assert "repris : procédure, notification, durée" in said
    assert post(world, "mission", "match-undo", published, lot=lot).status_code == 303
    assert Lot.objects.get().published_key is None


def test_reject_is_kept_and_a_stranger_decides_nothing(world: World, proposed):
    published, lot = proposed
    for who in ("stranger_buyer", "near", "company"):
        assert post(world, who, "match-reject", published, lot=lot).status_code == 404
    assert post(world, "mission", "match-reject", published, lot="inconnu").status_code == 404
    assert not MatchDecision.objects.exists()
    assert post(world, "buyer", "match-reject", published, lot=lot).status_code == 303
    assert "Écarté" in words(get(world, "mission", "watch-decided"))


def test_a_tie_that_hours_rest_on_is_refused_in_words(world: World, proposed):
    published, lot = proposed
    post(world, "mission", "match-accept", published, lot=lot)
    world.commitment(Lot.objects.get())
    answer = post(world, "mission", "match-undo", published, lot=lot)
    assert answer.status_code == 409
    assert "Des heures sont déjà dues sur ce lot" in words(answer)


def test_the_number_of_queries_does_not_grow(world: World, tmp_path: Path):
    counted = {}
    for number in (1, 6):
        for one in range(number):
            planned(world, f"P{number}-{one}X")
            none = socially("Pas de considération sociale")
            publish(
                tmp_path,
                record(world, id=f"P{number}-{one}X", objet=f"Collège {one}", **none),
                name=f"{number}{one}.json",
            )
        for name in ("watch", "forgotten", "amendments", "watch-decided"):
            client = world.client("mission")
            counted.setdefault(name, set()).add(count_queries(lambda c=client, n=name: c.get(reverse(n))))
    assert counted == {"watch": {12}, "forgotten": {10}, "amendments": {8}, "watch-decided": {8}}


def test_forgotten_contracts_with_filters_in_the_address(world: World, tmp_path: Path):
    publish(
        tmp_path,
        record(world, id="RIEN"),
        record(world, id="AUCUNE", montant=300000, objet="=Route", **socially("Pas de considération sociale")),
    )
    said = words(get(world, "mission", "forgotten"))
    assert "2 marchés publiés sans clause" in said
    assert "1,5 M€" in said
    assert said.count("Suivre ce marché") == 2
    assert "Suivre ce marché" not in words(get(world, "buyer", "forgotten"))
    assert "AUCUNE" not in words(get(world, "mission", "forgotten", situation="rien"))
    assert "RIEN" not in words(get(world, "mission", "forgotten", q="route"))
    assert "Aucun marché ne répond" in words(get(world, "mission", "forgotten", motif="loi"))
    wrong = get(world, "mission", "forgotten", de="beaucoup", depuis="hier")
    assert wrong.status_code == 422
    assert "« hier » n’est pas une date" in words(wrong)
    assert get(world, "mission", "forgotten-csv", depuis="hier").status_code == 422


def test_the_files_hold_the_filtered_list_and_run_nothing(world: World, tmp_path: Path):
    publish(
        tmp_path, record(world, id="AUCUNE", montant=300000, objet="=1+1", **socially("Pas de considération sociale"))
    )
    text = get(world, "mission", "forgotten-csv").content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "300000,00" in text
    book = openpyxl.load_workbook(io.BytesIO(get(world, "mission", "forgotten-xlsx").content))
    heading, line = list(book.active.iter_rows(values_only=True))
    told = dict(zip(heading, line, strict=True))
    assert (told["Objet du marché"], told["Montant HT"], told["Suivi"]) == ("=1+1", 300000, "non")
    assert book.active["D2"].data_type == "s"
    empty = openpyxl.load_workbook(io.BytesIO(get(world, "mission", "forgotten-xlsx", q="rien").content))
    assert empty.active.max_row == 1


def test_followed_from_the_list(world: World, tmp_path: Path):
    publish(tmp_path, record(world, id="RIEN"))
    assert post(world, "mission", "published-follow", PublishedContract.objects.get().public_id).status_code == 303
    assert "Aucun marché oublié" in words(get(world, "mission", "forgotten"))


def test_from_the_task_to_the_new_study(world: World, amended: Lot):
    commitment = world.commitment(amended, due="1000.00")
    todo = get(world, "mission", "todo", motif="amendment")
    assert reverse("lot-amendment", args=[amended.public_id]) in todo.content.decode()
    assert "Avenant publié" in words(todo)
    page = words(get(world, "mission", "lot-amendment", amended.public_id))
    assert "la publication dit 1 416 000 €" in page
    assert "Les heures dues ne changent pas avec le montant" in page
    answer = post(
        world,
        "mission",
        "lot-amendment",
        amended.public_id,
        new_amount="1 416 000",
        signed_on="01/06/2026",
        source="Avenant 1",
    )
    assert answer.status_code == 303
    assert AmendmentNotice.objects.get().state == "recorded"
    before = Study.objects.get().hours
    page = words(get(world, "mission", "lot-amendment", amended.public_id))
    assert "appliqués à 1 416 000 €" in page
    assert post(world, "mission", "lot-amendment-study", amended.public_id).status_code == 303
    assert abs(Study.objects.order_by("-id")[0].hours - before * Decimal("1.2")) <= 1
    commitment.refresh_from_db()
    assert commitment.due_hours == Decimal(1000)
    assert "Avenant publié" not in words(get(world, "mission", "todo"))
    assert post(world, "mission", "lot-amendment-study", amended.public_id).status_code == 303
    assert Study.objects.count() == 2, "kept once"


def test_nothing_typed_is_lost_and_strangers_find_nothing(world: World, amended: Lot):
    answer = post(
        world, "mission", "lot-amendment", amended.public_id, new_amount="beaucoup", signed_on="", source="Avenant 9"
    )
    assert answer.status_code == 422
    said = words(answer)
    assert 'value="beaucoup"' in said
    assert 'value="Avenant 9"' in said
    for who in ("buyer", "stranger_buyer", "near", "company"):
        assert get(world, who, "lot-amendment", amended.public_id).status_code == 404
        assert post(world, who, "lot-amendment-study", amended.public_id).status_code == 404
    assert "Inscrire l’avenant" not in words(get(world, "buyer", "amendments"))
    assert "Aucun avenant publié" in words(get(world, "stranger_buyer", "amendments"))
    assert "1 416 000 €" in words(get(world, "buyer", "amendments"))


def test_the_contract_says_whose_turn_it_is(world: World, amended: Lot):
    said = words(get(world, "mission", "contract", amended.contract.public_id))
    assert "Un avenant publié change le montant" in said or "Examiner le marché" in said


def test_a_published_contract_shows_its_subcontracts_framework_and_corrections(world: World, tmp_path: Path):
    from levier.open_data.models import PublishedSubcontract

    publish(tmp_path, record(world, id="AC-1", nature="Accord-cadre"), record(world))
    one = PublishedContract.objects.get(published_id="2026-0147")
    one.framework_id = "AC-1"
    one.corrections = [
        {
            "field": "montant",
            "wrong": "10",
            "right": "1180000",
            "evidence": "Acte d’engagement",
            "author": "C. Serre",
            "date": "2026-11-20",
        }
    ]
    one.save()
    PublishedSubcontract.objects.create(
        contract=one, place=1, number="3", company=world.organisation("Sous Traitant", "company").siret, company_kind="SIRET",
        amount=Decimal(42000), duration_months=6,
        amendments=[{"notified_on": "2026-09-01", "published_on": "", "amount": "51000", "amount_flag": "", "duration_months": None}],
    )  # fmt: skip
    said = words(get(world, "buyer", "published-contract", one.public_id))
    for told in (
        "Sous-traitance",
        "Sous Traitant",
        "42 000 €",
        "51 000 €",
        "Accord-cadre",
        "Corrigé à la lecture",
        "C. Serre, 2026-11-20",
    ):
        assert told in said, told
    assert reverse("published-contract", args=[PublishedContract.objects.get(published_id="AC-1").public_id]) in said
    assert "Sous-traitance" not in words(
        get(world, "buyer", "published-contract", PublishedContract.objects.get(published_id="AC-1").public_id)
    )

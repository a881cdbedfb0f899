import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from levier.organisations.values import StructureKind
from levier.supply.actions import save_structure
from levier.supply.models import Structure
from levier.supply.values import StructureFacts, Trade
from levier.territories.actions import load_published
from levier.web import clock
from tests.supply.test_directory import SHELL, listed, row
from tests.web.test_contract_pages import count_queries, get, post, words
from tests.world import NOW, World, siret


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def known(world: World) -> Structure:
    load_published(NOW)
    facts = StructureFacts(
        siret(41), StructureKind.ACI, "Jardins d’essai", postcode="13090", city="Aix-en-Provence", longitude=Decimal("5.434167"),
        latitude=Decimal("43.524166"), trades=(Trade.GREEN_SPACES,), capacity=Decimal(14),
    )  # fmt: skip
    return save_structure(actor=SHELL, facts=facts, now=NOW)


@pytest.mark.parametrize("who", ["mission", "buyer", "near", "company"])
def test_everybody_signed_in_reads_the_directory(world: World, known: Structure, who: str):
    page = words(get(world, who, "structures"))
    assert "1 structure" in page
    assert "Jardins d’essai" in page
    assert 'class="spot"' in page
    assert ("Ajouter une structure" in page) == (who == "mission")
    detail = words(get(world, who, "structure", known.public_id))
    assert "14 postes d’insertion" in detail
    assert ("Historique" in detail) == (who == "mission")


def test_filters_stand_in_the_address_and_say_when_nothing_answers(world: World, known: Structure):
    assert "Jardins d’essai" in words(get(world, "buyer", "structures", type="ACI", metier="green_spaces", q="JARDINS"))
    empty = get(world, "buyer", "structures", type="ESAT")
    assert "Aucune structure ne répond" in words(empty)
    for strange in ({"territoire": "x"}, {"type": "<b>"}, {"page": "zz"}, {"q": "\0"}, {"commune": "99999"}):
        assert get(world, "buyer", "structures", **strange).status_code in {200, 404}


def test_the_list_costs_a_constant_number_of_queries(world: World, known: Structure):
    client = world.client("mission")
    client.get(reverse("structures"))
    first = count_queries(lambda: client.get(reverse("structures")))
    for number in range(50, 75):
        facts = StructureFacts(
            siret(number), StructureKind.EI, f"Structure {number}", postcode="13003", city="Marseille"
        )
        save_structure(actor=SHELL, facts=facts, now=NOW)
    assert count_queries(lambda: client.get(reverse("structures"))) == first == 10


def test_the_list_leaves_as_csv_and_as_a_workbook(world: World, known: Structure):
    sheet = get(world, "near", "structures-csv").content.decode()
    assert sheet.startswith("\ufeffSIRET;Type;Nom")
    assert f"'{siret(41)};ACI;Jardins d’essai" in sheet
    book = openpyxl.load_workbook(io.BytesIO(get(world, "near", "structures-xlsx").content))
    rows = list(book.active.values)
    assert rows[1][0] == siret(41), "a SIRET is text"
    assert rows[1][5] == 14


def test_the_mission_adds_corrects_closes_and_opens_again(world: World, known: Structure):
    sent = {"siret": siret(77), "kind": "EA", "name": "Atelier adapté", "postcode": "13200", "city": "Arles", "capacity": "22,5",
            "trades": ["textile", "industry"]}  # fmt: skip
    mission = world.client("mission")
    answer = mission.post(reverse("structure-add"), sent)
    assert answer.status_code == 303
    made = Structure.objects.get(siret=siret(77))
    assert (made.commune_id, made.capacity, made.trades) == ("13004", Decimal("22.50"), ["textile", "industry"])
    edit = reverse("structure-edit", args=[made.public_id])
    wrong = mission.post(edit, {"name": "", "city": "Arles", "capacity": "beaucoup"})
    assert wrong.status_code == 422
    assert "n’est pas un nombre" in words(wrong)
    assert 'value="Arles"' in wrong.content.decode(), "nothing typed is lost"
    assert mission.post(edit, {"name": "Autre nom", "city": "Arles", "postcode": "13200"}).status_code == 303
    refused = post(world, "mission", "structure-close", made.public_id, on="2026-11-20", reason="")
    assert refused.status_code == 422
    assert (
        post(world, "mission", "structure-close", made.public_id, on="2026-11-20", reason="Liquidation").status_code
        == 303
    )
    shown = words(get(world, "mission", "structure", made.public_id))
    assert "Liquidation" in shown
    assert "« Atelier adapté » → « Autre nom »" in shown
    assert "Autre nom" not in words(get(world, "mission", "structures"))
    assert post(world, "mission", "structure-reopen", made.public_id).status_code == 303
    assert "Autre nom" in words(get(world, "mission", "structures"))


def test_a_list_is_shown_then_brought_in(world: World, known: Structure):
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = listed(row(1), row(2, siret="12"))
    shown = post(world, "mission", "structures-import", file=SimpleUploadedFile("liste.json", content))
    assert "Ce que l’import changerait" in words(shown)
    assert Structure.objects.count() == 1
    done = post(world, "mission", "structures-import", file=SimpleUploadedFile("liste.json", content), write="1")
    assert done.status_code == 303, "sent again, it is answered as the first time and is one import"
    told = words(get(world, "mission", "structures-import"))
    assert "2 lues, 1 ajoutée, 0 modifiée, 1 refusée" in told
    assert "Ligne 2 :" in told
    assert Structure.objects.count() == 2
    assert post(world, "mission", "structures-import").status_code == 422
    wrong = post(world, "mission", "structures-import", file=SimpleUploadedFile("photo.jpg", b"\xff\xd8\x00"))
    assert wrong.status_code == 422
    assert "pas du texte" in words(wrong)


@pytest.mark.journey
@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_the_pages_have_nothing_against_them(world: World, known: Structure, visit, width: int, theme: str):
    window = visit(world.client("mission"), width=width, theme=theme)
    for address in (
        reverse("structures"), reverse("structures-import"), reverse("structure-add"), reverse("structure", args=[known.public_id]),
        reverse("structure-edit", args=[known.public_id]), reverse("structure-close", args=[known.public_id]),
    ):  # fmt: skip
        window.open(address)
        assert window.violations() == [], address
        assert window.overflow <= 0, address

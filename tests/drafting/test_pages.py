import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from levier.audit.models import JournalEntry
from levier.drafting import actions
from levier.drafting.models import Kit, ModelVersion
from levier.drafting.shipped import build, shipped_model
from levier.drafting.values import KitChoice, KitInstrument, LotChoice, Piece
from levier.files.models import StoredFile
from levier.files.queries import content_of
from levier.foundation.objections import NotForYou, Refusal
from levier.procurement.models import Lot, LotTerritory
from levier.reference.actions import load_published
from levier.reference.queries import catalogue
from levier.web import clock
from tests.reading import words
from tests.world import NOW, World

CHOICE = KitChoice(
    KitInstrument.EXECUTION_CONDITION, date(2026, 11, 25), (LotChoice(1, "Gros œuvre", Decimal(660), (4,)),)
)
TYPED = {
    "instrument": "execution_condition", "consultation_on": "2026-11-25", "ccag": "works", "rhythm": "month", "observation_days": "15",
    "lot-1": "1", "hours-1": "660", "penalty_hour": "40",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today(monkeypatch, settings, tmp_path, db) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path
    load_published(NOW)


@pytest.fixture
def lot(world: World) -> Lot:
    return world.contract()


def make(world: World, lot: Lot, who: str = "buyer", choice: KitChoice = CHOICE) -> Kit:
    return actions.make_kit(
        actor=world.actors[who], contract_id=lot.contract.public_id, choice=choice, catalogue=catalogue(), now=NOW
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("mission", 200),
        ("buyer", 200),
        ("near", 404),
        ("company", 404),
        ("rival", 404),
        ("far", 404),
        ("stranger_buyer", 404),
    ],
)
def test_the_page_is_for_those_who_write_the_tender_file(world: World, lot: Lot, who: str, status: int):
    address = reverse("contract-draft", args=[lot.contract.public_id])
    response = world.client(who).get(address)
    assert response.status_code == status
    assert world.client(who).post(address, TYPED | {"do": "see"}).status_code == status


def test_the_page_asks_the_same_number_of_questions_whatever_the_lots(world: World, lot: Lot):
    client, address = world.client("buyer"), reverse("contract-draft", args=[lot.contract.public_id])

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    client.get(address)
    before = count()
    for number in range(2, 9):
        other = Lot.objects.create(contract=lot.contract, number=number, title=f"Lot {number}")
        LotTerritory.objects.create(
            lot=other, territory=world.territory(4), origin="person", decided_by_label="e", decided_at=NOW
        )
    assert count() == before
    assert before == 19


def test_what_is_typed_stays_and_what_is_wrong_is_said_beside_it(world: World, lot: Lot):
    client, address = world.client("buyer"), reverse("contract-draft", args=[lot.contract.public_id])
    bad = TYPED | {
        "consultation_on": "31/02/2026",
        "hours-1": "beaucoup",
        "penalty_hour": "-3",
        "observation_days": "x",
        "do": "make",
    }
    response = client.post(address, bad)
    assert response.status_code == 422
    text = words(response)
    for said in (
        "n’est pas une date",
        "« beaucoup » n’est pas un nombre",
        "plus grand que zéro",
        "de 5 à 60",
        'value="beaucoup"',
    ):
        assert said in text
    assert not Kit.objects.exists()


def test_an_old_consultation_is_refused_with_the_article_and_writes_nothing(world: World, lot: Lot):
    client, address = world.client("buyer"), reverse("contract-draft", args=[lot.contract.public_id])
    response = client.post(
        address, TYPED | {"consultation_on": "2015-03-01", "instrument": "reserved_ess", "do": "make"}
    )
    assert response.status_code == 422
    assert "n’est pas en vigueur au 1er mars 2015" in words(response)
    assert not StoredFile.objects.exists()
    assert not JournalEntry.objects.exists()


@pytest.mark.slow
def test_a_kit_is_journaled_with_its_versions_and_made_twice_the_same(world: World, lot: Lot):
    kit, again = make(world, lot), make(world, lot, "mission")
    assert content_of(kit.file) == content_of(again.file), "the same choice gives the same bytes"
    assert {
        "L2112-2@2019-04-01",
        "hours.declaration_day_before@2010-01-01",
        "modèle article-ccap v0 (livré 2026-11)",
    } <= set(kit.versions)
    line = JournalEntry.objects.order_by("id")[0]
    assert (line.action, line.object_id, line.facts["versions"]) == ("kit.made", kit.public_id, kit.versions)
    assert kit.choices["lots"] == [{"number": 1, "hours": "660"}]
    for who, status in {"buyer": 200, "mission": 200, "stranger_buyer": 404, "near": 404, "company": 404}.items():
        assert world.client(who).get(reverse("kit", args=[kit.public_id])).status_code == status
    with zipfile.ZipFile(io.BytesIO(content_of(kit.file))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 7
    with pytest.raises(NotForYou):
        make(world, lot, "stranger_buyer")
    with pytest.raises(NotForYou):
        make(world, lot, "near")


@pytest.mark.slow
def test_each_piece_is_read_on_the_page_as_it_will_be(world: World, lot: Lot):
    client, address = world.client("buyer"), reverse("contract-draft", args=[lot.contract.public_id])
    text = words(client.post(address, TYPED | {"voir": "article-ccap"}))
    for said in (
        "Action d’insertion professionnelle",
        "660 h",
        "40 € par heure",
        "Facilitatrice 4",
        "Aucune pénalité pour un relevé",
    ):
        assert said in text
    assert "&lt;script" not in text


@pytest.mark.slow
def test_a_title_with_marks_of_the_template_language_is_only_text(world: World, lot: Lot):
    lot.contract.title = "Collège {{ marche.acheteur }} {% if %} <b>&amp;</b>"
    lot.contract.save()
    response = world.client("buyer").post(
        reverse("contract-draft", args=[lot.contract.public_id]), TYPED | {"voir": "mention-avis"}
    )
    assert response.status_code == 200
    assert "Collège {{ marche.acheteur }} {% if %} &lt;b&gt;&amp;amp;&lt;/b&gt;" in words(response)


@pytest.mark.slow
def test_a_model_is_put_back_used_kept_and_left(world: World, lot: Lot):
    client, put = world.client("mission"), reverse("draft-model-put", args=["mention-avis"])
    changed = build("# Mention changée\n{{ marche.objet }}")
    piece = lambda content: SimpleUploadedFile("m.docx", content)  # noqa: E731 - idem
    assert client.post(put, {"file": piece(changed), "note": "x" * 301}).status_code == 422
    assert client.post(put, {"note": "sans fichier"}).status_code == 422
    refused = client.post(put, {"file": piece(build("{{ rien }}")), "note": "ma note"})
    assert refused.status_code == 422
    assert "Champ inconnu" in words(refused)
    assert 'value="ma note"' in words(refused), "what was typed stays"
    assert not ModelVersion.objects.exists()
    assert client.post(put, {"file": piece(changed), "note": "Titre"}).status_code == 303
    assert client.post(put, {"file": piece(changed)}).status_code == 422, "the same again is not a new version"
    assert "modèle mention-avis v1 (2026-11-25)" in make(world, lot).versions
    version = ModelVersion.objects.get()
    assert client.get(reverse("draft-model-version", args=[version.public_id])).content == changed
    assert world.client("buyer").get(reverse("draft-model", args=["mention-avis"])).status_code == 200
    assert world.client("buyer").post(put, {"file": piece(changed)}).status_code == 404
    assert world.client("company").get(reverse("draft-models")).status_code == 404
    again = reverse("draft-model-again", args=["mention-avis"])
    assert client.post(again, {"version": ""}).status_code == 303
    assert [one.number for one in ModelVersion.objects.order_by("number")] == [1, 2]
    assert actions.model_content(Piece.NOTICE, actions.models_in_use()[Piece.NOTICE]) == shipped_model("mention-avis")
    with pytest.raises(Refusal):
        actions.use_again(actor=world.actors["mission"], piece=Piece.NOTICE, version_id="", now=NOW)
    with pytest.raises(NotForYou):
        actions.use_again(actor=world.actors["mission"], piece=Piece.CLAUSES, version_id=version.public_id, now=NOW)
    with pytest.raises(NotForYou):
        actions.put_model_back(
            actor=world.actors["buyer"], piece=Piece.NOTICE, content=changed, name="m", note="", now=NOW
        )
    assert client.get(reverse("draft-model", args=["inconnue"])).status_code == 404


def test_the_list_of_fields_is_on_the_page(world: World):
    text = words(world.client("mission").get(reverse("draft-models")))
    assert "{{ marche.reference }}" in text
    assert "{% for ligne in lots %}" in text

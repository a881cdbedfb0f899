"""Before the award, in a real browser: the kit of a works contract and of a services contract, a model changed in Word, and a social
criterion from its grid to the commitment. axe looks at every page on the way."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from levier.bids.models import Grid, Promise
from levier.commitments.models import Commitment
from levier.drafting.models import Kit, ModelVersion
from levier.files.queries import content_of
from levier.procurement.models import Lot
from levier.reference.actions import load_published as load_values
from levier.web import clock
from tests.browser import fill, press, see
from tests.world import NOW, World, siret, small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def world(monkeypatch, settings, tmp_path, db) -> World:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_values(NOW)
    return small_world()


def upload(visitor, address: str, name: str, kind: str, content: bytes, **fields: str):
    """A file chosen in the form: sent as the browser would."""
    return visitor.client.post(address, {"file": SimpleUploadedFile(name, content, kind), **fields})


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = " ".join([*(one.text for one in document.paragraphs), *cells])
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def kit_of(kit: Kit) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content_of(kit.file))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_kit_of_a_works_contract_and_of_a_services_contract(visit, world: World):
    works = world.contract("2026-0147")
    buyer = visit(world.client("buyer"))
    buyer.open(reverse("contract", args=[works.contract.public_id]) + "?rubrique=documents")
    buyer.page.get_by_role("link", name="Rédiger la clause").click()
    see(buyer, "Lot 1 : écrivez les heures demandées", "Article L. 2112-2")
    assert not buyer.page.get_by_role("button", name="Produire le dossier").count(), (
        "nothing is handed over while something blocks"
    )
    fill(buyer, consultation_on="2026-11-25", hours__1="660", penalty_hour="40", penalty_late_day="75")
    press(buyer, "Mettre à jour")
    see(buyer, "L’article 20.1 du CCAG-Travaux : à vérifier")
    press(buyer, "Article pour le CCAP")
    see(buyer, "Article X. Action d’insertion professionnelle", "660 h", "40 € par heure", "Facilitatrice 4")
    press(buyer, "Produire le dossier")
    see(buyer, "Le dossier est prêt", "clause-2026-0147-execution-condition-2026-11-25.zip")
    kit = Kit.objects.get()
    parts = kit_of(kit)
    assert [name[:2] for name in parts] == ["0-", "1-", "2-", "3-", "4-", "5-", "6-"]
    assert "660 h" in words_of(parts["3-article-ccap.docx"])
    assert "article L. 2112-2" in words_of(parts["1-mention-avis.docx"])
    assert "[U]" in parts["0-lisez-moi.txt"].decode()
    downloaded = buyer.client.get(reverse("kit", args=[kit.public_id]))
    assert downloaded.getvalue() == content_of(kit.file)

    # The mission changes a model in Word, badly, then well; the next kit uses it and says so.
    mission = visit(world.client("mission"))
    mission.open(reverse("draft-models"))
    mission.page.get_by_role("link", name="Mention pour l’avis").click()
    see(mission, "Modèle livré", "En service")
    put = reverse("draft-model-put", args=["mention-avis"])
    broken = changed_model(mission, "Contact : {{ marche.acheteurs }}")
    answer = upload(mission, put, "mention.docx", DOCX, broken, note="essai")
    assert answer.status_code == 422
    assert "Vouliez-vous écrire « marche.acheteur »" in answer.content.decode().replace("\u00a0", " ")
    assert not ModelVersion.objects.exists()
    sound = changed_model(mission, "Contact de l’acheteur : {{ marche.acheteur }}")
    assert upload(mission, put, "mention.docx", DOCX, sound, note="Contact ajouté").status_code == 303
    mission.open(reverse("draft-model", args=["mention-avis"]))
    see(mission, "Version 1", "Contact ajouté", "Modèle livré")

    # A services contract, reserved to inclusive structures, drafted with the changed model.
    services = services_lot(world)
    mission.open(reverse("contract-draft", args=[services.contract.public_id]))
    fill(mission, instrument="reserved_siae", consultation_on="2026-12-01", penalty_late_day="75")
    press(mission, "Mettre à jour")
    see(mission, "Article L. 2113-13", "rticle R. 2113-7")
    press(mission, "Mention pour l’avis")
    see(mission, "Marché réservé", "au moins égale à 50 %", "Contact de l’acheteur : Département d’essai")
    press(mission, "Produire le dossier")
    kit = Kit.objects.order_by("-id")[0]
    assert "modèle mention-avis v1 (2026-11-25)" in kit.versions
    assert "Contact de l’acheteur" in words_of(kit_of(kit)["1-mention-avis.docx"])
    mission.open(reverse("draft-model", args=["mention-avis"]))
    press(mission, "Reprendre")
    see(mission, "Reprise du modèle livré", "Version 2")


def changed_model(visitor, line: str) -> bytes:
    """The model in service, downloaded, with one line more."""
    document = Document(
        io.BytesIO(visitor.client.get(reverse("draft-model-shipped", args=["mention-avis"])).getvalue())
    )
    document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def services_lot(world: World) -> Lot:
    lot = world.contract("2026-0200")
    lot.contract.category, lot.contract.title = "services", "Entretien des espaces verts des collèges"
    lot.contract.save()
    lot.title = "Secteur de Salon"
    lot.save()
    return lot


def test_a_criterion_scored_by_two_people_ends_in_what_the_winner_promised(visit, world: World):
    lot = world.contract("2026-0300")
    buyer, mission = visit(world.client("buyer")), visit(world.client("mission"))

    # The grid: refused where the law refuses it, nothing typed lost; then closed.
    buyer.open(reverse("criterion", args=[lot.public_id]))
    fill(buyer, label__1="Recrutement de salariés locaux", minimum_hours="420", weight__2="2")
    press(buyer, "Enregistrer la grille")
    see(buyer, "une préférence locale est illégale", "font 9 points", "L. 2152-7")
    assert buyer.page.locator("#f-label-1").input_value() == "Recrutement de salariés locaux"
    fill(
        buyer, label__1="Accueil et tutorat", weight__2="3",
        link="Le critère porte sur l’accueil, le tutorat et la formation des personnes qui exécuteront les travaux.",
    )  # fmt: skip
    press(buyer, "Enregistrer la grille")
    see(buyer, "La grille est enregistrée")
    press(buyer, "Arrêter la grille")
    see(buyer, "Les offres au regard du critère social", "Aucune offre reçue")

    # The bidders' answer sheet, filled offline by one, typed for the other.
    empty = buyer.client.get(reverse("criterion-sheet", args=[lot.public_id])).getvalue()
    address = reverse("bids", args=[lot.public_id])
    wrong = upload(buyer, address, "autre.xlsx", XLSX, empty, do="sheet")
    assert wrong.status_code == 422
    assert "aucune case jaune" in wrong.content.decode()
    assert upload(buyer, address, "alpha.xlsx", XLSX, filled_sheet(empty), do="sheet").status_code == 303
    buyer.open(address)
    buyer.page.get_by_text("Saisir la réponse à la main").click()
    fill(buyer, name="Beta SARL", siret="123", answer__1="Un tuteur à mi-temps")
    press(buyer, "Enregistrer l’offre")
    see(buyer, "n’est pas un SIRET")
    assert buyer.page.locator("#f-answer-1").input_value() == "Un tuteur à mi-temps"
    fill(buyer, siret=siret(802))
    press(buyer, "Enregistrer l’offre")
    see(buyer, "Alpha BTP", "Beta SARL")
    for name in ("Mission Essai", "Buyer Essai"):
        buyer.page.get_by_role("checkbox", name=name).check()
    press(buyer, "Choisir ce jury")
    for bid, points in ((0, "80"), (1, "78")):
        buyer.page.get_by_label("Points des autres critères").nth(bid).fill(points)
    press(buyer, "Garder les points")

    # Two people score alone; nobody sees the other's before both are in.
    grid = Grid.objects.get(lot=lot)
    alpha, beta = grid.bids.all()
    hand_in(mission, alpha, "3", "2", "4", "1")
    hand_in(mission, beta, "3", "3", "3", "2")
    buyer.open(reverse("bids-together", args=[lot.public_id]))
    see(buyer, "Les notes ne se montrent pas encore", "On attend : Buyer Essai")
    assert "Parce que 3" not in buyer.page.content()
    hand_in(buyer, alpha, "3", "2", "4", "2")
    hand_in(buyer, beta, "4", "3", "3", "2")

    # Together: the agreed scores, the ranking and what would change it.
    agree_on(buyer, alpha, "3", "2", "4", "1")
    agree_on(buyer, beta, "4", "3", "3", "2")
    buyer.open(reverse("bids-together", args=[lot.public_id]))
    see(buyer, "Alpha BTP : 6,25", "Beta SARL : 7,75", "Le classement changerait", "Beta SARL au lieu de Alpha BTP")
    press(buyer, "Arrêter les notes communes")
    see(buyer, "Rapport d’analyse")
    report = words_of(buyer.client.get(reverse("bids-report", args=[lot.public_id])).getvalue())
    for said in (
        "Alpha BTP : 6,25 points",
        "Raison commune 4",
        "le classement changerait",
        "Buyer Essai, Mission Essai",
    ):
        assert said in report

    # The kit of the same lot carries the criterion and the answer sheet.
    mission.open(
        reverse("contract-draft", args=[lot.contract.public_id])
        + "?instrument=condition_and_criterion&consultation_on=2026-11-25&ccag=works&rhythm=quarter&observation_days=15"
        "&lot-1=1&hours-1=420&voir=article-rc"
    )
    see(mission, "10 points sur 100", "Accueil et tutorat", "Cadre de réponse au critère")

    # What the winner promised is owed.
    mission.open(reverse("bid-award", args=[alpha.public_id]))
    see(mission, "490 heures", "Un tuteur formé")
    fill(mission, penalty_rate="40", penalty_source="CCAP, article X.10")
    press(mission, "Inscrire l’engagement")
    see(mission, "Alpha BTP", "490")
    made = Commitment.objects.get()
    assert (made.due_hours, made.starts_on, made.penalty_rate) == (
        Decimal("490.00"),
        date(2026, 1, 1),
        Decimal("40.00"),
    )
    assert Promise.objects.get(commitment=made).text == "Un tuteur formé, présent chaque jour"
    for stranger in ("company", "near", "rival", "stranger_buyer"):
        assert world.client(stranger).get(address).status_code == 404


def filled_sheet(empty: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(empty))
    sheet = book["Réponse"]
    sheet["B6"], sheet["B7"], sheet["B8"], sheet["B13"] = (
        "Alpha BTP",
        siret(801),
        490,
        "Un tuteur formé, présent chaque jour",
    )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def hand_in(visitor, bid, *scores: str) -> None:
    visitor.open(reverse("bid-scores", args=[bid.public_id]))
    for place, score in enumerate(scores, start=1):
        fill(visitor, **{f"score__{place}": score, f"reason__{place}": f"Parce que {score}"})
    see(visitor, "Vous seul les voyez")
    press(visitor, "Remettre mes notes")


def agree_on(visitor, bid, *scores: str) -> None:
    visitor.open(reverse("bid-agree", args=[bid.public_id]))
    for place, score in enumerate(scores, start=1):
        fill(visitor, **{f"score__{place}": score, f"reason__{place}": f"Raison commune {score}"})
    see(visitor, "Parce que")
    press(visitor, "Garder les notes communes")

"""From the purchase plan to the commitments, in a real browser: seven hundred lines never seen before, their verdicts, a note, two kits, a
criterion scored by two, an award read in the open data and matched, and what is owed. axe looks at every page on the way."""

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from levier.bids.models import Grid, Promise
from levier.commands.decp import decp
from levier.commitments.models import Commitment
from levier.drafting.models import Kit
from levier.planning.models import Need, PlanUpload
from levier.procurement.models import Lot
from levier.reference.actions import load_published as load_values
from levier.sizing.models import Study
from levier.territories.actions import load_published as load_territories
from levier.web import clock
from tests.browser import fill, press, see
from tests.journeys.test_from_the_clause_to_the_commitment import (
    XLSX,
    agree_on,
    filled_sheet,
    hand_in,
    kit_of,
    upload,
    words_of,
)
from tests.planning.plans import seven_hundred
from tests.world import World, siret, small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CONSULTED = "2026-09-15"


@pytest.fixture
def world(monkeypatch, settings, tmp_path, db) -> World:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_values(NOW)
    load_territories(NOW)
    return small_world()


def test_from_a_plan_never_seen_to_what_is_owed(visit, world: World, tmp_path: Path, capsys):
    began = time.monotonic()
    mission, buyer = visit(world.client("mission")), visit(world.client("buyer"))
    bring_the_plan(mission)
    works = open_and_screen(mission, "Réhabilitation du collège", "clause_and_criterion")
    services = open_and_screen(mission, "Nettoyage des locaux", "execution_clause")
    size(mission, works, "labour_share.building")
    size(mission, services, "labour_share.cleaning")
    draft(mission, works, "Action d’insertion professionnelle")
    draft(mission, services, "Action d’insertion professionnelle")
    for lot in (works, services):
        publish(mission, lot)
    judge(buyer, mission, works)
    awarded(tmp_path, world, works, services)
    match(mission, works, services)
    owe(mission, works, services)
    with capsys.disabled():
        print(f"\njourney: from 700 lines to what is owed in {time.monotonic() - began:.0f} s")


def bring_the_plan(mission) -> None:
    mission.open(reverse("plan-upload"))
    see(mission, "Déposer")
    content = SimpleUploadedFile("programmation_2027.xlsx", seven_hundred(), XLSX)
    assert mission.client.post(reverse("plan-upload"), {"file": content}).status_code == 303
    found = PlanUpload.objects.get()
    mission.open(reverse("todo"))
    see(mission, "Déposé, pas encore importé", "programmation_2027.xlsx")
    mission.page.get_by_role("link", name="Reprendre : ").first.click()
    see(mission, "lignes lues", "à corriger", "Achats 2027", "Réhabilitation du collège", "Clause d’exécution")
    wrong = found.lines.filter(errors__gt=0).order_by("row").first()
    mission.page.get_by_role("link", name="Voir").first.click()
    mission.page.locator(f"#c-{wrong.row}-amount").fill("125 k€")
    press(mission, "Enregistrer cette page")
    wrong.refresh_from_db()
    assert (wrong.errors, wrong.facts["amount"], wrong.ticked) == (0, "125000.00", True)
    see(mission, "1 ligne relue, l’avis est recalculé")
    press(mission, "Voir ce qui change, puis importer")
    see(mission, "nouvelles lignes")
    press(mission, "Importer")
    assert Need.objects.count() == found.lines.filter(ticked=True).count() >= 690
    see(mission, "si les avis sont suivis", "Avis donné")
    mission.open(reverse("todo"))
    see(mission, "achats à décider", "Leur consultation approche")


def open_and_screen(mission, title: str, instrument: str) -> Lot:
    """The line's file is opened, screened, its condition chosen, its territory confirmed."""
    need = (
        Need.objects.filter(title__startswith=title, amount__gte=100_000)
        .exclude(reference="")
        .order_by("-amount", "id")
        .first()
    )
    mission.open(reverse("need", args=[need.public_id]))
    see(mission, "Pourquoi, dans l’ordre", "Articles")
    press(mission, "Ouvrir le dossier du marché")
    need.refresh_from_db()
    lot = need.contract.lots.get()
    mission.open(reverse("contract-screen", args=[need.contract.public_id]))
    fill(mission, consultation_date=CONSULTED)
    if not mission.page.locator("#f-duration_months").input_value():
        fill(mission, duration_months="24")
    mission.page.get_by_label("Je confirme ce montant").check()
    press(mission, "Répondre aux deux questions")
    mission.open(reverse("tender", args=[need.contract.public_id]))
    fill(mission, instrument=instrument)
    press(mission, "Retenir")
    mission.open(reverse("contract-locate", args=[need.contract.public_id]))
    mission.page.locator('input[name=territories][value="9"]').check()
    press(mission, "Confirmer le choix")
    return lot


def size(mission, lot: Lot, share: str) -> None:
    mission.open(reverse("lot-size", args=[lot.public_id]))
    fill(mission, share=share)
    press(mission, "Calculer")
    press(mission, "Garder ce calibrage")
    study = Study.objects.get(lot=lot)
    see(mission, "semaines")
    note = mission.client.get(reverse("study-note", args=[study.public_id])).content
    assert note.startswith(b"%PDF")


def draft(mission, lot: Lot, said: str) -> None:
    """The kit in Word: the article of the CCAP says the hours of the study, and no article out of force is cited."""
    hours = Study.objects.get(lot=lot).hours.to_integral_value()
    mission.open(reverse("contract-draft", args=[lot.contract.public_id]))
    fill(mission, consultation_on=CONSULTED, hours__1=str(hours), penalty_hour="40", penalty_late_day="75")
    press(mission, "Mettre à jour")
    press(mission, "Article pour le CCAP")
    see(mission, said, "40 € par heure")
    press(mission, "Produire le dossier")
    see(mission, "Le dossier est prêt")
    kit = Kit.objects.filter(contract=lot.contract).get()
    parts = kit_of(kit)
    article = words_of(parts["3-article-ccap.docx"])
    assert f"{hours:,.0f} h".replace(",", " ") in article
    assert "L. 2112-2" in article
    assert {name[:2] for name in parts} >= {"0-", "1-", "2-", "3-", "4-", "5-"}


def publish(mission, lot: Lot) -> None:
    mission.open(reverse("tender", args=[lot.contract.public_id]))
    fill(mission, on=CONSULTED)
    press(mission, "Enregistrer la publication")
    assert Need.objects.get(contract=lot.contract).stage == "published"


def judge(buyer, mission, lot: Lot) -> None:
    """The grid, two bids, two people who score alone and then together, and what another weight would change."""
    buyer.open(reverse("criterion", args=[lot.public_id]))
    fill(buyer, label__1="Accueil et tutorat", minimum_hours="420", weight__2="3",
         link="Le critère porte sur l’accueil, le tutorat et la formation des personnes qui exécuteront les travaux.")  # fmt: skip
    press(buyer, "Enregistrer la grille")
    press(buyer, "Arrêter la grille")
    empty = buyer.client.get(reverse("criterion-sheet", args=[lot.public_id])).getvalue()
    address = reverse("bids", args=[lot.public_id])
    assert upload(buyer, address, "alpha.xlsx", XLSX, filled_sheet(empty), do="sheet").status_code == 303
    buyer.open(address)
    buyer.page.get_by_text("Saisir la réponse à la main").click()
    fill(buyer, name="Beta SARL", siret=siret(802), answer__1="Un tuteur à mi-temps")
    press(buyer, "Enregistrer l’offre")
    for name in ("Mission Essai", "Buyer Essai"):
        buyer.page.get_by_role("checkbox", name=name).check()
    press(buyer, "Choisir ce jury")
    for bid, points in ((0, "80"), (1, "78")):
        buyer.page.get_by_label("Points des autres critères").nth(bid).fill(points)
    press(buyer, "Garder les points")
    alpha, beta = Grid.objects.get(lot=lot).bids.all()
    for who, scores in ((mission, ("3241", "3332")), (buyer, ("3242", "4332"))):
        hand_in(who, alpha, *scores[0])
        hand_in(who, beta, *scores[1])
    agree_on(buyer, alpha, *"3241")
    agree_on(buyer, beta, *"4332")
    buyer.open(reverse("bids-together", args=[lot.public_id]))
    see(buyer, "Alpha BTP : 6,25", "Beta SARL : 7,75", "Le classement changerait")
    press(buyer, "Arrêter les notes communes")


def awarded(folder: Path, world: World, *lots: Lot) -> None:
    """The essential data that the profile publishes, read from the command line."""
    records = [
        {
            "id": lot.contract.reference, "acheteur": {"id": world.organisation("Département d’essai").siret}, "nature": "Marché",
            "objet": lot.title, "codeCPV": lot.cpv, "procedure": "Appel d'offres ouvert", "lieuExecution": {"code": "13", "typeCode": "Code département"},
            "dureeMois": 24, "dateNotification": "2026-11-20", "datePublicationDonnees": "2026-11-24", "montant": float(lot.amount),
            "typeGroupementOperateurs": "Pas de groupement", "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
            "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": siret(801)}}],
        }
        for lot in lots
    ]  # fmt: skip
    path = folder / "decp.json"
    path.write_text(json.dumps({"marches": {"marche": records}}), encoding="utf-8")
    done = CliRunner().invoke(decp, ["import", str(path)], catch_exceptions=False)
    assert done.exit_code == 0, done.output


def match(mission, *lots: Lot) -> None:
    for lot in lots:
        mission.open(reverse("watch"))
        see(mission, lot.contract.reference, "Même référence")
        press(mission, f"au marché {lot.contract.reference}")
        need = Need.objects.get(contract=lot.contract)
        assert need.stage == "awarded"
        mission.open(reverse("need", args=[need.public_id]))
        see(mission, "Attribution publiée", "Engagement du titulaire à inscrire")


def owe(mission, works: Lot, services: Lot) -> None:
    """The winner's promise, over the minimum, on the works; the hours of the study on the services."""
    alpha = Grid.objects.get(lot=works).bids.get(siret=siret(801))
    mission.open(reverse("bid-award", args=[alpha.public_id]))
    fill(mission, penalty_rate="40", penalty_source="CCAP, article X.10")
    press(mission, "Inscrire l’engagement")
    see(mission, "Ce que les titulaires ont promis", "Un tuteur formé, présent chaque jour", "490")
    mission.open(reverse("lot-commit", args=[services.public_id]))
    see(mission, "Calibrage retenu")
    press(mission, "Inscrire l’engagement")
    assert Commitment.objects.get(lot=works).due_hours == Decimal(490)
    assert Promise.objects.filter(commitment__lot=works).exists()
    need = Need.objects.get(contract=works.contract)
    mission.open(reverse("need", args=[need.public_id]))
    see(mission, "490 h dues", "Ce que le titulaire a promis", "Alpha BTP doit 490 h")
    mission.open(reverse("plan") + "?etape=awarded")
    due = sum(one.due_hours for one in Commitment.objects.all())
    see(mission, "Attribué", f"{due:,.0f} h dues".replace(",", " "))

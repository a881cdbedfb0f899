"""A company declares a month by the form, by its table and by its payroll; the facilitator decides; told in a browser, on a phone and at a desk."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from levier.hours.models import LedgerEntry, Statement, StatementLine
from levier.web import clock
from tests.web.test_payroll_in_browser import payroll
from tests.world import NOW, small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def story(db, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path
    settings.CLAMD = "none"
    world = small_world()
    world.owed = world.commitment(world.contract())
    world.samira = world.placement(world.person(), world.owed)
    world.kevin = world.placement(world.person("Arnoux", "Kevin"), world.owed)
    world.address = reverse("statement", args=[world.owed.public_id, "2026-09"])
    return world


def healthy(visitor) -> None:
    visitor.page.evaluate("scrollTo(0, 0)")
    assert visitor.violations() == []
    assert visitor.overflow <= 0


@pytest.mark.parametrize("width", [360, 1440])
def test_a_company_declares_by_the_form_and_the_facilitator_accepts(visit, story, width):
    from playwright.sync_api import expect

    window = visit(story.client("company"), width=width)
    page = window.open("/declarations/")
    healthy(window)
    page = window.open(story.address)
    page.locator(f"#f-h-{story.samira.public_id}").fill("151:40")
    page.locator(f"#f-h-{story.kevin.public_id}").fill("180")
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.get_by_role("heading", name="Relire les heures")).to_be_visible()
    healthy(window)
    page.get_by_role("button", name="Envoyer").first.click()
    expect(page.get_by_text("2 lignes de septembre 2026 sont parties")).to_be_visible()

    window = visit(story.client("near"), width=width)
    page = window.open("/heures/a-valider/?mois=2026-09")
    healthy(window)
    first = page.locator("tr[data-line]").first
    expect(first).to_contain_text("Kevin Arnoux")  # the doubtful one
    expect(first).to_contain_text("plus que le contrat de travail")
    if width > 400:
        first.locator("a.row-link").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("tr[data-line].is-on")).to_contain_text("Samira Belkacem")
        page.keyboard.press("a")
    else:
        page.get_by_role("button", name="Accepter les heures de Samira Belkacem").click()
    expect(page.get_by_text("1 ligne est acceptée et comptée")).to_be_visible()
    page.get_by_role("link", name="Refuser les heures de Kevin Arnoux").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Plus d’heures que le contrat n’en prévoit").check()
    healthy(window)
    dialog.get_by_role("button", name="Refuser et renvoyer").click()
    expect(page.get_by_text("est renvoyée à l’entreprise")).to_be_visible()
    assert LedgerEntry.objects.get().hours == Decimal("151.67")
    refused = StatementLine.objects.get(placement=story.kevin)
    assert refused.reason.endswith("Envoyez le bulletin de paie du mois, ou corrigez les heures.")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_company_declares_by_its_payroll(visit, story, width):
    from playwright.sync_api import expect

    window = visit(story.client("company"), width=width)
    page = window.open(story.address)
    content = payroll(("BELKACEM", "SAMIRA"), ("ARNOUX", "KEVIN"))
    page.locator("#f-payroll").set_input_files({"name": "paie.dsn", "mimeType": "text/plain", "buffer": content})
    page.get_by_role("button", name="Reprendre ces heures").click()
    expect(page.locator("[data-found]")).to_contain_text("reprises dans le formulaire")
    healthy(window)
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    page.wait_for_load_state()
    for placement in (story.samira, story.kevin):
        assert StatementLine.objects.get(placement=placement).hours is not None
    if page.get_by_role("heading", name="Relire les heures").count():
        page.get_by_role("button", name="Envoyer").first.click()
        expect(page.get_by_text("parties chez votre facilitateur")).to_be_visible()
        assert Statement.objects.get(month=SEPTEMBER).state == "sent"


@pytest.mark.parametrize("width", [360, 1440])
def test_a_company_declares_by_its_own_table(visit, story, width):
    from playwright.sync_api import expect

    window = visit(story.client("company"), width=width)
    page = window.open("/declarations/tableaux/")
    content = "Salarié;septembre 2026;octobre 2026\nBELKACEM Samira;151,67;120\nARNOUX Kevin;98:30;\nINCONNU Paul;12;\n".encode(
        "cp1252"
    )
    page.locator("#f-file").set_input_files({"name": "heures.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Lire ce tableau").click()
    expect(page.get_by_text("4 lignes lues")).to_be_visible()
    healthy(window)
    page.get_by_role("button", name="Voir ce qui change").click()
    expect(page.get_by_text("3 nouvelles lignes")).to_be_visible()
    healthy(window)
    page.get_by_role("button", name="Remplir les relevés en brouillon").click()
    expect(page.get_by_text("Vos relevés sont remplis")).to_be_visible()
    page.get_by_role("link", name="Relire et envoyer septembre 2026").click()
    page.get_by_role("button", name="Envoyer").first.click()
    expect(page.get_by_text("2 lignes de septembre 2026 sont parties")).to_be_visible()
    assert Statement.objects.get(month=SEPTEMBER).state == "sent"
    assert Statement.objects.get(month=date(2026, 10, 1)).state == "draft"


@pytest.mark.parametrize("width", [360, 1440])
def test_a_facilitator_reads_a_piece_drawn_again(visit, story, width):
    from playwright.sync_api import expect

    from levier.demonstration.papers import timesheet
    from levier.hours.checks import TypedLine
    from levier.hours.declarations import attach_evidence

    story.sent_line(story.owed, story.samira, month=SEPTEMBER, hours="100.00")
    received = timesheet(SEPTEMBER, {"SAMIRA BELKACEM": TypedLine("100")})
    attach_evidence(
        actor=story.actors["company"], commitment_public_id=story.owed.public_id, month=SEPTEMBER, received=received, now=NOW
    )  # fmt: skip
    window = visit(story.client("near"), width=width)
    page = window.open("/heures/a-valider/?mois=2026-09")
    page.locator(".ev-body a.file").first.click()
    expect(page.get_by_text("la pièce n’a pas été analysée")).to_be_visible()
    images = page.locator("img.piece-page")
    expect(images.first).to_be_visible()
    for image in images.all():  # a predicate given as text would be evaluated in the page, which its policy forbids
        expect(image).not_to_have_js_property("naturalWidth", 0)
    healthy(window)

"""Declaring in a browser: saved as typed, two windows on one statement, no network, a closed laptop, the keyboard alone."""

from datetime import date

import pytest
from django.urls import reverse

from levier.hours.models import Statement, StatementLine
from tests.world import small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def declared(db):
    world = small_world()
    world.owed = world.commitment(world.contract())
    world.placed = [
        world.placement(world.person(*name), world.owed) for name in (("Belkacem", "Samira"), ("Arnoux", "Kevin"))
    ]
    world.sent_line(world.owed, world.placed[0], month=date(2026, 8, 1), hours="140.00")
    return world, reverse("statement", args=[world.owed.public_id, "2026-09"])


def field(page, placement):
    return page.locator(f"#f-h-{placement.public_id}")


def hours_of(placement) -> str:
    line = StatementLine.objects.filter(placement=placement, statement__month=date(2026, 9, 1)).first()
    return str(line.hours) if line and line.hours is not None else ""


def test_what_is_typed_is_saved_without_a_button(visit, declared):
    from playwright.sync_api import expect

    world, address = declared
    page = visit(world.client("company")).open(address)
    field(page, world.placed[0]).fill("120,5")
    expect(page.locator("[data-kept]")).to_contain_text("Enregistré à")
    assert hours_of(world.placed[0]) == "120.50"
    field(page, world.placed[0]).fill("quinze")
    lines = StatementLine.objects.filter(placement=world.placed[0], statement__month=date(2026, 9, 1))
    for _ in range(300):
        if lines.get().typed == "quinze":
            break
        page.wait_for_timeout(100)
    assert lines.get().typed == "quinze"


def test_of_two_windows_the_second_is_told_and_loses_nothing(visit, declared):
    from playwright.sync_api import expect

    world, address = declared
    one = visit(world.client("company"), script=False).open(address)
    two = visit(world.client("company"), script=False).open(address)
    field(one, world.placed[0]).fill("100")
    one.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(one.get_by_text("Brouillon enregistré.")).to_be_visible()
    field(two, world.placed[0]).fill("90")
    field(two, world.placed[1]).fill("80")
    two.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(two.get_by_text("Ce relevé a été enregistré entre-temps").first).to_be_visible()
    expect(field(two, world.placed[0])).to_have_value("90")
    expect(two.get_by_text("Enregistré : 100,00")).to_be_visible()
    assert (hours_of(world.placed[0]), hours_of(world.placed[1])) == ("100.00", "")
    two.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(two.get_by_text("Brouillon enregistré.")).to_be_visible()
    assert (hours_of(world.placed[0]), hours_of(world.placed[1])) == ("90.00", "80.00")


def test_a_lost_network_and_a_closed_laptop_lose_nothing(visit, declared):
    from playwright.sync_api import expect

    world, address = declared
    visitor = visit(world.client("company"))
    page = visitor.open(address)
    page.context.set_offline(True)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
    field(page, world.placed[0]).fill("77,25")
    expect(page.locator("[data-kept]")).to_contain_text("Pas de réseau")
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.locator("[data-kept]")).to_contain_text("rien n’est parti")
    assert not Statement.objects.filter(month=date(2026, 9, 1)).exists()
    page.context.set_offline(False)
    page = visitor.open(address)  # the laptop was closed; the page is opened again
    expect(field(page, world.placed[0])).to_have_value("77,25")
    expect(page.locator("[data-kept]")).to_contain_text("Enregistré à")
    assert hours_of(world.placed[0]) == "77.25"


def test_the_keyboard_alone_declares_a_month(visit, declared):
    from playwright.sync_api import expect

    world, address = declared
    page = visit(world.client("company")).open(address)
    field(page, world.placed[0]).focus()
    page.keyboard.type("140")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == f"f-h-{world.placed[1].public_id}":
            break
    page.keyboard.type("98:30")
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("Brouillon enregistré.").or_(page.get_by_role("heading", name="Relire les heures"))
    ).to_be_visible()
    page.get_by_role("button", name="Relire avant d’envoyer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Relire les heures")).to_be_visible()
    page.get_by_role("button", name="Envoyer").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("sont parties chez votre facilitateur")).to_be_visible()
    assert Statement.objects.get(month=date(2026, 9, 1)).state == "sent"

"""The shell in a real browser: nothing wrong for axe, no overflow, keyboard, themes, and life without JavaScript."""

import pytest

from tests.world import small_world

pytestmark = pytest.mark.journey

PUBLIC = ["/composants/", "/connexion/", "/apparence/", "/accessibilite/", "/donnees-personnelles/", "/mentions/",
          "/outils/", "/outils/sizing.lots/", "/outils/sizing.labour_share/?amount=x", "/nulle-part/"]  # fmt: skip


@pytest.fixture
def company(db):
    from django.test import Client

    world = small_world()
    client = Client()
    client.force_login(world.users["company"])
    return client


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_axe_finds_nothing_and_nothing_overflows(visit, company, width, theme):
    for client, pages in ((None, PUBLIC), (company, ["/composants/", "/compte/"])):
        visitor = visit(client, width=width, theme=theme)
        for address in pages:
            visitor.open(address)
            assert visitor.overflow <= 0, address
            assert visitor.violations() == [], address


def test_axe_would_find_a_planted_fault(visit):
    visitor = visit()
    page = visitor.open("/mentions/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/levier/favicon.svg\">')"
    )
    assert any(fault.startswith("image-alt") for fault in visitor.violations())


def test_the_policy_refuses_a_planted_inline_style(visit):
    visitor = visit()
    page = visitor.open("/mentions/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=\"planted\" style=\"color:red\">x</p>')"
    )
    assert any("style-src" in fault for fault in visitor.wrong)
    visitor.wrong.clear()


def test_the_theme_changes_at_once_and_the_server_remembers(visit):
    page = visit(theme="light").open("/mentions/")
    background = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(background)
    page.get_by_role("link", name="Changer de thème").click()
    assert page.evaluate(background) != before
    assert "theme=dark" in page.evaluate("document.cookie")


def test_the_account_menu_opens_and_closes_with_the_keyboard(visit, company):
    page = visit(company).open("/compte/")
    page.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Se déconnecter").first.is_visible()
    page.keyboard.press("Escape")
    assert page.locator("details.menu").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visit):
    page = visit().open("/outils/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_places_are_folded_on_a_phone_and_open_without_script(visit):
    folded = visit(width=360).open("/outils/")
    assert not folded.locator("#nav").is_visible()
    folded.get_by_role("button", name="Menu").click()
    assert folded.locator("#nav").is_visible()
    assert visit(width=360, script=False).open("/outils/").locator("#nav").is_visible()


def test_a_calculator_works_without_script_lines_included(visit):
    page = visit(script=False).open("/outils/sizing.lots/")
    page.get_by_role("button", name="Ajouter une ligne").click()
    assert page.locator("fieldset").count() == 4
    page.locator("#f-lots-3-amount").fill("60 000")
    page.locator("#f-lots-3-labour_share").fill("50 %")
    page.locator("#f-lots-3-insertion_rate").fill("5 %")
    page.locator("#f-lots-3-hourly_cost").fill("30")
    page.get_by_role("button", name="Calculer").click()
    assert page.locator(".answer-n").inner_text() == "1\u202f360\u00a0h"


def test_letters_do_nothing_once_switched_off(visit, company):
    visitor = visit(company)
    page = visitor.open("/composants/")
    where = "[...document.querySelectorAll('[data-line]')].findIndex(line => line.classList.contains('is-on'))"
    page.keyboard.press("j")
    assert page.evaluate(where) == 1
    company.post("/compte/clavier/", {"on": "0"})
    visitor.open("/composants/")
    page.keyboard.press("j")
    assert page.evaluate(where) == 0

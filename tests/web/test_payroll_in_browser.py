"""The DSN beside the declaration form: read in the browser, matched by name, taken over, and nothing sent but the form."""

from datetime import date

import pytest
from django.urls import reverse

from levier.demonstration.payroll import dsn as rubrics
from levier.hours.models import StatementLine
from tests.world import small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
MONTH = date(2026, 9, 1)


def payroll(*names: tuple[str, str]) -> bytes:
    """A fictitious declaration of that month whose first people bear those names."""
    _, lines = rubrics(employees=8, seed=4, month=MONTH, version="P24V01")
    wanted = iter(names)
    out, named = [], {}
    for line in lines:
        if line.startswith("S21.G00.30.001"):
            named = dict(zip(("S21.G00.30.002", "S21.G00.30.004"), next(wanted, ()), strict=False))
        code = line[:14]
        out.append(f"{code},'{named[code]}'" if code in named else line)
    return "\r\n".join(out).encode()


@pytest.fixture
def declared(db):
    world = small_world()
    commitment = world.commitment(world.contract())
    for last, first in (("Bélkacem", "Samira"), ("Arnoux", "Kevin"), ("Vial", "Hugo")):
        world.placement(world.person(last, first), commitment)
    return world, reverse("statement", args=[commitment.public_id, "2026-09"])


def give(page, content: bytes) -> None:
    page.locator("#f-payroll").set_input_files({"name": "paie.dsn", "mimeType": "text/plain", "buffer": content})


@pytest.mark.parametrize("width", [360, 1440])
def test_hours_are_taken_from_the_payroll_and_nothing_else_leaves(visit, declared, width):
    from playwright.sync_api import expect

    world, address = declared
    visitor = visit(world.client("company"), width=width)
    page = visitor.open(address)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/static/" not in request.url else None)
    give(page, payroll(("BELKACEM", "SAMIRA LOUISE"), ("ARNOUX", "KEVIN"), ("ARNOUX", "KEVIN")))
    found = page.locator("[data-found]")
    expect(found.get_by_text("Plusieurs personnes portent ce nom")).to_be_visible()
    expect(found.get_by_text("Absent de ce fichier")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")  # the bar that sends floats over the line it passes
    assert visitor.overflow <= 0
    assert visitor.violations() == []
    assert sent == []
    page.get_by_role("button", name="Reprendre ces heures").click()
    expect(found.get_by_text("Heures de 1 personne reprises")).to_be_visible()
    values = {
        row.get_attribute("data-person"): row.locator("input[name^='h-']").input_value()
        for row in page.locator("tr[data-person]").all()
    }
    assert [value != "" for value in values.values()].count(True) == 1
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    kept = StatementLine.objects.exclude(hours=None).get()
    assert f"{kept.hours:.2f}".replace(".", ",") == next(value for value in values.values() if value)


def test_a_bad_file_and_another_month_are_said_beside_the_box(visit, declared):
    from playwright.sync_api import expect

    world, address = declared
    page = visit(world.client("company")).open(address)
    give(page, b"Nom;Heures\nA;12\n")
    expect(page.locator("[data-found]")).to_contain_text("n’est pas une DSN")
    _, lines = rubrics(employees=1, seed=1, month=date(2026, 3, 1), version="P24V01")
    give(page, "\r\n".join(lines).encode())
    expect(page.locator("[data-found]")).to_contain_text("ne dit rien de ce mois")


def test_hours_of_a_contract_are_split_under_their_ceiling(visit, declared):
    """Only a part was worked on this contract: it is written; the payslip stays beside as the ceiling; more than paid is refused."""
    from playwright.sync_api import expect

    world, address = declared
    page = visit(world.client("company")).open(address)
    give(page, payroll(("BELKACEM", "SAMIRA")))
    found = page.locator("[data-found]")
    expect(found).to_contain_text("paie d’une autre entreprise")
    part = found.locator("[data-part]").first
    whole = part.input_value()
    part.fill("999")
    page.get_by_role("button", name="Reprendre ces heures").click()
    expect(found).to_contain_text("Rien n’est repris")
    expect(found).to_contain_text(f"La paie n’a que {whole}")
    part.fill("40:30")
    page.get_by_role("button", name="Reprendre ces heures").click()
    row = page.locator("tr[data-person='Samira Bélkacem']")
    expect(row.locator("input[name^='h-']")).to_have_value("40,50")
    expect(row.locator("input[name^='w-']")).to_have_value(whole)
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    kept = StatementLine.objects.exclude(hours=None).get()
    assert (f"{kept.hours}", f"{kept.worked_hours}".replace(".", ",")) == ("40.50", whole)

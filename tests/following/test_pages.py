"""Pages of following: the Monday list, one commitment, À faire. Status, words, exact queries, exports, what was typed kept."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest

from levier.following.models import HandledLine, Standing
from levier.hours.actions import accept_line
from levier.procurement.models import Contract
from levier.web import clock
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def owed(world: World):
    return world.commitment(world.contract())


def text(world: World, name: str, address: str = "/suivi/") -> str:
    page = world.client(name).get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def test_the_list_says_what_is_lost_why_and_whose_turn_it_is(world, owed):
    shown = text(world, "mission")
    for word in (
        "Orage",
        "vont manquer si rien ne change",
        "Personne à trouver",
        "Entreprise",
        "2026-0147",
        "Reporter, confier",
    ):
        assert word in shown, word
    assert "Reporter, confier" not in text(world, "buyer"), "a buyer reads, and decides elsewhere"
    assert "2026-0147" not in text(world, "far")
    assert (
        world.client("company").get("/suivi/").status_code == 404
        or world.client("company").get("/suivi/").status_code == 403
    )


def test_nothing_to_do_is_said(world):
    assert "Rien à faire" in text(world, "near")


@pytest.mark.parametrize(
    ("query", "there"),
    [("territoire=4", True), ("territoire=5", False), ("meteo=orage", True), ("meteo=storm", True), ("meteo=sun", False), ("tour=company", True),
     ("tour=mission", False), ("a=moi", False), ("reportes=1", False), ("territoire=%00", True), ("page=99", True)],
)  # fmt: skip
def test_filters_are_in_the_address(world, owed, query, there):
    assert ("2026-0147" in text(world, "mission", f"/suivi/?{query}")) is there


def test_it_leaves_as_a_spreadsheet(world, owed):
    lines = text(world, "mission", "/suivi/export.csv").splitlines()
    assert len(lines) == 2
    assert "Réhabilitation du collège" in lines[1]
    content = world.client("near").get("/suivi/export.xlsx").getvalue()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]][2:4] == ["Orage", "2026-0147"]
    assert len(text(world, "far", "/suivi/export.csv").splitlines()) == 1


def test_a_line_is_put_off_from_its_page_and_what_was_typed_stays(world, owed):
    address = f"/suivi/{owed.public_id}/"
    assert "Attendues ou dues à ce jour" in text(world, "near", address)
    assert world.client("far").get(address).status_code == 404
    client = world.client("near")
    wrong = client.post(address, {"until": "2030-01-01", "reason": "Chantier arrêté", "assignee": ""})
    assert wrong.status_code == 422
    assert "Chantier arrêté" in wrong.content.decode()
    done = client.post(
        address, {"until": (TODAY + timedelta(days=8)).isoformat(), "reason": "Chantier arrêté", "assignee": ""}
    )
    assert done.status_code == 303
    assert HandledLine.objects.get().reason == "Chantier arrêté"
    assert "Rien à faire" in text(world, "near")
    assert "Chantier arrêté" in text(world, "mission", address)
    assert world.client("buyer").post(address, {"until": "2026-12-01", "reason": "x"}).status_code == 404


def test_an_invoice_is_entered_once_and_every_page_says_the_share(world, owed):
    address, typed = (
        f"/marches/engagements/{owed.public_id}/pieces/",
        {"kind": "invoice", "reference": "F-1", "on": "2026-11-01"},
    )
    for name in ("near", "stranger_buyer", "company"):
        assert world.client(name).post(address, typed | {"amount": "1"}).status_code in {403, 404}, name
    wrong = world.client("buyer").post(address, typed | {"amount": "beaucoup"})
    assert wrong.status_code == 422
    assert "beaucoup" in wrong.content.decode()
    assert world.client("buyer").post(address, typed | {"amount": "120 000"}).status_code == 303
    assert "Entrer une facture" in text(world, "mission", f"/suivi/{owed.public_id}/")
    for page in (f"/suivi/{owed.public_id}/", f"/marches/engagements/{owed.public_id}/heures-dues/"):
        for name in ("mission", "buyer", "near"):
            shown = text(world, name, page).replace("\u202f", " ").replace("\u00a0", " ")
            assert "120 000 €" in shown, (page, name)
            assert "dans la même part" in shown, (page, name)
    assert "selon le montant facturé" in text(world, "mission", f"/marches/{owed.lot.contract.public_id}/").lower()


def test_the_two_figures_are_told_apart_on_both_pages_and_one_rule_says_late(world, owed):
    """100 h accepted of 1,000; a tenth invoiced. By the days the commitment is far behind, by the invoices it is not."""
    line = world.sent_line(owed, world.placement(world.person(), owed), hours="100.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    follow, due = f"/suivi/{owed.public_id}/", f"/marches/engagements/{owed.public_id}/heures-dues/"
    assert "En retard" in text(world, "mission", due)
    contract = f"/marches/{owed.lot.contract.public_id}/"
    invoice = {"kind": "invoice", "reference": "F-1", "on": "2026-11-01", "amount": "120 000"}
    world.client("buyer").post(f"/marches/engagements/{owed.public_id}/pieces/", invoice)
    for page, link in ((follow, due), (due, follow)):
        shown = text(world, "mission", page).replace("\u202f", " ").replace("\u00a0", " ").replace("&nbsp;", " ")
        assert "Attendues à ce jour" in shown, page
        assert "<strong>100,00 h</strong>" in shown, page
        assert "les heures attendues suivent le montant facturé" in shown, page
        assert link in shown, page
        assert "En retard" not in shown, page
    assert "heures attendues à ce jour" not in text(world, "mission", contract).lower()
    assert "pas encore déclarées" not in text(world, "mission", follow)
    assert follow not in text(world, "company", due), "a company reads the figure, not the page of the following"


def test_the_contract_shows_what_is_expected_beside_what_is_accepted(world, owed):
    shown = text(world, "company", f"/marches/{owed.lot.contract.public_id}/")
    assert "devraient être faites" in shown
    assert "Heures attendues et acceptées, cumulées par mois" in shown


@pytest.mark.parametrize("number", [1, 15])
def test_pages_ask_a_constant_number_of_queries(world, number, django_assert_num_queries):
    for rank in range(number):
        owed = world.commitment(world.contract(f"2026-{rank:04d}"))
        world.sent_line(owed, world.placement(world.person(first=f"P{rank}"), owed))
    client = world.client("mission")
    for address, queries in (("/suivi/", 10), ("/a-faire/", 15)):
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).content.decode().count("Réhabilitation du collège") >= number


def test_steps_of_commitments_and_of_lots_are_one_list_page_by_page(world):
    for rank in range(30):
        world.commitment(world.contract(f"2026-C{rank:03d}"))
    for rank in range(25):
        world.contract(f"2026-L{rank:03d}")
    seen: list[str] = []
    for page in (1, 2):
        shown = text(world, "mission", f"/a-faire/?page={page}")
        seen += [
            one
            for one in Contract.objects.values_list("reference", flat=True)
            if f">{one}<" in shown or f"{one} ·" in shown or f">{one}" in shown
        ]
    assert len(seen) == len(set(seen)) == 55
    assert '<span class="count">55</span>' in text(world, "mission", "/a-faire/")
    assert "2026-L000" not in text(world, "near", "/a-faire/")


def test_a_person_at_work_without_a_window_is_the_facilitators_turn(world, owed):
    """Nobody's name is in the alert, nor why the person was eligible."""
    person = world.person("CANARI-NOM")
    world.decision(person, until=date(2026, 11, 20))
    world.placement(person, owed)
    for name in ("mission", "buyer", "near"):
        shown = text(world, name, f"/suivi/{owed.public_id}/")
        assert "sans justificatif en cours de validité" in shown, name
        assert "CANARI" not in shown


def test_the_figures_of_a_line_are_those_of_the_commitment(world, owed):
    text(world, "mission")
    line = Standing.objects.get()
    assert (line.declared, line.act, line.stepped) == (Decimal(0), "find_people", True)
    assert line.lost <= owed.due_hours

"""Open data out, sizing by every method, the note's page and the labour shares, as a browser and axe see them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from levier.reference.published import published_catalogue
from levier.sizing.actions import keep_study
from levier.sizing.annotating import annotate_share
from levier.sizing.calculation import SizingChoice
from levier.web import clock
from tests.world import NOW, World

pytestmark = pytest.mark.journey


@pytest.fixture
def addresses(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    lot = world.contract()
    world.commitment(lot)
    mission = world.actors["mission"]
    studies = [
        keep_study(
            actor=mission, lot_id=lot.public_id, catalogue=published_catalogue(), now=NOW,
            choice=SizingChoice(Decimal(amount), "labour_share.masonry", "insertion_rate.general", "hourly_cost.works"),
        )
        for amount in (1200000, 1300000)
    ]  # fmt: skip
    annotate_share(
        actor=world.actors["near"], key="labour_share.masonry", text="Plutôt 45 %", proposed=Decimal("0.45"),
        catalogue=published_catalogue(), now=NOW,
    )  # fmt: skip
    methods = reverse("lot-methods", args=[lot.public_id])
    return [
        reverse("essential-data"),
        reverse("essential-data") + "?etat=pretes",
        reverse("lot-record", args=[lot.public_id]),
        reverse("lot-size", args=[lot.public_id]),
        methods,
        methods + "?methode=worked_share&insertion_rate=5&orders-0-worked_hours=1200",
        methods + "?methode=cleaning&turnover=abc",
        reverse("study", args=[studies[0].public_id]),
        reverse("study-compare", args=[studies[0].public_id]),
        reverse("labour-shares"),
        reverse("labour-share-annotate", args=["masonry"]),
    ]


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(visit, world: World, addresses: list[str], width: int, theme: str):
    visitor = visit(world.client("mission"), width=width, theme=theme)
    for address in addresses:
        visitor.open(address)
        assert visitor.overflow <= 0, address
        assert visitor.violations() == [], address


def test_a_record_is_completed_and_sent_without_javascript(visit, world: World, addresses: list[str]):
    page = visit(world.client("buyer"), script=False).open(addresses[2])
    for name in ("techniques", "modalitesExecution"):
        page.check(f"input[name={name}][value='Sans objet']")
    page.check("input[name=typesPrix][value='Définitif révisable']")
    page.check("input[name=considerationsEnvironnementales][value='Clause environnementale']")
    for name in ("marcheInnovant", "attributionAvance", "sousTraitanceDeclaree"):
        page.select_option(f"select[name={name}]", "non")
    for name, value in (("ccag", "Travaux"), ("procedure", "Procédure adaptée"), ("formePrix", "Mixte")):
        page.select_option(f"select[name={name}]", value)
    page.fill("input[name=offresRecues]", "4")
    page.click("text=Enregistrer")
    assert "1 fiche prête" in page.inner_text("main").replace("\u00a0", " ")
    assert page.get_attribute("a.btn-primary", "href").startswith(reverse("essential-data-json"))

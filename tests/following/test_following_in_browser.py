"""The mission's Monday and the facilitator's, in a browser: the list, the act, the line gone; axe finds nothing."""

import pytest

from levier.web import clock
from tests.browser import Visitor
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.journey


@pytest.fixture
def waiting(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    alone = world.commitment(world.contract("2026-0100"))
    small = world.commitment(world.contract("2026-0200"), due="100.00")
    line = world.sent_line(small, world.placement(world.person(), small), month=TODAY.replace(month=10, day=1))
    return alone, small, line


def seen(visitor: Visitor) -> str:
    visitor.page.wait_for_load_state()
    assert visitor.overflow <= 0
    assert visitor.violations() == []
    return visitor.page.inner_text("main")


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_the_missions_monday(visit, world: World, waiting, width: int, theme: str):
    visitor = visit(world.client("mission"), width=width, theme=theme)
    page = visitor.open("/suivi/")
    assert "Orage" in seen(visitor)
    page.get_by_role("link", name="Reporter, confier : 2026-0100").click()
    assert "Décisions sur cette ligne" in seen(visitor)
    page.get_by_label("Confier à").select_option(label="Near Essai")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert "Écrivez le motif" in seen(visitor)
    assert page.get_by_label("Confier à").input_value() == world.users["near"].public_id, "what was chosen stays"
    page.get_by_label("Reporter jusqu’au").fill("2026-12-02")
    page.get_by_label("Motif").fill("Réunion avec l’entreprise le 2 décembre")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    told = seen(visitor)
    assert "reportée au 2 décembre 2026 et confiée à Near Essai" in told.replace("\u00a0", " ")
    assert "2026-0100" not in told.partition("La liste du lundi")[2]
    visitor.open("/suivi/?reportes=1")
    assert "Confiée à Near Essai" in seen(visitor)


def test_the_facilitators_monday(visit, world: World, waiting):
    visitor = visit(world.client("near"))
    page = visitor.open("/suivi/?tour=facilitator")
    assert "2026-0200" in seen(visitor)
    page.get_by_role("link", name="Accepter ou refuser : 2026-0200").click()
    seen(visitor)
    page.get_by_role("button", name="Accepter les heures de").first.click()
    page.get_by_text("acceptée et comptée").first.wait_for()
    page = visitor.open("/suivi/?tour=facilitator")
    assert "2026-0200" not in page.inner_text("main")


@pytest.mark.parametrize("width", [360, 1440])
def test_the_calendar(visit, world: World, waiting, width: int):
    visitor = visit(world.client("company"), width=width)
    page = visitor.open("/calendrier/")
    assert "2026-0200" in seen(visitor)
    page.get_by_role("button", name="Créer l’adresse").click()
    assert "/agenda/" in seen(visitor)
    page.get_by_role("button", name="Retirer l’adresse").click()
    page.get_by_text("ne répond plus").first.wait_for()
    visitor.open("/calendrier/")
    seen(visitor)
    mission = visit(world.client("mission"), width=width)
    page = mission.open("/calendrier/")
    page.get_by_role("link", name="Changer le calendrier de Département d’essai").click()
    seen(mission)
    page.get_by_role("button", name="Enregistrer ce calendrier").click()
    assert "Dites où ce calendrier est écrit" in seen(mission)
    page.get_by_label("Où ce calendrier est écrit").fill("CCAP, article 1.4")
    page.get_by_role("button", name="Enregistrer ce calendrier").click()
    assert "Chaque trimestre" in seen(mission)

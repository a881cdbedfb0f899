"""A company comes in without friction, in a real browser on a phone and on a desk: invited from the award, it keeps its contacts,
chooses its way, and declares by a one-time link without a password. axe looks at every page on the way."""

import os
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from levier.accounts.models import Membership
from levier.hours.models import Statement
from levier.onboarding.models import ActionPlan
from levier.organisations.values import StructureKind
from levier.reference.actions import load_published
from levier.supply.models import Structure
from levier.web import clock, gate
from tests.browser import press
from tests.world import NOW, links_sent_to, siret, small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
PASSWORD = "quatre mots sans lien"
SHOTS = os.environ.get("LEVIER_SHOTS", "")


def shot(visitor, name: str) -> None:
    """A picture of the page, where a folder is named for them."""
    if SHOTS:
        width = visitor.page.viewport_size["width"]
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def see(visitor, name: str, *words: str) -> None:
    """The page says these words; what axe has against it, or a page too wide, is told at the end with all the rest."""
    shown = " ".join(visitor.page.locator("body").inner_text().replace("\u00a0", " ").replace("\u202f", " ").split())
    shot(visitor, name)
    for word in words:
        assert word in shown, f"« {word} » is not in: {shown[:3000]}"
    visitor.wrong.extend(f"{name}: {found}" for found in visitor.violations())
    if visitor.overflow > 0:
        visitor.wrong.append(f"{name}: {visitor.overflow} pixels wider than the window")


def fill(visitor, **fields: str) -> None:
    for name, value in fields.items():
        box = visitor.page.locator(f"#f-{name}")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)


def structure(kind: StructureKind, name: str, number: int, **more) -> None:
    Structure.objects.create(
        siret=siret(number), kind=kind.value, name=name, city="Aix-en-Provence", departement="13", source="person", searched=name,
        created_at=NOW, changed_at=NOW, changed_by_label="essai", **more,
    )  # fmt: skip


@pytest.fixture
def at(monkeypatch):
    def move(now):
        monkeypatch.setattr(clock, "now", lambda: now)
        monkeypatch.setattr(gate.timezone, "now", lambda: now)
        return now

    return move


@pytest.mark.parametrize("width", [360, 1440])
def test_from_the_invitation_to_hours_sent_without_a_password(visit, at, width, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    at(NOW)
    load_published(NOW)
    world = small_world()
    commitment = world.commitment(world.contract(), due="833.00")
    world.placement(world.person("Belkacem", "Samira"), commitment)
    structure(StructureKind.ETTI, "Intérim d’essai", 7001, capacity=12, trades=["labour"])
    structure(StructureKind.EI, "Bâtir autrement", 7002, capacity=8, trades=["building"])
    Membership.objects.filter(user=world.users["company"]).update(withdrawn_at=NOW, withdrawn_by_label="essai")

    # The facilitator finds the company by its SIRET, and invites somebody from the award.
    near = visit(world.client("near"), width=width)
    near.open(reverse("company-find") + f"?siret={commitment.holder.siret}")
    see(near, "1-siret", "Bâti Essai", "2026-0147", "833")
    near.page.get_by_role("link", name="Inviter pour le marché").click()
    fill(near, full_name="Ana Chantier", email="rien", phone="06 11 22 33 44")
    press(near, "Envoyer l’invitation")
    see(near, "2-refused", "adresse électronique complète")
    assert near.page.locator("#f-full_name").input_value() == "Ana Chantier", "what was typed is kept"
    fill(near, email="ana@exemple.test")
    press(near, "Envoyer l’invitation")
    see(near, "3-invited", "Ana Chantier", "Part à la prochaine tournée", "06 11 22 33 44")
    address = links_sent_to("ana@exemple.test")[0]

    # Ana comes in with a password: three things to do, and her facilitator's phone.
    ana = visit(Client(), width=width)
    ana.open(address)
    see(ana, "4-invitation", "Bienvenue, Ana Chantier", "833 h à réaliser", "Facilitatrice 4", "04 00 00 00 00")
    fill(ana, password=PASSWORD, again=PASSWORD)
    press(ana, "Accepter et entrer")
    see(ana, "5-first-page", "trois choses", "Facilitatrice 4", "04 00 00 00 00")
    ana.page.emulate_media(media="print")
    assert ana.page.locator(".callbar").is_visible(), "on paper too"
    ana.page.emulate_media(media="screen")
    near.open(reverse("company-invite", args=[commitment.public_id]))
    see(near, "6-accepted", "Acceptée")

    # She adds a colleague who only declares, and cannot remove herself.
    ana.open(reverse("own-company"))
    see(ana, "7-own-company", "Ana Chantier", "Administre")
    ana.page.get_by_role("link", name="Ajouter un contact").click()
    see(ana, "8-contact", "Ce que fait cette personne")
    fill(ana, full_name="Karim Paie", email="karim@exemple.test", phone="04 11 22 33 44")
    press(ana, "Ajouter ce contact")
    see(ana, "9-two-contacts", "Karim Paie", "Déclare")
    ana.page.get_by_role("link", name="Retirer Ana Chantier").click()
    press(ana, "Retirer ce contact")
    see(ana, "10-last-administrator", "dernière personne qui administre")

    # She compares the ways, keeps a mixed plan, and takes it away as a PDF.
    ana.open(reverse("ways", args=[commitment.public_id]))
    see(
        ana,
        "11-ways",
        "833 h",
        "Embauche directe",
        "GEIQ",
        "Non vérifié",
        "Intérim d’essai",
        "Bâtir autrement",
        "12 postes",
    )
    fill(ana, h_supply="433", h_direct_hire="500", owner="Ana Chantier")
    press(ana, "Garder ce plan")
    see(ana, "12-too-many", "dépasse les 833 h")
    fill(ana, h_direct_hire="400", owner="Ana Chantier")
    press(ana, "Calculer sans garder")
    see(ana, "13-mixed", "Ensemble", "833")
    fill(ana, owner="Ana Chantier")
    press(ana, "Garder ce plan")
    see(ana, "14-plan-kept", "Plan gardé", "Suivi par Ana Chantier")
    assert ActionPlan.objects.get().parts == [
        {"way": "direct_hire", "hours": "400.00"},
        {"way": "supply", "hours": "433.00"},
    ]
    paper = ana.client.get(reverse("ways-note", args=[commitment.public_id]))
    assert len(pypdfium2.PdfDocument(paper.content)) >= 1
    if SHOTS:
        (Path(SHOTS) / "plan.pdf").write_bytes(paper.content)

    # The first meeting, with the proofs that will be asked for.
    near.open(reverse("kick-off", args=[commitment.public_id]))
    see(near, "15-kick-off", "Preuves à garder")
    fill(near, held_on="2026-12-02", attendees="Ana Chantier, Facilitatrice 4")
    press(near, "Enregistrer la réunion")
    see(near, "16-contract", "2 déc. 2026", "Relevé d’heures signé", "Embauche directe")

    # Karim asks for a link: any address gets the same answer. He declares without a password.
    karim = visit(Client(), width=width)
    karim.open(reverse("link-ask"))
    see(karim, "17-ask", "pas de mot de passe")
    fill(karim, email="karim@exemple.test")
    press(karim, "Recevoir un lien")
    see(karim, "18-asked", "Regardez vos courriels")
    at(NOW + timedelta(minutes=2))
    link = next(one for one in links_sent_to("karim@exemple.test") if one.startswith("/declarer/"))
    karim.open(link)
    see(karim, "19-declare", "Bonjour Karim Paie", "Bâti Essai")
    press(karim, "Déclarer les heures")
    see(karim, "20-months", "octobre 2026", "04 00 00 00 00")
    karim.open(reverse("statement", args=[commitment.public_id, "2026-10"]))
    karim.page.locator("input[name^=h-]").first.fill("120,5")
    see(karim, "21-form", "Samira")
    press(karim, "Relire avant d’envoyer")
    press(karim, "Envoyer au facilitateur")
    sent = Statement.objects.get(commitment=commitment, month="2026-10-01")
    assert (sent.state, sent.declared_by.email) == ("sent", "karim@exemple.test")

    # The link is used up, and the session does not administer.
    late = visit(Client(), width=width)
    late.open(link)
    see(late, "22-used", "Ce lien ne sert plus", "Recevoir un nouveau lien")
    karim.open(reverse("own-company"))
    see(karim, "23-sign-in", "Se connecter")

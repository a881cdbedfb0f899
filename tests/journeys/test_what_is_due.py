"""What is due, in a real browser: a framework agreement by invoiced tranche, an amendment, a group of two companies and their transfer.
axe looks at every page, at both widths and in the dark.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from levier.commitments.actions import make_commitment
from levier.commitments.models import Commitment
from levier.commitments.values import CommitmentTerms, DueMethod, DueRule, Instrument
from levier.hours.actions import accept_line
from levier.reference.actions import load_published as load_values
from levier.web import clock
from tests.browser import fill, press, see
from tests.world import NOW, World, small_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def world(monkeypatch, db) -> World:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_values(NOW)
    return small_world()


@pytest.fixture
def framework(world) -> Commitment:
    rule = DueRule(DueMethod.TRANCHE, "CCAP, article 1.4", Decimal(2000), Decimal(2_700_000))
    terms = CommitmentTerms(
        Instrument.EXECUTION_CONDITION, Decimal(0), date(2026, 1, 1), date(2027, 12, 31), Decimal(200), "CCAP", rule
    )
    return make_commitment(
        actor=world.actors["mission"], lot_id=world.contract().public_id,
        holder_id=world.organisation("Bâti Essai").public_id, territory_number=4, terms=terms, now=NOW,
    )  # fmt: skip


def everywhere(visit, world, name: str, *addresses: str) -> None:
    """Narrow and dark: nothing wider than the window, nothing that axe reproaches."""
    for width, theme in ((360, "light"), (360, "dark"), (1440, "dark")):
        visitor = visit(world.client(name), width=width, theme=theme)
        for address in addresses:
            visitor.open(address)
            assert visitor.overflow == 0, (address, width)
            assert visitor.violations() == [], (address, theme)


def test_from_the_first_invoice_to_the_surplus(world, framework, visit):
    mission = visit(world.client("mission"))
    here = reverse("commitment-due", args=[framework.public_id])
    mission.open(here)
    see(mission, "Une heure par tranche de 2 000 € facturée", "Rien n’est encore dû")
    mission.page.get_by_role("link", name="Entrer des pièces").click()
    press(mission, "Entrer")
    see(mission, "Écrivez le numéro de la pièce.")
    fill(mission, reference="F-2026-014", on="2026-03-31", amount="3 000 000")
    press(mission, "Entrer")
    see(mission, "150 h sont dues", "Facture : F-2026-014")
    mission.open(reverse("commitment-pieces", args=[framework.public_id]))
    mission.page.get_by_text("Ou collez plusieurs lignes").click()
    fill(mission, kind="order", pasted="BC-1 ; 01/06/2026 ; 3 400 000 ; 31/05/2027")
    press(mission, "Entrer")
    see(mission, "Estimées une fois tout exécuté", "350 h", "BC-1")
    mission.open(reverse("commitment-amend", args=[framework.public_id]))
    fill(mission, reference="Avenant 1", effective_on="2026-09-01", due_hours="100")
    press(mission, "Entrer l’avenant")
    line = world.sent_line(framework, world.placement(world.person(), framework), hours="120.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    mission.open(here)
    see(mission, "Avenant : Avenant 1", "En plus", "20,00", "ne passe sur aucun autre engagement sans l’accord")
    everywhere(
        visit, world, "mission", here, reverse("commitment-pieces", args=[framework.public_id]),
        reverse("commitment-amend", args=[framework.public_id]), reverse("lot-commit", args=[framework.lot.public_id]),
    )  # fmt: skip


def test_two_companies_agree_on_their_shares(world, visit):
    head = world.commitment(world.contract(), due="300.00")
    leader, other = visit(world.client("company")), visit(world.client("rival"), width=360)
    leader.open(reverse("commitment-group", args=[head.public_id]))
    leader.page.get_by_role("link", name="Ajouter une entreprise").click()
    fill(leader, siret=world.organisation("Rival Essai").siret, role="subcontractor", liability="solidary")
    press(leader, "Ajouter")
    see(leader, "Groupement solidaire", "Rival Essai", "Sous-traitant")
    member = Commitment.objects.get(head=head)
    leader.page.get_by_role("link", name="Proposer un transfert").click()
    fill(leader, target=member.public_id, hours="80", reason="Équipe de carrelage")
    press(leader, "Proposer")
    see(leader, "En attente de l’autre partie")
    there = reverse("commitment-group", args=[member.public_id])
    other.open(there)
    see(other, "À vous de répondre", "« Équipe de carrelage »")
    press(other, "Accepter 80 h")
    see(other, "Transfert accepté", "220", "80")
    everywhere(visit, world, "rival", there, reverse("commitment-transfer", args=[member.public_id]))
    everywhere(visit, world, "company", reverse("commitment-member", args=[head.public_id]))

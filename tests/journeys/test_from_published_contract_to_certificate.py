"""The main story in a real browser, each role doing its part: a real published contract, then its clause, people, hours,
a sealed certificate, and the public page that says whether the paper is genuine. axe looks at every page on the way."""

from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from levier.commands.decp import decp
from levier.commitments.models import Commitment
from levier.compliance.models import Certificate
from levier.hours.models import LedgerEntry, StatementLine
from levier.participants.models import Person
from levier.procurement.models import Contract
from levier.reference.actions import load_published as load_values
from levier.territories.actions import load_published as load_territories
from levier.web import clock
from tests.browser import fill, press, see
from tests.world import links_sent_to, small_world

pytestmark = [pytest.mark.journey, pytest.mark.real_files, pytest.mark.django_db]
REAL_CONTRACT = "2024-15"
PASSWORD = "quatre mots sans lien"


@pytest.fixture
def at(monkeypatch, settings, tmp_path):
    """Moves the clock of the pages, as the story goes."""
    settings.MEDIA_ROOT = tmp_path

    def move(year: int, month: int, day: int) -> datetime:
        now = datetime(year, month, day, 9, 0, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    return move


def test_from_a_published_contract_to_the_verified_qr_code(visit, shared_data: Path, at, client):
    load_values(at(2024, 7, 3))
    load_territories(clock.now())
    world = small_world()
    world.user("local", "facilitator", world.organisation("Structure des facilitateurs"), world.territory(9))

    # The command line reads the open data.
    files = sorted(str(path) for path in (shared_data / "decp" / "2022-format").glob("*.json"))
    done = CliRunner().invoke(decp, ["import", *files], catch_exceptions=False)
    assert done.exit_code == 0, done.output

    # The mission takes the contract up, screens it, says where it is, sizes it and commits its holder.
    mission = visit(world.client("mission"))
    mission.open(reverse("published") + f"?q={REAL_CONTRACT}&lieu=13")
    see(mission, "accessibilité PMR")
    press(mission, "Suivre ce marché")
    contract = Contract.objects.get(reference=REAL_CONTRACT)
    assert contract.lots.count() == 5, "one id covers five lots"
    mission.open(reverse("contract-screen", args=[contract.public_id]))
    fill(mission, consultation_date="2024-04-15")
    mission.page.get_by_label("Je confirme ce montant").check()
    press(mission, "Répondre aux deux questions")
    mission.open(reverse("contract", args=[contract.public_id]) + "?rubrique=examen")
    see(mission, "politique", "5 538 000")
    mission.open(reverse("contract-locate", args=[contract.public_id]))
    see(mission, "À confirmer")
    mission.page.locator('input[name=territories][value="9"]').check()
    press(mission, "Confirmer le choix")
    lot = contract.lots.order_by("-amount").first()
    mission.open(reverse("lot-size", args=[lot.public_id]))
    fill(mission, share="labour_share.building")
    press(mission, "Calculer")
    see(mission, "136 000")
    press(mission, "Garder ce calibrage")
    mission.open(reverse("lot-commit", args=[lot.public_id]))
    fill(mission, due_hours="120")
    press(mission, "Inscrire l’engagement")
    commitment = Commitment.objects.get(lot=lot)
    mission.open(reverse("company-invite", args=[commitment.public_id]))
    fill(mission, full_name="Ana Chantier", email="ana@chantier.test")
    press(mission, "Envoyer l’invitation")
    link = links_sent_to("ana@chantier.test")[0]

    # The company opens its access.
    holder = visit(Client())
    holder.open(link)
    fill(holder, password=PASSWORD, again=PASSWORD)
    press(holder, "Accepter et entrer")
    see(holder, "À faire")

    # The facilitator of that territory decides on a person before the first hour, and places them.
    at(2024, 7, 8)
    facilitator = visit(world.client("local"))
    facilitator.open(reverse("person-new"))
    fill(facilitator, last_name="Essai", first_name="Nadia", birth_date="1990-05-12")
    press(facilitator, "Ouvrir la fiche")
    person = Person.objects.get()
    facilitator.open(reverse("eligibility-new", args=[person.public_id]))
    fill(
        facilitator,
        criterion="RSA",
        proof_date="2024-06-20",
        kind="cdd",
        hire_date="2024-07-10",
        contract_end="2024-09-30",
    )
    press(facilitator, "Voir la période")
    see(facilitator, "10 juil. 2024")
    press(facilitator, "Accorder cette période")
    facilitator.open(reverse("placement-new", args=[person.public_id]))
    fill(
        facilitator, commitment=commitment.public_id, modality="direct_hire", job_title="Aide-maçonne", contract_kind="cdd",
        starts_on="2024-07-10", ends_on="2024-09-30", weekly_hours="35",
    )  # fmt: skip
    press(facilitator, "Enregistrer")
    facilitator.open(reverse("person", args=[person.public_id]))
    see(facilitator, "Nadia", "Aide-maçonne")

    # The company declares July, then August from it, with a piece of evidence; errors are said before sending.
    at(2024, 9, 3)
    july = reverse("statement", args=[commitment.public_id, "2024-07"])
    holder.open(july)
    hours = holder.page.locator("input[name^='h-']").first
    hours.fill("500")
    press(holder, "Relire avant d’envoyer")
    assert not StatementLine.objects.exclude(state="draft").exists(), "what would be refused is not sent"
    holder.open(july)
    assert holder.page.locator("input[name^='h-']").first.input_value().startswith("500"), "what was typed stays"
    holder.page.locator("input[name^='h-']").first.fill("60:30")
    press(holder, "Relire avant d’envoyer")
    see(holder, "60,50")
    press(holder, "Envoyer au facilitateur")
    answer = holder.client.post(
        reverse("statement-evidence", args=[commitment.public_id, "2024-08"]),
        {"file": _piece()},
    )
    assert answer.status_code in {302, 303}
    august = reverse("statement", args=[commitment.public_id, "2024-08"])
    holder.open(august)
    press(holder, "Reprendre le mois dernier")
    holder.open(august)
    see(holder, "feuille-d-aout.pdf")
    press(holder, "Relire avant d’envoyer")
    press(holder, "Envoyer au facilitateur")

    # The facilitator refuses August with a reason; the company reads it, corrects, sends again.
    facilitator.open(f"{reverse('review')}?mois=2024-08")
    see(facilitator, "Nadia", "60,50")
    refused = StatementLine.objects.get(statement__month="2024-08-01")
    facilitator.open(reverse("line-refuse", args=[refused.public_id]))
    press(facilitator, "Refuser et renvoyer à l’entreprise")
    see(facilitator, "Écrivez un motif")
    fill(facilitator, reason="La feuille signée dit 59 h 30.")
    press(facilitator, "Refuser et renvoyer à l’entreprise")
    holder.open(reverse("todo"))
    see(holder, "Des lignes sont à corriger")
    holder.open(august)
    see(holder, "La feuille signée dit 59 h 30.", "À vous de corriger")
    holder.page.locator("input[name^='h-']").first.fill("59:30")
    press(holder, "Relire avant d’envoyer")
    press(holder, "Envoyer au facilitateur")

    # Nobody works in September: that is said too.
    at(2024, 10, 3)
    holder.open(reverse("statement", args=[commitment.public_id, "2024-09"]))
    press(holder, "Aucune heure ce mois")
    see(holder, "personne n’a travaillé")
    press(holder, "Déclarer « aucune heure »")

    # The facilitator accepts in bulk; the hours are counted once, in the ledger.
    for month in ("2024-07", "2024-08"):
        facilitator.open(f"{reverse('review')}?mois={month}")
        for box in facilitator.page.locator("input[name=line]").all():
            box.check()
        press(facilitator, "Accepter les lignes cochées")
    see(facilitator, "Aucune ligne n’attend votre décision")
    assert [str(entry.hours) for entry in LedgerEntry.objects.order_by("id")] == ["60.50", "59.50"]

    # The mission closes July: nothing changes in it any more.
    mission.open(july)
    press(mission, "Clore juillet 2024")
    see(mission, "Clos")
    holder.open(july)
    see(holder, "Mois clos")

    # The mission certifies; anybody holding the paper can check it.
    at(2024, 10, 20)
    mission.open(reverse("certificate-new", args=[commitment.public_id]))
    see(mission, "120")
    press(mission, "Sceller")
    certificate = Certificate.objects.get()
    mission.open(reverse("certificate", args=[certificate.public_id]))
    see(mission, certificate.label, "120,00")
    paper = mission.client.get(reverse("certificate-pdf", args=[certificate.public_id])).getvalue()
    (address,) = _barcodes(paper)
    public = visit(Client())
    public.open("/" + address.split("/", 3)[3])
    see(public, "Authentique", certificate.label)
    said = public.page.content()
    assert "Nadia" not in said
    assert "RSA" not in said
    mission.open(reverse("contract", args=[contract.public_id]) + "?journal=complet")
    see(mission, "2024-15", "Attesté", "Attestation", "Mois de juillet 2024 clos", "s’engage pour 120 h")


def _piece():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(
        "feuille-d-aout.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", "application/pdf"
    )


def _barcodes(document: bytes) -> list[str]:
    found = []
    for page in pypdfium2.PdfDocument(document):
        bitmap = page.render(scale=2, grayscale=True)
        view = memoryview(bytes(bitmap.buffer)).cast("B", shape=[bitmap.height, bitmap.stride])
        found += [one.text for one in zxingcpp.read_barcodes(view)]
    return found

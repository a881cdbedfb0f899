"""The mission goes from the reminder to the formal notice, the penalty, a late proof, a new proposal, the decision, the statement of the end, the
certificate and the audit pack; the company answers on its own page. axe looks at every page, on a telephone and on a desk."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from levier.compliance.models import Certificate, SettlementValidation
from levier.compliance.queries import snapshot_of
from levier.controls.models import Case, PenaltyProposal
from levier.controls.pack_checking import check_pack
from levier.hours.actions import accept_line
from levier.reference.actions import load_published
from levier.web import clock
from tests.browser import fill, press, see
from tests.world import NOW, TODAY, World

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def at(monkeypatch, settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path

    def move(days: int):
        now = NOW + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    return move


def act(visitor, case: Case, name: str, **fields: str) -> None:
    visitor.open(reverse("control-act", args=[case.public_id, name]))
    fill(visitor, **fields)
    assert visitor.violations() == []
    assert visitor.overflow == 0
    visitor.page.locator("main form button[type=submit]").first.click()
    visitor.page.wait_for_load_state()


@pytest.mark.parametrize("width", [360, 1440])
def test_from_the_notice_to_the_audit_pack(visit, world: World, at, tmp_path: Path, width):
    load_published(at(0))
    world.user("second", "mission", world.organisation("Département d’essai", "buyer"))
    commitment = world.commitment(world.contract(), due="150.00")
    line = world.sent_line(commitment, world.placement(world.person("CANARI"), commitment), hours="120.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    mission, company = visit(world.client("mission"), width=width), visit(world.client("company"), width=width)

    mission.open(reverse("control-new", args=[commitment.public_id]))
    fill(mission, kind="outstanding", reason="Il manque 30 h à trois mois de la fin.")
    press(mission, "Ouvrir")
    case = Case.objects.get()
    see(mission, "Phase amiable", "À l’entreprise d’agir", "Relance amiable")

    at(16)
    mission.open(reverse("controls"))
    see(mission, "À vous", "délai passé")
    act(mission, case, "mise-en-demeure", reason="Aucune réponse à la relance du 25 novembre.")
    see(mission, "Mise en demeure", "L-2026-0002")
    notice = case.letters.get(kind="formal_notice")
    mission.open(reverse("letter-dispatch", args=[notice.public_id]))
    press(mission, "Inscrire")
    act(mission, case, "proposition", rate="200", rate_source="CCAP, article 9.3", reason="30 h n’ont pas été faites.")
    see(mission, "6 000 €", "Est-ce proportionné", "0,5 %", "Phase contradictoire")

    company.open(reverse("controls"))
    see(company, "Heures non faites", "À vous")
    company.open(reverse("control", args=[case.public_id]))
    fill(company, text="Vingt heures d’août manquent au calcul : voici la feuille.")
    company.page.set_input_files(
        "#f-files", {"name": "aout.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 essai"}
    )
    press(company, "Envoyer mes observations")
    see(company, "Vingt heures d’août", "aout.pdf", "En attente d’analyse antivirus", "À la mission d’agir")

    late = world.sent_line(
        commitment, world.placement(world.person("Late"), commitment), month=date(2026, 8, 1), hours="20.00"
    )
    accept_line(actor=world.actors["near"], line_public_id=late.public_id, now=at(20))
    act(mission, case, "proposition", reason="La feuille d’août est acceptée.")
    see(mission, "Ce calcul remplace la proposition n° 1", "2 000 €", "Remplacée")
    assert [str(one.amount) for one in PenaltyProposal.objects.order_by("number")] == ["6000.00", "2000.00"]

    at(60)
    act(mission, case, "decision", outcome="reduce", kept="4", reason="Une personne a été embauchée en octobre.")
    see(mission, "Décidé", "800 €", "Notification de pénalité")
    act(mission, case, "cloture", reason="Décision notifiée.")
    see(mission, "Dossier fermé")

    # The end: proposed, agreed line by line, validated, certified.
    facilitator = visit(world.client("near"), width=width)
    facilitator.open(reverse("settlement", args=[commitment.public_id]))
    press(facilitator, "Proposer à l’entreprise")
    see(facilitator, "À l’entreprise d’agir", "140,00 h")
    company.open(reverse("settlement", args=[commitment.public_id]))
    see(company, "À vous d’agir", "Je conteste")
    press(company, "Envoyer ma réponse")
    see(company, "Accepté")
    mission.open(reverse("settlement", args=[commitment.public_id]))
    press(mission, "Valider le décompte")
    see(mission, "Validé par le Département")
    assert SettlementValidation.objects.count() == 1
    mission.open(reverse("certificate-new", args=[commitment.public_id]))
    see(mission, "Décompte n° 1, validé")
    press(mission, "Sceller")
    certificate = Certificate.objects.get()
    see(mission, "Décompte n° 1 accepté par l’entreprise")
    assert "validé par le Département" in snapshot_of(certificate).agreement

    # One click, a pack that checks itself and names nobody.
    mission.open(reverse("settlement", args=[commitment.public_id]))
    with mission.page.expect_download() as asked:
        mission.page.get_by_role("button", name="Télécharger (ZIP)").click()
    pack = Path(asked.value.path()).read_bytes()
    report = check_pack(pack)
    assert (report.faults, report.entries, report.certificates) == ((), 2, 1)
    assert b"CANARI" not in pack
    mission.open(reverse("certificate-withdraw", args=[certificate.public_id]))
    fill(mission, reason="Un chiffre du marché était faux.")
    press(mission, "Retirer ce document")
    public = visit(width=width)
    public.open(reverse("verified", args=[certificate.verification_code]))
    see(public, "Retiré", "Un chiffre du marché était faux")
    assert date(2026, 11, 25) == TODAY

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from levier.commitments.actions import waive_hours
from levier.compliance.models import Certificate
from levier.foundation.quantities import hundredths
from levier.hours.actions import accept_line
from levier.web import clock
from tests.reading import words
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
BASE = 4
"""Queries of any signed-in page: session, user, memberships, and what the session writes."""


@pytest.fixture(autouse=True)
def _house(monkeypatch, settings, tmp_path: Path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_ADDRESS = "https://levier.exemple.test"


def ready(world: World, reference: str = "2026-0147", due: str = "120.00"):
    """A commitment with 120 accepted hours."""
    commitment = world.commitment(world.contract(reference), due=due)
    line = world.sent_line(commitment, world.placement(world.person(), commitment), month=date(2026, 10, 1))
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return commitment


def sealed(world: World, reference: str = "2026-0147", due: str = "120.00") -> Certificate:
    commitment = ready(world, reference, due)
    response = world.client("mission").post(reverse("certificate-new", args=[commitment.public_id]), {"place": ""})
    assert response.status_code == 302
    return Certificate.objects.get(commitment=commitment, superseded_by__isnull=True)


def test_the_mission_sees_what_would_be_sealed_then_seals_it_once(world: World):
    commitment = ready(world)
    client = world.client("mission")
    address = reverse("certificate-new", args=[commitment.public_id])
    page = words(client.get(address))
    for expected in (
        "Sceller l’attestation",
        "10 mois encore ouverts seront clos",
        "octobre 2026",
        "leur nombre ne sera pas écrit",
    ):
        assert expected in page
    assert not Certificate.objects.exists()
    first = client.post(address, {"place": ""})
    second = client.post(address, {"place": ""})
    assert first.url == second.url == reverse("certificate", args=[Certificate.objects.get().public_id])
    assert "Rien n’a changé" in words(client.get(address))


def test_what_blocks_is_said_and_nothing_is_sealed(world: World):
    commitment = world.commitment(world.contract())
    world.sent_line(commitment, world.placement(world.person(), commitment))
    client = world.client("mission")
    address = reverse("certificate-new", args=[commitment.public_id])
    assert "Rien ne peut être scellé pour l’instant" in words(client.get(address))
    assert "Sceller l’attestation</button>" not in words(client.get(address))
    refused = client.post(address, {"place": ""})
    assert refused.status_code == 422
    assert "attendent encore la décision du facilitateur" in words(refused)
    assert not Certificate.objects.exists()


def test_an_unfinished_commitment_is_announced_as_a_statement(world: World):
    commitment = ready(world, due="500.00")
    client = world.client("mission")
    page = words(client.get(reverse("certificate-new", args=[commitment.public_id])))
    assert "Ce sera un état, pas une attestation" in page
    assert "380 h" in page
    client.post(reverse("certificate-new", args=[commitment.public_id]), {"place": ""})
    sheet = words(client.get(reverse("certificate", args=[Certificate.objects.get().public_id])))
    assert "État de réalisation" in sheet
    assert "Il reste 380 h à faire sur les 500 h dues" in sheet


def test_the_sheet_on_screen_says_what_the_paper_says(world: World):
    certificate = sealed(world)
    page = words(world.client("company").get(reverse("certificate", args=[certificate.public_id])))
    for expected in (
        "Attestation de réalisation",
        "2026-0001",
        "Bâti Essai",
        "120 </b>".replace(" ", ""),
        "Moins de cinq personnes",
        "levier.exemple.test/verifier/",
        certificate.verification_code[:4].upper(),
    ):
        assert expected in page
    assert "Samira" not in page


def test_the_pdf_is_the_kept_one_for_those_who_may(world: World):
    certificate = sealed(world)
    address = reverse("certificate-pdf", args=[certificate.public_id])
    response = world.client("buyer").get(address)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="attestation-2026-0001.pdf"'
    assert response.content.startswith(b"%PDF-")
    for who in ("far", "rival", "stranger_buyer"):
        assert world.client(who).get(address).status_code == 404
        assert world.client(who).get(reverse("certificate", args=[certificate.public_id])).status_code == 404
    for who in ("near", "company", "buyer", "far"):
        new = reverse("certificate-new", args=[certificate.commitment.public_id])
        assert world.client(who).get(new).status_code == 404
        assert world.client(who).post(new).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_takes_the_same_queries_whatever_its_length(world: World, count: int, django_assert_max_num_queries):
    for number in range(count):
        sealed(world, f"2026-0{100 + number}")
    client = world.client("mission")
    client.get(reverse("certificates"))
    with django_assert_max_num_queries(BASE + 5):
        page = words(client.get(reverse("certificates")))
    assert page.count("row-link") == count
    assert words(world.client("rival").get(reverse("certificates"))).count("row-link") == 0
    assert words(world.client("company").get(reverse("certificates"))).count("row-link") == count


def test_a_second_certificate_replaces_the_first_everywhere(world: World):
    first = sealed(world, due="500.00")
    waive_hours(
        actor=world.actors["mission"],
        commitment_id=first.commitment.public_id,
        hours=hundredths(first.commitment.due_hours - 120),
        reason="Réduit",
        now=NOW,
    )
    client = world.client("mission")
    address = reverse("certificate-new", args=[first.commitment.public_id])
    assert "sera remplacé" in words(client.get(address))
    client.post(address, {"place": ""})
    assert "Ce document n’est plus le dernier" in words(client.get(reverse("certificate", args=[first.public_id])))
    public = words(Client().get(reverse("verified", args=[first.verification_code])))
    assert "Remplacé" in public
    assert "2026-0002" in public
    replaced = words(client.get(reverse("certificates"), {"etat": "remplacees"}))
    assert "2026-0001" in replaced
    assert "2026-0002" not in replaced


def test_anybody_verifies_without_an_account_and_learns_nobodys_name(world: World):
    certificate = sealed(world)
    public = Client()
    page = words(public.get(reverse("verified", args=[certificate.verification_code])))
    for expected in ("Authentique", "2026-0001", "2026-0147", "120,00", "0,00"):
        assert expected in page
    for secret in ("Samira", "Belkacem", "Bâti Essai", "Essai, ", "Mission Essai"):
        assert secret not in page
    unknown = public.get(reverse("verified", args=["z" * 26]))
    assert "Inconnu" in words(unknown)
    assert "no-cache" in unknown.headers["Cache-Control"]


def test_number_and_code_lead_to_the_answer(world: World):
    certificate = sealed(world)
    public = Client()
    short = f"{certificate.verification_code[:4]}-{certificate.verification_code[4:8]}".upper()
    assert public.get(reverse("verify")).status_code == 200
    found = public.get(reverse("verify"), {"numero": "2026-0001", "code": short})
    assert found.url == reverse("verified", args=[certificate.verification_code])
    for numero, code, field in (
        ("2026-0001", "ZZZZ-ZZZZ", "numero"),
        ("", short, "numero"),
        ("2026-0001", "", "code"),
        ("<b>", short, "numero"),
    ):
        wrong = public.get(reverse("verify"), {"numero": numero, "code": code})
        assert wrong.status_code == 422
        assert f"f-{field}-error" in words(wrong)


def test_a_dropped_file_is_compared_to_the_last_byte_and_not_kept(world: World, tmp_path: Path):
    certificate = sealed(world)
    original = world.client("mission").get(reverse("certificate-pdf", args=[certificate.public_id])).content
    public, address = Client(), reverse("verified", args=[certificate.verification_code])
    kept = sorted(tmp_path.rglob("*"))

    def drop(content: bytes):
        return public.post(address, {"file": SimpleUploadedFile("attestation.pdf", content)})

    assert "identique à l’original" in words(drop(original))
    assert "n’est pas l’original" in words(drop(original + b"\n"))
    assert "n’est pas l’original" in words(drop(b"tout autre chose"))
    assert drop(b"").status_code == 422
    assert drop(b"x" * 5_000_001).status_code == 422
    assert public.post(address).status_code == 422
    assert sorted(tmp_path.rglob("*")) == kept

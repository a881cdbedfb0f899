"""Reading tender files in the browser: right people, hostile uploads, nothing kept, nothing typed lost."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from levier.files.models import StoredFile
from levier.planning.models import TenderFile
from tests.reading import words
from tests.tender_files.made_up import SECOND, WRITTEN, as_docx, as_pdf
from tests.world import World

BY_NAME = {one.name: one for one in WRITTEN + SECOND}
CLAUSE = as_docx(BY_NAME["CCAP de voirie, volume global"].lines)


def send(world: World, who: str, *files: tuple[str, bytes], address: str = "", **data: str):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return world.client(who).post(address or reverse("tender-files"), {"files": uploads, **data})


@pytest.mark.parametrize(("who", "status"), [("mission", 200), ("buyer", 200), ("near", 404), ("company", 404)])
def test_the_page_is_for_the_mission_and_buyers(world: World, who: str, status: int):
    assert world.client(who).get(reverse("tender-files")).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("mission", 200), ("buyer", 200), ("stranger_buyer", 404), ("near", 404), ("rival", 404)]
)
def test_beside_a_contract_only_for_its_own_people(world: World, who: str, status: int):
    contract = world.contract().contract
    response = world.client(who).get(reverse("tender-files-contract", args=[contract.public_id]))
    assert response.status_code == status
    assert (contract.title in words(response)) is (status == 200)


def test_what_is_there_and_what_is_missing(world: World):
    response = send(world, "buyer", ("CCAP.docx", CLAUSE))
    said = words(response)
    assert response.status_code == 200
    for part in (
        "Présente",
        "655 h",
        "code de la commande publique",
        "45 € par heure, après mise en demeure",
        "clauses@mde-sorgue.example",
    ):
        assert part in said
    assert "globalisation (mutualisation) des heures" in said
    assert "Dites si le titulaire peut demander la globalisation" in said


def test_two_files_are_read_together_with_their_pages(world: World):
    annexe = as_pdf(
        (
            "# ANNEXE À L'ACTE D'ENGAGEMENT",
            "Le titulaire s'engage à réaliser 600 heures d'insertion, tous lots confondus.",
        )
    )
    said = words(send(world, "mission", ("CCAP.docx", CLAUSE), ("annexe.pdf", annexe)))
    assert "Heures différentes : 655 h dans CCAP.docx, 600 h dans annexe.pdf." in said
    assert "p. 1" in said
    assert "Ce qu’aucun fichier ne dit" in said


def test_the_hours_of_the_contract_are_compared(world: World):
    lot = world.contract()
    world.commitment(lot, due="700.00")
    address = reverse("tender-files-contract", args=[lot.contract.public_id])
    assert "Le dossier dit 655 h, les engagements suivis dans Levier 700 h" in words(
        send(world, "buyer", ("CCAP.docx", CLAUSE), address=address)
    )


def test_a_scan_is_unreadable_and_typing_is_offered(world: World, shared_data: Path):
    scan = (shared_data / "dce" / "bon_de_commande_scan.pdf").read_bytes()
    response = send(world, "buyer", ("scan.pdf", scan))
    said = words(response)
    assert response.status_code == 422
    assert "Illisible" in said
    assert "Taper le passage" in said
    assert "Absente" not in said


def test_a_passage_typed_in_is_read_and_kept_on_the_page(world: World):
    passage = "Le titulaire doit réaliser 84 heures d’insertion au profit de publics éligibles."
    said = words(send(world, "buyer", passage=passage))
    assert "Présente" in said
    assert "84 h" in said
    refused = send(world, "buyer", *[(f"{n}.docx", b"x") for n in range(13)], passage=passage)
    assert refused.status_code == 422
    assert passage in words(refused)
    assert "13 fichiers, c’est trop" in words(refused)


def test_nothing_is_refused_without_saying_what_to_do(world: World):
    response = send(world, "buyer")
    assert response.status_code == 422
    assert "Choisissez au moins un fichier" in words(response)


def test_a_zip_counts_for_what_it_holds(world: World):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("DCE/01 - CCAP.docx", CLAUSE)
        archive.writestr("DCE/plan.dwg", b"AC1032")
    said = words(send(world, "buyer", ("dce.zip", out.getvalue())))
    assert "DCE/01 - CCAP.docx" in said
    assert "plan.dwg" not in said


def test_hostile_uploads_leave_the_process_alive(world: World, shared_data: Path):
    files = [(path.name, path.read_bytes()) for path in sorted((shared_data / "samples" / "hostile").iterdir())]
    response = send(world, "buyer", *files)
    said = words(response)
    assert response.status_code == 422
    assert said.count("Illisible") >= len(files)
    assert "Traceback" not in said
    assert "<script>alert" not in response.content.decode()
    assert send(world, "buyer", ("CCAP.docx", CLAUSE)).status_code == 200


def test_names_and_sentences_are_shown_as_text(world: World):
    document = as_docx(("Le marché comporte une clause d’insertion <script>alert(1)</script> de 90 heures.",))
    response = send(world, "buyer", ("<b>CCAP</b>.docx", document))
    assert "<script>alert" not in response.content.decode()
    assert "<b>CCAP" not in response.content.decode()


def test_nothing_is_kept(world: World, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    send(world, "buyer", ("CCAP.docx", CLAUSE))
    assert not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_number_of_queries_does_not_grow_with_the_files(world: World):
    client = world.client("buyer")
    client.get(reverse("tender-files"))
    counts = []
    for files in (1, 2):
        uploads = [SimpleUploadedFile(f"{n}.docx", CLAUSE) for n in range(files)]
        with CaptureQueriesContext(connection) as captured:
            client.post(reverse("tender-files"), {"files": uploads})
        counts.append(len(captured))
    assert counts[0] == counts[1] == 3


@pytest.mark.journey
@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_overflows(visit, world: World, width: int, theme: str):
    visitor = visit(world.client("buyer"), width=width, theme=theme)
    page = visitor.open(reverse("tender-files"))
    assert visitor.violations() == []
    page.click("#lire summary")
    page.fill(
        "#f-passage",
        "Le titulaire doit réaliser 84 heures d’insertion. Pénalité : 40 € par heure d’insertion non réalisée.",
    )
    page.click("#lire button[type=submit]")
    page.wait_for_selector("#fichier-1")
    assert visitor.violations() == []
    assert visitor.overflow <= 0


def test_files_are_kept_only_when_asked_for_and_only_beside_a_contract(world: World, settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    contract = world.contract().contract
    address = reverse("tender-files-contract", args=[contract.public_id])
    send(world, "buyer", ("CCAP.docx", CLAUSE), address=address)
    send(world, "buyer", ("CCAP.docx", CLAUSE), keep="1")
    assert not StoredFile.objects.exists()
    said, again = (words(send(world, "buyer", ("CCAP.docx", CLAUSE), address=address, keep="1")) for _ in range(2))
    assert "Fichiers gardés avec ce marché" in said
    for answer in (said, again):
        assert "1 fichier gardé" in answer, "sent again, it is told as the first time"
    kept = TenderFile.objects.get()
    assert (kept.file.state, kept.kept_by_label) == ("quarantine", "Buyer Essai")
    assert "CCAP.docx" in words(world.client("mission").get(address))
    assert world.client("mission").get(reverse("tender-file", args=[kept.public_id])).status_code == 409
    settings.CLAMD = "none"
    answer = world.client("mission").get(reverse("tender-file", args=[kept.public_id]))
    assert answer.content == CLAUSE
    assert answer["Content-Disposition"].startswith("attachment")
    for who in ("stranger_buyer", "near", "company"):
        assert world.client(who).get(reverse("tender-file", args=[kept.public_id])).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        TenderFile.objects.update(kept_by_label="autre")

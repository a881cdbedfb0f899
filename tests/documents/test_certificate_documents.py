import hashlib
from pathlib import Path

import pytest

from levier.documents.actions import issue_certificate, keep_document
from levier.documents.models import CertificateDocument
from levier.documents.queries import certificate_bytes, document_of, is_original
from levier.files.queries import content_of
from levier.foundation.objections import NotForYou
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
ADDRESS = "https://levier.exemple.test"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_ADDRESS = ADDRESS


def test_an_issued_certificate_keeps_its_paper_with_the_digest_of_its_bytes(world: World):
    commitment = world.commitment(world.contract())
    certificate = issue_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    document = document_of(certificate)
    assert document is not None
    kept = content_of(document.file)
    assert kept == certificate_bytes(certificate, address=ADDRESS), "made again, the same bytes"
    assert (document.file.state, document.file.name) == ("clean", "etat-2026-0001.pdf")
    assert is_original(certificate, hashlib.sha256(kept).digest())
    assert not is_original(certificate, hashlib.sha256(kept + b" ").digest())


def test_issuing_twice_keeps_one_certificate_and_one_paper(world: World):
    commitment = world.commitment(world.contract())
    first = issue_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    again = issue_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    assert again == first
    assert CertificateDocument.objects.count() == 1
    assert keep_document(actor=world.actors["mission"], certificate=first, now=NOW) == document_of(first)


def test_nobody_but_the_mission_issues(world: World):
    commitment = world.commitment(world.contract())
    for who in ("near", "company", "buyer"):
        with pytest.raises(NotForYou):
            issue_certificate(actor=world.actors[who], commitment_id=commitment.public_id, now=NOW)
    assert not CertificateDocument.objects.exists()

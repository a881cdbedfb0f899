"""The seal is checked without network by one page opened from a folder: it says yes to the original, no to everything else."""

import base64
from pathlib import Path
from urllib.parse import unquote

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings as django_settings

from levier.compliance.sealing import BLANK, key_name, pdf_message, public_key, sign_pdf, signing_key
from levier.documents.actions import issue_certificate
from levier.documents.queries import document_of, offline_page, token_of, verify_address
from levier.files.queries import content_of
from tests.browser import AXE_RULES, executable
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
ADDRESS = "https://levier.exemple.test"


@pytest.fixture
def sealed(world: World, settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PUBLIC_ADDRESS = ADDRESS
    certificate = issue_certificate(
        actor=world.actors["mission"], commitment_id=world.commitment(world.contract()).public_id, now=NOW
    )
    return certificate, content_of(document_of(certificate).file)


def key() -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public_key(django_settings.MASTER_KEY) + "="))


def test_the_token_says_the_figures_and_is_signed(sealed):
    certificate, _ = sealed
    token = token_of(certificate)
    *said, signature = token.split("~")
    key().verify(base64.urlsafe_b64decode(signature + "=="), "~".join(said).encode())
    assert [unquote(one) for one in said[:4]] == ["LV1", "2026-0001", "2026-11-25", "2026-0147"]
    assert said[6:11] == ["1000.00", "0.00", "0.00", "0.00", "1000.00"]
    with pytest.raises(InvalidSignature):
        key().verify(base64.urlsafe_b64decode(signature + "=="), "~".join(said).replace("1000.00", "0.00").encode())
    assert len(verify_address(certificate, address=ADDRESS)) < 300, "the QR code stays readable on paper"


def test_the_file_carries_its_own_signature(sealed):
    _, pdf = sealed
    at = pdf.index(b"LVP1.")
    signature = pdf[at + 5 : at + 91]
    blanked = pdf.replace(b"LVP1." + signature, BLANK)
    key().verify(base64.urlsafe_b64decode(signature + b"=="), pdf_message(blanked))
    assert sign_pdf(blanked, master_key=django_settings.MASTER_KEY) == pdf
    with pytest.raises(ValueError, match="no place"):
        sign_pdf(b"%PDF-1.7", master_key=django_settings.MASTER_KEY)


def test_another_installation_has_another_key():
    assert public_key(b"\x01" * 32) != public_key(b"\x02" * 32)
    assert len(key_name(public_key(b"\x01" * 32)).replace(" ", "")) == 16


@pytest.mark.journey
def test_certificate_pdf_edited(sealed, tmp_path: Path):
    """Named abuse case: the company edits its PDF. One page, opened from a folder, without network, says no."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    certificate, pdf = sealed
    token = token_of(certificate)
    page_file = tmp_path / "verifier-hors-ligne.html"
    page_file.write_bytes(offline_page())
    (tmp_path / "original.pdf").write_bytes(pdf)
    middle = len(pdf) // 2
    edits = {
        "one-byte.pdf": pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :],
        "appended.pdf": pdf + b"\n% une page de plus",
        "cut.pdf": pdf[:-20],
        "other-figures.pdf": pdf.replace(
            token.encode(), token.replace("~1000.00~", "~0.00~", 1).ljust(len(token), "A").encode()
        ),
        "erased.pdf": pdf.replace(b"LVP1.", b"LVP2."),
    }
    other = signing_key(b"\x07" * 32)
    blanked = pdf.replace(pdf[pdf.index(b"LVP1.") : pdf.index(b"LVP1.") + 91], BLANK)
    forged = base64.urlsafe_b64encode(other.sign(pdf_message(blanked))).rstrip(b"=")
    edits["other-key.pdf"] = blanked.replace(BLANK, b"LVP1." + forged)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 800})
        context.set_offline(True)
        page = context.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        answer = page.locator("#answer")

        def drop(name: str) -> str:
            page.reload()
            page.set_input_files("#file", str(tmp_path / name))
            answer.wait_for()
            return answer.inner_text()

        assert "Oui, ce fichier est l’original" in drop("original.pdf")
        assert "2026-0001" in answer.inner_text()
        page.screenshot(path=str(tmp_path / "yes.png"), full_page=True)
        for name, content in edits.items():
            assert content != pdf, name
            (tmp_path / name).write_bytes(content)
            assert drop(name).startswith("Non"), name

        def paste(text: str) -> str:
            page.reload()
            page.fill("#code", text)
            page.get_by_role("button", name="Vérifier").click()
            answer.wait_for()
            return answer.inner_text()

        assert paste(verify_address(certificate, address=ADDRESS)).startswith("Oui, ce sceau est authentique")
        assert "1000,00" in answer.inner_text()
        assert paste(token.replace("1000.00", "0.00")).startswith("Non"), "planted: other figures"
        assert paste(token[:-2] + "AA").startswith("Non")
        assert paste("https://levier.exemple.test/verifier/").startswith("Non")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert Axe().run(page, options=AXE_RULES).response["violations"] == []
        assert all(address.startswith("file://") for address in asked), "nothing leaves"
        browser.close()

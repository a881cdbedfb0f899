"""The sheet and the bytes of a certificate, and whether bytes that somebody holds are those that were kept."""

from pathlib import Path

from django.conf import settings

from levier.compliance.models import Certificate
from levier.compliance.queries import snapshot_of
from levier.compliance.sealing import key_name, public_key, seal_token, sign_pdf
from levier.documents.models import CertificateDocument
from levier.documents.rendering import certificate_pdf
from levier.documents.sheet import Sheet, sheet_of
from levier.foundation.periods import civil_date

OFFLINE = Path(__file__).with_name("offline.html")


def sheet_of_certificate(certificate: Certificate, *, address: str) -> Sheet:
    """What the certificate says, ready to show. `address`: public address of this installation."""
    return sheet_of(
        snapshot_of(certificate),
        number_label=certificate.label,
        code=certificate.verification_code,
        fingerprint=bytes(certificate.content_hash),
        sealed_at=certificate.sealed_at,
        address=address,
        replaces=certificate.supersedes.label if certificate.supersedes else "",
    )


def verify_address(certificate: Certificate, *, address: str) -> str:
    """What the QR code says: where to ask, and after `#` (never sent) what is needed to check the seal without network."""
    return f"{address}/verifier/{certificate.verification_code}/#{token_of(certificate)}"


def token_of(certificate: Certificate) -> str:
    return seal_token(
        snapshot_of(certificate),
        label=certificate.label,
        sealed_on=civil_date(certificate.sealed_at),
        fingerprint=bytes(certificate.content_hash),
        master_key=settings.MASTER_KEY,
    )


def offline_page() -> bytes:
    """The single page that checks seals without network, with this installation's public key inside."""
    key = public_key(settings.MASTER_KEY)
    page = OFFLINE.read_text(encoding="utf-8")
    return page.replace("@@KEY@@", key).replace("@@KEY-NAME@@", key_name(key)).encode()


def certificate_bytes(certificate: Certificate, *, address: str) -> bytes:
    sheet = sheet_of_certificate(certificate, address=address)
    pdf = certificate_pdf(
        sheet,
        verify_url=verify_address(certificate, address=address),
        sealed_at=certificate.sealed_at,
        seal=token_of(certificate),
        key=key_name(public_key(settings.MASTER_KEY)),
    )
    return sign_pdf(pdf, master_key=settings.MASTER_KEY)


def document_name(certificate: Certificate) -> str:
    """attestation-2026-0001.pdf"""
    kind = "attestation" if snapshot_of(certificate).fulfilled else "etat"
    return f"{kind}-{certificate.label}.pdf"


def document_of(certificate: Certificate) -> CertificateDocument | None:
    return CertificateDocument.objects.select_related("file").filter(certificate=certificate).first()


def is_original(certificate: Certificate, sha256: bytes) -> bool:
    """Whether bytes of that digest are the ones kept for the certificate."""
    document = document_of(certificate)
    return document is not None and bytes(document.file.sha256) == sha256

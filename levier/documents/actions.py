"""Issuing a certificate on paper: sealed, typeset, kept with the fingerprint of its bytes."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from levier.accounts.values import Actor
from levier.compliance.actions import seal_certificate
from levier.compliance.models import Certificate
from levier.documents.models import CertificateDocument
from levier.documents.queries import certificate_bytes, document_name
from levier.files.actions import receive
from levier.files.values import PDF, Received


def issue_certificate(*, actor: Actor, commitment_id: str, now: datetime, place: str = "") -> Certificate:
    """Seal the certificate and keep its PDF. The paper is made after the seal, so that nobody else waits for the typesetter;
    should that fail, `keep_document` makes the same bytes later.
    """
    certificate = seal_certificate(actor=actor, commitment_id=commitment_id, now=now, place=place)
    keep_document(actor=actor, certificate=certificate, now=now)
    return certificate


def keep_document(*, actor: Actor, certificate: Certificate, now: datetime) -> CertificateDocument:
    """The PDF of a sealed certificate, made if it is not there yet."""
    known = CertificateDocument.objects.select_related("file").filter(certificate=certificate).first()
    if known is not None:
        return known
    content = certificate_bytes(certificate, address=settings.PUBLIC_ADDRESS)
    with transaction.atomic():
        Certificate.objects.select_for_update().get(pk=certificate.pk)
        known = CertificateDocument.objects.select_related("file").filter(certificate=certificate).first()
        if known is not None:
            return known
        file = receive(actor=actor, received=Received(content, PDF, document_name(certificate)), now=now)
        file.state, file.scanned_at, file.scanned_by = "clean", now, "Levier"  # written here, received from nobody
        file.save(update_fields=["state", "scanned_at", "scanned_by"])
        return CertificateDocument.objects.create(certificate=certificate, file=file)

"""Sealing a certificate: the months it covers are closed, the balance is frozen with its fingerprint, and a number is taken."""

from datetime import datetime

from django.db import DatabaseError, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_visible_to
from levier.compliance.books import books_of
from levier.compliance.models import Certificate
from levier.compliance.policies import may_certify
from levier.compliance.queries import latest_certificate
from levier.compliance.refusals import CertificateRefusal, refuse
from levier.compliance.snapshot import Snapshot, as_content, fingerprint
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.walls import wall_reached
from levier.hours.actions import seal_month
from levier.territories.models import Commune

_WALLS = {
    "CERTIFICATE_EXISTS",
    "SUPERSEDES_ANOTHER",
    "certificate_number_once",
    "compliance_certificate_supersedes_id_key",
}


def seal_certificate(*, actor: Actor, commitment_id: str, now: datetime, place: str = "") -> Certificate:
    """Close every finished month of the commitment and seal its balance. `place`: name of the commune whose mayor signs, or empty.

    A second certificate replaces the first. Sealed again while nothing changed, it is the same certificate.
    """
    try:
        with transaction.atomic():
            return _seal(actor, commitment_id, now, place)
    except DatabaseError as error:
        if wall_reached(error) in _WALLS:
            raise refuse(Objection(CertificateRefusal.MEANWHILE)) from error
        raise


def _seal(actor: Actor, commitment_id: str, now: datetime, place: str) -> Certificate:
    commitment = _locked(actor, commitment_id)
    if place and not Commune.objects.filter(name=place).exists():
        raise refuse(Objection(CertificateRefusal.UNKNOWN_PLACE, "place"))
    books = books_of(commitment, now=now, place=place)
    if books.objections or books.snapshot is None:
        raise refuse(*books.objections)
    previous = latest_certificate(commitment)
    content = as_content(books.snapshot)
    if (
        previous is not None
        and bytes(previous.content_hash) == fingerprint(content)
        and not hasattr(previous, "withdrawal")
    ):
        return previous
    for month in books.months:
        seal_month(actor=actor, commitment_public_id=commitment_id, month=month, now=now)
    assert actor.user_id is not None
    certificate = Certificate.objects.create(
        year=civil_date(now).year,
        commitment=commitment,
        content=content,
        content_hash=fingerprint(content),
        supersedes=previous,
        sealed_at=now,
        sealed_by_id=actor.user_id,
        sealed_by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    certificate.refresh_from_db()
    certificate.commitment = commitment  # read already, with its contract
    _journal(actor, certificate, books.snapshot, previous, now)
    return certificate


def _locked(actor: Actor, commitment_id: str) -> Commitment:
    commitment = (
        commitments_visible_to(actor)
        .select_related("lot__contract__buyer", "holder", "territory")
        .select_for_update(of=("self",))
        .filter(public_id=commitment_id)
        .first()
    )
    if commitment is None or not may_certify(actor):
        raise NotForYou
    return commitment


def _journal(
    actor: Actor, certificate: Certificate, snapshot: Snapshot, previous: Certificate | None, now: datetime
) -> None:
    record(
        actor=actor,
        action="certificate.sealed",
        object_kind="certificate",
        object_id=certificate.public_id,
        thread=certificate.commitment.lot.contract.public_id,
        facts={
            "number": certificate.label,
            "holder": snapshot.holder.name,
            "due": str(snapshot.balance.due),
            "accepted": str(snapshot.balance.accepted),
            "waived": str(snapshot.balance.waived),
            "outstanding": str(snapshot.balance.outstanding),
            "fulfilled": snapshot.fulfilled,
            "replaces": previous.label if previous else "",
            "fingerprint": bytes(certificate.content_hash).hex(),
        },
        now=now,
    )

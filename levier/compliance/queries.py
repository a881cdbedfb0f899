"""Reading certificates, and telling anybody who holds one whether it is genuine."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet

from levier.accounts.values import Actor
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_visible_to
from levier.compliance.models import Certificate, SettlementValidation
from levier.compliance.snapshot import Snapshot, fingerprint, read_content
from levier.foundation import french
from levier.foundation.objections import NotForYou
from levier.foundation.periods import civil_date

_NUMBER = re.compile(r"\s*(20[0-9]{2}|21[0-9]{2})\s*[-–/ ]\s*([0-9]{1,6})\s*")
_SHORT = 8


def certificates_visible_to(actor: Actor) -> QuerySet[Certificate]:
    """Those of the commitments the actor may see: the mission all, a facilitator the territory, a company and a buyer their own."""
    return Certificate.objects.filter(commitment__in=commitments_visible_to(actor))


def certificate_for(actor: Actor, public_id: str) -> Certificate:
    """Raise NotForYou when unknown or foreign."""
    found = _with_relations(certificates_visible_to(actor)).filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def certificates_of(actor: Actor) -> QuerySet[Certificate]:
    """The actor's certificates, the latest first."""
    return _with_relations(certificates_visible_to(actor)).order_by("-year", "-number")


def latest_certificate(commitment: Commitment) -> Certificate | None:
    return Certificate.objects.filter(commitment=commitment, superseded_by__isnull=True).order_by("-id").first()


def in_force() -> Q:
    """Certificates neither replaced nor withdrawn."""
    return Q(superseded_by__isnull=True, withdrawal__isnull=True)


def agreement_of(commitment: Commitment) -> str:
    """What a certificate says of the statement (décompte) that was validated; empty when none was."""
    validation = (
        SettlementValidation.objects.select_related("settlement__answer")
        .filter(settlement__commitment=commitment, settlement__superseded_by__isnull=True)
        .first()
    )
    if validation is None:
        return ""
    answer = validation.settlement.answer
    said = "contesté en partie par l’entreprise" if answer.contested else "accepté par l’entreprise"
    released = " Mainlevée est donnée." if validation.released else ""
    text = (
        f"Décompte n° {validation.settlement.number} {said} le {french.day(civil_date(answer.at))}, "
        f"validé par le Département le {french.day(civil_date(validation.at))}.{released}"
    )
    return french.typeset(text)


def snapshot_of(certificate: Certificate) -> Snapshot:
    return read_content(certificate.content)


class Verdict(StrEnum):
    """What the public page answers. `altered`: what is kept no longer has the fingerprint that was sealed."""

    GENUINE = "genuine"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Verification:
    certificate: Certificate
    snapshot: Snapshot
    verdict: Verdict
    successor: Certificate | None


def verify_code(code: str) -> Verification | None:
    """What the QR code leads to. None: no such certificate."""
    return _verification(Certificate.objects.filter(verification_code=code.lower()[:26]))


def verify_number(number: str, short: str) -> Verification | None:
    """The certificate with that number (2026-0001) whose code starts with the eight characters typed. None: no such one."""
    read = _NUMBER.fullmatch(number)
    characters = re.sub(r"[^0-9a-z]", "", short.lower())
    if read is None or len(characters) != _SHORT:
        return None
    return _verification(
        Certificate.objects.filter(year=int(read[1]), number=int(read[2]), verification_code__startswith=characters)
    )


def _verification(found: QuerySet[Certificate]) -> Verification | None:
    certificate = found.select_related("superseded_by", "withdrawal").first()
    if certificate is None:
        return None
    successor = getattr(certificate, "superseded_by", None)
    if fingerprint(certificate.content) != bytes(certificate.content_hash):
        verdict = Verdict.ALTERED
    elif hasattr(certificate, "withdrawal"):
        verdict = Verdict.WITHDRAWN
    else:
        verdict = Verdict.REPLACED if successor else Verdict.GENUINE
    return Verification(certificate, read_content(certificate.content), verdict, successor)


def _with_relations(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    return certificates.select_related(
        "commitment__lot__contract__buyer",
        "commitment__holder",
        "commitment__territory",
        "supersedes",
        "superseded_by",
        "withdrawal",
    )

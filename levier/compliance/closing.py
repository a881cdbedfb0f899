"""The end of a commitment: a statement (décompte) both sides agree on, line by line; the Département validates; release; withdrawal."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.commitments.queries import commitments_visible_to
from levier.compliance import policies
from levier.compliance.books import Books, books_of
from levier.compliance.models import (
    Certificate,
    CertificateWithdrawal,
    Settlement,
    SettlementAnswer,
    SettlementValidation,
)
from levier.compliance.queries import certificates_visible_to
from levier.compliance.refusals import CertificateRefusal, refuse
from levier.compliance.snapshot import as_content, fingerprint, shown_people
from levier.compliance.telling import tell_company
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection

LINES = {
    "due": "Heures dues",
    "accepted": "Heures acceptées",
    "waived": "Heures dispensées",
    "penalised": "Heures pénalisées",
    "outstanding": "Reste à faire",
    "surplus": "Heures faites en plus",
    "people": "Personnes",
    "contracts": "Contrats de travail",
}
"""What both sides agree on, in order. Numbers of people and contracts from one to four are written « moins de cinq »."""
HOURS = frozenset({"due", "accepted", "waived", "penalised", "outstanding", "surplus"})


def lines_of(commitment: Commitment, books: Books) -> dict[str, str]:
    """Code → value as text, from the books; `few` stands for one to four people."""
    assert books.snapshot is not None
    balance = books.snapshot.balance
    found = {name: str(getattr(balance, name)) for name in LINES if name in HOURS}
    contracts = shown_people(CommitmentPlacement.objects.filter(commitment=commitment).count())
    for name, count in (("people", books.snapshot.people), ("contracts", contracts)):
        found[name] = "few" if count is None else str(count)
    return found


def current_settlement(commitment: Commitment) -> Settlement | None:
    return (
        Settlement.objects.select_related("answer", "validation")
        .filter(commitment=commitment, superseded_by__isnull=True)
        .order_by("-number")
        .first()
    )


def settlements_of(actor: Actor, commitment: Commitment) -> list[Settlement]:
    """All of them, the latest first."""
    if not commitments_visible_to(actor).filter(pk=commitment.pk).exists():
        raise NotForYou
    return list(
        Settlement.objects.select_related("answer", "validation").filter(commitment=commitment).order_by("-number")
    )


def changed_since(settlement: Settlement, commitment: Commitment, books: Books) -> list[str]:
    """The lines whose value is no longer the one written."""
    now = lines_of(commitment, books) if books.snapshot else {}
    return [LINES[name] for name in LINES if now.get(name) != settlement.lines.get(name)]


@transaction.atomic
def propose_settlement(*, actor: Actor, commitment_id: str, now: datetime) -> Settlement:
    """Write the lines down as the books give them. One that waits for its answer, or that still says all, is not doubled."""
    commitment = _locked(actor, commitment_id)
    if not policies.may_propose_settlement(actor):
        raise NotForYou
    books = books_of(commitment, now=now)
    if books.objections or books.snapshot is None:
        raise refuse(*books.objections)
    previous = current_settlement(commitment)
    lines = lines_of(commitment, books)
    if previous is not None:
        answer = getattr(previous, "answer", None)
        same = previous.lines == lines
        if answer is None and same:
            raise refuse(Objection(CertificateRefusal.SETTLEMENT_WAITS, "", {"number": previous.number}))
        if answer is not None and same and not answer.contested:
            raise refuse(Objection(CertificateRefusal.SETTLEMENT_SAME, "", {"number": previous.number}))
    assert actor.user_id is not None
    settlement = Settlement.objects.create(
        commitment=commitment,
        number=previous.number + 1 if previous else 1,
        supersedes=previous,
        lines=lines,
        books_hash=fingerprint(as_content(books.snapshot)),
        at=now,
        by_id=actor.user_id,
        by_org_id=actor.organisation_id,
        by_label=_label(actor),
    )
    _journal(actor, commitment, "settlement.proposed", now, {"number": settlement.number, **lines})
    tell_company(
        commitment,
        key=f"settlement:{settlement.public_id}",
        what=f"Le décompte n° {settlement.number} de votre engagement vous est proposé : acceptez-le ou contestez-le, ligne par ligne.",
        address=f"/engagements/{commitment.public_id}/decompte/",
        now=now,
    )
    return settlement


@transaction.atomic
def answer_settlement(
    *, actor: Actor, settlement_id: str, contested: Mapping[str, str], now: datetime
) -> SettlementAnswer:
    """Agree to every line but those in `contested` (code → reason). Sent twice, it is one answer."""
    settlement = _settlement(actor, settlement_id)
    if not policies.may_answer_settlement(actor):
        raise NotForYou
    known = SettlementAnswer.objects.filter(settlement=settlement).first()
    contested = {name: reason.strip() for name, reason in contested.items() if name in LINES}
    if known is not None:
        if known.contested == contested:
            return known
        raise refuse(Objection(CertificateRefusal.SETTLEMENT_ANSWERED))
    objections = [
        Objection(CertificateRefusal.CONTEST_REASON, f"why-{name}")
        for name, reason in contested.items()
        if not 0 < len(reason) <= 500
    ]
    if objections:
        raise refuse(*objections)
    assert actor.user_id is not None
    answer = SettlementAnswer.objects.create(
        settlement=settlement,
        contested=contested,
        at=now,
        by_id=actor.user_id,
        by_org_id=actor.organisation_id,
        by_label=_label(actor),
    )
    _journal(
        actor, settlement.commitment, "settlement.answered", now, {"number": settlement.number, "contested": contested}
    )
    return answer


@transaction.atomic
def validate_settlement(
    *, actor: Actor, settlement_id: str, released: bool, reason: str, now: datetime
) -> SettlementValidation:
    """The Département validates the statement as answered, on books that have not changed. `released`: nothing is owed any more."""
    settlement = _settlement(actor, settlement_id)
    if not policies.may_certify(actor):
        raise NotForYou
    known = SettlementValidation.objects.filter(settlement=settlement).first()
    if known is not None:
        return known
    commitment, answer = settlement.commitment, getattr(settlement, "answer", None)
    objections = []
    if answer is None:
        objections.append(Objection(CertificateRefusal.SETTLEMENT_NOT_ANSWERED))
    elif answer.contested and not 0 < len(reason.strip()) <= 2000:
        objections.append(Objection(CertificateRefusal.DESPITE_REASON, "reason"))
    changed = changed_since(settlement, commitment, books_of(commitment, now=now))
    if changed:
        objections.append(Objection(CertificateRefusal.SETTLEMENT_STALE, "", {"changed": ", ".join(changed).lower()}))
    owed = Decimal(settlement.lines["outstanding"])
    if released and owed > 0:
        objections.append(Objection(CertificateRefusal.STILL_OWED, "released", {"hours": french.hours(owed)}))
    if objections:
        raise refuse(*objections)
    assert actor.user_id is not None
    validation = SettlementValidation.objects.create(
        settlement=settlement,
        released=released,
        reason=reason.strip(),
        at=now,
        by_id=actor.user_id,
        by_label=_label(actor),
    )
    _journal(
        actor, commitment, "settlement.validated", now,
        {"number": settlement.number, "released": released, "despite": sorted(answer.contested) if answer else [], "reason": reason.strip()},
    )  # fmt: skip
    return validation


@transaction.atomic
def withdraw_certificate(*, actor: Actor, certificate_id: str, reason: str, now: datetime) -> CertificateWithdrawal:
    """Take a certificate back: its public page says so from then on. A new one will cite it."""
    found = certificates_visible_to(actor).filter(public_id=certificate_id).values_list("pk", flat=True).first()
    if found is None or not policies.may_certify(actor):
        raise NotForYou
    certificate = (
        Certificate.objects.select_for_update()
        .select_related("commitment__lot__contract", "commitment__holder")
        .get(pk=found)
    )
    if not 0 < len(reason.strip()) <= 500:
        raise refuse(Objection(CertificateRefusal.WITHDRAWAL_REASON, "reason"))
    known = CertificateWithdrawal.objects.filter(certificate=certificate).first()
    if known is not None:
        if known.reason == reason.strip():
            return known
        raise refuse(Objection(CertificateRefusal.WITHDRAWN_ALREADY))
    assert actor.user_id is not None
    withdrawal = CertificateWithdrawal.objects.create(
        certificate=certificate, reason=reason.strip(), at=now, by_id=actor.user_id, by_label=_label(actor)
    )
    _journal(
        actor,
        certificate.commitment,
        "certificate.withdrawn",
        now,
        {"number": certificate.label, "reason": reason.strip()},
    )
    return withdrawal


def _locked(actor: Actor, commitment_id: str) -> Commitment:
    found = (
        commitments_visible_to(actor)
        .select_related("lot__contract__buyer", "holder", "territory")
        .select_for_update(of=("self",))
        .filter(public_id=commitment_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def _settlement(actor: Actor, public_id: str) -> Settlement:
    found = (
        Settlement.objects.filter(public_id=public_id, superseded_by__isnull=True).select_related("commitment").first()
    )
    if found is None:
        raise NotForYou
    commitment = _locked(actor, found.commitment.public_id)
    settlement = Settlement.objects.select_related("answer").get(pk=found.pk)
    settlement.commitment = commitment
    return settlement


def _label(actor: Actor) -> str:
    return f"{actor.label}, {actor.organisation_name}"[:200]


def _journal(actor: Actor, commitment: Commitment, action: str, now: datetime, facts: dict[str, object]) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="commitment",
        object_id=commitment.public_id,
        thread="",
        facts={"holder": commitment.holder.name, **facts},
        now=now,
    )

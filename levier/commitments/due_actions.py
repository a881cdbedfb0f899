"""What moves the hours due after the signature: invoices, orders, hours worked, amendments. Everything is written once and stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.values import Actor
from levier.commitments import policies
from levier.commitments.actions import journal, locked, owed
from levier.commitments.models import Commitment, DueBasis, DueMovement, DueTerms
from levier.commitments.refusals import CommitmentRefusal, refuse
from levier.commitments.values import PIECES_OF, BasisKind, DueMethod, Piece
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.foundation.quantities import LARGEST

MOST_PIECES = 500
"""Pieces taken in one paste."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Pieces written; those that were already there, as they are; what is due now."""

    written: int
    known: int
    due: Decimal


def enter_pieces(*, actor: Actor, commitment_public_id: str, pieces: Sequence[Piece], now: datetime) -> Entered:
    """Write invoices, orders or hours worked, all or none; the base moves what is due. The same piece again is left as it is; another
    amount or date under its reference is refused. `field` of an objection is `pieces[n].…`.
    """
    with transaction.atomic():
        commitment = _held(actor, commitment_public_id)
        terms = DueTerms.objects.filter(commitment=commitment).first()
        known = {(one.kind, one.reference): one for one in DueBasis.objects.filter(commitment=commitment)}
        objections, written = [], []
        for number, piece in enumerate(pieces):
            row = known.get((piece.kind.value, piece.reference.strip()))
            if row is not None and (row.on, row.amount) == (piece.on, piece.amount):
                continue
            found = _objections_to(piece, row, commitment, terms, civil_date(now))
            objections += [Objection(code, f"pieces[{number}].{field}", facts) for code, field, facts in found]
            if not found:
                written.append(_row(actor, commitment, piece, now))
                known[piece.kind.value, piece.reference.strip()] = written[-1]
        if objections:
            raise refuse(*objections)
        for row in written:
            row.save(force_insert=True)
        commitment.refresh_from_db(fields=["due_hours"])
        if written:
            journal(actor, commitment, "due.pieces_entered", now, pieces=len(written), due=str(commitment.due_hours))
    return Entered(len(written), len(pieces) - len(written), commitment.due_hours)


def _row(actor: Actor, commitment: Commitment, piece: Piece, now: datetime) -> DueBasis:
    return DueBasis(
        commitment=commitment,
        kind=piece.kind.value,
        reference=piece.reference.strip(),
        on=piece.on,
        until=piece.until,
        amount=piece.amount,
        at=now,
        by_label=actor.label,
    )


def _objections_to(
    piece: Piece, known: DueBasis | None, commitment: Commitment, terms: DueTerms | None, today: date
) -> list[tuple[CommitmentRefusal, str, dict[str, str]]]:
    found: list[tuple[CommitmentRefusal, str, dict[str, str]]] = []
    method = DueMethod(terms.method) if terms else DueMethod.FIXED
    if piece.kind not in PIECES_OF[method]:
        found.append((CommitmentRefusal.NO_TERMS, "reference", {}))
    if not 0 < len(piece.reference.strip()) <= 60:
        found.append((CommitmentRefusal.BASIS_REFERENCE, "reference", {}))
    if piece.amount == 0 or abs(piece.amount) > LARGEST:
        found.append((CommitmentRefusal.BASIS_AMOUNT, "amount", {}))
    if piece.on > today:
        found.append((CommitmentRefusal.BASIS_IN_THE_FUTURE, "on", {}))
    if piece.on < commitment.starts_on:
        found.append((CommitmentRefusal.BASIS_BEFORE_START, "on", {"starts": french.day(commitment.starts_on)}))
    if piece.until is not None and piece.until < piece.on:
        found.append((CommitmentRefusal.BASIS_UNTIL, "until", {}))
    if known is not None:
        say = french.hours if piece.kind is BasisKind.WORKED else french.euros
        facts = {"reference": known.reference, "amount": say(known.amount), "day": french.day(known.on)}
        found.append((CommitmentRefusal.BASIS_KNOWN, "reference", facts))
    return found


def enter_amendment(
    *, actor: Actor, commitment_public_id: str, reference: str, due_hours: Decimal, effective_on: date, now: datetime
) -> DueMovement:
    """From `effective_on`, the commitment owes `due_hours` in all (more or less than today). Below what was accepted, the rest is a surplus,
    shown and carried nowhere. One reference enters once.
    """
    with transaction.atomic():
        commitment = _held(actor, commitment_public_id)
        reference = reference.strip()
        known = DueMovement.objects.filter(commitment=commitment, kind="amendment", reference=reference).first()
        if known is not None and known.effective_on == effective_on and commitment.due_hours == due_hours:
            return known
        if objections := _objections_to_amendment(commitment, reference, due_hours, effective_on, known):
            raise refuse(*objections)
        made = DueMovement.objects.create(
            commitment=commitment, kind="amendment", hours=due_hours - commitment.due_hours, effective_on=effective_on,
            until=commitment.ends_on, reference=reference, once=f"amendment:{commitment.pk}:{reference}"[:80],
            at=now, by_label=actor.label,
        )  # fmt: skip
        journal(
            actor, commitment, "due.amended", now,
            amendment=reference, before=str(commitment.due_hours), after=str(due_hours), on=effective_on.isoformat(),
        )  # fmt: skip
    return made


def _objections_to_amendment(
    commitment: Commitment, reference: str, due_hours: Decimal, effective_on: date, known: DueMovement | None
) -> list[Objection]:
    found = []
    if commitment.head_id is not None:
        found.append(Objection(CommitmentRefusal.AMENDMENT_OF_A_MEMBER, "due_hours"))
    if not 0 < len(reference) <= 60:
        found.append(Objection(CommitmentRefusal.AMENDMENT_REFERENCE, "reference"))
    if known is not None:
        found.append(Objection(CommitmentRefusal.AMENDMENT_KNOWN, "reference", {"reference": reference}))
    if due_hours == commitment.due_hours or not 0 <= due_hours <= LARGEST:
        facts = {"due": french.hours(commitment.due_hours)}
        found.append(Objection(CommitmentRefusal.AMENDMENT_HOURS, "due_hours", facts))
    if not commitment.starts_on <= effective_on <= commitment.ends_on:
        facts = {"starts": french.day(commitment.starts_on), "ends": french.day(commitment.ends_on)}
        found.append(Objection(CommitmentRefusal.AMENDMENT_DATE, "effective_on", facts))
    settled = commitment.waived_hours + commitment.penalised_hours
    if due_hours < settled:
        facts = {"settled": french.hours(settled)}
        found.append(Objection(CommitmentRefusal.AMENDMENT_BELOW_SETTLED, "due_hours", facts))
    return found


def _held(actor: Actor, public_id: str) -> Commitment:
    commitment = locked(actor, public_id)
    if not policies.may_move_due(actor, owed(commitment)):
        raise NotForYou
    return commitment

"""Reading commitments. Everything starts from what the actor may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Case, DecimalField, F, Func, Q, QuerySet, Value, When

from levier.accounts.values import Actor, Role
from levier.commitments.models import (
    Commitment,
    CommitmentPlacement,
    DueBasis,
    DueMovement,
    DueTerms,
    DueTransfer,
    HoursWaiver,
    PoolingAgreement,
)
from levier.commitments.policies import may_consent
from levier.commitments.rules import explained
from levier.commitments.values import BasisKind, DueLine, DueMethod, DueRule, Piece
from levier.foundation.objections import NotForYou
from levier.organisations.models import Organisation
from levier.sizing.values import TriggerMode


def commitments_visible_to(actor: Actor) -> QuerySet[Commitment]:
    """The mission: all. A buyer: those of its contracts. A facilitator: those of the territory. A company: those it holds.
    A prescriber: none.
    """
    match actor.role:
        case Role.MISSION:
            return Commitment.objects.all()
        case Role.BUYER:
            return Commitment.objects.filter(lot__contract__buyer_id=actor.organisation_id)
        case Role.FACILITATOR:
            return Commitment.objects.filter(territory_id__in=actor.territory_ids)
        case Role.COMPANY:
            return Commitment.objects.filter(holder_id=actor.organisation_id)
        case Role.STRUCTURE | Role.PRESCRIBER:
            return Commitment.objects.none()


def commitment_for(actor: Actor, public_id: str) -> Commitment:
    """Raise NotForYou when it is unknown or foreign."""
    found = (
        commitments_visible_to(actor)
        .select_related("lot__contract__buyer", "holder", "territory", "study")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def commitments_of(actor: Actor, contract_ids: Iterable[int]) -> QuerySet[Commitment]:
    """Commitments of these contracts that the actor may see, with lot, holder and territory, in one query."""
    return (
        commitments_visible_to(actor)
        .filter(lot__contract_id__in=list(contract_ids))
        .select_related("lot", "holder", "territory")
        .order_by("lot__contract_id", "lot__number", "id")
    )


def accrued_by(day: date) -> Case:
    """Expression on commitments: hours due by the evening of `day`, each movement of the due counted evenly over its own days, not
    rounded. None where nothing but the signature moved the due: it is then linear over the commitment.
    """
    exact = DecimalField(max_digits=24, decimal_places=6)
    accrued = Func(F("pk"), Value(day), function="commitments_accrued", output_field=exact)
    return Case(When(due_moved=True, then=accrued), default=None)


def waivers_of(actor: Actor, commitment_ids: Iterable[int]) -> QuerySet[HoursWaiver]:
    """What was given up on these commitments, with its reasons, the latest first."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    return HoursWaiver.objects.filter(commitment__in=visible).select_related("commitment").order_by("-at", "-id")


def assignments_of(actor: Actor, commitment_ids: Iterable[int]) -> QuerySet[CommitmentPlacement]:
    """Placements drawn onto these commitments, with employer and decision. Nobody's name: the person is a reference."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    return (
        CommitmentPlacement.objects.filter(commitment__in=visible)
        .select_related("commitment__lot", "placement__employer", "placement__decision", "placement__person")
        .defer("placement__person__identity", "placement__person__identity_index", "placement__person__name_keys")
        .order_by("commitment_id", "since", "id")
    )


@dataclass(frozen=True, slots=True)
class Pooling:
    """An agreement as one reads it: buyers whose consent it still waits for; `asks_me`: a commitment of the reader's own organisation."""

    public_id: str
    reference: str
    signed_on: date
    created_by_label: str
    missing_consents: tuple[Organisation, ...]
    asks_me: Commitment | None


def pooling_of(actor: Actor, commitment_ids: Iterable[int]) -> list[Pooling]:
    """Pooling agreements that name at least one of these commitments. Where the contracts are of several buyers, each must agree."""
    visible = commitments_visible_to(actor).filter(pk__in=list(commitment_ids))
    agreements = (
        PoolingAgreement.objects.filter(members__commitment__in=visible)
        .distinct()
        .prefetch_related("members__commitment__lot__contract__buyer", "consents")
        .order_by("-signed_on", "id")
    )
    return [_pooling(actor, one) for one in agreements]


def _pooling(actor: Actor, agreement: PoolingAgreement) -> Pooling:
    members = [member.commitment for member in agreement.members.all()]
    buyers = {one.lot.contract.buyer_id: one.lot.contract.buyer for one in members}
    given = {consent.buyer_id for consent in agreement.consents.all()}
    missing = {pk: buyer for pk, buyer in buyers.items() if pk not in given} if len(buyers) > 1 else {}
    mine = next((one for one in members if one.lot.contract.buyer_id == actor.organisation_id), None)
    asks = mine if actor.organisation_id in missing and may_consent(actor) else None
    return Pooling(
        agreement.public_id, agreement.reference, agreement.signed_on, agreement.created_by_label,
        tuple(missing.values()), asks,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DueSeries:
    """All that makes what is due: the rule, the pieces as entered, and the lines in the order of their dates, each explained."""

    rule: DueRule | None
    pieces: tuple[DueBasis, ...]
    lines: tuple[DueLine, ...]

    @property
    def as_pieces(self) -> tuple[Piece, ...]:
        return tuple(_piece(one) for one in self.pieces)


def due_series(actor: Actor, commitment: Commitment) -> DueSeries:
    """The due of a commitment in three queries. Raise NotForYou when the actor may not see it."""
    if not commitments_visible_to(actor).filter(pk=commitment.pk).exists():
        raise NotForYou
    terms = DueTerms.objects.filter(commitment=commitment).first()
    pieces = tuple(DueBasis.objects.filter(commitment=commitment).order_by("on", "id"))
    written = [
        DueLine(one.effective_on, one.until, one.kind, one.reference, one.hours, one.hours)
        for one in DueMovement.objects.filter(commitment=commitment).order_by("effective_on", "id")
    ]
    rule = rule_of(terms)
    lines = explained(written, rule, commitment.starts_on, map(_piece, pieces))
    return DueSeries(rule, pieces, lines)


_INVOICED = """
SELECT c.id, i.amount, i.until, k.amount FROM commitments_commitment c JOIN procurement_lot k ON k.id = c.lot_id
  LEFT JOIN commitments_dueterms t ON t.commitment_id = c.id
  JOIN (SELECT e.lot_id, sum(e.amount) AS amount, max(e.until) AS until
          FROM (SELECT o.lot_id, max(b.amount) AS amount, max(b."on") AS until
                  FROM commitments_duebasis b JOIN commitments_commitment o ON o.id = b.commitment_id
                 WHERE b.kind = 'invoice' AND o.lot_id IN (SELECT lot_id FROM commitments_commitment WHERE id = ANY(%(ids)s))
                 GROUP BY o.lot_id, o.holder_id, b.reference) e GROUP BY e.lot_id) i ON i.lot_id = c.lot_id
 WHERE c.id = ANY(%(ids)s) AND COALESCE(t.method, 'fixed') IN ('fixed', 'stepped')
"""


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What was invoiced on a lot in all by its last invoice, in euros without tax; `share` of the lot's amount from 0 to 1, None without one."""

    amount: Decimal
    until: date
    share: Decimal | None


def invoiced_of(commitment_ids: Iterable[int]) -> dict[int, Invoiced]:
    """By commitment, the sum of the invoices of its lot; nothing for those without an invoice, or whose due already comes from pieces.

    Holders of one lot bill for one amount, so that their invoices add up; an invoice of one holder entered under two instruments is one.
    One query; the caller has already asked which ones the actor may see.
    """
    with connection.cursor() as cursor:
        cursor.execute(_INVOICED, {"ids": list(commitment_ids)})
        return {pk: Invoiced(amount, until, _share(amount, lot)) for pk, amount, until, lot in cursor.fetchall()}


def _share(amount: Decimal, lot: Decimal | None) -> Decimal | None:
    return max(Decimal(0), min(Decimal(1), amount / lot)) if lot else None


def rule_of(terms: DueTerms | None) -> DueRule | None:
    if terms is None:
        return None
    return DueRule(
        DueMethod(terms.method),
        terms.source,
        terms.euros_per_hour,
        terms.trigger_amount,
        TriggerMode(terms.trigger_mode or TriggerMode.EXCESS),
        tuple(terms.rates),
    )


def _piece(row: DueBasis) -> Piece:
    return Piece(BasisKind(row.kind), row.reference, row.on, row.amount, row.until)


def group_rows(head_id: int) -> list[Commitment]:
    """The commitments of a group, the leader's first, each member under the one that took it on. Shares and sums, nobody's name."""
    rows = list(
        Commitment.objects.filter(Q(pk=head_id) | Q(head_id=head_id))
        .select_related("holder", "lot__contract")
        .order_by("id")
    )
    below: dict[int | None, list[Commitment]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def walk(parent: int | None) -> Iterator[Commitment]:
        for row in below.get(parent, []):
            yield row
            yield from walk(row.pk)

    return list(walk(None))


def transfers_visible_to(actor: Actor) -> QuerySet[DueTransfer]:
    """Proposals on commitments of which the actor may see one side."""
    seen = commitments_visible_to(actor)
    return DueTransfer.objects.filter(Q(source__in=seen) | Q(target__in=seen))


def transfers_waiting(actor: Actor) -> QuerySet[DueTransfer]:
    """Proposals that the actor's own organisation must answer: the holder of one side, or the buyer of a carry-over. The oldest first."""
    mine = Q(source__holder_id=actor.organisation_id) | Q(target__holder_id=actor.organisation_id)
    if actor.role is Role.BUYER:
        mine = Q(carry_over=True, source__lot__contract__buyer_id=actor.organisation_id)
    elif actor.role is not Role.COMPANY:
        return DueTransfer.objects.none()
    return (
        transfers_visible_to(actor)
        .filter(mine, answer__isnull=True)
        .exclude(proposed_by_org_id=actor.organisation_id)
        .select_related("source__holder", "target__holder", "source__lot__contract", "target__lot__contract")
        .order_by("at", "id")
    )


def transfers_of(actor: Actor, commitment_ids: Iterable[int]) -> QuerySet[DueTransfer]:
    """Proposals between these commitments and others, with their answer, the latest first."""
    ids = list(commitment_ids)
    return (
        transfers_visible_to(actor)
        .filter(Q(source__in=ids) | Q(target__in=ids))
        .select_related("source__holder", "target__holder", "source__lot__contract", "target__lot__contract", "answer")
        .order_by("-at", "-id")
    )

"""Durations that a buyer counts, by kind of work contract: dated, sourced, kept by the mission, appended and never rewritten."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.foundation.explanation import Confidence
from levier.foundation.objections import NotForYou, Objection
from levier.organisations.models import Organisation
from levier.participants.labels import CONTRACT_KINDS
from levier.participants.models import BuyerWindow
from levier.participants.refusals import PersonRefusal, refuse
from levier.participants.values import ContractKind
from levier.reference.values import ReferenceValue


def buyer_limit(buyer_id: str, kind: ContractKind, day: date) -> ReferenceValue | None:
    """What that buyer counts for that kind of contract on the day, as a sourced value; None where it said nothing."""
    if not buyer_id:
        return None
    row = (
        BuyerWindow.objects.select_related("buyer")
        .filter(buyer__public_id=buyer_id, kind=kind, valid_from__lte=day)
        .order_by("-valid_from", "-pk")
        .first()
    )
    return as_value(row) if row else None


def as_value(row: BuyerWindow) -> ReferenceValue:
    return ReferenceValue(
        key=f"eligibility.buyer.{row.buyer.siret}.{row.kind}",
        label=f"{CONTRACT_KINDS[ContractKind(row.kind)]} : durée retenue par {row.buyer.name}",
        value=Decimal(row.months),
        unit="MONTHS",
        valid_from=row.valid_from,
        source=row.source,
        confidence=Confidence(row.confidence),
    )


def buyer_windows() -> list[BuyerWindow]:
    """Every row, by buyer and kind, the one in use first: what the page of the mission shows."""
    return list(BuyerWindow.objects.select_related("buyer").order_by("buyer__name", "kind", "-valid_from", "-pk"))


def keep_buyer_window(
    *, actor: Actor, buyer_id: str, kind: ContractKind, months: int, valid_from: date, source: str, now: datetime
) -> BuyerWindow:
    """The mission writes what a buyer counts from a day on. Decisions already taken keep the duration they used."""
    if actor.role is not Role.MISSION:
        raise NotForYou
    source = " ".join(source.split())[:300]
    with transaction.atomic():
        buyer = Organisation.objects.filter(public_id=buyer_id, kinds__contains=["buyer"]).first()
        found = []
        if buyer is None:
            found.append(Objection(PersonRefusal.BUYER_UNKNOWN, "buyer"))
        if not source:
            found.append(Objection(PersonRefusal.SOURCE_MISSING, "source"))
        if found or buyer is None:
            raise refuse(*found)
        row = BuyerWindow.objects.create(
            buyer=buyer, kind=kind, months=months, valid_from=valid_from, source=source, confidence=Confidence.CONFIRMED,
            created_at=now, created_by_label=actor.label,
        )  # fmt: skip
        record(
            actor=actor, action="buyer_window.kept", object_kind="organisation", object_id=buyer.public_id, now=now,
            facts={"kind": kind, "months": months, "from": valid_from},
        )  # fmt: skip
        return row

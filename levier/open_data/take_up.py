"""Taking a published contract up: from the notice that everybody can read to a contract that the Département follows."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.foundation.objections import NotForYou, Objection
from levier.open_data.models import PublishedContract
from levier.open_data.values import Kind
from levier.organisations.actions import make_known
from levier.organisations.values import OrganisationKind
from levier.planning.following import notice_awarded
from levier.procurement.actions import register_contract
from levier.procurement.models import Contract
from levier.procurement.notices import Notice, NoticeAmendment, NoticeHolder, NoticeLot
from levier.procurement.policies import may_follow
from levier.procurement.refusals import ContractRefusal, refuse

LONGEST_MONTHS = 600
"""A longer published duration is a slip of the keyboard: it is left out, and a person says it at the screening."""


@transaction.atomic
def take_up(*, actor: Actor, published_id: str, now: datetime) -> Contract:
    """Follow the contract of this publication, with every record that the same buyer published under the same id as its lots.

    `published_id` is the public identifier of one of them. Done again, it brings what was published since (lots, amendments) and
    changes nothing else. Raise NotForYou for anybody but the mission, Refusal for a concession or a buyer without SIRET.
    """
    if not may_follow(actor):
        raise NotForYou
    asked = PublishedContract.objects.filter(public_id=published_id).first()
    if asked is None:
        raise NotForYou
    if asked.kind != Kind.CONTRACT:
        raise refuse(Objection(ContractRefusal.NOT_A_CONTRACT))
    if not _is_siret(asked.buyer_siret):
        raise refuse(Objection(ContractRefusal.BUYER_WITHOUT_SIRET, "", {"siret": asked.buyer_siret}))
    records = (
        PublishedContract.objects.filter(
            kind=asked.kind, buyer_siret=asked.buyer_siret, published_id=asked.published_id
        )
        .prefetch_related("amendments")
        .order_by("id")
    )
    notice = notice_of(asked, list(records))
    buyer = make_known(siret=asked.buyer_siret, name=asked.buyer_name, kind=OrganisationKind.BUYER, now=now)
    contract = register_contract(actor=actor, buyer=buyer, notice=notice, now=now)
    notice_awarded(contract.pk, by=actor.label, now=now)
    return contract


def notice_of(asked: PublishedContract, records: Iterable[PublishedContract]) -> Notice:
    """What these records say together: notified with the first, lasting as long as the longest, where the one asked for is."""
    records = list(records)
    notified = [record.notified_on for record in records if record.notified_on]
    months = [m for record in records if (m := record.duration_months) and 0 < m <= LONGEST_MONTHS]
    return Notice(
        reference=asked.published_id[:40],
        nature=asked.nature,
        procedure=asked.procedure,
        notified_on=min(notified, default=None),
        duration_months=max(months, default=None),
        place_code=asked.place_code,
        place_kind=asked.place_kind,
        lots=tuple(_lot(record) for record in records),
    )


def _lot(record: PublishedContract) -> NoticeLot:
    initial = None if record.initial_amount_flag and not record.amount_flag else record.initial_amount
    return NoticeLot(
        key=bytes(record.identity_key),
        title=record.object or f"Marché {record.published_id}",
        cpv=record.cpv,
        initial_amount=initial,
        amount=record.current_amount,
        amount_flag=record.amount_flag,
        holders=_holders(record),
        amendments=tuple(
            NoticeAmendment(
                sequence,
                one.notified_on,
                None if one.amount_flag else one.amount,
                one.duration_months if one.duration_months and 0 < one.duration_months <= LONGEST_MONTHS else None,
            )
            for sequence, one in enumerate(sorted(record.amendments.all(), key=lambda one: one.place), start=1)
        ),
    )


def _holders(record: PublishedContract) -> tuple[NoticeHolder, ...]:
    """Companies known by a SIRET; the others stay readable in the publication. A notice never tells who leads a group."""
    known = {holder["id"]: holder.get("name", "") for holder in record.holders if _is_siret(holder.get("id", ""))}
    alone = len(record.holders) < 2 or "Pas de groupement" in record.raw
    return tuple(NoticeHolder(siret, name, "contractor" if alone else "co_contractor") for siret, name in known.items())


def _is_siret(text: str) -> bool:
    return len(text) == 14 and text.isascii() and text.isdigit()

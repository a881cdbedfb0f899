"""Finished tender files (pièces d'un DCE) kept beside a contract, because somebody asked for it: they are otherwise read and forgotten."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.files.actions import receive
from levier.files.values import Received, shown_name
from levier.foundation.objections import NotForYou
from levier.planning.models import TenderFile
from levier.planning.policies import may_prepare
from levier.procurement.models import Contract
from levier.procurement.queries import contracts_visible_to

MEDIA_TYPE = "application/octet-stream"
"""Whatever it is, it is downloaded and never shown by the browser."""


@transaction.atomic
def keep_tender_files(
    *, actor: Actor, contract_id: str, files: Iterable[tuple[str, bytes]], now: datetime
) -> list[TenderFile]:
    """Keep (name, bytes) as they came, in quarantine; given back, each once. The same bytes are kept once for a contract: sent again, they
    are those that were kept.
    """
    contract = contracts_visible_to(actor).select_for_update(of=("self",)).filter(public_id=contract_id).first()
    if contract is None or not may_prepare(actor, buyer_id=contract.buyer_id):
        raise NotForYou
    of_contract = TenderFile.objects.filter(contract=contract).select_related("file")
    known = {bytes(one.file.sha256): one for one in of_contract}
    kept, made = {}, []
    for name, content in files:
        received = Received(content, MEDIA_TYPE, shown_name(name))
        if not content:
            continue
        if received.sha256 not in known:
            file = receive(actor=actor, received=received, now=now)
            one = TenderFile.objects.create(contract=contract, file=file, kept_at=now, kept_by_label=actor.label)
            known[received.sha256] = one
            made.append(one)
        kept[received.sha256] = known[received.sha256]
    if made:
        record(
            actor=actor, action="tender.files_kept", object_kind="contract", object_id=contract.public_id, thread=contract.public_id,
            facts={"files": [one.file.name for one in made]}, now=now,
        )  # fmt: skip
    return list(kept.values())


def tender_files_visible_to(actor: Actor) -> QuerySet[TenderFile]:
    """The mission: all; a buyer: those of its contracts; nobody else."""
    if actor.role not in {Role.MISSION, Role.BUYER}:
        return TenderFile.objects.none()
    return TenderFile.objects.filter(contract__in=contracts_visible_to(actor)).select_related("file")


def tender_files_of(actor: Actor, contract: Contract) -> list[TenderFile]:
    return list(tender_files_visible_to(actor).filter(contract=contract).order_by("kept_at", "id"))


def tender_file_for(actor: Actor, public_id: str) -> TenderFile:
    """Raise NotForYou when it is unknown or foreign."""
    found = tender_files_visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found

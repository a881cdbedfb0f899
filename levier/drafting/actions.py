"""What people do: make a kit, and change the models."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.bids.answer_sheet import SheetHeading
from levier.bids.queries import grid_of, heading_of, terms_of
from levier.bids.values import GridTerms
from levier.drafting import policies, rules
from levier.drafting.filling import Filled, Unfillable, faults_in, fill
from levier.drafting.kits import kit_name, put_together
from levier.drafting.labels import PIECES
from levier.drafting.models import Kit, ModelVersion
from levier.drafting.queries import (
    contacts_by_territory,
    contract_facts,
    criterion_facts,
    drafted_contract,
    model_content,
    model_version_for,
    models_in_use,
    publics,
    version_name,
)
from levier.drafting.refusals import DraftingRefusal, refuse
from levier.drafting.samples import sample_contexts
from levier.drafting.values import KitChoice, Piece, Prepared
from levier.files.actions import receive
from levier.files.values import Received
from levier.foundation.archives import NotAnArchive, names_in
from levier.foundation.objections import NotForYou, Objection
from levier.procurement.models import Contract, Lot
from levier.procurement.queries import lots_of
from levier.reference.values import Catalogue

ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST_MODEL = 4_000_000
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """A kit before it is handed over: what its pieces say, what is missing, and what it was made from."""

    contract: Contract
    lots: tuple[Lot, ...]
    choice: KitChoice
    prepared: Prepared
    versions: tuple[str, ...]


def prepare_kit(*, actor: Actor, contract_id: str, choice: KitChoice, catalogue: Catalogue) -> Draft:
    """Everything that the kit would be made from; writes nothing. Raise NotForYou for a contract that is not the actor's to draft."""
    contract = drafted_contract(actor, contract_id)
    numbers = {lot.number for lot in choice.lots}
    lots = tuple(lot for lot in lots_of(actor, [contract.pk]) if lot.number in numbers)
    people = publics()
    prepared = rules.prepare(
        choice,
        contract_facts(contract),
        contacts=contacts_by_territory(choice.consultation_on, lots),
        criterion=criterion_facts(actor, lots[0] if choice.instrument.criterion and len(lots) == 1 else None),
        publics=[(one.label, one.proof_label) for one in people],
        catalogue=catalogue,
    )
    models = tuple(version_name(piece, version) for piece, version in models_in_use().items())
    criteria = tuple(one.version for one in people)
    return Draft(contract, lots, choice, prepared, (*prepared.versions, *criteria, *models))


def preview(draft: Draft, piece: Piece) -> Filled:
    """What that piece will say. Raise Refusal when its model cannot be filled."""
    return _filled(draft, (piece,))[piece]


@transaction.atomic
def make_kit(*, actor: Actor, contract_id: str, choice: KitChoice, catalogue: Catalogue, now: datetime) -> Kit:
    """Write the kit, keep its ZIP and all the versions it used. Raise Refusal with what to settle first."""
    draft = prepare_kit(actor=actor, contract_id=contract_id, choice=choice, catalogue=catalogue)
    blocking = [gap for gap in draft.prepared.gaps if gap.blocks]
    if blocking:
        raise refuse(*(Objection(DraftingRefusal.BLOCKED, gap.field, {"message": gap.sentence}) for gap in blocking))
    filled = _filled(draft, tuple(Piece))
    content = put_together(filled, draft.prepared, choice, versions=draft.versions, sheet=_sheet(actor, draft), now=now)
    name = kit_name(draft.contract.reference, choice, now)
    file = receive(actor=actor, received=Received(content, ZIP, name), now=now)
    kit = Kit.objects.create(
        contract=draft.contract,
        instrument=choice.instrument.value,
        consultation_on=choice.consultation_on,
        choices=choice_as_json(choice),
        versions=[one[:160] for one in draft.versions],
        to_complete=[gap.sentence for gap in draft.prepared.gaps],
        file=file,
        at=now,
        author_label=actor.label,
    )
    record(
        actor=actor,
        action="kit.made",
        object_kind="kit",
        object_id=kit.public_id,
        thread=draft.contract.public_id,
        facts={
            "instrument": kit.instrument,
            "lots": [lot.number for lot in choice.lots],
            "versions": kit.versions,
            "name": name,
        },
        now=now,
    )
    return kit


def choice_as_json(choice: KitChoice) -> dict[str, object]:
    """What was chosen, as it is kept beside the kit."""
    return {
        "instrument": choice.instrument.value,
        "consultation_on": choice.consultation_on.isoformat(),
        "lots": [{"number": lot.number, "hours": None if lot.hours is None else str(lot.hours)} for lot in choice.lots],
        "ccag": choice.ccag.value,
        "rhythm": choice.rhythm.value,
        "penalties": [
            None if one is None else str(one)
            for one in (choice.penalty_hour, choice.penalty_late_day, choice.penalty_absence)
        ],
        "observation_days": choice.observation_days,
    }


def _filled(draft: Draft, pieces: tuple[Piece, ...]) -> dict[Piece, Filled]:
    in_use = models_in_use()
    try:
        return fill({piece: model_content(piece, in_use[piece]) for piece in pieces}, draft.prepared.context)
    except Unfillable as fault:
        name = PIECES[Piece(str(fault))] if str(fault) in Piece else PIECES[pieces[0]]
        raise refuse(Objection(DraftingRefusal.FILLING, "", {"piece": name})) from None


def _sheet(actor: Actor, draft: Draft) -> tuple[SheetHeading, GridTerms] | None:
    """The answer sheet of the only lot, where there is a criterion."""
    lot = draft.lots[0] if draft.choice.instrument.criterion and len(draft.lots) == 1 else None
    grid = grid_of(actor, lot) if lot else None
    if lot is None or grid is None:
        return None
    return heading_of(grid), terms_of(grid, list(grid.lines.all()))


@transaction.atomic
def put_model_back(*, actor: Actor, piece: Piece, content: bytes, name: str, note: str, now: datetime) -> ModelVersion:
    """A model changed in Word becomes the one in use; the earlier ones stay. Raise Refusal with every fault found in it."""
    if not policies.may_change_models(actor):
        raise NotForYou
    if len(note.strip()) > LONGEST_NOTE:
        raise refuse(Objection(DraftingRefusal.NOTE, "note"))
    faults = faults_of_model(content, name)
    if faults:
        raise refuse(*(Objection(DraftingRefusal.MODEL, "file", {"message": fault}) for fault in faults))
    if content == model_content(piece, models_in_use()[piece]):
        raise refuse(Objection(DraftingRefusal.UNCHANGED, "file"))
    file = receive(actor=actor, received=Received(content, DOCX, name), now=now)
    return _new_version(actor, piece, ModelVersion(file=file, note=note.strip()), now)


@transaction.atomic
def use_again(*, actor: Actor, piece: Piece, version_id: str, now: datetime) -> ModelVersion:
    """Put an earlier version back in use, by its public identifier; empty: the shipped one. It becomes the latest version."""
    if not policies.may_change_models(actor):
        raise NotForYou
    earlier = model_version_for(version_id) if version_id else None
    if earlier is not None and earlier.piece != piece.value:
        raise NotForYou
    current = models_in_use()[piece]
    file = earlier.file if earlier else None
    if (current.file_id if current else None) == (file.pk if file else None):
        raise refuse(Objection(DraftingRefusal.UNCHANGED))
    note = f"Reprise de la version {earlier.number}" if earlier else "Reprise du modèle livré"
    return _new_version(actor, piece, ModelVersion(file=file, note=note), now)


def faults_of_model(content: bytes, name: str) -> list[str]:
    """What keeps a document from serving as a model."""
    if not content:
        return ["Choisissez le document Word à déposer."]
    if len(content) > LARGEST_MODEL:
        return [f"« {name} » pèse plus de {LARGEST_MODEL // 1_000_000} Mo. Réduisez les images qu’il contient."]
    if not content.startswith(b"PK\x03\x04"):
        return [f"« {name} » n’est pas un document Word (.docx). Dans Word : Enregistrer sous, Document Word (.docx)."]
    try:
        names_in(content)
    except NotAnArchive as fault:
        return [f"« {name} » est refusé : {fault}."]
    return faults_in(content, sample_contexts())


def _new_version(actor: Actor, piece: Piece, version: ModelVersion, now: datetime) -> ModelVersion:
    last = ModelVersion.objects.select_for_update().filter(piece=piece.value).order_by("-number").first()
    version.piece, version.number = piece.value, (last.number if last else 0) + 1
    version.created_at, version.created_by_label = now, actor.label
    version.save()
    record(
        actor=actor, action="model.changed", object_kind="model", object_id=version.public_id,
        facts={"piece": piece.value, "number": version.number, "note": version.note}, now=now,
    )  # fmt: skip
    return version

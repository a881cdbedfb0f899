"""Keeping the directory: reading files into it, adding, correcting, closing and opening again a structure."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from levier.audit.actions import record
from levier.audit.values import Author
from levier.foundation import french
from levier.foundation.objections import NotForYou, Objection
from levier.supply import policies, queries, rules
from levier.supply.models import RefusedLine, Structure, StructureImport
from levier.supply.places import Places
from levier.supply.reading import ReadFile, read
from levier.supply.refusals import SupplyRefusal, refuse
from levier.supply.values import FIELDS, Change, ImportReport, LineRefusal, Source, StructureFacts, Trade


@transaction.atomic
def import_structures(
    *, actor: Author, content: bytes, name: str, now: datetime, overwrite: bool = False, write: bool = True
) -> ImportReport:
    """Read one file into the directory. Done twice, it changes nothing. What a person corrected here stays; so does, unless
    `overwrite`, what another source says. Structures that the file no longer names are told, never closed.

    `write=False` only says what it would do. Raise Refusal when the file is not a list of structures.
    """
    if not policies.may_edit(actor):
        raise NotForYou
    file = read(content)
    known = {(one.siret, one.kind): one for one in Structure.objects.select_for_update()}
    report = _compared(file, known, name, actor.label, now, overwrite=overwrite)
    if not write:
        transaction.set_rollback(True)
        return dataclasses.replace(report, written=False)
    made = StructureImport.objects.create(
        file_name=name[:200],
        sha256=hashlib.sha256(content).digest(),
        source=file.source.value,
        at=now,
        by_label=actor.label,
        read=report.read,
        added=report.added,
        changed=len(report.changed),
        kept=len(report.kept),
        unchanged=report.unchanged,
        absent=len(report.absent),
    )
    RefusedLine.objects.bulk_create(
        RefusedLine(
            structure_import=made, line=one.line, refusal=(one.refusal or LineRefusal.NOT_A_RECORD).value, said=one.said
        )
        for one in report.refused
    )
    record(
        actor=actor,
        action="structures.imported",
        object_kind="structure_import",
        object_id=made.public_id,
        facts={"file": name[:200], "read": report.read, "added": report.added, "changed": len(report.changed)},
        now=now,
    )
    return report


def _compared(
    file: ReadFile, known: dict[tuple[str, str], Structure], name: str, label: str, now: datetime, *, overwrite: bool
) -> ImportReport:
    places = Places()
    new, touched = [], []
    changed, kept, unchanged = [], [], 0
    for line in file.lines:
        if line.facts is None:
            continue
        structure = known.get((line.facts.siret, line.facts.kind.value))
        if structure is None:
            new.append(
                _written(Structure(siret=line.facts.siret, kind=line.facts.kind.value), line.facts, FIELDS, places)
            )
            new[-1].source, new[-1].created_at, new[-1].changed_at, new[-1].changed_by_label = (
                file.source.value,
                now,
                now,
                label,
            )
            continue
        before = queries.facts_of(structure)
        differing = rules.differences(before, line.facts)
        free = tuple(one for one in differing if _may_replace(structure, before, one, file.source, overwrite=overwrite))
        held = tuple(one for one in differing if one not in free)
        if held:
            kept.append(_change(before, line.facts, held, kept=True))
        if not free:
            unchanged += 1
            continue
        changed.append(_change(before, line.facts, free))
        _written(
            structure, dataclasses.replace(before, **{one: getattr(line.facts, one) for one in free}), FIELDS, places
        )
        structure.changed_at, structure.changed_by_label = now, label
        touched.append(structure)
    Structure.objects.bulk_create(new, batch_size=500)
    if touched:
        Structure.objects.bulk_update(
            touched, [*FIELDS, "commune", "searched", "changed_at", "changed_by_label"], batch_size=500
        )
    refused = tuple(line for line in file.lines if line.facts is None)
    return ImportReport(
        name, file.source, len(file.lines), len(new), unchanged, tuple(changed), tuple(kept), refused, _absent(file, known)
    )  # fmt: skip


def _may_replace(structure: Structure, before: StructureFacts, name: str, source: Source, *, overwrite: bool) -> bool:
    if name in structure.edited_fields:
        return False
    return overwrite or structure.source == source.value or getattr(before, name) in {None, "", ()}


def _change(before: StructureFacts, after: StructureFacts, names: Sequence[str], *, kept: bool = False) -> Change:
    said = tuple((one, rules.in_words(getattr(before, one)), rules.in_words(getattr(after, one))) for one in names)
    return Change(before.name, before.siret, said, kept)


def _absent(file: ReadFile, known: dict[tuple[str, str], Structure]) -> tuple[tuple[str, str], ...]:
    """Open structures of the same source, in the départements that the file covers, that it does not name."""
    named = {(line.facts.siret, line.facts.kind.value) for line in file.lines if line.facts}
    covered = {line.facts.departement for line in file.lines if line.facts}
    return tuple(
        (one.siret, one.name)
        for key, one in sorted(known.items())
        if key not in named
        and one.source == file.source.value
        and one.departement in covered
        and one.deactivated_on is None
    )


def _written(structure: Structure, facts: StructureFacts, names: Sequence[str], places: Places) -> Structure:
    """The row with these fields of the facts, its commune and the text it is searched by."""
    for name in names:
        value = getattr(facts, name)
        setattr(structure, name, [trade.value for trade in value] if name == "trades" else value)
    structure.commune_id = places.commune_of(queries.facts_of(structure))
    structure.searched = queries.searched_text(structure)
    return structure


@transaction.atomic
def save_structure(
    *, actor: Author, facts: StructureFacts, now: datetime, public_id: str = "", reason: str = ""
) -> Structure:
    """Add a structure, or correct one: what a person writes here stays, whatever a file says later."""
    if not policies.may_edit(actor):
        raise NotForYou
    objections = tuple(_objections(facts))
    if objections:
        raise refuse(*objections)
    structure = _locked(public_id) if public_id else Structure(siret=facts.siret, kind=facts.kind.value, name="")
    before = queries.facts_of(structure) if public_id else None
    names = [name for name in FIELDS if before is None or getattr(before, name) != getattr(facts, name)]
    if not names:
        return structure
    _written(structure, facts, names, Places())
    structure.changed_at, structure.changed_by_label = now, actor.label
    if before is None:
        structure.created_at, structure.source = now, Source.PERSON.value
    structure.edited_fields = sorted({*structure.edited_fields, *names})
    try:
        with transaction.atomic():
            structure.save()
    except IntegrityError as error:
        raise refuse(Objection(SupplyRefusal.KNOWN, "siret")) from error
    said = {
        one: [rules.in_words(getattr(before, one)) if before else "", rules.in_words(getattr(facts, one))]
        for one in names
    }
    _journal(
        actor, "structure.changed" if before else "structure.added", structure, now, {"fields": said, "reason": reason}
    )
    return structure


def _objections(facts: StructureFacts) -> list[Objection]:
    found = []
    refusal = rules.refusal_of(facts.siret, facts.kind.value, facts.name)
    if refusal is LineRefusal.NO_NAME:
        found.append(Objection(SupplyRefusal.NO_NAME, "name"))
    elif refusal is not None:
        found.append(Objection(SupplyRefusal.SIRET, "siret"))
    if facts.capacity is not None and not 0 <= facts.capacity < 10_000:
        found.append(Objection(SupplyRefusal.CAPACITY, "capacity"))
    if facts.website and not facts.website.startswith(("http://", "https://")):
        found.append(Objection(SupplyRefusal.WEBSITE, "website"))
    return found


@transaction.atomic
def close_structure(*, actor: Author, public_id: str, reason: str, on: date, now: datetime) -> Structure:
    """It no longer answers: it leaves the counts and the map from that day, and keeps its page with the reason."""
    structure = _editable(actor, public_id)
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise refuse(Objection(SupplyRefusal.NO_REASON, "reason"))
    if structure.deactivated_on is not None:
        facts = {"since": french.day(structure.deactivated_on), "reason": structure.deactivated_reason}
        raise refuse(Objection(SupplyRefusal.CLOSED, "reason", facts))
    structure.deactivated_on, structure.deactivated_reason = on, reason
    return _restated(actor, structure, "structure.closed", {"on": on.isoformat(), "reason": reason}, now)


@transaction.atomic
def reopen_structure(*, actor: Author, public_id: str, now: datetime) -> Structure:
    structure = _editable(actor, public_id)
    if structure.deactivated_on is None:
        raise refuse(Objection(SupplyRefusal.OPEN, "reason"))
    facts = {"closed_on": structure.deactivated_on.isoformat(), "reason": structure.deactivated_reason}
    structure.deactivated_on, structure.deactivated_reason = None, ""
    return _restated(actor, structure, "structure.reopened", facts, now)


def _editable(actor: Author, public_id: str) -> Structure:
    if not policies.may_edit(actor):
        raise NotForYou
    return _locked(public_id)


def _locked(public_id: str) -> Structure:
    found = Structure.objects.select_for_update().filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def _restated(actor: Author, structure: Structure, action: str, facts: dict[str, str], now: datetime) -> Structure:
    structure.changed_at, structure.changed_by_label = now, actor.label
    structure.save(update_fields=["deactivated_on", "deactivated_reason", "changed_at", "changed_by_label"])
    _journal(actor, action, structure, now, facts)
    return structure


def _journal(actor: Author, action: str, structure: Structure, now: datetime, facts: Mapping[str, object]) -> None:
    record(
        actor=actor, action=action, object_kind="structure", object_id=structure.public_id, thread=structure.public_id,
        facts=dict(facts), now=now,
    )  # fmt: skip


def trades_named(codes: Sequence[str]) -> tuple[Trade, ...]:
    """Trades chosen in a form, in their order. Raise Refusal for one that does not exist."""
    if set(codes) - {trade.value for trade in Trade}:
        raise refuse(Objection(SupplyRefusal.TRADE, "trades"))
    return tuple(trade for trade in Trade if trade.value in codes)

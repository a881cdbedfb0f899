"""« Mes données »: everything that is known of a person, from the register of columns, so that nothing is forgotten.

`TABLES` says, for each table that leads to a person, how; a test compares it with the models. What is exported of a row is what
its columns' classes allow to be told to the person: not the keys that search, nor the agents' names.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier import columns
from levier.audit.models import JournalEntry, PersonRead
from levier.commitments.models import CommitmentPlacement
from levier.erasure.models import ErasureRequest
from levier.hours.contests import told
from levier.hours.models import (
    Contest,
    CreditedPerson,
    LedgerEntry,
    LineConfirmation,
    PersonMonth,
    StatementFileLine,
    StatementFilePerson,
    StatementLine,
    WorkedMonth,
)
from levier.participants.criteria import criterion
from levier.participants.identity import open_contact, open_ground, open_iae, open_identity
from levier.participants.labels import CONTRACT_KINDS, IAE_WAYS, MODALITIES, REFUSAL_REASONS
from levier.participants.models import (
    AccessLetter,
    EligibilityDecision,
    EligibilityGround,
    IaeCheck,
    MergeProposal,
    OutcomeQuestion,
    PairDecision,
    Person,
    PersonKey,
    Placement,
    WorkNote,
)
from levier.participants.notes import notes_of
from levier.participants.queries import decisions_of, family_of
from levier.participants.values import ContractKind, Modality, RefusalReason
from levier.referrals.models import Referent, Referral, ReferralStep
from levier.referrals.queries import open_phone
from levier.web import clock
from levier.web.own import around
from levier.web.own_visit import own, who

TOLD = frozenset({"identity", "sensitive", "personal", "hours", "business", "evidence", "journal", "public"})
"""Classes of columns that the person may read of their own rows. Never `secret`, `technical`, nor `author` (agents are not named)."""

AGENTS = frozenset({"actor_label", "actor_user_id"})
"""Columns of the journals that name an agent: kept for the data protection officer, not told here (reliability.md 5.5)."""


@dataclass(frozen=True, slots=True)
class Table:
    """How rows of a model lead to a person, what the sealed columns say, and who gave all that. `given_by` is shown."""

    model: type[Model]
    of: Callable[[list[int], list[str]], Q]
    given_by: str
    opened: Callable[[Any], dict[str, Any]] | None = None


def _by(path: str) -> Callable[[list[int], list[str]], Q]:
    return lambda family, _ids: Q(**{f"{path}__in": family})


def _pair(family: list[int], _ids: list[str]) -> Q:
    return Q(kept_id__in=family) | Q(absorbed_id__in=family)


def _identity(row: Person) -> dict[str, Any]:
    identity, contact = open_identity(row.identity, row.public_id), open_contact(row.contact, row.public_id)
    seen = (
        {"last_name": identity.last_name, "first_name": identity.first_name, "birth_date": identity.birth_date}
        if identity
        else None
    )
    return {"identity": seen, "contact": {"email": contact.email, "phone": contact.phone}}


def _ground(row: EligibilityGround) -> dict[str, Any]:
    ground = open_ground(row.sealed, row.decision.public_id)
    if ground is None:
        return {"sealed": None}
    return {
        "sealed": {
            name: getattr(ground, name) for name in ("criterion", "proof_kind", "proof_date", "expires_on", "reason")
        }
    }


def _iae(row: IaeCheck) -> dict[str, Any]:
    seen = open_iae(row.sealed, row.public_id)
    return {"sealed": {"way": IAE_WAYS[seen.way], "count": seen.count} if seen else None}


def _contest(row: Contest) -> dict[str, Any]:
    opened = told(row)
    return {"words": opened.words, "answer": opened.answer}


def _note(row: WorkNote) -> dict[str, Any]:
    note = notes_of([row.placement_id])[row.placement_id]
    return {"sealed": {"tasks": note.tasks, "skills": list(note.all_skills)}}


def _referral(row: Referral) -> dict[str, Any]:
    return {"phone": open_phone(row) if row.phone else ""}


YOU, THEM, FIRM, LEVIER = (
    "Vous, ou votre conseiller",
    "Votre facilitateur",
    "Votre employeur",
    "Levier, quand quelqu’un agit",
)
TABLES = (
    Table(Person, _by("pk"), YOU, _identity),
    Table(EligibilityDecision, _by("person_id"), THEM),
    Table(EligibilityGround, _by("decision__person_id"), YOU, _ground),
    Table(Placement, _by("person_id"), "Votre facilitateur, avec votre employeur"),
    Table(IaeCheck, _by("placement__person_id"), "La structure qui vous emploie, ou votre facilitateur", _iae),
    Table(CommitmentPlacement, _by("placement__person_id"), THEM),
    Table(StatementLine, _by("placement__person_id"), FIRM),
    Table(StatementFilePerson, _by("placement__person_id"), FIRM),
    Table(StatementFileLine, _by("person__placement__person_id"), FIRM),
    Table(WorkedMonth, _by("person_id"), FIRM),
    Table(PersonMonth, _by("person_id"), LEVIER),
    Table(LedgerEntry, _by("placement__person_id"), THEM),
    Table(LineConfirmation, _by("line__placement__person_id"), "Vous, ou la structure qui vous emploie"),
    Table(Contest, _by("person_id"), "Vous", _contest),
    Table(WorkNote, _by("placement__person_id"), "Vous", _note),
    Table(OutcomeQuestion, _by("placement__person_id"), "Vous"),
    Table(AccessLetter, _by("person_id"), THEM),
    Table(Referent, _by("person_id"), "Votre conseiller"),
    Table(Referral, _by("person_id"), "Votre conseiller", _referral),
    Table(ReferralStep, _by("referral__person_id"), "Votre conseiller, votre facilitateur ou l’entreprise"),
    Table(MergeProposal, _pair, THEM),
    Table(PairDecision, _pair, THEM),
    Table(ErasureRequest, _by("person_id"), "Vous"),
    Table(PersonRead, lambda _family, ids: Q(person_public_id__in=ids), LEVIER),
    Table(JournalEntry, lambda _family, ids: Q(object_kind="person", object_id__in=ids), LEVIER),
)
NOT_TOLD = {
    PersonKey: "keyed fingerprints: nothing that can be read, only found again",
    CreditedPerson: "that the ledger holds hours on a commitment: its lines and entries are told",
}


def tables_that_lead_to_a_person() -> set[type[Model]]:
    """Every model of Levier with a foreign key to a person, or to something of theirs, whatever room it is in."""
    found: set[type[Model]] = {Person}
    changed = True
    while changed:
        more = {
            model
            for model in apps.get_models()
            if any(field.related_model in found for field in model._meta.concrete_fields)  # noqa: SLF001 - documented as public
        }
        changed = not more <= found
        found |= more
    return found


def everything_of(person: Person) -> dict[str, Any]:
    """The whole export: each table with the class of each column told, and its rows."""
    family = family_of(person)
    ids = list(Person.objects.filter(pk__in=family).values_list("public_id", flat=True))
    return {
        "reference": person.reference,
        "made_at": clock.now().isoformat(),
        "kept_until": person.retention_until.isoformat(),
        "classes": {name: _class(name) for name in sorted(TOLD)},
        "tables": {table.model._meta.db_table: _exported(table, family, ids) for table in TABLES},  # noqa: SLF001 - idem
    }


def _class(name: str) -> dict[str, Any]:
    found = columns.register()["class"][name]
    return {"meaning": found["meaning"], "retention": found["retention"]}


def _exported(table: Table, family: list[int], ids: list[str]) -> dict[str, Any]:
    fields = {
        str(field.column): field
        for field in table.model._meta.concrete_fields  # noqa: SLF001 - idem
        if columns.class_of(table.model._meta.db_table, str(field.column)) in TOLD  # noqa: SLF001 - idem
        and str(field.column) not in AGENTS
    }
    related = [field.name for field in fields.values() if field.is_relation]
    rows = table.model._default_manager.filter(table.of(family, ids)).order_by("pk")  # noqa: SLF001 - idem
    if related:
        rows = rows.select_related(*related)
    return {
        "given_by": table.given_by,
        "columns": {name: columns.class_of(table.model._meta.db_table, name) for name in fields},  # noqa: SLF001 - idem
        "rows": [_row(table, row, fields) for row in rows],
    }


def _row(table: Table, row: Any, fields: dict[str, Any]) -> dict[str, Any]:
    told_of = {name: _plain(getattr(row, field.name)) for name, field in fields.items()}
    for name, value in (table.opened(row) if table.opened else {}).items():
        if name in told_of:
            told_of[name] = _plain(value)
    return told_of


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return None
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case Model():
            return next(
                (str(getattr(value, name)) for name in ("name", "reference", "public_id") if hasattr(value, name)), None
            )
    return str(value)


@own
def data_file(_request: HttpRequest, person: Person) -> HttpResponse:
    """Everything, as JSON to keep or to hand over."""
    text = json.dumps(everything_of(person), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response


@own
def data(request: HttpRequest, person: Person) -> HttpResponse:
    """The same in words: what is known, who gave it, who may read it, until when."""
    found = everything_of(person)["tables"]
    contact = open_contact(person.contact, person.public_id)
    context = {
        "person": person,
        "identity": who(person),
        "contact": contact,
        "decisions": [_decided(*one) for one in decisions_of(person, with_ground=True)],
        "placements": [_placed(one) for one in _placements(person)],
        "counts": _counts(found),
        **around(person, "own-data"),
    }
    return render(request, "own/data.html", context)


def _placements(person: Person) -> Iterable[Placement]:
    return Placement.objects.filter(person_id__in=family_of(person)).select_related("employer").order_by("-starts_on")


def _decided(decision: EligibilityDecision, ground: Any) -> dict[str, Any]:
    """The criterion is shown: the person gave it. It is in no address, no message, no journal."""
    label, proof = "", ""
    if ground is not None:
        try:
            known = criterion(ground.criterion)
            label, proof = known.label, known.proof_label
        except KeyError:
            label = ground.criterion
    reason = REFUSAL_REASONS[RefusalReason(ground.reason)] if ground is not None and ground.reason else ""
    return {
        "decision": decision,
        "criterion": label,
        "proof": proof,
        "seen": ground and ground.proof_date,
        "reason": reason,
    }


def _placed(placement: Placement) -> dict[str, Any]:
    return {
        "placement": placement,
        "modality": MODALITIES[Modality(placement.modality)],
        "kind": CONTRACT_KINDS[ContractKind(placement.contract_kind)],
    }


COUNTED = (
    ("hours_statementline", "Lignes d’heures", "Votre employeur les a déclarées"),
    ("hours_ledgerentry", "Heures comptées", "Votre facilitateur les a acceptées"),
    ("hours_lineconfirmation", "Réponses sur vos heures", "Vous, ou la structure qui vous emploie"),
    ("hours_contest", "Demandes", "Vous les avez envoyées"),
    ("participants_worknote", "Notes dans votre carnet", "Vous les avez écrites"),
    ("participants_outcomequestion", "Questions après le contrat", "Vous y répondez si vous voulez"),
    ("participants_accessletter", "Lettres", "Votre facilitateur les a faites"),
    ("audit_personread", "Lectures de votre fiche", "Écrites à chaque lecture"),
)


def _counts(found: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(label, len(found[table]["rows"]), given) for table, label, given in COUNTED]

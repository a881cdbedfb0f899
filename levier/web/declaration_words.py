"""What the pages of declarations show, in words: a month's chip, a row with its errors, whose turn it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.commitments.models import Commitment
from levier.foundation import french
from levier.foundation.objections import Objection
from levier.foundation.periods import add_months
from levier.foundation.quantities import NotAQuantity, parse_hours
from levier.hours.checks import TypedLine
from levier.hours.codes import Doubt
from levier.hours.progress import progress
from levier.hours.refusals import sentence
from levier.hours.sheets import MonthState, OwedMonth, Sheet, SheetRow
from levier.participants.labels import CONTRACT_KINDS
from levier.participants.queries import names_of
from levier.participants.values import ContractKind, Modality
from levier.territories.queries import contact_of
from levier.web import clock, wording
from levier.web.pieces import Piece

STATES = {
    MonthState.TO_CORRECT: ("bad", "À corriger"),
    MonthState.LATE: ("bad", "En retard"),
    MonthState.DRAFT: ("turn", "Brouillon"),
    MonthState.TO_DECLARE: ("turn", "À déclarer"),
    MonthState.CURRENT: ("line", "Mois en cours"),
    MonthState.WAITING: ("wait", "Chez le facilitateur"),
    MonthState.ACCEPTED: ("ok", "Acceptées"),
    MonthState.NO_HOURS: ("info", "Aucune heure"),
    MonthState.SEALED: ("line", "Clos"),
}
LINE_STATES = {
    "draft": ("line", "À remplir"),
    "pending": ("wait", "Envoyées"),
    "accepted": ("ok", "Acceptées"),
    "refused": ("bad", "Refusées"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A month in the list, with its chip and the day before which it is due."""

    owed: OwedMonth
    chip: tuple[str, str]
    due: date

    def __getattr__(self, name: str) -> Any:
        return getattr(self.owed, name)


def listed(one: OwedMonth) -> Listed:
    return Listed(one, STATES[one.state], one.last_day + timedelta(days=1))


def next_words(waiting: list[OwedMonth]) -> dict[str, str]:
    """The first thing to do and how much more waits."""
    if not waiting:
        return {}
    first, more = waiting[0], len(waiting) - 1
    due = wording.long_day(first.last_day + timedelta(days=1), weekday=False)
    if first.state is MonthState.TO_CORRECT:
        who = "À vous de corriger"
    else:
        who = f"À vous, en retard depuis le {due}" if first.late else f"À vous, avant le {due}"
    title = first.commitment.lot.contract.title
    rest = f" Ensuite, {wording.plural(more, 'autre mois vous attend,autres mois vous attendent')}." if more else ""
    return {"next_who": who, "next_what": f"{wording.month(first.month).capitalize()}, {title}.{rest}"}


@dataclass(frozen=True, slots=True)
class Error:
    """A sentence beside a field, and the same with the person's name for the summary."""

    field: str
    text: str
    summary: str


def errors_in(objections: tuple[Objection, ...], found: Sheet) -> list[Error]:
    names = names_of(row.placement.person for row in found.rows)
    by_placement = {row.placement.public_id: names[row.placement.person_id] for row in found.rows}
    errors = []
    for one in objections:
        key = one.field.removeprefix("w-")
        text = sentence(one)
        name = by_placement.get(key)
        field = one.field if one.field.startswith("w-") else f"h-{key}" if name else one.field
        errors.append(Error(field, text, french.typeset(f"{name} : {text}") if name else text))
    return errors


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of the form: the sheet's row with the person's name, what is typed, and its errors."""

    row: SheetRow
    name: str
    job: str
    training: str
    """What may still count, for who is in training."""
    until: date | None
    typed: str
    typed_worked: str
    error: str
    error_worked: str
    warnings: tuple[str, ...]
    state: tuple[str, str]
    stored: str = ""
    """What is kept, where something else was typed in this window."""
    kept: str = ""
    """What was typed on a line that may no longer change, so that it is not lost."""


def too_late(row: SheetRow, typed: dict[str, TypedLine]) -> str:
    """Other hours than those sent, typed in a form opened before they were; empty where nothing is lost."""
    if row.open or (here := typed.get(row.placement.public_id)) is None or not here.hours:
        return ""
    try:
        same = parse_hours(here.hours) == row.hours
    except NotAQuantity:
        same = False
    return "" if same else here.hours


def rows_of(found: Sheet, names: dict[int, str], typed: dict[str, TypedLine], errors: list[Error]) -> list[FormRow]:
    by_field = {error.field: error.text for error in errors}
    rows = []
    for row in found.rows:
        key = row.placement.public_id
        here = typed.get(key) if row.open else None
        own_error = " ".join(map(sentence, row.errors)) if row.errors and here is None else ""
        kind = CONTRACT_KINDS.get(ContractKind(row.placement.contract_kind), "")
        rows.append(
            FormRow(
                row=row,
                name=names[row.placement.person_id],
                job=", ".join(filter(None, (row.placement.job_title, kind))),
                training=_training_words(found, row),
                until=row.placement.decision.valid_until,
                typed=here.hours if here else row.typed,
                typed_worked=here.worked if here else row.typed_worked,
                error=by_field.get(f"h-{key}", own_error),
                error_worked=by_field.get(f"w-{key}", ""),
                warnings=tuple(map(sentence, row.warnings)) if row.open else (),
                state=LINE_STATES["refused" if row.open and row.reason else row.state],
                stored=row.typed if here and row.typed and here.hours.strip() != row.typed else "",
                kept=too_late(row, typed),
            )
        )
    return rows


def _training_words(found: Sheet, row: SheetRow) -> str:
    if found.training is None or row.placement.modality != Modality.TRAINING:
        return ""
    left = max(Decimal(0), found.training.left - found.training.pending)
    return french.typeset(
        f"Formation : {french.hours(left)} peuvent encore compter, sur {french.hours(found.training.most)}"
    )


def context_of(
    actor: Actor, found: Sheet, typed: dict[str, TypedLine], errors: list[Error] | None = None
) -> dict[str, Any]:
    names = names_of(row.placement.person for row in found.rows)
    record_reads(
        actor=actor,
        person_public_ids=[row.placement.person.public_id for row in found.rows],
        purpose="declare" if actor.role is Role.COMPANY else "follow",
        what="statement",
        now=clock.now(),
    )
    contract = found.commitment.lot.contract
    told = {one.code for row in found.rows if row.open for one in row.warnings}
    return {
        "sheet": found,
        "commitment": found.commitment,
        "contract": contract,
        "month": found.month,
        "last_month": add_months(found.month, -1),
        "slug": f"{found.month:%Y-%m}",
        "rows": rows_of(found, names, typed, errors or []),
        "errors": [(error.field, error.summary) for error in errors or []],
        "general": [error.text for error in errors or [] if not error.field.startswith(("h-", "w-"))],
        "off_site": Doubt.OFF_CALENDAR in told,
        "over_training": Doubt.OVER_TRAINING in told,
        "pieces": [
            Piece(piece.file, "" if piece.file.organisation_id == found.commitment.holder_id else "le facilitateur")
            for piece in found.evidence
        ],
        "attaches": actor.role is Role.COMPANY and not found.sealed,
        "crumbs": [
            ("Heures" if actor.role is not Role.COMPANY else "Déclarer les heures", reverse("statements")),
            (contract.title, "" if actor.by_link else contract_url(contract.public_id)),
            (wording.month(found.month).capitalize(), ""),
        ],
        "contact": contact_of(found.commitment.territory.number, clock.today()),
        "bar": bar_of(found.commitment),
    }


def turn_of(found: Sheet) -> dict[str, Any]:
    """Whose turn it is, since when, and what remains."""
    due = wording.long_day(found.last_day + timedelta(days=1), weekday=False)
    empty = sum(1 for row in found.rows if row.open and row.hours is None)
    refused = sum(1 for row in found.rows if row.open and row.reason)
    if found.month > clock.today():
        opens = wording.long_day(found.month, weekday=False)
        return {
            "refused": 0,
            "future": True,
            "turn_what": f"Ce mois n’a pas commencé. Vous pourrez le déclarer à partir du {opens}.",
        }
    if not found.open:
        if found.rows and all(row.state == "accepted" for row in found.rows):
            what = "Les heures de ce mois sont acceptées et comptées. Vous n’avez rien à faire."
            return {"refused": 0, "decided": True, "turn_who": "Tout est accepté", "turn_what": what}
        sent_at = found.statement.sent_at if found.statement else None
        return {"refused": 0, "turn_who": f"Au facilitateur, depuis le {wording.moment(sent_at)}" if sent_at else ""}
    who = f"En retard depuis le {due}" if clock.today() > found.last_day else f"À vous, avant le {due}"
    people = wording.plural(len(found.rows), "personne")
    rest = f"Il reste {wording.plural(empty, 'ligne')} à remplir." if empty else "Toutes les lignes sont remplies."
    what = f"{people} ce mois-ci. {rest}"
    if refused:
        lines = wording.plural(refused, "ligne refusée,lignes refusées")
        what = f"{lines} : lisez le motif, corrigez, puis envoyez de nouveau."
        since = min((row.decided_at for row in found.rows if row.open and row.reason and row.decided_at), default=None)
        who = (
            f"À vous de corriger, depuis le {wording.long_day(since, weekday=False)}" if since else "À vous de corriger"
        )
    return {"refused": refused, "turn_who": who, "turn_what": french.typeset(what)}


def contract_url(public_id: str) -> str:
    """The contract's page, or nothing while there is none."""
    return reverse("contract", args=[public_id])


def steps(now: int) -> list[dict[str, str]]:
    labels = ("Heures", "Relire", "Envoyer")
    return [
        {"label": label, "state": "done" if place < now else "now" if place == now else ""}
        for place, label in enumerate(labels)
    ]


def bar_of(commitment: Commitment) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Due, due to date, declared, accepted hours of a commitment that the actor may see."""
    found = progress([commitment.pk], clock.today())[commitment.pk]
    return found.due, found.due_to_date, found.declared, found.accepted


@dataclass(frozen=True, slots=True)
class Filter:
    label: str
    url: str
    count: int
    current: bool


def state_filters(months: list[OwedMonth], asked: str) -> list[Filter]:
    counted = {state: sum(one.state is state for one in months) for state in MonthState}
    return [
        Filter("Tous", "?", len(months), not asked),
        *(Filter(STATES[state][1], f"?etat={state}", n, asked == state) for state, n in counted.items() if n),
    ]

"""What waits in À faire beside the hours of commitments: control cases, letters, outcomes to ask for, confirmations, transfers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Min
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.commitments.queries import transfers_waiting
from levier.controls.labels import KINDS, LETTERS
from levier.controls.queries import cases_of, letters_to_send
from levier.controls.values import CaseKind, LetterKind, Owner
from levier.foundation.periods import civil_date
from levier.hours.confirmations import lines_awaiting_structure
from levier.participants.outcomes import questions_to_ask
from levier.reference.values import Catalogue
from levier.web import wording
from levier.web.controls import row_of, what_waits


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for somebody since that day, in words. `late`: its last day is over since then."""

    title: str
    what: str
    since: date
    url: str
    action: str
    about: str = ""
    owner: str = ""
    mine: bool = True
    late: bool = False


def waiting(actor: Actor, today: date, catalogue: Catalogue) -> list[Waiting]:
    """The actor's own first, then what somebody else is late with; the longest wait before. Five queries at most."""
    found = [
        *_cases(actor, today),
        *_letters(actor),
        *_transfers(actor),
        *_outcomes(actor, today, catalogue),
        *_confirmations(actor),
    ]
    return sorted(found, key=lambda one: (not one.mine, one.since, one.title))


def _cases(actor: Actor, today: date) -> Iterator[Waiting]:
    """Cases where the turn is the actor's, and those whose last day is over, so that whoever waits knows whom to call."""
    for case in cases_of(actor).exclude(owner=Owner.NOBODY):
        row = row_of(actor, case, today)
        over = case.due_on if case.due_on is not None and case.due_on < today else None
        if row.mine or over:
            yield Waiting(
                title=f"{KINDS[CaseKind(case.kind)]}, {case.label}",
                about=f"{case.commitment.lot.contract.reference} · {case.commitment.holder.name}",
                what=what_waits(row),
                owner=row.owner,
                mine=row.mine,
                since=over or civil_date(case.since),
                late=over is not None,
                url=reverse("control", args=[case.public_id]),
                action="Ouvrir le dossier",
            )


def _letters(actor: Actor) -> Iterator[Waiting]:
    for letter in letters_to_send(actor):
        contract = letter.commitment.lot.contract
        yield Waiting(
            title=f"{LETTERS[LetterKind(letter.kind)]}, {letter.label}",
            about=f"{contract.reference} · {letter.commitment.holder.name}",
            what="Envoyer la lettre, puis noter son envoi.",
            since=civil_date(letter.at),
            url=reverse("control", args=[letter.case.public_id])
            if letter.case
            else reverse("contract", args=[contract.public_id]),
            action="Voir la lettre",
        )


def _transfers(actor: Actor) -> Iterator[Waiting]:
    for transfer in transfers_waiting(actor):
        source, target = transfer.source, transfer.target
        own = target if actor.role is Role.COMPANY and target.holder_id == actor.organisation_id else source
        yield Waiting(
            title="Report de surplus proposé" if transfer.carry_over else "Transfert d’heures proposé",
            about=f"{source.lot.contract.reference} · {source.holder.name} vers {target.holder.name}",
            what=f"{wording.hours(transfer.hours)} : accepter, ou refuser avec un motif.",
            since=civil_date(transfer.at),
            url=reverse("commitment-group", args=[own.public_id]),
            action="Répondre",
        )


def _outcomes(actor: Actor, today: date, catalogue: Catalogue) -> Iterator[Waiting]:
    if actor.role is not Role.FACILITATOR:
        return
    days = int(catalogue.at("outcomes.answer_days", today).value)
    due = list(questions_to_ask(actor, today, days).values_list("due_on", flat=True))
    if due:
        yield Waiting(
            title="Ce que les personnes deviennent",
            what=f"{wording.plural(len(due), 'question à poser,questions à poser')} après un contrat.",
            since=due[0],
            url=reverse("outcomes") + "?situation=waiting",
            action="Demander",
        )


def _confirmations(actor: Actor) -> Iterator[Waiting]:
    if actor.role is not Role.FACILITATOR:
        return
    rows = (
        lines_awaiting_structure(actor)
        .values_list("placement__employer__name")
        .annotate(since=Min("statement__sent_at"))
        .order_by("since", "placement__employer__name")
    )
    for structure, since in rows:
        yield Waiting(
            title=f"Heures à confirmer par {structure}",
            what="La structure n’a pas encore confirmé ces heures : l’appeler, ou décider sans elle.",
            owner="La structure",
            mine=False,
            since=civil_date(since),
            url=reverse("review"),
            action="Voir les heures",
        )

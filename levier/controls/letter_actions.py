"""Writing a letter, sealed and kept in Word and PDF, and telling how it was sent and when it was received."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from levier.accounts.values import Actor
from levier.controls import policies
from levier.controls.letters import DOCX, write
from levier.controls.models import Case, Dispatch, Letter, PenaltyDecision, PenaltyProposal
from levier.controls.queries import letters_visible_to, owed_by
from levier.controls.refusals import ControlRefusal, refuse
from levier.controls.steps import default_deadline, journal, locked_case, move
from levier.controls.values import CaseState, LetterKind, Means, Outcome, Owner
from levier.files.actions import receive
from levier.files.values import PDF, Received
from levier.foundation import french
from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.territories.models import FacilitatorContact
from levier.territories.queries import in_force

AUTHORITY, SERVICE = "Département des Bouches-du-Rhône", "Direction de l’insertion"
_PHASE = {
    LetterKind.REMINDER: CaseState.AMICABLE,
    LetterKind.FORMAL_NOTICE: CaseState.NOTICED,
    LetterKind.PROPOSAL: CaseState.CONTRADICTORY,
}
"""The phase whose delay is counted from the day the letter is received."""


def send_out(
    *,
    actor: Actor,
    case: Case,
    kind: LetterKind,
    now: datetime,
    proposal: PenaltyProposal | None = None,
    decision: PenaltyDecision | None = None,
) -> Letter:
    """Number, fill, seal and keep a letter, inside the caller's transaction and under the case's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('controls_letter'))")
    today = civil_date(now)
    number = (Letter.objects.filter(year=today.year).aggregate(most=Max("number"))["most"] or 0) + 1
    label = f"L-{today.year}-{number:04d}"
    written = write(kind, _fields(actor, case, label, today, proposal, decision), at=now)
    files = []
    for content, media_type, suffix in ((written.pdf, PDF, "pdf"), (written.word, DOCX, "docx")):
        file = receive(actor=actor, received=Received(content, media_type, f"lettre-{label}.{suffix}"), now=now)
        file.state, file.scanned_at, file.scanned_by = "clean", now, "Levier"  # written here, received from nobody
        file.save(update_fields=["state", "scanned_at", "scanned_by"])
        files.append(file)
    assert actor.user_id is not None
    letter = Letter.objects.create(
        year=today.year,
        number=number,
        commitment=case.commitment,
        case=case,
        kind=kind.value,
        dated_on=today,
        content=written.content,
        content_hash=written.content_hash,
        pdf=files[0],
        word=files[1],
        at=now,
        by_id=actor.user_id,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    journal(
        actor,
        case,
        "letter.written",
        now,
        {"letter": letter.label, "what": kind.value, "fingerprint": written.content_hash.hex()},
    )
    return letter


@transaction.atomic
def record_dispatch(
    *, actor: Actor, letter_id: str, event: str, means: Means, happened_on: date, tracking: str, now: datetime
) -> Dispatch:
    """Tell that the letter was sent, received or came back that day. Told twice, it is kept once, as first told.

    The day a notice or a proposal is received, the company's delay is counted again from it, if that is later.
    """
    letter = letters_visible_to(actor).select_related("case").filter(public_id=letter_id).first()
    if letter is None or letter.case is None or not policies.may_write(actor, letter.kind):
        raise NotForYou
    case = locked_case(actor, letter.case.public_id)
    known = Dispatch.objects.filter(letter=letter, event=event, means=means.value).first()
    if known is not None:
        return known
    if not letter.dated_on <= happened_on <= civil_date(now):
        raise refuse(Objection(ControlRefusal.DISPATCH_DATE, "happened_on", {"dated": french.day(letter.dated_on)}))
    sent = Dispatch.objects.filter(letter=letter, event="sent").order_by("happened_on").first()
    if event != "sent" and (sent is None or happened_on < sent.happened_on):
        raise refuse(Objection(ControlRefusal.DISPATCH_ORDER, "happened_on"))
    dispatch = Dispatch.objects.create(
        letter=letter,
        event=event,
        means=means.value,
        happened_on=happened_on,
        tracking=tracking.strip()[:60],
        at=now,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    journal(
        actor,
        case,
        f"letter.{event}",
        now,
        {"letter": letter.label, "what": letter.kind, "on": happened_on.isoformat(), "means": means.value},
    )
    if event == "received":
        _count_again(actor, case, letter, happened_on, now)
    return dispatch


def _count_again(actor: Actor, case: Case, letter: Letter, received_on: date, now: datetime) -> None:
    phase = _PHASE.get(LetterKind(letter.kind))
    if phase is None or case.state != phase or case.owner != Owner.COMPANY:
        return
    due_on = default_deadline(phase, received_on)
    if due_on is not None and (case.due_on is None or due_on > case.due_on):
        reason = f"Lettre {letter.label} reçue le {french.day(received_on)} : le délai court de ce jour"
        move(actor=actor, case=case, to=phase, reason=typeset(reason), due_on=due_on, now=now)


def _fields(
    actor: Actor,
    case: Case,
    label: str,
    today: date,
    proposal: PenaltyProposal | None,
    decision: PenaltyDecision | None,
) -> dict[str, Any]:
    """What the texts of letters may name. Hours come from the ledger."""
    commitment, contract = case.commitment, case.commitment.lot.contract
    owed = owed_by(commitment, case)
    contact = FacilitatorContact.objects.filter(in_force(today), territory_id=commitment.territory_id).first()
    last = case.steps.order_by("-sequence").first()
    fields: dict[str, Any] = {
        "autorite": AUTHORITY,
        "service": SERVICE,
        "destinataire": {"nom": commitment.holder.name, "siret": commitment.holder.siret},
        "numero": label,
        "date": french.day(today),
        "dossier": case.label,
        "marche": f"{contract.reference}, {contract.title}",
        "lot": f"lot {commitment.lot.number}" + (f", {commitment.lot.title}" if commitment.lot.title else ""),
        "heures": {
            "dues": french.hours(commitment.due_hours),
            "acceptees": french.hours(owed.accepted),
            "dispensees": f", {french.hours(owed.waived)} dispensées" if owed.waived else "",
            "manquantes": french.hours(owed.missing),
        },
        "motif": (last.reason if last else case.ground),
        "jusqu_au": french.day(case.due_on) if case.due_on else "",
        "suite": "La pénalité des justificatifs en retard se compte en jours, à partir de la réception de cette lettre."
        if case.kind == "late_proofs"
        else "",
        "facilitateur": f"{contact.person}, {contact.structure}, {contact.phone}, {contact.email}"
        if contact
        else commitment.territory.name,
        "signataire": f"{actor.label}, {actor.organisation_name}",
        "penalite": proposal_fields(proposal) if proposal else {},
        "decision": _decision_fields(decision) if decision else {},
    }
    typeset_fields: dict[str, Any] = typeset_all(fields)
    return typeset_fields


def typeset_all(value: Any) -> Any:
    """French typography in every text of the fields."""
    if isinstance(value, dict):
        return {key: typeset_all(one) for key, one in value.items()}
    if isinstance(value, list):
        return [typeset_all(one) for one in value]
    return typeset(value) if isinstance(value, str) else value


def proposal_fields(proposal: PenaltyProposal) -> dict[str, Any]:
    """The calculation in words: what was counted, rate, and which proposal it replaces."""
    lines: list[tuple[str, str]]
    if proposal.notice is not None and proposal.notice_on and proposal.received_on:
        unit = "par jour"
        lines = [
            ("Mise en demeure reçue le", french.day(proposal.notice_on)),
            (
                "Justificatifs toujours attendus le" if proposal.still_missing else "Justificatifs reçus le",
                french.day(proposal.received_on),
            ),
            ("Jours de retard", french.plural(int(proposal.units), "jour")),
        ]
    else:
        unit = "par heure"
        lines = [("Heures demandées", french.hours(proposal.minimum_hours or 0))]
        if proposal.offered_hours is not None:
            lines.append(("Heures offertes", french.hours(proposal.offered_hours)))
        lines += [
            ("Heures dues", french.hours(proposal.due_hours or 0)),
            ("Heures dispensées", french.hours(proposal.waived_hours or 0)),
            ("Heures acceptées", french.hours(proposal.accepted_hours or 0)),
            *([("Déjà pénalisées", french.hours(proposal.penalised_hours))] if proposal.penalised_hours else []),
            ("Heures manquantes", french.hours(proposal.units)),
        ]
    lines += [("Taux", f"{french.euros(proposal.rate)} {unit}"), ("Montant", french.euros(proposal.amount))]
    before = proposal.supersedes
    return {
        "montant": french.euros(proposal.amount),
        "taux": f"{french.euros(proposal.rate)} {unit}",
        "source_taux": proposal.rate_source,
        "motif": proposal.reason,
        "lignes": [{"intitule": label, "valeur": value} for label, value in lines],
        "remplace": f"Ce calcul remplace la proposition n° {before.number} du {french.day(before.computed_on)}, de {french.euros(before.amount)}."
        if before
        else "",
    }


def _decision_fields(decision: PenaltyDecision) -> dict[str, Any]:
    late = decision.proposal.notice_id is not None
    units = (
        french.plural(int(decision.units), "jour de retard", "jours de retard")
        if late
        else f"{french.hours(decision.units)} non faites"
    )
    whole = french.euros(decision.proposal.amount)
    phrase = {
        Outcome.APPLY.value: "La pénalité proposée est appliquée en entier.",
        Outcome.REDUCE.value: f"La pénalité proposée ({whole}) est réduite.",
        Outcome.WAIVE.value: f"Le Département renonce à la pénalité proposée ({whole}).",
    }[decision.outcome]
    return {"montant": french.euros(decision.amount), "unites": units, "motif": decision.reason, "phrase": phrase}

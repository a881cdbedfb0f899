"""Controls and penalties: the cases that wait, and the page of one, whose turn it is and since when."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.controls.actions import may_move
from levier.controls.labels import ANSWERS, CHIPS, EVENTS, KINDS, LETTERS, MEANS, OUTCOMES, OWNERS, STATES, VISIT_ITEMS
from levier.controls.letter_actions import proposal_fields
from levier.controls.models import Case, PenaltyProposal, Visit
from levier.controls.policies import may_answer, may_gather, may_open
from levier.controls.queries import case_for, cases_of, hearing_of, waiting_for
from levier.controls.rules import objections_to_deciding, proportion
from levier.controls.values import PENALISING, CaseKind, CaseState, LetterKind, Means, Owner, ProportionFacts
from levier.controls.weighing import diligence_of, hourly_cost_of
from levier.foundation import french
from levier.foundation.identifiers import random_public_id
from levier.foundation.pagination import page_of
from levier.foundation.periods import civil_date
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.shell import COUNTS
from levier.web.spreadsheet import csv_response

PAGE_LENGTH = 50
COUNTS["controls"] = waiting_for
_OWN = {Role.MISSION: Owner.MISSION, Role.FACILITATOR: Owner.FACILITATOR, Role.COMPANY: Owner.COMPANY}
ACT_LABELS = {
    "amiable": "Ouvrir la phase amiable",
    "mise-en-demeure": "Mettre en demeure",
    "proposition": "Proposer une pénalité",
    "decision": "Décider",
    "cloture": "Fermer le dossier",
}
_TARGETS = {
    "amiable": CaseState.AMICABLE,
    "mise-en-demeure": CaseState.NOTICED,
    "proposition": CaseState.CONTRADICTORY,
    "decision": CaseState.DECIDED,
    "cloture": CaseState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A case in words. `overdue`: the company's delay is over, so that it is the mission's turn."""

    case: Case
    kind: str
    state: str
    chip: str
    owner: str
    days: int
    overdue: bool
    mine: bool


def row_of(actor: Actor, case: Case, today: date) -> Row:
    overdue = case.owner == Owner.COMPANY and case.due_on is not None and case.due_on < today
    owner = Owner.MISSION if overdue else Owner(case.owner)
    state = CaseState(case.state)
    return Row(
        case,
        KINDS[CaseKind(case.kind)],
        STATES[state],
        CHIPS[state],
        OWNERS[owner],
        max(0, (today - civil_date(case.since)).days),
        overdue,
        owner is _OWN.get(actor.role),
    )


def show(request: HttpRequest) -> HttpResponse:
    """The cases, those that wait for the reader first; filters in the address."""
    actor, today = actor_of(request), clock.today()
    rows = [row_of(actor, one, today) for one in cases_of(actor)]
    chosen = {
        "a-moi": [row for row in rows if row.mine],
        "en-cours": [row for row in rows if row.case.owner != Owner.NOBODY],
        "fermes": [row for row in rows if row.case.owner == Owner.NOBODY],
    }
    asked = request.GET.get("vue", "")
    words = {"": ("Tous", rows), "a-moi": ("À moi d’agir", chosen["a-moi"]), "en-cours": ("En cours", chosen["en-cours"]), "fermes": ("Fermés", chosen["fermes"])}  # fmt: skip
    found = sorted(
        words.get(asked, words[""])[1], key=lambda row: (not row.mine, row.case.owner == Owner.NOBODY, row.case.since)
    )
    page = page_of(found, request.GET.get("page"), PAGE_LENGTH)
    context = {
        "page_obj": page,
        "rows": list(page),
        "total": len(rows),
        "filters": [
            {"label": label, "url": f"?vue={key}" if key else "?", "current": asked == key, "count": len(some)}
            for key, (label, some) in words.items()
        ],
        "opens": may_open(actor),
        "company": actor.role is Role.COMPANY,
        "draws_url": reverse("draws") if may_open(actor) else "",
    }
    return render(request, "controls/list.html", context)


def export(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    heading = ("Dossier", "Objet", "Marché", "Lot", "Entreprise", "Étape", "Tour", "Depuis le", "Échéance", "Motif")
    rows = (
        (
            row.case.label, row.kind, row.case.commitment.lot.contract.reference, row.case.commitment.lot.number, row.case.commitment.holder.name,
            row.state, row.owner, row.case.since, row.case.due_on, row.case.ground,
        )
        for row in (row_of(actor, one, today) for one in cases_of(actor))
    )  # fmt: skip
    return csv_response("controles.csv", heading, rows)


def case(request: HttpRequest, case: str) -> HttpResponse:
    actor = actor_of(request)
    return render(request, "controls/case.html", page_of_case(actor, case_for(actor, case)))


def page_of_case(actor: Actor, found: Case, **more: Any) -> dict[str, Any]:
    """All that the page of a case shows to that actor."""
    today = clock.today()
    row = row_of(actor, found, today)
    proposals = list(found.proposals.all())
    latest = proposals[-1] if proposals else None
    contract = found.commitment.lot.contract
    acts = acts_for(actor, found)
    blocks = objections_to_deciding(hearing_of(found), today) if found.state == CaseState.CONTRADICTORY else ()
    main = main_act(found, acts, row, bool(blocks))
    return {
        "row": row,
        "case": found,
        "contract": contract,
        "phases": _phases(found),
        "turn": _turn(row, found),
        "main": main,
        "main_label": ACT_LABELS.get(main, ""),
        "acts": [(act, ACT_LABELS[act]) for act in acts if act != main],
        "proposals": [_told(one) for one in reversed(proposals)],
        "weighing": _weighing(found, latest, today) if latest and actor.role is not Role.COMPANY else None,
        "letters": [_letter(actor, one) for one in found.letters.all() if not _hidden(actor, one)],
        "visits": list(found.visits.all()),
        "findings": [(sentence, [_cell(one, code) for one in found.visits.all()]) for code, sentence in VISIT_ITEMS],
        "kept_visit": next((step.visit_id for step in reversed(found.steps.all()) if step.visit_id), None),
        "visits_conflict": len(found.visits.all()) > 1 and found.state == CaseState.REPORTED,
        "reports": may_open(actor) and found.kind in {CaseKind.VISIT, CaseKind.PIECES} and found.state in {CaseState.PLANNED, CaseState.REPORTED},
        "observations": list(found.observations.all()),
        "answers": may_answer(actor) and found.state != CaseState.CLOSED,
        "answer_key": random_public_id(),
        "file_attrs": {"multiple": "", "accept": ".pdf,.png,.jpg,.jpeg,.xlsx,.ods,.csv"},
        "events": _events(found),
        "crumbs": [("Contrôles", reverse("controls")), (found.label, "")],
        "company": actor.role is Role.COMPANY,
        "gathers": may_gather(actor),
        **more,
    }  # fmt: skip


def acts_for(actor: Actor, case: Case) -> tuple[str, ...]:
    """What the actor may do next, in order."""
    found = []
    for act, to in _TARGETS.items():
        if not may_move(actor, case, to) or (to == case.state and act != "proposition"):
            continue
        if act in {"proposition", "decision"} and case.kind not in PENALISING:
            continue
        if act == "decision" and not case.proposals.all():
            continue
        found.append(act)
    return tuple(found)


def main_act(case: Case, acts: tuple[str, ...], row: Row, blocked: bool) -> str:
    """The one filled button: what goes on with the case when it is the reader's turn."""
    if not row.mine or blocked:
        return ""
    prefer = {
        CaseState.REPORTED: ("amiable",),
        CaseState.AMICABLE: ("mise-en-demeure",),
        CaseState.NOTICED: ("proposition", "cloture"),
        CaseState.CONTRADICTORY: ("decision", "proposition"),
        CaseState.DECIDED: ("cloture",),
    }.get(CaseState(case.state), ())
    return next((act for act in prefer if act in acts), "")


def _turn(row: Row, case: Case) -> dict[str, str]:
    if case.state == CaseState.CLOSED:
        return {"kind": "done", "who": "Dossier fermé", "what": "Il reste lisible, et rien ne s’y ajoute."}
    since = f", depuis {wording.plural(row.days, 'jour')}" if row.days else ""
    until = f"Échéance : {wording.long_day(case.due_on)}." if case.due_on else "Sans échéance."
    if row.overdue and case.due_on:
        until = f"Le délai de l’entreprise est passé le {wording.long_day(case.due_on, weekday=False)}."
    kind = "yours" if row.mine else "other"
    who = f"À vous d’agir{since}" if row.mine else f"{row.owner} d’agir{since}"
    return {"kind": kind, "who": who, "what": f"{what_waits(row)} {until}"}


def what_waits(row: Row) -> str:
    """What whoever has the turn must do; nothing in a closed case."""
    heard = row.case.owner != Owner.COMPANY or row.overdue
    return {
        CaseState.PLANNED: "Faire le contrôle, sur place ou sur pièces.",
        CaseState.REPORTED: "Lire le constat, puis fermer sans suite ou écrire à l’entreprise.",
        CaseState.AMICABLE: "Lire la réponse ou constater le silence, puis fermer ou mettre en demeure."
        if heard
        else "Régler le point ensemble, avant toute mise en demeure.",
        CaseState.NOTICED: "Lire la réponse ou constater le silence, puis fermer ou proposer une pénalité."
        if heard
        else "Répondre à la mise en demeure.",
        CaseState.CONTRADICTORY: "Lire les observations, puis décider."
        if heard
        else "Présenter ses observations sur la pénalité envisagée.",
        CaseState.DECIDED: "Notifier la décision, puis fermer le dossier.",
        CaseState.CLOSED: "",
    }[CaseState(row.case.state)]


def _phases(case: Case) -> list[dict[str, str]]:
    control = case.kind in {CaseKind.VISIT, CaseKind.PIECES}
    states = [CaseState.PLANNED, CaseState.REPORTED] if control else []
    states += [CaseState.AMICABLE, CaseState.NOTICED, CaseState.CONTRADICTORY, CaseState.DECIDED, CaseState.CLOSED]
    reached = {step.to_state: step.at for step in case.steps.all()}
    return [
        {
            "label": STATES[state],
            "note": french.day(civil_date(reached[state.value])) if state.value in reached else "",
            "state": "now" if case.state == state else "done" if state.value in reached else "",
        }
        for state in states
    ]


def _told(proposal: PenaltyProposal) -> dict[str, Any]:
    decision = getattr(proposal, "decision", None)
    return {
        "proposal": proposal,
        "fields": proposal_fields(proposal),
        "fingerprint": bytes(proposal.inputs_hash).hex(),
        "decision": decision,
        "outcome": OUTCOMES.get(decision.outcome, "") if decision else "",
        "unit": "jours" if proposal.notice_id else "h",
        "replaced": hasattr(proposal, "superseded_by"),
    }


def _weighing(case: Case, proposal: PenaltyProposal, today: date) -> dict[str, Any]:
    cost = hourly_cost_of(case.commitment, today)
    missing = proposal.units if proposal.notice_id is None else proposal.amount * 0
    weighed = proportion(
        ProportionFacts(proposal.amount, missing, case.commitment.lot.amount, cost.value if cost and missing else None)
    )
    return {"weighed": weighed, "cost": cost, "diligence": diligence_of(case)}


def _letter(actor: Actor, letter: Any) -> dict[str, Any]:
    events = list(letter.dispatches.all())
    return {
        "letter": letter,
        "kind": LETTERS[LetterKind(letter.kind)],
        "events": [(EVENTS[one.event], one.happened_on, MEANS[Means(one.means)], one.tracking) for one in events],
        "sent": any(one.event == "sent" for one in events),
        "received": any(one.event == "received" for one in events),
        "writes": actor.role is Role.MISSION or (actor.role is Role.FACILITATOR and letter.kind == LetterKind.REMINDER),
        "words": may_open(actor),
    }


def _hidden(actor: Actor, letter: Any) -> bool:
    return actor.role is Role.COMPANY and not any(one.event == "sent" for one in letter.dispatches.all())


def _cell(visit: Visit, code: str) -> tuple[str, str, str]:
    """Whose report, answer and note of one item."""
    item = visit.content.get("items", {}).get(code, {})
    return visit.by_label, ANSWERS.get(item.get("answer", ""), ANSWERS["unseen"]), item.get("note", "")


def _events(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "kind": "bad" if step.to_state == CaseState.NOTICED else "done",
            "date": civil_date(step.at),
            "text": f"{STATES[CaseState(step.to_state)]} : {step.reason}",
            "by": step.by_label,
        }
        for step in reversed(case.steps.all())
    ]

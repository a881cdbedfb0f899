"""Referrals (candidatures) told in words: who, where it stands, whose turn, since when; and the life of a person sent somewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.foundation.french import typeset
from levier.foundation.periods import civil_date
from levier.participants.models import Person
from levier.participants.values import ContractKind, Modality
from levier.reference.queries import catalogue
from levier.referrals import policies, rules
from levier.referrals.labels import PARTIES, REASONS, STATES
from levier.referrals.models import Position, Referral, ReferralStep
from levier.referrals.queries import (
    due_of,
    eligible_until,
    involved_of,
    referrals_visible_to,
    spoken_name,
    steps_for,
)
from levier.referrals.values import LIVE, OWNERS, Party, Reason, ReferralState
from levier.web import clock, wording
from levier.web.timeline import Event

CHIPS = {
    ReferralState.PROPOSED: "turn",
    ReferralState.TO_MEET: "wait",
    ReferralState.RETAINED: "wait",
    ReferralState.PLACED: "ok",
    ReferralState.REFUSED: "line",
    ReferralState.NOT_PLACED: "line",
    ReferralState.WITHDRAWN: "line",
    ReferralState.CLOSED: "line",
}
PURPOSES = {Role.COMPANY: "recruter"}
KEPT_FROM_COMPANIES = frozenset({Reason.NOT_ELIGIBLE, Reason.STARTED_BEFORE})
"""Reasons of a facilitator that a company reads as one sentence: eligibility is not its business."""


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """`owner`: who must act, empty at an end; `late`: days since the promised one; `until`: last day of the person's window."""

    referral: Referral
    name: str
    chip: tuple[str, str]
    owner: str
    mine: bool
    due: date | None
    late: int
    until: date | None
    why: str


def journal(actor: Actor, referrals: Iterable[Referral]) -> None:
    """Each person shown is written down, with what was shown."""
    whole: dict[bool, list[str]] = {True: [], False: []}
    for one in referrals:
        whole[sees_name(actor, one)].append(one.person.public_id)
    purpose = PURPOSES.get(actor.role, "orienter")
    for all_of_it, ids in whole.items():
        what = "identité" if all_of_it else "prénom et initiale"
        if ids:
            record_reads(actor=actor, person_public_ids=ids, purpose=purpose, what=what, now=clock.now())


def sees_name(actor: Actor, referral: Referral) -> bool:
    """A company reads the whole name once the person is its employee; before, a first name and an initial."""
    return actor.role is not Role.COMPANY or referral.state == ReferralState.PLACED


def name_for(actor: Actor, referral: Referral) -> str:
    return spoken_name(referral.person, whole=sees_name(actor, referral))


def referral_rows(actor: Actor, referrals: Sequence[Referral], today: date) -> list[ReferralRow]:
    """In the order given. Steps and decisions are prefetched."""
    values = catalogue()
    found = []
    for one in referrals:
        state = ReferralState(one.state)
        due = due_of(one, values)
        owner = OWNERS.get(state)
        mine = owner is not None and owner in policies.parties(actor, involved_of(one))
        found.append(
            ReferralRow(
                one,
                name_for(actor, one),
                (CHIPS[state], STATES[state]),
                PARTIES[owner] if owner else "",
                mine,
                due,
                rules.days_late(due, today),
                eligible_until(one.person, today),
                why_of(actor, list(one.steps.all())[-1]),
            )
        )
    return found


def why_of(actor: Actor, step: ReferralStep) -> str:
    """The reason of a step in words, with its note."""
    if not step.reason:
        return ""
    reason = Reason(step.reason)
    if actor.role is Role.COMPANY and reason in KEPT_FROM_COMPANIES:
        return "La mise à l’emploi n’a pas pu être validée"
    return REASONS[reason] + (typeset(f" : {step.note}") if step.note else "")


def life_of_referral(actor: Actor, referral: Referral, today: date) -> list[Event]:
    """From proposed to the end of the contract; what is still to come is told as such. The latest first."""
    events = [_told(actor, step) for step in referral.steps.all()]
    placement = referral.placement
    if placement is not None:
        starts, ends = placement.starts_on, placement.ends_on
        begun = starts <= today
        events.append(
            Event(starts, "La personne a commencé" if begun else "Premier jour prévu", "done" if begun else "next")
        )
        if ends is not None:
            over = ends < today
            events.append(
                Event(ends, "Le contrat a pris fin" if over else "Fin de contrat prévue", "done" if over else "next")
            )
    due = due_of(referral, catalogue())
    state = ReferralState(referral.state)
    if due is not None and state in LIVE:
        owner = PARTIES[OWNERS[state]]
        events.append(Event(due, f"{owner} a jusqu’à ce jour pour répondre", "bad" if due < today else "next"))
    in_order = sorted(enumerate(events), key=lambda told: (told[1].date, told[0]), reverse=True)
    return [event for _, event in in_order]


def _told(actor: Actor, step: ReferralStep) -> Event:
    target = ReferralState(step.target)
    words = {
        ReferralState.PROPOSED: "Personne proposée",
        ReferralState.TO_MEET: "L’entreprise veut rencontrer la personne",
        ReferralState.RETAINED: "L’entreprise veut embaucher",
        ReferralState.PLACED: "Éligibilité et mise à l’emploi validées",
        ReferralState.REFUSED: "Non retenue",
        ReferralState.NOT_PLACED: "Mise à l’emploi non validée",
        ReferralState.WITHDRAWN: "Candidature retirée",
        ReferralState.CLOSED: "Poste fermé avant la réponse",
    }[target]
    if step.meets_on:
        words += f", le {wording.long_day(step.meets_on, weekday=False)}"
    why = why_of(actor, step)
    ended = target in {ReferralState.REFUSED, ReferralState.NOT_PLACED}
    by = step.actor_label if actor.role is not Role.COMPANY or step.actor_role != Role.PRESCRIBER else "le prescripteur"
    return Event(civil_date(step.at), typeset(f"{words} : {why}") if why else words, "bad" if ended else "done", by)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of « À faire ». Nobody is named there: the referral's own page journals who reads it."""

    position: Position
    what: str
    owner: str
    mine: bool
    due: date
    late: int
    url: str
    action: str


STEP_WORDS = {
    ReferralState.PROPOSED: ("Répondre à une personne proposée", "Répondre"),
    ReferralState.TO_MEET: ("Dire la suite d’une rencontre", "Répondre"),
    ReferralState.RETAINED: ("Valider une personne retenue", "Valider"),
}


def told_steps(actor: Actor, today: date) -> list[StepRow]:
    """The actor's own steps, then those of others that are late: whoever waits knows whom to call."""
    found = []
    for one in steps_for(actor, today=today, catalogue=catalogue()):
        if not one.mine and not one.late:
            continue
        what, action = STEP_WORDS[ReferralState(one.referral.state)]
        url = reverse("referral", args=[one.referral.public_id])
        found.append(
            StepRow(
                one.referral.position,
                what,
                PARTIES[one.owner],
                one.mine,
                one.due,
                one.late,
                url,
                action if one.mine else "Suivre",
            )
        )
    return found


def is_party(actor: Actor, referral: Referral, party: Party) -> bool:
    return party in policies.parties(actor, involved_of(referral))


def asked_for(actor: Actor, person: Person) -> dict[str, str]:
    """What the form already holds where a company wants to hire this person: its position, word for word."""
    retained = (
        referrals_visible_to(actor)
        .filter(person=person, state=ReferralState.RETAINED.value)
        .select_related("position__commitment__holder")
        .order_by("state_since")
        .first()
    )
    if retained is None:
        return {}
    position = retained.position
    kind = ContractKind.CDD if position.ends_on else ContractKind.CDI
    return {
        "commitment": position.commitment.public_id,
        "modality": Modality.DIRECT_HIRE.value,
        "employer_siret": position.commitment.holder.siret,
        "contract_kind": kind.value,
        "job_title": position.job_title,
        "job_code": position.job_code,
        "starts_on": position.starts_on.isoformat(),
        "ends_on": position.ends_on.isoformat() if position.ends_on else "",
        "weekly_hours": wording.quantity(position.weekly_hours),
    }

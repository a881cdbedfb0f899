"""Inviting from the award, the kick-off, and the plan of the ways."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from levier.accounts.invitations import invite
from levier.accounts.letters import Letter, Writer, send_letter, withdraw_letter
from levier.accounts.links import moment
from levier.accounts.models import AccessInvitation, Membership
from levier.accounts.queries import is_in
from levier.accounts.refusals import AccountRefusal
from levier.accounts.refusals import refuse as refuse_access
from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.commitments.queries import commitment_for
from levier.foundation import french
from levier.foundation.explanation import Explained, NoAnswer
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.hours.progress import progress
from levier.notifications.rules import LINK_MARK
from levier.notifications.writing import SIGNATURE, who_to_call
from levier.onboarding import rules
from levier.onboarding.models import ActionPlan, KickOff
from levier.onboarding.policies import may_plan, may_receive
from levier.onboarding.queries import owner_for
from levier.onboarding.refusals import OnboardingRefusal, refuse
from levier.onboarding.values import Part, Plan, Proof
from levier.reference.values import Catalogue
from levier.territories.queries import contact_of


@transaction.atomic
def invite_from_award(
    *, actor: Actor, commitment_id: str, full_name: str, email: str, phone: str, catalogue: Catalogue, now: datetime
) -> AccessInvitation:
    """A person of the holder becomes a contact who declares and administers, and receives the letter of the award."""
    commitment = _received(actor, commitment_id)
    thread = commitment.lot.contract.public_id
    if is_in(commitment.holder_id, email, today=civil_date(now)):
        raise refuse_access(Objection(AccountRefusal.ALREADY_A_CONTACT, "email"))
    made = invite(
        actor=actor, organisation=commitment.holder, role=Role.COMPANY, email=email, full_name=full_name, phone=phone, now=now,
        thread=thread,
    )  # fmt: skip
    return send_letter(
        actor=actor, membership=made.membership, write=_award_letter(actor, commitment, made.membership, now), now=now,
        days=_days(catalogue, now), commitment_id=commitment.public_id, thread=thread,
    )  # fmt: skip


@transaction.atomic
def invite_again(
    *, actor: Actor, commitment_id: str, contact_id: str, catalogue: Catalogue, now: datetime
) -> AccessInvitation:
    """Another letter with another link; the one before stops working."""
    commitment = _received(actor, commitment_id)
    contact = _invited(commitment, contact_id)
    return send_letter(
        actor=actor, membership=contact, write=_award_letter(actor, commitment, contact, now), now=now,
        days=_days(catalogue, now), commitment_id=commitment.public_id, thread=commitment.lot.contract.public_id,
    )  # fmt: skip


def withdraw_invitation(*, actor: Actor, commitment_id: str, contact_id: str, now: datetime) -> None:
    """The person is no longer invited; refused once they came in."""
    commitment = _received(actor, commitment_id)
    contact = _invited(commitment, contact_id)
    withdraw_letter(actor=actor, membership=contact, now=now, thread=commitment.lot.contract.public_id)


def contact_letter(actor: Actor, full_name: str, organisation: str) -> Writer:
    """What a contact reads whom the company itself adds."""

    def write(expires: datetime) -> Letter:
        lines = (
            f"Bonjour {full_name},",
            "",
            f"{actor.label} vous ajoute aux contacts de {organisation} dans Levier, où se déclarent les heures d’insertion de ses marchés.",
            "",
            "Entrer dans Levier :",
            LINK_MARK,
            f"(une seule fois, jusqu’au {moment(expires)})",
            "",
            f"Vous ne connaissez pas {actor.label} ? N’ouvrez pas le lien : il s’éteindra seul.",
            SIGNATURE,
        )
        return Letter(
            f"{organisation} : vous êtes contact pour la clause d’insertion", french.typeset("\n".join(lines))
        )

    return write


def _award_letter(actor: Actor, commitment: Commitment, contact: Membership, now: datetime) -> Writer:
    contract = commitment.lot.contract
    call, answers = who_to_call([contact_of(commitment.territory.number, civil_date(now))])
    hours = french.hours(commitment.due_hours)
    what = (
        f"{commitment.holder.name} doit {hours} d’insertion sur le marché {contract.reference}, {contract.title[:160]}, "
        f"d’ici au {french.day(commitment.ends_on)}."
    )
    why = (
        f"{actor.label} vous invite dans Levier : vous y choisirez par quelle voie les faire, et les y déclarerez en dix minutes "
        "par mois, avec ou sans mot de passe."
    )

    def write(expires: datetime) -> Letter:
        lines = [
            f"Bonjour {contact.name},",
            "",
            what,
            "",
            why,
            "",
            "Entrer dans Levier :",
            LINK_MARK,
            f"(une seule fois, jusqu’au {moment(expires)})",
            "",
            *call,
            "Ce message ne vous concerne pas ? Dites-le à votre facilitateur sans ouvrir le lien.",
            SIGNATURE,
        ]
        return Letter(
            f"{hours} d’insertion à réaliser : marché {contract.reference}", french.typeset("\n".join(lines)), answers
        )

    return write


def _received(actor: Actor, commitment_id: str) -> Commitment:
    if not may_receive(actor):
        raise NotForYou
    return commitment_for(actor, commitment_id)


def _invited(commitment: Commitment, contact_id: str) -> Membership:
    found = (
        Membership.objects.select_related("user", "organisation")
        .filter(organisation_id=commitment.holder_id, public_id=contact_id, withdrawn_at__isnull=True)
        .first()
    )
    if found is None or not found.invitations.exists():
        raise NotForYou
    return found


def _days(catalogue: Catalogue, now: datetime) -> int:
    return int(catalogue.at("access.invitation.days", civil_date(now)).value)


def hours_left(commitment: Commitment, today: date) -> Decimal:
    """Hours that are still to be done: due, less those waived and those accepted."""
    found = progress([commitment.pk], today)[commitment.pk]
    return max(Decimal(0), found.due - found.waived - found.accepted)


def explained_plan(
    commitment: Commitment, parts: Sequence[Part], decided_on: date, left: Decimal, catalogue: Catalogue
) -> Explained[Plan]:
    """What the parts ask for. Raise Refusal when they cannot be a plan of this commitment."""
    total = sum((part.hours for part in parts), Decimal(0))
    if total > left:
        facts = {"total": french.hours(total), "left": french.hours(left), "over": french.hours(total - left)}
        raise refuse(Objection(OnboardingRefusal.TOO_MANY_HOURS, "parts", facts))
    try:
        return rules.plan(parts, decided_on=decided_on, ends_on=commitment.ends_on, catalogue=catalogue)
    except NoAnswer as nothing:
        code = OnboardingRefusal.ENDED if nothing.field == "ends_on" else OnboardingRefusal.NO_HOURS
        raise refuse(Objection(code, nothing.field, {"end": french.day(commitment.ends_on)})) from nothing


@transaction.atomic
def keep_plan(
    *,
    actor: Actor,
    commitment_id: str,
    parts: Sequence[Part],
    decided_on: date,
    owner_id: str,
    note: str,
    catalogue: Catalogue,
    now: datetime,
) -> ActionPlan:
    """The ways that the company chose; the one before stays readable."""
    if not may_plan(actor):
        raise NotForYou
    commitment = commitment_for(actor, commitment_id)
    if not owner_id:
        raise refuse(Objection(OnboardingRefusal.OWNER, "owner"))
    owner = owner_for(commitment, owner_id)
    answer = explained_plan(commitment, parts, decided_on, hours_left(commitment, civil_date(now)), catalogue)
    kept = ActionPlan.objects.create(
        commitment=commitment,
        parts=[{"way": part.way.value, "hours": f"{part.hours:f}"} for part in parts if part.hours],
        answer={"people": answer.result.people, "cost_low": f"{answer.result.cost_low:f}", "cost_high": f"{answer.result.cost_high:f}",
                "first_day": answer.result.first_day.isoformat(), "steps": [step.sentence for step in answer.steps]},
        versions=[source.version for source in answer.sources],
        decided_on=decided_on,
        owner=owner,
        note=" ".join(note.split())[:500],
        at=now,
        author_label=actor.label,
    )  # fmt: skip
    record(
        actor=actor, action="plan.kept", object_kind="plan", object_id=kept.public_id, now=now,
        thread=commitment.lot.contract.public_id, facts={"parts": kept.parts, "owner": owner.name, "commitment": commitment.public_id},
    )  # fmt: skip
    return kept


@transaction.atomic
def keep_kick_off(
    *,
    actor: Actor,
    commitment_id: str,
    held_on: date | None,
    attendees: str,
    proofs: Iterable[Proof],
    note: str,
    now: datetime,
) -> KickOff:
    """The first meeting and the proofs agreed; the one before stays readable. Raise Refusal where something is missing."""
    commitment = _received(actor, commitment_id)
    attendees, kept = " ".join(attendees.split()), sorted(proof.value for proof in set(proofs))
    found = [
        *([Objection(OnboardingRefusal.DATE, "held_on")] if held_on is None else []),
        *([] if 2 <= len(attendees) <= 300 else [Objection(OnboardingRefusal.ATTENDEES, "attendees")]),
        *([] if kept else [Objection(OnboardingRefusal.NO_PROOF, "proofs")]),
    ]
    if found or held_on is None:
        raise refuse(*found)
    made = KickOff.objects.create(
        commitment=commitment, held_on=held_on, attendees=attendees, proofs=kept, note=" ".join(note.split())[:500], at=now,
        author_label=actor.label,
    )  # fmt: skip
    record(
        actor=actor, action="kick_off.kept", object_kind="kick_off", object_id=made.public_id, now=now,
        thread=commitment.lot.contract.public_id,
        facts={"held_on": held_on, "proofs": kept, "commitment": commitment.public_id},
    )  # fmt: skip
    return made

"""What people do with positions and referrals: open, change, close; propose somebody; take the next step; link a placement."""

from datetime import date, datetime

from django.db import transaction

from levier.accounts.values import Actor, Role
from levier.audit.actions import record
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_visible_to
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import civil_date
from levier.participants.actions import register_person
from levier.participants.identity import Identity, index_of, looks_like_nir
from levier.participants.models import Person, Placement
from levier.participants.refusals import refuse as refuse_identity
from levier.participants.registering import already_known, objections_to_identity
from levier.participants.rules import legal_week
from levier.participants.values import NewPerson
from levier.reference.values import Catalogue
from levier.referrals import policies, rules
from levier.referrals.models import Position, Referent, Referral, ReferralStep
from levier.referrals.queries import (
    hired_on,
    involved_of,
    own_people,
    positions_visible_to,
    referrals_visible_to,
    seal_phone,
)
from levier.referrals.refusals import refuse, walls_said
from levier.referrals.telling import tell_step
from levier.referrals.values import (
    CLOSING_REASONS,
    LIVE,
    Bounds,
    Reason,
    ReferralRefusal,
    ReferralState,
    StepFacts,
    Terms,
    Wish,
)
from levier.territories.models import Commune


@transaction.atomic
def open_position(*, actor: Actor, commitment_id: str, terms: Terms, catalogue: Catalogue, now: datetime) -> Position:
    """Open a position on a commitment the actor's company holds. Prescribers of the territory see it at once."""
    commitment = commitments_visible_to(actor).filter(public_id=commitment_id).first()
    if commitment is None or not policies.may_open(actor, holder_id=commitment.holder_id):
        raise NotForYou
    _judge(terms, commitment, 0, catalogue, civil_date(now))
    position = Position(commitment=commitment, territory_id=commitment.territory_id)
    position.opened_at, position.opened_by_label = now, actor.label
    return _written(position, actor, terms, "position.opened", now)


@transaction.atomic
def change_position(*, actor: Actor, position_id: str, terms: Terms, catalogue: Catalogue, now: datetime) -> Position:
    """Change what is asked for. A closed position stays as it was."""
    position = _own_position(actor, position_id)
    if position.closed_at is not None:
        raise refuse(Objection(ReferralRefusal.POSITION_CLOSED))
    _judge(terms, position.commitment, hired_on(position), catalogue, civil_date(now))
    return _written(position, actor, terms, "position.changed", now)


@transaction.atomic
def close_position(*, actor: Actor, position_id: str, reason: str, catalogue: Catalogue, now: datetime) -> Position:
    """Stop looking. Whoever was proposed and not yet retained is told; a person retained stays with the facilitator."""
    position = _own_position(actor, position_id)
    if reason not in CLOSING_REASONS:
        raise refuse(Objection(ReferralRefusal.REASON_MISSING, "reason"))
    if position.closed_at is None:
        _close(position, actor, Reason(reason), catalogue, now)
    return position


@transaction.atomic
def propose(
    *,
    actor: Actor,
    position_id: str,
    wish: Wish,
    catalogue: Catalogue,
    now: datetime,
    person_id: str = "",
    new: NewPerson | None = None,
) -> Referral:
    """Propose a person the actor follows (`person_id`), or somebody new, for whom a file is opened with the least data.

    Somebody new who already has a file in the territory is that same person: whoever knows name and birth date learns nothing more.
    """
    position = positions_visible_to(actor).select_for_update(of=("self",)).filter(public_id=position_id).first()
    if position is None or not policies.may_propose(actor, territory_id=position.territory_id):
        raise NotForYou
    objections = list(rules.objections_to_wish(wish))
    if looks_like_nir(wish.wish):
        objections.append(Objection(ReferralRefusal.LOOKS_LIKE_NIR, "wish"))
    if position.closed_at is not None:
        objections.append(Objection(ReferralRefusal.POSITION_CLOSED))
    if not person_id and new is None:
        objections.append(Objection(ReferralRefusal.PERSON_MISSING, "person"))
    if objections:
        raise refuse(*objections)
    person = _person(actor, person_id, new, catalogue, now)
    if Referral.objects.filter(position=position, person=person, state__in=LIVE).exists():
        raise refuse(Objection(ReferralRefusal.ALREADY_PROPOSED, "person"))
    assert actor.user_id is not None
    Referent.objects.get_or_create(person=person, user_id=actor.user_id, defaults={"since": civil_date(now)})
    referral = Referral(
        position=position,
        person=person,
        referrer_id=actor.user_id,
        referrer_label=actor.label,
        referrer_organisation_id=actor.organisation_id,
        wish=" ".join(wish.wish.split()),
        available_on=wish.available_on,
        state_since=now,
        created_at=now,
    )
    referral.phone = seal_phone(wish.phone, referral.public_id) if wish.phone else None
    with walls_said():
        referral.save()
        _write_step(referral, actor, "", ReferralState.PROPOSED, now)
    _journal(referral, actor, "referral.proposed", now, {})
    tell_step(referral, catalogue=catalogue, now=now)
    return referral


@transaction.atomic
def take_step(
    *,
    actor: Actor,
    referral_id: str,
    target: ReferralState,
    catalogue: Catalogue,
    now: datetime,
    reason: str = "",
    note: str = "",
    meets_on: date | None = None,
) -> Referral:
    """Move a referral one step, by whoever may. A placement is linked by `link_placement`, never from here."""
    referral = _locked(actor, referral_id)
    parties = policies.parties(actor, involved_of(referral))
    if not parties:
        raise NotForYou
    facts = StepFacts(ReferralState(referral.state), target, parties, reason, note, civil_date(now), meets_on)
    objections = list(rules.objections_to_step(facts))
    if looks_like_nir(note):
        objections.append(Objection(ReferralRefusal.LOOKS_LIKE_NIR, "note"))
    if target is ReferralState.PLACED:
        objections.append(Objection(ReferralRefusal.NOT_A_STEP))
    if objections:
        raise refuse(*objections)
    _move(referral, actor, target, catalogue, now, reason=reason, note=note, meets_on=meets_on)
    return referral


@transaction.atomic
def link_placement(
    *, actor: Actor, placement: Placement, commitment_id: str, catalogue: Catalogue, now: datetime
) -> Referral | None:
    """The retained referral that this placement answers: same person, same commitment. None where there is none.

    When the last place is taken the position closes by itself, and whoever was still proposed is told.
    """
    referral = (
        referrals_visible_to(actor)
        .select_for_update(of=("self",))
        .filter(
            person_id=placement.person_id,
            position__commitment__public_id=commitment_id,
            state=ReferralState.RETAINED.value,
        )
        .order_by("id")
        .first()
    )
    if referral is None or actor.role is not Role.FACILITATOR:
        return None
    referral.placement = placement
    referral.save(update_fields=["placement"])
    _move(referral, actor, ReferralState.PLACED, catalogue, now)
    position = referral.position
    if position.closed_at is None and hired_on(position) >= position.places:
        _close(position, actor, Reason.FILLED, catalogue, now)
    return referral


def _judge(terms: Terms, commitment: Commitment, hired: int, catalogue: Catalogue, today: date) -> None:
    bounds = Bounds(commitment.starts_on, commitment.ends_on, legal_week(catalogue, today), hired)
    objections = list(rules.objections_to_terms(terms, bounds))
    if not Commune.objects.filter(pk=terms.commune[:5]).exists():
        objections.append(Objection(ReferralRefusal.COMMUNE, "commune"))
    objections.extend(
        Objection(ReferralRefusal.LOOKS_LIKE_NIR, field)
        for field in ("job_title", "tutor", "conditions", "link")
        if looks_like_nir(getattr(terms, field))
    )
    if objections:
        raise refuse(*objections)


def _written(position: Position, actor: Actor, terms: Terms, action: str, now: datetime) -> Position:
    position.job_code, position.job_title = terms.job_code, " ".join(terms.job_title.split())
    position.commune_id, position.licence = terms.commune, terms.licence.value
    position.starts_on, position.ends_on = terms.starts_on, terms.ends_on
    position.weekly_hours, position.places = terms.weekly_hours, terms.places
    position.tutor, position.conditions, position.link = terms.tutor, terms.conditions, terms.link
    position.changed_at = now
    position.save()
    record(
        actor=actor,
        action=action,
        object_kind="position",
        object_id=position.public_id,
        thread=position.public_id,
        facts={
            "job": terms.job_code,
            "places": terms.places,
            "from": terms.starts_on,
            "weekly_hours": terms.weekly_hours,
        },
        now=now,
    )
    return position


def _own_position(actor: Actor, public_id: str) -> Position:
    position = (
        positions_visible_to(actor)
        .select_related("commitment")
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .first()
    )
    if position is None or not policies.may_open(actor, holder_id=position.commitment.holder_id):
        raise NotForYou
    return position


def _close(position: Position, actor: Actor, reason: Reason, catalogue: Catalogue, now: datetime) -> None:
    position.closed_at, position.closed_reason, position.closed_by_label = now, reason.value, actor.label
    position.save(update_fields=["closed_at", "closed_reason", "closed_by_label"])
    record(
        actor=actor,
        action="position.closed",
        object_kind="position",
        object_id=position.public_id,
        thread=position.public_id,
        facts={"reason": reason.value},
        now=now,
    )
    waiting = (ReferralState.PROPOSED.value, ReferralState.TO_MEET.value)
    for referral in Referral.objects.select_for_update().filter(position=position, state__in=waiting).order_by("id"):
        _move(referral, actor, ReferralState.CLOSED, catalogue, now, reason=reason.value)


def _person(actor: Actor, person_id: str, new: NewPerson | None, catalogue: Catalogue, now: datetime) -> Person:
    if person_id:
        found = own_people(actor).filter(public_id=person_id).first()
        if found is None:
            raise NotForYou
        return found
    assert new is not None
    identity = Identity(" ".join(new.last_name.split()), " ".join(new.first_name.split()), new.birth_date)
    if objections := objections_to_identity(identity, new.commune, civil_date(now)):
        raise refuse_identity(*objections)
    known = Person.objects.filter(identity_index=index_of(identity), merged_into__isnull=True).first()
    if known is None:
        return register_person(actor=actor, new=new, catalogue=catalogue, now=now)
    if known.territory_id not in actor.territory_ids:
        raise already_known(actor, known, civil_date(now))
    return known


def _locked(actor: Actor, public_id: str) -> Referral:
    found = (
        referrals_visible_to(actor)
        .select_related("position__commitment", "placement", "referrer")
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def _move(
    referral: Referral,
    actor: Actor,
    target: ReferralState,
    catalogue: Catalogue,
    now: datetime,
    *,
    reason: str = "",
    note: str = "",
    meets_on: date | None = None,
) -> None:
    """Write the step, forget the telephone once nobody needs it, journal, and tell whoever comes next."""
    with walls_said():
        _write_step(referral, actor, referral.state, target, now, reason=reason, note=note, meets_on=meets_on)
    referral.refresh_from_db(fields=["state", "state_since", "meets_on"])
    if target not in LIVE and referral.phone is not None:
        referral.phone = None
        referral.save(update_fields=["phone"])
    _journal(referral, actor, f"referral.{target.value}", now, {"reason": reason} if reason else {})
    tell_step(referral, catalogue=catalogue, now=now)


def _write_step(
    referral: Referral,
    actor: Actor,
    origin: str,
    target: ReferralState,
    now: datetime,
    *,
    reason: str = "",
    note: str = "",
    meets_on: date | None = None,
) -> None:
    assert actor.user_id is not None
    ReferralStep.objects.create(
        referral=referral,
        origin=origin,
        target=target.value,
        at=now,
        actor_user_id=actor.user_id,
        actor_label=f"{actor.label}, {actor.organisation_name}"[:200],
        actor_role=actor.role.value,
        reason=reason,
        note=" ".join(note.split()),
        meets_on=meets_on if target is ReferralState.TO_MEET else None,
    )


def _journal(referral: Referral, actor: Actor, action: str, now: datetime, facts: dict[str, str]) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="referral",
        object_id=referral.public_id,
        thread=referral.position.public_id,
        facts=facts,
        now=now,
    )

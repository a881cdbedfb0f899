"""What a facilitator does with people: register, decide on eligibility, place. No journal line says who the person is, nor why."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from levier.accounts.values import Actor, Role
from levier.audit import actions as audit
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import add_months, civil_date
from levier.participants import policies
from levier.participants.criteria import criterion
from levier.participants.decisions import Preview, preview
from levier.participants.duplicates import write_keys
from levier.participants.identity import (
    KEY_NAME,
    Ground,
    Identity,
    index_of,
    new_reference,
    seal_ground,
    seal_identity,
)
from levier.participants.models import EligibilityDecision, EligibilityGround, Person, Placement
from levier.participants.name_keys import keys_of_name
from levier.participants.objections import objections_to_placement
from levier.participants.outcomes import plan_outcomes
from levier.participants.placing import employer_of, objections_to_words, placement_facts
from levier.participants.queries import persons_visible_to
from levier.participants.refusals import PersonRefusal, refuse, walls_said
from levier.participants.registering import already_known, objections_to_identity
from levier.participants.rules import legal_week
from levier.participants.values import DecisionProposal, NewPerson, PlacementProposal, RefusalReason
from levier.reference.values import Catalogue


def register_person(*, actor: Actor, new: NewPerson, catalogue: Catalogue, now: datetime) -> Person:
    """Open a person's file in the actor's territory. Refused when the same person already has one, here or elsewhere."""
    if not policies.may_register(actor):
        raise NotForYou
    today = civil_date(now)
    identity = Identity(" ".join(new.last_name.split()), " ".join(new.first_name.split()), new.birth_date)
    if objections := objections_to_identity(identity, new.commune, today):
        raise refuse(*objections)
    if found := _known_as(identity):
        raise already_known(actor, found, today)
    try:
        with transaction.atomic():
            return _write_person(actor, identity, new.commune, _months_kept(catalogue, today), now)
    except IntegrityError:
        found = _known_as(identity)
        if found is None:
            raise
        raise already_known(actor, found, today) from None


def _known_as(identity: Identity) -> Person | None:
    """The live file of that identity; where it was merged, the file that stands for it."""
    found = (
        Person.objects.select_related("merged_into", "opened_for")
        .filter(identity_index=index_of(identity))
        .order_by("merged_into_id", "pk")
    )
    live = next((one for one in found if one.merged_into is None), None)
    return live or next((one.merged_into for one in found), None)


def decide_eligibility(
    *, actor: Actor, person_id: str, proposal: DecisionProposal, catalogue: Catalogue, now: datetime
) -> EligibilityDecision:
    """Grant a person a window. Criterion and proof are sealed apart; the journal knows only the window."""
    with walls_said(), transaction.atomic():
        person = _own_person(actor, person_id, policies.may_decide)
        answer = preview(actor, person, proposal, catalogue, civil_date(now))
        if answer.objections or answer.window is None:
            raise refuse(*answer.objections)
        days = answer.window.result
        decision = _write_decision(actor, person, proposal, answer, now)
        _keep_until(person, add_months(days.until, _months_kept(catalogue, civil_date(now))))
        audit.record(
            actor=actor,
            action="eligibility.granted",
            object_kind="person",
            object_id=person.public_id,
            facts={
                "decision": decision.public_id,
                "from": days.from_,
                "until": days.until,
                "rule": decision.rule_version,
            },
            now=now,
        )
        return decision


def refuse_eligibility(
    *, actor: Actor, person_id: str, criterion: str, reason: str, now: datetime
) -> EligibilityDecision:
    """Record that a person is not eligible. The reason, from a list, is sealed with the ground."""
    if reason not in set(RefusalReason):
        raise refuse(Objection(PersonRefusal.REASON_MISSING, "reason"))
    today = civil_date(now)
    with transaction.atomic():
        person = _own_person(actor, person_id, policies.may_decide)
        decision = EligibilityDecision.objects.create(
            person=person,
            granted=False,
            valid_from=today,
            valid_until=today,
            rule_version="eligibility.refusal/1",
            decided_on=today,
            **_decided_by(actor, person, now),
        )
        _write_ground(decision, Ground(criterion[:40], reason=reason))
        audit.record(
            actor=actor,
            action="eligibility.refused",
            object_kind="person",
            object_id=person.public_id,
            facts={"decision": decision.public_id},
            now=now,
        )
        return decision


def place_person(
    *, actor: Actor, person_id: str, proposal: PlacementProposal, catalogue: Catalogue, now: datetime
) -> Placement:
    """Record who employs the person, how, for what, from when. The window must cover the first day."""
    with walls_said(), transaction.atomic():
        person = _own_person(actor, person_id)
        if objections := objections_to_words(proposal):
            raise refuse(*objections)
        employer = employer_of(proposal, now)
        decision = (
            person.decisions.filter(
                granted=True, valid_from__lte=proposal.starts_on, valid_until__gte=proposal.starts_on
            ).first()
            or person.decisions.filter(granted=True).order_by("-valid_from").first()
        )
        facts = placement_facts(person, employer, decision, proposal)
        if objections := objections_to_placement(facts, legal_week(catalogue, proposal.starts_on)):
            raise refuse(*objections)
        assert decision is not None
        placement = Placement.objects.create(
            person=person,
            employer=employer,
            decision=decision,
            modality=proposal.modality,
            contract_kind=proposal.contract_kind,
            job_code=proposal.job_code.strip().upper(),
            job_title=" ".join(proposal.job_title.split()),
            starts_on=proposal.starts_on,
            ends_on=proposal.ends_on,
            weekly_hours=proposal.weekly_hours,
            created_at=now,
            created_by_label=actor.label,
        )
        plan_outcomes(placement, catalogue)
        _keep_until(
            person, add_months(proposal.ends_on or decision.valid_until, _months_kept(catalogue, civil_date(now)))
        )
        audit.record(
            actor=actor,
            action="placement.recorded",
            object_kind="person",
            object_id=person.public_id,
            facts={"placement": placement.public_id, "employer": employer.siret, "from": placement.starts_on},
            now=now,
        )
        return placement


def end_placement(*, actor: Actor, placement_id: str, ends_on: date, catalogue: Catalogue, now: datetime) -> Placement:
    """Say when an employment contract ends. Refused when hours are accepted after that day. What is still to be asked moves along."""
    with walls_said(), transaction.atomic():
        placement = (
            Placement.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(public_id=placement_id, person__territory_id__in=actor.territory_ids)
            .first()
        )
        if placement is None or not policies.may_follow(actor, territory_id=placement.person.territory_id):
            raise NotForYou
        if ends_on < placement.starts_on:
            raise refuse(Objection(PersonRefusal.CONTRACT_ENDS_BEFORE, "ends_on"))
        placement.ends_on = ends_on
        placement.save(update_fields=["ends_on"])
        plan_outcomes(placement, catalogue)
        audit.record(
            actor=actor,
            action="placement.ended",
            object_kind="person",
            object_id=placement.person.public_id,
            facts={"placement": placement.public_id, "until": ends_on},
            now=now,
        )
        return placement


def _own_person(actor: Actor, public_id: str, may: Callable[..., bool] = policies.may_follow) -> Person:
    """Locked; raise NotForYou unless the actor may do that in the person's territory."""
    person = persons_visible_to(actor).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if person is None or person.anonymised_at or not may(actor, territory_id=person.territory_id):
        raise NotForYou
    return person


def _write_person(actor: Actor, identity: Identity, commune: str, months: int, now: datetime) -> Person:
    person = Person(
        reference=new_reference(),
        identity_index=index_of(identity),
        name_keys=keys_of_name(identity),
        birth_year=identity.birth_date.year,
        commune_id=commune[:5] or None,
        territory_id=actor.territory_ids[0],
        created_at=now,
        created_by_label=actor.label,
        opened_for_id=actor.organisation_id if actor.role is Role.PRESCRIBER else None,
        retention_until=add_months(civil_date(now), months),
    )
    person.identity = seal_identity(identity, person.public_id)
    person.save()
    write_keys(person, identity)
    audit.record(
        actor=actor,
        action="person.registered",
        object_kind="person",
        object_id=person.public_id,
        facts={"reference": person.reference, "territory": actor.territory_numbers[0], "until": person.retention_until},
        now=now,
    )
    return person


def _decided_by(actor: Actor, person: Person, now: datetime) -> dict[str, Any]:
    assert actor.user_id is not None
    return {
        "decided_at": now,
        "decided_by_id": actor.user_id,
        "decided_by_label": f"{actor.label}, {actor.organisation_name}"[:200],
        "territory_id": person.territory_id,
    }


def _write_decision(
    actor: Actor, person: Person, proposal: DecisionProposal, answer: Preview, now: datetime
) -> EligibilityDecision:
    assert answer.window is not None
    decision = EligibilityDecision.objects.create(
        person=person,
        granted=True,
        valid_from=answer.window.result.from_,
        valid_until=answer.window.result.until,
        rule_version=answer.rule_version,
        decided_on=proposal.decision_date,
        **_decided_by(actor, person, now),
    )
    known = criterion(proposal.criterion)
    _write_ground(decision, Ground(known.code, known.proof_kind, proposal.proof_date, proposal.expires_on))
    return decision


def _write_ground(decision: EligibilityDecision, ground: Ground) -> None:
    EligibilityGround.objects.create(
        decision=decision, sealed=seal_ground(ground, decision.public_id), key_name=KEY_NAME
    )


def _months_kept(catalogue: Catalogue, today: date) -> int:
    return int(catalogue.at("retention.person_months", today).value)


def _keep_until(person: Person, day: date) -> None:
    """A later contract keeps a file longer; nothing shortens it here."""
    if day > person.retention_until:
        person.retention_until = day
        person.save(update_fields=["retention_until"])

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.foundation.objections import NotForYou, Refusal
from levier.participants import actions, queries
from levier.participants.decisions import preview
from levier.participants.identity import open_ground, open_identity, read_reference
from levier.participants.models import EligibilityDecision, EligibilityGround, Person, Placement
from levier.participants.values import (
    ContractKind,
    DecisionProposal,
    Modality,
    NewPerson,
    PlacementProposal,
    Standing,
)
from levier.reference.published import published_catalogue
from tests.world import NOW, TODAY, World, siret

pytestmark = pytest.mark.django_db
CATALOGUE = published_catalogue()
SAMIRA = NewPerson("Belkacem", "Samira", date(1998, 3, 4))
PROPOSAL = DecisionProposal(
    criterion="RSA",
    proof_date=date(2026, 11, 2),
    expires_on=None,
    decision_date=TODAY,
    kind=ContractKind.CDD,
    hire_date=date(2026, 12, 1),
    contract_end=date(2027, 5, 31),
)
JOB = PlacementProposal(
    employer_siret=siret(77),
    employer_name="Bâti Neuf",
    structure_kind="",
    modality=Modality.DIRECT_HIRE,
    contract_kind=ContractKind.CDD,
    job_title="Aide-maçon",
    job_code="F1703",
    starts_on=date(2026, 12, 1),
    ends_on=date(2027, 5, 31),
    weekly_hours=Decimal("35.00"),
)


def register(world: World, who: str = "near", new: NewPerson = SAMIRA) -> Person:
    return actions.register_person(actor=world.actors[who], new=new, catalogue=CATALOGUE, now=NOW)


def decide(
    world: World, person: Person, who: str = "near", proposal: DecisionProposal = PROPOSAL
) -> EligibilityDecision:
    return actions.decide_eligibility(
        actor=world.actors[who], person_id=person.public_id, proposal=proposal, catalogue=CATALOGUE, now=NOW
    )


def place(world: World, person: Person, who: str = "near", proposal: PlacementProposal = JOB) -> Placement:
    return actions.place_person(
        actor=world.actors[who], person_id=person.public_id, proposal=proposal, catalogue=CATALOGUE, now=NOW
    )


def sentence(caught) -> str:
    return " ".join(caught.value.sentences)


def everything_journaled() -> str:
    return " ".join(str(row) for row in JournalEntry.objects.values_list("action", "object_id", "facts"))


def test_a_registered_person_is_sealed_kept_24_months_and_found_by_name(world: World):
    person = register(world)
    assert person.territory.number == 4
    assert person.retention_until == date(2028, 11, 25)
    assert read_reference(person.reference) == person.reference
    identity = open_identity(person.identity, person.public_id)
    assert identity is not None
    assert identity.name == "Samira Belkacem"
    assert b"Samira" not in bytes(Person.objects.get().identity)
    for typed in ("belkacém sam", person.reference.lower()):
        assert queries.named(world.actors["near"], typed) == queries.Named((person.pk,), more=False), typed
    assert queries.named(world.actors["near"], "durand").ids == ()
    assert "Belkacem" not in everything_journaled()


def test_only_a_facilitator_registers(world: World):
    for who in ("mission", "buyer", "company"):
        with pytest.raises(NotForYou):
            register(world, who)


def test_the_same_person_again_is_shown_at_home_and_only_pointed_at_elsewhere(world: World):
    person = register(world)
    again = NewPerson("BELKACEM", "samira ", date(1998, 3, 4))
    with pytest.raises(Refusal) as caught:
        register(world, new=again)
    assert person.reference in sentence(caught)
    with pytest.raises(Refusal) as caught:
        register(world, "far", new=again)
    assert person.reference not in sentence(caught)
    assert "Facilitatrice 4" in sentence(caught)
    assert "public_id" not in caught.value.objections[0].facts
    assert Person.objects.count() == 1


def test_the_database_keeps_one_live_identity(world: World):
    person = register(world)
    with (
        pytest.raises(DatabaseError, match="person_one_live_identity"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO participants_person (public_id, reference, identity_index, territory_id, created_at, created_by_label, retention_until)"
            " SELECT 'x', 'P-X', identity_index, territory_id, now(), 'essai', now() FROM participants_person WHERE id = %s",
            [person.pk],
        )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"last_name": " "}, "last_name", "nom de famille"),
        ({"first_name": "12"}, "first_name", "prénom"),
        ({"last_name": "1 98 03 13 055 123 45"}, "last_name", "sécurité sociale"),
        ({"birth_date": date(2026, 3, 4)}, "birth_date", "0 ans"),
        ({"birth_date": date(1898, 3, 4)}, "birth_date", "128 ans"),
        ({"commune": "99999"}, "commune", "commune"),
        ({"first_name": "S" * 101}, "first_name", "100 lettres"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world: World, changes, field: str, words: str):
    with pytest.raises(Refusal) as caught:
        register(world, new=dataclasses.replace(SAMIRA, **changes))
    assert caught.value.objections[0].field == field
    assert words in sentence(caught)
    assert not Person.objects.exists()


def test_a_decision_is_sealed_apart_and_the_journal_does_not_know_why(world: World):
    person = register(world)
    decision = decide(world, person)
    assert (decision.valid_from, decision.valid_until) == (date(2026, 12, 1), date(2027, 5, 31))
    assert "eligibility.window_months@" in decision.rule_version
    ground = EligibilityGround.objects.get(decision=decision)
    opened = open_ground(ground.sealed, decision.public_id)
    assert opened is not None
    assert (opened.criterion, opened.proof_date) == ("RSA", date(2026, 11, 2))
    assert b"RSA" not in bytes(ground.sealed)
    assert "RSA" not in everything_journaled()
    person.refresh_from_db()
    assert person.retention_until == date(2029, 5, 31)
    (shown,) = queries.decisions_of(person, with_ground=True)
    assert shown[1] == opened
    assert queries.decisions_of(person, with_ground=False)[0][1] is None


def test_a_decision_is_for_the_facilitator_of_the_persons_territory(world: World):
    person = register(world)
    for who in ("far", "mission", "company", "buyer"):
        with pytest.raises(NotForYou):
            decide(world, person, who)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"proof_date": date(2026, 8, 1)}, "proof_date"),
        ({"decision_date": TODAY + timedelta(days=1), "hire_date": TODAY + timedelta(days=9)}, "decision_date"),
        ({"criterion": "PARENT_ISOLE"}, "criterion"),
        ({"criterion": "INCONNU"}, "criterion"),
        ({"contract_end": date(2026, 11, 30)}, "contract_end"),
        ({"contract_end": None}, "contract_end"),
    ],
)
def test_a_decision_without_proof_or_out_of_time_is_refused(world: World, changes, field: str):
    person = register(world)
    with pytest.raises(Refusal) as caught:
        decide(world, person, proposal=dataclasses.replace(PROPOSAL, **changes))
    assert field in [objection.field for objection in caught.value.objections]
    assert not EligibilityDecision.objects.exists()


def test_the_window_is_shown_before_it_is_granted_and_a_cdi_needs_no_end(world: World):
    person = register(world)
    proposal = dataclasses.replace(PROPOSAL, kind=ContractKind.CDI, contract_end=None)
    answer = preview(world.actors["near"], person, proposal, CATALOGUE, TODAY)
    assert answer.window is not None
    assert answer.window.result.until == date(2030, 11, 30)
    assert not answer.objections
    assert not EligibilityDecision.objects.exists()


def test_windows_never_overlap_in_words_and_in_the_database(world: World):
    person = register(world)
    decision = decide(world, person)
    with pytest.raises(Refusal) as caught:
        decide(world, person)
    assert "déjà une période" in sentence(caught)
    decision.pk, decision.public_id = None, "autre"
    with pytest.raises(DatabaseError, match="decision_windows_do_not_overlap"), transaction.atomic():
        decision.save(force_insert=True)


def test_a_refusal_is_kept_with_its_reason_sealed(world: World):
    person = register(world)
    actor = world.actors["near"]
    decision = actions.refuse_eligibility(
        actor=actor, person_id=person.public_id, criterion="RSA", reason="proof_missing", now=NOW
    )
    assert not decision.granted
    ((_, ground),) = queries.decisions_of(person, with_ground=True)
    assert ground is not None
    assert ground.reason == "proof_missing"
    assert "proof_missing" not in everything_journaled()
    with pytest.raises(Refusal):
        actions.refuse_eligibility(actor=actor, person_id=person.public_id, criterion="", reason="parce que", now=NOW)
    with pytest.raises(Refusal) as caught:
        place(world, person)
    assert "décision d’éligibilité" in sentence(caught)


def test_a_placement_needs_a_window_on_its_first_day(world: World):
    person = register(world)
    decide(world, person)
    with pytest.raises(Refusal) as caught:
        place(world, person, proposal=dataclasses.replace(JOB, starts_on=date(2026, 11, 1)))
    assert caught.value.objections[0].field == "starts_on"
    placement = place(world, person)
    assert placement.employer.name == "Bâti Neuf"
    assert placement.employer.kinds == ["company"]
    assert "Belkacem" not in everything_journaled()
    with pytest.raises(DatabaseError, match="NOT_ELIGIBLE"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO participants_placement (public_id, person_id, employer_id, decision_id, modality, contract_kind, job_code,"
            " job_title, starts_on, weekly_hours, created_at, created_by_label) SELECT 'z', person_id, employer_id, decision_id,"
            " modality, contract_kind, job_code, job_title, '2026-11-26', weekly_hours, now(), 'essai' FROM participants_placement"
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"employer_siret": "900 000 017 0001"}, "employer_siret"),
        ({"employer_name": ""}, "employer_name"),
        ({"job_title": " "}, "job_title"),
        ({"job_code": "1703F"}, "job_code"),
        ({"job_title": "1 98 03 13 055 123 45"}, "job_title"),
        ({"ends_on": None}, "ends_on"),
        ({"weekly_hours": Decimal(60)}, "weekly_hours"),
        ({"modality": Modality.LABOUR_SUPPLY}, "modality"),
        ({"already_employed": True}, "employer"),
    ],
)
def test_a_placement_that_cannot_be_is_refused_beside_its_field(world: World, changes, field: str):
    person = register(world)
    decide(world, person)
    with pytest.raises(Refusal) as caught:
        place(world, person, proposal=dataclasses.replace(JOB, **changes))
    assert field in [objection.field for objection in caught.value.objections]
    assert not Placement.objects.exists()


def test_labour_supply_by_an_inclusive_structure(world: World):
    person = register(world)
    decide(world, person)
    supplied = dataclasses.replace(
        JOB, modality=Modality.LABOUR_SUPPLY, contract_kind=ContractKind.ASSIGNMENT, structure_kind="ETTI"
    )
    placement = place(world, person, proposal=supplied)
    assert placement.employer.structure_kind == "ETTI"
    assert placement.employer.kinds == ["inclusive_structure"]


def test_a_contract_is_ended_by_the_persons_facilitator_alone(world: World):
    placement = world.placement(world.person(), world.commitment(world.contract()))
    actor = world.actors["near"]
    ended = actions.end_placement(
        actor=actor, placement_id=placement.public_id, ends_on=date(2026, 11, 30), catalogue=CATALOGUE, now=NOW
    )
    assert ended.ends_on == date(2026, 11, 30)
    with pytest.raises(Refusal):
        actions.end_placement(
            actor=actor, placement_id=placement.public_id, ends_on=date(2020, 1, 1), catalogue=CATALOGUE, now=NOW
        )
    for who in ("far", "company", "mission"):
        with pytest.raises(NotForYou):
            actions.end_placement(
                actor=world.actors[who],
                placement_id=placement.public_id,
                ends_on=date(2026, 12, 31),
                catalogue=CATALOGUE,
                now=NOW,
            )


def test_who_sees_whom(world: World):
    lot = world.contract()
    ours = world.commitment(lot)
    theirs = world.commitment(lot, holder="Rival Essai")
    person = world.person()
    visitor = world.person("Zouari", "Karim", territory=5)
    placement = world.placement(person, ours)
    supplied = world.placement(visitor, theirs, employer="Intérim d’ailleurs")

    def seen(who: str) -> tuple[set[int], set[int]]:
        actor = world.actors[who]
        return (
            set(queries.persons_visible_to(actor).values_list("pk", flat=True)),
            set(queries.placements_visible_to(actor).values_list("pk", flat=True)),
        )

    everyone, all_placements = {person.pk, visitor.pk}, {placement.pk, supplied.pk}
    assert seen("mission") == (everyone, all_placements)
    assert seen("near") == (everyone, all_placements), "placed on a commitment of the own territory"
    assert seen("far") == ({visitor.pk}, {supplied.pk})
    assert seen("company") == (set(), {placement.pk})
    assert seen("rival") == (set(), {supplied.pk}), "supplied by another structure for its commitment"
    assert seen("buyer") == (set(), set())
    with pytest.raises(NotForYou):
        queries.person_for(world.actors["far"], person.public_id)
    assert set(queries.decisions_visible_to(world.actors["near"])) == set(person.decisions.all())
    assert not queries.decisions_visible_to(world.actors["company"]).exists()


def test_a_company_reads_names_and_windows_and_nothing_else(world: World, django_assert_num_queries):
    commitment = world.commitment(world.contract())
    for number in range(3):
        world.placement(world.person(f"Nom{number}"), commitment)
    with django_assert_num_queries(2):
        lines = queries.employees_of(world.actors["company"], today=TODAY)
    assert [line.name for line in lines] == ["Samira Nom0", "Samira Nom1", "Samira Nom2"]
    assert lines[0].until == date(2027, 12, 31)
    assert "CANARI" not in str(lines)
    assert "1998" not in str(lines)


def test_where_people_stand(world: World, django_assert_num_queries):
    world.person("Aa")
    world.decision(world.person("Bb"))
    late = world.person("Cc")
    world.decision(late, until=date(2026, 12, 31))
    world.placement(late)
    done = world.person("Dd")
    world.decision(done, until=date(2026, 6, 30))
    busy = world.person("Ee")
    world.placement(busy)
    people = queries.people_in(world.actors["near"])
    with django_assert_num_queries(1):
        counts = queries.counted(people, TODAY)
    assert counts == dict.fromkeys(Standing, 1)
    for standing, name in zip(
        (Standing.UNDECIDED, Standing.UNPLACED, Standing.EXPIRING, Standing.EXPIRED, Standing.ELIGIBLE),
        ("Aa", "Bb", "Cc", "Dd", "Ee"),
        strict=True,
    ):
        with django_assert_num_queries(3):
            lines = queries.rows_of(people, asked=standing, counts=counts, today=TODAY)[:]
        assert [(line.standing, line.identity.last_name) for line in lines] == [(standing, name)]

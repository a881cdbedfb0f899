"""Probable duplicates, merging and taking back: what is found, who may, what the walls refuse, and that nothing else moves."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from levier.audit.models import PersonRead
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.verification import violations
from levier.observatory.queries import dashboard
from levier.participants.actions import register_person
from levier.participants.duplicates import Likeness, keys_of, pairs_for, skeleton
from levier.participants.identity import Identity
from levier.participants.merging import answer_proposal, ask_to_unmerge, merge, open_proposals, say_distinct
from levier.participants.models import MergeProposal, PairDecision, Person
from levier.participants.queries import decisions_of, persons_visible_to
from levier.participants.values import NewPerson
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.world import NOW, TODAY, World

CATALOGUE = published_catalogue()
BORN = date(1998, 3, 4)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzéèçïô'- ", min_size=2, max_size=16).filter(
    lambda t: any(c.isalpha() for c in t)
)


def shared(one: Identity, other: Identity) -> set[Likeness]:
    return {kind for kind, parts in keys_of(one) if (kind, parts) in set(keys_of(other))}


@pytest.mark.parametrize(
    ("other", "likeness"),
    [
        (Identity("Samira", "Belkacem", BORN), Likeness.NAMES),
        (Identity("BELKACEM", "Samïra", BORN), Likeness.NAMES),
        (Identity("Belkacem-Roux", "Samira", BORN), Likeness.FIRST_NAME),
        (Identity("Roux", "Samira", BORN), Likeness.FIRST_NAME),
        (Identity("Belcacem", "Samyra", BORN), Likeness.SOUND),
        (Identity("Belkacem", "Samira", date(1998, 4, 3)), Likeness.DAY_MONTH),
        (Identity("Belkacem", "Samira", date(1998, 3, 14)), Likeness.DAY),
        (Identity("Belkacem", "Samira", date(1998, 8, 4)), Likeness.MONTH),
        (Identity("Belkacem", "Samira", date(1989, 3, 4)), Likeness.YEAR),
    ],
)
def test_usual_accidents_leave_a_key_in_common(other: Identity, likeness: Likeness):
    assert likeness in shared(Identity("Belkacem", "Samira", BORN), other)


@pytest.mark.parametrize(
    "other",
    [
        Identity("Zouari", "Karim", BORN),
        Identity("Belkacem", "Samira", date(1975, 7, 21)),
        Identity("Belkacem", "Inès", BORN),
    ],
)
def test_different_people_share_no_key(other: Identity):
    assert shared(Identity("Belkacem", "Samira", BORN), other) == set()


@given(NAMES, NAMES, st.dates(date(1940, 1, 1), date(2010, 12, 31)))
def test_order_of_names_never_hides_a_person(last: str, first: str, born: date):
    assert Likeness.NAMES in shared(Identity(last, first, born), Identity(first, last, born))


def test_what_sounds_alike_has_one_skeleton():
    assert skeleton("Philippe") == skeleton("Filipe") == skeleton("Phillip")
    assert skeleton("Belkacem") == skeleton("Belcacem")


def register(world: World, who: str, last: str, first: str, born: date = BORN, *, minutes: int = 0) -> Person:
    return register_person(
        actor=world.actors[who],
        new=NewPerson(last, first, born),
        catalogue=CATALOGUE,
        now=NOW + timedelta(minutes=minutes),
    )


@pytest.fixture
def twins(world: World) -> tuple[Person, Person]:
    """One person with two files in territory 4: names inverted by whoever typed the second."""
    load_published(NOW)
    world.user("near2", "facilitator", world.organisation("Structure des facilitateurs"), world.territory(4))
    return register(world, "near", "Belkacem", "Samira"), register(world, "near", "Samira", "Belkacem", minutes=5)


@pytest.mark.django_db
def test_abuse_duplicate_persons_are_found_merged_and_counted_once(world: World, twins: tuple[Person, Person]):
    first, second = twins
    commitment = world.commitment(world.contract())
    for person in twins:
        placement = world.placement(person, commitment)
        line = world.sent_line(commitment, placement, hours="20.00")
        from levier.hours.actions import accept_line

        accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW, values=CATALOGUE)
    (pair,) = pairs_for(world.actors["near"])
    assert pair.likenesses[0] is Likeness.NAMES
    assert dashboard(world.actors["mission"], year=2026, today=TODAY).people == 2
    ledger = _ledger()
    assert not merge(actor=world.actors["near"], first_id=second.public_id, second_id=first.public_id, now=NOW).waits
    second.refresh_from_db()
    assert second.merged_into == first, "the older file stays"
    assert dashboard(world.actors["mission"], year=2026, today=TODAY).people == 1
    assert _ledger() == ledger
    assert pairs_for(world.actors["near"]) == []
    assert len(decisions_of(first, with_ground=False)) == 2
    assert not persons_visible_to(world.actors["near"]).filter(pk=second.pk).exists()
    assert violations() == ()


def _ledger() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        found = []
        for table in (
            "hours_ledgerentry",
            "hours_workedmonth",
            "hours_personmonth",
            "participants_placement",
            "participants_eligibilitydecision",
        ):
            cursor.execute(f"SELECT x::text FROM {table} x ORDER BY id")
            found += cursor.fetchall()
        return found


def _everything_of_people() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT x::text FROM participants_person x ORDER BY id")
        return [*cursor.fetchall(), *_ledger()]


@pytest.mark.django_db
def test_abuse_wrong_merge_of_homonyms_is_undone_exactly_with_four_eyes(world: World, twins: tuple[Person, Person]):
    first, second = twins
    for person in twins:
        world.placement(person)
    before = _everything_of_people()
    merge(actor=world.actors["near"], first_id=first.public_id, second_id=second.public_id, now=NOW)
    ask_to_unmerge(actor=world.actors["near"], absorbed_id=second.public_id, now=NOW)
    proposal = MergeProposal.objects.get()
    with pytest.raises(Refusal, match="Qui demande ne peut pas accepter"):
        answer_proposal(actor=world.actors["near"], proposal_id=proposal.public_id, agreed=True, now=NOW)
    for who in ("far", "company", "buyer"):
        with pytest.raises(NotForYou):
            answer_proposal(actor=world.actors[who], proposal_id=proposal.public_id, agreed=True, now=NOW)
    answer_proposal(actor=world.actors["near2"], proposal_id=proposal.public_id, agreed=True, now=NOW)
    assert _everything_of_people() == before, "unmerge(merge(x)) = x"
    assert list(PairDecision.objects.order_by("pk").values_list("kind", flat=True)) == ["merge", "unmerge"]
    assert pairs_for(world.actors["near"]) == [], "the pair was judged: it is not proposed again"
    assert violations() == ()


@pytest.mark.django_db
def test_across_territories_a_second_person_agrees_and_no_data_crosses(world: World):
    load_published(NOW)
    here, there = register(world, "near", "Belkacem", "Samira"), register(world, "far", "Samira", "Belkacem", minutes=5)
    page = world.client("near").get(reverse("duplicates")).content.decode()
    assert "Facilitatrice 5" in page
    assert there.reference not in page
    assert "Belkacem Samira" not in page
    compared = world.client("near").get(reverse("duplicate", args=[here.public_id])).content.decode()
    assert there.reference not in compared
    assert merge(actor=world.actors["near"], first_id=here.public_id, second_id=there.public_id, now=NOW).waits
    there.refresh_from_db()
    assert there.merged_into is None
    (proposal,) = open_proposals(world.actors["far"])
    answer_proposal(actor=world.actors["far"], proposal_id=proposal.public_id, agreed=True, now=NOW)
    there.refresh_from_db()
    assert there.merged_into == here
    assert violations() == ()


@pytest.mark.django_db
def test_two_homonyms_said_distinct_are_not_proposed_again(world: World, twins: tuple[Person, Person]):
    first, second = twins
    say_distinct(actor=world.actors["near"], first_id=first.public_id, second_id=second.public_id, now=NOW)
    assert pairs_for(world.actors["near"]) == []
    assert not Person.objects.filter(merged_into__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["far", "company", "buyer"])
def test_strangers_merge_nothing(world: World, twins: tuple[Person, Person], who: str):
    first, second = twins
    for act in (merge, say_distinct):
        with pytest.raises(NotForYou):
            act(actor=world.actors[who], first_id=first.public_id, second_id=second.public_id, now=NOW)
    assert pairs_for(world.actors[who]) == []
    assert not PairDecision.objects.exists()


@pytest.mark.django_db
def test_a_file_that_stands_for_another_is_never_absorbed(world: World, twins: tuple[Person, Person]):
    first, second = twins
    third = register(world, "near", "Belcacem", "Samira", minutes=-60)
    merge(actor=world.actors["near"], first_id=first.public_id, second_id=second.public_id, now=NOW)
    merge(actor=world.actors["near"], first_id=third.public_id, second_id=first.public_id, now=NOW)
    third.refresh_from_db()
    assert third.merged_into == first, "though it is older"
    assert violations() == ()


@pytest.mark.django_db
def test_registering_someone_merged_leads_to_the_file_that_stands(world: World, twins: tuple[Person, Person]):
    first, second = twins
    merge(actor=world.actors["near"], first_id=first.public_id, second_id=second.public_id, now=NOW)
    with pytest.raises(Refusal, match=first.reference):
        register(world, "near", "SAMIRA", "Belkacem")


# Walls, by raw SQL


def _raw(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize("case", ["silent", "itself", "chain", "alone", "rewritten"])
def test_the_walls_of_merging_refuse(world: World, twins: tuple[Person, Person], case: str):
    first, second = twins
    near = world.users["near"]
    match case:
        case "silent":
            with pytest.raises(DatabaseError, match="MERGE_WITHOUT_DECISION"):
                _raw("UPDATE participants_person SET merged_into_id = %s WHERE id = %s", first.pk, second.pk)
        case "itself":
            with pytest.raises(DatabaseError, match="MERGE_TARGET_NOT_LIVE"):
                _raw("UPDATE participants_person SET merged_into_id = id WHERE id = %s", first.pk)
        case "chain":
            merge(actor=world.actors["near"], first_id=first.public_id, second_id=second.public_id, now=NOW)
            third = register(world, "near", "Belcacem", "Samira")
            with pytest.raises(DatabaseError, match="MERGE_TARGET_NOT_LIVE"):
                _raw("UPDATE participants_person SET merged_into_id = %s WHERE id = %s", second.pk, third.pk)
            with pytest.raises(DatabaseError, match="MERGE_OF_A_STANDING_FILE"):
                _raw("UPDATE participants_person SET merged_into_id = %s WHERE id = %s", third.pk, first.pk)
        case "alone":
            with pytest.raises(DatabaseError, match="MERGE_FOUR_EYES"):
                _raw(
                    "INSERT INTO participants_pairdecision (kind, kept_id, absorbed_id, at, decided_by_id, decided_by_label, second_label)"
                    " VALUES ('unmerge', %s, %s, now(), %s, 'essai', '')",
                    first.pk, second.pk, near.pk,
                )  # fmt: skip
        case "rewritten":
            merge(actor=world.actors["near"], first_id=first.public_id, second_id=second.public_id, now=NOW)
            with pytest.raises(DatabaseError, match="FROZEN"):
                _raw("UPDATE participants_pairdecision SET kind = 'distinct'")
            with pytest.raises(DatabaseError, match="FROZEN"):
                _raw("DELETE FROM participants_pairdecision")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("down", "fault", "view"),
    [
        ("DROP TRIGGER participants_person_merge_told ON participants_person",
         "UPDATE participants_person SET merged_into_id = {first} WHERE id = {second}", "violation_merge_decision"),
        ("DROP TRIGGER participants_person_merge_guard ON participants_person; DROP TRIGGER participants_person_merge_told ON participants_person",
         "UPDATE participants_person SET merged_into_id = CASE id WHEN {first} THEN {second} ELSE {first} END WHERE id IN ({first}, {second})",
         "violation_merge_chain"),
        ("DROP TRIGGER participants_pairdecision_check ON participants_pairdecision; DROP TRIGGER participants_pairdecision_done ON participants_pairdecision",
         ("INSERT INTO participants_pairdecision (kind, kept_id, absorbed_id, at, decided_by_id, decided_by_label, second_label)"
         " VALUES ('unmerge', {first}, {second}, now(), {near}, 'essai', '')"), "violation_merge_four_eyes"),
    ],
)  # fmt: skip
def test_with_a_wall_down_verify_sees_the_planted_fault(
    world: World, twins: tuple[Person, Person], down: str, fault: str, view: str
):
    first, second = twins
    with connection.cursor() as cursor:
        cursor.execute(down)
        cursor.execute(fault.format(first=first.pk, second=second.pk, near=world.users["near"].pk))
    assert view in {one.view for one in violations()}


@pytest.mark.django_db
def test_the_pages_of_duplicates(world: World, twins: tuple[Person, Person], monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    first, second = twins
    client = world.client("near")
    assert "1 doublon probable" in client.get(reverse("people")).content.decode().replace("\u00a0", " ")
    page = client.get(reverse("duplicate", args=[first.public_id])).content.decode()
    assert "<mark>Samira</mark>" in page
    assert (
        client.post(
            reverse("duplicate", args=[first.public_id]), {"do": "merge", "other": second.public_id}
        ).status_code
        == 303
    )
    assert "Fusionnées dans cette fiche" in client.get(reverse("duplicate", args=[first.public_id])).content.decode()
    client.post(reverse("duplicate", args=[first.public_id]), {"do": "unmerge", "other": second.public_id})
    proposal = MergeProposal.objects.get()
    address = reverse("duplicate-proposal", args=[proposal.public_id])
    client.post(address, {"agreed": "1"})
    assert MergeProposal.objects.get().closed_at is None, "who asked cannot agree"
    world.client("near2").post(address, {"agreed": "1"})
    second.refresh_from_db()
    assert second.merged_into is None


@pytest.mark.django_db
def test_a_long_list_of_duplicates_is_read_a_page_at_a_time(world: World, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)
    client = world.client("near")

    def registered(number: int) -> None:
        born = date(1960 + number, 1 + number // 28, 1 + number % 28)
        register(world, "near", "Belkacem", "Samira", born, minutes=2 * number)
        register(world, "far", "Samira", "Belkacem", born, minutes=2 * number + 1)

    registered(0)
    client.get(reverse("duplicates"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("duplicates"))
    for number in range(1, 33):
        registered(number)
    before = PersonRead.objects.count()
    with CaptureQueriesContext(connection) as many:
        first = client.get(reverse("duplicates")).content.decode()
    assert len(few) == len(many)
    assert PersonRead.objects.count() - before == 30, "who is on another page was not read"
    assert first.count("Une fiche suivie à Essai 5") == 30
    assert client.get(reverse("duplicates") + "?page=2").content.decode().count("Une fiche suivie à Essai 5") == 3

"""Finding a person by a part of a name: the keys say which files to open, the names opened decide."""

from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.encryption import normalised
from levier.hours.verification import violations
from levier.participants import merging, queries
from levier.participants.duplicates import pair_count, pairs_for, write_keys
from levier.participants.identity import Identity
from levier.participants.models import Person, PersonKey
from levier.participants.name_keys import BUCKETS, LENGTHS, answers, keys_of_name, keys_typed, words_typed
from levier.participants.rules import SOON, standing
from levier.participants.values import Standing
from tests.world import NOW, TODAY, World

BORN = date(1998, 3, 4)
NAMES = st.text(st.characters(categories=["L"], max_codepoint=0x2FF) | st.sampled_from(" -'’"), min_size=1, max_size=20)


def named(world: World, who: str, text: str, **told: int) -> tuple[int, ...]:
    return queries.named(world.actors[who], text, **told).ids


@pytest.mark.parametrize(
    ("last", "first", "found", "not_found"),
    [
        ("Belkacem", "Samira", ("bel", "BELKACÉM sam", "samira", "belkacemx"[:-1]), ("kacem", "belkacemx", "sam durand")),
        ("Ben Ali", "Jean-Pierre", ("benali", "ali", "pierre", "jean-pierre", "jeanpierre ben"), ("pierre-jean-luc",)),
        ("d’Arc", "Éloïse", ("darc", "arc", "d'arc eloise", "Éloïse"), ("arca",)),
        ("Li", "Yu", ("li", "yu", "li yu"), ("l", "lia")),
        ("Lionel", "Bo", ("lionel bo", "bo", "lio b"), ("boa",)),
    ],
)  # fmt: skip
def test_the_beginning_of_any_word_of_a_name_finds_it(last, first, found, not_found):
    identity = Identity(last, first, BORN)
    kept = set(keys_of_name(identity))
    for text in found:
        words = words_typed(text)
        assert set(keys_typed(words)) <= kept, text
        assert answers(identity, words), text
    for text in not_found:
        words = words_typed(text)
        assert not (set(keys_typed(words)) <= kept and answers(identity, words)), text


@given(last=NAMES, first=NAMES, cut=st.integers(3, 12))
def test_no_name_that_answers_is_missed_by_its_keys(last: str, first: str, cut: int):
    identity = Identity(last, first, BORN)
    kept = set(keys_of_name(identity))
    for text in (normalised(last)[:cut], normalised(first)[:cut], f"{last} {first}"):
        words = words_typed(text)
        if answers(identity, words) and any(len(word) >= LENGTHS[0] for word in words):
            assert set(keys_typed(words)) <= kept


def test_a_key_tells_no_name_many_beginnings_share_it():
    """Twelve bits: 20,000 beginnings of three letters share 4,096 numbers, and what follows the sixth letter changes nothing."""
    letters = "abcdefghijklmnopqrstuvwxyzàé"
    beginnings = [a + b + c for a in letters for b in letters for c in letters][:20_000]
    spread = Counter(key for one in beginnings for key in keys_typed([one]))
    assert set(spread) <= set(range(BUCKETS))
    assert sum(count == 1 for count in spread.values()) < 0.1 * BUCKETS
    assert keys_of_name(Identity("Belkacemova", "Sam", BORN)) == keys_of_name(Identity("Belkacidou", "Sam", BORN))


@pytest.mark.parametrize(
    ("granted", "placed", "expected"),
    [
        (None, None, Standing.UNDECIDED),
        (None, date.max, Standing.UNDECIDED),
        (date(2026, 11, 24), date.max, Standing.EXPIRED),
        (date(2026, 11, 25), None, Standing.UNPLACED),
        (date(2027, 12, 31), date(2026, 11, 24), Standing.UNPLACED),
        (TODAY + SOON, date(2026, 11, 25), Standing.EXPIRING),
        (date(2027, 12, 31), date.max, Standing.ELIGIBLE),
    ],
)
def test_where_a_person_stands(granted, placed, expected):
    assert standing(granted, placed, TODAY) is expected


@pytest.mark.django_db
def test_a_search_stays_within_the_scope_and_opens_a_bounded_number(
    world: World, monkeypatch, django_assert_num_queries
):
    here = [world.person(f"Martin{rank}", "Awa").pk for rank in range(5)]
    there = world.person("Martin9", "Awa", territory=5).pk
    assert set(named(world, "near", "martin awa")) == set(here)
    assert set(named(world, "far", "martin")) == {there}
    assert set(named(world, "mission", "mar")) == {*here, there}
    for stranger in ("buyer", "company", "rival"):
        assert named(world, stranger, "martin") == ()
    monkeypatch.setattr(queries, "OPENED", 2)
    with django_assert_num_queries(1):
        found = queries.named(world.actors["mission"], "martin")
    assert (len(found.ids), found.more) == (2, True)
    assert named(world, "mission", "martin", most=1) == (there,), "the latest moved first"


@pytest.mark.django_db
def test_a_file_is_found_by_the_name_of_one_merged_into_it_until_they_are_separated(world: World):
    kept, other = world.person("Belkacem"), world.person("Diarra")
    window = world.decision(other, until=date(2027, 6, 30))
    merging.merge(actor=world.actors["near"], first_id=kept.public_id, second_id=other.public_id, now=NOW)
    assert named(world, "near", "diarra") == named(world, "near", "belkacem") == (kept.pk,)
    kept.refresh_from_db()
    assert kept.granted_until == window.valid_until
    merging.ask_to_unmerge(actor=world.actors["near"], absorbed_id=other.public_id, now=NOW)
    proposal = merging.open_proposals(world.actors["mission"])[0]
    merging.answer_proposal(actor=world.actors["mission"], proposal_id=proposal.public_id, agreed=True, now=NOW)
    assert (named(world, "near", "diarra"), named(world, "near", "belkacem")) == ((other.pk,), (kept.pk,))
    kept.refresh_from_db()
    assert kept.granted_until is None
    assert not {violation.view for violation in violations()} & {"violation_person_kept"}


@pytest.mark.django_db
def test_a_file_set_aside_is_found_by_no_name_and_an_erased_one_keeps_no_key(world: World):
    person = world.person("Belkacem")
    Person.objects.filter(pk=person.pk).update(limited_at=NOW)
    assert named(world, "mission", "belkacem") == ()
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(identity=None, identity_index=None, anonymised_at=NOW)
    Person.objects.filter(pk=person.pk).update(identity=None, identity_index=None, name_keys=None, anonymised_at=NOW)


@pytest.mark.django_db
def test_what_the_list_keeps_follows_decisions_placements_and_their_end(world: World):
    person = world.person()
    assert queries.counted(queries.people_in(world.actors["near"]), TODAY)[Standing.UNDECIDED] == 1
    placement = world.placement(person, world.commitment(world.contract()))
    person.refresh_from_db()
    assert (person.placed_until, person.moved_at) == (date.max, NOW)
    assert person.granted_until == placement.decision.valid_until
    placement.ends_on = date(2026, 11, 1)
    placement.save(update_fields=["ends_on"])
    person.refresh_from_db()
    assert person.placed_until == date(2026, 11, 1)
    assert queries.counted(queries.people_in(world.actors["near"]), TODAY)[Standing.UNPLACED] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["granted_until = '2030-01-01'", "placed_until = NULL", "moved_at = now()"])
def test_a_kept_column_that_is_not_what_the_file_says_is_seen(world: World, column: str):
    world.placement(world.person(), world.commitment(world.contract()))
    assert "violation_person_kept" not in {violation.view for violation in violations()}
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE participants_person SET {column}")
    assert "violation_person_kept" in {violation.view for violation in violations()}


@pytest.mark.django_db
def test_a_file_is_read_where_the_person_works_as_soon_as_they_are_assigned(world: World):
    person = world.person()
    assert queries.persons_visible_to(world.actors["near"]).get() == person
    assert not queries.persons_visible_to(world.actors["far"]).exists()
    lot = world.contract(territory=5)
    for _ in range(2):
        world.placement(person, world.commitment(lot, territory=5, holder=f"Bâti {_}"))
    assert queries.persons_visible_to(world.actors["far"]).get() == person
    assert person.pk in named(world, "far", "samira")
    person.refresh_from_db()
    assert person.placed_in == [world.territory(5).pk]
    assert "violation_person_placed" not in {violation.view for violation in violations()}
    for planted in ("NULL", "ARRAY[5, 4]::bigint[]"):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE participants_person SET placed_in = {planted}")
        assert "violation_person_placed" in {violation.view for violation in violations()}


@pytest.mark.django_db
def test_keys_shared_with_another_file_are_where_pairs_are_looked_for(world: World):
    for name in ("Belkacem", "Belkacim", "Durand"):
        write_keys(world.person(name), Identity(name, "Samira" if name != "Durand" else "Luc", BORN))
    assert pair_count(world.actors["near"]) == len(pairs_for(world.actors["near"])) == 1
    assert pair_count(world.actors["far"]) == pair_count(world.actors["company"]) == 0
    assert PersonKey.objects.filter(shared=True).count() < PersonKey.objects.count() // 2 + 1
    PersonKey.objects.update(shared=False)
    assert pair_count(world.actors["near"]) == 0, "the mark is what the search starts from"

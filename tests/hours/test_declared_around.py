"""What the reviewer is told of other months and other employers: as sent, over every commitment, and nothing of who is not asked about."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from levier.hours.actions import refuse_line
from levier.hours.confirmations import confirmations_of, confirmations_of_read
from levier.hours.declared_around import declared_around
from levier.hours.models import StatementLine
from levier.participants.models import Placement
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
OCTOBER, SEPTEMBER, JUNE, MARCH = (date(2026, month, 1) for month in (10, 9, 6, 3))


def test_the_months_before_another_employer_and_who_is_new(world: World):
    owed, other = (
        world.commitment(world.contract()),
        world.commitment(world.contract("2026-0200"), holder="Rival Essai"),
    )
    known, lent, old, new, stranger = (
        world.person(name) for name in ("Connue", "Prêtée", "Ancienne", "Neuve", "Autre")
    )
    mine = world.placement(known, owed)
    world.sent_line(owed, mine, month=SEPTEMBER, hours="40.00")
    world.sent_line(other, mine, month=SEPTEMBER, hours="10.50")
    world.sent_line(owed, mine, month=JUNE, hours="99.00")
    first, second = world.placement(lent, owed), world.placement(lent, other, employer="ETTI Essai")
    for commitment, placement in ((owed, first), (other, second)):
        world.sent_line(commitment, placement, month=OCTOBER, hours="70.00")
    refused = world.sent_line(other, mine, month=OCTOBER, hours="33.00")
    refuse_line(
        actor=world.actors["near"], line_public_id=refused.public_id, reason="Envoyez le bulletin de paie.", now=NOW
    )
    world.sent_line(owed, world.placement(old, owed), month=MARCH, hours="20.00")
    world.sent_line(owed, world.placement(new, owed), month=OCTOBER, hours="70.00")
    world.sent_line(owed, world.placement(stranger, owed), month=SEPTEMBER, hours="70.00")

    with CaptureQueriesContext(connection) as asked:
        found = declared_around({known.pk, lent.pk, old.pk, new.pk}, OCTOBER, 3)
    assert len(asked) == 3
    assert found.past == {(mine.pk, SEPTEMBER): Decimal("50.50")}, "June is four months before; two commitments add up"
    assert found.employers == {
        (lent.pk, Decimal("70.00")): {first.employer_id, second.employer_id},
        (new.pk, Decimal("70.00")): {first.employer_id},
    }, "the refused line is nobody's declaration"
    assert found.before == {known.pk, old.pk}, "seven months ago is before all the same"


def test_nobody_asked_about_is_nothing_found(world: World):
    found = declared_around([], OCTOBER, 3)
    assert (found.past, found.employers, found.before) == ({}, {}, set())


def test_lines_already_read_say_the_same_as_lines_asked_for(world: World):
    world.user("etti", "structure", world.organisation("ETTI Essai", "inclusive_structure"))
    owed = world.commitment(world.contract())
    for name, employer in (("Prêtée", "ETTI Essai"), ("Directe", "Bâti Essai"), ("Ailleurs", "ETTI sans accès")):
        world.sent_line(owed, world.placement(world.person(name), owed, employer=employer))
    lines = list(StatementLine.objects.select_related("placement", "statement__commitment"))
    said = confirmations_of_read(lines)
    assert said == confirmations_of(line.pk for line in lines)
    assert sorted((one.awaits_structure, one.asked) for one in said.values()) == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_a_lookup_among_many_numbers_finds_what_in_finds(world: World):
    owed = world.commitment(world.contract())
    placed = [world.placement(world.person(name), owed) for name in ("Une", "Deux", "Trois")]
    people = {placed[0].person_id, placed[2].person_id, 0, 2**40}
    asked = Placement.objects.filter(person_id__among=people)
    assert set(asked) == set(Placement.objects.filter(person_id__in=people)) == {placed[0], placed[2]}
    assert set(Placement.objects.filter(person__territory_id__among={placed[1].person.territory_id})) == set(placed)
    assert set(Placement.objects.exclude(pk__among=[placed[0].pk])) == set(placed[1:])
    assert list(Placement.objects.filter(pk__among=())) == []
    assert str(asked.query).count("ANY") == 1

"""The first dashboard, against figures added up by hand."""

from datetime import date
from decimal import Decimal

import pytest

from levier.hours.actions import accept_line
from levier.observatory.queries import dashboard
from levier.participants.merging import merge
from levier.reference.published import published_catalogue
from tests.world import NOW, TODAY

pytestmark = pytest.mark.django_db


def one_life(world, reference="2026-0147", territory=4, due="424.00"):
    """424 hours over the 424 days from 1 January 2026 to 28 February 2027: one hour a day."""
    commitment = world.commitment(world.contract(reference, territory=territory), territory=territory, due=due)
    return commitment, world.placement(world.person(first=reference, territory=territory), commitment)


def test_due_is_linear_and_declared_includes_accepted(world):
    commitment, placement = one_life(world)
    october = world.sent_line(commitment, placement, hours="100.00")
    world.sent_line(commitment, placement, month=date(2026, 9, 1), hours="20.50")
    accept_line(actor=world.actors["near"], line_public_id=october.public_id, now=NOW, values=published_catalogue())
    figures = dashboard(world.actors["mission"], year=2026, today=TODAY)
    assert figures.total.promised == Decimal("424.00")
    assert figures.total.due_to_date == Decimal("329.00"), "the 329th day of the year, one hour a day"
    assert (figures.total.declared, figures.total.accepted) == (Decimal("120.50"), Decimal("100.00"))
    assert [month.due for month in figures.months] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert [month.accepted for month in figures.months][8:10] == [Decimal("0.00"), Decimal("100.00")]
    assert (figures.contracts, figures.people) == (1, 1)


def test_the_surplus_of_one_hides_nothing_of_another(world):
    rich, worker = one_life(world, "A", due="50.00")
    one_life(world, "B", due="50.00")
    line = world.sent_line(rich, worker, hours="90.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW, values=published_catalogue())
    assert dashboard(world.actors["mission"], year=2026, today=TODAY).total.covered_rate == Decimal("0.5")


def test_files_of_one_person_are_one_head_in_every_scope(world):
    """Four people with hours, two of them merged: three heads. Then files without hours stand for one of them, or are absorbed: still three."""
    bare, persons = world.person("Sans heures"), []
    for reference in "ABCD":
        commitment, placement = one_life(world, reference, territory=5 if reference == "D" else 4)
        line = world.sent_line(commitment, placement, hours="10.00")
        by = world.actors["far" if reference == "D" else "near"]
        accept_line(actor=by, line_public_id=line.public_id, now=NOW, values=published_catalogue())
        persons.append(placement.person)

    def heads():
        return [
            dashboard(world.actors[who], year=2026, today=TODAY).people for who in ("mission", "buyer", "near", "far")
        ]

    assert heads() == [4, 4, 3, 1]
    near = world.actors["near"]
    merge(actor=near, first_id=persons[0].public_id, second_id=persons[1].public_id, now=NOW)
    assert heads() == [3, 3, 2, 1]
    merge(actor=near, first_id=persons[2].public_id, second_id=bare.public_id, now=NOW)
    assert heads() == [3, 3, 2, 1]
    twin = world.person("Autre")
    merge(actor=near, first_id=persons[0].public_id, second_id=twin.public_id, now=NOW)
    assert heads() == [3, 3, 2, 1]


def test_each_role_counts_its_own_scope(world):
    one_life(world, "near")
    one_life(world, "far", territory=5)
    counts = {
        name: dashboard(world.actors[name], year=2026, today=TODAY).total.commitments
        for name in ("mission", "buyer", "near", "far", "company", "rival", "stranger_buyer")
    }
    assert counts == {"mission": 2, "buyer": 2, "near": 1, "far": 1, "company": 2, "rival": 0, "stranger_buyer": 0}


@pytest.mark.parametrize("size", [1, 6])
def test_three_queries_whatever_the_size(world, size, django_assert_num_queries):
    for number in range(size):
        one_life(world, f"C{number}")
    with django_assert_num_queries(3):
        dashboard(world.actors["mission"], year=2026, today=TODAY)


def test_an_empty_scope_says_nothing_wrong(world):
    figures = dashboard(world.actors["rival"], year=2026, today=TODAY)
    assert figures.total.covered_rate is None
    assert figures.years == (2026,)

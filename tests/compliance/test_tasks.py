"""What waits for whom, on PostgreSQL: the right person, the near miss, the stranger, and a constant number of queries."""

from datetime import date
from decimal import Decimal

import pytest

from levier.compliance.tasks import tasks_for
from levier.compliance.turns import TaskKind, Turn
from levier.procurement.models import Screening
from levier.reference.published import published_catalogue
from tests.world import NOW, TODAY

pytestmark = pytest.mark.django_db


def tasks(actor, today=TODAY):
    return tasks_for(actor, today=today, catalogue=published_catalogue())


def test_sent_hours_wait_for_the_facilitator_of_that_territory_only(world):
    commitment = world.commitment(world.contract())
    world.sent_line(commitment, world.placement(world.person(), commitment))
    (task,) = tasks(world.actors["near"])
    assert (task.kind, task.turn, task.at_stake) == (TaskKind.VALIDATE, Turn.FACILITATOR, Decimal("120.00"))
    assert tasks(world.actors["far"]) == []
    assert tasks(world.actors["rival"]) == []
    assert tasks(world.actors["stranger_buyer"]) == []
    assert tasks(world.actors["company"]) == [], "the company has sent its month; only later months wait"


def test_the_company_is_asked_for_its_first_missing_month(world):
    commitment = world.commitment(world.contract())
    world.placement(world.person(), commitment)
    (task,) = tasks(world.actors["company"])
    assert (task.kind, task.turn, task.month) == (TaskKind.DECLARE, Turn.COMPANY, date(2026, 1, 1))
    assert task.since == date(2026, 2, 14)


def test_a_contract_without_a_clause_goes_step_by_step(world):
    lot = world.contract()
    assert [task.kind for task in tasks(world.actors["mission"])] == [TaskKind.SCREEN]
    Screening.objects.create(
        contract=lot.contract, at=NOW, decided_by_label="essai", inputs={}, statutory=False, policy=True, answer={}
    )
    assert [task.kind for task in tasks(world.actors["mission"])] == [TaskKind.SIZE]
    lot.territories.all().delete()
    assert [task.kind for task in tasks(world.actors["mission"])] == [TaskKind.LOCATE]


def test_a_contract_that_nothing_asks_for_waits_for_nobody(world):
    lot = world.contract()
    Screening.objects.create(
        contract=lot.contract, at=NOW, decided_by_label="essai", inputs={}, statutory=False, policy=False, answer={}
    )
    assert tasks(world.actors["mission"]) == []


@pytest.mark.parametrize("commitments", [1, 12])
def test_the_number_of_queries_does_not_grow(world, commitments, django_assert_num_queries):
    for number in range(commitments):
        commitment = world.commitment(world.contract(f"2026-{number:04d}"))
        world.sent_line(commitment, world.placement(world.person(first=f"P{number}"), commitment))
    with django_assert_num_queries(3):
        assert len(tasks(world.actors["mission"])) == commitments

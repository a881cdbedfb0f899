"""The lines of the contract list, which the database adds up, against the figures that Python gives of each commitment."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_visible_to
from levier.following.contract_lines import SORTS, Stages, Wanted, contract_lines
from levier.hours.actions import accept_line
from levier.hours.progress import progress, total
from levier.procurement.queries import contracts_visible_to
from levier.reference.published import published_catalogue
from levier.web import contract_list
from tests.world import NOW, TODAY, World

STAGES = Stages("certified", "closing", "running", "nothing")
pytestmark = pytest.mark.django_db


@pytest.fixture
def many(world: World) -> World:
    """Commitments of every age, some ended, some with hours that wait or are accepted, two territories, a contract with nothing."""
    dice = random.Random(7)
    for number in range(12):
        lot = world.contract(f"2026-10{number:02d}")
        for territory in (4, 5)[: 1 + number % 2]:
            holder = "Bâti Essai" if territory == 4 else "Bâti Deux"
            owed = world.commitment(
                lot, holder=holder, territory=territory, due=f"{dice.randint(10, 900)}.{dice.randint(0, 99):02d}"
            )
            days = dice.randint(-200, 250)
            owed.ends_on = TODAY + timedelta(days=days)
            owed.save()
            if territory == 4 and days > 0 and number % 3:
                placement = world.placement(world.person(f"Nom{number}"), owed)
                line = world.sent_line(owed, placement, hours=f"{dice.randint(1, 150)}.{dice.randint(0, 99):02d}")
                if number % 3 == 1:
                    accept_line(
                        actor=world.actors["near"], line_public_id=line.public_id, now=NOW, values=published_catalogue()
                    )
    world.contract("2026-2000")
    return world


def lines(world: World, who: str, **wanted):
    actor = world.actors[who]
    return contract_lines(
        actor, contracts_visible_to(actor), Wanted(**({"sort": "reference"} | wanted)), STAGES, {}, TODAY
    )


@pytest.mark.parametrize("who", ["mission", "buyer", "near", "far", "company", "rival", "stranger_buyer"])
def test_the_database_and_python_say_the_same(many: World, who: str):
    actor = many.actors[who]
    by_contract: dict[int, list[Commitment]] = {}
    for one in commitments_visible_to(actor).select_related("lot"):
        by_contract.setdefault(one.lot.contract_id, []).append(one)
    found = lines(many, who)
    assert {line.pk for line in found.page} == set(contracts_visible_to(actor).values_list("pk", flat=True))
    parts = []
    for line in found.page:
        figures = list(progress([one.pk for one in by_contract.get(line.pk, ())], TODAY).values())
        parts += figures
        assert line.commitments == len(figures)
        assert line.late == any(one.late for one in figures)
        if figures:
            assert line.progress == total(figures)
            assert line.stage == ("closing" if all(one.ended for one in figures) else "running")
        else:
            assert line.stage == "nothing"
    assert found.found == len(found.page)
    assert found.late == sum(line.late for line in found.page)
    assert found.total == total(parts)
    if who in {"mission", "buyer", "near"}:
        assert {line.late for line in found.page} == {True, False}


def test_a_page_is_a_part_of_the_whole_and_beyond_the_end_is_the_last(many: World):
    whole = lines(many, "mission", sort="enjeu")
    assert [line.progress.at_stake for line in whole.page] == sorted(
        (line.progress.at_stake for line in whole.page), reverse=True
    )
    pages = [lines(many, "mission", sort="enjeu", page=page, length=5) for page in (1, 2, 3)]
    assert tuple(line for one in pages for line in one.page) == whole.page
    assert all(one.total == whole.total and len(one) == len(whole) for one in pages)
    assert lines(many, "mission", sort="enjeu", page=99, length=5) == pages[2]
    assert lines(many, "mission", sort="enjeu", page=0, length=5) == pages[2]
    with pytest.raises(AssertionError, match="another page"):
        pages[1][0:5]


def test_filters_are_counted_and_sorts_all_answer(many: World):
    whole = lines(many, "mission")
    late = lines(many, "mission", late=True)
    assert {line.pk for line in late.page} == {line.pk for line in whole.page if line.late}
    assert late.total == total(line.progress for line in whole.page if line.late)
    assert len(lines(many, "mission", stage="nothing")) == 1
    for sort in SORTS:
        up, down = (lines(many, "mission", sort=sort, down=way) for way in (False, True))
        assert {line.pk for line in up.page} == {line.pk for line in down.page}
    assert lines(many, "mission", late=True, stage="nothing").total.due == Decimal(0)


def test_the_web_asks_for_known_sorts_alone():
    assert contract_list.FIRST_SORT.removeprefix("-") in SORTS

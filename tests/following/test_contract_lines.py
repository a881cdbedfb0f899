"""The lines of the contract list, which the database adds up, against the figures that Python gives of each commitment."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from levier.commitments.due_actions import enter_pieces
from levier.commitments.models import Commitment
from levier.commitments.queries import commitments_visible_to
from levier.commitments.site_actions import write_site_period
from levier.commitments.site_days import SiteKind
from levier.commitments.values import BasisKind, Piece
from levier.following import rules, standing
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
            days = dice.randint(-200, 250) if number else 1500
            owed.ends_on = TODAY + timedelta(days=days)
            owed.save()
            if territory == 4 and days > 0 and number % 3:
                placement = world.placement(world.person(f"Nom{number}"), owed)
                line = world.sent_line(owed, placement, hours=f"{dice.randint(1, 150)}.{dice.randint(0, 99):02d}")
                if number % 3 == 1:
                    accept_line(
                        actor=world.actors["near"], line_public_id=line.public_id, now=NOW, values=published_catalogue()
                    )
            if not number % 4:
                amount = dice.randint(1, 12) * 10_000 if number else 600_000
                piece = Piece(BasisKind.INVOICE, "F-1", TODAY, Decimal(amount))
                enter_pieces(actor=world.actors["buyer"], commitment_public_id=owed.public_id, pieces=[piece], now=NOW)
            elif days > 0 and number % 4 == 1:
                write_site_period(
                    actor=world.actors["near" if territory == 4 else "far"], commitment_public_id=owed.public_id,
                    kind=SiteKind.ORDER, first_day=owed.starts_on, last_day=None, reason="OS n° 7", now=NOW,
                )  # fmt: skip
    world.contract("2026-2000")
    return world


def lines(world: World, who: str, **wanted):
    actor = world.actors[who]
    standing.refresh(today=TODAY, catalogue=published_catalogue())
    return contract_lines(
        actor, contracts_visible_to(actor), Wanted(**({"sort": "reference"} | wanted)), STAGES, {}, TODAY
    )


def late(owed: Commitment) -> bool:
    """By the one rule, in Python."""
    points = rules.thresholds(published_catalogue(), TODAY).late_points
    return rules.is_late(standing.owed_of([owed])[owed.pk], progress([owed.pk], TODAY)[owed.pk].declared, points, TODAY)


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
        assert line.late == any(late(one) for one in by_contract.get(line.pk, ()))
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


def test_late_in_the_list_follows_invoices_and_stops_and_a_false_standing_is_seen(many: World):
    """By the days that elapsed alone, the generated contracts would not be late alike: the set tells the two rules apart."""
    owed = list(commitments_visible_to(many.actors["mission"]))
    points = rules.thresholds(published_catalogue(), TODAY).late_points
    figures = progress([one.pk for one in owed], TODAY)
    by_days = {
        one.pk for one in owed
        if (one.ends_on < TODAY and figures[one.pk].at_stake)
        or (one.ends_on >= TODAY and figures[one.pk].missing > points * figures[one.pk].due)
    }  # fmt: skip
    by_rule = {one.pk for one in owed if late(one)}
    assert by_days - by_rule, "stopped, or hardly invoiced: not late"
    assert by_rule - by_days, "more invoiced than elapsed: late"
    whole = lines(many, "mission")
    assert whole.late == len({one.lot.contract_id for one in owed if one.pk in by_rule})
    planted = standing.Standing.objects.filter(late=True).first()
    assert planted is not None
    contract = planted.commitment.lot.contract_id
    standing.Standing.objects.filter(commitment__lot__contract=contract).update(late=False)
    assert lines(many, "mission").late == whole.late - 1, "the list says what the standing says"


def test_a_certified_contract_is_not_late(many: World):
    """Its standing is gone with the certificate."""
    whole = lines(many, "mission")
    late_one = next(line for line in whole.page if line.late)
    standing.Standing.objects.filter(commitment__lot__contract=late_one.pk).delete()
    assert not next(line for line in lines(many, "mission").page if line.pk == late_one.pk).late


def test_the_web_asks_for_known_sorts_alone():
    assert contract_list.FIRST_SORT.removeprefix("-") in SORTS

from datetime import date, timedelta
from decimal import Decimal

import pytest

from levier.foundation.explanation import Confidence
from levier.hours.progress import LATE_POINTS, Progress, due_to_date, progress, progress_of, total
from levier.reference.actions import change_value, load_published
from tests.world import NOW, TODAY, World

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 12, 31), "0.00"),
        (date(2026, 1, 1), "2.00"),
        (date(2026, 7, 2), "366.00"),
        (date(2026, 12, 31), "730.00"),
        (date(2027, 6, 1), "730.00"),
    ],
)
def test_due_to_date_is_linear_and_both_ends_count(today: date, expected: str):
    assert due_to_date(Decimal(730), *YEAR, today) == Decimal(expected)


def of(
    declared: str = "0",
    accepted: str = "0",
    waived: str = "0",
    today: date = date(2026, 7, 2),
    late_points: str = "0.20",
) -> Progress:
    return progress_of(
        due=Decimal(730), waived=Decimal(waived), starts_on=YEAR[0], ends_on=YEAR[1],
        declared=Decimal(declared), accepted=Decimal(accepted), today=today, late_points=Decimal(late_points),
    )  # fmt: skip


def test_what_is_missing_what_is_at_stake_and_when_it_is_late():
    assert (of("300", "200").missing, of("300", "200").at_stake, of("300", "200").outstanding) == (66, 430, 530)
    assert not of("220").late, "exactly 20 points behind is not late"
    assert of("219.99").late
    assert not of("219.99", late_points="0.25").late, "another threshold, another answer"
    assert not of(waived="730").late
    assert of("729.99", today=date(2027, 1, 1)).late, "after the end, any hour not declared is late"
    assert not of("730", today=date(2027, 1, 1)).late


def test_a_surplus_hides_nothing_of_another_deficit():
    both = total([of("900", "900", today=date(2027, 1, 1)), of(today=date(2027, 1, 1))])
    assert (both.surplus, both.outstanding, both.at_stake) == (170, 730, 730)
    assert both.late


def test_progress_reads_lines_and_waivers_in_three_queries_at_any_size(world: World, django_assert_num_queries):
    commitments = [world.commitment(world.contract(f"2026-{number}")) for number in range(4)]
    placement = world.placement(world.person(), commitments[0])
    world.sent_line(commitments[0], placement, hours="120.50")
    for ids in ([commitments[0].pk], [one.pk for one in commitments]):
        with django_assert_num_queries(3):
            found = progress(ids, TODAY)
    assert found[commitments[0].pk].declared == Decimal("120.50")
    assert found[commitments[0].pk].accepted == 0
    assert found[commitments[0].pk].pending == Decimal("120.50")
    assert found[commitments[1].pk].declared == 0
    assert found[commitments[1].pk].due_to_date == Decimal("775.94")


def test_late_is_the_dated_threshold_of_the_day(world: World):
    """A threshold that changes on a day changes the answer from that day on, and in nothing before it."""
    owed = world.commitment(world.contract())
    load_published(NOW)
    assert progress([owed.pk], TODAY)[owed.pk].late
    change_value(
        author_label="essai", key=LATE_POINTS, value=Decimal("0.99"), low=None, high=None, valid_from=TODAY,
        source="CCAP, art. 9", confidence=Confidence.CONFIRMED, now=NOW,
    )  # fmt: skip
    assert not progress([owed.pk], TODAY)[owed.pk].late
    assert progress([owed.pk], TODAY - timedelta(days=1))[owed.pk].late

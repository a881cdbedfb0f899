from datetime import date
from decimal import Decimal

import pytest

from levier.hours.progress import Progress, due_to_date, progress, progress_of, total
from tests.world import TODAY, World

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
) -> Progress:
    return progress_of(
        due=Decimal(730), waived=Decimal(waived), starts_on=YEAR[0], ends_on=YEAR[1],
        declared=Decimal(declared), accepted=Decimal(accepted), today=today,
    )  # fmt: skip


def test_what_is_missing_and_what_is_at_stake():
    assert (of("300", "200").missing, of("300", "200").at_stake, of("300", "200").outstanding) == (66, 430, 530)
    assert of(waived="730").missing == 0
    assert of("729.99", today=date(2027, 1, 1)).at_stake == Decimal("0.01")


def test_a_surplus_hides_nothing_of_another_deficit():
    both = total([of("900", "900", today=date(2027, 1, 1)), of(today=date(2027, 1, 1))])
    assert (both.surplus, both.outstanding, both.at_stake) == (170, 730, 730)


def test_progress_reads_lines_and_waivers_in_two_queries_at_any_size(world: World, django_assert_num_queries):
    commitments = [world.commitment(world.contract(f"2026-{number}")) for number in range(4)]
    placement = world.placement(world.person(), commitments[0])
    world.sent_line(commitments[0], placement, hours="120.50")
    for ids in ([commitments[0].pk], [one.pk for one in commitments]):
        with django_assert_num_queries(2):
            found = progress(ids, TODAY)
    assert found[commitments[0].pk].declared == Decimal("120.50")
    assert found[commitments[0].pk].accepted == 0
    assert found[commitments[0].pk].pending == Decimal("120.50")
    assert found[commitments[1].pk].declared == 0
    assert found[commitments[1].pk].due_to_date == Decimal("775.94")

"""R17: scenarios of time. Hours go to a month of the Paris civil calendar whatever the clock of the machine; nothing is accepted late.

Faults planted: the civil date taken from the UTC date; the same inside the database's trigger.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import DatabaseError, connection, transaction

from levier.accounts.invitations import invited
from levier.commitments.rules import contract_year, year_span
from levier.compliance.actions import seal_certificate
from levier.foundation import periods
from levier.foundation.objections import Refusal
from levier.hours.actions import accept_line, reverse_line, seal_month
from levier.hours.models import LedgerEntry
from levier.hours.progress import due_to_date, progress
from tests.world import NOW, World, small_world

N = 14
PARIS = periods.PARIS


def run(_count: int, _seed: int, _copy: object = None) -> dict[str, Any]:
    told = {scenario.__name__: _holds(scenario, periods.civil_date) for scenario in SCENARIOS}
    naive = {scenario.__name__: _holds(scenario, lambda now: now.date()) for scenario in SCENARIOS}
    with _utc_in_the_database():
        trigger = _holds(the_database_keeps_paris_time, periods.civil_date, close=False)
    caught = int(not all(naive.values())) + int(not trigger)
    return {
        "n": len(SCENARIOS), "scenarios": told, "planted": 2, "caught": caught,
        "holds": len(SCENARIOS) >= N and all(told.values()) and caught == 2,
    }  # fmt: skip


def _holds(scenario: Callable[[Any], bool], civil: Callable[[datetime], date], *, close: bool = True) -> bool:
    """In a transaction that is undone. A refusal or an error where none is awaited is a failure."""
    try:
        with transaction.atomic():
            held = scenario(civil)
            transaction.set_rollback(True)
    except (AssertionError, Refusal, DatabaseError):
        return False
    finally:
        if close:
            connection.close()
    return held


@contextmanager
def _utc_in_the_database() -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('hours_ledgerentry_post'::regproc)")
        source = cursor.fetchone()[0]
        assert "Europe/Paris" in source
        cursor.execute(source.replace("Europe/Paris", "UTC"))
        yield
        transaction.set_rollback(True)


def _instant(*parts: int, fold: int = 0) -> datetime:
    """A wall clock in Paris, kept in UTC."""
    return datetime(*parts, tzinfo=PARIS, fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]  # year to second, unpacked


def _line(world: World, month: date, ends_on: date = date(2028, 2, 29)) -> Any:
    commitment = world.commitment(world.contract())
    commitment.__class__.objects.filter(pk=commitment.pk).update(ends_on=ends_on)
    return world.sent_line(commitment, world.placement(world.person(), commitment), month=month)


def _accepted(world: World, line: Any, now: datetime) -> bool:
    try:
        with transaction.atomic():
            accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=now)
    except Refusal:
        return False
    return True


def spring_night(civil: Any) -> bool:
    before, after = _instant(2026, 3, 29, 1, 59, 59), _instant(2026, 3, 29, 3, 0)
    return (after - before, civil(before), civil(after)) == (timedelta(seconds=1), date(2026, 3, 29), date(2026, 3, 29))


def autumn_night_has_one_date_twice(civil: Any) -> bool:
    once, again = _instant(2026, 10, 25, 2, 30), _instant(2026, 10, 25, 2, 30, fold=1)
    return again - once == timedelta(hours=1) and civil(once) == civil(again) == date(2026, 10, 25)


def last_second_of_the_year(civil: Any) -> bool:
    last = _instant(2026, 12, 31, 23, 59, 59)
    return civil(last) == date(2026, 12, 31) and civil(last + timedelta(seconds=1)) == date(2027, 1, 1)


def first_hour_of_the_year_is_still_last_year_in_utc(civil: Any) -> bool:
    first = _instant(2027, 1, 1, 0, 30)
    return first.date() == date(2026, 12, 31) and civil(first) == date(2027, 1, 1)


def leap_day(_civil: Any) -> bool:
    start = date(2028, 2, 29)
    return (
        periods.add_months(date(2028, 1, 31), 1) == start
        and contract_year(start, date(2029, 2, 28)) == 1
        and contract_year(start, date(2029, 3, 1)) == 2
        and year_span(start, date(2030, 12, 31), 2)[0] == date(2029, 2, 28)
        and due_to_date(Decimal(366), date(2028, 1, 1), date(2028, 12, 31), start) == 60
    )


def leap_year_of_the_database_and_of_the_rule(_civil: Any) -> bool:
    days = [date(2028, 2, 29) + timedelta(days=days) for days in range(0, 1500, 7)]
    with connection.cursor() as cursor:
        for day in days:
            cursor.execute("SELECT extract(year FROM age(%s::date, DATE '2028-02-29'))::int + 1", [day])
            if cursor.fetchone()[0] != contract_year(date(2028, 2, 29), day):
                return False
    return True


def the_database_keeps_paris_time(_civil: Any) -> bool:
    """Hours of November can be counted from midnight in Paris, an hour before midnight in UTC; not one second earlier."""
    world = small_world()
    line = _line(world, date(2026, 11, 1))
    midnight = _instant(2026, 11, 1, 0, 0)
    early = _accepted(world, line, midnight - timedelta(seconds=1))
    return not early and _accepted(world, line, midnight)


def a_month_is_over_at_midnight_in_paris(_civil: Any) -> bool:
    world = small_world()
    commitment = world.commitment(world.contract())
    words = {"actor": world.actors["mission"], "commitment_public_id": commitment.public_id, "month": date(2026, 10, 1)}
    try:
        with transaction.atomic():
            seal_month(now=_instant(2026, 10, 31, 23, 59, 59), **words)
    except Refusal:
        return seal_month(now=_instant(2026, 11, 1, 0, 0), **words).sealed_at is not None
    return False


def hours_of_the_autumn_night_stay_in_october(_civil: Any) -> bool:
    world = small_world()
    line = _line(world, date(2026, 10, 1))
    assert _accepted(world, line, _instant(2026, 10, 25, 2, 30, fold=1))
    return LedgerEntry.objects.get().post_month == date(2026, 10, 1)


def a_certificate_is_of_the_year_in_paris(_civil: Any) -> bool:
    numbers = []
    for moment in (_instant(2026, 12, 31, 23, 59, 59), _instant(2027, 1, 1, 0, 0)):
        with transaction.atomic():
            world = small_world()
            commitment = world.commitment(world.contract())
            sealed = seal_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=moment)
            numbers.append((sealed.year, sealed.number))
            transaction.set_rollback(True)
    return numbers == [(2026, 1), (2027, 1)]


def a_clock_an_hour_slow(_civil: Any) -> bool:
    """A decision whose instant is before the declaration's changes no month and breaks no chain."""
    from levier.hours.verification import verify_chains, violations

    world = small_world()
    line = _line(world, date(2026, 10, 1))
    assert _accepted(world, line, NOW - timedelta(hours=1))
    reverse_line(
        actor=world.actors["near"], line_public_id=line.public_id, reason="Essai", now=NOW - timedelta(hours=2)
    )
    return not violations() and not verify_chains().broken


def a_clock_a_year_fast(_civil: Any) -> bool:
    world = small_world()
    line = _line(world, date(2026, 10, 1), date(2027, 2, 28))
    found = progress([line.statement.commitment_id], NOW.date() + timedelta(days=365))
    assert _accepted(world, line, NOW + timedelta(days=365))
    return next(iter(found.values())).ended and LedgerEntry.objects.get().worked_month == date(2026, 10, 1)


def _elsewhere(zone: str) -> bool:
    """The same civil dates in a process whose machine lives in that zone."""
    code = (
        "from datetime import datetime, UTC\nfrom levier.foundation.periods import civil_date\n"
        "print(civil_date(datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)), civil_date(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
    )
    return said.stdout.split() == ["2026-12-31", "2027-01-01"]


def a_machine_in_utc(_civil: Any) -> bool:
    return _elsewhere("UTC")


def a_machine_in_cayenne(_civil: Any) -> bool:
    return _elsewhere("America/Cayenne")


def an_invitation_ends_when_it_says(_civil: Any) -> bool:
    user = small_world().users["company"]
    made, life = (
        datetime(2026, 10, 25, 2, 0, tzinfo=PARIS).replace(tzinfo=None),
        timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
    )  # in the autumn night
    with patch.object(default_token_generator, "_now", lambda: made):
        token = default_token_generator.make_token(user)
    found = []
    for moment in (made + life, made + life + timedelta(seconds=1)):
        with patch.object(default_token_generator, "_now", lambda moment=moment: moment):
            found.append(invited(user.public_id, token))
    return found == [user, None]


SCENARIOS = (
    spring_night, autumn_night_has_one_date_twice, last_second_of_the_year, first_hour_of_the_year_is_still_last_year_in_utc, leap_day,
    leap_year_of_the_database_and_of_the_rule, the_database_keeps_paris_time, a_month_is_over_at_midnight_in_paris,
    hours_of_the_autumn_night_stay_in_october, a_certificate_is_of_the_year_in_paris, a_clock_an_hour_slow, a_clock_a_year_fast,
    a_machine_in_utc, a_machine_in_cayenne, an_invitation_ends_when_it_says,
)  # fmt: skip

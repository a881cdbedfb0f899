"""Where commitments stand, on PostgreSQL: computed once, again when something moves, read by whom it concerns."""

import importlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from levier.accounts.values import Actor
from levier.audit.models import JournalEntry
from levier.commitments.due_actions import enter_pieces
from levier.commitments.models import Commitment, DueBasis
from levier.commitments.queries import invoiced_of
from levier.commitments.values import BasisKind, Piece
from levier.compliance.actions import seal_certificate
from levier.compliance.turns import TaskKind, Turn
from levier.following import queries, standing
from levier.following.actions import handle_line, set_calendar
from levier.following.models import Change, Standing
from levier.following.queries import Asked
from levier.following.values import AlertKind, Weather
from levier.foundation.explanation import Confidence
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_lines
from levier.hours.queries import reference_values
from levier.hours.values import Rhythm
from levier.hours.verification import violations
from levier.reference.actions import change_value, load_published
from levier.reference.published import published_catalogue
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
CATALOGUE = published_catalogue()


def refresh(today: date = TODAY) -> int:
    return standing.refresh(today=today, catalogue=CATALOGUE)


def lines(actor: Actor, **asked: object) -> list[Standing]:
    refresh()
    found = list(queries.monday_list(actor, Asked(**asked), TODAY))
    assert queries.answering(queries.groups(actor, TODAY), Asked(**asked)) == len(found)
    return found


@pytest.fixture
def owed(world: World):
    return world.commitment(world.contract())


def test_who_reads_the_line(world, owed):
    for name in ("mission", "buyer", "near"):
        (line,) = lines(world.actors[name])
        assert (line.act, line.turn, line.weather) == (TaskKind.FIND_PEOPLE, Turn.COMPANY, Weather.STORM), name
    for name in ("far", "stranger_buyer", "company", "rival"):
        assert lines(world.actors[name]) == [], name


def test_the_line_leaves_once_it_is_done(world, owed):
    """The mission's Monday: hours that wait are lost if nobody decides; accepted, the line is gone."""
    small = world.commitment(world.contract("2026-0200"), due="100.00")
    line = world.sent_line(small, world.placement(world.person(), small))
    first = [one.commitment_id for one in lines(world.actors["near"])]
    assert set(first) == {owed.pk, small.pk}
    accept_lines(actor=world.actors["near"], line_public_ids=[line.public_id], now=NOW)
    after = {one.commitment_id: one for one in lines(world.actors["near"])}
    assert after[small.pk].act == TaskKind.CERTIFY
    assert after[small.pk].lost == 0
    seal_certificate(actor=world.actors["mission"], commitment_id=small.public_id, now=NOW)
    assert [one.commitment_id for one in lines(world.actors["near"])] == [owed.pk]


def test_nothing_is_computed_when_nothing_moved(world, owed, django_assert_num_queries):
    assert refresh() == 1
    with django_assert_num_queries(3):  # the two ends of a savepoint, and the question
        assert refresh() == 0
    assert refresh(TODAY + timedelta(days=1)) == 1, "a new day is a new day"


def test_late_is_the_dated_threshold_of_the_day(world, owed):
    """A threshold that changes on a day changes the answer from that day on, and in nothing before it."""
    load_published(NOW)

    def late(day: date) -> bool:
        found = standing.late_among(Commitment.objects.all(), today=day, catalogue=reference_values())
        return owed.pk in found

    change_value(
        author_label="essai", key="following.alert.late_points", value=Decimal("0.99"), low=None, high=None, valid_from=TODAY,
        source="CCAP, art. 9", confidence=Confidence.CONFIRMED, now=NOW,
    )  # fmt: skip
    standing.Standing.objects.update(computed_on=date(1900, 1, 1))
    assert late(TODAY - timedelta(days=1))
    assert not late(TODAY)


def test_everything_that_counts_leaves_a_mark(world, owed):
    """A planted fault for each trigger: what moves without a mark would leave a false line."""
    placement = world.placement(world.person(), owed)
    refresh()
    done = {
        "a line sent": lambda: world.sent_line(owed, placement),
        "a decision": lambda: world.decision(placement.person, start=date(2028, 1, 1), until=date(2029, 1, 1)),
        "a calendar": lambda: calendar(world),
        "an invoice": lambda: invoice(world, owed, 600_000),
        "a date": lambda: type(placement).objects.filter(pk=placement.pk).update(ends_on=TODAY),
        "a placement": lambda: world.placement(world.person("Autre"), owed),
    }
    for what, act in done.items():
        assert not Change.objects.exists()
        act()
        assert set(Change.objects.values_list("commitment_id", flat=True)) == {owed.pk}, what
        refresh()


def invoice(world: World, owed, amount: int, reference: str = "F-1", by: str = "buyer"):
    piece = Piece(BasisKind.INVOICE, reference, TODAY, Decimal(amount))
    return enter_pieces(actor=world.actors[by], commitment_public_id=owed.public_id, pieces=[piece], now=NOW)


def calendar(world: World, name: str = "mission", rhythm: Rhythm = Rhythm.QUARTERLY):
    return set_calendar(
        actor=world.actors[name], buyer=world.organisations["Département d’essai"], rhythm=rhythm, day_before=15,
        valid_from=date(2026, 10, 1), source="CCAP, article 1.4", now=NOW,
    )  # fmt: skip


def test_a_quarter_is_not_asked_for_before_it_ends(world, owed):
    world.placement(world.person(), owed, start=date(2026, 10, 1))
    (line,) = lines(world.actors["mission"])
    assert (line.act, line.since) == (TaskKind.DECLARE, date(2026, 11, 14))
    calendar(world)
    (line,) = lines(world.actors["mission"])
    assert line.act != TaskKind.DECLARE
    assert AlertKind.OVERDUE not in [alert["kind"] for alert in line.alerts]


def test_invoices_change_what_is_expected(world, owed):
    (line,) = lines(world.actors["mission"])
    assert line.expected > 700
    invoice(world, owed, 100_000)
    invoice(world, owed, 20_000, "F-2")
    (line,) = lines(world.actors["mission"])
    assert line.expected == Decimal("100.00")
    owed.refresh_from_db()
    assert owed.due_hours == 1000, "an invoice makes nothing due where the due is a number"


def test_what_was_typed_before_invoices_had_one_home_is_carried_over(world, owed):
    """Totals of a lot become invoices of what each added; the last one of a day holds; where invoices are there already, they hold."""
    migration = importlib.import_module("levier.following.migrations.0002_invoices_at_one_home")
    entered = world.commitment(world.contract("2026-0200"))
    invoice(world, entered, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE following_invoicedamount (id bigserial, lot_id bigint, as_of date, amount numeric(14,2), at timestamptz, by_label text)"
        )
        for lot, day, amount in (
            (owed.lot_id, 1, 50_000), (owed.lot_id, 1, 60_000), (owed.lot_id, 2, 60_000), (owed.lot_id, 9, 55_000), (entered.lot_id, 1, 70_000),
        ):  # fmt: skip
            cursor.execute(
                "INSERT INTO following_invoicedamount (lot_id, as_of, amount, at, by_label) VALUES (%s, %s, %s, %s, 'Mission')",
                [lot, date(2026, 10, day), amount, NOW],
            )
        cursor.execute(migration.CARRY)
    carried = DueBasis.objects.filter(commitment=owed).values_list("reference", "on", "amount", "by_label")
    assert list(carried.order_by("on")) == [
        ("Facturé en tout au 01/10/2026", date(2026, 10, 1), Decimal(60_000), "Mission"),
        ("Facturé en tout au 09/10/2026", date(2026, 10, 9), Decimal(-5_000), "Mission"),
    ]
    found = invoiced_of([owed.pk, entered.pk])
    assert {pk: one.amount for pk, one in found.items()} == {owed.pk: Decimal(55_000), entered.pk: Decimal(1)}
    assert violations() == ()


def handle(
    world: World, owed, name: str = "near", *, until: date | None = None, assignee: str = "", reason: str = "Réunion"
):
    refresh()
    return handle_line(
        actor=world.actors[name],
        commitment_id=owed.public_id,
        until=until,
        assignee=assignee,
        reason=reason,
        now=NOW,
        catalogue=CATALOGUE,
    )


def test_a_line_put_off_comes_back_on_its_day(world, owed):
    handle(world, owed, until=TODAY + timedelta(days=7))
    assert lines(world.actors["mission"]) == []
    assert len(lines(world.actors["mission"], postponed=True)) == 1
    later = TODAY + timedelta(days=7)
    refresh(later)
    assert queries.monday_list(world.actors["mission"], Asked(), later).count() == 1
    entry = JournalEntry.objects.get(action="following.handled")
    assert entry.facts["reason"] == "Réunion"


def test_a_line_is_given_to_somebody_of_the_territory(world, owed):
    near, far = world.users["near"].public_id, world.users["far"].public_id
    handle(world, owed, name="mission", assignee=near)
    assert len(lines(world.actors["near"], mine=True)) == 1
    assert lines(world.actors["mission"], mine=True) == []
    with pytest.raises(Refusal, match="facilitateur de ce territoire"):
        handle(world, owed, assignee=far)
    handle(world, owed, reason="Elle est en congé")
    assert lines(world.actors["near"], mine=True) == [], "what is left empty is taken back"


def test_who_may_not_handle_it(world, owed):
    for name in ("far", "buyer", "stranger_buyer", "company", "rival"):
        with pytest.raises(NotForYou):
            handle(world, owed, name=name, until=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        (TODAY, "x", "après aujourd"),
        (TODAY + timedelta(days=61), "x", "60 jours"),
        (TODAY + timedelta(days=2), " ", "motif"),
        (None, "x", "Choisissez"),
    ],
)
def test_what_is_refused_says_what_to_do(world, owed, until, reason, said):
    with pytest.raises(Refusal, match=said):
        handle(world, owed, until=until, reason=reason)


@pytest.mark.parametrize("number", [1, 9])
def test_the_list_asks_a_constant_number_of_queries(world, number, django_assert_num_queries):
    for rank in range(number):
        world.commitment(world.contract(f"2026-{rank:04d}"))
    refresh()
    with django_assert_num_queries(2):
        assert len(list(queries.monday_list(world.actors["mission"], Asked(), TODAY))) == number
        assert sum(group.count for group in queries.groups(world.actors["mission"], TODAY)) == number


def test_a_window_that_is_over_is_an_alert_for_the_facilitator(world, owed):
    person = world.person()
    world.decision(person, until=date(2026, 11, 20))
    placement = world.placement(person, owed)
    world.sent_line(owed, placement)
    (line,) = lines(world.actors["near"])
    assert AlertKind.EXPIRED in [alert["kind"] for alert in line.alerts]
    assert "CANARI" not in str(line.alerts)

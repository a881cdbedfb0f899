"""The calendar of a site: proposed by the company, answered by the facilitator, withdrawn with its history; who may and who may not."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.commitments.models import Commitment, SitePeriod, SiteStep
from levier.commitments.site_actions import answer_site_period, resume_site, withdraw_site_period, write_site_period
from levier.commitments.site_days import SiteKind
from levier.commitments.site_queries import site_lines, sites_of
from levier.following.models import Standing
from levier.following.standing import refresh
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.codes import Doubt
from levier.hours.queries import reference_values
from levier.hours.refusals import sentence
from levier.hours.reviewing import lines_with_doubts
from tests.world import NOW, TODAY, World, small_world

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def world(db) -> World:
    return small_world()


@pytest.fixture
def owed(world) -> Commitment:
    return world.commitment(world.contract())


def write(world, owed, by="near", kind=SiteKind.LEAVE, first=date(2026, 10, 5), last=date(2026, 10, 30), **more):
    return write_site_period(
        actor=world.actors[by], commitment_public_id=owed.public_id, kind=kind, first_day=first, last_day=last,
        reason=more.pop("reason", "Congés"), now=NOW, **more,
    )  # fmt: skip


def state(owed):
    return [(line.period.kind, line.state) for line in site_lines(owed)]


def test_what_the_facilitator_writes_holds_at_once_and_what_the_company_writes_waits(world, owed):
    assert sites_of([owed.pk]) == {}
    write(world, owed)
    write(world, owed)
    proposed = write(world, owed, by="company", kind=SiteKind.WEATHER)
    assert sorted(state(owed)) == [("leave", "in_force"), ("weather", "proposed")], "a double click writes one line"
    assert [span.kind for span in sites_of([owed.pk])[owed.pk]] == [SiteKind.LEAVE]
    for _ in range(2):
        answer_site_period(
            actor=world.actors["near"], period_public_id=proposed.public_id, agreed=True, reason="", now=NOW
        )
    assert [span.kind for span in sites_of([owed.pk])[owed.pk]] == [SiteKind.LEAVE, SiteKind.WEATHER]
    told = JournalEntry.objects.filter(action__startswith="site.").order_by("id").values_list("action", flat=True)
    assert list(told) == ["site.written", "site.proposed", "site.agreed"]


def test_a_line_is_withdrawn_with_a_reason_and_stays_in_the_history(world, owed):
    period = write(world, owed)
    who = {"actor": world.actors["near"], "period_public_id": period.public_id, "now": NOW}
    with pytest.raises(Refusal):
        withdraw_site_period(reason="  ", **who)
    withdraw_site_period(reason="Reprise anticipée", **who)
    assert sites_of([owed.pk]) == {}
    [line] = site_lines(owed)
    assert (line.state, line.last_step.reason) == ("withdrawn", "Reprise anticipée")
    with pytest.raises(Refusal):
        answer_site_period(agreed=True, reason="", **who)
    write(world, owed)
    assert [one for _, one in state(owed)] == ["in_force", "withdrawn"], "the same days may be written again"


def test_a_company_takes_back_its_proposal_and_nothing_else(world, owed):
    mine, theirs = write(world, owed, by="company"), write(world, owed, kind=SiteKind.ORDER)
    company = {"actor": world.actors["company"], "reason": "Erreur", "now": NOW}
    with pytest.raises(NotForYou):
        withdraw_site_period(period_public_id=theirs.public_id, **company)
    withdraw_site_period(period_public_id=mine.public_id, **company)
    again = write(world, owed, by="company")
    answer_site_period(actor=world.actors["near"], period_public_id=again.public_id, agreed=True, reason="", now=NOW)
    with pytest.raises(NotForYou):
        withdraw_site_period(period_public_id=again.public_id, **company)


def test_near_misses_and_strangers_write_nothing(world, owed):
    period = write(world, owed, by="company")
    for who in ("far", "rival", "buyer", "mission"):
        with pytest.raises(NotForYou):
            write(world, owed, by=who)
        with pytest.raises(NotForYou):
            answer_site_period(
                actor=world.actors[who], period_public_id=period.public_id, agreed=True, reason="", now=NOW
            )
        with pytest.raises(NotForYou):
            withdraw_site_period(actor=world.actors[who], period_public_id=period.public_id, reason="Non", now=NOW)
    with pytest.raises(NotForYou):
        answer_site_period(
            actor=world.actors["company"], period_public_id=period.public_id, agreed=True, reason="", now=NOW
        )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"last": date(2026, 10, 1)}, "last_day"),
        ({"last": None}, "last_day"),
        ({"reason": " "}, "reason"),
        ({"kind": SiteKind.WEEK, "last": None}, "weekdays"),
        ({"first": date(2036, 1, 1), "last": date(2036, 1, 2)}, "first_day"),
    ],
)
def test_a_line_that_says_nothing_is_refused_beside_its_field(world, owed, facts, field):
    with pytest.raises(Refusal) as refusal:
        write(world, owed, **facts)
    assert [one.field for one in refusal.value.objections] == [field]


def test_the_doubt_says_how_many_hours_were_possible_and_which_closure_explains_it(world, owed):
    line = world.sent_line(owed, world.placement(world.person(), owed))
    near, values = world.actors["near"], reference_values()

    def doubts():
        [row] = lines_with_doubts(near, line.statement.month, values=values)
        return [
            sentence(one).replace("\u00a0", " ").replace("\u202f", " ")
            for one in row.doubts
            if one.code is Doubt.OFF_CALENDAR
        ]

    assert doubts() == []
    proposed = write(world, owed, by="company")
    assert doubts() == [], "what is only proposed raises and hides nothing"
    answer_site_period(actor=near, period_public_id=proposed.public_id, agreed=True, reason="", now=NOW)
    [said] = doubts()
    assert "40 h possibles au plus" in said
    assert "4 jours ouverts" in said
    assert "fermé pour congés du 5 au 30 octobre 2026 (23 jours)" in said


def test_nothing_more_is_expected_while_works_are_stopped(world, owed):
    def expected():
        refresh(today=TODAY, catalogue=reference_values())
        return Standing.objects.get(commitment=owed).expected

    before = expected()
    period = write(world, owed, kind=SiteKind.ORDER, first=date(2026, 11, 1), last=None, reason="OS n° 7")
    during = expected()
    assert during < before
    days = (owed.ends_on - owed.starts_on).days + 1
    assert abs(before - during - Decimal(owed.due_hours) * 25 / days) <= Decimal("0.01")
    withdraw_site_period(actor=world.actors["near"], period_public_id=period.public_id, reason="OS n° 8", now=NOW)
    assert expected() == before


def stop(world, owed, last=None):
    return write(world, owed, kind=SiteKind.ORDER, first=date(2026, 11, 2), last=last, reason="OS n° 7")


def resume(world, period, by="near", day=date(2026, 11, 16), reason="OS n° 9"):
    return resume_site(actor=world.actors[by], period_public_id=period.public_id, day=day, reason=reason, now=NOW)


def test_works_resume_from_a_day_and_hours_are_expected_again(world, owed):
    def expected():
        refresh(today=TODAY, catalogue=reference_values())
        return Standing.objects.get(commitment=owed).expected

    before, period = expected(), stop(world, owed)
    stopped = expected()
    made = resume(world, period)
    assert resume(world, period) == made, "a double click writes one line"
    assert [(one.first, one.last) for one in sites_of([owed.pk])[owed.pk]] == [(date(2026, 11, 2), date(2026, 11, 15))]
    days = (owed.ends_on - owed.starts_on).days + 1
    assert abs(before - expected() - Decimal(owed.due_hours) * 14 / days) <= Decimal("0.01")
    withdraw_site_period(actor=world.actors["near"], period_public_id=made.public_id, reason="Erreur", now=NOW)
    assert expected() == stopped, "the resumption undone, the stop runs again"
    told = JournalEntry.objects.filter(action__startswith="site.").order_by("id").values_list("action", flat=True)
    assert list(told) == ["site.written", "site.written", "site.withdrawn"]
    assert resume(world, period, day=date(2026, 11, 20)).pk != made.pk, "another day may be told"


def test_a_company_proposes_the_resumption_and_nothing_changes_before_the_answer(world, owed):
    period = stop(world, owed)
    made = resume(world, period, by="company")
    assert sites_of([owed.pk])[owed.pk][0].last is None
    answer_site_period(actor=world.actors["near"], period_public_id=made.public_id, agreed=True, reason="", now=NOW)
    assert sites_of([owed.pk])[owed.pk][0].last == date(2026, 11, 15)


def test_near_misses_and_strangers_resume_nothing(world, owed):
    period = stop(world, owed)
    for who in ("far", "rival", "buyer", "mission"):
        with pytest.raises(NotForYou):
            resume(world, period, by=who)
    assert SitePeriod.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"day": date(2026, 11, 2)}, "day"),
        ({"day": date(2036, 1, 1)}, "day"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_resumption_that_cannot_be_is_refused_beside_its_field(world, owed, facts, field):
    with pytest.raises(Refusal) as refusal:
        resume(world, stop(world, owed), **facts)
    assert [one.field for one in refusal.value.objections] == [field]


def test_what_is_not_closed_or_already_resumed_says_what_to_do(world, owed):
    week = write(world, owed, kind=SiteKind.WEEK, last=None, weekdays=[1, 2])
    with pytest.raises(Refusal, match="rien à reprendre"):
        resume(world, week)
    with pytest.raises(Refusal, match="rien à reprendre"):
        resume(world, write(world, owed, by="company"), day=date(2026, 10, 6))
    dated = stop(world, owed, last=date(2026, 11, 20))
    with pytest.raises(Refusal, match=r"20.novembre.2026"):
        resume(world, dated, day=date(2026, 11, 21))
    made = resume(world, dated)
    with pytest.raises(Refusal, match="déjà écrite"):
        resume(world, dated, day=date(2026, 11, 17))
    with pytest.raises(Refusal, match="retirez d’abord la reprise"):
        withdraw_site_period(actor=world.actors["near"], period_public_id=dated.public_id, reason="Non", now=NOW)
    with pytest.raises(Refusal, match="rien à reprendre"):
        resume(world, made)


def test_planted_fault_a_resumption_that_ends_a_stop_of_another_site_is_refused(world, owed):
    elsewhere = stop(world, world.commitment(world.contract("2026-0148")))
    with pytest.raises(DatabaseError, match="site_period_resumes_same_site"), transaction.atomic():
        SitePeriod.objects.create(
            commitment=owed, kind="resume", first_day=TODAY, last_day=TODAY, reason="Non", side="company", at=NOW,
            by_label="essai", resumes=elsewhere,
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="site_period_kind"), transaction.atomic():
        SitePeriod.objects.create(
            commitment=owed, kind="resume", first_day=TODAY, last_day=TODAY, reason="Non", side="company", at=NOW,
            by_label="essai",
        )  # fmt: skip


@pytest.mark.parametrize("model", [SitePeriod, SiteStep])
def test_planted_fault_a_line_rewritten_or_erased_is_refused(world, owed, model):
    withdraw_site_period(
        actor=world.actors["near"], period_public_id=write(world, owed).public_id, reason="Non", now=NOW
    )
    table = model._meta.db_table
    for statement in (f"UPDATE {table} SET reason = 'Autre'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

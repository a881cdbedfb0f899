"""Declaring a month: saved as typed, checked before it is sent, sent once, corrected after a refusal."""

from datetime import date
from decimal import Decimal

import pytest

from levier.audit.models import JournalEntry
from levier.files.values import read_piece
from levier.foundation.objections import NotForYou, Refusal
from levier.hours import actions, declarations
from levier.hours.checks import TypedLine
from levier.hours.codes import StatementRefusal
from levier.hours.models import Evidence, Statement, StatementLine
from levier.hours.queries import reference_values
from levier.hours.sheets import MonthState, owed_months, sheet
from levier.hours.verification import violations
from tests.world import NOW, TODAY

OCTOBER = date(2026, 10, 1)
PDF = b"%PDF-1.7\nessai"


@pytest.fixture
def story(world):
    """Two people placed on one commitment."""
    world.owed = world.commitment(world.contract())
    world.samira = world.placement(world.person(), world.owed)
    world.kevin = world.placement(world.person("Arnoux", "Kevin"), world.owed)
    yield world
    assert violations() == ()


def save(story, hours, other="0", *, by="company", month=OCTOBER, **more):
    typed = {story.samira.public_id: TypedLine(hours), story.kevin.public_id: TypedLine(other)}
    return declarations.save_draft(
        actor=story.actors[by], commitment_public_id=story.owed.public_id, month=month, typed=typed, now=NOW, **more
    )


def send(story, *, by="company", month=OCTOBER):
    return declarations.send(actor=story.actors[by], commitment_public_id=story.owed.public_id, month=month, now=NOW)


def codes(refusal):
    return [one.code for one in refusal.value.objections]


@pytest.mark.parametrize(
    ("typed", "hours"), [("151,67", "151.67"), ("151:40", "151.67"), ("1 00", "100"), ("7h30", "7.5")]
)
def test_hours_are_read_as_french_people_type_them(story, typed, hours):
    assert save(story, typed).unread == {}
    assert StatementLine.objects.get(placement=story.samira).hours == Decimal(hours)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("quinze", StatementRefusal.NOT_A_NUMBER),
        ("-3", StatementRefusal.NEGATIVE),
        ("745", StatementRefusal.ABOVE_MAXIMUM),
        ("12:75", StatementRefusal.NOT_A_NUMBER),
        ("1,234", StatementRefusal.NOT_A_NUMBER),
        ("NaN", StatementRefusal.NOT_A_NUMBER),
        ("1e3", StatementRefusal.NOT_A_NUMBER),
        ("9" * 60, StatementRefusal.NOT_A_NUMBER),
    ],
)
def test_what_cannot_be_read_stays_as_typed_with_its_error(story, typed, code):
    saved = save(story, typed, "12")
    assert [one.code for one in saved.unread[story.samira.public_id]] == [code]
    line = StatementLine.objects.get(placement=story.samira)
    assert (line.hours, line.typed) == (None, typed[:40])
    assert StatementLine.objects.get(placement=story.kevin).hours == 12
    with pytest.raises(Refusal) as refusal:
        send(story)
    assert codes(refusal) == [code if len(typed) <= 40 else StatementRefusal.NOT_A_NUMBER]


def test_a_draft_stays_with_the_company_and_a_sent_one_goes_to_the_facilitator(story):
    save(story, "100", "50")
    assert not actions.lines_visible_to(story.actors["near"]).exists()
    sent = send(story)
    assert sent.lines == 2
    assert actions.lines_visible_to(story.actors["near"]).count() == 2
    assert not actions.lines_visible_to(story.actors["far"]).exists()
    assert not actions.lines_visible_to(story.actors["buyer"]).exists()
    assert not actions.lines_visible_to(story.actors["rival"]).exists()


def test_sending_twice_does_its_work_once(story):
    save(story, "100", "50")
    send(story)
    again = send(story)
    assert again.again
    assert Statement.objects.get().version == 2
    assert JournalEntry.objects.filter(action="hours.sent").count() == 1


@pytest.mark.parametrize("who", ["near", "far", "mission", "buyer", "rival", "stranger_buyer"])
def test_nobody_else_declares(story, who):
    with pytest.raises(NotForYou):
        save(story, "100", by=who)
    with pytest.raises(NotForYou):
        send(story, by=who)
    with pytest.raises(NotForYou):
        declarations.attach_evidence(
            actor=story.actors[who],
            commitment_public_id=story.owed.public_id,
            month=OCTOBER,
            received=read_piece(PDF, "a.pdf", largest=1000),
            now=NOW,
        )
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("month", "code"),
    [
        (date(2026, 12, 1), StatementRefusal.FUTURE_MONTH),
        (date(2025, 12, 1), StatementRefusal.BEFORE_COMMITMENT),
    ],
)
def test_a_month_that_cannot_be_declared_is_refused_before_anything_is_written(story, month, code):
    with pytest.raises(Refusal) as refusal:
        save(story, "100", month=month)
    assert codes(refusal) == [code]
    assert not Statement.objects.exists()


def test_after_the_end_and_in_a_sealed_month(story):
    story.owed.ends_on = date(2026, 9, 30)
    story.owed.save()
    with pytest.raises(Refusal) as refusal:
        save(story, "100")
    assert codes(refusal) == [StatementRefusal.AFTER_COMMITMENT]
    actions.seal_month(
        actor=story.actors["mission"], commitment_public_id=story.owed.public_id, month=date(2026, 9, 1), now=NOW
    )
    with pytest.raises(Refusal) as refusal:
        save(story, "100", month=date(2026, 9, 1))
    assert codes(refusal) == [StatementRefusal.SEALED_MONTH]


def test_above_the_legal_maximum_and_outside_the_window_stop_the_sending(story):
    save(story, "222,01", "10")
    with pytest.raises(Refusal) as refusal:
        send(story)
    assert codes(refusal) == [StatementRefusal.ABOVE_MAXIMUM]
    assert refusal.value.objections[0].field == story.samira.public_id
    person = story.person("Vial", "Océane")
    story.decision(person, until=date(2026, 9, 30))
    late = story.placement(person, story.owed)
    save(story, "100", "10")
    declarations.save_draft(
        actor=story.actors["company"],
        commitment_public_id=story.owed.public_id,
        month=OCTOBER,
        typed={late.public_id: TypedLine("35")},
        now=NOW,
    )
    with pytest.raises(Refusal) as refusal:
        send(story)
    assert codes(refusal) == [StatementRefusal.NOT_ELIGIBLE]


def test_a_row_left_empty_is_asked_for(story):
    save(story, "100", "")
    with pytest.raises(Refusal) as refusal:
        send(story)
    assert codes(refusal) == [StatementRefusal.MISSING_HOURS]


def test_the_company_learns_nothing_of_other_employers(story):
    """The person already worked 200 h elsewhere: the company can send 100 h, and the facilitator alone is told."""
    other = story.commitment(story.contract("2026-0200"), holder="Rival Essai")
    elsewhere = story.sent_line(
        other, story.placement(story.samira.person, other, employer="Rival Essai"), hours="200.00", by="rival"
    )
    actions.accept_line(actor=story.actors["near"], line_public_id=elsewhere.public_id, now=NOW)
    save(story, "100", "10")
    assert (
        declarations.objections_before_sending(
            actor=story.actors["company"], commitment_public_id=story.owed.public_id, month=OCTOBER, now=NOW
        )
        == ()
    )
    found = sheet(story.actors["company"], story.owed.public_id, OCTOBER, values=reference_values())
    assert all(row.warnings == () for row in found.rows)
    assert all(row.last is None for row in found.rows)
    send(story)
    line = StatementLine.objects.get(placement=story.samira)
    with pytest.raises(Refusal):
        actions.accept_line(actor=story.actors["near"], line_public_id=line.public_id, now=NOW)


def test_last_month_is_copied_into_empty_rows_only(story):
    for placement, hours in ((story.samira, "151.67"), (story.kevin, "98.00")):
        story.sent_line(story.owed, placement, month=date(2026, 9, 1), hours=hours)
    declarations.copy_last_month(
        actor=story.actors["company"],
        commitment_public_id=story.owed.public_id,
        month=OCTOBER,
        typed={story.kevin.public_id: TypedLine("12,5")},
        now=NOW,
    )
    hours = {line.placement_id: line.hours for line in StatementLine.objects.filter(statement__month=OCTOBER)}
    assert hours == {story.samira.pk: Decimal("151.67"), story.kevin.pk: Decimal("12.50")}


def test_no_hours_this_month_is_sent_without_lines(story):
    save(story, "", "", no_hours=True)
    assert send(story).lines == 0
    assert send(story).again
    assert Statement.objects.get().state == "sent"
    assert not actions.lines_visible_to(story.actors["near"]).exists()
    save(story, "20", "0")
    assert send(story).lines == 2


def test_after_a_refusal_the_company_reads_why_corrects_and_sends_again(story):
    save(story, "120", "50")
    send(story)
    line = StatementLine.objects.get(placement=story.samira)
    other = StatementLine.objects.get(placement=story.kevin)
    actions.accept_line(actor=story.actors["near"], line_public_id=other.public_id, now=NOW)
    actions.refuse_line(actor=story.actors["near"], line_public_id=line.public_id, reason="Relevé non signé", now=NOW)
    found = sheet(story.actors["company"], story.owed.public_id, OCTOBER, values=reference_values())
    assert {row.reason for row in found.rows} == {"", "Relevé non signé"}
    months = {
        one.month: one.state for one in owed_months(story.actors["company"], today=TODAY, values=reference_values())
    }
    assert months[OCTOBER] is MonthState.TO_CORRECT
    save(story, "100", "999")  # the accepted row is not touched
    assert send(story).lines == 1
    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.state, line.hours) == ("pending", Decimal("100.00"))
    assert (other.state, other.hours) == ("accepted", Decimal("50.00"))
    actions.accept_line(actor=story.actors["near"], line_public_id=line.public_id, now=NOW)


def test_a_piece_is_attached_once(story, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for _ in range(2):
        declarations.attach_evidence(
            actor=story.actors["company"],
            commitment_public_id=story.owed.public_id,
            month=OCTOBER,
            received=read_piece(PDF, "relevé.pdf", largest=1000),
            now=NOW,
        )
    assert Evidence.objects.count() == 1
    assert JournalEntry.objects.filter(action="hours.evidence_attached").count() == 1


def test_months_are_asked_for_the_late_ones_first(story):
    months = owed_months(story.actors["company"], today=TODAY, values=reference_values())
    assert [one.month.month for one in months[:10]] == list(range(1, 11))
    assert {one.state for one in months[:10]} == {MonthState.LATE}
    assert months[9].last_day == date(2026, 11, 14)
    assert months[10].state is MonthState.CURRENT
    assert owed_months(story.actors["rival"], today=TODAY, values=reference_values()) == []
    assert owed_months(story.actors["buyer"], today=TODAY, values=reference_values()) == []
    assert len(owed_months(story.actors["near"], today=TODAY, values=reference_values())) == 11
    assert owed_months(story.actors["far"], today=TODAY, values=reference_values()) == []


def test_someone_who_left_is_not_asked_for(story):
    story.kevin.ends_on = date(2026, 9, 15)
    story.kevin.save()
    save(story, "100")
    assert send(story).lines == 1

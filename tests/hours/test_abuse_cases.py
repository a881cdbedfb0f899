"""The abuse cases of hours (reliability reference, section 2.2), each by its name: what is refused, by which rule, and nothing counted twice."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from levier.accounts.models import Membership
from levier.accounts.queries import actor_from
from levier.foundation.objections import NotForYou, Refusal
from levier.hours import actions, declarations, filling
from levier.hours.checks import TypedLine
from levier.hours.codes import Doubt, StatementRefusal
from levier.hours.file_actions import receive_file
from levier.hours.models import LedgerEntry, PersonMonth, Statement, StatementLine, WorkedMonth
from levier.hours.queries import reference_values
from levier.hours.reviewing import line_with_doubts
from levier.hours.values import HoursRefusal
from levier.participants.models import EligibilityDecision, EligibilityGround
from tests.world import NOW

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def the_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story(world):
    world.owed = world.commitment(world.contract())
    world.samira = world.placement(world.person(), world.owed)
    return world


def accept(story, line, who: str = "near"):
    return actions.accept_line(actor=story.actors[who], line_public_id=line.public_id, now=NOW)


def codes(refusal) -> list[str]:
    return [str(one.code) for one in refusal.value.objections]


def credited(story) -> Decimal:
    story.owed.refresh_from_db()
    return story.owed.credited_hours


def test_same_hours_declared_by_the_agency_and_by_the_user_company(story):
    """Both lines are doubtful; the second cannot carry the person over what was worked, nor be drawn on the other's placement."""
    other = story.commitment(story.contract("2026-0200", holder="Rival Essai"), holder="Rival Essai")
    agency = story.placement(story.samira.person, other, employer="Rival Essai")
    mine = story.sent_line(story.owed, story.samira, hours="120.00")
    theirs = story.sent_line(other, agency, hours="120.00", by="rival")
    for line in (mine, theirs):
        found = line_with_doubts(story.actors["near"], line.public_id, values=reference_values())
        assert Doubt.DECLARED_TWICE in {one.code for one in found.doubts}
    accept(story, mine)
    with pytest.raises(Refusal) as refusal:
        accept(story, theirs)  # 240 h in one month
    assert set(codes(refusal)) & {HoursRefusal.OVER_LEGAL_MAXIMUM, StatementRefusal.OVER_LEGAL_MAXIMUM}
    assert LedgerEntry.objects.count() == 1
    # a user company cannot draw on a placement that is not assigned to its commitment: the database refuses it
    with pytest.raises((Refusal, IntegrityError)):
        accept(story, story.sent_line(story.owed, agency, hours="10.00", month=date(2026, 9, 1)))


def test_sum_over_employers_above_the_legal_maximum(story):
    lines = [story.sent_line(story.owed, story.samira, hours="151.67")]
    for number in range(2):
        holder = f"Employeur {number}"
        commitment = story.commitment(story.contract(f"2026-03{number}", holder=holder), holder=holder)
        placement = story.placement(story.samira.person, commitment, employer=holder)
        lines.append(story.sent_line(commitment, placement, hours="40.00"))
    accept(story, lines[0])
    accept(story, lines[1])
    found = line_with_doubts(story.actors["near"], lines[2].public_id, values=reference_values())
    assert found.doubts[0].code is Doubt.OVER_MAXIMUM
    with pytest.raises(Refusal, match="tous employeurs confondus"):
        accept(story, lines[2])
    month = PersonMonth.objects.get(person=story.samira.person, month=OCTOBER)
    assert (month.worked_hours, month.max_hours) == (Decimal("191.67"), Decimal("222.00"))
    # planted fault: the counter moved by hand
    with (
        pytest.raises(Exception, match=r"COUNTER_GUARDED|legal_maximum"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE hours_personmonth SET worked_hours = 300 WHERE id = %s", [month.pk])


@pytest.mark.parametrize(
    ("start", "until", "words"),
    [
        (None, None, "éligibilité"),
        (date(2026, 11, 2), date(2027, 12, 31), "éligibilité"),
        (date(2026, 1, 5), date(2026, 9, 30), "éligibilité"),
    ],
    ids=["without a decision", "before the decision", "after the window"],
)
def test_hours_of_who_is_not_eligible_that_month(story, start, until, words):
    person = story.samira.person
    line = story.sent_line(story.owed, story.samira, hours="100.00")
    with connection.cursor() as cursor:  # decisions are frozen: only a test may rewrite the story
        cursor.execute("SET session_replication_role = replica")
        EligibilityGround.objects.filter(decision__person=person).delete()
        if start is None:
            EligibilityDecision.objects.filter(person=person).update(granted=False)
        else:
            EligibilityDecision.objects.filter(person=person).update(
                decided_on=start, valid_from=start, valid_until=until
            )
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(Refusal, match=words):
        accept(story, line)
    assert not LedgerEntry.objects.exists()
    assert credited(story) == 0
    # and the company is told before it sends
    declarations.save_draft(
        actor=story.actors["company"], commitment_public_id=story.owed.public_id, month=date(2026, 10, 1),
        typed={story.samira.public_id: TypedLine("100")}, now=NOW,
    )  # fmt: skip


def test_the_company_is_told_before_sending_hours_outside_the_window(story):
    late = story.placement(story.person("Tard", "Venu"), story.owed)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        EligibilityDecision.objects.filter(pk=late.decision_id).update(
            decided_on=date(2026, 11, 2), valid_from=date(2026, 11, 2)
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    typed = {late.public_id: TypedLine("100"), story.samira.public_id: TypedLine("10")}
    company = story.actors["company"]
    declarations.save_draft(
        actor=company, commitment_public_id=story.owed.public_id, month=OCTOBER, typed=typed, now=NOW
    )
    with pytest.raises(Refusal) as refusal:
        declarations.send(actor=company, commitment_public_id=story.owed.public_id, month=OCTOBER, now=NOW)
    assert codes(refusal) == [StatementRefusal.NOT_ELIGIBLE]


def test_same_spreadsheet_twice_other_order_or_one_line_corrected(story):
    kevin = story.placement(story.person("Arnoux", "Kevin"), story.owed)
    company = story.actors["company"]

    def dropped(*rows: str) -> dict[str, int]:
        content = "\n".join(("Nom;Prénom;Mois;Heures", *rows)).encode()
        found = receive_file(actor=company, content=content, name="heures.csv", now=NOW)
        return filling.fill(actor=company, file_id=found.public_id, now=NOW).outcome

    first = ("Belkacem;Samira;10/2026;100", "Arnoux;Kevin;10/2026;90")
    assert dropped(*first)["new"] == 2
    for rows in (first, first[::-1], (*first, "")):
        again = dropped(*rows)
        assert (again["new"], again["changed"], again["same"]) == (0, 0, 2)
    corrected = dropped(first[0], "Arnoux;Kevin;10/2026;95")
    assert (corrected["changed"], corrected["same"]) == (1, 1)
    assert StatementLine.objects.count() == 2
    assert StatementLine.objects.get(placement=kevin).hours == Decimal(95)
    declarations.send(actor=company, commitment_public_id=story.owed.public_id, month=OCTOBER, now=NOW)
    for line in StatementLine.objects.all():
        accept(story, line)
    with pytest.raises(Refusal):  # everything is counted: there is nothing left to write
        dropped(*first)
    assert credited(story) == Decimal(195)


def test_a_declarant_with_two_hats_validates_nothing_of_their_own(story):
    """The person who declared, now a facilitator of that territory; then a colleague of the same organisation."""
    line = story.sent_line(story.owed, story.samira)
    declarant = story.users["company"]
    hat = Membership.objects.create(
        user=declarant, organisation=story.organisations["Structure des facilitateurs"], role="facilitator",
        territory=story.territory(4), valid_from=date(2023, 1, 1),
    )  # fmt: skip
    with pytest.raises(Refusal) as refusal:
        actions.accept_line(actor=actor_from(hat), line_public_id=line.public_id, now=NOW)
    assert codes(refusal) == [StatementRefusal.OWN_HOURS]
    colleague = story.user("two-hats", "facilitator", story.organisations["Bâti Essai"], story.territory(4))
    with pytest.raises(Refusal) as refusal:
        actions.accept_line(actor=colleague, line_public_id=line.public_id, now=NOW)
    assert codes(refusal) == [StatementRefusal.OWN_HOURS]
    with pytest.raises(NotForYou):
        accept(story, line, "company")
    assert not LedgerEntry.objects.exists()
    # planted fault: an entry written past the action, by who declared
    PersonMonth.objects.create(person=story.samira.person, month=OCTOBER, max_hours=222, max_version="essai")
    WorkedMonth.objects.create(placement=story.samira, person=story.samira.person, month=OCTOBER, worked_hours=10)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        LedgerEntry.objects.create(
            idempotency_key="x", commitment=story.owed, placement=story.samira, worked_month=OCTOBER, post_month=OCTOBER, hours=1,
            line=line, declared_by=declarant, declared_org=story.owed.holder, actor=declarant, actor_org=hat.organisation, at=NOW,
        )  # fmt: skip


def test_double_click_browser_retry_and_two_facilitators(story):
    line = story.sent_line(story.owed, story.samira)
    accept(story, line)
    accept(story, line)
    other = story.user("other", "facilitator", story.organisations["Structure des facilitateurs"], story.territory(4))
    with pytest.raises(Refusal, match="Rien n’a été compté deux fois"):
        actions.accept_line(actor=other, line_public_id=line.public_id, now=NOW)
    assert LedgerEntry.objects.count() == 1
    assert credited(story) == line.hours
    entry = LedgerEntry.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():  # planted fault: the same key again
        LedgerEntry.objects.create(
            idempotency_key=entry.idempotency_key, commitment=story.owed, placement=story.samira, worked_month=OCTOBER,
            post_month=OCTOBER, hours=1, line=line, declared_by=entry.declared_by, declared_org=entry.declared_org,
            actor=entry.actor, actor_org=entry.actor_org, at=NOW,
        )  # fmt: skip


def test_sending_twice_sends_once(story):
    company = story.actors["company"]
    typed = {story.samira.public_id: TypedLine("100")}
    declarations.save_draft(
        actor=company, commitment_public_id=story.owed.public_id, month=OCTOBER, typed=typed, now=NOW
    )
    sent = [
        declarations.send(actor=company, commitment_public_id=story.owed.public_id, month=OCTOBER, now=NOW)
        for _ in range(2)
    ]
    assert [(one.lines, one.again) for one in sent] == [(1, False), (0, True)]
    assert Statement.objects.count() == 1

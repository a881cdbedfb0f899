"""Reminders: whom, when, how often, and that they stop."""

from datetime import date, datetime, timedelta

import pytest

from levier.accounts.links import link_holder
from levier.accounts.models import Membership
from levier.audit.models import JournalEntry
from levier.compliance.models import Reminder
from levier.compliance.reminding import queue_reminders
from levier.compliance.turns import reminder_level
from levier.foundation.objections import NotForYou
from levier.hours.models import Statement
from levier.notifications.actions import whole_body
from levier.notifications.models import Message
from levier.reference.published import published_catalogue
from levier.territories.actions import load_published as load_territories
from levier.territories.queries import contact_of
from tests.world import NOW, SECRET_CRITERION, World

DAYS = (1, 8, 15)


@pytest.mark.parametrize(("waited", "level"), [(0, 0), (1, 1), (7, 1), (8, 2), (14, 2), (15, 3), (400, 3)])
def test_a_step_climbs_with_the_days_it_waits(waited, level):
    assert reminder_level(date(2026, 10, 14), date(2026, 10, 14) + timedelta(days=waited), DAYS) == level


def run(now: datetime = NOW):
    return queue_reminders(now=now, catalogue=published_catalogue())


@pytest.fixture
def owed(world: World):
    commitment = world.commitment(world.contract())
    world.placement(world.person("CANARI-NOM"), commitment, start=date(2026, 10, 1))
    return commitment


pytestmark = pytest.mark.django_db


def recipients() -> list[str]:
    return sorted(Message.objects.values_list("recipient", flat=True))


def test_a_late_month_reminds_the_company_then_its_facilitator(world, owed):
    october = date(2026, 11, 14)
    assert run(datetime(2026, 11, 14, 9, tzinfo=NOW.tzinfo)).messages == 0
    first = run(datetime(2026, 11, 15, 9, tzinfo=NOW.tzinfo))
    assert (first.reminders, recipients()) == (1, ["company@exemple.test"])
    run(datetime(2026, 11, 22, 9, tzinfo=NOW.tzinfo))
    assert recipients() == ["company@exemple.test"] * 2
    run(datetime(2026, 11, 29, 9, tzinfo=NOW.tzinfo))
    assert recipients() == ["company@exemple.test"] * 3 + ["near@exemple.test"]
    assert set(Reminder.objects.values_list("since", "level")) == {(october, 1), (october, 2), (october, 3)}


def contact(world: World, name: str, *duties: str) -> str:
    world.user(name, "company", world.organisation("Bâti Essai"))
    Membership.objects.filter(user=world.users[name]).update(duties=list(duties))
    return f"{name}@exemple.test"


def sent_on(day: int) -> list[str]:
    before = set(Message.objects.values_list("pk", flat=True))
    run(datetime(2026, 11, day, 9, tzinfo=NOW.tzinfo))
    return sorted(Message.objects.exclude(pk__in=before).values_list("recipient", flat=True))


def test_the_person_then_who_administers_then_the_facilitator(world, owed):
    Membership.objects.filter(user=world.users["company"]).update(duties=["declare"])
    boss, other = contact(world, "patronne", "administer"), contact(world, "chantier", "site")
    assert sent_on(15) == ["company@exemple.test"]
    assert sent_on(22) == [boss]
    assert sent_on(29) == ["near@exemple.test", boss]
    assert other not in recipients()


def test_the_manager_whom_the_company_named_takes_the_place_of_who_administers(world, owed):
    Membership.objects.filter(user=world.users["company"]).update(duties=["declare"])
    boss, manager = contact(world, "patronne", "administer"), contact(world, "responsable", "manage")
    away = contact(world, "ancien", "manage")
    Membership.objects.filter(user=world.users["ancien"]).update(valid_until=date(2026, 11, 1))
    world.user("voisin", "company", world.organisation("Rival Essai"))
    Membership.objects.filter(user=world.users["voisin"]).update(duties=["manage"])
    assert sent_on(15) == ["company@exemple.test"]
    assert sent_on(22) == [manager]
    assert sent_on(29) == ["near@exemple.test", manager]
    assert not {boss, away, "voisin@exemple.test"} & set(recipients())


def test_a_company_whose_only_contact_declares_is_passed_over_for_its_facilitator(world, owed):
    Membership.objects.filter(user=world.users["company"]).update(duties=["declare"])
    assert sent_on(15) == ["company@exemple.test"]
    assert sent_on(22) == ["near@exemple.test"]


def test_the_message_says_what_waits_and_names_nobody(world, owed):
    run()
    message = Message.objects.get(recipient="company@exemple.test")
    assert "octobre" in message.body
    assert "14\u00a0novembre\u00a02026" in message.body
    assert "/a-faire/" in message.body
    assert "CANARI-NOM" not in message.body
    assert SECRET_CRITERION not in message.body


def test_running_again_adds_nothing_and_what_is_done_is_not_reminded(world, owed):
    run()
    before = Message.objects.count()
    assert run().messages == 0
    assert Message.objects.count() == before
    statement = Statement.objects.create(
        commitment=owed, month=date(2026, 10, 1), state="sent", no_hours=True, started_at=NOW, sent_at=NOW,
        declared_by=world.users["company"], declared_by_label="essai",
    )  # fmt: skip
    assert statement.pk
    assert run(NOW + timedelta(days=20)).reminders <= 1
    assert not Reminder.objects.filter(since=date(2026, 11, 14), level=3).exists()


def test_hours_that_wait_remind_the_facilitator_of_that_territory_then_the_mission(world, owed):
    line = world.sent_line(owed, owed.placements.get().placement)
    line.statement.sent_at = NOW - timedelta(days=20)
    line.statement.version += 1
    line.statement.save()
    run()
    assert recipients() == ["mission@exemple.test", "near@exemple.test"]


def test_one_message_a_person_whatever_the_number_of_steps(world, owed):
    for number in range(4):
        other = world.commitment(world.contract(f"AUTRE-{number}"))
        world.placement(world.person(f"Nom{number}"), other, start=date(2026, 10, 1))
    done = run()
    assert done.reminders == 5
    assert Message.objects.filter(recipient="company@exemple.test").count() == 1


def test_a_run_is_journaled_with_its_author(world, owed):
    run()
    entry = JournalEntry.objects.get(action="reminders.queued")
    assert entry.actor_label == "Rappels automatiques"


def test_only_the_mission_has_a_message_tried_again(world, owed):
    from levier.compliance.resending import resend

    run()
    message = Message.objects.first()
    for who in ("buyer", "near", "far", "company", "rival"):
        with pytest.raises(NotForYou):
            resend(actor=world.actors[who], message_id=message.public_id, now=NOW)
    resend(actor=world.actors["mission"], message_id=message.public_id, now=NOW)
    assert JournalEntry.objects.filter(action="message.tried_again").count() == 1


def test_a_reminder_carries_a_link_that_declares_and_the_facilitators_does_not(world, owed):
    run(datetime(2026, 11, 29, 9, tzinfo=NOW.tzinfo))
    told = {one.recipient: one for one in Message.objects.all()}
    company, facilitator = told["company@exemple.test"], told["near@exemple.test"]
    assert "[lien]" in company.body
    assert "/declarer/" in whole_body(company)
    assert "/declarer/" not in company.body, "the outbox is read by the mission"
    assert facilitator.secret is None
    assert "sans mot de passe" not in facilitator.body
    token = whole_body(company).partition("/declarer/")[2].partition("/")[0]
    sent = datetime(2026, 11, 29, 9, tzinfo=NOW.tzinfo)
    assert link_holder(token, sent + timedelta(hours=71)).organisation_id == owed.holder_id
    assert link_holder(token, sent + timedelta(hours=72)) is None


def test_who_only_administers_is_reminded_without_a_link(world, owed):
    Membership.objects.filter(user=world.users["company"]).update(duties=["administer"])
    run()
    message = Message.objects.get(recipient="company@exemple.test")
    assert message.secret is None
    assert "[lien]" not in message.body


def test_the_manager_without_access_reads_whom_to_ask_and_answers_the_facilitator(world, owed):
    load_territories(NOW)
    Membership.objects.filter(user=world.users["company"]).update(duties=["declare"])
    manager = contact(world, "responsable", "manage")
    run(datetime(2026, 11, 22, 9, tzinfo=NOW.tzinfo))
    run(datetime(2026, 11, 29, 9, tzinfo=NOW.tzinfo))
    told = {one.recipient: one for one in Message.objects.order_by("-pk")}[manager]
    assert told.secret is None
    assert "/a-faire/" not in told.body, "a page that would ask this person to sign in"
    assert f"Demandez-le à {world.users['company'].full_name}" in told.body
    named = contact_of(owed.territory.number, date(2026, 11, 29))
    assert told.reply_to == named.email
    assert named.phone_to_read in told.body


def test_who_only_signs_is_not_reminded(world, owed):
    Membership.objects.filter(user=world.users["company"]).update(duties=["sign"])
    run()
    assert "company@exemple.test" not in recipients()

"""Opening, proposing, answering: the right person, the near miss, the stranger; and what the database refuses by itself."""

import importlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from levier.foundation.objections import NotForYou, Refusal
from levier.hours.verification import violations
from levier.notifications.models import Message
from levier.participants.identity import Identity, index_of
from levier.participants.models import OutcomeQuestion, Person
from levier.participants.outcomes import plan_outcomes, type_answer
from levier.participants.values import NewPerson
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.referrals import actions, needs, queries
from levier.referrals.models import Position, Referent, Referral, ReferralStep
from levier.referrals.queries import news_of
from levier.referrals.telling import remind_late, tell_news
from levier.referrals.values import Licence, NeedSource, ReferralState, Terms, Wish
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
CATALOGUE = published_catalogue()
STATE = ReferralState
AGREED = Wish("Maçonnerie", date(2026, 12, 1), "0612345678", True, True)
NEW = NewPerson("Diarra", "Fatou", date(1999, 5, 4))
TERMS = Terms(
    "F1703",
    "Aide-maçon",
    "13001",
    date(2026, 12, 7),
    None,
    Decimal(35),
    1,
    "M. Vial",
    Licence.NONE,
    "",
    "Cloisons du collège",
)


@pytest.fixture
def commitment(world: World):
    world.commune()
    return world.commitment(world.contract())


def opened(world: World, commitment, **change) -> Position:
    return actions.open_position(
        actor=world.actors["company"],
        commitment_id=commitment.public_id,
        terms=replace(TERMS, **change),
        catalogue=CATALOGUE,
        now=NOW,
    )


def proposed(world: World, position: Position, who: str = "prescriber", **given) -> Referral:
    given = given or {"new": NEW}
    return actions.propose(
        actor=world.actors[who], position_id=position.public_id, wish=AGREED, catalogue=CATALOGUE, now=NOW, **given
    )


def step(world: World, referral: Referral, who: str, target: ReferralState, **given) -> Referral:
    return actions.take_step(
        actor=world.actors[who], referral_id=referral.public_id, target=target, catalogue=CATALOGUE,
        now=given.pop("now", NOW), **given,
    )  # fmt: skip


def test_the_company_opens_changes_and_closes_its_position(world: World, commitment):
    position = opened(world, commitment)
    assert (position.territory, position.closed_at) == (commitment.territory, None)
    ids = {"position_id": position.public_id, "catalogue": CATALOGUE, "now": NOW}
    changed = actions.change_position(actor=world.actors["company"], terms=replace(TERMS, places=3), **ids)
    assert changed.places == 3
    for who in ("rival", "near", "prescriber", "mission", "buyer", "far"):
        with pytest.raises(NotForYou):
            actions.change_position(actor=world.actors[who], terms=TERMS, **ids)
        with pytest.raises(NotForYou):
            actions.close_position(actor=world.actors[who], reason="cancelled", **ids)
        with pytest.raises(NotForYou):
            actions.open_position(
                actor=world.actors[who], commitment_id=commitment.public_id, terms=TERMS, catalogue=CATALOGUE, now=NOW
            )
    with pytest.raises(Refusal, match="motif"):
        actions.close_position(actor=world.actors["company"], reason="skills", **ids)
    actions.close_position(actor=world.actors["company"], reason="cancelled", **ids)
    with pytest.raises(Refusal, match="fermé"):
        actions.change_position(actor=world.actors["company"], terms=TERMS, **ids)
    with pytest.raises(Refusal, match="fermé"):
        proposed(world, position)


def test_what_is_typed_is_judged(world: World, commitment):
    with pytest.raises(Refusal) as refused:
        opened(world, commitment, commune="99999", places=0, link="1 98 03 13 001 001 12")
    assert {one.field for one in refused.value.objections} == {"commune", "places", "link"}


def test_who_may_propose(world: World, commitment):
    position = opened(world, commitment)
    for who in ("company", "rival", "mission", "buyer", "far", "far_prescriber"):
        with pytest.raises(NotForYou):
            proposed(world, position, who)
    referral = proposed(world, position)
    assert (referral.state, referral.person.territory) == ("proposed", position.territory)
    assert queries.open_phone(referral) == "0612345678"
    assert b"0612345678" not in bytes(referral.phone)
    assert Referent.objects.filter(person=referral.person, user=world.users["prescriber"]).exists()
    with pytest.raises(Refusal, match="déjà proposée"):
        proposed(world, position, "near", person_id=referral.person.public_id)


def test_a_prescriber_only_proposes_people_of_the_own_hand(world: World, commitment):
    position = opened(world, commitment)
    unknown = world.person("Mercadal", "Loïc")
    for person in (unknown.public_id, "zzzz"):
        with pytest.raises(NotForYou):
            proposed(world, position, person_id=person)
    Referent.objects.create(person=unknown, user=world.users["prescriber"], since=TODAY)
    assert proposed(world, position, person_id=unknown.public_id).person == unknown
    assert list(queries.own_people(world.actors["colleague"])) == []
    assert list(queries.own_people(world.actors["company"])) == []
    assert list(queries.own_people(world.actors["near"])) == [unknown]


def test_somebody_new_who_has_a_file_is_the_same_person(world: World, commitment):
    position = opened(world, commitment, places=2)
    here = world.person("Diarra", "Fatou")
    Person.objects.filter(pk=here.pk).update(identity_index=index_of(Identity("Diarra", "Fatou", NEW.birth_date)))
    assert proposed(world, position).person == here
    elsewhere = world.person("Kone", "Awa", territory=5)
    Person.objects.filter(pk=elsewhere.pk).update(identity_index=index_of(Identity("Kone", "Awa", NEW.birth_date)))
    with pytest.raises(Refusal, match="Facilitatrice 5"):
        proposed(world, position, new=NewPerson("KONÉ", "awa", NEW.birth_date))


def test_from_proposed_to_what_became_of_the_person(world: World, commitment):
    position = opened(world, commitment)
    referral = proposed(world, position)
    other = proposed(world, position, new=NewPerson("Marin", "Hugo", date(1990, 1, 2)))
    step(world, referral, "company", STATE.TO_MEET, meets_on=date(2026, 11, 27))
    step(world, referral, "company", STATE.RETAINED)
    world.decision(referral.person, start=TODAY)
    placement = world.placement(referral.person, commitment, start=TODAY)
    linked = actions.link_placement(
        actor=world.actors["near"],
        placement=placement,
        commitment_id=commitment.public_id,
        catalogue=CATALOGUE,
        now=NOW,
    )
    assert linked == referral
    referral.refresh_from_db()
    other.refresh_from_db()
    position.refresh_from_db()
    assert (referral.state, referral.placement, referral.phone) == ("placed", placement, None)
    assert (position.closed_reason, other.state, other.steps.last().reason) == ("filled", "closed", "filled")
    assert [one.target for one in referral.steps.all()] == ["proposed", "to_meet", "retained", "placed"]
    assert news_of(referral, TODAY) == []
    placement.ends_on = TODAY
    placement.save(update_fields=["ends_on"])
    plan_outcomes(placement, CATALOGUE)
    (question,) = news_of(referral, TODAY)
    assert (question.step, question.answer, tell_news(now=NOW)) == ("end", "", 0)
    type_answer(actor=world.actors["near"], question_id=question.public_id, answer="training", now=NOW)
    assert [one.answer for one in news_of(referral, TODAY)] == ["training"]
    assert [tell_news(now=NOW), tell_news(now=NOW + timedelta(days=1))] == [1, 0], "told once"
    written = Message.objects.filter(dedupe_key__contains=":news:").get()
    assert written.recipient == world.users["prescriber"].email
    assert "formation" not in written.body, "the message says where to look, not what became of the person"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert violations() == ()


def test_news_typed_before_become_the_answer_to_the_question_that_was_due(world: World, commitment):
    """The last news of a question holds; what somebody answered to the question itself is never written over; silence is not carried."""
    placement, other = (world.placement(world.person(name), commitment) for name in ("Un", "Deux"))
    for one in (placement, other):
        one.ends_on = date(2026, 6, 30)
        one.save(update_fields=["ends_on"])
    plan_outcomes(other, CATALOGUE)
    answered = other.outcomes.get(step="m3")
    type_answer(actor=world.actors["near"], question_id=answered.public_id, answer="cdi", now=NOW)

    def news(of, day: date, situation: str):
        at = NOW.replace(year=day.year, month=day.month, day=day.day)
        referral = SimpleNamespace(placement_id=of.pk, placement=of)
        return SimpleNamespace(referral=referral, at=at, situation=situation, actor_label="Prescriptrice")

    rows = [
        news(placement, date(2026, 7, 1), "searching"),
        news(placement, date(2026, 10, 1), "no_answer"),
        news(placement, date(2026, 10, 2), "training"),
        news(placement, date(2026, 10, 9), "lasting_work"),
        news(other, date(2026, 10, 1), "searching"),
        news(other, date(2026, 6, 1), "searching"),
    ]
    table = SimpleNamespace(filter=lambda **_: table, select_related=lambda *_: table, order_by=lambda *_: rows)
    models = {"ReferralStep": SimpleNamespace(objects=table), "OutcomeQuestion": OutcomeQuestion}
    migration = importlib.import_module("levier.referrals.migrations.0003_news_at_one_home")
    migration.carry(SimpleNamespace(get_model=lambda _, name: models[name]), None)
    carried = OutcomeQuestion.objects.exclude(answer="").order_by("placement_id", "due_on")
    assert list(carried.values_list("placement_id", "step", "answer", "answered_by_label")) == [
        (placement.pk, "end", "seeking", "Prescriptrice"),
        (placement.pk, "m3", "cdd_long", "Prescriptrice"),
        (other.pk, "m3", "cdi", world.actors["near"].label),
    ]


def test_nobody_answers_in_another_s_place(world: World, commitment):
    position = opened(world, commitment)
    referral = proposed(world, position)
    for who in ("rival", "far", "colleague", "far_prescriber", "buyer"):
        with pytest.raises(NotForYou):
            step(world, referral, who, STATE.RETAINED)
    with pytest.raises(NotForYou):
        step(world, referral, "mission", STATE.RETAINED)  # reads, does not act
    for who, target in (
        ("near", STATE.RETAINED),
        ("prescriber", STATE.REFUSED),
        ("company", STATE.WITHDRAWN),
        ("near", STATE.PLACED),
    ):
        with pytest.raises(Refusal, match="plus possible"):
            step(world, referral, who, target, reason="other", note="x", meets_on=TODAY)
    step(world, referral, "company", STATE.REFUSED, reason="mobility")
    with pytest.raises(Refusal, match="plus possible"):
        step(world, referral, "company", STATE.RETAINED)


def test_each_step_is_told_to_its_owner_once(world: World, commitment):
    position = opened(world, commitment)
    referral = proposed(world, position)
    assert [one.recipient for one in Message.objects.all()] == ["company@exemple.test"]
    message = Message.objects.get()
    assert "2 décembre 2026" in message.body.replace("\u00a0", " ")
    assert "Diarra" not in message.subject + message.body
    assert "Fatou" not in message.subject + message.body
    step(world, referral, "company", STATE.RETAINED)
    step(world, referral, "near", STATE.NOT_PLACED, reason="not_eligible")
    assert [one.recipient for one in Message.objects.order_by("id")] == [
        "company@exemple.test", "near@exemple.test", "prescriber@exemple.test",
    ]  # fmt: skip


def test_reminders_rise_and_stop_when_done(world: World, commitment):
    referral = proposed(world, opened(world, commitment))
    Message.objects.all().delete()
    day = timedelta(days=1)
    assert remind_late(now=NOW + 7 * day, catalogue=CATALOGUE) == 0, "promised for 2 December"
    assert remind_late(now=NOW + 8 * day, catalogue=CATALOGUE) == 1
    assert remind_late(now=NOW + 9 * day, catalogue=CATALOGUE) == 0, "told once a level"
    assert remind_late(now=NOW + 16 * day, catalogue=CATALOGUE) == 1
    assert remind_late(now=NOW + 22 * day, catalogue=CATALOGUE) == 2, "the facilitator, above the company"
    step(world, referral, "company", STATE.REFUSED, reason="dates", now=NOW + 23 * day)
    before = Message.objects.count()
    assert remind_late(now=NOW + 90 * day, catalogue=CATALOGUE) == 0
    assert Message.objects.count() == before


def test_what_waits_for_whom(world: World, commitment):
    referral = proposed(world, opened(world, commitment))
    later = TODAY + timedelta(days=10)
    (mine,) = queries.steps_for(world.actors["company"], today=later, catalogue=CATALOGUE)
    assert (mine.mine, mine.late, mine.due) == (True, 3, date(2026, 12, 2))
    (seen,) = queries.steps_for(world.actors["near"], today=later, catalogue=CATALOGUE)
    assert not seen.mine
    for who in ("rival", "far", "far_prescriber", "colleague", "buyer"):
        assert queries.steps_for(world.actors[who], today=later, catalogue=CATALOGUE) == []
    step(world, referral, "company", STATE.RETAINED)
    (mine,) = queries.steps_for(world.actors["near"], today=TODAY, catalogue=CATALOGUE)
    assert mine.mine


def test_the_database_refuses_what_the_table_has_not(world: World, commitment):
    """Planted faults by raw SQL: a state written by hand, a step out of order, a step that is not in the table, a history rewritten."""
    referral = proposed(world, opened(world, commitment))
    values = {
        "referral": referral,
        "at": NOW,
        "actor_user": world.users["company"],
        "actor_label": "x",
        "actor_role": "company",
    }
    refused = [
        lambda: Referral.objects.filter(pk=referral.pk).update(state="retained"),
        lambda: Referral.objects.filter(pk=referral.pk).update(person=world.person("Autre")),
        lambda: ReferralStep.objects.create(origin="to_meet", target="retained", **values),
        lambda: ReferralStep.objects.create(origin="proposed", target="placed", **values),
        lambda: ReferralStep.objects.create(origin="", target="proposed", **values),
        lambda: ReferralStep.objects.filter(referral=referral).update(reason="skills"),
        lambda: ReferralStep.objects.filter(referral=referral).delete(),
        lambda: Referral.objects.create(
            position=referral.position, person=world.person("Neuf"), referrer=world.users["near"], referrer_label="x",
            referrer_organisation_id=world.actors["near"].organisation_id, state="retained", state_since=NOW, created_at=NOW,
        ),
    ]  # fmt: skip
    for fault in refused:
        with pytest.raises(DatabaseError), transaction.atomic():
            fault()
    assert violations() == ()


def test_a_person_is_not_at_work_without_a_placement(world: World, commitment):
    referral = proposed(world, opened(world, commitment))
    step(world, referral, "company", STATE.RETAINED)
    ReferralStep.objects.create(
        referral=referral, origin="retained", target="placed", at=NOW, actor_user=world.users["near"], actor_label="x", actor_role="facilitator"
    )  # fmt: skip
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="PLACED_WITHOUT_PLACEMENT"):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_check_notices_each_wall_taken_down(world: World, commitment):
    referral = proposed(world, opened(world, commitment))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE referrals_referral DISABLE TRIGGER referrals_referral_guard")
        cursor.execute("UPDATE referrals_referral SET state = 'refused' WHERE id = %s", [referral.pk])
    assert [one.view for one in violations()] == ["violation_referral_steps", "violation_wall_missing"]


def test_the_calendar_never_counts_an_hour_twice(world: World, commitment):
    """1 000 h due until 28 February 2027, one open place of 35 h from 7 December (84 days: 420 h), one contract running (96 days: 480 h)."""
    opened(world, commitment)
    world.placement(world.person(), commitment)
    asked = needs.Asked(months=6)
    calendar = needs.calendar(world.actors["near"], asked, today=TODAY, catalogue=CATALOGUE)
    total = {source: sum(months.values()) for source, months in calendar.by_source.items()}
    assert total == {
        NeedSource.POSITION: Decimal("420.00"), NeedSource.COMMITMENT: Decimal("100.00"), NeedSource.PLAN: Decimal(0),
    }  # fmt: skip
    assert calendar.hours == Decimal("520.00")
    assert calendar.places == 1
    assert calendar.months[0] == date(2026, 11, 1)
    assert calendar.months[-1] == date(2027, 4, 1)


def test_the_calendar_is_of_the_own_territory(world: World, commitment):
    opened(world, commitment)
    asked = needs.Asked(months=6)
    for who, hours in {
        "near": True,
        "prescriber": True,
        "mission": True,
        "far": False,
        "far_prescriber": False,
    }.items():
        found = needs.calendar(world.actors[who], asked, today=TODAY, catalogue=CATALOGUE)
        assert bool(found.hours) is hours, who
    for who in ("company", "buyer", "rival"):
        with pytest.raises(NotForYou):
            needs.calendar(world.actors[who], asked, today=TODAY, catalogue=CATALOGUE)


def test_only_the_mission_reads_planned_purchases_in_the_calendar(world: World, commitment):
    from levier.planning.need_actions import type_need

    load_published(NOW)
    buyer = world.organisation("Département d’essai")
    texts = {
        "reference": "PLAN-1",
        "object": "Peinture des collèges",
        "amount": "900 000",
        "nature": "Travaux",
        "start": "12/2026",
    }
    type_need(actor=world.actors["mission"], organisation=buyer, texts=texts, now=NOW)
    asked = needs.Asked(months=12, source=NeedSource.PLAN.value)
    found = needs.calendar(world.actors["mission"], asked, today=TODAY, catalogue=CATALOGUE)
    assert found.hours > 0
    assert {row.territory for row in found.rows} == {None}
    for who in ("near", "prescriber"):
        assert needs.calendar(world.actors[who], asked, today=TODAY, catalogue=CATALOGUE).hours == 0

"""À faire beside the hours: each waiting step of a case, letter, transfer, outcome and confirmation, for whose turn it is and nobody else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from levier.commitments.group_actions import propose_transfer
from levier.commitments.models import Commitment
from levier.controls import actions
from levier.controls.models import Case
from levier.controls.values import CaseKind
from levier.hours.actions import accept_line
from levier.hours.confirmations import confirm_lines
from levier.participants.outcomes import plan_outcomes, type_answer
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from levier.web.todo_waiting import Waiting, waiting
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
CATALOGUE = published_catalogue()
EVERYBODY = ("mission", "near", "far", "company", "rival", "buyer", "stranger_buyer")


@pytest.fixture(autouse=True)
def _house(db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)


@pytest.fixture
def owed(world: World) -> Commitment:
    return world.commitment(world.contract())


def seen(world: World, name: str, today: date = TODAY) -> list[Waiting]:
    return waiting(world.actors[name], today, CATALOGUE)


def cases(world: World, name: str, today: date = TODAY) -> list[tuple[str, bool, bool]]:
    return [(one.what.split(",")[0], one.mine, one.late) for one in seen(world, name, today) if "D-2026" in one.title]


def opened(world: World, owed: Commitment, kind: CaseKind, who: str) -> Case:
    return actions.open_case(
        actor=world.actors[who], commitment_id=owed.public_id, kind=kind, ground="Il manque 30 h.", now=NOW
    )


def test_a_case_is_in_the_list_of_whoever_has_the_turn(world, owed):
    """Amicable: the company's; its delay over: the mission's, since the day after; a control to make: the facilitator's alone."""
    case = opened(world, owed, CaseKind.OUTSTANDING, "mission")
    ours = [("Régler le point ensemble", True, False)]
    assert {name: found for name in EVERYBODY if (found := cases(world, name))} == {"company": ours}
    later = case.due_on + timedelta(days=1)
    decide = "Lire la réponse ou constater le silence"
    assert cases(world, "mission", later) == [(decide, True, True)]
    assert [one.since for one in seen(world, "mission", later) if case.label in one.title] == [case.due_on]
    for name in ("near", "buyer", "company"):
        assert cases(world, name, later) == [(decide, False, True)], name
    for name in ("far", "rival", "stranger_buyer"):
        assert cases(world, name, later) == [], name


def test_a_planned_control_is_the_facilitator_s_and_unknown_to_the_company(world, owed):
    opened(world, owed, CaseKind.VISIT, "mission")
    assert cases(world, "near") == [("Faire le contrôle", True, False)]
    assert cases(world, "company") == cases(world, "far") == []
    shown = world.client("near").get(reverse("todo")).content.decode()
    assert "Visite de chantier" in shown
    assert "depuis le" in shown
    assert "Visite de chantier" not in world.client("company").get(reverse("todo")).content.decode()


def test_a_letter_waits_until_it_is_sent(world, owed):
    case = opened(world, owed, CaseKind.OUTSTANDING, "mission")
    actions.give_notice(
        actor=world.actors["mission"], case_id=case.public_id, reason="Sans réponse.", due_on=None, now=NOW
    )
    letter = case.letters.get(kind="formal_notice")
    for name in EVERYBODY:
        there = any(letter.label in one.title for one in seen(world, name))
        assert there is (name == "mission"), name


def test_a_transfer_waits_for_the_other_side_alone(world, owed):
    other = world.commitment(world.contract("2026-0200"), due="50.00")
    line = world.sent_line(other, world.placement(world.person(), other), hours="100.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    propose_transfer(
        actor=world.actors["company"],
        source_id=owed.public_id,
        target_id=other.public_id,
        hours=Decimal(20),
        reason="Surplus",
        now=NOW,
    )
    for name in EVERYBODY:
        there = any("Report de surplus" in one.title for one in seen(world, name))
        assert there is (name == "buyer"), name


def test_outcomes_and_confirmations_wait_in_the_territory(world, owed):
    world.user("etti", "structure", world.organisation("ETTI Essai", "inclusive_structure"))
    placement = world.placement(world.person(), owed, employer="ETTI Essai")
    placement.ends_on = TODAY - timedelta(days=3)
    placement.save(update_fields=["ends_on"])
    plan_outcomes(placement, CATALOGUE)
    line = world.sent_line(owed, placement)
    told = [(one.title, one.mine, one.since) for one in seen(world, "near")]
    assert told == [
        ("Ce que les personnes deviennent", True, TODAY - timedelta(days=3)),
        ("Heures à confirmer par ETTI Essai", False, TODAY),
    ]
    for name in EVERYBODY:
        assert name == "near" or not seen(world, name), name
    question = placement.outcomes.get(step="end")
    type_answer(actor=world.actors["near"], question_id=question.public_id, answer="cdi", now=NOW)
    confirm_lines(actor=world.actors["etti"], line_ids=[line.public_id], now=NOW)
    assert seen(world, "near") == []


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_a_constant_number_of_queries(world, count, django_assert_num_queries):
    for rank in range(count):
        opened(world, world.commitment(world.contract(f"2026-{rank:04d}")), CaseKind.VISIT, "mission")
    with django_assert_num_queries(4):
        assert len(seen(world, "near")) == count

"""Training counts within its part of the hours due: the action, the wall, the view, and what the pages say of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from levier.commitments.due_actions import enter_amendment
from levier.commitments.models import Commitment
from levier.foundation.explanation import Confidence
from levier.foundation.objections import Refusal
from levier.hours.actions import accept_line, accept_lines, reverse_line
from levier.hours.models import LedgerEntry, TrainingCap, WorkedMonth
from levier.hours.verification import violations
from levier.participants.models import Placement
from levier.participants.rules import most_training
from levier.reference.actions import change_value, load_published
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(world: World) -> Commitment:
    return world.commitment(world.contract(), due="400.00")


def trained(world: World, owed: Commitment, name: str = "Un", modality: str = "training") -> Placement:
    placement = world.placement(world.person(name), owed)
    Placement.objects.filter(pk=placement.pk).update(modality=modality)
    placement.refresh_from_db()
    return placement


def line(world: World, owed: Commitment, placement: Placement, hours: str, month: date = date(2026, 10, 1)):
    return world.sent_line(owed, placement, hours=hours, month=month)


def accept(world: World, one):
    return accept_line(actor=world.actors["near"], line_public_id=one.public_id, now=NOW)


def said(refusal) -> str:
    return " ".join(refusal.value.sentences).replace("\u00a0", " ").replace("\u202f", " ")


@given(due=st.decimals(0, 100_000, places=2), share=st.decimals(0, 1, places=5))
def test_the_cap_is_a_part_of_what_is_due(due, share):
    assert abs(most_training(due, share) - due * share) <= Decimal("0.005")


def test_training_counts_up_to_its_part_and_the_refusal_says_the_rule_since_when_and_what_to_do(world, owed):
    """A quarter of 400 h: 100 h count. 80 are accepted; 30 more are refused whole, 20 are accepted."""
    one, other = trained(world, owed), trained(world, owed, "Deux")
    accept(world, line(world, owed, one, "80.00"))
    with pytest.raises(Refusal) as refusal:
        accept(world, line(world, owed, other, "30.00"))
    for words in (
        "25 %",
        "400 h",
        "100 h",
        "depuis le 1er janvier 2010",
        "non vérifié",
        "80 h comptent déjà",
        "il reste 20 h",
        "déclarer 20 h au plus",
    ):
        assert words in said(refusal), words
    accept(world, line(world, owed, other, "20.00", date(2026, 9, 1)))
    owed.refresh_from_db()
    assert owed.credited_hours == 100
    assert list(TrainingCap.objects.values_list("share", "version")) == [
        (Decimal("0.25"), "counting.training_cap@2010-01-01")
    ]
    assert violations() == ()


def test_other_hours_are_not_capped_and_a_reversal_gives_room_back(world, owed):
    one = trained(world, owed)
    first = line(world, owed, one, "100.00")
    outcome = accept_lines(
        actor=world.actors["near"],
        line_public_ids=[
            first.public_id,
            line(world, owed, world.placement(world.person("Trois"), owed), "120.00").public_id,
        ],
        now=NOW,
    )
    assert len(outcome.accepted) == 2
    second = line(world, owed, one, "10.00", date(2026, 9, 1))
    with pytest.raises(Refusal, match="il reste"):
        accept(world, second)
    reverse_line(actor=world.actors["near"], line_public_id=first.public_id, reason="Erreur", now=NOW)
    accept(world, second)
    assert violations() == ()


def test_hours_of_a_tutor_never_count(world, owed):
    with pytest.raises(Refusal, match="ne comptent pas"):
        accept(world, line(world, owed, trained(world, owed, modality="tutoring"), "10.00"))


def test_the_buyer_s_own_cap_holds_once_it_is_entered(world, owed):
    load_published(NOW)
    one = trained(world, owed)
    accept(world, line(world, owed, one, "80.00"))
    change_value(
        author_label="essai", key="counting.training_cap", value=Decimal("0.20"), low=None, high=None, valid_from=date(2010, 1, 1),
        source="CCAP, art. 9", confidence=Confidence.CONFIRMED, now=NOW,
    )  # fmt: skip
    with pytest.raises(Refusal) as refusal:
        accept(world, line(world, owed, one, "1.00", date(2026, 9, 1)))
    assert "20 %" in said(refusal)
    assert "non vérifié" not in said(refusal)


def test_the_wall_holds_by_itself_and_the_view_sees_what_passed_without_it(world, owed):
    """Raw entries: without a cap written, above the cap; then the wall taken down, and `levier verify` sees the fault."""
    one = trained(world, owed)
    accept(world, line(world, owed, one, "100.00"))
    WorkedMonth.objects.update(worked_hours=Decimal(150))
    entry = LedgerEntry.objects.get()

    def plant() -> None:
        entry.pk, entry.idempotency_key, entry.hours, entry.worked_month = (
            None,
            "fraude",
            Decimal("0.01"),
            date(2026, 10, 1),
        )
        entry.save(force_insert=True)

    with pytest.raises(DatabaseError, match="TRAINING_CAP"), transaction.atomic():
        plant()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE hours_trainingcap DISABLE TRIGGER hours_trainingcap_frozen")
        cursor.execute("DELETE FROM hours_trainingcap")
    with pytest.raises(DatabaseError, match="NO_TRAINING_CAP"), transaction.atomic():
        plant()
    assert "violation_training_cap" in {one.view for one in violations()}, "training counted that no cap holds"


def test_the_view_sees_an_hour_above_the_cap(world, owed):
    one = trained(world, owed)
    accept(world, line(world, owed, one, "99.00"))
    assert violations() == ()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE hours_trainingcap DISABLE TRIGGER hours_trainingcap_frozen")
        cursor.execute("UPDATE hours_trainingcap SET share = 0.2")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hours_trainingcap ENABLE TRIGGER hours_trainingcap_frozen")
    assert [one.view for one in violations()] == ["violation_training_cap"]


def test_what_was_counted_stays_when_less_is_due_and_nothing_more_counts(world, owed):
    one = trained(world, owed)
    accept(world, line(world, owed, one, "100.00"))
    enter_amendment(
        actor=world.actors["mission"], commitment_public_id=owed.public_id, reference="Avenant 1", due_hours=Decimal(200),
        effective_on=date(2026, 11, 1), now=NOW,
    )  # fmt: skip
    assert violations() == ()
    with pytest.raises(Refusal) as refusal:
        accept(world, line(world, owed, one, "1.00", date(2026, 9, 1)))
    assert "il reste 0 h" in said(refusal)


def test_the_page_says_what_counts_what_waits_and_what_is_over(world, owed):
    address = f"/marches/engagements/{owed.public_id}/heures-dues/"
    world.placement(world.person("Aucune"), owed)
    assert "Peuvent compter en tout" not in world.client("company").get(address).content.decode()
    one = trained(world, owed)
    accept(world, line(world, owed, one, "80.00"))
    line(world, owed, one, "50.00", date(2026, 9, 1))
    for name in ("company", "near", "mission", "buyer"):
        shown = world.client(name).get(address).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
        for words in (
            "Peuvent compter en tout",
            "Au-dessus du plafond",
            "30 h de formation dépassent",
            "20 h au plus",
            "non vérifié",
        ):
            assert words in shown, (name, words)

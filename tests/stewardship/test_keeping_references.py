"""Who keeps figures, contacts and perimeters; that each change is one row and one journal line; that the past does not move."""

from datetime import date
from decimal import Decimal

import pytest

from levier.audit.models import JournalEntry
from levier.foundation.explanation import Confidence
from levier.foundation.objections import NotForYou, Refusal
from levier.reference.actions import load_published
from levier.reference.models import StoredValue
from levier.reference.queries import catalogue
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.sizing.models import Study
from levier.sizing.sectors import usual_choice
from levier.stewardship.actions import change_facilitator, change_reference, confirm_commune
from levier.stewardship.policies import may_keep_references
from levier.stewardship.values import NewContact, NewFigure
from levier.territories.actions import load_published as load_territories
from levier.territories.models import FacilitatorContact, Perimeter
from levier.territories.queries import belongings
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
KEY = "labour_share.building"
COST = "hourly_cost.reference_low"
SUPPOSED = "13100"
STRANGERS = ("buyer", "near", "far", "company", "rival")


def figure(value: str = "0.41", **other) -> NewFigure:
    typed = {"low": None, "high": None, "valid_from": TODAY, "confidence": Confidence.CONFIRMED, "note": ""}
    return NewFigure(value=Decimal(value), source="Délibération du 20 novembre 2026", **(typed | other))


CONTACT = NewContact(
    "Maison de l’emploi", "Ada Neuve", "04 42 00 00 00", "ada@exemple.test", TODAY, "Courrier du 20 novembre 2026"
)


def test_only_the_mission_keeps_references(world: World):
    assert [name for name in world.actors if may_keep_references(world.actors[name])] == ["mission"]
    assert not may_keep_references(None)


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_changes_anything(world: World, who: str):
    load_published(NOW)
    load_territories(NOW)
    before = (StoredValue.objects.count(), FacilitatorContact.objects.count(), Perimeter.objects.count())
    actor = world.actors[who]
    with pytest.raises(NotForYou):
        change_reference(actor=actor, key=KEY, new=figure(), now=NOW)
    with pytest.raises(NotForYou):
        change_facilitator(actor=actor, number=4, new=CONTACT, now=NOW)
    with pytest.raises(NotForYou):
        confirm_commune(actor=actor, code=SUPPOSED, number=9, valid_from=TODAY, source="x", now=NOW)
    assert (StoredValue.objects.count(), FacilitatorContact.objects.count(), Perimeter.objects.count()) == before
    assert not JournalEntry.objects.exists()


def test_a_figure_is_changed_from_a_day_on_and_journaled(world: World):
    load_published(NOW)
    done = change_reference(actor=world.actors["mission"], key=KEY, new=figure(), now=NOW)
    assert done.before is not None
    assert catalogue().at(KEY, TODAY).value == Decimal("0.41")
    assert catalogue().at(KEY, date(2026, 11, 24)).version == done.before.version
    row = StoredValue.objects.get(key=KEY, valid_from=TODAY)
    assert row.created_by_label == "Mission Essai, Département d’essai"
    (line,) = JournalEntry.objects.all()
    assert (line.action, line.object_id, line.at) == ("reference.changed", KEY, NOW)
    assert line.facts == {"before": done.before.version, "after": done.after.version}


def test_a_refused_figure_leaves_no_trace(world: World):
    load_published(NOW)
    with pytest.raises(Refusal):
        change_reference(actor=world.actors["mission"], key=KEY, new=figure(low=Decimal("0.9")), now=NOW)
    with pytest.raises(Refusal):
        change_reference(actor=world.actors["mission"], key="unknown.key", new=figure(), now=NOW)
    assert not JournalEntry.objects.exists()
    assert not StoredValue.objects.filter(valid_from=TODAY, published=False).exists()


def test_a_past_result_keeps_the_version_it_used(world: World):
    load_published(NOW)
    lot = world.contract()
    usual = usual_choice("building")
    choice = SizingChoice(amount=Decimal(1200000), share=usual.share, rate=usual.rate, cost=usual.cost)
    study = keep_study(
        actor=world.actors["mission"], lot_id=lot.public_id, choice=choice, catalogue=catalogue(), now=NOW
    )
    kept = Study.objects.values().get(pk=study.pk)
    assert usual.share in str(kept), "the study names the figure it used"
    change_reference(actor=world.actors["mission"], key=usual.share, new=figure(), now=NOW)
    assert Study.objects.values().get(pk=study.pk) == kept
    again = keep_study(
        actor=world.actors["mission"], lot_id=lot.public_id, choice=choice, catalogue=catalogue(), now=NOW
    )
    assert again.hours != study.hours, "the next one uses the new figure"


def test_a_contact_changes_from_a_day_on_and_the_former_one_stays(world: World):
    load_territories(NOW)
    done = change_facilitator(actor=world.actors["mission"], number=4, new=CONTACT, now=NOW)
    assert done.before is not None
    held = FacilitatorContact.objects.filter(territory__number=4, replaced_at=None).order_by("valid_from")
    assert [row.person for row in held][-2:] == [done.before.person, "Ada Neuve"]
    (line,) = JournalEntry.objects.all()
    assert (line.action, line.object_id) == ("contact.changed", "4")
    assert set(line.facts["changed"]) == {"structure", "person", "phone", "email"}


def test_a_supposed_commune_is_confirmed_by_somebody(world: World):
    load_territories(NOW)
    waiting = [one for one in belongings(TODAY) if one.to_confirm and not one.commune.parent]
    assert len(waiting) == 23
    confirm_commune(
        actor=world.actors["mission"], code=SUPPOSED, number=9, valid_from=TODAY, source="Courrier", now=NOW
    )
    left = [one.commune.code for one in belongings(TODAY) if one.to_confirm and not one.commune.parent]
    assert len(left) == 22
    assert SUPPOSED not in left
    (line,) = JournalEntry.objects.all()
    assert (line.action, line.object_id, line.facts["after"]) == ("perimeter.confirmed", SUPPOSED, 9)
    assert Perimeter.objects.get(commune_id=SUPPOSED, valid_from=TODAY).confirmed_by_label.startswith("Mission Essai")

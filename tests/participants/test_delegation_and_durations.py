"""A prescriber who decides for a time; what a buyer counts; modalities that count for nothing; and a window that nobody shortens."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from levier.accounts.models import Membership, User
from levier.accounts.queries import actor_from, memberships_of
from levier.commitments.actions import assign_placement
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line
from levier.hours.verification import violations
from levier.participants.actions import decide_eligibility, place_person, refuse_eligibility, register_person
from levier.participants.buyer_windows import keep_buyer_window
from levier.participants.models import BuyerWindow, EligibilityDecision, Placement
from levier.participants.queries import decisions_visible_to, persons_visible_to
from levier.participants.values import ContractKind, DecisionProposal, Modality, NewPerson
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.participants.test_person_actions import JOB
from tests.reading import words
from tests.world import NOW, SECRET_CRITERION, TODAY, World, siret

pytestmark = pytest.mark.django_db
CATALOGUE = published_catalogue()
SAMIRA = NewPerson("Belkacem", "Samira", date(1998, 3, 4))
PROPOSAL = DecisionProposal(
    "RSA", date(2026, 11, 2), None, TODAY, ContractKind.CDD, date(2026, 12, 1), date(2029, 5, 31)
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def delegated(world: World) -> World:
    load_published(NOW)
    for name, organisation in (("delegate", "Mission locale d’essai"), ("other_delegate", "Cap emploi d’essai")):
        world.user(name, "prescriber", world.organisation(organisation, "prescriber"), world.territory(4))
        Membership.objects.filter(user=world.users[name]).update(valid_until=date(2027, 6, 30))
        world.actors[name] = actor_from(Membership.objects.get(user=world.users[name]))
    return world


def test_a_delegated_prescriber_opens_a_file_and_decides_but_places_nobody(delegated: World):
    actor = delegated.actors["delegate"]
    person = register_person(actor=actor, new=SAMIRA, catalogue=CATALOGUE, now=NOW)
    assert person.opened_for == delegated.organisations["Mission locale d’essai"]
    decision = decide_eligibility(
        actor=actor, person_id=person.public_id, proposal=PROPOSAL, catalogue=CATALOGUE, now=NOW
    )
    assert decision.decided_by_label == "Delegate Essai, Mission locale d’essai"
    with pytest.raises(NotForYou):
        place_person(actor=actor, person_id=person.public_id, proposal=JOB, catalogue=CATALOGUE, now=NOW)
    assert persons_visible_to(delegated.actors["near"]).filter(pk=person.pk).exists(), "the facilitator follows"
    assert delegated.client("delegate").get(reverse("placement-new", args=[person.public_id])).status_code == 404


def test_a_prescriber_reads_only_the_files_it_opened(delegated: World):
    theirs = delegated.person("Ailleurs", "Inès")
    delegated.placement(theirs)
    own = register_person(actor=delegated.actors["delegate"], new=SAMIRA, catalogue=CATALOGUE, now=NOW)
    client = delegated.client("delegate")
    page = words(client.get(reverse("people")))
    assert "Samira Belkacem" in page
    assert "Ailleurs" not in page
    assert client.get(reverse("person", args=[theirs.public_id])).status_code == 404
    assert delegated.client("other_delegate").get(reverse("person", args=[own.public_id])).status_code == 404
    assert not decisions_visible_to(delegated.actors["delegate"]).exists()
    with pytest.raises(NotForYou):
        decide_eligibility(
            actor=delegated.actors["delegate"],
            person_id=theirs.public_id,
            proposal=PROPOSAL,
            catalogue=CATALOGUE,
            now=NOW,
        )
    assert SECRET_CRITERION not in words(client.get(reverse("person", args=[own.public_id])))


def test_without_a_delegation_a_prescriber_decides_nothing(delegated: World):
    actor = delegated.actors["prescriber"]
    person = register_person(actor=delegated.actors["delegate"], new=SAMIRA, catalogue=CATALOGUE, now=NOW)
    for act in (
        lambda: decide_eligibility(
            actor=actor, person_id=person.public_id, proposal=PROPOSAL, catalogue=CATALOGUE, now=NOW
        ),
        lambda: refuse_eligibility(
            actor=actor, person_id=person.public_id, criterion="RSA", reason="withdrawn", now=NOW
        ),
    ):
        with pytest.raises(NotForYou):
            act()


FORM = {
    "role": "prescriber", "siret": siret(501), "organisation": "France Travail d’essai", "full_name": "Ada Neuve",
    "email": "ada@exemple.test", "until": "2027-06-30",
}  # fmt: skip


def test_the_facilitator_delegates_for_a_time_and_takes_it_back(delegated: World):
    client = delegated.client("near")
    page = words(client.post(reverse("partner-access"), FORM))
    assert "/bienvenue/" in page or "http" in page
    membership = Membership.objects.get(user__email="ada@exemple.test")
    assert (membership.territory.number, membership.valid_until) == (4, date(2027, 6, 30))
    assert membership.granted_by == delegated.users["near"]
    user = User.objects.get(email="ada@exemple.test")
    assert memberships_of(user.pk, today=date(2027, 6, 30))
    assert not memberships_of(user.pk, today=date(2027, 7, 1)), "the delegation is over"
    assert actor_from(membership).territory_numbers == (4,)
    address = reverse("partner-end", args=[membership.public_id])
    for who in ("far", "company", "mission", "delegate"):
        assert delegated.client(who).post(address).status_code == 404, who
    assert client.post(address).status_code == 303
    assert not memberships_of(user.pk, today=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"until": ""}, "until"), ({"until": "2028-06-30"}, "until"), ({"until": "2026-11-25"}, "until"),
     ({"siret": "123"}, "siret"), ({"email": "ada"}, "email"), ({"role": ""}, "role"), ({"organisation": ""}, "organisation")],
)  # fmt: skip
def test_a_delegation_that_cannot_be(delegated: World, change: dict[str, str], field: str):
    response = delegated.client("near").post(reverse("partner-access"), FORM | change)
    assert response.status_code == 422
    assert f'href="#f-{field}"' in words(response)
    assert not User.objects.filter(full_name="Ada Neuve").exists()


def test_a_buyers_own_duration_replaces_the_departments_and_stays_with_the_decision(delegated: World):
    buyer = delegated.organisation("Commune d’ailleurs", "buyer")
    mission, near = delegated.actors["mission"], delegated.actors["near"]
    keep_buyer_window(
        actor=mission,
        buyer_id=buyer.public_id,
        kind=ContractKind.CDD,
        months=12,
        valid_from=date(2026, 1, 1),
        source="CCAP type",
        now=NOW,
    )
    person = register_person(actor=near, new=SAMIRA, catalogue=CATALOGUE, now=NOW)
    proposal = replace(PROPOSAL, buyer_id=buyer.public_id)
    decision = decide_eligibility(
        actor=near, person_id=person.public_id, proposal=proposal, catalogue=CATALOGUE, now=NOW
    )
    assert decision.valid_until == date(2027, 11, 30), "twelve months from the hire"
    assert f"eligibility.buyer.{buyer.siret}.cdd@2026-01-01" in decision.rule_version
    keep_buyer_window(
        actor=mission,
        buyer_id=buyer.public_id,
        kind=ContractKind.CDD,
        months=6,
        valid_from=date(2026, 6, 1),
        source="CCAP type",
        now=NOW,
    )
    decision.refresh_from_db()
    assert decision.valid_until == date(2027, 11, 30), "frozen at decision"
    other = register_person(
        actor=near, new=NewPerson("Zouari", "Karim", date(1990, 1, 1)), catalogue=CATALOGUE, now=NOW
    )
    without = decide_eligibility(actor=near, person_id=other.public_id, proposal=PROPOSAL, catalogue=CATALOGUE, now=NOW)
    assert without.valid_until == date(2028, 11, 30), "24 months without a buyer's own duration"
    for who in ("near", "buyer", "company"):
        with pytest.raises(NotForYou):
            keep_buyer_window(
                actor=delegated.actors[who], buyer_id=buyer.public_id, kind=ContractKind.CDD, months=6,
                valid_from=TODAY, source="x", now=NOW,
            )  # fmt: skip
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        BuyerWindow.objects.update(months=24)


def test_the_mission_types_a_duration(delegated: World):
    buyer = delegated.organisation("Commune d’ailleurs", "buyer")
    form = {
        "buyer": buyer.public_id,
        "kind": "cdd",
        "months": "18",
        "valid_from": "2026-01-01",
        "source": "Délibération du 12 mai",
    }
    client = delegated.client("mission")
    assert client.post(reverse("buyer-durations"), form | {"source": " "}).status_code == 422
    assert client.post(reverse("buyer-durations"), form | {"months": "0"}).status_code == 422
    assert client.post(reverse("buyer-durations"), form).status_code == 303
    assert "Délibération du 12 mai" in words(client.get(reverse("buyer-durations")))
    person = register_person(actor=delegated.actors["near"], new=SAMIRA, catalogue=CATALOGUE, now=NOW)
    assert "Commune d’ailleurs" in words(
        delegated.client("near").get(reverse("eligibility-new", args=[person.public_id]))
    )


def test_tutoring_is_recorded_and_draws_on_no_commitment(delegated: World):
    near = delegated.actors["near"]
    commitment = delegated.commitment(delegated.contract())
    person = register_person(actor=near, new=SAMIRA, catalogue=CATALOGUE, now=NOW)
    decide_eligibility(actor=near, person_id=person.public_id, proposal=PROPOSAL, catalogue=CATALOGUE, now=NOW)
    proposal = replace(JOB, modality=Modality.TUTORING, weekly_hours=Decimal("2.00"))
    placement = place_person(actor=near, person_id=person.public_id, proposal=proposal, catalogue=CATALOGUE, now=NOW)
    with pytest.raises(Refusal, match="ne comptent pas"):
        assign_placement(
            actor=near,
            commitment_id=commitment.public_id,
            placement_id=placement.public_id,
            since=placement.starts_on,
            now=NOW,
        )
    assert Placement.objects.get().modality == "tutoring"


def test_abuse_a_window_shortened_after_validation_is_refused(delegated: World):
    commitment = delegated.commitment(delegated.contract())
    placement = delegated.placement(delegated.person(), commitment)
    line = delegated.sent_line(commitment, placement)
    accept_line(actor=delegated.actors["near"], line_public_id=line.public_id, now=NOW, values=CATALOGUE)
    decision = EligibilityDecision.objects.get()
    for change in ({"valid_until": date(2026, 6, 30)}, {"valid_from": date(2026, 11, 1)}, {"granted": False}):
        with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
            EligibilityDecision.objects.filter(pk=decision.pk).update(**change)
    assert violations() == ()

"""From the award to the company's space: invitations with their states, the kick-off, the plan of ways."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from levier.accounts.letters import letters_of
from levier.accounts.links import ask_for_link
from levier.accounts.models import AccessInvitation, Membership
from levier.accounts.rules import InvitationFacts, invitation_state
from levier.accounts.values import InvitationState as State
from levier.audit.models import JournalEntry
from levier.foundation.explanation import NoAnswer
from levier.foundation.objections import NotForYou, Refusal
from levier.notifications.models import Message
from levier.onboarding import rules
from levier.onboarding.actions import (
    hours_left,
    invite_again,
    invite_from_award,
    keep_kick_off,
    keep_plan,
    withdraw_invitation,
)
from levier.onboarding.models import ActionPlan, KickOff
from levier.onboarding.queries import facilitators_of, first_steps, kick_offs_of, known_company, plans_of
from levier.onboarding.values import Part, Proof, Way
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.world import NOW, TODAY, World, links_sent_to

LONG = "quatre mots sans lien"
VALUES = published_catalogue()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, State.WAITING),
        ({"given_up": True}, State.UNDELIVERED),
        ({"sent_at": NOW}, State.SENT),
        ({"sent_at": NOW, "opened_at": NOW}, State.OPENED),
        ({"sent_at": NOW, "opened_at": NOW, "accepted_at": NOW}, State.ACCEPTED),
        ({"sent_at": NOW, "withdrawn_at": NOW}, State.WITHDRAWN),
        ({"sent_at": NOW, "opened_at": NOW, "expires_at": NOW}, State.EXPIRED),
        ({"accepted_at": NOW, "expires_at": NOW - HOUR}, State.ACCEPTED),
    ],
)
def test_where_an_invitation_stands(facts, state):
    empty = dict.fromkeys(("sent_at", "opened_at", "accepted_at", "withdrawn_at")) | {"given_up": False}
    assert invitation_state(InvitationFacts(**(empty | {"expires_at": NOW + HOUR} | facts)), NOW) is state


@given(
    st.lists(st.tuples(st.sampled_from(list(Way)), st.decimals(1, 5000, places=2)), min_size=1, max_size=4),
    st.integers(0, 800),
)
def test_a_plan_adds_up_and_its_people_are_enough(parts, days):
    """Nothing is lost between the parts and the whole; the people found can do the hours, one fewer could not."""
    given_parts = [Part(way, hours) for way, hours in parts]
    plan = rules.plan(given_parts, decided_on=TODAY, ends_on=TODAY + timedelta(days=days), catalogue=VALUES).result
    assert plan.hours == sum(hours for _, hours in parts)
    assert plan.cost_low <= plan.cost_high
    for line in plan.lines:
        room = max(0, (TODAY + timedelta(days=days) - line.first_day).days + 1) * line.week_hours / 7
        if line.people is None:
            assert room == 0
        else:
            assert line.people * room >= line.hours * Decimal("0.9999")
            assert (line.people - 1) * room < line.hours


def test_a_plan_of_nothing_has_no_answer():
    with pytest.raises(NoAnswer):
        rules.plan([], decided_on=TODAY, ends_on=TODAY, catalogue=VALUES)


pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(world: World, monkeypatch):
    load_published(NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return world.commitment(world.contract(), due="833.00")


def invite(world: World, commitment, who: str = "near", **more):
    told = {"full_name": "Ana Chantier", "email": "ana@exemple.test", "phone": "06 11 22 33 44"} | more
    return invite_from_award(
        actor=world.actors[who], commitment_id=commitment.public_id, catalogue=VALUES, now=clock.now(), **told
    )


def state(membership: Membership) -> State:
    return letters_of([membership], clock.now())[membership.pk].state


def test_the_letter_says_who_which_contract_how_many_hours_by_when_and_whom_to_call(world, owed):
    invite(world, owed)
    message = Message.objects.get()
    plain = message.body.replace("\u00a0", " ").replace("\u202f", " ")
    for said in (
        "Near Essai",
        "2026-0147",
        "833 h",
        "28 février 2027",
        "Facilitatrice 4",
        "04 00 00 00 00",
        "9 décembre 2026",
    ):
        assert said in plain, said
    assert len(plain.split()) < 120, "short"
    assert "/invitation/" not in plain
    assert links_sent_to("ana@exemple.test")[0].startswith("/invitation/")


@pytest.mark.parametrize("who", ["far", "buyer", "company", "rival"])
def test_others_invite_nobody(world, owed, who):
    with pytest.raises(NotForYou):
        invite(world, owed, who)
    assert not Message.objects.exists()


def test_sent_opened_accepted(world, owed):
    made = invite(world, owed).membership
    assert state(made) is State.WAITING
    address = links_sent_to("ana@exemple.test")[0]
    assert state(made) is State.SENT
    page = Client().get(address).content.decode()
    assert "833" in page
    assert "04\u00a000\u00a000\u00a000\u00a000" in page
    assert state(made) is State.OPENED
    client = Client()
    weak = client.post(address, {"do": "password", "password": "court", "again": "court"})
    assert weak.status_code == 422
    assert state(made) is State.OPENED, "a refusal uses nothing up"
    assert client.post(address, {"do": "password", "password": LONG, "again": LONG}).status_code == 302
    assert state(made) is State.ACCEPTED
    assert client.get("/mon-entreprise/").status_code == 200
    for answer in (Client().get(address), Client().post(address, {"do": "without"})):
        assert answer.status_code == 410


def test_without_a_password_one_declares_and_nothing_else(world, owed):
    invite(world, owed)
    address = links_sent_to("ana@exemple.test")[0]
    client = Client()
    assert client.post(address, {"do": "without"}).headers["Location"] == "/declarations/"
    assert client.get("/declarations/").status_code == 200
    assert client.get("/mon-entreprise/").headers["Location"].startswith("/connexion/")


def test_somebody_with_a_password_keeps_it_and_is_not_signed_in(world, owed):
    rival = world.users["rival"]
    rival.set_password(LONG)
    rival.save()
    invite(world, owed, email="rival@exemple.test")
    address = links_sent_to("rival@exemple.test")[0]
    client = Client()
    answer = client.post(address, {"do": "password", "password": "un tout autre mot", "again": "un tout autre mot"})
    assert answer.headers["Location"] == "/connexion/"
    rival.refresh_from_db()
    assert rival.check_password(LONG)
    assert "_auth_user_id" not in client.session


def test_sent_again_the_first_link_is_dead(world, owed):
    contact = invite(world, owed).membership
    first = links_sent_to("ana@exemple.test")[0]
    invite_again(
        actor=world.actors["near"],
        commitment_id=owed.public_id,
        contact_id=contact.public_id,
        catalogue=VALUES,
        now=NOW + HOUR,
    )
    second = links_sent_to("ana@exemple.test")
    assert Client().get(first).status_code == 410
    assert not second, "it is not due before the clock has moved"
    clock_later = NOW + HOUR
    assert AccessInvitation.objects.filter(withdrawn_at=clock_later).count() == 1


def test_withdrawn_the_link_is_dead_and_the_person_no_contact(world, owed):
    contact = invite(world, owed).membership
    address = links_sent_to("ana@exemple.test")[0]
    withdraw_invitation(
        actor=world.actors["mission"], commitment_id=owed.public_id, contact_id=contact.public_id, now=NOW
    )
    assert Client().get(address).status_code == 410
    contact.refresh_from_db()
    assert contact.withdrawn_at == NOW
    assert JournalEntry.objects.filter(action="invitation.withdrawn", thread=owed.lot.contract.public_id).exists()


def test_one_who_came_in_is_neither_withdrawn_nor_invited_again(world, owed):
    contact = invite(world, owed).membership
    Client().post(links_sent_to("ana@exemple.test")[0], {"do": "password", "password": LONG, "again": LONG})
    told = {"actor": world.actors["near"], "commitment_id": owed.public_id, "contact_id": contact.public_id, "now": NOW}
    with pytest.raises(Refusal, match="déjà"):
        withdraw_invitation(**told)
    with pytest.raises(Refusal, match="déjà"):
        invite_again(**told, catalogue=VALUES)


def test_a_contact_who_has_an_account_is_not_invited_then_withdrawn(world, owed):
    """Otherwise a facilitator could take a company's administrator out."""
    company = world.users["company"]
    company.set_password(LONG)
    company.save()
    with pytest.raises(Refusal, match="déjà"):
        invite(world, owed, email="COMPANY@exemple.test ")
    assert Membership.objects.get(user=company).withdrawn_at is None


def test_one_who_declared_by_a_link_is_not_withdrawn(world, owed):
    contact = invite(world, owed).membership
    ask_for_link(email="ana@exemple.test", address="", life=HOUR, now=NOW)
    link = next(one for one in links_sent_to("ana@exemple.test") if one.startswith("/declarer/"))
    Client().post(link)
    with pytest.raises(Refusal, match="déjà"):
        withdraw_invitation(
            actor=world.actors["near"], commitment_id=owed.public_id, contact_id=contact.public_id, now=NOW
        )


def test_the_company_sends_again_to_its_own_contact_only(world, owed):
    contact = invite(world, owed).membership
    assert world.client("company").post(f"/mon-entreprise/contacts/{contact.public_id}/renvoyer/").status_code == 303
    assert AccessInvitation.objects.filter(membership=contact).count() == 2
    assert world.client("rival").post(f"/mon-entreprise/contacts/{contact.public_id}/renvoyer/").status_code == 404


def test_an_invitation_of_another_company_is_unknown(world, owed):
    other = world.commitment(world.contract("AUTRE", holder="Rival Essai"), holder="Rival Essai")
    contact = invite(world, other).membership
    with pytest.raises(NotForYou):
        withdraw_invitation(
            actor=world.actors["near"], commitment_id=owed.public_id, contact_id=contact.public_id, now=NOW
        )


def test_an_expired_invitation_says_so(world, owed, monkeypatch):
    contact = invite(world, owed).membership
    address = links_sent_to("ana@exemple.test")[0]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=14))
    assert Client().get(address).status_code == 410
    assert state(contact) is State.EXPIRED


def test_what_is_known_of_a_siret(world, owed):
    known = known_company(world.actors["near"], owed.holder.siret)
    assert (known.name, [one.pk for one in known.commitments]) == ("Bâti Essai", [owed.pk])
    assert known_company(world.actors["far"], owed.holder.siret).commitments == (), (
        "commitments stay in their territory"
    )
    nothing = known_company(world.actors["near"], "00000000000000")
    assert (nothing.name, nothing.sources) == ("", ())


def keep(
    world: World, commitment, who: str = "company", *, hours: str = "800", owner: Membership | None = None, **more
):
    owner = owner or Membership.objects.get(user=world.users["company"])
    return keep_plan(
        actor=world.actors[who], commitment_id=commitment.public_id, parts=[Part(Way.SUPPLY, Decimal(hours))],
        decided_on=more.pop("decided_on", TODAY), owner_id=owner.public_id, note="", catalogue=VALUES, now=NOW,
    )  # fmt: skip


def test_the_plan_that_holds_is_the_latest_and_the_first_stays(world, owed):
    keep(world, owed, hours="100")
    latest = keep(world, owed, hours="800")
    assert plans_of(world.actors["near"], [owed.pk])[owed.pk].pk == latest.pk
    assert ActionPlan.objects.count() == 2
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        ActionPlan.objects.update(note="autre")
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        ActionPlan.objects.all().delete()


@pytest.mark.parametrize("who", ["buyer", "rival", "far"])
def test_others_choose_no_way(world, owed, who):
    with pytest.raises(NotForYou):
        keep(world, owed, who)


def test_more_hours_than_are_left_are_refused(world, owed):
    assert hours_left(owed, TODAY) == Decimal(833)
    with pytest.raises(Refusal, match="833"):
        keep(world, owed, hours="834")
    with pytest.raises(Refusal, match="terminé"):
        keep(world, owed, decided_on=date(2028, 1, 1))


def test_the_owner_is_a_contact_of_the_holder(world, owed):
    with pytest.raises(NotForYou):
        keep(world, owed, owner=Membership.objects.get(user=world.users["rival"]))


def test_a_kick_off_says_the_day_and_the_proofs(world, owed):
    told = {
        "actor": world.actors["near"],
        "commitment_id": owed.public_id,
        "attendees": "Ana, facilitatrice",
        "note": "",
        "now": NOW,
    }
    keep_kick_off(**told, held_on=TODAY, proofs=[Proof.TIMESHEET, Proof.CONTRACT])
    assert kick_offs_of(world.actors["company"], [owed.pk])[owed.pk].proofs == ["contract", "timesheet"]
    for wrong in ({"held_on": None, "proofs": [Proof.CONTRACT]}, {"held_on": TODAY, "proofs": []}):
        with pytest.raises(Refusal):
            keep_kick_off(**told, **wrong)
    for who in ("far", "company", "buyer"):
        with pytest.raises(NotForYou):
            keep_kick_off(**(told | {"actor": world.actors[who]}), held_on=TODAY, proofs=[Proof.CONTRACT])
    assert KickOff.objects.count() == 1


def test_the_three_first_things(world, owed):
    steps = first_steps(world.actors["company"], TODAY)
    assert steps is not None
    assert steps.left == 3
    keep(world, owed)
    assert first_steps(world.actors["company"], TODAY).left == 2
    assert first_steps(world.actors["rival"], TODAY) is None
    page = world.client("company").get("/a-faire/").content.decode()
    assert "trois choses" in page


def test_every_page_of_a_company_names_its_facilitator_with_a_phone(world, owed, django_assert_num_queries):
    away = world.commitment(world.contract("LOIN", territory=5), territory=5)
    with django_assert_num_queries(1):
        both = facilitators_of(world.actors["company"], TODAY)
    assert [one.territory for one in both] == [4, 5]
    shown = facilitators_of(world.actors["company"], TODAY, commitment_id=away.public_id)
    assert [one.territory for one in shown] == [5], "on the page of a commitment, the one of its territory"
    client = world.client("company")
    for address in ("/a-faire/", "/declarations/", "/marches/", "/mon-entreprise/", "/compte/", "/", "/attestations/"):
        page = client.get(address, follow=True).content.decode()
        assert 'class="callbar"' in page, address
        assert "Facilitatrice 4" in page, address
        assert "04\u00a000\u00a000\u00a000\u00a000" in page, address
    page = client.get(f"/engagements/{away.public_id}/voies/").content.decode()
    bar = page.partition('class="callbar"')[2].partition("</aside>")[0]
    assert "Facilitatrice 5" in bar
    assert "Facilitatrice 4" not in bar
    assert 'class="callbar"' not in world.client("near").get("/a-faire/").content.decode()


def test_the_plan_as_a_pdf(world, owed):
    keep(world, owed)
    answer = world.client("company").get(f"/engagements/{owed.public_id}/voies/plan.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-1.")
    import pypdfium2

    text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(answer.content)).replace(
        "\u00a0", " "
    )
    for said in ("Plan d’action", "2026-0147", "833 h", "ETTI", "Company Essai", "Facilitatrice 4", "non vérifiés"):
        assert said in text, said

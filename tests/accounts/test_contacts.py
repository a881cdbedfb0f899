"""A company keeps its own contacts: who may, what is refused, what stays."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.accounts.contacts import add_contact, change_contact, remove_contact
from levier.accounts.models import Membership
from levier.accounts.queries import actor_from, contacts_of, former_contacts_of, memberships_of
from levier.accounts.rules import keeps_an_administrator
from levier.accounts.values import Actor, Duty
from levier.audit.models import JournalEntry
from levier.foundation.objections import NotForYou, Refusal
from levier.notifications.models import Message
from levier.onboarding.actions import contact_letter
from tests.world import NOW, TODAY, World

ALL = [duty.value for duty in Duty]


@given(st.lists(st.sets(st.sampled_from(ALL), min_size=1), max_size=6), st.sets(st.sampled_from(ALL)))
def test_somebody_always_administers_after_what_is_allowed(others, kept):
    after = [*others, kept]
    assert keeps_an_administrator(others, kept) == any(Duty.ADMINISTER in duties for duties in after)


pytestmark = pytest.mark.django_db


def add(
    world: World,
    who: str = "company",
    *,
    email: str = "site@exemple.test",
    duties: tuple[Duty, ...] = (Duty.SITE,),
    **more,
):
    actor = more.pop("actor", None) or world.actors[who]
    told = {"full_name": "Chef de Chantier", "phone": "06 00 00 00 00", **more}
    return add_contact(
        actor=actor, email=email, duties=duties, write=contact_letter(actor, "Chef de Chantier", "Bâti Essai"), days=14, now=NOW, **told
    )  # fmt: skip


def change(world: World, contact: Membership, *, duties: tuple[Duty, ...], who: str = "company", phone: str = ""):
    actor = world.actors[who]
    return change_contact(
        actor=actor, contact_id=contact.public_id, full_name=contact.name, phone=phone, duties=duties,
        write=contact_letter(actor, contact.name, "Bâti Essai"), days=14, now=NOW,
    )  # fmt: skip


def own(world: World) -> Membership:
    return Membership.objects.get(user=world.users["company"])


def test_a_contact_on_site_opens_nothing_and_receives_nothing(world):
    made = add(world)
    assert made.name == "Chef de Chantier"
    assert memberships_of(made.user_id, today=TODAY) == []
    assert not Message.objects.exists()
    assert JournalEntry.objects.filter(action="account.invited", facts__duties=["site"]).count() == 1


def test_who_declares_receives_a_letter(world):
    add(world, duties=(Duty.DECLARE,))
    message = Message.objects.get()
    assert message.recipient == "site@exemple.test"
    assert "/invitation/" not in message.body


def test_one_who_only_declares_does_not_administer(world):
    made = add(world, duties=(Duty.DECLARE,))
    declarant = actor_from(made)
    assert not declarant.administers
    with pytest.raises(NotForYou):
        add(world, actor=declarant, email="autre@exemple.test")
    with pytest.raises(NotForYou):
        remove_contact(actor=declarant, contact_id=own(world).public_id, now=NOW)


@pytest.mark.parametrize("who", ["rival", "near", "mission", "buyer"])
def test_nobody_else_changes_them(world, who):
    contact = add(world)
    with pytest.raises(NotForYou):
        change(world, contact, duties=(Duty.SIGN,), who=who)
    with pytest.raises(NotForYou):
        remove_contact(actor=world.actors[who], contact_id=contact.public_id, now=NOW)
    assert Membership.objects.get(pk=contact.pk).withdrawn_at is None


def test_a_session_by_link_changes_nothing(world):
    from dataclasses import replace

    limited: Actor = replace(world.actors["company"], by_link=True)
    with pytest.raises(NotForYou):
        add(world, actor=limited)


def test_the_last_who_administers_stays(world):
    me = own(world)
    with pytest.raises(Refusal, match="dernière"):
        remove_contact(actor=world.actors["company"], contact_id=me.public_id, now=NOW)
    with pytest.raises(Refusal, match="dernière"):
        change(world, me, duties=(Duty.DECLARE,))
    second = add(world, duties=(Duty.ADMINISTER,))
    remove_contact(actor=world.actors["company"], contact_id=me.public_id, now=NOW)
    assert [one.pk for one in contacts_of(me.organisation_id, today=TODAY)] == [second.pk]


def test_removal_ends_the_access_now_and_keeps_the_row(world):
    made = add(world, duties=(Duty.DECLARE,))
    remove_contact(actor=world.actors["company"], contact_id=made.public_id, now=NOW)
    assert memberships_of(made.user_id, today=TODAY) == []
    assert [one.name for one in former_contacts_of(made.organisation_id)] == ["Chef de Chantier"]
    assert JournalEntry.objects.get(action="contact.removed").facts["name"] == "Chef de Chantier"
    again = add(world, duties=(Duty.DECLARE,))
    assert again.pk != made.pk, "somebody who comes back is another row: the dates of the first stay"


def test_a_change_is_journaled_with_before_and_after(world):
    contact = add(world)
    change(world, contact, duties=(Duty.SITE, Duty.SIGN), phone="04 11 22 33 44")
    entry = JournalEntry.objects.get(action="contact.changed")
    assert entry.facts["before"]["duties"] == ["site"]
    assert entry.facts["after"] == {"name": "Chef de Chantier", "phone": "04 11 22 33 44", "duties": ["sign", "site"]}
    change(world, contact, duties=(Duty.SITE, Duty.SIGN), phone="04 11 22 33 44")
    assert JournalEntry.objects.filter(action="contact.changed").count() == 1, "nothing changed, nothing told"


@pytest.mark.parametrize(
    "wrong", [{"phone": "12"}, {"full_name": "X"}, {"email": "rien"}, {"duties": ()}, {"email": "company@exemple.test"}]
)
def test_what_is_refused_writes_nothing(world, wrong):
    before = Membership.objects.count()
    with pytest.raises(Refusal):
        add(world, **wrong)
    assert Membership.objects.count() == before


def test_a_name_typed_by_the_company_never_shows_another_accounts_name(world):
    """Adding the mission's own address must not tell the company who is behind it."""
    made = add(world, email="mission@exemple.test", duties=(Duty.SIGN,), full_name="Nom Tapé")
    assert made.name == "Nom Tapé"


def test_an_old_withdrawal_is_not_brought_back_by_time(world):
    made = add(world, duties=(Duty.DECLARE,))
    remove_contact(actor=world.actors["company"], contact_id=made.public_id, now=NOW)
    assert memberships_of(made.user_id, today=TODAY + timedelta(days=400)) == []

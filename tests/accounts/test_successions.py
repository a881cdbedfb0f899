"""An establishment closes, another goes on: access follows, history stays."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from levier.accounts.contacts import add_contact, remove_contact
from levier.accounts.models import Membership, Succession
from levier.accounts.queries import actor_from, contacts_of, memberships_of
from levier.accounts.successions import record_succession
from levier.accounts.values import Duty
from levier.commitments.queries import commitment_for
from levier.foundation.objections import NotForYou, Refusal
from levier.onboarding.actions import contact_letter
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db


def succeed(
    world: World, who: str = "mission", closed: str = "Bâti Essai", successor: str = "Rival Essai", **more
) -> Succession:
    told = {"since": date(2026, 11, 2), "reason": "Fusion-absorption"} | more
    return record_succession(
        actor=world.actors[who], closed=world.organisation(closed), siret=world.organisation(successor).siret, name="", now=NOW, **told
    )  # fmt: skip


def acting(world: World, name: str, organisation: str):
    """The person under the role that they hold for that establishment; None where they hold none."""
    held = memberships_of(world.users[name].pk, today=TODAY)
    return next((actor_from(one) for one in held if one.organisation.name == organisation), None)


def test_access_follows_and_what_was_stays(world):
    commitment = world.commitment(world.contract())
    assert acting(world, "rival", "Bâti Essai") is None
    succeed(world)
    taken = acting(world, "rival", "Bâti Essai")
    assert commitment_for(taken, commitment.public_id).holder.name == "Bâti Essai", "the commitment stays its holder's"
    assert acting(world, "company", "Rival Essai") is not None
    first = Membership.objects.get(user=world.users["company"], organisation__name="Bâti Essai")
    assert (first.valid_from, first.withdrawn_at) == (date(2023, 1, 1), None)
    with pytest.raises(NotForYou):
        commitment_for(world.actors["rival"], commitment.public_id)


def test_a_contact_added_or_removed_later_follows(world):
    succeed(world)
    rival = world.actors["rival"]
    added = add_contact(
        actor=rival, full_name="Nouvelle Personne", email="nouvelle@exemple.test", phone="", duties=[Duty.DECLARE],
        write=contact_letter(rival, "x", "x"), days=14, now=NOW,
    )  # fmt: skip
    old = world.organisation("Bâti Essai").pk
    assert added.user_id in {one.user_id for one in contacts_of(old, today=TODAY)}
    remove_contact(actor=rival, contact_id=added.public_id, now=NOW)
    assert added.user_id not in {one.user_id for one in contacts_of(old, today=TODAY)}


@pytest.mark.parametrize("who", ["near", "buyer", "company", "rival"])
def test_only_the_mission_says_so(world, who):
    with pytest.raises(NotForYou):
        succeed(world, who)
    assert acting(world, "rival", "Bâti Essai") is None


def test_no_circle_no_second_and_no_rewriting(world):
    world.organisation("Troisième", "company")
    succeed(world)
    succeed(world, closed="Rival Essai", successor="Troisième")
    for closed, successor in (("Troisième", "Bâti Essai"), ("Bâti Essai", "Troisième"), ("Troisième", "Troisième")):
        with pytest.raises(Refusal):
            succeed(world, closed=closed, successor=successor)
    with pytest.raises(Refusal):
        succeed(world, closed="Troisième", successor="Commune d’ailleurs", reason=" ")
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Succession.objects.update(reason="autre")


def test_the_page_of_the_mission(world):
    commitment = world.commitment(world.contract())
    address = f"/engagements/{commitment.public_id}/reprise/"
    client = world.client("mission")
    wrong = client.post(address, {"siret": "123", "since": "2026-11-02", "reason": "Fusion"})
    assert wrong.status_code == 422
    assert 'value="Fusion"' in wrong.content.decode()
    siret = world.organisation("Rival Essai").siret
    assert client.post(address, {"siret": siret, "since": "2026-11-02", "reason": "Fusion"}).status_code == 303
    assert "Rival Essai" in client.get(address).content.decode()
    assert world.client("near").get(address).status_code == 404

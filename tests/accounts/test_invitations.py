"""Opening an access: by those who may, with a link that works once."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from levier.accounts.invitations import choose_password, invite, invited
from levier.accounts.models import Membership, User
from levier.accounts.values import Role
from levier.foundation.objections import NotForYou, Refusal
from tests.world import NOW

pytestmark = pytest.mark.django_db
LONG = "quatre mots sans lien"


def ask(world, name="mission", email="nouvelle@exemple.test", full_name="Nouvelle Personne", role=Role.COMPANY):
    return invite(
        actor=world.actors[name],
        organisation=world.organisation("Bâti Essai"),
        role=role,
        email=email,
        full_name=full_name,
        now=NOW,
    )


def test_the_mission_opens_an_access_that_works_once(world):
    made = ask(world)
    assert invited(made.user.public_id, made.token) == made.user
    choose_password(user=made.user, password=LONG, again=LONG, now=NOW)
    assert invited(made.user.public_id, made.token) is None
    assert Client().login(email="nouvelle@exemple.test", password=LONG)


@pytest.mark.parametrize("name", ["buyer", "rival"])
def test_others_may_not(world, name):
    with pytest.raises(NotForYou):
        ask(world, name)


def test_nobody_in_the_application_can_make_a_colleague(world):
    with pytest.raises(NotForYou):
        ask(world, role=Role.MISSION)


def test_asked_twice_it_is_done_once(world):
    assert ask(world).user == ask(world, email="NOUVELLE@exemple.test").user
    assert Membership.objects.filter(user__email="nouvelle@exemple.test").count() == 1


def test_a_person_with_an_account_gets_no_link_to_it(world):
    made = ask(world)
    choose_password(user=made.user, password=LONG, again=LONG, now=NOW)
    assert not ask(world).token, "whoever invites must not be able to take an account over"


@pytest.mark.parametrize(("email", "full_name"), [("pas-une-adresse", "Une Personne"), ("a@exemple.test", "X")])
def test_what_cannot_be_reached_is_refused(world, email, full_name):
    with pytest.raises(Refusal):
        ask(world, email=email, full_name=full_name)
    assert not User.objects.filter(email=email).exists()


@pytest.mark.parametrize(("password", "again"), [("court", "court"), (LONG, LONG + "!")])
def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays(world, password, again):
    made = ask(world)
    with pytest.raises(Refusal):
        choose_password(user=made.user, password=password, again=again, now=NOW)
    assert invited(made.user.public_id, made.token) == made.user


def test_an_old_link_says_that_it_is_over(world, monkeypatch):
    made = ask(world)
    client = Client()
    address = f"/bienvenue/{made.user.public_id}/{made.token}/"
    assert client.get(address).status_code == 200
    later = datetime.now() + timedelta(days=8)  # noqa: DTZ005 - the generator reads the naive clock
    monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self: later)
    response = client.get(address)
    assert response.status_code == 410
    assert "Ce lien ne sert plus" in response.content.decode()

"""Signing in, out, and the choices of the account page."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from levier.accounts.models import Membership, SignInAttempt, User
from levier.audit.models import JournalEntry
from levier.web import account, clock
from tests.world import NOW, small_world

PASSWORD = "un-mot-de-passe-d’essai"


@pytest.fixture
def world(db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = small_world()
    for user in made.users.values():
        user.set_password(PASSWORD)
        user.save()
    return made


def enter(email, password=PASSWORD, **more):
    client = Client()
    return client, client.post("/connexion/", {"email": email, "password": password, **more})


def test_the_right_password_opens_the_page_first_asked_for(world):
    client, answer = enter("company@exemple.test", next="/compte/")
    assert answer.headers["Location"] == "/compte/"
    page = client.get("/compte/").content.decode()
    assert "company@exemple.test" in page
    assert "Rôle actuel" in page


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_no_address_of_elsewhere_is_followed(world, elsewhere):
    _, answer = enter("company@exemple.test", next=elsewhere)
    assert "ailleurs" not in answer.headers["Location"]
    assert "javascript" not in answer.headers["Location"]


def test_an_unknown_account_and_a_wrong_password_hear_the_same(world):
    answers = [enter(*pair)[1] for pair in (("company@exemple.test", "faux"), ("inconnu@exemple.test", "faux"))]
    assert {answer.status_code for answer in answers} == {422}
    pages = [
        a.content.decode().replace("company@exemple.test", "").replace("inconnu@exemple.test", "") for a in answers
    ]
    assert all(account.REFUSED in page for page in pages)
    assert len({len(page) for page in pages}) == 1


def test_guessing_is_slowed_and_the_owner_elsewhere_is_not(world, monkeypatch):
    for _ in range(5):
        enter("company@exemple.test", "faux")
    _, slowed = enter("company@exemple.test")
    assert "Trop d’essais" in slowed.content.decode()
    owner = Client(REMOTE_ADDR="203.0.113.9")
    assert owner.post("/connexion/", {"email": "company@exemple.test", "password": PASSWORD}).status_code == 302
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
    assert enter("company@exemple.test")[1].status_code == 302
    assert not SignInAttempt.objects.filter(address_prefix="127.0.0.0/24", accepted=False).exists()


def test_attempts_keep_neither_e_mail_nor_address(world):
    enter("company@exemple.test", "faux")
    row = SignInAttempt.objects.get()
    assert b"company" not in bytes(row.email_digest)
    assert row.address_prefix == "127.0.0.0/24"


def test_an_account_without_role_is_told_so(world):
    Membership.objects.filter(user=world.users["company"]).update(valid_until=NOW.date() - timedelta(days=1))
    assert account.NO_ROLE in enter("company@exemple.test")[1].content.decode()


def test_signing_out_needs_a_post_and_closes_the_session(world):
    client, _ = enter("company@exemple.test")
    assert client.get("/deconnexion/").status_code == 405
    client.post("/deconnexion/")
    assert client.get("/compte/").status_code == 302


def test_a_role_of_someone_else_is_not_taken(world):
    client, _ = enter("company@exemple.test")
    other = Membership.objects.get(user=world.users["mission"])
    client.post("/compte/role/", {"membership": other.public_id})
    assert client.session.get("membership") != other.public_id


def test_a_person_with_two_roles_changes_role(world):
    mine = Membership.objects.get(user=world.users["company"])
    second = Membership.objects.create(
        user=mine.user, organisation=mine.organisation, role="buyer", valid_from=mine.valid_from
    )
    client, _ = enter("company@exemple.test")
    client.post("/compte/role/", {"membership": second.public_id})
    assert "Acheteur" in client.get("/compte/").content.decode()


def test_single_letter_shortcuts_are_switched_off_and_it_is_journaled(world):
    client, _ = enter("near@exemple.test")
    assert 'data-keys="on"' in client.get("/compte/").content.decode()
    client.post("/compte/clavier/", {"on": "0"})
    assert 'data-keys="off"' in client.get("/compte/").content.decode()
    assert User.objects.get(email="near@exemple.test").single_key_shortcuts is False
    assert JournalEntry.objects.filter(action="account.shortcuts").count() == 1


def test_accounts_are_listed_in_the_demonstration_only(world):
    assert "company@exemple.test" not in Client().get("/connexion/").content.decode()
    with override_settings(DEMONSTRATION=True):
        page = Client().get("/connexion/?courriel=company@exemple.test").content.decode()
    assert "Entreprise titulaire" in page
    assert 'value="levier-demonstration"' in page


def test_the_password_is_not_filled_outside_the_demonstration(world):
    assert "levier-demonstration" not in Client().get("/connexion/?courriel=company@exemple.test").content.decode()

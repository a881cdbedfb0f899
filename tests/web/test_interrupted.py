"""A session that closes while a form is filled in: what was typed is offered again after signing in, to the right person only."""

import re
from datetime import date, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from levier.hours.models import StatementLine
from levier.web import clock, gate, interrupted
from tests.world import NOW, small_world

PASSWORD = "un-mot-de-passe-d’essai"
KEPT = re.compile(r'name="kept" value="([^"]+)"')


@pytest.fixture
def story(db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    world = small_world()
    for user in world.users.values():
        user.set_password(PASSWORD)
        user.save()
    world.owed = world.commitment(world.contract())
    world.samira = world.placement(world.person(), world.owed)
    world.address = reverse("statement", args=[world.owed.public_id, "2026-09"])
    world.typed = {f"h-{world.samira.public_id}": "151,67", "do": "save", "version": "0"}
    return world


def sign_in(client: Client, email: str, kept: str):
    return client.post("/connexion/", {"email": email, "password": PASSWORD, "kept": kept})


def interrupt(story) -> tuple[Client, str]:
    client = Client()
    answer = client.post(story.address, story.typed)
    assert answer.status_code == 403
    assert "Ce que vous aviez rempli vous attend" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    return client, KEPT.search(answer.content.decode())[1]


def test_what_was_typed_is_sent_by_one_button_after_signing_in(story):
    client, kept = interrupt(story)
    page = sign_in(client, "company@exemple.test", kept).content.decode()
    assert f'action="{story.address}"' in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    fields.pop("csrfmiddlewaretoken")
    assert fields == story.typed
    assert client.post(story.address, fields).status_code in {302, 303}
    line = StatementLine.objects.get()
    assert (str(line.hours), line.statement.month) == ("151.67", date(2026, 9, 1))


def test_a_wrong_password_loses_nothing(story):
    client, kept = interrupt(story)
    answer = client.post("/connexion/", {"email": "company@exemple.test", "password": "faux", "kept": kept})
    assert answer.status_code == 422
    assert (
        f'action="{story.address}"'
        in sign_in(client, "company@exemple.test", KEPT.search(answer.content.decode())[1]).content.decode()
    )


def test_a_session_left_idle_closes_and_keeps_what_was_typed(story, monkeypatch):
    client = story.client("company")
    client.get(story.address)
    monkeypatch.setattr(gate, "IDLE", timedelta(seconds=-1))
    assert KEPT.search(client.post(story.address, story.typed).content.decode())


@pytest.mark.parametrize("email", ["buyer@exemple.test", "rival@exemple.test"])
def test_whoever_else_signs_in_is_given_nothing_of_it(story, email):
    client, kept = interrupt(story)
    answer = sign_in(client, email, kept)
    if answer.status_code == 200:  # the same role elsewhere: the page is for it, the object is not
        assert client.post(story.address, story.typed).status_code == 404
    assert not StatementLine.objects.exists()


@pytest.mark.parametrize("kept", ["", "n’importe quoi", "eyJhIjoxfQ:1abc:xyz"])
def test_what_was_altered_is_ignored(story, kept):
    assert sign_in(Client(), "company@exemple.test", kept).status_code == 302


def test_what_is_too_old_or_too_long_is_not_kept(story, rf):
    made = interrupted.Interrupted(story.address, (("h-1", "2"),), files=False)
    assert interrupted.unsealed(made.sealed()) == made
    assert interrupted.unsealed(signing.dumps([story.address, [], False], salt="elsewhere")) is None
    assert interrupted.of_request(rf.post("/", {"x": "a" * (interrupted.LARGEST + 1)})) is None
    assert interrupted.of_request(rf.post("/", {"csrfmiddlewaretoken": "a"})) is None


def test_an_empty_form_goes_to_the_sign_in_page(story):
    assert Client().post(story.address).headers["Location"] == "/connexion/"


OURS = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def strict(story, who: str = "company") -> Client:
    """A browser that checks tokens as production does, signed in, whose token cookie is gone."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.users[who])
    return client


@pytest.mark.parametrize("headers", [OURS, {"Referer": "http://testserver/declarations/"}])
def test_a_form_whose_token_is_gone_keeps_what_was_typed_for_one_button(story, headers):
    client = strict(story)
    answer = client.post(story.address, story.typed, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "no-store" in answer.headers["Cache-Control"]
    assert "pas encore envoyé" in page
    assert "Envoyer ce que j’avais rempli" in page
    assert not StatementLine.objects.exists(), "nothing is done before somebody clicks"
    fields = dict(HIDDEN.findall(page))
    assert story.typed.items() <= fields.items()
    assert client.post(story.address, fields, headers=headers).status_code in {302, 303}
    assert str(StatementLine.objects.get().hours) == "151.67"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://pirate.test"},
        {"Origin": "null"},
        {"Origin": "http://testserver.pirate.test"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"},
        {"Referer": "https://pirate.test/?http://testserver/"},
        {"Referer": "http://testserver@pirate.test/"},
    ],
    ids=str,
)
def test_what_a_page_of_another_site_sent_is_never_given_back(story, headers):
    answer = strict(story).post(story.address, story.typed, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Ce formulaire a expiré" in page
    assert not {"151,67", "Envoyer ce que"} & {told for told in ("151,67", "Envoyer ce que") if told in page}
    assert not StatementLine.objects.exists()


def test_without_any_cookie_the_form_waits_for_the_signing_in(story):
    answer = Client(enforce_csrf_checks=True).post(story.address, story.typed, headers=OURS)
    assert answer.status_code == 403
    assert interrupted.unsealed(KEPT.search(answer.content.decode())[1]).fields == tuple(story.typed.items())


def test_a_stale_form_says_that_its_file_is_lost_and_gives_no_password_back(story):
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = story.typed | {"piece": SimpleUploadedFile("heures.csv", b"a;b")}
    page = strict(story).post(story.address, sent, headers=OURS).content.decode()
    assert "Le fichier n’a pas pu être gardé" in page
    typed = {"email": "company@exemple.test", "password": "un-secret-tapé"}
    answer = Client(enforce_csrf_checks=True).post("/connexion/", typed, headers=OURS)
    assert (answer.status_code, "un-secret-tapé" in answer.content.decode()) == (403, False)


def test_a_stale_form_of_a_page_that_is_not_for_the_role_is_only_refused(story):
    answer = strict(story, "buyer").post(story.address, story.typed, headers=OURS)
    assert (answer.status_code, "151,67" in answer.content.decode()) == (403, False)

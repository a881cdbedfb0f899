"""The same form sent again does nothing again; another form, or the same page drawn anew, does."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from levier.accounts.models import DeclarationLink, Membership
from levier.accounts.tokens import digest
from levier.accounts.values import Duty
from levier.audit.models import AnsweredForm
from levier.commitments.models import HoursWaiver
from levier.following.models import CalendarLink
from levier.participants.models import AccessLetter
from levier.planning.models import PlanUpload
from levier.reference.actions import load_published
from levier.web import clock
from tests.world import NOW, World, small_world


@pytest.fixture
def world(db) -> World:
    return small_world()


def signed_in(world: World, name: str) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users[name])
    return client


def form(client: Client, address: str, **typed: str) -> dict[str, str]:
    page = client.get(address).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)) | typed


def test_a_form_sent_again_is_answered_the_same_and_does_nothing(world):
    commitment = world.commitment(world.contract(), due="300.00")
    address = f"/marches/engagements/{commitment.public_id}/dispense/"
    client = signed_in(world, "mission")
    first = form(client, address, hours="10", reason="Chantier")
    first.pop("once")  # without the form's own key
    answers = [client.post(address, _encoded(first), "application/x-www-form-urlencoded") for _ in range(3)]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(303, answers[0].headers["Location"])}
    assert HoursWaiver.objects.count() == 1
    again = form(client, address, hours="10", reason="Chantier")
    client.post(address, _encoded(again), "application/x-www-form-urlencoded")
    assert HoursWaiver.objects.count() == 2, "the page drawn anew is another intention"


def test_a_form_that_was_refused_is_read_again(world):
    commitment = world.commitment(world.contract(), due="300.00")
    address = f"/marches/engagements/{commitment.public_id}/dispense/"
    client = signed_in(world, "mission")
    wrong = _encoded(form(client, address, hours="301", reason="Chantier"))
    for _ in range(2):
        assert client.post(address, wrong, "application/x-www-form-urlencoded").status_code == 422
    assert not AnsweredForm.objects.exists()


def test_it_is_nobody_elses_form(world):
    commitment = world.commitment(world.contract(), due="300.00")
    address = f"/marches/engagements/{commitment.public_id}/dispense/"
    body = _encoded(form(signed_in(world, "mission"), address, hours="10", reason="Chantier"))
    assert signed_in(world, "mission").post(address, body, "application/x-www-form-urlencoded").status_code == 403
    assert not HoursWaiver.objects.exists()


def _encoded(fields: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(fields)


def test_a_file_sent_again_is_one_draft_whatever_the_boundary(world):
    """A double click on “Déposer”: the browser writes another boundary each time, the fields and the file are the same."""
    load_published(NOW)
    client = signed_in(world, "buyer")
    plan = "Objet;Montant;Date\nRénovation du collège;450000;2026-10-01\n".encode()
    fields = form(client, "/programmation/deposer/")

    def send(boundary: str, content: bytes) -> str:
        file = SimpleUploadedFile("plan.csv", content, "text/csv")
        body = encode_multipart(boundary, fields | {"file": file})
        return client.post("/programmation/deposer/", body, f"multipart/form-data; boundary={boundary}").headers[
            "Location"
        ]

    first = send("un", plan)
    assert send("deux", plan) == first
    assert PlanUpload.objects.count() == 1
    assert send("trois", plan + b"Voirie;90000;2026-11-01\n") != first, "another file is another intention"
    assert PlanUpload.objects.count() == 2


def _twice(client: Client, address: str, body: dict[str, str]) -> tuple[list[Client], list]:
    """The same form from two windows that hold the cookies of when it was drawn: what a double click sends."""
    windows = [Client(enforce_csrf_checks=True) for _ in range(2)]
    for window in windows:
        window.cookies.update(client.cookies)
    return windows, [window.post(address, _encoded(body), "application/x-www-form-urlencoded") for window in windows]


@pytest.fixture
def at(monkeypatch):
    """Moves the clock of the pages."""

    def move(now):
        monkeypatch.setattr(clock, "now", lambda: now)

    move(NOW)
    return move


@pytest.fixture
def link(world, at) -> str:
    load_published(NOW)
    contact = Membership.objects.get(user=world.users["company"])
    Membership.objects.filter(pk=contact.pk).update(duties=[Duty.DECLARE.value])
    DeclarationLink.objects.create(
        membership=contact, token_digest=digest("jeton"), made_at=NOW, expires_at=NOW + timedelta(days=1)
    )
    return "/declarer/jeton/"


def test_a_link_that_serves_once_lets_a_double_click_in_by_either_answer(world, link, at):
    client = Client(enforce_csrf_checks=True)
    body = form(client, link)
    windows, answers = _twice(client, link, body)
    assert {one.headers["Location"] for one in answers} == {"/declarations/"}
    assert len({window.cookies["levier"].value for window in windows}) == 1
    for window in windows:
        assert "Bâti Essai" in window.get("/declarations/").content.decode()
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies.update(windows[0].cookies)
    del stranger.cookies["levier"]
    stranger.cookies["csrftoken"] = "x" * 32
    assert stranger.post(link, _encoded(body), "application/x-www-form-urlencoded").status_code in {403, 410}
    at(NOW + timedelta(minutes=3))
    assert _twice(client, link, body)[1][0].status_code == 410, "later it is another visit: the link has served"


def test_what_opened_a_session_opens_none_once_it_is_closed(world, link, at):
    client = Client(enforce_csrf_checks=True)
    body = form(client, link)
    _twice(client, link, body)
    Session.objects.all().delete()
    [again, _], [answer, _] = _twice(client, link, body)
    assert answer.headers["Location"] == "/declarations/"
    assert again.get("/declarations/").status_code == 302


def test_a_secret_shown_by_a_form_sent_again_is_the_same_and_in_force(world, at):
    load_published(NOW)
    client = signed_in(world, "company")
    address = "/calendrier/abonnement/"
    body = form(client, "/calendrier/")
    shown = [re.findall(r"<code[^>]*>([^<]+)</code>", one.content.decode()) for one in _twice(client, address, body)[1]]
    assert shown[0]
    assert shown[0] == shown[1]
    assert CalendarLink.objects.count() == 1
    again = _twice(client, address, form(client, "/calendrier/"))[1][0].content.decode()
    assert shown[0][0] not in again, "the page drawn anew is another intention"
    assert CalendarLink.objects.filter(revoked_at__isnull=True).count() == 1


def test_a_paper_made_by_a_form_sent_again_is_the_same_paper(world, at):
    load_published(NOW)
    client = signed_in(world, "near")
    address = f"/personnes/{world.person().public_id}/lettre/"
    papers = []
    for one in _twice(client, address, form(client, address, do="make"))[1]:
        client.cookies["fichier"] = one.cookies["fichier"].value
        papers.append(client.get(f"{address}lettre.pdf").content)
    assert papers[0].startswith(b"%PDF")
    assert papers[0] == papers[1]
    assert AccessLetter.objects.count() == 1


def test_a_choice_that_the_browser_keeps_is_made_each_time(db):
    client = Client(enforce_csrf_checks=True)
    dark = form(client, "/apparence/", theme="dark")
    for chosen in ("dark", "light", "dark"):
        client.post("/apparence/", _encoded(dark | {"theme": chosen}), "application/x-www-form-urlencoded")
        assert client.cookies["theme"].value == chosen
    assert not AnsweredForm.objects.exists()

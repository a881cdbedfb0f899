"""The same form sent again does nothing again; another form, or the same page drawn anew, does."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from levier.audit.models import AnsweredForm
from levier.commitments.models import HoursWaiver
from levier.planning.models import PlanUpload
from levier.reference.actions import load_published
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

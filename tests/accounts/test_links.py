"""Declaring by a one-time link: replay, expiry, the narrow session, and answers that tell nothing."""

import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from levier import urls
from levier.accounts.links import link_holder, use_link
from levier.accounts.models import DeclarationLink, Membership
from levier.accounts.tokens import digest
from levier.accounts.values import Duty
from levier.hours.models import Statement
from levier.notifications.actions import deliver_due
from levier.notifications.models import Message
from levier.reference.actions import load_published
from levier.web import clock, gate
from levier.web.hidden_links import HideLinks
from tests.world import NOW, World, links_sent_to

pytestmark = pytest.mark.django_db
EMAIL = "company@exemple.test"


@pytest.fixture
def at(monkeypatch, world):
    """Moves the clock of the pages and of the gate."""
    load_published(NOW)

    def move(now):
        monkeypatch.setattr(clock, "now", lambda: now)
        monkeypatch.setattr(gate.timezone, "now", lambda: now)
        return now

    move(NOW)
    return move


def ask(email: str = EMAIL, client: Client | None = None):
    return (client or Client()).post(reverse("link-ask"), {"email": email})


def link(email: str = EMAIL) -> str:
    ask(email)
    return links_sent_to(email)[-1]


def declaring(world: World) -> tuple[Client, str]:
    """A browser that came in by a link, and the address of the month that waits."""
    commitment = world.commitment(world.contract())
    world.placement(world.person(), commitment)
    client = Client()
    client.post(link())
    return client, reverse("statement", args=[commitment.public_id, "2026-10"])


def test_known_and_unknown_addresses_get_the_same_bytes(world, at):
    for email in ("inconnu@exemple.test", EMAIL, "mission@exemple.test"):
        first, second = ask(EMAIL), ask(email)
        assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
        pages = [Client().get(one.headers["Location"]) for one in (first, second)]
        assert pages[0].content == pages[1].content
        assert dict(pages[0].headers) == dict(pages[1].headers)


def test_only_who_declares_receives_one(world, at):
    for email in ("inconnu@exemple.test", "mission@exemple.test", "near@exemple.test"):
        ask(email)
    Membership.objects.filter(user=world.users["rival"]).update(duties=[Duty.ADMINISTER.value])
    ask("rival@exemple.test")
    assert not Message.objects.exists()
    ask(" COMPANY@exemple.test ")
    assert Message.objects.get().recipient == EMAIL


def test_a_visit_uses_nothing_up_and_the_button_works_once(world, at):
    address = link()
    for _ in range(5):
        page = Client().get(address)
        assert page.status_code == 200
        assert "Bâti Essai" in page.content.decode()
    assert Client().post(address).status_code == 302
    for answer in (Client().post(address), Client().get(address)):
        assert answer.status_code == 410
        assert "Recevoir un nouveau lien" in answer.content.decode()
    assert DeclarationLink.objects.filter(used_at__isnull=False).count() == 1


def test_an_expired_link_opens_nothing(world, at):
    address = link()
    at(NOW + timedelta(minutes=60))
    assert Client().get(address).status_code == 410
    assert Client().post(address).status_code == 410
    assert DeclarationLink.objects.get().used_at is None


def test_a_contact_withdrawn_or_who_no_longer_declares_has_no_link(world, at):
    address = link()
    held = Membership.objects.filter(user=world.users["company"])
    held.update(duties=[Duty.SITE.value])
    assert Client().post(address).status_code == 410
    held.update(duties=[Duty.DECLARE.value])
    at(NOW + timedelta(seconds=5))
    other = link()
    held.update(withdrawn_at=NOW, withdrawn_by_label="essai")
    assert Client().get(other).status_code == 410


def test_the_month_is_sent_without_a_password(world, at):
    client, month = declaring(world)
    page = client.get(month).content.decode()
    assert 'name="h-' in page
    assert client.post(month, {"do": "none"}).status_code == 302
    assert client.post(month + "relire/").status_code in {200, 302, 303}
    sent = Statement.objects.get()
    assert (sent.state, sent.declared_by) == ("sent", world.users["company"])


def test_the_month_of_another_company_is_unknown(world, at):
    client, _ = declaring(world)
    other = world.commitment(world.contract("AUTRE", holder="Rival Essai"), holder="Rival Essai")
    for method in (client.get, client.post):
        assert method(reverse("statement", args=[other.public_id, "2026-10"])).status_code == 404


def test_the_session_reaches_nothing_but_declaring(world, at):
    """Every page of a company that is not marked `by_link` asks to sign in, and refuses what is sent."""
    client, month = declaring(world)
    commitment = month.split("/")[2]
    fixed = {"contract": "x", "token": "x", "user": "x", "name": "x", "commitment": commitment, "month": "2026-10"}
    tried = 0
    for page in urls.PAGES:
        if "company" not in page.audience or page.by_link or "anonymous" in page.audience:
            continue
        names = [part.split(":")[1].rstrip(">/") for part in page.path.split("<")[1:]]
        names = [name.split(">")[0] for name in names]
        address = reverse(page.name, kwargs={name: fixed.get(name, "x") for name in names})
        if "GET" in page.methods:
            assert client.get(address).headers.get("Location", "").startswith("/connexion/"), address
        if "POST" in page.methods:
            assert client.post(address).headers.get("Location", "") == "/connexion/", address
        tried += 1
    assert tried > 20
    assert client.get(month).status_code == 200, "and it still declares"


def test_a_page_opened_by_mistake_to_links_is_noticed(world, at, monkeypatch):
    """The planted fault: `contact-add` marked by_link would be reached."""
    import dataclasses

    pattern = next(one for one in urls.urlpatterns if one.name == "contact-add")
    wrong = dataclasses.replace(pattern.callback.page, by_link=True)
    monkeypatch.setattr(pattern.callback, "page", wrong)
    client, _ = declaring(world)
    assert client.get(reverse("contact-add")).status_code == 404, "the action refuses even then"


def test_the_session_has_its_own_end(world, at):
    client, month = declaring(world)
    at(NOW + timedelta(minutes=14))
    assert client.get(month).status_code == 200
    at(NOW + timedelta(minutes=30))
    assert client.get(month).headers["Location"].startswith("/connexion/")


def test_the_session_does_not_last_beyond_its_limit(world, at):
    client, month = declaring(world)
    for minutes in range(0, 120, 10):
        at(NOW + timedelta(minutes=minutes))
        assert client.get(month).status_code == 200
    at(NOW + timedelta(minutes=121))
    assert client.get(month).status_code == 302


def test_a_contact_removed_meanwhile_is_out_at_once(world, at):
    client, month = declaring(world)
    Membership.objects.filter(user=world.users["company"]).update(withdrawn_at=NOW, withdrawn_by_label="essai")
    assert client.get(month).status_code == 302


def test_a_link_closes_the_session_that_was_open(world, at):
    client = world.client("mission")
    client.post(link())
    assert client.get(reverse("outbox")).status_code in {302, 404}
    assert client.get(reverse("statements")).status_code == 200


def test_too_many_requests_send_no_more_and_say_the_same(world, at):
    answers = []
    for second in range(6):
        at(NOW + timedelta(seconds=second))
        answers.append(ask())
    assert len({(one.status_code, one.headers["Location"]) for one in answers}) == 1
    assert Message.objects.count() == 3
    at(NOW + timedelta(minutes=16))
    ask()
    assert Message.objects.count() == 4, "after a quarter of an hour, again"


def test_the_database_and_the_outbox_hold_no_token(world, at):
    ask()
    message = Message.objects.get()
    assert "declarer" not in message.body
    assert message.secret is not None
    assert b"declarer" not in bytes(message.secret)
    address = links_sent_to(EMAIL)[-1]
    token = address.split("/")[2]
    kept = DeclarationLink.objects.get()
    assert bytes(kept.token_digest) == digest(token)
    message.refresh_from_db()
    assert message.secret is None, "forgotten once sent"
    outbox = world.client("mission").get(reverse("outbox")).content.decode()
    assert token not in outbox


def test_a_message_that_fails_keeps_its_link_for_the_next_try(world, at):
    ask()

    def broken(message: Message) -> None:
        raise OSError("serveur absent")

    deliver_due(broken, clock=lambda: NOW)
    at(NOW + timedelta(minutes=5))
    assert len(links_sent_to(EMAIL)) == 1


def test_the_form_behind_a_link_passes_the_protection_of_forms(world, at):
    """As a browser sends it: under `no-referrer` it would say `Origin: null`, which is refused; each browser test looks at what it says."""
    address = link()
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())[1]
    for origin, status in (("null", 403), ("http://testserver", 302)):
        answer = client.post(address, {"csrfmiddlewaretoken": token}, headers={"origin": origin})
        assert answer.status_code == status, origin


def test_the_token_reaches_neither_the_log_nor_another_site(world, at, caplog):
    address = link()
    token = address.split("/")[2]
    page = Client().get(address)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    Client().post(address)
    with caplog.at_level(logging.WARNING):
        assert Client().get(address).status_code == 410
    hide, lines = HideLinks(), []
    for record in caplog.records:
        hide.filter(record)
        lines.append(record.getMessage())
    assert any("/declarer/…" in line for line in lines), "Django says that the page is gone"
    assert not any(token in line for line in lines)
    handlers = logging.getLogger().handlers
    assert any(isinstance(one, HideLinks) for handler in handlers for one in handler.filters)


def test_of_two_buttons_one_gets_in(world, at):
    token = link().split("/")[2]
    assert link_holder(token, NOW) is not None
    assert use_link(token, NOW) is not None
    assert use_link(token, NOW) is None

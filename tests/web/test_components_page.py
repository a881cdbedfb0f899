"""The components page and the pages for what goes wrong, as the browser receives them."""

import re

import pytest
from django.test import Client, RequestFactory

from levier.web import errors, gallery

PUBLIC_PAGES = ["/composants/", "/connexion/", "/apparence/", "/accessibilite/", "/donnees-personnelles/", "/mentions/"]


@pytest.fixture(autouse=True)
def _database(db):
    """The session of the visitor lives in the database."""


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_a_public_page_opens_with_one_title_and_a_strict_policy(address):
    answer = Client().get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert 'lang="fr"' in page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy


def test_titles_differ():
    titles = [re.search("<title>(.*?)</title>", Client().get(address).content.decode())[1] for address in PUBLIC_PAGES]
    assert len(set(titles)) == len(titles)


def test_every_component_is_on_the_page():
    page = Client().get("/composants/").content.decode()
    for mark in ("turn-yours", "turn-done", "note-bad", "chip-wait", "hbar-mini", "timeline", "phases", "steps", "kpi",
                 "pager", "empty", "dialog", "todo", "review", "evidence", "drop", "thread", "legend", "crumbs", "tabs"):  # fmt: skip
        assert mark in page, mark
    assert all(f"icons.svg#{name}" in page for name in gallery.icons())


def test_ids_are_unique():
    page = Client().get("/composants/").content.decode()
    found = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(found) == sorted(set(found))


def test_an_unknown_address_says_what_to_do():
    answer = Client().get("/nulle-part/")
    assert answer.status_code == 404
    assert "Vérifiez l’adresse" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words():
    answer = Client(enforce_csrf_checks=True).post("/connexion/", {"email": "a@b.fr"})
    assert answer.status_code == 403
    assert "Ce formulaire a expiré" in answer.content.decode()


def test_another_method_is_refused():
    assert Client().delete("/composants/").status_code == 405


@pytest.mark.parametrize("status", sorted(errors.FAILURES))
def test_each_failure_has_its_page(status):
    answer = errors.failure_page(RequestFactory().get("/"), status)
    assert answer.status_code == status
    assert errors.FAILURES[status].title in answer.content.decode()


def test_the_last_resort_needs_neither_shell_nor_database(monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("no template works")

    monkeypatch.setattr(errors.loader, "render_to_string", broken)
    with pytest.raises(RuntimeError):
        errors.bare(errors.FAILURES[500])


def test_a_broken_shell_still_answers(monkeypatch):
    monkeypatch.setattr("levier.web.shell._content", lambda _request: 1 / 0)
    answer = errors.failure_page(RequestFactory().get("/"), 500)
    assert answer.status_code == 500
    assert errors.FAILURES[500].title in answer.content.decode()


def test_without_a_database_the_answer_is_503(monkeypatch):
    from django.db import OperationalError, connection

    def gone(*_args):
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "ensure_connection", gone)
        answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_the_theme_chosen_is_written_by_the_server():
    client = Client()
    assert client.post("/apparence/", {"theme": "dark"}).status_code == 302
    assert 'data-theme="dark"' in client.get("/apparence/").content.decode()
    client.post("/apparence/", {"theme": '"><script>'})
    assert ' data-theme="' not in client.get("/apparence/").content.decode()

"""Nobody gets what is not theirs: the whole matrix, then faults planted to see that it would notice."""

import dataclasses
import itertools

import pytest
from django.http import HttpResponse
from django.urls import path

from levier import urls
from levier.procurement.models import Contract
from levier.reference.actions import load_published
from tests.matrix import harness
from tests.matrix.universe import two_universes
from tests.world import NOW

pytestmark = pytest.mark.django_db
FEWEST_REQUESTS = 2_500


@pytest.fixture
def pair(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    load_published(NOW)
    return two_universes()


def test_nobody_gets_what_is_not_theirs(pair, capsys):
    found = harness.run(pair)
    with capsys.disabled():
        print(
            f"\nmatrix: {found.pages} pages, {found.requests} requests, {len(found.leaks)} leaks, {len(found.changed)} changes"
        )
    assert found.all == []
    assert found.requests >= FEWEST_REQUESTS


def test_a_page_outside_the_registry_is_noticed(pair, monkeypatch):
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("oubliee/", lambda request: HttpResponse("x"))])
    from django.urls import clear_url_caches

    clear_url_caches()
    try:
        assert any("oubliee" in one for one in harness.run(pair, only=("home",)).unclassified)
    finally:
        monkeypatch.undo()
        clear_url_caches()


def test_a_page_opened_too_wide_that_forgets_its_scope_is_noticed(pair, monkeypatch):
    """A person's page opened to buyers, by a view that asks nobody: the name is told, and the answer is not a refusal."""

    def careless(request, person):
        return HttpResponse("CANARI-NOM-A")

    pattern = next(one for one in urls.urlpatterns if one.name == "person")
    page = pattern.callback.page
    careless.page = dataclasses.replace(page, audience=page.audience | {"buyer"})
    monkeypatch.setattr(pattern, "callback", careless)
    found = harness.run(pair, only=("person",))
    assert any("as buyer" in one and "must be refused" in one for one in found.leaks)
    assert any("as buyer" in one and "was told" in one for one in found.leaks)


def test_a_query_that_forgets_its_scope_is_noticed(pair, monkeypatch):
    monkeypatch.setattr("levier.procurement.queries.contracts_visible_to", lambda actor: Contract.objects.all())
    found = harness.run(pair, only=("contract",))
    assert any("must be refused" in one for one in found.leaks)
    assert any("CANARI" in one for one in found.leaks)


def test_a_refused_request_that_writes_is_noticed(pair, monkeypatch):
    from levier.organisations.models import Organisation

    visits = itertools.count()

    def careless(request, *args, **kwargs):
        Organisation.objects.update(name=f"changé {next(visits)}")
        return HttpResponse(status=404)

    pattern = next(one for one in urls.urlpatterns if one.name == "statement")
    careless.page = pattern.callback.page
    monkeypatch.setattr(pattern, "callback", careless)
    assert harness.run(pair, only=("statement",)).changed

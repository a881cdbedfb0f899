"""Faults planted on purpose: each must be noticed by the matrix, else its zeros mean nothing."""

import dataclasses
import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from unittest import mock

from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path

from levier import urls
from tests.matrix.harness import Findings

type Plant = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """`pages`: those that are asked again. `noticed`: whether the findings speak of it."""

    name: str
    pages: tuple[str, ...]
    plant: Plant
    noticed: Callable[[Findings], bool]


def leaks(found: Findings) -> bool:
    return any("must be refused" in one for one in found.leaks)


# The queries that keep everybody to what is theirs, and the pages on which forgetting them must show.
SCOPES = (
    ("levier.procurement.queries.contracts_visible_to", ("contract",)),
    ("levier.procurement.queries.lots_visible_to", ("contract",)),
    ("levier.commitments.queries.commitments_visible_to", ("commitment-waive", "commitment-pool", "statement")),
    ("levier.hours.queries.lines_visible_to", ("line-panel", "line-refuse")),
    ("levier.hours.queries.evidence_visible_to", ("evidence",)),
    ("levier.participants.queries.persons_visible_to", ("person",)),
    ("levier.compliance.queries.certificates_visible_to", ("certificate",)),
    ("levier.sizing.queries.studies_visible_to", ("study", "study-note")),
    ("levier.planning.plan_queries.needs_visible_to", ("need",)),
    ("levier.planning.plan_queries.uploads_visible_to", ("plan-file",)),
    ("levier.drafting.queries.kits_visible_to", ("kit",)),
    ("levier.bids.queries.bids_visible_to", ("bid-scores", "bid-award", "bids")),
)


def all_faults() -> Iterator[Fault]:
    yield Fault("a page outside the registry", ("home",), _outside_the_registry, lambda found: any("oubliee" in one for one in found.unclassified))  # fmt: skip
    yield Fault("a person’s page opened to buyers by a view that asks nobody", ("person",), _too_wide, lambda found: leaks(found) and any("was told" in one for one in found.leaks))  # fmt: skip
    yield Fault("a refused request that writes", ("statement",), _writing, lambda found: bool(found.changed))
    yield Fault("a page that answers TRACE", ("todo",), _any_method, lambda found: any("must be 405" in one for one in found.wrong))  # fmt: skip
    yield Fault("a page that breaks", ("todo",), _breaking, lambda found: any(": 500" in one for one in found.wrong))
    for query, pages in SCOPES:
        yield Fault(
            f"{query.rpartition('.')[2]} forgets its scope",
            pages,
            _forgetting(query),
            lambda found: bool(found.leaks or found.wrong),
        )  # a second wall may make it a 500


def _view(name: str):
    return next(one for one in urls.urlpatterns if one.name == name)


@contextmanager
def replaced(name: str, view, **page) -> Iterator[None]:
    pattern = _view(name)
    view.page = dataclasses.replace(pattern.callback.page, **page)
    with mock.patch.object(pattern, "callback", view):
        yield


@contextmanager
def _outside_the_registry() -> Iterator[None]:
    more = [*urls.urlpatterns, path("oubliee/", lambda _request: HttpResponse("x"))]
    with mock.patch.object(urls, "urlpatterns", more):
        clear_url_caches()
        yield
    clear_url_caches()


@contextmanager
def _too_wide() -> Iterator[None]:
    def careless(_request: HttpRequest, person: str) -> HttpResponse:
        return HttpResponse("CANARI-NOM-A")

    with replaced("person", careless, audience=_view("person").callback.page.audience | {"buyer"}):
        yield


@contextmanager
def _writing() -> Iterator[None]:
    from levier.organisations.models import Organisation

    visits = itertools.count()

    def careless(_request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
        Organisation.objects.update(name=f"changé {next(visits)}")
        return HttpResponse(status=404)

    with replaced("statement", careless):
        yield


@contextmanager
def _any_method() -> Iterator[None]:
    with replaced("todo", lambda _request: HttpResponse("x")):
        yield


@contextmanager
def _breaking() -> Iterator[None]:
    def broken(_request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with replaced("todo", broken):
        yield


def _forgetting(query: str) -> Plant:
    """Every module that knows the query gets one that answers with all there is."""
    module, _, name = query.rpartition(".")

    @contextmanager
    def plant() -> Iterator[None]:
        original = getattr(sys.modules[module], name)

        def careless(actor):
            return original(actor).model._default_manager.all()

        knowing = [one for one in list(sys.modules.values()) if getattr(one, name, None) is original]
        patches = [mock.patch.object(one, name, careless) for one in knowing]
        for one in patches:
            one.start()
        try:
            yield
        finally:
            for one in patches:
                one.stop()

    return plant

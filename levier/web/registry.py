"""Every page of Levier with the roles it is for. A page that is not here does not exist; a role that is not named is refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

MISSION, BUYER, FACILITATOR, COMPANY = "mission", "buyer", "facilitator", "company"
STRUCTURE, PRESCRIBER = "structure", "prescriber"
ANONYMOUS = "anonymous"
PARTIES = frozenset({MISSION, BUYER, FACILITATOR, COMPANY})
"""Those with a part in contracts and what they owe."""
SIGNED_IN = PARTIES | {STRUCTURE, PRESCRIBER}
PUBLIC = SIGNED_IN | {ANONYMOUS}
FOLLOWERS = frozenset({MISSION, FACILITATOR})
"""Those who follow the execution of clauses for the Département."""


@dataclass(frozen=True, slots=True)
class Page:
    """One address, its view, its audience and its methods.

    `objects` names the kind of object in the address (`contract`, `statement`…), whose visibility the matrix test then
    tries for its owner, a near miss, a stranger and an unknown identifier.
    """

    path: str
    view: Callable[..., HttpResponseBase]
    name: str
    audience: frozenset[str]
    methods: tuple[str, ...] = ("GET",)
    objects: str = ""
    by_link: bool = False
    """Whether a session opened by a one-time link to declare may come here; pages for everybody are open to it too."""


def patterns(pages: Iterable[Page]) -> list[URLPattern]:
    """Django's URL patterns for these pages; any other method than those named is answered with 405."""
    found = []
    for page in pages:
        methods = [*page.methods, "HEAD"] if "GET" in page.methods else list(page.methods)
        view: Any = require_http_methods(methods)(page.view)
        view.page = page
        found.append(path(page.path, view, name=page.name))
    return found

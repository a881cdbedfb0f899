"""A visit of one's own page: who is there, for how long, and what every answer carries.

No account: the session holds the name of a letter and the time of the last action. Each page reads the letter again. Nothing is
kept by a browser or a proxy (no-store), no address leaves the house (Referrer-Policy: same-origin; `no-referrer` would make
browsers send `Origin: null`, which the protection of forms refuses: docs/decisions/0115).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from levier.foundation.periods import civil_date
from levier.hours.queries import reference_values
from levier.participants.identity import Identity, open_identity
from levier.participants.letters import letter_still_open, person_of
from levier.participants.models import AccessLetter, Person
from levier.territories.queries import contact_of
from levier.web import clock
from levier.web.home import Call

KEY = "own_page"


def begin(request: HttpRequest, letter: AccessLetter) -> None:
    """The paper was shown and the year was right: a new session key, so that no older one leads here."""
    request.session.cycle_key()
    request.session[KEY] = {"letter": letter.public_id, "seen": clock.now().isoformat()}


def leave(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def minutes() -> int:
    now = clock.now()
    return int(reference_values().at("own_page.minutes", civil_date(now)).value)


def visitor(request: HttpRequest) -> Person | None:
    """The person whose visit this is; None without a letter, after so many minutes without action, or once the letter is over."""
    held = request.session.get(KEY)
    if not held:
        return None
    now = clock.now()
    if now - datetime.fromisoformat(held["seen"]) > timedelta(minutes=minutes()):
        leave(request)
        return None
    letter = letter_still_open(held["letter"], now)
    if letter is None:
        leave(request)
        return None
    request.session[KEY] = held | {"seen": now.isoformat()}
    return person_of(letter)


def private[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Nothing of the answer is kept anywhere but on the screen."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        add_never_cache_headers(response)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answered


def own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the visit: the view receives the person. Without a visit, the page that says how to come back."""

    @private
    @wraps(view)
    def visited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = visitor(request)
        if person is None:
            return render(request, "own/over.html", {"minutes": minutes()})
        return view(request, person, *args, **kwargs)

    return visited


def who(person: Person) -> Identity | None:
    return open_identity(person.identity, person.public_id)


def facilitator_of(person: Person) -> Call | None:
    """Whom the person may call: the facilitator of their territory."""
    facts = contact_of(person.territory.number, clock.today())
    if facts is None:
        return None
    return Call(facts.person, facts.structure, facts.phone, facts.email, person.territory.number, person.territory.name)

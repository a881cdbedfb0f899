"""R14: each form sent once, twice, and fifty times at once, as a browser would send it again; the effect must be that of once.

Every POST form of Levier: those that the pages of one universe offer to those they are for, and those set out by hand
(tests/reliability/set_out.py) where a page offers nothing before other people have done their part. Each is sent three times, on three
copies of one database. An address that takes POST and is not tried makes the figure fail.

The effect is counted outside the application: the rows of every table, and what the sessions hold. The readings of people and the answers
kept for replays are left out. Faults are planted, each seen by the same judgement: the guard taken down, a page that fails, a page
that answers differently each time, a form answered by a file to download, an address that nothing tries.
"""

import hashlib
import itertools
import logging
import re
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, resolve
from django.utils import timezone

from levier.web import clock, once
from tests.matrix.faults import replaced
from tests.reliability.offered import Offered, all_offered, offered_by
from tests.reliability.set_out import FORMS, Form, visitor
from tests.world import NOW, World, siret, small_world

N = 50
"""Times at once."""
FEWEST_FOR_ALL = 10
"""At once; a sample of fewer takes some of the forms set out by hand alone."""
SAMPLE = (
    "dispense", "membre", "envoi du mois", "tableau d’heures", "attestation", "personne", "contestation", "effacement", "grille",
    "mot de passe", "lien de déclaration", "demande de lien",
)  # fmt: skip
MOST_OFFERS = 3
"""Of one form to different people, or of different objects, that are looked at for one whose sending has an effect."""
LEFT_OUT = {
    "django_session", "audit_answeredform", "audit_personread", "django_migrations", "following_standing", "following_change",
    "accounts_signinattempt",
}  # fmt: skip
FILE = "file"
"""How an answer is told that is a file to download: the page behind such a form would go on saying what was true before (decision 184)."""
OF_EVERY_REQUEST = {"seen_at", "opened_at", "seen"}
"""What a session notes at each request."""
TYPED: dict[str, dict[str, Any]] = {
    "buyer-durations": {"months": "12"},
    "contract-locate": {"territories": ["4", "5"]},
    "partner-access": {"siret": siret(8_888), "until": "2027-11-20"},
    "position-new": {"job": "F1703 Maçonnerie", "commune": "Aix-en-Provence (13001)", "ends_on": ""},
    "structure-add": {"siret": siret(8_890), "postcode": "13100", "city": "Aix-en-Provence", "capacity": "12"},
    "structure-edit": {"postcode": "13100", "capacity": "12"},
    "succession": {"siret": siret(8_891)},
    "tender-ess": {"siret": siret(8_892)},
}  # fmt: skip
"""By page: what a person types where the first date or word at hand would be refused."""
KEEPS_NOTHING = {
    "appearance": "the choice is a cookie of the browser",
    "verified": "a file is compared with the original and forgotten",
    "tender-files": "a file is read aloud and forgotten",
}
"""Pages whose form changes no row and no session, by intention: that is asserted, and that the answers are the same."""


DATED = {
    "partner-access": "the link to choose a password carries the second at which it was made: all open the same access, the first used ends them",
}
"""Pages whose answers differ by that alone, by intention: all the rest of them is compared."""


@dataclass(frozen=True)
class Ready:
    """One form about to be sent: by which browser, where, with what."""

    page: str
    name: str
    browser: Client
    address: str
    body: dict[str, Any]
    files: dict[str, tuple[str, bytes]]
    accept: str = "text/html"


@dataclass
class Sent:
    statuses: list[int]
    answers: set[str]
    effect: dict[str, tuple[int, int]]
    """By table that changed: how many rows more, how many that were not there."""


def run(count: int, _seed: int, copy: Callable[[str], str], only: Collection[str] = ()) -> dict[str, Any]:
    """`only`: pages of the registry; the figure then says nothing of the others, and does not hold."""
    logging.disable(logging.CRITICAL)
    told: dict[str, Any] = {}
    wrong: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory() as files,
        override_settings(MEDIA_ROOT=Path(files)),
        mock.patch.object(clock, "now", _from(NOW)),
    ):
        whole = count >= FEWEST_FOR_ALL
        world, forms = _all_forms(only) if whole else _some_forms()
        requests = 0
        for form in forms:
            told[form.name] = _tried(form, count, copy, wrong)
            requests += 2 + count
        planted = _planted(world, min(count, 10), copy)
    pages, tried = _pages(), {form.page for form in forms}
    forgotten = _forgotten(pages, tried) if whole else []
    planted["an address that nothing tries"] = "commitment-waive" in _forgotten(pages, tried - {"commitment-waive"})
    return {
        "n": len(told), "pages": len(tried), "of_pages": len(pages), "times_at_once": count, "requests": requests, "wrong": wrong,
        "forms": told, "meant": {name: why for name, why in (KEEPS_NOTHING | DATED).items() if name in tried}, "forgotten": forgotten,
        "planted": len(planted), "caught": sum(planted.values()), "missed": [name for name, seen in planted.items() if not seen],
        "holds": not wrong and not forgotten and not only and all(planted.values()),
    }  # fmt: skip


def _from(day: datetime) -> Callable[[], datetime]:
    """A clock that runs, from that day on."""
    ahead = day - timezone.now()

    def now() -> datetime:
        return timezone.now() + ahead

    return now


def _forgotten(pages: dict[str, Any], tried: set[str]) -> list[str]:
    return sorted(pages.keys() - tried)


def _pages() -> dict[str, Any]:
    """Those of the resolver that take POST, by name."""
    views = (getattr(one.callback, "page", None) for one in get_resolver().url_patterns)
    return {page.name: page for page in views if page is not None and "POST" in page.methods}


def _some_forms() -> tuple[World, list[Ready]]:
    world = small_world()
    return world, [_set_out(world, name) for name in SAMPLE]


def _all_forms(only: Collection[str]) -> tuple[World, list[Ready]]:
    """Those offered by the pages, once for each page, set of fields and button that has an effect; then those set out by hand."""
    from tests.matrix.universe import two_universes

    pair = two_universes()
    browsers, offered = all_offered(pair)
    forms: list[Ready] = []
    seen: Counter[tuple[Any, ...]] = Counter()
    for one in sorted(offered, key=lambda one: one.name):
        names = tuple(field[0] for field in one.fields)
        for buttons in [(button,) for button in one.buttons] or [()]:
            kind = (one.name, names, buttons)
            if seen[kind] >= MOST_OFFERS or (only and one.name not in only):
                continue
            seen[kind] += 1
            body = _effective(browsers[one.by], one, buttons)
            if body is not None:
                seen[kind] = MOST_OFFERS
                said = " ".join((one.name, *(value for _, value in buttons if value)))
                forms.append(Ready(one.name, f"{said} ({one.by})", browsers[one.by], one.address, body, one.uploads()))
    set_out = [_set_out(pair.world, name) for name in FORMS]
    forms += [form for form in set_out if not only or form.page in only]
    numbered = Counter[str]()
    for place, form in enumerate(forms):
        numbered[form.name] += 1
        if numbered[form.name] > 1:
            forms[place] = replace(form, name=f"{form.name} {numbered[form.name]}")
    return pair.world, forms


def _set_out(world: World, name: str) -> Ready:
    """The form as its page offers it, with what is typed over what is filled in. AssertionError where the page does not offer it."""
    form: Form = FORMS[name](world)
    browser = form.browser or visitor()
    if not form.browser:
        browser.force_login(world.users[form.by])
    address = (form.address or form.page).partition("?")[0]
    answer = browser.get(form.page)
    assert answer.status_code == 200, (form.page, answer.status_code)
    one = _best(list(offered_by(answer, form.by, form.page)), address, form.first or form.typed)
    if form.first is not None:
        window = browser.post(one.address, one.as_it_stands() | form.first)
        one = _best(list(offered_by(window, form.by, form.page)), address, form.first)
        form.typed.update([said for said in one.buttons if said[0]][:1])  # what was shown, agreed to by its button
    body = one.as_it_stands() | (form.first or {}) | form.typed
    return Ready(resolve(address).url_name or "", name, browser, one.address, body, form.files, form.accept)


def _best(offered: list[Offered], address: str, typed: dict[str, Any]) -> Offered:
    """Of the forms of a page that go to that address, the one that asks for most of what is typed."""
    found = [one for one in offered if one.address.partition("?")[0] == address]
    assert found, (address, [one.address for one in offered])

    def asked(one: Offered) -> tuple[int, int]:
        names = {field[0] for field in one.fields} | {name for name, _ in one.buttons}
        pressed = sum((name, value) in one.buttons for name, value in typed.items() if isinstance(value, str))
        return len(names & typed.keys()) + pressed, len(one.fields)

    return max(found, key=asked)


def _effective(browser: Client, form: Offered, buttons: tuple[tuple[str, str], ...]) -> dict[str, Any] | None:
    """The first body that changes something (or nothing, where that is the intention); tried in a transaction that is undone."""
    for body in form.bodies(TYPED.get(form.name, {}), buttons):
        ready = Ready(form.name, "", browser, form.address, body, form.uploads())
        with transaction.atomic():
            before = _content()
            status, _ = _post(ready)
            changed = _content() != before
            transaction.set_rollback(True)
        if status < 400 and (changed or form.name in KEEPS_NOTHING):
            return body
    return None


def _tried(form: Ready, count: int, copy: Callable[[str], str], wrong: list[dict[str, Any]]) -> dict[str, Any]:
    """Once, and once more when the first was answered, on a copy of the database; then as often as asked at once, on another."""
    copy("replay")
    before = _content()
    once, twice = (_sent(form, 1, before) for _ in range(2))
    copy("replay")
    many = _sent(form, count, _content())
    copy("")
    return _judged(
        form, once, Sent(once.statuses + twice.statuses, once.answers | twice.answers, twice.effect), many, wrong
    )


def _judged(form: Ready, one: Sent, two: Sent, many: Sent, wrong: list[dict[str, Any]]) -> dict[str, Any]:
    statuses = two.statuses + many.statuses
    faults = [status for status in statuses if status >= 500]
    refused = [status for status in statuses if 400 <= status < 500]
    right = two.effect == many.effect == one.effect
    right = right and bool(one.effect) != (form.page in KEEPS_NOTHING)
    alike = len(two.answers) == len(many.answers) == 1
    handed = sorted(answer for answer in two.answers | many.answers if answer.startswith(FILE))
    holds = right and alike and not faults and not refused and not handed
    print(form.name, one.effect, "" if holds else "WRONG", file=sys.stderr, flush=True)
    if not holds:
        wrong.append({"form": form.name, "address": form.address, "once": one.effect, "twice": two.effect, "many": many.effect,
                      "statuses": dict(Counter(many.statuses)), "answers": [sorted(sent.answers)[:3] for sent in (two, many)]})  # fmt: skip
    return {"effect": one.effect, "exactly_once": right, "identical_answers": alike, "server_errors": len(faults)}


def _sent(form: Ready, times: int, before: dict[str, Counter[str]]) -> Sent:
    """Sent so many times at once; the effect is what changed since `before`."""
    answers = []

    def post() -> None:
        answers.append(_post(form))
        connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = _content()
    effect = {}
    for table in sorted(before.keys() | after.keys()):
        was, now = before.get(table, Counter()), after.get(table, Counter())
        if was != now:
            effect[table] = (now.total() - was.total(), (now - was).total())
    return Sent([status for status, _ in answers], {answer for _, answer in answers}, effect)


def _post(form: Ready) -> tuple[int, str]:
    """In a window of its own, which holds the cookies as they were when the form was drawn."""
    window = visitor()
    window.cookies.update(form.browser.cookies)
    asks = {"headers": {"accept": form.accept}}
    if form.files:
        files = {name: SimpleUploadedFile(*file) for name, file in form.files.items()}
        answer = window.post(form.address, form.body | files, **asks)
    else:
        answer = window.post(
            form.address, urlencode(form.body, doseq=True), "application/x-www-form-urlencoded", **asks
        )
    return answer.status_code, answer.headers.get("Location", "") or _read(answer)


_DRAWN_ANEW = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|(/bienvenue/\w+/)[\w-]+')


def _read(answer: Any) -> str:
    """An answer that is not a redirection, by its content: what is drawn anew in each page apart (DATED)."""
    content = answer.getvalue() if answer.streaming else answer.content
    kind = FILE if "attachment" in answer.headers.get("Content-Disposition", "") else answer.status_code
    return f"{kind} {hashlib.sha256(_DRAWN_ANEW.sub(rb'\1', content)).hexdigest()[:16]}"


def _content() -> dict[str, Counter[str]]:
    """The fingerprints of the rows of every table, and what the sessions hold."""
    found: dict[str, Counter[str]] = {}
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - LEFT_OUT)
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', md5(x::text) FROM \"{table}\" x" for table in tables))
        for table, row in cursor.fetchall():
            found.setdefault(table, Counter())[row] += 1
    found["sessions"] = Counter(repr(_held(one.get_decoded())) for one in Session.objects.all())
    return found


def _held(data: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(
        (name, _held(value) if isinstance(value, dict) else value)
        for name, value in data.items()
        if name not in OF_EVERY_REQUEST
    )


def _planted(world: World, count: int, copy: Callable[[str], str]) -> dict[str, bool]:
    """Fault → was it caught."""
    waiver = _set_out(world, "dispense")
    keyless = Ready(waiver.page, "faute", waiver.browser, waiver.address, waiver.body | {"once": ""}, {})
    answers = itertools.count()

    def failing(_request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return HttpResponse(status=500)

    def wavering(_request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return HttpResponse(str(next(answers)))

    def handing(_request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return HttpResponse("%PDF", headers={"Content-Disposition": 'attachment; filename="x.pdf"'})

    with mock.patch.object(once, "_key", return_value=None):
        doubled = _found_wrong(keyless, count, copy)
    with replaced("commitment-waive", failing):
        failed = _found_wrong(waiver, count, copy)
    with replaced("commitment-waive", wavering):
        wavered = _found_wrong(waiver, count, copy)
    with replaced("commitment-waive", handing):
        handed = _found_wrong(waiver, count, copy)
    return {
        "the guard taken down": doubled.get("many", {}).get("commitments_hourswaiver", (0, 0))[0] == count,
        "a page that fails": failed.get("statuses") == {500: count},
        "a page that answers differently each time": len(wavered.get("answers", [[], []])[1]) > 1,
        "a form answered by a file": handed.get("answers", [[""]])[0][0].startswith(FILE),
    }


def _found_wrong(form: Ready, count: int, copy: Callable[[str], str]) -> dict[str, Any]:
    wrong: list[dict[str, Any]] = []
    _tried(form, count, copy, wrong)
    return wrong[0] if wrong else {}

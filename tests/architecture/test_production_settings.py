"""Production refuses to start half configured, in one sentence; behind a proxy a visitor keeps an address of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).resolve().parents[2]
GOOD = {
    "LEVIER_PRODUCTION": "1",
    "LEVIER_SECRET_KEY": "a secret of the tests",
    "LEVIER_KEY": "1f" * 32,
    "LEVIER_ADDRESS": "https://levier.exemple.test",
    "LEVIER_HOSTS": "levier.exemple.test",
    "DATABASE_URL": "postgresql:///nowhere",
}
SEEN = """
import sys
from levier.wsgi import application
seen = {}
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.core.wsgi import WSGIHandler
WSGIHandler.get_response = lambda self, request: (
    seen.update(address=request.META["REMOTE_ADDR"], secure=request.is_secure()) or HttpResponse()
)
environ = {
    "REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "x", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
    "wsgi.input": sys.stdin.buffer, "wsgi.errors": sys.stderr, "REMOTE_ADDR": sys.argv[1],
    "HTTP_X_FORWARDED_FOR": "203.0.113.7", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_HOST": "levier.exemple.test",
}
application(environ, lambda *said: None)
print(seen["address"], seen["secure"])
"""


def run(code: str, *words: str, without: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
    told = {name: value for name, value in {**GOOD, **changed}.items() if name != without}
    outside = {name: value for name, value in os.environ.items() if name not in GOOD and not name.startswith("LEVIER_")}
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=PROJECT,
        env={**outside, **told},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_good_settings_are_taken():
    outcome = run("import levier.settings as s; assert s.SESSION_COOKIE_SECURE and s.SECURE_HSTS_SECONDS")
    assert (outcome.returncode, outcome.stderr) == (0, "")


@pytest.mark.parametrize("name", ["LEVIER_SECRET_KEY", "LEVIER_KEY", "LEVIER_ADDRESS", "DATABASE_URL"])
def test_a_missing_setting_is_named(name):
    outcome = run("import levier.settings", without=name)
    assert outcome.returncode == 2
    assert outcome.stderr.strip() == f"Réglages absents\u00a0: {name}. Voir docs/reglages.md."


@pytest.mark.parametrize("key", ["", "abc", "zz" * 32, "1f" * 31, "1f" * 33, "00" * 32])
def test_a_key_that_is_none_is_refused_in_one_sentence(key):
    outcome = run("import levier.settings", LEVIER_KEY=key)
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("LEVIER_KEY n")
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("peer", "proxies", "seen"),
    [
        ("127.0.0.1", None, "203.0.113.7"),
        ("10.0.0.5", "10.0.0.0/8", "203.0.113.7"),
        ("192.0.2.9", None, "192.0.2.9"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_only_a_known_proxy_is_believed_about_the_visitor(peer, proxies, seen):
    outcome = run(SEEN, peer, **({} if proxies is None else {"LEVIER_PROXIES": proxies}))
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.split()[0] == seen

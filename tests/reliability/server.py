"""The pages served as in production by processes of their own, on a free port; and a person signed in who speaks HTTP to them."""

import contextlib
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil

HOST = "127.0.0.1"


@dataclass
class Served:
    port: int
    process: subprocess.Popen[bytes]
    first: frozenset[int] = frozenset()

    def workers(self) -> frozenset[int]:
        """The processes that answer. Those that died are not started again: one missing is one dead."""
        found = psutil.Process(self.process.pid).children()
        return frozenset(one.pid for one in found if one.status() != psutil.STATUS_ZOMBIE)


@contextlib.contextmanager
def serving(pieces: str, **settings: str) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    environment = os.environ | {"LEVIER_STATE": pieces} | settings
    words = [
        sys.executable,
        "-P",
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    words += ["--blocking-threads", "1", "--no-ws", "--log-level", "critical", "levier.wsgi:application"]
    process = subprocess.Popen(words, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        served = Served(port, process)
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):  # not listening yet: asked again until the minute is over
                socket.create_connection((HOST, port), 1).close()
                break
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        time.sleep(1)
        served.first = served.workers()
        yield served
    finally:
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended with its parent
                one.kill()
        process.wait()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    seconds: float


@dataclass
class Person:
    """A session made in the database, as signing in makes it."""

    served: Served
    user: object
    _cookies: str = field(init=False)
    _token: str = field(init=False)

    def __post_init__(self) -> None:
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        session = SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.create()
        self._token = secrets.token_hex(16)
        self._cookies = (
            f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={self._token}"
        )

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def send(self, path: str, fields: dict[str, str], files: list[tuple[str, str, bytes]]) -> Answer:
        """A form with files: (name of the field, name of the file, content)."""
        edge = secrets.token_hex(12)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for name, file, content in files:
            parts += [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode(), content, b"\r\n"]  # fmt: skip
        body = b"".join([*parts, f"--{edge}--\r\n".encode()])
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        line = http.client.HTTPConnection(HOST, self.served.port, timeout=120)
        try:
            line.request(method, path, body, headers | {"Cookie": self._cookies, "X-CSRFToken": self._token})
            response = line.getresponse()
            content = response.read()
            return Answer(response.status, dict(response.getheaders()), content, time.monotonic() - began)
        except (OSError, http.client.HTTPException) as error:
            return Answer(599, {}, repr(error).encode(), time.monotonic() - began)
        finally:
            line.close()

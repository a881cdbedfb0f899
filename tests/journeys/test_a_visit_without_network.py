"""A facilitator makes a site visit where there is no network, closes the phone, comes back, and sends: nothing lost, nothing twice.

The browser talks to a real port here, since a service worker needs one; the network is lost by cutting the connection.
"""

import struct
import threading
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from django.urls import reverse

from levier.controls import actions
from levier.controls.models import Case, Visit
from levier.controls.values import CaseKind
from levier.controls.visit_actions import receive_visit, report_from
from levier.files.queries import content_of
from levier.reference.actions import load_published
from levier.web import clock
from tests.browser import AXE_RULES, TYPES, executable
from tests.world import NOW, World

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
EXIF = b"GPS-CANARI"


def photograph() -> bytes:
    """A PNG of 40 × 30 points that carries a place, as a phone's would."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes((x * 6, y * 8, 120)[i] for x in range(40) for i in range(3)) for y in range(30))
    head = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", b"Place\x00" + EXIF)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class Answering(BaseHTTPRequestHandler):
    """One request of the browser."""

    network: "Network"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.network.cut:
            return
        status, headers, body = self.network.answer(self.command, self.path, self.headers, sent)
        if self.network.lose_answers and self.command == "POST":
            return
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name the server asks for


class Network:
    """The application on a port, in the test's own transaction, until the network is cut."""

    def __init__(self, client: Any) -> None:
        self.cut = self.lose_answers = False
        self._client, self.connection = client, connections["default"]
        self.connection.inc_thread_sharing()
        handler = type("Handler", (Answering,), {"network": self})
        self._server = HTTPServer(("127.0.0.1", 0), handler)
        self.origin = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, method: str, path: str, headers: Any, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        connections["default"] = self.connection
        if path.startswith("/static/"):
            found = Path(str(finders.find(path.removeprefix("/static/").split("?")[0])))
            return 200, {"Content-Type": TYPES.get(found.suffix, "text/plain")}, found.read_bytes()
        extra = {"HTTP_ACCEPT": headers.get("Accept", "*/*")}
        if method == "POST":
            answer = self._client.post(path, data=sent, content_type=headers["Content-Type"], **extra)
        else:
            answer = self._client.get(path, **extra)
        return answer.status_code, dict(answer.headers), answer.getvalue()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.connection.dec_thread_sharing()


@pytest.fixture
def visit_case(world: World, settings, tmp_path: Path, monkeypatch) -> Case:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    load_published(NOW)
    commitment = world.commitment(world.contract())
    return actions.open_case(
        actor=world.actors["near"],
        commitment_id=commitment.public_id,
        kind=CaseKind.VISIT,
        ground="Visite prévue.",
        now=NOW,
    )


def test_made_without_network_sent_later_nothing_lost_nothing_twice(world: World, visit_case: Case, tmp_path: Path):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    photo = tmp_path / "photo.png"
    photo.write_bytes(photograph())
    assert EXIF in photo.read_bytes()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["near"])
    network = Network(client)
    address = network.origin + reverse("control-visit", args=[visit_case.public_id])
    shots = Path("/tmp/controls-shots")
    with sync_playwright() as playwright:
        connections["default"] = network.connection
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 800})
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        page.locator('form[data-visit][data-page-kept="done"]').wait_for()
        assert "marche aussi sans réseau" in page.locator("#visit-status").inner_text()
        assert Axe().run(page, options=AXE_RULES).response["violations"] == []

        # On the site: no network. The page still opens; what is typed and photographed stays.
        network.cut = True
        context.set_offline(True)
        page.reload()
        page.fill("#f-place", "Chantier du collège, entrée nord")
        page.fill("#f-present", "7")
        page.fill("#f-insertion", "2")
        page.locator('input[name="item-tutor"][value="no"]').check()
        page.fill("#f-note-tutor", "Tuteur absent ce jour")
        page.set_input_files("#f-photos", str(photo))
        page.locator("#visit-photos li").wait_for()
        page.get_by_role("button", name="Envoyer le constat").click()
        page.get_by_text("Gardé dans ce téléphone").wait_for()
        page.screenshot(path=str(shots / "kept-360.png"), full_page=True)
        assert Axe().run(page, options=AXE_RULES).response["violations"] == []
        assert not Visit.objects.exists()

        # The phone is closed; somebody else reports meanwhile.
        page.close()
        other = receive_visit(
            actor=world.actors["mission"], case_id=visit_case.public_id, key="bureau", based_on=1, made_at=NOW, photos=[], now=NOW,
            report=report_from({"present": "8", "insertion": "3"}),
        )  # fmt: skip
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        page.get_by_text("Gardé dans ce téléphone").wait_for()
        assert page.input_value("#f-place") == "Chantier du collège, entrée nord"
        assert page.locator('input[name="item-tutor"][value="no"]').is_checked()
        assert page.locator("#visit-photos li").count() == 1

        # The network comes back, and the answer to the first sending is lost on the way.
        network.cut, network.lose_answers = False, True
        context.set_offline(False)
        for _ in range(100):
            if Visit.objects.count() == 2:
                break
            page.wait_for_timeout(100)
        page.get_by_text("Gardé dans ce téléphone").wait_for()
        network.lose_answers = False
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_url("**" + reverse("control", args=[visit_case.public_id]))
        assert Visit.objects.count() == 2, "sent twice, kept once"

        # Side by side; somebody chooses; the other one stays.
        assert "Plusieurs constats pour ce contrôle" in page.locator("main").inner_text()
        assert Axe().run(page, options=AXE_RULES).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.screenshot(path=str(shots / "conflict-360.png"), full_page=True)
        page.get_by_role("button", name="Garder ce constat").click()
        page.wait_for_load_state()
        page.goto(address)
        assert page.input_value("#f-place") == "", "what was sent is no longer in the phone"
        browser.close()
    mine = Visit.objects.exclude(pk=other.visit.pk).get()
    assert (mine.content["present"], mine.content["insertion"], mine.content["items"]["tutor"]["answer"]) == (
        7,
        2,
        "no",
    )
    kept = content_of(mine.attachments.get().file)
    assert kept.startswith(b"\xff\xd8"), "the photograph was redrawn"
    assert EXIF not in kept, "its place is gone"
    assert mine.attachments.get().file.state == "quarantine"
    visit_case.refresh_from_db()
    assert (visit_case.state, visit_case.steps.order_by("-sequence").first().visit_id) == ("reported", mine.pk)
    assert wrong == []
    network.close()

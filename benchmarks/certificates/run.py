"""Certificates sealed, typeset and kept, on commitments with ten people and twenty-nine months of ledger; beside two rivals, in the same run:
the same words, drawing and QR code printed by a headless Chromium that is already open, and the same model set by a process that starts.
"""

import html
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.certificates.rates import Rate, measure, table, timed
from benchmarks.decp.run import processor
from benchmarks.pages import large

DATABASE = "bench_certificates"
AIM = 40
"""Certificates a second on two cores."""
COMMITMENTS = 500
PRINTED, STARTED = 30, 5


def report(say: Any = print) -> str:
    """The section of docs/mesures.md."""
    from levier import embedded

    server = embedded.start("benchmark")
    pid = int((embedded.data_folder("benchmark") / "postmaster.pid").read_text().split()[0])
    embedded.drop_database(server, DATABASE)
    try:
        with tempfile.TemporaryDirectory(prefix="levier-bench-") as folder:
            return _told(_measures(embedded.ensure_database(server, DATABASE), pid, Path(folder), say))
    finally:
        from django.db import connections

        connections.close_all()
        embedded.drop_database(server, DATABASE)
        server.cleanup()


def _measures(address: str, server: int, folder: Path, say: Any) -> list[Rate]:
    os.environ |= {"DATABASE_URL": address, "LEVIER_STATE": str(folder / "state")}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    from levier.installation import bring_up_to_date

    bring_up_to_date(address)
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from levier.web import clock
    from tests.world import small_world

    settings.MEDIA_ROOT = folder / "files"
    small_world()
    with connection.cursor() as cursor:
        large.make(cursor, large.Size(COMMITMENTS), clock.today(), lambda *_, **__: None)
    found = measure(server, say)
    return [*found, *_rivals(folder, say)]


def _rivals(folder: Path, say: Any) -> list[Rate]:
    from levier.compliance.models import Certificate
    from levier.documents.queries import certificate_bytes

    certificate = Certificate.objects.select_related("supersedes").order_by("-pk")[0]
    page, found = _page(certificate), []
    browser = _browser()
    if browser is None:
        say("ABSENT: Chromium. The rival was NOT measured.", file=sys.stderr)
    else:
        from playwright.sync_api import sync_playwright

        def spent() -> float:
            return processor(os.getpid())

        with sync_playwright() as playwright:
            window = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()

            def printed() -> None:
                window.set_content(page)
                window.pdf(format="A4", print_background=True, tagged=True)

            printed()
            found.append(
                timed("pages printed by an open Chromium, nothing sealed", PRINTED, spent, lambda: [printed() for _ in range(PRINTED)], say)
            )  # fmt: skip
    paper = folder / "paper.pdf"
    paper.write_bytes(certificate_bytes(certificate, address="https://levier.exemple.test"))
    model = Path(__file__).parents[2] / "levier" / "documents" / "certificate.typ"
    inputs = folder / "inputs.json"
    inputs.write_text(_inputs(certificate), encoding="utf-8")
    program = (
        "import json, sys, typst; typst.compile(sys.argv[1], sys_inputs=json.load(open(sys.argv[2])), "
        "pdf_standards=['a-2a', 'ua-1'], ignore_system_fonts=True)"
    )

    def started() -> None:
        for _ in range(STARTED):
            subprocess.run([sys.executable, "-c", program, str(model), str(inputs)], check=True)

    found.append(
        timed("papers set by a process that starts, nothing sealed", STARTED, lambda: sum(os.times()[:4]), started, say)
    )
    return found


def _browser() -> str | None:
    from tests.browser import executable

    if named := executable():
        return named
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def _page(certificate: Any) -> str:
    """The words of the paper as HTML, with its drawing and its QR code."""
    from levier.documents.queries import sheet_of_certificate, verify_address
    from levier.documents.rendering import TEMPLATE, qr_svg

    address = "https://levier.exemple.test"
    sheet = sheet_of_certificate(certificate, address=address)
    drawing = TEMPLATE.with_name("guilloche.svg").read_text(encoding="utf-8")
    rows = "".join(f"<tr><td>{html.escape(row.label)}<td>{html.escape(row.value)}" for row in sheet.rows)
    words = "".join(
        f"<p>{html.escape(text)}</p>"
        for text in (sheet.why, sheet.people, sheet.followed, sheet.mayor, sheet.fingerprint)
    )
    lede = "".join(html.escape(run.text) for run in sheet.lede)
    return (
        f"<!doctype html><html lang=fr><title>{html.escape(sheet.title)}</title><body>{drawing}<h1>{html.escape(sheet.title)}</h1>"
        f"<p>{lede}</p><table>{rows}</table>{words}<div style='width:27mm'>{qr_svg(verify_address(certificate, address=address))}</div>{drawing}"
    )


def _inputs(certificate: Any) -> str:
    import json

    from levier.documents.queries import sheet_of_certificate, verify_address
    from levier.documents.rendering import plain, qr_svg

    address = "https://levier.exemple.test"
    sheet = {**plain(sheet_of_certificate(certificate, address=address)), "sealed_date": [2026, 11, 26], "dense": False}
    code = qr_svg(verify_address(certificate, address=address))
    return json.dumps({"sheet": json.dumps(sheet), "qr": code, "seal": "", "blank": "", "key": ""})


def _told(found: list[Rate]) -> str:
    best = max(one.a_second for one in found[1:3])
    return (
        f"## Certificates\n\nCommitments that ended, each with ten people and twenty-nine months in the ledger: the last month closed, the balance "
        f"derived again, the certificate numbered and chained, its PDF/A-2a and PDF/UA-1 set with its QR code, signed and kept. Beside it, in the "
        f"same run, rivals that only set the page.\n\n{table(found)}\n\n"
        f"Aim: {AIM} a second on two cores: {'held' if best >= AIM else 'NOT held'} ({best:.1f} on the clock; "
        f"{2 / (found[2].processor / max(1, found[2].count)):.0f} by the CPU seconds, were the two cores free)."
    )

"""A real browser for the tests: the machine's, else Debian's Chromium, else the one Playwright fetches.

The path is written to `.levier/browser`, empty for Playwright's own; `LEVIER_TEST_BROWSER` names another one.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tools.setup import python
from tools.setup.steps import STATE, Refusal, run, step

CHOSEN = STATE / "browser"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def prepare() -> None:
    """Find or install a browser that starts."""
    if CHOSEN.is_file() and _starts(CHOSEN.read_text(encoding="utf-8").strip()):
        return
    found = _on_this_machine()
    if found is None:
        with step("Navigateur des tests (Chromium)"):
            if python.install_debian("chromium"):
                found = _on_this_machine()
            if found is None:
                _install_playwrights()
                found = ""
    CHOSEN.write_text(found + "\n", encoding="utf-8")


def _on_this_machine() -> str | None:
    named = os.environ.get("LEVIER_TEST_BROWSER")
    if named:
        if not _starts(named):
            raise Refusal(f"Le navigateur nommé par LEVIER_TEST_BROWSER ne démarre pas : {named}.")
        return named
    return next((path for name in NAMES if (path := shutil.which(name)) and _starts(path)), None)


def _starts(path: str) -> bool:
    """Whether that browser runs; an empty path asks for Playwright's own."""
    if not path:
        listed = subprocess.run(
            [
                python.PYTHON,
                "-c",
                "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        return listed.returncode == 0 and Path(listed.stdout.strip()).exists()
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install_playwrights() -> None:
    with_system = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    run(
        [python.PYTHON, "-m", "playwright", "install", *with_system, "chromium"],
        failure="Aucun navigateur n’a pu être installé pour les tests : installez le paquet chromium, puis relancez.",
    )

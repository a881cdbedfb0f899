"""`make check`: style, types, architecture, and the tests that need neither a database nor a browser; side by side."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from tools.setup.python import VENV
from tools.setup.steps import PROJECT, STATE, Refusal, say

BIN = VENV / "bin"
SOURCES = ("levier", "tests", "tools", "benchmarks")
FAST = {
    "Style (ruff)": ["ruff", "check", "--quiet", *SOURCES],
    "Mise en forme (ruff)": ["ruff", "format", "--check", "--quiet", *SOURCES],
    "Gabarits (djlint)": ["djlint", "levier", "--lint", "--quiet"],
    "Architecture (import-linter)": ["lint-imports", "--cache-dir", str(STATE / "cache" / "import-linter")],
    "Types (mypy)": ["mypy", "--cache-dir", str(STATE / "cache" / "mypy")],
}
UNIT_TESTS = {
    "Tests sans base ni navigateur": [
        "pytest",
        "-q",
        "--quick",
        "-p",
        "no:cacheprovider",
        "-n",
        "2",
        "--dist",
        "worksteal",
    ]
}
LAST_LINES = 60
"""Lines shown of a check that failed."""


def _one(title: str, words: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [BIN / words[0], *words[1:]],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
    nothing_to_check = words[0] == "djlint" and "No files to check" in done.stdout
    good = done.returncode == 0 or nothing_to_check
    closing = f"  {done.stdout.strip().splitlines()[-1]}" if words[0] == "pytest" and done.stdout.strip() else ""
    say(f"  {'✓' if good else '✗'} {title} ({seconds} s){closing}")
    if not good:
        say("\n".join(done.stdout.splitlines()[-LAST_LINES:]))
    return good


def run(*, with_tests: bool) -> None:
    """Run them two at a time, show each one's outcome. Raises Refusal when one fails."""
    checks = {**(UNIT_TESTS if with_tests else {}), **FAST}
    with ThreadPoolExecutor(max_workers=2) as two:
        outcomes = dict(zip(checks, two.map(_one, checks, checks.values()), strict=True))
    failed = [title for title, good in outcomes.items() if not good]
    if failed:
        raise Refusal(f"À corriger : {', '.join(failed)}.")

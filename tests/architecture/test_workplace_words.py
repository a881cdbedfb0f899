"""Nothing committed names a place where it was made, an index of packages, or work left to do."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".jpg", ".webp", ".woff2", ".ico", ".pdf", ".xlsx", ".mo"}
FAULTS = {
    "a machine's path": re.compile(r"/(?:work|root|home/\w+)/[\w.]"),
    "a package index": re.compile(
        "|".join(["registry" + r"\.npmjs", "pypi" + r"\.org", "files" + r"\.pythonhosted", "deb" + r"\.debian\.org"])
    ),
    "an index option": re.compile("--(?:extra-)?index" + "-url|--registry" + "="),
    "work left to do": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
}
"""Written in pieces where this file would otherwise find itself."""
LOCKS = re.compile(r"(^|/)(package-lock\.json|requirements/\w+\.txt)$")
IN_LOCKS = re.compile(r"https?://|\"resolved\"")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files are committed")
    return [name for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()]


def faults_of(name: str, text: str) -> list[str]:
    found = [
        f"{name}:{n}: {what}: {line.strip()[:120]}"
        for n, line in enumerate(text.splitlines(), 1)
        for what, sign in FAULTS.items()
        if sign.search(line)
    ]
    if LOCKS.search(name) and IN_LOCKS.search(text):
        found.append(f"{name}: an address in a lock")
    return found


def test_no_tracked_file_names_a_workplace():
    found = []
    for name in tracked():
        if Path(name).suffix in BINARY:
            continue
        found += faults_of(name, (PROJECT / name).read_text(encoding="utf-8", errors="replace"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("levier/a.py", "DATA = '/" + "work/main/x'"),
        ("docs/a.md", "see /" + "root/.cache"),
        ("requirements/app.txt", "--extra-index" + "-url x"),
        ("package-lock.json", '"resolved": "x"'),
        ("requirements/app.txt", "x @ https://example.org/x.whl"),
        ("levier/a.py", "# TO" + "DO later"),
    ],
)
def test_a_planted_word_is_seen(name, text):
    assert faults_of(name, text)

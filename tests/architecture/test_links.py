"""Every relative link of the documentation leads to a file, and to a heading where it names one."""

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def pages() -> list[Path]:
    return [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]


def anchors(text: str) -> set[str]:
    """The names that a forge gives to headings: small letters, hyphens for spaces, no punctuation."""
    found = set()
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", FENCE.sub("", text), re.MULTILINE):
        plain = unicodedata.normalize("NFC", re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def broken(page: Path, text: str) -> list[str]:
    found = []
    for target in LINK.findall(CODE.sub("", FENCE.sub("", text))):
        if ELSEWHERE.match(target):
            continue
        path, _, heading = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or not file.is_relative_to(PROJECT.resolve()):
            found.append(f"{page.name}: {target} leads nowhere")
        elif heading and heading not in anchors(text if file == page else file.read_text(encoding="utf-8")):
            found.append(f"{page.name}: {target} names no heading")
    return found


def test_every_relative_link_leads_somewhere():
    assert len(pages()) > 20
    assert [fault for page in pages() for fault in broken(page, page.read_text(encoding="utf-8"))] == []


def test_the_pages_that_readme_promises_are_there():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    promised = {target for target in LINK.findall(text) if target.startswith("docs/") and target.endswith(".md")}
    assert len(promised) >= 6


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("see [it](docs/nowhere.md)", "docs/nowhere.md leads nowhere"),
        ("![picture](docs/images/nowhere.png)", "nowhere.png leads nowhere"),
        ("[out](../elsewhere.md)", "leads nowhere"),
        ("[heading](CONTRIBUTING.md#nowhere)", "names no heading"),
        ("# Title\n[here](#other)", "names no heading"),
    ],
)
def test_a_planted_link_is_seen(text, sign):
    (fault,) = broken(PROJECT / "README.md", text)
    assert sign in fault


def test_good_links_and_code_are_left_alone():
    text = (
        "# `levier verify` & Co\n[a](#levier-verify--co) [b](https://example.org/x) `[c](nowhere)`\n```\n[d](e)\n```\n"
    )
    assert broken(PROJECT / "README.md", text) == []

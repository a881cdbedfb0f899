"""Every template of the project keeps the house rules that the strict content policy needs; each check can fail."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "levier"
TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))
LONGEST = 120

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>{]*\sstyle\s*=", re.IGNORECASE),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a data: or javascript: address": re.compile(
        r"""(?:href|src|action)\s*=\s*["']?\s*(?:data|javascript):""", re.IGNORECASE
    ),
    "something loaded from elsewhere": re.compile(
        r"""<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*(?:src|data)\s*=\s*["']?(?:https?:)?//|<link\b[^>]*href\s*=\s*["']?(?:https?:)?//""",
        re.IGNORECASE,
    ),
    "a colour": re.compile(r"""\b(?:fill|stroke|color)\s*=\s*["']#""", re.IGNORECASE),
    "htmx inline code": re.compile(r"\bhx-(?:on|vals=.js)", re.IGNORECASE),
}


TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def faults(source: str) -> list[str]:
    source = TAGS.sub("", source)
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(source)]


def test_there_are_templates():
    assert len(TEMPLATES) > 40


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_template_keeps_the_rules(path):
    source = path.read_text(encoding="utf-8")
    assert faults(source) == []
    assert len(source.splitlines()) <= LONGEST


@pytest.mark.parametrize(
    "planted",
    [
        '<p class="x" style="color:red">',
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        '<button type="button" onclick="x()">',
        '<a href="javascript:x()">',
        '<img src="data:image/png;base64,AA">',
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<rect fill="#ff0000">',
        '<div hx-on:click="x()">',
    ],
)
def test_a_planted_fault_is_found(planted):
    assert faults(planted) != []


def test_only_the_tokens_name_colours():
    """Paper (certificate, payslip) is always light: the three lines that draw it are the exception."""
    folder = WEB / "web" / "static" / "levier"
    colour = re.compile(r"#[0-9A-Fa-f]{3,8}\b|\brgba?\(")
    found = [
        line.strip()[:60]
        for name in ("base.css", "components.css", "parts.css")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
        if colour.search(line) and "url(#" not in colour.sub("", line).replace("url(#", "", 0)
    ]
    assert [line for line in found if not line.startswith((".paper", ".sheet", ".band :focus", ".paper-hl"))] == []


def test_the_sprite_has_every_icon_the_templates_call():
    names = set(
        re.findall(r'<symbol id="([a-z-]+)"', (WEB / "web/static/levier/icons.svg").read_text(encoding="utf-8"))
    )
    called = {
        name for path in TEMPLATES for name in re.findall(r'\{% icon "([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert called - names == set()

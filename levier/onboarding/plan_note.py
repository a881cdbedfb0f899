"""The plan of ways as a page or two of paper. Every text comes ready to print."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typst

from levier.foundation.periods import PARIS

TEMPLATE = Path(__file__).with_name("plan.typ")


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One way with what it asks for."""

    name: str
    hours: str
    people: str
    first: str
    cost: str
    steps: tuple[str, ...]
    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """`caution`: what must be read beside the figures."""

    title: str
    contract: str
    holder: str
    hours: str
    until: str
    owner: str
    lines: tuple[NoteLine, ...]
    facilitator: str
    caution: str


def note_pdf(note: Note, *, at: datetime) -> bytes:
    """PDF/A-2a and PDF/UA-1; the same note at the same moment gives the same bytes."""
    local = at.astimezone(PARIS)
    data = {**dataclasses.asdict(note), "date": [local.year, local.month, local.day]}
    compiler = typst.Compiler(
        input=str(TEMPLATE),
        root=str(TEMPLATE.parent),
        ignore_system_fonts=True,
        sys_inputs={"note": json.dumps(data, ensure_ascii=False)},
    )
    document = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=at.replace(microsecond=0))
    assert isinstance(document, bytes)
    return document

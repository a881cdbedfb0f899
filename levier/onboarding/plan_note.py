"""The plan of ways as a page or two of paper. Every text comes ready to print."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from levier.foundation.periods import PARIS
from levier.foundation.typesetting import tagged_pdf

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
    return tagged_pdf(TEMPLATE, at=at, note=json.dumps(data, ensure_ascii=False))

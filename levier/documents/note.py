"""The one-page note of a sizing study: each factor in a sentence, with its source and version; hours, weeks, people."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from levier.foundation.periods import PARIS
from levier.foundation.typesetting import tagged_pdf

TEMPLATE = Path(__file__).with_name("note.typ")


@dataclass(frozen=True, slots=True)
class NoteFactor:
    """`sentence` is what the factor is and why; `source` tells where it comes from, `unverified` that nobody confirmed it."""

    sentence: str
    source: str
    version: str
    unverified: bool


@dataclass(frozen=True, slots=True)
class Note:
    """Every text is ready to print."""

    authority: str
    service: str
    contract: str
    lot: str
    method: str
    kept: str
    hours: str
    bounds: str
    weeks: str
    people: str
    factors: tuple[NoteFactor, ...]
    steps: tuple[str, ...]
    sources: tuple[str, ...]
    reference: str


def note_pdf(note: Note, *, at: datetime) -> bytes:
    """PDF/A-2a and PDF/UA-1; the same note gives the same bytes, dated by the study."""
    local = at.astimezone(PARIS)
    data = {
        **dataclasses.asdict(note),
        "date": [local.year, local.month, local.day],
        "density": _density(note),
    }
    return tagged_pdf(TEMPLATE, at=at, note=json.dumps(data, ensure_ascii=False))


def _density(note: Note) -> int:
    """0 at ease, 1 tight, 2 very tight: by the characters to set, so that the note keeps to one page."""
    written = sum(
        len(text)
        for text in (
            note.contract, note.lot, *note.steps, *note.sources, *(one.sentence + one.source + one.version for one in note.factors),
        )
    )  # fmt: skip
    return 0 if written < 2300 else 1 if written < 3500 else 2

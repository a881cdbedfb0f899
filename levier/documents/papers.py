"""Papers for a person: the letter that opens their own page, and their hours book (carnet d'heures). PDF/A-2a and PDF/UA-1."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from levier.documents.rendering import qr_svg
from levier.foundation.periods import PARIS
from levier.foundation.typesetting import tagged_pdf

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class LetterText:
    """Every text is ready to print. `address` is what the QR code says; it is also written in full."""

    authority: str
    service: str
    name: str
    reference: str
    address: str
    until: str
    facilitator: str
    reach: str


@dataclass(frozen=True, slots=True)
class BookMonth:
    month: str
    hours: str
    state: str


@dataclass(frozen=True, slots=True)
class BookJob:
    """One job of the book. `tasks` and `skills` are the person's own words, or what they ticked."""

    title: str
    employer: str
    kind: str
    span: str
    total: str
    months: tuple[BookMonth, ...]
    tasks: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookText:
    authority: str
    name: str
    reference: str
    made: str
    total: str
    jobs: tuple[BookJob, ...]


def letter_pdf(text: LetterText, *, at: datetime) -> bytes:
    """One page. The link is in it and nowhere else: keep no copy of these bytes."""
    return _typeset("person_letter.typ", dataclasses.asdict(text), at, qr=qr_svg(text.address))


def book_pdf(text: BookText, *, at: datetime) -> bytes:
    return _typeset("hours_book.typ", dataclasses.asdict(text), at)


def _typeset(template: str, data: dict[str, object], at: datetime, **inputs: str) -> bytes:
    local = at.astimezone(PARIS)
    data |= {"date": [local.year, local.month, local.day]}
    return tagged_pdf(FOLDER / template, at=at, data=json.dumps(data, ensure_ascii=False), **inputs)

"""A letter: its French text, the Word document filled from it, the same text as a PDF, and the fingerprint of what it says.

Texts are in texts/, in the form of levier/drafting/shipped.py: one text makes the Word document, whose paragraphs make the PDF.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from levier.compliance.snapshot import fingerprint
from levier.controls.values import LetterKind
from levier.drafting.filling import blocks_of, render_model
from levier.drafting.shipped import build
from levier.foundation.typesetting import tagged_pdf

TEXTS = Path(__file__).parent / "texts"
TEMPLATE = Path(__file__).with_name("letter.typ")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEAD_BLOCKS = 4
"""Paragraphs of texts/head.txt, which the PDF sets in its own way."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter ready to be kept: what it says, the fingerprint of that, and its two files."""

    content: dict[str, Any]
    content_hash: bytes
    word: bytes
    pdf: bytes


@cache
def _model(kind: LetterKind) -> bytes:
    texts = [(TEXTS / f"{name}.txt").read_text(encoding="utf-8") for name in ("head", kind.value, "foot")]
    return build("".join(texts))


def write(kind: LetterKind, fields: Mapping[str, Any], *, at: datetime) -> Written:
    """Fill the letter. The same fields at the same instant give the same bytes. `fields`: see texts/."""
    word = render_model(_model(kind), dict(fields))
    blocks = blocks_of(word)
    content = {"kind": kind.value, "fields": dict(fields), "blocks": blocks}
    digest = fingerprint(content)
    return Written(content, digest, word, _pdf(fields, blocks[_HEAD_BLOCKS:], digest, at))


def _pdf(fields: Mapping[str, Any], blocks: list[dict[str, Any]], digest: bytes, at: datetime) -> bytes:
    data = {
        "fields": dict(fields),
        "blocks": blocks,
        "fingerprint": digest.hex(),
        "date": [at.year, at.month, at.day],
    }
    return tagged_pdf(TEMPLATE, at=at, letter=json.dumps(data, ensure_ascii=False))

"""From a sheet to the bytes of a PDF/A-2a and PDF/UA-1 file: archivable, tagged, and the same bytes for the same sheet."""

import io
import json
from datetime import datetime
from pathlib import Path

import segno

from levier.compliance.sealing import BLANK
from levier.documents.sheet import Sheet, plain
from levier.foundation.periods import PARIS
from levier.foundation.typesetting import tagged_pdf

_MASK = 3
"""Trying the eight masks to keep the best takes longer than setting the whole page, and is not seen: of 320 such codes read small and
turned, 281 were read with this one and 282 with the best of each.
"""
LONGEST_AT_EASE = 900
"""Characters of running text that one page holds at the ordinary size."""
TEMPLATE = Path(__file__).with_name("certificate.typ")


def certificate_pdf(sheet: Sheet, *, verify_url: str, sealed_at: datetime, seal: str = "", key: str = "") -> bytes:
    """The PDF of a certificate. `verify_url` is what the QR code says; `seal` and `key` (its name) let
    it be checked without network, and the file then has a blank for its own signature. Dates in the file are those of the seal, so that
    rendering twice gives the same bytes.
    """
    local = sealed_at.astimezone(PARIS)
    written = "".join(run.text for run in sheet.lede) + sheet.why + sheet.people + sheet.followed
    data = {
        **plain(sheet),
        "sealed_date": [local.year, local.month, local.day],
        "dense": len(written) > LONGEST_AT_EASE,
    }
    return tagged_pdf(
        TEMPLATE,
        at=sealed_at,
        sheet=json.dumps(data, ensure_ascii=False),
        qr=qr_svg(verify_url),
        seal=seal,
        blank=BLANK.decode() if seal else "",
        key=key,
    )


def qr_svg(address: str) -> str:
    """A QR code with medium error correction and its quiet zone, black on white."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False, mask=_MASK).save(
        out, kind="svg", border=2, dark="#12292f", light="#ffffff", xmldecl=False, omitsize=True
    )
    return out.getvalue().decode()

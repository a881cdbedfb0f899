"""One export from end to end: which lots are ready, the bytes for those, and the report about the others."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from levier.foundation.french import HARD, plural
from levier.open_data.exporting.assembling import prepare
from levier.open_data.exporting.decp import as_json, as_xml
from levier.open_data.exporting.ocds import as_ocds
from levier.open_data.exporting.values import KnownLot, Outcome, Prepared


class Form(StrEnum):
    JSON = "json"
    XML = "xml"
    OCDS = "ocds"


def export(
    lots: Sequence[KnownLot], form: Form, *, published_on: date, publisher: str = "Levier", address: str = ""
) -> Outcome:
    """`published_on`: date of first publication of what was never published."""
    prepared = [prepare(lot, published_on=published_on.isoformat()) for lot in lots]
    sent = tuple(one for one in prepared if one.ready)
    kept_back = tuple(one for one in prepared if not one.ready)
    if not sent:
        return Outcome(b"", sent, kept_back)
    match form:
        case Form.JSON:
            data = as_json(one.record for one in sent)
        case Form.XML:
            data = as_xml(one.record for one in sent)
        case Form.OCDS:
            data = as_ocds(_by_process(sent), publisher=publisher, address=address)
    return Outcome(data, sent, kept_back)


def _by_process(sent: Sequence[Prepared]) -> list[Prepared]:
    """Lots that were published under one id stand together."""
    return sorted(
        sent, key=lambda one: (one.record["acheteur"]["id"], one.record["id"], one.lot.lot_number, one.lot.lot_id)
    )


def report_as_json(outcome: Outcome, file: str) -> dict[str, Any]:
    return {
        "file": file if outcome.data else None,
        "written": len(outcome.sent),
        "not_sent": len(outcome.kept_back),
        "missing": [
            {
                "reference": one.lot.reference,
                "lot": one.lot.lot_number,
                "buyer": one.lot.buyer.siret,
                "title": one.lot.title,
                "fields": [{"field": lack.field, "label": lack.label, "message": lack.ask} for lack in one.lacks],
            }
            for one in outcome.kept_back
        ],
        "remarks": [
            {"reference": one.lot.reference, "lot": one.lot.lot_number, "message": remark}
            for one in outcome.sent
            for remark in one.remarks
        ],
    }


def summary(outcome: Outcome, file: str) -> str:
    """What was written and what each other contract lacks, for a person at a terminal."""
    written, waiting = len(outcome.sent), len(outcome.kept_back)
    lines = [f"{file}{HARD}: {plural(written, 'fiche écrite', 'fiches écrites')}."] if written else []
    if waiting:
        lines.append(f"{plural(waiting, 'fiche incomplète, non envoyée', 'fiches incomplètes, non envoyées')}{HARD}:")
    for one in outcome.kept_back:
        lines.append(f"  {one.lot.reference}, lot {one.lot.lot_number}{HARD}: {one.lot.title[:80]}")
        lines += [f"    {lack.field}{HARD}: {lack.ask}" for lack in one.lacks]
    if remarks := [(one.lot, remark) for one in outcome.sent for remark in one.remarks]:
        lines.append(f"Écrit en partie{HARD}:")
        lines += [f"  {lot.reference}, lot {lot.lot_number}{HARD}: {remark}" for lot, remark in remarks]
    return "\n".join(lines)

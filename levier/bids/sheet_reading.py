"""Reading an answer sheet back. `answer` runs in a confined child: the file came from outside."""

import io
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from levier.bids.answer_sheet import ANSWERS, FIRST_ANSWER, HOURS_CELL, LONGEST, MARK, NAME_CELL, SIGNATURE, SIRET_CELL
from levier.bids.refusals import BidRefusal, refuse
from levier.files.values import XLSX, read_piece
from levier.foundation.archives import NotAnArchive, names_in
from levier.foundation.confinement import Overwhelmed, run_confined
from levier.foundation.objections import Objection, Refusal
from levier.foundation.quantities import NotAQuantity, parse_hours

LARGEST_SHEET = 4_000_000
MOST_LINES = 8
ANSWER_LENGTH = LONGEST * 2


@dataclass(frozen=True, slots=True)
class SheetAnswers:
    """What a bidder wrote. `answers`: by place of sub-criterion, from 1."""

    name: str
    siret: str
    offered_hours: Decimal | None
    answers: dict[int, str]


def read_sheet(content: bytes, name: str, *, grid_id: str) -> SheetAnswers:
    """Raise Refusal, with what to do, for anything that is not a filled answer sheet of that grid."""
    if read_piece(content, name, largest=LARGEST_SHEET).media_type != XLSX:
        raise _refused(f"« {name} » n’est pas un classeur Excel (.xlsx). Saisissez la réponse ci-dessous.")
    try:
        names_in(content)
    except NotAnArchive as fault:
        raise _refused(
            f"« {name} » ne peut pas être ouvert : {fault}. Demandez le fichier au candidat, ou saisissez sa réponse."
        ) from None
    try:
        found = json.loads(run_confined("levier.bids.sheet_reading", content))
    except Overwhelmed:
        raise _refused(f"« {name} » ne se laisse pas lire. Saisissez la réponse ci-dessous.") from None
    if "fault" in found:
        raise _refused(found["fault"].format(name=name))
    if found["grid"] != grid_id:
        raise _refused(f"« {name} » est le cadre de réponse d’un autre lot. Vérifiez que c’est le bon fichier.")
    if not found["name"] and not found["siret"] and not any(found["answers"].values()):
        raise _refused(f"« {name} » est vide : aucune case jaune n’est remplie.")
    return SheetAnswers(
        found["name"],
        found["siret"],
        _hours(found["hours"]),
        {int(place): text for place, text in found["answers"].items()},
    )


def _hours(written: str) -> Decimal | None:
    if not written.strip():
        return None
    try:
        return parse_hours(written)
    except NotAQuantity as fault:
        raise _refused(f"Heures proposées : {fault}") from None


def _refused(message: str) -> Refusal:
    return refuse(Objection(BidRefusal.SHEET, "file", {"message": message}))


def answer(payload: bytes) -> bytes:
    """In the child: the cells we look for as text, or what is wrong."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(payload))
        if MARK not in workbook.sheet_names or ANSWERS not in workbook.sheet_names:
            return _fault(
                "« {name} » n’est pas un cadre de réponse de Levier. Utilisez celui du dossier, ou saisissez la réponse."
            )
        mark = [_text(row[0]) if row else "" for row in workbook.get_sheet_by_name(MARK).to_python(nrows=3)]
        rows = workbook.get_sheet_by_name(ANSWERS).to_python(skip_empty_area=False, nrows=FIRST_ANSWER + MOST_LINES)
    except (CalamineError, ValueError, OSError):
        return _fault("« {name} » est abîmé. Demandez-le à nouveau au candidat, ou saisissez sa réponse.")
    if len(mark) < 3 or mark[0] != SIGNATURE or not mark[2].isdigit():
        return _fault("« {name} » n’est pas un cadre de réponse de cette version de Levier. Saisissez la réponse.")

    def cell(row: int, column: int) -> str:
        return _text(rows[row][column]) if row < len(rows) and column < len(rows[row]) else ""

    answers = {
        place: cell(FIRST_ANSWER + place - 1, 1)[:ANSWER_LENGTH]
        for place in range(1, min(int(mark[2]), MOST_LINES) + 1)
    }
    found = {
        "grid": mark[1], "name": cell(*NAME_CELL)[:400], "siret": cell(*SIRET_CELL)[:40], "hours": cell(*HOURS_CELL)[:40],
        "answers": answers,
    }  # fmt: skip
    return json.dumps(found).encode()


def _fault(sentence: str) -> bytes:
    return json.dumps({"fault": sentence}).encode()


def _text(value: object) -> str:
    """A cell as text: numbers without the noise of binary fractions, nothing that is not printable."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        try:
            exact = Decimal(repr(value)).normalize()
        except InvalidOperation:
            return ""
        return f"{exact:f}"
    kept = "".join(one for one in str(value) if one.isprintable() or one == "\n")
    return kept.strip()

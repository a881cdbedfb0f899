"""Essential data as a table: the consolidated files of the State, one line a contract or one line a holder.

Three layouts are met: dotted columns (`acheteur.id`, `titulaires.1.id`), the « augmented » ones of the Ministry (`titulaire_id_1`,
CDL and MQ for what is not told, INX before what is malformed), and one line for each holder (`acheteur_id`, `titulaire_id`). Each
line becomes a record in the shape of the official schema; lines that differ only by their holder become one record.
"""

import ast
import csv
import io
import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from levier.open_data.identity import exact_number
from levier.open_data.shapes import undotted
from levier.open_data.values import BIT, Doubt, FileFault, FileRefused, Parsed, Reason
from levier.open_data.xml_files import NUMBERS, TRUTH_FIELDS, TRUTHS, WORDS

LONGEST_CELL = 1 << 20
OPEN_GROUPS = 500
"""Lines of one contract stand near each other, not always one after the other: so many contracts are kept open to further holders."""
ABSENT = frozenset(["", "nan", "NaN", "None", "null", "NULL", "CDL", "MQ", "[]", "{}"])
"""CDL: conditional field left empty; MQ: missing (Ministry's consolidation)."""
INEXACT = "INX "
SEPARATORS = ",;\t|"
HOLDER = frozenset(["id", "nom", "typeIdentifiant", "denominationSociale"])
_ID_COLUMNS = frozenset(["acheteur.id", "acheteur_id", "acheteurId", "idAcheteur", "autoriteConcedante.id"])
_NUMBERED = re.compile(r"titulaires?_(\w+)_(\d{1,3})")
_SINGLE = re.compile(r"titulaire_(\w+)")
_NESTED = re.compile(r"(acheteur|lieuExecution|autoriteConcedante)_(\w+)")
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,12})?([eE][+-]?\d{1,3})?", re.ASCII)
_RENAMED = {"nom": "denominationSociale"}
_AMENDMENT = {
    "idModification": "id", "objetModification": "objetModification", "montantModification": "montant",
    "dureeMoisModification": "dureeMois", "dateNotificationModification": "dateNotificationModification",
    "dateNotificationModificationModification": "dateNotificationModification",
    "datePublicationDonneesModification": "datePublicationDonneesModification",
    "datePublicationDonneesModificationModification": "datePublicationDonneesModification",
    "titulairesModification": "titulaires",
}  # fmt: skip
_ACT = {
    "idActeSousTraitance": "id", "dureeMoisActeSousTraitance": "dureeMois", "montantActeSousTraitance": "montant",
    "dateNotificationActeSousTraitance": "dateNotification", "variationPrixActeSousTraitance": "variationPrix",
    "datePublicationDonneesActeSousTraitance": "datePublicationDonnees",
}  # fmt: skip
_ACT_AMENDMENT = {
    "idModificationActeSousTraitance": "id", "dureeMoisModificationActeSousTraitance": "dureeMois",
    "dateNotificationModificationSousTraitanceModificationActeSousTraitance": "dateNotificationModificationSousTraitance",
    "montantModificationActeSousTraitance": "montant",
    "datePublicationDonneesModificationActeSousTraitance": "datePublicationDonnees",
}  # fmt: skip
_SUBCONTRACTOR = {"idSousTraitant": "id", "typeIdentifiantSousTraitant": "typeIdentifiant"}
_CHANGED_HOLDER = {"idTitulaireModification": "id", "typeIdentifiantTitulaireModification": "typeIdentifiant"}
_LISTS = frozenset(
    ["titulaires", "modifications", "actesSousTraitance", "modificationsActesSousTraitance", "concessionnaires"]
)


def is_table(head: bytes) -> bool:
    """Whether the first line names the columns of essential data."""
    return _separator(head.partition(b"\n")[0].decode("utf-8-sig", "replace")) != ""


def _separator(line: str) -> str:
    for separator in SEPARATORS:
        names = {name.strip().strip('"') for name in line.split(separator)}
        if "id" in names and names & _ID_COLUMNS:
            return separator
    return ""


@dataclass(slots=True)
class _Group:
    first: int
    line: int
    raw: list[str]
    record: dict[str, Any]
    mask: int


@dataclass(slots=True)
class Table:
    """The records of one table. `refused`: lines that are none, as (number, reason, raw)."""

    stream: BinaryIO
    read: int = 0
    refused: list[tuple[int, str, bytes]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def records(self) -> Iterator[Parsed]:
        """Raise FileRefused where the file is not in UTF-8 or no table."""
        csv.field_size_limit(LONGEST_CELL)
        lines = _Lines(io.TextIOWrapper(self.stream, encoding="utf-8-sig", newline=""))
        try:
            yield from self._records(lines)
        except UnicodeDecodeError:
            raise FileRefused(FileFault.ENCODING, record=self.read + 1, line=lines.number + 1) from None
        except csv.Error:
            raise FileRefused(FileFault.TABLE_BROKEN, record=self.read + 1, line=lines.number) from None

    def _records(self, lines: "_Lines") -> Iterator[Parsed]:
        heading = next(lines, "")
        separator = _separator(heading)
        if not separator:
            raise FileRefused(FileFault.NOT_JSON)
        names = [name.strip() for name in next(csv.reader([heading], delimiter=separator))]
        by_holder = "titulaire_id" in names
        groups: OrderedDict[tuple[str, ...], _Group] = OrderedDict()
        lines.taken = []
        for cells in csv.reader(lines, delimiter=separator, strict=False):
            raw, lines.taken = "".join(lines.taken), []
            if not cells:
                continue
            self.read += 1
            if len(cells) != len(names):
                self.refused.append((self.read, Reason.ROW_SHAPE.value, raw.rstrip("\r\n").encode("utf-8", "replace")))
                continue
            yield from self._take(names, cells, raw, lines.number, groups, by_holder=by_holder)
        for group in groups.values():
            yield _finished(group)

    def _take(
        self,
        names: list[str],
        cells: list[str],
        raw: str,
        line: int,
        groups: OrderedDict[tuple[str, ...], _Group],
        *,
        by_holder: bool,
    ) -> Iterator[Parsed]:
        if not by_holder:
            yield _finished(_group(self.read, line, raw, names, cells))
            return
        key = tuple(cell for name, cell in zip(names, cells, strict=True) if not name.startswith("titulaire_"))
        if group := groups.get(key):
            further = _group(self.read, line, raw, names, cells)
            group.record.setdefault("titulaires", []).extend(further.record.get("titulaires", []))
            group.raw.append(raw)
            groups.move_to_end(key)
            return
        groups[key] = _group(self.read, line, raw, names, cells)
        if len(groups) > OPEN_GROUPS:
            yield _finished(groups.popitem(last=False)[1])


class _Lines:
    """The lines of a text, counted; those that the reader of the table took since the last record are kept as they stood."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self.number = text, 0
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_CELL * 4)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line.replace("\0", "\ufffd")


def _finished(group: _Group) -> Parsed:
    raw = "".join(group.raw).rstrip("\r\n").encode("utf-8", "replace")
    return Parsed(
        raw, group.record, group.mask, "", line=group.line, number=group.first, rows=len(group.raw), row_texts=group.raw
    )


def _group(number: int, line: int, raw: str, names: list[str], cells: list[str]) -> _Group:
    record, mask = record_of(dict(zip(names, cells, strict=True)))
    return _Group(number, line, [raw], record, mask)


def record_of(row: dict[str, str]) -> tuple[dict[str, Any], int]:
    """(the line in the shape of the official schema, doubts)."""
    mask = 0
    flat: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {
        "amendment": {},
        "act": {},
        "act_amendment": {},
        "subcontractor": {},
        "holder": {},
    }
    for name, cell in row.items():
        text = cell.strip()
        if text.startswith(INEXACT):
            text, mask = text[len(INEXACT) :].strip(), mask | BIT[Doubt.MARKED_INEXACT]
        if text in ABSENT:
            continue
        part, key = _part_of(name)
        (flat if part == "" else parts[part])[key] = _typed(key, text)
    record = undotted(flat)
    for name in _LISTS & record.keys():
        if not isinstance(record[name], (list, dict)):
            mask |= BIT[Doubt.TEXT_FOR_VALUE]
            del record[name]
    _put_parts(record, parts)
    return record, mask


def _part_of(name: str) -> tuple[str, str]:
    """(which part of the record a column belongs to, its key there)."""
    for part, keys in (
        ("amendment", _AMENDMENT), ("act", _ACT), ("act_amendment", _ACT_AMENDMENT),
        ("subcontractor", _SUBCONTRACTOR), ("holder", _CHANGED_HOLDER),
    ):  # fmt: skip
        if name in keys:
            return part, keys[name]
    if found := _NUMBERED.fullmatch(name):
        return "", f"titulaires.{found[2]}.{_RENAMED.get(found[1], found[1])}"
    if found := _SINGLE.fullmatch(name):
        return "", f"titulaires.1.{_RENAMED.get(found[1], found[1])}"
    if found := _NESTED.fullmatch(name):
        return "", f"{found[1]}.{found[2]}"
    return "", {"TypePrix": "typePrix", "technique": "techniques", "modaliteExecution": "modalitesExecution"}.get(
        name, name
    )


def _typed(name: str, text: str) -> Any:
    """The cell as JSON would say it: numbers, truths, lists written as Python or JSON text."""
    last = name.rpartition(".")[2]
    if text[0] in "[{" and text[-1] in "]}":
        value = _literal(text)
        if last in WORDS:
            return {WORDS[last]: value if isinstance(value, list) else [text]}
        if isinstance(value, list) and len(value) == 1 and "." in name:
            return value[0]
        return text if value is None else value
    if last in NUMBERS and _NUMBER.fullmatch(text):
        return exact_number(text)
    if last in TRUTH_FIELDS:
        return TRUTHS.get(text.lower(), text)
    return {WORDS[last]: [text]} if last in WORDS else text


def _literal(text: str) -> Any:
    """A list or an object written as JSON or as Python; None where it is neither."""
    if len(text) > 20_000 or text.count("[") + text.count("{") > 400:
        return None
    try:
        return json.loads(text, parse_float=exact_number)
    except (ValueError, RecursionError):
        pass  # not JSON: Python's way of writing is tried next
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _put_parts(record: dict[str, Any], parts: dict[str, dict[str, Any]]) -> None:
    if parts["holder"]:
        parts["amendment"].setdefault("titulaires", [{"titulaire": parts["holder"]}])
    if parts["amendment"]:
        record.setdefault("modifications", []).append({"modification": parts["amendment"]})
    if parts["act"] or parts["subcontractor"]:
        act = {**parts["act"], **({"sousTraitant": parts["subcontractor"]} if parts["subcontractor"] else {})}
        record.setdefault("actesSousTraitance", []).append({"acteSousTraitance": act})
    if parts["act_amendment"]:
        changed = {"modificationActeSousTraitance": parts["act_amendment"]}
        record.setdefault("modificationsActesSousTraitance", []).append(changed)

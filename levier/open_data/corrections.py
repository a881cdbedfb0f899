"""Corrections of published records: a file that anybody can read and argue with, applied while reading, kept beside the result.

One correction says: in this field, this wrong value stands for that right one, here is the evidence, by whom and when. `buyer` and `id`
tell which records it is for; without them it is for every record where the field holds the wrong value.
"""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from levier.open_data.fields import text_of
from levier.open_data.identity import exact_number
from levier.open_data.xml_files import NUMBERS

LARGEST = 16 << 20
NEEDED = ("field", "wrong", "right", "evidence", "author", "date")
_FRENCH = {
    "champ": "field", "faux": "wrong", "juste": "right", "preuve": "evidence", "auteur": "author", "acheteur": "buyer",
}  # fmt: skip


class CorrectionsRefused(Exception):  # noqa: N818 - a file is refused; nothing failed
    """Why the file of corrections cannot be used, in one French sentence."""


@dataclass(slots=True)
class Correction:
    field: str
    """Path in the record: `montant`, `acheteur.id`, `titulaires.1.id` (places count from 1)."""
    wrong: str
    right: str
    evidence: str
    author: str
    date: str
    buyer: str = ""
    id: str = ""

    def as_json(self) -> dict[str, str]:
        told = {name: getattr(self, name) for name in NEEDED}
        return told | {name: value for name in ("buyer", "id") if (value := getattr(self, name))}


@dataclass(slots=True)
class Applied:
    """A correction that was put into a record, and what stood there."""

    place: int
    holder: Any
    key: str | int
    was: Any

    def take_back(self) -> None:
        self.holder[self.key] = self.was


@dataclass(slots=True)
class Corrections:
    """Those of one file. Travels to the processes that read."""

    all: list[Correction] = field(default_factory=list)
    by_id: dict[str, list[int]] = field(default_factory=dict)
    everywhere: list[int] = field(default_factory=list)

    def add(self, correction: Correction) -> None:
        place = len(self.all)
        self.all.append(correction)
        if correction.id:
            self.by_id.setdefault(correction.id, []).append(place)
        else:
            self.everywhere.append(place)

    def apply(self, record: dict[str, Any]) -> list[Applied]:
        """Put what is right into the record; the corrections that were applied, in their order."""
        places = self.everywhere
        if self.by_id and (own := self.by_id.get(text_of(record.get("id")))):
            places = sorted([*places, *own])
        if not places:
            return []
        buyer = _buyer(record)
        return [found for place in places if (found := self._one(record, place, buyer))]

    def _one(self, record: dict[str, Any], place: int, buyer: str) -> Applied | None:
        correction = self.all[place]
        if correction.buyer and correction.buyer != buyer:
            return None
        holder, key = _where(record, correction.field)
        was = _read(holder, key)
        if holder is None or not _same(was, correction.wrong) or not _write(holder, key, _typed(correction)):
            return None
        return Applied(place, holder, key, was)


def _buyer(record: dict[str, Any]) -> str:
    party = record.get("acheteur") or record.get("autoriteConcedante")
    return text_of(party.get("id") if isinstance(party, dict) else party)


def _where(record: dict[str, Any], path: str) -> tuple[Any, str | int]:
    """(the object or list that holds the value, its key there); (None, "") where there is none."""
    steps = path.split(".")
    here: Any = record
    for step in steps[:-1]:
        here = _read(here, _key(here, step))
        if isinstance(here, dict) and len(here) == 1 and isinstance(inner := next(iter(here.values())), (dict, list)):
            here = inner  # {"titulaire": {…}}, {"modification": {…}}
    return (here, _key(here, steps[-1])) if isinstance(here, (dict, list)) else (None, "")


def _key(here: Any, step: str) -> str | int:
    return int(step) - 1 if isinstance(here, list) and step.isascii() and step.isdigit() else step


def _read(here: Any, key: str | int) -> Any:
    if isinstance(here, dict) and isinstance(key, str):
        return here.get(key)
    if isinstance(here, list) and isinstance(key, int) and 0 <= key < len(here):
        return here[key]
    return None


def _write(here: Any, key: str | int, value: Any) -> bool:
    """Whether there was a place for it."""
    if not isinstance(here, dict) and not (isinstance(key, int) and 0 <= key < len(here)):
        return False
    here[key] = value
    return True


def _same(value: Any, wrong: str) -> bool:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        try:
            return Decimal(value) == Decimal(wrong.replace(",", ".").replace(" ", ""))
        except ArithmeticError:
            return False
    if isinstance(value, bool):
        return str(value).lower() == wrong.lower()
    return text_of(value) == wrong


def _typed(correction: Correction) -> Any:
    if correction.field.rpartition(".")[2] in NUMBERS:
        try:
            return exact_number(correction.right.replace(",", ".").replace(" ", ""))
        except ArithmeticError:
            return correction.right
    return correction.right


def read_corrections(path: Path) -> Corrections:
    """A table (CSV) or a JSON list. Raise CorrectionsRefused, with the line, where one of them is not complete."""
    try:
        if path.stat().st_size > LARGEST:
            raise CorrectionsRefused("Le fichier de corrections dépasse 16 Mo.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise CorrectionsRefused("Le fichier de corrections n’existe pas ou ne peut pas être lu.") from None
    except UnicodeDecodeError:
        raise CorrectionsRefused("Le fichier de corrections n’est pas en UTF-8. Enregistrez-le en UTF-8.") from None
    found = Corrections()
    for number, row in enumerate(_rows(text), start=1):
        found.add(_correction(number, row))
    if not found.all:
        raise CorrectionsRefused("Le fichier de corrections n’en contient aucune.")
    return found


def _rows(text: str) -> list[dict[str, Any]]:
    if text.lstrip().startswith(("[", "{")):
        try:
            told = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CorrectionsRefused(f"Le JSON du fichier de corrections est mal formé ({error}).") from None
        told = told.get("corrections") if isinstance(told, dict) else told
        if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
            raise CorrectionsRefused("Le fichier de corrections doit être une liste d’objets.")
        return told
    separator = max(";,\t", key=text.partition("\n")[0].count)
    try:
        return list(csv.DictReader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise CorrectionsRefused(f"Le tableau de corrections est mal formé ({error}).") from None


def _correction(number: int, row: dict[Any, Any]) -> Correction:
    told = {
        _FRENCH.get(name := str(key).strip().lower(), name): str("" if value is None else value).strip()
        for key, value in row.items()
        if key is not None
    }
    absent = [name for name in NEEDED if name not in told or (not told[name] and name not in {"wrong", "right"})]
    if absent:
        raise CorrectionsRefused(
            f"Correction {number}\u00a0: il manque {', '.join(absent)}. Chaque correction dit {', '.join(NEEDED)}."
        )
    try:
        date.fromisoformat(told["date"])
    except ValueError:
        raise CorrectionsRefused(
            f"Correction {number}\u00a0: la date «\u00a0{told['date'][:20]}\u00a0» n’est pas de la forme 2026-01-31."
        ) from None
    if told["wrong"] == told["right"]:
        raise CorrectionsRefused(f"Correction {number}\u00a0: la valeur juste est la même que la fausse.")
    return Correction(*(told.get(name, "")[:2000] for name in (*NEEDED, "buyer", "id")))

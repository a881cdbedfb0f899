"""A line between the file and the plan: kept as JSON, corrected cell by cell, compared with what is already in the plan. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from levier.foundation.explanation import Confidence, Source
from levier.foundation.quantities import LARGEST
from levier.planning.columns import FIELDS
from levier.planning.labels import verdict_label
from levier.planning.reading import Context, proposed_nature, read_line
from levier.planning.values import PlanLine, PlanVerdict
from levier.procurement.values import ContractObject
from levier.spreadsheets.amounts import Tax
from levier.spreadsheets.values import Problem, cell_of
from levier.spreadsheets.words import plain

TEXTS = ("reference", "object", "cpv", "start", "department", "place", "procedure", "comment", "section")
CORRECTABLE = ("reference", "object", "nature", "amount", "cpv", "start", "duration_months", "place")
"""Fields that can be corrected in their cell."""
LABELS = {one.name: one.label for one in FIELDS}
DUPLICATE = "duplicate_reference"
_LONGEST = {"reference": 80, "title": 1000, "department": 200, "place": 200, "procedure": 200, "comment": 1000}


def line_to_json(line: PlanLine) -> dict[str, Any]:
    """What was read of a line, without what is empty."""
    found: dict[str, Any] = {name: getattr(line, name) for name in (*TEXTS, "duration_months", "lots", "clause")}
    found |= {
        "amount": None if line.amount is None else str(line.amount),
        "tax": line.tax.value,
        "nature": line.nature.value if line.nature else None,
        "proposed_nature": line.proposed_nature.value if line.proposed_nature else None,
        "raw": {name: text for name, text in line.raw.items() if name in CORRECTABLE and text},
        "problems": [
            [one.code, one.field, one.column, one.raw, one.why, one.accepted, one.error, one.suggestion] for one in line.problems
        ],
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def line_from_json(row: int, facts: Mapping[str, Any]) -> PlanLine:
    def nature(name: str) -> ContractObject | None:
        return ContractObject(facts[name]) if facts.get(name) else None

    return PlanLine(
        row=row,
        **{name: facts.get(name) for name in TEXTS},
        nature=nature("nature"),
        proposed_nature=nature("proposed_nature"),
        amount=Decimal(facts["amount"]) if facts.get("amount") else None,
        tax=Tax(facts.get("tax", Tax.UNKNOWN.value)),
        duration_months=facts.get("duration_months"),
        lots=facts.get("lots"),
        clause=facts.get("clause"),
        raw=facts.get("raw", {}),
        problems=tuple(_problem(row, one) for one in facts.get("problems", ())),
    )


def _problem(row: int, kept: list[Any]) -> Problem:
    code, name, column, raw, why, accepted, error, suggestion = kept
    return Problem(code, name, row, column, raw, why, accepted, error, suggestion)


def corrected(line: PlanLine, name: str, text: str) -> PlanLine:
    """The line with one cell read again as a person typed it; the problems of that cell are those of the new text."""
    text = " ".join(text.replace("\x00", "").split())[:1000]
    column = next((one.column for one in line.problems if one.field == name and one.column), "")
    again = read_line({name: cell_of(text)}, line.row, {name: column}, Context())
    problems = tuple(one for one in line.problems if one.field != name) + tuple(
        one for one in again.problems if one.field == name
    )
    changed = replace(line, **{name: getattr(again, name)}, raw={**line.raw, name: text}, problems=problems)
    if name == "amount":
        changed = replace(changed, tax=again.tax)
    if changed.nature is None and name in {"cpv", "object", "nature"}:
        changed = replace(changed, proposed_nature=proposed_nature(changed.cpv, changed.object))
    return changed


def marked_duplicate(line: PlanLine, other_row: int | None) -> PlanLine:
    """With or without the problem of a reference that another line already has."""
    rest = tuple(one for one in line.problems if one.code != DUPLICATE)
    if other_row is None:
        return replace(line, problems=rest)
    why = f"La référence {line.reference} est déjà celle de la ligne {other_row}."
    accepted = "Une référence par besoin ; effacez la ligne si c’est un doublon."
    return replace(
        line,
        problems=(
            *rest,
            Problem(DUPLICATE, "reference", line.row, "", line.reference or "", why, accepted, error=True),
        ),
    )


def key_of(reference: str | None, title: str, *, part: int = 0) -> str:
    """What makes two lines of two months the same need: its reference, else its words; `part` tells lots under one reference apart."""
    stem = f"r:{plain(reference)}" if reference and plain(reference) else f"o:{plain(title)}"
    return f"{stem[:390]}#{part}" if part else stem[:390]


def values_of(line: PlanLine) -> dict[str, Any]:
    """The columns of a need that a line says. An amount beyond what is kept is left out, as one that cannot be read."""
    nature = line.nature or line.proposed_nature
    texts = {"reference": line.reference, "title": line.object, "department": line.department, "place": line.place,
             "procedure": line.procedure, "comment": line.comment}  # fmt: skip
    return {
        **{name: (text or "")[: _LONGEST[name]] for name, text in texts.items()},
        "category": nature.value if nature else "",
        "cpv": (line.cpv or "")[:10],
        "amount": line.amount if line.amount is not None and 0 <= line.amount <= LARGEST else None,
        "amount_tax": line.tax.value,
        "starts": line.start or "",
        "duration_months": line.duration_months if line.duration_months and line.duration_months < 1200 else None,
        "lots": line.lots,
    }


FIELD_NAMES = {
    "reference": "Référence", "title": "Objet", "category": "Nature", "cpv": "Code CPV", "amount": "Montant", "amount_tax": "Taxe",
    "starts": "Lancement", "duration_months": "Durée (mois)", "department": "Service", "place": "Lieu", "procedure": "Procédure",
    "lots": "Lots", "comment": "Observations",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new version says of a need: `kind` is new, changed, same or gone; `fields`: (field, before, after) as text."""

    kind: str
    key: str
    reference: str
    title: str
    fields: tuple[tuple[str, str, str], ...] = ()
    row: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "reference": self.reference, "title": self.title, "row": self.row, "fields": [list(one) for one in self.fields],
        }  # fmt: skip


def as_text(value: object) -> str:
    return "" if value is None else str(value)


def keyed(lines: Iterable[PlanLine]) -> list[tuple[str, PlanLine]]:
    """Each line with its key; several lines under one reference (lots of one need) are told apart by their order."""
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        stem = key_of(line.reference, line.object or "")
        part = seen[stem] = seen.get(stem, -1) + 1
        found.append((key_of(line.reference, line.object or "", part=part), line))
    return found


def differences(lines: Iterable[tuple[str, PlanLine]], known: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    """Line by line: new, changed with old and new values, the same; then those of the plan that the file no longer has."""
    found, named = [], set()
    for key, line in lines:
        named.add(key)
        said = values_of(line)
        before = known.get(key)
        reference, title = str(said["reference"]), str(said["title"])
        if before is None:
            found.append(Difference("new", key, reference, title, row=line.row))
            continue
        changed = tuple(
            (name, as_text(before[name]), as_text(value)) for name, value in said.items() if value != before[name] and value not in (None, "")
        )  # fmt: skip
        found.append(Difference("changed" if changed else "same", key, reference, title, changed, line.row))
    gone = (
        Difference("gone", key, str(one["reference"]), str(one["title"]))
        for key, one in known.items()
        if key not in named
    )
    return [*found, *gone]


def verdict_to_json(verdict: PlanVerdict, supply: str = "", sources: Iterable[Source] = ()) -> dict[str, Any]:
    """All that a page or a workbook says of a verdict, without computing it again."""
    hours = verdict.hours
    return {
        "label": verdict_label(verdict),
        "basis": verdict.basis.value,
        "instrument": verdict.instrument.value,
        "nature": verdict.nature.value if verdict.nature else "",
        "sector": verdict.sector_label,
        "hours": None if hours is None else [str(hours.low), str(hours.hours), str(hours.high)],
        "weeks": None if verdict.weeks is None else str(verdict.weeks),
        "people": None if verdict.people is None else str(verdict.people),
        "reasons": list(verdict.reasons),
        "articles": [[one.code, one.title] for one in verdict.articles],
        "alternatives": [one.value for one in verdict.alternatives],
        "waivable": [one.value for one in verdict.waivable],
        "tasks": list(verdict.tasks),
        "supply": supply,
        "unverified": list(dict.fromkeys(one.title for one in sources if one.confidence is Confidence.UNVERIFIED)),
    }

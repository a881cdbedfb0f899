"""A verdict in words and marks: its chip, its hours with their range, its reason; the same columns for every workbook of the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levier.foundation.french import typeset
from levier.planning.drafts import FIELD_NAMES
from levier.planning.labels import BASES, INSTRUMENTS, PROBLEMS
from levier.planning.models import Need, UploadLine
from levier.planning.stages import STAGES, Stage
from levier.planning.values import Basis, Instrument
from levier.procurement.labels import CONTRACT_OBJECTS
from levier.procurement.values import ContractObject
from levier.web import wording

NATURES = {one.value: label for one, label in CONTRACT_OBJECTS.items()}
TAXES = {"excluded": "hors taxes", "included": "toutes taxes comprises", "unknown": "non dite"}
RESULT_HEADING = (
    "Avis", "Fondement", "Instrument", "Heures, basse", "Heures, centrale", "Heures, haute", "Semaines", "Personnes", "Raisons", "Articles",
    "Offre locale",
)  # fmt: skip
NEED_HEADING = (
    *(label for name, label in FIELD_NAMES.items() if name != "amount_tax"),
    *RESULT_HEADING,
    "Étape",
    "Instrument retenu",
    "Raison du choix",
)
WIDTHS = {1: 45, 13: 30, 19: 70, 20: 24, 21: 40}


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict as a page shows it. `left` and `width`, `at`: the range on a scale of 100."""

    chip: tuple[str, str, str]
    basis: str
    hours: tuple[Decimal, Decimal, Decimal] | None
    left: int
    width: int
    at: int
    reason: str


def shown(verdict: Mapping[str, Any] | None, most: Decimal) -> Shown:
    """`most`: the largest figure of hours on the page."""
    if not verdict:
        return Shown(("wait", "Avis en cours", "clock"), "", None, 0, 0, 0, "")
    basis = Basis(verdict["basis"])
    hours = hours_of(verdict)
    kind, symbol = {Basis.UNDECIDED: ("wait", "clock"), Basis.NONE: ("line", "minus")}.get(basis, ("ok", "check"))
    label = BASES[basis] if kind != "ok" else INSTRUMENTS[Instrument(verdict["instrument"])]
    marks = (0, 0, 0) if hours is None or not most else _marks(hours, most)
    return Shown((kind, label, symbol), BASES[basis] if kind == "ok" else "", hours, *marks, main_reason(verdict))


def _marks(hours: tuple[Decimal, Decimal, Decimal], most: Decimal) -> tuple[int, int, int]:
    low, central, high = (int(value * 100 / most) for value in hours)
    return low, max(2, high - low), min(98, central)


def hours_of(verdict: Mapping[str, Any] | None) -> tuple[Decimal, Decimal, Decimal] | None:
    found = verdict.get("hours") if verdict else None
    return (Decimal(found[0]), Decimal(found[1]), Decimal(found[2])) if found else None


DUTIES = {
    "obligation": "Seuil européen atteint\u00a0: la loi demande une condition sociale.",
    "policy": "La politique du Département demande une clause.",
}


def main_reason(verdict: Mapping[str, Any]) -> str:
    """The duty where there is one, then why the instrument fits. All the reasons, in order, are in the detail."""
    reasons = [str(one) for one in verdict.get("reasons", ()) if not str(one).startswith("À confirmer")]
    return typeset(" ".join(filter(None, (DUTIES.get(verdict["basis"]), reasons[-1] if reasons else ""))))


def most_hours(verdicts: list[Mapping[str, Any] | None]) -> Decimal:
    return max((hours[2] for hours in map(hours_of, verdicts) if hours), default=Decimal(0))


def result_cells(verdict: Mapping[str, Any] | None) -> list[object]:
    """The columns added to a plan: verdict, hours, reasons, articles."""
    if not verdict:
        return [None] * len(RESULT_HEADING)
    hours = hours_of(verdict) or (None, None, None)
    return [
        verdict["label"],
        BASES[Basis(verdict["basis"])],
        INSTRUMENTS[Instrument(verdict["instrument"])],
        *hours,
        Decimal(verdict["weeks"]) if verdict.get("weeks") else None,
        Decimal(verdict["people"]) if verdict.get("people") else None,
        "\n".join(verdict.get("reasons", ())),
        ", ".join(code for code, _ in verdict.get("articles", ())),
        verdict.get("supply", ""),
    ]


def need_cells(need: Need) -> list[object]:
    """A line of the plan as a line of a workbook."""
    told = [getattr(need, name) for name in FIELD_NAMES if name != "amount_tax"]
    told[2] = NATURES.get(need.category, "")
    chosen = INSTRUMENTS[Instrument(need.chosen)] if need.chosen else ""
    return [*told, *result_cells(need.verdict), STAGES[Stage(need.stage)], chosen, need.chosen_reason]


def line_cells(line: UploadLine) -> list[object]:
    """A line of a file not imported yet, in the same columns."""
    facts = line.facts
    names = {"title": "object", "starts": "start", "category": "nature"}
    told: list[object] = [facts.get(names.get(name, name)) for name in FIELD_NAMES if name != "amount_tax"]
    nature = facts.get("nature") or facts.get("proposed_nature")
    told[2] = NATURES.get(nature, "") if nature else ""
    told[4] = Decimal(facts["amount"]) if facts.get("amount") else facts.get("raw", {}).get("amount", "")
    return [*told, *result_cells(line.verdict)]


def problems_of(line: UploadLine) -> list[dict[str, object]]:
    """What the cells of a line leave to say, each with its field, its sentence and what is accepted."""
    return [
        {"code": code, "field": name, "raw": raw, "label": PROBLEMS.get(code, code), "why": why, "accepted": accepted, "error": error,
         "suggestion": suggestion}
        for code, name, _, raw, why, accepted, error, suggestion in line.facts.get("problems", ())
    ]  # fmt: skip


def start_in_words(text: str) -> str:
    """`2027-Q3` is « T3 2027 », `2027-05` « 05/2027 », a day « 15/09/2027 »."""
    year, _, rest = text.partition("-")
    if rest.startswith(("Q", "H")):
        return f"{'T' if rest[0] == 'Q' else 'S'}{rest[1:]} {year}"
    return "/".join(reversed(text.split("-")))


def nature_in_words(code: str | None) -> str:
    return CONTRACT_OBJECTS[ContractObject(code)] if code else ""


def field_in_words(name: str, text: str) -> str:
    """The value of a column of the plan, kept as text, as people write it."""
    if not text:
        return ""
    match name:
        case "amount":
            return wording.euros(Decimal(text))
        case "starts":
            return start_in_words(text)
        case "category":
            return NATURES.get(text, text)
        case "amount_tax":
            return TAXES.get(text, text)
        case _:
            return text

"""What `levier plan check` answers, as plain data. The keys are those of the convention of the sample files."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from levier.planning.labels import verdict_label
from levier.planning.reading import Plan
from levier.planning.rules import verdict
from levier.planning.values import UNKNOWN_SUPPLY, LocalSupply, PlanLine, PlanVerdict, VerdictFacts
from levier.procurement.labels import CONTRACT_OBJECTS
from levier.procurement.values import BuyerLevel, ContractObject
from levier.reference.values import Catalogue
from levier.spreadsheets.dates import first_day
from levier.spreadsheets.description import outcome, source_as_json
from levier.spreadsheets.values import Problem

_NOT_REPORTED = frozenset({"amount_with_tax"})
"""Columns that are recognised so as not to be taken for another."""


def plan_as_json(plan: Plan, verdicts: Sequence[PlanVerdict | None], file: str) -> dict[str, Any]:
    lines = [line_as_json(line, verdict) for line, verdict in zip(plan.lines, verdicts, strict=True)]
    return {
        "file": file,
        "kind": "purchase_plan",
        "action": "read",
        "outcome": outcome(plan.table),
        **source_as_json(plan.book, plan.table, plan.rows, hidden=_NOT_REPORTED),
        "notices": list(plan.notices),
        "lines": len(plan.lines),
        "lines_in_error": sum(bool(line.errors) for line in plan.lines),
        "amount_total": total(plan.lines),
        "amount_total_lines_without_error": total(line for line in plan.lines if not line.errors),
        "expected_lines": lines,
    }


def total(lines: Iterable[PlanLine]) -> str:
    return str(sum((line.amount for line in lines if line.amount is not None), Decimal("0.00")))


def line_as_json(line: PlanLine, verdict: PlanVerdict | None) -> dict[str, Any]:
    shown = {
        "row": line.row,
        "reference": line.reference,
        "object": line.object,
        "nature": nature_word(line.nature),
        "cpv": line.cpv,
        "amount": None if line.amount is None else str(line.amount),
        "amount_tax": line.tax.value,
        "start": line.start,
        "duration_months": line.duration_months,
        "department": line.department,
        "place": line.place,
        "procedure": line.procedure,
        "lots": line.lots,
        "clause": line.clause,
        "comment": line.comment,
        "section": line.section,
        "nature_proposed": nature_word(line.proposed_nature),
        "errors": list(line.errors),
        "warnings": list(line.warnings),
        "problems": [problem_as_json(problem) for problem in line.problems],
    }
    return shown | (verdict_as_json(verdict) if verdict else {})


def nature_word(nature: ContractObject | None) -> str | None:
    return None if nature is None else CONTRACT_OBJECTS[nature].lower()


def problem_as_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "field": problem.field,
        "column": problem.column or None,
        "raw": problem.raw,
        "why": problem.why,
        "accepted": problem.accepted,
        "suggestion": problem.suggestion or None,
    }


def verdict_as_json(verdict: PlanVerdict) -> dict[str, Any]:
    """`hours` is null when they cannot be computed; each figure is a decimal string."""
    hours = verdict.hours
    return {
        "verdict": verdict.code,
        "verdict_label": verdict_label(verdict),
        "basis": verdict.basis.value,
        "instrument": verdict.instrument.value,
        "hours": None
        if hours is None
        else {"low": str(hours.low), "central": str(hours.hours), "high": str(hours.high)},
        "weeks": None if verdict.weeks is None else str(verdict.weeks),
        "people": None if verdict.people is None else str(verdict.people),
        "sector": verdict.sector or None,
        "reasons": list(verdict.reasons),
        "articles": [article.code for article in verdict.articles],
        "alternatives": [one.value for one in verdict.alternatives],
        "waivable": [one.value for one in verdict.waivable],
        "potential": verdict.potential.value if verdict.potential else None,
        "tasks": list(verdict.tasks),
    }


def verdicts_of(
    plan: Plan, catalogue: Catalogue, today: date, supply: LocalSupply = UNKNOWN_SUPPLY
) -> list[PlanVerdict]:
    """One verdict a line, with the values in force on the day of its consultation; a line without a date is taken as of today."""
    return [verdict(facts_of(line, today, supply), catalogue).result for line in plan.lines]


def facts_of(
    line: PlanLine, today: date, supply: LocalSupply = UNKNOWN_SUPPLY, buyer: BuyerLevel = BuyerLevel.LOCAL
) -> VerdictFacts:
    """What the verdict needs of a line."""
    return VerdictFacts(
        amount=line.amount,
        consultation=first_day(line.start) if line.start else today,
        object=line.nature,
        text=line.object or "",
        cpv=line.cpv or "",
        duration_months=line.duration_months,
        lots=line.lots,
        tax=line.tax,
        buyer=buyer,
        supply=supply,
    )

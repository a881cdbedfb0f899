"""What `levier statements check` answers, as plain data. The keys are those of the convention of the sample files."""

from typing import Any

from levier.foundation.quantities import half_up
from levier.hours.received import ReceivedLine, ReceivedStatement, total
from levier.spreadsheets.description import outcome, source_as_json
from levier.spreadsheets.values import Problem

_STANDS_FOR = {"full_name": ("last_name", "first_name")}


def statement_as_json(statement: ReceivedStatement, file: str) -> dict[str, Any]:
    lines = statement.lines
    context = statement.context
    return {
        "file": file,
        "kind": "hours_statement",
        "action": "read",
        "outcome": outcome(statement.table),
        **source_as_json(statement.book, statement.table, statement.rows, stands_for=_STANDS_FOR, untitled="title"),
        "heading": {
            "employer_siret": context.employer_siret,
            "employer": context.employer,
            "public_contract": context.public_contract,
            "month": context.month,
        },
        "notices": list(statement.notices),
        "lines": len(lines),
        "lines_in_error": sum(bool(line.errors) for line in lines),
        "hours_total": total(lines),
        "hours_total_lines_without_error": total(tuple(line for line in lines if not line.errors)),
        "expected_lines": [line_as_json(line) for line in lines],
    }


def line_as_json(line: ReceivedLine) -> dict[str, Any]:
    return {
        "row": line.row,
        **({"column": line.column} if line.column else {}),
        "last_name": line.said.last_name,
        "first_name": line.said.first_name,
        "birth_date": line.said.birth_date,
        "contract_type": line.said.contract_type,
        "employer_siret": line.said.employer_siret,
        "employer": line.said.employer,
        "public_contract": line.said.public_contract,
        "month": line.month,
        "hours": None if line.hours is None else str(half_up(line.hours, 2)),
        "criterion": line.said.criterion,
        "commune": line.said.commune,
        "errors": list(line.errors),
        "warnings": list(line.warnings),
        "problems": [problem_as_json(problem) for problem in line.problems],
    }


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

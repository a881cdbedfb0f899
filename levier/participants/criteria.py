"""The eligibility criteria shipped with Levier (reference/data/eligibility_criteria.toml), read once. Plain Python."""

import tomllib
from functools import cache
from typing import Any

from levier.foundation.explanation import Confidence
from levier.participants.values import Criterion, ProofRule
from levier.reference.published import DATA


@cache
def published_criteria() -> tuple[Criterion, ...]:
    """Every criterion, in the order of the file: those of the clause first, then those that only count for a SIAE."""
    table = tomllib.loads((DATA / "eligibility_criteria.toml").read_text(encoding="utf-8"))
    return tuple(_criterion(row) for row in table["criterion"])


def criterion(code: str) -> Criterion:
    """The criterion of that code or alias (RQTH for RQTH_BOETH). Raise KeyError when there is none."""
    wanted = code.upper()
    for known in published_criteria():
        if wanted == known.code or wanted in known.aliases:
            return known
    raise KeyError(code)


def _criterion(row: dict[str, Any]) -> Criterion:
    return Criterion(
        code=row["code"],
        label=row["label"],
        aliases=tuple(row.get("aliases", ())),
        for_clause=row["for_clause"],
        iae_level=row.get("iae_level"),
        proof_kind=row["proof_kind"],
        proof_label=row["proof_label"],
        proof_rule=ProofRule(row["proof_rule"]),
        proof_max_age_months=row.get("proof_max_age_months"),
        valid_from=row["valid_from"],
        source=row["source"],
        confidence=Confidence(row["confidence"]),
        note=row.get("note", ""),
    )

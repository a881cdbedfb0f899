"""Articles of law that a clause may cite, as dated rows (reference/data/articles.toml). Plain Python, read once."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from levier.foundation import french
from levier.foundation.explanation import Confidence
from levier.reference.published import DATA


class NotInForce(LookupError):  # noqa: N818 - read aloud: "not in force"
    """The provision has no version in force on that day. `group` names the provision."""

    def __init__(self, group: str) -> None:
        super().__init__(group)
        self.group = group


@dataclass(frozen=True, slots=True)
class Article:
    """One version of a provision (`group`), in force from `valid_from` to `valid_until` (both included; None: no known end)."""

    code: str
    group: str
    label: str
    subject: str
    valid_from: date
    source: str
    confidence: Confidence
    valid_until: date | None = None
    note: str = ""

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def said(self) -> dict[str, str]:
        """`law` and `since`, for a sentence that says which rule refuses and since when; what was not read in the text says so."""
        doubt = "" if self.confidence is Confidence.CONFIRMED else f"{french.HARD}(date non vérifiée)"
        return {"law": f"l’{self.label}", "since": f"{french.day(self.valid_from)}{doubt}"}

    @property
    def version(self) -> str:
        return f"{self.code}@{self.valid_from.isoformat()}"


@cache
def published_articles() -> tuple[Article, ...]:
    table = tomllib.loads((DATA / "articles.toml").read_text(encoding="utf-8"))
    return tuple(_article(row) for row in table["article"])


def article_at(group: str, day: date, articles: tuple[Article, ...] | None = None) -> Article:
    """The version of a provision in force on that day. Raise NotInForce when there is none."""
    for one in published_articles() if articles is None else articles:
        if one.group == group and one.covers(day):
            return one
    raise NotInForce(group)


def article_of(group: str) -> Article:
    """The latest version of a provision, to name it. Raise KeyError for a group that does not exist."""
    return max((one for one in published_articles() if one.group == group), key=lambda one: one.valid_from)


def _article(row: dict[str, Any]) -> Article:
    return Article(
        code=row["code"],
        group=row["group"],
        label=row["label"],
        subject=row["subject"],
        valid_from=row["valid_from"],
        valid_until=row.get("valid_until"),
        source=row["source"],
        confidence=Confidence(row["confidence"]),
        note=row.get("note", ""),
    )

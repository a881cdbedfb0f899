"""A dated, sourced figure, and a catalogue that answers which one was in force on a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from levier.foundation.explanation import Confidence, Source


class UnknownReference(LookupError):  # noqa: N818 - named as what was asked
    """No value of that key is in force on that day; the message, in French, names both."""


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """One figure in force from `valid_from` to `valid_until` (both included; None: no known end).

    `low` and `high` bound the plausible range where the trade gives one; `unit` is a code (EUR, EUR_PER_HOUR, FRACTION,
    HOURS, MONTHS, DAYS…); `revision` counts the corrections made in the application for the same `valid_from`.
    """

    key: str
    label: str
    value: Decimal
    unit: str
    valid_from: date
    source: str
    confidence: Confidence
    valid_until: date | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    note: str = ""
    revision: int = 0

    @property
    def version(self) -> str:
        """Stable name of exactly this figure, kept beside every result that used it."""
        suffix = f"#{self.revision}" if self.revision else ""
        return f"{self.key}@{self.valid_from.isoformat()}{suffix}"

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def as_source(self) -> Source:
        return Source(self.label, self.source, self.confidence, self.version, self.valid_from)


class Catalogue:
    """Reference values by key. Immutable; built from the shipped files or from the database."""

    def __init__(self, values: Iterable[ReferenceValue]) -> None:
        self._by_key: dict[str, list[ReferenceValue]] = {}
        for value in values:
            self._by_key.setdefault(value.key, []).append(value)
        for history in self._by_key.values():
            history.sort(key=lambda value: (value.valid_from, value.revision), reverse=True)

    def __iter__(self) -> Iterator[ReferenceValue]:
        for key in sorted(self._by_key):
            yield from self._by_key[key]

    def at(self, key: str, day: date) -> ReferenceValue:
        """The value of `key` in force on `day`, latest revision first. Raise UnknownReference when there is none."""
        for value in self._by_key.get(key, ()):
            if value.covers(day):
                return value
        raise UnknownReference(f"Aucune valeur de référence « {key} » en vigueur au {day:%d/%m/%Y}.")

    def all_at(self, prefix: str, day: date) -> tuple[ReferenceValue, ...]:
        """One value in force on `day` for each key that starts with `prefix`, in order of key."""
        found = []
        for key in sorted(self._by_key):
            if key.startswith(prefix):
                value = next((value for value in self._by_key[key] if value.covers(day)), None)
                if value is not None:
                    found.append(value)
        return tuple(found)

    def history(self, key: str) -> tuple[ReferenceValue, ...]:
        return tuple(self._by_key.get(key, ()))

"""What a person typed in a form: read field by field, kept as it was typed, with a French sentence for each that cannot be read."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.http import HttpResponseRedirect

from levier.foundation.french import typeset
from levier.foundation.objections import Refusal
from levier.foundation.quantities import NotAQuantity, hundredths, parse_decimal, parse_hours

_FRENCH_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
FIRST_YEAR, LAST_YEAR = 1990, 2100


class Typed:
    """`values` is what was typed, `errors` the sentence beside each field; a field in error reads as None."""

    def __init__(self, data: Mapping[str, str], names: Iterable[str]) -> None:
        self.values = {name: (data.get(name) or "").replace("\x00", "").strip() for name in names}
        self.errors: dict[str, str] = {}

    def wrong(self, name: str, sentence: str) -> None:
        """The first sentence for a field stays."""
        self.errors.setdefault(name, typeset(sentence))

    def refused(self, refusal: Refusal, *, default: str = "") -> None:
        """Sentences of an action that refused, each beside its field."""
        for objection, sentence in zip(refusal.objections, refusal.sentences, strict=True):
            self.wrong(objection.field or default, sentence)

    @property
    def summary(self) -> list[tuple[str, str]]:
        return list(self.errors.items())

    def text(self, name: str, *, longest: int, missing: str = "") -> str:
        value = self.values[name]
        if not value and missing:
            self.wrong(name, missing)
        elif len(value) > longest:
            self.wrong(name, f"Écrivez {longest} caractères au plus : il y en a {len(value)}.")
        return value

    def choice[Code](self, name: str, allowed: Mapping[str, Code], *, missing: str) -> Code | None:
        found = allowed.get(self.values[name])
        if found is None:
            self.wrong(name, missing)
        return found

    def amount(self, name: str, *, missing: str = "") -> Decimal | None:
        """Euros, rounded to the cent."""
        text = self.values[name].replace("€", "")
        value = self._number(name, text, missing)
        return None if value is None else hundredths(value)

    def fraction(self, name: str, *, missing: str = "") -> Decimal | None:
        """A percentage as a fraction: `5` or `5 %` is 0.05."""
        value = self._number(name, self.values[name].replace("%", ""), missing)
        return None if value is None else value / 100

    def _number(self, name: str, text: str, missing: str) -> Decimal | None:
        if not text.strip():
            if missing:
                self.wrong(name, missing)
            return None
        try:
            return parse_decimal(text)
        except NotAQuantity as error:
            self.wrong(name, str(error).replace("151,67", "480 000"))
            return None

    def hours(self, name: str, *, missing: str) -> Decimal | None:
        if not self.values[name]:
            self.wrong(name, missing)
            return None
        try:
            return parse_hours(self.values[name])
        except NotAQuantity as error:
            self.wrong(name, str(error))
            return None

    def whole(self, name: str, *, low: int, high: int, wrong: str) -> int | None:
        text = self.values[name]
        if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
            return int(text)
        self.wrong(name, wrong)
        return None

    def day(self, name: str, *, missing: str) -> date | None:
        """A day as the browser writes it (2026-11-25) or as people do (25/11/2026)."""
        text = self.values[name]
        if not text:
            self.wrong(name, missing)
            return None
        match = _FRENCH_DAY.fullmatch(text)
        try:
            found = date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
        except ValueError:
            self.wrong(name, f"« {text[:20]} » n’est pas une date. Écrivez par exemple 25/11/2026.")
            return None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.wrong(name, f"L’année {found.year} n’est pas vraisemblable. Vérifiez la date.")
            return None
        return found


class SeeOther(HttpResponseRedirect):
    """After something was done: the browser reads the page where it can be seen, and reading it again does nothing twice."""

    status_code = 303

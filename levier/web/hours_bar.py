"""The hours bar: a beam filled with what is accepted and declared, on a pivot that stands at what is due today."""

from dataclasses import dataclass
from decimal import Decimal

from levier.web import wording


def _share(part: Decimal, scale: Decimal) -> str:
    return f"{float(part / scale * 100):.2f}%"


@dataclass(frozen=True, slots=True)
class HoursBar:
    """Hours of a commitment, or of many. `declared` includes what is accepted. Lengths are percentages of the widest figure. `pivot_is`:
    what the pivot stands at, `due` to date (dues) or `expected` (attendues: invoices and stops of works counted).
    """

    promised: Decimal
    due: Decimal
    declared: Decimal
    accepted: Decimal
    pivot_is: str = "due"

    @property
    def word(self) -> str:
        return "attendues" if self.pivot_is == "expected" else "dues"

    @property
    def scale(self) -> Decimal:
        return max(self.promised, self.due, self.declared, self.accepted, Decimal("0.01"))

    @property
    def missing(self) -> Decimal:
        """Due today and not even declared."""
        return max(Decimal(0), self.due - max(self.declared, self.accepted))

    @property
    def surplus(self) -> Decimal:
        """Accepted beyond what was promised."""
        return max(Decimal(0), self.accepted - self.promised)

    @property
    def accepted_width(self) -> str:
        return _share(max(Decimal(0), self.accepted), self.scale)

    @property
    def declared_width(self) -> str:
        return _share(max(Decimal(0), self.declared, self.accepted), self.scale)

    @property
    def missing_width(self) -> str:
        return _share(self.missing, self.scale)

    @property
    def pivot(self) -> str:
        return _share(max(Decimal(0), self.due), self.scale)

    @property
    def promised_mark(self) -> str:
        """Where the promise ends, when more was done than promised; empty otherwise."""
        return _share(self.promised, self.scale) if self.promised < self.scale else ""

    @property
    def sentence(self) -> str:
        """The same figures for those who do not see the bar."""
        return (
            f"Promis {wording.hours(self.promised)}, {'attendu' if self.pivot_is == 'expected' else 'dû'} à ce jour {wording.hours(self.due)}, "
            f"déclaré {wording.hours(self.declared)}, accepté {wording.hours(self.accepted)}"
        )

"""What a figure that reads many answers says: what was found, and whether each fault planted on purpose was caught."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Figure:
    """`met`: the target holds. `planted`: fault → was it caught; one that was not makes the figure fail (a check that cannot fail
    is not a check). `unmeasured`: what this machine could not do, said instead of left out.
    """

    n: int
    met: bool = False
    found: dict[str, Any] = field(default_factory=dict)
    planted: dict[str, bool] = field(default_factory=dict)
    unmeasured: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        missed = [name for name, caught in self.planted.items() if not caught]
        return {
            "n": self.n, **self.found, "unmeasured": self.unmeasured, "planted": len(self.planted),
            "caught": len(self.planted) - len(missed), "missed": missed, "holds": self.met and bool(self.planted) and not missed,
        }  # fmt: skip

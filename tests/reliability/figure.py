"""What every figure says: how many, from which seed, what was found, and whether the faults planted on purpose were caught."""

import dataclasses
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Figure:
    """`met`: the target holds. `planted`: fault → was it caught; one that was not makes the figure fail (a check that cannot fail
    is not a check). `unmeasured`: what this machine could not do, said instead of left out.
    """

    name: str
    n: int
    seed: int
    met: bool = False
    found: dict[str, Any] = field(default_factory=dict)
    planted: dict[str, bool] = field(default_factory=dict)
    unmeasured: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return self.met and bool(self.planted) and all(self.planted.values())

    def told(self) -> str:
        caught = f"{sum(self.planted.values())}/{len(self.planted)}"
        said = dataclasses.asdict(self) | {"holds": self.holds, "planted_caught": caught}
        return json.dumps(said, ensure_ascii=False, indent=2, default=str)


@contextmanager
def timed(figure: Figure) -> Iterator[Figure]:
    began = time.monotonic()
    yield figure
    figure.seconds = round(time.monotonic() - began, 1)

"""R1: every address × method × person × (own, near miss, foreign, unknown), then faults planted in the code itself.

The expected table is tests/matrix/universe.py, written from the access table of the trade, not from the code.
"""

import logging
import tempfile
from pathlib import Path
from typing import Any

from tests.reliability.figure import Figure

N = 50_000
"""Requests at least; with fewer the figure does not hold."""


def run(n: int, seed: int, _copy: object = None) -> dict[str, Any]:
    figure = Figure(n)
    with tempfile.TemporaryDirectory() as pieces:
        from django.test import override_settings

        logging.disable(logging.CRITICAL)
        from tests.matrix import harness
        from tests.matrix.faults import all_faults
        from tests.matrix.universe import NAMES, two_universes

        with override_settings(MEDIA_ROOT=Path(pieces)):
            pair = two_universes()
            found = harness.run(pair)
            for fault in all_faults():
                with fault.plant():
                    figure.planted[fault.name] = fault.noticed(harness.run(pair, only=fault.pages))
        figure.n = found.requests
        figure.found = {
            "pages": found.pages, "persons": len(NAMES), "requests": found.requests, "fewest": n, "leaks": found.leaks[:5],
            "changes": found.changed[:5], "unclassified": found.unclassified, "wrong": found.wrong[:5],
        }  # fmt: skip
        figure.met = not found.all and found.requests >= n
    return figure.told()

"""The process that opens a received table: `python -m levier.spreadsheets.child` reads the file on its input, answers on its output.

It gives itself its limits before it reads one byte, knows no address, no key and no database, and may end badly without harm.
"""

import os
import resource
import sys
from pathlib import Path

from levier.spreadsheets import limits

REFUSED = 3


def main() -> int:
    """Answer in msgpack: `{"book": …}` or `{"refusal": code, "facts": {…}}`."""
    _limit()
    import msgspec

    from levier.spreadsheets.preflight import Refused
    from levier.spreadsheets.workbooks import read

    content = sys.stdin.buffer.read(limits.LARGEST_FILE + 1)
    try:
        answer: dict[str, object] = {"book": read(content)}
    except Refused as refused:
        answer = {"refusal": refused.code.value, "facts": refused.facts}
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    sys.stdout.buffer.flush()
    return 0


def _limit() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits.MEMORY),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, limits.LARGEST_ANSWER),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    os.chdir(Path("/"))


if __name__ == "__main__":
    sys.exit(main())

"""The child process that opens untrusted files: its limits are set before any parser is loaded.

`python -m levier.tender_files.child read PATH NAME` prints one Reading as JSON. `… unpack PATH FOLDER` writes the pieces of an
archive into FOLDER and prints their names.
"""

import resource
import sys

MEMORY = 900_000_000
"""Bytes of address space."""
SECONDS = 40
"""Of processor time."""
LARGEST_WRITTEN = 60_000_000
"""Bytes of one file written: pieces of an archive, nothing else."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def main(arguments: list[str]) -> int:
    limit()
    import logging

    import msgspec

    logging.disable(logging.CRITICAL)
    from levier.tender_files.values import Fault

    task, path, third = arguments
    try:
        if task == "unpack":
            from levier.tender_files.archives import unpack

            answer: object = unpack(path, third)
        else:
            answer = _reading(path, third)
    except (MemoryError, RecursionError):
        answer = {"fault": Fault.TOO_COSTLY.value}
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


def _reading(path: str, name: str) -> object:
    from pathlib import Path

    from levier.tender_files.extraction import text_of
    from levier.tender_files.rules import read_text
    from levier.tender_files.values import Reading, Unreadable

    try:
        return read_text(name, text_of(Path(path).read_bytes()))
    except Unreadable as refusal:
        return Reading(file=name, fault=refusal.fault)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

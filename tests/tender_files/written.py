"""What a document of the made-up corpus says, and what a careful reader finds in it."""

from dataclasses import dataclass

from tests.tender_files.builders import Lines


@dataclass(frozen=True)
class Written:
    """`clause`: present, absent, or cannot be decided. `contradicts`, `lacks`: words that must be told. `tags` name the trap."""

    name: str
    lines: Lines
    clause: bool | None
    hours: tuple[tuple[str | int | None, int | None], ...] = ()
    articles: tuple[str, ...] = ()
    penalties: tuple[tuple[float, str, bool | None], ...] = ()
    reservation: str | None = None
    criterion: bool = False
    contradicts: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

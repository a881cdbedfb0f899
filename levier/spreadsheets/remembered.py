"""Headings that an organisation confirmed for its own files, found again by themselves in the next one."""

from collections.abc import Callable, Mapping
from typing import Protocol

from levier.foundation.objections import Refusal
from levier.spreadsheets.tables import Table, Wishes
from levier.spreadsheets.words import plain


class Read(Protocol):
    """A plan, a statement of hours: whatever was read of one table."""

    @property
    def table(self) -> Table: ...


def read_with_memory[Kind: Read](read: Callable[[Wishes], Kind], headings: Mapping[str, str]) -> Kind:
    """What `read` makes of a file, with the headings that were confirmed before wherever its table has them."""
    found = read(Wishes())
    present = {plain(heading) for heading in found.table.headings.values()}
    taken = {match.field: plain(match.heading) for match in found.table.matches}
    wished = {
        field: heading
        for field, heading in headings.items()
        if plain(heading) in present and taken.get(field) != plain(heading)
    }
    if not wished:
        return found
    try:
        return read(Wishes(columns=wished))
    except Refusal:
        return found

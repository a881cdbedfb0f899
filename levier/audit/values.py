from typing import Protocol


class Author(Protocol):
    """Who acts: accounts.values.Actor, or the command line (user_id None)."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def label(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...

"""Pages of a list, from what the address says."""

from typing import Any, Protocol

from django.core.paginator import Page, Paginator


class Rows(Protocol):
    """What can be counted and cut: a list, a queryset, or several of them read as one."""

    def __len__(self) -> int: ...
    def __getitem__(self, wanted: slice, /) -> Any: ...


def page_of(rows: Rows, asked: str | None, length: int) -> Page[Any]:
    """The page asked for; the first one when the number makes no sense, the last one when it is beyond the end."""
    paginator: Paginator[Any] = Paginator(rows, length)  # type: ignore[arg-type]  # it only counts and cuts
    return paginator.get_page(asked or 1)

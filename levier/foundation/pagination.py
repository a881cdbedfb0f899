"""Pages of a list, from what the address says."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


def page_of(rows: "Sequence[Any] | QuerySet[Any]", asked: str | None, length: int) -> Page[Any]:
    """The page asked for; the first one when the number makes no sense, the last one when it is beyond the end."""
    return Paginator(rows, length).get_page(asked or 1)

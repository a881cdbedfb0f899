"""How the database plans what pages ask: small answers out of large tables, one process a request, cores shared by everybody."""

from typing import Any

FOR_PAGES = "SET max_parallel_workers_per_gather = 0; SET jit = off; SET random_page_cost = 1.1; SET work_mem = '16MB'"
"""With more processes a query, PostgreSQL reads whole tables where an index has the hundred rows of a page; the data of pages is in memory.
What a page sorts or groups of ten years stays there too, with 16 MB where the server's own setting has four."""


def plan_for_pages(connection: Any, **_: object) -> None:
    """A receiver of Django's `connection_created`, in the processes that serve pages; imports and commands plan as they like."""
    with connection.cursor() as cursor:
        cursor.execute(FOR_PAGES)

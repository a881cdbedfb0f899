"""Lookups of queries that Django does not have."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, ForeignObject, Lookup


@Field.register_lookup
@ForeignObject.register_lookup
class Among(Lookup):
    """`person_id__among=ids`: one of these whole numbers, handed to PostgreSQL as one array.

    `__in` writes a place for each value, and Django and the driver go through the sentence again at every request: a page that asks
    ten things about a hundred lines spends more time on it than the database does on the answers. An empty list is asked too.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[int]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*values, self.rhs)

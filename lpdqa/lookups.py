"""Lookups of our own, for any field; `lpdqa.web` registers them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, Lookup
from django.db.models.fields.related import ForeignObject

from lpdqa.statements import Given


class Among(Lookup):  # type: ignore[type-arg]
    """`key__among=keys`: as `in` for a list of plain values, but one array for the database in place of a parameter for
    each, which with thousands of keys takes longer to put together than to answer.

    No subqueries, no objects, no None.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any] | Given:
        return self.rhs if isinstance(self.rhs, Given) else list(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if not self.rhs:
            raise EmptyResultSet
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*params, self.rhs]


def register() -> None:
    Field.register_lookup(Among)
    ForeignObject.register_lookup(Among)

"""Queries of the ORM whose statement is made once a process.

To make a statement takes the ORM longer than PostgreSQL needs to find a few rows by their keys. Where a job asks the
same thing of one subject after the other, that is most of its time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Expression, QuerySet


class Given(Expression):
    """The place of a value that is given each time a `Statement` is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class Statement:
    """A `values_list` query with `Given` in the place of what differs from one time to the next.

    `build` makes the query; it is called once, when the statement is asked for the first time. What else stands in
    it stays as it was then: dates of today and the like have to be given.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, as the query itself would give them. Raises KeyError where a value was not given, and
        TransactionManagementError for one that holds rows outside a transaction.
        """
        compiler, sql, params, converters = self._made
        if compiler.query.select_for_update and connection.get_autocommit():
            # The ORM says so when it makes the statement, and that is done once: the rows would not be held.
            raise transaction.TransactionManagementError("Rows can only be held in a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[one.name] if isinstance(one, Given) else one for one in params])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    @cached_property
    def _made(self) -> tuple[Any, str, tuple[Any, ...], dict[int, Any]]:
        compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return compiler, sql, params, compiler.get_converters([one for one, *_ in compiler.select])

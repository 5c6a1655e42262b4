"""One way to ask both kinds of warehouse."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

import duckdb
import psycopg2
from jixiao.deliver.schema import TABLES

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Warehouse:
    """A warehouse by its address."""

    url: str

    def ask(self, query: str) -> Rows:
        """Return the rows of a query, read by the warehouse's own client."""
        if self.url.startswith("duckdb"):
            with duckdb.connect(self.url.removeprefix("duckdb:///")) as connection:
                return connection.execute(query).fetchall()
        with closing(psycopg2.connect(self.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description is not None else []

    def state(self) -> dict[str, Rows]:
        """Return all rows of all tables, sorted: what must be the same after a load that was not to change a thing."""
        names = [table.name for table in TABLES] + ["submissions", "submission_history"]
        return {name: sorted(self.ask(f"SELECT * FROM {name}"), key=repr) for name in names}

    def count(self, table: str) -> int:
        (count,) = self.ask(f"SELECT count(*) FROM {table}")[0]
        return int(count)

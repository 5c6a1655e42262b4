"""The ten queries of docs/warehouse.md run in both warehouses, say the same in both, and show something."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import jixiao
import pytest
from jixiao.deliver.warehouse.load import load

from .asking import Warehouse
from .server import Server

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "warehouse.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?);\n```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def both(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, Warehouse]:
    folder = tmp_path_factory.mktemp("years")
    jixiao.convert(ROOT / "samples" / "years", folder / "out", formats=("csv",))
    duckdb = Warehouse(f"duckdb:///{folder}/warehouse.duckdb")
    postgres = Warehouse(server.new_database("queries"))
    for warehouse in (duckdb, postgres):
        assert load(folder / "out", warehouse.url).documents >= 9
    return duckdb, postgres


def test_there_are_ten() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize("number", range(10))
def test_a_query_says_the_same_in_both_and_shows_something(both: tuple[Warehouse, Warehouse], number: int) -> None:
    in_duckdb, in_postgres = (_shown(warehouse.ask(QUERIES[number])) for warehouse in both)
    assert in_duckdb == in_postgres
    assert in_duckdb


def _shown(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return rows without what the two only print differently: kinds of number, and the order of their collations."""
    plain = [tuple(round(float(c), 6) if isinstance(c, Decimal | float) else c for c in row) for row in rows]
    return sorted(plain, key=repr)


def test_a_loosened_target_is_found_as_it_was_planted(both: tuple[Warehouse, Warehouse]) -> None:
    loosened = [row for row in both[0].ask(QUERIES[4]) if row[1] == "老年免费乘车规模"]
    assert loosened == [("桐水县公路事业发展中心", "老年免费乘车规模", 2023, "≥5.4万人次", 2024, "≥5.2万人次", "loosened")]


def test_every_view_can_be_read_and_is_described(both: tuple[Warehouse, Warehouse]) -> None:
    from jixiao.deliver.warehouse.tables import VIEWS

    for warehouse in both:
        for name in VIEWS:
            assert warehouse.count(name) > 0 or name.removeprefix("current_") in ("fields", "tasks", "unread"), name
    for name in VIEWS:
        if not name.startswith("current_"):
            assert f"`{name}`" in TEXT

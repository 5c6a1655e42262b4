"""What convert writes is read as it is by pandas, Polars, DuckDB and PostgreSQL's COPY."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import jixiao
import pandas
import polars
import psycopg2
import pytest

from .server import Server

Convert = Callable[..., Path]
YUAN = Decimal("22703300")  # the sample's 资金总额


@pytest.fixture
def out(convert: Convert, sample_texts: dict[str, str]) -> Path:
    return convert({"a.txt": sample_texts["nantong-keji-2025.txt"]}, formats=("csv", "parquet"))


def resources(out: Path) -> dict[str, dict[str, object]]:
    """Return the data package's resources by the name of their file."""
    package = json.loads((out / "datapackage.json").read_bytes())
    return {resource["path"]: resource for resource in package["resources"]}


def test_the_data_package_names_every_table_as_csv_and_as_parquet(out: Path) -> None:
    assert {path for path in resources(out) if path.startswith("funds")} == {"funds.csv", "funds.parquet"}


def test_pandas_reads_the_parquet(out: Path) -> None:
    frame = pandas.read_parquet(out / "funds.parquet")
    assert list(frame.columns) == [field["name"] for field in resources(out)["funds.parquet"]["schema"]["fields"]]
    (amount,) = frame[frame.item == "资金总额"].amount_yuan
    assert amount == YUAN
    assert isinstance(amount, Decimal)


def test_pandas_is_what_the_library_hands_out() -> None:
    result = jixiao.read(Path(__file__).parents[2] / "samples" / "nantong-keji-2025.txt")
    frame = result.tables["funds"]
    assert isinstance(frame, pandas.DataFrame)
    (amount,) = frame[frame.item == "资金总额"].amount_yuan
    assert amount == YUAN
    assert isinstance(amount, Decimal)


def test_polars_reads_the_parquet(out: Path) -> None:
    frame = polars.read_parquet(out / "funds.parquet")
    (amount,) = frame.filter(polars.col("item") == "资金总额")["amount_yuan"]
    assert amount == YUAN
    assert frame.schema["amount_yuan"] == polars.Decimal(38, 10)


def test_duckdb_reads_the_parquet_and_the_csv(out: Path) -> None:
    for path in (out / "funds.parquet", out / "funds.csv"):
        ((amount,),) = duckdb.sql(f"SELECT CAST(amount_yuan AS DECIMAL(38, 10)) FROM '{path}' WHERE item = '资金总额'").fetchall()
        assert amount == YUAN


def test_postgresql_copies_the_csv(out: Path, server: Server) -> None:
    types = {"string": "text", "integer": "bigint", "number": "numeric", "boolean": "boolean"}
    connection = psycopg2.connect(server.new_database("by_copy"))
    try:
        with connection.cursor() as cursor:
            for path, resource in resources(out).items():
                if not path.endswith(".csv"):
                    continue
                name = path.removesuffix(".csv")
                columns = [f'"{field["name"]}" {types[field["type"]]}' for field in resource["schema"]["fields"]]
                cursor.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
                with (out / path).open(encoding="utf-8", newline="") as file:
                    cursor.copy_expert(f"COPY {name} FROM STDIN (FORMAT csv, HEADER MATCH)", file)
            cursor.execute("SELECT amount_yuan FROM funds WHERE item = '资金总额'")
            assert cursor.fetchall() == [(YUAN,)]
            cursor.execute("SELECT count(*) FROM indicators")
            assert cursor.fetchall() == [(43,)]
    finally:
        connection.close()

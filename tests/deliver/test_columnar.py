"""Parquet says what CSV says, with types."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jixiao.deliver.columnar import read_parquet, stored_types, typed, write_parquet
from jixiao.deliver.files import csv_line, read_csv
from jixiao.deliver.schema import BY_NAME, TABLES

from .folders import csv_files
from .samples import FORMS


@pytest.mark.parametrize("name", BY_NAME)
def test_parquet_read_back_is_the_csv(tmp_path: Path, name: str) -> None:
    source = csv_files(FORMS, tmp_path)[name]
    write_parquet(source, BY_NAME[name], tmp_path / "a.parquet")
    read = pq.read_table(tmp_path / "a.parquet")
    assert tuple(read.column_names) == BY_NAME[name].names
    rows = [
        {c.name: typed(c.type, cell) for c, cell in zip(BY_NAME[name].columns, row, strict=True)}
        for row in read_csv(source, BY_NAME[name])
    ]
    assert read.to_pylist() == rows
    assert list(read_parquet(tmp_path / "a.parquet", BY_NAME[name])) == list(read_csv(source, BY_NAME[name]))


def test_a_parquet_file_of_another_table_is_refused(tmp_path: Path) -> None:
    write_parquet(csv_files(FORMS, tmp_path)["funds"], BY_NAME["funds"], tmp_path / "a.parquet")
    with pytest.raises(ValueError, match="goals"):
        list(read_parquet(tmp_path / "a.parquet", BY_NAME["goals"]))


def test_types_are_those_of_the_schema(tmp_path: Path) -> None:
    source = csv_files(FORMS, tmp_path)["funds"]
    write_parquet(source, BY_NAME["funds"], tmp_path / "funds.parquet")
    schema = pq.read_schema(tmp_path / "funds.parquet")
    assert schema.field("seq").type == pa.int64()
    assert schema.field("item").type == pa.string()
    assert schema.field("amount").type == pa.decimal128(38, 10)
    assert schema.field("amount").metadata[b"title"].decode() == "金额"


def test_the_file_is_zstd_sorted_by_document_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    source = csv_files(FORMS, tmp_path)["documents"]
    for name in ("a", "b"):
        write_parquet(source, BY_NAME["documents"], tmp_path / name)
    about = pq.read_metadata(tmp_path / "a").row_group(0)
    assert about.column(0).compression == "ZSTD"
    assert about.sorting_columns == (pq.SortingColumn(0),)
    ids = pq.read_table(tmp_path / "a")["document_id"].to_pylist()
    assert ids == sorted(ids)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        ("0." + "1" * 10, "decimal"),
        ("0." + "1" * 10 + "000", "decimal"),
        ("9" * 28, "decimal"),
        ("-" + "9" * 28 + ".5", "decimal"),
        ("9" * 28 + "." + "1" * 10 + "0" * 5, "decimal"),
        ("0" * 20 + "9" * 27 + "0", "decimal"),
        ("0." + "1" * 11, "string"),
        ("1" + "0" * 28, "string"),
    ],
)
def test_a_decimal_that_does_not_fit_is_kept_whole_as_text(tmp_path: Path, amount: str, kind: str) -> None:
    table = BY_NAME["funds"]
    source = tmp_path / "funds.csv"
    row = dict.fromkeys(table.names, "") | {"document_id": "a", "seq": "1", "amount": amount}
    source.write_text(csv_line(table.names) + csv_line(tuple(row.values())), encoding="utf-8")
    assert stored_types(source, table)["amount"] == kind
    write_parquet(source, table, tmp_path / "funds.parquet")
    (value,) = pq.read_table(tmp_path / "funds.parquet")["amount"].to_pylist()
    assert value == (amount if kind == "string" else Decimal(amount))


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    files = csv_files((), tmp_path)
    for table in TABLES:
        write_parquet(files[table.name], table, tmp_path / "a")
        assert tuple(pq.read_schema(tmp_path / "a").names) == table.names


WRITE = """
import sys
from pathlib import Path
from jixiao.deliver.columnar import write_parquet
from jixiao.deliver.schema import TABLES
for table in TABLES:
    write_parquet(Path(sys.argv[1]) / f"{table.name}.csv", table, Path(sys.argv[1]) / f"{table.name}.parquet")
print("pandas" in sys.modules)
"""


def test_writing_does_not_load_pandas(tmp_path: Path) -> None:
    """It is as large as all else that a run has in memory."""
    csv_files(FORMS, tmp_path)
    ended = subprocess.run([sys.executable, "-c", WRITE, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
    assert pq.read_metadata(tmp_path / "funds.parquet").num_rows > 0

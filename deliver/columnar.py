"""CSV files → Parquet: typed, zstd, sorted by document_id.

A decimal column is decimal128(38, 10): 28 digits before the point and 10 behind. Where a file holds
a value that does not fit, that column of that file is text, so that no digit is lost or made up;
the data package says which type was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from .files import read_csv
from .schema import ColumnType, Table
from .tables import cell_text

PRECISION, SCALE = 38, 10
_FITS = re.compile(rf"-?0*[0-9]{{0,{PRECISION - SCALE}}}(\.[0-9]{{0,{SCALE}}}0*)?")
_ROWS = 1024
"""So many rows are in memory as texts; as columns they are a tenth of that."""
_GROUP_ROWS = 16_384
_GROUP_BYTES = 8 * 1024 * 1024

_CONVERT: dict[ColumnType, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "decimal": Decimal,
    "boolean": "true".__eq__,
}


def typed(kind: ColumnType, cell: str) -> Any:
    """Return a CSV cell as the value its column's type says; blank is None, also for text.

    >>> typed("decimal", "2270.33"), typed("boolean", "false"), typed("integer", "")
    (Decimal('2270.33'), False, None)
    """
    return None if cell == "" else _CONVERT[kind](cell)


def stored_types(source: Path, table: Table) -> dict[str, ColumnType]:
    """Return each column's type as Parquet holds the values in *source*: a decimal too long is text."""
    types: dict[str, ColumnType] = {column.name: column.type for column in table.columns}
    decimals = [(i, c.name) for i, c in enumerate(table.columns) if c.type == "decimal"]
    if decimals:
        for row in read_csv(source, table):
            for index, name in decimals:
                if _FITS.fullmatch(row[index]) is None:
                    types[name] = "string"
    return types


def write_parquet(source: Path, table: Table, path: Path) -> dict[str, ColumnType]:
    """Write the rows of the CSV file *source* to *path*; return the type each column was stored as."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = {
        "string": pa.string(),
        "integer": pa.int64(),
        "decimal": pa.decimal128(PRECISION, SCALE),
        "boolean": pa.bool_(),
    }
    types = stored_types(source, table)
    schema = pa.schema(
        [pa.field(c.name, arrow[types[c.name]], metadata={"title": c.title}) for c in table.columns],
        metadata={"title": table.title},
    )
    order = [pq.SortingColumn(0)]
    with pq.ParquetWriter(path, schema, compression="zstd", sorting_columns=order) as writer:
        group: list[Any] = []
        for rows in _batches(read_csv(source, table)):
            cells = zip(*rows, strict=True)
            columns = [_array(column, arrow[types[c.name]]) for c, column in zip(table.columns, cells, strict=True)]
            group.append(pa.Table.from_arrays(columns, schema=schema))
            if len(group) * _ROWS >= _GROUP_ROWS or sum(part.nbytes for part in group) > _GROUP_BYTES:
                writer.write_table(pa.concat_tables(group))
                group.clear()
        if group:
            writer.write_table(pa.concat_tables(group))
    return types


def read_parquet(path: Path, table: Table) -> Iterator[list[str]]:
    """Yield the rows of the Parquet file of *table* as CSV cells; ValueError if its columns are not the table's."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        if tuple(file.schema_arrow.names) != table.names:
            raise ValueError(f"{path}: columns are not those of {table.name}")
        for batch in file.iter_batches(_ROWS):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield [cell_text(value) for value in values]


def _array(cells: Sequence[str], kind: Any) -> Any:
    """Return CSV cells as an Arrow array of the type *kind*; blank is null.

    Arrow parses the texts itself. `pyarrow.array` of a list would load pandas, which takes 50 MB and a
    third of a second, only to ask whether the list is one of pandas'.
    """
    from pyarrow.lib import StringBuilder
    from pyarrow.types import is_decimal

    if is_decimal(kind):  # zeros at the end count as digits, of which there may be 38
        cells = [cell.rstrip("0") if "." in cell and len(cell) > PRECISION else cell for cell in cells]
    builder = StringBuilder()
    builder.append_values([cell or None for cell in cells])
    return builder.finish().cast(kind)


def _batches(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while batch := list(islice(rows, _ROWS)):
        yield batch

"""A converted folder as the warehouse sees it: which documents it holds, what each says, and their rows as Arrow."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.deliver.columnar import PRECISION, SCALE
from jixiao.deliver.files import sha256_of
from jixiao.deliver.schema import TABLES, Table
from jixiao.extract.errors import system_said

from .errors import WarehouseError

if TYPE_CHECKING:
    import pyarrow as pa

DATAPACKAGE = "datapackage.json"
_DOCUMENT_ID = re.compile(rb"([0-9a-f]{16}(?:-[0-9]+)?),")
_STEP = "请重新运行 jixiao convert，再载入"
_BLOCK = 8 * 1024 * 1024


class Source:
    """The tables of a converted folder, as CSV or, where there is none, as Parquet.

    Raises WarehouseError where the folder is none, or its files are not those its data package names
    (a conversion is under way, or someone has edited them).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unfit: list[str] = []
        """Values that do not fit into NUMERIC(38, 10) and so are blank in the warehouse: ``table.column document``."""
        listed = self._listed()
        self.paths: dict[str, Path] = {}
        for table in TABLES:
            name = next((f"{table.name}{end}" for end in (".csv", ".parquet") if f"{table.name}{end}" in listed), None)
            if name is None:
                raise WarehouseError(f"{folder} 中没有表 {table.name} 的 CSV 或 Parquet；请用 --format csv 转换后再载入", 2)
            self.paths[table.name] = folder / name
        digest = hashlib.sha256()
        for name, path in self.paths.items():
            try:
                found = sha256_of(path)
            except OSError as error:
                raise WarehouseError(f"{path} 读不出：{system_said(error)}；{_STEP}") from error
            if f"sha256:{found}" != listed[path.name]:
                raise WarehouseError(f"{path} 与 {DATAPACKAGE} 所记的不符，可能正在转换或被改动；{_STEP}")
            digest.update(f"{name} {found}\n".encode())
        self.fingerprint = digest.hexdigest()

    def _listed(self) -> dict[str, str]:
        path = self.folder / DATAPACKAGE
        try:
            package = json.loads(path.read_bytes())
            return {resource["path"]: resource["hash"] for resource in package["resources"]}
        except FileNotFoundError as error:
            raise WarehouseError(f"{self.folder} 不是转换结果的文件夹（没有 {DATAPACKAGE}）；请先运行 jixiao convert", 2) from error
        except OSError as error:
            raise WarehouseError(f"{path} 读不出：{system_said(error)}；{_STEP}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise WarehouseError(f"{path} 已损坏（{type(error).__name__}）；{_STEP}") from error

    def digests(self) -> dict[str, str]:
        """Return for every document a hash over all its rows in all tables."""
        hashes: dict[bytes, Any] = {}
        for table in TABLES:
            path = self.paths[table.name]
            lines = _csv_lines(path) if path.suffix == ".csv" else _parquet_lines(path)
            for document, block in lines:
                known = hashes.get(document)
                if known is None:
                    known = hashes[document] = hashlib.sha256()
                known.update(table.name.encode() + b"\n" + block)
        return {document.decode(): known.hexdigest()[:32] for document, known in hashes.items()}

    def batches(self, table: Table, documents: Collection[str]) -> Iterator[pa.Table]:
        """Yield the rows of *documents* in *table*, typed, with the warehouse's own columns."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(sorted(documents), pa.string())
        for batch in self._texts(table):
            rows = batch.filter(pc.is_in(batch.column("document_id"), value_set=wanted))
            if rows.num_rows:
                yield self._typed(table, rows)

    def _texts(self, table: Table) -> Iterator[pa.Table]:
        """Yield the rows of *table* with every cell as text, blank cells as null."""
        import pyarrow as pa
        from pyarrow import csv, parquet

        path = self.paths[table.name]
        if path.suffix == ".parquet":
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches():
                    yield _as_text(pa.Table.from_batches([batch]))
            return
        reader = csv.open_csv(
            path,
            read_options=csv.ReadOptions(block_size=_BLOCK),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.string() for name in table.names},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        with reader:
            for batch in reader:
                if batch.num_rows:
                    yield pa.Table.from_batches([batch])

    def _typed(self, table: Table, rows: pa.Table) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        out = {}
        for column in table.columns:
            cells = rows.column(column.name)
            if column.type == "integer":
                cells = pc.cast(cells, pa.int64())
            elif column.type == "boolean":
                cells = pc.equal(cells, "true")
            elif column.type == "decimal":
                cells = self._decimals(table, column.name, rows, cells)
            out[column.name] = cells
        if table.name == "targets":
            kinds = rows.column("kind").to_pylist()
            texts = rows.column("value").to_pylist()
            numbers = [text if kind in ("number", "range") else None for kind, text in zip(kinds, texts, strict=True)]
            days = [_day(text) if kind == "date" else None for kind, text in zip(kinds, texts, strict=True)]
            out["value_number"] = self._decimals(table, "value_number", rows, pa.chunked_array([pa.array(numbers, pa.string())]))
            out["value_date"] = pa.array(days, pa.date32())
        return pa.table(out)

    def _decimals(self, table: Table, name: str, rows: pa.Table, cells: pa.ChunkedArray) -> pa.ChunkedArray:
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = pa.decimal128(PRECISION, SCALE)
        try:
            return pc.cast(cells, kind)
        except pa.ArrowInvalid:
            values = []
            documents = rows.column("document_id").to_pylist()
            for document, text in zip(documents, cells.to_pylist(), strict=True):
                value = _fitting(text)
                if value is None and text is not None:
                    self.unfit.append(f"{table.name}.{name} {document}：{text[:40]}")
                values.append(value)
            return pa.chunked_array([pa.array(values, kind)])


def _fitting(text: str | None) -> Decimal | None:
    try:
        value = None if text is None else Decimal(text)
    except InvalidOperation:
        return None
    if value is None or not value.is_finite():
        return None
    _, digits, exponent = value.normalize().as_tuple()
    assert isinstance(exponent, int)
    return value if -exponent <= SCALE and len(digits) + exponent <= PRECISION - SCALE else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None  # a month, or a period's first half: it stays text


def _csv_lines(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield (document_id, line) of a CSV file; a line that begins with no id goes on in the row above.

    Cheaper than parsing: what is asked is only whether a document's rows are the same bytes.
    """
    document = b""
    with path.open("rb") as file:
        next(file, None)
        for line in file:
            found = _DOCUMENT_ID.match(line)
            if found is not None:
                document = found[1]
            if document:
                yield document, line


def _parquet_lines(path: Path) -> Iterator[tuple[bytes, bytes]]:
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches():
            columns = [column.to_pylist() for column in _as_text(pa.Table.from_batches([batch])).columns]
            for row in zip(*columns, strict=True):
                yield row[0].encode(), repr(row).encode() + b"\n"


def _as_text(rows: pa.Table) -> pa.Table:
    """Return *rows* as the CSV would show them: decimals without trailing zeros, true and false."""
    import pyarrow as pa

    out = {}
    for field in rows.schema:
        cells = rows.column(field.name)
        if pa.types.is_string(field.type):
            out[field.name] = cells
        elif pa.types.is_decimal(field.type):
            plain = [None if v is None else f"{v:f}".rstrip("0").rstrip(".") for v in cells.to_pylist()]
            out[field.name] = pa.chunked_array([pa.array(plain, pa.string())])
        else:
            shown = [None if v is None else str(v).lower() for v in cells.to_pylist()]
            out[field.name] = pa.chunked_array([pa.array(shown, pa.string())])
    return pa.table(out)

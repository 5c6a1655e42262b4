"""A folder of CSV tables made from hand-made forms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jixiao.deliver.files import csv_line, csv_text
from jixiao.deliver.schema import TABLES
from jixiao.deliver.tables import tables_of
from jixiao.rules.records import Form


def csv_files(forms: Iterable[Form], folder: Path) -> dict[str, Path]:
    """Write the tables of *forms* as CSV into *folder*; return them by table."""
    ordered = sorted(forms, key=lambda form: form.document_id)
    files = {table.name: folder / f"{table.name}.csv" for table in TABLES}
    for table in TABLES:
        rows = (csv_text(tables_of(form)[table.name]) for form in ordered)
        files[table.name].write_bytes((csv_line(table.names) + "".join(rows)).encode())
    return files

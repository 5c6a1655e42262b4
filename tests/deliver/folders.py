"""A folder of CSV tables made from hand-made forms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jixiao.deliver.files import Spool, csv_text
from jixiao.deliver.schema import TABLES
from jixiao.deliver.tables import tables_of
from jixiao.rules.records import Form


def csv_files(forms: Iterable[Form], folder: Path) -> dict[str, Path]:
    """Write the tables of *forms* as CSV into *folder*; return them by table."""
    spool = Spool(folder / "spool")
    for form in forms:
        for name, rows in tables_of(form).items():
            spool.add(form.document_id, name, csv_text(rows))
    files = {table.name: folder / f"{table.name}.csv" for table in TABLES}
    for table in TABLES:
        spool.write(table, files[table.name])
    spool.close()
    (folder / "spool").unlink()
    return files

"""Files that are whole or not there: CSV text, a careful writer, a stage, a spool.

CSV is UTF-8 without BOM, `\\n`, RFC 4180. Quoting is our own and not the csv module's, whose
treatment of a lone carriage return differs between versions of Python.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from .schema import BY_NAME, Table

_QUOTED = re.compile('[",\r\n]')
_FIELD_LIMIT = 2**31 - 1


def csv_line(cells: Sequence[str]) -> str:
    """Return *cells* as one line of CSV with its line end.

    >>> csv_line(["甲", "", '他说"好"了', "1,230"])
    '甲,,"他说""好""了","1,230"\\n'
    """
    if _QUOTED.search("\t".join(cells)) is not None:
        cells = ['"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells]
    return ",".join(cells) + "\n"


def csv_text(rows: Iterable[Mapping[str, str]]) -> str:
    """Return *rows* (dicts with their cells in column order) as lines of CSV, without a heading."""
    return "".join([csv_line(tuple(row.values())) for row in rows])


def read_csv(path: Path, table: Table) -> Iterator[list[str]]:
    """Yield the rows of the CSV file of *table*; ValueError if its heading is not the table's."""
    csv.field_size_limit(_FIELD_LIMIT)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        if tuple(next(reader, ())) != table.names:
            raise ValueError(f"{path}: heading is not that of {table.name}")
        yield from reader


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_carefully(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that a crash leaves the old file or the new one, never a part."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames in *folder* survive a power cut, where the system allows to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Stage:
    """Files made ready under *work* and then moved into *folder* together, in the order asked for.

    *work* lies inside *folder*, so that moving is renaming. Until `move` nothing in *folder*
    changes: an error or a full disk leaves the old files as they were.
    """

    def __init__(self, folder: Path, work: Path) -> None:
        self.folder = folder
        self.work = work
        self._names: list[str] = []
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)

    def path(self, name: str) -> Path:
        """Return where to write the file that will be called *name* (relative to the folder)."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._names.append(name)
        return path

    def write(self, name: str, data: bytes) -> None:
        """Make ready the file *name* with *data*."""
        self.path(name).write_bytes(data)

    def move(self, last: Sequence[str] = ()) -> None:
        """Flush every file to disk, then rename them all, those named in *last* at the end."""
        for name in self._names:
            with (self.work / name).open("rb") as file:
                os.fsync(file.fileno())
        names = [name for name in self._names if name not in last] + list(last)
        folders = set()
        for name in names:
            target = self.folder / name
            if target.parent not in folders:
                target.parent.mkdir(parents=True, exist_ok=True)
                folders.add(target.parent)
            if name in last:
                for folder in folders:
                    sync_folder(folder)
            (self.work / name).replace(target)
        for folder in folders:
            sync_folder(folder)
        self._names.clear()

    def clear(self) -> None:
        """Remove what was made ready and not moved."""
        shutil.rmtree(self.work, ignore_errors=True)


class _Piece(NamedTuple):
    document_id: str
    offset: int
    length: int


class Spool:
    """The rows of many forms, coming in any order, held on disk, given back sorted by document_id."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("w+b")
        self._end = 0
        self._pieces: dict[str, list[_Piece]] = {name: [] for name in BY_NAME}

    def add(self, document_id: str, table: str, text: str) -> None:
        """Keep *text*, the CSV lines of one form in *table*."""
        if text:
            data = text.encode()
            self._file.seek(self._end)
            self._file.write(data)
            self._pieces[table].append(_Piece(document_id, self._end, len(data)))
            self._end += len(data)

    def write(self, table: Table, path: Path) -> None:
        """Write the CSV file of *table* with every row kept."""
        with path.open("wb") as out:
            out.write(csv_line(table.names).encode())
            for piece in sorted(self._pieces[table.name]):
                self._file.seek(piece.offset)
                out.write(self._file.read(piece.length))

    def close(self) -> None:
        self._file.close()

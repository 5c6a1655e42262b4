"""Files that are whole or not there: CSV text, a careful writer, a stage.

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

from .schema import Table

_QUOTED = re.compile('[",\r\n]')
_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_FIELD_LIMIT = 2**31 - 1
_MANY = 64


def sink_safe(text: str) -> str:
    """Return *text* with NUL and lone surrogates, which break every sink, shown as U+FFFD.

    >>> sink_safe("甲" + chr(0) + "乙")
    '甲�乙'
    """
    return _UNSAFE.sub("\ufffd", text)


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
    """Files made ready under *work* and then moved into *folder* together.

    *work* lies inside *folder*, so that moving is renaming. Until `move` nothing in *folder*
    changes: an error or a full disk leaves the old files as they were.
    """

    def __init__(self, folder: Path, work: Path) -> None:
        self.folder = folder
        self.work = work
        self._count = 0
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)

    def path(self, name: str) -> Path:
        """Return where to write the file that will be called *name*: a plain name, or one in a folder."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._count += 1
        return path

    def write(self, name: str, data: bytes) -> None:
        """Make ready the file *name* with *data*."""
        self.path(name).write_bytes(data)

    def move(self, last: Sequence[str] = ()) -> None:
        """Flush every file to disk, then rename them all: those in folders first, those in *last* at the end."""
        if self._count > _MANY:
            os.sync()  # ten thousand calls of fsync take minutes
        else:
            for name in self._names():
                with (self.work / name).open("rb") as file:
                    os.fsync(file.fileno())
        for name in self._names():
            if name not in last:
                target = self.folder / name
                target.parent.mkdir(exist_ok=True)
                (self.work / name).replace(target)
        for folder in {self.folder, *(self.folder / path.name for path in self.work.iterdir() if path.is_dir())}:
            sync_folder(folder)
        for name in last:
            (self.work / name).replace(self.folder / name)
        sync_folder(self.folder)
        self._count = 0

    def _names(self) -> Iterator[str]:
        """Yield the names of the files made ready, those in folders first."""
        plain = []
        for path in sorted(self.work.iterdir()):
            if path.is_dir():
                with os.scandir(path) as entries:
                    for entry in entries:
                        yield f"{path.name}/{entry.name}"
            else:
                plain.append(path.name)
        yield from plain

    def clear(self) -> None:
        """Remove what was made ready and not moved."""
        shutil.rmtree(self.work, ignore_errors=True)

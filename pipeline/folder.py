"""The output folder: held by one run at a time, and what the run before left in it.

Besides the files of the contract it has a folder `.jixiao` with the lock and the store of what has been
converted so far. Without it nothing is lost but time: the next run converts everything.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from jixiao.deliver.files import sink_safe
from jixiao.deliver.schema import TABLES
from jixiao.extract.errors import system_said

from .packets import Status
from .store import error_code

MANIFEST = "manifest.jsonl"
PACKAGE = "datapackage.json"
WORKBOOK = "jixiao.xlsx"
HIDDEN = ".jixiao"

_CANNOT = frozenset(
    (
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR),
        *(errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ELOOP, errno.ENAMETOOLONG),
    )
)
_FORM_FILE = re.compile(r"[0-9a-f]{16}(-[0-9]{1,6})?\.json")


class OutputError(Exception):
    """The output cannot be made; *exit_status* is the command's."""

    exit_status = 74


class FolderNotWritable(OutputError):
    """The folder is no folder, not ours, or may not be written."""

    exit_status = 73


class FolderBusy(OutputError):
    """Another run holds the folder."""

    exit_status = 75


def output_error(error: OSError | sqlite3.Error, folder: Path) -> OutputError:
    """Return what an *error* in writing into *folder* is: not writable, or (disk full) failed."""
    if isinstance(error, sqlite3.Error):
        code = error_code(error)
        said = f"{folder}：{'磁盘已满' if code == sqlite3.SQLITE_FULL else error}"
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return OutputError(f"{folder / HIDDEN} 已损坏：{error}。原有结果未动；请删去 {folder / HIDDEN} 后再运行")
        cannot = code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
    else:
        said, cannot = f"{folder}：{system_said(error)}", error.errno in _CANNOT
    if cannot:
        return FolderNotWritable(f"输出文件夹不能写入：{said}。请换一个 --out，或检查权限")
    return OutputError(f"写入失败：{said}。原有结果未动；请腾出空间后再运行")


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form in a manifest line: which family reads it, and why that one."""

    document_id: str
    form: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one input: a line of manifest.jsonl.

    *path* is the file it was read from (of a zip's member: the zip), relative to the output folder.
    """

    source: str
    sha256: str
    document_ids: tuple[str, ...]
    status: Status
    action: str
    reason: str
    next_step: str
    seconds: float
    version: str
    families: str
    personal: bool = True
    forms: tuple[FormLine, ...] = ()
    detail: str = ""
    path: str = ""


def manifest_line(line: Line) -> str:
    """Return *line* as a line of manifest.jsonl."""
    return sink_safe(json.dumps(asdict(line), ensure_ascii=False)) + "\n"


def read_manifest(path: Path) -> Iterator[Line]:
    """Yield the lines of the manifest *path*."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for text in file:
            values = json.loads(text)
            values["document_ids"] = tuple(values["document_ids"])
            values["forms"] = tuple(FormLine(**form) for form in values["forms"])
            yield Line(**values)


def path_from(path: Path, folder: Path) -> str:
    """Return the way from *folder* to the file *path*, its parts joined by /; the whole path where there is none."""
    try:
        way = os.path.relpath(os.path.realpath(path), os.path.realpath(folder))
    except ValueError:  # Windows: on another drive
        way = os.path.abspath(path)
    return Path(way).as_posix()


@contextmanager
def held(folder: Path, names: Iterable[str]) -> Iterator[None]:
    """Make *folder* if need be and hold it against other runs. *names* are the files to be written.

    Raises FolderBusy, or FolderNotWritable, also where one of *names* is there and not from us.
    """
    try:
        mine = any((folder / name).exists() for name in (HIDDEN, MANIFEST, PACKAGE))
        strange = [] if mine else [name for name in names if (folder / name).exists()]
        if strange:
            raise FolderNotWritable(f"{folder} 中已有不是本程序写的 {strange[0]}，不予覆盖。请换一个 --out")
        (folder / HIDDEN).mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / HIDDEN / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise output_error(error, folder) from error
    try:
        _lock(lock, folder)
        yield
    finally:
        os.close(lock)


def _lock(handle: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: no lock, one run at a time is up to the user
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FolderBusy(f"另一个转换正在使用 {folder}。请等它结束，或换一个 --out") from error
    except OSError as error:
        raise output_error(error, folder) from error


def remove_stale(folder: Path, keep: Callable[[str], bool]) -> None:
    """Remove what an earlier run wrote into *folder* and this one does not *keep* (by name relative to it)."""
    ours = {f"{table.name}{suffix}" for table in TABLES for suffix in (".csv", ".parquet")} | {WORKBOOK}
    for name in sorted(ours):
        if not keep(name):
            (folder / name).unlink(missing_ok=True)
    try:
        forms = os.scandir(folder / "json")
    except OSError:
        return
    with forms:
        for entry in forms:
            if _FORM_FILE.fullmatch(entry.name) and not keep(f"json/{entry.name}"):
                os.unlink(entry.path)

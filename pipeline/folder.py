"""The output folder: held by one run at a time, and what the run before left in it.

Besides the files of the contract it has a folder `.jixiao` with the lock, the state (hashes that say
whether tables and manifest belong together), and the CSV tables if CSV was not asked for.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from jixiao.deliver.files import sha256_of
from jixiao.deliver.schema import TABLES
from jixiao.deliver.tables import sink_safe
from jixiao.version import __version__

from .one import Status

MANIFEST = "manifest.jsonl"
PACKAGE = "datapackage.json"
WORKBOOK = "jixiao.xlsx"
HIDDEN = ".jixiao"
STATE = f"{HIDDEN}/state.json"

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


def output_error(error: OSError, folder: Path) -> OutputError:
    """Return what an *error* in writing into *folder* is: not writable, or (disk full) failed."""
    said = f"{folder}：{error.strerror or error}"
    if error.errno in _CANNOT:
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
    """What became of one input: a line of manifest.jsonl."""

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


@dataclass(frozen=True, slots=True)
class Previous:
    """What the run before left: its lines by source and bytes, and its tables' CSV files."""

    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    tables: dict[str, Path] = field(default_factory=dict)


def manifest_text(lines: Iterable[Line]) -> str:
    """Return *lines* as manifest.jsonl."""
    return "".join(sink_safe(json.dumps(asdict(line), ensure_ascii=False)) + "\n" for line in lines)


def read_manifest(path: Path) -> list[Line]:
    """Return the lines of the manifest *path*; ValueError, TypeError or KeyError if they are not ours."""
    lines = []
    for text in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        values = json.loads(text)
        values["document_ids"] = tuple(values["document_ids"])
        values["forms"] = tuple(FormLine(**form) for form in values["forms"])
        lines.append(Line(**values))
    return lines


def state_text(lines: Iterable[Line], tables: dict[str, Path], names: dict[str, str]) -> str:
    """Return the state: hashes of the manifest's *lines* and of the *tables* that become *names*."""
    hashes = {table: [names[table], sha256_of(path)] for table, path in tables.items()}
    return json.dumps({"manifest": _fingerprint(lines), "tables": hashes}, indent=1) + "\n"


def _fingerprint(lines: Iterable[Line]) -> str:
    """Return a hash of what *lines* say, apart from what differs when the same is run again."""
    same = manifest_text(replace(line, seconds=0.0, action="") for line in lines)
    return hashlib.sha256(same.encode()).hexdigest()


def read_previous(folder: Path) -> Previous:
    """Return what the run before left in *folder*; nothing if that is not whole and by this version.

    A run that was killed while it renamed, or a table saved again by a spreadsheet, does not match its
    hash in the state: then everything is converted again.
    """
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        tables = {table.name: folder / state["tables"][table.name][0] for table in TABLES}
        lines = read_manifest(folder / MANIFEST)
        whole = _fingerprint(lines) == state["manifest"] and all(
            sha256_of(path) == state["tables"][name][1] for name, path in tables.items()
        )
        if not whole:
            return Previous()
    except (OSError, ValueError, KeyError, TypeError):
        return Previous()
    usable = (line for line in lines if line.version == __version__ and line.action != "duplicate")
    return Previous({(line.source, line.sha256): line for line in usable}, tables)


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


def remove_stale(folder: Path, written: set[str]) -> None:
    """Remove what an earlier run wrote into *folder* and this one did not (other formats, other inputs)."""
    ours = {f"{table.name}{suffix}" for table in TABLES for suffix in (".csv", ".parquet")} | {WORKBOOK}
    ours |= {f"{HIDDEN}/{table.name}.csv" for table in TABLES}
    if (folder / "json").is_dir():
        forms = (path.name for path in (folder / "json").iterdir())
        ours |= {f"json/{name}" for name in forms if _FORM_FILE.fullmatch(name)}
    for name in sorted(ours - written):
        (folder / name).unlink(missing_ok=True)

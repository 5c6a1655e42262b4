"""What the command line names → inputs, each to be read as bytes.

A file, a folder (recursively) or a zip. Whatever cannot be read is an input with a problem: a line
in the report, never a stop. A zip is read in memory and never unpacked, so that a member's path can
do no harm; unsafe ones are refused all the same, since what made them is not to be trusted.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from jixiao.deliver.files import sink_safe
from jixiao.extract.errors import DocumentError, system_said, zip_said

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MAX_BYTES = 256 * 1024 * 1024
"""A file or member larger than this is refused."""
MAX_RATIO = 200
"""A member of more than 1 MiB that was packed more than so many times is refused as a bomb."""
MAX_MEMBERS = 20_000
MAX_TOTAL = 8 * 1024**3
"""Members and unpacked bytes of one zip, those of zips inside it counted in."""
MAX_NESTING = 2
"""a.zip/b.zip/c.txt is read; a zip inside b.zip is not."""

_CHUNK = 1024 * 1024
_IGNORED = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Input:
    """One document to read: a file, or a member of a zip by its positions in the nested directories."""

    source: str
    path: Path
    members: tuple[int, ...] = ()
    problem: DocumentError | None = None


def find_inputs(inputs: Iterable[Path], skip: Path) -> Iterator[Input]:
    """Yield what *inputs* name, in no order, what is named twice twice. *skip* is the output folder.

    Hidden files and what systems and office programs leave behind (`.DS_Store`, `~$…`) are passed over
    inside folders and zips.
    """
    for path in inputs:
        yield from _find(path, skip)


def read_file(path: Path) -> bytes:
    """Return the bytes of the regular file *path*; no pipe or device is waited for."""
    return b"".join(_file_chunks(path))


def _file_chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of the regular file *path*; no pipe or device is waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise _not_a_file()
            if about.st_size > MAX_BYTES:
                raise _too_large(about.st_size)
            left = about.st_size + 1
            while data := file.read(min(left, _CHUNK)):
                left -= len(data)
                yield data
    except OSError as error:
        raise _unreadable(error) from error
    if left != 1:
        raise DocumentError("unreadable", "文件正在被写入", "请等文件写完后再转换一次")


class Reader:
    """Reads inputs; keeps the last zip open, since its members come one after another."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._open: tuple[Path, tuple[int, ...]] | None = None
        self._zip: ZipFile | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def read(self, one: Input) -> bytes:
        """Return the bytes of *one*; raise DocumentError if it cannot be read."""
        return b"".join(self.chunks(one))

    def chunks(self, one: Input) -> Iterator[bytes]:
        """Yield the bytes of *one* piece by piece; raise DocumentError if it cannot be read."""
        if one.problem is not None:
            raise one.problem
        if one.members:
            yield from _member_chunks(self._archive(one), one.members[-1])
        else:
            yield from _file_chunks(one.path)

    def _archive(self, one: Input) -> ZipFile:
        outer = (one.path, one.members[:-1])
        if self._open != outer:
            self._stack.close()
            self._open = None
            self._zip = _open_zip(one.path, self._stack)
            for index in one.members[:-1]:
                inner = io.BytesIO(b"".join(_member_chunks(self._zip, index)))
                self._zip = _open_zip(inner, self._stack)
            self._open = outer
        assert self._zip is not None
        return self._zip


def printable_name(name: str) -> str:
    """Return a file's *name* as text that can be written: bytes that are not UTF-8 are read as GBK."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return _decoded(os.fsencode(name))
    return sink_safe(name)


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return sink_safe(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", "backslashreplace")


def _find(path: Path, skip: Path) -> Iterator[Input]:
    if os.path.isdir(path):
        yield from _walk(path, skip)
    else:
        yield from _file(path, printable_name(path.name))


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    prefix: str
    above: tuple[tuple[int, int], ...] = ()


def _walk(top: Path, skip: Path) -> Iterator[Input]:
    """Yield the inputs in *top*. Links are followed after all else; no folder is entered twice.

    A link to a folder it lies in is a problem; one to a folder read under another path is nothing new.
    """
    seen: set[tuple[int, int]] = set()
    with suppress(OSError):
        about = skip.stat()
        seen.add((about.st_dev, about.st_ino))
    folders, links = [_Folder(top, "")], deque[_Folder]()
    while folders or links:
        folder = folders.pop() if folders else links.popleft()
        try:
            about = folder.path.stat()
            here = (about.st_dev, about.st_ino)
            if here in folder.above:
                error = DocumentError("not_a_file", "链接绕回上层文件夹", "请去掉成环的链接")
                yield _problem(folder.prefix, folder.path, error)
            if here in seen:
                continue
            seen.add(here)
            names = sorted(os.listdir(folder.path))
        except OSError as error:
            yield _problem(folder.prefix or printable_name(folder.path.name), folder.path, _unreadable(error))
            continue
        for name in names:
            path = folder.path / name
            source = f"{folder.prefix}/{printable_name(name)}" if folder.prefix else printable_name(name)
            if _passed_over(name):
                continue
            if not os.path.isdir(path):
                yield from _file(path, source)
            else:
                inner = _Folder(path, source, (*folder.above, here))
                (links if path.is_symlink() else folders).append(inner)


def _file(path: Path, source: str) -> Iterator[Input]:
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        yield _problem(source, path, _unreadable(error))
        return
    if not regular:
        yield _problem(source, path, _not_a_file())
    elif path.suffix.lower() == ".zip" and _is_zip(path):
        yield from _zip_members(path, source)
    else:
        yield Input(source, path)


def _is_zip(path: Path) -> bool:
    """Tell whether a file called .zip is one, or may be what is left of one; others say themselves what they are."""
    from zipfile import is_zipfile

    try:
        with open(path, "rb") as file:
            return file.read(2) in (b"PK", b"") or is_zipfile(file)
    except OSError:
        return True  # opened again, it says why it cannot be read


def _zip_members(path: Path, source: str) -> Iterator[Input]:
    """Yield the members of the zip *path*, of zips inside it too; a bad zip is one input with a problem."""
    found: list[Input] = []
    try:
        with ExitStack() as stack:
            _list_zip(_open_zip(path, stack), path, source, (), _Budget(), found)
    except DocumentError as error:
        yield _problem(source, path, error)
    except OSError as error:
        yield _problem(source, path, _unreadable(error))
    else:
        yield from found or [_problem(source, path, _nothing_inside())]


@dataclass(slots=True)
class _Budget:
    members: int = MAX_MEMBERS
    bytes: int = MAX_TOTAL


def _list_zip(
    archive: ZipFile, path: Path, source: str, above: tuple[int, ...], budget: _Budget, found: list[Input]
) -> None:
    if "[Content_Types].xml" in archive.NameToInfo:
        found.append(Input(source, path, above))  # a workbook or document, whatever it is called
        return
    for index, info in enumerate(archive.infolist()):
        budget.members -= 1
        budget.bytes -= info.file_size
        if budget.members < 0 or budget.bytes < 0:
            raise DocumentError("too_large", "压缩包解开后过大，或成员过多", "请分成几个压缩包，或先解压")
        name = _member_name(info)
        if info.is_dir() or any(_passed_over(part) for part in name.split("/")):
            continue
        members = (*above, index)
        inside = f"{source}/{name}"
        try:
            _check_member(info, name)
            if not name.lower().endswith(".zip"):
                found.append(Input(inside, path, members))
            elif len(members) >= MAX_NESTING:
                raise DocumentError("unsupported", "压缩包套了太多层", "请先解开里层的压缩包")
            else:
                data = io.BytesIO(b"".join(_member_chunks(archive, index)))
                if not data.getvalue().startswith(b"PK"):
                    found.append(Input(inside, path, members))  # no zip: it says itself what it is
                    continue
                before = len(found)
                with ExitStack() as stack:
                    _list_zip(_open_zip(data, stack), path, inside, members, budget, found)
                if len(found) == before:
                    raise _nothing_inside()
        except DocumentError as error:
            found.append(_problem(inside, path, error, members))


def _open_zip(file: Path | IO[bytes], stack: ExitStack) -> ZipFile:
    from zipfile import BadZipFile, ZipFile

    try:
        return stack.enter_context(ZipFile(file))
    except (BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise _unreadable(error) from error
        why = f"zip 压缩包不完整，或已损坏（{zip_said(error)}）"
        raise DocumentError("unreadable", why, "请重新取得或重新打包，或先解压") from error


def _member_name(info: ZipInfo) -> str:
    """Return the member's name; without the UTF-8 flag it is UTF-8 if it can be, else GBK (Windows)."""
    if info.flag_bits & 0x800:
        return sink_safe(info.filename)
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return sink_safe(info.filename)
    return _decoded(raw.split(b"\0")[0]).replace("\\", "/")


def _check_member(info: ZipInfo, name: str) -> None:
    """Raise DocumentError if the member is not to be read: unsafe path, encrypted, too large, a bomb."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0] or not name:
        raise DocumentError("unreadable", "压缩包内的路径不安全", "请核对压缩包的来源，重新打包")
    if info.flag_bits & 0x1:
        raise DocumentError("encrypted", "压缩包有密码", "请先用密码解压")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise DocumentError("not_a_file", "压缩包里是一个链接，不是文件", "请把链接所指的文件本身放进压缩包")
    if info.file_size > MAX_BYTES:
        raise _too_large(info.file_size)
    if info.file_size > 2**20 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise DocumentError("too_large", "压缩比异常，疑为压缩炸弹", "请核对压缩包的来源，或先解压")


def _member_chunks(archive: ZipFile, index: int) -> Iterator[bytes]:
    from lzma import LZMAError
    from zipfile import BadZipFile
    from zlib import error as ZlibError

    info = archive.infolist()[index]
    _check_member(info, _member_name(info))
    try:
        with archive.open(info) as file:
            while data := file.read(_CHUNK):  # never more than the size its directory says
                yield data
    except (BadZipFile, ZlibError, LZMAError, ValueError, RuntimeError, EOFError) as error:
        raise DocumentError("unreadable", f"压缩包内的文件已损坏（{zip_said(error)}）", "请重新打包，或先解压") from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # bz2 on damaged data, a directory that leads before the file
            raise DocumentError("unreadable", f"压缩包内的文件已损坏（{zip_said(error)}）", "请重新打包，或先解压") from error
        raise _unreadable(error) from error


def _passed_over(name: str) -> bool:
    return name in _IGNORED or (name.startswith((".", "~$")) and name not in (".", ".."))


def _problem(source: str, path: Path, error: DocumentError, members: tuple[int, ...] = ()) -> Input:
    return Input(source, path, members, error)


def _unreadable(error: OSError) -> DocumentError:
    if error.errno == errno.ENOENT:
        return DocumentError("unreadable", "没有这个文件，或链接所指的文件不存在", "请核对路径，或补上文件")
    if error.errno in (errno.EACCES, errno.EPERM):
        return DocumentError("unreadable", "没有读取的权限", "请给运行本程序的用户读取权限")
    if error.errno == errno.ELOOP:
        return DocumentError("not_a_file", "链接绕成一圈", "请去掉成环的链接")
    return DocumentError("unreadable", f"文件打不开（{system_said(error)}）", "请核对文件与存储设备")


def _nothing_inside() -> DocumentError:
    return DocumentError("empty_file", "压缩包里没有文件", "请核对压缩包是否完整")


def _not_a_file() -> DocumentError:
    return DocumentError("not_a_file", "是管道、设备或套接字", "请给出普通文件、文件夹或压缩包")


def _too_large(size: int) -> DocumentError:
    return DocumentError(
        "too_large",
        f"{size / 1024**2:.0f} MB，超过上限 {MAX_BYTES // 1024**2} MB",
        "请拆成较小的文件",
    )

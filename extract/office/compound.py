"""Compound files (OLE2: .xls, .doc, .et, .wps): which streams they have."""

from __future__ import annotations

import struct

from jixiao.extract.errors import DocumentError

_MAX_ENTRIES = 20_000
_KINDS = (
    ("EncryptedPackage", ""),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "doc"),
)
_STEP = "请用 WPS 或 Office 打开，另存为 .xlsx 或 .docx 后再转换"


def kind_of_compound(data: bytes) -> str:
    """Return xls or doc by the streams of a compound file.

    Raises DocumentError for encrypted files and for those that are neither.
    """
    streams = _streams(data)
    for name, kind in _KINDS:
        if name in streams:
            if not kind or (kind == "doc" and _is_encrypted(data[streams[name] :][:12])):
                raise DocumentError("encrypted", "文件有密码", "请去掉密码后再转换")
            return kind
    raise DocumentError("unsupported", "是旧版 Office 文件，但里面没有 Word 文档或工作簿", _STEP)


def _is_encrypted(head: bytes) -> bool:
    """Tell whether a Word document says at its beginning that it is encrypted (MS-DOC 2.5.2, fEncrypted)."""
    return len(head) == 12 and head[:2] == b"\xec\xa5" and bool(struct.unpack_from("<H", head, 10)[0] & 0x100)


def _streams(data: bytes) -> dict[str, int]:
    """Return where each stream in the directory of a compound file begins, by name (MS-CFB 2.6).

    Small streams lie elsewhere, and their places mean nothing. Bounded whatever the bytes say.
    """
    try:
        shift = struct.unpack_from("<H", data, 30)[0]
        first, far = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 68)[0]
        near = struct.unpack_from("<109I", data, 76)
    except struct.error as error:
        raise DocumentError("unreadable", "旧版 Office 文件不完整", _STEP) from error
    if shift not in (9, 12):
        raise DocumentError("unreadable", "旧版 Office 文件的文件头已损坏", _STEP)
    size = 1 << shift

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size].ljust(size, b"\xff")

    def numbers(number: int) -> tuple[int, ...]:
        return struct.unpack(f"<{size // 4}I", sector(number))

    last = len(data) // size
    lists = [n for n in near if n < last]
    seen: set[int] = set()
    while far < last and far not in seen:
        seen.add(far)
        *more, far = numbers(far)
        lists += [n for n in more if n < last]
    table = [n for one in lists[: last + 1] for n in numbers(one)]
    found: dict[str, int] = {}
    entries = 0
    seen.clear()
    while first < last and first not in seen and entries < _MAX_ENTRIES:
        seen.add(first)
        block = sector(first)
        for at in range(0, size, 128):
            length = struct.unpack_from("<H", block, at + 64)[0]
            entries += 1
            if 2 < length <= 64:
                begin = struct.unpack_from("<I", block, at + 116)[0]
                found.setdefault(block[at : at + length - 2].decode("utf-16-le", "replace"), (begin + 1) * size)
        first = table[first] if first < len(table) else last
    return found

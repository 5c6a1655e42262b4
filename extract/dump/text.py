"""Bytes of a text file → its lines: encodings, line ends, pages."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from jixiao.extract.document import Piece, piece_of
from jixiao.extract.errors import DocumentError

MAX_BYTES = 32 * 1024 * 1024
"""A text larger than this is refused: a form is a few ten kilobytes, a thousand forms 10 MiB."""
MAX_LINE = 20_000
"""A printed line longer than this is no line of a form."""
MAX_LINES = 1_000_000

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "zip、Word 或 Excel"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office"),
    (b"\x89PNG\r\n", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"GIF8", "GIF 图片"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
)
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class PlainText:
    """A decoded text: *lines* (one piece each, blank ones left out), *pages*, *encoding*.

    *gaps* holds, for every line, the number of blank lines before it. *lost* is the number of bytes at the
    end that are no whole character (a file cut short).
    """

    lines: tuple[Piece, ...]
    gaps: tuple[int, ...]
    pages: int
    encoding: str
    lost: int = 0


def read_text(data: bytes) -> PlainText:
    """Return the printed lines of a text file.

    Raises DocumentError for empty, binary, undecodable and oversized input.
    """
    _refuse_what_is_no_text(data)
    text, encoding = decode(data)
    if not text.strip():
        raise DocumentError("empty_file", "只有空白", "请核对文件是否上传完整")
    lines: list[Piece] = []
    gaps: list[int] = []
    page, number, gap = 1, 0, 0
    for part_number, part in enumerate(text.split("\f")):
        if part_number:
            page += 1
            # A form feed stands at the start of a line; what follows it is the same printed line's number.
            number -= 1
            gap += 1
        for raw in _LINE_END.split(part):
            number += 1
            if not raw.strip():
                gap += 1
                continue
            if len(raw) > MAX_LINE or number > MAX_LINES:
                raise DocumentError(
                    "not_a_form",
                    f"第 {number} 行过长（{len(raw)} 字）或行数过多",
                    "请确认这是表格的文本导出，而不是数据或日志文件",
                )
            lines.append(piece_of(raw, page, number))
            gaps.append(gap)
            gap = 0
    while page > 1 and lines and lines[-1].page < page:
        page -= 1  # pdftotext ends every page, the last too, with a form feed
    return PlainText(tuple(lines), tuple(gaps), page, encoding, _lost(data, text, encoding))


def is_layout(text: PlainText) -> bool:
    """Tell whether a dump keeps the layout with spaces: many lines begin with runs of them and hold others."""
    if not text.lines:
        return False
    indented = inner = 0
    for line in text.lines:
        body = line.raw.strip()
        lead = len(line.raw) - len(line.raw.lstrip())
        indented += lead >= 3
        inner += "   " in body
    return inner >= 3 and indented * 4 >= len(text.lines) and inner * 10 >= len(text.lines)


def _lost(data: bytes, text: str, encoding: str) -> int:
    """Return how many bytes at the end of *data* did not make a character of *text*."""
    if encoding == "utf-8":
        mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        return len(data) - mark - len(text.encode("utf-8", errors="surrogatepass"))
    return len(data) % 2 if encoding.startswith("utf-16") else 0


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of *data* and the name of its encoding.

    Strict decoders in order; guessers by statistics were seen to be wrong on valid UTF-8.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            body = data[len(mark) :]
            if encoding != "utf-8" and len(body) % 2:
                body = body[:-1]
            return body.decode(encoding, errors="replace"), encoding
    head = data[:4096]
    wide = _utf16_without_mark(head)
    for encoding in (*wide, "utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            # Cut in the middle of its last character: the rest is sound.
            if encoding == "utf-8" and error.start >= len(data) - 3 and error.start > 0:
                return data[: error.start].decode(encoding), encoding
    raise DocumentError(
        "unknown_encoding",
        "不是 UTF-8、GB18030 或 UTF-16",
        "若是文本，请另存为 UTF-8 后重新提交；若是工作簿、PDF 等，文件已损坏，请重新取得",
    )


def _utf16_without_mark(head: bytes) -> tuple[str, ...]:
    """Return the UTF-16 order *head* is plainly written in, if any: its line ends betray it."""
    if len(head) < 8:
        return ()
    even = head[: len(head) // 2 * 2]
    little = sum(1 for i in range(0, len(even), 2) if (even[i + 1] == 0 and even[i] in (9, 10, 13, 32)) or
                 (even[i + 1] == 0 and 48 <= even[i] <= 57))
    big = sum(1 for i in range(0, len(even), 2) if (even[i] == 0 and even[i + 1] in (9, 10, 13, 32)) or
              (even[i] == 0 and 48 <= even[i + 1] <= 57))
    if little == big:
        return ()
    return ("utf-16-le",) if little > big else ("utf-16-be",)


def _refuse_what_is_no_text(data: bytes) -> None:
    if not data:
        raise DocumentError("empty_file", "为 0 字节", "请重新取得文件")
    if len(data) > MAX_BYTES:
        raise DocumentError(
            "too_large",
            f"有 {len(data) / 1048576:.0f} MiB，上限为 {MAX_BYTES // 1048576} MiB",
            "请拆分后提交，或确认是否误传",
        )
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise DocumentError("unsupported", f"是{name}文件", "请先导出为文本（.txt）再转换")
    head = data[:65536]
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and head.count(0) > len(head) // 20 and not _utf16_without_mark(head[:4096]):
        raise DocumentError("not_text", "含有大量二进制零字节", "请确认文件格式")
    control = sum(head.count(bytes((c,))) for c in (1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18, 19, 20))
    if control > max(8, len(head) // 50) and not _utf16_without_mark(head[:4096]):
        raise DocumentError("not_text", "含有大量控制字符", "请确认文件格式")

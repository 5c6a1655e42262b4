"""Tables saved as text with commas or tabs between the cells (.csv, .txt, .tsv) → loose lines and grids.

Excel and WPS write every row with as many commas as the sheet has columns, so that a table is told from prose,
and from a dump, by rows of one width.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from jixiao.extract.dump.text import decode
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.rules.records import Finding

from .sheets import MAX_FILLED, pieces_of
from .tables import Slot, blocks_of

MAX_BYTES = 32 * 2**20
MAX_CELL = 1_000_000
"""A cell longer than this ends the reading: a quotation mark is not closed."""
MAX_COLUMNS = 2_000
_HEAD = 262_144
_MARKS = (",", "\t")
_LEAST_COLUMNS = 3
_LEAST_ROWS = 3
_DIGIT = re.compile("[0-9≥≤]")
_PERIOD = re.compile("[0-9]{4}年?|[0-9]{1,2}(?:月|[-—至~]|季度)")
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}(?![0-9])")


def mark_of(data: bytes) -> str:
    """Return the mark between the cells of a text, a comma or a tab, or an empty text if it is no such table.

    Of its rows, four in five must have the most cells that any has, three at least; thousands are no cells.
    """
    if not any(mark.encode() in data[:_HEAD] for mark in _MARKS):
        return ""
    try:
        text, _ = decode(data[:_HEAD])
    except DocumentError:
        return ""
    if len(data) > _HEAD:
        text = text.rpartition("\n")[0]
    for mark in _MARKS:
        if mark == "," and len(_THOUSANDS.findall(text)) * 5 > text.count(","):
            continue
        try:
            widths = Counter(len(row) for _, row in _rows(text, mark) if any(cell.strip() for cell in row))
        except (csv.Error, DocumentError):
            continue
        most = max(widths, default=0)
        if most >= _LEAST_COLUMNS and widths[most] >= _LEAST_ROWS and widths[most] * 5 >= sum(widths.values()) * 4:
            return mark
    return ""


def read_delimited(data: bytes) -> Gridded:
    """Return a table of text as one document; a piece's line is the line its row begins at, its column the cell's.

    Raises DocumentError for what is larger than any form, or has a quotation mark that is not closed.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(
            "too_large", f"有 {len(data) / 2**20:.0f} MiB，上限为 {MAX_BYTES // 2**20} MiB", "请拆分后提交，或确认是否误传"
        )
    text, _ = decode(data)
    rows: list[tuple[int, list[str]]] = []
    filled = 0
    try:
        for line, row in _rows(text, mark_of(data)):
            filled += sum(1 for cell in row if cell.strip())
            if filled > MAX_FILLED or len(row) > MAX_COLUMNS:
                what = f"到第 {line + 1} 行，有内容的单元格超过 {MAX_FILLED} 个，或多于 {MAX_COLUMNS} 列"
                raise DocumentError("too_large", what, "请确认这是绩效表，或拆成较小的文件")
            if any(cell.strip() for cell in row):
                rows.append((line, row))
    except csv.Error as error:
        raise DocumentError("unreadable", "有引号没有成对，分不出单元格", "请用 Excel 打开后另存为 .xlsx 再转换") from error
    message = "文本表格不带合并单元格，空白处按上面或左边的标签理解；请抽查，有原来的 .xlsx 时请改用它"
    return Gridded("csv", 1, tuple(blocks_of(_slots(rows), "表格")), (), (Finding("merged_cells_lost", "warning", message),))


def _slots(rows: Sequence[tuple[int, list[str]]]) -> Iterator[Slot]:
    """Yield the cells. A line above the table reaches over it; of two rows of headers, those above over the blanks beside
    or below them.
    """
    width = max((len(row) for _, row in rows), default=0)
    head = True
    for number, (line, row) in enumerate(rows):
        head = head and sum(1 for cell in row if cell.strip()) == 1
        below, under = rows[number + 1] if number + 1 < len(rows) else (line, [])
        reaches = _reaches(row, under)
        for column, cell in enumerate(row):
            if cell.strip():
                across = width - column if head else reaches.get(column, 1)
                down = below - line + 1 if reaches and across == 1 and not _filled(under, column) else 1
                yield Slot(line, column, down, across, pieces_of(cell, 1, line, column))


def _reaches(row: Sequence[str], under: Sequence[str]) -> dict[int, int]:
    """Return over how many columns each header of *row* reaches if *under* holds further headers; else nothing.

    A row of further headers has no figures in it, but for years and months.
    """
    if any(_DIGIT.search(_PERIOD.sub("", text)) for text in (*row, *under)):
        return {}
    found = {}
    for column, cell in enumerate(row):
        if not cell.strip() or not _filled(under, column):
            continue
        stop = column + 1
        while stop < len(row) and not row[stop].strip() and _filled(under, stop):
            stop += 1
        if stop > column + 1:
            found[column] = stop - column
    return found


def _filled(row: Sequence[str], column: int) -> bool:
    return column < len(row) and bool(row[column].strip())


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table with the number (from 0) of the line each begins at."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    begun = 0
    for row in reader:
        yield begun, row
        begun = reader.line_num


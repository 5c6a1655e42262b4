"""What every workbook has, old or new: sheets of cells, merged ranges, what is hidden, what a cell shows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jixiao.extract.document import Block, Piece, piece_of
from jixiao.extract.errors import DocumentError
from jixiao.rules.records import Finding

from .numbers import number_of, plain, shown
from .tables import Slot, blocks_of, head_lines

MAX_FILLED = 300_000
"""More filled cells in a workbook are no forms."""
MAX_MERGES = 50_000
MAX_SHEETS = 500
MAX_TEXT = 32 * 2**20
"""Characters of all cells: one shared string may stand in every cell of a sheet."""

_MAX_WORK = 5_000_000
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_LINE_BREAK = re.compile("\r\n|[\n\r\v\x85\u2028\u2029]")
_NAMED = 8
"""So many cells are named in a finding."""
_PLAIN = frozenset(("GENERAL", "G/通用格式", "@", ""))


@dataclass(slots=True)
class Noted:
    """What is worth a word about a workbook: cells by kind of fact, named as Excel names them."""

    formulas: list[str] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    unknown_formats: list[str] = field(default_factory=list)
    not_shown: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings, the most serious first."""
        said = (
            ("formula_uncomputed", "warning", self.uncomputed, "是公式，但没有存下结果，按空白读取；请用 Excel 打开并保存后再转换"),
            ("formula_error", "warning", self.errors, "的公式结果是错误值；请核对原表"),
            ("hidden_cells", "warning", self.hidden, "有内容但已隐藏，没有读入；若应读入，请取消隐藏后再转换"),
            ("hidden_sheet", "warning", self.hidden_sheets, "是隐藏的工作表，没有读入；若应读入，请取消隐藏后再转换"),
            ("struck_text", "warning", self.struck, "有带删除线的文字，按已删去处理，没有读入；请核对"),
            ("embedded_not_read", "warning", self.objects, "有嵌入的对象，其内容没有读入；请打开后另存，单独转换"),
            ("sheet_not_cells", "info", self.other_sheets, "是图表或宏表，没有单元格可读"),
            ("number_format_unknown", "warning", self.unknown_formats, "的数字格式不认识，按存储的数读取；请与显示核对"),
            ("pictures_not_read", "info", self.pictures, "有图片，其中的文字没有读入；若表格是图片，请把它另存为图片或 PDF 后转换"),
            ("hidden_by_format", "info", self.not_shown, "有数值，但数字格式使它不显示，按空白读取"),
            ("formula_values", "info", self.formulas, "是公式，取用文件中存下的结果"),
        )  # fmt: skip
        return tuple(
            Finding(rule, severity, f"{_listed(cells)} {message}") for rule, severity, cells, message in said if cells
        )


@dataclass(slots=True)
class Sheet:
    """One sheet as it is read: cells by (row, column) from 0, merged ranges, what is hidden.

    *boxes* are the texts of text boxes by the row they begin at, *headers* the lines of the page's head,
    *ignored* what is printed and is not to be read.
    """

    name: str
    cells: dict[tuple[int, int], tuple[Piece, ...]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    boxes: list[tuple[int, tuple[Piece, ...]]] = field(default_factory=list)
    headers: list[Piece] = field(default_factory=list)
    ignored: list[Piece] = field(default_factory=list)


def sheet_blocks(sheet: Sheet, noted: Noted) -> tuple[list[Block], list[Piece]]:
    """Return a sheet's blocks, and the pieces of hidden cells; hidden ones are named in *noted*.

    Text boxes come before the cells if they begin no lower than the first of them, else behind them.
    """
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in sheet.merges:
        merged.setdefault((top, left), (bottom - top + 1, right - left + 1))
    rows_hidden, columns_hidden = _Spans((r, r) for r in sheet.hidden_rows), _Spans(sheet.hidden_columns)
    covered = _covered(sheet)
    hidden: list[Piece] = list(sheet.ignored)
    slots = []
    for (row, column), pieces in sheet.cells.items():
        rows, columns = merged.pop((row, column), (1, 1))
        unseen = rows_hidden.cover(row, row + rows - 1) or columns_hidden.cover(column, column + columns - 1)
        # A merged range shows its first cell only; what lies under it is left from before the merge.
        if unseen or (row, column) in covered:
            hidden += pieces
            noted.hidden.append(f"{sheet.name}!{cell_name(row, column)}")
        else:
            slots.append(Slot(row, column, rows, columns, pieces))
    slots += [Slot(r, c, rows, columns) for (r, c), (rows, columns) in merged.items()]
    first = min((slot.row for slot in slots if slot.filled), default=0)
    before = [piece for row, pieces in sorted(sheet.boxes) if row <= first for piece in pieces]
    after = [piece for row, pieces in sorted(sheet.boxes) if row > first for piece in pieces]
    blocks = [*before, *blocks_of(slots, f"工作表“{sheet.name}”"), *after]
    heads, others = head_lines(sheet.headers, blocks)
    return [*heads, *blocks], [*others, *hidden]


def _covered(sheet: Sheet) -> set[tuple[int, int]]:
    """Return the filled places that a merged range covers without beginning there."""
    by_row: dict[int, list[int]] = {}
    for row, column in sheet.cells:
        by_row.setdefault(row, []).append(column)
    rows = sorted(by_row)
    found = set()
    work = 0
    for top, left, bottom, right in sheet.merges:
        within = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
        work += sum(1 + len(by_row[row]) for row in within)
        if work > _MAX_WORK:
            raise DocumentError("unreadable", f"工作表“{sheet.name}”的合并单元格过多或重叠", "请用 Excel 修复后另存")
        for row in within:
            found |= {(row, c) for c in by_row[row] if left <= c <= right and (row, c) != (top, left)}
    return found


class _Spans:
    """Ranges of rows or columns, put together where they touch."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.first: list[int] = []
        self.last: list[int] = []
        for a, z in sorted(ranges):
            if self.last and a <= self.last[-1] + 1:
                self.last[-1] = max(z, self.last[-1])
            else:
                self.first.append(a)
                self.last.append(z)

    def cover(self, a: int, z: int) -> bool:
        """Tell whether *a* to *z* lie within them."""
        at = bisect_right(self.first, a) - 1
        return at >= 0 and z <= self.last[at]


def number_text(
    stored: str, code: str, name: str, noted: Noted, *, date1904: bool
) -> tuple[str, tuple[str, ...]]:
    """Return what a cell with a number shows, and the step if its format changed it."""
    number = number_of(stored)
    if number is None:
        return stored, ()
    if code.upper() in _PLAIN:
        return plain(number), ()
    text = shown(stored, code, date1904=date1904)
    if text is None or text.startswith("###"):
        noted.unknown_formats.append(name)
        return plain(number), ()
    if not text:
        noted.not_shown.append(name)
    return text, () if text == plain(number) else ("number_format",)


def pieces_of(text: str, page: int, row: int, column: int, steps: tuple[str, ...] = ()) -> tuple[Piece, ...]:
    """Return a cell's text as pieces, one for each of its own lines; nothing for white space."""
    found = []
    for line in _LINE_BREAK.split(text):
        if line.strip():
            piece = piece_of(line, page, row + 1, column + 1)
            found.append(
                Piece(piece.text, piece.raw, page, row + 1, column + 1, None, (*steps, *piece.steps)) if steps else piece
            )
    return tuple(found)


def position(reference: str) -> tuple[int, int] | None:
    """Return the row and column (from 0) of a reference such as B12, or None.

    >>> position("XFD1048576"), position("$B$12"), position("")
    ((1048575, 16383), (11, 1), None)
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of the cell at *row*, *column* (from 0).

    >>> cell_name(11, 27)
    'AB12'
    """
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _listed(cells: Sequence[str]) -> str:
    shown = "、".join(cells[:_NAMED])
    return shown if len(cells) <= _NAMED else f"{shown} 等 {len(cells)} 处"

"""Workbooks (.xlsx and its kin) → loose lines and grids, with what each cell shows.

The sheets' XML is read as a stream. openpyxl was seen to hang on one cell at XFD1048576, to cut texts at
32,767 characters in silence and to give either formulas or their stored values; here one pass gives both,
and the merged ranges, hidden rows and number formats with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.extract.document import Block, Piece, piece_of
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.rules.records import Finding
from lxml import etree

from .container import Container, attribute, local, too_large
from .numbers import CHINESE_BUILTIN, number_of, plain, shown, shown_text
from .tables import Slot, blocks_of

MAX_FILLED = 300_000
"""More filled cells in a workbook are no forms."""
MAX_MERGES = 50_000
MAX_SHEETS = 500
MAX_TEXT = 32 * 2**20
"""Characters of all cells: one shared string may stand in every cell of a sheet."""

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LINE_BREAK = re.compile("\r\n|[\n\r\v\x85\u2028\u2029]")
_NAMED = 8
"""So many cells are named in a finding."""


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

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings, the most serious first."""
        said = (
            ("formula_uncomputed", "warning", self.uncomputed, "是公式，但没有存下结果，按空白读取；请用 Excel 打开并保存后再转换"),
            ("formula_error", "warning", self.errors, "的公式结果是错误值；请核对原表"),
            ("hidden_cells", "warning", self.hidden, "有内容但已隐藏，没有读入；若应读入，请取消隐藏后再转换"),
            ("hidden_sheet", "warning", self.hidden_sheets, "是隐藏的工作表，没有读入；若应读入，请取消隐藏后再转换"),
            ("sheet_not_cells", "info", self.other_sheets, "是图表或宏表，没有单元格可读"),
            ("number_format_unknown", "warning", self.unknown_formats, "的数字格式不认识，按存储的数读取；请与显示核对"),
            ("hidden_by_format", "info", self.not_shown, "有数值，但数字格式使它不显示，按空白读取"),
            ("formula_values", "info", self.formulas, "是公式，取用文件中存下的结果"),
        )  # fmt: skip
        return tuple(
            Finding(rule, severity, f"{_listed(cells)} {message}") for rule, severity, cells, message in said if cells
        )


@dataclass(slots=True)
class Sheet:
    """One sheet as it is read: cells by (row, column) from 0, merged ranges, what is hidden."""

    name: str
    cells: dict[tuple[int, int], tuple[Piece, ...]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def read_workbook(data: bytes) -> Gridded:
    """Return the sheets of an .xlsx, .xlsm or .xltx as one document; page is the sheet's number.

    A piece's line is its row and its column the column, both from 1. Raises DocumentError for what is
    damaged, protected or larger than any form.
    """
    book = _Book(Container(data))
    blocks: list[Block] = []
    furniture: list[Piece] = []
    for number, sheet in enumerate(book.sheets(), 1):
        if sheet is not None:
            found, hidden = sheet_blocks(sheet, book.noted, number)
            blocks += found
            furniture += hidden
    return Gridded("xlsx", book.count, tuple(blocks), tuple(furniture), book.noted.findings())


def sheet_blocks(sheet: Sheet, noted: Noted, page: int) -> tuple[list[Block], list[Piece]]:
    """Return a sheet's blocks, and the pieces of hidden cells; hidden ones are named in *noted*."""
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merges:
        merged.setdefault((top, left), (bottom - top + 1, right - left + 1))
    hidden: list[Piece] = []
    slots = []
    for (row, column), pieces in sheet.cells.items():
        rows, columns = merged.pop((row, column), (1, 1))
        if _hidden(sheet, row, column, rows, columns):
            hidden += pieces
            noted.hidden.append(f"{sheet.name}!{cell_name(row, column)}")
            continue
        slots.append(Slot(row, column, rows, columns, pieces))
    slots += [Slot(r, c, rows, columns) for (r, c), (rows, columns) in merged.items()]
    covered = _covered(sheet)
    if covered:
        # A merged range shows its first cell only; what lies under it is left from before the merge.
        under = [s for s in slots if s.filled and (s.row, s.column) in covered]
        for slot in under:
            hidden += slot.pieces
            noted.hidden.append(f"{sheet.name}!{cell_name(slot.row, slot.column)}")
        slots = [s for s in slots if s not in under]
    return blocks_of(slots, f"工作表“{sheet.name}”"), hidden


def _covered(sheet: Sheet) -> set[tuple[int, int]]:
    """Return the filled places that a merged range covers without beginning there."""
    by_row: dict[int, list[int]] = {}
    for row, column in sheet.cells:
        by_row.setdefault(row, []).append(column)
    found = set()
    rows = sorted(by_row)
    work = 0
    for top, left, bottom, right in sheet.merges:
        for row in rows:
            if not top <= row <= bottom:
                continue
            work += len(by_row[row])
            if work > 5_000_000:
                raise DocumentError("unreadable", f"工作表“{sheet.name}”的合并单元格过多或重叠", "请用 Excel 修复后另存")
            found |= {(row, c) for c in by_row[row] if left <= c <= right and (row, c) != (top, left)}
    return found


def _hidden(sheet: Sheet, row: int, column: int, rows: int, columns: int) -> bool:
    """Tell whether no part of a cell is to be seen."""
    if sheet.hidden_rows and all(r in sheet.hidden_rows for r in range(row, row + min(rows, 10_000))):
        return True
    return any(a <= column and column + columns - 1 <= b for a, b in sheet.hidden_columns)


class _Book:
    """One workbook: its strings, its formats and its sheets."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.main = container.main()
        self.noted = Noted()
        self.filled = 0
        self.room = MAX_TEXT
        root = container.tree(self.main)
        relations = container.relations(self.main)
        self.listed = [
            (e.get("name", ""), e.get("state", ""), *relations.get(attribute(e, "id"), ("", "")))
            for e in root.iter("{*}sheet")
        ]
        self.count = len(self.listed)
        if self.count > MAX_SHEETS:
            raise DocumentError("too_large", f"有 {self.count} 个工作表，上限为 {MAX_SHEETS}", "请拆成较小的文件")
        setting = next(root.iter("{*}workbookPr"), None)
        self.date1904 = setting is not None and setting.get("date1904", "") in ("1", "true")
        self.formats = self._formats()
        self.strings = self._strings()

    def sheets(self) -> Iterator[Sheet | None]:
        """Yield every sheet in order; None for one that is hidden or has no cells."""
        for name, state, kind, path in self.listed:
            if kind != "worksheet" or path not in self.container:
                self.noted.other_sheets.append(f"“{name}”")
                yield None
                continue
            sheet = self._sheet(name, path, self.noted if state not in ("hidden", "veryHidden") else Noted())
            if state in ("hidden", "veryHidden"):
                if sheet.cells:
                    self.noted.hidden_sheets.append(f"“{name}”")
                yield None
            else:
                yield sheet

    def _formats(self) -> list[str]:
        """Return the number format of each cell style."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        found = self.container.related(self.main, "styles")
        if not found:
            return []
        known: dict[int, str] = {**BUILTIN_FORMATS, **CHINESE_BUILTIN}
        root = self.container.tree(found[0])
        for one in root.iter("{*}numFmt"):
            known[whole(one.get("numFmtId", ""))] = one.get("formatCode", "")
        styles = next(root.iter("{*}cellXfs"), None)
        if styles is None:
            return []
        return [known.get(whole(xf.get("numFmtId", "")), "General") for xf in styles.iter("{*}xf")]

    def _strings(self) -> list[str]:
        strings: list[str] = []
        for path in self.container.related(self.main, "sharedStrings")[:1]:
            strings += [_rich(element) for element in self.container.elements(path, "si")]
        return strings

    def _sheet(self, name: str, path: str, noted: Noted) -> Sheet:
        sheet = Sheet(name)
        page = next(i for i, (_, _, _, p) in enumerate(self.listed, 1) if p == path)
        row = column = -1
        last: etree._Element | None = None
        for element in self.container.elements(path, "row", "c", "mergeCell", "col"):
            kind = local(element)
            if kind in ("row", "c"):
                # Rows and cells may come without their numbers: they follow the one before.
                line = element if kind == "row" else element.getparent()
                if line is not last and line is not None:
                    last, column = line, -1
                    given = whole(line.get("r", "")) - 1
                    row = given if given >= 0 else row + 1
                if kind == "c":
                    at = position(element.get("r", ""))
                    column = at[1] if at is not None else column + 1
                    self._cell(sheet, element, row, column, page, noted)
                elif element.get("hidden", "") in ("1", "true"):
                    sheet.hidden_rows.add(row)
            elif kind == "mergeCell":
                self._merge(sheet, element.get("ref", ""))
            elif element.get("hidden", "") in ("1", "true"):
                sheet.hidden_columns.append((whole(element.get("min", "")) - 1, whole(element.get("max", "")) - 1))
        return sheet

    def _merge(self, sheet: Sheet, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, stop = position(first), position(last or first)
        if start is None or stop is None:
            return
        top, bottom = sorted((start[0], stop[0]))
        left, right = sorted((start[1], stop[1]))
        sheet.merges.append((top, left, bottom, right))
        if len(sheet.merges) > MAX_MERGES:
            raise DocumentError(
                "too_large", f"工作表“{sheet.name}”的合并区域超过 {MAX_MERGES} 个", "请确认这是绩效表，或拆成较小的文件"
            )

    def _cell(self, sheet: Sheet, element: etree._Element, row: int, column: int, page: int, noted: Noted) -> None:
        """Take one cell: its shown text, and the steps that led there."""
        formula = stored = inline = None
        for child in element:
            kind = local(child)
            if kind == "v":
                stored = child.text or ""
            elif kind == "f":
                formula = child
            elif kind == "is":
                inline = _rich(child)
        if stored is None and inline is None and formula is None:
            return
        name = f"{sheet.name}!{cell_name(row, column)}"
        if formula is not None and not stored and element.get("t", "") != "str":
            noted.uncomputed.append(name)
            return
        style = whole(element.get("s", "0"))
        code = self.formats[style] if 0 <= style < len(self.formats) else "General"
        text, steps = self._shown(element.get("t", "n"), stored or "", inline, code, name, noted)
        if formula is not None:
            noted.formulas.append(name)
            steps = ("formula_value", *steps)
        self.room -= len(text)
        if self.room < 0:
            raise too_large("单元格文字过多，", MAX_TEXT)
        pieces = pieces_of(text, page, row, column, steps)
        if not pieces:
            return
        self.filled += 1
        if self.filled > MAX_FILLED:
            raise DocumentError("too_large", f"有内容的单元格超过 {MAX_FILLED} 个", "请确认这是绩效表，或拆成较小的文件")
        sheet.cells[row, column] = pieces

    def _shown(
        self, kind: str, stored: str, inline: str | None, code: str, name: str, noted: Noted
    ) -> tuple[str, tuple[str, ...]]:
        if kind == "s":
            index = whole(stored)
            if not 0 <= index < len(self.strings):
                raise DocumentError("unreadable", f"单元格 {name} 指向不存在的文字", "请用 Excel 打开后另存再转换")
            return shown_text(self.strings[index], code), ()
        if kind in ("str", "inlineStr"):
            return shown_text(_unescaped(stored) if inline is None else inline, code), ()
        if kind == "b":
            return ("TRUE" if stored == "1" else "FALSE"), ()
        if kind == "e":
            noted.errors.append(name)
            return stored, ()
        if kind == "d":
            return stored, ()
        return number_text(stored, code, name, noted, date1904=self.date1904)


def number_text(
    stored: str, code: str, name: str, noted: Noted, *, date1904: bool
) -> tuple[str, tuple[str, ...]]:
    """Return what a cell with a number shows, and the step if its format changed it."""
    number = number_of(stored)
    if number is None:
        return stored, ()
    if code in ("General", "G/通用格式", "@", ""):
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


def whole(text: str) -> int:
    """Return a whole number written in an attribute, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _rich(element: etree._Element) -> str:
    """Return the text of a string item: its runs one after the other, without readings (phonetic runs)."""
    parts = []
    for text in element.iter("{*}t"):
        parent = text.getparent()
        if parent is not None and local(parent) == "rPh":
            continue
        parts.append(text.text or "")
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """Return *text* with ``_x000D_`` and its like as the characters they stand for."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _listed(cells: list[str]) -> str:
    shown = "、".join(cells[:_NAMED])
    return shown if len(cells) <= _NAMED else f"{shown} 等 {len(cells)} 处"

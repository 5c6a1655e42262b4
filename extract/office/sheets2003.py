"""Workbooks as one XML (“XML 表格 2003”, often called .xls) → loose lines and grids.

Reporting systems write them. Everything but the way to the cells is `sheets`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.extract.document import Block, Piece
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from lxml import etree

from .container import attribute, local, too_large, xml_root
from .lists import child
from .numbers import days_of, shown_text
from .numerals import raised
from .sheets import (
    MAX_FILLED,
    MAX_MERGES,
    MAX_SHEETS,
    MAX_TEXT,
    Noted,
    Sheet,
    cell_name,
    number_text,
    pieces_of,
    sheet_blocks,
)

MAX_BYTES = 32 * 2**20
_ROWS, _COLUMNS = 1_048_576, 16_384
_NAMED_FORMATS = {
    "General Number": "General", "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Short Date": "yyyy/m/d",
    "Long Date": 'yyyy"年"m"月"d"日"', "General Date": "yyyy/m/d h:mm", "Medium Date": "d-mmm-yy", "Short Time": "h:mm",
    "Currency": "¥#,##0.00", "Scientific": "0.00E+00",
}  # fmt: skip
_UP, _GONE = "Sup", "S"


def read_sheets2003(data: bytes) -> Gridded:
    """Return the sheets of an XML workbook as one document; page is the sheet's number, line the row, column the column.

    Raises DocumentError for what is damaged or larger than any form.
    """
    if len(data) > MAX_BYTES:
        raise too_large(f"文件有 {len(data) / 2**20:.0f} MiB", MAX_BYTES)
    root = xml_root(data, "工作簿")
    styles = {
        attribute(style, "ID"): _Style(_of(style, "NumberFormat", "Format"), _of(style, "Font", "StrikeThrough") == "1")
        for style in _within(root, "Styles")
    }
    listed = [e for e in root if local(e) == "Worksheet"]
    if len(listed) > MAX_SHEETS:
        raise DocumentError("too_large", f"有 {len(listed)} 个工作表，上限为 {MAX_SHEETS}", "请拆成较小的文件")
    noted = Noted()
    reader = _Reader(styles)
    blocks: list[Block] = []
    furniture: list[Piece] = []
    for page, element in enumerate(listed, 1):
        visible = child(child(element, "WorksheetOptions"), "Visible")
        hidden = visible is not None and (visible.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
        sheet = reader.sheet(element, page, Noted() if hidden else noted)
        if hidden:
            noted.hidden_sheets += [f"“{sheet.name}”"] if sheet.cells else []
            continue
        found, unseen = sheet_blocks(sheet, noted)
        blocks += found
        furniture += unseen
    return Gridded("xls", len(listed), tuple(blocks), tuple(furniture), noted.findings())


@dataclass(frozen=True, slots=True)
class _Style:
    code: str
    struck: bool


class _Reader:
    def __init__(self, styles: dict[str, _Style]) -> None:
        self.styles = styles
        self.filled = 0
        self.room = MAX_TEXT

    def sheet(self, element: etree._Element, page: int, noted: Noted) -> Sheet:
        """Return one sheet's cells; rows and cells follow the one before unless they are numbered."""
        sheet = Sheet(attribute(element, "Name"))
        row = column = 0
        for part in _within(element, "Table"):
            span = _number(part, "Span", 0)
            if local(part) == "Column":
                column = _number(part, "Index", column + 1)
                if attribute(part, "Hidden") == "1" or attribute(part, "Width") == "0":
                    sheet.hidden_columns.append((column - 1, column - 1 + span))
                column += span
            elif local(part) == "Row":
                row = _number(part, "Index", row + 1)
                if row > _ROWS:
                    break
                if attribute(part, "Hidden") == "1" or attribute(part, "Height") == "0":
                    sheet.hidden_rows.add(row - 1)
                self._row(sheet, part, row - 1, page, noted)
                row += span
        return sheet

    def _row(self, sheet: Sheet, line: etree._Element, row: int, page: int, noted: Noted) -> None:
        column = 0
        for cell in line:
            if local(cell) != "Cell":
                continue
            column = _number(cell, "Index", column + 1)
            if column > _COLUMNS:
                return
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if across or down:
                sheet.merges.append((row, column - 1, min(row + down, _ROWS), min(column - 1 + across, _COLUMNS)))
                if len(sheet.merges) > MAX_MERGES:
                    what = f"工作表“{sheet.name}”的合并区域超过 {MAX_MERGES} 个"
                    raise DocumentError("too_large", what, "请确认这是绩效表，或拆成较小的文件")
            self._cell(sheet, cell, row, column - 1, page, noted)
            column += across

    def _cell(self, sheet: Sheet, cell: etree._Element, row: int, column: int, page: int, noted: Noted) -> None:
        data = child(cell, "Data")
        name = f"{sheet.name}!{cell_name(row, column)}"
        formula = bool(attribute(cell, "Formula"))
        if data is None:
            noted.uncomputed += [name] if formula else []
            return
        style = self.styles.get(attribute(cell, "StyleID"), _Style("", False))
        code = _NAMED_FORMATS.get(style.code, style.code) or "General"
        text, struck = _said(data)
        steps: tuple[str, ...] = ()
        kind = attribute(data, "Type")
        if kind in ("Number", "DateTime"):
            stored = (days_of(text) or text) if kind == "DateTime" else text
            text, steps = number_text(stored, code, name, noted, date1904=False)
        elif kind == "Boolean":
            text = "TRUE" if text == "1" else "FALSE"
        elif kind == "Error":
            noted.errors.append(name)
        else:
            text = shown_text(text, code)
        if style.struck:
            text, struck = "", text + struck
        if struck.strip():
            noted.struck.append(name)
            sheet.ignored += pieces_of(struck, page, row, column)
        if formula:
            noted.formulas.append(name)
            steps = ("formula_value", *steps)
        self.room -= len(text)
        if self.room < 0:
            raise too_large("单元格文字过多，", MAX_TEXT)
        pieces = pieces_of(text, page, row, column, steps)
        if pieces:
            self.filled += 1
            if self.filled > MAX_FILLED:
                raise DocumentError("too_large", f"有内容的单元格超过 {MAX_FILLED} 个", "请确认这是绩效表，或拆成较小的文件")
            sheet.cells[row, column] = pieces


def _said(data: etree._Element) -> tuple[str, str]:
    """Return a cell's text and what of it is struck out; parts of it may stand in elements of HTML."""
    text: list[str] = []
    struck: list[str] = []
    for event, part in etree.iterwalk(data, events=("start", "end", "comment", "pi")):
        if event == "start":
            over = {local(e) for e in (part, *part.iterancestors()) if e is not data}
            said = part.text or ""
            if _GONE in over:
                struck.append(said)
            else:
                text.append(raised(said) if _UP in over and any(text) else said)
        elif part is not data:
            text.append(part.tail or "")
    return "".join(text), "".join(struck)


def _within(element: etree._Element, name: str) -> Iterator[etree._Element]:
    found = child(element, name)
    return iter(()) if found is None else found.iterchildren("{*}*")


def _of(element: etree._Element, name: str, attribute_name: str) -> str:
    """Return an attribute of the child of that name, or an empty text."""
    found = child(element, name)
    return "" if found is None else attribute(found, attribute_name)


def _number(element: etree._Element, name: str, default: int) -> int:
    text = attribute(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default

"""Workbooks (.xlsx and its kin) → loose lines and grids, with what each cell shows.

The sheets' XML is read as a stream. openpyxl was seen to hang on one cell at XFD1048576, to cut texts at
32,767 characters in silence and to give either formulas or their stored values; here one pass gives both,
and the merged ranges, hidden rows and number formats with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jixiao.extract.document import Block, Piece, piece_of
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from lxml import etree

from .container import Container, attribute, local, too_large
from .lists import child, value_of
from .numbers import CHINESE_BUILTIN, days_of, shown_text
from .numerals import raised
from .runs import is_on
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
    position,
    sheet_blocks,
)

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = re.compile("[\ud800-\udfff]+")
_HEAD_PARTS = re.compile("&[LCR]")
_HEAD_CODE = re.compile(r'&(?:"[^"]{0,200}"|[0-9]{1,3}|K[0-9A-Fa-f+-]{1,6}|[A-Za-z])')
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")


def read_workbook(data: bytes) -> Gridded:
    """Return the sheets of an .xlsx, .xlsm or .xltx as one document; page is the sheet's number.

    A piece's line is its row and its column the column, both from 1. Raises DocumentError for what is
    damaged, protected or larger than any form.
    """
    book = _Book(Container(data))
    blocks: list[Block] = []
    furniture: list[Piece] = []
    for sheet in book.sheets():
        if sheet is not None:
            found, hidden = sheet_blocks(sheet, book.noted)
            blocks += found
            furniture += hidden
    return Gridded("xlsx", book.count, tuple(blocks), tuple(furniture), book.noted.findings())


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
        self.formats: list[str] = []
        self.struck: set[int] = set()
        self._read_styles()
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

    def _read_styles(self) -> None:
        """Take the number format of each cell style, and which of them strike their text out."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        found = self.container.related(self.main, "styles")
        if not found:
            return
        known: dict[int, str] = {**BUILTIN_FORMATS, **CHINESE_BUILTIN}
        root = self.container.tree(found[0])
        for one in root.iter("{*}numFmt"):
            known[whole(one.get("numFmtId", ""))] = one.get("formatCode", "")
        struck = [is_on(child(font, "strike")) for font in _parts(root, "fonts")]
        for number, style in enumerate(_parts(root, "cellXfs")):
            self.formats.append(known.get(whole(style.get("numFmtId", "")), "General"))
            font = whole(style.get("fontId", ""))
            if 0 <= font < len(struck) and struck[font]:
                self.struck.add(number)

    def _strings(self) -> list[tuple[str, str]]:
        strings: list[tuple[str, str]] = []
        for path in self.container.related(self.main, "sharedStrings")[:1]:
            strings += [_rich(element) for element in self.container.elements(path, "si")]
        return strings

    def _sheet(self, name: str, path: str, noted: Noted) -> Sheet:
        sheet = Sheet(name)
        page = next(i for i, (_, _, _, p) in enumerate(self.listed, 1) if p == path)
        row = column = -1
        last: etree._Element | None = None
        for element in self.container.elements(path, "row", "c", "mergeCell", "col", "oddHeader", "oleObject"):
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
                elif _is_hidden(element, "ht"):
                    sheet.hidden_rows.add(row)
            elif kind == "mergeCell":
                self._merge(sheet, element.get("ref", ""))
            elif kind == "oddHeader":
                sheet.headers = [piece_of(text, page, 0) for text in _head_texts(element.text or "")]
            elif kind == "oleObject":
                noted.objects += [] if f"“{name}”" in noted.objects else [f"“{name}”"]
            elif _is_hidden(element, "width"):
                sheet.hidden_columns.append((whole(element.get("min", "")) - 1, whole(element.get("max", "")) - 1))
        self._drawing(sheet, path, page, noted)
        return sheet

    def _drawing(self, sheet: Sheet, path: str, page: int, noted: Noted) -> None:
        """Take the text boxes that lie over a sheet, and note its pictures."""
        for drawing in self.container.related(path, "drawing")[:1]:
            for anchor in self.container.elements(drawing, *_ANCHORS):
                at = child(child(anchor, "from"), "row")
                row = max(0, whole((at.text or "") if at is not None else ""))
                if next(anchor.iter("{*}pic", "{*}graphicFrame"), None) is not None:
                    noted.pictures += [] if f"“{sheet.name}”" in noted.pictures else [f"“{sheet.name}”"]
                pieces: list[Piece] = []
                for paragraph in anchor.iter("{*}p"):
                    text = "".join("\n" if local(e) == "br" else e.text or "" for e in paragraph.iter("{*}t", "{*}br"))
                    pieces += pieces_of(text, page, row, 0)
                self.room -= sum(len(piece.raw) for piece in pieces)
                if self.room < 0:
                    raise too_large("文本框文字过多，", MAX_TEXT)
                if pieces:
                    sheet.boxes.append((row, tuple(pieces)))

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
        for part in element:
            kind = local(part)
            if kind == "v":
                stored = part.text or ""
            elif kind == "f":
                formula = part
            elif kind == "is":
                inline = _rich(part)
        if stored is None and inline is None and formula is None:
            return
        name = f"{sheet.name}!{cell_name(row, column)}"
        if formula is not None and not stored and element.get("t", "") != "str":
            noted.uncomputed.append(name)
            return
        style = whole(element.get("s", "0"))
        code = self.formats[style] if 0 <= style < len(self.formats) else "General"
        text, struck, steps = self._shown(element.get("t", "n"), stored or "", inline, code, name, noted)
        if style in self.struck:
            text, struck = "", text + struck
        if struck.strip():
            noted.struck.append(name)
            sheet.ignored += pieces_of(struck, page, row, column)
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
        self, kind: str, stored: str, inline: tuple[str, str] | None, code: str, name: str, noted: Noted
    ) -> tuple[str, str, tuple[str, ...]]:
        """Return what a cell shows, what of it is struck out, and the steps that led there."""
        if kind == "s":
            index = whole(stored)
            if not 0 <= index < len(self.strings):
                raise DocumentError("unreadable", f"单元格 {name} 指向不存在的文字", "请用 Excel 打开后另存再转换")
            text, struck = self.strings[index]
            return shown_text(text, code), struck, ()
        if kind in ("str", "inlineStr"):
            text, struck = (_unescaped(stored), "") if inline is None else inline
            return shown_text(text, code), struck, ()
        if kind == "b":
            return ("TRUE" if stored == "1" else "FALSE"), "", ()
        if kind == "e":
            noted.errors.append(name)
            return stored, "", ()
        days = days_of(stored) if kind == "d" else None
        if kind == "d" and days is None:
            return stored, "", ()
        text, steps = number_text(days or stored, code, name, noted, date1904=self.date1904 and days is None)
        return text, "", steps


def whole(text: str) -> int:
    """Return a whole number written in an attribute, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _parts(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the elements in the first child of that name."""
    found = child(root, name)
    return iter(()) if found is None else found.iterchildren("{*}*")


def _is_hidden(element: etree._Element, size: str) -> bool:
    """Tell whether a row or column is hidden: it says so, or its *size* is nothing."""
    given = element.get(size, "")
    return element.get("hidden", "") in ("1", "true") or (bool(given) and given.strip("0.") == "")


def _head_texts(code: str) -> list[str]:
    """Return the texts of a page's head, left, centre and right, without the codes of fonts and fields.

    >>> _head_texts('&L附件2&C&"宋体,加粗"&14绩效目标表&R单位：万元 &P')
    ['附件2', '绩效目标表', '单位：万元']
    """
    parts = (_HEAD_CODE.sub("", part.replace("&&", "＆")).strip() for part in _HEAD_PARTS.split(code[:2_000]))
    return [part for part in parts if part]


def _rich(element: etree._Element) -> tuple[str, str]:
    """Return a string item's text, and what of it is struck out: its runs in order, without readings (phonetic runs)."""
    text, struck = [], []
    for part in element:
        kind = local(part)
        if kind == "t":
            text.append(part.text or "")
        elif kind == "r":
            said = "".join(t.text or "" for t in part.iterchildren("{*}t"))
            properties = child(part, "rPr")
            if is_on(child(properties, "strike")):
                struck.append(said)
            elif value_of(child(properties, "vertAlign")) == "superscript" and any(text):
                text.append(raised(said))
            else:
                text.append(said)
    return _unescaped("".join(text)), _unescaped("".join(struck))


def _unescaped(text: str) -> str:
    """Return *text* with ``_x000D_`` and its like as the characters they stand for."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    # Two escapes may make one character; a half of one is none.
    return _SURROGATES.sub(lambda m: m[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace"), plain)

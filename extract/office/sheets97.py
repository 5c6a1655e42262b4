"""Workbooks of the old kind (.xls, also .et) → loose lines and grids, by xlrd.

Everything but the way to the cells is `workbook`'s: what a cell shows, merged ranges, hidden rows. xlrd does
not say which cells are formulas, so that the records are walked once more for those.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from jixiao.extract.document import Block, Piece
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded

from .container import too_large
from .numbers import CHINESE_BUILTIN, shown_text
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

MAX_BYTES = 16 * 2**20
"""A larger file is refused: a cell takes a dozen bytes, and a form has a few hundred cells."""

_STEP = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再转换"
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BOUNDSHEET, _EOF = 0x85, 0x0A
_CELLS = 0
"""The kind of a sheet that has cells; others are charts and macros."""
_FORMULAS = frozenset((0x0006, 0x0206, 0x0406))
_BUILTIN = range(5, 59)
_NO_FONT = SimpleNamespace(struck_out=0, escapement=0)


def read_sheets97(data: bytes) -> Gridded:
    """Return the sheets of an .xls as one document; page is the sheet's number, line the row, column the column.

    Raises DocumentError for what is damaged, protected or larger than any form.
    """
    import xlrd

    if len(data) > MAX_BYTES:
        raise too_large(f"文件有 {len(data) / 2**20:.0f} MiB", MAX_BYTES)
    faults = (
        xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, ValueError, IndexError, KeyError, AssertionError,
        TypeError, AttributeError, OverflowError, EOFError, NotImplementedError,
    )  # fmt: skip
    try:
        # Without the styles neither merged cells nor number formats would be known.
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), on_demand=True
        )
        return _read(book, data)
    except faults as error:
        if "encrypted" in str(error).lower():
            raise DocumentError("encrypted", "文件有密码", "请去掉密码后再转换") from error
        raise DocumentError("unreadable", "工作簿的记录不完整或已损坏", _STEP) from error


def _read(book: Any, data: bytes) -> Gridded:
    if book.nsheets > MAX_SHEETS:
        raise DocumentError("too_large", f"有 {book.nsheets} 个工作表，上限为 {MAX_SHEETS}", "请拆成较小的文件")
    noted = Noted()
    stream = _stream(data)
    listed = _listed(stream)
    formulas = _formulas(stream, [start for start, kind, _ in listed if kind == _CELLS])
    noted.other_sheets += [f"“{name}”" for _, kind, name in listed if kind != _CELLS]
    pages = [page for page, (_, kind, _) in enumerate(listed, 1) if kind == _CELLS]
    blocks: list[Block] = []
    furniture: list[Piece] = []
    filled, room = 0, MAX_TEXT
    for index in range(book.nsheets):
        source = book.sheet_by_index(index)
        hidden = source.visibility != 0
        page = pages[index] if index < len(pages) else index + 1
        sheet = _sheet(book, source, (index, page), formulas, Noted() if hidden else noted)
        book.unload_sheet(index)
        filled += len(sheet.cells)
        room -= sum(len(p.raw) for pieces in sheet.cells.values() for p in pieces)
        if filled > MAX_FILLED:
            raise DocumentError("too_large", f"有内容的单元格超过 {MAX_FILLED} 个", "请确认这是绩效表，或拆成较小的文件")
        if room < 0:
            raise too_large("单元格文字过多，", MAX_TEXT)
        if hidden:
            noted.hidden_sheets += [f"“{source.name}”"] if sheet.cells else []
            continue
        found, covered = sheet_blocks(sheet, noted)
        blocks += found
        furniture += covered
    return Gridded("xls", max(book.nsheets, len(listed)), tuple(blocks), tuple(furniture), noted.findings())


def _sheet(book: Any, source: Any, at: tuple[int, int], formulas: set[tuple[int, int, int]], noted: Noted) -> Sheet:
    """Return a sheet's cells; *at* is its number among the sheets of cells (from 0), and among all (from 1)."""
    import xlrd

    sheet = Sheet(source.name)
    index, page = at
    for row in range(source.nrows):
        for column, cell in enumerate(source.row(row)):
            name = f"{source.name}!{cell_name(row, column)}"
            text, steps = _shown(book, cell, name, noted)
            if cell.ctype == xlrd.XL_CELL_TEXT or _font(book, cell).struck_out:
                text, struck = _rich(book, cell, text, source.rich_text_runlist_map.get((row, column)) or ())
                if struck.strip():
                    noted.struck.append(name)
                    sheet.ignored += pieces_of(struck, page, row, column)
            if (index, row, column) in formulas:
                noted.formulas.append(name)
                steps = ("formula_value", *steps)
            pieces = pieces_of(text, page, row, column, steps)
            if pieces:
                sheet.cells[row, column] = pieces
    if len(source.merged_cells) > MAX_MERGES:
        raise DocumentError(
            "too_large", f"工作表“{source.name}”的合并区域超过 {MAX_MERGES} 个", "请确认这是绩效表，或拆成较小的文件"
        )
    sheet.merges = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in source.merged_cells]
    sheet.hidden_rows = {row for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = [(column, column) for column, info in source.colinfo_map.items() if info.hidden]
    return sheet


def _shown(book: Any, cell: Any, name: str, noted: Noted) -> tuple[str, tuple[str, ...]]:
    """Return what a cell shows, and the step that led there."""
    import xlrd

    code = "General"
    if cell.xf_index is not None and cell.xf_index < len(book.xf_list):
        key = book.xf_list[cell.xf_index].format_key
        given = book.format_map.get(key)
        code = given.format_str if given is not None else "General"
        if key in CHINESE_BUILTIN and key in _BUILTIN:
            code = CHINESE_BUILTIN[key]
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return shown_text(cell.value, code), ()
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return number_text(repr(float(cell.value)), code, name, noted, date1904=book.datemode == 1)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return ("TRUE" if cell.value else "FALSE"), ()
    if cell.ctype == xlrd.XL_CELL_ERROR:
        noted.errors.append(name)
        return _ERRORS.get(cell.value, "#ERROR!"), ()
    return "", ()


def _font(book: Any, cell: Any, index: int | None = None) -> Any:
    """Return the font *index*, or that of the cell's style."""
    if index is None and cell.xf_index is not None and cell.xf_index < len(book.xf_list):
        index = book.xf_list[cell.xf_index].font_index
    return book.font_list[index] if index is not None and index < len(book.font_list) else _NO_FONT


def _rich(book: Any, cell: Any, text: str, runs: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """Return the text without what is struck out, raised digits raised; and what is struck out.

    *runs* tell from which character on (of the stored text) which font is used.
    """
    if not runs or text != cell.value:
        return ("", text) if _font(book, cell).struck_out else (text, "")
    kept = struck = ""
    edges = [0, *(at for at, _ in runs), len(text)]
    fonts = [_font(book, cell), *(_font(book, cell, index) for _, index in runs)]
    for start, stop, font in zip(edges, edges[1:], fonts, strict=False):
        part = text[start:stop]
        if font.struck_out:
            struck += part
        else:
            kept += raised(part) if font.escapement == 1 and kept.strip() else part
    return kept, struck


def _stream(data: bytes) -> bytes:
    """Return the stream that holds the records of the workbook."""
    from xlrd.compdoc import CompDoc

    compound = CompDoc(data, io.StringIO())
    for name in ("Workbook", "Book"):
        memory, base, size = compound.locate_named_stream(name)
        if memory:
            return bytes(memory[base : base + size])
    return b""


def _listed(stream: bytes) -> list[tuple[int, int, str]]:
    """Return where each sheet begins, its kind and its name (BIFF8 records, MS-XLS 2.4.28)."""
    return [
        (struct.unpack_from("<I", body)[0], body[5], body[8:].decode("utf-16-le" if body[7] & 1 else "latin-1", "replace"))
        for op, body in _records(stream, 0)
        if op == _BOUNDSHEET and len(body) > 8
    ][:MAX_SHEETS]


def _formulas(stream: bytes, starts: Sequence[int]) -> set[tuple[int, int, int]]:
    """Return (sheet, row, column) from 0 of each cell with a formula in the sheets that begin at *starts*."""
    return {
        (index, *struct.unpack_from("<HH", body))
        for index, start in enumerate(starts)
        for op, body in _records(stream, start)
        if op in _FORMULAS and len(body) >= 4
    }


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of a stream, from *at* to its end record."""
    while at + 4 <= len(stream):
        op, length = struct.unpack_from("<HH", stream, at)
        yield op, stream[at + 4 : at + 4 + length]
        if op == _EOF:
            return
        at += 4 + length

"""Write a form's cells as a workbook."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .layout import Block, Cell
from .looks import Look, tables

_NUMBER = re.compile(r"(?P<whole>0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<decimals>[0-9]{1,6}))?(?P<percent>%?)")


def number_format(text: str) -> tuple[float, str] | None:
    """Return the number and the format that show exactly *text*, or None if it is no number.

    >>> number_format("1,230.50"), number_format("95%"), number_format("0012")
    ((1230.5, '#,##0.00'), (0.95, '0%'), None)
    """
    found = _NUMBER.fullmatch(text)
    if found is None or len(text) > 13:
        return None
    whole, decimals, percent = found.groups()
    value = float(text.replace(",", "").rstrip("%")) / (100 if percent else 1)
    code = ("#,##0" if "," in whole else "0") + ("." + "0" * len(decimals) if decimals else "") + percent
    return value, "General" if code == "0" else code


class _Writer:
    """One sheet being filled."""

    def __init__(self, book: Workbook, sheet: Worksheet, look: Look) -> None:
        self.book, self.sheet, self.look = book, sheet, look
        self.rng = random.Random(f"workbook {look.seed}")
        self.formats: dict[str, object] = {}

    def format(self, code: str) -> object:
        if code not in self.formats:
            self.formats[code] = self.book.add_format(
                {"num_format": code, "text_wrap": True, "border": 1, "valign": "vcenter", "align": "center"}
            )
        return self.formats[code]

    def cell(self, cell: Cell, top: int, left: int) -> None:
        row, column = top + cell.row, left + cell.column
        if cell.rows > 1 or cell.columns > 1:
            self.sheet.merge_range(
                row, column, row + cell.rows - 1, column + cell.columns - 1, "", self.format("General")
            )
        number = number_format(cell.text) if self.look.numbers else None
        if number is None:
            self.sheet.write_string(row, column, cell.text, self.format("@" if self.rng.random() < 0.1 else "General"))
        elif self.look.formulas and self.rng.random() < 0.3:
            self.sheet.write_formula(row, column, f"={number[0]!r}+0", self.format(number[1]), number[0])
        else:
            self.sheet.write_number(row, column, number[0], self.format(number[1]))


def print_xlsx(head: Sequence[str], blocks: Sequence[Block], look: Look) -> bytes:
    """Return a workbook with the lines *head* above the table of *blocks*, all on its first visible sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    if look.hidden:
        codes = book.add_worksheet("代码")
        codes.write_column(0, 0, ["数量指标", "质量指标", "时效指标"])
        codes.hide()
    sheet = book.add_worksheet("Sheet1" if look.seed % 2 else "绩效目标表")
    if look.hidden:
        sheet.activate()
        sheet.set_first_sheet()
    writer = _Writer(book, sheet, look)
    row = look.top
    found = tables(blocks, look)
    wide = max(table.columns for table in found)
    for line in head:
        if look.title == "merged" and wide > 1:
            sheet.merge_range(row, look.left, row, look.left + wide - 1, line)
        else:
            sheet.write_string(row, look.left, line)
        row += 1
    for table in found:
        for cell in table.cells:
            writer.cell(cell, row, look.left)
        row += table.rows
    for number, width in enumerate(found[0].widths if len(found) == 1 else ()):
        sheet.set_column(look.left + number, look.left + number, width / 6)
    if look.hidden:
        sheet.write_string(row + 1, look.left, "审核用，勿填")
        sheet.set_row(row + 1, None, None, {"hidden": True})
    if look.seed % 5 == 0:
        book.add_worksheet("Sheet2")
    book.close()
    return out.getvalue()

"""CSV files → one workbook with Chinese headings, for people who open things in Excel.

Every text cell is written as text and its column formatted as text: `=100%` stays what was printed,
also after someone edits it. A number is written as a number if Excel can hold it exactly (15
digits), else as text. A text longer than a cell may be is cut and says so; the CSV has all of it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from .files import read_csv
from .schema import TABLES, Table

_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
_CUT = "……（单元格放不下，全文见 CSV）"
_MOST_DIGITS = 15
_NO_DATE = datetime(2000, 1, 1)
"""The workbook's date of making: fixed, so that the same input gives the same bytes."""
_WIDE = frozenset({"text", "message", "content", "expected", "note", "key_work", "title", "source", "raw"})


def write_workbook(sources: dict[str, Path], path: Path, work: Path) -> None:
    """Write one sheet a table from the CSV files in *sources*. *work* takes temporary files."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(
        path,
        {
            "constant_memory": True,
            "tmpdir": str(work),
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"created": _NO_DATE, "title": "绩效表"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    other = book.add_format({"valign": "top"})
    head = book.add_format({"bold": True, "bottom": 1})

    def new_sheet(table: Table, number: int) -> Any:
        sheet = book.add_worksheet(table.title if number == 1 else f"{table.title}{number}")
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(table.columns):
            width = 50 if column.name in _WIDE else 18
            sheet.set_column(index, index, width, text if column.type == "string" else other)
            sheet.write_string(0, index, column.title, head)
        return sheet

    for table in TABLES:
        sheet, sheets, at = new_sheet(table, 1), 1, 1
        for row in read_csv(sources[table.name], table):
            if at == _MOST_ROWS:
                sheets += 1
                sheet, at = new_sheet(table, sheets), 1
            for index, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                if cell == "":
                    continue
                if column.type == "boolean":
                    sheet.write_boolean(at, index, cell == "true", other)
                elif column.type != "string" and fits_a_cell(cell):
                    sheet.write_number(at, index, float(cell), other)
                else:
                    sheet.write_string(at, index, shortened(cell), text)
            at += 1
    try:
        book.close()
    except FileCreateError as error:  # it hides the OSError that says whether the disk is full
        raise error.args[0] from error


def fits_a_cell(number: str) -> bool:
    """Say whether Excel, which keeps 15 digits, holds *number* exactly."""
    return len(number) <= _MOST_DIGITS or len(Decimal(number).normalize().as_tuple().digits) <= _MOST_DIGITS


def shortened(text: str) -> str:
    """Return *text* as it fits a cell (32,767 UTF-16 units), saying so if it was cut."""
    if 2 * len(text) <= _MOST_CHARACTERS:  # a character is at most two units
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _MOST_CHARACTERS:
        return text
    return units[: 2 * (_MOST_CHARACTERS - len(_CUT))].decode("utf-16-le", "ignore") + _CUT

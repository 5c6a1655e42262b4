"""What Excel shows is what was printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from jixiao.deliver import workbook
from jixiao.deliver.schema import TABLES
from jixiao.deliver.workbook import fits_a_cell, shortened, write_workbook
from jixiao.rules.records import Text

from .folders import csv_files
from .samples import FORMS, FULL


def made(forms: tuple, folder: Path) -> openpyxl.Workbook:  # type: ignore[type-arg]
    write_workbook(csv_files(forms, folder), folder / "jixiao.xlsx", folder)
    return openpyxl.load_workbook(folder / "jixiao.xlsx")


def test_one_sheet_a_table_with_chinese_headings(tmp_path: Path) -> None:
    book = made(FORMS, tmp_path)
    assert book.sheetnames == [table.title for table in TABLES]
    for table in TABLES:
        assert [cell.value for cell in book[table.title][1]] == [column.title for column in table.columns]


def test_what_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    sheet = made((FULL,), tmp_path)["指标值"]
    raw = [column.name for column in TABLES[8].columns].index("raw")
    cells = [row[raw] for row in sheet.iter_rows(min_row=2)]
    (formula,) = [cell for cell in cells if cell.value == "=100%"]
    assert formula.data_type == "s"
    assert formula.number_format == "@"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_numbers_are_numbers_and_blanks_are_blank(tmp_path: Path) -> None:
    book = made((FULL,), tmp_path)
    funds = [[cell.value for cell in row] for row in book["资金"].iter_rows(min_row=2)]
    amount = 9
    assert [row[amount] for row in funds] == [0, 566.18, None, 1000]
    assert book["其他栏目"]["E3"].value is True


@pytest.mark.parametrize(
    ("number", "fits"), [("123456789012345", True), ("0.50", True), ("1234567890123456", False)]
)
def test_a_number_excel_would_round_is_text(number: str, fits: bool) -> None:
    assert fits_a_cell(number) is fits


def test_a_long_number_keeps_all_its_digits(tmp_path: Path) -> None:
    figure = replace(FULL.staffing[0], value=Decimal("12345678901234567"))
    book = made((replace(FULL, staffing=(figure,)),), tmp_path)
    assert book["机构人员"]["E2"].value == "12345678901234567"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    long = "𠮷" * 40_000
    book = made((replace(FULL, title=Text(long, long)),), tmp_path)
    shown = book["文件"]["G2"].value
    assert shown.endswith("全文见 CSV）")
    assert shown.startswith("𠮷" * 100)
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert shortened("短") == "短"


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_MOST_ROWS", 3)
    book = made((FULL,), tmp_path)
    assert [name for name in book.sheetnames if name.startswith("指标值")] == ["指标值", "指标值2", "指标值3"]
    assert [book[name].max_row for name in ("指标值", "指标值2", "指标值3")] == [3, 3, 3]


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    files = csv_files(FORMS, tmp_path)
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(files, tmp_path / name, tmp_path)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()

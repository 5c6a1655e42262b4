"""A workbook's cells come out as they are shown, merged as they are merged."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from jixiao.extract.document import Cell, Grid, Piece
from jixiao.extract.gridded import Gridded
from jixiao.extract.office.workbook import read_workbook

SAMPLES = Path(__file__).parents[3] / "samples"
REAL = ("zhanjiang-rsj-2023", "chongqing-jiuye-2021-zipingbiao")


def cells_of(document: Gridded) -> list[Cell]:
    return [c for b in document.blocks if isinstance(b, Grid) for row in b.rows for c in row.cells]


def shown_at(document: Gridded) -> dict[tuple[int, int], str]:
    """Return the text by row and column (from 1), the loose lines' too."""
    found: dict[tuple[int, int], list[str]] = {}
    loose = [b for b in document.blocks if isinstance(b, Piece)]
    for piece in [*loose, *(p for c in cells_of(document) for p in c.pieces)]:
        found.setdefault((piece.line, piece.column), []).append(piece.raw)
    return {place: "\n".join(lines) for place, lines in found.items()}


@pytest.mark.parametrize("name", REAL)
def test_every_cell_of_a_real_workbook_is_read_where_it_stands(name: str) -> None:
    path = SAMPLES / f"{name}.xlsx"
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    wanted = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            number = f"{cell.value:.15g}" if isinstance(cell.value, int | float) else str(cell.value)
            text = f"{cell.value:.0%}" if "%" in cell.number_format else number
            wanted[cell.row, cell.column] = "\n".join(line for line in text.split("\n") if line.strip())
    assert shown_at(read_workbook(path.read_bytes())) == wanted


def test_the_real_workbooks_show_these_values() -> None:
    one = shown_at(read_workbook((SAMPLES / f"{REAL[0]}.xlsx").read_bytes()))
    assert one[24, 5] == "100%"  # stored as 1
    assert one[5, 5] == "82800.92"  # the stored result of =SUM(C5:C6)
    assert one[18, 5] == "≥200元每人每月"
    other = shown_at(read_workbook((SAMPLES / f"{REAL[1]}.xlsx").read_bytes()))
    assert (other[19, 4], other[21, 7]) == ("90", "88%")


@pytest.mark.parametrize("name", REAL)
def test_merged_ranges_become_spans(name: str) -> None:
    """A span in sheet rows may be shorter as a span in grid rows: rows in which no cell begins are one."""
    path = SAMPLES / f"{name}.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[0]
    ranges = {(r.min_row, r.min_col): r for r in sheet.merged_cells.ranges}
    seen = 0
    for cell in cells_of(read_workbook(path.read_bytes())):
        if not cell.pieces:
            continue
        merged = ranges.get((cell.pieces[0].line, cell.pieces[0].column))
        wide = merged is not None and merged.size["columns"] > 1
        assert wide or cell.columns == 1
        tall = merged is not None and merged.size["rows"] > 1
        assert tall or cell.rows == 1
        seen += cell.rows > 1
    assert seen >= 4


def test_a_formulas_stored_value_is_taken_and_the_fact_noted() -> None:
    document = read_workbook((SAMPLES / f"{REAL[0]}.xlsx").read_bytes())
    piece = next(p for c in cells_of(document) for p in c.pieces if p.line == 5 and p.column == 5)
    assert piece.steps == ("formula_value",)
    assert [(f.rule, "Sheet1!E5" in f.message) for f in document.findings] == [("formula_values", True)]

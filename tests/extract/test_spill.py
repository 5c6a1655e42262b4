"""Texts taller than their cells: the lines go to the cell they were set into, and the reader is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.extract.document import Cell, Grid
from jixiao.extract.gridded import Gridded
from jixiao.extract.options import Options, PdfReader
from jixiao.extract.read import read_document
from jixiao.pipeline.one import read_bytes
from reportlab.pdfgen.canvas import Canvas

from tests.forms.lines import face

READERS: tuple[PdfReader, ...] = ("pdfium", "pdfplumber")
ROW, PITCH, SIZE = 12.0, 12.6, 9.0
HEADER = ("一级指标", "二级指标", "三级指标", "指标值", "备注")


def _draw(path: Path, rows: list[tuple[str, ...]], align: str = "middle", row: float = ROW) -> bytes:
    """Draw a table of rows too low for their lines (parted by /), as a spreadsheet does: cell by cell, lines together."""
    face("zenhei")
    canvas = Canvas(str(path), invariant=1)
    canvas.setFont("zenhei", 14)
    canvas.drawString(220, 800, "项目绩效目标表")
    canvas.setFont("zenhei", SIZE)
    xs, top = (50, 120, 200, 320, 430, 540), 780.0
    for i in range(len(rows) + 2):
        canvas.line(xs[0], top - i * row, xs[-1], top - i * row)
    for x in xs:
        canvas.line(x, top, x, top - (len(rows) + 1) * row)
    for i, cells in enumerate([HEADER, *rows]):
        for j, text in enumerate(cells):
            lines = text.split("/")
            high = top - i * row
            if align == "middle":
                first = high - row / 2 + (len(lines) - 1) * PITCH / 2
            elif align == "top":
                first = high - SIZE / 2 - 1
            else:
                first = high - row + SIZE / 2 + 1 + (len(lines) - 1) * PITCH
            for k, line in enumerate(lines):
                canvas.drawCentredString((xs[j] + xs[j + 1]) / 2, first - k * PITCH - SIZE * 0.35, line)
    canvas.save()
    return path.read_bytes()


def _cells(data: bytes, reader: PdfReader) -> list[Cell]:
    document = read_document(data, Options(pdf_reader=reader))
    assert isinstance(document, Gridded)
    return [c for block in document.blocks if isinstance(block, Grid) for row in block.rows for c in row.cells]


ROWS = [
    ("产出指标", "数量指标", "清淤沟渠长度", "≥86公里", "无"),
    ("", "质量指标", "建筑工程质量安全监督/检查工作覆盖比率", "≥95%", "因天气调整，完成/时间有所延后"),
    ("", "时效指标", "任务完成时间", "≤12月", "因设备检修调整，/完成进度延后"),
    ("", "成本指标", "亩均管护成本", "≤102元", "无"),
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("align", ["middle", "top", "bottom"])
def test_the_lines_of_a_text_stay_in_its_cell(align: str, reader: PdfReader, tmp_path: Path) -> None:
    cells = _cells(_draw(tmp_path / "a.pdf", ROWS, align), reader)
    assert [c.key for c in cells] == [c.key for c in _cells(_draw(tmp_path / "b.pdf", ROWS, row=40.0), reader)]


def test_cells_that_are_printed_over_are_doubted_and_others_are_not(tmp_path: Path) -> None:
    cells = _cells(_draw(tmp_path / "a.pdf", ROWS), "pdfium")
    doubted = {c.key for c in cells if any(p.doubts for p in c.pieces)}
    assert "建筑工程质量安全监督检查工作覆盖比率" in doubted
    assert not doubted & {"≥86公里", "≥95%", "≤102元", "产出指标", "一级指标"}
    assert not any(p.doubts for c in _cells(_draw(tmp_path / "b.pdf", ROWS, row=40.0), "pdfium") for p in c.pieces)


def test_the_reader_is_asked_about_them(tmp_path: Path) -> None:
    outcome = read_bytes(_draw(tmp_path / "a.pdf", ROWS), "a.pdf")
    asked = {(f["table"], f["row_seq"]) for f in outcome.tables["findings"] if f["rule"] == "doubtful_cell"}
    assert ("indicators", "2") in asked
    names = [row["level3"] for row in outcome.tables["indicators"]]
    assert names == ["清淤沟渠长度", "建筑工程质量安全监督检查工作覆盖比率", "任务完成时间", "亩均管护成本"]

"""Watermarks over a form, and labels set sideways: neither may change what its cells say."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from jixiao.extract.document import Grid
from jixiao.extract.gridded import Gridded
from jixiao.extract.options import Options, PdfReader
from jixiao.extract.read import read_document
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.forms import invent, style_for, typeset
from tests.forms.lines import face

READERS: tuple[PdfReader, ...] = ("pdfium", "pdfplumber")


def _slanted(canvas: Canvas) -> None:
    canvas.setFillGray(0.3)
    canvas.setFont("zenhei", 48)
    canvas.translate(60, 120)
    canvas.rotate(50)
    canvas.drawString(0, 0, "内部资料 2024 严禁外传")


def _tiled(canvas: Canvas) -> None:
    canvas.setFillGray(0.85)
    for i in range(40):
        canvas.saveState()
        canvas.translate(30 + i % 5 * 120, 40 + i // 5 * 105)
        canvas.rotate(math.degrees(0.5))
        canvas.setFont("zenhei", 10)
        canvas.drawString(0, 0, "财政局8024")
        canvas.restoreState()


def _level(canvas: Canvas) -> None:
    canvas.setFillGray(0.8)
    canvas.setFont("zenhei", 10)
    for y in range(30, 800, 37):
        for x in range(20, 560, 90):
            canvas.drawString(x, y, "公开17")


def _see_through(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 0, 0, alpha=0.2)
    canvas.setFont("zenhei", 11)
    for y in range(30, 800, 31):
        canvas.drawString(40, y, "2023" * 20)


def _large(canvas: Canvas) -> None:
    canvas.setFont("zenhei", 90)
    canvas.drawString(60, 380, "样本12")


STAMPS: tuple[Callable[[Canvas], None], ...] = (_slanted, _tiled, _level, _see_through, _large)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("stamps") / "form.pdf"
    typeset(invent(1003), style_for(1003), path)
    return path.read_bytes()


def _read(data: bytes, reader: PdfReader) -> Gridded:
    document = read_document(data, Options(pdf_reader=reader))
    assert isinstance(document, Gridded)
    return document


def _cells(document: Gridded) -> list[tuple[int, int, int, int, str]]:
    grids = (block for block in document.blocks if isinstance(block, Grid))
    return [(c.row, c.column, c.rows, c.columns, c.key) for grid in grids for row in grid.rows for c in row.cells]


def _stamped(form: bytes, draw: Callable[[Canvas], None]) -> bytes:
    """Return *form* with a page drawn by *draw* laid over each of its pages, as stamping programs do."""
    face("zenhei")
    sheet = io.BytesIO()
    canvas = Canvas(sheet, invariant=1)
    draw(canvas)
    canvas.save()
    document, stamp = pypdfium2.PdfDocument(form), pypdfium2.PdfDocument(sheet.getvalue())
    layer = stamp.page_as_xobject(0, document)
    for page in document:
        page.insert_obj(layer.as_pageobject())
        page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# pdfplumber does not tell how opaque text is.
@pytest.mark.parametrize(
    ("stamp", "reader"), [(s, r) for s in STAMPS for r in READERS if (s, r) != (_see_through, "pdfplumber")]
)
def test_a_watermark_changes_no_cell_and_is_named(form: bytes, stamp: Callable[[Canvas], None], reader: PdfReader) -> None:
    plain, stamped = _read(form, reader), _read(_stamped(form, stamp), reader)
    assert _cells(stamped) == _cells(plain)
    assert [f.rule for f in plain.findings] == []
    assert {f.rule for f in stamped.findings} == {"text_across_page"}


def _two_by_two(path: Path) -> Canvas:
    """Return a canvas with the rules of four cells drawn on it."""
    face("zenhei")
    canvas = Canvas(str(path), invariant=1)
    canvas.setFont("zenhei", 10)
    for y in (760, 730, 700):
        canvas.line(60, y, 460, y)
    for x in (60, 260, 460):
        canvas.line(x, 700, x, 760)
    return canvas


@pytest.mark.parametrize("reader", READERS)
def test_pale_words_that_are_underlined_in_their_cells_are_read(reader: PdfReader, tmp_path: Path) -> None:
    canvas = _two_by_two(tmp_path / "a.pdf")
    for y, texts in ((741, ("三级指标", "指标值")), (711, ("清淤沟渠长度", "≥86公里"))):
        for x, text in zip((66, 266), texts, strict=True):
            canvas.setFillColorRGB(0.85, 0.6, 0)
            canvas.setStrokeColorRGB(0.85, 0.6, 0)
            canvas.drawString(x, y, text)
            canvas.line(x, y - 1.5, x + 10 * len(text), y - 1.5)
        canvas.setFillGray(0)
        canvas.drawString(400, y, "，")
    canvas.save()
    document = _read((tmp_path / "a.pdf").read_bytes(), reader)
    assert [c[-1] for c in _cells(document)] == ["三级指标", "指标值，", "清淤沟渠长度", "≥86公里，"]
    assert not document.findings


@pytest.mark.parametrize("reader", READERS)
def test_what_is_struck_out_is_not_read_and_said(reader: PdfReader, tmp_path: Path) -> None:
    canvas = _two_by_two(tmp_path / "a.pdf")
    for y, first, second in ((741, "三级指标", "指标值"), (711, "清淤沟渠长度", "≥86公里92公里")):
        canvas.drawString(66, y, first)
        canvas.drawString(266, y, second)
    start = 266 + stringWidth("≥86公里", "zenhei", 10)
    canvas.line(start, 714, start + stringWidth("92公里", "zenhei", 10), 714)
    canvas.save()
    document = _read((tmp_path / "a.pdf").read_bytes(), reader)
    assert [c[-1] for c in _cells(document)] == ["三级指标", "指标值", "清淤沟渠长度", "≥86公里"]
    assert [(f.rule, "92公里" in f.message) for f in document.findings] == [("struck_text", True)]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("angle", [90, -90])
def test_a_label_set_sideways_reads_the_way_it_is_set(angle: int, reader: PdfReader, tmp_path: Path) -> None:
    face("zenhei")
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    canvas.setFont("zenhei", 10)
    canvas.drawString(200, 790, "项目支出绩效目标表")
    for y in (760, 600, 440):
        canvas.line(60, y, 460, y)
    for x in (60, 120, 460):
        canvas.line(x, 440, x, 760)
    for y, words in ((680, ("年度", "绩效目标")), (520, ("绩效指标11", "（2024年）"))):
        for i, line in enumerate(words):
            canvas.saveState()
            side = 1 if angle > 0 else -1
            canvas.translate(90 + side * (14 * i - 4), y)
            canvas.rotate(angle)
            canvas.drawCentredString(0, 0, line)
            canvas.restoreState()
    canvas.drawString(126, 680, "完成管护任务，涉及11个乡镇")
    canvas.drawString(126, 520, "管护验收合格率不低于95%")
    canvas.save()
    document = _read((tmp_path / "a.pdf").read_bytes(), reader)
    assert [cell[-1] for cell in _cells(document)] == [
        "年度绩效目标", "完成管护任务，涉及11个乡镇", "绩效指标11（2024年）", "管护验收合格率不低于95%",
    ]  # fmt: skip
    assert not document.findings
    for block in document.blocks:
        if isinstance(block, Grid):
            label = block.rows[0].cells[0].pieces[0]
            assert label.box is not None
            x0, top, x1, bottom = label.box
            assert 60 < x0 < x1 < 120
            assert 82 < top < bottom < 242
            assert bottom - top > x1 - x0

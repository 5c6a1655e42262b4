"""One file, a form to each project: the same title over each, and no page of one form taken for another."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.extract.options import Options, PdfReader
from jixiao.pipeline.one import Outcome, read_bytes
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.forms.lines import face

TITLE, FOOT = "2025年度项目支出绩效目标表", "填表人：孙丽　联系电话：0556-6121234"
COLUMNS = ("一级指标", "二级指标", "三级指标", "指标值")
WIDTHS = (90.0, 110.0, 190.0, 105.0)


class _Sheet:
    """Rows drawn from the top of each page, under a title and a line of head fields."""

    def __init__(self, path: Path) -> None:
        face("zenhei")
        self.canvas = Canvas(str(path), pagesize=A4, invariant=1)
        self.number = 0

    def begin(self, title: str = TITLE, head: str = "单位名称：怀宁县林业局　金额单位：万元") -> None:
        self.number += 1
        self.canvas.setFont("zenhei", 9)
        self.canvas.drawCentredString(297, 800, title)
        self.canvas.drawString(50, 780, head)
        self.canvas.drawCentredString(297, 20, f"第 {self.number} 页")
        self.y = 770.0

    def row(self, *cells: str, widths: tuple[float, ...] = WIDTHS) -> None:
        x = 50.0
        for text, width in zip(cells, widths, strict=True):
            self.canvas.rect(x, self.y - 22, width, 22)
            self.canvas.drawString(x + 3, self.y - 15, text)
            x += width
        self.y -= 22

    def end(self) -> None:
        self.canvas.drawString(50, 60, FOOT)
        self.canvas.showPage()


def _read(sheet: _Sheet, path: Path, reader: PdfReader = "pdfium") -> Outcome:
    sheet.canvas.save()
    return read_bytes(path.read_bytes(), path.name, options=Options(pdf_reader=reader))


def _project(sheet: _Sheet, name: str, amount: str, targets: list[str], department: str = "") -> None:
    wide = (90.0, 405.0)
    sheet.begin()
    if department:
        sheet.row("单位名称", department, widths=wide)
    sheet.row("项目名称", name, widths=wide)
    sheet.row("年度资金总额", amount, widths=wide)
    sheet.row(*COLUMNS)
    for i, target in enumerate(targets):
        sheet.row("产出指标", "数量指标", f"第{'一二三四五六'[i]}类苗木", target)
    sheet.end()


PROJECTS = [("退耕还林管护", "12.5", ["≥30亩", "≥4次"]), ("松材线虫防治", "80", ["≤5次"]), ("湿地修复", "7", ["≥9亩"])]


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
@pytest.mark.parametrize("department", ["", "怀宁县林业局"], ids=["name first", "department first"])
def test_each_page_is_a_form_with_its_own_head(department: str, reader: PdfReader, tmp_path: Path) -> None:
    sheet = _Sheet(tmp_path / "many.pdf")
    for name, amount, targets in PROJECTS:
        _project(sheet, name, amount, targets, department)
    tables = _read(sheet, tmp_path / "many.pdf", reader).tables
    assert [(d["title"], d["department"], d["project"], d["money_unit"]) for d in tables["documents"]] == [
        (TITLE, "怀宁县林业局", name, "万元") for name, _, _ in PROJECTS
    ]
    assert [f["amount"] for f in tables["funds"]] == ["12.5", "80", "7"]
    assert [t["raw"] for t in tables["targets"]] == ["≥30亩", "≥4次", "≤5次", "≥9亩"]
    people = [(f["label"], f["value"]) for f in tables["fields"] if f["personal"] == "true"]
    assert people == [("填表人", "孙丽"), ("联系电话", "0556-6121234")] * 3
    assert not tables["unread"]


@pytest.mark.parametrize("again", [False, True], ids=["columns again", "head and columns again"])
def test_a_form_over_several_pages_is_one(again: bool, tmp_path: Path) -> None:
    sheet = _Sheet(tmp_path / "one.pdf")
    for page in range(3):
        sheet.begin()
        if page == 0 or again:
            sheet.row("项目名称", "退耕还林管护", widths=(90.0, 405.0))
        sheet.row(*COLUMNS)
        for i in range(3):
            sheet.row("产出指标", "数量指标", f"苗木{'一二三'[page]}{'甲乙丙'[i]}", f"≥{page * 3 + i + 1}亩")
        sheet.end()
    tables = _read(sheet, tmp_path / "one.pdf").tables
    assert len(tables["documents"]) == 1
    assert [t["raw"] for t in tables["targets"]] == [f"≥{n}亩" for n in range(1, 10)]
    assert [f["label"] for f in tables["fields"]] == ["填表人", "联系电话"]

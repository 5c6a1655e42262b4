"""Comparators that have a cell for themselves, beside the figure's and the unit's: none is lost on a scan."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.pipeline.one import read_bytes
from reportlab.pdfgen.canvas import Canvas

from tests.forms.lines import face
from tests.forms.scan import Damage, encode, scans

ROWS = [
    ("管护农田面积", "≥", "320", "亩", "ge"),
    ("亩均管护成本", "≤", "102", "元", "le"),
    ("维修泵站数量", "＝", "14", "座", "eq"),
    ("农户投诉率", "＜", "3", "%", "lt"),
    ("受益农户数", "＞", "1150", "户", "gt"),
    ("管护制度", "定性", "健全", "", ""),
]
HEADER = ("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位")
WIDTHS = (60.0, 60.0, 110.0, 50.0, 60.0, 60.0)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("signs") / "form.pdf"
    face("zenhei")
    canvas = Canvas(str(path), pagesize=(450, 300), invariant=1)
    canvas.setFont("zenhei", 10)
    canvas.drawCentredString(225, 275, "项目支出绩效目标表")
    canvas.drawString(26, 258, "项目名称：农田管护")
    for i, cells in enumerate([HEADER, *[("产出指标", "数量指标", *row[:4]) for row in ROWS]]):
        x, y = 25.0, 245 - 24 * (i + 1)
        for text, width in zip(cells, WIDTHS, strict=True):
            canvas.rect(x, y, width, 24)
            canvas.drawCentredString(x + width / 2, y + 8, text)
            x += width
    canvas.save()
    return path


@pytest.mark.parametrize("damage", [Damage(), Damage(dpi=150, noise=10), Damage(skew=1.0, blur=0.8, jpeg=50)], ids=str)
def test_a_sign_alone_in_its_cell_is_right_or_asked_about(pdf: Path, damage: Damage) -> None:
    page = next(scans(pdf, damage, 5))
    tables = read_bytes(encode(page, "png", damage.dpi), "form.png").tables
    asked = {row["row_seq"] for row in tables["findings"] if row["rule"] == "doubtful_cell"}
    found = {row["indicator_seq"]: row["operator"] for row in tables["targets"]}
    wrong = [
        (name, operator, found.get(str(i)))
        for i, (name, _, _, _, operator) in enumerate(ROWS, 1)
        if found.get(str(i)) != operator and str(i) not in asked
    ]
    assert not wrong
    if damage == Damage():
        assert list(found.values()) == [row[-1] for row in ROWS]
        assert not asked

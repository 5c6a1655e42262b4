"""Comparators that have a cell for themselves, beside the figure's and the unit's: none is lost on a scan. A dash is no 一."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.extract.scan.lines import Area, Line
from jixiao.extract.scan.lone import is_dash, lone_dash
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
    ("渠道清淤", "", "—", "", ""),
]
HEADER = ("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位")
WIDTHS = (60.0, 60.0, 110.0, 50.0, 60.0, 60.0)


@pytest.fixture(scope="module", params=[10, 8], ids="{}pt".format)
def pdf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("signs") / "form.pdf"
    face("zenhei")
    canvas = Canvas(str(path), pagesize=(450, 300), invariant=1)
    canvas.setFont("zenhei", request.param)
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
        if found.get(str(i), "") != operator and str(i) not in asked
    ]
    assert not wrong
    if damage == Damage():
        assert [found.get(str(i), "") for i in range(1, len(ROWS) + 1)] == [row[-1] for row in ROWS]
        assert not asked


LONG_CELL = Area(0, 0, 200, 40)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (Line(80, 19, 86, 21), "-"),
        (Line(80, 19, 106, 20), "—"),
        (Line(80, 19, 82, 21), None),  # a point or a speck
        (Line(80, 3, 106, 5), None),  # what is left of the rule above
        (Line(80, 15, 104, 22), None),  # 一 with the hook of a brush
    ],
)
def test_a_flat_stroke_amid_its_cell_is_a_dash_as_long_as_it_is(line: Line, text: str | None) -> None:
    assert is_dash(line, LONG_CELL, 25.0) is (text is not None)
    if text is not None:
        judged = lone_dash(line, 25.0)
        assert ([g.text for g in judged.glyphs], judged.steps, judged.doubts) == ([text], ("lone_dash",), [])


def test_a_dash_as_thick_as_a_character_s_stroke_is_in_doubt() -> None:
    judged = lone_dash(Line(80, 18, 106, 21), 25.0)
    assert judged.confidence < 0.8
    assert judged.doubts

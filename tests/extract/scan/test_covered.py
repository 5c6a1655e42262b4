"""What a hole, a blot or a streak hides is asked about: a figure read without it would be another figure."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pytest
from jixiao.extract.scan.covered import find_blots, is_beside, without_streaks
from jixiao.extract.scan.figures import Judged, judge_gaps
from jixiao.extract.scan.images import Pixels
from jixiao.extract.scan.lines import Area, Line
from jixiao.extract.scan.recognise import Glyph
from jixiao.extract.scan.signs import Run
from jixiao.pipeline.one import Outcome, read_bytes
from reportlab.pdfgen.canvas import Canvas

from tests.forms.lines import face
from tests.forms.scan import Damage, encode, scans, spoil

DPI = 200
PAGE = (450.0, 300.0)
HEADER = ("一级指标", "二级指标", "三级指标", "年度指标值")
ROWS = [("产出指标", "数量指标", f"第{name}渠道清淤", f"≥{n}8公里") for n, name in enumerate("甲乙丙丁戊己庚", 1)]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Pixels:
    """A form of one page at 200 dpi: its money is in 万元, its targets stand at the right."""
    path = tmp_path_factory.mktemp("covered") / "form.pdf"
    face("zenhei")
    canvas = Canvas(str(path), pagesize=PAGE, invariant=1)
    canvas.setFont("zenhei", 10)
    canvas.drawCentredString(225, 275, "项目支出绩效目标表")
    canvas.drawString(26, 258, "项目名称：渠道清淤")
    canvas.drawRightString(424, 258, "金额单位：万元")
    for i, cells in enumerate([("项目资金（万元）", "", "年度资金总额", "1280.50"), HEADER, *ROWS]):
        x, y = 25.0, 250 - 22 * (i + 1)
        for text, width in zip(cells, (90, 90, 120, 100), strict=True):
            canvas.rect(x, y, width, 22)
            canvas.drawCentredString(x + width / 2, y + 7, text)
            x += width
    canvas.save()
    return next(scans(path, Damage(dpi=DPI), 1))


def punched(page: Pixels, *places: tuple[float, float]) -> Pixels:
    """Return *page* with holes of 4 mm at *places* in points of the page."""
    out = page.copy()
    for x, y in places:
        cv2.circle(out, (round(x * DPI / 72), round(y * DPI / 72)), round(0.08 * DPI), (35, 35, 35), -1)
    return out


def read(page: Pixels) -> Outcome:
    return read_bytes(encode(page, "png", DPI), "form.png")


def asked(outcome: Outcome, rules: Iterable[str] = ("doubtful_cell",)) -> set[tuple[str, str, str]]:
    return {(f["table"], f["row_seq"], f["field"]) for f in outcome.tables["findings"] if f["rule"] in rules}


def test_the_page_without_holes_is_sure(printed: Pixels) -> None:
    outcome = read(printed)
    assert not asked(outcome)
    assert [row["raw"] for row in outcome.tables["targets"]] == [row[-1] for row in ROWS]


@pytest.mark.parametrize("x", [354, 364, 375, 385, 395])
def test_a_hole_through_a_target_makes_it_a_question(printed: Pixels, x: float) -> None:
    """Wherever it goes through: sign, figure or unit; what is left reads well and says something else."""
    outcome = read(punched(printed, (x, 300 - 250 + 22 * 4 - 11)))
    (row,) = [t for t in outcome.tables["targets"] if t["indicator_seq"] == "2"]
    assert ("targets", "2", "value") in asked(outcome), row
    assert {t["raw"] for t in outcome.tables["targets"] if t["indicator_seq"] != "2"} == {r[-1] for r in ROWS if r != ROWS[1]}


def test_a_cell_that_a_hole_took_whole_is_named(printed: Pixels) -> None:
    page = printed.copy()
    y = round((300 - 250 + 22 * 4 - 11) * DPI / 72)
    page[y - 22 : y + 22, round(330 * DPI / 72) : round(420 * DPI / 72)] = 40
    outcome = read(page)
    (finding,) = [f for f in outcome.tables["findings"] if f["rule"] == "print_covered"]
    assert "1 个格子被孔洞或污渍遮住" in finding["message"]
    assert outcome.status == "review"


@pytest.mark.parametrize("x", [394, 405, 410, 418])
def test_a_hole_through_the_money_unit_makes_it_a_question(printed: Pixels, x: float) -> None:
    """万元 without 万 is ten thousand times less."""
    plain = printed.copy()
    first = slice(round(52 * DPI / 72), round(70 * DPI / 72))
    plain[first, round(75 * DPI / 72) : round(113 * DPI / 72)] = 255  # no unit beside the amount
    outcome = read(punched(plain, (x, 300 - 258 - 4)))
    (document,) = outcome.tables["documents"]
    questions = asked(outcome, ("doubtful_cell", "head_is_complete"))
    assert document["money_unit"] == "万元" or ("documents", "", "money_unit") in questions, document["money_unit"]


def test_holes_in_the_margin_and_seals_are_no_blots_on_print(printed: Pixels) -> None:
    margin = punched(printed, (10, 110), (10, 190))
    assert find_blots(margin, DPI) is not None
    assert not asked(read(margin))
    assert find_blots(spoil(printed, Damage(stamps=1), 3), DPI) is None
    assert find_blots(printed, DPI) is None


def test_a_streak_of_the_glass_is_taken_out_and_the_figures_it_crossed_are_asked_about(printed: Pixels) -> None:
    page = printed.copy()
    x = round(372 * DPI / 72)
    page[:, x : x + 2] = 60
    without, where = without_streaks(page, DPI)
    assert where is not None
    assert np.flatnonzero(where.any(axis=0)).tolist() == list(range(x - 1, x + 3))
    assert (without[:30, x] > 240).all()
    outcome = read(page)
    assert {seq for table, seq, _ in asked(outcome) if table == "targets"} == {str(i) for i in range(1, 8)}
    assert [row["level3"] for row in outcome.tables["indicators"]] == [row[2] for row in ROWS]


def test_a_rule_is_no_streak(printed: Pixels) -> None:
    assert without_streaks(printed, DPI)[1] is None
    crop = np.ascontiguousarray(printed[round(60 * DPI / 72) : round(200 * DPI / 72)])
    assert without_streaks(crop, DPI)[1] is None  # a table cut out of its page: five rules from edge to edge


def test_print_is_beside_a_blot_within_its_own_area_only() -> None:
    blots = np.zeros((100, 400), np.uint8)
    blots[20:60, 100:140] = 255
    line = Line(150, 30, 220, 55)
    assert is_beside(blots, line, Area(90, 10, 300, 70), 25)
    assert not is_beside(blots, line, Area(145, 10, 300, 70), 25)
    assert not is_beside(None, line, Area(90, 10, 300, 70), 25)


def glyphs(text: str, xs: Iterable[float]) -> list[Glyph]:
    return [Glyph(ch, 0.99, x) for ch, x in zip(text, xs, strict=True)]


@pytest.mark.parametrize(
    ("text", "starts", "doubted"),
    [
        ("编制9人", (0, 26, 75, 90), True),  # 89 without its 8
        ("编制9人", (0, 26, 54, 69), False),
        ("编制：9人", (0, 26, 52, 75, 90), False),  # a colon keeps its room
        ("2 0 5", (0, 26, 40, 66, 80), False),
        ("20 年 3 月", (0, 14, 28, 40, 60, 75, 90, 110), False),  # spaces beside every figure
    ],
)
def test_a_gap_beside_a_digit_that_no_other_is_like_is_a_doubt(
    text: str, starts: tuple[int, ...], doubted: bool
) -> None:
    widths = [24 if ch > "一" else 4 if ch in "：" else 12 for ch in text]
    runs = [Run(x, x + w) for x, w, ch in zip(starts, widths, text, strict=True) if ch != " "]
    judged = Judged(glyphs(text, [x + w / 2 for x, w in zip(starts, widths, strict=True)]), 1.0, [])
    judge_gaps(judged, runs, 25.0)
    assert bool(judged.doubts) is doubted, judged.doubts

"""Signs and figures: right, or in doubt with the reason said; sums and pairs weigh what was recognised."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from jixiao.extract.doubts import weighed
from jixiao.extract.scan.figures import Judged, compare, is_figure, judge_ink, judge_signs
from jixiao.extract.scan.lines import Line
from jixiao.extract.scan.lone import judge_alone
from jixiao.extract.scan.recognise import Glyph
from jixiao.extract.scan.signs import Run, shape_of
from jixiao.extract.scan.variants import simplified
from jixiao.extract.scan.widths import restored
from jixiao.rules.records import Amount, Form, FundItem, Indicator, Place, Target, Text
from PIL import Image, ImageDraw, ImageFont

from tests.forms.style import FONTS


def glyphs(text: str, step: int = 20, score: float = 0.99) -> list[Glyph]:
    return [Glyph(ch, score, 10.0 + step * i) for i, ch in enumerate(text)]


def drawn(text: str, font: str = "uming", size: int = 28) -> tuple[np.ndarray, Line, Run]:  # type: ignore[type-arg]
    image = Image.new("L", (200, 80), 255)
    ImageDraw.Draw(image).text((20, 20), text, font=ImageFont.truetype(FONTS[font], size), fill=0)
    grey = np.asarray(image)
    ys, xs = np.nonzero(grey < 165)
    line = Line(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
    return grey, line, Run(line.x0, line.x1)


SHAPES = [
    ("≥", "ge"), ("≧", "ge"), ("≤", "le"), ("=", "eq"), ("＝", "eq"), (">", "gt"), ("＞", "gt"), ("<", "lt"), ("2", ""), ("二", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sign", "shape"), SHAPES)
@pytest.mark.parametrize("font", ["zenhei", "uming", "ukai"])
def test_a_sign_has_its_shape(sign: str, shape: str, font: str) -> None:
    found, chance = shape_of(*drawn(sign, font), 25.0)
    assert found == shape
    assert chance > 0.6


@pytest.mark.parametrize("read", [">", "≤", "＝"])
def test_a_sign_that_is_not_what_its_ink_says_is_doubted(read: str) -> None:
    grey, line, run = drawn("≥")
    judged = Judged([Glyph(read, 0.99, run.middle)], 1.0, [])
    judge_signs(judged, grey, line, [run], 25.0)
    assert judged.confidence < 0.5
    assert read in judged.doubts[0]


def test_a_figure_that_has_the_shape_of_a_sign_is_doubted() -> None:
    grey, line, run = drawn("≥")
    judged = Judged([Glyph("2", 0.99, run.middle)], 1.0, [])
    judge_signs(judged, grey, line, [run], 25.0)
    assert judged.confidence < 0.5


def test_a_sign_both_readers_agree_on_is_not_doubted() -> None:
    grey, line, run = drawn("≥")
    judged = Judged([Glyph("≥", 0.99, run.middle)], 1.0, [])
    judge_signs(judged, grey, line, [run], 25.0)
    assert (judged.confidence, judged.doubts) == (1.0, [])


def test_two_looks_that_differ_are_a_doubt_and_widths_are_no_difference() -> None:
    judged = Judged(glyphs("≥95%"), 1.0, [])
    compare(judged, glyphs("≥ 95％"))
    assert judged.confidence == 1.0
    compare(judged, glyphs("≥35%"))
    assert judged.confidence < 0.5
    assert "≥35%" in judged.doubts[0]


def test_ink_that_became_no_digit_is_a_doubt() -> None:
    runs = [Run(5, 15), Run(25, 35), Run(45, 55)]
    judged = Judged([Glyph("1", 0.99, 10.0), Glyph("2", 0.99, 50.0)], 1.0, [])
    judge_ink(judged, runs, [True, True, True], 25.0)
    assert judged.confidence < 0.5
    whole = Judged([Glyph("1", 0.99, 10.0), Glyph("9", 0.99, 30.0), Glyph("2", 0.99, 50.0)], 1.0, [])
    judge_ink(whole, runs, [True, True, True], 25.0)
    assert whole.confidence == 1.0


def test_a_letter_alone_in_a_cell_is_a_zero_and_a_leaning_stroke_no_one() -> None:
    zero = Judged([Glyph("O", 0.6, 10.0, (("0", 0.38),))], 1.0, [])
    judge_alone(zero, 0.0)
    assert zero.glyphs[0].text == "0"
    assert zero.steps == ("lone_zero",)
    slash = Judged([Glyph("1", 0.9, 10.0)], 1.0, [])
    judge_alone(slash, 0.5)
    assert slash.glyphs[0].text == "/"
    one = Judged([Glyph("1", 0.9, 10.0)], 1.0, [])
    judge_alone(one, 0.05)
    assert one.glyphs[0].text == "1"


FIGURES = [("≥95%", True), ("100,000.00", True), ("0", True), ("产出指标", False), ("2025年工作", True)]


@pytest.mark.parametrize(("text", "figure"), FIGURES)
def test_figures_are_told_from_words(text: str, figure: bool) -> None:
    assert is_figure(glyphs(text)) is figure


def test_widths_come_from_the_ink() -> None:
    # = with narrow ink close to its neighbour, ＝ with wide ink.
    narrow = restored(glyphs("=5"), [Run(4, 16), Run(18, 30)], 25.0)
    wide = restored(glyphs("=5"), [Run(0, 20), Run(24, 36)], 25.0)
    assert ("".join(g.text for g in narrow), "".join(g.text for g in wide)) == ("=5", "＝5")
    # A space that is only the room of a full-width sign.
    spaced = [Glyph("≤", 0.99, 10), Glyph(" ", 0.9, 22), Glyph("5", 0.99, 34)]
    assert "".join(g.text for g in restored(spaced, [Run(2, 18), Run(28, 40)], 25.0)) == "≤5"
    dash = restored(glyphs("1-2"), [Run(5, 15), Run(19, 42), Run(45, 55)], 25.0)
    assert "".join(g.text for g in dash) == "1—2"


def test_old_and_simplified_forms_are_one_character() -> None:
    (found,) = simplified([Glyph("決", 0.6, 1.0, (("决", 0.38), ("快", 0.01)))])
    assert (found.text, round(found.score, 2)) == ("决", 0.98)
    (kept,) = simplified([Glyph("決", 1.0, 1.0)])
    assert kept.text == "決"


# --- what the form says of itself ---------------------------------------------------------------------


def amount(value: str, confidence: float) -> Amount:
    doubts = ("识别分数低",) if confidence < 0.8 else ()
    text = Text(value, value, Place(1), (), confidence, doubts)
    return Amount("full_year", "budget", Decimal(value), "万元", None, text)


def form(whole: str, *parts: tuple[str, float]) -> Form:
    funds = [FundItem(1, "income", Text("资金总额", "资金总额"), 1, None, "", (amount(whole, 0.99),))]
    for seq, (value, confidence) in enumerate(parts, 2):
        funds.append(FundItem(seq, "income", Text("甲", "甲"), 2, 1, "资金总额", (amount(value, confidence),)))
    return Form("x", "x", "x", "scan", 1, "general", funds=tuple(funds))


def test_parts_that_add_up_make_their_amounts_sure() -> None:
    found = weighed(form("30", ("12", 0.6), ("18", 0.99)))
    assert found.funds[1].amounts[0].text.confidence > 0.9
    assert not found.findings


def test_parts_that_do_not_add_up_name_every_cell() -> None:
    found = weighed(form("30", ("12", 0.99), ("13", 0.99)))
    assert [f.row_seq for f in found.findings if f.rule == "doubtful_cell"] == [1, 2, 3]
    assert "资金总额" in found.findings[0].message
    assert [f.amounts[0].amount for f in found.funds] == [Decimal(30), Decimal(12), Decimal(13)]


def test_characters_the_file_gives_are_not_weighed() -> None:
    given = form("30", ("12", 1.0), ("13", 1.0))
    given = weighed(given)
    assert [f.row_seq for f in given.findings] == [1]


def test_a_zero_is_not_made_sure_by_a_sum() -> None:
    found = weighed(form("30", ("30", 0.99), ("0", 0.6)))
    assert [f.row_seq for f in found.findings] == [3]


def test_targets_that_point_different_ways_are_doubted() -> None:
    from jixiao.normalize.targets import read_target

    def target(period: str, raw: str) -> Target:
        return Target(period, "target", Text(raw, raw, Place(1), (), 0.99), read_target(raw))

    indicator = Indicator(1, None, None, Text("甲", "甲"), targets=(target("half_year", ">58%"), target("full_year", "≥98%")))
    found = weighed(Form("x", "x", "x", "scan", 1, "general", indicators=(indicator,)))
    assert [f.rule for f in found.findings] == ["doubtful_cell"] * 2
    assert "比较符号不同" in found.findings[0].message

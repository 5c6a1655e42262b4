"""A label with one unsure character wrong is the one word of the vocabulary it can be, or stays as it is."""

from __future__ import annotations

import pytest
from jixiao.extract.document import Cell, Grid, Piece, Row, piece_of
from jixiao.extract.misread import STEP, mend_misread
from jixiao.rules.families import GENERAL, load_families

FAMILY = load_families().known[GENERAL]


def read(*lines: str, confidence: float = 0.6) -> Cell:
    return Cell(tuple(Piece(line, line, 1, 0, 0, None, (), confidence) for line in lines), 0, 0)


def mended(cell: Cell) -> Cell:
    found = mend_misread(Grid((Row((cell,)),), 1), FAMILY)
    assert isinstance(found, Grid)
    return found.rows[0].cells[0]


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (("三级指称",), "三级指标"),
        (("半年（程）", "指示值"), "半年（程）指标值"),
        (("成本酯标",), "成本指标"),
        (("产出 指际",), "产出指标"),
    ],
)
def test_one_unsure_character_of_a_label_is_mended(lines: tuple[str, ...], key: str) -> None:
    cell = mended(read(*lines))
    assert cell.key == key
    assert "".join(p.raw for p in cell.pieces) == "".join(lines)
    (piece,) = [p for p in cell.pieces if STEP in p.steps]
    assert "按用语表作" in piece.doubts[-1]
    assert piece.confidence == 0.6


@pytest.mark.parametrize("text", ["兰级指标", "意度指标", "渠道清淤", "95%", "三级指标", "≥1280人", "上年预算教"])
def test_what_may_be_several_words_or_none_stays(text: str) -> None:
    """兰级 may be 一级, 二级 or 三级."""
    cell = read(text)
    assert mended(cell) == cell


def test_a_sure_label_stays_though_it_is_in_no_vocabulary() -> None:
    for confidence in (0.95, 1.0):
        cell = read("三级指称", confidence=confidence)
        assert mended(cell) == cell


def test_a_loose_line_is_mended_too_and_given_characters_never_are() -> None:
    line = piece_of("年度目栋", 1, 1)
    assert mend_misread(line, FAMILY) is line
    unsure = Piece("年度目栋", "年度目栋", 1, 0, 0, None, (), 0.5)
    found = mend_misread(unsure, FAMILY)
    assert isinstance(found, Piece)
    assert (found.text, found.raw) == ("年度目标", "年度目栋")

"""The provided form's own words are read as a reader of it would."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.normalize.characters import repair_characters
from jixiao.normalize.money import read_money_unit
from jixiao.normalize.staffing import read_staffing
from jixiao.normalize.targets import looks_like_target, read_target
from jixiao.normalize.wraps import join_lines

SAMPLE = Path(__file__).parents[2] / "samples" / "nantong-keji-2025.txt"
LINES = SAMPLE.read_text(encoding="utf-8").splitlines()
GRID = LINES[LINES.index("一级指标 二级指标 三级指标 半年指标值 全年指标值") :]


def test_it_needs_no_repair() -> None:
    assert all(repair_characters(line).steps == () for line in LINES)


def test_its_values_stand_in_pairs_at_the_ends_of_its_rows() -> None:
    rows = [line.split() for line in GRID]
    ends = [row for row in rows if row and looks_like_target(row[-1]) >= 0.9]
    assert len(ends) == 40
    for row in ends:
        assert looks_like_target(row[-2]) >= 0.9
        assert all(looks_like_target(token) < 0.5 for token in row[:-2])
        assert read_target(row[-1]).kind in ("number", "quality")


def test_no_other_word_of_its_grid_looks_like_a_value() -> None:
    tokens = {token for line in GRID for token in line.split() if read_target(token).kind == "text"}
    assert all(looks_like_target(token) < 0.5 for token in tokens)


def test_its_money_unit_is_found_in_its_wrapped_label() -> None:
    first = LINES.index("部门整体")
    assert read_money_unit(join_lines(LINES[first : first + 5]).text) == "万元"


@pytest.mark.parametrize("line", [line for line in LINES if "行政编制" in line])
def test_its_four_staffing_figures_are_read(line: str) -> None:
    figures = [(figure.metric, int(figure.value), figure.unit) for figure in read_staffing(line)]
    assert figures == [
        ("内设机构", 13, "个"),
        ("行政编制", 39, "名"),
        ("在职在编", 40, "人"),
        ("离退休", 42, "人"),
    ]


def test_its_functions_hold_no_staffing_figures() -> None:
    assert all(not read_staffing(line) for line in LINES if "行政编制" not in line)

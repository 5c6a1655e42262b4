"""Staffing figures stand in the text, under a known name, and nothing else is one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.characters import fold_traditional, fold_width, without_spaces
from jixiao.normalize.staffing import read_staffing
from jixiao.normalize.vocabulary import load

from .case_files import load_cases


@pytest.mark.parametrize("case", load_cases("staffing"))
def test_the_figures_of_a_sentence_are_those_its_case_says(case: list[Any]) -> None:
    text, *expected = case
    found = [
        [figure.scope, figure.metric, str(figure.value), figure.unit, text[figure.start : figure.end]]
        for figure in read_staffing(text)
    ]
    assert found == expected


PIECES = st.sampled_from(
    [
        *(
            "编制",
            "行政编制",
            "在职在编",
            "人员",
            "人数",
            "离退休",
            "处室",
            "内设",
            "机构",
            "下属",
            "单位",
            "局本级",
            "共设",
            "为",
            "有",
        ),
        *"0123456789一十二个名人家，。；、（）() \n：|",
        *("增加", "较上年", "万元", "平方米", "2024年"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_every_figure_stands_where_it_says(text: str) -> None:
    names = load("staffing")["metrics"]
    for figure in read_staffing(text):
        place = fold_traditional(fold_width(without_spaces(text[figure.start : figure.end])))
        assert figure.unit in place
        assert figure.scope in fold_traditional(fold_width(without_spaces(text)))
        assert figure.value >= 0
        assert figure.value == figure.value.to_integral_value()
        assert (
            any(word in place for word in names[figure.metric]) or figure.metric in load("staffing")["split"]
        )
        if figure.value >= 13:
            assert str(figure.value) in place or not place.isascii()


@given(st.lists(st.sampled_from(["离休", "退休", "辅警"]), min_size=1, max_size=5), st.integers(0, 10**6))
def test_a_list_of_figures_is_read_in_order(names: list[str], value: int) -> None:
    figures = read_staffing("，".join(f"{name}{value}人" for name in names))
    assert [(figure.metric, figure.value, figure.unit) for figure in figures] == [
        (name, Decimal(value), "人") for name in names
    ]


def test_white_space_and_wraps_inside_a_figure_do_not_matter() -> None:
    wide = "局 本 级 共 设 13 个 处 室，行 政 编 制 为 39 名。"
    assert [(figure.scope, figure.metric, int(figure.value)) for figure in read_staffing(wide)] == [
        ("局本级", "内设机构", 13),
        ("", "行政编制", 39),
    ]

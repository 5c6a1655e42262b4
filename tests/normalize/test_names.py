"""Likeness orders names as a reader would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.names import name_likeness, plain_name

from .case_files import load_cases

PROJECTS = (
    "物业管理费",
    "网络设备设施运行与维护费",
    "产学研合作交流专项",
    "科创办推进专项",
    "办公设备购置",
    "科研机构建设专项",
    "科技创新体系建设专项",
    "“通创荟”和科技招商经费专项",
    "引进国外智力专项",
    "高新技术发展专项",
    "水电费补差",
)
NAMES = st.text(alphabet="产学研合作交流专项经费率数不（）“” 2025年", max_size=20)


@pytest.mark.parametrize("case", load_cases("names"))
def test_two_names_are_as_like_as_their_case_says(case: list[Any]) -> None:
    one, other, lowest, highest = case
    assert lowest <= name_likeness(one, other) <= highest


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("产学研合作专项", "产学研合作交流专项"),
        ("“通创荟”和科技招商专项经费", "“通创荟”和科技招商经费专项"),
        ("科创办推进专项", "科创办推进专项"),
    ],
)
def test_the_project_meant_is_far_ahead_of_all_others(printed: str, meant: str) -> None:
    ranked = sorted(PROJECTS, key=lambda project: name_likeness(printed, project), reverse=True)
    assert ranked[0] == meant
    assert name_likeness(printed, ranked[0]) - name_likeness(printed, ranked[1]) > 0.5


@given(NAMES, NAMES)
def test_likeness_is_symmetric_and_within_bounds(one: str, other: str) -> None:
    likeness = name_likeness(one, other)
    assert likeness == name_likeness(other, one)
    assert 0.0 <= likeness <= 1.0


@given(NAMES, NAMES)
def test_only_the_same_name_is_quite_alike(one: str, other: str) -> None:
    same = bool(plain_name(one)) and plain_name(one) == plain_name(other)
    assert (name_likeness(one, other) == 1.0) == same


def test_a_long_name_is_cut_before_it_is_compared() -> None:
    assert name_likeness("科技" * 500_000, "科学" * 500_000) <= 1.0

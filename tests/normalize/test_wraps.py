"""Printed lines become one text; only spaces that say nothing go."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.characters import without_spaces
from jixiao.normalize.values import Repaired
from jixiao.normalize.wraps import join_lines, mend_spaces

from .case_files import load_cases

TEXTS = st.text(alphabet="科技，。、（）“”ab12.,% \t　≥年", max_size=20)
LINES = st.lists(TEXTS, max_size=8)


@pytest.mark.parametrize("case", load_cases("wraps"))
def test_lines_are_joined_as_their_case_says(case: list[Any]) -> None:
    lines, text, *steps = case
    assert join_lines(lines) == Repaired(text, tuple(steps))


@pytest.mark.parametrize("case", load_cases("spaces"))
def test_spaces_are_mended_as_their_case_says(case: list[str]) -> None:
    text, mended = case
    assert mend_spaces(text) == Repaired(mended, ("inner_space",) if text != mended else ())


@given(LINES)
def test_joining_adds_and_drops_nothing_but_spaces(lines: list[str]) -> None:
    assert without_spaces(join_lines(lines).text) == without_spaces("".join(lines))


@given(TEXTS)
def test_one_line_joined_is_itself(text: str) -> None:
    assert join_lines([text]) == Repaired(text.strip())


@given(LINES)
def test_joining_what_is_joined_changes_nothing(lines: list[str]) -> None:
    joined = join_lines(lines).text
    assert join_lines([joined]) == Repaired(joined)


@given(TEXTS)
def test_mending_twice_changes_nothing(text: str) -> None:
    mended = mend_spaces(text).text
    assert mend_spaces(mended) == Repaired(mended)
    assert without_spaces(mended) == without_spaces(text)


def test_chinese_text_can_be_wrapped_anywhere() -> None:
    text = "组织创新能力建设、推进高层次科研院所引进、新型研发机构建设"
    for width in range(1, len(text)):
        lines = [text[at : at + width] for at in range(0, len(text), width)]
        assert join_lines(lines).text == text

"""Targets are read whole or not at all."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.characters import fold_width, repair_characters
from jixiao.normalize.numbers import CHINESE_DIGITS, decimal_text
from jixiao.normalize.targets import LONGEST_TARGET, looks_like_target, read_target

from .case_files import load_cases

KINDS = ("number", "range", "quality", "date", "text")
OPERATORS = ("", "eq", "ge", "le", "gt", "lt", "between", "approx")


def as_printed(value: Decimal | date | None) -> str:
    if value is None:
        return ""
    return decimal_text(value) if isinstance(value, Decimal) else value.isoformat()


@pytest.mark.parametrize("case", load_cases("targets"))
def test_a_target_is_read_as_its_case_says(case: list[str]) -> None:
    raw, *expected = case
    value = read_target(raw)
    assert [
        value.kind,
        value.operator,
        as_printed(value.value),
        as_printed(value.value_max),
        value.unit,
        *value.steps,
    ] == expected


@pytest.mark.parametrize("case", load_cases("likely"))
def test_a_token_is_as_likely_a_value_as_its_case_says(case: list[Any]) -> None:
    token, lowest, highest = case
    assert lowest <= looks_like_target(token) <= highest


PIECES = st.sampled_from(
    [
        *"≥≤=＝><±~～-—–至到约年月日底前%％‰.,，。；:：/()（）[]【】 　\n\t",
        *"0123456789０９①²一二两三十百千万亿零〇半",
        *("不低于", "不超过", "以上", "以内", "左右", "达到", "控制在", "百分之", "每", "各", "较上年增长"),
        *(
            "满意度",
            "个",
            "万元",
            "人次",
            "工作日",
            "2025",
            "2025年",
            "12月",
            "31日",
            "1,230",
            "95",
            "健全",
            "较高",
            "⻓",
            "\u200b",
            "\ud800",
            "𠀀",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60)


def numbers_in(text: str) -> set[Decimal]:
    """Return the runs of digits of *text*, thousands separators dropped, signs not looked at."""
    return set(map(Decimal, re.findall("[0-9]+(?:[.][0-9]+)?", fold_width(text).replace(",", ""))))


@given(TEXTS)
def test_no_number_is_returned_whose_digits_are_not_printed(raw: str) -> None:
    value = read_target(raw)
    assert value.kind in KINDS
    assert value.operator in OPERATORS
    for number in (value.value, value.value_max):
        if not isinstance(number, Decimal):
            continue
        if any(character in CHINESE_DIGITS for character in raw):
            continue
        assert abs(number) in numbers_in(repair_characters(raw).text)


@given(TEXTS)
def test_a_value_has_what_its_kind_needs_and_no_more(raw: str) -> None:
    value = read_target(raw)
    if value.kind in ("quality", "text"):
        assert (value.operator, value.value, value.value_max, value.unit) == ("", None, None, "")
    elif value.kind == "number":
        assert isinstance(value.value, Decimal)
        assert value.value_max is None
        assert value.operator not in ("", "between")
    else:
        assert value.operator
        assert (value.value_max is not None) == (value.operator == "between")
    if value.kind == "date":
        assert isinstance(value.value, date)
        assert not value.unit
    if value.operator == "between":
        assert as_printed(min(value.value, value.value_max)) == as_printed(value.value)


@given(
    st.sampled_from(["≥", "≤", "=", ">", "<", ""]),
    st.decimals(0, 10**9, places=2),
    st.sampled_from(["%", "个", "万元", "人次"]),
)
def test_a_plain_target_is_read_back(sign: str, number: Decimal, unit: str) -> None:
    value = read_target(f"{sign}{decimal_text(number)}{unit}")
    assert (value.kind, value.value, value.unit) == ("number", number, unit)


@given(TEXTS)
def test_a_likelihood_is_between_nought_and_one(raw: str) -> None:
    assert 0.0 <= looks_like_target(raw) <= 1.0


def test_a_long_text_is_text() -> None:
    for length in (10**3, 10**4, 10**5, 10**6):
        for piece in ("9", "(", "≥95%", "一", " ", "1,", "至", "2025年", "满意度", "健全、"):
            text = piece * (length // len(piece))
            assert read_target(text).kind == "text"
            assert looks_like_target(text) == 0.0
    assert read_target("≥" + "9" * LONGEST_TARGET).kind == "text"


def test_spaces_around_do_not_matter() -> None:
    assert read_target(" \n≥95%　").value == Decimal(95)
    assert read_target("≥95%") == read_target(" ≥95% ")

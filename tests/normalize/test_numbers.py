"""Numbers are exact and whole, or none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.numbers import decimal_text, read_chinese_number, read_number

from .case_files import load_cases

DECIMALS = st.decimals(-(10**15), 10**15, places=2) | st.decimals(-(10**6), 10**6, places=6)


@pytest.mark.parametrize("case", load_cases("numbers"))
def test_a_number_is_read_as_its_case_says(case: list[str]) -> None:
    text, expected = case
    value = read_number(text)
    assert ("" if value is None else decimal_text(value)) == expected


@given(DECIMALS)
def test_what_is_printed_is_read_back(number: Decimal) -> None:
    assert read_number(decimal_text(number)) == number
    assert decimal_text(read_number(decimal_text(number)) or number) == decimal_text(number)


@given(DECIMALS)
def test_separators_do_not_change_a_number(number: Decimal) -> None:
    assert read_number(f"{number:,f}") == number


@given(st.text(max_size=60))
def test_reading_any_text_gives_a_finite_number_or_none(text: str) -> None:
    value = read_number(text)
    assert value is None or value.is_finite()


def written(number: int) -> str:
    """Return *number* (below 10⁸) in Chinese numerals as schools teach it."""
    digits = "零一二三四五六七八九"

    def section(value: int) -> str:
        text, gap = "", False
        for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = value // size % 10
            if digit:
                text += ("零" if gap and text else "") + digits[digit] + name
            gap = not digit
        return text

    high, low = divmod(number, 10_000)
    if not high:
        return section(low) or "零"
    return section(high) + "万" + ("零" if 0 < low < 1000 else "") + section(low)


@given(st.integers(0, 10**8 - 1))
def test_chinese_numerals_are_read_back(number: int) -> None:
    assert read_chinese_number(written(number)) == number


def test_numbers_from_ten_to_nineteen_may_leave_out_one() -> None:
    assert [int(read_chinese_number(f"十{unit}") or 0) for unit in ("", "一", "九")] == [10, 11, 19]


def test_tables_never_see_an_exponent() -> None:
    assert decimal_text(Decimal("5E+4")) == "50000"
    assert decimal_text(Decimal("1E-7")) == "0.0000001"
    assert decimal_text(Decimal("-0.00")) == "0"
    assert decimal_text(Decimal("15.30")) == "15.3"
    with pytest.raises(ValueError, match="finite"):
        decimal_text(Decimal("NaN"))

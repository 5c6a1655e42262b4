"""Days and periods are those printed; a year is never supplied."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.dates import read_dated, read_day, read_period, read_year

from .case_files import load_cases

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize("case", load_cases("dates"))
def test_a_date_is_read_as_its_case_says(case: list[str]) -> None:
    text, first, last = case
    day, period = read_day(text), read_period(text)
    assert day is None or period is None
    found = (day, day) if day is not None else period
    assert ("", "") if found is None else tuple(map(date.isoformat, found)) == (first, last)


@pytest.mark.parametrize("case", load_cases("years"))
def test_the_year_of_a_title_is_what_its_case_says(case: list[Any]) -> None:
    title, year = case
    assert (read_year(title) or 0) == year


@given(
    DAYS,
    st.sampled_from(
        ["{0.year}年{0.month}月{0.day}日", "{0:%Y-%m-%d}", "{0.year}/{0.month}/{0.day}", "{0:%Y%m%d}"]
    ),
)
def test_a_printed_day_is_read_back(day: date, form: str) -> None:
    assert read_day(form.format(day)) == day


@given(DAYS, DAYS)
def test_a_printed_period_is_read_back(first: date, last: date) -> None:
    text = f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"
    assert read_period(text) == ((first, last) if first < last else None)


def test_a_day_without_its_year_is_no_date() -> None:
    for text in ("11月底之前", "12月底前", "6月30日前", "春节前", "年底前", "25年12月底前"):
        assert read_dated(text) is None


def test_before_a_month_is_unclear_and_before_its_end_is_not() -> None:
    assert read_dated("2025年12月前") is None
    assert read_dated("2025年12月底前") == ("le", date(2025, 12, 31), None)


def test_a_comparator_before_a_period_means_its_near_or_far_end() -> None:
    assert read_dated("2025年12月", "le") == ("le", date(2025, 12, 31), None)
    assert read_dated("2025年12月", "ge") == ("ge", date(2025, 12, 1), None)
    assert read_dated("2025年12月", "lt") is None
    assert read_dated("2025年12月底前", "ge") is None


@given(st.text(alphabet="0123456789年月日-—至.底前 二〇", max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_day(text)
    period = read_period(text)
    assert period is None or period[0] < period[1]
    read_dated(text)
    read_year(text)

"""Amounts keep the unit they are printed in; yuan are exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.money import read_amount, read_money_unit, says_no_amount, to_yuan
from jixiao.normalize.numbers import decimal_text
from jixiao.normalize.vocabulary import load

from .case_files import load_cases


@pytest.mark.parametrize("case", load_cases("amounts"))
def test_an_amount_is_read_as_its_case_says(case: list[str]) -> None:
    text, unit, *expected = case
    found = read_amount(text, unit)
    assert (["", ""] if found is None else [decimal_text(found[0]), found[1]]) == expected


@pytest.mark.parametrize("case", load_cases("money_units"))
def test_a_label_declares_the_unit_its_case_says(case: list[str]) -> None:
    label, unit = case
    assert read_money_unit(label) == unit


def test_blank_zero_and_unreadable_are_three_things() -> None:
    for blank in ("", " ", "—", "-", "/", "*", "——", "无"):
        assert says_no_amount(blank)
        assert read_amount(blank, "万元") is None
    for zero in ("0", "0.00", "０"):
        assert not says_no_amount(zero)
        assert read_amount(zero, "万元") is not None
    assert not says_no_amount("见附表")
    assert read_amount("见附表", "万元") is None


@given(st.decimals(-(10**12), 10**12, places=6), st.sampled_from(["元", "千元", "万元", "百万元", "亿元"]))
def test_yuan_are_exact_and_without_exponent(amount: Decimal, unit: str) -> None:
    yuan = to_yuan(amount, unit)
    assert yuan is not None
    assert yuan == amount * load("money")["units"][unit]
    assert "E" not in decimal_text(yuan)


def test_yuan_show_no_more_decimals_than_the_amount_has() -> None:
    assert str(to_yuan(Decimal("2270.33"), "万元")) == "22703300"
    assert str(to_yuan(Decimal("10891.615675"), "万元")) == "108916156.75"
    assert str(to_yuan(Decimal("0.00"), "元")) == "0.00"


def test_an_unknown_unit_gives_no_yuan() -> None:
    assert to_yuan(Decimal(5), "") is None
    assert to_yuan(Decimal(5), "万") is None
    assert to_yuan(Decimal("NaN"), "元") is None


@given(st.text(max_size=80), st.sampled_from(["", "万元"]))
def test_no_text_breaks_the_reading(text: str, unit: str) -> None:
    read_amount(text, unit)
    read_money_unit(text)
    says_no_amount(text)


def test_every_alias_leads_to_a_unit() -> None:
    data = load("money")
    assert set(data["aliases"].values()) <= set(data["units"])
    assert all(str(yuan).strip("0") == "1" for yuan in data["units"].values())

"""Comparators mean what they say."""

from __future__ import annotations

from typing import get_args

import pytest
from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import combine, find_comparator, read_comparator, spellings
from jixiao.normalize.values import Operator

from .case_files import load_cases


@pytest.mark.parametrize("case", load_cases("comparators"))
def test_a_comparator_means_what_its_case_says(case: list[str]) -> None:
    spelling, operator = case
    assert read_comparator(spelling) == operator


def test_every_spelling_has_an_operator_of_the_contract_and_is_folded() -> None:
    for spelling, operator in spellings("signs", "words", "postfix", "after_number").items():
        assert operator in get_args(Operator)
        assert spelling == fold_width(spelling)


def test_the_longest_spelling_wins() -> None:
    assert find_comparator("不超过5次") == ("le", 3)
    assert find_comparator("大于等于5") == ("ge", 4)
    assert find_comparator("=>5") == ("ge", 2)


def test_two_different_comparators_are_none() -> None:
    assert find_comparator("≥≤5") == ("", 0)
    assert combine("ge", "le") is None
    assert combine("eq", "ge") is None
    assert combine("approx", "ge") is None


def test_two_that_agree_are_the_one_before() -> None:
    assert combine("gt", "ge") == "gt"
    assert combine("", "") == ""

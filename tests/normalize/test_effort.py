"""Effort grows with the length of the text and no faster.

Not timed but counted: Python counts the calls, and the patterns, whose work it does not count, are
looked at one by one for repeats without a bound.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from jixiao.normalize import (
    characters,
    comparators,
    dates,
    money,
    names,
    numbers,
    quality,
    staffing,
    targets,
    wraps,
)

from .test_docstrings import MODULES

# Unbounded, and harmless: each matches one class to the end of its run, wherever it starts a run, and is
# used only with sub or finditer, so that no run is looked at twice.
WHOLE_RUNS = {r"[^\S\n]+", names._NOTHING.pattern}


def all_patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for name in MODULES:
        module = importlib.import_module(f"jixiao.normalize.{name}")
        for attribute, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{name}.{attribute}", value
            if (
                isinstance(value, functools._lru_cache_wrapper)
                and value.__wrapped__.__code__.co_argcount == 0
            ):
                result = value()
                if isinstance(result, re.Pattern):
                    yield f"{name}.{attribute}", result
    for step, pattern, _ in characters._STEPS:
        yield f"characters.{step}", pattern
    for places in (("signs", "words"), ("after_number",), ("postfix",)):
        yield f"comparators.{places}", comparators.pattern(*places)  # type: ignore[arg-type]


def unbounded_repeats(tree: Any) -> int:
    found = 0
    for code, argument in tree:
        if code in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            found += argument[1] is _constants.MAXREPEAT
        for part in argument if isinstance(argument, tuple | list) else [argument]:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, _parser.SubPattern):
                    found += unbounded_repeats(inner)
    return found


PATTERNS = dict(all_patterns())


def test_all_patterns_are_looked_at() -> None:
    assert len(PATTERNS) > 40


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_has_no_unbounded_repeat(name: str) -> None:
    pattern = PATTERNS[name]
    if pattern.pattern not in WHOLE_RUNS and name != "dates._SPACES":
        assert unbounded_repeats(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)) == 0


FUNCTIONS: tuple[Callable[[str], object], ...] = (
    characters.repair_characters,
    characters.fold_width,
    characters.fold_traditional,
    characters.display_width,
    characters.without_spaces,
    lambda text: wraps.join_lines(text.split("0")),
    wraps.mend_spaces,
    comparators.read_comparator,
    numbers.read_number,
    numbers.read_chinese_number,
    targets.read_target,
    targets.looks_like_target,
    quality.is_quality,
    money.read_money_unit,
    money.read_amount,
    money.says_no_amount,
    dates.read_day,
    dates.read_period,
    dates.read_dated,
    dates.read_year,
    lambda text: names.name_likeness(text, text[::-1]),
    staffing.read_staffing,
)
HOSTILE = (
    *("9", "0", "一", "(", "（()", "≥", "1,", "1.", "-", "至", " ", "　", "\n", "\u200b", "\ud800", "⻓"),
    *(
        "编制",
        "编制39名，",
        "内设",
        "在职",
        "局",
        "人",
        "增加",
        "2025年",
        "健全、",
        "a b ",
        "(万元)",
        "单位",
        "百分之",
    ),
)


def calls(function: Callable[[str], object], text: str) -> int:
    counted = 0

    def count(*event: object) -> None:
        nonlocal counted
        counted += 1

    sys.setprofile(count)
    try:
        function(text)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_ten_times_the_text_is_at_most_ten_times_the_calls(piece: str) -> None:
    for function in FUNCTIONS:
        function(piece)
        short, long = (calls(function, piece * (length // len(piece))) for length in (10**3, 10**4))
        assert long <= 11 * short + 2_000


@pytest.mark.parametrize("piece", ["9", "一", "(", "编制39名，", " ", "⻓"], ids=ascii)
def test_a_million_characters_are_survived(piece: str) -> None:
    for function in FUNCTIONS:
        function(piece * (10**6 // len(piece)))

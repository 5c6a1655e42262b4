"""Comparisons as printed (signs, words before the number, words after it) to one of six operators.

The words mean what they say, not what the form's author may have wanted: 大于 and 超过 are gt, 低于 is
lt; 以上, 以下 and 以内 include the number (民法典 第一千二百五十九条: “以上”、“以下”、“以内”、“届满”，
包括本数；“不满”、“超过”、“以外”，不包括本数). 达到 is ge: more than reached is reached. The spellings are in
``data/comparators.toml``. What recognition makes of ≥ (2, W, 二) is not mended here: a 2 is a 2.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, cast

from .characters import fold_width, without_spaces
from .values import Operator
from .vocabulary import alternatives, load

Place = Literal["signs", "words", "postfix", "after_number"]


@cache
def spellings(*places: Place) -> dict[str, Operator]:
    """Return every spelling at *places* with its operator; width is folded, bracket width too.

    >>> spellings("signs")["≧"], spellings("postfix")["以内"]
    ('ge', 'le')
    """
    return {
        spelling: cast(Operator, operator)
        for place in places
        for operator, listed in load("comparators")[place].items()
        for spelling in listed
    }


@cache
def pattern(*places: Place) -> re.Pattern[str]:
    """Return a pattern for one spelling at *places*, the longest that fits, in folded text."""
    return re.compile(alternatives(spellings(*places)))


def read_comparator(text: str) -> Operator:
    """Return the operator that *text* as a whole spells, or "" (a cell of 指标性质, 指标方向).

    >>> read_comparator("＞＝"), read_comparator("不超过"), read_comparator("以上"), read_comparator("定性")
    ('ge', 'le', 'ge', '')
    """
    if len(text) > 20:
        return ""
    return spellings("signs", "words", "postfix").get(fold_width(without_spaces(text)), "")


def find_comparator(folded: str, start: int = 0) -> tuple[Operator, int]:
    """Return the operator spelt at *start* of a width-folded text, and where its spelling ends.

    The operator is "" and the end is *start* where none stands. The same operator printed twice (a
    comparator cell joined to a value that has its own: ≥≥95%) is one; two different ones are none.

    >>> find_comparator("不少于四家"), find_comparator(">=95%"), find_comparator("95%")
    (('ge', 3), ('ge', 2), ('', 0))
    """
    spelt = pattern("signs", "words")
    first = spelt.match(folded, start)
    if first is None:
        return "", start
    known = spellings("signs", "words")
    operator, end = known[first[0]], first.end()
    second = spelt.match(folded, end)
    if second is None:
        return operator, end
    return (operator, second.end()) if known[second[0]] == operator else ("", start)


def combine(before: Operator, after: Operator) -> Operator | None:
    """Return what a comparator before and one after a number mean together, or None if they disagree.

    Two that point the same way are the one before: ≥95%以上 is ge, >95%以上 is gt.

    >>> combine("", "ge"), combine("gt", "ge"), combine("ge", "le")
    ('ge', 'gt', None)
    """
    if not before or not after:
        return before or after
    if before == after or (before, after) in (("gt", "ge"), ("lt", "le")):
        return before
    return None

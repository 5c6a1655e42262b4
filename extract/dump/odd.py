"""Rows that no form prints so: half a value, a unit without its number, a value where the name should stand.

The cheapest split of a dump into rows may still be a wrong one. What it came to is looked at once more,
whatever it cost: figures of a row that reads oddly are asked about and not handed on as sure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import pattern, read_comparator, spellings
from jixiao.normalize.targets import read_target
from jixiao.normalize.units import is_unit
from jixiao.normalize.values import TargetValue

from .atoms import SIGNS, Atom
from .costs import begins_value, looks_like_target


def odd_name(name: str) -> bool:
    """Tell whether *name*, where an indicator's name should stand, is a value, the end of one, or one character.

    A comparator at its end is the beginning of a value, and a figure with hardly a word is the middle of one.

    >>> odd_name("3元/人"), odd_name("万元"), odd_name("不小于"), odd_name("60岁以上老人受益率"), odd_name("满意度不小于")
    (True, True, True, False, True)
    >>> odd_name("25.6万平"), odd_name("3公里内服务覆盖率"), odd_name("参观人数＝")
    (True, False, True)
    """
    if name.endswith(_comparators()) or name[-1:] in SIGNS or _FIGURE.fullmatch(name):
        return True
    return len(name) == 1 or is_unit(name) or bool(read_comparator(name)) or looks_like_target(name) >= 0.9


_FIGURE = re.compile(r"[0-9][0-9.,]{0,15}[^0-9]{0,3}")


@cache
def _comparators() -> tuple[str, ...]:
    """Return the comparators before a value that end no name: 约 does (节约)."""
    return tuple(word for word in spellings("signs", "words") if len(word) > 1 or word in SIGNS)


def odd_value(value: str) -> bool:
    """Tell whether *value* is plainly not all of one value: a comparator or a unit alone, a figure with words behind.

    >>> odd_value("不多于"), odd_value("万元"), odd_value("≥≥8241台"), odd_value("09万元"), odd_value("≥16482台件")
    (True, True, True, True, False)
    >>> odd_value(">=8000公里"), odd_value("＞＝２００公里"), odd_value(">=>=8000公里")
    (False, False, True)
    >>> odd_value("不多于两个工个工作日"), odd_value("不多于两个工作日")
    (True, False)
    >>> odd_value("2020年6月28"), odd_value("<211元/"), odd_value("2020年6月28日前"), odd_value("<211元/人")
    (True, True, False, False)
    """
    if is_unit(value) or (value[:1] == "0" and value[1:2].isdigit()) or (begins_value(value) and looks_like_target(value) < 0.5):
        return True
    found = read_target(value)
    if found.kind in ("number", "range", "date") or any(map(str.isdigit, value)):
        if (found.kind == "date" and "月" in value and value[-1].isdigit()) or found.unit[-1:] in ("/", "每"):
            return True  # 2020年6月28 and no 日, <211元/ and no 人
        if found.kind == "number" and found.unit and not is_unit(found.unit) and len(found.unit) > 2:
            return True
        return found.kind == "number" and _compared_twice(value)
    return False


def _compared_twice(value: str) -> bool:
    """Tell whether a comparator stands behind the one that *value* begins with, which may be spelt with two signs: >=."""
    folded = fold_width(value)
    first = pattern("signs", "words").match(folded)
    return any(sign in folded[first.end() if first else 1 :] for sign in map(fold_width, SIGNS))


def parted(first: str, second: str) -> bool:
    """Tell whether two values side by side may well be one that was cut: 2024年 | 12月底前, ≥5 | 0个.

    Or two of which one was cut: 2019年12月 beside 2019年12月底前.

    >>> parted("2019年12月底前", "2019年12月"), parted("≤3.5222万", "≤3.5222万元"), parted("12万", "120万"), parted("5", "50")
    (True, True, False, False)
    >>> parted("2024年", "12月底前"), parted("≥50个", "≥100个"), parted("50", "60"), parted("≥2", "00个")
    (True, False, False, True)
    >>> parted("规范", "≥45%"), parted("不多于", "26649万元")
    (False, True)
    """
    if _one_was_cut(*sorted((first, second), key=len)):
        return True
    if second[:1] in SIGNS or not (any(map(str.isdigit, first)) or begins_value(first)):
        return False
    whole = read_target(first + second)
    if whole.kind not in ("number", "range", "date") or (whole.unit and not is_unit(whole.unit)):
        return False
    return _shape(read_target(first), first) != _shape(read_target(second), second)


def _one_was_cut(short: str, long: str) -> bool:
    """Tell whether *short* is a figure and *long* the same with more of its words behind it."""
    rest = long[len(short) :]
    if not rest or not long.startswith(short) or not any(map(str.isdigit, short)) or rest[0] in "0123456789.,":
        return False
    return is_unit(rest) or not short[-1].isdigit()


def _shape(value: TargetValue, text: str) -> tuple[str, bool, bool]:
    return value.kind, bool(value.unit), not text[:1].isdigit()


def odd_row(name: str, values: Sequence[str]) -> bool:
    """Tell whether a row with these texts was read as no row is printed."""
    return odd_name(name) or any(map(odd_value, values)) or any(parted(a, b) for a, b in pairwise(values))


def cut_apart(atoms: Sequence[Atom]) -> bool:
    """Tell whether *atoms*, letters of a line set apart, are no nearer to one another than to what is before them: 生 | 活 垃."""
    if len(atoms) < 2 or atoms[0].first or any(len(a.text) > 1 for a in atoms):
        return False
    return atoms[0].space <= min(a.space for a in atoms[1:])


def begins_within(atoms: Sequence[Atom], start: int) -> bool:
    """Tell whether the atom at *start* stands in the middle of its line behind anything but a value: no row ended there."""
    return start > 0 and not atoms[start].first and looks_like_target(atoms[start - 1].text) < 0.9

"""What it costs that a text stands in a column of a kind: a sign among the names, points among the targets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from jixiao.extract.sections.header import NO_COMPARATOR
from jixiao.extract.sections.words import bare
from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import read_comparator
from jixiao.normalize.targets import looks_like_target
from jixiao.normalize.units import is_unit
from jixiao.rules.families import Family, key_of

FAR = 1e9
POINTS = re.compile(r"\d{1,3}(?:\.\d{1,3})?分?")
_VALUED = re.compile(r"[≥≤＝=＞＜><≧≦]\d[\d.,]{0,20}\S{0,6}$")
_NOTHING = ("无", "/", "-", "—", "同上", "√")
_DIRECTIONS = (
    "正向", "反向", "负向", "定性", "定量", "正向指标", "反向指标", "负向指标", "定性指标", "定量指标", "约束性", "预期性",
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What texts are priced by: the *family*'s words, and whether comparators have a column of their own."""

    family: Family
    signed: bool


def price_of(kind: str, text: str, words: Vocabulary) -> float:
    """Return what it costs that *text* stands in a column of that kind; 1e9 where it cannot."""
    return _KINDS.get(kind, _value)(text, words)


def _level1(text: str, words: Vocabulary) -> float:
    key = bare(key_of(text))
    if key in words.family.level1:
        return 0.0
    return FAR if looks_like_target(text) >= 0.9 else 5.0 if key in words.family.level2 else 4.0


def _level2(text: str, words: Vocabulary) -> float:
    key = bare(key_of(text))
    if key in words.family.level2:
        return 0.0
    return FAR if looks_like_target(text) >= 0.9 else 5.0 if key in words.family.level1 else 3.0


def _level3(text: str, words: Vocabulary) -> float:
    if "。" in text or "；" in text or _VALUED.search(text):
        return 5.5  # a sentence; a name with its value
    if bare(key_of(text)) in words.family.level1 | words.family.level2:
        return 5.0
    return 8.0 if looks_like_target(text) >= 0.9 or len(text) < 2 else 0.0


def _comparator(text: str, words: Vocabulary) -> float:
    folded = fold_width(text)
    return 0.0 if folded in NO_COMPARATOR or (len(text) <= 6 and bool(read_comparator(text))) else FAR


def _unit(text: str, words: Vocabulary) -> float:
    folded = fold_width(text)
    if is_unit(folded) or folded in ("无", "/", "-", "—"):
        return 0.0
    return 3.0 if len(text) <= 5 and not any(map(str.isdigit, text)) and looks_like_target(text) < 0.6 else FAR


def _points(text: str, words: Vocabulary) -> float:
    return 0.0 if POINTS.fullmatch(fold_width(text)) else FAR


def _note(text: str, words: Vocabulary) -> float:
    if text in _NOTHING:
        return 0.5
    if bare(key_of(text)) in words.family.level1 | words.family.level2 and text.endswith("指标"):
        return 6.0
    if looks_like_target(text) >= 0.9 or POINTS.fullmatch(fold_width(text)) or is_unit(fold_width(text)):
        return 6.0 if any(map(str.isdigit, text)) or len(text) < 2 else 1.0
    return 0.2 if len(text) > 1 else 1.0


def _rate(text: str, words: Vocabulary) -> float:
    folded = fold_width(text)
    return 0.0 if folded[-1:] == "%" and folded[:1].isdigit() else 1.0 if POINTS.fullmatch(folded) else FAR


def _direction(text: str, words: Vocabulary) -> float:
    return 0.0 if text in _DIRECTIONS else 5.0


def _value(text: str, words: Vocabulary) -> float:
    """A target, or what was reached."""
    if len(text) > 30:
        return FAR
    if words.signed and read_comparator(text[:1]):
        return 3.0  # the sign has a column of its own
    likely = looks_like_target(text)
    if len(text) == 1 and likely < 0.7:
        return 6.0  # a letter of a label that stands upright
    if likely >= 0.6:
        return 0.0
    return 0.8 if likely >= 0.3 else 2.0 + (1.0 - likely) * 2.0


_KINDS: dict[str, Callable[[str, Vocabulary], float]] = {
    "level1": _level1, "level2": _level2, "level3": _level3, "comparator": _comparator, "unit": _unit,
    "weight": _points, "score": _points, "note": _note, "rate": _rate, "direction": _direction,
}

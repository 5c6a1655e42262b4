"""What a printed line, or a whole cell, costs in a column of a table of indicators whose place is known but in part."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import find_comparator
from jixiao.normalize.targets import read_target
from jixiao.normalize.units import is_unit
from jixiao.rules.families import Family, key_of

from .costs import looks_like_target

LABELS = ("level1", "level2", "key_work", "project")
_SURE_VALUE = 0.9
_LONGEST_NAME = 60
_SYLLABLES = 4
"""So many characters within a project's name are seldom a part of anything else."""
_SIGNED = 6.0
"""What it costs that a value with its comparator stands among words: it must lie very far from the values' columns."""


class TablePrices:
    """The prices of texts in the columns that *words* head; *projects* are the names in the funds (keys)."""

    def __init__(self, family: Family, words: Sequence[str], projects: frozenset[str]) -> None:
        self.family = family
        self.words = tuple(words)
        self.projects = projects
        self.kinds = [self._kind(w) for w in words]
        self._parts_of_labels = _fragments(family.level1), _fragments(family.level2), _fragments(projects, inner=True)

    def _kind(self, word: str) -> str:
        if word in self.family.targets:
            return "target"
        kind = self.family.columns.get(word, "other")
        return kind if kind in (*LABELS, "level3") else "other"

    def fragment_price(self, column: int, text: str) -> float:
        """Return the cost of one printed line of a cell standing in *column*."""
        kind, key = self.kinds[column], key_of(text)
        if kind == "target":
            return 1.5 * (1.0 - looks_like_target(text))
        level1, level2, projects = self._parts_of_labels
        if kind == "level1":
            return 0.0 if key in level1 else 3.0 if key in self.family.level2 else 2.2
        if kind == "level2":
            if key in self.family.level1 and key not in self.family.level2:
                return 2.5
            return (
                -1.0 if key in self.family.level2 else 0.0 if key in level2 else 0.5 + looks_like_target(text)
            )
        if kind == "project":
            known = -0.8 if len(key) >= 4 else 0.0
            return known if key in projects else (1.2 if projects else 0.5) + looks_like_target(text)
        if kind == "other":
            return 0.3
        known = key in self.family.level1 or key in self.family.level2 or (len(key) >= 5 and key in projects)
        return looks_like_target(text) + (0.8 if known else 0.2) + (
            _SIGNED if kind == "level3" and is_signed(text) else 0.0
        )

    def cell_price(self, column: int, text: str) -> float:
        """Return the cost of *text* as a whole cell of *column*."""
        kind, key = self.kinds[column], key_of(text)
        family = self.family
        if kind == "target":
            return _value_price(text)
        if kind == "level1":
            return -2.0 if key in family.level1 else 2.5
        if kind == "level2":
            return -2.0 if key in family.level2 else 1.0 + (3.0 if key in family.level1 else 0.0)
        if kind == "project":
            return -2.5 if key in self.projects else 1.0
        if kind == "key_work":
            return 0.5 if len(text) >= 5 else 2.5
        if kind == "level3":
            return 0.3 + max(0, len(text) - 36) * 0.3 + (2.0 if len(text) < 4 else 0.0)
        return 0.3


def is_signed(text: str) -> bool:
    """Tell whether *text* is a value, or the first line of one, that begins with a comparator: ≥50个, 不超过六天, 不多于两.

    No name's line reads so.
    """
    compared = bool(find_comparator(fold_width(text))[0])
    if looks_like_target(text) < _SURE_VALUE:
        return compared and is_figure(text)
    return compared or (has_digit(text) and looks_like_target(text) >= 0.95)


def has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def is_figure(text: str) -> bool:
    return read_target(text).kind in ("number", "range", "date")


def _value_price(text: str) -> float:
    """Return the cost of *text* as a whole value: one that reads as a number must have a unit that is one."""
    value = read_target(text)
    if value.kind in ("number", "range") and value.unit and not is_unit(value.unit):
        return 3.0 if value.unit[0] in "%％" else 1.0
    if value.kind == "text":
        return 4.0 * (1.0 - min(0.5, looks_like_target(text)))
    return 4.0 * (1.0 - looks_like_target(text))


def _fragments(words: frozenset[str], inner: bool = False) -> frozenset[str]:
    """Return all beginnings and ends of *words*; with *inner* what stands within them too, if it is no mere syllable.

    The middle line of a long name is neither its beginning nor its end.
    """
    out = set()
    for word in words:
        for n in range(1, len(word) + 1):
            out.add(word[:n])
            out.add(word[-n:])
        if inner and len(word) <= _LONGEST_NAME:
            out.update(word[i:k] for i in range(1, len(word)) for k in range(i + _SYLLABLES, len(word)))
    return frozenset(out)

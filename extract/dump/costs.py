"""What speaks for and against a run of printed lines being one cell, whatever its column, and what its texts look like.

Every piece of evidence is a cost: widths (all lines of a wrapped cell but the last are nearly as wide as its column)
and shape (no cell begins with a comma or ends inside a bracket). `cell_costs` knows the columns, `rows` adds them up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from jixiao.normalize import comparators
from jixiao.normalize import targets as _targets
from jixiao.normalize.characters import display_width, fold_width
from jixiao.normalize.numbers import CHINESE_DIGITS
from jixiao.normalize.units import is_unit
from jixiao.normalize.vocabulary import load
from jixiao.rules import families as _families

from .atoms import SIGNS, Atom, split_piece
from .habits import Habits

LEADING = "、，。；：！？）》」』】〉％%”’〕］…),;:."
"""Signs a cell's text does not begin with: a line that does is the middle of a cell."""
_AND = "和与及"
_NOT_AND = ("参与", "给与", "共和", "调和", "饱和", "总和", "中和", "普及", "涉及", "顾及", "波及", "触及", "兼及")
"""Words that join two things, and ends of other words that look so: a cell does not end in the former."""
OPENING = "（《「『【〈“‘〔［("
_CLOSERS = {"）": "（", ")": "(", "》": "《", "」": "「", "』": "『", "】": "【", "”": "“", "’": "‘", "〕": "〔"}
_BRACKETS = frozenset((*OPENING, *_CLOSERS))
_MAX_OPEN = 8  # brackets in brackets: more are not looked at
# The same short words come again and again within a form and from form to form.
looks_like_target = lru_cache(maxsize=16384)(_targets.looks_like_target)


def key_of(text: str) -> str:
    """Return *text* as vocabularies are matched; a label's weight in brackets (产出指标（50分）) is no part of it."""
    return _without_weight(_families.key_of(text))


def _without_weight(key: str) -> str:
    return key[: key.rindex("(")] if key.endswith("分)") and "(" in key[1:] else key


LABELS = ("level1", "level2", "key_work", "project")
_QUOTES = "“”‘’"
STOPS = "，、；。：,;:"
_BEGINS_CLAUSE = 1.5  # that a cell goes on, without a sign of punctuation, with what else always begins a clause
_DASHES = frozenset(("—", "——", "-", "--", "/", "－"))
NEAR = 14
"""Atoms: how far above a page's end a cell may be that it cuts."""
_PARAGRAPH = 30  # half ems: a cell's text may have several lines even where none is wrapped
WIDTH_COST = 0.8  # for each half em that a full line is short of its column
WIDTH_CAP = 9.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. *kind*: level1, level2, key_work, project, level3, target, other."""

    name: str
    kind: str


class Span(NamedTuple):
    """A run of atoms as a whole cell: its *text* and *key*, and the *cost* of its shape.

    The rest is what a longer run goes on from: the key with all that is in it, the costs of its beginning and of its
    line breaks, the labels in it, the brackets still open, the closing ones that were never opened.
    """

    begins: float
    text: str
    key: str
    whole_key: str
    lines: float
    labels: int
    open: tuple[str, ...]
    loose: int
    cost: float = 0.0


@dataclass(slots=True)
class Evidence:
    """What is known of the table from elsewhere in the form.

    *level1*, *level2*: closed vocabularies (keys). *projects*: the names in the funds (keys).
    *likeness*: how like two names are, 0–1. *joins*: how surely a line break falls inside a word, 0–1, and
    *words* the same, slower and surer, for what is else in doubt. *endings*: how names of projects end. *apart*: that
    each cell has a line of its own, as copying from a table gives it, and none is wrapped. *habits*: how words stand
    in the sentences of the form.
    """

    level1: frozenset[str] = frozenset()
    level2: frozenset[str] = frozenset()
    with_projects: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    likeness: Callable[[str, str], float] | None = None
    joins: Callable[[str, str], float] | None = None
    words: Callable[[str, str], float] | None = None
    endings: tuple[str, ...] = ()
    apart: bool = False
    habits: Habits | None = None


class LineCosts:
    """What the lines of a table with *columns* cost as lines of a cell, whatever its column; indices are into *atoms*."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[Column], evidence: Evidence) -> None:
        self.atoms = atoms
        self.columns = tuple(columns)
        self.evidence = evidence
        self.texts = [a.text for a in atoms]
        self.widths = [float(display_width(t)) for t in self.texts]
        # Some fonts set “ ” ‘ ’ half as wide: what is too narrow is judged by the wider reading, and the other way.
        self.narrow = [w - sum(map(t.count, _QUOTES)) for w, t in zip(self.widths, self.texts, strict=True)]
        self.values = [0.9 if t in _DASHES else looks_like_target(t) for t in self.texts]
        self._of_value = [v >= 0.9 or begins_value(t) for t, v in zip(self.texts, self.values, strict=True)]
        self._values_before = [0, *accumulate(self._of_value)]
        known = self._known = evidence.level1 | evidence.level2
        keys = [key_of(t) for t in self.texts]
        self._starts_label = [
            any("".join(keys[k : k + n]) in known for n in (1, 2, 3)) and len(keys[k]) > 1 for k in range(len(keys))
        ]
        self._is_tail = [len(t) <= 4 and looks_like_target("5" + t) >= 0.9 for t in self.texts]
        self._is_label = [k in known for k in keys]
        self._is_project = [k in evidence.projects for k in keys]
        self._shapes = [self._shape(k) for k in range(len(self.texts))]
        texts = ["", *self.texts, ""]
        self._twin = [len(t) <= 12 and t in (texts[k], texts[k + 2]) for k, t in enumerate(self.texts)]
        kinds = [c.kind for c in self.columns]
        # A row of level labels alone ends with its level 2: a reading of that column with a price of its own.
        self._level2 = kinds.index("level2") if "level2" in kinds else None
        if self._level2 is not None:
            kinds.append("only_level2")
        # What stands at the top of a page may be the rest of the row above: per column, a reading as its rest.
        self._rest = len(kinds)
        kinds += ["rest"] * len(self.columns)
        # And before the rest of a cell may stand a label of that row, printed only on the new page.
        self._late = len(kinds)
        kinds += ["late" if kind in LABELS else "none" for kind in kinds[: len(self.columns)]]
        self.kinds = kinds
        # The column of each of these readings; a row's level 2 alone is priced by no width.
        self._columns = [*range(self._rest), *range(len(self.columns)), *range(len(self.columns))]
        self._has_work = "key_work" in kinds
        self.target_columns = [i for i, k in enumerate(kinds) if k == "target"]
        self.slack = 2.2
        self._spans: dict[int, list[Span]] = {}
        self.column_widths: dict[int, float] = {}
        self._lines: dict[int, tuple[list[float], list[float]]] = {}
        self._widest: dict[int, float] = {}

    def _spans_from(self, i: int) -> list[Span]:
        """Return what the atoms from *i* on are as a whole cell, whatever its column: [n] for n of them.

        It is kept; whoever needs a longer one puts it there, by `_longer` from the one before.
        """
        spans = self._spans.get(i)
        if spans is None:
            first = self.texts[i]
            begins = 9.0 if first[0] in LEADING else 0.0
            joins = self.evidence.joins
            if joins is not None and i > 0 and self.atoms[i].first:
                begins += 2.0 * joins(self.texts[i - 1], first)
            spans = self._spans[i] = [Span(begins, "", "", "", 0.0, 0, (), 0)]
        return spans

    def _longer(self, span: Span, i: int, k: int) -> Span:
        """Return *span*, which begins at atom *i*, with atom *k* behind it."""
        text = self.texts[k]
        goes_on, ends = self._shapes[k]
        lines = span.lines + goes_on if k > i else span.lines
        open_, loose = span.open, span.loose
        if not _BRACKETS.isdisjoint(text):
            for ch in text:
                if ch in OPENING and len(open_) < _MAX_OPEN:
                    open_ = (*open_, ch)
                elif ch in _CLOSERS:
                    if open_ and open_[-1] == _CLOSERS[ch]:
                        open_ = open_[:-1]
                    else:
                        loose += 1
        whole_key = span.whole_key + _families.key_of(text)
        key = _without_weight(whole_key)
        labels = span.labels + self._is_label[k]
        cost = span.begins + lines + 3.0 * min(2, loose + len(open_)) + ends
        if labels and k > i and key not in self._known:
            # A whole label of its own inside another cell; 数量 and 成本 are the ends of many a name.
            tail = self._is_label[k] and len(text) == 2 and text not in self.evidence.level1
            cost += 3.0 * labels - (2.2 if tail else 0.0)
            if self._is_label[i] and self.texts[i] in self.evidence.level1:
                cost += 2.5
        return Span(span.begins, span.text + text, key, whole_key, lines, labels, open_, loose, cost)

    def _shape(self, k: int) -> tuple[float, float]:
        """Return what it costs that a cell goes on with atom *k*, and that it ends with it."""
        text = self.texts[k]
        before = self.texts[k - 1] if k else ""
        goes_on = ends = 0.0
        if k and not self.atoms[k].first:
            # A space within a line parts cells; setting figures apart from Chinese leaves one too.
            goes_on = 4.0 if text[0].isascii() or before[-1].isascii() else 5.0
        elif k and (text[0] in LEADING or before[-1] in OPENING):
            goes_on = -0.5
        elif k and self.evidence.apart and self.widths[k - 1] < _PARAGRAPH:
            goes_on = 4.0
        elif k and self.evidence.habits is not None and before[-1] not in STOPS:
            often = self.evidence.habits.begins(text)
            goes_on = _BEGINS_CLAUSE * often if often >= 0.7 else 0.0
        if text[-1] in "、，" or text[-1] in OPENING:
            ends = 3.5
        elif text[-1] in _AND and text[-2:] not in _NOT_AND:
            ends = 2.5
        elif text[-1] in "；;":
            ends = 1.5
        return goes_on, ends

    def _price_lines(self) -> None:
        """Work out, for every column of known width, what each line costs inside a cell and as its last line."""
        self._lines = {}
        turns = [a.turn for a in self.atoms]
        cut = [any(turns[k + 1 : k + 1 + NEAR]) for k in range(len(turns))]
        for column, width in self.column_widths.items():
            inner, last = [0.0], []
            total = 0.0
            for k, (wide, narrow) in enumerate(zip(self.widths, self.narrow, strict=True)):
                over = min(WIDTH_CAP, (narrow - width - 1.0) * WIDTH_COST) if narrow > width + 1.0 else 0.0
                short = min(WIDTH_CAP, (width - wide - self.slack) * WIDTH_COST) if width - wide > self.slack else 0.0
                total += over if over else short
                inner.append(total)
                follows = k + 1 < len(self.atoms) and self.atoms[k + 1].first
                # A last line is full only by chance, unless a page's end may have cut the cell there.
                last.append(over + (1.2 if narrow > width - 1.5 and follows and not cut[k] else 0.0))
            self._lines[column] = (inner, last)


def may_begin_value(text: str) -> bool:
    """Tell whether *text* is more likely a value, or the beginning of one, than a name."""
    return looks_like_target(text) >= 0.5 or begins_value(text)


def begins_value(text: str) -> bool:
    """Tell whether *text* is the first line of a value and not yet one: 不高于, 79.94%～, 2023年12, 35.99%以."""
    if len(text) > 12 or text[0] not in _value_begins():
        return False
    rests = {"以": ("内",), "及": ("以上",), "或": ("以上",)}.get(text[-1], ("1", "100%", "9999", "月"))
    return any(looks_like_target(text + rest) >= 0.9 for rest in rests)


@cache
def _value_begins() -> frozenset[str]:
    """Return the characters with which a value that is no mere word begins: digits, comparators."""
    words = [*comparators.spellings("signs", "words"), *load("comparators")["lead"]["words"], *CHINESE_DIGITS, *SIGNS]
    return frozenset(w[0] for w in words) | frozenset("0123456789０１２３４５６７８９±＋+-－.")


def ends_in_unit(text: str, tail: str) -> bool:
    """Tell whether *text* ends in a unit of which *tail* is but the end: 20分 / 钟, 不超过48分 / 钟.

    >>> ends_in_unit("20分钟", "钟"), ends_in_unit("不超过48分钟", "钟"), ends_in_unit("不超过48分钟", "分钟")
    (True, True, False)
    """
    figure = text[comparators.find_comparator(fold_width(text))[1] :].lstrip("".join(SIGNS))
    unit = figure.lstrip("0123456789.,")
    return len(unit) > len(tail) and unit != figure and is_unit(unit)


def unglue(atom: Atom) -> list[Atom]:
    """Return *atom* cut where a value begins in its middle: a dumper left no space between two cells.

    应时间≤7天 is a name's end and a value, ≥20个≥100个 two values. Only a comparator's sign, or a second
    value of the same kind as the first, is taken for such a beginning.
    """
    text = atom.text
    if len(text) < 4 or (looks_like_target(text) >= 0.9 and sum(map(text.count, SIGNS)) < 2):
        return [atom]
    cut = next((i for i in range(1, len(text) - 1) if text[i] in SIGNS and text[i + 1].isdigit()), 0)
    if cut and (text[cut - 1] in "（(~～-—至" or text[cut - 1] in SIGNS):
        cut = 0
    if not cut:
        half = len(text) // 2
        begins = _value_begins()
        if text[:half] == text[half:]:
            cuts = [half]
        else:
            cuts = [i for i in range(2, len(text) - 2) if text[i] in begins] if text[0] in begins else []
        cut = next((i for i in cuts if min(looks_like_target(text[:i]), looks_like_target(text[i:])) >= 0.97), 0)
    if not cut:
        return [atom]
    left, right = split_piece(atom.piece, cut)
    return [replace(atom, piece=left, last=False), *unglue(Atom(right, atom.line, False, atom.last, 0))]

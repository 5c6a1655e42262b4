"""What a run of printed lines costs as a cell of a certain column: a level, a work, a project, a name, a value, a rest.

What the text says decides: closed vocabularies, the names of the funds, what looks like a value, the form's own habits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from jixiao.normalize.quality import ends_like_name
from jixiao.normalize.units import is_unit
from jixiao.rules.checks import NO_NAME

from .atoms import Atom
from .costs import LABELS, STOPS, Column, Evidence, LineCosts, Span, ends_in_unit, key_of, looks_like_target

_COUNTED = re.compile("[㐀-鿿][0-9]")
_FIGURE_WITHIN = 1.5  # that a name has a figure behind its first words: 达到251处 is of a sentence
_WORD_CUT = 1.5  # that a cell ends where a page break cuts a word
_TWIN = 1.0  # that with what stands below a page break a value says what the one beside it says
_NO_INDICATOR = -5.0  # that 无 ends a line where a name may stand: no values follow
_VERB = 2.0  # that a project's name begins with what else always begins a clause
_NEVER_ENDS = 3.0  # that a cell ends with what never ends a clause, and begins with what never begins one
_PAGE_END = 60  # atoms: the same for a merged cell, which stands beside several rows


class CellCosts(LineCosts):
    """The costs of runs of atoms as cells of the table whose columns are *columns*; indices are into *atoms*."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[Column], evidence: Evidence) -> None:
        super().__init__(atoms, columns, evidence)
        self._own_costs = {
            "only_level2": self._only_level2_cost,
            "level1": self._level1_cost,
            "level2": self._level2_cost,
            "key_work": self._work_cost,
            "project": self._project_cost,
            "level3": self._name_cost,
            "target": self._target_cost,
            "other": self._other_cost,
        }
        self._likenesses: dict[str, float] = {}
        self._repeats: dict[tuple[int, int], bool] = {}
        self._endings = {name[-2:] for name in evidence.projects}
        # Which characters a name has, as the bits of a number: so it is quickly told how many two names share.
        self._bits = {sign: 1 << n for n, sign in enumerate(sorted(set("".join(evidence.projects))))}
        self._signs = [(name, len(name), self._signs_of(name)) for name in evidence.projects]
        self._gaps: dict[int, tuple[float, str]] = {}
        self._asked = False  # whether a dictionary is asked too

    def _text_costs(self, i: int, column: int) -> tuple[Callable[[int, int, Span], float], float]:
        """Return what tells the cost of a run of atoms from *i* on as a cell of *column*, and what is to be added to it.

        Both are apart from widths and from the cost of the run's shape; they never change.
        """
        kind = self.kinds[column]
        if kind == "rest":
            return partial(self._rest_cost, self.columns[column - self._rest].kind), 0.0
        own = self._own_costs[self.columns[column - self._late].kind if kind == "late" else kind]
        if kind == "target":
            return own, 0.0
        tail = self._is_tail[i] and i > 0 and (self._of_value[i - 1] or self._is_tail[i - 1])
        if tail and is_unit(self.texts[i]) and self.texts[i - 1][-1].isdigit():
            return own, 5.0  # 990 / 批次
        return own, 2.5 if tail else 0.0  # 以内, 人次, 底前

    def _values_in(self, i: int, j: int) -> int:
        """Return how many of atoms *i*–*j* are values, or the beginning of one."""
        return self._values_before[j] - self._values_before[i]

    def _only_level2_cost(self, i: int, j: int, span: Span) -> float:
        return 0.0 if span.key in self.evidence.level2 else 8.0

    def _level1_cost(self, i: int, j: int, span: Span) -> float:
        return 0.0 if span.key in self.evidence.level1 else 5.0 + max(0, len(span.text) - 8) * 0.5

    def _level2_cost(self, i: int, j: int, span: Span) -> float:
        if span.key in self.evidence.level2:
            return 0.0 if span.key in self.evidence.level1 else -2.0
        if span.key in self.evidence.level1:
            return 8.0
        text = span.text
        value = self.values[i] if j - i == 1 else 0.0
        if "；" in text or "。" in text:
            value += 0.7  # a name, not a sentence
        long = max(0, len(text) - 20) * 0.08 if self._has_work else max(0, len(text) - 10) * 0.4
        return 1.0 + value * 4 + long + 3.0 * self._values_in(i, j)

    def _work_cost(self, i: int, j: int, span: Span) -> float:
        ev, size, key = self.evidence, len(span.text), span.key
        value = self.values[i] if j - i == 1 else 0.0
        cost = 2.0 if size < 4 else 1.0 if size < 6 else 0.0
        if key in ev.projects:
            cost += 2.0
        known = 8.0 if key in ev.level1 else 3.0 if key in ev.level2 else 0.0
        cost += self._cut_off(i, j, span.text)
        return cost + known + (value * 4 if value >= 0.9 or size < 6 else 0.0)

    def _cut_off(self, i: int, j: int, text: str) -> float:
        """Return the cost of *text*, atoms *i*–*j*, being all of a sentence: 力争 never ends one, nor does a bare number."""
        habits, cut = self.evidence.habits, self._may_be_cut(j)
        cost = 1.5 if text[-1].isdigit() and not text.isascii() else 0.0
        if cut and text[-1] in STOPS:
            cost -= 1.5 if text[-1] in "；;" else 2.5  # which the shape counts against such an end
        if habits is not None:
            cost += min(_NEVER_ENDS, 0.6 * habits.never_begins(text)) - 0.7 * habits.begins(text)
            if not cut:
                cost += min(_NEVER_ENDS, 0.8 * habits.never_ends(text))
        return cost

    def _name_cost(self, i: int, j: int, span: Span) -> float:
        """Return the cost of a text as an indicator's name."""
        ev, size, key = self.evidence, len(span.text), span.key
        if span.text in NO_NAME and self.atoms[i].last:
            return _NO_INDICATOR
        value = self.values[i] if j - i == 1 else 0.0
        cost = max(0, size - 36) * 0.3 + (6.0 if size < 2 else 1.0 if size < 3 else 0.0)
        cost += 2.0 if value >= 0.9 else 3.0 * value if value >= 0.35 else 0.0
        if j - i == 1 and value < 0.9 and self._of_value[i]:
            cost += 4.0  # 不小于
        if j - i == 1 and self._twin[i] and not self._is_label[i]:
            cost += 2.0  # the same words side by side are a value for both periods
        cost += 4.0 * self._values_in(i, j)  # a value, or the beginning of one, among the lines of a name
        if "；" in span.text or "。" in span.text:
            cost += 4.0  # a name, not a sentence
        if _COUNTED.search(span.text):
            cost += _FIGURE_WITHIN
        if key in ev.level1:
            cost += 8.0
        elif key in ev.level2:
            cost += 5.0
        if key in ev.projects:
            cost += 1.0
        return cost

    def _other_cost(self, i: int, j: int, span: Span) -> float:
        return self.values[i] if j - i == 1 else 0.0

    def _project_cost(self, i: int, j: int, span: Span) -> float:
        """Return the cost of a name as a project: those in the funds first, then what is named like them."""
        if span.text in NO_NAME:
            return 0.0  # the form says that there is none
        value = self.values[i] if j - i == 1 else 0.0
        cost = self._project_name_cost(span.key) + value * 4
        if span.key not in self.evidence.projects and _COUNTED.search(span.text):
            cost += _FIGURE_WITHIN
        habits = self.evidence.habits
        if habits is not None and span.key not in self.evidence.projects:
            cost += min(_NEVER_ENDS, 0.6 * habits.never_ends(span.text))
            cost += _VERB if habits.begins(span.text) >= 0.7 else 0.0
        return cost

    def _project_name_cost(self, key: str) -> float:
        ev = self.evidence
        if key in ev.projects:
            return -6.0
        cost = 8.0 if key in ev.level1 else 3.0 if key in ev.level2 else 2.4 if ev.projects else 0.5
        cost += 2.5 if len(key) < 4 else 0.0
        if any(sign in key for sign in "，；。;,"):
            cost += 4.0  # a name, not a sentence
        if not key.endswith(ev.endings):
            if ends_like_name(key):
                cost += 2.0  # 覆盖率: an indicator's
            if "、" in key:
                cost += 2.0  # 加强管理、力争
        cost += max(0, len(key) - 24) * 0.25
        if len(key) < 6 and (self._all_endings(key) or any(name.endswith(key) for name in ev.projects)):
            cost += 2.5  # 专项经费 is how names end that are cut here
        if key[-2:] in self._endings or key.endswith(self.evidence.endings):
            cost -= 1.4
        if any(key.startswith(name) and len(name) > 3 and key[len(name)] != "(" for name in ev.projects):
            return cost + 1.0  # a name of the funds and the end of something else
        near = self._likeness(key)
        return cost - 3.0 * near if near >= 0.7 else cost

    def _may_be_cut(self, j: int) -> bool:
        """Tell whether a merged cell that ends with atom *j* may go on below a page break, some rows further down."""
        return any(a.turn for a in self.atoms[j : j + _PAGE_END])

    def _all_endings(self, key: str) -> bool:
        """Tell whether *key* is put together from what names of projects end in: 专项经费."""
        while key:
            end = next((e for e in self.evidence.endings if key.endswith(e)), "")
            if not end:
                return False
            key = key[: -len(end)]
        return True

    def _likeness(self, key: str) -> float:
        """Return how like *key* is to the nearest project among the funds, 0–1."""
        ev = self.evidence
        if ev.likeness is None or len(key) < 4:
            return 0.0
        known = self._likenesses.get(key)
        if known is None:
            own, size = self._signs_of(key), len(key)
            near = [n for n, length, signs in self._signs if 2 * (own & signs).bit_count() > max(length, size)]
            known = self._likenesses[key] = max((ev.likeness(key, n) for n in near), default=0.0)
        return known

    def _signs_of(self, name: str) -> int:
        """Return a bit for every character of *name* that stands in a project's."""
        bits, signs = self._bits, 0
        for sign in name:
            signs |= bits.get(sign, 0)
        return signs

    def _target_cost(self, i: int, j: int, span: Span) -> float:
        text = span.text
        if j - i > 1:
            return self._wrapped_target_cost(i, j, text)
        surely = self.values[i]
        cost = 7.0 * (1.0 - surely)
        if self._is_label[i]:
            return cost + 8.0
        if surely < 0.9 and self._of_value[i]:
            return 1.5
        if surely < 0.9:
            if self._twin[i]:
                cost *= 0.3
            elif len(text) > 4 and self._beside(i, j, text):
                cost *= 0.3  # the same words, wrapped otherwise, are the value beside
            if not self.atoms[i].first and len(text) <= 12:
                cost *= 0.6
        return cost

    def _rest_cost(self, kind: str, i: int, j: int, span: Span) -> float:
        """Return the cost of atoms *i*–*j* being the rest of a cell of *kind* that a page break cut."""
        ev, key = self.evidence, span.key
        if self._printed_above(i, j) and (kind == "level1" or key not in ev.level1):
            if kind == "level1" and key not in ev.level1:
                return 2.0
            if kind in LABELS:
                return 0.0
            return 6.0
        if kind == "level1":
            return 6.0  # too short to be cut
        if kind == "target":
            if self._is_label[i]:
                return 8.0
            return 6.0 if self.texts[j - 1][-1] in "。；" else 0.3 - self._spans[i][0].begins
        if self._values_in(i, j) or key in ev.level2 or key in ev.level1:
            return 8.0
        if kind in ("level2", "key_work") and "," not in key and key.endswith(ev.endings):
            return 2.3 - self._spans[i][0].begins  # a project's name
        # Keys are folded: ; and , stand for ； and ，
        if kind in ("level3", "project", "level2") and (";" in key or ("," in key and kind != "level2")):
            return 6.0
        return 0.3 - self._spans[i][0].begins  # which the shape counts against a beginning

    def _printed_above(self, i: int, j: int) -> bool:
        """Tell whether atoms *i*–*j* are a label printed again: the same text stands as whole lines shortly above."""
        known = self._repeats.get((i, j))
        if known is None:
            text = "".join(self.texts[i:j])
            known = False
            # A few characters are alike by chance, unless they are a level's.
            worth = len(text) > 3 or key_of(text) in self._known
            for start in range(max(0, i - 150), i if worth else 0):
                if text.startswith(self.texts[start]) and self.texts[start]:
                    stop = start + 1
                    while stop < i and len("".join(self.texts[start:stop])) < len(text):
                        stop += 1
                    if "".join(self.texts[start:stop]) == text:
                        known = True
                        break
            self._repeats[(i, j)] = known
        return known

    def _wrapped_target_cost(self, i: int, j: int, text: str) -> float:
        """Return the cost of several lines being one value: a cut date, a unit on a line of its own, a sentence."""
        surely = looks_like_target(text)
        whole = surely >= 0.9 and self.values[i] < 0.9
        beside = self._beside(i, j, text)
        label = not whole and not beside and any(self._starts_label[i + 1 : j])
        if label or (self._of_value[j - 1] and self.values[j - 1] < 0.6):
            return 9.0  # the next row's label, or a comparator without its number
        if whole:
            return 7.0 * (1.0 - surely) + 0.5
        if surely >= 0.9:
            # The first line is a value already. The next belongs to it if it is a mere tail, or if it was full.
            tail = "".join(self.texts[i + 1 : j])
            if is_unit(tail) or looks_like_target("1" + tail) >= 0.9 or looks_like_target("1月" + tail) >= 0.9:
                return 0.7
            if beside or ends_in_unit(self.texts[j - 2] + self.texts[j - 1], self.texts[j - 1]):
                return 0.7
            if not tail.isascii() and "".join(self.texts[max(0, i - 3) : i]).endswith(tail):
                return 0.7  # the value beside ends so too
            widest = max((self._widest.get(c, 0.0) for c in self.target_columns), default=0.0)
            return 2.0 if self.widths[i] >= widest - 1.0 else 5.0
        cost = 7.0 * (1.0 - surely) + 2.0
        return cost * 0.1 if beside else cost

    def _beside(self, i: int, j: int, text: str) -> bool:
        """Tell whether the same words stand again right behind or before: in the column beside."""
        after, before = "".join(self.texts[j : j + 5]), "".join(self.texts[max(0, i - 5) : i])
        return after.startswith(text) or before.endswith(text)

    def _gap(self, i: int, j: int, column: int) -> float:
        """Return the cost of atoms *i*–*j* going on with the cell above in *column*, by how that one ends."""
        if self._printed_above(i, j):
            return 0.0
        gap, above = self._gaps.get(column, (5.0, ""))
        if self.columns[column].kind == "target":
            rest = "".join(self.texts[i:j])
            if above and any(self._gaps.get(c, (0.0, ""))[1] == above + rest for c in self.target_columns if c != column):
                return -_TWIN
            tail = looks_like_target(above) < 0.9 or looks_like_target("5" + rest) >= 0.9
            if above and tail and looks_like_target(above + rest) >= 0.9 and not ends_like_name(rest):
                return 0.0
            # A long sentence below a short value is no end of it.
            return 4.0 if len(rest) <= 2 * len(above) else 9.0
        if self.columns[column].kind == "project" and above:
            key = key_of(above + "".join(self.texts[i:j]))
            if len(key) > 3 and any(name.endswith(key) for name in self.evidence.projects):
                return gap - 4.0
        if self.columns[column].kind == "level3":
            gap += 2.0 if ends_like_name(above) else -1.5 if ends_like_name("".join(self.texts[i:j])) else 0.0
        return gap - _WORD_CUT * self._breaks_word(i, column)

    def _breaks_word(self, i: int, column: int) -> float:
        """Return 0–1, how surely a page break before what atom *i* begins cut a word of the cell above in *column*."""
        # Once a dictionary was asked about the block, it is asked about the page break too.
        joins = self.evidence.words if self._asked else self.evidence.joins
        above = self._gaps.get(column, (0.0, ""))[1]
        return max(0.0, joins(above, self.texts[i])) if above and joins is not None else 0.0

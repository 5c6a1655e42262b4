"""Rows rebuilt from a flattened table: which atoms make a cell, and which cells make a row.

A dump prints the cells of a table one after another, each wrapped cell as several lines, with
nothing between them. What is left as evidence: the header in force says how many columns there
are; values end a row and look like values; a column wraps at a width, so that all lines of a cell
but its last are nearly as wide as the column; closed vocabularies name the levels; the funds
section names the projects; a cell neither begins with a comma nor ends inside a bracket. Each piece
of evidence is a cost, and the split of lowest total cost is taken (dynamic programming over
atoms and columns). The widths are not known beforehand: they are estimated from a first split and
the split made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from jixiao.normalize import targets as _targets
from jixiao.normalize.characters import display_width
from jixiao.normalize.units import is_unit
from jixiao.rules import families as _families

from .atoms import Atom, split_piece

LEADING = "、，。；：！？）》」』】〉％%”’〕］…),;:."
"""Signs a cell's text does not begin with: a line that does is the middle of a cell."""
OPENING = "（《「『【〈“‘〔［("
_CLOSERS = {"）": "（", ")": "(", "》": "《", "」": "「", "』": "『", "】": "【", "”": "“", "’": "‘", "〕": "〔"}
_FAR = 1e9


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. *kind*: level1, level2, key_work, project, level3, target, other."""

    name: str
    kind: str


@dataclass(slots=True)
class Evidence:
    """What is known of the table from elsewhere in the form.

    *level1*, *level2*: closed vocabularies (keys). *projects*: the names in the funds (keys).
    *likeness*: how like two names are, 0–1. *joins*: how surely a line break falls inside a word, 0–1, and
    *words* the same, slower and surer, for what is else in doubt. *endings*: how names of projects end.
    """

    level1: frozenset[str] = frozenset()
    level2: frozenset[str] = frozenset()
    with_projects: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    likeness: Callable[[str, str], float] | None = None
    joins: Callable[[str, str], float] | None = None
    words: Callable[[str, str], float] | None = None
    endings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundCell:
    """Atoms *start* to *stop* (exclusive) stand in column *column*.

    *rest*: they go on with that column's cell above, which a page break cut or printed again.
    """

    start: int
    stop: int
    column: int
    rest: bool = False


FoundRow = tuple[FoundCell, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """The rows of one block, the total cost, and the cost of the next best split."""

    rows: tuple[FoundRow, ...]
    cost: float


_QUOTES = "“”‘’"
# The same short words come again and again within a form and from form to form.
looks_like_target = lru_cache(maxsize=16384)(_targets.looks_like_target)
key_of = lru_cache(maxsize=16384)(_families.key_of)
_MAX_ATOMS = {"rest": 16, "only_level2": 4, "level1": 4, "level2": 12, "key_work": 24, "project": 8, "level3": 6, "target": 4, "other": 12}
_WIDTH_COST = 0.8  # for each half em that a full line is short of its column
_WIDTH_CAP = 9.0
DOUBTFUL = 1.5
"""A split this much cheaper than the next best is taken for sure; a closer one is in doubt."""
_GO_ON = 2.0  # that a page break cuts a row
_BEAM = 14.0  # a beginning of a split this much dearer than the best one is never part of the best split
_HOPELESS = 14.0  # a cell whose widths alone cost this much is never part of the best split


class Splitter:
    """Splits blocks of atoms into rows of the table whose columns are *columns*."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[Column], evidence: Evidence) -> None:
        self.atoms = atoms
        self.columns = tuple(columns)
        self.evidence = evidence
        self.texts = [a.text for a in atoms]
        self.widths = [float(display_width(t)) for t in self.texts]
        # Some fonts set “ ” ‘ ’ half as wide: what is too narrow is judged by the wider reading, and the other way.
        self.narrow = [w - sum(map(t.count, _QUOTES)) for w, t in zip(self.widths, self.texts, strict=True)]
        self.values = [looks_like_target(t) for t in self.texts]
        self._of_value = [v >= 0.9 or _begins_value(t) for t, v in zip(self.texts, self.values, strict=True)]
        known = evidence.level1 | evidence.level2
        keys = [key_of(t) for t in self.texts]
        self._starts_label = [
            any("".join(keys[k : k + n]) in known for n in (1, 2, 3)) and len(keys[k]) > 1 for k in range(len(keys))
        ]
        self._is_tail = [len(t) <= 4 and looks_like_target("5" + t) >= 0.9 for t in self.texts]
        self._is_label = [key_of(t) in evidence.level1 or key_of(t) in evidence.level2 for t in self.texts]
        kinds = [c.kind for c in self.columns]
        # A row of level labels alone ends with its level 2: a reading of that column with a price of its own.
        self._level2 = kinds.index("level2") if "level2" in kinds else None
        if self._level2 is not None:
            kinds.append("only_level2")
        # What stands at the top of a page may be the rest of the row above: per column, a reading as its rest.
        self._rest = len(kinds)
        kinds += ["rest"] * len(self.columns)
        self.kinds = kinds
        self.target_columns = [i for i, k in enumerate(kinds) if k == "target"]
        self.slack = 2.2
        self._shape: dict[tuple[int, int], float] = {}
        self._texts_costs: dict[tuple[int, int, int], float] = {}
        self._likenesses: dict[str, float] = {}
        self._repeats: dict[tuple[int, int], bool] = {}
        self._endings = {name[-2:] for name in evidence.projects}
        self._prices = _transitions(kinds)
        price = self._prices[0]
        self._into = [[(p, price[p][c]) for p in range(len(kinds)) if price[p][c] < _FAR] for c in range(len(kinds))]
        self.column_widths: dict[int, float] = {}
        self._lines: dict[int, tuple[list[float], list[float]]] = {}
        self._gaps: dict[int, tuple[float, str]] = {}
        self._widest: dict[int, float] = {}

    def blocks(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Cut atoms *start*–*stop* behind every line that surely ends a row with its values."""
        wanted = len(self.target_columns)
        out: list[tuple[int, int]] = []
        begin = start
        line_start = start
        for i in range(start, stop):
            if self.atoms[i].first:
                line_start = i
            if not (self.atoms[i].last or i + 1 == stop):
                continue
            if i + 1 < stop and self.atoms[i + 1].turn:
                continue
            if wanted and i + 1 - line_start >= wanted and self._surely_ends(i + 1 - wanted, i + 1, stop):
                out.append((begin, i + 1))
                begin = i + 1
        if begin < stop:
            out.append((begin, stop))
        return out

    def _with_words(self, lo: int, hi: int) -> tuple[tuple[FoundRow, ...], float]:
        """Split a block once more, now asking a dictionary which line breaks cut a word."""
        words = self.evidence.words
        assert words is not None
        cut = {
            i: 2.5 * words(self.texts[i - 1], self.texts[i]) for i in range(lo + 1, hi) if self.atoms[i].first
        }
        for (i, j), cost in list(self._shape.items()):
            if lo <= i < hi and cut.get(i):
                self._shape[(i, j)] = cost + cut[i]
        for (i, j, c), cost in list(self._texts_costs.items()):
            if lo <= i < hi and cut.get(i):
                self._texts_costs[(i, j, c)] = cost + cut[i]
        return self._best(lo, hi, margin=True)

    def _surely_ends(self, first: int, end: int, stop: int) -> bool:
        """Tell whether atoms *first*–*end*, the last of a line, are a row's values and the last of them whole."""
        if min(self.values[first:end]) < 0.9:
            return False
        if end >= stop:
            return True
        # 2023年12月2 / 日前, 不低于2103 / 人: the next line may be the rest of the value.
        rest = self.texts[end]
        if rest[0] in LEADING:
            return False
        if len(rest) > 8 or self._is_label[end] or looks_like_target(self.texts[end - 1] + rest) < 0.9:
            return True
        return max(looks_like_target("1" + rest), looks_like_target("1月" + rest)) < 0.5

    def split(self, parts: Sequence[tuple[int, int]]) -> list[list[tuple[tuple[FoundRow, ...], float]]]:
        """Return for every part, and every block in it, the rows and the margin to the next best split.

        The *parts* (runs of atoms) stand under the same columns, so they wrap at the same widths.
        """
        cut = [self.blocks(start, stop) for start, stop in parts]
        blocks = [block for part in cut for block in part]
        self.column_widths = {}
        plain: dict[tuple[int, int], tuple[FoundRow, ...]] = {}
        for block in blocks:
            row = self._plain_row(*block)
            if row is not None:
                plain[block] = (row,)
        hard = [block for block in blocks if block not in plain]
        self._measure(blocks)
        for turn in range(4):
            found = {block: self._best(*block, margin=turn > 0) for block in hard}
            widths = self._estimate([*plain.values(), *(rows for rows, _ in found.values())])
            if turn and widths == self.column_widths:
                break
            self.column_widths = widths
            self._price_lines()
        if self.evidence.words is not None:
            for block, (_, margin) in found.items():
                if margin < DOUBTFUL:
                    found[block] = self._with_words(*block)
        return [[(plain[b], _FAR) if b in plain else found[b] for b in part] for part in cut]

    def _measure(self, blocks: Sequence[tuple[int, int]]) -> None:
        """Take the widths that are sure: the last line of a block is a name (or its end) and its values.

        What stands on one line fits its column, so the column is at least as wide.
        """
        columns = [self.kinds.index("level3"), *self.target_columns]
        for _, hi in blocks:
            lo = hi - len(columns)
            if lo < 0 or self.atoms[lo].line != self.atoms[hi - 1].line or min(self.values[lo + 1 : hi]) < 0.9:
                continue
            for i, column in zip(range(lo, hi), columns, strict=True):
                self._widest[column] = max(self._widest.get(column, 0.0), self.narrow[i])

    # --- the easy case: one line, a name and its values ---------------------------------------

    def _plain_row(self, lo: int, hi: int) -> FoundRow | None:
        """Return the row of a block that needs no weighing: known level labels, then a name and its values on one line."""
        wanted = len(self.target_columns)
        name = hi - wanted - 1
        if wanted == 0 or name < lo or not self.atoms[hi - 1].last:
            return None
        if self.atoms[name].line != self.atoms[hi - 1].line or min(self.values[name + 1 : hi]) < 0.9:
            return None
        if self._is_label[name] or self._of_value[name] or self.texts[name][0] in LEADING:
            return None
        labels: list[FoundCell] = []
        if name > lo:
            if "key_work" in self.kinds or name - lo > 2 or any(self.atoms[i].turn for i in range(lo + 1, hi)):
                return None
            keys = [key_of(t) for t in self.texts[lo:name]]
            levels = (self.evidence.level1, self.evidence.level2)
            if len(keys) == 1 and keys[0] in levels[1]:
                labels = [FoundCell(lo, name, self.kinds.index("level2"))]
            elif len(keys) == 2 and keys[0] in levels[0] and keys[1] in levels[1]:
                labels = [FoundCell(lo + k, lo + k + 1, self.kinds.index(f"level{k + 1}")) for k in (0, 1)]
            else:
                return None
        elif not self.atoms[name].first:
            return None
        return (
            *labels,
            FoundCell(name, name + 1, self.kinds.index("level3")),
            *(FoundCell(name + 1 + k, name + 2 + k, c) for k, c in enumerate(self.target_columns)),
        )

    # --- costs ---------------------------------------------------------------------------------

    def _shape_cost(self, i: int, j: int) -> float:
        """Return the cost of atoms *i*–*j* being a whole cell, whatever its column."""
        known = self._shape.get((i, j))
        if known is not None:
            return known
        atoms, texts = self.atoms, self.texts
        cost = 0.0
        first = texts[i]
        if first[0] in LEADING:
            cost += 9.0
        for k in range(i + 1, j):
            if not atoms[k].first:
                cost += 4.0
            elif texts[k][0] in LEADING or texts[k - 1][-1] in OPENING:
                cost -= 0.5
        last = texts[j - 1]
        if last[-1] in "、，" or last[-1] in OPENING:
            cost += 3.5
        cost += _bracket_cost(texts[i:j])
        if j - i > 1:
            cost += 3.0 * sum(self._is_label[i:j])  # a whole label of its own inside another cell
        joins = self.evidence.joins
        if joins is not None and i > 0 and atoms[i].first:
            cost += 2.0 * joins(texts[i - 1], first)
        self._shape[(i, j)] = cost
        return cost

    def _width_cost(self, i: int, j: int, column: int) -> float:
        """Return the cost of the line widths of atoms *i*–*j* as the wrapped lines of one cell."""
        widths = self.widths
        if column >= self._rest:
            column -= self._rest
        known = self._lines.get(column)
        if known is not None:
            inner, last = known
            return inner[j - 1] - inner[i] + last[j - 1]
        if j - i == 1:
            return 0.0
        cost = 0.0
        full = max(*self.narrow[i : j - 1], self._widest.get(column, 0.0))
        for w in widths[i : j - 1]:
            if full - w > self.slack:
                cost += min(_WIDTH_CAP, (full - w - self.slack) * _WIDTH_COST)
        over = self.narrow[j - 1] - full - 1.0
        return cost + min(_WIDTH_CAP, over * _WIDTH_COST) if over > 0 else cost

    def _price_lines(self) -> None:
        """Work out, for every column of known width, what each line costs inside a cell and as its last line."""
        self._lines = {}
        for column, width in self.column_widths.items():
            inner, last = [0.0], []
            total = 0.0
            for k, (wide, narrow) in enumerate(zip(self.widths, self.narrow, strict=True)):
                over = min(_WIDTH_CAP, (narrow - width - 1.0) * _WIDTH_COST) if narrow > width + 1.0 else 0.0
                short = min(_WIDTH_CAP, (width - wide - self.slack) * _WIDTH_COST) if width - wide > self.slack else 0.0
                total += over if over else short
                inner.append(total)
                follows = k + 1 < len(self.atoms) and self.atoms[k + 1].first
                # A last line is full only by chance.
                last.append(over + (1.2 if narrow > width - 1.5 and follows else 0.0))
            self._lines[column] = (inner, last)

    def _text_cost(self, i: int, j: int, column: int) -> float:
        """Return the cost of atoms *i*–*j* as a cell of *column*, widths aside; it never changes, so it is kept."""
        known = self._texts_costs.get((i, j, column))
        if known is None:
            known = self._shape_cost(i, j) + self._column_cost(i, j, column)
            self._texts_costs[(i, j, column)] = known
        return known

    def _column_cost(self, i: int, j: int, column: int) -> float:
        """Return the cost of what atoms *i*–*j* say, standing in *column*."""
        kind = self.kinds[column]
        text = "".join(self.texts[i:j])
        if kind == "target":
            return self._target_cost(i, j, text)
        key = key_of(text)
        if kind == "rest":
            return self._rest_cost(i, j, key, self.columns[column - self._rest].kind)
        tail = self._is_tail[i] and i > 0 and (self._of_value[i - 1] or self._is_tail[i - 1])
        return self._label_cost(i, j, text, key, kind) + (2.5 if tail else 0.0)  # 以内, 人次, 底前

    def _label_cost(self, i: int, j: int, text: str, key: str, kind: str) -> float:
        """Return the cost of a text as a level, a key work, a project or an indicator's name."""
        ev = self.evidence
        value = self.values[i] if j - i == 1 else 0.0
        if kind == "only_level2":
            return 0.0 if key in ev.level2 else 8.0
        if kind == "level1":
            return 0.0 if key in ev.level1 else 5.0 + max(0, len(text) - 8) * 0.5
        if kind == "level2":
            if key in ev.level2:
                return -2.0
            if key in ev.level1:
                return 8.0
            free = "key_work" in self.kinds
            if "；" in text or "。" in text:
                value += 0.7  # a name, not a sentence
            long = max(0, len(text) - 20) * 0.08 if free else max(0, len(text) - 10) * 0.4
            return 1.0 + value * 4 + long + 3.0 * sum(self._of_value[i:j])
        if kind == "key_work":
            cost = 2.0 if len(text) < 4 else 1.0 if len(text) < 6 else 0.0
            if key in ev.projects:
                cost += 2.0
            known = 8.0 if key in ev.level1 else 3.0 if key in ev.level2 else 0.0
            return cost + known + (value * 4 if value >= 0.9 or len(text) < 6 else 0.0)
        if kind == "project":
            return self._project_cost(key) + value * 4
        if kind == "level3":
            cost = max(0, len(text) - 36) * 0.3 + (3.0 if len(text) < 2 else 1.0 if len(text) < 3 else 0.0)
            cost += 2.0 if value >= 0.9 else 3.0 * value if value >= 0.35 else 0.0
            cost += 4.0 * sum(self._of_value[i:j])  # a value, or the beginning of one, among the lines of a name
            if key in ev.level1:
                cost += 8.0
            elif key in ev.level2:
                cost += 3.0
            if key in ev.projects:
                cost += 1.0
            return cost
        return value

    def _project_cost(self, key: str) -> float:
        """Return the cost of a name as a project: those in the funds first, then what is named like them."""
        ev = self.evidence
        if key in ev.projects:
            return -6.0
        cost = 8.0 if key in ev.level1 else 3.0 if key in ev.level2 else 2.6 if ev.projects else 0.5
        cost += 2.5 if len(key) < 4 else 0.0
        if any(sign in key for sign in "，；。;,"):
            cost += 4.0  # a name, not a sentence
        cost += max(0, len(key) - 24) * 0.25
        if key[-2:] in self._endings or key.endswith(self.evidence.endings):
            cost -= 1.2
        near = self._likeness(key)
        return cost - 3.0 * near if near >= 0.7 else cost

    def _likeness(self, key: str) -> float:
        """Return how like *key* is to the nearest project among the funds, 0–1."""
        ev = self.evidence
        if ev.likeness is None or len(key) < 4:
            return 0.0
        known = self._likenesses.get(key)
        if known is None:
            signs = set(key)
            near = [n for n in ev.projects if 2 * len(signs.intersection(n)) > max(len(n), len(key))]
            known = self._likenesses[key] = max((ev.likeness(key, n) for n in near), default=0.0)
        return known

    def _target_cost(self, i: int, j: int, text: str) -> float:
        if j - i > 1:
            return self._wrapped_target_cost(i, j, text)
        surely = self.values[i]
        cost = 7.0 * (1.0 - surely)
        if self._is_label[i]:
            return cost + 8.0
        if surely < 0.9 and self._of_value[i]:
            return 1.5
        if surely < 0.9:
            twin = (i + 1 < len(self.texts) and self.texts[i + 1] == text) or (i > 0 and self.texts[i - 1] == text)
            if twin and len(text) <= 12:
                cost *= 0.3
            if not self.atoms[i].first and len(text) <= 12:
                cost *= 0.6
        return cost

    def _rest_cost(self, i: int, j: int, key: str, kind: str) -> float:
        """Return the cost of atoms *i*–*j* being the rest of a cell of *kind* that a page break cut."""
        ev = self.evidence
        if self._printed_above(i, j) and (kind == "level1" or key not in ev.level1):
            return 0.0 if kind in ("level1", "level2", "key_work", "project") else 6.0
        if kind == "level1":
            return 6.0  # too short to be cut
        if kind == "target":
            return 8.0 if self._is_label[i] else 0.3
        if sum(self._of_value[i:j]) or key in ev.level2 or key in ev.level1:
            return 8.0
        if kind in ("level3", "project", "level2") and ("；" in key or ("，" in key and kind != "level2")):
            return 6.0
        return 0.3 - (9.0 if self.texts[i][0] in LEADING else 0.0)  # which the shape counts against a beginning

    def _printed_above(self, i: int, j: int) -> bool:
        """Tell whether atoms *i*–*j* are a label printed again: the same text stands as whole lines shortly above."""
        known = self._repeats.get((i, j))
        if known is None:
            text = "".join(self.texts[i:j])
            known = False
            for start in range(max(0, i - 150), i):
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
        if any(self._starts_label[i + 1 : j]) or (self._of_value[j - 1] and self.values[j - 1] < 0.9):
            return 9.0  # the next row's label, or a comparator without its number
        if surely >= 0.9 and self.values[i] < 0.9:
            return 7.0 * (1.0 - surely) + 0.5
        if surely >= 0.9:
            # The first line is a value already. The next belongs to it if it is a mere tail, or if it was full.
            tail = "".join(self.texts[i + 1 : j])
            if is_unit(tail) or looks_like_target("1" + tail) >= 0.9 or looks_like_target("1月" + tail) >= 0.9:
                return 0.7
            if self._beside(i, j, text):
                return 0.7
            widest = max((self._widest.get(c, 0.0) for c in self.target_columns), default=0.0)
            return 2.0 if self.widths[i] >= widest - 1.0 else 5.0
        cost = 7.0 * (1.0 - surely) + 2.0
        return cost * 0.1 if self._beside(i, j, text) else cost

    def _beside(self, i: int, j: int, text: str) -> bool:
        """Tell whether the same words stand again right behind or before: in the column beside."""
        after, before = "".join(self.texts[j : j + 5]), "".join(self.texts[max(0, i - 5) : i])
        return after.startswith(text) or before.endswith(text)

    # --- the split -----------------------------------------------------------------------------

    def _best(self, lo: int, hi: int, margin: bool = False) -> tuple[tuple[FoundRow, ...], float]:
        """Return the cheapest rows for atoms *lo*–*hi* and the margin to the next best reading."""
        n = hi - lo
        turns = any(self.atoms[i].turn for i in range(lo + 1, hi))
        width = len(self.kinds) if turns else self._rest
        price, begins, ends = self._prices
        values, of_value = self.values, self._of_value
        best = [[_FAR] * width for _ in range(n + 1)]
        back: list[list[tuple[int, int, bool]]] = [[(-1, -1, True)] * width for _ in range(n + 1)]
        tried: list[tuple[int, int, int, float, float]] = []
        for i in range(n):
            enter: list[tuple[float, int, bool]] = []
            if i == 0:
                enter = [(begins[c], -1, True) for c in range(width)]
            else:
                row = best[i]
                close = min(range(width), key=lambda c: row[c] + ends[c])
                closed = row[close] + ends[close]
                for c in range(width):
                    cheapest, came, new = closed + begins[c], close, True
                    for p, more in self._into[c]:
                        if p < width and row[p] + more < cheapest:
                            cheapest, came, new = row[p] + more, p, False
                    enter.append((cheapest, came, new))
                if self.atoms[lo + i].turn:
                    cheapest = min(range(self._rest), key=lambda p: row[p] + min(ends[p], 6.0))
                    for p in {cheapest, min(range(self._rest), key=lambda p: row[p])}:
                        if row[p] < _FAR:
                            whole = p == self.target_columns[-1] if self.target_columns else True
                            cost = row[p] + _GO_ON + (0.0 if whole else 1.5)
                            self._enter_rest(enter, cost, p, self._cells_above(back, i, p), lo)
            far = min(_FAR, min(enter)[0] + _BEAM)
            if far >= _FAR:
                continue
            surely_value = values[lo + i] >= 0.99
            # A label or a name never runs on over a value.
            reach = next((k for k in range(i + 1, n) if values[lo + k] >= 0.99), n)
            for c in range(width):
                base, came, new = enter[c]
                if base > far:
                    continue
                kind = self.kinds[c]
                stop = min(n, i + _MAX_ATOMS[kind])
                if kind == "target":
                    if not of_value[lo + i] and values[lo + i] < 0.1 and self.widths[lo + i] > 24:
                        continue
                elif kind != "rest":
                    if surely_value and (i or kind != "level3"):
                        continue
                    stop = min(stop, max(reach, i + 1))
                for j in range(i + 1, stop + 1):
                    width_cost = self._width_cost(lo + i, lo + j, c)
                    if width_cost > _HOPELESS:
                        break
                    cost = width_cost + self._text_cost(lo + i, lo + j, c)
                    if kind == "rest":
                        cost += self._gap(lo + i, lo + j, c - self._rest)
                    if margin:
                        tried.append((i, j, c, base, cost))
                    if base + cost < best[j][c]:
                        best[j][c] = base + cost
                        back[j][c] = (i, came, new)
        last = min(range(width), key=lambda c: best[n][c] + ends[c])
        if best[n][last] >= _FAR:
            return ((FoundCell(lo, hi, self.kinds.index("level3")),),), 0.0
        total = best[n][last] + ends[last]
        rows: list[list[FoundCell]] = []
        cells: list[FoundCell] = []
        chosen: set[tuple[int, int, int]] = set()
        j, c = n, last
        while j > 0:
            i, came, new = back[j][c]
            chosen.add((i, j, c))
            place = self._level2 if self.kinds[c] == "only_level2" else c - self._rest if c >= self._rest else c
            assert place is not None
            cells.append(FoundCell(lo + i, lo + j, place, c >= self._rest))
            if new:
                rows.append(cells[::-1])
                cells = []
            j, c = i, came
        found = tuple(tuple(r) for r in reversed(rows))
        return found, self._margin(n, tried, chosen, total) if margin else 0.0

    def _cells_above(self, back: list[list[tuple[int, int, bool]]], j: int, c: int) -> dict[int, int]:
        """Return, for the path whose last cell is of column *c* and ends at *j*: column → where its last cell ends."""
        ends: dict[int, int] = {}
        while j > 0:
            i, came, _ = back[j][c]
            place = c - self._rest if c >= self._rest else self._level2 if self.kinds[c] == "only_level2" else c
            ends.setdefault(place or 0, j)
            j, c = i, came
        return ends

    def _gap(self, i: int, j: int, column: int) -> float:
        """Return the cost of atoms *i*–*j* going on with the cell above in *column*, by how that one ends."""
        if self._printed_above(i, j):
            return 0.0
        gap, above = self._gaps.get(column, (5.0, ""))
        if self.columns[column].kind == "target":
            whole = above + "".join(self.texts[i:j])
            return 0.0 if above and looks_like_target(whole) >= 0.9 else 4.0
        return gap

    def _enter_rest(
        self, enter: list[tuple[float, int, bool]], cost: float, came: int, ends: dict[int, int], lo: int
    ) -> None:
        """Let the cells above go on behind a page break: the rest of a cell follows only on a full line of it.

        How far that line is from full is kept, and charged unless the text is the cell's printed again.
        """
        for column in range(len(self.columns)):
            gap, above = 5.0, ""
            end = ends.get(column)
            if end is not None:
                above = self.texts[lo + end - 1]
                width = max(self.column_widths.get(column, 0.0), self._widest.get(column, 0.0))
                gap = min(6.0, max(0.0, width - self.widths[lo + end - 1] - self.slack)) if width else 2.0
            self._gaps[column] = (gap, above)
            place = self._rest + column
            if cost < enter[place][0]:
                enter[place] = (cost, came, False)

    def _margin(
        self, n: int, tried: list[tuple[int, int, int, float, float]], chosen: set[tuple[int, int, int]], total: float
    ) -> float:
        """Return how much dearer the cheapest split is that reads any atom otherwise than *chosen*."""
        price, begins, ends = self._prices
        width = len(self.kinds) if any(cell[2] >= self._rest for cell in tried) else self._rest
        # rest[j][c]: cost of all that follows a cell of column c that ends at j.
        rest = [[_FAR] * width for _ in range(n + 1)]
        rest[n] = list(ends[:width])
        second = _FAR
        by_start: dict[int, list[tuple[int, int, int, float, float]]] = {}
        for cell in tried:
            by_start.setdefault(cell[0], []).append(cell)
        for i in range(n - 1, -1, -1):
            follow = [_FAR] * width  # cost of a cell of column c from i on, without its way in
            for start, j, c, base, own in by_start.get(i, ()):
                after = own + rest[j][c]
                if after < follow[c]:
                    follow[c] = after
                if base + after < second and (start, j, c) not in chosen:
                    second = base + after
            if i:
                begin = min(begins[c] + follow[c] for c in range(width))
                for p in range(width):
                    go_on = min(price[p][c] + follow[c] for c in range(width))
                    rest[i][p] = min(ends[p] + begin, go_on)
        return second - total

    def _estimate(self, splits: Sequence[tuple[FoundRow, ...]]) -> dict[int, float]:
        """Return the width at which each column wraps, in half ems, from the cells found so far."""
        full: dict[int, list[float]] = {}
        for rows in splits:
            for row in rows:
                for cell in row:
                    if cell.rest:
                        continue
                    widths = self.narrow[cell.start : cell.stop]
                    if len(widths) > 1:
                        full.setdefault(cell.column, []).extend(widths[:-1])
        out = {}
        for column, widths in full.items():
            if len(widths) >= 2:
                # The width that most full lines come up to; a few cells may still be cut wrongly.
                usual = max(sorted(set(widths)), key=lambda w: (sum(w - 2.0 <= v <= w for v in widths), w))
                out[column] = max(usual, self._widest.get(column, 0.0))
        return out


def _begins_value(text: str) -> bool:
    """Tell whether *text* is the first line of a value and not yet one: 不高于, 79.94%～, 2023年12, 35.99%以."""
    if len(text) > 12 or text[0] in OPENING:
        return False
    rests = ("内",) if text[-1] == "以" else ("1", "100%", "9999", "月")
    return any(looks_like_target(text + rest) >= 0.9 for rest in rests)


_SIGNS = "≥≤＝=＞＜><﹦≧≦⩾⩽"


def unglue(atom: Atom) -> list[Atom]:
    """Return *atom* cut where a value begins in its middle: a dumper left no space between two cells.

    应时间≤7天 is a name's end and a value, ≥20个≥100个 two values. Only a comparator's sign, or a second
    value of the same kind as the first, is taken for such a beginning.
    """
    text = atom.text
    if len(text) < 4 or looks_like_target(text) >= 0.9 and sum(map(text.count, _SIGNS)) < 2:
        return [atom]
    cut = next((i for i in range(1, len(text) - 1) if text[i] in _SIGNS and text[i + 1].isdigit()), 0)
    if cut and (text[cut - 1] in "（(~～-—至" or text[cut - 1] in _SIGNS):
        cut = 0
    if not cut:
        half = len(text) // 2
        cuts = [half] if text[:half] == text[half:] else range(2, len(text) - 2)
        cut = next((i for i in cuts if min(looks_like_target(text[:i]), looks_like_target(text[i:])) >= 0.97), 0)
    if not cut:
        return [atom]
    left, right = split_piece(atom.piece, cut)
    return [replace(atom, piece=left, last=False), *unglue(Atom(right, atom.line, False, atom.last, 0))]


def _bracket_cost(texts: Sequence[str]) -> float:
    depth: list[str] = []
    loose = 0
    for text in texts:
        for ch in text:
            if ch in OPENING:
                depth.append(ch)
            elif ch in _CLOSERS:
                if depth and depth[-1] == _CLOSERS[ch]:
                    depth.pop()
                else:
                    loose += 1
    return 3.0 * min(2, loose + len(depth))


def _transitions(kinds: Sequence[str]) -> tuple[list[list[float]], list[float], list[float]]:
    """Return (price of going on from column p to column c, of beginning a row at c, of ending one at c)."""
    n = len(kinds)
    has_work = "key_work" in kinds
    targets = [i for i, k in enumerate(kinds) if k == "target"]
    last_target = targets[-1] if targets else n
    begin_by_kind = {"level1": 0.6, "level2": 0.3, "key_work": 1.2, "project": 3.0, "level3": 0.0, "target": 14.0}
    begin_by_kind["only_level2"] = begin_by_kind["level2"]
    begins = [_FAR if k == "rest" else begin_by_kind.get(k, 14.0) for k in kinds]
    ends = []
    for i, kind in enumerate(kinds):
        if kind == "target":
            ends.append(0.0 if i == last_target else 4.5)
        elif kind == "level3":
            ends.append(6.0 if targets else 0.0)
        elif kind == "level2":
            ends.append(_FAR)
        elif kind == "only_level2":
            ends.append(3.0)
        elif kind == "rest":
            ends.append(0.5)
        elif kind == "level1":
            ends.append(6.0)
        elif kind == "other":
            ends.append(0.0 if i > last_target else 8.0)
        else:
            ends.append(10.0)
    skips: Mapping[str, float] = {
        "level1": 0.0, "level2": 2.5, "key_work": 1.5, "project": 1.5, "level3": 8.0, "target": 3.0, "other": 0.3,
    }
    price = [[_FAR] * n for _ in range(n)]
    for p in range(n):
        for c in range(p + 1, n):
            if "only_level2" in (kinds[p], kinds[c]) or "rest" in (kinds[p], kinds[c]):
                if kinds[p] == "level1" and kinds[c] == "only_level2":
                    price[p][c] = 0.0
                continue
            between = kinds[p + 1 : c]
            cost = sum(skips.get(k, 1.0) for k in between)
            if has_work and kinds[p] == "key_work" and "project" in between:
                cost += 0.5
            price[p][c] = cost
    first = kinds.index("rest") if "rest" in kinds else n
    for p in range(first, n):
        for c in range(p + 1, n):
            price[p][c] = 0.2
    return price, begins, ends

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

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jixiao.rules.checks import NO_NAME

from .atoms import Atom
from .costs import (
    LEADING,
    NEAR,
    NOTHING,
    WIDTH_CAP,
    WIDTH_COST,
    CellCosts,
    Column,
    Evidence,
    ends_in_unit,
    key_of,
    looks_like_target,
)

_FAR = 1e9
_MAX_ATOMS = {
    "rest": 16, "late": 16, "none": 0,
    "only_level2": 4, "level1": 6, "level2": 12, "key_work": 24, "project": 8, "level3": 6, "target": 4,
    "other": 12,
}
DOUBTFUL = 1.5
"""A split this much cheaper than the next best is taken for sure; a closer one is in doubt."""
_GO_ON = 2.0  # that a page break cuts a row
_BEAM = 14.0  # a beginning of a split this much dearer than the best one is never part of the best split
_BELOW = ("rest", "late", "none")  # readings of what stands below a page break
_LATE = 0.6  # that a label of a cut row is printed on the new page only
_APART = 1.5  # that a label begins without the one it begins with in all other rows
_NEVER = 1000
_NEIGHBOURS = (("level2", "key_work"), ("key_work", "level2"), ("key_work", "project"), ("project", "key_work"))
_HOPELESS = 14.0  # a cell whose widths alone cost this much is never part of the best split
_PAST_HOPE = _HOPELESS + 9.0  # what a text has for it as a cell of some column is never worth so much
MAX_BLOCK = 400
"""Atoms without a row's end in sight: more than this are no table."""
MAX_LINE_WIDTH = 400
"""Half ems: no cell of a table is wider."""


@dataclass(frozen=True, slots=True)
class FoundCell:
    """Atoms *start* to *stop* (exclusive) stand in column *column*.

    *rest*: they go on with that column's cell above, which a page break cut or printed again. *sure*: that the
    cell begins in its row.
    """

    start: int
    stop: int
    column: int
    rest: bool = False
    sure: bool = True


FoundRow = tuple[FoundCell, ...]


class Splitter(CellCosts):
    """Splits blocks of atoms into rows of the table whose columns are *columns*."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[Column], evidence: Evidence) -> None:
        super().__init__(atoms, columns, evidence)
        kinds = self.kinds
        self._usual = self._strict = _prices(kinds)
        self._loose = _prices(kinds, near=True)
        self._near_turn = _near(atoms)
        self._late_prices: dict[int, float] = {}
        self._above: dict[int, dict[int, int]] = {}
        self._cells: list[dict[int, list[tuple[int, float, float]]]] = [{} for _ in atoms]
        self._cut: dict[int, float] = {}
        self._next_value = _next([value >= 0.99 for value in self.values])
        self._next_project = _next(self._is_project)

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
        for i in range(lo + 1, hi):
            more = 2.5 * words(self.texts[i - 1], self.texts[i]) if self.atoms[i].first else 0.0
            if more:
                self._cut[i] = more
                for column, cells in self._cells[i].items():
                    if self.kinds[column] == "rest":
                        continue  # a page break cuts words too
                    self._cells[i][column] = [(j, cost + more, width) for j, cost, width in cells]
        self._asked = True
        try:
            return self._best(lo, hi, margin=True)
        finally:
            self._asked = False

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
        beyond = end + len(self.target_columns)
        if beyond < stop and self.atoms[beyond].line == self.atoms[end].line:
            return True  # more cells on a line than values that may go on
        if len(rest) > 8 or self._is_label[end] or looks_like_target(self.texts[end - 1] + rest) < 0.9:
            return True
        if ends_in_unit(self.texts[end - 1] + rest, rest):
            return False
        return max(looks_like_target("1" + rest), looks_like_target("1月" + rest)) < 0.5

    def split(
        self, parts: Sequence[tuple[int, int]]
    ) -> list[list[tuple[tuple[int, int], tuple[tuple[FoundRow, ...], float]]]]:
        """Return for every part, and every block (atoms) in it, the rows and the margin to the next best split.

        The *parts* (runs of atoms) stand under the same columns, so they wrap at the same widths. A block
        too large for a row or two, or with a line longer than any cell's, has no rows.
        """
        cut = [self.blocks(start, stop) for start, stop in parts]
        blocks = [block for part in cut for block in part]
        self.column_widths = {}
        plain: dict[tuple[int, int], tuple[FoundRow, ...]] = {}
        for block in blocks:
            row = self._plain_row(*block)
            if row is not None:
                plain[block] = (row,)
            elif block[1] - block[0] > MAX_BLOCK or max(self.widths[slice(*block)]) > MAX_LINE_WIDTH:
                plain[block] = ()
        hard = [block for block in blocks if block not in plain]
        self._measure(blocks)
        known: frozenset[tuple[str, str]] = frozenset()
        for turn in range(4):
            found = {block: self._best(*block, margin=turn > 0) for block in hard}
            widths = self._estimate([*plain.values(), *(rows for rows, _ in found.values())])
            together = self._together([*plain.values(), *(rows for rows, _ in found.values())])
            if turn and widths == self.column_widths and together == known:
                break
            known = together
            for part in cut:
                self._above.update(_ends_above([(lo, plain[lo, hi] if (lo, hi) in plain else found[lo, hi][0]) for lo, hi in part]))
            self._strict = _prices(self.kinds, together) if together else self._usual
            self.column_widths = widths
            self._price_lines()
        if self.evidence.words is not None:
            for block, (_, margin) in found.items():
                if margin < DOUBTFUL and not all(self._is_label[slice(*block)]):
                    found[block] = self._with_words(*block)
        return [[(b, (plain[b], _FAR) if b in plain else found[b]) for b in part] for part in cut]

    def _measure(self, blocks: Sequence[tuple[int, int]]) -> None:
        """Take the widths that are sure: a level 2 on one line; the last line of a block is a name (or its end) and its values.

        What stands on one line fits its column, so the column is at least as wide.
        """
        if not self.target_columns:
            return
        own = self.evidence.level2 - self.evidence.level1
        if self._level2 is not None:
            wide = [self.narrow[i] for i, text in enumerate(self.texts) if self._is_label[i] and key_of(text) in own]
            self._widest[self._level2] = max(wide, default=0.0)
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
        columns = len(self.columns)
        if columns - 1 <= hi - lo <= columns and self.atoms[lo].first and self.atoms[lo].line == self.atoms[hi - 1].line:
            # As many cells on one line as there are columns, or all but the level 1 that goes on.
            if key_of(self.texts[lo]) in self.evidence.level1 and hi - lo < columns:
                return None
            return tuple(FoundCell(lo + k, lo + k + 1, columns - hi + lo + k) for k in range(hi - lo))
        labels: list[FoundCell] = []
        if name > lo:
            if "key_work" in self.kinds or name - lo > 2 or any(self.atoms[i].turn for i in range(lo + 1, hi)):
                return None
            if "level1" not in self.kinds or "level2" not in self.kinds:
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

    # --- the split -----------------------------------------------------------------------------

    def _best(self, lo: int, hi: int, margin: bool = False) -> tuple[tuple[FoundRow, ...], float]:
        """Return the cheapest rows for atoms *lo*–*hi* and the margin to the next best reading."""
        n = hi - lo
        turns = any(self.atoms[i].turn for i in range(lo + 1, hi))
        width = len(self.kinds) if turns else self._rest
        ends = self._usual.ends
        best = [[_FAR] * width for _ in range(n + 1)]
        back: list[list[tuple[int, int, bool]]] = [[(-1, -1, True)] * width for _ in range(n + 1)]
        tried: list[tuple[int, int, int, float, float]] = []
        for i in range(n):
            # What it costs, at least, that a cell of each column begins here, and what comes before it then.
            prices = self._loose if self._near_turn[lo + i] else self._strict
            begins = prices.begins[:width]
            if i == 0:
                enter, came = begins, [(-1, True)] * width
            else:
                row = best[i]
                reached = [c for c in range(width) if row[c] < _FAR]
                if not reached:
                    continue
                close = min(reached, key=lambda c: row[c] + ends[c])
                closed = row[close] + ends[close]
                enter, came = [closed + begin for begin in begins], [(close, True)] * width
                for p in reached:
                    for c, more in prices.onto[p]:
                        if c < width and row[p] + more < enter[c]:
                            enter[c], came[c] = row[p] + more, (p, False)
                if self.atoms[lo + i].turn:
                    cheapest = min(range(self._rest), key=lambda p: row[p] + min(ends[p], 6.0))
                    for p in {cheapest, min(range(self._rest), key=lambda p: row[p])}:
                        if row[p] < _FAR:
                            whole = p == self.target_columns[-1] if self.target_columns else True
                            cost = row[p] + _GO_ON + (0.0 if whole else 1.5)
                            self._enter_rest(enter, came, cost, p, *self._cells_above(back, i, p, lo))
            far = min(enter) + _BEAM
            if far >= _FAR:
                continue
            # A label or a name never runs on over a value.
            reach = min(self._next_value[lo + i + 1] - lo, n)
            work = min(self._next_project[lo + i + 1] - lo, reach)
            cells_here = self._cells[lo + i]
            for c in range(width):
                base = enter[c]
                if base > far:
                    continue
                ahead = cells_here.get(c)
                if ahead is None:
                    ahead = cells_here[c] = self._cells_from(lo, i, n, c, reach, work)
                if not ahead:
                    continue
                path = (i, *came[c])
                column = self._columns[c]
                lines = self._lines.get(column)
                if lines is not None:
                    inner, ending = lines
                    before = inner[lo + i]
                late = self._late_prices[column] + self._breaks_word(lo + i, column) if c >= self._late else 0.0
                for j, text_cost, width_cost in ahead:
                    if lines is not None:
                        width_cost = inner[lo + j - 1] - before + ending[lo + j - 1]
                    if width_cost > _HOPELESS:
                        break
                    cost = width_cost + text_cost
                    if self._rest <= c < self._late:
                        cost += self._gap(lo + i, lo + j, column)
                    elif c >= self._late:
                        cost += late
                    if margin:
                        tried.append((i, j, c, base, cost))
                    if base + cost < best[j][c]:
                        best[j][c] = base + cost
                        back[j][c] = path
        last = min(range(width), key=lambda c: best[n][c] + ends[c])
        if best[n][last] >= _FAR:
            return ((FoundCell(lo, hi, self.kinds.index("level3")),),), 0.0
        total = best[n][last] + ends[last]
        rows: list[list[FoundCell]] = []
        cells: list[FoundCell] = []
        chosen: set[tuple[int, int, int]] = set()
        j, c = n, last
        while j > 0:
            i, left, new = back[j][c]
            chosen.add((i, j, c))
            place = self._level2 if self.kinds[c] == "only_level2" else self._columns[c]
            assert place is not None
            cells.append(FoundCell(lo + i, lo + j, place, self._rest <= c < self._late))
            if new:
                rows.append(cells[::-1])
                cells = []
            j, c = i, left
        found = tuple(tuple(r) for r in reversed(rows))
        return found, self._margin(lo, n, tried, chosen, total) if margin else 0.0

    def _cells_from(self, lo: int, i: int, n: int, column: int, reach: int, work: int) -> list[tuple[int, float, float]]:
        """Return (end, cost of the text, cost of the widths) of the cells of *column* that may begin at atom *i*.

        *i* and the end count from *lo*, where the block begins. The widths are judged by one another and by what is
        sure of the column; once its own width is known that says more. A value, if there is one, begins at *reach*,
        a project's name at *work*.
        """
        kind = self.kinds[column]
        stop = min(n, i + _MAX_ATOMS[kind])
        first = lo + i
        if kind == "target":
            if not self._of_value[first] and self.values[first] < 0.1 and self.widths[first] > 24:
                return []
        elif kind != "rest":
            if self.values[first] >= 0.99 and (i or kind != "level3"):
                return []
            stop = min(stop, max(work if kind in ("level2", "key_work") else reach, i + 1))
        more = self._cut.get(first, 0.0) if kind != "rest" else 0.0
        cells = []
        spans = self._spans_from(first)
        own, tail = self._text_costs(first, column)
        narrow = self.narrow
        full, short = self._widest.get(self._columns[column], 0.0), 0.0
        for j in range(first + 1, lo + stop + 1):
            if j > first + 1:
                # The line before is an inner one now; a column is at least as wide as its widest inner line.
                if narrow[j - 2] > full:
                    full = narrow[j - 2]
                    short = sum(self._short(k, full) for k in range(first, j - 1))
                else:
                    short += self._short(j - 2, full)
                if short > _HOPELESS:
                    break
            if j - first == len(spans):
                spans.append(self._longer(spans[-1], first, j - 1))
            span = spans[j - first]
            if span.cost > _PAST_HOPE and kind != "level3":
                continue
            cost = span.cost + own(first, j, span) + tail
            if j > first + 1 and self.texts[j - 1] in NO_NAME:
                cost += NOTHING
            if cost < _HOPELESS or kind == "level3":
                over = narrow[j - 1] - full - 1.0 if j > first + 1 else 0.0
                cells.append((j - lo, cost + more, short + (min(WIDTH_CAP, over * WIDTH_COST) if over > 0 else 0.0)))
        return cells

    def _short(self, k: int, full: float) -> float:
        """Return what it costs that line *k* ends before a width of *full* though the cell goes on."""
        missing = full - self.widths[k] - self.slack
        return min(WIDTH_CAP, missing * WIDTH_COST) if missing > 0 else 0.0

    def _cells_above(self, back: list[list[tuple[int, int, bool]]], j: int, c: int, lo: int) -> tuple[dict[int, int], set[int]]:
        """Return, for the path whose last cell is of column *c* and ends at *j*: column → the atom where its last cell ends.

        Beside them the columns that the last row has. What stands above the block is taken from the split before this one.
        """
        ends: dict[int, int] = {}
        row: set[int] = set()
        begun = False
        while j > 0:
            i, came, new = back[j][c]
            place = self._level2 if self.kinds[c] == "only_level2" else self._columns[c]
            ends.setdefault(place or 0, lo + j)
            if not begun:
                row.add(place or 0)
            begun = begun or new
            j, c = i, came
        for place, end in self._above.get(lo, {}).items():
            ends.setdefault(place, end)
        return ends, row

    def _enter_rest(
        self, enter: list[float], came: list[tuple[int, bool]], cost: float, p: int, ends: Mapping[int, int], row: Container[int]
    ) -> None:
        """Let the cells above go on behind a page break: the rest of a cell follows only on a full line of it.

        How far that line is from full is kept, and charged unless the text is the cell's printed again. A label that
        the cut *row* lacks may stand there first.
        """
        habits = self.evidence.habits
        for column in range(len(self.columns)):
            gap, above = 5.0, ""
            end = ends.get(column)
            if end is not None:
                above = self.texts[end - 1]
                width = max(self.column_widths.get(column, 0.0), self._widest.get(column, 0.0))
                gap = min(6.0, max(0.0, width - self.widths[end - 1] - self.slack)) if width else 3.0
            if above and habits is not None and habits.never_ends(above):
                gap = max(0.0, gap - 1.0)
            self._gaps[column] = (gap, above)
            place = self._rest + column
            if cost < enter[place]:
                enter[place], came[place] = cost, (p, False)
            place = self._late + column
            self._late_prices[column] = _FAR if column in row else _LATE
            if self.kinds[place] == "late" and cost < enter[place]:
                enter[place], came[place] = cost, (p, False)

    def _margin(
        self, lo: int, n: int, tried: list[tuple[int, int, int, float, float]], chosen: set[tuple[int, int, int]], total: float
    ) -> float:
        """Return how much dearer the cheapest split is that reads any atom otherwise than *chosen*."""
        ends = self._usual.ends
        width = len(self.kinds) if any(cell[2] >= self._rest for cell in tried) else self._rest
        # rest[j][c]: cost of all that follows a cell of column c that ends at j.
        rest = [[_FAR] * width for _ in range(n + 1)]
        rest[n] = list(ends[:width])
        second = _FAR
        at = len(tried)  # they begin in order
        for i in range(n - 1, -1, -1):
            follow: dict[int, float] = {}  # cost of a cell of column c from i on, without its way in
            while at and tried[at - 1][0] == i:
                at -= 1
                start, j, c, base, own = tried[at]
                after = own + rest[j][c]
                if after < follow.get(c, _FAR):
                    follow[c] = after
                if base + after < second and (start, j, c) not in chosen:
                    second = base + after
            if i and follow:
                prices = self._loose if self._near_turn[lo + i] else self._strict
                begins = prices.begins
                begin = min([begins[c] + after for c, after in follow.items()])
                for p in range(width):
                    go_on = min([follow[c] + more for c, more in prices.onto[p] if c in follow], default=_FAR)
                    rest[i][p] = min(ends[p] + begin, go_on)
        return second - total

    def _together(self, splits: Sequence[tuple[FoundRow, ...]]) -> frozenset[tuple[str, str]]:
        """Return the pairs of labels, neighbours, the first of which begins in no row without the second, page breaks apart."""
        if "key_work" not in self.kinds:
            return frozenset()
        alone: dict[tuple[str, str], int] = {}
        both: dict[tuple[str, str], int] = {}
        for rows in splits:
            for row in rows:
                if self._near_turn[row[0].start] or self._near_turn[row[-1].stop - 1]:
                    continue
                own = {self.columns[cell.column].kind for cell in row if not cell.rest}
                for pair in _NEIGHBOURS:
                    if pair[0] in own:
                        counts = both if pair[1] in own else alone
                        counts[pair] = counts.get(pair, 0) + 1
        return frozenset(
            pair for pair, n in both.items() if n >= 3 and n >= (5 if "level2" in pair else _NEVER) * alone.get(pair, 0)
        )

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
        # Beside works, whose cells wrap in every row, one line of a name tells its column's width.
        enough = 1 if "key_work" in self.kinds else 2
        out = {}
        for column, widths in full.items():
            if len(widths) >= enough:
                # The width that most full lines come up to; a few cells may still be cut wrongly.
                usual = max(sorted(set(widths)), key=lambda w: (sum(w - 2.0 <= v <= w for v in widths), w))
                out[column] = max(usual, self._widest.get(column, 0.0))
        return out


def _next(marked: Sequence[bool]) -> list[int]:
    """Return, for every index and the one behind the last, the first from there on that is marked, else how many there are."""
    out = [len(marked)] * (len(marked) + 1)
    for i in range(len(marked) - 1, -1, -1):
        out[i] = i if marked[i] else out[i + 1]
    return out


def _ends_above(blocks: Sequence[tuple[int, tuple[FoundRow, ...]]]) -> dict[int, dict[int, int]]:
    """Return for every block, by the atom it begins with: column → where its last cell above the block ends."""
    out: dict[int, dict[int, int]] = {}
    ends: dict[int, int] = {}
    for begin, rows in blocks:
        out[begin] = dict(ends)
        for row in rows:
            ends.update({cell.column: cell.stop for cell in row})
    return out


class _Prices(NamedTuple):
    """What it costs to go on from column p to column c (*onto*, per p), to begin a row at c, to end one at c."""

    onto: list[list[tuple[int, float]]]
    begins: list[float]
    ends: list[float]


def _prices(kinds: Sequence[str], together: frozenset[tuple[str, str]] = frozenset(), near: bool = False) -> _Prices:
    """Return the prices for columns of *kinds*; *together* are pairs the first of which never begins without the second.

    *near* a page's end the labels of a row may be printed below.
    """
    n = len(kinds)
    has_work = "key_work" in kinds
    targets = [i for i, k in enumerate(kinds) if k == "target"]
    last_target = targets[-1] if targets else n
    begin_by_kind = {"level1": 0.6, "level2": 0.3, "key_work": 1.2, "project": 3.0, "level3": 0.0, "target": 14.0}
    begin_by_kind["only_level2"] = begin_by_kind["level2"]
    begins = [_FAR if k in _BELOW else begin_by_kind.get(k, 14.0) for k in kinds]
    for kind, other in (("key_work", "level2"), ("project", "key_work")):
        if (kind, other) in together:
            begins[kinds.index(kind)] += _APART
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
        elif kind in _BELOW:
            ends.append(_FAR)
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
            if "only_level2" in (kinds[p], kinds[c]) or kinds[p] in _BELOW or kinds[c] in _BELOW:
                if kinds[p] == "level1" and kinds[c] == "only_level2":
                    price[p][c] = 0.0
                continue
            between = kinds[p + 1 : c]
            cost = sum(skips.get(k, 1.0) for k in between)
            if has_work and kinds[p] == "key_work" and "project" in between:
                cost += 1.5
            if has_work and kinds[p] == "level1" and "level2" in between:
                cost += 2.5  # where a level 1 begins, so does a level 2
            if kinds[c] == "project" and "key_work" in between:
                cost += 2.0  # a project is there for a piece of work
            if near and kinds[p] == "level2" and "key_work" in between:
                cost -= 0.7
            cost += sum(_APART for k in between if (kinds[p], k) in together or (kinds[c], k) in together)
            price[p][c] = cost
    first = kinds.index("rest") if "rest" in kinds else n
    columns = (n - first) // 2
    for p in range(first, n):
        for c in range(first, n):
            before, here = kinds[(p - first) % columns], kinds[(c - first) % columns]
            apart = kinds[p] == "late" and kinds[c] == "rest" and (before, here) == ("key_work", "project")
            if (p - first) % columns < (c - first) % columns and kinds[c] != "none" and not apart:
                price[p][c] = 0.2
    onto = [[(c, price[p][c]) for c in range(n) if price[p][c] < _FAR] for p in range(n)]
    return _Prices(onto, begins, ends)


def _near(atoms: Sequence[Atom]) -> list[bool]:
    """Return which atoms stand shortly above a page break or begin the page: there a row may lack its labels."""
    turns = [a.turn for a in atoms]
    return [any(turns[k : k + 1 + NEAR]) for k in range(len(turns))]

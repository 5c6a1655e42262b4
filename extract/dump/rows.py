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

from jixiao.rules.checks import NO_NAME

from .atoms import Atom
from .blocks import Blocks, FoundCell, FoundRow
from .costs import (
    NEAR,
    WIDTH_CAP,
    WIDTH_COST,
    Column,
    Evidence,
)
from .prices import FAR, prices_of

_MAX_ATOMS = {
    "rest": 16, "late": 16, "none": 0,
    "only_level2": 4, "level1": 6, "level2": 12, "key_work": 24, "project": 8, "level3": 6, "target": 4,
    "other": 12,
}
_NOTHING = 6.0  # that the last line of a cell is 无
DOUBTFUL = 1.5
"""A split this much cheaper than the next best is taken for sure; a closer one is in doubt."""
_GO_ON = 2.0  # that a page break cuts a row
_BEAM = 14.0  # a beginning of a split this much dearer than the best one is never part of the best split
_LATE = 0.6  # that a label of a cut row is printed on the new page only
_NEVER = 1000
_NEIGHBOURS = (("level2", "key_work"), ("key_work", "level2"), ("key_work", "project"), ("project", "key_work"))
_HOPELESS = 14.0  # a cell whose widths alone cost this much is never part of the best split
_PAST_HOPE = _HOPELESS + 9.0  # what a text has for it as a cell of some column is never worth so much
MAX_BLOCK = 400
"""Atoms without a row's end in sight: more than this are no table."""
MAX_LINE_WIDTH = 400
"""Half ems: no cell of a table is wider."""


class Splitter(Blocks):
    """Splits blocks of atoms into rows of the table whose columns are *columns*."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[Column], evidence: Evidence) -> None:
        super().__init__(atoms, columns, evidence)
        kinds = self.kinds
        self._usual = self._strict = prices_of(kinds)
        self._loose = prices_of(kinds, near=True)
        self._near_turn = _near(atoms)
        self._late_prices: dict[int, float] = {}
        self._above: dict[int, dict[int, int]] = {}
        self._cells: list[dict[int, list[tuple[int, float, float]]]] = [{} for _ in atoms]
        self._cut: dict[int, float] = {}
        self._next_value = _next([value >= 0.99 for value in self.values])
        self._next_project = _next(self._is_project)

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
            self._strict = prices_of(self.kinds, together) if together else self._usual
            self.column_widths = widths
            self._price_lines()
        if self.evidence.words is not None:
            for block, (_, margin) in found.items():
                if margin < DOUBTFUL and not all(self._is_label[slice(*block)]):
                    found[block] = self._with_words(*block)
        return [[(b, (plain[b], FAR) if b in plain else found[b]) for b in part] for part in cut]

    # --- the split -----------------------------------------------------------------------------

    def _best(self, lo: int, hi: int, margin: bool = False) -> tuple[tuple[FoundRow, ...], float]:
        """Return the cheapest rows for atoms *lo*–*hi* and the margin to the next best reading."""
        n = hi - lo
        turns = any(self.atoms[i].turn for i in range(lo + 1, hi))
        width = len(self.kinds) if turns else self._rest
        ends = self._usual.ends
        best = [[FAR] * width for _ in range(n + 1)]
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
                reached = [c for c in range(width) if row[c] < FAR]
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
                        if row[p] < FAR:
                            whole = p == self.target_columns[-1] if self.target_columns else True
                            cost = row[p] + _GO_ON + (0.0 if whole else 1.5)
                            self._enter_rest(enter, came, cost, p, *self._cells_above(back, i, p, lo))
            far = min(enter) + _BEAM
            if far >= FAR:
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
        if best[n][last] >= FAR:
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
                cost += _NOTHING
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
            self._late_prices[column] = FAR if column in row else _LATE
            if self.kinds[place] == "late" and cost < enter[place]:
                enter[place], came[place] = cost, (p, False)

    def _margin(
        self, lo: int, n: int, tried: list[tuple[int, int, int, float, float]], chosen: set[tuple[int, int, int]], total: float
    ) -> float:
        """Return how much dearer the cheapest split is that reads any atom otherwise than *chosen*."""
        ends = self._usual.ends
        width = len(self.kinds) if any(cell[2] >= self._rest for cell in tried) else self._rest
        # rest[j][c]: cost of all that follows a cell of column c that ends at j.
        rest = [[FAR] * width for _ in range(n + 1)]
        rest[n] = list(ends[:width])
        second = FAR
        at = len(tried)  # they begin in order
        for i in range(n - 1, -1, -1):
            follow: dict[int, float] = {}  # cost of a cell of column c from i on, without its way in
            while at and tried[at - 1][0] == i:
                at -= 1
                start, j, c, base, own = tried[at]
                after = own + rest[j][c]
                if after < follow.get(c, FAR):
                    follow[c] = after
                if base + after < second and (start, j, c) not in chosen:
                    second = base + after
            if i and follow:
                prices = self._loose if self._near_turn[lo + i] else self._strict
                begins = prices.begins
                begin = min([begins[c] + after for c, after in follow.items()])
                for p in range(width):
                    go_on = min([follow[c] + more for c, more in prices.onto[p] if c in follow], default=FAR)
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


def _near(atoms: Sequence[Atom]) -> list[bool]:
    """Return which atoms stand shortly above a page break or begin the page: there a row may lack its labels."""
    turns = [a.turn for a in atoms]
    return [any(turns[k : k + 1 + NEAR]) for k in range(len(turns))]

"""Rows of indicators in a flattened dump whose columns are told apart by what stands in them.

Comparators, units, points and notes have columns of their own there (一级指标 … 指标性质 指标值 度量单位 权重;
年度指标值 实际完成值 分值 得分 偏差原因). Every row begins a line; its cells keep the order of the columns, a cell
that wraps goes on over whole lines. What fits two columns nearly as well is not placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.extract.sections.words import bare
from jixiao.normalize.characters import display_width, fold_width
from jixiao.rules.families import Family, key_of

from .atoms import Atom, line_end
from .costs import LEADING
from .lined_header import LinedColumn
from .lined_prices import FAR, POINTS, Vocabulary, price_of

MAX_ROWS = 4000  # atoms of a table; a longer one is left unread
_REST = 2  # characters: 情况, 值
_LINES = 8
_MOSTLY = 3
_BLANK = 3.0  # what a row of labels alone costs
_GIVEN_UP = 16.0  # what a line costs that stands in no row
_LETTER = 0.2  # what each line of a label set upright costs
_UNSURE = 1.0
_SKIP = {
    "level1": 0.0, "level2": 0.2, "comparator": 1.5, "unit": 0.6, "direction": 0.5, "weight": 2.0, "score": 2.5, "note": 0.1,
    "rate": 2.5,
}  # fmt: skip
_SLACK = 4.0  # half ems: what may not begin a line, or may not be parted, leaves so much of one free


@dataclass(frozen=True, slots=True)
class LinedCell:
    """Atoms *start*–*stop* in the column of that number."""

    start: int
    stop: int
    column: int


@dataclass(slots=True)
class LinedTable:
    """The *rows* that could be placed; *lost* are atoms start–stop of those that could not."""

    rows: list[list[LinedCell]] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)


class LinedRows:
    """Places the atoms of one table into its columns."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[LinedColumn], family: Family) -> None:
        self.atoms = atoms
        self.names = [c.name for c in columns]
        self.family = family
        self.widths: dict[int, float] = {}
        self.signed = "comparator" in self.names
        self.words = Vocabulary(family, self.signed)
        self.levels = family.level1 | family.level2
        first = self.names.index("level3")
        self.skips = [FAR if c == first else self._skip(name) for c, name in enumerate(self.names)]
        self.level1, self.level2 = (self.names.index(n) if n in self.names else -1 for n in ("level1", "level2"))

    def table(self) -> LinedTable:
        """Return the rows, and what could not be placed."""
        out = LinedTable()
        if not self.atoms or len(self.atoms) > MAX_ROWS:
            out.lost = [(0, len(self.atoms))] if self.atoms else []
            return out
        rows: list[list[LinedCell]] = []
        for _ in range(3):
            rows = self._best()
            widths = self._estimate(rows)
            if widths == self.widths:
                break
            self.widths = widths
        given_up = sum(row[0].stop - row[0].start for row in rows if row[0].column < 0)
        if given_up * _MOSTLY > len(self.atoms):
            out.lost = [(0, len(self.atoms))]  # these are not its columns
            return out
        above = ""
        for k, row in enumerate(rows):
            beside = [near for near in (*rows[max(0, k - 1) : k], *rows[k + 1 : k + 2]) if self._is_torn(near)]
            row = self._levelled(row, above)
            above = next((self._key(c) for c in row if c.column == self.level1), above)
            if row[0].column >= 0 and not beside and self._sure(row):
                out.rows.append(row)
            else:
                out.lost.append((row[0].start, row[-1].stop))
        return out

    def _is_torn(self, row: Sequence[LinedCell]) -> bool:
        """Tell whether a line that was given up may be the rest of a row beside it: it is a lone text, and no label."""
        cell = row[0]
        if cell.column >= 0 or cell.stop - cell.start > 1:
            return False
        return self._key(cell) not in self.levels

    # --- the best rows ----------------------------------------------------------------------------------

    def _best(self) -> list[list[LinedCell]]:
        """Return the cheapest rows for all atoms; a line given up is a row of one cell in column -1."""
        n, width = len(self.atoms), len(self.names)
        name = self.names.index("level3")
        best = [[FAR] * width for _ in range(n + 1)]
        back: list[list[tuple[int, int, bool]]] = [[(-1, -1, True)] * width for _ in range(n + 1)]
        done: list[tuple[float, int, int]] = [(FAR, -1, -1)] * (n + 1)  # cost of all before, last column, its begin if given up
        done[0] = (0.0, -1, -1)
        skipped = [0.0]
        for cost in self.skips:
            skipped.append(skipped[-1] + cost)
        for i in range(n + 1):
            for c in range(width):
                cost = best[i][c] + (skipped[width] - skipped[c + 1] if c >= name else _BLANK)
                if cost < done[i][0] and (c >= name or self._is_label(back[i][c][0], i)):
                    done[i] = (cost, c, -1)
            if i == n:
                break
            closed, close, _ = done[i]
            if self.atoms[i].first and closed < FAR:
                end = line_end(self.atoms, i, n)
                if closed + _GIVEN_UP < done[end][0]:
                    done[end] = (closed + _GIVEN_UP, -1, i)
            for c in range(width):
                enter, came, new = FAR, -1, True
                if self.atoms[i].first and c <= name and closed < FAR:
                    enter, came, new = closed + 0.3 + skipped[c] + self._goes_on(i, close), close, True
                for p in range(c):
                    if best[i][p] >= FAR:
                        continue
                    cost = best[i][p] + skipped[c] - skipped[p + 1]
                    if p == self.level1 and c == self.level2:
                        cost += self._strangers(back[i][p][0], i)
                    if cost < enter and not p < name < c:
                        enter, came, new = cost, p, False
                if enter >= FAR:
                    continue
                for j, cost in self._cells(i, c):
                    if enter + cost < best[j][c]:
                        best[j][c] = enter + cost
                        back[j][c] = (i, came, new)
        rows: list[list[LinedCell]] = []
        cells: list[LinedCell] = []
        j, c = n, done[n][1]
        while j > 0:
            if not cells:
                _, c, begin = done[j]
                if begin >= 0:
                    rows.append([LinedCell(begin, j, -1)])
                    j = begin
                    continue
            i, came, new = back[j][c]
            cells.append(LinedCell(i, j, c))
            if new:
                rows.append(cells[::-1])
                cells = []
            j, c = i, came
        return rows[::-1]

    def _is_label(self, start: int, stop: int) -> bool:
        """Tell whether atoms *start*–*stop* are a level's label that is known: nothing need stand beside it."""
        if start < 0:
            return False
        key = bare(key_of("".join(a.text for a in self.atoms[start:stop])))
        return key in self.levels

    def _goes_on(self, i: int, column: int) -> float:
        """Return what it costs that a row ends before atom *i* though its last line, of a *column* that wraps, is full."""
        width = self.widths.get(column, 0.0)
        if column < 0 or self.names[column] not in ("note", "level3") or width < 16:
            return 0.0
        return 1.2 if self._width(i - 1) >= width - _SLACK / 2 else 0.0

    def _strangers(self, start: int, level2: int) -> float:
        """Return what it costs that a level 2 stands under the level 1 before it, though it is known under another."""
        above = bare(key_of("".join(a.text for a in self.atoms[start:level2])))
        own = self.family.pairs.get(above, frozenset())
        below = bare(key_of(self.atoms[level2].text))
        known = any(below in seconds for seconds in self.family.pairs.values())
        if not known or below in own:
            return 0.0
        return 2.0 if own or len(above) <= 2 else 0.5

    @staticmethod
    def _skip(kind: str) -> float:
        return 6.0 if kind == "level3" or kind.endswith(" target") else _SKIP.get(kind, 3.0)

    def _cells(self, i: int, c: int) -> list[tuple[int, float]]:
        """Return (end, cost) of the cells of column *c* that may begin at atom *i*."""
        kind = self.names[c]
        out: list[tuple[int, float]] = []
        text, inner = "", 0.0
        wraps = kind in ("level1", "level2", "level3", "note") or (" " in kind and not self.signed)
        for j in range(i + 1, min(i + _LINES, len(self.atoms)) + 1):
            atom = self.atoms[j - 1]
            if j > i + 1:
                before = self.atoms[j - 2]
                if not (wraps and atom.first and before.last):
                    break
                if len(text) == j - 1 - i and len(atom.text) == 1 and kind in ("level1", "level2"):
                    inner += _LETTER  # a label set upright
                else:
                    # An inner line is full: nearly as wide as any line of the column.
                    short = max(self.widths.get(c, 0.0), self._width(j - 1)) - self._width(j - 2) - _SLACK
                    inner += (2.5 if " " in kind else 1.0) + (min(12.0, short * 1.5) if short > 0 else 0.0)
                    inner -= 1.5 if atom.text[0] in LEADING else 0.0
                if bare(key_of(atom.text)) in self.levels:
                    # 管理 below a full line may well end a note; 质量指标 hardly ends anything but a label.
                    label = 6.0 if kind != "level3" and atom.text.endswith("指标") else 1.5
                    inner += 0.0 if kind == "note" and len(atom.text) <= _REST else label
            text += atom.text
            price = self._text(kind, text)
            if price == 0 and kind in ("level1", "level2"):
                inner = min(inner, _LETTER * (j - i - 1))  # a known label, wherever it was broken
            cost = price + inner
            if atom.text[0] in LEADING and j == i + 1:
                cost += 6.0  # no cell begins with it
            if cost < 30:
                out.append((j, cost))
        return out

    def _width(self, i: int) -> float:
        return float(display_width(self.atoms[i].text))

    def _text(self, kind: str, text: str) -> float:
        return price_of(kind, text, self.words)

    def _estimate(self, rows: Sequence[Sequence[LinedCell]]) -> dict[int, float]:
        """Return the widest line of each column: so wide it is at least."""
        out: dict[int, float] = {}
        for row in rows:
            for cell in row:
                if cell.column < 0:
                    continue
                widest = max(self._width(i) for i in range(cell.start, cell.stop))
                out[cell.column] = max(out.get(cell.column, 0.0), widest)
        return out

    def _key(self, cell: LinedCell) -> str:
        return bare(key_of("".join(self.atoms[i].text for i in range(cell.start, cell.stop))))

    def _levelled(self, row: list[LinedCell], above: str) -> list[LinedCell]:
        """Return *row* with its only label in the level it has.

        成本指标 is a level 2 under 产出指标, 满意度指标 is none under 效益指标.
        """
        levels = [c for c in row if c.column in (self.level1, self.level2)]
        if len(levels) != 1 or min(self.level1, self.level2) < 0:
            return row
        key = self._key(levels[0])
        if not (key in self.family.level1 and key in self.family.level2):
            return row
        below = key in self.family.pairs.get(above, frozenset())
        column = self.level2 if below else self.level1
        return [LinedCell(c.start, c.stop, column) if c is levels[0] else c for c in row]

    # --- whether a row is sure --------------------------------------------------------------------------

    def _sure(self, row: Sequence[LinedCell]) -> bool:
        """Tell whether no other columns would fit the cells of *row* nearly as well."""
        thirds = [c for c, name in enumerate(self.names) if name == "level3"]
        taken = {c.column for c in row}
        if not taken & set(thirds):
            return self._is_label(row[-1].start, row[-1].stop)
        if len(thirds) > 1 and not taken >= set(thirds):
            return False  # of two grids one is blank: which one is not told
        texts = ["".join(self.atoms[i].text for i in range(c.start, c.stop)) for c in row]
        width = len(self.names)
        costs = [[self._text(kind, text) for kind in self.names] for text in texts]
        skip = self.skips
        for k, cell in enumerate(row):
            # Which of the two levels a label is was decided by what stands above it.
            for level in {self.level1, self.level2} - {cell.column, -1}:
                if cell.column in (self.level1, self.level2):
                    costs[k][level] = FAR
        blank = any(self.names[c] in ("weight", "score") for c in range(width) if c not in taken)
        if blank and any(" " in self.names[c.column] and POINTS.fullmatch(fold_width(t)) for c, t in zip(row, texts, strict=True)):
            return False  # 10 may be the points, where the target is merged with the one above
        chosen = sum(costs[k][c.column] for k, c in enumerate(row))
        chosen += sum(skip[c] for c in range(width) if c not in taken)
        if max(costs[k][c.column] for k, c in enumerate(row)) > 5.0:
            return False
        # The cheapest way that lays some cell into another column: (same so far, differs).
        same, other = [FAR] * (width + 1), [FAR] * (width + 1)
        same[0] = 0.0
        for c in range(1, width + 1):
            same[c] = same[c - 1] + skip[c - 1]
        for k, cell in enumerate(row):
            now_same, now_other = [FAR] * (width + 1), [FAR] * (width + 1)
            for c in range(width):
                own = costs[k][c]
                if c == cell.column:
                    now_same[c + 1] = min(now_same[c + 1], same[c] + own)
                    now_other[c + 1] = min(now_other[c + 1], other[c] + own)
                else:
                    now_other[c + 1] = min(now_other[c + 1], min(same[c], other[c]) + own)
            for c in range(1, width + 1):
                now_same[c] = min(now_same[c], now_same[c - 1] + skip[c - 1])
                now_other[c] = min(now_other[c], now_other[c - 1] + skip[c - 1])
            same, other = now_same, now_other
        return other[width] - chosen >= _UNSURE

"""Rows of indicators in a flattened dump whose columns are told apart by what stands in them.

Comparators, units, points and notes have columns of their own there (一级指标 … 指标性质 指标值 度量单位 权重;
年度指标值 实际完成值 分值 得分 偏差原因). Every row begins a line; its cells keep the order of the columns, a cell
that wraps goes on over whole lines. What fits two columns nearly as well is not placed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jixiao.extract.sections.header import NO_COMPARATOR
from jixiao.extract.sections.words import LEVELS, bare, column, heading, looks_like_label, may_name_level
from jixiao.extract.sections.years import years_named
from jixiao.normalize.characters import display_width, fold_width
from jixiao.normalize.comparators import read_comparator
from jixiao.normalize.targets import looks_like_target
from jixiao.normalize.units import is_unit
from jixiao.rules.families import Family, key_of

from .atoms import Atom, line_end
from .costs import LEADING

MAX_HEADER = 40  # atoms: no header is broken into more
MAX_ROWS = 4000  # atoms of a table; a longer one is left unread
_PARTS = 4
_UPRIGHT = 12
_VALUED = re.compile(r"[≥≤＝=＞＜><≧≦]\d[\d.,]{0,20}\S{0,6}$")
_NOTHING = ("无", "/", "-", "—", "同上", "√")
_RATES = ("率", "比例", "进度")
_REST = 2  # characters: 情况, 值
_WAYS = 8  # to part the words of a header: the best one may name a column twice
_TOGETHER = 0.1
_LINES = 8
_SHORTEST = 2
_FAR = 1e9
_MOSTLY = 3
_BLANK = 3.0  # what a row of labels alone costs
_GIVEN_UP = 16.0  # what a line costs that stands in no row
_LETTER = 0.2  # what each line of a label set upright costs
_UNSURE = 1.0
_POINTS = re.compile(r"\d{1,3}(?:\.\d{1,3})?分?")
_DIRECTIONS = (
    "正向", "反向", "负向", "定性", "定量", "正向指标", "反向指标", "负向指标", "定性指标", "定量指标", "约束性", "预期性",
)
_SKIP = {
    "level1": 0.0, "level2": 0.2, "comparator": 1.5, "unit": 0.6, "direction": 0.5, "weight": 2.0, "score": 2.5, "note": 0.1,
    "rate": 2.5,
}  # fmt: skip
_SLACK = 4.0  # half ems: what may not begin a line, or may not be parted, leaves so much of one free


@dataclass(frozen=True, slots=True)
class LinedColumn:
    """A column by its header: *name* as `column` gives it, the header's atoms *start*–*stop*."""

    name: str
    start: int
    stop: int

    @property
    def is_target(self) -> bool:
        return " " in self.name


@dataclass(frozen=True, slots=True)
class LinedCell:
    """Atoms *start*–*stop* in the column of that number."""

    start: int
    stop: int
    column: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What texts are priced by: the *family*'s words, and whether comparators have a column of their own."""

    family: Family
    signed: bool


@dataclass(slots=True)
class LinedTable:
    """The *rows* that could be placed; *lost* are atoms start–stop of those that could not."""

    rows: list[list[LinedCell]] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)


def read_header(atoms: Sequence[Atom], start: int, family: Family) -> list[LinedColumn] | None:
    """Return the columns of the header that begins at atom *start*, or None: each word of it must be known.

    Names that wrapped are put together over lines; the header ends before a line that a level's label begins.
    """
    if not _begins_header(atoms, start, family):
        return None  # asked at the beginning of every line: most are none by their first words
    stop = start
    ends: list[int] = []
    while stop < len(atoms) and stop - start < MAX_HEADER:
        if atoms[stop].first and stop > start:
            ends.append(stop)
            if _begins_level(atoms, stop, family):
                break
        stop += 1
    else:
        ends.append(stop)
    best: list[list[tuple[float, list[LinedColumn]]]] = [[(0.0, [])], *([] for _ in range(stop - start))]
    for i in range(stop - start):
        key, named = "", None
        for j in range(i + 1, min(i + _PARTS, stop - start) + 1):
            if not best[i]:
                break
            if j > i + 1 and not atoms[start + j - 1].first:
                break  # on one line every word is a column of its own
            if j > i + 1 and display_width(atoms[start + j - 2].text) + 2 < display_width(atoms[start + j - 1].text):
                break  # a line is followed by a wider one: it was not wrapped
            key += key_of(atoms[start + j - 1].text)
            found = column(key, family) if is_whole(key) else None
            if found is None or not looks_like_label(key):
                continue
            longer = len(atoms[start + j - 1].text) > _REST or named != found.name
            if not found.sure and j > i + 1 and named is not None and longer:
                continue  # 备注 is one already: what stands below it is none of it
            named = found.name if named is None else named
            beside = heading(key_of(atoms[start + i].text), family) if j > i + 1 else None
            if beside is not None and beside.name == "indicators":
                continue  # 绩效指标 beside the table is no part of 一级指标
            # 指标 / 权重 are as many known words when they are one name.
            worth = worth_of(key, found.sure) * (j - i) + _TOGETHER * (j - i - 1)
            names = [_kind(key, found.name)]
            if found.name == "level1" and "级" not in key:
                names.append("direction")  # 指标类型 behind a unit: 正向指标
            ones = [LinedColumn(name, start + i, start + j) for name in names]
            ways = [*best[j], *((score + worth, [*columns, one]) for score, columns in best[i] for one in ones)]
            best[j] = sorted(ways, key=lambda way: -way[0])[:_WAYS]
    for end in reversed(ends):
        ways = best[end - start]
        if not ways:
            continue
        if any(column(key_of(a.text), family) is not None for a in atoms[end:stop]):
            return None  # a name among those that go on below is in no list
        valid = next((columns for _, columns in ways if is_header(columns)), None)
        if valid is not None:
            return valid
    return None


def _kind(key: str, name: str) -> str:
    """Return the *name* of a column, told from others of its kind: a rate among the notes, a year's targets."""
    if name == "note" and bare(key).endswith(_RATES):
        return "rate"
    period, _, what = name.rpartition(" ")
    return f"{years_named([key, ''])[0] or period} {what}" if period else name


def _begins_level(atoms: Sequence[Atom], start: int, family: Family) -> bool:
    """Tell whether the label of a level stands at atom *start*, on its line or set upright."""
    key = ""
    for atom in atoms[start : start + _UPRIGHT]:
        key += key_of(atom.text)
        if bare(key) in family.level1 or bare(key) in family.level2:
            return True
        if len(atom.text) > 1 or not (atom.first and atom.last):
            break
    return False


def _begins_header(atoms: Sequence[Atom], start: int, family: Family) -> bool:
    """Tell whether the first atoms from *start* on, one of them or more, may be the name of a level's column."""
    if not may_name_level("".join(key_of(atom.text) for atom in atoms[start : start + _PARTS]), family):
        return False
    key = ""
    for atom in atoms[start : start + _PARTS]:
        key += key_of(atom.text)
        found = column(key, family) if is_whole(key) else None
        if found is not None and found.name in LEVELS:
            return True
    return False


def worth_of(key: str, sure: bool) -> float:
    """Return how much it tells that *key* is the name of a column; one character may be the rest of another name."""
    return 0.5 if len(key) < _SHORTEST else 3.0 if sure else 1.5


def is_whole(key: str) -> bool:
    """Tell whether a header's key may be one name: 执行率(B/ goes on, (B/A) goes on with what stands before it.

    >>> is_whole("执行率(B/A)"), is_whole("执行率(B/"), is_whole("(上年结转)")
    (True, False, False)
    """
    return key.count("(") == key.count(")") and key[:1] not in "()"


def is_header(columns: Sequence[LinedColumn]) -> bool:
    """Tell whether these are the columns of one grid, or of two that stand side by side under common levels."""
    names = [c.name for c in columns]
    thirds = [i for i, name in enumerate(names) if name == "level3"]
    if not 1 <= len(thirds) <= 2 or not set(names[: thirds[0]]) <= {"level1", "level2"}:
        return False  # 重点工作 and 对应项目 are told by their widths; a header of two lines comes in no order
    second = [n - (names[n - 1] == "level2") for n in thirds[1:]]  # the level 2 of its own that a second grid may have
    for start, stop in pairwise([0, *second, len(names)]):
        group = names[start:stop]
        named = [name for name in group if name != "note"]
        if len(set(named)) < len(named) or not any(" " in name for name in group[group.index("level3") :]):
            return False
    return True


def read_divided_header(atoms: Sequence[Atom], start: int, family: Family) -> tuple[list[LinedColumn], int] | None:
    """Return the columns of a header in two rows, and the first atoms behind it, or None.

    年度指标值 实际完成值 分值 得分 above 一级指标 二级指标 三级指标 指标性质 指标值: the row below divides what stands over
    the levels, and the first column above, which says what 指标性质 and 指标值 make up. The others reach down.
    """
    stop = start
    while stop < min(len(atoms), start + MAX_HEADER) and not (atoms[stop].first and _begins_header(atoms, stop, family)):
        stop += 1
    above = [column(key_of(a.text), family) for a in atoms[start:stop]]
    if len(above) < 2 or stop == len(atoms) or any(found is None for found in above):
        return None
    if start and column(key_of(atoms[start - 1].text), family) is not None:
        return None  # the row above does not begin here
    names = [found.name for found in above if found is not None]
    end = line_end(atoms, stop, len(atoms))
    below = [column(key_of(a.text), family) for a in atoms[stop:end]]
    parts = [found.name for found in below if found is not None]
    if len(parts) < len(below) or "level3" not in parts or not {*parts[parts.index("level3") + 1 :]} & {"comparator", "unit"}:
        return None
    values = [name for name in parts if " " in name]
    if len(values) != 1 or values[0] != names[0] or set(names[1:]) & set(parts):
        return None
    columns = [LinedColumn(name, stop + k, stop + k + 1) for k, name in enumerate(parts)]
    columns += [LinedColumn(name, start + k, start + k + 1) for k, name in enumerate(names) if k]
    return (columns, end) if is_header(columns) else None


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
        self.skips = [_FAR if c == first else self._skip(name) for c, name in enumerate(self.names)]
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
        best = [[_FAR] * width for _ in range(n + 1)]
        back: list[list[tuple[int, int, bool]]] = [[(-1, -1, True)] * width for _ in range(n + 1)]
        done: list[tuple[float, int, int]] = [(_FAR, -1, -1)] * (n + 1)  # cost of all before, last column, its begin if given up
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
            if self.atoms[i].first and closed < _FAR:
                end = line_end(self.atoms, i, n)
                if closed + _GIVEN_UP < done[end][0]:
                    done[end] = (closed + _GIVEN_UP, -1, i)
            for c in range(width):
                enter, came, new = _FAR, -1, True
                if self.atoms[i].first and c <= name and closed < _FAR:
                    enter, came, new = closed + 0.3 + skipped[c] + self._goes_on(i, close), close, True
                for p in range(c):
                    if best[i][p] >= _FAR:
                        continue
                    cost = best[i][p] + skipped[c] - skipped[p + 1]
                    if p == self.level1 and c == self.level2:
                        cost += self._strangers(back[i][p][0], i)
                    if cost < enter and not p < name < c:
                        enter, came, new = cost, p, False
                if enter >= _FAR:
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
                    costs[k][level] = _FAR
        blank = any(self.names[c] in ("weight", "score") for c in range(width) if c not in taken)
        if blank and any(" " in self.names[c.column] and _POINTS.fullmatch(fold_width(t)) for c, t in zip(row, texts, strict=True)):
            return False  # 10 may be the points, where the target is merged with the one above
        chosen = sum(costs[k][c.column] for k, c in enumerate(row))
        chosen += sum(skip[c] for c in range(width) if c not in taken)
        if max(costs[k][c.column] for k, c in enumerate(row)) > 5.0:
            return False
        # The cheapest way that lays some cell into another column: (same so far, differs).
        same, other = [_FAR] * (width + 1), [_FAR] * (width + 1)
        same[0] = 0.0
        for c in range(1, width + 1):
            same[c] = same[c - 1] + skip[c - 1]
        for k, cell in enumerate(row):
            now_same, now_other = [_FAR] * (width + 1), [_FAR] * (width + 1)
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


def price_of(kind: str, text: str, words: Vocabulary) -> float:
    """Return what it costs that *text* stands in a column of that kind; 1e9 where it cannot."""
    return _KINDS.get(kind, _value)(text, words)


def _level1(text: str, words: Vocabulary) -> float:
    key = bare(key_of(text))
    if key in words.family.level1:
        return 0.0
    return _FAR if looks_like_target(text) >= 0.9 else 5.0 if key in words.family.level2 else 4.0


def _level2(text: str, words: Vocabulary) -> float:
    key = bare(key_of(text))
    if key in words.family.level2:
        return 0.0
    return _FAR if looks_like_target(text) >= 0.9 else 5.0 if key in words.family.level1 else 3.0


def _level3(text: str, words: Vocabulary) -> float:
    if "。" in text or "；" in text or _VALUED.search(text):
        return 5.5  # a sentence; a name with its value
    if bare(key_of(text)) in words.family.level1 | words.family.level2:
        return 5.0
    return 8.0 if looks_like_target(text) >= 0.9 or len(text) < 2 else 0.0


def _comparator(text: str, words: Vocabulary) -> float:
    folded = fold_width(text)
    return 0.0 if folded in NO_COMPARATOR or (len(text) <= 6 and bool(read_comparator(text))) else _FAR


def _unit(text: str, words: Vocabulary) -> float:
    folded = fold_width(text)
    if is_unit(folded) or folded in ("无", "/", "-", "—"):
        return 0.0
    return 3.0 if len(text) <= 5 and not any(map(str.isdigit, text)) and looks_like_target(text) < 0.6 else _FAR


def _points(text: str, words: Vocabulary) -> float:
    return 0.0 if _POINTS.fullmatch(fold_width(text)) else _FAR


def _note(text: str, words: Vocabulary) -> float:
    if text in _NOTHING:
        return 0.5
    if bare(key_of(text)) in words.family.level1 | words.family.level2 and text.endswith("指标"):
        return 6.0
    if looks_like_target(text) >= 0.9 or _POINTS.fullmatch(fold_width(text)) or is_unit(fold_width(text)):
        return 6.0 if any(map(str.isdigit, text)) or len(text) < 2 else 1.0
    return 0.2 if len(text) > 1 else 1.0


def _rate(text: str, words: Vocabulary) -> float:
    folded = fold_width(text)
    return 0.0 if folded[-1:] == "%" and folded[:1].isdigit() else 1.0 if _POINTS.fullmatch(folded) else _FAR


def _direction(text: str, words: Vocabulary) -> float:
    return 0.0 if text in _DIRECTIONS else 5.0


def _value(text: str, words: Vocabulary) -> float:
    """A target, or what was reached."""
    if len(text) > 30:
        return _FAR
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

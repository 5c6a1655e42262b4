"""Rows of a table whose columns are known: where one row ends and the next begins.

A search (dynamic programming) over the lines of one page, in the columns that are not merged: the cells of a
row have one centre (or one top), values look like values, wrapped lines are full.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jixiao.normalize.characters import display_width

from .atoms import Atom
from .costs import LEADING, OPENING

MAX_ROW_LINES = 16
_TWIN = 0.5
"""The same words in both value columns, or what the name says the value is of, cost no more as values."""
_NAMED = ("性", "度", "程度")
FAR = 1e9
_CLOSERS = {
    "）": "（",
    ")": "(",
    "》": "《",
    "」": "「",
    "』": "『",
    "】": "【",
    "”": "“",
    "’": "‘",
    "〕": "〔",
}
_BRACKETS = frozenset((*_CLOSERS, *_CLOSERS.values()))


@dataclass(frozen=True, slots=True)
class Stretch:
    """What of one line stands in one column. *line* is the line's index on its page, *y* its height.

    It takes the characters *start*–*stop* of its line.
    """

    line: int
    y: float
    blank: int
    atoms: tuple[Atom, ...]
    text: str
    width: float
    start: int
    stop: int


@dataclass(slots=True)
class FoundRow:
    """A row: its stretches by column; *top* and *bottom* are the heights of its first and last line.

    *centre* is the height of the middle of its cells; *margin* how much dearer any other reading is.
    """

    cells: dict[int, list[Stretch]]
    top: float
    bottom: float
    centre: float
    margin: float = FAR


CellPrice = Callable[[int, str], float]


def stretch_of(line: int, y: float, blank: int, atoms: Sequence[Atom]) -> Stretch:
    text = "".join(a.text for a in atoms)
    last = atoms[-1].piece
    return Stretch(
        line,
        y,
        blank,
        tuple(atoms),
        text,
        float(display_width(text)),
        atoms[0].piece.column,
        last.column + len(last.raw),
    )


def wrap_cost(stretches: Sequence[Stretch], width: float, chance: float = 1.0, full: float = 0.8) -> float:
    """Return the cost of *stretches* being the wrapped lines of one cell of a column *width* wide.

    *chance* weighs that the last line is as wide as the column; at 0 heights are not to be trusted. *full* is
    what each half em costs that a line is short of *width*.
    """
    return list(wrap_costs(stretches, width, chance, full))[-1]


def wrap_costs(
    stretches: Iterable[Stretch], width: float, chance: float = 1.0, full: float = 0.8
) -> Iterator[float]:
    """Yield `wrap_cost` of the first of *stretches*, of the first two, and so on: each from the one before."""
    inner = 0.0
    before: Stretch | None = None
    brackets = _Brackets()
    begins = 0.0
    for line in stretches:
        if before is None:
            begins = 6.0 if line.text[0] in LEADING else 0.0
        else:
            inner = _go_on_cost(inner, before, line, width, chance, full)
        before = line
        brackets.add(line.text)
        cost = inner + begins
        if line.text[-1] in "、，" or line.text[-1] in OPENING:
            cost += 3.5
        if line.width > width - 1.5 and width > 8:
            cost += min(2.5, width / 14.0) * chance  # a last line is full only by chance
        yield cost + brackets.cost()


def _go_on_cost(cost: float, a: Stretch, b: Stretch, width: float, chance: float, full: float) -> float:
    """Return *cost* and what it costs that the line *b* goes on with the cell of line *a*."""
    if b.blank > a.blank + 1:
        cost += 12.0
    elif b.blank > a.blank:
        # With very wide leading a blank line may come between two lines of one cell.
        cost += 3.0 if a.width >= width - 4.5 else 7.0
    elif b.y - a.y > (1.3 if chance == 1.0 else 1.6) and chance > 0.0:
        cost += (1.0 + 3.0 * (b.y - a.y - 1.0)) * (
            0.35 if chance < 1.0 and a.width >= width - 2.5 else 1.0
        )
    slack = 2.3 + (2.0 if len(b.text) > 1 and b.text[1] in LEADING else 0.0) + _run_width(b.text)
    if a.text[-1] == "。":
        cost += 1.0
    if a.text[-1] in "。；;!！" or a.text[-1] in LEADING:
        slack += 1.0
    cost += min(7.0, max(0.0, width - a.width - slack) * full)
    if b.text[0] in LEADING or a.text[-1] in OPENING:
        cost -= 1.0
    return cost


def _run_width(text: str) -> float:
    """A number at a line's start is kept whole: the line above may be that much shorter."""
    n = 0
    while n < len(text) and ((text[n].isascii() and text[n].isalnum()) or text[n] in ".%％,＝≥≤≧≦>＞<＜=﹦"):
        n += 1
    return float(display_width(text[:n]))


class _Brackets:
    """Counts brackets that are closed but not opened, or left open, in a text that grows."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._loose = 0

    def add(self, text: str) -> None:
        if _BRACKETS.isdisjoint(text):
            return
        for ch in text:
            if ch in _CLOSERS:
                if self._open and self._open[-1] == _CLOSERS[ch]:
                    self._open.pop()
                else:
                    self._loose += 1
            elif ch in _BRACKETS:
                self._open.append(ch)

    def cost(self) -> float:
        return min(9.0, 3.0 * (self._loose + len(self._open)))


@dataclass(slots=True)
class RowTask:
    """The lines of one page in the columns that are not merged.

    *columns* lists them, *name* is the one a row cannot do without; *widths* are the columns' widths;
    *price* the cost of a text in a column; *top* tells that cells are set at the top, *figure* whether a
    text is a number or a date, *cuts* whether a word runs over a line break. *goes_on* tells that the table
    began on an earlier page.
    """

    columns: Sequence[int]
    name: int
    widths: Mapping[int, float]
    price: CellPrice
    top: bool
    no_values: float = 2.5
    goes_on: bool = False
    values: frozenset[int] = field(default_factory=frozenset)
    figure: Callable[[str], bool] = lambda text: False
    cuts: Callable[[str, str], float] | None = None
    known: dict[tuple[int, int], float] = field(
        default_factory=dict
    )  # costs of rows, kept for a second search


def cut_rows(lines: Sequence[Mapping[int, Stretch]], task: RowTask) -> list[FoundRow]:
    """Return the rows that *lines* (stretches by column, top to bottom) make up at least cost."""
    n = len(lines)
    before = [FAR] * (n + 1)
    before[0] = 0.0
    back = [0] * (n + 1)
    costs: dict[tuple[int, int], float] = {}
    for i in range(n):
        for j in range(i + 1, min(n, i + MAX_ROW_LINES) + 1):
            if (i, j) not in task.known:
                task.known[(i, j)] = _row_cost(lines, i, j, task)
            cost = task.known[(i, j)] + (_cut_cost(lines[i:j], lines[j], task) if j < n else 0.0)
            costs[(i, j)] = cost
            if before[i] + cost < before[j]:
                before[j] = before[i] + cost
                back[j] = i
            if cost > 60.0:
                break
    after = [FAR] * (n + 1)
    after[n] = 0.0
    for i in range(n - 1, -1, -1):
        after[i] = min(costs[(i, j)] + after[j] for j in range(i + 1, n + 1) if (i, j) in costs)
    out: list[FoundRow] = []
    j = n
    total = before[n]
    doubt = _point_margins(n, costs, before, after, total)
    while j > 0:
        i = back[j]
        row = _row(lines[i:j], task)
        row.margin = min(doubt[i : j + 1])
        out.append(row)
        j = i
    return out[::-1]


def _point_margins(
    n: int,
    costs: Mapping[tuple[int, int], float],
    before: Sequence[float],
    after: Sequence[float],
    total: float,
) -> list[float]:
    """Return, for every point between lines, how much dearer the best reading is that decides it otherwise."""
    without = [FAR] * (n + 1)
    for (i, j), cost in costs.items():
        whole = before[i] + cost + after[j]
        for k in range(i + 1, j):
            without[k] = min(without[k], whole)
    out = []
    for k in range(n + 1):
        if k in (0, n):
            out.append(FAR)
            continue
        there = before[k] + after[k]
        out.append((without[k] if there <= without[k] else there) - total)
    return out


def _cells(lines: Sequence[Mapping[int, Stretch]], task: RowTask) -> tuple[dict[int, list[Stretch]], float]:
    """Return the cells that *lines* make as one row, and the cost of moving a value that stands a column off.

    A dumper that joins cells it takes for one block puts what follows some columns off: of three lines in one
    value column, with the next one empty, the middle line may be the next column's value.
    """
    cells: dict[int, list[Stretch]] = {}
    for line in lines:
        for column, stretch in line.items():
            cells.setdefault(column, []).append(stretch)
    _name_aside(cells, task)
    values = sorted(task.values)
    for a, b in itertools.pairwise(values):
        if b == a + 1:
            _part_words(cells, a, b, task)
            if _sides(cells, a, b, task):
                continue
        for full, other in ((a, b), (b, a)):
            stretches, beside = cells.get(full, []), cells.get(other, [])
            if not 2 <= len(stretches) <= 5 or len(beside) > 3 or b != a + 1:
                continue
            now = _value_cost(stretches, full, task) + (_value_cost(beside, other, task) if beside else 0.0)
            best: tuple[float, list[Stretch], list[Stretch]] | None = None
            for k in range(len(stretches)):
                if any(s.line == stretches[k].line for s in beside):
                    continue
                moved = sorted([*beside, stretches[k]], key=lambda s: s.line)
                kept = stretches[:k] + stretches[k + 1 :]
                cost = _value_cost(moved, other, task) + _value_cost(kept, full, task) + 1.5
                cost += 3.0 * max(0.0, abs(_place(moved, task.top) - _place(kept, task.top)) - 0.3)
                if cost < now - 1.0 and (best is None or cost < best[0]):
                    best = (cost, moved, kept)
            if best is not None:
                cells[other], cells[full] = best[1], best[2]
                return cells, 1.5
    return cells, 0.0


def _part_words(cells: dict[int, list[Stretch]], a: int, b: int, task: RowTask) -> None:
    """Part two words of one line, joined by one space, among the value columns *a* and *b* if that makes better values.

    Where they stand says little: what hangs on its neighbour is some columns off.
    """
    both = [*cells.get(a, ()), *cells.get(b, ())]
    joined = [s for s in both if len(s.atoms) == 2 and sum(o.line == s.line for o in both) == 1]
    if not joined or len(both) > 8:
        return
    parted: dict[int, list[Stretch]] = {a: [], b: []}
    for column in (a, b):
        for s in cells.get(column, ()):
            into = (a, b) if s in joined else (column,)
            words = [(atom,) for atom in s.atoms] if s in joined else [s.atoms]
            for c, atoms in zip(into, words, strict=True):
                parted[c].append(stretch_of(s.line, s.y, s.blank, atoms))
    now = _values_cost({c: cells[c] for c in (a, b) if c in cells}, task)
    for stretches in parted.values():
        stretches.sort(key=lambda s: s.line)
    if _values_cost(parted, task) < now - 1.0:
        cells.update(parted)


def _sides(cells: dict[int, list[Stretch]], a: int, b: int, task: RowTask) -> bool:
    """Part the lines of the value columns *a* and *b* of one row by where they stand, if that makes better values.

    A row's block may stand off from those above it; within it what is left stays left. Tells whether the lines
    stand on two sides.
    """
    lines = sorted([*cells.get(a, ()), *cells.get(b, ())], key=lambda s: (s.start, s.line))
    if not 2 <= len(lines) <= 8:
        return False
    now = _values_cost({c: cells[c] for c in (a, b) if c in cells}, task)
    best: tuple[float, list[Stretch], list[Stretch]] | None = None
    for k in range(1, len(lines)):
        left, right = lines[:k], lines[k:]
        if max(s.stop for s in left) > right[0].start:
            continue
        if any(len({s.line for s in side}) < len(side) for side in (left, right)):
            continue
        left.sort(key=lambda s: s.line)
        right.sort(key=lambda s: s.line)
        cost = _values_cost({a: left, b: right}, task)
        cost += 3.0 * max(0.0, abs(_place(left, task.top) - _place(right, task.top)) - 0.3)
        if best is None or cost < best[0]:
            best = (cost, left, right)
    if best is None:
        return False
    if best[0] <= now + 0.5:
        cells[a], cells[b] = best[1], best[2]
    return True


def _name_aside(cells: dict[int, list[Stretch]], task: RowTask) -> None:
    """Move a line of the name that stands apart from all its others, among those of the first value, to that."""
    names, values = cells.get(task.name, []), cells.get(min(task.values, default=-1), [])
    if len(names) < 2 or not values:
        return
    for line in names:
        others = [s for s in names if s is not line]
        if any(s.start < line.stop and line.start < s.stop for s in others) or any(s.line == line.line for s in values):
            continue
        if line.start >= max(s.stop for s in others) and any(s.start < line.stop and line.start < s.stop for s in values):
            cells[task.name] = others
            cells[min(task.values)] = sorted([*values, line], key=lambda s: s.line)
            return


def _value_cost(stretches: Sequence[Stretch], column: int, task: RowTask) -> float:
    return task.price(column, "".join(s.text for s in stretches)) + max(0, len(stretches) - 1) * 0.2


def _values_cost(cells: Mapping[int, Sequence[Stretch]], task: RowTask) -> float:
    """Return the cost of the values of one row."""
    texts = {column: "".join(s.text for s in stretches) for column, stretches in cells.items()}
    twins = len(set(texts.values())) < len(texts)
    prices = ((task.price(c, text), len(cells[c])) for c, text in texts.items())
    return sum((min(_TWIN, price) if twins else price) + (n - 1) * 0.2 for price, n in prices)


def _row_cost(lines: Sequence[Mapping[int, Stretch]], i: int, j: int, task: RowTask) -> float:
    cells, cost = _cells(lines[i:j], task)
    chance = 0.0 if cost else 0.4
    name = cells.get(task.name)
    if name is None and task.goes_on and i == 0:
        return cost + 1.5 * (j - i)  # the rest of a row that the page's end cut
    if name is None:
        cost += 9.0
    if not any(c in task.values for c in cells) and task.values:
        cost += 0.2 if task.goes_on and i == 0 else task.no_values
    whole = [line for line in lines[i:j] if task.name in line and len(line) > len(task.values)]
    for before, line in itertools.pairwise(whole):
        # A line with a name and all values is a row of its own, unless its values are the ends of others.
        ends = all(
            c in before and task.figure(before[c].text + line[c].text) for c in task.values if c in line
        )
        cost += 2.0 if ends else 5.0
    said = Counter("".join(s.text for s in cells[c]) for c in task.values if c in cells)
    named = "".join(s.text for s in name) if name is not None else ""
    for column, stretches in cells.items():
        if column in task.values and len(stretches) > 1:
            # Lines that are values by themselves are values of several rows.
            values = sum(task.price(column, s.text) < 0.5 for s in stretches)
            cost += 3.0 * max(0, min(values, len(name) if name is not None else 1) - 1)
            if values and task.price(column, "".join(s.text for s in stretches)) >= 1.0:
                cost += 4.0  # a value by itself, but none with the other lines
        cost += wrap_cost(
            stretches, task.widths.get(column, 0.0), chance, 0.6 if column in task.values else 0.8
        )
        text = "".join(s.text for s in stretches)
        price = task.price(column, text)
        if column in task.values and (said[text] > 1 or _named(named, text)):
            price = min(_TWIN, price)
        cost += price
    if len(cells) > 1 and j - i > 1:
        places = [_place(stretches, task.top) for stretches in cells.values()]
        spread = max(places) - min(places)
        cost += min(12.0, 5.0 * max(0.0, spread - 0.3))
    return cost


def _named(name: str, value: str) -> bool:
    """Tell whether *value* is what *name* asks for: 绩效指标可衡量性 and 可衡量.

    >>> _named("绩效指标可衡量性", "可衡量"), _named("培训人次", "培训"), _named("培训人次", "人次")
    (True, False, False)
    """
    return len(value) > 1 and name.endswith(_NAMED) and name.rstrip("性度程").endswith(value)


def _cut_cost(row: Sequence[Mapping[int, Stretch]], after: Mapping[int, Stretch], task: RowTask) -> float:
    """Return the cost of a row ending where *after* plainly goes on with what it says."""
    cost = 0.0
    last = {column: stretch for line in row for column, stretch in line.items()}
    values = [c for c in task.values if c in after and c in last]
    if values and all(
        task.price(c, after[c].text) >= 1.0 and task.figure(last[c].text + after[c].text) for c in values
    ):
        cost += 2.5
    if task.cuts is not None and task.name in last and task.name in after:
        name = last[task.name]
        if name.width >= task.widths.get(task.name, 0.0) - 4.5:
            cost += 2.0 * task.cuts(name.text, after[task.name].text)
    return cost


def _place(stretches: Sequence[Stretch], top: bool) -> float:
    return stretches[0].y if top else (stretches[0].y + stretches[-1].y) / 2


def _row(lines: Sequence[Mapping[int, Stretch]], task: RowTask) -> FoundRow:
    cells, _ = _cells(lines, task)
    every = [s.y for stretches in cells.values() for s in stretches]
    tallest = max(cells.values(), key=len)
    return FoundRow(cells, min(every), max(every), (tallest[0].y + tallest[-1].y) / 2)


def _blank(row: FoundRow, end: int) -> int:
    """Return the number of blank lines above the first (0) or the last (-1) line of *row*."""
    return (min if end == 0 else max)(cell[end].blank for cell in row.cells.values())


def even_heights(rows: Sequence[FoundRow]) -> Callable[[float], float]:
    """Space *rows* evenly where they nearly are, and return the way from old heights to new.

    Whether a dumper puts a blank line between two rows hangs on fractions of a line: rows of as many lines are
    taken to be equally high unless their distance says otherwise. Where no blank line makes rows stand further
    apart than others, the labels printed between them do, and those are there.
    """
    if len(rows) < 3:
        return lambda y: y
    lines = [max(len(cell) for cell in row.cells.values()) for row in rows]
    free = [
        b.centre - a.centre - (m + n) / 2
        for a, b, m, n in zip(rows, rows[1:], lines, lines[1:], strict=False)
    ]
    middle = sorted(free)[len(free) // 2]
    near = [f for f in free if abs(f - middle) <= 0.8]
    usual = max(0.0, sum(near) / len(near))
    old = [row.centre for row in rows]
    new = [old[0]]
    for f, m, n, (a, b) in zip(free, lines, lines[1:], itertools.pairwise(rows), strict=False):
        even = abs(f - usual) <= 0.8 and not (f > usual + 0.3 and _blank(b, 0) == _blank(a, -1))
        new.append(new[-1] + (m + n) / 2 + (usual if even else f))

    def moved(y: float) -> float:
        at = bisect_right(old, y)
        if at == 0:
            return y - old[0] + new[0]
        if at == len(old):
            return y - old[-1] + new[-1]
        share = (y - old[at - 1]) / max(0.01, old[at] - old[at - 1])
        return new[at - 1] + share * (new[at] - new[at - 1])

    for row, centre in zip(rows, new, strict=True):
        half = (row.bottom - row.top) / 2
        row.top, row.bottom, row.centre = centre - half, centre + half, centre
    return moved

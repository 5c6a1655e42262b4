"""Merged cells of a table whose rows are known: which label spans which rows.

A search (dynamic programming) over the lines of one merged column on one page and the rows beside them: a label
stands at the centre (or the top) of the rows it spans.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .layout_rows import FAR, Stretch, wrap_costs

MAX_CELL_LINES = 40
MAX_WIDE = 6000
MAX_BLANK = 12
"""So many units without a label are taken at once; more in several steps."""
SURE = 4.0
"""A margin of this much or more is not told from any larger."""
NO_WAY = 99.0
"""The cost where no way was found to share lines out among units."""
_TWICE = 6.0
"""What it costs that a label says the same twice."""
BEAM = 20.0
WIDEST = 30
"""Readings dearer by BEAM than the best that has come as far are given up, and all but the WIDEST cheapest."""


@dataclass(slots=True)
class Run:
    """A merged cell: *lines* of its label (none: printed on another page) over units *start*–*stop*.

    *kind* is "ghost" for lines that go on from the page before, "empty" for a label without any row beside it.
    """

    lines: list[Stretch]
    start: int
    stop: int
    margin: float = FAR
    kind: str = ""


@dataclass(slots=True)
class Unit:
    """A row, or a run of rows that a column further right has merged."""

    top: float
    bottom: float
    centre: float


@dataclass(slots=True)
class LabelTask:
    """One merged column of one page.

    *price* is the cost of a whole text as a label here. *before* and *after* tell that the table goes on
    from the page before and on the page after. *above* is the height of the last line above the first unit.
    *glue* is what it costs to end a label's run before a unit that a column further right holds to the one above;
    *join* what each further unit in a run costs. *cuts* tells whether a word runs over a line break. A label has
    *longest* lines at most.
    """

    width: float
    price: Callable[[str], float]
    top: bool
    before: bool = False
    after: bool = False
    above: float | None = None
    none: float = 3.5
    empty: float = 3.0
    glue: Mapping[int, float] = field(default_factory=dict)
    join: float = 0.0
    longest: int = MAX_CELL_LINES
    known: dict[int, tuple[list[tuple[float, bool]], Iterator[tuple[float, bool]]]] = field(
        default_factory=dict
    )  # costs of the labels that begin at a line, as far as they were asked for, kept for a second search
    cuts: Callable[[str, str], float] | None = None


def match_labels(
    lines: Sequence[Stretch], units: Sequence[Unit], task: LabelTask, wide: bool = False
) -> tuple[list[Run], float]:
    """Return the labels that *lines* make up and the runs of *units* they span, at least total cost, and that cost.

    Labels far from their rows are not tried unless nothing else fits (*wide*).
    """
    n, m = len(lines), len(units)
    edges = _edges(units, task)
    reach = list(itertools.accumulate(edges, max))
    start = (0, 0)
    best: dict[tuple[int, int], float] = {start: 0.0}
    back: dict[tuple[int, int], tuple[int, int]] = {}
    moves: list[tuple[tuple[int, int], tuple[int, int], float]] = []
    kinds: dict[tuple[tuple[int, int], tuple[int, int]], str] = {}
    texts = _Labels(lines, task)

    def go(state: tuple[int, int], new: tuple[int, int], cost: float, kind: str = "") -> None:
        whole, known = best[state] + cost, best.get(new, FAR)
        if whole > known + BEAM:
            return
        if kind:
            kinds[(state, new)] = kind
        moves.append((state, new, cost))
        if whole < known:
            best[new] = whole
            back[new] = state

    reached: list[set[int]] = [set() for _ in range(n + 1)]  # per number of lines taken: the units taken
    reached[0].add(0)
    for i in range(n + 1):
        lowest = min((best[(i, u)] for u in reached[i]), default=FAR)
        for u in range(m):
            if u in reached[i] and best[(i, u)] <= lowest + BEAM:
                for v, cost in _skips(i, u, texts, units, edges, task):
                    go((i, u), (i, v), cost)
                    reached[i].add(v)
        alive = sorted(reached[i], key=lambda u: (best[(i, u)], u))[: WIDEST if not wide else None]
        for u in sorted(alive):
            if best[(i, u)] > lowest + BEAM:
                continue
            for i2, u2, cost, kind in _moves(i, u, texts, units, edges, reach, task, wide):
                go((i, u), (i2, u2), cost, kind)
                reached[i2].add(u2)
    goal = (n, m)
    if goal not in best and not wide and n * m <= MAX_WIDE:
        return match_labels(lines, units, task, True)
    if goal not in best:
        return [Run(list(lines), 0, m, 0.0, "" if m else "ghost")], NO_WAY
    rest: dict[tuple[int, int], float] = {goal: 0.0}
    for state, new, cost in reversed(moves):
        if new in rest and cost + rest[new] < rest.get(state, FAR):
            rest[state] = cost + rest[new]
    path = []
    state = goal
    while state != start:
        path.append((back[state], state))
        state = back[state]
    chosen = set(path)
    total = best[goal]
    # How much dearer the best reading is that takes a line, or a unit, otherwise.
    line_doubt, unit_doubt = [FAR] * n, [FAR] * m
    for a, b, cost in moves:
        if (a, b) in chosen or b not in rest:
            continue
        dearer = best[a] + cost + rest[b] - total
        if dearer >= SURE:
            continue
        for k in range(a[0], b[0]):
            line_doubt[k] = min(line_doubt[k], dearer)
        for k in range(a[1], b[1]):
            unit_doubt[k] = min(unit_doubt[k], dearer)
    runs = []
    for (i, u), (i2, u2) in reversed(path):
        margin = min((*line_doubt[i:i2], *unit_doubt[u:u2]), default=FAR)
        runs.append(Run(list(lines[i:i2]), u, u2, margin, kinds.get(((i, u), (i2, u2)), "")))
    return runs, total


def _edges(units: Sequence[Unit], task: LabelTask) -> list[float]:
    """Return the heights of the rules above, between and below *units*, as far as the text tells them."""
    if not units:
        return [0.0]
    inner = [(a.bottom + b.top) / 2 for a, b in itertools.pairwise(units)]
    first, last = units[0], units[-1]
    top = (task.above + first.top) / 2 if task.above is not None else first.top - 0.8
    if inner and task.above is None:
        top = min(first.top - 0.6, 2 * first.centre - inner[0])
    bottom = (
        max(last.bottom + 0.6, 2 * last.centre - inner[-1])
        if inner
        else max(last.bottom + 0.8, 2 * last.centre - top)
    )
    return [top, *inner, bottom]


def apart(units: Sequence[Unit], empty: Container[int]) -> tuple[list[Unit], Callable[[float], float]]:
    """Return *units* with room for those that are *empty*, and the way from old heights to new.

    A label without a row beside it stands between the lines of its neighbours as if it took no room; it is a row high.
    """
    old, new = [-1e6], [-1e6]
    for n, unit in enumerate(units):
        for y in sorted({unit.top, unit.bottom}):
            step = y - old[-1]
            if n and y == unit.top and (n in empty or n - 1 in empty):
                step = max(step, 1.0)
            if y > old[-1]:
                new.append(new[-1] + step)
                old.append(y)
    old.append(1e6)
    new.append(new[-1] + old[-1] - old[-2])

    def moved(y: float) -> float:
        at = min(max(1, bisect_left(old, y)), len(old) - 1)
        share = (y - old[at - 1]) / max(1e-9, old[at] - old[at - 1])
        return new[at - 1] + share * (new[at] - new[at - 1])

    return [Unit(moved(u.top), moved(u.bottom), moved(u.centre)) for u in units], moved


def ends_twice(lines: Sequence[Stretch]) -> bool:
    """Tell whether the last of *lines* say what as many before them say: a label printed in two rows, one below the other."""
    last = lines[-1].text
    for k in range(1, len(lines) // 2 + 1):
        if lines[-1 - k].text == last and all(lines[-n].text == lines[-n - k].text for n in range(2, k + 1)):
            return True
    return False


class _Labels:
    """Costs of stretches of lines as labels, found once."""

    def __init__(self, lines: Sequence[Stretch], task: LabelTask) -> None:
        self.lines, self.task = lines, task
        self.known = [task.price(line.text) < 0 for line in lines]  # whole labels, each of one line
        self._cut: dict[int, float] = {}  # per line: the cost of a label ending before it

    def __len__(self) -> int:
        return len(self.lines)

    def costs(self, i: int) -> Iterator[tuple[int, float, bool]]:
        """Yield (j, cost of lines *i*–*j* as a label, whether they are a known one) for each further j."""
        task = self.task
        known = task.known.setdefault(i, ([], self._wraps(i)))
        for n in itertools.count():
            if n == len(known[0]):
                more = next(known[1], None)
                if more is None:
                    return
                known[0].append(more)
            found, label = known[0][n]
            j = i + n + 1
            last = self.lines[j - 1]
            if task.cuts is not None and j < len(self.lines) and last.width >= task.width - 4.5:
                if j not in self._cut:
                    self._cut[j] = 2.0 * task.cuts(last.text, self.lines[j].text)
                found += self._cut[j]
            yield j, found, label

    def _wraps(self, i: int) -> Iterator[tuple[float, bool]]:
        lines = self.lines[i : i + MAX_CELL_LINES]
        text, own, twice = "", 0, 0.0
        for n, cost in enumerate(wrap_costs(lines, self.task.width)):
            text += lines[n].text
            own += self.known[i + n]
            twice += _TWICE * ends_twice(lines[: n + 1])
            whole = self.task.price(text)
            found = cost + whole + twice
            if n and whole >= 0:
                found += 2.5 * own  # whole labels of their own
            yield found, whole < 0


def _skips(
    i: int, u: int, labels: _Labels, units: Sequence[Unit], edges: Sequence[float], task: LabelTask
) -> list[tuple[int, float]]:
    """Return the runs without a label that may begin at unit *u*: the unit behind them and their cost.

    The label is printed on the page before or after, or there is none.
    """
    lines = labels.lines
    n, m = len(lines), len(units)
    out = []
    for v in range(u + 1, m + 1):
        if i < n and lines[i].y < edges[v] - 1.0 and v > u + 1:
            break
        if u == 0 and i == 0 and task.before:
            cost = 0.6
        elif v == m and i == n and task.after:
            cost = 2.0
        elif v > u + MAX_BLANK and v < m:
            continue
        else:
            cost = task.none
        out.append((v, cost + task.glue.get(v, 0.0)))
    return out


def _moves(
    i: int,
    u: int,
    labels: _Labels,
    units: Sequence[Unit],
    edges: Sequence[float],
    reach: Sequence[float],
    task: LabelTask,
    wide: bool,
) -> list[tuple[int, int, float, str]]:
    """Return the labels that may begin at line *i* and unit *u*: (line, unit behind them, cost, kind of run).

    *reach* is how far down *edges* come up to each.
    """
    lines = labels.lines
    n, m = len(lines), len(units)
    out: list[tuple[int, int, float, str]] = []
    if i < n and u == 0 and i == 0 and task.before:
        for j, shape, _ in labels.costs(0):
            if m and lines[j - 1].y > units[0].top:
                break
            out.append((j, 0, shape + 2.0, "ghost"))
    if i >= n:
        return out
    first = lines[i].y
    above = max(0.0, units[u - 1].bottom + 0.6 - first) if u else 0.0
    a = units[u] if u < m else units[-1] if m else Unit(0.0, 0.0, 0.0)
    height = a.bottom - a.top
    at_top = min(20.0, 6.0 * max(0.0, abs(first - a.top) - 0.15))
    glue = task.glue
    centred = not task.top and not wide
    for j, shape, is_known in labels.costs(i):
        if shape > 20.0 or j > i + task.longest:
            break
        last = lines[j - 1].y
        known = 2.0 if is_known else 0.0
        if known or not (u == 0 and i == 0 and task.before and m == 0):
            close = max(0.0, units[u - 1].bottom + 0.45 - first) if u else 0.0
            close += max(0.0, last + 0.45 - units[u].top) if u < m else 0.0
            if close < 0.8:
                out.append((j, u, shape + task.empty - known + 8.0 * close, "empty"))
        if u == m:
            continue
        below = lines[j].y + 1.0 if j < n else FAR
        centre = (first + last) / 2
        middle = first + last - edges[u]
        # A label stands near the middle of its run: units before that are not looked at.
        start = max(u + 2, bisect_left(reach, middle - 8.0)) if centred else u + 2
        for v in itertools.chain((u + 1,), range(start, m + 1)):
            if v > u + 1:
                if units[v - 1].top > below:
                    break
                if centred and edges[v] > middle + 8.0:
                    break
            # Rows lie between rules: no line of this label beside the text of the rows above or below.
            over = above
            if v < m and last + 0.6 > units[v].top:
                over += last + 0.6 - units[v].top
            if 4.0 * over > 16.0 and not wide:
                continue
            if v == u + 1:
                away = abs(centre - a.centre)
            else:
                b = units[v - 1]
                away = abs(centre - (edges[u] + edges[v]) / 2)
                if away > 0.15:
                    tilt = ((b.bottom - b.top) - height) / 4
                    away = min(away, abs(centre - (a.centre + b.centre) / 2 - tilt))
            # That a label stands right is itself evidence: it would seldom do so by chance.
            place = 4.0 * over - 1.0 + (at_top if task.top else min(24.0, 6.0 * max(0.0, away - 0.15)))
            if place > 15.0 and not wide:
                continue
            out.append((j, v, shape + place + glue.get(v, 0.0) + task.join * (v - u - 1), ""))
    return out

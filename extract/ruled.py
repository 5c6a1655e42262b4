"""Ruling lines of a page → tables: where cells are, whatever drew the lines (a PDF, or lines found in a scan).

Lines come as arrays in PDF points, top-left origin, in the frame in which the text reads upright. Nothing
here knows characters; `extract.placed` puts them into the cells and `extract.stitch` joins the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jixiao.rules.records import Box
from numpy.typing import NDArray

from .document import Piece

Floats = NDArray[np.float64]

_SAME = 3.0
"""Edges this near are one: the two lines of a double rule, the borders of two cells drawn a point apart."""
_SPREAD = 4.0
"""A cluster of edges is never wider: three lines each near the next are not one."""
_GAP = 5.0
"""Pieces of one line this near are dashes of it."""
_TOUCH = 3.0
"""A line that ends this near another meets it."""
_SHORTEST = 4.0
_EDGES = 2000
"""A page with more edges than this one way is a drawing and no form; its lines are left alone."""


@dataclass(slots=True)
class Slot:
    """A cell of a table: the rows and columns it covers, its box, and whether lines close it above and below.

    *hole* tells that the table's own side is not drawn beside it, and is elsewhere. *pieces* are the
    printed lines in it, put there later.
    """

    row: int
    column: int
    rows: int
    columns: int
    box: Box
    ruled_top: bool
    ruled_bottom: bool
    pieces: list[Piece] = field(default_factory=list)
    hole: bool = False


@dataclass(slots=True)
class Table:
    """A table on one page. *xs* and *ys* are its edges; *slot_of* gives the slot's index by row and column."""

    xs: Floats
    ys: Floats
    slots: list[Slot]
    slot_of: NDArray[np.intp]

    @property
    def box(self) -> Box:
        return (float(self.xs[0]), float(self.ys[0]), float(self.xs[-1]), float(self.ys[-1]))


def find_tables(horizontals: Floats, verticals: Floats) -> list[Table]:
    """Return the tables that lines make, from top to bottom.

    *horizontals* has rows (y, x0, x1), *verticals* (x, top, bottom). Double and dashed lines count as one,
    sides left open are closed where the other lines end. A frame with nothing but one cell is no table,
    and what stands inside a cell of another table (an underline, a shaded word) is none either.
    """
    across, down = _runs(horizontals), _runs(verticals)
    if not len(down) or max(len(across), len(down)) > _EDGES:
        return []
    drawn, closing = np.ones((len(across), 1)), _open_ends(across, down)
    across = np.concatenate([np.hstack([across, drawn]), np.hstack([closing, np.zeros((len(closing), 1))])])
    tables = [t for a, d in _components(across, down) if (t := _table(a, d)) is not None]
    tables = [t for t in tables if not any(_inside(t.box, slot.box) for o in tables if o is not t for slot in o.slots)]
    return sorted(tables, key=lambda t: (t.ys[0], t.xs[0]))


def cluster(values: Floats, weak: Floats | None = None) -> Floats:
    """Return the centre of each run of neighbouring values.

    *weak* values (where other lines merely end) make a run of their own, and do not move one that has others.
    """
    weights = np.ones(len(values))
    if weak is not None:
        values = np.concatenate([values, weak])
        weights = np.concatenate([weights, np.full(len(weak), 1e-6)])
    if not len(values):
        return values
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    fresh = np.ones(len(values), np.bool_)
    fresh[1:] = np.diff(values) > _SAME
    starts = np.flatnonzero(fresh)
    lasts = np.append(starts[1:], len(values)) - 1
    for start, last in zip(starts.tolist(), lasts.tolist(), strict=True):
        if values[last] - values[start] > _SPREAD:
            _part(values[start : last + 1], fresh[start : last + 1])
    starts = np.flatnonzero(fresh)
    centres: Floats = np.add.reduceat(values * weights, starts) / np.add.reduceat(weights, starts)
    return centres


def _part(values: Floats, fresh: NDArray[np.bool_]) -> None:
    """Mark in *fresh* where a run of neighbours grows wider than `_SPREAD` and another begins."""
    first = float(values[0])
    for i, value in enumerate(values.tolist()):
        if value - first > _SPREAD:
            first = value
            fresh[i] = True


def nearest(edges: Floats, values: Floats) -> NDArray[np.intp]:
    """Return the index of the edge nearest to each value."""
    middles = (edges[1:] + edges[:-1]) / 2
    return np.searchsorted(middles, values)


def _runs(lines: Floats) -> Floats:
    """Return *lines* (place, start, stop) with those on one level that meet, overlap or are dashes joined."""
    lines = lines[np.isfinite(lines).all(axis=1)] if len(lines) else lines.reshape(0, 3)
    if not len(lines):
        return lines
    levels = cluster(lines[:, 0])
    level = nearest(levels, lines[:, 0])
    order = np.lexsort((lines[:, 1], level))
    level, start, stop = level[order], lines[order, 1], lines[order, 2]
    # The furthest stop so far on the level: levels are lifted apart so that one accumulation serves all.
    lift = level * (max(float(stop.max() - start.min()), 0.0) + 10 * _GAP)
    reach = np.maximum.accumulate(stop + lift)
    fresh = np.ones(len(order), bool)
    fresh[1:] = start[1:] + lift[1:] > reach[:-1] + _GAP
    heads = np.flatnonzero(fresh)
    tails = np.append(heads[1:], len(order)) - 1
    joined: Floats = np.column_stack([levels[level[heads]], start[heads], reach[tails] - lift[tails]])
    return joined[joined[:, 2] - joined[:, 1] >= _SHORTEST]


def _open_ends(across: Floats, down: Floats) -> Floats:
    """Return a level for each height at which vertical lines end in the open, some or all (a table cut by its page).

    They close the table there without counting as drawn lines.
    """
    found = []
    for column in (1, 2):
        ends = down[:, column]
        met: NDArray[np.bool_] = np.zeros(len(down), np.bool_)
        if len(across):
            near: NDArray[np.bool_] = np.abs(across[None, :, 0] - ends[:, None]) <= _TOUCH
            near &= across[None, :, 1] - _TOUCH <= down[:, None, 0]
            near &= across[None, :, 2] + _TOUCH >= down[:, None, 0]
            met = np.any(near, axis=1)
        for y in cluster(ends[~met]).tolist():
            x = down[np.abs(ends - y) <= _TOUCH, 0]
            if len(x) >= 2:
                found.append((y, float(x.min()), float(x.max())))
    return np.array(found).reshape(-1, 3)


def _components(across: Floats, down: Floats) -> list[tuple[Floats, Floats]]:
    """Return the sets of lines that meet each other, each as (horizontal lines, vertical lines).

    The fourth column of the horizontal ones tells whether the line is drawn.
    """
    meet = (
        (across[:, None, 1] - _TOUCH <= down[None, :, 0])
        & (across[:, None, 2] + _TOUCH >= down[None, :, 0])
        & (down[None, :, 1] - _TOUCH <= across[:, None, 0])
        & (down[None, :, 2] + _TOUCH >= across[:, None, 0])
    )
    many = len(across)
    names = np.arange(many)
    while True:
        theirs = np.where(meet, names[:, None], many).min(axis=0, initial=many)
        mine = np.minimum(names, np.where(meet, theirs[None, :], many).min(axis=1, initial=many))
        if (mine == names).all():
            break
        names = mine
    return [(across[names == name], down[theirs == name]) for name in np.unique(names).tolist()]


def _covered(lines: Floats, levels: Floats, edges: Floats) -> NDArray[np.bool_]:
    """Return for each level and each interval between two edges whether a line runs along it."""
    level = nearest(levels, lines[:, 0])
    start = np.searchsorted(edges, lines[:, 1] - _TOUCH)
    stop = np.searchsorted(edges, lines[:, 2] + _TOUCH, side="right") - 1
    steps = np.zeros((len(levels), len(edges) + 1), np.int32)
    long = stop > start
    np.add.at(steps, (level[long], start[long]), 1)
    np.add.at(steps, (level[long], stop[long]), -1)
    covered: NDArray[np.bool_] = steps.cumsum(axis=1)[:, : len(edges) - 1] > 0
    return covered


def _table(across: Floats, down: Floats) -> Table | None:
    """Return the table of lines that all meet, or None if they enclose fewer than two cells."""
    if not len(down):
        return None
    xs = cluster(down[:, 0], across[:, 1:3].ravel())
    ys = cluster(across[:, 0], down[:, 1:3].ravel())
    if len(xs) < 2 or len(ys) < 2:
        return None
    above = _covered(across, ys, xs)
    left = _covered(down, xs, ys).T
    drawn = _covered(across[across[:, 3] > 0], ys, xs)
    # A side of the table that is drawn nowhere is a style; one that is drawn elsewhere leaves a hole.
    open_sides = [~left[:, i] & left[:, i].any() for i in (0, -1)]
    above[[0, -1], :] = True
    left[:, [0, -1]] = True
    spans, owner = _rectangles(above.tolist(), left.tolist())
    if len(spans) < 2:
        return None
    r, c, tall, wide = np.array(spans).T
    rows, columns = np.unique([r, r + tall]), np.unique([c, c + wide])
    row, column = np.searchsorted(rows, r), np.searchsorted(columns, c)
    high, long = np.searchsorted(rows, r + tall) - row, np.searchsorted(columns, c + wide) - column
    ruled_top = _any_along(drawn, r, c, wide)
    ruled_bottom = _any_along(drawn, r + tall, c, wide)
    hole = ((c == 0) & ~_any_along(~open_sides[0][None], 0, r, tall)) | (
        (c + wide == len(xs) - 1) & ~_any_along(~open_sides[1][None], 0, r, tall)
    )
    places = np.column_stack([row, column, high, long]).tolist()
    boxes = np.column_stack([xs[c], ys[r], xs[c + wide], ys[r + tall]]).tolist()
    closed = np.column_stack([ruled_top, ruled_bottom, hole]).tolist()
    slots = [
        Slot(first, at, deep, broad, (x0, top, x1, bottom), over, under, hole=gap)
        for (first, at, deep, broad), (x0, top, x1, bottom), (over, under, gap) in zip(places, boxes, closed, strict=True)
    ]
    return Table(xs[columns], ys[rows], slots, np.array(owner, np.intp)[np.ix_(rows[:-1], columns[:-1])])


def _any_along(
    marks: NDArray[np.bool_], row: NDArray[np.intp] | int, start: NDArray[np.intp], many: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Tell for each stretch of so *many* from *start* on in *row* whether any of *marks* is set."""
    sums = np.zeros((len(marks), marks.shape[1] + 1), np.intp)
    marks.cumsum(axis=1, out=sums[:, 1:])
    found: NDArray[np.bool_] = sums[row, start + many] > sums[row, start]
    return found


def _rectangles(
    above: list[list[bool]], left: list[list[bool]]
) -> tuple[list[tuple[int, int, int, int]], list[list[int]]]:
    """Return the merged cells as (row, column, rows, columns), row by row, and the cell's index at each place.

    Grown to the right while no line parts, then down while the row below has the same sides and no line
    above it. What is no rectangle falls into several.
    """
    height, width = len(left), len(above[0])
    owner = [[-1] * width for _ in range(height)]
    spans: list[tuple[int, int, int, int]] = []
    for r in range(height):
        for c in range(width):
            if owner[r][c] >= 0:
                continue
            stop = c + 1
            while stop < width and not left[r][stop] and owner[r][stop] < 0:
                stop += 1
            bottom = r + 1
            while (
                bottom < height
                and not any(above[bottom][c:stop])
                and not any(left[bottom][c + 1 : stop])
                and left[bottom][c]
                and left[bottom][stop]
            ):
                bottom += 1
            for line in owner[r:bottom]:
                line[c:stop] = [len(spans)] * (stop - c)
            spans.append((r, c, bottom - r, stop - c))
    return spans, owner


def _inside(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - _TOUCH
        and inner[1] >= outer[1] - _TOUCH
        and inner[2] <= outer[2] + _TOUCH
        and inner[3] <= outer[3] + _TOUCH
    )

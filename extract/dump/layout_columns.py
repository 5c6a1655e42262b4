"""Which column each cell of a page stands in, in a dump that keeps the layout: found from the white space between them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import product

from .atoms import Atom
from .costs import looks_like_target
from .layout_page import Header, Line, chunks_of, end_of, letter_groups, start_of

MAX_POINTS = 160
"""Columns of a page begin at one of so many character columns at most: those most cells begin at."""
_FAR = 1e9
_LABELS_ALONE = 1.0
"""What it costs that a page of nothing but known labels has no names."""
_VALUE_FAR = 5.0
"""What it costs at most that a value whole stands away from the values' columns."""
_TWIN_FAR = 0.5
"""The same of a value that its line holds twice."""
_OFF = 4.0
"""A line that costs so much more than one for each of its cells may be set off,"""
_SET_OFF = 2.0
"""which costs this,"""
_FARTHEST = 24
"""and is done by so many character columns at most."""
_WHOLE = 0.2
"""A text that costs less in a value column is surely a value whole."""


Price = Callable[[int, str], float]
"""The cost of a stretch of text standing in a column."""


def find_columns(
    lines: Sequence[Line], count: int, header: Header | None, hints: Sequence[int], price: Price, name: int
) -> list[int]:
    """Return the character column each of *count* table columns begins at, on one page.

    The best total of: no atom cut, no two cells of a line in one column, header cells each in their own,
    texts that suit their column; *hints* are starts known from a page before, and that page's width. Column *name*
    is never empty.
    """
    starts: dict[int, list[list[Atom]]] = {}
    pairs: dict[tuple[int, int], int] = {}
    spans: list[tuple[int, int]] = []
    for line in lines:
        chunks = chunks_of(line.atoms)
        for chunk, after in zip(chunks, [*chunks[1:], None], strict=True):
            starts.setdefault(start_of(chunk[0]), []).append(chunk[:1] if header is None else chunk)
            spans.append((start_of(chunk[0]), end_of(chunk[0])))
            for atom in chunk[1:]:
                if header is None and len(atom.text) > 1:
                    starts.setdefault(start_of(atom), []).append(
                        [atom]
                    )  # a cell may hang on its neighbour by one space
            if after is not None:
                pair = (start_of(chunk[0]), start_of(after[0]))
                pairs[pair] = pairs.get(pair, 0) + 1
    if header is not None:
        for cell in header.cells:
            starts.setdefault(cell.start, [])
            spans += [(start_of(a), end_of(a)) for a in cell.atoms]
            for atom in cell.atoms:
                starts.setdefault(start_of(atom), [])
    points = sorted(sorted(starts, key=lambda p: -len(starts[p]))[:MAX_POINTS])
    if header is not None:
        points = sorted({*points, *(cell.start for cell in header.cells)})
    spans = [span for span in spans if span[0] in starts]
    n = len(points)
    place = {p: i for i, p in enumerate(points)}
    width = max((end_of(a) for line in lines for a in line.atoms), default=1)
    # crossed[i]: how many first atoms a boundary at points[i] cuts; together[i][j]: pairs of cells both in i..j.
    crossed = [0.0] * (n + 1)
    for start, stop in spans:
        i = bisect_right(points, start)
        while i < n and points[i] < stop:
            crossed[i] += 2.0
            i += 1
    together = _pairs_within(
        n, {(place[a], place[b]): c for (a, b), c in pairs.items() if a in place and b in place}
    )
    worth: list[list[float]] = []
    for column in range(count):
        total = [0.0]
        for p in points:
            total.append(total[-1] + sum(price(column, "".join(a.text for a in c)) for c in starts[p]))
        worth.append(total)
    bounds: list[tuple[int, int]] = [(0, n)] * count  # where column j may begin
    late = [[0.0] * (n + 1) for _ in range(count)]
    if header is not None:
        for j, cell in enumerate(header.cells):
            low = place[header.cells[j - 1].start] + 1 if j else 0
            bounds[j] = (low, n - 1 if j else 0)
            for i in range(place[cell.start] + 1, n):
                # A dumper may set a header off against the column's cells, to the left.
                late[j][i] = 2.0 + 0.1 * (points[i] - cell.start)
            if j:
                # What begins right of a header's end belongs to the next column: cells are centred or flush left.
                stray = 0
                for i in range(low, place[cell.start] + 1):
                    late[j][i] += 0.3 * stray
                    if i < n and points[i] >= header.cells[j - 1].stop:
                        stray += max(1, len(starts[points[i]]))
    elif hints:
        # On a page that holds little, cells stand closer together than on the page before.
        trust = 30.0 if width >= 0.6 * hints[-1] else 6.0 if len(lines) > 3 else 2.0
        for j in range(count):
            for i in range(n + 1):
                here = points[i] / width if i < n else 1.0
                late[j][i] = trust * abs(here - min(1.0, hints[j] / hints[-1]))
    filled = [0]
    for p in points:
        filled.append(filled[-1] + len(starts[p]))
    valued = any(looks_like_target(a.piece.text) >= 0.9 for line in lines for a in line.atoms)
    # A page may end with labels alone.
    texts = ["".join(a.text for a in chunk) for line in lines for chunk in chunks_of(line.atoms)]
    labels = all(min([price(c, text) for c in range(name)], default=1.0) <= 0.0 for text in texts)
    nameless = 9.0 if valued else _LABELS_ALONE if labels else min(9.0, 2.0 * len(lines))
    return _cheapest(points, bounds, late, crossed, together, worth, filled, name, nameless, header is None)


def _pairs_within(n: int, pairs: Mapping[tuple[int, int], int]) -> list[list[int]]:
    """Return counts[i][j]: how many pairs (a, b) have i ≤ a and b < j."""
    counts = [[0] * (n + 1) for _ in range(n + 1)]
    by_first: dict[int, list[tuple[int, int]]] = {}
    for (a, b), c in pairs.items():
        by_first.setdefault(a, []).append((b, c))
    for i in range(n - 1, -1, -1):
        row, below = counts[i], counts[i + 1]
        extra = [0] * (n + 1)
        for b, c in by_first.get(i, ()):
            extra[b + 1] += c
        added = 0
        for j in range(n + 1):
            added += extra[j]
            row[j] = below[j] + added
    return counts


def _cheapest(
    points: Sequence[int],
    bounds: Sequence[tuple[int, int]],
    late: Sequence[Sequence[float]],
    crossed: Sequence[float],
    together: Sequence[Sequence[int]],
    worth: Sequence[Sequence[float]],
    filled: Sequence[int],
    name: int,
    nameless: float,
    may_be_empty: bool,
) -> list[int]:
    count, n = len(bounds), len(points)
    best = [[_FAR] * (n + 1) for _ in range(count + 1)]
    back = [[0] * (n + 1) for _ in range(count + 1)]
    best[0][0] = 0.0
    for j in range(count):
        # Column j takes points i..k; column j+1 begins at k.
        after = bounds[j + 1] if j + 1 < count else (n, n)
        for i in range(n + 1):
            base = best[j][i]
            if base >= _FAR:
                continue
            for k in range(max(i, after[0]), after[1] + 1):
                if k == i:
                    if not may_be_empty:
                        continue
                    cost = base + (nameless if j == name else 2.0 if j > name else 4.0)
                else:
                    cost = base + 3.0 * together[i][k] + worth[j][k] - worth[j][i]
                    if j == name and filled[k] == filled[i]:
                        cost += 5.0
                if j + 1 < count:
                    cost += late[j + 1][k] + crossed[k]
                if cost < best[j + 1][k]:
                    best[j + 1][k] = cost
                    back[j + 1][k] = i
    out: list[int] = []
    k = n
    for j in range(count, 0, -1):
        k = back[j][k]
        out.append(points[k] if k < n else (points[-1] + 9999 if points else 9999))
    out.reverse()
    if out:
        out[0] = 0
    return out


def spans_of(lines: Sequence[Line], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the character columns that each table column surely takes: what stands free of its left neighbour."""
    spans = [(10**6, 0)] * len(starts)
    stops = [*starts[1:], 10**6]
    for line in lines:
        for n, atom in enumerate(line.atoms):
            if n and atom.space <= 1:
                continue
            first, last = start_of(atom), end_of(atom)
            c = next((c for c, stop in enumerate(stops) if first < stop), len(starts) - 1)
            spans[c] = (min(spans[c][0], first), max(spans[c][1], min(last, stops[c])))
    return [
        (first, last) if last else (start, stop)
        for (first, last), start, stop in zip(spans, starts, stops, strict=True)
    ]


def place_lines(
    lines: Sequence[Line], spans: Sequence[tuple[int, int]], price: Price, values: frozenset[int]
) -> list[dict[int, list[Atom]]]:
    """Return the atoms of each of *lines* by column: where they stand, what they say, and where spaces part them.

    A dumper joins cells that lie close by one space; what follows is then a few columns off, to the left more
    often than to the right. In a column of *values* a cell seldom holds a space. A line may also be set off against
    the others from some column on, and those below it with it.
    """
    out: list[dict[int, list[Atom]]] = []
    off: Sequence[tuple[int, int]] | None = None
    for line in lines:
        groups = letter_groups(line.atoms)
        cost, placed = _placed(groups, spans, price, values)
        if len(groups) > 2 and cost > _OFF + len(groups):
            off, placed = _set_off(groups, spans, price, values, cost, placed)
        elif off is not None:
            other, columns = _placed(groups, off, price, values)
            if other < cost:
                placed = columns
            elif len(groups) > 2:
                off = None
        cells: dict[int, list[Atom]] = {}
        for group, c in zip(groups, placed, strict=True):
            cells.setdefault(c, []).extend(group)
        out.append(dict(sorted(cells.items())))
    return out


def _set_off(
    groups: Sequence[Sequence[Atom]],
    spans: Sequence[tuple[int, int]],
    price: Price,
    values: frozenset[int],
    cost: float,
    placed: list[int],
) -> tuple[Sequence[tuple[int, int]] | None, list[int]]:
    """Return the spans in which the *groups* of a line fit better, set off from some column on, and their columns.

    None, and the columns as *placed* at *cost*, where none do.
    """
    off: Sequence[tuple[int, int]] | None = None
    for group, (c, (edge, _)) in product(groups, enumerate(spans)):
        step = start_of(group[0]) - edge
        if not 0 < abs(step) <= _FARTHEST:
            continue
        moved = [*spans[:c], *((low + step, high + step) for low, high in spans[c:])]
        other, columns = _placed(groups, moved, price, values)
        other += _SET_OFF + 0.1 * abs(step)
        if other < cost:
            cost, placed, off = other, columns, moved
    return off, placed


def _placed(
    groups: Sequence[Sequence[Atom]], spans: Sequence[tuple[int, int]], price: Price, values: frozenset[int]
) -> tuple[float, list[int]]:
    """Return what it costs at least to place the *groups* of a line, and the column of each."""
    count = len(spans)
    best: list[list[float]] = []
    back: list[list[int]] = []
    whole = False
    said = Counter("".join(a.text for a in group) for group in groups)
    for n, group in enumerate(groups):
        first, last = start_of(group[0]), end_of(group[-1])
        if len(group) > 1:
            last = first + len(group)  # without the spaces that letter-spacing put in
        text = "".join(a.text for a in group)
        loose = n > 0 and group[0].space <= 1  # its place hangs on the length of what stands before it
        value = bool(values) and all(price(c, text) < _WHOLE for c in values)
        two, whole = value and whole, value  # two values, each whole
        row, came = [], []
        for c, (low_edge, high_edge) in enumerate(spans):
            left, right = max(0, low_edge - first), max(0, last - high_edge)
            if loose:
                cost = 0.1 * left + 0.4 * max(0, left - 10) + 0.6 * right
            else:
                cost = 0.9 * left + right
            most = (_TWIN_FAR if said[text] > 1 else _VALUE_FAR) if value and c in values else 9.0
            cost = min(most, cost) + 0.8 * price(c, text)
            if n == 0:
                row.append(cost)
                came.append(-1)
                continue
            low, origin = _FAR, 0
            for p in range(c + 1):
                if p != c:
                    step = 0.3 if loose else 0.0
                elif c in values:
                    step = (6.0 if two else 2.0) if loose else 12.0
                else:
                    step = 1.2 if loose else 6.0
                if best[-1][p] + step < low:
                    low, origin = best[-1][p] + step, p
            row.append(cost + low)
            came.append(origin)
        best.append(row)
        back.append(came)
    c = min(range(count), key=lambda k: best[-1][k])
    cost = best[-1][c]
    columns: list[int] = []
    for came in reversed(back):
        columns.append(c)
        c = came[c]
    return cost, columns[::-1]

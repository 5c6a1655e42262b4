"""A label and the lines beside it → grids, in a dump that keeps the layout: cells that stand over one another are one column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate

from jixiao.extract.document import Block, Piece
from jixiao.extract.headings import split_money
from jixiao.extract.sections.words import bare, heading, label, looks_like_label, measure
from jixiao.extract.sections.years import year_alone
from jixiao.rules.families import GOALS, Family, key_of

from .atoms import Atom
from .flat_lines import is_figure
from .grids import GridBuilder, one_row
from .laid_header import over_one_another
from .layout_page import Line, chunks_of, end_of, heights_of, piece_of_atoms, start_of
from .layout_rows import FoundRow, RowTask, cut_rows, stretch_of
from .layout_stitch import CLEAR_MARGIN
from .lined_header import is_whole

_HEADER_LINES = 5
_ROWS = 2
_DIGITS = 4
_REST = 2  # characters: what is shorter is no name of an item, but the end of one
_YEAR = re.compile(r"\d{4}年?(?:度)?")
_REMARKS = ("说明", "备注", "原因")
Chunk = list[Atom]


class LaidBlocks:
    """Builds the grids of sections with the vocabulary of one family."""

    def __init__(self, family: Family) -> None:
        self.family = family

    def section(self, kind: str, heading_pieces: Sequence[Piece], lines: Sequence[Line], top: bool) -> list[Block]:
        """Return the blocks of one label and the *lines* beside it; *top* tells that cells are set at the top."""
        if lines and kind == "funds":
            return self._funds(heading_pieces, lines, top)
        if lines and kind in GOALS:
            return self._goals(heading_pieces, lines)
        if lines and kind == "tasks":
            found = self._tasks(heading_pieces, lines, top)
            if found is not None:
                return found
        cells = [[piece_of_atoms(c) for c in column] for column in _columns([self._chunks(line) for line in lines])]
        return [one_row([heading_pieces, *cells])]

    def is_item(self, atoms: Sequence[Atom]) -> bool:
        """Tell whether *atoms*, of one line, are a name and figures, or figures alone."""
        kinds = [is_figure(a.text) for a in atoms]
        return any(kinds) and (all(kinds[kinds.index(True) :]) or kinds in ([False, True, False, True],))

    def are_measures(self, atoms: Sequence[Atom]) -> bool:
        """Tell whether most of *atoms* are headers of figures."""
        known = sum(self._measures(key_of(a.text)) for a in atoms)
        return known * 2 >= len(atoms)

    def heads(self, kind: str, atoms: Sequence[Atom]) -> bool:
        """Tell whether *atoms*, of one line, are headers over what stands in a section of that *kind*."""
        keys = [key_of(a.text) for a in atoms]
        if not all(map(looks_like_label, keys)):
            return False
        if kind == "funds":
            return all(map(self._measures, keys)) and not all(key.endswith(_REMARKS) for key in keys)
        if kind in GOALS:
            found = [heading(key, self.family, guess=True) for key in keys]
            return len(keys) > 1 and all(f is not None and f.name in GOALS for f in found)
        return kind == "tasks" and len(keys) > 2 and sum(self._names_task(key) for key in keys) * 2 > len(keys)

    def _names_task(self, key: str) -> bool:
        core = bare(split_money(key)[0])
        return core in self.family.tasks or any(word in core for word, _ in self.family.like.get("tasks", ()))

    def _measures(self, key: str) -> bool:
        if not is_whole(key):
            key = key.partition("(")[0]  # 执行率（B/ goes on below
        return (measure(key, self.family) or measure(split_money(key)[0], self.family)) is not None

    def _chunks(self, line: Line) -> list[Chunk]:
        """Return what white space parts on a line; one space parts a known label from what stands before it."""
        out: list[Chunk] = []
        for chunk in chunks_of(line.atoms):
            out.append([])
            for atom in chunk:
                key = key_of(atom.text)
                if out[-1] and (label(key, self.family) is not None or heading(key, self.family) is not None):
                    out.append([])
                out[-1].append(atom)
        return out

    # --- funds ------------------------------------------------------------------------------------------

    def _funds(self, name: Sequence[Piece], lines: Sequence[Line], top: bool) -> list[Block]:
        """Lay the funds: headers above the first line with a figure, then a row for each such line."""
        first = next((n for n, line in enumerate(lines) if self.is_item(line.atoms)), None)
        if first is None:
            return [one_row([name]), *(piece_of_atoms(c) for line in lines for c in chunks_of(line.atoms))]
        body = [[c for chunk in self._chunks(line) for c in _figures_apart(chunk)] for line in lines[first:]]
        rows = [chunks for chunks, line in zip(body, lines[first:], strict=True) if self.is_item(line.atoms)]
        header = [
            [c for chunk in self._chunks(line) for c in _words_apart(chunk, self._measures)] for line in lines[:first]
        ]
        group = self._divided(header)
        if group is not None:
            header = [[c for c in line if c is not group] for line in header]
        heads = [c for line in header for c in line]
        spans = _united(_spans([c for c in (*heads, *(c for row in body for c in row)) if _is_placed(c)]), header, rows)
        builder = GridBuilder(1 + len(spans))
        builder.labels = {0}
        lead = [(0, 1, list(name), 1.0)]
        over: dict[int, list[Piece]] = {}
        for chunks in header:
            for k, chunk in _by_span(chunks, spans):
                over.setdefault(k, []).append(piece_of_atoms(chunk))
        years = dict(_by_span(header[-1], spans)) if group is not None else {}
        if group is not None:
            low, high = min(years), max(years)
            over = {k: pieces for k, pieces in over.items() if not low <= k <= high}
            named = [*((1 + k, 1, pieces) for k, pieces in over.items()), (1 + low, high - low + 1, [piece_of_atoms(group)])]
            named.sort(key=lambda head: head[0])
            builder.add([*lead, *((column, wide, pieces, 1.0) for column, wide, pieces in named)])
            builder.add([(1 + k, 1, [piece_of_atoms(chunk)], 1.0) for k, chunk in sorted(years.items())])
            lead = []
        elif over:
            builder.add([*lead, *((1 + k, 1, pieces, 1.0) for k, pieces in sorted(over.items()))])
            lead = []
        placed = []
        for row in body:
            own: dict[int, list[Atom]] = {}
            for k, chunk in _by_span(row, spans):
                own.setdefault(k, []).extend(chunk)
            placed.append(own)
        # Figures under a header that does not say what they are (2021年, under another over two columns) are in doubt.
        said = set(years)
        for k, pieces in over.items():
            key = key_of("".join(p.text for p in pieces))
            if self._measures(key) and not any(_YEAR.fullmatch(key_of(p.text)) for p in pieces):
                said.add(k)
        for cells, sure in self._rows(lines[first:], placed, top):
            kept = (
                (1 + k, 1, pieces, min(sure, 1.0 if k in said or not said else 0.5) if figure else 1.0)
                for k, (pieces, figure) in sorted(cells.items())
            )
            builder.add([*lead, *kept])
            lead = []
        return [builder.grid()]

    def _divided(self, header: Sequence[Sequence[Chunk]]) -> Chunk | None:
        """Return the header that the last line divides into years: 近两年收支金额 over 2021年 2022年.

        It is the only one above them that stands over more than one year, or between two.
        """
        if len(header) < _ROWS or len(header[-1]) < _ROWS:
            return None
        if not all(len(c) == 1 and year_alone(key_of(c[0].text)) for c in header[-1]):
            return None
        low, high = _start(header[-1][0]), _end(header[-1][-1])
        above = [c for line in header[:-1] for c in line if _start(c) < high and _end(c) > low]
        return above[0] if len(above) == 1 else None

    def _rows(
        self, lines: Sequence[Line], placed: Sequence[dict[int, list[Atom]]], top: bool
    ) -> list[tuple[dict[int, tuple[list[Piece], bool]], float]]:
        """Return the rows of funds by column, whether each cell is a figure, and how sure the row is.

        A line with figures is a row, unless names go on over several lines.
        """
        parted = self._parted(lines, placed)
        if parted:
            return parted
        if all(self.is_item(line.atoms) and not self._has_rest(own) for line, own in zip(lines, placed, strict=True)):
            return [
                ({k: ([piece_of_atoms(a)], is_figure(a[0].text)) for k, a in own.items()}, 1.0) for own in placed
            ]
        money = _money(placed)
        if not money:
            return [({k: ([piece_of_atoms(a)], False) for k, a in own.items()}, 1.0) for own in placed]

        def price(column: int, text: str) -> float:
            if column in money:
                return _amount_price(text)
            return 4.0 if self._is_rest(key_of(text)) else 0.3

        return [
            (
                {k: ([piece_of_atoms(s.atoms) for s in own], k in money) for k, own in row.cells.items()},
                1.0 if row.margin >= CLEAR_MARGIN else 0.5,
            )
            for row in _cut(lines, placed, max(money, key=lambda k: (money[k], -k)), frozenset(money), price, top)
        ]

    def _parted(
        self, lines: Sequence[Line], placed: Sequence[dict[int, list[Atom]]]
    ) -> list[tuple[dict[int, tuple[list[Piece], bool]], float]]:
        """Return the rows where blank lines part them and some have several lines; else nothing."""
        groups: list[list[int]] = []
        for n, line in enumerate(lines):
            if not groups or line.gap or line.page != lines[n - 1].page:
                groups.append([])
            groups[-1].append(n)
        # Whether a blank line shows between two rows hangs on fractions of a line: whole lines of items are rows.
        rows: list[list[int]] = []
        for group in groups:
            rows.append([])
            for n in group:
                before = rows[-1][-1] if rows[-1] else None
                if before is not None and self._is_whole(placed[before]) and self._is_whole(placed[n], placed[before]):
                    rows.append([])
                rows[-1].append(n)
        items = [[n for n in row if self.is_item(lines[n].atoms)] for row in rows]
        if len(groups) < _ROWS or len(rows) == len(lines) or not all(items):
            return []
        out = []
        for group, own in zip(rows, items, strict=True):
            cells: dict[int, tuple[list[Piece], bool]] = {}
            for n in group:
                for k, atoms in placed[n].items():
                    pieces, figure = cells.get(k, ([], True))
                    if pieces and figure and is_figure(atoms[0].text) and not _ends(atoms[0].text, pieces[-1].text):
                        return []  # two amounts: no blank line shows where one row ends
                    cells[k] = [*pieces, piece_of_atoms(atoms)], figure and is_figure(atoms[0].text)
            out.append((cells, 1.0 if len(own) == 1 else 0.5))
        return out

    def _is_whole(self, own: dict[int, list[Atom]], above: dict[int, list[Atom]] | None = None) -> bool:
        """Tell whether a line is an item with its name, and its figures are not the ends of those *above* it."""
        figures = {k: atoms[0].text for k, atoms in own.items() if is_figure(atoms[0].text)}
        if len(figures) == len(own) or not figures or self._has_rest(own):
            return False
        names = (key_of("".join(a.text for a in atoms)) for k, atoms in own.items() if k not in figures)
        if above is None or any(bare(n.removeprefix("其中:").removeprefix("其中")) in self.family.items for n in names):
            return True
        return not all(k in above and _ends(text, above[k][0].text) for k, text in figures.items())

    def _has_rest(self, own: dict[int, list[Atom]]) -> bool:
        return any(self._is_rest(key_of("".join(a.text for a in atoms))) for atoms in own.values())

    def _is_rest(self, key: str) -> bool:
        """Tell whether *key*, where the name of an item stands, is the end of one that goes on over two lines."""
        return len(key.rstrip(":")) < _REST and not is_figure(key) and bare(key) not in self.family.items

    # --- goals ------------------------------------------------------------------------------------------

    def _goals(self, name: Sequence[Piece], lines: Sequence[Line]) -> list[Block]:
        """Lay a goal beside its label, or two under the names of their columns."""
        stop, named = 0, None
        for n in range(1, min(_HEADER_LINES, len(lines) - 1) + 1):
            cells = over_one_another([a for line in lines[:n] for a in line.atoms])
            kinds = [heading(c.word, self.family, guess=True) for c in cells]
            if len(cells) > 2 or not all(looks_like_label(c.word) for c in cells):
                break
            if all(k is not None and k.name in GOALS for k in kinds):
                stop, named = n, cells
                break
        if named is None:
            return [one_row([name, [piece_of_atoms(line.atoms) for line in lines]])]
        builder = GridBuilder(1 + len(named))
        builder.labels = {0}
        header = [(1 + k, 1, [a.piece for a in c.atoms], 1.0) for k, c in enumerate(named)]
        builder.add([(0, 1, list(name), 1.0), *header])
        sides: list[list[Piece]] = [[] for _ in named]
        edge = _boundary(lines[stop:], named[0].start, named[1].stop) if len(named) == 2 else 10**9
        for line in lines[stop:]:
            left = [a for a in line.atoms if start_of(a) < edge]
            right = [a for a in line.atoms if start_of(a) >= edge]
            for side, atoms in zip(sides, (left, right), strict=False):
                if atoms:
                    side.append(piece_of_atoms(atoms))
        builder.add([(1 + k, 1, side, 1.0) for k, side in enumerate(sides) if side])
        return [builder.grid()]

    # --- tasks ------------------------------------------------------------------------------------------

    def _tasks(self, name: Sequence[Piece], lines: Sequence[Line], top: bool) -> list[Block] | None:
        """Lay the tasks: a line of headers, then rows with one figure each; None where they do not stand so."""
        first = next((n for n, line in enumerate(lines) if any(is_figure(a.text) for a in line.atoms)), None)
        if not first:
            return None
        header = self._chunks(lines[0])
        body = [self._chunks(line) for line in lines[1:]]
        spans = _spans([*header, *(c for row in body for c in row)])
        money = {
            next(k for k, span in enumerate(spans) if _within(c, span))
            for row in body
            for c in row
            if len(c) == 1 and is_figure(c[0].text)
        }
        if len(spans) != len(header) or len(money) != 1:
            return None
        (amount,) = money
        placed: list[dict[int, list[Atom]]] = []
        for row in body:
            own: dict[int, list[Atom]] = {}
            for c in row:
                own.setdefault(next(k for k, span in enumerate(spans) if _within(c, span)), []).extend(c)
            placed.append(own)
        rows = _cut(
            lines[1:], placed, amount, frozenset({amount}), lambda c, text: _amount_price(text) if c == amount else 0.3, top
        )
        builder = GridBuilder(1 + len(spans))
        builder.labels = {0}
        over = [(1 + k, 1, [piece_of_atoms(c)], 1.0) for k, c in enumerate(header)]
        builder.add([(0, 1, list(name), 1.0), *over])
        for row_ in rows:
            cells = sorted(row_.cells.items())
            builder.add([(1 + k, 1, [piece_of_atoms(s.atoms) for s in own_], 1.0) for k, own_ in cells])
        return [builder.grid()]


def _ends(text: str, above: str) -> bool:
    """Tell whether a figure may be the end of the one *above* it, which its cell's width broke: 812.404 | 6."""
    return text.isdigit() and len(text) < _DIGITS and "." in above


def _amount_price(text: str) -> float:
    return 0.0 if is_figure(text) else 8.0


def _figures_apart(chunk: Chunk) -> list[Chunk]:
    """Return a chunk of funds parted before each figure."""
    out: list[Chunk] = []
    for atom in chunk:
        if not out or is_figure(atom.text) or is_figure(out[-1][-1].text):
            out.append([])
        out[-1].append(atom)
    return out


def _words_apart(chunk: Chunk, is_header: object) -> list[Chunk]:
    """Return a chunk of headers parted where one space stands between two of them."""
    assert callable(is_header)
    if len(chunk) > 1 and all(is_header(key_of(a.text)) for a in chunk):
        return [[a] for a in chunk]
    return [chunk]


def _is_placed(chunk: Chunk) -> bool:
    """Tell whether a chunk's column says where it stands: one space only parts it from what stands before it."""
    return chunk[0].first or chunk[0].space > 1


def _by_span(chunks: Sequence[Chunk], spans: Sequence[tuple[int, int]]) -> list[tuple[int, Chunk]]:
    """Return the *chunks* of one line with the number of the span each stands in.

    One behind a single space stands a little left of its place: in the span behind that of its neighbour at least.
    """
    out: list[tuple[int, Chunk]] = []
    for chunk in chunks:
        over = [k for k, (a, b) in enumerate(spans) if a < _end(chunk) and _start(chunk) < b]
        k = over[0] if over else min(range(len(spans)), key=lambda k: abs(spans[k][0] - _start(chunk)))
        if out and not _is_placed(chunk):
            k = min(max(k, out[-1][0] + 1), len(spans) - 1)
        out.append((k, chunk))
    return out


def _money(placed: Sequence[dict[int, list[Atom]]]) -> dict[int, int]:
    """Return the columns that hold figures and nothing else, and how many lines of each do."""
    found: dict[int, int] = {}
    other: set[int] = set()
    for own in placed:
        for k, atoms in own.items():
            if len(atoms) == 1 and is_figure(atoms[0].text):
                found[k] = found.get(k, 0) + 1
            else:
                other.add(k)
    return {k: n for k, n in found.items() if k not in other}


def _cut(
    lines: Sequence[Line],
    placed: Sequence[dict[int, list[Atom]]],
    name: int,
    values: frozenset[int],
    price: Callable[[int, str], float],
    top: bool,
) -> list[FoundRow]:
    """Return the rows that *lines* make up, whose column *name* is never blank."""
    heights = heights_of(lines, placed)
    blanks = list(accumulate(line.gap for line in lines))
    stretches = [
        {k: stretch_of(n, heights[n], blanks[n], atoms) for k, atoms in cells.items()} for n, cells in enumerate(placed)
    ]
    columns = sorted({k for cells in placed for k in cells})
    widths = {k: max((s[k].width for s in stretches if k in s), default=0.0) for k in columns}
    return cut_rows(stretches, RowTask(columns, name, widths, price, top, values=values))


def _start(chunk: Chunk) -> int:
    return start_of(chunk[0])


def _end(chunk: Chunk) -> int:
    return end_of(chunk[-1])


def _spans(chunks: Sequence[Chunk]) -> list[tuple[int, int]]:
    """Return the stretches of character columns that *chunks* cover without a gap."""
    out: list[tuple[int, int]] = []
    for chunk in sorted(chunks, key=_start):
        if out and _start(chunk) < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], _end(chunk)))
        else:
            out.append((_start(chunk), _end(chunk)))
    return out


def _within(chunk: Chunk, span: tuple[int, int]) -> bool:
    return span[0] <= _start(chunk) and _end(chunk) <= span[1]


def _columns(lines: Sequence[Sequence[Chunk]]) -> list[list[Chunk]]:
    """Return the chunks of *lines* by the column they stand in, each from top to bottom."""
    chunks = [c for line in lines for c in line]
    return [[c for c in chunks if _within(c, span)] for span in _spans(chunks)]


def _united(
    spans: Sequence[tuple[int, int]], header: Sequence[Sequence[Chunk]], rows: Sequence[Sequence[Chunk]]
) -> list[tuple[int, int]]:
    """Return *spans* with each that has no header put together with the one beside it that has.

    Figures and dashes set to one side may not reach under a short header. Two spans that a line prints into are two
    columns; where either neighbour would do the span stays alone.
    """
    out = list(spans)
    k = 0
    while k < len(out) and any(header):
        lone = not any(_within(c, out[k]) for line in header for c in line)
        beside = [
            n
            for n in (k - 1, k + 1)
            if lone and 0 <= n < len(out) and any(_within(c, out[n]) for line in header for c in line)
        ]
        fit = [n for n in beside if not any(_in_both(row, out[k], out[n]) for row in rows)]
        if len(fit) == 1:
            low, high = sorted((k, fit[0]))
            out[low : high + 1] = [(out[low][0], out[high][1])]
            k = 0  # what stood alone for two neighbours may have one now
        else:
            k += 1
    return out


def _in_both(row: Sequence[Chunk], one: tuple[int, int], other: tuple[int, int]) -> bool:
    return any(_within(c, one) for c in row) and any(_within(c, other) for c in row)


def _boundary(lines: Sequence[Line], low: int, high: int) -> int:
    """Return the character column between *low* and *high* that best parts two texts side by side."""
    best, edge = (10.0**9, 0), high
    for at in range(low + 1, high + 1):
        cost = 0.0
        for line in lines:
            for n, atom in enumerate(line.atoms):
                if start_of(atom) < at < end_of(atom):
                    cost += 10.0
                elif n and end_of(line.atoms[n - 1]) < at <= start_of(atom) and atom.space == 1:
                    cost += 1.0
        rank = (cost, abs(2 * at - low - high))
        if rank < best:
            best, edge = rank, at
    return edge

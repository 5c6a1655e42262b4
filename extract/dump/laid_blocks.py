"""A label and the lines beside it → grids, in a dump that keeps the layout: cells that stand over one another are one column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from jixiao.extract.document import Block, Piece
from jixiao.extract.headings import split_money
from jixiao.extract.sections.words import bare, heading, label, looks_like_label, measure
from jixiao.rules.families import Family, key_of

from .atoms import Atom
from .flat_lines import is_figure
from .grids import GridBuilder, one_row
from .laid_header import over_one_another
from .layout_page import Line, chunks_of, end_of, heights_of, piece_of_atoms, start_of
from .layout_rows import RowTask, cut_rows, stretch_of
from .lined_rows import is_whole

GOALS = ("long_term", "annual", "annual_actual")
_HEADER_LINES = 5
_REMARKS = ("说明", "备注", "原因")
Chunk = list[Atom]


class LaidBlocks:
    """Builds the grids of sections with the vocabulary of one family."""

    def __init__(self, family: Family) -> None:
        self.family = family

    def section(self, kind: str, heading_pieces: Sequence[Piece], lines: Sequence[Line], top: bool) -> list[Block]:
        """Return the blocks of one label and the *lines* beside it; *top* tells that cells are set at the top."""
        if lines and kind == "funds":
            return self._funds(heading_pieces, lines)
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

    def _funds(self, name: Sequence[Piece], lines: Sequence[Line]) -> list[Block]:
        """Lay the funds: headers above the first line with a figure, then a row for each such line."""
        first = next((n for n, line in enumerate(lines) if self.is_item(line.atoms)), None)
        if first is None:
            return [one_row([name]), *(piece_of_atoms(c) for line in lines for c in chunks_of(line.atoms))]
        rows: list[list[Chunk]] = []
        gaps: list[Chunk] = []
        for line in lines[first:]:
            chunks = [c for chunk in self._chunks(line) for c in _figures_apart(chunk)]
            if self.is_item(line.atoms):
                rows.append(chunks)
            else:
                gaps += chunks
        header = [
            [c for chunk in self._chunks(line) for c in _words_apart(chunk, self._measures)] for line in lines[:first]
        ]
        heads = [c for line in header for c in line]
        spans = _united(_spans([c for c in (*heads, *(c for row in rows for c in row)) if _is_placed(c)]), header, rows)
        builder = GridBuilder(1 + len(spans))
        builder.labels = {0}
        lead = [(0, 1, list(name), 1.0)]
        over: dict[int, list[Piece]] = {}
        for chunks in header:
            for k, chunk in _by_span(chunks, spans):
                over.setdefault(k, []).append(piece_of_atoms(chunk))
        for own in ([over] if over else []), (_row(row, spans) for row in rows):
            for cells in own:
                builder.add([*lead, *((1 + k, 1, pieces, 1.0) for k, pieces in sorted(cells.items()))])
                lead = []
        return [builder.grid(), *(piece_of_atoms(c) for c in gaps)]

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
        heights = heights_of(lines[1:], placed)
        blanks = list(accumulate(line.gap for line in lines[1:]))
        stretches = [
            {k: stretch_of(n, heights[n], blanks[n], atoms) for k, atoms in cells.items()} for n, cells in enumerate(placed)
        ]
        widths = {k: max((s[k].width for s in stretches if k in s), default=0.0) for k in range(len(spans))}
        task = RowTask(
            range(len(spans)), amount, widths, lambda c, text: _amount_price(text) if c == amount else 0.3, top,
            values=frozenset({amount}),
        )
        rows = cut_rows(stretches, task)
        builder = GridBuilder(1 + len(spans))
        builder.labels = {0}
        over = [(1 + k, 1, [piece_of_atoms(c)], 1.0) for k, c in enumerate(header)]
        builder.add([(0, 1, list(name), 1.0), *over])
        for row_ in rows:
            cells = sorted(row_.cells.items())
            builder.add([(1 + k, 1, [piece_of_atoms(s.atoms) for s in own_], 1.0) for k, own_ in cells])
        return [builder.grid()]


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


def _row(chunks: Sequence[Chunk], spans: Sequence[tuple[int, int]]) -> dict[int, list[Piece]]:
    cells: dict[int, list[Piece]] = {}
    for k, chunk in _by_span(chunks, spans):
        cells.setdefault(k, []).append(piece_of_atoms(chunk))
    return cells


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

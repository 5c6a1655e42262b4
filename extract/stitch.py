"""Pages → one run of blocks: what is printed round the table goes, a table that runs over pages is one grid.

What a page break does to a table is judged without any word of a form: by the lines that are drawn or left
open there, by what is empty, and by whether text goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .document import Block, Cell, Grid, Piece, Row
from .headings import is_page_mark
from .placed import RuledPage
from .ruled import Slot, Table, cluster, nearest

_SIDES = 6.0
"""So far apart may the sides of a table on two pages lie."""
_EDGE = 4.0
_MARGIN = 0.14
"""The share of a page's height at its head and foot where page numbers stand."""
_HEADER_ROWS = 3
_HEADER_CELLS = 3
_FULL = 1.5
_PADDING = 8.0
"""A line that leaves less free than so many characters and the padding was wrapped; one that leaves more has ended."""


@dataclass(slots=True)
class _Cell:
    """A cell of a table that is being joined, between two edges in points."""

    row: int
    rows: int
    x0: float
    x1: float
    ruled_bottom: bool
    pieces: list[Piece] = field(default_factory=list)

    @property
    def key(self) -> str:
        return _key(self.pieces)


def join_pages(pages: Sequence[RuledPage]) -> tuple[list[Block], list[Piece]]:
    """Return the blocks of all pages in reading order, and the pieces that are furniture.

    Furniture is what repeats for the reader's eye: page numbers, running heads and feet, column headers and
    merged labels printed again on a further page.
    """
    furniture = _running(pages)
    dropped = {id(piece) for piece in furniture}
    blocks: list[Block] = []
    open_table: _Joined | None = None
    for page in pages:
        items = [i for i in page.items if not (isinstance(i, Piece) and id(i) in dropped)]
        for i, item in enumerate(items):
            if isinstance(item, Piece):
                if open_table is not None:
                    blocks.append(open_table.grid())
                    open_table = None
                blocks.append(item)
                continue
            if open_table is not None and i == 0 and open_table.last_page == page.page - 1 and open_table.fits(item):
                open_table.join(item, page.page)
            else:
                if open_table is not None:
                    blocks.append(open_table.grid())
                open_table = _Joined(item, page.page, furniture)
    if open_table is not None:
        blocks.append(open_table.grid())
    return blocks, furniture


def _running(pages: Sequence[RuledPage]) -> list[Piece]:
    """Return the page numbers, and the lines outside tables that an earlier page has at the same height."""
    found = []
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        tables = [i for i in page.items if isinstance(i, Table)]
        first = min((t.box[1] for t in tables), default=page.size[1])
        last = max((t.box[3] for t in tables), default=0.0)
        for item in page.items:
            if not isinstance(item, Piece) or item.box is None:
                continue
            middle = (item.box[1] + item.box[3]) / 2
            height = page.size[1]
            at_edge = middle < height * _MARGIN or middle > height * (1 - _MARGIN)
            outside = middle < first or middle > last
            text = item.text.strip()
            if at_edge and outside and (is_page_mark(text) or (text.isdecimal() and len(text) <= 4)):
                found.append(item)
                continue
            name = ("".join(ch for ch in text if not ch.isdecimal() and not ch.isspace()), round(middle / 4))
            near = [(name[0], name[1] + d) for d in (-1, 0, 1)]
            if at_edge and outside and any(seen[n] for n in near):
                found.append(item)
            seen[name] += 1
    return found


class _Joined:
    """A table that may go on over pages; *furniture* takes what is printed again."""

    def __init__(self, table: Table, page: int, furniture: list[Piece]) -> None:
        self.furniture = furniture
        self.cells: list[_Cell] = []
        self.rows = 0
        self.x0, self.x1 = table.box[0], table.box[2]
        self.last_page = page
        self._append(table.slots, 0, 0, 0.0)

    def _append(self, slots: Sequence[Slot], skip: int, offset: int, shift: float) -> None:
        """Add *slots*; the row *skip* of their table becomes the row *offset* of this one."""
        for slot in slots:
            x0, _, x1, _ = slot.box
            cell = _Cell(slot.row - skip + offset, slot.rows, x0 + shift, x1 + shift, slot.ruled_bottom, list(slot.pieces))
            self.cells.append(cell)
            self.rows = max(self.rows, cell.row + cell.rows)

    def fits(self, table: Table) -> bool:
        """Tell whether *table* can be this one going on: it is as wide."""
        x0, _, x1, _ = table.box
        return abs((x1 - x0) - (self.x1 - self.x0)) <= _SIDES

    def join(self, table: Table, page: int) -> None:
        """Let the table go on with *table*, the first on the next page."""
        shift = self.x0 - table.box[0]
        if abs(shift) <= _SIDES / 2:
            shift = 0.0
        skip = self._header_again(table, shift)
        for slot in table.slots:
            if slot.row < skip:
                self.furniture.extend(slot.pieces)
        rest = [s for s in table.slots if s.row >= skip]
        top = sorted((s for s in rest if s.row == skip), key=lambda s: s.box[0])
        pairs = [(self._above(s, shift), s) for s in top]
        going_on, cut = _judge(pairs)
        offset = self.rows - 1 if cut else self.rows
        for cell, slot in going_on:
            again = _key(slot.pieces) == cell.key
            if again and (not cut or slot.rows > 1 or (cell, slot) == pairs[0]):
                self.furniture.extend(slot.pieces)
            else:
                cell.pieces += slot.pieces
            cell.rows = max(cell.rows, offset + slot.rows - cell.row)
            cell.ruled_bottom = slot.ruled_bottom
        joined = {id(slot) for _, slot in going_on}
        self.rows = max(self.rows, *(c.row + c.rows for c in self.cells))
        self._append([s for s in rest if id(s) not in joined], skip, offset, shift)
        self.last_page = page

    def _above(self, slot: Slot, shift: float) -> _Cell | None:
        """Return the cell at this table's foot that has the same sides as *slot*."""
        x0, x1 = slot.box[0] + shift, slot.box[2] + shift
        for cell in self.cells:
            if cell.row + cell.rows == self.rows and abs(cell.x0 - x0) <= _EDGE and abs(cell.x1 - x1) <= _EDGE:
                return cell
        return None

    def _header_again(self, table: Table, shift: float) -> int:
        """Return how many rows at the head of *table* repeat a run of rows of this one, cell by cell."""
        for count in range(min(_HEADER_ROWS, len(table.ys) - 2), 0, -1):
            head = [s for s in table.slots if s.row < count]
            if any(s.row + s.rows > count for s in head) or sum(bool(s.pieces) for s in head) < _HEADER_CELLS:
                continue
            wanted = sorted((s.row, s.rows, round((s.box[0] + shift) / _EDGE), _key(s.pieces)) for s in head)
            for start in range(self.rows - count + 1):
                own = [c for c in self.cells if start <= c.row < start + count]
                if len(own) != len(wanted) or any(c.row + c.rows > start + count for c in own):
                    continue
                found = sorted((c.row - start, c.rows, round(c.x0 / _EDGE), c.key) for c in own)
                if all(
                    (a[0], a[1], a[3]) == (b[0], b[1], b[3]) and abs(a[2] - b[2]) <= 1
                    for a, b in zip(found, wanted, strict=True)
                ):
                    return count
        return 0

    def grid(self) -> Grid:
        """Return the table as a grid whose columns are the edges of all its pages."""
        edges = cluster(np.array([x for c in self.cells for x in (c.x0, c.x1)]))
        starts = nearest(edges, np.array([c.x0 for c in self.cells])).tolist()
        stops = nearest(edges, np.array([c.x1 for c in self.cells])).tolist()
        rows: list[list[Cell]] = [[] for _ in range(self.rows)]
        for cell, start, stop in zip(self.cells, starts, stops, strict=True):
            rows[cell.row].append(Cell(tuple(cell.pieces), cell.row, start, cell.rows, max(stop - start, 1)))
        ordered = tuple(Row(tuple(sorted(row, key=lambda c: c.column))) for row in rows)
        return Grid(ordered, len(edges) - 1)


def _judge(pairs: Sequence[tuple[_Cell | None, Slot]]) -> tuple[list[tuple[_Cell, Slot]], bool]:
    """Return the cells that go on over a page break, with what they go on in, and whether the row is cut in two.

    *pairs* are the cells of the first row after the break, left to right, each with the cell above it.
    """
    matched = [(cell, slot) for cell, slot in pairs if cell is not None]
    if not matched:
        return [], False
    whole = len(matched) == len(pairs)
    opened = [(c, s) for c, s in matched if not (c.ruled_bottom or s.ruled_top)]
    if opened and len(opened) < len(matched):
        # Some cells are left open at the break and others closed: those that are open go on.
        return opened, False
    run = list(_labels_going_on(pairs))
    if whole and _is_cut(pairs, run):
        return matched, True
    return run, False


def _labels_going_on(pairs: Sequence[tuple[_Cell | None, Slot]]) -> Iterator[tuple[_Cell, Slot]]:
    """Yield the leading cells that go on: blank after the break, printed again there, or printed only there.

    The first that says something new ends the run: what stands to the right of a new label is new too.
    """
    for cell, slot in pairs:
        if cell is None:
            return
        now, before = _key(slot.pieces), cell.key
        merged = cell.rows > 1 or slot.rows > 1
        if now == before or not now or (not before and merged):
            yield cell, slot
        else:
            return


def _is_cut(pairs: Sequence[tuple[_Cell | None, Slot]], run: Sequence[tuple[_Cell, Slot]]) -> bool:
    """Tell whether the first row after a break is the rest of the last row before it.

    Then every cell either has nothing more or goes on where its last line was full.
    """
    led = {id(slot) for _, slot in run}
    rest = [(cell, slot) for cell, slot in pairs if cell is not None and id(slot) not in led]
    if not rest:
        return True
    going_on = ended = 0
    for cell, slot in rest:
        if not slot.pieces:
            ended += bool(cell.pieces)
        elif not cell.pieces or slot.rows > 1:
            return False
        elif _is_full(cell) or (len(rest) == 1 and run):
            going_on += 1
        else:
            return False
    return going_on > 0


def _is_full(cell: _Cell) -> bool:
    """Tell whether the last line of *cell* reaches as far as a wrapped line does."""
    box = cell.pieces[-1].box
    return box is not None and (cell.x1 - cell.x0) - (box[2] - box[0]) <= _FULL * (box[3] - box[1]) + _PADDING


def _key(pieces: Sequence[Piece]) -> str:
    return "".join("".join(p.text.split()) for p in pieces)

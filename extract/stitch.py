"""Pages → one run of blocks: what is printed round the table goes, a table that runs over pages is one grid.

What a page break does to a table is judged without any word of a form: by the lines that are drawn or left
open there, by what is empty, and by whether text goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np
from jixiao.normalize.targets import read_target

from .document import Block, Cell, Grid, Piece, Row
from .headings import is_page_mark
from .placed import RuledPage
from .ruled import Slot, Table, cluster, nearest
from .starts import form_starts

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

_PITCH = 1.6
"""From line to line, in heights of a character, where a cell has only one line to tell."""
_WIDE = 7.0
"""In a cell of fewer characters' width every label fills its line."""
_NO_START = frozenset("，。、；：？！）》〉」』”’％%,.;:!?)")
_ENDS = frozenset("。！？")
_FIGURES = frozenset(("number", "range", "date"))


@dataclass(slots=True)
class _Cell:
    """A cell of a table that is being joined, between two edges in points; *height* is that on its last page."""

    row: int
    rows: int
    x0: float
    x1: float
    height: float
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
    starts = form_starts(pages)
    furniture, repeated = _running(pages, starts)
    dropped = {id(piece) for piece in furniture}
    waiting: list[Piece] = []
    blocks: list[Block] = []
    open_table: _Joined | None = None
    for page in pages:
        items = [i for i in page.items if not (_is_blank(i) if isinstance(i, Table) else id(i) in dropped)]
        foot = 0.0
        for i, item in enumerate(items):
            foot = max(foot, item.box[3]) if isinstance(item, Table) else foot
            if isinstance(item, Piece):
                beside = item.box is not None and i > 0 and (item.box[1] + item.box[3]) / 2 < foot
                if open_table is not None and id(item) in repeated:
                    waiting.append(item)  # the first of a running foot does not end a table that goes on
                    continue
                if open_table is not None and not beside:
                    blocks += [open_table.grid(), *waiting]
                    open_table, waiting = None, []
                blocks.append(item)
                continue
            goes_on = i == 0 and page.page not in starts
            if open_table is not None and goes_on and open_table.last_page == page.page - 1 and open_table.fits(item):
                open_table.join(item, page.page)
            else:
                if open_table is not None:
                    blocks += [open_table.grid(), *waiting]
                    waiting = []
                open_table = _Joined(item, page.page, furniture)
    if open_table is not None:
        blocks.append(open_table.grid())
    return [*blocks, *waiting], furniture


def _is_blank(table: Table) -> bool:
    """Tell whether nothing is printed in a table: the frame of a row that went to the next page."""
    return not any(slot.pieces for slot in table.slots)


def _running(pages: Sequence[RuledPage], starts: Set[int]) -> tuple[list[Piece], set[int]]:
    """Return the page numbers, and the lines outside tables that an earlier page has at the same height.

    Also returned are the first of each such line, by id: they are read.

    On a page of *starts* another form begins: what stands above its table, and below the one that ends, is its own.
    """
    found = []
    repeated: set[int] = set()
    ends = {number - 1 for number in starts} | ({pages[-1].page} if starts else set())
    seen: dict[tuple[str, int], int] = {}
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
            own = (middle < first and page.page in starts) or (middle > last and page.page in ends)
            if at_edge and outside and not own and any(n in seen for n in near):
                found.append(item)
                repeated.update(seen[n] for n in near if n in seen)
            seen.setdefault(name, id(item))
    return found, repeated


class _Joined:
    """A table that may go on over pages; *furniture* takes what is printed again."""

    def __init__(self, table: Table, page: int, furniture: list[Piece]) -> None:
        self.furniture = furniture
        self.cells: list[_Cell] = []
        self.rows = 0
        self.x0, self.x1 = table.box[0], table.box[2]
        self.last_page = page
        self._append(_trimmed(table.slots), 0, 0, 0.0)

    def _append(self, slots: Sequence[Slot], skip: int, offset: int, shift: float) -> None:
        """Add *slots*; the row *skip* of their table becomes the row *offset* of this one."""
        for slot in slots:
            x0, top, x1, bottom = slot.box
            row, sides = slot.row - skip + offset, (x0 + shift, x1 + shift)
            cell = _Cell(row, slot.rows, *sides, bottom - top, slot.ruled_bottom, list(slot.pieces))
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
        slots = _trimmed(table.slots, skip)
        for slot in slots:
            if slot.row < skip:
                self.furniture.extend(slot.pieces)
        rest = [s for s in slots if s.row >= skip]
        top = sorted((s for s in rest if s.row == skip), key=lambda s: s.box[0])
        pairs = [(self._above(s, shift), s) for s in top]
        going_on, cut, led = _judge(pairs)
        offset = self.rows - 1 if cut else self.rows
        for cell, slot in going_on:
            if id(slot) in led and _key(slot.pieces) == cell.key:
                self.furniture.extend(slot.pieces)
            else:
                cell.pieces += slot.pieces
            cell.rows = max(cell.rows, offset + slot.rows - cell.row)
            cell.ruled_bottom, cell.height = slot.ruled_bottom, slot.box[3] - slot.box[1]
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
            wanted = sorted((s.row, s.box[0] + shift, s.rows, _key(s.pieces)) for s in head)
            foot = sorted(c.x0 for c in self.cells if c.row + c.rows == self.rows)
            if not _same_places(foot, sorted(x for row, x, rows, _ in wanted if row + rows == count)):
                continue  # the columns in force are others: this header says something new
            for start in range(self.rows - count + 1):
                own = [c for c in self.cells if start <= c.row < start + count]
                if len(own) != len(wanted) or any(c.row + c.rows > start + count for c in own):
                    continue
                found = sorted((c.row - start, c.x0, c.rows, c.key) for c in own)
                if [(f[0], *f[2:]) for f in found] == [(w[0], *w[2:]) for w in wanted] and _same_places(
                    [f[1] for f in found], [w[1] for w in wanted]
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


_Pairs = Sequence[tuple[_Cell, Slot]]


def _trimmed(slots: Sequence[Slot], top: int = 0) -> list[Slot]:
    """Return *slots* without the strips a page break leaves: what printing programs draw of a merged cell
    beside a row that went to the next page, or of one that ends short of its row.

    Such a strip is empty and open towards the break. *top* is the row at which the table begins after a
    header that was printed again.
    """
    kept = list(slots)
    last = max(s.row + s.rows for s in kept) - 1
    strip = [s for s in kept if s.row == last]
    reaching = [s for s in kept if s.row < last < s.row + s.rows]
    if reaching and strip and not any(s.pieces or s.ruled_bottom for s in strip):
        kept = _without_row([s for s in kept if s not in strip], last)
    strip = [s for s in kept if s.row == top and s.rows == 1]
    if len(strip) < sum(s.row == top for s in kept) and not any(s.pieces or s.ruled_top for s in strip):
        kept = _without_row([s for s in kept if s not in strip], top)
    for hole in [s for s in kept if s.hole and not s.pieces]:
        above = [s for s in kept if (s.column, s.columns, s.row + s.rows) == (hole.column, hole.columns, hole.row)]
        if above and not above[0].hole:
            kept = [s for s in kept if s is not hole and s is not above[0]]
            kept.append(replace(above[0], rows=above[0].rows + hole.rows, ruled_bottom=hole.ruled_bottom))
    for row in range(max(s.row for s in kept), top, -1):
        kept = _without_blank_edge(kept, row)
    for row in range(max(s.row + s.rows for s in kept) - 1, top, -1):
        if not any(s.row == row for s in kept):
            kept = _without_row(kept, row)
    return kept


def _without_blank_edge(slots: list[Slot], row: int) -> list[Slot]:
    """Return *slots* without the edge above *row* if it parts nothing but blank cells from those above them."""
    below = {(s.column, s.columns): s for s in slots if s.row == row}
    above = {(s.column, s.columns): s for s in slots if s.row + s.rows == row}
    if not below or below.keys() != above.keys() or any(s.pieces for s in below.values()):
        return slots
    kept = []
    for slot in slots:
        if slot.row == row:
            continue
        if slot.row + slot.rows == row:
            lower = below[slot.column, slot.columns]
            slot = replace(
                slot, rows=slot.rows + lower.rows, box=(*slot.box[:3], lower.box[3]), ruled_bottom=lower.ruled_bottom
            )
        kept.append(slot)
    return _without_row(kept, row)


def _without_row(slots: Sequence[Slot], gone: int) -> list[Slot]:
    """Return *slots*, none of which stands in the row *gone* alone, without that row."""
    kept = []
    for slot in slots:
        if slot.row > gone:
            kept.append(replace(slot, row=slot.row - 1))
        elif slot.row + slot.rows > gone:
            kept.append(replace(slot, rows=slot.rows - 1))
        else:
            kept.append(slot)
    return kept


def _judge(pairs: Sequence[tuple[_Cell | None, Slot]]) -> tuple[_Pairs, bool, set[int]]:
    """Return the cells that go on over a page break, with what they go on in; whether the row is cut in two;
    and which of the slots are labels, by id.

    *pairs* are the cells of the first row after the break, left to right, each with the cell above it.
    """
    matched = [(cell, slot) for cell, slot in pairs if cell is not None]
    for opened in ([m for m in matched if not m[0].ruled_bottom], [m for m in matched if not m[1].ruled_top]):
        if opened and len(opened) < len(matched):
            # Some cells are left open at the break and others closed: those that are open go on.
            return opened, False, {id(slot) for _, slot in opened}
    run = list(_labels_going_on(pairs))
    led = {id(slot) for _, slot in run}
    if len(matched) == len(pairs) and _is_cut(matched, led):
        return matched, True, led
    return run, False, led


def _labels_going_on(pairs: Sequence[tuple[_Cell | None, Slot]]) -> Iterator[tuple[_Cell, Slot]]:
    """Yield the leading cells that go on: blank after the break, printed again there, printed only there, or
    with a text that the break cuts.

    The first that says something new ends the run: what stands to the right of a new label is new too.
    """
    waiting: list[tuple[_Cell, Slot]] = []
    for cell, slot in pairs:
        if cell is None:
            return
        if _says_nothing_new(cell, slot):
            yield from waiting
            waiting = []
            yield cell, slot
        elif not cell.pieces or _text_goes_on(cell, slot):
            # It may as well begin a row, unless what stands to its right says nothing new.
            waiting.append((cell, slot))
        else:
            return


def _says_nothing_new(cell: _Cell, slot: Slot) -> bool:
    """Tell whether a cell is blank after the break, says the same again, or is a merged one blank before it."""
    now, before = _key(slot.pieces), cell.key
    return not now or now == before or (not before and (cell.rows > 1 or slot.rows > 1))


def _text_goes_on(cell: _Cell, slot: Slot) -> bool:
    """Tell whether a text in *cell* is cut by the break: it fills its part and has not come to an end."""
    if not cell.pieces or not slot.pieces:
        return False
    own = [p.box for p in cell.pieces if p.page == cell.pieces[-1].page and p.box is not None]
    if not own:
        return False
    size = own[-1][3] - own[-1][1]
    pitch = (own[-1][1] - own[0][1]) / (len(own) - 1) if len(own) > 1 else _PITCH * size
    if cell.height - len(own) * pitch > pitch + _PADDING + 1 or not _is_full(cell):
        return False
    first, last = slot.pieces[0].text.strip()[:1], cell.pieces[-1].text.strip()[-1:]
    return first in _NO_START or (last not in _ENDS and cell.x1 - cell.x0 > _WIDE * size)


def _is_cut(pairs: _Pairs, led: set[int]) -> bool:
    """Tell whether the first row after a break is the rest of the last row before it.

    Then every cell either has nothing more or goes on where its last line was full.
    """
    labels = 0
    while labels < len(pairs) and (id(pairs[labels][1]) in led or not pairs[labels][0].pieces):
        labels += 1
    rest = pairs[labels:]
    if not rest:
        return labels == len(led)
    going_on = sure = 0
    for cell, slot in rest:
        if not slot.pieces:
            continue
        if not cell.pieces or slot.rows > 1 or not (_is_full(cell) or (len(rest) == 1 and labels == len(led) > 0)):
            return False
        if _are_two_values(cell, slot):
            return False
        going_on += 1
        sure += _text_goes_on(cell, slot)
    return going_on > 0 and (labels > 0 or sure > 0)


def _are_two_values(cell: _Cell, slot: Slot) -> bool:
    """Tell whether what stands before and after a break are figures each, and no figure together."""
    before, after = cell.key, _key(slot.pieces)
    parts = (read_target(before).kind, read_target(after).kind, read_target(before + after).kind)
    return parts[0] in _FIGURES and parts[1] in _FIGURES and parts[2] not in _FIGURES


def _is_full(cell: _Cell) -> bool:
    """Tell whether the last line of *cell* reaches as far as a wrapped line does."""
    box = cell.pieces[-1].box
    return box is not None and (cell.x1 - cell.x0) - (box[2] - box[0]) <= _FULL * (box[3] - box[1]) + _PADDING


def _same_places(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= _EDGE for a, b in zip(one, other, strict=True))


def _key(pieces: Sequence[Piece]) -> str:
    return "".join("".join(p.text.split()) for p in pieces)

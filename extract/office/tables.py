"""A file's own cells → loose lines and grids: titles out of the table, blanks put in, tables in tables apart.

Rows and columns may be numbered as the file likes (a sheet has a million); they are counted anew by the
edges that cells really have, so that a grid is as large as its contents and not as its numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jixiao.extract.document import Block, Cell, Grid, Piece, Row
from jixiao.extract.errors import DocumentError
from jixiao.extract.headings import title_key
from jixiao.normalize.dates import read_year
from jixiao.rules.families import key_of

MAX_CELLS = 400_000
"""A table with more places than this, blank ones counted, is no form."""
MAX_TITLE = 80
MAX_LABEL = 14


def head_lines(lines: Sequence[Piece], blocks: Sequence[Block]) -> tuple[list[Piece], list[Piece]]:
    """Return those *lines* of a page's head that belong to the form, and the others.

    A unit of money does, and a title if none stands among the *blocks*: each where it is printed once.
    """
    own = [b if isinstance(b, Piece) else next((p for r in b.rows for c in r.cells for p in c.pieces), None) for b in blocks[:9]]
    titled = any(piece is not None and is_title(piece.text) for piece in own)
    heads: list[Piece] = []
    others: list[Piece] = []
    seen: set[str] = set()
    for line in lines:
        key = key_of(line.text)
        unit = len(key) <= MAX_LABEL and "单位:" in key and key.endswith("元")
        (heads if key not in seen and (unit or (is_title(line.text) and not titled)) else others).append(line)
        seen.add(key)
    return heads, others


@dataclass(slots=True)
class Slot:
    """A cell as the file has it: where it begins, how far it reaches (0-based, any size), what is in it.

    *inner* are the blocks of tables inside it.
    """

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    pieces: tuple[Piece, ...] = ()
    inner: list[Block] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        return bool(self.pieces or self.inner)


def blocks_of(slots: Iterable[Slot], where: str) -> list[Block]:
    """Return the loose lines and grids of one table, top to bottom. *where* names the table in an error.

    Rows above the first row of the table proper come out as loose lines when they are a title, a year, a
    unit or ``label：value``; so do such rows below the last one, and a further title between. Raises
    DocumentError for a table larger than any form.
    """
    kept = _renumbered(list(slots), where)
    if not kept:
        return []
    grid = _Table(kept, where)
    return grid.blocks()


def _renumbered(slots: list[Slot], where: str) -> list[Slot]:
    """Return the slots numbered by the edges that occur; blank ones outside the filled ones are dropped."""
    filled = [s for s in slots if s.filled]
    if not filled:
        return []
    bottom = max(s.row for s in filled) + 1
    right = max(s.column for s in filled) + 1
    top, left = min(s.row for s in filled), min(s.column for s in filled)
    if len(filled) > 1:
        # A label may reach below or beside all text: its own width counts, unless it is a title over the sheet.
        lead = min(filled, key=lambda s: (s.row, s.column))
        others = [s for s in filled if s is not lead]
        bottom = max(bottom, *(s.row + s.rows for s in others))
        right = max(right, *(s.column + s.columns for s in others))
    kept = [
        s for s in slots if s.filled or (top <= s.row < bottom and left <= s.column < right and s.rows * s.columns > 1)
    ]
    rows = _Axis((s.row, min(s.row + s.rows, bottom)) for s in kept)
    columns = _Axis((s.column, min(s.column + s.columns, right)) for s in kept)
    if rows.count * columns.count > MAX_CELLS:
        raise DocumentError(
            "too_large",
            f"{where}有 {rows.count} 行 {columns.count} 列，超过 {MAX_CELLS} 格",
            "请确认这是绩效表；若是，请拆成较小的文件",
        )
    out = []
    for s in kept:
        row, below = rows.at(s.row), rows.at(min(s.row + s.rows, bottom))
        column, beside = columns.at(s.column), columns.at(min(s.column + s.columns, right))
        out.append(Slot(row, column, max(1, below - row), max(1, beside - column), s.pieces, s.inner))
    return out


class _Axis:
    """Rows or columns counted anew: what no cell begins or ends between is one, what no cell covers is none."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        found = [(a, max(a + 1, z)) for a, z in ranges]
        self._edges = sorted({edge for pair in found for edge in pair})
        turns = [0] * len(self._edges)
        for a, z in found:
            turns[bisect_left(self._edges, a)] += 1
            turns[bisect_left(self._edges, z)] -= 1
        self._new, covered, number = [], 0, 0
        for turn in turns:
            self._new.append(number)
            covered += turn
            number += covered > 0
        self.count = number

    def at(self, edge: int) -> int:
        """Return the new number of a row or column that begins or ends a cell."""
        return self._new[min(bisect_left(self._edges, edge), len(self._new) - 1)]


class _Table:
    """One table with rows and columns from 0, each place taken by one slot."""

    def __init__(self, slots: list[Slot], where: str) -> None:
        self.height = max(s.row + s.rows for s in slots)
        self.width = max(s.column + s.columns for s in slots)
        self.owner: list[list[Slot | None]] = [[None] * self.width for _ in range(self.height)]
        self.slots: list[Slot] = []
        work = 0
        for slot in sorted(slots, key=lambda s: (not s.filled, s.row, s.column)):
            work += slot.rows * slot.columns
            if work > 4 * MAX_CELLS:
                raise DocumentError("unreadable", f"{where}的合并单元格互相重叠", "请用 Excel 或 Word 修复后另存")
            self._place(slot)
        self.starts: list[list[Slot]] = [[] for _ in range(self.height)]
        for slot in self.slots:
            self.starts[slot.row].append(slot)

    def _place(self, slot: Slot) -> None:
        """Give *slot* its places; one that would cover another keeps its first place only, if that is free."""
        places = [
            (r, c)
            for r in range(slot.row, slot.row + slot.rows)
            for c in range(slot.column, slot.column + slot.columns)
        ]
        if any(self.owner[r][c] is not None for r, c in places):
            while slot.column < self.width and self.owner[slot.row][slot.column] is not None:
                slot.column += 1
            if slot.column == self.width:
                if not slot.filled:
                    return
                for line in self.owner:
                    line.append(None)
                self.width += 1
            slot.rows = slot.columns = 1
            places = [(slot.row, slot.column)]
        for r, c in places:
            self.owner[r][c] = slot
        self.slots.append(slot)

    def blocks(self) -> list[Block]:
        """Return loose lines and grids in order."""
        loose = self._loose_rows()
        out: list[Block] = []
        start = 0
        for r in range(self.height):
            nested = [s for s in self.starts[r] if s.inner]
            if r in loose:
                out += self._grid(start, r)
                start = r + 1
                for slot in sorted(self.starts[r], key=lambda s: s.column):
                    out += slot.pieces
                    out += slot.inner
            elif nested:
                out += self._grid(start, r + 1)
                start = r + 1
                for slot in sorted(nested, key=lambda s: s.column):
                    out += slot.inner
        return out + self._grid(start, self.height)

    def _filled(self, r: int) -> list[Slot]:
        return [s for s in self.starts[r] if s.filled]

    def _alone(self, r: int) -> bool:
        """Tell whether nothing from above reaches into the row and nothing in it reaches below."""
        return all(s is None or (s.row == r and s.rows == 1) for s in self.owner[r])

    def _loose_rows(self) -> set[int]:
        """Return the rows that are no part of the table: see `blocks_of`."""
        loose: set[int] = set()
        head = True
        for r in range(self.height):
            filled = self._filled(r)
            if not filled and self._alone(r):
                continue
            if self._alone(r) and (self._is_head(filled) if head else self._is_further_title(filled)):
                loose.add(r)
                head = True
            else:
                head = False
        for r in range(self.height - 1, -1, -1):
            filled = self._filled(r)
            if not filled and self._alone(r):
                continue
            if r in loose or not (self._alone(r) and self._is_tail(filled)):
                break
            loose.add(r)
        return loose

    def _is_head(self, filled: Sequence[Slot]) -> bool:
        if len(filled) == 1 and not filled[0].inner:
            text = _text(filled[0])
            return filled[0].columns == self.width > 1 or is_title(text) or is_head_line(text)
        return bool(filled) and all(is_head_line(_text(s)) and not s.inner for s in filled)

    def _is_further_title(self, filled: Sequence[Slot]) -> bool:
        return len(filled) == 1 and not filled[0].inner and is_title(_text(filled[0])) and self.width > 1

    def _is_tail(self, filled: Sequence[Slot]) -> bool:
        if len(filled) == 1 and filled[0].columns == self.width > 1:
            return not filled[0].inner
        return bool(filled) and all(_has_colon(_text(s)) and not s.inner for s in filled)

    def _grid(self, start: int, stop: int) -> list[Block]:
        """Return rows *start* to *stop* as a grid, with blank cells where nothing stands; none if all is blank."""
        rows = []
        some = False
        for r in range(start, stop):
            cells = []
            if any(s is not None for s in self.owner[r]):
                for c in range(self.width):
                    slot = self.owner[r][c]
                    if slot is None:
                        cells.append(Cell((), r - start, c))
                    elif (slot.row == r or r == start) and slot.column == c:
                        # A label that reaches over the cut is labelled again below it, without its text.
                        pieces = slot.pieces if slot.row == r else ()
                        below = min(slot.row + slot.rows, stop) - r
                        cells.append(Cell(pieces, r - start, c, below, slot.columns))
                        some = some or bool(pieces)
            rows.append(Row(tuple(cells)))
        return [Grid(tuple(rows), self.width)] if some else []


def _text(slot: Slot) -> str:
    return "".join(p.text for p in slot.pieces)


def is_title(text: str) -> bool:
    """Tell whether a line may be the title of such a form."""
    key = title_key(text) if len(text) <= MAX_TITLE else ""
    return key.endswith("表") and "绩效" in key


def is_head_line(text: str) -> bool:
    """Tell whether a text is a year, a unit, the number of an annex, or ``label：value``."""
    key = key_of(text)
    if len(key) > MAX_TITLE:
        return False
    yearly = len(key) <= 12 and read_year(text) is not None
    return _has_colon(text) or key.startswith("附") or yearly or key.strip("()") in ("万元", "元")


def _has_colon(text: str) -> bool:
    label = key_of(text).partition(":")
    return bool(label[1]) and 0 < len(label[0]) <= MAX_LABEL

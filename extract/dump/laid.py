"""A dump that keeps the layout, of a form whose indicators have columns of any kind: lines → loose lines and grids.

The tables of indicators are found by their headers; above, between and below them the labels that stand leftmost say
what stands beside them. What fits nothing stays a loose line, and so unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jixiao.extract.document import Block, Cell, FormReader, Grid, Row
from jixiao.extract.gridded import Gridded, GriddedReader
from jixiao.extract.sections.words import bare, column, heading, label, looks_like_label
from jixiao.rules.families import Family, key_of

from .atoms import Words
from .flat_lines import is_figure
from .grids import one_row
from .laid_grid import LaidGrid, mended, strangers, without_doubled, without_side
from .laid_header import read_laid_header
from .laid_parts import LaidParts, loose
from .laid_values import close_lines
from .layout_page import Header, Line, end_of, piece_of_atoms, printed_lines, start_of
from .layout_stitch import Part
from .text import PlainText

MAX_PAGE_LINES = 200
"""A longer page (of a dump without page breaks) is read in parts."""
MAX_TABLE_LINES = 4000
MAX_ATOMS = 60
"""A line of more parts is no line of a table."""
_OTHERWISE = 2.0
_STRANGER = 3.0
_SUMS = ("总分", "总得分", "合计得分")


@cache
def _words(family: Family) -> tuple[Words, Words]:
    return Words(family.headings, money=True), Words(family.labels)


def reader_of(text: PlainText, family: Family) -> FormReader | None:
    """Return a reader if the dump's tables are of this kind, else None."""
    laid = Laid(text, family)
    if not laid.tables:
        return None
    return GriddedReader(Gridded("text", text.pages, tuple(laid.blocks()), tuple(laid.furniture)), family)


@dataclass(slots=True)
class _Table:
    """A header, what its columns hold, and the lines *stop* at which its rows end."""

    header: Header
    names: list[str]
    stop: int


class Laid:
    """Lays one dump out with the vocabulary of one family."""

    def __init__(self, text: PlainText, family: Family) -> None:
        self.family = family
        self.lines, self.furniture = printed_lines(text)
        self.headings, self.labels = _words(family)
        self.headers = self._headers()
        names = {name for _, found in self.headers for name in found}
        if self.headers and "unit" not in names:
            self.lines = close_lines(self.lines, "comparator" not in names)
            self.headers = self._headers()
        self.tables = self._tables()

    # --- tables -----------------------------------------------------------------------------------------

    def _headers(self) -> list[tuple[Header, list[str]]]:
        found: list[tuple[Header, list[str]]] = []
        after = 0
        for i, line in enumerate(self.lines):
            known = sum(column(key_of(a.text), self.family) is not None for a in line.atoms[:MAX_ATOMS])
            if i < after or known < 2:
                continue
            header = read_laid_header(self.lines, i, after, self.family)
            if header is not None:
                found.append(header)
                after = header[0].stop
        return found

    def _tables(self) -> list[_Table]:
        if any("half_year target" in names for _, names in self.headers):
            return []  # such a table is read with its form
        out = []
        for n, (header, names) in enumerate(self.headers):
            until = self.headers[n + 1][0].start if n + 1 < len(self.headers) else len(self.lines)
            if not self._is_divided(header, until):
                out.append(_Table(header, names, self._end(header, names, until)))
        return out

    def _is_divided(self, header: Header, until: int) -> bool:
        """Tell whether names of columns go on below a whole *header*: some of its columns are divided, which is not read."""
        before = 0  # where the column left of the values ends
        for cell in header.cells:
            found = column(cell.word, self.family)
            if found is not None and " " in found.name:
                break
            before = cell.stop
        for line in self.lines[header.stop : min(until, header.stop + 2)]:
            found_here = [column(key_of(a.text), self.family) for a in line.atoms if looks_like_label(key_of(a.text))]
            whole = start_of(line.atoms[0]) >= before and len(found_here) == len(line.atoms)
            if any(f is not None and " " in f.name and (f.sure or whole) for f in found_here):
                return True
        return False

    def _end(self, header: Header, names: Sequence[str], until: int) -> int:
        """Return the line at which the rows under *header* end: at a sum, a heading, a field, at *until* the latest."""
        edge = header.cells[names.index("level3")].start
        for i in range(header.stop, until):
            first = self.lines[i].atoms[0]
            key = key_of(first.text)
            if self._is_sum(i):
                return i
            if start_of(first) >= edge or bare(key) in self.family.level1 | self.family.level2:
                continue
            zone = [first]
            for line in self.lines[i + 1 : i + 4]:
                if start_of(line.atoms[0]) >= edge or line.page != self.lines[i].page:
                    break
                zone.append(line.atoms[0])
            found = self.headings.match(zone, 0, len(zone))
            named = heading(key, self.family)
            if (
                (named is not None and named.name != "indicators")
                or (found is not None and self.family.headings[found[0]] != "indicators")
                or label(key.partition(":")[0], self.family) is not None
                or self.labels.match(zone, 0, len(zone)) is not None
            ):
                return self._above(i, header)
        return until

    def _above(self, i: int, header: Header) -> int:
        """Return the first line of the text that a label on line *i* stands at the middle of."""
        while i > header.stop:
            atoms = self.lines[i - 1].atoms
            whole = len(atoms) == 1 or all(a.space <= 1 for a in atoms[1:])
            over = sum(c.start >= start_of(atoms[0]) and c.stop <= end_of(atoms[-1]) for c in header.cells)
            if not whole or over < 2 or self.lines[i - 1].page != self.lines[i].page:
                break
            i -= 1
        return i

    def _is_sum(self, i: int) -> bool:
        atoms = self.lines[i].atoms
        key = bare(key_of(atoms[0].text))
        return key in (*self.family.totals, *_SUMS) and all(is_figure(a.text) for a in atoms[1:])

    # --- blocks -----------------------------------------------------------------------------------------

    def blocks(self) -> list[Block]:
        """Return the blocks of the dump in order."""
        out: list[Block] = []
        parts = LaidParts(self.family, self.headings, self.labels)
        at = n = 0
        while n < len(self.tables):
            table = self.tables[n]
            out += parts.blocks(self.lines[at : table.header.start])
            own = [table]
            # The same header printed again where a page ends goes on with the same table.
            while n + 1 < len(self.tables) and self._goes_on(own[-1], self.tables[n + 1]):
                n += 1
                own.append(self.tables[n])
            at = own[-1].stop
            out += self._table(own, parts.tops)
            if at < len(self.lines) and self._is_sum(at):
                grid = out[-1]
                if isinstance(grid, Grid):
                    out[-1], more = self._summed(grid, own[-1], self.lines[at])
                    at += more
            n += 1
        out += parts.blocks(self.lines[at:])
        self.furniture += parts.furniture
        return out

    def _goes_on(self, table: _Table, after: _Table) -> bool:
        return (
            table.stop == after.header.start
            and table.names == after.names
            and self.lines[after.header.start].page != self.lines[table.header.start].page
            and [c.word for c in table.header.cells] == [c.word for c in after.header.cells]
        )

    def _table(self, tables: Sequence[_Table], tops: bool) -> list[Block]:
        parts: list[Part] = []
        left: list[Line] = []
        for table in tables:
            parts.append(Part([], table.header, self.lines[table.header.start : table.header.stop]))
            for n, line in enumerate(self.lines[table.header.stop : table.stop]):
                if len(line.atoms) > MAX_ATOMS or n > MAX_TABLE_LINES or (n == 0 and self._divides(line, table)):
                    left.append(line)
                    continue
                now = parts[-1]
                page = (now.lines or now.header_lines)[-1].page
                if line.page != page or len(now.lines) >= MAX_PAGE_LINES:
                    parts.append(Part([], None, []))
                parts[-1].lines.append(line)
        parts, side = without_side(parts, self.family)
        held = {id(a) for table in tables for c in table.header.cells for a in c.atoms}
        above = [a for table in tables for n in range(table.header.start, table.header.stop) for a in self.lines[n].atoms]
        held |= {id(a) for own in side for a in own}
        self.furniture += [a.piece for own in side[1:] for a in own]  # printed again behind a page break
        self.furniture += [a.piece for a in above if id(a) not in held]
        label_row = [one_row([[a.piece for a in side[0]]])] if side else []
        parts = [p for p in parts if p.lines or p.header is not None]
        readers = [LaidGrid(self.family, tables[0].names, top) for top in (tops, not tops)]
        grids = [reader.read(parts) for reader in readers]
        costs = [
            r.cost + _STRANGER * strangers(grid, r.names, self.family) for r, grid in zip(readers, grids, strict=True)
        ]
        other = costs[1] + _OTHERWISE < costs[0]  # the labels of the table itself know better
        self.furniture += readers[other].furniture
        grid, torn = without_doubled(mended(grids[other], tables[0].names, self.family), tables[0].names)
        return [*loose(left), *label_row, grid, *torn]

    def _divides(self, line: Line, table: _Table) -> bool:
        """Tell whether *line*, just below a header, names what its last columns are divided into: it has more words than these."""
        edge = table.header.cells[table.names.index("level3")].stop
        right = sum(c.start >= edge for c in table.header.cells)
        if len(line.atoms) <= right or start_of(line.atoms[0]) < edge:
            return False
        return all(looks_like_label(key_of(a.text)) for a in line.atoms)

    def _summed(self, grid: Grid, table: _Table, line: Line) -> tuple[Grid, int]:
        """Return *grid* with the sums on *line* below its columns of points, where there are as many, and the lines taken."""
        points = [k for k, name in enumerate(table.names) if name in ("weight", "score")]
        figures = line.atoms[1:]
        if len(figures) != len(points) or not points:
            return grid, 0
        cells = [Cell((a.piece,), len(grid.rows), k) for k, a in zip(points, figures, strict=True)]
        label_cell = Cell((piece_of_atoms(line.atoms[:1]),), len(grid.rows), 0)
        row = Row((label_cell, *cells))
        return Grid((*grid.rows, row), grid.columns), 1

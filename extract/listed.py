"""A list with a project or a department on each row, its goals, money and indicators in columns → one form for each.

What stands left of the levels belongs to the project (单位名称, 项目名称, 预算数, 年度目标), or, where no project is named,
to the department (整体支出绩效目标表 as 湖南 publishes it); it is laid out as labels with their values above the indicators,
as a form of one project is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.rules.families import GOALS, Family, key_of

from .document import Block, Cell, Grid, Piece, Row
from .headings import split_money
from .sections.columns import find_header
from .sections.header import Header
from .sections.words import LEVELS, bare, heading, label, looks_like_label, measure

_ORDER = ("department", "project", "other", "funds", "goals")


def by_project(blocks: Sequence[Block], family: Family) -> list[tuple[tuple[Block, ...], tuple[Piece, ...]]] | None:
    """Return the blocks of each project's or department's form and what of it is printed again; None where there is no such list.

    Lines and rows above the list stand above each form; a sum under it and lines below it are a part of their own.
    """
    found = next(
        ((n, r, h) for n, b in enumerate(blocks) if isinstance(b, Grid) for r, h in _headers(b, family)), None
    )
    if found is None or any(isinstance(b, Grid) for n, b in enumerate(blocks) if n != found[0]):
        return None
    number, r, header = found
    grid = blocks[number]
    assert isinstance(grid, Grid)
    listed = _List(grid, r, header, family)
    forms = listed.forms()
    above, below = tuple(blocks[:number]), tuple(blocks[number + 1 :])
    out = [((*above, form), again) for form, again in forms]
    rest: tuple[Block, ...] = (*([listed.sums] if listed.sums is not None else []), *below)
    return [*out, (rest, ())] if rest else out


def _headers(grid: Grid, family: Family) -> list[tuple[int, Header]]:
    """Return the header of a list of projects in *grid* and its row, if there is one."""
    for r in range(len(grid.rows)):
        header = find_header(grid, r, family)
        if header is not None:
            return [(r, header)] if _lists(header, grid, r, family) else []
    return []


def _first_level(header: Header) -> int:
    return min(c.start for c in header.columns if c.name in LEVELS)


def _lists(header: Header, grid: Grid, r: int, family: Family) -> bool:
    """Tell whether one project's, or else one department's, name and something of it stand left of the levels."""
    kinds = [_kind(over[0] if over else cell, family) for cell, over in _leaves(header, grid, r)]
    owners = kinds.count("project") or kinds.count("department")
    return owners == 1 and any(kind in ("funds", "goals") for kind in kinds)


def _depth(header: Header, grid: Grid, r: int) -> int:
    """Return how many rows the whole header takes: money may be divided where the indicators' columns are not."""
    depth = header.depth
    while r + depth < len(grid.rows):
        own = [c for c in grid.rows[r + depth].cells if c.pieces]
        over = [c for c in grid.rows[r + depth - 1].cells if c.columns > 1 and c.rows == 1]
        inside = all(any(o.column <= c.column < o.column + o.columns for o in over) for c in own)
        if not own or not inside or not all(looks_like_label(key_of(c.key)) for c in own):
            break
        depth += 1
    return depth


def _leaves(header: Header, grid: Grid, r: int) -> list[tuple[Cell, tuple[Cell, ...]]]:
    """Return the lowest header cells left of the levels, each with those above it, the topmost first."""
    cells = [
        c
        for row in grid.rows[r : r + _depth(header, grid, r)]
        for c in row.cells
        if c.column < _first_level(header) and c.pieces
    ]

    def over(low: Cell) -> tuple[Cell, ...]:
        return tuple(c for c in cells if c.row < low.row and c.column <= low.column < c.column + c.columns)

    shared = {id(above) for c in cells for above in over(c)}
    return sorted(((c, over(c)) for c in cells if id(c) not in shared), key=lambda pair: pair[0].column)


def _kind(cell: Cell, family: Family) -> str:
    key = key_of(cell.key)
    named = label(key, family) or label(key, family, guess=True)
    if named is not None and named.name in ("project", "department"):
        return named.name
    found = heading(key, family, guess=True)
    if found is not None and found.name in GOALS:
        return "goals"
    plain = split_money(key)[0]
    if bare(plain) in family.items or measure(plain, family) is not None or (found is not None and found.name == "funds"):
        return "funds"
    return "other"


class _List:
    """A list being taken apart."""

    def __init__(self, grid: Grid, r: int, header: Header, family: Family) -> None:
        self.grid, self.r, self.header, self.family = grid, r, header, family
        self.start = r + _depth(header, grid, r)
        self.first = _first_level(header)
        self.leaves = _leaves(header, grid, r)
        kinds = {id(cell): _kind(over[0] if over else cell, family) for cell, over in self.leaves}
        self.leaves.sort(key=lambda pair: _ORDER.index(kinds[id(pair[0])]))
        owner = "project" if "project" in kinds.values() else "department"
        self.project = next(cell for cell, _ in self.leaves if kinds[id(cell)] == owner)
        self.sums: Grid | None = None

    def forms(self) -> list[tuple[Grid, tuple[Piece, ...]]]:
        """Return the grid of each project's form and what it prints again."""
        return [self._form(rows) for rows in self._groups()]

    def _groups(self) -> list[list[int]]:
        """Return the numbers of the rows of each project; sums over the list stand in `sums`."""
        groups: list[list[int]] = []
        sums: list[int] = []
        now = ""
        for r in range(self.start, len(self.grid.rows)):
            cells = self.grid.rows[r].cells
            first = next((c for c in cells if c.pieces), None)
            if first is not None and bare(key_of(first.key)) in self.family.totals:
                sums.append(r)
                continue
            own = next((c for c in cells if c.column == self.project.column and c.pieces), None)
            if own is not None and own.key == self.project.key:
                continue  # the header printed again
            if (own is not None and own.key != now) or not groups:
                groups.append([])
                now = own.key if own is not None else ""
            groups[-1].append(r)
        if sums:
            self.sums = Grid(tuple(_moved(self.grid.rows[r].cells, n) for n, r in enumerate(sums)), self.grid.columns)
        return groups

    def _form(self, rows: Sequence[int]) -> tuple[Grid, tuple[Piece, ...]]:
        wide = self.grid.columns
        out = [self.grid.rows[k] for k in range(self.r)]
        again: list[Piece] = []
        found: list[tuple[Cell, tuple[Cell, ...], Cell]] = []
        for leaf, over in self.leaves:
            values: list[Cell] = []
            for cell in self._covering(rows, leaf):
                if any(cell.key == value.key for value in values):
                    again += cell.pieces
                else:
                    values.append(cell)
            found += [(leaf, over, value) for value in values]
        for k, (leaf, over, value) in enumerate(found):
            cells = []
            for at, lead in enumerate(over):
                if k and lead in found[k - 1][1]:
                    continue
                below = next((n for n, (_, others, _) in enumerate(found[k:]) if lead not in others), len(found) - k)
                cells.append(replace(lead, row=len(out), column=at, rows=below, columns=1))
            at = len(over)
            cells.append(replace(leaf, row=len(out), column=at, rows=1, columns=1))
            cells.append(replace(value, row=len(out), column=at + 1, rows=1, columns=max(wide - at - 1, 1)))
            out.append(Row(tuple(cells)))
        stop = self.r + self.header.depth
        for k in range(self.r, stop):
            kept = [c for c in self.grid.rows[k].cells if c.column >= self.first]
            if len(kept) == 1 and kept[0].rows == 1 and k + 1 < stop:
                again += kept[0].pieces  # one heading over all the columns
                continue
            out.append(Row(tuple(replace(c, row=len(out), rows=min(c.rows, stop - k)) for c in kept)))
        for k in rows:
            kept = [c for c in self.grid.rows[k].cells if c.column >= self.first]
            last = rows[-1] + 1 - k
            out.append(Row(tuple(replace(c, row=len(out), rows=min(c.rows, last)) for c in kept)))
        return Grid(tuple(out), wide), tuple(again)

    def _covering(self, rows: Sequence[int], leaf: Cell) -> list[Cell]:
        """Return the cells under *leaf* that stand beside *rows*, those that reach down from above too."""
        reach = range(leaf.column, leaf.column + leaf.columns)
        return [
            cell
            for k in range(self.start, rows[-1] + 1)
            for cell in self.grid.rows[k].cells
            if cell.column in reach and cell.pieces and cell.row + cell.rows > rows[0]
        ]


def _moved(cells: Sequence[Cell], row: int) -> Row:
    return Row(tuple(replace(c, row=row, rows=1) for c in cells))

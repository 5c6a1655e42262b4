"""Cells in blocks, and blocks on pages.

Origin top left, y downwards, PDF points. A block is a run of rows under one set of columns. Breaking a
block over pages gives, for each cell, one segment per page; how its lines are shared out among them is
the style's `again`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .lines import wrap
from .style import Style


@dataclass
class Cell:
    """One cell; row and column are 0-based in its block.

    `role` is flow (lines just go on over a page break), level (printed again where the style says levels
    or all) or merged (printed again where it says all).
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    align: str = "center"
    role: str = "flow"
    indent: float = 0
    lines: list[str] = field(default_factory=list)


@dataclass
class Block:
    """Rows under one set of column edges (x from the left); the first `header` rows may be repeated."""

    edges: Sequence[float]
    cells: list[Cell]
    rows: int
    header: int = 0
    long: bool = False


@dataclass
class Piece:
    """What of a cell stands on one page."""

    page: int
    order: tuple[int, int, int, int]
    x0: float
    top: float
    x1: float
    bottom: float
    lines: list[str]
    align: str
    indent: float
    open_top: bool = False
    open_bottom: bool = False


@dataclass
class _Part:
    """A row, or the part of a cut row, on a page."""

    row: int
    page: int
    top: float
    bottom: float


def _fill(block: Block, style: Style) -> None:
    for cell in block.cells:
        width = block.edges[cell.column + cell.columns] - block.edges[cell.column] - 2 * style.pad_x
        cell.lines = wrap(
            cell.text,
            width,
            style.font,
            style.size,
            kinsoku=style.kinsoku,
            keep_runs=style.keep_runs,
            indent=cell.indent,
        )


def _heights(block: Block, style: Style) -> list[float]:
    """Return the rows' heights; rows under a merged cell grow until its text fits."""
    heights = [style.row_height] * block.rows
    for cell in block.cells:
        if cell.rows == 1:
            heights[cell.row] = max(heights[cell.row], len(cell.lines) * style.leading + 2 * style.pad_y)
    for cell in sorted(block.cells, key=lambda cell: cell.rows):
        if cell.rows > 1:
            spanned = range(cell.row, cell.row + cell.rows)
            lack = len(cell.lines) * style.leading + 2 * style.pad_y - sum(heights[row] for row in spanned)
            if lack > 0 and style.grow == "even":
                for row in spanned:
                    heights[row] += lack / cell.rows
            elif lack > 0:
                heights[spanned[-1]] += lack
    return heights


class Pages:
    """Places blocks one under the other and collects their pieces."""

    def __init__(self, style: Style, top: float) -> None:
        self.style = style
        self.page = 0
        self.y = top
        self.bottom = style.page[1] - style.margin
        self.pieces: list[Piece] = []
        self._blocks = 0

    def _new_page(self) -> None:
        self.page += 1
        self.y = self.style.margin

    def add(self, block: Block) -> None:
        """Place *block*, breaking it where the page ends."""
        _fill(block, self.style)
        heights = _heights(block, self.style)
        start = (self.page, self.y, len(self.pieces))
        for _ in range(20):
            parts, copies = self._break(block, heights)
            short = self._place_all(block, parts, copies)
            if short is None:
                break
            # The break cost a merged cell a line's room: give its last row that much more, and begin again.
            heights[short.row + short.rows - 1] += self.style.leading
            self.page, self.y = start[:2]
            del self.pieces[start[2] :]
        else:
            raise ValueError(f"text does not fit its cells: {block.cells[0].text[:20]!r}")
        self._blocks += 1

    def _break(self, block: Block, heights: Sequence[float]) -> tuple[list[_Part], list[list[_Part]]]:
        """Return the parts of the rows on their pages, and those of each repeated header."""
        style = self.style
        parts: list[_Part] = []
        copies: list[list[_Part]] = []
        full_page = self.bottom - style.margin
        for row, height in enumerate(heights):
            if row == 0 and block.header and block.rows > 1:
                # A heading row is not left alone at the foot of a page, whatever else is cut.
                needed = height + min(heights[block.header], 3 * style.leading)
                if self.y + needed > self.bottom:
                    self._new_page()
            # A row that would not fit on a page of its own, under a repeated header, must be cut.
            tall = height > full_page - sum(heights[: block.header]) - style.leading
            cuttable = (block.long and style.split_long) or style.cut_rows or tall
            while height > self.bottom - self.y + 0.01:
                room = int((self.bottom - self.y - 2 * style.pad_y) / style.leading)
                lines = int((height - 2 * style.pad_y) / style.leading + 0.01)
                if cuttable and room >= 1 and lines > room and row >= block.header:
                    bottom = self.y + room * style.leading + 2 * style.pad_y
                    parts.append(_Part(row, self.page, self.y, bottom))
                    height -= room * style.leading
                self._new_page()
                if style.repeat_header and row > block.header and block.header:
                    copies.append(self._copy_header(heights[: block.header]))
            parts.append(_Part(row, self.page, self.y, self.y + height))
            self.y += height
        return parts, copies

    def _place_all(self, block: Block, parts: list[_Part], copies: list[list[_Part]]) -> Cell | None:
        """Place every cell; return the first one whose text finds no room, if there is one."""
        for copy in copies:
            for cell in block.cells:
                if cell.row < block.header:
                    self._place(block, cell, copy, -1)
        for cell in block.cells:
            own = [part for part in parts if cell.row <= part.row < cell.row + cell.rows]
            if not self._place(block, cell, own, 0):
                return cell
        return None

    def _copy_header(self, heights: Sequence[float]) -> list[_Part]:
        copy = []
        for row, height in enumerate(heights):
            copy.append(_Part(row, self.page, self.y, self.y + height))
            self.y += height
        return copy

    def _place(self, block: Block, cell: Cell, parts: list[_Part], order: int) -> bool:
        """Make the pieces of one cell; return whether its lines fit their segments."""
        style = self.style
        segments: list[list[_Part]] = []
        for part in parts:
            if order == -1 and not cell.row <= part.row < cell.row + cell.rows:
                continue
            if segments and segments[-1][0].page == part.page:
                segments[-1].append(part)
            else:
                segments.append([part])
        rooms = [
            max(1, int((segment[-1].bottom - segment[0].top - 2 * style.pad_y) / style.leading + 0.01))
            for segment in segments
        ]
        shares = self._share(cell, rooms, block.long)
        for number, (segment, lines) in enumerate(zip(segments, shares, strict=True)):
            self.pieces.append(
                Piece(
                    page=segment[0].page,
                    order=(self._blocks, order, segment[0].row, cell.column),
                    x0=block.edges[cell.column],
                    top=segment[0].top,
                    x1=block.edges[cell.column + cell.columns],
                    bottom=segment[-1].bottom,
                    lines=lines,
                    align=cell.align,
                    indent=cell.indent if number == 0 else 0,
                    open_top=style.open_break and number > 0,
                    open_bottom=style.open_break and number < len(segments) - 1,
                )
            )
        return all(len(lines) <= room for lines, room in zip(shares, rooms, strict=True))

    def _share(self, cell: Cell, rooms: list[int], long: bool) -> list[list[str]]:
        """Return the lines for each segment, *rooms* lines at most in each where that is possible."""
        lines, again = cell.lines, self.style.again
        if len(rooms) == 1:
            return [lines]
        # In a row that is itself cut, each column's text just goes on.
        if cell.role != "flow" and (cell.rows > 1 or long):
            if (again == "all" or (again == "levels" and cell.role == "level")) and len(lines) <= rooms[0]:
                return [lines if len(lines) <= room else [] for room in rooms]
            chosen = rooms.index(max(rooms)) if again == "largest" or len(lines) > rooms[0] else 0
            if len(lines) <= rooms[chosen]:
                return [lines if number == chosen else [] for number in range(len(rooms))]
        shared, start = [], 0
        for room in rooms:
            shared.append(lines[start : start + room])
            start += room
        # Lines left over stand in the last segment, where `add` sees that they do not fit.
        shared[-1] = shared[-1] + lines[start:]
        return shared

    def in_order(self) -> Iterator[Piece]:
        """Yield the pieces as they are drawn: page by page, row by row, a merged cell with its first row."""
        yield from sorted(self.pieces, key=lambda piece: (piece.page, *piece.order))

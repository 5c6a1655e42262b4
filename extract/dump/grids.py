"""Building a grid row by row where only the beginnings of merged labels are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jixiao.extract.document import Cell, Grid, Piece, Row


class GridBuilder:
    """Collects rows of cells; a label cell goes on downwards until the next in its column or left of it."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._rows: list[list[tuple[int, int, tuple[Piece, ...], float]]] = []
        self.labels: set[int] = set()

    def add(self, cells: Iterable[tuple[int, int, Sequence[Piece], float]]) -> None:
        """Add a row of (column, columns spanned, pieces, confidence)."""
        self._rows.append([(c, n, tuple(p), conf) for c, n, p, conf in cells])

    def __len__(self) -> int:
        return len(self._rows)

    def insert(self, row: int, cell: tuple[int, int, Sequence[Piece], float]) -> None:
        """Put a further *cell* (column, columns spanned, pieces, confidence) into the row added as number *row*."""
        column, span, pieces, confidence = cell
        self._rows[row] = sorted([*self._rows[row], (column, span, tuple(pieces), confidence)])

    def last(self, column: int) -> Sequence[Piece] | None:
        """Return the pieces of the lowest cell in *column*, or None."""
        for row in reversed(self._rows):
            for c, _, pieces, _ in row:
                if c == column:
                    return pieces
        return None

    def extend(self, column: int, pieces: Sequence[Piece]) -> None:
        """Add *pieces* to the lowest cell in *column*; what was put together so is less sure."""
        for row in reversed(self._rows):
            for k, (c, span, before, confidence) in enumerate(row):
                if c == column:
                    row[k] = (c, span, (*before, *pieces), min(confidence, 0.7))
                    return

    def grid(self) -> Grid:
        """Return the grid: a cell in one of the `labels` columns goes on down to the next such cell."""
        below = [len(self._rows)] * self.columns  # per column: the row in which a cell above must end
        rows: list[Row] = []
        for r in range(len(self._rows) - 1, -1, -1):
            cells = [
                Cell(pieces, r, column, below[column] - r if column in self.labels and span == 1 else 1, span, confidence)
                for column, span, pieces, confidence in self._rows[r]
            ]
            rows.append(Row(tuple(cells)))
            for column, span, _, _ in self._rows[r]:
                right = self.columns if column in self.labels else column + span
                for c in range(column, right):
                    below[c] = r
        return Grid(tuple(reversed(rows)), self.columns)


def one_row(cells: Sequence[Sequence[Piece]], columns: int = 4) -> Grid:
    """Return a grid of one row, at least so many *columns* wide; its last cell reaches to the end."""
    columns = max(columns, len(cells))
    builder = GridBuilder(columns)
    last = len(cells) - 1
    builder.add([(k, columns - k if k == last else 1, cell, 1.0) for k, cell in enumerate(cells) if cell])
    return builder.grid()

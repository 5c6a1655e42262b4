"""Cells laid row by row on a grid, and what an invented form is in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.forms.layout import Block, Cell

WIDTH = 24
LEFT, RIGHT = 40.0, 555.0
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Kin:
    """An invented form: the lines above it, its blocks, and the truth as tables of CSV texts."""

    family: str
    seed: int
    head: Sequence[str]
    blocks: Sequence[Block]
    tables: Mapping[str, Rows]
    persons: Sequence[str] = ()


@dataclass
class Paper:
    """Rows of cells, each as wide as its share of `WIDTH` columns; a row may lie beside a merged label."""

    cells: list[Cell] = field(default_factory=list)
    rows: int = 0

    def row(self, *cells: tuple[str, int], at: int = 0) -> None:
        """Add a row of (text, width) from column *at*; the widths make up the rest of the line."""
        column = at
        for text, width in cells:
            self.cells.append(Cell(self.rows, column, text, 1, width))
            column += width
        assert column == WIDTH, (column, cells)
        self.rows += 1

    def label(self, text: str, first: int, width: int, *, column: int = 0, rows: int | None = None) -> None:
        """Put a label beside the rows from *first* to the last, or over *rows* of them."""
        self.cells.append(
            Cell(first, column, text, (self.rows - first) if rows is None else rows, width, role="merged")
        )

    def block(self) -> Block:
        edges = [LEFT + (RIGHT - LEFT) * k / WIDTH for k in range(WIDTH + 1)]
        return Block(edges, sorted(self.cells, key=lambda c: (c.row, c.column)), self.rows)


def shares(weights: Sequence[float], width: int) -> list[int]:
    """Return whole widths in the proportion of *weights* that make up *width*, none below one."""
    whole = sum(weights)
    out = [max(1, round(weight * width / whole)) for weight in weights]
    out[out.index(max(out))] += width - sum(out)
    return out

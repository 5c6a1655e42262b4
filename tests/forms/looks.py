"""How a form's cells are put into an office file: what of the file says nothing about the content."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .layout import Block, Cell


@dataclass(frozen=True)
class Look:
    """One way of filling in a file; every printer takes what its format has.

    `labels` says what is done with a label over several rows: "merged", "once" (written in the first row,
    the others left blank) or "repeated". `top`, `left` are blank rows and columns before the table.
    `title` puts the lines above the table into a cell "merged" over its width, a "plain" one or, in text
    formats, "outside". `numbers` stores what is a number as a number with a format that shows it as
    printed, `formulas` some of them as formulas. `apart` makes each block a table of its own. `lists`
    leaves the clauses' marks to Word's numbering; `nested` puts the form into a layout table; `revised`
    leaves tracked changes in; `hidden` adds hidden rows and sheets; `furniture` what stands around a form
    on a web page; `charset` is the encoding; `soft` breaks lines inside a paragraph.
    """

    seed: int
    labels: str
    top: int
    left: int
    title: str
    numbers: bool
    formulas: bool
    apart: bool
    lists: bool
    nested: bool
    revised: bool
    hidden: bool
    furniture: bool
    charset: str
    soft: bool


def look_for(seed: int) -> Look:
    """Return the look of *seed*; the same seed gives the same look."""
    rng = random.Random(f"look {seed}")
    return Look(
        seed=seed,
        labels=rng.choice(("merged", "merged", "merged", "once", "repeated")),
        top=rng.choice((0, 0, 0, 1, 2)),
        left=rng.choice((0, 0, 0, 1)),
        title=rng.choice(("merged", "merged", "plain", "outside")),
        numbers=rng.random() < 0.7,
        formulas=rng.random() < 0.4,
        apart=rng.random() < 0.3,
        lists=rng.random() < 0.4,
        nested=rng.random() < 0.2,
        revised=rng.random() < 0.2,
        hidden=rng.random() < 0.3,
        furniture=rng.random() < 0.5,
        charset=rng.choice(("utf-8", "utf-8", "gb18030", "utf-8-sig")),
        soft=rng.random() < 0.4,
    )


@dataclass(frozen=True)
class Table:
    """Cells on one grid: rows and columns from 0, `widths` of the columns in points."""

    cells: tuple[Cell, ...]
    rows: int
    widths: tuple[float, ...]

    @property
    def columns(self) -> int:
        return len(self.widths)


def tables(blocks: Sequence[Block], look: Look) -> list[Table]:
    """Return the blocks as tables: all in one, or each by itself."""
    if look.apart:
        return [_joined([block], look) for block in blocks]
    return [_joined(blocks, look)]


def _joined(blocks: Sequence[Block], look: Look) -> Table:
    """Return blocks of different columns on one grid, whose edges are those of all of them."""
    edges = _edges(blocks)
    cells: list[Cell] = []
    start = 0
    for block in blocks:
        at = [min(range(len(edges)), key=lambda i: abs(edges[i] - edge)) for edge in block.edges]
        for cell in block.cells:
            column, stop = at[cell.column], at[cell.column + cell.columns]
            cells += _labelled(replace(cell, row=start + cell.row, column=column, columns=stop - column), look)
        start += block.rows
    widths = tuple(right - left for left, right in pairwise(edges))
    return Table(tuple(cells), start, widths)


def _edges(blocks: Sequence[Block], least: float = 3.0) -> list[float]:
    """Return the edges of all blocks; of two closer than *least* points one is enough."""
    edges: list[float] = []
    for edge in sorted(edge for block in blocks for edge in block.edges):
        if not edges or edge - edges[-1] >= least:
            edges.append(edge)
    return edges


def _labelled(cell: Cell, look: Look) -> Iterator[Cell]:
    """Yield a cell as the look has labels over several rows."""
    if cell.rows == 1 or look.labels == "merged":
        yield cell
        return
    for number in range(cell.rows):
        text = cell.text if number == 0 or look.labels == "repeated" else ""
        yield replace(cell, row=cell.row + number, rows=1, text=text)

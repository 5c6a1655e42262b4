"""Labels that a page break cut in two, put together by a family's vocabulary.

The shape of a page cannot tell 中长期 | 目标 from two labels; the vocabulary can: together they are a known
word, and apart at least one is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from jixiao.rules.families import Family, key_of

from .document import Cell, Grid, Row
from .headings import split_money


def mend_cut_labels(grid: Grid, family: Family) -> Grid:
    """Return *grid* with each label that goes on after a page break in one cell.

    A row of a label and its text, or one that has nothing else after the break, becomes one row; in a
    wider one the label spans both, and so do blank labels to its right.
    """
    columns: dict[tuple[int, int], list[Cell]] = {}
    for row in grid.rows:
        for cell in row.cells:
            columns.setdefault((cell.column, cell.columns), []).append(cell)
    for cells in columns.values():
        for above, below in pairwise(cells):
            if above.row + above.rows == below.row and _is_cut(above, below, family):
                # The positions of all other cells hang on it: mend one and look again.
                return mend_cut_labels(_mended(grid, above, below), family)
    return grid


def _is_cut(above: Cell, below: Cell, family: Family) -> bool:
    if not above.pieces or not below.pieces or above.pieces[-1].page == below.pieces[0].page:
        return False
    first, second = key_of(above.key), key_of(below.key)
    return _known(first + second, family) and not (_known(first, family) and _known(second, family))


def _known(key: str, family: Family) -> bool:
    name, _ = split_money(key)
    return any(name in words for words in (family.headings, family.level1, family.level2, family.labels))


def _mended(grid: Grid, above: Cell, below: Cell) -> Grid:
    row = grid.rows[below.row].cells
    others = [c for c in row if c is not below]
    upper = {(c.column, c.columns): c for c in _ending(grid, below.row)}
    pairs = [(upper.get((c.column, c.columns)), c) for c in row]
    one_row = above.rows == below.rows == 1 and (len(others) <= 1 or not any(c.pieces for c in others))
    if one_row and all(a is not None and c.rows == 1 for a, c in pairs):
        joined = {id(a): replace(a, pieces=a.pieces + c.pieces) for a, c in pairs if a is not None}
        return _without_row(grid, below.row, joined)
    spans = {id(above): (above, below)}
    for a, c in pairs[row.index(below) + 1 :]:
        if a is None or c.pieces:
            break
        spans[id(a)] = (a, c)
    gone = {id(c) for _, c in spans.values()}
    joined = {key: replace(a, rows=a.rows + c.rows, pieces=a.pieces + c.pieces) for key, (a, c) in spans.items()}
    rows = (Row(tuple(joined.get(id(c), c) for c in r.cells if id(c) not in gone)) for r in grid.rows)
    return Grid(tuple(rows), grid.columns)


def _ending(grid: Grid, row: int) -> Iterable[Cell]:
    return (c for r in grid.rows[:row] for c in r.cells if c.row + c.rows == row)


def _without_row(grid: Grid, gone: int, joined: dict[int, Cell]) -> Grid:
    """Return *grid* without the row *gone*; what reaches into it from above is a row shorter."""
    rows = []
    for number, row in enumerate(grid.rows):
        if number == gone:
            continue
        cells = []
        for cell in row.cells:
            kept = joined.get(id(cell), cell)
            if kept.row > gone:
                kept = replace(kept, row=kept.row - 1)
            elif kept.row + kept.rows > gone and id(cell) not in joined:
                kept = replace(kept, rows=kept.rows - 1)
            cells.append(kept)
        rows.append(Row(tuple(cells)))
    return Grid(tuple(rows), grid.columns)

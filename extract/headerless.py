"""A table of indicators without a header: its columns are told by the words of the levels in them.

    | 绩效指标 | 产出指标 | 数量指标 | 抚育面积 | ≥5000亩 |

The grid is handed on with a header that prints nothing above the first such row.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jixiao.normalize.targets import looks_like_target
from jixiao.rules.families import Family, key_of

from .document import Block, Cell, Grid, Row
from .glued import header_of, with_header
from .sections.columns import find_header
from .sections.words import bare

_LEAST_ROWS = 3
_LIKE_VALUE = 0.5


def headed(block: Block, family: Family) -> Block:
    """Return a grid of indicators that has no header with one; any other *block* is returned as it is.

    Three rows at least must have a level 2 beside a level 1, a name, and behind it what looks like a value on most.
    """
    if not isinstance(block, Grid) or any(find_header(block, r, family) is not None for r in range(len(block.rows))):
        return block
    for r, row in enumerate(block.rows):
        first = next((c for c in row.cells if c.pieces and bare(key_of(c.key)) in family.level1), None)
        columns = _columns(row, first) if first is not None else []
        if len(columns) == 4 and _holds(block, r, columns, family):
            names = ("level1", "level2", "level3", "target")
            headers = [header_of(cell, name) for cell, name in zip(columns, names, strict=True)]
            rows = with_header([row.cells for row in block.rows], r, headers)
            return Grid(tuple(Row(tuple(cells)) for cells in rows), block.columns)
    return block


def _columns(row: Row, first: Cell) -> list[Cell]:
    """Return the cells from the level 1 on, if each has text and they follow one another."""
    cells = [c for c in row.cells if c.column >= first.column]
    joined = all(a.column + a.columns == b.column for a, b in pairwise(cells))
    return cells if joined and all(c.pieces for c in cells) else []


def _holds(grid: Grid, start: int, columns: Sequence[Cell], family: Family) -> bool:
    """Tell whether the rows below have the words of levels, names and values in these columns."""
    rows = values = 0
    second: Cell | None = None
    for row in grid.rows[start:]:
        by_column = {c.column: c for c in row.cells if c.pieces}
        here = by_column.get(columns[1].column)
        if here is not None and bare(key_of(here.key)) in family.level2:
            second = here
        third, value = by_column.get(columns[2].column), by_column.get(columns[3].column)
        if second is None or row.cells[0].row >= second.row + second.rows or third is None or value is None:
            break
        rows += 1
        values += looks_like_target(value.key) >= _LIKE_VALUE and looks_like_target(third.key) < _LIKE_VALUE
    return rows >= _LEAST_ROWS and values * 3 >= rows * 2

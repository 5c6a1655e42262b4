"""A table of indicators of any family in a dump that keeps the layout: columns priced by what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jixiao.extract.document import Cell, Grid, Piece, Row
from jixiao.extract.sections.words import bare
from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import read_comparator
from jixiao.rules.families import Family, key_of

from .atoms import Atom
from .costs import looks_like_target
from .layout_grid import GridReader
from .layout_page import Line, start_of
from .layout_stitch import Part
from .lined_prices import Vocabulary, price_of

_FAR = 3.0
"""What a printed line costs at most in a column that it does not fit."""
_FIGURE = re.compile(r"[≥≤=<>≧≦]?\d[\d.,]{0,15}(?<![.,])(?:%|[㐀-鿿]{0,3}(?<![年月日]))")
"""A figure that is whole, and no part of a date."""
_EXACT = ("comparator", "unit", "weight", "score", "direction")
"""Columns whose cells are short and of few kinds."""


class LaidGrid(GridReader):
    """Reads the parts of one table whose columns hold *names*, as `column` gives them."""

    def __init__(self, family: Family, names: Sequence[str], top: bool) -> None:
        super().__init__(family, names, frozenset(), top)
        self.names = list(names)
        self.vocabulary = Vocabulary(family, "comparator" in names)
        self.apart = self.targets | {c for c, name in enumerate(names) if name in _EXACT}

    def _kind(self, word: str) -> str:
        return "target" if " " in word else word if word in ("level1", "level2", "level3") else "other"

    def fragment_price(self, column: int, text: str) -> float:
        """Return the cost of one printed line of a cell standing in *column*."""
        name = self.names[column]
        if name in ("level1", "level2"):
            key = bare(key_of(text))
            level1, level2, _ = self._parts_of_labels
            if name == "level1" and key in level2 and key not in level1:
                return 6.0  # a page without a header has no other sign of which level its first column is
            return super().fragment_price(column, key)
        if name in _EXACT:
            return min(_FAR, price_of(name, text, self.vocabulary)) - 0.2
        if name == "level3":
            return super().fragment_price(column, text)
        if " " in name:
            signed = 1.0 if self.vocabulary.signed and read_comparator(fold_width(text)[:1]) else 0.0
            return super().fragment_price(column, text) + signed
        figure = price_of("weight", text, self.vocabulary) == 0 or looks_like_target(text) >= 0.9
        return 0.3 + (1.2 if figure else 0.0)

    def cell_price(self, column: int, text: str) -> float:
        """Return the cost of *text* as a whole cell of *column*."""
        name = self.names[column]
        if name in ("level1", "level2"):
            key = bare(key_of(text))
            known = self.family.level1 if name == "level1" else self.family.level2
            cut = key not in known and key in self._parts_of_labels[name == "level2"]
            return super().cell_price(column, key) + (2.0 if cut else 0.0)
        if name in _EXACT:
            return 3.0 * min(_FAR, price_of(name, text, self.vocabulary))
        return super().cell_price(column, text)


def strangers(grid: Grid, names: Sequence[str], family: Family) -> int:
    """Return how many labels of level 2 stand under one of level 1 that is known, but not with them."""
    return sum(
        _is_stranger(bare(key_of(below.key)), bare(key_of(above.key)), family)
        for above, seconds in _levels(grid, names)
        for below in seconds
    )


def mended(grid: Grid, names: Sequence[str], family: Family) -> Grid:
    """Return *grid* with labels of level 2 that are known with the level 1 beside theirs, and not with theirs, given to it.

    Where a merged label ends is told by where it stands alone, to half a row.
    """
    levels = _levels(grid, names)
    starts = {id(above): above.row for above, _ in levels}
    for (above, own), (below, others) in pairwise(levels):
        first, second = bare(key_of(above.key)), bare(key_of(below.key))
        for n, cell in enumerate(others[:-1]):
            key = bare(key_of(cell.key))
            if not (_is_stranger(key, second, family) and key in family.pairs.get(first, ())):
                break
            starts[id(below)] = others[n + 1].row
        for cell in reversed(own[1:]):
            key = bare(key_of(cell.key))
            if not (_is_stranger(key, first, family) and key in family.pairs.get(second, ())):
                break
            starts[id(below)] = cell.row
    if all(starts[id(above)] == above.row for above, _ in levels):
        return grid
    stops = dict(pairwise(starts[id(above)] for above, _ in levels))
    moved = {id(above) for above, _ in levels}
    rows = [[c for c in row.cells if id(c) not in moved] for row in grid.rows]
    for above, _ in levels:
        start = starts[id(above)]
        rows[start].insert(0, replace(above, row=start, rows=stops.get(start, len(rows)) - start))
    return Grid(tuple(Row(tuple(cells)) for cells in rows), grid.columns)


def without_doubled(grid: Grid, names: Sequence[str]) -> tuple[Grid, list[Piece]]:
    """Return *grid* without the cells of rows that are two rows put together, and what was printed in these.

    A value column of such a row holds two figures under one another, each whole: 60 and 12 are not 6012.
    """
    first = list(names).index("level3")
    values = {k for k, name in enumerate(names) if " " in name or name in ("weight", "score")}
    doubled = {
        cell.row
        for row in grid.rows[1:]
        for cell in row.cells
        if cell.column in values
        and len(cell.pieces) > 1
        and all(_FIGURE.fullmatch(fold_width(p.text.strip())) for p in cell.pieces)
    }
    if not doubled:
        return grid, []
    torn = [p for n in sorted(doubled) for cell in grid.rows[n].cells if cell.column >= first for p in cell.pieces]
    rows = [
        Row(tuple(c for c in row.cells if c.column < first)) if n in doubled else row for n, row in enumerate(grid.rows)
    ]
    return Grid(tuple(rows), grid.columns), torn


def _levels(grid: Grid, names: Sequence[str]) -> list[tuple[Cell, list[Cell]]]:
    """Return the labels of level 1 where they are the first column, each with those of level 2 beside it."""
    if list(names[:2]) != ["level1", "level2"]:
        return []
    out: list[tuple[Cell, list[Cell]]] = []
    for row in grid.rows[1:]:
        for cell in row.cells:
            if cell.column == 0:
                out.append((cell, []))
            elif cell.column == 1 and out:
                out[-1][1].append(cell)
    return out


def _is_stranger(key: str, above: str, family: Family) -> bool:
    own = family.pairs.get(above)
    return own is not None and key not in own and any(key in below for below in family.pairs.values())


def without_side(parts: Sequence[Part], family: Family) -> tuple[list[Part], list[list[Atom]]]:
    """Return *parts* without the label that stands left of the table, and the label's atoms each time it is printed.

    It is merged over all rows, and so printed beside any; upright it has a character a line.
    """
    edge = min((c.start for p in parts if p.header is not None for c in p.header.cells), default=0)
    found: list[list[Atom]] = []
    held: list[Atom] = []
    inside = {id(a) for part in parts if part.header is not None for cell in part.header.cells for a in cell.atoms}
    for line in (line for part in parts for line in (*part.header_lines, *part.lines)):
        first = line.atoms[0]
        if id(first) in inside:
            continue
        if start_of(first) >= edge or bare(key_of(first.text)) in family.level1 | family.level2:
            continue
        for own in ([*held, first], [first]):
            word, _, weight = key_of("".join(a.text for a in own)).partition("(")
            if family.headings.get(word) == "indicators" and (not weight or weight.endswith(")")):
                found.append(own)
                held = []
                break
            if word in family.headings.prefixes or weight:
                held = own
                break
    if not found:
        return list(parts), []
    taken = {id(a) for own in found for a in own}
    out = []
    for part in parts:
        lines: list[Line] = []
        gap = 0
        for line in part.lines:
            atoms = tuple(a for a in line.atoms if id(a) not in taken)
            if atoms:
                lines.append(Line(line.page, line.gap + gap, atoms))
                gap = 0
            else:
                gap += line.gap
        out.append(Part(lines, part.header, part.header_lines))
    return out, found

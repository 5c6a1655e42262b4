"""Loose lines and grids → the parts of a form: head, functions, staffing, funds, goals, indicators.

This is the one place that knows what headings mean, whatever file the grid came from. Every piece
handed in is counted: as record, heading, named-and-ignored, or unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jixiao.rules.families import Family, key_of

from ..document import Cell, Grid, Piece
from ..headings import split_money
from .funds import FundBlock
from .head import Head
from .indicators import IndicatorGrid
from .parts import Parts


def read_sections(blocks: Iterable[Grid | Piece], family: Family) -> Parts:
    """Return the parts of the form that *blocks* hold, in the family's vocabulary."""
    walker = _Walker(family)
    for block in blocks:
        if isinstance(block, Grid):
            walker.grid(block)
        else:
            walker.head.line(block)
    walker.finish()
    return walker.parts


class _Walker:
    def __init__(self, family: Family) -> None:
        self.family = family
        self.parts = Parts()
        self.tally = self.parts.tally
        self.section = ""
        self.head = Head(family, self.parts)
        self.funds = FundBlock(family, self.parts)
        self.indicators = IndicatorGrid(family, self.parts)

    def grid(self, grid: Grid) -> None:
        """Read one grid, row by row, with the cells that span each row."""
        covering: list[Cell] = []
        fresh = True
        for r, row in enumerate(grid.rows):
            covering = [c for c in covering if c.row + c.rows > r]
            view = sorted([*covering, *row.cells], key=lambda c: c.column)
            covering += [c for c in row.cells if c.rows > 1]
            if self.indicators.header(view, r):
                self.section = "indicators"
                continue
            self._row(view, r, fresh)
            fresh = False

    def _row(self, view: Sequence[Cell], r: int, fresh: bool) -> None:
        if not view:
            return
        lead = view[0]
        name, _ = split_money(key_of(lead.key))
        kind = self.family.headings.get(name)
        if self.section == "indicators" and self.indicators.columns and kind in (None, "indicators"):
            if kind is not None:
                if lead.row == r:
                    self.tally.heading(lead.pieces)
                view = view[1:]
            self.indicators.row(view, r, fresh)
            return
        if kind is not None:
            self._section(kind, lead, view[1:], r)
            return
        if self.family.labels.get(name) is not None:
            self.head.row(view, r)
            return
        self.tally.leave(p for c in view if c.row == r for p in c.pieces)

    def _section(self, kind: str, lead: Cell, rest: Sequence[Cell], r: int) -> None:
        parts = self.parts
        if lead.row == r:
            self.tally.heading(lead.pieces)
            parts.headings.setdefault(kind, []).extend(lead.pieces)
            if kind == "funds":
                self.funds.start()
        self.section = kind
        if kind == "funds":
            self.funds.row(rest, r)
            return
        own = [c for c in rest if c.row == r]
        pieces = [p for c in own for p in c.pieces]
        if kind == "functions":
            parts.functions += pieces
        elif kind == "staffing":
            parts.staffing += pieces
        elif kind in ("long_term", "annual", "annual_actual"):
            if parts.goals and parts.goals[-1][0] == kind:
                parts.goals[-1][1].extend(pieces)
            elif pieces:
                parts.goals.append((kind, pieces))
        else:
            self.tally.leave(pieces)
            return
        self.tally.record(pieces)

    def finish(self) -> None:
        """Count what only the end of the form decides: labels without rows, loose lines."""
        self.indicators.finish()
        self.head.finish()

"""The block of funds: sides, items, and amounts under their column headers."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import Family, key_of

from ..document import Cell
from ..headings import split_money
from .parts import FundRow, Parts


class FundBlock:
    """Reads the rows of the funds into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.side = ""
        self.measures: list[tuple[int, int, str, str]] = []

    def start(self) -> None:
        """A heading was printed: neither side nor columns are known."""
        self.side, self.measures = "", []

    def row(self, cells: Sequence[Cell], r: int) -> None:
        family = self.family
        names: list[Cell] = []
        amounts: list[Cell] = []
        header: list[Cell] = []
        for cell in cells:
            key, unit = split_money(key_of(cell.key))
            if not key:
                if cell.row == r and cell.pieces:
                    self.tally.heading(cell.pieces)
                    self.parts.headings.setdefault("funds", []).extend(cell.pieces)
                continue
            if cell.row == r and unit and key in family.measures:
                self.parts.headings.setdefault("funds", []).extend(cell.pieces)
            if cell.row == r and key in family.measures:
                header.append(cell)
            elif key in family.sides and not names:
                if cell.row == r:
                    if family.sides[key] != self.side:
                        self.side = family.sides[key]
                        self.tally.heading(cell.pieces)
                    else:
                        self.tally.ignore(cell.pieces)
            elif is_amount(key) and (names or cell.column >= 4):
                amounts.append(cell)
            else:
                names.append(cell)
        if header:
            if not any(key_of(c.key) in family.sides and c.row == r for c in cells) and self.parts.funds:
                self.side = ""  # another block begins, and its label stands further down
            self.measures = [
                (c.column, c.column + c.columns, *family.measures[split_money(key_of(c.key))[0]]) for c in header
            ]
            self.tally.heading(p for c in header for p in c.pieces)
        own = [c for c in names if c.row == r]
        if not own and not amounts:
            return
        if not names:
            self.tally.leave(p for c in amounts for p in c.pieces)
            return
        path = names
        subtotal = key_of(path[-1].key) in family.subtotals
        if subtotal:
            self.tally.heading(path[-1].pieces)
            path = path[:-1]
        for cell in own:
            if cell in path:
                self.tally.record(cell.pieces)
        if not path:
            self.tally.leave(p for c in amounts for p in c.pieces)
            return
        self.parts.funds.append(FundRow(self.side, tuple(path), subtotal, self._amounts(amounts)))

    def _amounts(self, cells: Sequence[Cell]) -> list[tuple[str, str, Cell | None]]:
        out: list[tuple[str, str, Cell | None]] = []
        if not self.measures:
            if len(cells) == 1:
                self.tally.record(cells[0].pieces)
                return [("full_year", "budget", cells[0])]
            self.tally.leave(p for c in cells for p in c.pieces)
            return []
        left = list(cells)
        for start, stop, period, measure in self.measures:
            here = [c for c in left if c.column < stop and c.column + c.columns > start]
            cell = here[0] if here else None
            if cell is not None:
                left.remove(cell)
                self.tally.record(cell.pieces)
            out.append((period, measure, cell))
        self.tally.leave(p for c in left for p in c.pieces)
        return out


def is_amount(key: str) -> bool:
    """Tell whether a cell's key is a printed amount: digits, or a dash where a figure would stand."""
    for unit in ("万元", "亿元", "千元", "元"):
        key = key.removesuffix(unit)
    return bool(key) and (key[-1] in "0123456789.,，" or key.strip("-—–/*") == "") and all(
        ch in "0123456789.,，-+—–/*" for ch in key
    )

"""Funds that stand over their amounts: items in a row with the amounts below them, once or for each year."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import Family, key_of

from ..document import Cell
from ..headings import split_money
from .fund_columns import is_item, over
from .parts import FundAmount, FundRow, Parts
from .words import is_amount, looks_like_label, measure, unit_in
from .years import year_alone

_WITHIN = "其中"


class TurnedFunds:
    """The items in force that wait for amounts below them."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.across: list[Cell] = []  # items with an amount below each
        self.heads: list[Cell] = []  # names over those in `across`
        self.by_year: list[tuple[Cell, FundRow, str]] = []  # what stands over rows of years, and the measure it names

    def clear(self) -> None:
        """No item waits for an amount."""
        self.across, self.heads = [], []

    def takes(self, own: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Take a row of names with amounts below them; those that further names divide are heads over these."""
        heads = divided_by(own, below)
        if not heads and not answers([*self.across, *own] if self.heads else own, below):
            return False
        names = [c for c in own if not any(c is head for head in heads)]
        self.across = [*self.across, *names] if self.heads else names
        self.heads += heads
        self.tally.record(p for c in names for p in c.pieces)
        self.tally.heading(p for c in heads for p in c.pieces)
        return True

    def path_of(self, amount: Cell) -> tuple[Cell, ...]:
        """Return the item over an amount, behind the name that stands over it; empty for none."""
        name = next((n for n in self.across if n.column <= amount.column < n.column + n.columns), None)
        if name is None:
            return ()
        head = next((h for h in reversed(self.heads) if _within(name, h)), None)
        return (name,) if head is None else (head, name)

    def takes_year(self, own: Sequence[Cell]) -> bool:
        """Take a row of a year and its amounts below items that stand over such rows."""
        year = year_alone(key_of(own[0].key)) if own else ""
        if not self.by_year or not year:
            return False
        self.tally.heading(own[0].pieces)
        for cell in own[1:]:
            row, what = next(((row, what) for name, row, what in self.by_year if over(name, cell)), (None, ""))
            if row is None or not is_amount(key_of(cell.key)):
                self.tally.leave(cell.pieces)
            else:
                self.tally.record(cell.pieces)
                row.amounts.append(FundAmount(year, what, cell))
        return True

    @staticmethod
    def begins_years(own: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Tell whether items stand over their amounts, a row for each year: 年度 | 合计 | 财政拨款 above 2024年 | 1300 | 300."""
        under = [c for c in below if c.pieces]
        if len(own) < 3 or len(under) != len(own) or not year_alone(key_of(under[0].key)) or year_alone(key_of(own[0].key)):
            return False
        return all(is_amount(key_of(c.key)) and over(o, c) for o, c in zip(own[1:], under[1:], strict=True))

    def begin_years(self, own: Sequence[Cell], side: str, lead: Cell | None, unit: str) -> None:
        """Take the row of such items: 预算数 there names no item but what money it is, the heading's own."""
        self.tally.heading(own[0].pieces)
        self.by_year = []
        for cell in own[1:]:
            key = split_money(key_of(cell.key))[0]
            found = None if is_item(key, self.family) else measure(key, self.family)
            what = found.name.rpartition(" ")[2] if found is not None else "budget"
            whole = lead if found is not None and not self.by_year else None
            made = FundRow(side, (whole or cell,), False, [], within=key.startswith(_WITHIN), unit=unit)
            made.unit = unit_in(key_of(cell.key)) or unit
            made.named_by_heading = whole is not None
            (self.tally.heading if whole is not None else self.tally.record)(cell.pieces)
            self.by_year.append((cell, made, what))
            self.parts.funds.append(made)


def divided_by(names: Sequence[Cell], below: Sequence[Cell]) -> list[Cell]:
    """Return the names that the next row divides, where it holds nothing else: 基本支出 over 人员经费 and 公用经费."""
    cells = [c for c in below if c.pieces]
    divided = [n for n in names if n.rows == 1 and sum(_within(c, n) for c in cells) > 1]
    if not divided or not all(looks_like_label(key_of(c.key)) and any(_within(c, n) for n in divided) for c in cells):
        return []
    return divided


def answers(names: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Tell whether the next row has an amount under each name and nothing else."""
    cells = [c for c in below if c.pieces]
    return len(cells) > 1 and all(
        is_amount(key_of(c.key)) and any(n.column <= c.column < n.column + n.columns for n in names) for c in cells
    )


def _within(cell: Cell, head: Cell) -> bool:
    return head.column <= cell.column and cell.column + cell.columns <= head.column + head.columns and cell.columns < head.columns

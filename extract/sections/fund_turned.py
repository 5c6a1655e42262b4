"""Funds that stand over their amounts: items in a row, with the amounts below once, or a row for each year or money."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import MEASURES, SHARES, Family, key_of

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
        self.by_row: list[tuple[Cell, FundRow, str]] = []  # items over rows of years or measures, and their own measure
        self.beside: list[Cell] = []  # what stands beside those items and names none: 年度, 备注

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

    def takes_row(self, own: Sequence[Cell]) -> bool:
        """Take a row of a year, or of one kind of money, and its amounts below the items that stand over such rows."""
        said = self.row_says(own[0]) if self.by_row and own else None
        if said is None:
            return False
        self.tally.heading(own[0].pieces)
        for cell in own[1:]:
            row, what = next(((row, what) for name, row, what in self.by_row if over(name, cell)), (None, ""))
            head = next((h for h in self.beside if over(h, cell)), None)
            if row is not None and is_amount(key_of(cell.key)):
                self.tally.record(cell.pieces)
                row.amounts.append(FundAmount(said[0], what or said[1], cell))
            elif row is None and head is not None:
                self.tally.record(cell.pieces)
                self.parts.fields.append(("other", f"{key_of(own[0].key)}（{key_of(head.key)}）", list(cell.pieces)))
            else:
                self.tally.leave(cell.pieces)
        return True

    def row_says(self, cell: Cell) -> tuple[str, str] | None:
        """Return the period and measure that a row's label gives to all amounts in it: 2024年, or 实际到位数."""
        key = split_money(key_of(cell.key))[0]
        if year := year_alone(key):
            return year, "budget"
        found = None if is_item(key, self.family) else measure(key, self.family)
        period, _, what = found.name.rpartition(" ") if found is not None else ("", "", "")
        return (period, what) if what in (*MEASURES, *SHARES) else None

    def begins_rows(self, own: Sequence[Cell], below: Sequence[Cell]) -> list[Cell]:
        """Return the names, if items stand over their amounts and each row says of which year or which money those are.

        年度 | 合计 | 财政拨款 above 2024年 | 1300 | 300, or 中央财政 | 省级财政 above 实际到位数 | 3200 | 1400.
        """
        under = [c for c in below if c.pieces]
        if len(own) < 2 or not under or self.row_says(under[0]) is None or self.row_says(own[0]) is not None:
            return []
        if any(is_amount(key_of(c.key)) for c in own):
            return []  # an item with its amounts, above one whose name sounds like money: 2022年度预算绩效管理补助
        names = list(own[1:] if over(own[0], under[0]) else own)
        above = [next((n for n in names if over(n, c)), None) for c in under[1:]]
        summed = [n for n, c in zip(above, under[1:], strict=True) if n is not None and is_amount(key_of(c.key))]
        if len(summed) < 2 or None in above or len({id(n) for n in above}) < len(above):
            return []
        measures = [n for n in summed if self._measure(n)]
        if measures and (len(measures) == len(summed) or not year_alone(key_of(under[0].key))):
            return []  # the columns say it all, or both ways do
        return names

    def begin_rows(self, own: Sequence[Cell], names: Sequence[Cell], side: str, lead: Cell | None, unit: str) -> None:
        """Take the row of such items: 预算数 there names no item but what money it is, the heading's own."""
        self.by_row, self.beside = [], []
        for cell in own:
            what = self._measure(cell)
            if not any(cell is n for n in names) or what == "note":
                self.tally.heading(cell.pieces)
                self.beside.append(cell)
                continue
            whole = lead if what and not self.by_row else None
            made = FundRow(side, (whole or cell,), False, [], within=key_of(cell.key).startswith(_WITHIN), unit=unit)
            made.unit = unit_in(key_of(cell.key)) or unit
            made.named_by_heading = whole is not None
            (self.tally.heading if whole is not None else self.tally.record)(cell.pieces)
            self.by_row.append((cell, made, what))
            self.parts.funds.append(made)

    def _measure(self, cell: Cell) -> str:
        key = split_money(key_of(cell.key))[0]
        found = None if is_item(key, self.family) else measure(key, self.family)
        return found.name.rpartition(" ")[2] if found is not None else ""


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

"""The column headers of the funds: of which period and measure the amounts below each are, and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.rules.families import MEASURES, SHARES, Family, key_of

from ..document import Cell
from ..headings import split_money
from .header import numbers_columns
from .parts import FundAmount, Parts
from .stated import cut
from .words import bare, brackets, is_amount, looks_like_label, measure, period_alone, unit_in, unmarked
from .years import year_alone, years_named

_POINTS = re.compile(r"\(\d{1,3}(?:\.\d)?分?\)")


@dataclass(slots=True)
class FundColumn:
    """Grid columns *start*–*stop* under one header, and what the amounts in them are."""

    start: int
    stop: int
    period: str
    measure: str
    unit: str = ""
    label: str = ""


@dataclass(slots=True)
class FundColumnBlock:
    """Columns of amounts that belong to one column of items; *head* is the label printed over the items."""

    start: int
    stop: int
    columns: list[FundColumn]
    side: str = ""
    head: Cell | None = None


class FundColumns:
    """The header in force, its columns in blocks that stand side by side."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.clear()

    def clear(self) -> None:
        """No columns are known."""
        self.blocks: list[FundColumnBlock] = []
        self.printed: list[Cell] = []  # the header's cells, which may reach down into the rows below
        self.named: Cell | None = None  # the header over the items' names: 项目名称
        self.beside: list[Cell] = []  # headers over what is said of the items beside it: 项目类型

    def header_cells(self, cells: Sequence[Cell], r: int, below: Sequence[Cell]) -> list[Cell]:
        """Return the cells of a row that are column headers; a row with amounts in it has none.

        A single header that is only guessed must have an amount below it.
        """
        own = [c for c in cells if c.row == r and c.pieces]
        sure: list[Cell] = []
        guessed: list[Cell] = []
        periods = sum(bool(period_alone(key_of(c.key), self.family)) for c in own)
        for cell in own:
            key = split_money(key_of(cell.key))[0]
            if is_amount(key):
                return []
            if is_item(key, self.family) or key in self.family.sides:
                continue
            found = measure(key, self.family, guess=False) or measure(key_of(cell.key), self.family)
            if found is None and periods > 1 and period_alone(key, self.family):
                sure.append(cell)
            elif found is not None:
                (sure if found.sure else guessed).append(cell)
            elif periods > 1 and key in self.family.totals and cell is not own[0]:
                sure.append(cell)
        if own and over_names(own[0], below):
            sure, guessed = [c for c in sure if c is not own[0]], [c for c in guessed if c is not own[0]]
        if not sure and len(guessed) == 1:
            (one,) = guessed
            under = (c for c in below if c.pieces and c.column < one.column + one.columns and c.column >= one.column)
            sums = any(is_amount(key_of(c.key)) for c in under)
            if not (unit_in(key_of(one.key)) or sums) or (len(own) > 2 and not (sums and _heads_table(own, one, below))):
                return []
        return [c for c in own if c in sure or c in guessed]

    def take(self, header: Sequence[Cell], cells: Sequence[Cell], names: Sequence[Cell], r: int) -> None:
        """Take the row of *cells* whose *header* cells stand over amounts, and *names* over items."""
        family = self.family
        heads = [c for c in cells if c.row == r and c.pieces and c not in header]
        self.printed = [*header, *names]
        named = [h for h in heads if family.labels.get(key_of(h.key)) == "project"]
        self.named = named[0] if len(named) == 1 else None
        self.beside = [h for h in heads if h is not self.named] if self.named is not None else []
        if self.named is not None:
            heads = []
        blocks: list[FundColumnBlock] = []
        before = 0
        for cell in header:
            found = measure(key_of(cell.key), family) or measure(split_money(key_of(cell.key))[0], family)
            period, _, what = found.name.rpartition(" ") if found is not None else ("full_year", "", "budget")
            if found is None and key_of(cell.key) in family.totals:
                period = "long_term"  # 合计 over all the years beside it
            elif found is None and not year_alone(key_of(cell.key)):  # 一季度 behind 全年执行数: of what stands left of it
                period = period_alone(key_of(cell.key), family)
                what = next((c.measure for b in blocks[-1:] for c in b.columns[::-1] if c.measure in MEASURES), what)
            column = FundColumn(
                cell.column, cell.column + cell.columns, period, what, unit_in(key_of(cell.key)), key_of(cell.key)
            )
            head = next((h for h in reversed(heads) if before <= h.column < cell.column), None)
            again = blocks and any((c.period, c.measure) == (period, what) for c in blocks[-1].columns)
            if not blocks or (again and head is not None):
                blocks.append(FundColumnBlock(before, column.stop, [], head=head))
            blocks[-1].columns.append(column)
            blocks[-1].stop = column.stop
            before = column.stop
        for block in blocks:
            self._settle(block)
            if block.head is not None:
                key = split_money(key_of(block.head.key))[0]
                block.side = family.sides.get(key, "") or guess_side(key, family)
                if len(key) <= 2 or not block.side:
                    block.head = None
        self.blocks = blocks

    def named_item(self, names: Sequence[Cell], r: int) -> list[Cell]:
        """Return the item of a row whose names have a header of their own; what is said beside it are fields of it."""
        found = [c for c in names if self.named is not None and over(self.named, c)]
        for cell in (c for c in names if c.row == r and not any(c is f for f in found)):
            head = next((h for h in self.beside if over(h, cell)), None)
            if head is None or not found:
                self.tally.leave(cell.pieces)
            else:
                self.tally.record(cell.pieces)
                self.parts.fields.append(("other", f"{key_of(found[0].key)}（{key_of(head.key)}）", list(cell.pieces)))
        return found

    def divides(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a second row of headers under one that spans them: 2021年, 2022年 under 近两年收支金额."""
        own = [c for c in cells if c.row == r and c.pieces]
        held = {id(cell): self.under(cell) for cell in own}
        if not own or any(
            column is None
            or column.stop - column.start <= cell.columns
            or is_amount(key_of(cell.key))
            or is_item(key_of(cell.key), self.family)
            or not looks_like_label(key_of(cell.key))
            for cell, column in ((cell, held[id(cell)]) for cell in own)
        ):
            return False
        self.tally.heading(p for c in own for p in c.pieces)
        for block in self.blocks:
            columns = []
            for column in block.columns:
                parts = [c for c in own if held[id(c)] is column]
                for cell in parts:
                    found = measure(key_of(cell.key), self.family)
                    period, _, what = found.name.rpartition(" ") if found is not None else ("", "", "")
                    if found is None and years_named([key_of(cell.key), ""])[0]:
                        period, what = column.period, column.measure  # 2024年 under 预算数
                    unit = unit_in(key_of(cell.key)) or column.unit
                    columns.append(FundColumn(cell.column, cell.column + cell.columns, period, what, unit, key_of(cell.key)))
                if not parts:
                    columns.append(column)
            block.columns = columns
            self._settle(block)
        return True

    def numbers(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a row that numbers the columns in force: A, B, C=B/A."""
        own = [c for c in cells if c.row == r and c.pieces]
        if not self.blocks or not numbers_columns([key_of(c.key) for c in own]):
            return False
        self.tally.heading(p for c in own for p in c.pieces)
        return True

    def _settle(self, block: FundColumnBlock) -> None:
        """Let no two columns of a block have one name: what comes second is left unread."""
        for column, period in zip(block.columns, years_named([c.label for c in block.columns]), strict=True):
            if period and column.period == "full_year":
                column.period = period
        names = {c.measure for c in block.columns}
        for lesser in ("initial_budget", "adjusted_budget"):
            if lesser in names and "budget" not in names:
                next(c for c in block.columns if c.measure == lesser).measure = "budget"
                names.add("budget")
        seen: set[tuple[str, str]] = set()
        for column in block.columns:
            if (column.period, column.measure) in seen and column.measure != "note":
                self.parts.guess(column.label)
                column.measure = ""
            seen.add((column.period, column.measure))

    def under(self, cell: Cell) -> FundColumn | None:
        """Return the column that a cell stands in, or None."""
        for block in self.blocks:
            for column in block.columns:
                if cell.column < column.stop and cell.column + cell.columns > column.start:
                    return column
        return None

    def amounts(
        self, cells: Sequence[Cell], columns: Sequence[FundColumn], item: Cell | None = None
    ) -> list[FundAmount]:
        """Return what stands in the *columns*; what stands under another header, 单价, is said of the *item*."""
        out: list[FundAmount] = []
        if not columns:
            if len(cells) == 1:
                self.tally.record(cells[0].pieces)
                return [FundAmount("full_year", "budget", cells[0])]
            self.tally.leave(p for c in cells for p in c.pieces)
            return []
        left = list(cells)
        for column in columns:
            here = [c for c in left if c.column < column.stop and c.column + c.columns > column.start]
            cell = here[0] if here else None
            if column.measure == "note" or not column.measure:
                if cell is not None and column.measure == "note":
                    left.remove(cell)
                continue
            if cell is not None:
                left.remove(cell)
                self.tally.record(cell.pieces)
            unit = column.unit if column.measure not in SHARES else ""
            out.append(FundAmount(column.period, column.measure, cell, unit))
        for cell in left:
            head = next((h for h in self.printed if over(h, cell)), None) if item is not None else None
            if item is None or head is None or measure(key_of(head.key), self.family) is not None:
                self.tally.leave(cell.pieces)
                continue
            self.tally.record(cell.pieces)
            name = split_money(key_of(item.key))[0]
            self.parts.fields.append(("other", f"{name}（{key_of(head.key)}）", list(cell.pieces)))
        return out

    def without_remarks(self, names: Sequence[Cell], amounts: Sequence[Cell], r: int) -> list[Cell]:
        """Return the names of a row's item without what stands behind all its amounts, which is said of it or of the block.

        执行率分值（10） beside all the amounts is a field, and so is 正常 under 预警情况.
        """
        last = max((c.column for c in amounts), default=10_000)
        left = [c for c in names if c.column < last]
        behind = [c for c in names if c.column > last and not is_item(split_money(key_of(c.key))[0], self.family)]
        if not left or not behind or len(left) + len(behind) < len(names):
            return list(names)
        for cell in behind:
            if cell.row != r:
                continue
            key = key_of(cell.key)
            points = brackets(key)
            head = next((h for h in self.printed if over(h, cell)), None)
            if head is not None:
                name = f"{split_money(key_of(left[-1].key))[0]}（{key_of(head.key)}）"
            elif _POINTS.fullmatch(points) and self._splits(cell, points):
                continue
            else:
                name = split_money(key_of(left[-1].key))[0]
            self.tally.record(cell.pieces)
            self.parts.fields.append(("other", name, list(cell.pieces)))
        return left

    def _splits(self, cell: Cell, points: str) -> bool:
        """Keep a label with a figure in brackets behind it as a field, if both stand in one line: 执行率分值（10）."""
        piece = cell.pieces[-1]
        at = max(piece.text.rfind("("), piece.text.rfind("（"))
        if at < 0 or key_of(piece.text[at:]) != points:
            return False
        name = "".join(p.text for p in cell.pieces[:-1]) + piece.text[:at]
        value, closing = list(cut([piece], at + 1, len(piece.text.rstrip()) - 1)), len(piece.text.rstrip()) - 1
        self.tally.heading([*cell.pieces[:-1], *cut([piece], 0, at + 1)])
        self.tally.record(value)
        self.tally.ignore(cut([piece], closing, len(piece.text)))
        self.parts.fields.append(("other", key_of(name), value))
        return True


def over(head: Cell, cell: Cell) -> bool:
    """Tell whether two cells share a column."""
    return head.column < cell.column + cell.columns and cell.column < head.column + head.columns


def over_names(head: Cell, below: Sequence[Cell]) -> bool:
    """Tell whether a header stands over the items' names, whatever it says: 预算资金 above 部门预算总额 and its amounts."""
    texts = {(c.column, c.columns): key_of(c.key) for c in below if c.pieces}
    under = texts.get((head.column, head.columns), "")
    return bool(under) and looks_like_label(under) and any(map(is_amount, texts.values()))


def _heads_table(own: Sequence[Cell], one: Cell, below: Sequence[Cell]) -> bool:
    """Tell whether labels stand over a table, a cell under each: 明细项目 | 单价 | 金额 above 扫描加工 | 0.45 | 900000.

    The first stands over names, and *one*, over money, is not it.
    """
    under = {(c.column, c.columns): key_of(c.key) for c in below if c.pieces}
    if one is own[0] or not all(looks_like_label(key_of(c.key)) and (c.column, c.columns) in under for c in own):
        return False
    return looks_like_label(under[own[0].column, own[0].columns])


def plain(key: str) -> str:
    """Return an item's key as the vocabulary has it: without 其中, brackets and colon."""
    return bare(unmarked(key))


def is_item(key: str, family: Family) -> bool:
    """Tell whether a key is the name of an item that the vocabulary has."""
    return plain(key) in family.items


def guess_side(key: str, family: Family) -> str:
    """Return the side of the funds that a label's words name, or the empty text."""
    return next((m for w, m in family.like["funds"] if m in ("income", "expenditure") and w in key), "")


def has_amount(cell: Cell, cells: Sequence[Cell], r: int) -> bool:
    """Tell whether an amount stands right beside a cell of the row: what it names is an item then."""
    beside = next((c for c in cells if c.column >= cell.column + cell.columns and c.pieces), None)
    return cell.row == r and cell.rows == 1 and beside is not None and is_amount(key_of(beside.key))

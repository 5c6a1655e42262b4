"""The block of funds: sides, heads, items, and amounts under their column headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.rules.families import MEASURES, SHARES, Family, key_of

from ..document import Cell, Piece
from ..headings import split_money
from .columns import numbers_columns
from .parts import FundAmount, FundRow, Parts
from .stated import cut, divides, settle, stated
from .words import (
    LONGEST_LABEL,
    bare,
    brackets,
    is_amount,
    looks_like_label,
    measure,
    period_alone,
    period_of,
    says_year,
    unit_in,
    unmarked,
)
from .years import year_alone, years_named

_WITHIN = "其中"
_SENTENCE = re.compile("[。；;]")
_POINTS = re.compile(r"\(\d{1,3}(?:\.\d)?分?\)")


@dataclass(slots=True)
class _Column:
    start: int
    stop: int
    period: str
    measure: str
    unit: str = ""
    label: str = ""


@dataclass(slots=True)
class _Block:
    """Columns of amounts that belong to one column of items; *head* is the label printed over the items."""

    start: int
    stop: int
    columns: list[_Column]
    side: str = ""
    head: Cell | None = None


class FundBlock:
    """Reads the rows of the funds into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.side = ""
        self.blocks: list[_Block] = []
        self.lead: Cell | None = None
        self.unit = ""
        self.across: list[Cell] = []
        self.periods: dict[int, str] = {}
        self.wholes: set[int] = set()
        self.first = 0  # where this heading's items begin among all
        self.sided: list[tuple[Cell, str]] = []  # 收入预算 beside 支出预算, each over its own items
        self.by_side = ""  # the side that stands left of the other's items, row by row
        self.heads: list[Cell] = []  # names over those in `across`
        self.summed: list[Cell] = []  # the labels that a 小计 beside them made an item
        self.pending: list[list[FundRow]] = []
        self.printed: list[Cell] = []  # the header in force: its cells may reach down into the rows below
        self.named: Cell | None = None  # the header over the items' names: 项目名称
        self.beside: list[Cell] = []  # headers over what is said of the items beside it: 项目类型
        self.by_year: list[tuple[Cell, FundRow, str]] = []  # what stands over rows of years, and the measure it names
        self.divided: list[
            tuple[Cell, str, list[FundRow]]
        ] = []  # 按收入性质分 and its like, each with its side and parts

    def start(self, lead: Cell | None = None) -> None:
        """A heading was printed: neither side nor columns are known."""
        self.flush()
        self.side, self.blocks, self.across, self.periods, self.printed = "", [], [], {}, []
        self.heads = []
        self.named, self.beside, self.wholes, self.sided, self.by_year = None, [], set(), [], []
        self.first = len(self.parts.funds)
        self.lead = lead
        self.unit = unit_in(key_of(lead.key)) if lead is not None else ""

    def flush(self) -> None:
        """Put the items of blocks that stand side by side into the order of the blocks."""
        above = self.parts.funds[self.first :]
        for _, _, rows in self.divided:
            if any(a.cell is not None for row in rows for a in row.amounts):
                self.parts.findings += settle(rows, above, self.unit)
            self.parts.funds += rows
        self.divided = []
        for rows in self.pending:
            self.parts.funds += rows
        self.pending = []
        if self.by_side:
            order = [self.by_side, *{row.side for row in above}]
            self.parts.funds[self.first :] = sorted(self.parts.funds[self.first :], key=lambda row: order.index(row.side))
            self.by_side = ""

    def is_item(self, key: str) -> bool:
        return _plain(key) in self.family.items

    def ends(self, own: Sequence[Cell]) -> bool:
        """Tell whether a row is no more of the funds: a label and a sentence where no columns are in force."""
        keys = [key_of(c.key) for c in own]
        return (
            not self.blocks
            and len(keys) == 2
            and looks_like_label(keys[0])
            and not self.is_item(split_money(keys[0])[0])
            and keys[0] not in self.family.sides
            and not is_amount(keys[1])
            and len(keys[1]) > 5
            and not stated(own[0])
            and not stated(own[1])
        )

    def goes_on(self, own: Sequence[Cell]) -> bool:
        """Tell whether a row is an item with its amounts under the headers in force."""
        return (
            len(self.blocks) == 1
            and len(own) > 1
            and self.is_item(split_money(key_of(own[0].key))[0])
            and all(is_amount(key_of(c.key)) and self._under(c) is not None for c in own[1:])
        )

    def row(self, cells: Sequence[Cell], r: int, below: Sequence[Cell] = ()) -> None:
        """Read one row; *cells* are those right of the heading, *below* the next row's own."""
        names: list[Cell] = []
        amounts: list[Cell] = []
        within = False
        if any(c.row < r for c in self.printed):
            cells = [c for c in cells if c.row == r or not any(c is head for head in self.printed)]
        if self._numbers(cells, r) or self._divides(cells, r) or self._states(cells, r) or self._sides(cells, r):
            return
        if self._sides_beside(cells, r, below):
            return
        if self._says(cells, r) or self._by_years(cells, r, below):
            return
        header = self._header_cells(cells, r, below)
        for cell in cells:
            key, unit = split_money(key_of(cell.key))
            if not key:
                if cell.row == r and cell.pieces:
                    self.tally.heading(cell.pieces)
                    self.parts.headings.setdefault("funds", []).extend(cell.pieces)
                continue
            if cell.row == r and unit and cell in header:
                self.parts.units.append(list(cell.pieces))
            if cell in header:
                continue
            if key in self.family.sides and not names and not (header and len(key) > 2):
                if cell.row == r:
                    if self.family.sides[key] != self.side:
                        self.side = self.family.sides[key]
                        self.tally.heading(cell.pieces)
                    else:
                        self.tally.ignore(cell.pieces)
            elif key.rstrip(":") == _WITHIN:
                within = True
                if cell.row == r:
                    self.tally.heading(cell.pieces)
            elif self._is_sum(cell, key, r):
                amounts.append(cell)
            else:
                names.append(cell)
        if header:
            self._header(header, [c for c in names if c.row == r], cells, r)
            return
        if self.named is not None:
            names = self._named(names, amounts, r)
        if len(self.blocks) < 2:
            names = self._without_remarks(names, amounts, r)
        own = [c for c in names if c.row == r]
        if not own and not amounts:
            return
        blank = [c for c in cells if c.row == r and not c.pieces]
        if len(self.blocks) > 1:
            self._side_by_side(names, amounts, within, r)
        elif not self.blocks and self._alternate(own, amounts, blank):
            self._take_turns(own, amounts, within, r)
        elif not self.blocks and len(names) > 2 and self._alternate([c for c in own if c is not names[0]], amounts, blank):
            self._take_turns([c for c in own if c is not names[0]], amounts, within, r, names[0])
        elif not amounts and len(own) > 1 and self._across(own, below):
            pass
        elif not names:
            self._nameless(amounts, r)
        else:
            before = len(self.parts.funds)
            self._add(tuple(names), amounts, within, r, self.blocks[0] if self.blocks else None)
            if not self.blocks and len(self.parts.funds) > before:
                self._give_measure(names[-1], self.parts.funds[-1])

    def _without_remarks(self, names: Sequence[Cell], amounts: Sequence[Cell], r: int) -> list[Cell]:
        """Return the names of a row's item without what stands behind all its amounts, which is said of it or of the block.

        执行率分值（10） beside all the amounts is a field, and so is 正常 under 预警情况.
        """
        last = max((c.column for c in amounts), default=10_000)
        left = [c for c in names if c.column < last]
        behind = [c for c in names if c.column > last and not self.is_item(split_money(key_of(c.key))[0])]
        if not left or not behind or len(left) + len(behind) < len(names):
            return list(names)
        for cell in behind:
            if cell.row != r:
                continue
            key = key_of(cell.key)
            points = brackets(key)
            head = next((h for h in self.printed if _over(h, cell)), None)
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

    # --- headers ---------------------------------------------------------------------------------------

    def _header_cells(self, cells: Sequence[Cell], r: int, below: Sequence[Cell]) -> list[Cell]:
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
            if self.is_item(key) or key in self.family.sides:
                continue
            found = measure(key, self.family, guess=False) or measure(key_of(cell.key), self.family)
            if found is None and periods > 1 and period_alone(key, self.family):
                sure.append(cell)
            elif found is not None:
                (sure if found.sure else guessed).append(cell)
        if own and _over_names(own[0], below):
            sure, guessed = [c for c in sure if c is not own[0]], [c for c in guessed if c is not own[0]]
        if not sure and len(guessed) == 1:
            (one,) = guessed
            under = (c for c in below if c.pieces and c.column < one.column + one.columns and c.column >= one.column)
            if len(own) > 2 or not (unit_in(key_of(one.key)) or any(is_amount(key_of(c.key)) for c in under)):
                return []
        return [c for c in own if c in sure or c in guessed]

    def _header(self, header: Sequence[Cell], heads: Sequence[Cell], cells: Sequence[Cell], r: int) -> None:
        family = self.family
        self.flush()
        if not any(key_of(c.key) in family.sides and c.row == r for c in cells) and self.parts.funds:
            self.side = ""  # another block begins, and its label stands further down
        self.tally.heading(p for c in (*header, *heads) for p in c.pieces)
        self.across, self.heads = [], []
        self.printed = [*header, *(h for h in heads if h.row == r)]
        heads = [c for c in cells if c.row == r and c.pieces and c not in header]
        named = [h for h in heads if family.labels.get(key_of(h.key)) == "project"]
        self.named = named[0] if len(named) == 1 else None
        self.beside = [h for h in heads if h is not self.named] if self.named is not None else []
        if self.named is not None:
            heads = []
        blocks: list[_Block] = []
        before = 0
        for cell in header:
            found = measure(key_of(cell.key), family) or measure(split_money(key_of(cell.key))[0], family)
            period, _, what = found.name.rpartition(" ") if found is not None else ("full_year", "", "budget")
            if found is None and not year_alone(key_of(cell.key)):  # 一季度 behind 全年执行数: of what stands left of it
                period = period_alone(key_of(cell.key), family)
                what = next((c.measure for b in blocks[-1:] for c in b.columns[::-1] if c.measure in MEASURES), what)
            column = _Column(
                cell.column, cell.column + cell.columns, period, what, unit_in(key_of(cell.key)), key_of(cell.key)
            )
            head = next((h for h in reversed(heads) if before <= h.column < cell.column), None)
            again = blocks and any((c.period, c.measure) == (period, what) for c in blocks[-1].columns)
            if not blocks or (again and head is not None):
                blocks.append(_Block(before, column.stop, [], head=head))
            blocks[-1].columns.append(column)
            blocks[-1].stop = column.stop
            before = column.stop
        for block in blocks:
            self._settle(block)
            if block.head is not None:
                key = split_money(key_of(block.head.key))[0]
                block.side = family.sides.get(key, "") or self._guess_side(key)
                if len(key) <= 2 or not block.side:
                    block.head = None
        if len(blocks) == 1 and blocks[0].side and blocks[0].head is not None:
            self.side = blocks[0].side
        self.blocks = blocks
        self.pending = [[] for _ in blocks] if len(blocks) > 1 else []

    def _named(self, names: Sequence[Cell], amounts: Sequence[Cell], r: int) -> list[Cell]:
        """Return the item of a row whose names have a header of their own; what is said beside it are fields of it."""
        found = [c for c in names if self.named is not None and _over(self.named, c)]
        for cell in (c for c in names if c.row == r and not any(c is f for f in found)):
            head = next((h for h in self.beside if _over(h, cell)), None)
            if head is None or not found:
                self.tally.leave(cell.pieces)
            else:
                self.tally.record(cell.pieces)
                self.parts.fields.append(("other", f"{key_of(found[0].key)}（{key_of(head.key)}）", list(cell.pieces)))
        return found

    def _divides(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a second row of headers under one that spans them: 2021年, 2022年 under 近两年收支金额."""
        own = [c for c in cells if c.row == r and c.pieces]
        over = {id(cell): self._under(cell) for cell in own}
        if not own or any(
            column is None
            or column.stop - column.start <= cell.columns
            or is_amount(key_of(cell.key))
            or self.is_item(key_of(cell.key))
            or not looks_like_label(key_of(cell.key))
            for cell, column in ((cell, over[id(cell)]) for cell in own)
        ):
            return False
        self.tally.heading(p for c in own for p in c.pieces)
        for block in self.blocks:
            columns = []
            for column in block.columns:
                parts = [c for c in own if over[id(c)] is column]
                for cell in parts:
                    found = measure(key_of(cell.key), self.family)
                    period, _, what = found.name.rpartition(" ") if found is not None else ("", "", "")
                    if found is None and years_named([key_of(cell.key), ""])[0]:
                        period, what = column.period, column.measure  # 2024年 under 预算数
                    unit = unit_in(key_of(cell.key)) or column.unit
                    columns.append(_Column(cell.column, cell.column + cell.columns, period, what, unit, key_of(cell.key)))
                if not parts:
                    columns.append(column)
            block.columns = columns
            self._settle(block)
        return True

    def _numbers(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a row that numbers the columns in force: A, B, C=B/A."""
        own = [c for c in cells if c.row == r and c.pieces]
        if not self.blocks or not numbers_columns([key_of(c.key) for c in own]):
            return False
        self.tally.heading(p for c in own for p in c.pieces)
        return True

    def _says(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a sentence that stands alone beside the heading, 用于30个村的道路硬化, as a field of that name."""
        own = [c for c in cells if c.row == r and c.pieces]
        if self.lead is None or len(own) != 1 or looks_like_label(key_of(own[0].key)) or stated(own[0]):
            return False
        if len(key_of(own[0].key)) <= LONGEST_LABEL and not _SENTENCE.search(key_of(own[0].key)):
            return False
        self.tally.record(own[0].pieces)
        self.parts.fields.append(("other", split_money(key_of(self.lead.key))[0], list(own[0].pieces)))
        return True

    def _sides(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a row of sides, each over the items below it."""
        own = [c for c in cells if c.row == r and c.pieces]
        if not self.names_sides(own):
            return False
        self.tally.heading(p for c in own for p in c.pieces)
        self.side, self.sided = "", [(c, self.family.sides[key_of(c.key)]) for c in own]
        self.by_side = self.sided[0][1]
        return True

    def _sides_beside(self, cells: Sequence[Cell], r: int, below: Sequence[Cell]) -> bool:
        """Take a row in which each side stands left of its own items: 收入 | 财政拨款 | 90 | 支出 | 基本支出 | 90."""
        at = [k for k, c in enumerate(cells) if split_money(key_of(c.key))[0] in self.family.sides]
        sides = [self.family.sides[split_money(key_of(cells[k].key))[0]] for k in at]
        if sorted(sides) != ["expenditure", "income"] or at[0] != 0 or at[1] < 2:
            return False
        if not any(is_amount(key_of(c.key)) for c in cells) or any(k + 1 in (*at, len(cells)) for k in at):
            return False  # headers over both sides' items
        for start, stop, side in zip(at, [*at[1:], len(cells)], sides, strict=True):
            lead = cells[start]
            if lead.row == r:
                self.tally.heading(lead.pieces)
                if unit_in(key_of(lead.key)):
                    self.parts.units.append(list(lead.pieces))
            self.side = side
            self.row(cells[start + 1 : stop], r, below)
        self.by_side = sides[0]
        return True

    def _by_years(self, cells: Sequence[Cell], r: int, below: Sequence[Cell]) -> bool:
        """Take items that stand over their amounts, a row for each year: 年度 | 合计 | 财政拨款 above 2024年 | 1300 | 300.

        预算数 there names no item but what money it is: the heading's own.
        """
        own = [c for c in cells if c.row == r and c.pieces]
        year = year_alone(key_of(own[0].key)) if own else ""
        if self.by_year and year:
            self.tally.heading(own[0].pieces)
            for cell in own[1:]:
                row, what = next(((row, what) for name, row, what in self.by_year if _over(name, cell)), (None, ""))
                if row is None or not is_amount(key_of(cell.key)):
                    self.tally.leave(cell.pieces)
                else:
                    self.tally.record(cell.pieces)
                    row.amounts.append(FundAmount(year, what, cell))
            return True
        under = [c for c in below if c.pieces]
        named = len(own) > 2 and len(under) == len(own) and year_alone(key_of(under[0].key)) and not year
        if not named or not all(is_amount(key_of(c.key)) and _over(o, c) for o, c in zip(own[1:], under[1:], strict=True)):
            return False
        self.flush()
        self.blocks, self.across, self.printed = [], [], list(own)
        self.tally.heading(own[0].pieces)
        self.by_year = []
        for cell in own[1:]:
            key = split_money(key_of(cell.key))[0]
            found = None if self.is_item(key) else measure(key, self.family)
            what = found.name.rpartition(" ")[2] if found is not None else "budget"
            lead = self.lead if found is not None and not self.by_year else None
            made = FundRow(self.side, (lead or cell,), False, [], within=key.startswith(_WITHIN), unit=self.unit)
            made.unit = unit_in(key_of(cell.key)) or self.unit
            made.named_by_heading = lead is not None
            (self.tally.heading if lead is not None else self.tally.record)(cell.pieces)
            self.by_year.append((cell, made, what))
            self.parts.funds.append(made)
        return True

    def names_sides(self, own: Sequence[Cell]) -> bool:
        """Tell whether cells are both sides of the funds and nothing else."""
        return len(own) == 2 and {self.family.sides.get(key_of(c.key)) for c in own} == {"income", "expenditure"}

    def has_sides_beside(self, own: Sequence[Cell]) -> bool:
        """Tell whether a row begins with a side and has the other behind the first one's items and amounts."""
        keys = [split_money(key_of(c.key))[0] for c in own]
        sides = [self.family.sides[k] for k in keys if k in self.family.sides]
        return (
            sorted(sides) == ["expenditure", "income"]
            and keys[0] in self.family.sides
            and len(keys) % 2 == 0
            and sum(map(is_amount, keys)) > 1
        )

    def _states(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a row of items that have their amounts in their own cells, and the row of heads over such."""
        own = [c for c in cells if c.row == r and c.pieces]
        keys = [key_of(c.key) for c in own]
        if own and all(divides(key) for key in keys):
            self.tally.heading(p for c in own for p in c.pieces)
            self.flush()
            self.divided = [(c, self._guess_side(key), []) for c, key in zip(own, keys, strict=True)]
            return True
        said = [stated(c) for c in own]
        blank = [
            self.divided and not pairs and key.endswith(":") for pairs, key in zip(said, keys, strict=True)
        ]
        if not any(said) or not all(pairs or left for pairs, left in zip(said, blank, strict=True)):
            return False
        loose: list[FundRow] = []
        for cell, pairs in zip(own, said, strict=True):
            over = (d for d in self.divided if d[0].column < cell.column + cell.columns)
            head, side, rows = next(
                (d for d in over if cell.column < d[0].column + d[0].columns), (None, self.side, loose)
            )
            items: list[tuple[Cell, Cell | None, list[Piece]]] = [*pairs] or [(cell, None, [])]
            for name, amount, signs in items:
                self.tally.record(name.pieces)
                self.tally.ignore(signs)
                self.tally.record(amount.pieces if amount is not None else ())
                made = FundRow(side, (name,), False, [FundAmount("full_year", "budget", amount)], head=head)
                made.divided = head is not None
                made.unit = unit_in(key_of(name.key)) or self.unit
                rows.append(made)
        if loose:
            self.parts.findings += settle(loose, self.parts.funds[self.first :], self.unit)
            self.parts.funds += loose
        return True

    def _guess_side(self, key: str) -> str:
        return next((m for w, m in self.family.like["funds"] if m in ("income", "expenditure") and w in key), "")

    def _settle(self, block: _Block) -> None:
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

    # --- rows ------------------------------------------------------------------------------------------

    def _under(self, cell: Cell) -> _Column | None:
        for block in self.blocks:
            for column in block.columns:
                if cell.column < column.stop and cell.column + cell.columns > column.start:
                    return column
        return None

    def _is_sum(self, cell: Cell, key: str, r: int) -> bool:
        """Tell whether a cell is an amount: a figure, which is no item's name, or a text wholly in an amounts' column."""
        if is_amount(key):
            return True
        if cell.row != r:
            return False
        column = self._under(cell)
        return (
            column is not None
            and cell.column >= column.start
            and cell.column + cell.columns <= column.stop
            and not self.is_item(key_of(cell.key))
            and key_of(cell.key) not in self.family.subtotals
        )

    def _give_period(self, name: Cell, row: FundRow) -> None:
        """Let 中期资金总额 and the parts below it be long-term: the items of a column share its first one's period."""
        known = self.family.items.get(_plain(key_of(name.key)))
        if name.column in self.wholes and known is not None and known.parent:
            row.within = True
        if not row.within:
            said = period_of(key_of(name.key), self.family)
            if said in ("last_year", "before_last") and measure(split_money(key_of(name.key))[0], self.family) is None:
                said = "full_year"  # 上年结转 is this year's money, wherever it comes from
            above = self.periods.get(name.column, "full_year")
            if said == "full_year" != above and known is None and not says_year(key_of(name.key)):
                row.within, said = True, above  # 地方资金 below 实施期金额
            self.periods[name.column] = said
            if known is None or not known.parent:
                self.wholes.add(name.column)  # 一般公共预算拨款 at the top is a part itself, and no whole of those below
        for amount in row.amounts:
            amount.period = self.periods.get(name.column, amount.period)

    def _give_measure(self, name: Cell, row: FundRow) -> None:
        """Let 执行数 beside its figure be executed: without headers the item's own name says which money it is."""
        found = measure(split_money(key_of(name.key))[0], self.family)
        period, _, what = found.name.rpartition(" ") if found is not None else ("", "", "")
        if what in (*MEASURES, *SHARES) and not self.is_item(key_of(name.key)):
            row.named_by_heading = True
            for amount in row.amounts:
                amount.period, amount.measure = period, what

    def _take_turns(
        self, own: Sequence[Cell], amounts: Sequence[Cell], within: bool, r: int, head: Cell | None = None
    ) -> None:
        """Read 执行数（万元） | 118 | 其中：财政资金 | 99: the parts are of the measure and unit that the first one says.

        *head* is a name left of all: 三公经费 | 公务接待费 | 6.5 | 公务用车运行维护费 | 40.
        """
        said: list[FundAmount] = []
        unit = ""
        for k, cell in enumerate(own):
            stop = own[k + 1].column if k + 1 < len(own) else 10_000
            place = [a for a in amounts if cell.column < a.column < stop][:1]
            self._add((cell,) if head is None else (head, cell), place, within, r, None)
            row = self.parts.funds[-1]
            self._give_period(cell, row)
            self._give_measure(cell, row)
            if row.named_by_heading:
                said, unit = row.amounts, row.unit
            elif said and len(row.amounts) == len(said) == 1:
                row.amounts[0].period, row.amounts[0].measure = said[0].period, said[0].measure
                row.unit = row.unit or unit

    def _alternate(self, own: Sequence[Cell], amounts: Sequence[Cell], blank: Sequence[Cell]) -> bool:
        """Tell whether names and amounts take turns: 资金总额 | 100 | 财政拨款 | 80; an amount may be *blank*."""
        cells = [*((c, "name") for c in own), *((c, "sum") for c in amounts), *((c, "") for c in blank)]
        order = sorted((c.column, kind) for c, kind in cells)
        turns = [kind for k, (_, kind) in enumerate(order) if kind or k == 0 or order[k - 1][1] == "name"]
        if len(own) < 2 or len(turns) != 2 * len(own) or any((kind == "name") != (k % 2 == 0) for k, kind in enumerate(turns)):
            return False
        return bool(amounts) or all(c.column in self.periods for c in own)

    def _across(self, own: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Take a row of names with amounts below them; those that further names divide are heads over these."""
        heads = self.divided_by(own, below)
        if not heads and not self.answers([*self.across, *own] if self.heads else own, below):
            return False
        names = [c for c in own if not any(c is head for head in heads)]
        self.across = [*self.across, *names] if self.heads else names
        self.heads += heads
        self.tally.record(p for c in names for p in c.pieces)
        self.tally.heading(p for c in heads for p in c.pieces)
        return True

    @staticmethod
    def divided_by(names: Sequence[Cell], below: Sequence[Cell]) -> list[Cell]:
        """Return the names that the next row divides, where it holds nothing else: 基本支出 over 人员经费 and 公用经费."""
        cells = [c for c in below if c.pieces]
        over = [n for n in names if n.rows == 1 and sum(_within(c, n) for c in cells) > 1]
        if not over or not all(looks_like_label(key_of(c.key)) and any(_within(c, n) for n in over) for c in cells):
            return []
        return over

    @staticmethod
    def answers(names: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Tell whether the next row has an amount under each name and nothing else."""
        cells = [c for c in below if c.pieces]
        return len(cells) > 1 and all(
            is_amount(key_of(c.key)) and any(n.column <= c.column < n.column + n.columns for n in names) for c in cells
        )

    def _nameless(self, amounts: Sequence[Cell], r: int) -> None:
        """Amounts without a name: they answer the items above, or the heading is all the name there is."""
        if self.across:
            for cell in amounts:
                name = next((n for n in self.across if n.column <= cell.column < n.column + n.columns), None)
                if name is None:
                    self.tally.leave(cell.pieces)
                else:
                    head = next((h for h in reversed(self.heads) if _within(name, h)), None)
                    self._add((name,) if head is None else (head, name), [cell], False, r, None)
        elif len(self.blocks) < 2 and self.lead is not None and not self.parts.funds:
            columns = self.blocks[0].columns if self.blocks else []
            row = FundRow(self.side, (self.lead,), False, self._amounts(amounts, columns), unit=self.unit)
            row.named_by_heading = True
            self.parts.funds.append(row)
        else:
            self.tally.leave(p for c in amounts for p in c.pieces)

    def _side_by_side(self, names: Sequence[Cell], amounts: Sequence[Cell], within: bool, r: int) -> None:
        last = len(self.blocks) - 1
        for k, block in enumerate(self.blocks):
            stop = block.stop if k < last else max(block.stop, 10_000)
            here = tuple(c for c in names if block.start <= c.column < stop)
            sums = [c for c in amounts if block.start <= c.column < stop]
            if here and any(c.row == r for c in here):
                self._add(here, sums, within, r, block, self.pending[k])
            else:
                self.tally.leave(p for c in sums for p in c.pieces)

    def _add(
        self,
        path: tuple[Cell, ...],
        amounts: Sequence[Cell],
        within: bool,
        r: int,
        block: _Block | None,
        rows: list[FundRow] | None = None,
    ) -> None:
        counted = {id(c) for c in self.across}
        own = [c for c in path if c.row == r and id(c) not in counted]
        subtotal = key_of(path[-1].key) in self.family.subtotals
        if subtotal:
            self.tally.heading(path[-1].pieces)
            path = path[:-1]
            if path and any(path[-1] is head for head in self.summed[-1:]):
                self.tally.leave(p for c in amounts for p in c.pieces)  # a second sum of one item
                return
            self.summed += path[-1:]
        for cell in own:
            if path and cell is path[-1]:
                self.tally.record(cell.pieces)
            elif any(cell is c for c in path):
                self.tally.heading(cell.pieces)  # a label over items, no item itself
        if not path:
            self.tally.leave(p for c in amounts for p in c.pieces)
            return
        over = next((said for head, said in self.sided if _over(head, path[-1])), self.side)
        side = block.side if block is not None and block.head is not None else over
        year = year_alone(key_of(path[-1].key))
        if year and self.lead is not None:
            path = (self.lead,)  # a year on each row: what the heading names, in that year
        made = FundRow(side, path, subtotal, self._amounts(amounts, block.columns if block is not None else []))
        if year:
            made.named_by_heading = True
            for amount in made.amounts:
                amount.period = year
        made.head = block.head if block is not None else None
        made.within = within or _WITHIN in key_of(path[-1].key)[:3]
        made.unit = unit_in(key_of(path[-1].key)) or self.unit
        known = self.family.items.get(_plain(split_money(key_of(path[-1].key))[0]))
        whole = "总额" in key_of(path[-1].key) or (known is not None and known.name == self.family.income_under)
        if made.unit and not self.unit and whole:
            # 资金总额（万元） | 100 | 财政拨款 | 80: what the whole is counted in, its parts are.
            self.unit = made.unit
            self.parts.units.append(list(path[-1].pieces))
        self._notes(path[-1], amounts, block)
        (self.parts.funds if rows is None else rows).append(made)

    def _amounts(self, cells: Sequence[Cell], columns: Sequence[_Column]) -> list[FundAmount]:
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
        self.tally.leave(p for c in left for p in c.pieces)
        return out

    def _notes(self, item: Cell, cells: Sequence[Cell], block: _Block | None) -> None:
        """Keep what is said beside the amounts (偏差原因) as a field of the item."""
        for column in block.columns if block is not None else ():
            if column.measure != "note":
                continue
            for cell in cells:
                if column.start <= cell.column < column.stop:
                    said: list[Piece] = list(cell.pieces)
                    self.tally.record(said)
                    self.parts.fields.append(("other", f"{key_of(item.key)}{column.label}", said))


def _over(head: Cell, cell: Cell) -> bool:
    return head.column < cell.column + cell.columns and cell.column < head.column + head.columns


def _within(cell: Cell, head: Cell) -> bool:
    return head.column <= cell.column and cell.column + cell.columns <= head.column + head.columns and cell.columns < head.columns


def _over_names(head: Cell, below: Sequence[Cell]) -> bool:
    """Tell whether a header stands over the items' names, whatever it says: 预算资金 above 部门预算总额 and its amounts."""
    texts = {(c.column, c.columns): key_of(c.key) for c in below if c.pieces}
    under = texts.get((head.column, head.columns), "")
    return bool(under) and looks_like_label(under) and any(map(is_amount, texts.values()))


def _plain(key: str) -> str:
    """Return an item's key as the vocabulary has it: without 其中, brackets and colon."""
    return bare(unmarked(key))

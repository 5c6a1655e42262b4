"""The block of funds: sides, heads, items, and amounts under their column headers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jixiao.rules.families import MEASURES, SHARES, Family, key_of

from ..document import Cell, Piece
from ..headings import split_money
from .fund_columns import FundColumnBlock, FundColumns, guess_side, has_amount, is_item, over, plain
from .fund_turned import TurnedFunds
from .parts import FundAmount, FundRow, Parts
from .stated import Divisions, divides, stated
from .words import LONGEST_LABEL, bare, is_amount, looks_like_label, measure, period_of, says_year, unit_in
from .years import year_alone

_WITHIN = "其中"
_SENTENCE = re.compile("[。；;]")


class FundBlock:
    """Reads the rows of the funds into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.side = ""
        self.columns = FundColumns(family, parts)
        self.turned = TurnedFunds(family, parts)
        self.divisions = Divisions(parts)
        self.lead: Cell | None = None
        self.unit = ""
        self.periods: dict[int, str] = {}
        self.wholes: set[int] = set()
        self.headed: list[Cell] = []  # the labels over items that were counted
        self.kinds: dict[int, tuple[str, str]] = {}  # period and measure that the last name of such in each column says
        self.first = 0  # where this heading's items begin among all
        self.sided: list[tuple[Cell, str]] = []  # 收入预算 beside 支出预算, each over its own items
        self.by_side = ""  # the side that stands left of the other's items, row by row
        self.summed: list[Cell] = []  # the labels that a 小计 beside them made an item
        self.pending: list[list[FundRow]] = []

    def start(self, lead: Cell | None = None) -> None:
        """A heading was printed: neither side nor columns are known."""
        self.flush()
        self.columns.clear()
        self.turned.clear()
        self.side, self.periods, self.wholes, self.sided, self.turned.by_row = "", {}, set(), [], []
        self.kinds, self.headed = {}, []
        self.first = len(self.parts.funds)
        self.lead = lead
        key = split_money(key_of(lead.key))[0] if lead is not None else ""
        said = [side for word, side in self.family.sides.items() if key.endswith(word)]
        self.side = said[0] if said and "整体支出" not in key else ""  # that is the name of all a department's money
        self.unit = unit_in(key_of(lead.key)) if lead is not None else ""

    def flush(self) -> None:
        """Put the items of blocks that stand side by side into the order of the blocks."""
        above = self.parts.funds[self.first :]
        self.divisions.flush(above, self.unit)
        for rows in self.pending:
            self.parts.funds += rows
        self.pending = []
        if self.by_side:
            self.parts.funds[self.first :] = sorted(self.parts.funds[self.first :], key=lambda row: row.side != self.by_side)
            self.by_side = ""

    def is_item(self, key: str) -> bool:
        return is_item(key, self.family)

    def ends(self, own: Sequence[Cell]) -> bool:
        """Tell whether a row is no more of the funds: a label and a sentence where no columns are in force."""
        keys = [key_of(c.key) for c in own]
        return (
            not self.columns.blocks
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
            len(self.columns.blocks) == 1
            and len(own) > 1
            and self.is_item(split_money(key_of(own[0].key))[0])
            and all(is_amount(key_of(c.key)) and self.columns.under(c) is not None for c in own[1:])
        )

    def row(self, cells: Sequence[Cell], r: int, below: Sequence[Cell] = ()) -> None:
        """Read one row; *cells* are those right of the heading, *below* the next row's own."""
        names: list[Cell] = []
        amounts: list[Cell] = []
        within = False
        if any(c.row < r for c in self.columns.printed):
            cells = [c for c in cells if c.row == r or not any(c is head for head in self.columns.printed)]
        if self.columns.numbers(cells, r) or self.columns.divides(cells, r) or self._states(cells, r) or self._sides(cells, r):
            return
        if self._sides_beside(cells, r, below):
            return
        if self._says(cells, r) or self._by_rows(cells, r, below):
            return
        header = self.columns.header_cells(cells, r, below)
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
            if key in self.family.sides and not names and not (header and len(key) > 2) and not has_amount(cell, cells, r):
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
        if self.columns.named is not None:
            names = self.columns.named_item(names, r)
        if len(self.columns.blocks) < 2:
            names = self.columns.without_remarks(names, amounts, r)
        own = [c for c in names if c.row == r]
        if not own and not amounts:
            return
        blank = [c for c in cells if c.row == r and not c.pieces]
        if len(self.columns.blocks) > 1:
            self._side_by_side(names, amounts, within, r)
        elif not self.columns.blocks and self._alternate(own, amounts, blank):
            self._take_turns(own, amounts, within, r)
        elif not self.columns.blocks and len(names) > 2 and self._alternate([c for c in own if c is not names[0]], amounts, blank):
            self._take_turns([c for c in own if c is not names[0]], amounts, within, r, names[0])
        elif not amounts and len(own) > 1 and self.turned.takes(own, below):
            pass
        elif not names:
            self._nameless(amounts, r)
        else:
            before = len(self.parts.funds)
            self._add(tuple(names), amounts, within, r, self.columns.blocks[0] if self.columns.blocks else None)
            if not self.columns.blocks and len(self.parts.funds) > before:
                self._give_measure(names[-1], self.parts.funds[-1])

    def _header(self, header: Sequence[Cell], names: Sequence[Cell], cells: Sequence[Cell], r: int) -> None:
        """Take a row with a header over amounts: what stood before is done with."""
        self.flush()
        if not any(key_of(c.key) in self.family.sides and c.row == r for c in cells) and self.parts.funds:
            self.side = ""  # another block begins, and its label stands further down
        self.tally.heading(p for c in (*header, *names) for p in c.pieces)
        self.turned.clear()
        self.columns.take(header, cells, names, r)
        blocks = self.columns.blocks
        if len(blocks) == 1 and blocks[0].side and blocks[0].head is not None:
            self.side = blocks[0].side
        elif len(blocks) == 1:
            said = {self.family.sides.get(split_money(key_of(c.key))[0], "") for c in names} - {""}
            self.side = said.pop() if len(said) == 1 else self.side
        self.pending = [[] for _ in blocks] if len(blocks) > 1 else []

    def _states(self, cells: Sequence[Cell], r: int) -> bool:
        """Take a row of items that have their amounts in their own cells, and the row of heads over such."""
        own = [c for c in cells if c.row == r and c.pieces]
        if own and all(divides(key_of(c.key)) for c in own):
            self.flush()
            self.divisions.begin([(c, guess_side(key_of(c.key), self.family)) for c in own])
            return True
        return self.divisions.takes(own, self.side, self.unit, self.first)

    def _by_rows(self, cells: Sequence[Cell], r: int, below: Sequence[Cell]) -> bool:
        """Take items that stand over their amounts, a row for each year or kind of money, and the rows below them."""
        own = [c for c in cells if c.row == r and c.pieces]
        if self.turned.takes_row(own):
            return True
        names = self.turned.begins_rows(own, below)
        if not names:
            return False
        self.flush()
        self.columns.blocks, self.columns.printed, self.turned.across = [], list(own), []
        self.turned.begin_rows(own, names, self.side, self.lead, self.unit)
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
        if any(has_amount(cells[k], cells, r) for k in at):
            return False  # 收入预算 | 900 | 支出预算 | 900 are items
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

    # --- rows ------------------------------------------------------------------------------------------

    def _is_sum(self, cell: Cell, key: str, r: int) -> bool:
        """Tell whether a cell is an amount: a figure, which is no item's name, or a text wholly in an amounts' column."""
        if is_amount(key):
            return True
        if cell.row != r:
            return False
        column = self.columns.under(cell)
        return (
            column is not None
            and cell.column >= column.start
            and cell.column + cell.columns <= column.stop
            and not self.is_item(key_of(cell.key))
            and key_of(cell.key) not in self.family.subtotals
        )

    def _give_period(self, name: Cell, row: FundRow) -> None:
        """Let 中期资金总额 and the parts below it be long-term: the items of a column share its first one's period."""
        known = self.family.items.get(plain(key_of(name.key)))
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
            self.kinds[name.column] = (period, what)
            return
        known = self.family.items.get(plain(split_money(key_of(name.key))[0]))
        part = row.within or (known is not None and bool(known.parent))
        kind = self.kinds.get(name.column, ("", "")) if part else self.kinds.pop(name.column, ("", ""))
        if part and kind[1] in MEASURES:  # 其中：财政拨款 below 执行数 is executed too
            for amount in row.amounts:
                amount.period, amount.measure = kind

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
            if k and not says_year(key_of(cell.key)):
                self.periods.setdefault(cell.column, self.periods.get(own[k - 1].column, "full_year"))  # 项目总投资 | 资本金
            self._add((cell,) if head is None else (head, cell), place, within, r, None)
            row = self.parts.funds[-1]
            self._give_period(cell, row)
            self._give_measure(cell, row)
            if row.named_by_heading:
                said, unit = row.amounts, row.unit
            elif said and len(row.amounts) == len(said) == 1:
                row.amounts[0].period, row.amounts[0].measure = said[0].period, said[0].measure
                row.unit = row.unit or unit
        if own[0].column in self.wholes and all(map(self._is_part, own[1:])):
            # 收入合计 | 1000 | 财政拨款 | 900: its parts go on to the right of it, and what is below is no part of it alone.
            self.wholes.discard(own[0].column)

    def _is_part(self, cell: Cell) -> bool:
        known = self.family.items.get(plain(key_of(cell.key)))
        return known is not None and bool(known.parent) and _WITHIN not in key_of(cell.key)[:3]

    def _alternate(self, own: Sequence[Cell], amounts: Sequence[Cell], blank: Sequence[Cell]) -> bool:
        """Tell whether names and amounts take turns: 资金总额 | 100 | 财政拨款 | 80; an amount may be *blank*."""
        cells = [*((c, "name") for c in own), *((c, "sum") for c in amounts), *((c, "") for c in blank)]
        order = sorted((c.column, kind) for c, kind in cells)
        turns = [kind for k, (_, kind) in enumerate(order) if kind or k == 0 or order[k - 1][1] == "name"]
        if len(own) < 2 or len(turns) != 2 * len(own) or any((kind == "name") != (k % 2 == 0) for k, kind in enumerate(turns)):
            return False
        return bool(amounts) or all(c.column in self.periods for c in own)

    def _nameless(self, amounts: Sequence[Cell], r: int) -> None:
        """Amounts without a name: they answer the items above, or the heading is all the name there is."""
        if self.turned.across:
            for cell in amounts:
                path = self.turned.path_of(cell)
                if path:
                    self._add(path, [cell], False, r, None)
                else:
                    self.tally.leave(cell.pieces)
        elif len(self.columns.blocks) < 2 and self.lead is not None and not self.parts.funds:
            columns = self.columns.blocks[0].columns if self.columns.blocks else []
            beside = [c for c in amounts if columns and self.columns.under(c) is None]
            named = {id(c): h for c in beside if (h := next((h for h in self.columns.printed if over(h, c)), None)) is not None}
            own = [c for c in amounts if id(c) not in named]
            row = FundRow(self.side, (self.lead,), False, self.columns.amounts(own, columns), unit=self.unit)
            row.named_by_heading = True
            self.parts.funds.append(row)
            self._notes(bare(key_of(self.lead.key)), amounts, self.columns.blocks[0] if self.columns.blocks else None)
            for cell in amounts:  # 省级 and 市级 between 预算总额 and 实际支出 name parts of it
                if id(cell) in named:
                    self._add((named[id(cell)],), [cell], False, r, None)
        else:
            self.tally.leave(p for c in amounts for p in c.pieces)

    def _side_by_side(self, names: Sequence[Cell], amounts: Sequence[Cell], within: bool, r: int) -> None:
        last = len(self.columns.blocks) - 1
        for k, block in enumerate(self.columns.blocks):
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
        block: FundColumnBlock | None,
        rows: list[FundRow] | None = None,
    ) -> None:
        counted = {id(c) for c in self.turned.across}
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
            elif any(cell is c for c in path) and not any(cell is c for c in self.headed):
                self.headed.append(cell)
                self.tally.heading(cell.pieces)  # a label over items, no item itself
        if not path:
            self.tally.leave(p for c in amounts for p in c.pieces)
            return
        said = next((said for head, said in self.sided if over(head, path[-1])), self.side)
        beside = block is not None and bool(block.side) and len(self.columns.blocks) > 1  # 收入 | 金额 | 支出 | 金额
        side = block.side if block is not None and (beside or block.head is not None) else said
        year = year_alone(key_of(path[-1].key))
        if year and self.lead is not None:
            path = (self.lead,)  # a year on each row: what the heading names, in that year
        made = FundRow(side, path, subtotal, self.columns.amounts(amounts, block.columns if block is not None else [], path[-1]))
        if year:
            made.named_by_heading = True
            for amount in made.amounts:
                amount.period = year
        made.divided = len(path) > 1 and divides(key_of(path[-2].key))
        made.head = block.head if block is not None else None
        made.within = within or _WITHIN in key_of(path[-1].key)[:3]
        made.unit = unit_in(key_of(path[-1].key)) or self.unit
        known = self.family.items.get(plain(split_money(key_of(path[-1].key))[0]))
        whole = "总额" in key_of(path[-1].key) or (known is not None and known.name == self.family.income_under)
        whole = whole or split_money(key_of(path[-1].key))[0] in self.family.sides
        if made.unit and not self.unit and whole:
            # 资金总额（万元） | 100 | 财政拨款 | 80: what the whole is counted in, its parts are.
            self.unit = made.unit
            self.parts.units.append(list(path[-1].pieces))
        self._notes(key_of(path[-1].key), amounts, block)
        (self.parts.funds if rows is None else rows).append(made)

    def _notes(self, item: str, cells: Sequence[Cell], block: FundColumnBlock | None) -> None:
        """Keep what is said beside the amounts (偏差原因) as a field of the item."""
        for column in block.columns if block is not None else ():
            if column.measure != "note":
                continue
            for cell in cells:
                if column.start <= cell.column < column.stop:
                    said: list[Piece] = list(cell.pieces)
                    self.tally.record(said)
                    self.parts.fields.append(("other", f"{item}{column.label}", said))

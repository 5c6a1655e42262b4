"""Loose lines and grids → the parts of a form: head, functions, staffing, funds, goals, tasks, indicators.

This is the one place that knows what headings mean, whatever file the grid came from. Every piece
handed in is counted: as record, heading, named-and-ignored, or unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jixiao.rules.families import Family, key_of

from ..document import Cell, Grid, Piece
from ..headings import NUMBERED, split_money
from .fund_turned import answers, divided_by
from .funds import FundBlock
from .goals import KINDS, GoalBlock
from .head import Head
from .indicators import IndicatorGrid
from .parts import Parts
from .staff import StaffRows
from .stated import stated
from .strange import StrangeTable
from .tasks import TaskTable
from .words import heading, is_amount, label, looks_like_label, measure

_TEXTS = ("functions", "staffing")


def read_sections(blocks: Iterable[Grid | Piece], family: Family) -> Parts:
    """Return the parts of the form that *blocks* hold, in the family's vocabulary."""
    walker = _Walker(family)
    for block in blocks:
        if isinstance(block, Grid):
            walker.head.note = None
            walker.grid(block)
            walker.head.note = None
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
        self.lead: Cell | None = None
        self.lead_end = 0
        self.head = Head(family, self.parts)
        self.staff = StaffRows(family, self.parts, self.head)
        self.goals = GoalBlock(family, self.parts)
        self.funds = FundBlock(family, self.parts)
        self.tasks = TaskTable(family, self.parts)
        self.indicators = IndicatorGrid(family, self.parts)
        self.strange = StrangeTable(family, self.parts, self.head)

    def grid(self, grid: Grid) -> None:
        """Read one grid, row by row, with the cells that span each row."""
        covering: list[Cell] = []
        fresh = True
        skip = 0
        self.lead = None
        filled = [c for row in grid.rows for c in row.cells if c.pieces]
        used = (min((c.column for c in filled), default=0), max((c.column + c.columns for c in filled), default=0))
        for r, row in enumerate(grid.rows):
            covering = [c for c in covering if c.row + c.rows > r]
            view = sorted([*covering, *row.cells], key=lambda c: c.column)
            covering += [c for c in row.cells if c.rows > 1]
            if skip:
                skip -= 1
                continue
            header = self.indicators.take_header(grid, r)
            if header is not None:
                self._enter("indicators", header.leads[0] if header.leads else None)
                skip = header.depth - 1
                continue
            below = grid.rows[r + 1].cells if r + 1 < len(grid.rows) else ()
            view = self._under_lead(view, r)
            if view and not self._line(view, r, used):
                self._row(view, r, fresh, below)
            fresh = False

    def _under_lead(self, view: list[Cell], r: int) -> list[Cell]:
        """Put the heading in force for a cell below it that is blank, or prints it again, where none is merged."""
        lead, first = self.lead, view[0] if view else None
        if lead is None or first is None or first.row != r or r != self.lead_end:
            return view
        if (first.column, first.columns) != (lead.column, lead.columns) or first.key not in ("", lead.key):
            return view
        if not any(c.pieces for c in view[1:]):
            return view
        self.tally.ignore(first.pieces)
        self.lead_end = r + first.rows
        return [lead, *view[1:]]

    def _enter(self, section: str, lead: Cell | None) -> None:
        if section != "indicators":
            self.indicators.flush()
            self.indicators.over = ""
        if section not in KINDS:
            self.goals.interrupt()
        if section != "funds":
            self.funds.flush()
        self.section, self.lead = section, lead
        self.lead_end = lead.row + lead.rows if lead is not None else 0

    # --- rows of one cell ----------------------------------------------------------------------------

    def _line(self, view: Sequence[Cell], r: int, used: tuple[int, int]) -> bool:
        """Read a row that is one cell across the table: a title, a heading over what follows, a line of text.

        *used* are the grid's columns that have any text.
        """
        filled = [c for c in view if c.pieces]
        if len(filled) != 1 or filled[0].row != r:
            return False
        cell = filled[0]
        wide = cell.column <= used[0] and cell.column + cell.columns >= used[1]
        in_table = self.section == "indicators" and self.indicators.groups
        if not wide and (in_table or cell.column > used[0] or len(view) == 1):
            return False
        key = key_of(cell.key)
        kind = heading(key, self.family, guess=NUMBERED.match(key) is not None)
        if kind is not None and label(key, self.family) is None:
            self.tally.heading(cell.pieces)
            self._open(kind.name, cell, key)
            return True
        if self.head.is_title(cell) and not self.parts.title:
            self.head.cell_line(cell)
        elif not wide and in_table:
            return False
        elif self.head.colon_fields(cell.pieces):
            return True
        elif self.section in KINDS and self.parts.title:
            self.goals.row([cell], r)
        elif self.section in _TEXTS:
            (self.parts.functions if self.section == "functions" else self.parts.staffing).extend(cell.pieces)
            self.tally.record(cell.pieces)
        elif not wide and looks_like_label(key) and label(key, self.family) is not None:
            self.tally.heading(cell.pieces)
        else:
            self.head.cell_line(cell)
        return True

    def _open(self, kind: str, lead: Cell, key: str) -> None:
        """Begin a section whose heading stands over it."""
        self._enter(kind, None)
        self.parts.headings.setdefault(kind, []).extend(lead.pieces)
        if kind == "annual":
            self.parts.dated.append(list(lead.pieces))
        if kind == "funds":
            self.funds.start(lead)
        elif kind == "indicators":
            self.indicators.over = key
        elif kind in KINDS:
            self.goals.start(kind, key)

    # --- rows of several cells -----------------------------------------------------------------------

    def _row(self, view: Sequence[Cell], r: int, fresh: bool, below: Sequence[Cell]) -> None:
        own = [c for c in view if c.row == r and c.pieces]
        in_table = self.section == "indicators" and bool(self.indicators.groups)
        lead = view[0]
        if in_table and own and self.indicators.is_total(view, r):
            self.indicators.total(view, r)
            return
        inside = self._inside(view, r)
        if inside is not None and not in_table:
            rest = [c for c in view if c is not inside]
            first = next((c for c in rest if c.row == r and c.pieces), None)
            begun = self._heading(first, rest, r, below) if first is not None and self._may_begin(first, rest) else None
            if first is not None and begun is not None:
                self._section(begun, first, [c for c in rest if c is not first], r, below)
            else:
                self._go_on(rest, r, below)
            return
        if in_table and not (own and self._leaves_table(view, own, r)):
            kind = heading(key_of(lead.key), self.family)
            if kind is not None and kind.name == "indicators":
                if lead.row == r:
                    self.tally.heading(lead.pieces)
                view = view[1:]
            elif inside is not None:
                view = [c for c in view if c is not inside]
            self.indicators.row(view, r, fresh)
            return
        if not own and lead.row == r:
            return
        if self.section == "tasks" and self.lead is None and (self.tasks.is_header(own) or self.tasks.heads(lead)):
            self._go_on(view, r, below)
            return
        kind_name = self._heading(lead, view, r, below) if lead.pieces else None
        if kind_name is not None:
            self._section(kind_name, lead, view[1:], r, below)
            return
        first = own[0] if own else lead
        if first is not lead and lead.row < r and not in_table:
            kind_name = self._heading(first, [c for c in view if c is not lead], r, below)
            if kind_name is not None:
                self._section(kind_name, first, [c for c in view if c.column > first.column], r, below)
                return
        if self._is_field_row(own):
            self._enter("head" if self.section in ("", "head") else "foot", None)
            self.head.row(view, r, guess=True)
            return
        ended = self.section == "funds" and self.lead is not None and r >= self.lead_end and own and own[0].rows > 1
        if self.section != "funds" or ended:
            beside = own[0] if len(own) > 2 and own[0].rows > 1 and own[0] is lead else None
            if beside is not None and (self.funds.is_item(key_of(lead.key)) or key_of(lead.key) in self.family.sides):
                beside = None
            if not (ended and beside is None) and self._begins_funds(own[1:] if beside is not None else own, below):
                if beside is not None:  # a heading in no list, beside all the funds
                    self.parts.guess(key_of(lead.key))
                    self._section("funds", lead, view[1:], r, below)
                    return
                self._enter("funds", None)
                self.funds.start()
        if self.section == "funds" and self.lead is not None and self.funds.goes_on(own):
            self._go_on(view, r, below)  # below a heading that is not merged with the rows it heads
            return
        over = self.section == "funds" and self.funds.ends(own)
        if self.section in ("funds", *KINDS, "tasks", *_TEXTS) and self.lead is None and not over:
            self._go_on(view, r, below)
            return
        if self._is_money_block(lead, own, below):
            self.parts.guess(key_of(lead.key))
            self._section("funds", lead, view[1:], r, below)
            return
        if self.strange.begins(lead, own, below):
            self._enter("strange", lead)
            self.strange.start(lead, own)
            return
        self.head.row(view, r, guess=True)

    def _is_money_block(self, lead: Cell, own: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Tell whether a label in no list that goes on and says a money unit heads funds: 资金筹措计划（万元） beside amounts."""
        key = key_of(lead.key)
        beside = [c for c in (*own, *below) if c is not lead and c.pieces]
        if lead.rows == 1 or lead not in own or not split_money(key)[1] or label(key, self.family) is not None:
            return False
        return any(is_amount(key_of(c.key)) for c in beside)

    def _inside(self, view: Sequence[Cell], r: int) -> Cell | None:
        """Return the heading beside this row, printed in a row above and going on."""
        return next((c for c in view if c is self.lead and c.row < r), None)

    def _may_begin(self, first: Cell, rest: Sequence[Cell]) -> bool:
        """Tell whether a cell right of a heading may be a heading itself, and not what the section is made of."""
        key = split_money(key_of(first.key))[0]
        if self.section == "funds":
            beside = [c for c in rest if c is not first and c.pieces and c.column > first.column]
            if beside and first.rows == 1 and all(is_amount(key_of(c.key)) for c in beside):
                return False  # 1、资金来源：（1）财政性资金 | 1760.5
            return not self.funds.is_item(key) and measure(key, self.family, guess=False) is None
        if self.section in KINDS:
            return not self.goals.names(first)
        return self.section in ("head", "indicators")

    def _heading(self, cell: Cell, view: Sequence[Cell], r: int, below: Sequence[Cell]) -> str | None:
        """Return the section that a row's first cell begins, or None."""
        key = key_of(cell.key)
        rest = [c for c in view if c is not cell and c.row == r and c.pieces]
        found = heading(key, self.family)
        name = split_money(key)[0]
        if found is not None:
            if cell.row < r or found.name not in ("funds",):
                return found.name
            # 年度资金总额 is an item where an amount stands beside it, and a heading where others do.
            if self.funds.is_item(name) and cell.rows == 1 and rest and is_amount(key_of(rest[0].key)):
                return None
            return found.name
        if label(key, self.family) is not None or self.funds.is_item(name) or cell.column > view[0].column:
            return None
        guessed = heading(key, self.family, guess=True)
        kind = guessed.name if guessed is not None else self._by_money(key, cell, rest)
        if kind is None or not self._backs(kind, cell, rest, below):
            return None
        self.parts.guess(key)
        return kind

    def _by_money(self, key: str, cell: Cell, rest: Sequence[Cell]) -> str | None:
        """Return funds where a label over several rows prints a money unit and has names beside it: 收入预算（万元）."""
        beside = bool(rest) and looks_like_label(key_of(rest[0].key))
        begins = self.section not in ("indicators", "tasks") and cell.rows > 1 and beside
        return "funds" if begins and split_money(key)[1] else None

    def _backs(self, kind: str, cell: Cell, rest: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Tell whether what stands beside a guessed heading is what such a section holds."""
        beside = [key_of(c.key) for c in rest]
        under = [key_of(c.key) for c in below if c.pieces]
        if kind == "funds" and len(rest) == 1 and stated(rest[0]):
            return True  # 资金来源及金额 | 总投资120万元，其中：财政拨款100万元，自筹20万元
        if kind == "funds":
            sums = cell.rows > 1 or len(beside) > 2 or any(is_amount(k) for k in under)
            return sums and (any(is_amount(k) or measure(k, self.family) for k in beside) or answers(rest, below))
        if kind in KINDS:
            return (len(beside) == 1 and len(beside[0]) > 5) or any(self.goals.names(c) for c in rest)
        if kind == "tasks":
            return self.tasks.is_header(rest)
        if kind == "head":
            return any(label(k, self.family) for k in (*beside, *under))
        if kind == "indicators":
            return cell.rows > 1
        return len(beside) == 1 and len(beside[0]) > 5

    def _leaves_table(self, view: Sequence[Cell], own: Sequence[Cell], r: int) -> bool:
        """Tell whether a row below the indicators is no longer one of them."""
        lead = view[0]
        kind = heading(key_of(lead.key), self.family)
        if kind is not None and kind.name != "indicators" and lead.row <= r and self.lead is not lead:
            return True
        first = own[0]
        if not self.indicators.fits(view, r):
            return True
        key = key_of(first.key)
        if key in self.family.level1 or key in self.family.level2 or first.column > lead.column:
            return False
        known = label(key, self.family)
        if known is None:
            return self.head.begins_field(first)
        more = [c for c in own[1:] if label(key_of(c.key), self.family) is not None]
        return known.name == "personal" or bool(more) or len(own) <= 2

    def _is_field_row(self, own: Sequence[Cell]) -> bool:
        if not own:
            return False
        first = label(key_of(own[0].key), self.family)
        if first is None and len(own) > 2:
            first = label(key_of(own[0].key), self.family, guess=True)
        return first is not None

    def _begins_funds(self, own: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Tell whether a row without a heading is one of the funds: an item and its amount, or column headers.

        Items in a row with an amount under each are the funds too.
        """
        keys = [split_money(key_of(c.key))[0] for c in own]
        if len(own) < 2:
            return False
        items = all(self.funds.is_item(key) or key in self.family.totals for key in keys)
        if (items and (answers(own, below) or divided_by(own, below))) or self.funds.names_sides(own):
            return True
        if (self.section != "tasks" and self._is_group(own)) or self.funds.has_sides_beside(own):
            return True
        amounts = {(c.column, c.columns) for c in below if is_amount(key_of(c.key))}
        over = [c for c in own if measure(key_of(c.key), self.family) is not None and (c.column, c.columns) in amounts]
        if len(over) > 1 and not any(map(is_amount, keys)):
            return True  # 2023年预算, 2024年预算: in no list, but over amounts
        headers = sum(measure(k, self.family, guess=False) is not None for k in keys)
        return (
            (self.funds.is_item(keys[0]) and is_amount(keys[1]))
            or (len(keys) % 2 == 0 and all(map(self.head.names_money, keys[::2])) and all(map(is_amount, keys[1::2])))
            or headers > 1
            or (headers == 1 and any(k in self.family.sides for k in keys))
        )

    def _is_group(self, own: Sequence[Cell]) -> bool:
        """Tell whether a row is a label and behind it names of money, each with its amount: 三公经费 | 公务接待费 | 6.5."""
        keys = [split_money(key_of(c.key))[0] for c in own]
        names = keys[1::2]
        if len(keys) < 3 or len(keys) % 2 == 0 or not all(map(looks_like_label, (keys[0], *names))):
            return False
        if label(keys[0], self.family) is not None or not all(map(is_amount, keys[2::2])):
            return False
        if keys[0] in self.family.sides or all(map(self.funds.is_item, names)):
            return True
        endings = self.family.money_endings
        return len(names) > 1 and (keys[0].endswith(endings) or all(k.endswith(endings) for k in names))

    # --- sections --------------------------------------------------------------------------------------

    def _section(self, kind: str, lead: Cell, rest: Sequence[Cell], r: int, below: Sequence[Cell]) -> None:
        parts = self.parts
        again = self.section == kind and self.lead is lead
        if kind in KINDS and not again and self._heads_columns(lead, rest, r, below):
            self._enter(kind, None)
            self.goals.start(kind, key_of(lead.key))
            self.goals.row([lead, *rest], r, below)
            return
        if lead.row == r:
            self.tally.heading(lead.pieces)
            parts.headings.setdefault(kind, []).extend(lead.pieces)
            if kind == "annual":
                parts.dated.append(list(lead.pieces))
        if not again:
            self._enter(kind, lead)
            if kind == "funds" and lead.row == r:
                self.funds.start(lead)
            elif kind in KINDS:
                self.goals.start(kind, key_of(lead.key))
                first = next((c for c in rest if c.row == r and c.pieces), None)
                within = heading(key_of(first.key), self.family) if first is not None and len(rest) > 1 else None
                if first is not None and within is not None and within.name in _TEXTS:
                    # 部门职责 is printed beside 部门总体目标, over the goals themselves.
                    self._section(within.name, first, [c for c in rest if c is not first], r, below)
                    return
        self._go_on(rest, r, below)

    def _heads_columns(self, lead: Cell, rest: Sequence[Cell], r: int, below: Sequence[Cell]) -> bool:
        """Tell whether goals' headings stand beside one another, each over its own text: 中期目标 | 年度目标."""
        own = [c for c in rest if c.row == r and c.pieces]
        under = {(c.column, c.columns) for c in below if c.pieces}
        return (
            lead.row == r
            and lead.rows == 1
            and len(own) > 0
            and all(self.goals.names(c) for c in own)
            and all((c.column, c.columns) in under for c in (lead, *own))
            and not any(heading(key_of(c.key), self.family) for c in below)
        )

    def _go_on(self, rest: Sequence[Cell], r: int, below: Sequence[Cell]) -> None:
        """Read a row of the section in force, without its heading."""
        kind, parts = self.section, self.parts
        own = [c for c in rest if c.row == r]
        filled = [c for c in own if c.pieces]
        if kind == "funds":
            self.funds.row(rest, r, below)
        elif kind == "tasks":
            self.tasks.row(rest, r)
        elif kind in KINDS:
            self.goals.row(rest, r, below)
        elif kind == "staffing" and self.staff.row(self.lead, own, r, below):
            pass
        elif kind in _TEXTS:
            pieces = [p for c in own for p in c.pieces]
            (parts.functions if kind == "functions" else parts.staffing).extend(pieces)
            self.tally.record(pieces)
        elif kind in ("head", "foot"):
            self.head.row(rest, r, guess=True)
        elif kind == "strange" and filled:
            self.strange.row(filled, self.lead)
        else:
            self.tally.leave(p for c in own for p in c.pieces)

    def finish(self) -> None:
        """Count what only the end of the form decides: labels without rows, loose lines."""
        self.funds.flush()
        self.goals.finish()
        self.indicators.finish()
        self.head.finish()


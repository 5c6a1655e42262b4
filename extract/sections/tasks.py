"""The table of the year's tasks (年度主要任务): name, content, money, what is expected."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import Family, key_of

from ..document import Cell
from .parts import Parts, TaskRow
from .words import bare, looks_like_label, task_column, unit_in

_LONGEST_NAME = 40


class TaskTable:
    """Reads the rows of the tasks into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.columns: list[tuple[int, int, str, str]] = []
        self.shares: list[tuple[int, int, str]] = []  # columns of parts of the money: 财政拨款, 其他资金
        self.fresh = False  # nothing but headers so far
        self.printed: list[Cell] = []  # the header in force

    def is_header(self, cells: Sequence[Cell]) -> bool:
        """Tell whether these cells are the table's column headers: two of them and a name or content among them."""
        names = [task_column(key_of(c.key), self.family) for c in cells if c.pieces]
        sure = [task_column(key_of(c.key), self.family, guess=False) for c in cells if c.pieces]
        return (
            len([n for n in names if n]) > 1
            and any(sure)
            and any(n in ("name", "content") for n in names)
            and all(looks_like_label(key_of(c.key)) for c in cells if c.pieces)
        )

    def heads(self, cell: Cell) -> bool:
        """Tell whether a cell is one of the column headers in force, which may reach down into the rows below."""
        return any(cell is head for head in self.printed)

    def row(self, cells: Sequence[Cell], r: int) -> None:
        """Read one row: a header, a task, or what fits no column and is left."""
        own = [c for c in cells if c.row == r and c.pieces]
        if not own:
            return
        if self.is_header(own):
            self._header(own)
            return
        if not self.columns and len(own) == 1 and not looks_like_label(key_of(own[0].key)):
            self.tally.record(own[0].pieces)
            self.parts.tasks.append(TaskRow({"content": own[0]}, ""))  # 任务1：举办群众文化活动。
            return
        if not self.columns:
            self.tally.leave(p for c in own for p in c.pieces)
            return
        if self.fresh and self._divides_the_money(own):
            return
        self.fresh = False
        row: dict[str, Cell] = {}
        shares: list[tuple[str, Cell]] = []
        unit = ""
        for cell in cells:
            if not cell.pieces:
                continue
            share = next((label for a, b, label in self.shares if a <= cell.column < b), "")
            if share and cell.row == r:
                shares.append((share, cell))
                self.tally.record(cell.pieces)
                continue
            found = next(((n, u) for a, b, n, u in self.columns if a <= cell.column < b and n), None)
            if found is None or found[0] in row:
                if cell.row == r:
                    self.tally.leave(cell.pieces)
                continue
            row[found[0]] = cell
            if found[0] == "amount":
                unit = found[1]
            if cell.row == r:
                self.tally.record(cell.pieces)
        name = row.get("name") or row.get("content")
        for label, cell in shares:
            whose = key_of(name.key)[:_LONGEST_NAME] if name is not None else ""
            self.parts.fields.append(("other", f"{whose}（{label}）", list(cell.pieces)))
        if name is not None and "amount" in row and self._is_total(name):
            self.parts.fields.append(("other", key_of(name.key), list(row["amount"].pieces)))  # a sum is no task
        elif row:
            self.parts.tasks.append(TaskRow(row, unit))

    def _is_total(self, name: Cell) -> bool:
        """Tell whether a row's name says that it adds up the rows above: 合计, 金额合计."""
        key = bare(key_of(name.key))
        return key.removeprefix("金额").removeprefix("任务") in self.family.totals

    def _header(self, own: Sequence[Cell]) -> None:
        seen: set[str] = set()
        columns = []
        self.printed = list(own)
        self.shares = []
        for cell in own:
            name = task_column(key_of(cell.key), self.family)
            key = key_of(cell.key)
            if name and name not in seen:
                self.tally.heading(cell.pieces)
                seen.add(name)
                if not task_column(key_of(cell.key), self.family, guess=False):
                    self.parts.guess(key)
            else:  # a part of the money, or a header in no list: fields of the task, by their headers
                self.tally.heading(cell.pieces)
                self.shares.append((cell.column, cell.column + cell.columns, key_of(cell.key)))
                name = ""
            if name == "amount" and unit_in(key):
                self.parts.units.append(list(cell.pieces))
            columns.append((cell.column, cell.column + cell.columns, name, unit_in(key)))
        self.columns = columns
        self.fresh = True

    def _divides_the_money(self, own: Sequence[Cell]) -> bool:
        """Take a second row of headers under the money's: its first column is the sum, the rest its parts.

        The parts have no column among the tasks: what stands there are fields, named by task and header.
        """
        money = next(((a, b, u) for a, b, name, u in self.columns if name == "amount"), None)
        if money is None or not all(
            money[0] <= c.column and c.column + c.columns <= money[1] and looks_like_label(key_of(c.key)) for c in own
        ):
            return False
        self.tally.heading(p for c in own for p in c.pieces)
        whole, *parts = own
        rest = [column for column in self.columns if column[2] != "amount"]
        self.shares += [(c.column, c.column + c.columns, key_of(c.key)) for c in parts]
        self.columns = [*rest, (whole.column, whole.column + whole.columns, "amount", money[2])]
        return True

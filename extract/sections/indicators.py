"""The grid of indicators: merged labels, and the rows under the column headers."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import Family, key_of
from jixiao.rules.records import Finding

from ..document import Cell, Grid
from .columns import find_header
from .header import LABELS, NO_COMPARATOR, TASK, Column, Header
from .parts import IndicatorRow, Parts, TargetCells, TaskRow
from .words import bare, is_amount, is_placeholder, period_of, says_year, unit_in

_NUMBERS = ("序号", "编号", "行次", "行号", "序")
_EMPTY = ("无", "/", "-", "—", "--")


class IndicatorGrid:
    """Reads headers and rows of indicators into *parts*; grids side by side are read each for itself."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.header: Header | None = None
        self.groups: list[_Group] = []
        self.counted: set[int] = set()
        self.labels: list[Cell] = []
        self.over = ""  # the heading over or beside the grid: 长期绩效指标

    def take_header(self, grid: Grid, r: int) -> Header | None:
        """Take the header that begins in row *r*, if there is one: what stands below has its columns."""
        header = find_header(grid, r, self.family)
        if header is None:
            return None
        for cell in (*header.cells, *header.leads):
            if cell in header.unknown:
                self.tally.leave(cell.pieces)
            else:
                self.tally.heading(cell.pieces)
        for col in header.columns:
            if col.name.endswith(" target"):
                self.parts.dated += [list(c.pieces) for c in header.cells if c.column == col.start]
            if col.name and not col.sure:
                self.parts.guess(col.label.partition("（")[0])
        if header.alike:
            message = f"指标表有几列名称含义相同，只读了各组的第一列，未读的有：{'、'.join(header.alike)}；请对照原表"
            self.parts.findings.append(Finding("columns_alike", "warning", message, "targets", 0, "period"))
        if header.leads:
            self.over = "".join(key_of(lead.key) for lead in header.leads)
        self._by_heading(header)
        self._begin(header, grid, r)
        return header

    def _by_heading(self, header: Header) -> None:
        """Let the targets of a grid under 长期绩效指标 be long-term where no column says a period."""
        targets = [c for c in header.columns if c.is_target]
        if period_of(self.over, self.family) != "long_term" or not all(c.name.startswith("full_year ") for c in targets):
            return
        if not any(says_year(c.said + c.label) for c in targets):
            for col in targets:
                col.name = f"long_term {col.name.split()[1]}"

    def _begin(self, header: Header, grid: Grid, r: int) -> None:
        before = self.groups
        self.flush()
        columns = header.groups()
        if len(columns) > 1:
            self._periods(columns)
        carry = _prints_once(header, grid, r + header.depth)
        self.header = header
        self.groups = [_Group(self, group, carry, first=k == 0) for k, group in enumerate(columns)]
        if len(before) == len(self.groups):
            for old, new in zip(before, self.groups, strict=True):
                names = {c.name for c in new.columns}
                new.current = {k: v for k, v in old.current.items() if k in names}
                if names == {c.name for c in old.columns}:
                    new.begun = min(old.begun, len(new.rows))
        if header.first is not None:
            self.labels.append(header.first)
            for group in self.groups:
                group.current["level1"] = header.first

    def _periods(self, groups: Sequence[list[Column]]) -> None:
        """Give each of the grids side by side its period: as printed over it, else in the order of the goals."""
        printed = []
        for group in groups:
            words = "".join(c.said + c.label for c in group if c.name not in ("level1",))
            printed.append(next((p for w, p in self.family.periods.items() if w in words), ""))
        horizons = [h for h, _ in self.parts.goals if h in ("long_term", "annual")][-2:]
        if not any(printed):
            if len(groups) == 2 and sorted(horizons) == ["annual", "long_term"]:
                printed = ["long_term" if h == "long_term" else "" for h in horizons]
            else:
                message = "并排的两组指标没有印明各属哪一期，均按全年读取；请对照原表"
                self.parts.findings.append(Finding("grid_period_unsure", "warning", message, "targets", 0, "period"))
        for group, period in zip(groups, printed, strict=True):
            for col in group:
                if col.is_target and period and col.name.startswith("full_year "):
                    col.name = f"{period} {col.name.split()[1]}"

    def fits(self, view: Sequence[Cell], r: int) -> bool:
        """Tell whether a row's cells stand in the columns: none reaches from a label into the values."""
        assert self.header is not None
        columns = self.header.columns
        for cell in view:
            if cell.row != r or not cell.pieces:
                continue
            under = [c for c in columns if c.start < cell.column + cell.columns and c.stop > cell.column]
            labels = [c for c in under if c.name in (*LABELS, "level3")]
            values = [c for c in under if c.is_target or c.name in ("weight", "unit", "comparator")]
            if (labels and values) or len(under) > 3:
                return False
        return True

    def is_total(self, view: Sequence[Cell], r: int) -> bool:
        """Tell whether the row is the sum under the table: 合计, 总分."""
        own = [c for c in view if c.row == r and c.pieces]
        if not own:
            return False
        key, rest = bare(key_of(own[0].key)), own[1:]
        sums = (*self.family.totals, "总分", "总得分", "合计得分")
        outer = self.header is not None and own[0].column <= self.header.columns[0].start
        return key in sums or (outer and bool(rest) and key.endswith(sums) and all(is_amount(key_of(c.key)) for c in rest))

    def total(self, view: Sequence[Cell], r: int) -> None:
        """Keep the sums under the table as fields: they belong to no indicator."""
        assert self.header is not None
        own = [c for c in view if c.row == r and c.pieces]
        name = key_of(own[0].key)
        self.tally.heading(own[0].pieces)
        for cell in own[1:]:
            best = next((c for c in self.header.columns if c.start <= cell.column < c.stop), None)
            said = f"{name}（{best.label}）" if best is not None and len(own) > 2 else name
            self.tally.record(cell.pieces)
            self.parts.fields.append(("other", said, list(cell.pieces)))

    def row(self, view: Sequence[Cell], r: int, fresh: bool) -> None:
        """Read one row into each of the grids."""
        placed: set[int] = set()
        for group in self.groups:
            group.row(view, r, fresh, placed)
        for cell in view:
            if cell.row == r and id(cell) not in placed:
                self.count("ignore" if self._numbers(cell) else "leave", cell)

    def _numbers(self, cell: Cell) -> bool:
        """Tell whether a cell only numbers its row: it stands under 序号."""
        leads = self.header.leads if self.header is not None else []
        return cell.key.isdigit() and any(bare(key_of(c.key)) in _NUMBERS and c.column == cell.column for c in leads)

    def count(self, way: str, cell: Cell) -> None:
        """Count a cell once, however many grids and rows it serves."""
        if id(cell) not in self.counted:
            self.counted.add(id(cell))
            getattr(self.tally, way)(cell.pieces)

    def flush(self) -> None:
        """End the table: the grids side by side one after the other, and labels counted by what stands under them."""
        for group in self.groups:
            if group.rows is not self.parts.indicators:
                self.parts.indicators += group.rows
                group.rows = []

    def finish(self) -> None:
        """Count the labels by whether a row stands under them."""
        self.flush()
        used = {id(cell) for row in self.parts.indicators for cell in row.cells.values()}
        for label in self.labels:
            self.count("record" if id(label) in used else "leave", label)


class _Group:
    """One grid: its columns, the labels in force, and its rows."""

    def __init__(self, owner: IndicatorGrid, columns: Sequence[Column], carry: bool, first: bool) -> None:
        self.owner = owner
        self.family = owner.family
        self.columns = columns
        self.carry = carry
        self.current: dict[str, Cell] = {}
        self.task: Cell | None = None
        self.task_cells: dict[str, Cell] = {}
        self.rows: list[IndicatorRow] = owner.parts.indicators if first else []
        self.begun = len(self.rows)  # those before stand under other columns

    def row(self, view: Sequence[Cell], r: int, fresh: bool, placed: set[int]) -> None:
        owner = self.owner
        by_column: dict[int, Cell] = {}
        for cell in view:
            k = self._column(cell)
            if k is None:
                continue
            if k in by_column and cell.row == r:
                if not cell.pieces:
                    placed.add(id(cell))
                elif not by_column[k].pieces:
                    by_column[k] = cell
                    placed.add(id(cell))
                continue
            by_column[k] = cell
            placed.add(id(cell))
        if len(owner.groups) > 1 and not any(c.pieces and c.row == r for k, c in by_column.items() if self._owns(k)):
            return  # the grid beside goes on alone
        by_name = {self.columns[k].name: cell for k, cell in by_column.items()}
        new = False
        row: dict[str, Cell] = {}
        for label in LABELS:
            found = by_name.get(label)
            if found is None or found.row != r or (not found.pieces and (fresh or self.carry)):
                continue
            now = self.current.get(label)
            if now is not None and found.pieces and now.key == found.key and not new:
                owner.count("ignore", found)  # printed again: on each row, or after a page break
                continue
            owner.labels.append(found)
            if label == "level1" and found.pieces and self._belated(found, by_name.get("level2"), r):
                self.current[label] = found
                continue
            new = True
            for right in LABELS[LABELS.index(label) :]:
                self.current.pop(right, None)
            if found.pieces:
                self.current[label] = found
        row.update(self.current)
        tasks = {n.removeprefix(TASK): c for n, c in by_name.items() if n.startswith(TASK)}
        if tasks:
            self._task(tasks, r)
            if self.task is not None:
                row["key_work"] = self.task
        own = [c for n, c in by_name.items() if n not in LABELS and not n.startswith(TASK) and c.row == r and c.pieces]
        unfilled = [c for c in own if is_placeholder(key_of(c.key))]
        if unfilled:
            for cell in unfilled:
                owner.count("ignore", cell)  # …… where a form may be filled further
            by_column = {k: c for k, c in by_column.items() if not any(c is o for o in unfilled)}
            own = [c for c in own if not any(c is o for o in unfilled)]
        if not own and not new:
            return
        self._values(by_column, row, r)

    def _task(self, cells: dict[str, Cell], r: int) -> None:
        """Keep the task whose cells stand beside this row; one that reaches down, or is printed again, goes on."""
        owner = self.owner
        name = cells.get("name")
        begins = name is not None and name.row == r and bool(name.pieces) and (self.task is None or name.key != self.task.key)
        own = [c for c in cells.values() if c.row == r and c.pieces]
        if not begins:
            for cell in own:
                said = self.task_cells.values()
                owner.count("ignore" if any(cell.key == c.key for c in said) else "leave", cell)
            return
        self.task = name
        self.task_cells = {what: cell for what, cell in cells.items() if cell.pieces}
        for cell in own:
            owner.count("record", cell)
        unit = next((unit_in(c.label) for c in self.columns if c.name == f"{TASK}amount"), "")
        owner.parts.tasks.append(TaskRow(self.task_cells, unit))

    def _values(self, by_column: dict[int, Cell], row: dict[str, Cell], r: int) -> None:
        owner = self.owner
        made = IndicatorRow(row, [])
        signs: dict[int, Cell | None] = {}
        units: dict[int, Cell | None] = {}
        for k, cell in sorted(by_column.items()):
            name = self.columns[k].name
            if name in ("comparator", "unit") and cell.pieces:
                said = cell.key not in (NO_COMPARATOR if name == "comparator" else _EMPTY)
                (signs if name == "comparator" else units)[k] = cell if said else None
                if not said and cell.row == r:
                    owner.count("ignore", cell)
        used: list[Cell] = []
        for k, cell in sorted(by_column.items()):
            column = self.columns[k]
            if column.name in (*LABELS, "comparator", "unit") or column.name.startswith(TASK) or not cell.pieces:
                continue
            if column.is_target and cell.key in _EMPTY[:1]:
                owner.count("ignore", cell)
                continue
            if not column.name:
                if cell.row == r:
                    owner.count("leave", cell)
                continue
            if cell.row == r:
                owner.count("record", cell)
            if column.is_target:
                period, measure = column.name.split()
                sign = _nearest(signs, k, before=True) if measure != "actual" else None
                unit = _nearest(units, k, before=False)
                measured = unit if key_of(cell.key)[-1:].isdigit() else None
                if unit is not None and measured is None and key_of(unit.key) in key_of(cell.key):
                    owner.count("ignore", unit)  # 2小时以内 beside 小时
                used += [c for c in (sign, measured) if c is not None]
                made.targets.append(TargetCells(period, measure, cell, sign, measured, column.label))
            elif column.name in ("note", "direction"):
                made.notes.append((column.label, cell))
            elif column.name == "personal":
                if cell.row == r:
                    owner.parts.fields.append(("personal", column.label, list(cell.pieces)))
            else:
                row[column.name] = cell
        for cell_ in (*signs.values(), *units.values()):
            if cell_ is not None and cell_.row == r:
                owner.count("record" if any(cell_ is u for u in used) else "leave", cell_)
        self.rows.append(made)

    def _owns(self, k: int) -> bool:
        """Tell whether a column is this grid's alone, and no label that stands left of all of them."""
        column = self.columns[k]
        return sum(any(c is column for c in group.columns) for group in self.owner.groups) == 1

    def _belated(self, label: Cell, level2: Cell | None, r: int) -> bool:
        """Give a level-1 label that a page break put below its first rows to those rows too.

        They are the rows above of the same level 2, those that have no level 1 at all, and those whose
        level 2 the vocabulary puts under this label and not under the one they got. Return whether
        the level 2 above goes on.
        """
        goes_on = (level2 is None or level2.row != r) and "level2" in self.current and len(self.rows) > self.begun
        own = self.family.pairs.get(key_of(label.key), frozenset())
        for row in reversed(self.rows[self.begun :]):
            before = row.cells.get("level1")
            second = row.cells.get("level2")
            same = goes_on and second is not None and second is self.current.get("level2")
            key = key_of(second.key) if second is not None else ""
            other = self.family.pairs.get(key_of(before.key), frozenset()) if before is not None else frozenset()
            if same and key in other and key not in own:
                return False  # 目标设定 is 决策's: 过程 below it begins without a level 2
            lacking = before is None and (goes_on or any(c.name == "key_work" for c in self.columns))
            if not (same or lacking or (key in own and key not in other)):
                break
            row.cells["level1"] = label
        return goes_on

    def _column(self, cell: Cell) -> int | None:
        best, found = 0, None
        for k, column in enumerate(self.columns):
            overlap = min(column.stop, cell.column + cell.columns) - max(column.start, cell.column)
            if overlap > best:
                best, found = overlap, k
        return found


def _nearest(cells: dict[int, Cell | None], k: int, *, before: bool) -> Cell | None:
    """Return the sign or unit of the value in column *k*: the nearest one before it, or behind it, else the nearest."""
    side = [c for c in cells if (c < k) == before]
    return cells[min(side or cells, key=lambda c: abs(c - k))] if cells else None


def _prints_once(header: Header, grid: Grid, start: int) -> bool:
    """Tell whether labels stand on the first of their rows only, with blank cells below instead of merged ones."""
    blank = False
    spans = [(c.start, c.stop) for c in header.columns if c.name in LABELS]
    for r in range(start, len(grid.rows)):
        cells = grid.rows[r].cells
        for begin, stop in spans:
            here = [c for c in cells if begin <= c.column < stop]
            if any(c.rows > 1 for c in here):
                return False
            blank = blank or any(not c.pieces for c in here)
    return blank

"""The header of a table of indicators: what each column holds, by its words, its place and its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import read_comparator
from jixiao.normalize.targets import read_target
from jixiao.normalize.units import is_unit
from jixiao.rules.families import Family, key_of

from ..document import Cell, Grid
from ..headings import split_money
from .words import (
    LEVELS,
    Meaning,
    bare,
    column,
    heading,
    looks_like_label,
    may_name_level,
    period_alone,
    period_of,
    says_year,
    task_column,
)
from .years import years_named

LABELS = ("level1", "level2", "key_work", "project")
TASK = "task_"
"""Columns of the task that the indicators beside it are of: task_name, task_content, task_amount, task_expected."""
NO_COMPARATOR = ("定性", "定量", "无", "/", "-", "—", "--")
_SAMPLES = 60
_SURE = 0.8
_ONCE = ("level1", "level2", "key_work", "project", "score")
_MARK = re.compile(r"\(?(?:\d{1,2}|[A-Z]|[甲乙丙丁]|[A-Z\d]{1,2}=[A-Z\d()+*/×÷%-]{1,20})\)?")
_LEAST_MARKS = 3


@dataclass(slots=True)
class Column:
    """Grid columns *start*–*stop* under one header; *name* is a name of `COLUMNS`, "period measure", or empty."""

    start: int
    stop: int
    name: str
    label: str
    sure: bool = True
    said: str = ""

    @property
    def is_target(self) -> bool:
        return " " in self.name


@dataclass(slots=True)
class Header:
    """A header of *depth* rows: its columns left to right, the *cells* it is printed in, the label left of it."""

    columns: list[Column]
    cells: list[Cell]
    depth: int = 1
    leads: list[Cell] = field(default_factory=list)
    unknown: list[Cell] = field(default_factory=list)
    first: Cell | None = None
    """The level-1 label that stands beside the header already, and goes on beside the rows below."""
    alike: list[str] = field(default_factory=list)
    """Headers of targets that say the same as one before them: their cells are left unread."""

    def groups(self) -> list[list[Column]]:
        """Return the columns of each grid that stands here side by side; labels to the left serve all."""
        groups: list[list[Column]] = [[]]
        for col in self.columns:
            now = groups[-1]
            done = any(c.is_target for c in now)
            if done and col.name in ("level2", "level3") and any(c.name == col.name for c in now):
                groups.append([])
            elif done and not col.name and any(not c.name and c.label == col.label for c in now):
                groups.append([])  # 内容, 指标值, 内容, 指标值: an unknown header printed again begins a grid too
            groups[-1].append(col)
        for group in groups[1:]:
            for col in reversed(groups[0]):
                left = LEVELS.index(col.name) if col.name in LEVELS else len(LEVELS)
                if left < 2 and not any(c.name == col.name for c in group):
                    group.insert(0, col)
        return groups


def find_header(grid: Grid, r: int, family: Family, *, dump: bool = False) -> Header | None:
    """Return the header that begins in row *r* of *grid*, or None.

    A header names a target and a level at least, or three columns and level 3 among them; it may have
    two rows, the upper naming what those below it have in common.
    """
    own = [c for c in grid.rows[r].cells if c.pieces]
    under = [c for c in grid.rows[r + 1].cells if c.pieces] if r + 1 < len(grid.rows) else []
    if not any(may_name_level(key_of(c.key), family) for c in (*own, *under)):
        return None  # most rows are none: they are not looked at further
    if all(len(c.key) > 40 for c in own):
        return None
    one = _header(own, [], family)
    if under and _stands_over(own, under, family):
        two = _header(own, under, family)
        if two is not None and (one is None or len(two.columns) > len(one.columns)):
            two.depth = 2
            one = two
        elif two is None and (three := _of_three_rows(own, under, grid, r, family)) is not None:
            one = three
    if one is not None:
        _divide_by_year(one, grid, r, family)
        _take_numbers(one, grid, r)
        _divide_wide(one, grid, r + one.depth)
        _divide_levels(one, grid, r + one.depth)
        _judge(one, grid, r + one.depth)
        _label_kinds(one, grid, r + one.depth, family)
        _label_lead(one, grid, r + one.depth, family)
        _name_years(one)
        _label_names(one, grid, r + one.depth, family)
        _place(one)
        _part_alike(one)
        _keep_words(one, grid, r + one.depth)
    return one


def _name_years(header: Header) -> None:
    """Let columns that name different years have periods of their own."""
    columns = [c for c in header.columns if c.is_target]
    for col, period in zip(columns, years_named([c.said + c.label for c in columns]), strict=True):
        if period and col.name.startswith("full_year "):
            col.name = f"{period} {col.name.split()[1]}"


def _part_alike(header: Header) -> None:
    """Let no two targets of a grid have one name: what comes second is left unread, and asked about.

    调整指标值 is a target of its own kind beside 年初指标值, and the only one where it stands alone. 标准值 is
    one only where no other target is.
    """
    for group in header.groups():
        names = {c.name for c in group}
        for col in group:
            period, _, what = col.name.partition(" ")
            if what == "adjusted_target" and f"{period} target" not in names:
                col.name = f"{period} target"
            elif what == "standard":
                col.name = "note" if any(name.endswith(" target") for name in names) else f"{period} target"
        seen: set[str] = set()
        for col in group:
            if col.is_target and col.name in seen:
                header.alike.append(col.label)
                col.name = ""
                header.unknown += [c for c in header.cells if c.column == col.start and c not in header.unknown]
            seen.add(col.name)


def _keep_words(header: Header, grid: Grid, start: int) -> None:
    """Let what stands under a header in no list be a note, named by its header, where it is words and no figures.

    Figures there may be a target of another kind: they are left unread, and so asked about.
    """
    if not any(c.name == "level3" for c in header.columns):
        return
    for col in header.columns:
        texts = _samples(grid, start, col)
        if col.name or not looks_like_label(col.label) or _figures(texts) or col.label in header.alike:
            continue
        col.name, col.sure = "note", not texts  # nothing is guessed of an empty column
        header.unknown[:] = [c for c in header.unknown if c.column != col.start]


def _figures(texts: Sequence[str]) -> bool:
    """Tell whether some of the cells under a header are figures: one in five at least."""
    return sum(read_target(t).kind in ("number", "range", "date") for t in texts) * 5 >= len(texts) > 0


def _take_numbers(header: Header, grid: Grid, r: int) -> None:
    """Take a row below the header that numbers the columns into it: 1 2 3 4, or A, B and C=B/A under some."""
    if r + header.depth >= len(grid.rows):
        return
    own = [c for c in grid.rows[r + header.depth].cells if c.pieces]
    if numbers_columns([key_of(c.key) for c in own]):
        header.cells += own
        header.depth += 1


def numbers_columns(keys: Sequence[str]) -> bool:
    """Tell whether *keys*, a row below headers, number or letter the columns and say nothing else.

    >>> numbers_columns(["1", "2", "3", "4=3/2"]), numbers_columns(["A", "B", "C=B/A"]), numbers_columns(["12", "3", "4"])
    (True, True, False)
    """
    if len(keys) < _LEAST_MARKS or not all(_MARK.fullmatch(key) for key in keys):
        return False
    marks = [key.strip("()").partition("=")[0] for key in keys]
    orders = ("".join(map(chr, range(65, 91))), "甲乙丙丁")
    first = next((order for order in orders if marks[0] in order), "")
    if first == orders[1]:
        marks = marks[sum(m in first for m in marks) :]
        first = orders[0] if marks and marks[0] in orders[0] else ""
    if first:
        return marks == list(first[first.index(marks[0]) :][: len(marks)])
    return marks == [str(n) for n in range(1, len(marks) + 1)]


def _label_kinds(header: Header, grid: Grid, start: int, family: Family) -> None:
    """Let 指标类别 be level 1 where kinds of indicators stand under it, 数量指标, and not words on their direction."""
    if any(c.name in ("level1", "level2") for c in header.columns):
        return
    levels = family.level1 | family.level2
    for col in header.columns:
        if col.name == "direction":
            texts = [bare(key_of(t)) for t in _samples(grid, start, col)]
            if texts and sum(t in levels for t in texts) * 2 >= len(texts):
                col.name = "level1"
                return


def _label_names(header: Header, grid: Grid, start: int, family: Family) -> None:
    """Let 指标名称 be a level above 指标内容 beside it where 数量指标 and other kinds of indicators stand under it."""
    for group in header.groups():
        thirds = [c for c in group if c.name == "level3"]
        free = [level for level in ("level1", "level2") if all(c.name != level for c in group)]
        for col in thirds[:-1]:
            texts = [bare(key_of(t)) for t in _samples(grid, start, col)]
            for level, known in (("level1", family.level1), ("level2", family.level2)):
                if level in free and texts and sum(t in known for t in texts) * 2 > len(texts):
                    col.name = level
                    free.remove(level)
                    break


def _label_lead(header: Header, grid: Grid, start: int, family: Family) -> None:
    """Let a column left of the known ones be level 1 where its cells are such labels, whatever stands over it.

    评价指标 or 指标 is printed there, or nothing of a header: the first label begins beside the header itself.
    """
    if any(c.name == "level1" for c in header.columns) or not header.leads:
        return
    lead = header.leads[0]
    col = Column(lead.column, lead.column + lead.columns, "level1", key_of(lead.key), sure=False)
    levels = family.level1 | family.level2
    if bare(key_of(lead.key)) in levels:
        header.first = lead
    else:
        texts = [bare(key_of(t)) for t in _samples(grid, start, col)]
        if not texts or sum(t in levels for t in texts) * 2 < len(texts):
            return
        header.cells.insert(0, lead)
    header.leads.remove(lead)
    header.columns.insert(0, col)


def _stands_over(own: Sequence[Cell], under: Sequence[Cell], family: Family) -> bool:
    """Tell whether a row is the upper half of a header: labels only, one of them over names of columns.

    It has columns of its own beside that one, or several such labels; else the row below is a header by
    itself and this one a section's.
    """
    over = [c for c in own if c.columns > 1 and c.rows == 1 and _names(_below(c, under), family)]
    if not over or not all(looks_like_label(key_of(c.key)) for c in own):
        return False
    return len(over) > 1 or any(c not in over and column(key_of(c.key), family) is not None for c in own)


def _is_level(cell: Cell, family: Family) -> bool:
    found = column(key_of(cell.key), family)
    return found is not None and found.name in LEVELS


def _below(over: Cell, under: Sequence[Cell]) -> list[Cell]:
    return [c for c in under if over.column <= c.column < over.column + over.columns]


def _names(cells: Sequence[Cell], family: Family) -> bool:
    """Tell whether *cells* are headers of indicators: two at least, one in the vocabulary, none a value."""
    known = [column(key_of(c.key), family) for c in cells]
    return len(cells) > 1 and sum(k is not None for k in known) > 1 and all(looks_like_label(key_of(c.key)) for c in cells)


def _header(own: Sequence[Cell], under: Sequence[Cell], family: Family) -> Header | None:
    columns: list[Column] = []
    cells: list[Cell] = []
    unknown: list[Cell] = []

    def add(cell: Cell, found: Meaning | None, said: str = "") -> None:
        key = key_of(cell.key)
        name = found.name if found is not None else ""
        columns.append(Column(cell.column, cell.column + cell.columns, name, key, bool(found and found.sure), said))
        cells.append(cell)
        if not name:
            unknown.append(cell)

    deep = max((c.rows for c in own[1:]), default=1)
    beside_rows = False
    for cell in own:
        key = key_of(cell.key)
        below = _below(cell, under) if cell.columns > 1 and cell.rows == 1 else []
        beside = cell is own[0] and not below and (cell.rows > deep or key in family.headings)
        if beside and not _is_level(cell, family):
            beside_rows = True
            add(cell, None)  # 年度绩效指标完成情况 goes on beside the rows: a heading, and no column
            continue
        if (below and _names(below, family)) or (below and all(column(key_of(c.key), family) is not None for c in below)):
            cells.append(cell)
            for lower in below:
                add(lower, column(key_of(lower.key), family, key), key)
        else:
            found = column(key, family) or column(split_money(key)[0], family)
            add(cell, found, key)
    if under and any(c not in cells for c in under):
        return None
    _name_alone(columns, unknown, family)
    _name_periods(columns, unknown, family)
    _name_tasks(columns[beside_rows:], unknown, family)
    return _made(columns, cells, unknown, family)


def _of_three_rows(
    own: Sequence[Cell], under: Sequence[Cell], grid: Grid, r: int, family: Family
) -> Header | None:
    """Return the header of three rows that begins in row *r*, or None: 2024年 over 绩效情况 over 目标值 and 完成值.

    All three are labels, and each cell of the third stands under a wider one; those above a column say its period.
    """
    third = [c for c in grid.rows[r + 2].cells if c.pieces] if r + 2 < len(grid.rows) else []
    cells = [*own, *under, *third]
    if not third or not all(looks_like_label(key_of(c.key)) for c in cells):
        return None

    def above(cell: Cell) -> list[Cell]:
        return [c for c in cells if c.row < cell.row and c.column <= cell.column < c.column + c.columns]

    if not all(any(c.row == r + 1 and c.rows == 1 and c.columns > low.columns for c in above(low)) for low in third):
        return None
    over = {id(c) for cell in cells for c in above(cell)}
    columns, unknown = [], []
    for cell in sorted((c for c in cells if id(c) not in over), key=lambda c: c.column):
        said = "".join(key_of(c.key) for c in above(cell))
        found = column(key_of(cell.key), family, said)
        columns.append(
            Column(
                cell.column, cell.column + cell.columns, found.name if found is not None else "", key_of(cell.key),
                bool(found and found.sure), said,
            )
        )
        if found is None:
            unknown.append(cell)
    made = _made(columns, cells, unknown, family)
    if made is not None:
        made.depth = 3
    return made


def _made(columns: list[Column], cells: list[Cell], unknown: list[Cell], family: Family) -> Header | None:
    """Return the header of these columns, or None where they do not name enough of a table of indicators."""
    named = [c for c in columns if c.name]
    sure = [c for c in named if c.sure]
    levels = [c for c in named if c.name in LEVELS]
    if any(not looks_like_label(key_of(c.key)) for c in unknown if c.rows == 1):
        return None
    if not levels or (not any(c.sure for c in levels) and len(sure) < 2):
        return None
    if len(named) < 3 or not any(c.name == "level3" and c.sure for c in levels):
        if not any(c.is_target for c in named) or len(named) < 2 or len(unknown) > len(named):
            return None
        if len(sure) < 2:
            return None
    first = min(c.start for c in named)
    leads = [c for c in cells if c in unknown and c.column < first]
    if leads:
        columns = [c for c in columns if c.start >= first]
        unknown = [c for c in unknown if c not in leads]
        cells = [c for c in cells if c not in leads]
    titled = [c for c in unknown if heading(key_of(c.key), family) is not None and c.column < first]
    columns.sort(key=lambda c: c.start)
    return Header(columns, cells, leads=[*leads, *titled], unknown=unknown)


def _name_alone(columns: Sequence[Column], unknown: list[Cell], family: Family) -> None:
    """Let 绩效指标 be level 3 where no header names a level."""
    alone = [c for c in columns if bare(c.label) in family.alone]
    if len(alone) == 1 and not any(c.name in LEVELS for c in columns):
        alone[0].name, alone[0].sure = "level3", True
        unknown[:] = [c for c in unknown if c.column != alone[0].start]


def _name_tasks(columns: Sequence[Column], unknown: list[Cell], family: Family) -> None:
    """Let what stands left of the levels be the task that the indicators are of: 职责活动, 年度预算数, 内容描述, 绩效目标."""
    first = min((c.start for c in columns if c.name in LEVELS), default=0)
    left = [(c, task_column(c.label, family)) for c in columns if c.start < first]
    said = [meaning for _, meaning in left if meaning]
    if any(c.name == "project" for c, _ in left) or said.count("name") != 1 or len(said) < 2 or len(set(said)) < len(said):
        return
    for col, meaning in left:
        if meaning:
            col.name = f"{TASK}{meaning}"
            unknown[:] = [c for c in unknown if c.column != col.start]


def _name_periods(columns: Sequence[Column], unknown: list[Cell], family: Family) -> None:
    """Let headers that are periods and nothing else be targets: 一季度, 二季度 … behind 全年指标值."""
    alone = [(c, period_alone(c.label, family)) for c in columns if not c.name]
    alone = [(c, period) for c, period in alone if period]
    if len(alone) < 2 or any(c.name.endswith(" actual") for c in columns):
        return
    for col, period in alone:
        col.name = f"{period} target"
    unknown[:] = [c for c in unknown if not any(c.column == col.start for col, _ in alone)]


def _divide_by_year(header: Header, grid: Grid, r: int, family: Family) -> None:
    """Divide a target's column under which further headers name its years: 前年, 上年 and 预期当年实现值 below 指标值.

    So are columns of notes: 确定能, 有可能 below 完成目标可能性.
    """
    while r + header.depth < len(grid.rows):
        own = [c for c in grid.rows[r + header.depth].cells if c.pieces]
        divided = [col for col in header.columns if col.is_target or col.name == "note"]
        over = [next((col for col in divided if _inside(c, col)), None) for c in own]
        parts = [_part(key_of(c.key), col, family) if col is not None else "" for c, col in zip(own, over, strict=True)]
        if len(own) < 2 or not all(parts):
            return
        for cell, col, name in zip(own, over, parts, strict=True):
            assert col is not None
            if col in header.columns:
                header.columns.remove(col)
            label = key_of(cell.key) if col.is_target else f"{col.label}（{key_of(cell.key)}）"
            said = col.said or col.label
            header.columns.append(Column(cell.column, cell.column + cell.columns, name, label, col.sure, said))
        header.columns.sort(key=lambda c: c.start)
        header.cells += own
        header.depth += 1


def _inside(cell: Cell, col: Column) -> bool:
    return col.start <= cell.column and cell.column + cell.columns <= col.stop and cell.columns < col.stop - col.start


def _part(key: str, over: Column, family: Family) -> str:
    """Return what a header below that of a target holds, or the empty text if it is none."""
    if not over.is_target:
        return "note" if looks_like_label(key) else ""
    found = column(key, family, over.label)
    if found is not None and " " in found.name:
        return found.name
    period = period_of(key, family)
    named = years_named([key, ""])[0] if len(key) <= 8 else ""
    return f"{period} {over.name.split()[1]}" if period != "full_year" or named or (says_year(key) and len(key) <= 4) else ""


def _divide_wide(header: Header, grid: Grid, start: int) -> None:
    """Divide a target's column whose cells below stand in two or three columns: sign, figure and unit under one header."""
    for at, col in enumerate(header.columns):
        if not col.is_target or col.stop - col.start < 2:
            continue
        starts = _starts(col, grid, start)
        if not 1 < len(starts) <= 3:
            continue
        parts = [
            Column(a, z, "", col.label, col.sure, col.said)
            for a, z in zip(starts, [*starts[1:], col.stop], strict=True)
        ]
        texts = {id(part): _samples(grid, start, part) for part in parts}
        figures = [sum(any(ch.isdigit() for ch in t) for t in texts[id(p)]) for p in parts]
        value = parts[figures.index(max(figures))]
        for part in parts:
            said = texts[id(part)]
            signs = sum(bool(read_comparator(t)) or t in NO_COMPARATOR for t in said)
            if part is value:
                part.name = col.name
            elif said and signs * 10 >= len(said) * 8 and part.start < value.start:
                part.name = "comparator"
            elif said and part.start > value.start and sum(is_unit(fold_width(t)) for t in said) * 10 >= len(said) * 8:
                part.name = "unit"
        if all(part.name for part in parts):
            header.columns[at : at + 1] = parts
            return


def _starts(col: Column, grid: Grid, start: int) -> list[int]:
    """Return the columns in which the cells below a wide header begin, the header's own among them."""
    inside = [
        c
        for row in grid.rows[start : start + _SAMPLES]
        for c in row.cells
        if col.start <= c.column and c.column + c.columns <= col.stop and c.columns < col.stop - col.start
    ]
    return sorted({c.column for c in inside if c.pieces} | ({col.start} if inside else set()))


def _divide_levels(header: Header, grid: Grid, start: int) -> None:
    """Divide a level's column whose cells below stand in several: 指标类型 over 投入 and 预算管理, 绩效指标 over all three."""
    taken = [c.name for c in header.columns if c.name in LEVELS]
    for at, col in enumerate(header.columns):
        if col.name not in ("level1", "level3"):
            continue
        free = [level for level in LEVELS if level not in taken or level == col.name]
        starts = _starts(col, grid, start)
        names = free[: len(starts)] if col.name == "level1" else free[-len(starts) :]
        if len(starts) < 2 or len(names) < len(starts) or col.name not in names:
            continue
        stops = [*starts[1:], col.stop]
        header.columns[at : at + 1] = [
            Column(a, z, name, col.label, col.sure, col.said) for a, z, name in zip(starts, stops, names, strict=True)
        ]
        return


def _judge(header: Header, grid: Grid, start: int) -> None:
    """Let the cells below say what a column holds whose header does not: signs, units, or words on the direction."""
    for col in header.columns:
        if col.name not in ("comparator", "direction", "unit", "", "level3") or (col.name == "unit" and col.sure):
            continue
        texts = _samples(grid, start, col)
        if not texts:
            continue
        signs = sum(bool(read_comparator(t)) for t in texts)
        other = sum(t in NO_COMPARATOR for t in texts)
        if col.name == "unit" and sum(is_unit(fold_width(t)) or t in NO_COMPARATOR for t in texts) * 10 < len(texts) * 6:
            col.name = "note" if looks_like_label(col.label) else ""  # 责任单位: offices, and no units of measure
            continue
        if col.name == "comparator" and (signs + other) * 10 < len(texts) * 6:
            col.name = "direction"
        elif col.name == "comparator" and not signs and any(c is not col and c.name == "comparator" for c in header.columns):
            col.name = "direction"  # 定量, 定性 beside a column of signs
        elif col.name in ("direction", "") and signs and (signs + other) * 10 >= len(texts) * 8:
            col.name = "comparator"
        elif col.name == "" and sum(is_unit(fold_width(t)) for t in texts) * 10 >= len(texts) * 8 and not signs:
            col.name = "unit"
        if col.name and not col.sure:
            continue
    for cell in list(header.unknown):
        if any(c.name and c.start == cell.column for c in header.columns):
            header.unknown.remove(cell)


def _weigh_levels(group: Sequence[Column]) -> None:
    """Of several columns of weights the last is the indicator's; those before it are their levels' and go into the note."""
    for col in [c for c in group if c.name == "weight"][:-1]:
        of = next((c.label for c in reversed(group) if c.start < col.start and c.name in LEVELS), "")
        col.name, col.label = "note", of + col.label


def _name_once(group: Sequence[Column]) -> None:
    """Of two columns that would be one the better stays, and the other is a note: 指标类型 behind 一级指标, two 得分.

    What says 一级 itself is the level, else what stands left; of two scores the one whose header ends so, else the last.
    """
    for name in _ONCE:
        same = [c for c in group if c.name == name]
        if len(same) < 2:
            continue
        if name == "score":
            better = [c for c in same if c.sure] or [c for c in same if bare(c.label)[-1:] == "分"] or same
            keep = better[-1]
        else:
            keep = next((c for c in same if c.label[:1] in "一二"), same[0])
        for col in same:
            if col is not keep:
                col.name = "note"


def _samples(grid: Grid, start: int, col: Column) -> list[str]:
    """Return what the cells below a header say, without those that a recogniser is not sure of."""
    out: list[str] = []
    for row in grid.rows[start : start + _SAMPLES]:
        for cell in row.cells:
            within = cell.column == col.start and cell.column + cell.columns <= col.stop
            if within and cell.pieces and all(piece.confidence >= _SURE for piece in cell.pieces):
                out.append("".join(cell.key.split()))
    return out


def _place(header: Header) -> None:
    """Settle which column is level 3, from left to right, where several or none are called so."""
    for group in header.groups():
        targets = [c for c in group if c.is_target]
        first = targets[0].start if targets else 10_000
        names = {c.name for c in group}
        thirds = [c for c in group if c.name == "level3"]
        _weigh_levels(group)
        _name_once(group)
        if not thirds:
            notes = [c for c in group if c.name in ("note", "") and c.start < first]
            if notes:
                notes[-1].name = "level3"
                header.unknown[:] = [c for c in header.unknown if c.column != notes[-1].start]
            elif "level2" in names and targets:
                pass
            continue
        if len(thirds) > 1:
            exact = next((c for c in thirds if "三级" in c.label), None)
            named = next((c for c in thirds if "名称" in c.label), None)
            chosen = exact or named or [c for c in thirds if c.start < first][-1:] or thirds[-1:]
            keep = chosen if isinstance(chosen, Column) else chosen[0]
            missing = [level for level in ("level1", "level2") if level not in names]
            for col in thirds:
                if col is keep:
                    continue
                if col.start < keep.start and missing:
                    col.name = missing.pop(0)
                else:
                    col.name = "note"

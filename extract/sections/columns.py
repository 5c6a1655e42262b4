"""The header of a table of indicators: where it begins, and what each column holds by its words and place."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import GOALS, Family, key_of

from ..document import Cell, Grid
from ..headings import split_money
from .beneath import divide_levels, divide_wide, judge, keep_words, label_kinds, label_lead, label_names
from .header import TASK, Column, Header, numbers_columns
from .words import (
    LEVELS,
    Meaning,
    bare,
    column,
    heading,
    label,
    looks_like_label,
    may_name_level,
    period_alone,
    period_of,
    says_year,
    task_column,
)
from .years import years_named

_ONCE = ("level1", "level2", "key_work", "project", "score")


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
    if under and _stands_over(own, under, family) and not _are_goals(own, grid, r, family):
        two = _header(own, under, family)
        if two is not None and (one is None or len(two.columns) > len(one.columns)):
            two.depth = 2
            one = two
        elif two is None and (three := _of_three_rows(own, under, grid, r, family)) is not None:
            one = three
    if one is not None:
        _divide_by_year(one, grid, r, family)
        _take_numbers(one, grid, r)
        divide_wide(one, grid, r + one.depth)
        divide_levels(one, grid, r + one.depth)
        judge(one, grid, r + one.depth)
        label_kinds(one, grid, r + one.depth, family)
        label_lead(one, grid, r + one.depth, family)
        _name_years(one)
        label_names(one, grid, r + one.depth, family)
        _place(one)
        _part_alike(one)
        keep_words(one, grid, r + one.depth)
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


def _take_numbers(header: Header, grid: Grid, r: int) -> None:
    """Take a row below the header that numbers the columns into it: 1 2 3 4, or A, B and C=B/A under some."""
    if r + header.depth >= len(grid.rows):
        return
    own = [c for c in grid.rows[r + header.depth].cells if c.pieces]
    if numbers_columns([key_of(c.key) for c in own]):
        header.cells += own
        header.depth += 1


def _stands_over(own: Sequence[Cell], under: Sequence[Cell], family: Family) -> bool:
    """Tell whether a row is the upper half of a header: labels only, one of them over names of columns.

    It has columns of its own beside that one, or several such labels; else the row below is a header by
    itself and this one a section's.
    """
    over = [c for c in own if c.columns > 1 and c.rows == 1 and _names(_below(c, under), family)]
    if not over or not all(looks_like_label(key_of(c.key)) for c in own):
        return False
    return len(over) > 1 or any(c not in over and column(key_of(c.key), family) is not None for c in own)


def _are_goals(own: Sequence[Cell], grid: Grid, r: int, family: Family) -> bool:
    """Tell whether a row is the goals' texts, each under a heading of its own, and so nothing over the columns below."""
    above = {(c.column, c.columns): c for c in grid.rows[r - 1].cells} if r else {}
    named = [heading(key_of(above[at].key), family) for c in own if (at := (c.column, c.columns)) in above]
    return len(named) == len(own) and all(found is not None and found.name in GOALS for found in named)


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
    owned = any(found is not None and found.name in ("department", "project") for c, _ in left if (found := label(c.label, family)))
    if owned or any(c.name == "project" for c, _ in left) or said.count("name") != 1 or len(said) < 2 or len(set(said)) < len(said):
        return
    for col, meaning in left:
        if meaning:
            col.name, col.sure = f"{TASK}{meaning}", bool(task_column(col.label, family, guess=False))
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


def _weigh_levels(group: Sequence[Column]) -> None:
    """Of several columns of weights the last is the indicator's; those before it are their levels' and go into the note.

    So is the last where level 3 stands behind it and another level before it.
    """
    weights = [c for c in group if c.name == "weight"]
    third = next((c.start for c in group if c.name == "level3"), 0)
    if len(weights) > 1 and weights[-1].start > third:
        weights.pop()
    for col in weights if len(weights) > 1 or weights != [c for c in group if c.name == "weight"] else ():
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

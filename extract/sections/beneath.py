"""What the cells below a header say of its columns: what a header without a word, or with one too few, holds."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import read_comparator
from jixiao.normalize.targets import read_target
from jixiao.normalize.units import is_unit
from jixiao.rules.families import Family, key_of

from ..document import Grid
from .header import NO_COMPARATOR, Column, Header
from .words import LEVELS, bare, looks_like_label

_SAMPLES = 60
_SURE = 0.8


def label_kinds(header: Header, grid: Grid, start: int, family: Family) -> None:
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


def label_names(header: Header, grid: Grid, start: int, family: Family) -> None:
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


def label_lead(header: Header, grid: Grid, start: int, family: Family) -> None:
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


def divide_wide(header: Header, grid: Grid, start: int) -> None:
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


def divide_levels(header: Header, grid: Grid, start: int) -> None:
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


def judge(header: Header, grid: Grid, start: int) -> None:
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


def keep_words(header: Header, grid: Grid, start: int) -> None:
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


def _starts(col: Column, grid: Grid, start: int) -> list[int]:
    """Return the columns in which the cells below a wide header begin, the header's own among them."""
    inside = [
        c
        for row in grid.rows[start : start + _SAMPLES]
        for c in row.cells
        if col.start <= c.column and c.column + c.columns <= col.stop and c.columns < col.stop - col.start
    ]
    return sorted({c.column for c in inside if c.pieces} | ({col.start} if inside else set()))


def _samples(grid: Grid, start: int, col: Column) -> list[str]:
    """Return what the cells below a header say, without those that a recogniser is not sure of."""
    out: list[str] = []
    for row in grid.rows[start : start + _SAMPLES]:
        for cell in row.cells:
            within = cell.column == col.start and cell.column + cell.columns <= col.stop
            if within and cell.pieces and all(piece.confidence >= _SURE for piece in cell.pieces):
                out.append("".join(cell.key.split()))
    return out

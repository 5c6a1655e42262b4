"""Cells that hold what others have in two or more: 产出指标 数量指标 培训人数 ≥50人, 培训人数≥50人, 二级指标 三级指标.

The grid is handed on with such a column divided, before anything is understood of it. Cut is only where a level's
own word ends, at white space, or before a comparator: what cannot be cut so stays whole, as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jixiao.normalize.targets import looks_like_target, read_target
from jixiao.rules.families import Family, key_of

from .document import Cell, Grid, Piece, Row
from .sections.columns import find_header
from .sections.header import Header
from .sections.stated import cut
from .sections.words import bare, column, heading

DIVIDED = "cell_divided"
_TOKEN = re.compile(r"\S+")
_SIGN = re.compile("[≥≤＝=＞>＜<≧≦﹦⩾⩽]")
_PERCENT = re.compile(r"(?<=[㐀-鿿)）])\d{1,3}(?:\.\d{1,4})?[%％]$")
_OPEN = "达增减降升长高低过于至到约占超近"
"""A name does not end so before a figure: 合格率达95% is not cut."""
_JOINTS = re.compile("[及和与、/]")
_FIGURE = 0.9
_NEXT_LEVEL = re.compile("(?<=指标)(?=[一二三]级指标)")
_LONGEST = 200
_LEAST_ROWS = 2
_NAMES = {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "target": "指标值"}


@dataclass(frozen=True, slots=True)
class _Plan:
    """The column *at* of a grid is to be divided into *names*, from row *start* on; *header* rows stand above."""

    at: int
    names: tuple[str, ...]
    start: int
    header: int


def unglued(grid: Grid, family: Family) -> Grid:
    """Return *grid* with the columns divided whose cells hold several of level, name and value; else itself."""
    for r, row in enumerate(grid.rows):
        filled = [c for c in row.cells if c.pieces]
        if not filled:
            continue
        header = find_header(grid, r, family)
        if header is not None and any(c.name == "level3" and bare(c.label) in family.alone for c in header.columns):
            header = None  # 绩效指标 over cells that hold all their levels
        plan = _of_header(grid, r, header, family) if header is not None else _without_header(grid, r, filled, family)
        if plan is not None:
            return _divided(grid, plan, family)
        if header is not None:
            return grid
    return grid


# --- what is to be divided ------------------------------------------------------------------------------------


def _of_header(grid: Grid, r: int, header: Header, family: Family) -> _Plan | None:
    start = r + header.depth
    for cell in grid.rows[r].cells:
        names = _names_in(cell, family)
        if len(names) > 1:
            return _Plan(cell.column, names, start, r)
    if any(c.is_target for c in header.columns):
        return None
    third = next((c for c in header.columns if c.name == "level3" and c.stop - c.start == 1), None)
    if third is None or not any(split_value(c) for c in _below(grid, start, third.start)):
        return None
    return _Plan(third.start, ("level3", "target"), start, r)


def _names_in(cell: Cell, family: Family) -> tuple[str, ...]:
    """Return the columns that one header names: 二级指标 三级指标, 三级指标及指标值; empty where it names only one."""
    text = _NEXT_LEVEL.sub(" ", " ".join(p.text for p in cell.pieces))
    tokens = [t for part in text.split() for t in _JOINTS.split(part) if t] if len(text) <= 40 else []
    if len(tokens) < 2 or key_of(cell.key) in family.columns or key_of(cell.key) in family.targets:
        return ()
    found = [column(key_of(token), family) for token in tokens]
    names = [f.name if f is not None and f.sure else "" for f in found]
    names = ["target" if name == "full_year target" else name for name in names]
    wanted = [name for name in ("level1", "level2", "level3", "target") if name in names]
    return tuple(names) if names == wanted and ("level3" in names or names == ["level1", "level2"]) else ()


def _without_header(grid: Grid, r: int, filled: Sequence[Cell], family: Family) -> _Plan | None:
    """Plan for rows of one glued cell each, beside a heading or a value: levels, name, and the value if it is in it."""
    glued = next((c for c in filled if c.columns == 1 and _is_glued(c, family)), None)
    if glued is None or len(filled) > 3 or glued.row != r:
        return None
    rows = [c for c in _below(grid, r, glued.column) if _is_glued(c, family)]
    if len(rows) < _LEAST_ROWS:
        return None
    words = [_tokens(c, family) for c in rows]
    names = ["level1"] if any(bare(key_of(w[0][2])) in family.level1 for w in words) else []
    names += ["level2"] if any(_levels(w, family) > (1 if names else 0) for w in words) else []
    names.append("level3")
    if sum(split_value(c) is not None for c in rows) * 2 > len(rows):
        names.append("target")
    elif not any(c.column > glued.column for c in filled):
        return None
    above = grid.rows[r - 1].cells if r else ()
    over = next((c for c in above if c.column == glued.column and c.columns == 1 and c.pieces), None)
    named = over is not None and heading(key_of(over.key), family) is not None
    return _Plan(glued.column, tuple(names), r, r - 1 if named else -1)


def _is_glued(cell: Cell, family: Family) -> bool:
    if sum(len(p.text) for p in cell.pieces) > _LONGEST:
        return False  # a paragraph
    tokens = _tokens(cell, family)
    return _levels(tokens, family) > 0 and (len(tokens) > 2 or (len(tokens) == 2 and split_value(cell) is not None))


def _below(grid: Grid, start: int, at: int) -> Iterator[Cell]:
    for row in grid.rows[start:]:
        yield from (c for c in row.cells if c.column == at and c.columns == 1 and c.pieces)


def _tokens(cell: Cell, family: Family | None = None) -> list[tuple[int, int, str]]:
    """Return the words of a cell with their bounds in its joined text; a line's end parts words too.

    With *family* what begins with levels' words is parted behind each: a PDF's text may have lost its spaces.
    """
    out: list[tuple[int, int, str]] = []
    at = 0
    for piece in cell.pieces:
        for m in _TOKEN.finditer(piece.text):
            start, stop = at + m.start(), at + m.end()
            while family is not None and len(out) < 2:
                word = _level_at(m[0][start - at - m.start() :], family)
                if not 0 < len(word) < stop - start:
                    break
                out.append((start, start + len(word), word))
                start += len(word)
            out.append((start, stop, m[0][start - at - m.start() :]))
        at += len(piece.text)
    return out


def _level_at(text: str, family: Family) -> str:
    """Return the level's word, one in 指标, that *text* begins with."""
    stop = text[:14].find("指标") + 2
    return text[:stop] if stop > 2 and key_of(text[:stop]) in (family.level1 | family.level2) else ""


def _levels(tokens: Sequence[tuple[int, int, str]], family: Family) -> int:
    """Return how many words at the start are levels: none, one, or level 1 and level 2."""
    keys = [bare(key_of(t[2])) for t in tokens[:2]]
    if not keys or keys[0] not in (family.level1 | family.level2):
        return 0
    return 2 if len(keys) > 1 and keys[0] in family.level1 and keys[1] in family.level2 else 1


def split_value(cell: Cell) -> int | None:
    """Return where in a cell's joined text a value begins that ends it, behind a name; None where none surely does.

    >>> from .document import piece_of
    >>> [split_value(Cell((piece_of(t, 1, 1),), 0, 0)) for t in ("救助人数≥500人", "合格率 95%以上", "准确率100%", "合格率达95%")]
    [4, 4, 3, None]
    """
    text = "".join(p.text for p in cell.pieces)
    if len(text) > _LONGEST:
        return None
    found = _SIGN.search(text, 1)
    if found is not None and read_target(text[found.start() :]).kind in ("number", "range", "date"):
        return found.start()
    tokens = _tokens(cell)
    if len(tokens) > 1 and looks_like_target(tokens[-1][2]) >= _FIGURE:
        return tokens[-1][0]
    percent = _PERCENT.search(text)
    return percent.start() if percent is not None and text[percent.start() - 1] not in _OPEN else None


# --- dividing -------------------------------------------------------------------------------------------------


def _divided(grid: Grid, plan: _Plan, family: Family) -> Grid:
    more = len(plan.names) - 1
    virtual = plan.header < 0
    rows: list[list[Cell]] = []
    for r, row in enumerate(grid.rows):
        out: list[Cell] = []
        for cell in row.cells:
            if cell.column > plan.at:
                out.append(replace(cell, column=cell.column + more))
            elif cell.column + cell.columns <= plan.at:
                out.append(cell)
            elif r == plan.header and cell.columns == 1:
                out += _headers(cell, plan)
            elif r >= plan.start and cell.column == plan.at and cell.columns == 1:
                out += _parts(cell, plan, family)
            else:
                out.append(replace(cell, columns=cell.columns + more))
        rows.append(out)
    if virtual:
        rows = _with_header(rows, plan)
    return Grid(tuple(Row(tuple(row)) for row in rows), grid.columns + more)


def _with_header(rows: Sequence[Sequence[Cell]], plan: _Plan) -> list[list[Cell]]:
    """Return *rows* with a header above the first glued one: it prints nothing, and names the columns."""
    at = next((c for c in rows[plan.start] if c.column == plan.at and c.pieces), rows[plan.start][0])
    first = replace(at, pieces=tuple(replace(p, text="", raw="", steps=()) for p in at.pieces[:1]), rows=1)
    return with_header(rows, plan.start, _headers(first, plan))


def with_header(rows: Sequence[Sequence[Cell]], start: int, headers: Sequence[Cell]) -> list[list[Cell]]:
    """Return *rows* with *headers*, which print nothing, as a row above row *start*; what spans it grows."""
    at = headers[0].column
    lead = [c for c in rows[start] if c.column < at]
    fresh = [replace(c, rows=c.rows + 1) if c.rows > 1 else c for c in lead]
    spans = all(c.rows > 1 for c in lead)
    header = [*(fresh if spans else []), *headers]
    out: list[list[Cell]] = []
    for r, row in enumerate(rows):
        if r == start:
            out.append(header)
        kept = [c for c in row if not (r == start and spans and c in lead)]
        out.append([replace(c, row=c.row + 1) if r >= start else _taller(c, start) for c in kept])
    return out


def _taller(cell: Cell, row: int) -> Cell:
    return replace(cell, rows=cell.rows + 1) if cell.row < row < cell.row + cell.rows else cell


def _headers(cell: Cell, plan: _Plan) -> list[Cell]:
    """Return a header cell for each part; what was printed stands in the first, the others print nothing."""
    printed = "".join(p.raw for p in cell.pieces)
    cells = (header_of(cell, name, "" if n else printed) for n, name in enumerate(plan.names))
    return [replace(made, column=cell.column + n) for n, made in enumerate(cells)]


def header_of(cell: Cell, name: str, raw: str = "") -> Cell:
    """Return the header that names a column of *cell* as level1, level2, level3 or target; *raw* is what is printed."""
    lead = cell.pieces[0]
    return replace(cell, pieces=(Piece(_NAMES[name], raw, lead.page, lead.line, lead.column, lead.box),), rows=1)


def _parts(cell: Cell, plan: _Plan, family: Family) -> list[Cell]:
    tokens = _tokens(cell, family)
    stop = len("".join(p.text for p in cell.pieces))
    bounds: dict[str, tuple[int, int]] = {}
    start = 0
    for token in tokens[: _levels(tokens, family)]:
        key = bare(key_of(token[2]))
        name = "level1" if key in family.level1 and "level1" in plan.names and "level1" not in bounds else "level2"
        if name in plan.names and name not in bounds and len(tokens) > 1:
            bounds[name] = (start, token[1])
            start = token[1]
    if "target" in plan.names:
        value = split_value(cell)
        if value is not None and value > start:
            bounds["target"] = (value, stop)
            stop = value
    rest = "level3" if "level3" in plan.names else plan.names[-1]
    if rest not in bounds:
        bounds[rest] = (start, stop)
    out = []
    for n, name in enumerate(plan.names):
        low, high = bounds.get(name, (0, 0))
        pieces = tuple(_step(p) for p in cut(cell.pieces, low, high) if p.text.strip())
        out.append(replace(cell, pieces=pieces, column=cell.column + n))
    return out


def _step(piece: Piece) -> Piece:
    text = piece.text.strip().strip("：: ")
    return replace(piece, text=text, steps=(*piece.steps, DIVIDED))

"""Markdown pipe tables → loose lines and grids.

A table is a run of lines with pipes, one of them the rule (``|---|---|``). A row with fewer cells than the
table goes on under labels that were printed above: its cells are the last ones. A row broken in two by a
newline is put together again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jixiao.extract.document import Block, Piece, piece_of
from jixiao.extract.dump.text import decode, read_text
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.normalize.targets import read_target

from .tables import Slot, blocks_of

MAX_PLACES = 2_000
"""More cells in a row are no table of a form."""
_HEAD = 262_144
_RULE = re.compile(r"\s{0,3}\|?(?:\s{0,20}:?-{2,400}:?\s{0,20}\|){1,100}(?:\s{0,20}:?-{2,400}:?)?\s{0,20}")
_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_LEAD = re.compile(r"\s{0,3}(?:#{1,6}\s+|>\s)")
"""Signs of a heading or a quotation. Only outside tables: in a cell > is a comparator."""
_BOLD = re.compile(r"\*\*([^*]{1,400})\*\*")
_ESCAPE = re.compile(r"\\([\\|*_`#>~\[\](){}.!+-])")
_PIPE = re.compile(r"(?<!\\)\|")


def is_markdown(data: bytes) -> bool:
    """Tell whether a text is Markdown with pipe tables: a rule under a row of as many cells, and rows below it.

    Strict, since text dumps may hold pipes and dashes: at least half of the lines must be rows of tables,
    and every rule must fit the row above it.
    """
    if b"|" not in data[:_HEAD] or b"--" not in data[:_HEAD] or data[:5] == b"%PDF-":
        return False
    try:
        text, _ = decode(data[:_HEAD])
    except DocumentError:
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    rules = [i for i, line in enumerate(lines) if _is_rule(line)]
    if not rules or not all(0 < i < len(lines) - 1 and _fits(lines[i - 1], lines[i]) for i in rules):
        return False
    piped = sum(1 for line in lines if _PIPE.search(line))
    return piped * 2 >= len(lines) and piped >= 3


def read_markdown(data: bytes) -> Gridded:
    """Return a Markdown text as one document; a piece's line is the line of the text."""
    text = read_text(data)
    blocks: list[Block] = []
    table: list[Piece] = []
    lines = text.lines
    for i, line in enumerate(lines):
        if _PIPE.search(line.raw) or (table and _goes_on(table[-1], line)):
            if table and _begins_table(lines, i):
                blocks += _table(table)
                table = []
            table.append(line)
            continue
        blocks += _table(table)
        table = []
        blocks += _pieces(_LEAD.sub("", line.raw, count=1) if _LEAD.match(line.raw) else line.raw, line, 0)
    blocks += _table(table)
    return Gridded("md", text.pages, tuple(blocks))


def _is_rule(line: str) -> bool:
    return len(line) <= 8_000 and _RULE.fullmatch(line.rstrip()) is not None


def _begins_table(lines: Sequence[Piece], i: int) -> bool:
    """Tell whether line *i* is the first row of a table: a rule stands below it, or a blank line above."""
    rule = i + 1 < len(lines) and _is_rule(lines[i + 1].raw)
    return (rule and not _is_rule(lines[i].raw)) or lines[i].line > lines[i - 1].line + 1


def _fits(above: str, rule: str) -> bool:
    return len(_cells(above)) <= len(_cells(rule)) and _PIPE.search(above) is not None


def _goes_on(row: Piece, line: Piece) -> bool:
    """Tell whether *line* is the rest of a row that a newline broke: the row began with a pipe and did not end so."""
    begun = row.raw.strip()
    return (
        line.line == row.line + 1
        and begun.startswith("|")
        and not begun.endswith("|")
        and line.raw.rstrip().endswith("|")
    )


def _table(lines: Sequence[Piece]) -> list[Block]:
    """Return one table's lines as blocks."""
    rows = _rows(lines)
    if not rows:
        return []
    width = max(len(cells) for cells in rows)
    if width > MAX_PLACES:
        raise DocumentError("too_large", f"第 {lines[0].line} 行有 {width} 格，上限为 {MAX_PLACES} 格", "请核对文件来源")
    slots: list[Slot] = []
    headed = False
    for number, cells in enumerate(rows):
        lack = width - len(cells)
        headed = headed or (not lack and sum("指标" in text for text, _ in cells) >= 2)
        # A row goes on under its labels; without a figure at its end it is a row of its own, cut short.
        start = lack if lack and headed and read_target(cells[-1][0]).kind != "text" else 0
        for column, (text, piece) in enumerate(cells):
            pieces = _pieces(text, piece, start + column + 1)
            last = column == len(cells) - 1
            wide = lack + 1 if last and not start and len(cells) <= 2 else 1
            slots.append(Slot(number, start + column, 1, wide, tuple(pieces)))
    return blocks_of(slots, f"第 {lines[0].line} 行起的表格")


def _rows(lines: Sequence[Piece]) -> list[list[tuple[str, Piece]]]:
    """Return the rows as cells, each with the line it stands on; the rule is left out."""
    rows: list[list[tuple[str, Piece]]] = []
    broken = False
    for line in lines:
        if _is_rule(line.raw):
            continue
        cells = [(text, line) for text in _cells(line.raw)]
        if broken and cells:
            text, piece = rows[-1][-1]
            rows[-1][-1] = (text + cells[0][0], piece)
            rows[-1] += cells[1:]
        else:
            rows.append(cells)
        stripped = line.raw.strip()
        broken = (stripped.startswith("|") or broken) and not stripped.endswith("|")
    return rows


def _cells(line: str) -> list[str]:
    """Return the cells of a row; pipes at its ends are its borders."""
    body = line.strip()
    if body.startswith("|"):
        body = body[1:]
    if body.endswith("|") and not body.endswith("\\|"):
        body = body[:-1]
    return [cell.strip() for cell in _PIPE.split(body)]


def _pieces(text: str, line: Piece, column: int) -> list[Piece]:
    """Return a cell's text without Markdown's marks, a piece for each ``<br>``."""
    found = []
    for part in _BREAK.split(text):
        shown = _ESCAPE.sub(r"\1", _BOLD.sub(r"\1", part))
        if shown.strip():
            found.append(piece_of(shown, line.page, line.line, column))
    return found

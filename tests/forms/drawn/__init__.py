"""Forms drawn by hand as text, one cell after another, and printed as workbook, Word file, PDF or dump.

    form = draw_form('''
    2024年度项目支出绩效目标表
    | 项目名称 | 河道清淤 | ← | ← |
    | 绩效指标 | 一级指标 | 三级指标 | 指标值 |
    | ↑        | 产出指标 | 清淤长度 | ≥12公里 |
    ''')

Lines with bars are rows of a table, `←` and `↑` are covered by the cell to the left or above, `\\n` in a cell
parts its printed lines. Other lines stand outside tables; a blank line between rows parts two tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tests.forms.kin.draw import PRINTERS
from tests.forms.kin.paper import LEFT, RIGHT, Kin
from tests.forms.layout import Block, Cell

COVERED_LEFT, COVERED_ABOVE = "←", "↑"


def draw_form(text: str, seed: int = 1) -> Kin:
    """Return the form that *text* draws; lines below the first table cannot be drawn, put them into its cells."""
    lines = [line.strip() for line in text.strip().splitlines()]
    head: list[str] = []
    blocks: list[Block] = []
    for is_row, group in groupby(lines, key=lambda line: line.startswith("|")):
        if is_row:
            blocks.append(_block([[cell.strip() for cell in line.strip("|").split("|")] for line in group]))
        else:
            assert not blocks or not any(group), "text between tables"
            head += [line for line in group if line]
    if not blocks:
        head = [line for line in lines if line]
    return Kin("drawn", seed, head, blocks, {})


def _block(rows: Sequence[Sequence[str]]) -> Block:
    width = max(map(len, rows))
    cells = []
    for r, row in enumerate(rows):
        assert len(row) == width, (len(row), width, row)
        for c, text in enumerate(row):
            if text in (COVERED_LEFT, COVERED_ABOVE):
                continue
            across = next((k for k in range(c + 1, width) if row[k] != COVERED_LEFT), width) - c
            down = next((k for k in range(r + 1, len(rows)) if rows[k][c] != COVERED_ABOVE), len(rows)) - r
            cells.append(Cell(r, c, text.replace("\\n", "\n"), down, across))
    edges = [LEFT + (RIGHT - LEFT) * k / width for k in range(width + 1)]
    return Block(edges, cells, len(rows))


def printed(form: Kin, media: str) -> bytes:
    """Return the form as *media*: xlsx, docx, pdf or text."""
    return PRINTERS[media](form)


MEDIA = ("xlsx", "docx", "pdf")

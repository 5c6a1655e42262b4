"""An invented form of another family as PDF, as a text dump, or as the grid a reader would give."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from jixiao.extract.document import Cell, Grid, Piece, Row, piece_of
from jixiao.extract.gridded import Gridded

from tests.forms.dump import DUMPERS, dump
from tests.forms.layout import Block
from tests.forms.looks import look_for
from tests.forms.print_docx import print_docx
from tests.forms.print_xlsx import print_xlsx
from tests.forms.style import style_for
from tests.forms.typeset import draw

from .paper import Kin


def as_xlsx(kin: Kin) -> bytes:
    return print_xlsx(kin.head, kin.blocks, look_for(kin.seed))


def as_docx(kin: Kin) -> bytes:
    return print_docx(kin.head, kin.blocks, look_for(kin.seed))


def as_pdf(kin: Kin) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.pdf"
        _draw(kin, path)
        return path.read_bytes()


def as_text(kin: Kin, how: str = "tika") -> bytes:
    """Return what the dumper *how* makes of the PDF."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.pdf"
        _draw(kin, path)
        return dump(path, how).encode()


def _draw(kin: Kin, path: Path) -> None:
    style = style_for(kin.seed)
    # Wide tables of many columns stand on wide pages.
    page = (max(style.page), min(style.page))
    draw(
        kin.head,
        [_stretched(block, page[0] - 2 * style.margin, style.margin) for block in kin.blocks],
        replace(style, page=page, size=min(style.size, 9), title_size=16, leading=min(style.leading, 13)),
        path,
        kin.seed,
    )


def _stretched(block: Block, width: float, left: float) -> Block:
    first, last = block.edges[0], block.edges[-1]
    edges = [left + (edge - first) / (last - first) * width for edge in block.edges]
    return Block(edges, block.cells, block.rows, block.header, block.long)


def gridded(kin: Kin) -> Gridded:
    """Return the form as a reader that sees every cell would: no file between."""
    blocks: list[Grid | Piece] = [piece_of(line, 1, n) for n, line in enumerate(kin.head, 1)]
    for block in kin.blocks:
        rows: list[list[Cell]] = [[] for _ in range(block.rows)]
        for cell in block.cells:
            pieces = tuple(piece_of(line, 1, 100 + cell.row) for line in cell.text.split("\n") if line)
            rows[cell.row].append(Cell(pieces, cell.row, cell.column, cell.rows, cell.columns))
        blocks.append(
            Grid(tuple(Row(tuple(sorted(row, key=lambda c: c.column))) for row in rows), len(block.edges) - 1)
        )
    return Gridded("xlsx", 1, tuple(blocks))


PRINTERS: dict[str, Callable[[Kin], bytes]] = {
    "xlsx": as_xlsx,
    "docx": as_docx,
    "pdf": as_pdf,
    "text": as_text,
    **{how: partial(as_text, how=how) for how in DUMPERS if how != "tika"},
}
"""How a form may be handed in: as a file with cells, or as a dumper's text (``text`` is Tika's)."""

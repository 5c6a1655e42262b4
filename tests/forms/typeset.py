"""Draw an invented form as a ruled PDF."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from .form import Form
from .layout import Block, Pages, Piece
from .lines import face, runs, width_of
from .sheet import Sheet
from .style import Style


class _Ink:
    """Draws on a canvas in top-left coordinates."""

    def __init__(self, path: Path, style: Style, seed: int) -> None:
        self.style = style
        self.height = style.page[1]
        # invariant: the same form gives the same bytes, so that caches and hashes hold.
        self.canvas = Canvas(str(path), pagesize=style.page, invariant=1)
        self.rng = random.Random(f"ink {seed}")
        face(style.font)

    def text(self, line: str, x: float, baseline: float, size: float, spread: float = 0) -> None:
        """Draw one line from *x*; *spread* points are added after each character."""
        for font, part in runs(line, self.style.font):
            ink = self.canvas.beginText(x, self.height - baseline)
            ink.setFont(font, size)
            if spread:
                ink.setCharSpace(spread)
            ink.textOut(part)
            self.canvas.drawText(ink)
            x += width_of(part, font, size) + spread * len(part)

    def line_of_text(self, line: str, y: float, size: float, align: str) -> None:
        """Draw a line across the page between its margins, its top at *y*."""
        style = self.style
        free = style.page[0] - 2 * style.margin - width_of(line, style.font, size)
        x = style.margin + {"left": 0.0, "center": free / 2, "right": free}[align]
        self.text(line, x, y + size, size)

    def piece(self, piece: Piece) -> None:
        style = self.style
        if not any(piece.lines):
            return
        height = len(piece.lines) * style.leading
        y = piece.top + style.pad_y
        if style.valign == "middle":
            y = piece.top + max(0.0, (piece.bottom - piece.top - height) / 2)
        for number, line in enumerate(piece.lines):
            drawn = line + " " if self.rng.random() < style.stray_space else line
            indent = piece.indent if number == 0 else 0.0
            free = piece.x1 - piece.x0 - 2 * style.pad_x - width_of(line, style.font, style.size)
            offset = {"left": indent, "center": free / 2, "right": free}[piece.align]
            spread = 0.0
            last = number == len(piece.lines) - 1
            if style.justify and piece.align == "left" and not last and 0 < free - indent < 2 * style.size:
                spread = (free - indent) / max(1, len(line) - 1)
            baseline = y + number * style.leading + (style.leading - style.size) / 2 + style.size * 0.86
            if style.snap:
                baseline = round(baseline / style.snap) * style.snap
            self.text(drawn, piece.x0 + style.pad_x + offset, baseline, style.size, spread)

    def border(self, piece: Piece) -> None:
        style, height = self.style, self.height
        if style.rules == "none":
            return
        if style.rules == "rect" and not (piece.open_top or piece.open_bottom):
            self.canvas.rect(piece.x0, height - piece.bottom, piece.x1 - piece.x0, piece.bottom - piece.top)
            return
        sides = [
            (piece.x0, piece.top, piece.x0, piece.bottom),
            (piece.x1, piece.top, piece.x1, piece.bottom),
        ]
        if not piece.open_top:
            sides.append((piece.x0, piece.top, piece.x1, piece.top))
        if not piece.open_bottom:
            sides.append((piece.x0, piece.bottom, piece.x1, piece.bottom))
        for x0, y0, x1, y1 in sides:
            if style.rules == "fill":
                self.canvas.rect(
                    x0 - 0.25, height - y1 - 0.25, x1 - x0 + 0.5, y1 - y0 + 0.5, stroke=0, fill=1
                )
            else:
                self.canvas.line(x0, height - y0, x1, height - y1)


def _page_number(way: str, page: int, pages: int) -> str:
    """Return the foot of 1-based *page*."""
    return {
        "": "",
        "dash": f"— {page} —",
        "plain": str(page),
        "ordinal": f"第{page}页 共{pages}页",
        "slash": f"{page}/{pages}",
    }[way]


def head_lines(form: Form, style: Style) -> list[tuple[str, float, str, float]]:
    """Return the lines above the table as (text, size, align, top)."""
    lines = []
    y = style.margin
    for text, size, align in (
        (form.above, style.size, "left"),
        (form.title, style.title_size, "center"),
        (form.year_line, style.size, style.year_align),
        (form.unit_line, style.size, "right"),
    ):
        if not text:
            continue
        # A title too long for the page is set smaller, as people do.
        while width_of(text, style.font, size) > style.page[0] - 2 * style.margin:
            size -= 0.5
        lines.append((text, size, align, y))
        y += size * 1.6
    return lines


def lay_out(form: Form, style: Style) -> Pages:
    """Return the table of *form* on its pages: every cell's box and lines."""
    return _pages(head_lines(form, style), Sheet(form, style).blocks(), style)


def _pages(head: Sequence[tuple[str, float, str, float]], blocks: Sequence[Block], style: Style) -> Pages:
    *_, (_, size, _, top) = head
    pages = Pages(style, top + size * 1.6)
    for block in blocks:
        pages.add(block)
    return pages


def draw(head: Sequence[str], blocks: Sequence[Block], style: Style, path: Path | str, seed: int) -> int:
    """Draw *blocks* under the lines *head*, the first of them as title, and return the number of pages."""
    lines = [
        (text, style.title_size if n == 0 else style.size, "center", style.margin + n * style.title_size * 1.6)
        for n, text in enumerate(head)
    ]
    return _draw(lines, _pages(lines, blocks, style), style, path, seed)


def typeset(form: Form, style: Style, path: Path | str) -> int:
    """Draw *form* to *path* and return the number of its pages."""
    return _draw(head_lines(form, style), lay_out(form, style), style, path, form.seed)


def _draw(
    head: Sequence[tuple[str, float, str, float]], pages: Pages, style: Style, path: Path | str, seed: int
) -> int:
    ink = _Ink(Path(path), style, seed)
    for line, size, align, y in head:
        ink.line_of_text(line, y, size, align)
    number = pages.page + 1
    pieces = list(pages.in_order())
    ink.canvas.setLineWidth(0.5)
    for page in range(number):
        here = [piece for piece in pieces if piece.page == page]
        for piece in here:
            ink.border(piece)
        for piece in here:
            ink.piece(piece)
        foot = _page_number(style.page_number, page + 1, number)
        if foot:
            ink.line_of_text(foot, style.page[1] - style.margin * 0.75, 9, "center")
        ink.canvas.showPage()
        ink.canvas.setLineWidth(0.5)
    ink.canvas.save()
    return number

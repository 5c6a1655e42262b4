"""A page as a picture, with what the reader found drawn over it: for the person who asks why."""

from __future__ import annotations

import numpy as np
from jixiao.extract.document import Piece
from jixiao.extract.errors import DocumentError
from jixiao.extract.placed import turned
from jixiao.extract.ruled import Floats, Table
from PIL import Image, ImageDraw

from .document import open_pages, place_ink, recognised
from .trust import judge

_SCALE = 2.0
_MOST_PIXELS = 60_000_000
_LINES, _CELLS, _TEXT, _LOOSE = (30, 90, 220), (0, 150, 60), (220, 60, 40), (200, 120, 0)


def draw_page(data: bytes, number: int, reader: str = "pdfium") -> tuple[Image.Image, list[str]]:
    """Return the page *number* (from 1) as a picture, and what was found on it in words.

    Lines are blue, cells green with their row and column, text in cells red, loose text orange. Raises
    DocumentError when the file or the page cannot be read.
    """
    with open_pages(data, reader) as (document, pages):
        if not 1 <= number <= len(document):
            raise DocumentError("unreadable", f"没有第 {number} 页，共 {len(document)} 页", "请用 --page 给出已有的页码")
        ink = judge(pages.read(number - 1))
        scanned, _ = recognised(document, [ink])
        if number in scanned:  # what was read is the picture, and not the text layer
            from jixiao.extract.scan.picture import draw as draw_scan

            return draw_scan(scanned[number])
        scale = min(_SCALE, (_MOST_PIXELS / max(ink.size[0] * ink.size[1], 1.0)) ** 0.5)
        page = document[number - 1]
        picture = page.render(scale=scale).to_pil().convert("RGB")
        page.close()
    ruled = place_ink(ink)
    draw = ImageDraw.Draw(picture, "RGBA")

    def shown(boxes: Floats) -> list[list[float]]:
        """Return boxes of the upright frame in pixels of the page as it is shown."""
        width, height = ruled.size
        placed = turned(boxes, -ink.quarters, width, height) * scale
        return placed.tolist()  # type: ignore[no-any-return]

    for x0, y0, x1, y1 in (ink.lines * scale).tolist():
        draw.line([x0, y0, x1, y1], fill=(*_LINES, 150), width=3)
    cells = lines = 0
    for item in ruled.items:
        if isinstance(item, Piece):
            lines += 1
            _frame(draw, shown(np.array([item.box])), _LOOSE)
            continue
        cells += len(item.slots)
        for slot in item.slots:
            ((x0, y0, x1, y1),) = shown(np.array([slot.box]))
            draw.rectangle([x0 + 2, y0 + 2, x1 - 2, y1 - 2], outline=(*_CELLS, 255), fill=(*_CELLS, 18), width=2)
            spans = f" {slot.rows}×{slot.columns}" if slot.rows > 1 or slot.columns > 1 else ""
            draw.text((x0 + 4, y0 + 3), f"{slot.row},{slot.column}{spans}", fill=(*_CELLS, 255))
            _frame(draw, shown(np.array([p.box for p in slot.pieces])) if slot.pieces else [], _TEXT)
    tables = sum(isinstance(i, Table) for i in ruled.items)
    said = [f"第 {number} 页：{len(ink.lines)} 条线，{tables} 个表，{cells} 个单元格，表外文字 {lines} 行，共 {len(ink.glyphs)} 字"]
    if ink.doubts:
        said.append(f"文字层不可信：{'、'.join(ink.doubts)}")
    return picture, said


def _frame(draw: ImageDraw.ImageDraw, boxes: list[list[float]], color: tuple[int, int, int]) -> None:
    for x0, y0, x1, y1 in boxes:
        draw.rectangle([x0, y0, x1, y1], outline=(*color, 255))

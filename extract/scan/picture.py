"""A scan with what was found on it drawn over it: for the person who asks why."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.extract.document import Piece
from jixiao.extract.errors import DocumentError
from jixiao.extract.ruled import Table
from jixiao.rules.records import Box
from PIL import Image, ImageDraw

from .images import read_images
from .page import Scanned, read_sheet
from .recognise import require

_LINES, _CELLS, _TEXT, _LOOSE, _DOUBT = (30, 90, 220), (0, 150, 60), (220, 60, 40), (200, 120, 0), (170, 0, 170)
_DOUBTFUL = 0.8
_LONGEST = 3000
"""Pixels of the picture's longer side: what is larger is shown smaller."""


def draw_page(data: bytes, number: int) -> tuple[Image.Image, list[str]]:
    """Return page *number* (from 1) of a picture file with what was found on it, and that in words.

    Raises DocumentError when the file or the page cannot be read.
    """
    require()
    count = 0
    for count, sheet in enumerate(read_images(data), 1):
        if count == number:
            if isinstance(sheet, DocumentError):
                raise sheet
            return draw(read_sheet(sheet))
    raise DocumentError("unreadable", f"没有第 {number} 页，共 {count} 页", "请用 --page 给出已有的页码")


def draw(scanned: Scanned) -> tuple[Image.Image, list[str]]:
    """Return the sheet as it was handed in with lines (blue), cells (green), text in cells (red) and loose text (orange).

    What is less sure than it must be is purple.
    """
    sheet, ruled = scanned.sheet, scanned.ruled
    picture = Image.fromarray(sheet.pixels).convert("RGB")
    shrink = min(1.0, _LONGEST / max(picture.size))
    if shrink < 1:
        picture = picture.resize((round(picture.width * shrink), round(picture.height * shrink)))
    pen = ImageDraw.Draw(picture, "RGBA")

    def corners(box: Box) -> list[tuple[float, float]]:
        """Return a box of the upright page, in points, as four pixels of the picture."""
        x0, y0, x1, y1 = (v / sheet.scale for v in box)
        return [(float(x), float(y)) for x, y in scanned.upright.corners(x0, y0, x1, y1) * shrink]

    def lined(box: Box, color: tuple[int, int, int], width: int) -> None:
        pen.polygon(corners(box), outline=(*color, 255), width=width)

    scale = sheet.scale
    for rule in scanned.rules.across:
        lined((rule.start * scale, rule.at * scale, rule.stop * scale, rule.at * scale), _LINES, 3)
    for rule in scanned.rules.down:
        lined((rule.at * scale, rule.start * scale, rule.at * scale, rule.stop * scale), _LINES, 3)
    pieces: list[tuple[Piece, tuple[int, int, int]]] = []
    cells = tables = 0
    for item in ruled.items:
        if isinstance(item, Piece):
            pieces.append((item, _LOOSE))
            continue
        assert isinstance(item, Table)
        tables += 1
        cells += len(item.slots)
        for slot in item.slots:
            x0, y0, x1, y1 = slot.box
            lined((x0 + 1, y0 + 1, x1 - 1, y1 - 1), _CELLS, 2)
            pieces += [(piece, _TEXT) for piece in slot.pieces]
    for piece, color in pieces:
        if piece.box is not None:
            lined(piece.box, _DOUBT if piece.confidence < _DOUBTFUL else color, 2)
    return picture, _said(scanned, tables, cells, [piece for piece, _ in pieces])


def _said(scanned: Scanned, tables: int, cells: int, pieces: Sequence[Piece]) -> list[str]:
    rules, upright = scanned.rules, scanned.upright
    lines = len(rules.across) + len(rules.down)
    said = [
        f"第 {scanned.ruled.page} 页：{lines} 条线，{tables} 个表，{cells} 个单元格，{len(pieces)} 行文字，共 "
        f"{sum(len(p.raw) for p in pieces)} 字",
        f"按 {upright.dpi:.0f} dpi 读，转了 {upright.quarters * 90}°，歪斜 {upright.skew:.2f}°，去掉印章 {scanned.seals} 枚",
    ]
    if upright.lying is not None:
        said.append("拍摄时有斜角，已按表格线还原成平面")
    doubtful = [p for p in pieces if p.confidence < _DOUBTFUL]
    if doubtful:
        shown = "；".join(f"“{p.raw[:20]}”（{'，'.join(p.doubts) or f'{p.confidence:.2f}'}）" for p in doubtful[:8])
        said.append(f"没有把握的 {len(doubtful)} 行：{shown}{'……' if len(doubtful) > 8 else ''}")
    return said

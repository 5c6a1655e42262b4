"""One sheet → its tables with the text in their cells, and the lines outside: what a ruled PDF page gives too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from jixiao.extract.document import Block, Grid, Piece, Row
from jixiao.extract.errors import DocumentError
from jixiao.extract.placed import RuledPage
from jixiao.extract.ruled import Floats, Table, find_tables
from jixiao.rules.records import Box, Finding

from .covered import find_blots, without_streaks
from .images import Sheet
from .ink import Grey, even, ink_of
from .lines import Area, Line, character_height, lines_in, loose_lines
from .perspective import Tilt, find_tilt, laid_flat
from .reading import Print, read_piece
from .rules import Rule, Rules, erase, find_rules
from .upright import Upright, find_quarters, find_skew, turn

_SKEW_DPI = 100
_CM = 72 / 2.54
_NAMED = 3
_INSET_INCHES = 0.014
"""So far inside its rules a cell is read: a rule is blurred, and what is left of it reads as a comma or a 1."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A *sheet* that was read: *ruled* in points of the page turned upright, *upright* the way back from there.

    *covered* are the cells in which a hole or a blot is and nothing was read.
    """

    ruled: RuledPage
    upright: Upright
    sheet: Sheet
    rules: Rules
    seals: int
    covered: tuple[Box, ...] = ()

    def back(self, box: Box) -> Box:
        """Return a box of the upright page in points of the page as it was handed in."""
        scale = self.upright.sheet.scale
        x0, y0, x1, y1 = (v / scale for v in box)
        return self.upright.box(x0, y0, x1, y1)


def questions_of(page: Scanned) -> list[Finding]:
    """Return what must be asked about a page as a whole."""
    if not page.covered:
        return []
    places = [page.back(box) for box in page.covered[:_NAMED]]
    shown = "、".join(f"距上边 {top / _CM:.1f} 厘米、左边 {x0 / _CM:.1f} 厘米" for x0, top, _, _ in places)
    more = "等" if len(page.covered) > _NAMED else ""
    message = (
        f"第 {page.ruled.page} 页有 {len(page.covered)} 个格子被孔洞或污渍遮住，没有读出字（{shown}{more}）；请对照原件"
    )
    return [Finding("print_covered", "warning", message)]


def read_sheet(sheet: Sheet) -> Scanned:
    """Return what stands on one sheet, however it lay on the glass.

    Raises DocumentError where it is too bent to be read.
    """
    upright, printed, rules, seals, tilt = _straightened(sheet)
    scale = sheet.scale
    tables = find_tables(_points(rules.across, scale), _points(rules.down, scale))
    if not tables and tilt.is_too_much:
        raise DocumentError(
            "distorted",
            f"第 {sheet.page} 页的表格线不平行（相差 {tilt.degrees:.1f}°），拍摄角度太斜，或纸面弯曲",
            "请把纸铺平，从正上方重新拍摄，或用扫描仪扫描",
        )
    height, width = printed.grey.shape
    rest = printed.mask.copy()
    inset = max(3, round(_INSET_INCHES * sheet.dpi))
    covered = []
    for table in tables:
        for slot in table.slots:
            x0, y0, x1, y1 = (round(v / scale) for v in slot.box)
            area = Area(max(0, x0 + inset), max(0, y0 + inset), min(width, x1 - inset), min(height, y1 - inset))
            lines = lines_in(printed.mask, area.x0, area.y0, area.x1, area.y1, printed.height)
            slot.pieces += _pieces(printed, lines, area, sheet, inside=True)
            if not slot.pieces and printed.blots is not None and printed.blots[area.y0 : area.y1, area.x0 : area.x1].any():
                covered.append(slot.box)
        x0, y0, x1, y1 = (round(v / scale) for v in table.box)
        rest[max(0, y0 - inset) : y1 + inset, max(0, x0 - inset) : x1 + inset] = 0
    loose = _pieces(printed, loose_lines(rest, printed.height), Area(0, 0, width, height), sheet, inside=False)
    items: list[tuple[float, Table | Piece]] = [(float(t.ys[0]), t) for t in tables]
    items += [(p.box[1] if p.box is not None else 0.0, p) for p in loose]
    items.sort(key=lambda item: item[0])
    size = (width * scale, height * scale)
    return Scanned(RuledPage(sheet.page, size, [item for _, item in items]), upright, sheet, rules, seals, tuple(covered))


def put_back(
    blocks: Iterable[Block], furniture: Iterable[Piece], pages: dict[int, Scanned]
) -> tuple[list[Block], list[Piece]]:
    """Return *blocks* and *furniture* with their boxes in points of the pages as they were handed in.

    Pages that are not among *pages* were not turned and keep theirs.
    """
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Piece):
            out.append(_back(block, pages))
            continue
        rows = [[replace(c, pieces=tuple(_back(p, pages) for p in c.pieces)) for c in row.cells] for row in block.rows]
        out.append(Grid(tuple(Row(tuple(cells)) for cells in rows), block.columns))
    return out, [_back(p, pages) for p in furniture]


def _back(found: Piece, pages: dict[int, Scanned]) -> Piece:
    page = pages.get(found.page)
    return found if page is None or found.box is None else replace(found, box=page.back(found.box))


def _straightened(handed_in: Sheet) -> tuple[Upright, Print, Rules, int, Tilt]:
    pixels, streaks = without_streaks(handed_in.pixels, handed_in.dpi)
    sheet, lying = replace(handed_in, pixels=pixels), None
    thumbnail, small = _thumbnail(sheet)
    tilt = find_tilt(thumbnail, sheet.dpi * small, small)
    if tilt.flat is not None:
        sheet, lying = laid_flat(sheet, tilt.flat)
        thumbnail, _ = _thumbnail(sheet)
    skew = find_skew(thumbnail)
    upright = turn(sheet, skew, 0, lying)
    printed, rules, seals = _print(upright)
    quarters = find_quarters(printed.grey, printed.mask, printed.height)
    if quarters:
        upright = turn(sheet, skew, quarters, lying)
        printed, rules, seals = _print(upright)
    blots = find_blots(sheet.pixels, sheet.dpi)
    if blots is not None:
        printed.blots = turn(replace(sheet, pixels=blots), skew, quarters).pixels
        printed.mask[printed.blots > 0] = 0
    if streaks is not None:
        streaked = replace(sheet, pixels=streaks)
        if tilt.flat is not None:
            streaked, _ = laid_flat(streaked, tilt.flat)
        printed.streaks = turn(streaked, skew, quarters).pixels
    return upright, printed, rules, seals, tilt


def _thumbnail(sheet: Sheet) -> tuple[Grey, float]:
    """Return a small evened picture of a sheet, and what share of its size it has."""
    small = min(1.0, _SKEW_DPI / sheet.dpi)
    pixels = np.asarray(cv2.resize(sheet.pixels, None, fx=small, fy=small, interpolation=cv2.INTER_AREA), np.uint8)
    return even(pixels, sheet.dpi * small)[0], small


def _print(upright: Upright) -> tuple[Print, Rules, int]:
    dpi = upright.dpi
    grey, seals = even(upright.pixels, dpi)
    rules = find_rules(grey, dpi)
    mask = erase(ink_of(grey, dpi), rules, dpi)
    return Print(grey, mask, character_height(mask, dpi), dpi), rules, seals


def _points(rules: Iterable[Rule], scale: float) -> Floats:
    rows = [(r.at * scale, r.start * scale, r.stop * scale) for r in rules]
    return np.array(rows, np.float64).reshape(-1, 3)


def _pieces(printed: Print, lines: Sequence[Line], area: Area, sheet: Sheet, *, inside: bool) -> list[Piece]:
    """Return the pieces of *lines*; *inside* tells that they stand in one cell."""
    out: list[Piece] = []
    for line in lines:
        piece = read_piece(
            printed, line, area, sheet.page, sheet.scale, follows=inside and bool(out), alone=inside and len(lines) == 1
        )
        if piece is not None:
            out.append(piece)
    return out

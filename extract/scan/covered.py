"""What hides print on a sheet: punched holes and blots, and the streaks that dirt on a scanner's glass draws."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .images import Pixels
from .ink import Mask
from .lines import Area, Line

_DPI = 75
_PAPER_DPI = 25
_AROUND_INCHES = 1.2
_DARK, _BLACK = 0.55, 70
_BLOT_INCHES = 0.07
"""No stroke of print is so broad, a title's included; the smallest punches are."""
_SOLID = 0.97
_GROUND_INCHES = 0.5
_CONTRAST = 40
_BESIDE, _ABOVE = 1.2, 0.8
"""So far from a blot, in characters' heights, print may have gone on under it."""
_STREAK_INCHES = 0.03
_BANDS = 24
_DEEP, _LONG, _THROUGHOUT, _ENDS = 20, 0.6, 0.15, 0.85
"""How much darker than what is beside it a streak is, on which share of the sheet, of any part of it, and of its ends."""
_MOST_STREAKS = 4
"""More lines than these from edge to edge are a table cut out of its page."""


def without_streaks(pixels: Pixels, dpi: float) -> tuple[Pixels, Mask | None]:
    """Return *pixels* without thin dark lines that run from edge to edge straight along the sheet's sides, and where they were.

    Dirt on the glass of a feeder draws them through all that is printed: 8 is read as 3 then. No rule of a table begins at
    one edge of the paper and ends at the other.
    """
    down, across = _streaks(pixels, dpi), _streaks(np.swapaxes(pixels, 0, 1), dpi)
    if not down and not across:
        return pixels, None
    out, where = pixels.copy(), np.zeros(pixels.shape[:2], np.uint8)
    for turned, found in ((False, down), (True, across)):
        for first, last in found:
            _fill(np.swapaxes(out, 0, 1) if turned else out, first, last)
            (where.T if turned else where)[:, max(0, first - 1) : last + 2] = 255
    return out, where


def _streaks(pixels: Pixels, dpi: float) -> list[tuple[int, int]]:
    """Return the columns, first and last, of each vertical streak."""
    grey = np.ascontiguousarray(pixels if pixels.ndim == 2 else pixels.min(axis=2))
    reach = max(3, round(_STREAK_INCHES * dpi))
    height, width = grey.shape
    if width <= 4 * reach or height < _BANDS:
        return []
    around = cv2.min(np.ascontiguousarray(grey[:, : -2 * reach]), np.ascontiguousarray(grey[:, 2 * reach :]))
    deep = (cv2.subtract(around, np.ascontiguousarray(grey[:, reach:-reach])) > _DEEP).astype(np.uint8) * np.uint8(255)
    shares = cv2.resize(deep, (deep.shape[1], _BANDS), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    through = (shares.min(axis=0) >= _THROUGHOUT) & (shares.mean(axis=0) >= _LONG) & (shares[[0, -1]].min(axis=0) >= _ENDS)
    columns = np.flatnonzero(through) + reach
    if not len(columns):
        return []
    cuts = np.flatnonzero(np.diff(columns) > 2)
    starts = [int(columns[0]), *(int(columns[c + 1]) for c in cuts)]
    stops = [*(int(columns[c]) for c in cuts), int(columns[-1])]
    return list(zip(starts, stops, strict=True)) if len(starts) <= _MOST_STREAKS else []


def _fill(pixels: Pixels, first: int, last: int) -> None:
    """Draw columns from *first* to *last*, and one more on both sides, as what stands beside them goes on."""
    left, right = max(0, first - 2), min(pixels.shape[1] - 1, last + 2)
    for column in range(left + 1, right):
        share = (column - left) / (right - left)
        between = pixels[:, left].astype(np.float32) * (1 - share) + pixels[:, right].astype(np.float32) * share
        pixels[:, column] = between.astype(np.uint8)


def find_blots(pixels: Pixels, dpi: float) -> Mask | None:
    """Return where a sheet has holes and blots that print may lie under, 255 there; None if it has none.

    They are dark in every colour (a seal is not), broader than any stroke, do not touch the sheet's edge, and nothing is
    printed on them in white.
    """
    light = pixels
    if pixels.ndim == 3:
        red, green, blue = cv2.split(pixels)
        light = np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)
    small = _shrunk(light, dpi / _DPI)
    thumbnail = _shrunk(small, _DPI / _PAPER_DPI)
    paper = cv2.morphologyEx(thumbnail, cv2.MORPH_CLOSE, np.ones((round(_AROUND_INCHES * _PAPER_DPI),) * 2, np.uint8))
    paper = cv2.resize(paper, small.shape[::-1], interpolation=cv2.INTER_NEAREST)
    dark = (small < np.maximum(_BLACK, _DARK * paper)).astype(np.uint8)
    side = max(2, round(_BLOT_INCHES * _DPI))
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if not solid.any():
        return None
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    found = np.zeros_like(solid)
    for label in range(1, count):
        x, y, w, h = (int(v) for v in stats[label][:4])
        at_edge = x == 0 or y == 0 or x + w >= solid.shape[1] or y + h >= solid.shape[0]
        if at_edge or _printed_on(small, labels == label, (x, y, w, h)):
            continue
        step = light.shape[0] / small.shape[0]
        near = [max(0, round(v * step)) for v in (y - 1, y + h + 1, x - 1, x + w + 1)]
        level = max(float(_BLACK), _DARK * float(paper[y + h // 2, x + w // 2]))
        if _is_solid(light[near[0] : near[1], near[2] : near[3]], level, dpi):
            found[labels == label] = 255
    if not found.any():
        return None
    found = cv2.dilate(found, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(found, light.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


def _shrunk(pixels: NDArray[np.uint8], step: float) -> NDArray[np.uint8]:
    if step <= 1:
        return pixels
    height, width = pixels.shape
    size = (max(1, round(width / step)), max(1, round(height / step)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _is_solid(grey: NDArray[np.uint8], level: float, dpi: float) -> bool:
    """Tell whether there is a square in *grey* without paper, but for specks: dense bold print is as dark in a small picture."""
    side = max(3, round(_BLOT_INCHES * dpi))
    dark = (grey < level).astype(np.float32)
    return bool((cv2.boxFilter(dark, -1, (side, side), borderType=cv2.BORDER_CONSTANT) >= _SOLID).any())


def _printed_on(grey: NDArray[np.uint8], own: NDArray[np.bool_], box: tuple[int, int, int, int]) -> bool:
    """Tell whether a dark ground is a heading's: wide, with light print on it."""
    x, y, w, h = box
    if max(w, h) < _GROUND_INCHES * _DPI:
        return False
    inner = (slice(y + 2, y + h - 2), slice(x + 2, x + w - 2))  # without the rim that is half paper
    part, mask = grey[inner], own[inner]
    return bool(mask.any()) and float(np.percentile(part, 98)) - float(np.median(part[mask])) >= _CONTRAST


def is_beside(blots: Mask | None, line: Line, area: Area, height: float) -> bool:
    """Tell whether print of *line* may have gone on under a blot in its *area*."""
    if blots is None:
        return False
    beside, above = round(_BESIDE * height), round(_ABOVE * height)
    rows = slice(max(area.y0, line.y0 - above), min(area.y1, line.y1 + above))
    return bool(blots[rows, max(area.x0, line.x0 - beside) : min(area.x1, line.x1 + beside)].any())


def is_crossed(streaks: Mask | None, line: Line) -> bool:
    """Tell whether a streak went through *line*."""
    return streaks is not None and bool(streaks[line.y0 : line.y1, line.x0 : line.x1].any())

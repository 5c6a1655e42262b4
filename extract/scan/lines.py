"""Ink → lines of print: where they stand in a cell, and on the page outside all cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from .ink import Mask

_HEIGHTS_INCHES = (0.045, 0.4)
_USUAL_INCHES = 0.13
_PARTS = 0.6
"""Runs of ink closer than this share of a character's height may be parts of one line: the bars of 二, a dot."""
_WHOLE = 1.25
_DOUBLE = 1.75
_APART = 2.2
_TALLEST = 5.0
"""In heights of a usual character: a title's are three times as high at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """The box of a line's ink in pixels; x1 and y1 are past its end."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def height(self) -> int:
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Area:
    """The box in pixels that a line may be cropped from: its cell within the rules, or the page."""

    x0: int
    y0: int
    x1: int
    y1: int


def character_height(mask: Mask, dpi: float) -> float:
    """Return the height of the page's usual Chinese character in pixels."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT] if count > 1 else np.zeros(0)
    low, high = (inches * dpi for inches in _HEIGHTS_INCHES)
    chosen = heights[(heights >= low) & (heights <= high)]
    if len(chosen) < 20:
        return _USUAL_INCHES * dpi
    return float(np.percentile(chosen, 85))


def lines_in(mask: Mask, x0: int, y0: int, x1: int, y1: int, height: float) -> list[Line]:
    """Return the lines of print in a box of the page, from top to bottom, in pixels of the page."""
    part = mask[y0:y1, x0:x1]
    if not part.size or not part.any():
        return []
    out = []
    for top, bottom in _bands(part, height):
        across = np.flatnonzero(part[top:bottom].any(axis=0))
        if len(across):
            out.append(Line(x0 + int(across[0]), y0 + top, x0 + int(across[-1]) + 1, y0 + bottom))
    return out


def loose_lines(mask: Mask, height: float) -> list[Line]:
    """Return the lines of a page whose tables are blanked out, in reading order, cut at wide gaps.

    What is taller than any character is none: the shadow of the sheet's edge would join all lines beside it to one.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    drop = stats[:, cv2.CC_STAT_HEIGHT] > _TALLEST * height
    drop[0] = False
    printed = np.where(drop[labels], 0, mask).astype(np.uint8) if drop.any() else mask
    return [line for band in lines_in(printed, 0, 0, mask.shape[1], mask.shape[0], height) for line in _cut(printed, band)]


def _bands(part: Mask, height: float) -> list[tuple[int, int]]:
    """Return the rows of pixels of each line."""
    counts = (part > 0).sum(axis=1)
    rows = np.flatnonzero(counts >= 1)
    if not len(rows):
        return []
    cuts = np.flatnonzero(np.diff(rows) > 1)
    starts = [int(rows[0]), *(int(rows[c + 1]) for c in cuts)]
    stops = [*(int(rows[c]) + 1 for c in cuts), int(rows[-1]) + 1]
    joined: list[tuple[int, int]] = []
    for top, bottom in zip(starts, stops, strict=True):
        if joined:
            before_top, before_bottom = joined[-1]
            small = min(bottom - top, before_bottom - before_top) < 0.6 * height
            if small and top - before_bottom <= _PARTS * height and bottom - before_top <= _WHOLE * height:
                joined[-1] = (before_top, bottom)
                continue
        joined.append((top, bottom))
    out = []
    for top, bottom in joined:
        if int(counts[top:bottom].sum()) < max(4, 0.02 * height * height):
            continue
        out += list(_parted(counts, top, bottom, height))
    return out


def _parted(counts: Sequence[int], top: int, bottom: int, height: float) -> Iterator[tuple[int, int]]:
    """Yield a band cut where lines touch: at the emptiest row near where a line would end."""
    while bottom - top > _DOUBLE * height:
        first, last = top + round(0.8 * height), min(bottom - round(0.6 * height), top + round(1.7 * height))
        if last <= first:
            break
        values = np.asarray(counts[first:last])
        cut = first + int(values.argmin())
        if values.min() > 0.5 * np.median(np.asarray(counts[top:bottom])):
            break
        yield top, cut
        top = cut
    yield top, bottom


def _cut(mask: Mask, line: Line) -> Iterator[Line]:
    """Yield the parts of a loose line that stand far apart: a date on the left, a unit on the right."""
    columns = np.flatnonzero(mask[line.y0 : line.y1, line.x0 : line.x1].any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > _APART * line.height)
    starts = [int(columns[0]), *(int(columns[g + 1]) for g in gaps)]
    stops = [*(int(columns[g]) + 1 for g in gaps), int(columns[-1]) + 1]
    for start, stop in zip(starts, stops, strict=True):
        own = np.flatnonzero(mask[line.y0 : line.y1, line.x0 + start : line.x0 + stop].any(axis=1))
        yield Line(line.x0 + start, line.y0 + int(own[0]), line.x0 + stop, line.y0 + int(own[-1]) + 1)

"""The turn of a page found and undone, and the way back for every box."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from jixiao.rules.records import Box
from numpy.typing import NDArray

from .images import Pixels, Sheet, paper_of
from .perspective import Homography
from .recognise import recogniser

Matrix = NDArray[np.float64]
"""2 × 3: original pixels → upright pixels."""

_MOST_SKEW = 6.0
_STEPS = ((_MOST_SKEW, 0.25), (0.25, 0.05), (0.05, 0.01))
"""How far to look about the best angle so far, and in what steps, in degrees."""
_PARTS = 4
_SMOOTH = np.exp(-(np.arange(-6, 7) ** 2) / 8)
_INKED = 215
_MOST_POINTS = 120_000
_LEAST_SKEW = 0.03
_SAMPLED = 6
_SAMPLE_HEIGHTS = 14
_LEGIBLE = 0.88
_ENOUGH, _PLAIN = 3, 0.93
"""So many lines that read so well need no more."""
_MARGIN = 0.02
_BESIDE = 0.3
_SLIGHT = " 一丨-—_.,、|1lI'`~"
"""What specks and strokes lying on their side read as."""


@dataclass(frozen=True, slots=True)
class Upright:
    """A sheet turned upright: *back* takes its pixels to those of the sheet that was turned.

    That is the sheet as it was handed in, or as it would lie flat; *lying* takes its pixels to those handed in then.
    """

    pixels: Pixels
    sheet: Sheet
    back: Matrix
    skew: float
    quarters: int
    lying: Homography | None = None

    @property
    def dpi(self) -> float:
        return self.sheet.dpi

    def corners(self, x0: float, y0: float, x1: float, y1: float) -> NDArray[np.float64]:
        """Return the four corners (4 × 2) of a box of upright pixels as pixels of the page handed in."""
        points = np.array([(x0, y0, 1), (x1, y0, 1), (x1, y1, 1), (x0, y1, 1)], np.float64) @ self.back.T
        if self.lying is None:
            return points
        placed = np.column_stack([points, np.ones(4)]) @ self.lying.T
        return np.asarray(placed[:, :2] / placed[:, 2:], np.float64)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Return the box in points of the original page that holds these upright pixels."""
        scale, (left, top) = self.sheet.scale, self.sheet.origin
        points = self.corners(x0, y0, x1, y1) * scale
        xs, ys = points[:, 0] + left, points[:, 1] + top
        return (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))


def find_skew(grey: NDArray[np.uint8]) -> float:
    """Return by how many degrees the page's lines fall to the right, within ±6; 0 where nothing tells.

    *grey* is the page at about 100 dpi, evened: more pixels cost time and find no other angle.

    The projections of the ink on both axes are sharpest at the right angle; rules and lines of print both count.
    """
    small = cv2.GaussianBlur(grey, (3, 3), 0)
    ys, xs = np.nonzero(small < _INKED)
    if len(xs) < 200:
        return 0.0
    if len(xs) > _MOST_POINTS:
        step = len(xs) // _MOST_POINTS + 1
        xs, ys = xs[::step], ys[::step]
    weights = 255 - small[ys, xs].astype(np.float64)

    def energy(angle: float) -> float:
        slope = math.tan(math.radians(angle))
        return _sharpness(ys - xs * slope, weights) + _sharpness(xs + ys * slope, weights)

    best = 0.0
    for reach, step_of in _STEPS:
        best = max(np.arange(best - reach, best + reach + 1e-9, step_of), key=energy)
    return float(best) if abs(best) >= _LEAST_SKEW else 0.0


def _sharpness(places: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return how sharp the projection of points is.

    It is counted in quarters of a pixel and smoothed. Whole pixels made angles of up to 0.1° of lines that lie straight,
    and the rules were missed then.
    """
    counts = np.bincount(np.rint((places - places.min()) * _PARTS).astype(np.int64), weights)
    return float((np.diff(np.convolve(counts, _SMOOTH)) ** 2).sum())


def find_quarters(grey: NDArray[np.uint8], mask: NDArray[np.uint8], height: float) -> int:
    """Return by how many clockwise quarter turns the page stands upright: the way its lines read best.

    *mask* is its ink without rules, *height* the height of its characters. The page as it lies is taken at once if
    it reads well.
    """
    best, chosen = 0.0, 0
    # The recogniser reads lines of characters that lie on their side, as columns of cells are: the axis is asked first.
    level = _in_lines(mask, height) >= _in_lines(np.rot90(mask), height)
    for quarters in (0, 2, 3, 1) if level else (3, 1, 0, 2):
        vote = _legible(np.rot90(grey, -quarters), np.rot90(mask, -quarters), height)
        if vote > best + _MARGIN:
            best, chosen = vote, quarters
        if best >= _LEGIBLE:
            break
    return chosen


def _in_lines(mask: NDArray[np.uint8], height: float) -> int:
    """Return how long the lines of a page are together: characters stand nearer to each other than lines do."""
    reach = max(2, round(_BESIDE * height))
    joined = cv2.morphologyEx(np.ascontiguousarray(mask), cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    return int(wide[(high >= 0.7 * height) & (high <= 1.6 * height) & (wide >= 2.5 * height)].sum())


def _legible(grey: NDArray[np.uint8], mask: NDArray[np.uint8], height: float) -> float:
    """Return how much of some sampled lines reads as characters, 0 to about 1."""
    reach = max(3, round(0.6 * height))
    joined = cv2.morphologyEx(np.ascontiguousarray(mask), cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    lines = [
        (int(w), int(x), int(y), int(h))
        for x, y, w, h, _ in stats[1:count]
        if 0.7 * height <= h <= 2.2 * height and w >= 2.5 * height
    ]
    sample = sorted(lines, reverse=True)[:_SAMPLED]
    if not sample:
        return 0.0
    pad = round(0.15 * height)
    total = length = 0.0
    for number, (w, x, y, h) in enumerate(sample):
        if number >= _ENOUGH and total / length >= _PLAIN:
            break
        wide = min(w, round(_SAMPLE_HEIGHTS * height))
        crop = grey[max(0, y - pad) : y + h + pad, max(0, x - pad) : x + wide + pad]
        glyphs = recogniser().read(np.ascontiguousarray(crop))
        total += sum(g.score for g in glyphs if g.text not in _SLIGHT)
        length += wide / h
    return total / length


def turn(sheet: Sheet, skew: float, quarters: int, lying: Homography | None = None) -> Upright:
    """Return *sheet* with *skew* degrees undone and turned clockwise by *quarters* quarter turns.

    *lying* says how the sheet lay before it was laid flat.
    """
    pixels = sheet.pixels
    matrix = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float64)
    if skew:
        height, width = pixels.shape[:2]
        radians = math.radians(abs(skew))
        wide = int(width * math.cos(radians) + height * math.sin(radians)) + 1
        high = int(height * math.cos(radians) + width * math.sin(radians)) + 1
        turned = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1)
        turned[0, 2] += (wide - width) / 2
        turned[1, 2] += (high - height) / 2
        pixels = np.asarray(
            cv2.warpAffine(
                pixels, turned, (wide, high), flags=cv2.INTER_CUBIC, borderValue=paper_of(pixels)
            ),
            np.uint8,
        )
        matrix = np.vstack([turned, [0, 0, 1]])
    for _ in range(quarters % 4):
        height = pixels.shape[0]
        pixels = np.rot90(pixels, -1)
        matrix = np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1]], np.float64) @ matrix
    back = np.asarray(np.linalg.inv(matrix)[:2], np.float64)
    return Upright(np.ascontiguousarray(pixels), sheet, back, skew, quarters % 4, lying)

"""A page photographed at an angle: where its rules run together, and the page as it would lie flat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .images import Sheet, check_size, paper_of

Floats = NDArray[np.float64]
Homography = NDArray[np.float64]
"""3 × 3: pixels of the flat page → pixels of the page as it was handed in."""

_DPI = 60
_LEAST_LENGTH = 0.07
"""Rules are longer than this share of the page's longer side; strokes of print are not."""
_MARGIN = 0.03
"""A scanner draws the edge of its lid so near to the picture's, straight however the sheet lies."""
_STEEPEST = 25.0
_ENOUGH, _SPREAD = 5, 0.2
_FLAT, _MOST = 0.25, 14.0
"""Degrees by which rules that were parallel differ from edge to edge: less is a scan, more cannot be read."""
_STRAY, _BENT = 0.12, 0.25
"""Rules of a flat page seen at an angle point to one place within 0.04° where drawn, 0.13° photographed."""
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Tilt:
    """How a page lies: by how many degrees its rules run together, and how far they are from doing so in one point."""

    degrees: float
    stray: float
    flat: Homography | None

    @property
    def is_too_much(self) -> bool:
        """Tell whether the page is bent, or seen at too steep an angle to be laid flat."""
        return self.degrees > _FLAT and self.flat is None


LEVEL = Tilt(0.0, 0.0, None)


def find_tilt(page: NDArray[np.uint8], dpi: float, share: float) -> Tilt:
    """Return how a page lies, seen in an evened picture of it at *dpi*, whose sides are a *share* of the large one's."""
    shrink = min(1.0, _DPI / dpi)
    grey = np.asarray(cv2.resize(page, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    scale = grey.shape[1] / page.shape[1] * share
    height, width = grey.shape
    lines = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if lines is None:
        return LEVEL
    segments = lines.reshape(-1, 4).astype(np.float64)
    run = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    xs, ys = segments[:, ::2], segments[:, 1::2]
    inside = np.minimum(np.minimum(xs, width - xs) / width, np.minimum(ys, height - ys) / height).max(axis=1) >= _MARGIN
    kept = inside & (run >= _LEAST_LENGTH * max(height, width))
    segments, run = segments[kept], run[kept]
    angles = np.degrees(np.arctan2(segments[:, 3] - segments[:, 1], segments[:, 2] - segments[:, 0])) % 180
    across = np.minimum(angles, 180 - angles) <= _STEEPEST
    down = np.abs(angles - 90) <= _STEEPEST
    middle, half = np.array((width / 2, height / 2)), max(height, width) / 2
    points = (segments.reshape(-1, 2, 2) - middle) / half
    met = []
    for chosen, axis in ((across, 1), (down, 0)):
        places = points[chosen].mean(axis=1)[:, axis] if chosen.any() else np.zeros(0)
        if chosen.sum() < _ENOUGH or float(np.ptp(places)) < 2 * _SPREAD:
            return LEVEL
        met.append(_meeting(points[chosen], run[chosen]))
    (first, stray_across), (second, stray_down) = met
    side = np.array((width / 2, height / 2)) / half
    apart = max(
        _between(first, np.array((0.0, -side[1])), np.array((0.0, side[1]))),
        _between(second, np.array((-side[0], 0.0)), np.array((side[0], 0.0))),
    )
    stray = max(stray_across, stray_down)
    if apart <= _FLAT or apart > _MOST or stray > _BENT:
        return Tilt(apart, stray, None)
    to_unit = np.array([[1 / half, 0, -middle[0] / half], [0, 1 / half, -middle[1] / half], [0, 0, 1]])
    to_unit = to_unit @ np.diag((scale, scale, 1.0))
    to_pixels = np.diag((half / scale, half / scale, 1.0))
    return Tilt(apart, stray, np.linalg.inv(to_pixels @ _flattening(first, second) @ to_unit))


def _meeting(points: Floats, weights: Floats) -> tuple[Floats, float]:
    """Return the point (homogeneous) that *points*, ends of segments, point to, and by how many degrees they stray from it."""
    ends = np.concatenate([points, np.ones((*points.shape[:2], 1))], axis=2)
    lines = np.cross(ends[:, 0], ends[:, 1])
    lines /= np.linalg.norm(lines[:, :2], axis=1)[:, None]
    middles = points.mean(axis=1)
    own = points[:, 1] - points[:, 0]
    trust = np.ones(len(lines))
    found = np.zeros(3)
    stray = np.zeros(len(lines))
    for _ in range(_ROUNDS):
        found = np.linalg.svd(lines * (weights * trust)[:, None])[2][-1]
        towards = found[:2] - middles * found[2]
        turn = np.abs(_crossed(towards, own)) / (np.linalg.norm(towards, axis=1) * np.linalg.norm(own, axis=1) + 1e-12)
        stray = np.degrees(np.arcsin(np.clip(turn, 0, 1)))
        trust = 1 / (1 + (stray / _STRAY) ** 2)
    order = np.argsort(stray)
    share = np.cumsum(weights[order]) / weights.sum()
    return found, float(stray[order][np.searchsorted(share, 0.5)])


def _crossed(first: Floats, second: Floats) -> Floats:
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0], np.float64)


def _between(point: Floats, first: Floats, second: Floats) -> float:
    """Return by how many degrees the ways to *point* from two places differ."""
    one, two = (point[:2] - place * point[2] for place in (first, second))
    sine = abs(float(_crossed(one, two))) / (float(np.linalg.norm(one) * np.linalg.norm(two)) + 1e-12)
    return float(np.degrees(np.arcsin(min(1.0, sine))))


def _flattening(first: Floats, second: Floats) -> Homography:
    """Return what takes the two meeting points to infinity, on the axes, and leaves the middle's scale as it is."""
    far = np.cross(first, second)
    flat = np.array([[1, 0, 0], [0, 1, 0], far / far[2]])
    across, down = (flat @ first)[:2], (flat @ second)[:2]
    across, down = across / np.linalg.norm(across), down / np.linalg.norm(down)
    if across[0] < 0:
        across = -across
    if down[1] < 0:
        down = -down
    squared = np.eye(3)
    squared[:2, :2] = np.linalg.inv(np.stack([across, down], axis=1))
    return np.asarray(squared @ flat, np.float64)


def laid_flat(sheet: Sheet, flat: Homography) -> tuple[Sheet, Homography]:
    """Return *sheet* as it would lie flat, its *flat* being what `find_tilt` found, and what takes its pixels back.

    Raises DocumentError where it would be too large.
    """
    height, width = sheet.pixels.shape[:2]
    there = np.linalg.inv(flat)
    edges = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64) @ there.T
    places = edges[:, :2] / edges[:, 2:]
    left, top = places.min(axis=0)
    wide, high = (int(v) + 1 for v in np.ptp(places, axis=0))
    check_size(wide, high, sheet.page)
    there = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ there
    how = {"flags": cv2.INTER_CUBIC, "borderValue": paper_of(sheet.pixels)}
    pixels = np.asarray(cv2.warpPerspective(sheet.pixels, there, (wide, high), **how), np.uint8)  # type: ignore[call-overload]
    return replace(sheet, pixels=pixels), np.asarray(np.linalg.inv(there), np.float64)

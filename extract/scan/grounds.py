"""Dark grounds of a sheet: the black round it is taken for paper, and white print on a dark row for dark on white."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .images import Pixels

_DPI = 25
_AROUND_INCHES = 1.2
"""Paper is what is lightest within this reach: rows of a table are lower than that."""
_DARK, _BLACK = 0.55, 70
_LEAST_INCHES = 0.1
_WIDE_INCHES = 0.5
_FULL = 0.6
_PRINTED_OVER = 0.01
"""A ground with more print on it that is darker than itself is a seal's star, or a shade that print stands on."""
_RIM_INCHES = 0.03
_WITHIN_INCHES = 0.2
"""Characters in a ground are no higher than this, and their strokes leave holes in it."""
_CONTRAST = 40


def dark_on_light(pixels: Pixels, dpi: float) -> Pixels:
    """Return *pixels* without what is black round the sheet, and with white print on dark grounds turned.

    A ground that is turned is outlined: the cells in it end where it ended.
    """
    height, width = pixels.shape[:2]
    grey = pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    step = max(1, round(dpi / _DPI))
    small = cv2.resize(grey, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((round(_AROUND_INCHES * _DPI),) * 2, np.uint8))
    dark = (small < np.maximum(_BLACK, _DARK * paper)).astype(np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((max(2, round(_LEAST_INCHES * _DPI)),) * 2, np.uint8))
    if not solid.any():
        return pixels
    out = pixels.copy()
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    for label in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[label])
        at_edge = x == 0 or y == 0 or x + w >= solid.shape[1] or y + h >= solid.shape[0]
        if not at_edge and (max(w, h) < _WIDE_INCHES * _DPI or area < _FULL * w * h):
            continue
        x0, y0 = max(0, (x - 2) * step), max(0, (y - 2) * step)
        part = (slice(y0, (y + h + 2) * step), slice(x0, (x + w + 2) * step))
        rough = np.ascontiguousarray((labels == label)[max(0, y - 2) : y + h + 2, max(0, x - 2) : x + w + 2], np.uint8)
        mask = _exact(grey[part], rough, step)
        if at_edge:
            rim = 2 * max(1, round(_RIM_INCHES * dpi)) + 1
            out[part][cv2.dilate(mask, np.ones((rim, rim), np.uint8)) > 0] = np.percentile(small, 75)
        else:
            _turn(out[part], grey[part], mask, dpi)
    return out


def _exact(grey: NDArray[np.uint8], rough: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """Return where a ground found in a small picture is in the large one."""
    near = cv2.resize(cv2.dilate(rough, np.ones((3, 3), np.uint8)), grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    sure = cv2.resize(rough, grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    level = float(np.percentile(grey[sure > 0], 60)) if sure.any() else 0.0
    return np.asarray(((grey < level + _CONTRAST) & (near > 0)).astype(np.uint8), np.uint8)


def _turn(out: Pixels, grey: NDArray[np.uint8], mask: NDArray[np.uint8], dpi: float) -> None:
    """Turn the print in a ground to dark on white, in place, and draw the ground's outline."""
    reach = round(_WITHIN_INCHES * dpi)
    padded = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(0.0,))
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    whole = np.ascontiguousarray(closed[reach : reach + mask.shape[0], reach : reach + mask.shape[1]])
    ground, light = float(np.median(grey[mask > 0])), float(np.percentile(grey[whole > 0], 99.5))
    rim = 2 * round(_RIM_INCHES * dpi) + 1
    inner = grey[cv2.erode(whole, np.ones((rim, rim), np.uint8)) > 0]  # without the rules it ends at
    if light - ground < _CONTRAST or not inner.size or (inner < ground - _CONTRAST).mean() > _PRINTED_OVER:
        return
    turned = 255 - np.clip((grey.astype(np.float32) - ground) * (255 / (light - ground)), 0, 255)
    inside = whole > 0
    out[inside] = turned[inside].astype(np.uint8)[:, None] if out.ndim == 3 else turned[inside].astype(np.uint8)
    contours, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(out, contours, -1, (0.0, 0.0, 0.0), 2)

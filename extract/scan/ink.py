"""A sheet's pixels → its print alone: even white paper, no seals, no specks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .grounds import dark_on_light
from .images import Pixels

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]
"""255 where there is ink, 0 elsewhere."""

DARK = 165
"""Grey level, on paper evened to 255, below which a pixel is ink: between the halves of a blurred stroke."""
_SATURATED = 45
_SEAL_INCHES = (0.55, 2.8)
_SEAL_ASPECT = 1.7
_THIN = 24
_UNDER = 0.62
_SPECK_INCHES = 0.011
_BLOB_INCHES = 0.13


def even(pixels: Pixels, dpi: float) -> tuple[Grey, int]:
    """Return the page in grey on white paper, light and tint evened out, and the number of seals taken out."""
    flat = _evened(dark_on_light(pixels, dpi), dpi)
    return (flat, 0) if flat.ndim == 2 else _without_seals(flat, dpi)


def _evened(pixels: Pixels, dpi: float) -> Pixels:
    """Return *pixels* divided by the paper around them, each colour by itself."""
    height, width = pixels.shape[:2]
    step = max(2, round(dpi / 25))
    small = cv2.resize(pixels, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    # Closed and not only dilated: a shaded row ends where it ends, or its rim would be darker than its paper.
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 1.2)
    paper = np.maximum(paper, 60)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, paper, scale=255), np.uint8)


def _without_seals(flat: Pixels, dpi: float) -> tuple[Grey, int]:
    """Return grey of an evened colour page, what is as large and as square as a seal lightened to paper.

    A seal's ink is light in its own colour, print under it is dark in every colour.
    """
    grey = np.array(cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY), np.uint8)
    red, green, blue = cv2.split(flat)  # numpy's max over the last axis takes thirty times as long
    light = cv2.max(cv2.max(red, green), blue)
    dark = cv2.min(cv2.min(red, green), blue)
    colour = cv2.boxFilter(cv2.subtract(light, dark), -1, (3, 3))
    coloured = ((colour > _SATURATED) & (light > 110)).astype(np.uint8)
    if not coloured.any():
        return grey, 0
    reach = max(3, round(0.1 * dpi))
    small = 4
    thin = cv2.resize(coloured * np.uint8(255), None, fx=1 / small, fy=1 / small, interpolation=cv2.INTER_AREA)
    joined = (thin > _THIN).astype(np.uint8)  # a ring is thinner than the small picture's pixels
    joined = np.asarray(cv2.dilate(joined, np.ones((max(1, reach // small),) * 2, np.uint8)), np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    seals = 0
    for label in range(1, count):
        x, y, w, h = (int(v) * small for v in stats[label][:4])
        low, high = _SEAL_INCHES[0] * dpi, _SEAL_INCHES[1] * dpi
        if not (low <= min(w, h) and max(w, h) <= high and max(w, h) <= _SEAL_ASPECT * min(w, h)):
            continue
        seals += 1
        part = (slice(max(0, y), y + h), slice(max(0, x), x + w))
        inked = cv2.dilate(coloured[part], np.ones((5, 5), np.uint8)) > 0
        own = light[part]
        ink = own[(coloured[part] > 0) & (own > 120)]
        ink_light = float(np.percentile(ink, 8)) if ink.size else 200.0
        # Print under the seal is dark in every colour; the rest is the seal's, with what compression made of it.
        lifted = np.where(own > _UNDER * ink_light, 255, own).astype(np.uint8)
        grey[part] = np.where(inked, np.maximum(lifted, grey[part]), grey[part])
    return grey, seals


def ink_of(grey: Grey, dpi: float) -> Mask:
    """Return where an evened page has ink, specks and punched holes left out."""
    mask = ((grey < DARK) * np.uint8(255)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    area = stats[:, cv2.CC_STAT_AREA]
    speck = max(2, round((_SPECK_INCHES * dpi) ** 2))
    # What a broad square fits into is a hole or a shadow: dense characters fill their box, but no stroke is so broad.
    broad = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((max(3, round(_BLOB_INCHES * dpi)),) * 2, np.uint8))
    filled = np.bincount(labels[broad > 0], minlength=len(area))
    drop = (area <= speck) | (filled > 0.5 * area)
    drop[0] = False
    mask[drop[labels]] = 0
    return mask

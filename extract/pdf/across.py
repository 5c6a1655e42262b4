"""What is printed and is no part of a page's text: watermarks, slanted or pale or far too large, and what is struck out.

Their characters lie in the cells of the form as its own do; read with them, 1.15 under a 2024 becomes 1.1524.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
from jixiao.extract.placed import Glyphs
from jixiao.extract.ruled import Floats
from numpy.typing import NDArray

from .ink import THIN, Ink

_SLANTED = 8.0
"""So many degrees off the level and the upright nothing is set that belongs to a form."""
_LARGE = 2.2
"""Text that is so many times as high as most of the page may be a stamp, if it runs over upright rules or other text."""
_CORE = 0.25
"""This share of a character's box is left off on each side before it is said to lie on something."""
_LONGER = 8.0
_MIDDLE = 0.15
_ENDS = 2.0
_SHARE = 0.1
_KINDS = 12
_SAMPLE = 200


def without_stamps(ink: Ink, known: Collection[str] = ()) -> Ink:
    """Return *ink* without what is stamped across the page or struck out; `across` and `struck` say what that was.

    *known* are stamps seen on other pages: on a page of few lines one may lie on nothing.
    """
    glyphs = ink.glyphs
    if not len(glyphs):
        return ink
    heights = glyphs.boxes[:, 3] - glyphs.boxes[:, 1]
    odd = heights > _LARGE * np.median(heights)
    if glyphs.faint is not None:
        odd |= glyphs.faint
    stamped = np.zeros(len(glyphs), bool)
    if glyphs.slants is not None:
        stamped = np.abs((glyphs.slants + 45) % 90 - 45) > _SLANTED
        odd &= ~stamped
    struck = _struck(ink, heights)
    odd &= ~struck
    if odd.any():
        stamped |= _lying_across(ink, odd, heights)
        if known:
            stamped |= _saying(glyphs, odd & ~stamped, known)
    struck &= ~stamped
    if not (stamped | struck).any():
        return ink
    across = dict.fromkeys((*ink.across, *(text for text, _ in _strokes(glyphs, stamped))))
    out = dict.fromkeys((*ink.struck, *(text for text, _ in _strokes(glyphs, struck))))
    return replace(ink, glyphs=glyphs.of(~(stamped | struck)), across=tuple(across), struck=tuple(out))


def _struck(ink: Ink, heights: Floats) -> NDArray[np.bool_]:
    """Return which glyphs are struck out: a level line as long as they are runs through their middle."""
    boxes, lines = ink.glyphs.boxes, ink.lines
    struck = np.zeros(len(boxes), bool)
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    levels = np.sort(middles)
    lines = lines[(lines[:, 3] - lines[:, 1] <= THIN) & (lines[:, 2] - lines[:, 0] >= heights.min() / 2)]
    y = (lines[:, 1] + lines[:, 3]) / 2
    after = np.searchsorted(levels, y)
    nearest = np.minimum(np.abs(y - levels[np.maximum(after - 1, 0)]), np.abs(y - levels[np.minimum(after, len(levels) - 1)]))
    lines = lines[nearest < heights.max() * _MIDDLE]
    upright = ink.lines[ink.lines[:, 3] - ink.lines[:, 1] > ink.lines[:, 2] - ink.lines[:, 0]]
    for x0, top, x1, bottom in lines.tolist():
        level = (top + bottom) / 2
        sides = upright[(upright[:, 1] < level + 1) & (upright[:, 3] > level - 1)][:, 0]
        if len(sides) and max(np.abs(sides - x0).min(), np.abs(sides - x1).min()) < _ENDS:
            continue  # the rule of a cell
        under = (np.abs(middles - level) < heights * _MIDDLE) & (boxes[:, 0] > x0 - _ENDS) & (boxes[:, 2] < x1 + _ENDS)
        if under.any() and abs(boxes[under, 0].min() - x0) < _ENDS and abs(boxes[under, 2].max() - x1) < _ENDS:
            struck |= under
    return struck


def _lying_across(ink: Ink, odd: NDArray[np.bool_], heights: Floats) -> NDArray[np.bool_]:
    """Return which of the *odd* glyphs are of a kind (as high, pale or not) that lies on upright rules or on other text."""
    faint = np.zeros(len(odd), bool) if ink.glyphs.faint is None else ink.glyphs.faint
    _, stroke = np.unique(ink.glyphs.strokes, return_inverse=True)
    tallest = np.zeros(stroke.max() + 1)
    np.maximum.at(tallest, stroke, heights)
    kinds = np.round(tallest[stroke]).astype(np.int64) * 2 + faint
    found = np.zeros(len(odd), bool)
    values, counts = np.unique(kinds[odd], return_counts=True)
    # Level rules say nothing: a word that is underlined or struck out has one of its own.
    upright = ink.lines[ink.lines[:, 3] - ink.lines[:, 1] > np.maximum(_LONGER, ink.lines[:, 2] - ink.lines[:, 0])]
    others = np.concatenate([_core(ink.glyphs.boxes[~odd]), upright])
    for kind in values[np.argsort(-counts, kind="stable")][:_KINDS].tolist():
        members = odd & (kinds == kind)
        places = np.flatnonzero(members)
        sample = _core(ink.glyphs.boxes[places[:: -(-len(places) // _SAMPLE)]])
        lying = sum(bool(_touches(box, others).any()) for box in sample)
        if lying > _SHARE * len(sample):
            found |= members
    return found


def _saying(glyphs: Glyphs, odd: NDArray[np.bool_], known: Collection[str]) -> NDArray[np.bool_]:
    """Return which of the *odd* glyphs were drawn by one command that says what is *known*."""
    found = np.zeros(len(odd), bool)
    for text, places in _strokes(glyphs, odd):
        if text in known:
            found[places] = True
    return found


def _strokes(glyphs: Glyphs, chosen: NDArray[np.bool_]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield what each command drew of the *chosen* glyphs, and the places of those."""
    places = np.flatnonzero(chosen)
    if len(places):
        for part in np.split(places, np.flatnonzero(np.diff(glyphs.strokes[places])) + 1):
            yield glyphs.codes[part].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass"), part


def _core(boxes: Floats) -> Floats:
    """Return *boxes* without a margin: printed lines stand close, and a stop fills little of its box."""
    margin = (boxes[:, 2:] - boxes[:, :2]) * _CORE
    return np.hstack([boxes[:, :2] + margin, boxes[:, 2:] - margin])


def _touches(box: Floats, others: Floats) -> NDArray[np.bool_]:
    x0, top, x1, bottom = others.T
    touching: NDArray[np.bool_] = (x0 < box[2]) & (top < box[3]) & (x1 > box[0]) & (bottom > box[1])
    return touching

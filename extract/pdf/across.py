"""What is stamped across a page and is no part of its text: watermarks, slanted or pale or far too large.

Their characters lie in the cells of the form as its own do; read with them, 1.15 under a 2024 becomes 1.1524.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
from jixiao.extract.placed import Glyphs
from jixiao.extract.ruled import Floats
from numpy.typing import NDArray

from .ink import Ink

_SLANTED = 8.0
"""So many degrees off the level and the upright nothing is set that belongs to a form."""
_LARGE = 2.2
"""Text that is so many times as high as most of the page may be a stamp, if it runs over rules or other text."""
_CORE = 0.25
"""This share of a character's box is left off on each side before it is said to lie on something."""
_SHARE = 0.1
_KINDS = 12
_SAMPLE = 200


def without_stamps(ink: Ink, known: Collection[str] = ()) -> Ink:
    """Return *ink* without what is stamped across the page; `across` says what that was.

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
    if odd.any():
        stamped |= _lying_across(ink, odd, heights)
        if known:
            stamped |= _saying(glyphs, odd & ~stamped, known)
    if not stamped.any():
        return ink
    texts = [text for text, _ in _strokes(glyphs, stamped)]
    return replace(ink, glyphs=glyphs.of(~stamped), across=tuple(dict.fromkeys((*ink.across, *texts))))


def _lying_across(ink: Ink, odd: NDArray[np.bool_], heights: Floats) -> NDArray[np.bool_]:
    """Return which of the *odd* glyphs are of a kind (a height, pale or not) that lies on rules or on other text."""
    faint = np.zeros(len(odd), bool) if ink.glyphs.faint is None else ink.glyphs.faint
    kinds = np.round(heights).astype(np.int64) * 2 + faint
    found = np.zeros(len(odd), bool)
    values, counts = np.unique(kinds[odd], return_counts=True)
    others = np.concatenate([_core(ink.glyphs.boxes[~odd]), ink.lines])
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

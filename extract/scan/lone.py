"""What has a cell for itself: a comparator, a dash, a zero, a stroke. A recogniser of lines reads none of them well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from .figures import PLAIN, SIGNS, Judged
from .ink import Grey
from .lines import Area, Line
from .recognise import Glyph
from .signs import Run, shape_of
from .widths import dash_of_length, restored

_NARROW = {"ge": "≥", "le": "≤", "eq": "=", "gt": ">", "lt": "<"}
_WIDE, _WIDE_ANGLE = {">": "＞", "<": "＜"}, 0.5
"""No room beside it tells the width of a sign that stands alone."""
_LIKE_ZERO = "0OoQD〇○◯Ｏ０"
_LIKE_SLASH = "1Il|一丨八/∕J7"
_DOUBT = 0.4
_STRONG = 0.97
_LONE, _LONE_CHANCE = 1.3, 0.99
_ROUND = 3
_LIKELY = 0.5
_DIGIT = 0.6
"""No digit is lower than this share of a character's height."""
_DASH_LENGTHS, _DASH_HEIGHT, _FLAT = (0.2, 1.3), 0.15, 2.2
_AMID = 0.2
_THIN, _MAY_BE_ONE = 0.08, 0.7


def is_sign(grey: Grey, line: Line, run: Run, height: float) -> bool:
    """Tell whether the ink of *run* is plainly a comparator."""
    shape, chance = shape_of(grey, line, run, height)
    return bool(shape) and chance >= _STRONG


def is_dash(line: Line, area: Area, height: float) -> bool:
    """Tell whether *line*, all there is in its cell, is as flat and as long as a dash, and stands where one would."""
    wide = line.x1 - line.x0
    low, high = (share * height for share in _DASH_LENGTHS)
    amid = abs(line.y0 + line.y1 - area.y0 - area.y1) / 2 <= _AMID * (area.y1 - area.y0)
    flat = line.height <= max(2.0, _DASH_HEIGHT * height) and wide >= _FLAT * line.height
    return amid and flat and low <= wide <= high


def lone_dash(line: Line, height: float) -> Judged:
    """Return the dash that has its cell for itself, by its length: to the recogniser it is 一, or nothing.

    一 alone in a cell has a thicker stroke, or a hook at its end; where the stroke is as thick the dash is in doubt.
    """
    text = dash_of_length(line.x1 - line.x0, height)
    thin = line.height <= max(2.0, _THIN * height)
    score = PLAIN if thin else _MAY_BE_ONE
    doubts = [] if thin else [f"“{text}”也可能是“一”"]
    return Judged([Glyph(text, score, (line.x0 + line.x1) / 2)], score, doubts, ("lone_dash",))


def judge_lone_sign(judged: Judged, grey: Grey, line: Line, runs: Sequence[Run], height: float) -> bool:
    """Read a comparator that has its cell for itself by its shape: to the recogniser, which reads lines, it is M or N.

    It is taken where the recogniser is unsure and the shape is plain, in the picture as it is and blurred alike; where
    the recogniser sees nothing at all, a likely shape is taken in doubt: a sign that is lost makes another target.
    """
    glyphs = [g for g in judged.glyphs if g.text.strip()]
    if len(runs) != 1 or runs[0].width > _LONE * height or len(glyphs) > 1:
        return False
    if glyphs and (glyphs[0].text in SIGNS or glyphs[0].score >= PLAIN):
        return False
    if glyphs and glyphs[0].text.isdecimal() and line.height >= _DIGIT * height:
        return False
    shape, chance = shape_of(grey, line, runs[0], height)
    if not shape or chance < (_LONE_CHANCE if glyphs else _LIKELY):
        return False
    x0, y0 = max(0, runs[0].x0 - _ROUND), max(0, line.y0 - _ROUND)
    part = np.asarray(cv2.GaussianBlur(grey[y0 : line.y1 + _ROUND, x0 : runs[0].x1 + _ROUND], (3, 3), 0), np.uint8)
    moved = Line(line.x0 - x0, line.y0 - y0, line.x1 - x0, line.y1 - y0)
    again, second = shape_of(part, moved, Run(runs[0].x0 - x0, runs[0].x1 - x0), height)
    score = PLAIN if chance >= _LONE_CHANCE and again == shape and second >= _STRONG else _DOUBT
    (glyph,) = restored([Glyph(_NARROW[shape], score, runs[0].middle)], runs, height)
    if glyph.text in _WIDE and runs[0].width > _WIDE_ANGLE * height:
        glyph = replace(glyph, text=_WIDE[glyph.text])
    judged.glyphs = [glyph]
    judged.confidence, judged.steps = score, ("lone_sign",)
    judged.doubts = [] if score == PLAIN else [f"比较符号“{judged.glyphs[0].text}”不清楚"]
    return True


def same_zero(first: Sequence[Glyph], second: Sequence[Glyph]) -> bool:
    """Tell whether two readings of a line are both the one zero that a cell holds: O and 0 are one to a recogniser."""
    return all(len(found) == 1 and found[0].text in _LIKE_ZERO for found in (first, second))


def judge_alone(judged: Judged, slant: float) -> None:
    """Repair what stands alone in a cell: a zero is read as a letter there, a stroke may be 1 or /.

    *slant* is how far the ink leans to the right from its foot to its head, as a share of its height.
    """
    if len(judged.glyphs) != 1:
        return
    glyph = judged.glyphs[0]
    if glyph.text in _LIKE_ZERO:
        rest = sum(p for text, p in glyph.others if text in _LIKE_ZERO)
        if glyph.text != "0":
            judged.steps = ("lone_zero",)
        judged.glyphs = [replace(glyph, text="0", score=min(1.0, glyph.score + rest), others=())]
        return
    if glyph.text in _LIKE_SLASH and slant > 0.3:
        judged.glyphs = [replace(glyph, text="/")]
        judged.steps = ("lone_slash",)
        judged.confidence = max(judged.confidence, PLAIN)

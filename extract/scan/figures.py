"""Second looks: signs and figures are right, or in doubt with the reason said.

A line with a figure is recognised twice, from two crops; the shape of a comparator's ink is asked apart from its
neighbours; ink that became no character, and points that stand where no point stands, are noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from jixiao.normalize.characters import fold_width

from .ink import Grey
from .lines import Line
from .recognise import Glyph
from .signs import Run, shape_of
from .widths import run_at

SIGNS = {
    "≥": "ge", "≧": "ge", "≤": "le", "≦": "le", "=": "eq", "＝": "eq", "﹦": "eq", ">": "gt", "＞": "gt", "<": "lt", "＜": "lt",
}  # fmt: skip
_SHOWN = {"ge": "≥", "le": "≤", "eq": "＝", "gt": "＞", "lt": "＜"}
_LIKE_SIGNS = "2WZ二三ZzVvKk7》《Σ>＞<＜"
_LIKE_ZERO = "0OoQD〇○◯Ｏ０"
_LIKE_SLASH = "1Il|一丨八/∕J7"
_PLAIN = 0.9
_STRONG = 0.97
_DOUBT, _WEAK = 0.4, 0.7
_SHORT = 8
_LONE, _LONE_CHANCE = 1.3, 0.99
_ROUND = 3
_LIKELY = 0.5
_DIGIT = 0.6
"""No digit is lower than this share of a character's height."""
_FIGURES_SHARE = 0.3


@dataclass(slots=True)
class Judged:
    """The characters of a line, how sure they are (0–1), what lowered that, and the steps that were taken."""

    glyphs: list[Glyph]
    confidence: float
    doubts: list[str]
    steps: tuple[str, ...] = ()

    def doubt(self, confidence: float, reason: str) -> None:
        self.confidence = min(self.confidence, confidence)
        if reason not in self.doubts:
            self.doubts.append(reason)


def is_figure(glyphs: Sequence[Glyph]) -> bool:
    """Tell whether a line is a figure, has a comparator, or is so short that one may be all it is."""
    text = fold_width("".join(g.text for g in glyphs)).replace(" ", "")
    digits = sum(ch.isdecimal() for ch in text)
    return bool(text) and (digits >= _FIGURES_SHARE * len(text) or any(ch in SIGNS for ch in text) or len(text) == 1)


def has_figure(glyphs: Sequence[Glyph]) -> bool:
    return any(g.text.isdecimal() for g in glyphs)


def compare(judged: Judged, again: Sequence[Glyph]) -> None:
    """Lower the confidence where a second recognition gives another text; the surer of the two is kept."""
    first, second = _folded(judged.glyphs), _folded(again)
    if first == second:
        return
    others = _score(again)
    if others > _score(judged.glyphs) + 0.1 and len(second) >= len(first):
        judged.glyphs = list(again)
    judged.doubt(_DOUBT, f"两次识别不同（“{first}”与“{second}”）")


def judge_signs(judged: Judged, grey: Grey, line: Line, runs: Sequence[Run], height: float) -> None:
    """Check every comparator against the shape of its ink, and the first character for being one in disguise."""
    for i, glyph in enumerate(judged.glyphs):
        read = SIGNS.get(glyph.text)
        place = run_at(runs, glyph.x)
        if place is None or (read is None and i):
            continue
        run = runs[place]
        if run.width > 1.35 * height:
            if read is not None and glyph.score < _PLAIN:
                judged.doubt(_WEAK, f"比较符号“{glyph.text}”与旁边的字粘连")
            continue
        if read is None and glyph.text not in _LIKE_SIGNS:
            continue
        shape, chance = shape_of(grey, line, run, height)
        if read is None:
            if shape and chance >= _STRONG:
                judged.doubt(_DOUBT, f"行首的“{glyph.text}”形状像“{_SHOWN[shape]}”")
            continue
        if shape == read:
            if chance < _PLAIN and glyph.score < _PLAIN:
                judged.doubt(_WEAK, f"比较符号“{glyph.text}”不清楚")
        elif chance >= _PLAIN or glyph.score < _PLAIN:
            seen = f"形状像“{_SHOWN[shape]}”" if shape else "形状不像比较符号"
            judged.doubt(_DOUBT, f"比较符号识别为“{glyph.text}”，{seen}")
        else:
            judged.doubt(_WEAK, f"比较符号“{glyph.text}”不清楚")


def judge_lone_sign(judged: Judged, grey: Grey, line: Line, runs: Sequence[Run], height: float) -> bool:
    """Read a comparator that has its cell for itself by its shape: to the recogniser, which reads lines, it is M or N.

    It is taken where the recogniser is unsure and the shape is plain, in the picture as it is and blurred alike; where
    the recogniser sees nothing at all, a likely shape is taken in doubt: a sign that is lost makes another target.
    """
    glyphs = [g for g in judged.glyphs if g.text.strip()]
    if len(runs) != 1 or runs[0].width > _LONE * height or len(glyphs) > 1:
        return False
    if glyphs and (glyphs[0].text in SIGNS or glyphs[0].score >= _PLAIN):
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
    score = _PLAIN if chance >= _LONE_CHANCE and again == shape and second >= _STRONG else _DOUBT
    judged.glyphs = [Glyph(_SHOWN[shape], score, runs[0].middle, ())]
    judged.confidence, judged.steps = score, ("lone_sign",)
    judged.doubts = [] if score == _PLAIN else [f"比较符号“{_SHOWN[shape]}”不清楚"]
    return True


def judge_ink(judged: Judged, runs: Sequence[Run], tall: Sequence[bool], height: float) -> None:
    """Notice ink before the first character and between figures that nothing was read from."""
    glyphs = [g for g in judged.glyphs if g.text.strip()]
    if not glyphs or not runs:
        return
    missed = [
        r
        for r, is_tall in zip(runs, tall, strict=True)
        if is_tall and r.width > 0.12 * height and all(abs(g.x - r.middle) > max(0.75 * height, r.width) for g in glyphs)
    ]
    if missed:
        judged.doubt(_DOUBT, "有笔迹没有识别出字")
        return
    text = fold_width("".join(g.text for g in glyphs))
    if text.isascii() and text.replace(".", "").replace(",", "").isdecimal():
        digits = sum(ch.isdecimal() for ch in text)
        high = sum(tall)
        if high > digits:
            judged.doubt(_DOUBT, f"印有 {high} 个数字的笔迹，识别出 {digits} 个")


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
        judged.confidence = max(judged.confidence, _PLAIN)


def _folded(glyphs: Sequence[Glyph]) -> str:
    text = fold_width("".join(g.text for g in glyphs))
    return "".join(text.split()).translate(_ALIKE)


_ALIKE = str.maketrans({"≧": "≥", "≦": "≤", "﹦": "=", **dict.fromkeys("—–―─一", "-"), "〜": "~"})


def _score(glyphs: Sequence[Glyph]) -> float:
    return min((g.score for g in glyphs if g.text.strip()), default=0.0)

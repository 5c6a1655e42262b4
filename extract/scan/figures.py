"""Second looks: signs and figures are right, or in doubt with the reason said.

A line with a figure is recognised twice, from two crops; the shape of a comparator's ink is asked apart from its
neighbours; ink that became no character, and points that stand where no point stands, are noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
PLAIN = 0.9
_STRONG = 0.97
_DOUBT, _WEAK = 0.4, 0.7
_FIGURES_SHARE = 0.3
_GAP, _UNLIKE, _LEAST_GAP = 0.55, 2.2, 0.12
_ROOM_BEHIND, _ROOM_BEFORE, _ROOM = "：:，,、；;。）)＝＜＞≥≤", "（(＝＜＞", 0.55
"""Full-width signs keep room beside their ink, in characters' heights."""


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
    """Tell whether there is a digit or a comparator among *glyphs*."""
    return any(g.text.isdecimal() or g.text in SIGNS for g in glyphs)


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
            if read is not None and glyph.score < PLAIN:
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
            if chance < PLAIN and glyph.score < PLAIN:
                judged.doubt(_WEAK, f"比较符号“{glyph.text}”不清楚")
        elif chance >= PLAIN or glyph.score < PLAIN:
            seen = f"形状像“{_SHOWN[shape]}”" if shape else "形状不像比较符号"
            judged.doubt(_DOUBT, f"比较符号识别为“{glyph.text}”，{seen}")
        else:
            judged.doubt(_WEAK, f"比较符号“{glyph.text}”不清楚")


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


def judge_gaps(judged: Judged, runs: Sequence[Run], height: float) -> None:
    """Notice a gap beside a digit that the line's other gaps are nothing like: a digit was there that is worn off."""
    glyphs = [g for g in judged.glyphs if g.text.strip()]
    gaps: list[float] = []
    for before, after in pairwise(glyphs):
        if not before.text.isdecimal() and not after.text.isdecimal():
            continue
        first, second = run_at(runs, before.x), run_at(runs, after.x)
        if first is None or second is None or second <= first:
            continue
        gap = max(runs[k + 1].x0 - runs[k].x1 for k in range(first, second)) / height
        roomy = before.text in _ROOM_BEHIND or after.text in _ROOM_BEFORE
        gaps.append(gap - (_ROOM if roomy else 0))
    gaps.sort()
    usual = gaps[(len(gaps) - 1) // 2] if len(gaps) > 1 else 0.0
    if gaps and gaps[-1] > max(_GAP, _UNLIKE * max(usual, _LEAST_GAP)):
        judged.doubt(_WEAK, "数字旁有空缺")


def _folded(glyphs: Sequence[Glyph]) -> str:
    text = fold_width("".join(g.text for g in glyphs))
    return "".join(text.split()).translate(_ALIKE)


_ALIKE = str.maketrans({"≧": "≥", "≦": "≤", "﹦": "=", **dict.fromkeys("—–―─一", "-"), "〜": "~"})


def _score(glyphs: Sequence[Glyph]) -> float:
    return min((g.score for g in glyphs if g.text.strip()), default=0.0)

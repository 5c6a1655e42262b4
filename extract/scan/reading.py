"""A line of print on an upright page → a piece: its text, how sure it is, and what lowers that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jixiao.extract.document import Piece, piece_of
from jixiao.normalize.characters import fold_width
from numpy.typing import NDArray

from .covered import is_beside, is_crossed
from .figures import Judged, compare, has_figure, is_figure, judge_gaps, judge_ink, judge_signs
from .ink import Grey, Mask
from .lines import Area, Line
from .lone import is_dash, is_sign, judge_alone, judge_lone_sign, lone_dash, same_zero
from .recognise import Glyph, recogniser
from .signs import Run, runs_of
from .variants import simplified
from .widths import restored

_PAD = 0.14
_SECOND_PAD = 0.34
"""The second look sees the characters a fifth smaller: what it reads alike is no accident of the scale."""
_CLEAR = 0.9
_SUREST = 0.9999
"""Only characters that a file gives are surer."""
_LONGEST = 36
"""A line longer than so many characters' heights is recognised in parts."""
_WHOLE = 0.7
"""So wide, in characters' heights, is ink between two gaps if it is a character and no part of one."""
_RULE_REST = 0.15
_HIDDEN, _CROSSED = 0.4, 0.6


@dataclass(slots=True)
class Print:
    """An upright page ready to be read: its grey on white paper, its ink without rules, its characters' height.

    *blots* are where something hides what is printed, *streaks* where a streak was taken out.
    """

    grey: Grey
    mask: Mask
    height: float
    dpi: float
    blots: Mask | None = None
    streaks: Mask | None = None

    def crop(self, line: Line, area: Area, pad: float = _PAD) -> tuple[Grey, int]:
        """Return the pixels round *line*, and the page's column they begin at.

        A line of low signs alone (a dash, a full stop) is cropped as high as its neighbours, or it would be read as
        something larger.
        """
        margin = round(pad * self.height)
        middle = (line.y0 + line.y1) / 2
        half = max(line.height, self.height) / 2 + margin
        top, bottom, left, right = int(middle - half), int(middle + half) + 1, line.x0 - margin, line.x1 + margin
        inner = self.grey[max(area.y0, top) : min(area.y1, bottom), max(area.x0, left) : min(area.x1, right)]
        # Paper beyond the cell: the recogniser loses characters that touch the edge of its picture.
        above, before = max(area.y0, top) - top, max(area.x0, left) - left
        below, after = bottom - min(area.y1, bottom), right - min(area.x1, right)
        return np.asarray(cv2.copyMakeBorder(inner, above, below, before, after, cv2.BORDER_CONSTANT, value=(255.0,))), left


def read_line(page: Print, line: Line, area: Area, pad: float = _PAD) -> list[Glyph]:
    """Return the characters of *line*, x in pixels of the page, long lines part by part."""
    glyphs: list[Glyph] = []
    for part in _parts(page, line):
        crop, left = page.crop(part, area, pad)
        glyphs += [Glyph(g.text, g.score, g.x + left, g.others) for g in recogniser().read(crop)]
    return simplified(glyphs)


def is_speck(page: Print, line: Line, area: Area, *, follows: bool) -> bool:
    """Tell whether what was taken for a line has too little ink for a character, or is the rest of a rule.

    A full stop may stand alone where it *follows* other lines; alone in a cell it is a speck.
    """
    at_edge = line.y0 <= area.y0 + 2 or line.y1 >= area.y1 - 2
    if at_edge and line.height <= max(3, _RULE_REST * page.height):
        return True
    part = page.mask[line.y0 : line.y1, line.x0 : line.x1]
    reach = max(line.height, line.x1 - line.x0) / page.height
    ink = int((part > 0).sum()) / page.height**2
    if min(line.height, line.x1 - line.x0) >= 0.5 * page.height and ink < 0.1:
        # As large as a character and as thin as dust: what is left of a seal, if it is not the two strokes of ＜.
        runs = runs_of(page.mask, line)
        return len(runs) != 1 or not is_sign(page.grey, line, runs[0], page.height)
    return reach < 0.2 or ink < 0.03 if follows else reach < 0.3 or ink < 0.05


def _folded_score(glyph: Glyph) -> float:
    own = fold_width(glyph.text)
    return min(1.0, glyph.score + sum(p for text, p in glyph.others if text and fold_width(text) == own))


def _parts(page: Print, line: Line) -> Iterable[Line]:
    """Yield *line* cut at gaps between characters into parts short enough."""
    if line.x1 - line.x0 <= _LONGEST * page.height:
        yield line
        return
    count = int((line.x1 - line.x0) / (_LONGEST * page.height)) + 1
    blank = np.asarray(page.mask[line.y0 : line.y1, line.x0 : line.x1].max(axis=0) == 0)
    start = 0
    width = line.x1 - line.x0
    for number in range(1, count):
        wanted = round(width * number / count)
        cut = _widest_gap(blank, wanted, round(1.6 * page.height), page.height)
        if cut is not None and cut > start:
            yield Line(line.x0 + start, line.y0, line.x0 + cut, line.y1)
            start = cut
    yield Line(line.x0 + start, line.y0, line.x1, line.y1)


def _widest_gap(blank: NDArray[np.bool_], wanted: int, reach: int, height: float) -> int | None:
    """Return the middle of the widest gap within *reach* of *wanted*, better of one with whole characters on both sides.

    制 has a gap in itself as wide as those beside it: cut there it was read twice.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], blank, [False]]).astype(np.int8)))
    gaps = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    best, place = 0.0, None
    for i, (start, stop) in enumerate(gaps):
        if not wanted - reach <= (start + stop) // 2 <= wanted + reach or start == 0 or stop == len(blank):
            continue
        before = start - (gaps[i - 1][1] if i else 0)
        after = (gaps[i + 1][0] if i + 1 < len(gaps) else len(blank)) - stop
        width = stop - start + (height if min(before, after) >= _WHOLE * height else 0)
        if width > best:
            best, place = width, (start + stop) // 2
    return place


def read_piece(
    page: Print, line: Line, area: Area, number: int, scale: float, *, follows: bool, alone: bool
) -> Piece | None:
    """Return what a line says as a piece of page *number*, its box in points; None where it is no print.

    *follows* tells that lines of its cell stand above it, *alone* that there is no other in its cell.
    """
    dash = alone and is_dash(line, area, page.height)
    if not dash and is_speck(page, line, area, follows=follows):
        return None
    judged = lone_dash(line, page.height) if dash else judge_line(page, line, area)
    if is_beside(page.blots, line, area, page.height):
        judged.doubt(_HIDDEN, "旁边有孔洞或污渍，可能遮住了字")
    if has_figure(judged.glyphs) and is_crossed(page.streaks, line):
        judged.doubt(_CROSSED, "有扫描条痕穿过")
    raw = "".join(g.text for g in judged.glyphs).strip()
    if not raw:
        return None
    box = (line.x0 * scale, line.y0 * scale, line.x1 * scale, line.y1 * scale)
    made = piece_of(raw, number, 0, 0, box)
    steps = (*judged.steps, *made.steps)
    return Piece(made.text, made.raw, number, 0, 0, box, steps, round(judged.confidence, 4), tuple(judged.doubts))


def judge_line(page: Print, line: Line, area: Area) -> Judged:
    """Return the characters of *line*, looked at twice where they are figures or signs."""
    runs = runs_of(page.mask, line)
    glyphs = restored(read_line(page, line, area), runs, page.height)
    judged = Judged(glyphs, _SUREST, [])
    if judge_lone_sign(judged, page.grey, line, runs, page.height):
        return judged
    if is_figure(glyphs):
        again = restored(read_line(page, line, area, _SECOND_PAD), runs, page.height)
        if not same_zero(judged.glyphs, again):
            compare(judged, again)
        judge_signs(judged, page.grey, line, runs, page.height)
        judge_ink(judged, runs, _tall(page, line, runs), page.height)
        judge_alone(judged, _slant(page, line))
    if has_figure(judged.glyphs):
        judge_gaps(judged, runs, page.height)
    weakest = min((g for g in judged.glyphs if g.text.strip()), key=_folded_score, default=None)
    if weakest is not None and _folded_score(weakest) < judged.confidence:
        judged.confidence = _folded_score(weakest)
        if judged.confidence < _CLEAR:
            other = next((f"，也可能是“{t}”" for t, p in weakest.others if t and p > 0.05), "")
            judged.doubts.append(f"“{weakest.text}”识别分数 {judged.confidence:.2f}{other}")
    return judged


def _tall(page: Print, line: Line, runs: Sequence[Run]) -> list[bool]:
    """Tell of each run whether it is as high as a digit: points and specks are not."""
    out = []
    for run in runs:
        rows = np.flatnonzero(page.mask[line.y0 : line.y1, run.x0 : run.x1].any(axis=1))
        out.append(len(rows) > 0 and int(rows[-1] - rows[0]) + 1 >= 0.5 * page.height)
    return out


def _slant(page: Print, line: Line) -> float:
    """Return how far the ink leans to the right from foot to head, as a share of the line's height."""
    ys, xs = np.nonzero(page.mask[line.y0 : line.y1, line.x0 : line.x1])
    if len(ys) < 4 or int(ys.max()) == int(ys.min()):
        return 0.0
    slope = float(np.polyfit(ys, xs, 1)[0])
    return -slope

"""A line of print on an upright page → a piece: its text, how sure it is, and what lowers that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jixiao.extract.document import Piece, piece_of
from jixiao.normalize.characters import fold_width
from numpy.typing import NDArray

from .ink import Grey, Mask
from .lines import Line
from .recognise import Glyph, recogniser

_PAD = 0.14
_LONGEST = 36
"""A line longer than so many characters' heights is recognised in parts."""
_SLIGHT_INK = 0.05


@dataclass(frozen=True, slots=True)
class Area:
    """The box in pixels that a line may be cropped from: its cell within the rules, or the page."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(slots=True)
class Print:
    """An upright page ready to be read: its grey on white paper, its ink without rules, its characters' height."""

    grey: Grey
    mask: Mask
    height: float
    dpi: float

    def crop(self, line: Line, area: Area, pad: float = _PAD) -> tuple[Grey, int, int]:
        """Return the pixels round *line*, and the page's column and row they begin at.

        A line of low signs alone (a dash, a full stop) is cropped as high as its neighbours, or it would be read as
        something larger.
        """
        margin = round(pad * self.height)
        middle = (line.y0 + line.y1) / 2
        half = max(line.height, self.height) / 2 + margin
        top, bottom = max(area.y0, int(middle - half)), min(area.y1, int(middle + half) + 1)
        left, right = max(area.x0, line.x0 - margin), min(area.x1, line.x1 + margin)
        return np.ascontiguousarray(self.grey[top:bottom, left:right]), left, top


def read_line(page: Print, line: Line, area: Area) -> tuple[list[Glyph], Line]:
    """Return the characters of *line*, x in pixels of the page, long lines part by part."""
    glyphs: list[Glyph] = []
    for part in _parts(page, line):
        crop, left, _ = page.crop(part, area)
        glyphs += [Glyph(g.text, g.score, g.x + left, g.others) for g in recogniser().read(crop)]
    return glyphs, line


def is_speck(page: Print, line: Line) -> bool:
    """Tell whether what was taken for a line has too little ink for a character."""
    part = page.mask[line.y0 : line.y1, line.x0 : line.x1]
    reach = max(line.height, line.x1 - line.x0)
    return reach < 0.3 * page.height or int((part > 0).sum()) < _SLIGHT_INK * page.height**2


def sure(glyphs: Sequence[Glyph]) -> float:
    """Return the score of the least sure character; what differs in width only is one character."""
    return min((_folded_score(g) for g in glyphs if g.text != " "), default=1.0)


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
        cut = _widest_gap(blank, wanted, round(1.6 * page.height))
        if cut is not None and cut > start:
            yield Line(line.x0 + start, line.y0, line.x0 + cut, line.y1)
            start = cut
    yield Line(line.x0 + start, line.y0, line.x1, line.y1)


def _widest_gap(blank: NDArray[np.bool_], wanted: int, reach: int) -> int | None:
    """Return the middle of the widest gap within *reach* of *wanted*."""
    low, high = max(1, wanted - reach), min(len(blank) - 1, wanted + reach)
    best, place, at = 0, None, low
    while at < high:
        stop = at
        while stop < high and blank[stop]:
            stop += 1
        if stop - at > best:
            best, place = stop - at, (at + stop) // 2
        at = max(stop, at) + 1
    return place


def piece(
    page: Print, glyphs: Sequence[Glyph], number: int, box: tuple[float, float, float, float], doubts: tuple[str, ...] = ()
) -> Piece:
    """Return the piece of a line that was read."""
    raw = "".join(g.text for g in glyphs).strip()
    made = piece_of(raw, number, 0, 0, box)
    return Piece(made.text, made.raw, number, 0, 0, box, made.steps, round(sure(glyphs), 4), doubts)

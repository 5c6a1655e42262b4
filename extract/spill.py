"""Text that is taller than its cell: its lines are printed over the cells above and below.

Spreadsheets print so where a row is too low for a wrapped text. Each line alone would go to the cell that it
happens to lie in, and two cells would be wrong; the lines of one text belong to one cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .ruled import Floats, Slot

if TYPE_CHECKING:
    from .placed import Glyphs

_CORE = 0.25
_OUT = 0.5
"""A line whose core (its box without a quarter above and below) is so many points out of its cell is printed across."""
_SAME_HEIGHT = 0.25
_LEVEL = 0.2
_STEP = (0.75, 1.8)
"""The lines of one text follow at so many times their height."""
_EVEN = 0.05
_ALIGNED = 1.5
_CENTRED = 0.4
_LINES = 60


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it was drawn: the glyphs from *first* to before *stop*, the box around them, and what they stand on."""

    first: int
    stop: int
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)


def gather_spilled(
    glyphs: Glyphs, owner: NDArray[np.intp], slots: Sequence[Slot], overprinted: NDArray[np.intp]
) -> set[int]:
    """Give in *owner* the lines of a text that is taller than its cell to that cell.

    *overprinted* are the places of glyphs that lie on others. Returns the numbers of the slots that such a
    text lies in or over: what they say is to be doubted, moved or not.
    """
    inside = np.flatnonzero(owner >= 0)
    if not len(inside):
        return set()
    boxes = glyphs.boxes[inside]
    own = np.array([slot.box for slot in slots])[owner[inside]]
    margin = (boxes[:, 3] - boxes[:, 1]) * _CORE
    across = (boxes[:, 1] + margin < own[:, 1] - _OUT) | (boxes[:, 3] - margin > own[:, 3] + _OUT)
    crossing = np.zeros(len(owner), bool)
    crossing[inside[across]] = True
    crossing[overprinted] = True
    if not crossing.any():
        return set()
    drawn = np.argsort(glyphs.strokes, kind="stable")
    found = [(text, drawn[text[0].first : text[-1].stop]) for text in _texts(_lines(glyphs.of(drawn)))]
    open_texts = [(text, span) for text, span in found if crossing[span].any()]
    frames = np.array([slot.box for slot in slots])
    spilled: set[int] = set()
    # A text that has found its cell leaves the others' cells free of it: then more of them can be told.
    while open_texts:
        held = np.bincount(owner[owner >= 0], minlength=len(slots))
        left = []
        for text, span in open_texts:
            under = _under(text, frames)
            spilled.update(under)
            free = [o for o in under if held[o] == np.count_nonzero(owner[span] == o)]
            home = _home(text, free, slots)
            if home is None:
                left.append((text, span))
            else:
                owner[span] = home
        if len(left) == len(open_texts):
            break
        open_texts = left
    return spilled


def _lines(glyphs: Glyphs) -> Iterator[_Line]:
    """Yield the lines in the order they were drawn: what one command drew, and more beside it in other fonts."""
    heights = glyphs.boxes[1:, 3] - glyphs.boxes[1:, 1]
    gaps = glyphs.boxes[1:, 0] - glyphs.boxes[:-1, 2]
    apart = (np.abs(np.diff(glyphs.baselines)) > _LEVEL * heights) | (gaps > heights) | (gaps < -heights)
    cuts = [0, *(np.flatnonzero((np.diff(glyphs.strokes) != 0) | apart) + 1).tolist(), len(glyphs)]
    line: _Line | None = None
    for first, stop in pairwise(cuts):
        x0, top = glyphs.boxes[first:stop, :2].min(axis=0).tolist()
        x1, bottom = glyphs.boxes[first:stop, 2:].max(axis=0).tolist()
        run = _Line(first, stop, x0, top, x1, bottom, float(np.median(glyphs.baselines[first:stop])))
        if line is not None:
            if abs(run.baseline - line.baseline) < _LEVEL * line.height and 0 <= run.x0 - line.x1 + _ALIGNED <= line.height:
                top, bottom = min(line.top, run.top), max(line.bottom, run.bottom)
                line = _Line(line.first, stop, line.x0, top, run.x1, bottom, line.baseline)
                continue
            yield line
        line = run
    if line is not None:
        yield line


def _texts(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Yield lines that follow each other as those of one text do: one height, one step, one edge or one middle."""
    text: list[_Line] = []
    for line in lines:
        if text and not (_follows(text[-1], line) and _keeps_step([*text[-2:], line]) and len(text) < _LINES):
            yield text
            text = []
        text.append(line)
    if text:
        yield text


def _follows(above: _Line, line: _Line) -> bool:
    height = above.height
    if abs(line.height - height) > _SAME_HEIGHT * height:
        return False
    if not _STEP[0] * height <= line.baseline - above.baseline <= _STEP[1] * height:
        return False
    edges = (line.x0 - above.x0, line.x1 - above.x1, (line.x0 + line.x1 - above.x0 - above.x1) / 2)
    return min(map(abs, edges)) <= _ALIGNED


def _keeps_step(lines: Sequence[_Line]) -> bool:
    steps = [b.baseline - a.baseline for a, b in pairwise(lines)]
    return max(steps) - min(steps) <= _EVEN * lines[0].height


def _under(text: Sequence[_Line], frames: Floats) -> list[int]:
    """Return the slots that *text* is printed over."""
    x0, x1 = min(line.x0 for line in text), max(line.x1 for line in text)
    middle, margin = (x0 + x1) / 2, text[0].height * _CORE
    beside = (frames[:, 0] <= middle) & (middle <= frames[:, 2])
    level = (frames[:, 1] < text[-1].bottom - margin) & (frames[:, 3] > text[0].top + margin)
    return [int(o) for o in np.flatnonzero(beside & level)]


def _home(text: Sequence[_Line], free: Iterable[int], slots: Sequence[Slot]) -> int | None:
    """Return the one of the *free* slots (with no other text in them) that *text* is set into, None where none or several are."""
    middle, near = (text[0].top + text[-1].bottom) / 2, _CENTRED * text[0].height
    centred, flush = [], []
    for number in free:
        _, top, _, bottom = slots[number].box
        if abs((top + bottom) / 2 - middle) <= near:
            centred.append(number)
        elif abs(text[0].top - top) <= near or abs(text[-1].bottom - bottom) <= near:
            flush.append(number)
    likely = centred or flush
    return likely[0] if len(likely) == 1 else None

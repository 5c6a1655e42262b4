"""Characters with a place → printed lines, and those into the cells they stand in.

Characters come as arrays, in the frame in which they read upright. The same for every reader that knows
where its characters stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from jixiao.normalize.characters import repair_characters
from numpy.typing import NDArray

from .document import Piece
from .ruled import Floats, Slot, Table, find_tables
from .spill import gather_spilled

_LINE = 0.55
"""Baselines further apart than this share of a character's height are two lines."""
_SPACE = 0.25
_WIDE_SPACE = 1.2
"""A gap is a space from this share of the height on: between words of Latin text, and beside Chinese, where
even setting leaves gaps that say nothing."""
_WORD = np.zeros(0x2E80, bool)
_WORD[[*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250), *map(ord, ".,;:()'\"&")]] = True
_OVERLAP = 0.6
"""Characters of one line that share so much of their width are printed over each other; stops are set half that close."""
_APART = 2.2
"""Loose text this many heights apart on one line is two things: a date to the left, a unit to the right."""
_ABUTS = 0.35
_SPILLED = 0.4
_OVER = "文字高出格子，与上下格的文字叠在一起"
_NO_STEPS: tuple[str, ...] = ()
_EVEN = 0.05
"""Two characters of one command that are less apart, or as far as the two before, stand in one cell."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters of a page in the order they were drawn, white space left out.

    *codes* are Unicode code points, *boxes* rows of x0, top, x1, bottom, *baselines* the heights they
    stand on; characters with the same number in *strokes* were drawn by one command. *doubled* tells which
    were drawn more than once in their place, and stand here once. *slants* are degrees anticlockwise against
    most of the page's text, *faint* tells what is drawn in a pale colour; None where that is true of none.
    """

    codes: NDArray[np.uint32]
    boxes: Floats
    baselines: Floats
    strokes: NDArray[np.int64]
    doubled: NDArray[np.bool_] | None = None
    slants: Floats | None = None
    faint: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Glyphs:
        """Return the glyphs at *chosen*."""
        return Glyphs(
            self.codes[chosen],
            self.boxes[chosen],
            self.baselines[chosen],
            self.strokes[chosen],
            None if self.doubled is None else self.doubled[chosen],
            None if self.slants is None else self.slants[chosen],
            None if self.faint is None else self.faint[chosen],
        )


@dataclass(slots=True)
class RuledPage:
    """One page, read: tables and loose lines from top to bottom. *size* is that of the frame they stand in."""

    page: int
    size: tuple[float, float]
    items: list[Table | Piece] = field(default_factory=list)


def place(
    page: int, size: tuple[float, float], glyphs: Glyphs, horizontals: Floats, verticals: Floats
) -> RuledPage:
    """Return a page's tables with their text in the cells, and the lines outside, in reading order."""
    tables = find_tables(horizontals, verticals)
    owner = np.full(len(glyphs), -1, np.intp)
    centres_x = (glyphs.boxes[:, 0] + glyphs.boxes[:, 2]) / 2
    centres_y = (glyphs.boxes[:, 1] + glyphs.boxes[:, 3]) / 2
    slots: list[Slot] = []
    for table in tables:
        free = owner < 0
        # What stands half across the table's side belongs to it: stops that hang over the edge.
        overlaps = (glyphs.boxes[:, 0] < table.xs[-1]) & (glyphs.boxes[:, 2] > table.xs[0])
        within = np.clip(centres_x, table.xs[0] + 0.01, table.xs[-1] - 0.01)
        found = _slots_at(table, np.where(overlaps, within, centres_x), centres_y)
        inside = free & (found >= 0)
        owner[inside] = found[inside] + len(slots)
        _keep_overhangs_whole(glyphs, owner, len(slots))
        slots += table.slots
    lines = _lines_every_way(glyphs, page, size, owner)
    spilled = gather_spilled(glyphs, owner, slots, lines.overprinted)
    if spilled:
        lines = _lines_every_way(glyphs, page, size, owner)
    items: list[tuple[float, Table | Piece]] = [(float(t.ys[0]), t) for t in tables]
    for piece, slot in zip(lines.pieces, lines.owners, strict=True):
        if slot >= 0:
            slots[slot].pieces.append(replace(piece, confidence=_SPILLED, doubts=(_OVER,)) if slot in spilled else piece)
        elif piece.box is not None:
            items.append((piece.box[1], piece))
    items.sort(key=lambda item: item[0])
    return RuledPage(page, size, [item for _, item in items])


def _slots_at(table: Table, x: Floats, y: Floats) -> NDArray[np.intp]:
    """Return the index of the slot at each point, -1 outside the table."""
    column = np.searchsorted(table.xs, x, side="right") - 1
    row = np.searchsorted(table.ys, y, side="right") - 1
    height, width = table.slot_of.shape
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    found = np.full(len(x), -1, np.intp)
    found[inside] = table.slot_of[row[inside], column[inside]]
    return found


def _keep_overhangs_whole(glyphs: Glyphs, owner: NDArray[np.intp], first: int) -> None:
    """Give a run of text that is drawn across a line of the table to the one cell that holds most of it.

    Such a run was drawn by one command and leaves no gap: a typist's text that is wider than its cell.
    """
    if len(glyphs) < 2:
        return
    boxes = glyphs.boxes
    heights = boxes[1:, 3] - boxes[1:, 1]
    gaps = (boxes[1:, 0] - boxes[:-1, 2]) / heights
    even = np.abs(gaps) < _ABUTS
    steady = np.zeros(len(gaps), bool)
    steady[1:] = np.abs(np.diff(gaps)) < _EVEN
    # A font of many characters is embedded in parts, and a command ends where the next part begins.
    goes_on = np.diff(glyphs.strokes)
    joined = (((even | steady) & (goes_on == 0)) | (even & steady & (goes_on == 1))) & (
        np.abs(np.diff(glyphs.baselines)) < heights * 0.1
    )
    split = joined & (owner[1:] != owner[:-1])
    if not split.any():
        return
    run = np.concatenate([[0], np.cumsum(~joined)])
    for number in np.unique(run[1:][split]).tolist():
        members = np.flatnonzero(run == number)
        inside = owner[members][owner[members] >= first]
        if len(inside):
            values, counts = np.unique(inside, return_counts=True)
            owner[members] = values[counts.argmax()]


class Lines(NamedTuple):
    """Printed lines, the owner of each, and which glyphs lie on others of their line, by their places."""

    pieces: list[Piece]
    owners: list[int]
    overprinted: NDArray[np.intp]


def _lines_every_way(glyphs: Glyphs, page: int, size: tuple[float, float], owner: NDArray[np.intp]) -> Lines:
    """Return the lines, those that are set sideways too: a label that climbs up its cell."""
    if glyphs.slants is None:
        return lines_of(glyphs, page, owner)
    quarters = np.round(glyphs.slants / 90).astype(np.int64) % 4
    upright = quarters == 0
    pieces, owners, over = lines_of(glyphs.of(upright), page, owner[upright])
    for turn in (1, 2, 3):
        chosen = quarters == turn
        if not chosen.any():
            continue
        boxes = turned(glyphs.boxes[chosen], turn, *size)
        set_upright = replace(glyphs.of(chosen), boxes=boxes, baselines=boxes[:, 3])
        lines, theirs, _ = lines_of(set_upright, page, owner[chosen])
        width, height = size if turn == 2 else size[::-1]
        for line in lines:
            x0, top, x1, bottom = turned(np.array([line.box]), -turn, width, height)[0].round(2).tolist()
            pieces.append(replace(line, box=(x0, top, x1, bottom)))
        owners += theirs
    return Lines(pieces, owners, np.flatnonzero(upright)[over])


def lines_of(glyphs: Glyphs, page: int, owner: NDArray[np.intp] | None = None) -> Lines:
    """Return the printed lines and the *owner* of each, line by line from the top, owner by owner.

    Glyphs of one owner on one level are a line; an owner of -1 (no cell) also has its lines cut where
    they leave a wide gap.
    """
    if not len(glyphs):
        return Lines([], [], np.zeros(0, np.intp))
    if owner is None:
        owner = np.full(len(glyphs), -1, np.intp)
    order = np.lexsort((glyphs.baselines, owner))
    boxes, baselines, owner = glyphs.boxes[order], glyphs.baselines[order], owner[order]
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)
    fresh = np.ones(len(order), bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (np.diff(baselines) > np.minimum(heights[1:], heights[:-1]) * _LINE)
    line = np.cumsum(fresh)
    across = np.lexsort((boxes[:, 0], line))
    boxes, owner, line, heights = boxes[across], owner[across], line[across], heights[across]
    codes = glyphs.codes[order][across]
    gaps = np.zeros(len(codes))
    gaps[1:] = boxes[1:, 0] - boxes[:-1, 2]
    fresh = np.ones(len(codes), bool)
    fresh[1:] = (line[1:] != line[:-1]) | ((owner[1:] < 0) & (gaps[1:] > heights[1:] * _APART))
    widths = boxes[:, 2] - boxes[:, 0]
    over = np.zeros(len(codes), bool)
    over[1:] = ~fresh[1:] & (owner[1:] >= 0) & (gaps[1:] < -_OVERLAP * np.minimum(widths[1:], widths[:-1]))
    over[:-1] |= over[1:]
    word = _WORD[np.minimum(codes, len(_WORD) - 1)]
    least = np.full(len(codes), _WIDE_SPACE)
    least[1:][word[1:] & word[:-1]] = _SPACE
    spaced = ~fresh & (gaps > heights * least)
    starts = np.flatnonzero(fresh)
    lows = np.minimum.reduceat(boxes[:, :2], starts, axis=0)
    highs = np.maximum.reduceat(boxes[:, 2:], starts, axis=0)
    text = codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    cuts = [*starts.tolist(), len(codes)]
    spaces = np.flatnonzero(spaced).tolist()
    doubled = [False] * len(starts)
    if glyphs.doubled is not None:
        doubled = np.logical_or.reduceat(glyphs.doubled[order][across], starts).tolist()
    clean = repair_characters(text).text == text
    pieces = []
    at = 0
    for i, (low, high) in enumerate(zip(lows.round(2).tolist(), highs.round(2).tolist(), strict=True)):
        start, stop = cuts[i], cuts[i + 1]
        raw = text[start:stop]
        while at < len(spaces) and spaces[at] < stop:
            cut = spaces[at] - start + len(raw) - (stop - start)
            raw = raw[:cut] + " " + raw[cut:]
            at += 1
        mended, steps = raw, _NO_STEPS
        if not clean:
            repaired = repair_characters(raw)
            mended, steps = repaired.text, repaired.steps
        if doubled[i]:
            steps = ("doubled_glyph", *steps)
        pieces.append(Piece(mended, raw, page, 0, 0, (*low, *high), steps))
    return Lines(pieces, owner[starts].tolist(), order[across[over]])


def turned(boxes: Floats, quarters: int, width: float, height: float) -> Floats:
    """Return boxes of a page of *width* × *height* after so many quarter turns clockwise.

    >>> turned(np.array([[0.0, 0.0, 10.0, 20.0]]), 1, 100, 200).tolist()
    [[180.0, 0.0, 200.0, 10.0]]
    """
    x0, top, x1, bottom = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
    if quarters % 4 == 1:
        return np.column_stack([height - bottom, x0, height - top, x1])
    if quarters % 4 == 2:
        return np.column_stack([width - x1, height - bottom, width - x0, height - top])
    if quarters % 4 == 3:
        return np.column_stack([top, width - x1, bottom, width - x0])
    return boxes

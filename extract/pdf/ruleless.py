"""A PDF whose tables have no rules at all → the same as a text dump that keeps the page's layout.

Its characters are laid out in columns as `pdftotext -layout` does, and read by the reader for such dumps; what
that reads keeps its place on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jixiao.extract.document import Block, Blocks, FormReader, Grid, Marked, Piece, Row, piece_of
from jixiao.extract.dump.document import Dump
from jixiao.extract.dump.text import PlainText
from jixiao.extract.placed import turned
from jixiao.extract.ruled import Floats
from jixiao.rules.families import Family
from jixiao.rules.records import Finding
from numpy.typing import NDArray

from .ink import Ink

_MOST_WORDS = 4000
"""A page with more runs of text is no form; laying it out would take the square of their number."""
_LINE = 0.55
_GAP = 0.12
_COLUMN = 0.7
"""Shares of a character's height: baselines that far apart are two lines, gaps that wide part two words, and each
such stretch of white is one more space."""
_PITCH = 1.5
_MOST_BLANK = 2
_MESSAGE = "PDF 的表格没有边框线，已按文字的位置排成列读取，各栏的归属不如有线的表可靠；请对照原件抽查"


@dataclass(frozen=True)
class LaidOut(Dump):
    """The text of a PDF in columns; *boxes* has, for each line's number, the box at each of its character columns."""

    boxes: dict[int, Floats] = field(default_factory=dict)

    @property
    def findings(self) -> Sequence[Finding]:
        return (Finding("pdf_without_rules", "warning", _MESSAGE), *self.notes)

    def reader(self, family: Family) -> FormReader:
        return _Boxed(super().reader(family), self.boxes)


@dataclass(frozen=True)
class _Boxed:
    """A reader of a dump whose pieces are given their boxes."""

    inner: FormReader
    boxes: dict[int, Floats]

    @property
    def family(self) -> Family:
        return self.inner.family

    @property
    def marks(self) -> Sequence[Marked]:
        return self.inner.marks

    def read(self) -> Blocks:
        found = self.inner.read()
        return Blocks([self._block(b) for b in found.blocks], [self._piece(p) for p in found.furniture])

    def _block(self, block: Block) -> Block:
        if isinstance(block, Piece):
            return self._piece(block)
        rows = (
            Row(tuple(replace(c, pieces=tuple(map(self._piece, c.pieces))) for c in row.cells)) for row in block.rows
        )
        return Grid(tuple(rows), block.columns)

    def _piece(self, piece: Piece) -> Piece:
        boxes = self.boxes.get(piece.line)
        if boxes is None:
            return piece
        own = boxes[piece.column : piece.column + len(piece.raw)]
        own = own[np.isfinite(own[:, 0])]
        if not len(own):
            return piece
        x0, top = own[:, :2].min(axis=0).round(2).tolist()
        x1, bottom = own[:, 2:].max(axis=0).round(2).tolist()
        return replace(piece, box=(x0, top, x1, bottom))


def lay_out(inks: Sequence[Ink], pages: int, partial: bool, notes: Sequence[Finding]) -> LaidOut | None:
    """Return the text of *inks* in columns, or None where a page holds too much to be a form."""
    lines: list[Piece] = []
    gaps: list[int] = []
    boxes: dict[int, Floats] = {}
    for ink in inks:
        printed = _printed(ink)
        if printed is None:
            return None
        for raw, gap, places in printed:
            number = len(lines) + 1
            lines.append(piece_of(raw, ink.page, number))
            gaps.append(gap)
            boxes[number] = places
    text = PlainText(tuple(lines), tuple(gaps), pages, "pdf")
    return LaidOut(text, "pdf", partial, tuple(notes), boxes)


def _printed(ink: Ink) -> list[tuple[str, int, Floats]] | None:
    """Return a page's lines: text in columns, blank lines before it, the box at each column (else not finite)."""
    (width, height), glyphs, _, _ = ink.upright()
    if not len(glyphs):
        return []
    order = np.argsort(glyphs.baselines, kind="stable")
    heights = np.maximum(glyphs.boxes[order, 3] - glyphs.boxes[order, 1], 1.0)
    steps = np.diff(glyphs.baselines[order])
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = steps > np.minimum(heights[1:], heights[:-1]) * _LINE
    line = np.cumsum(fresh) - 1
    levels = glyphs.baselines[order][fresh]
    across = np.lexsort((glyphs.boxes[order, 0], line))
    order, line = order[across], line[across]
    boxes, heights = glyphs.boxes[order], heights[across]
    apart = np.ones(len(order), np.bool_)
    apart[1:] = (line[1:] != line[:-1]) | (boxes[1:, 0] - boxes[:-1, 2] > heights[1:] * _GAP)
    starts = np.flatnonzero(apart)
    if len(starts) > _MOST_WORDS:
        return None
    stops = np.append(starts[1:], len(order))
    size = float(np.median(heights))
    columns = _columns(boxes[starts, 0], np.maximum.reduceat(boxes[:, 2], starts), stops - starts, size)
    text = "".join(map(chr, glyphs.codes[order].tolist()))
    if ink.quarters:
        boxes = turned(boxes, -ink.quarters, width, height)
    found = []
    for number in range(len(levels)):
        words = np.flatnonzero(line[starts] == number)
        raw, end = "", 0
        places = np.full((int((columns[words] + stops[words] - starts[words]).max()), 4), np.inf)
        for word in words[np.argsort(columns[words], kind="stable")].tolist():
            start, stop = int(starts[word]), int(stops[word])
            column = max(int(columns[word]), end + (end > 0))
            end = column + stop - start
            raw = raw.ljust(column) + text[start:stop]
            if end > len(places):
                places = np.concatenate([places, np.full((end - len(places), 4), np.inf)])
            places[column:end] = boxes[start:stop]
        blank = 0 if number == 0 else round((levels[number] - levels[number - 1]) / (_PITCH * size)) - 1
        found.append((raw, min(max(blank, 0), _MOST_BLANK), places))
    return found


def _columns(left: Floats, right: Floats, many: NDArray[np.intp], size: float) -> NDArray[np.intp]:
    """Return the character column each word begins in: behind all that stands wholly to the left of it on the page."""
    columns = np.zeros(len(left), np.intp)
    order = np.argsort(left, kind="stable")
    margin = float(left.min())
    for n, i in enumerate(order.tolist()):
        before = order[:n]
        before = before[right[before] <= left[i] + 0.05 * size]
        best = int((left[i] - margin) / (2 * _COLUMN * size))
        if len(before):
            spaces = np.maximum(1, ((left[i] - right[before]) / (_COLUMN * size)).astype(np.intp))
            best = max(best, int((columns[before] + many[before] + spaces).max()))
        columns[i] = best
    return columns

"""The rows on staffing: labels with a figure beside or below each, or sentences."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.normalize.staffing import read_staffing
from jixiao.rules.families import Family, key_of

from ..document import Cell, text_of
from .fund_turned import divided_by
from .head import Head, is_count, says_staff
from .parts import Parts
from .words import label, looks_like_label


class StaffRows:
    """Reads the rows on staffing into *parts*; head fields among them are the *head*'s."""

    def __init__(self, family: Family, parts: Parts, head: Head) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.head = head
        self.labels: list[Cell] = []  # labels of figures that stand in the row below

    def row(self, lead: Cell | None, own: Sequence[Cell], r: int, below: Sequence[Cell] = ()) -> bool:
        """Read a row beside the heading *lead*; False where it is one text and no row of labels and figures."""
        filled = [c for c in own if c.pieces]
        if lead is not None and self._figures_beside(lead, filled, r):
            self._read(lead, [lead, *own], ())
        elif len(filled) > 1 or self.labels:
            self._read(lead, own, below)
        else:
            return False
        return True

    @staticmethod
    def _figures_beside(lead: Cell, filled: Sequence[Cell], r: int) -> bool:
        """Tell whether the heading is the first label of a row of figures: 人员编制 | 35 | 实有人数 | 33."""
        if lead.row != r or lead.rows > 1 or not filled or not is_count(filled[0]):
            return False
        return len(filled) == 1 or (len(filled) % 2 == 1 and all(is_count(c) for c in filled[::2]))

    def _read(self, lead: Cell | None, own: Sequence[Cell], below: Sequence[Cell]) -> None:
        """Labels with a figure beside or below each, or with sentences; head fields among them are read as such."""
        filled = [c for c in own if c.pieces]
        over = {(c.column, c.columns): c for c in self.labels}
        self.labels = []
        if over:
            for value in filled:
                name = over.get((value.column, value.columns))
                if name is None or not self._pair(lead, name, value):
                    self.tally.leave([*(name.pieces if name is not None else ()), *value.pieces])
            return
        if filled and divided_by(filled, below) == filled:
            self.tally.heading(p for c in filled for p in c.pieces)  # 编制数 over 行政编制 and 事业编制, 实有人数 beside it
            return
        under = {(c.column, c.columns) for c in below if is_count(c)}
        if all(looks_like_label(key_of(c.key)) and (c.column, c.columns) in under for c in filled):
            self.labels = filled
            return
        if any(label(key_of(c.key), self.family) is not None for c in filled[::2]):
            self.head.row(own, own[0].row, guess=True)
            return
        if len(filled) % 2 == 0 and all(looks_like_label(key_of(c.key)) for c in filled[::2]):
            for name, value in zip(filled[::2], filled[1::2], strict=True):
                if not self._pair(lead, name, value):
                    if name is not lead:
                        self.tally.heading(name.pieces)
                    self.head.field("other", key_of(name.key), list(value.pieces))
            return
        pieces = [p for c in filled for p in c.pieces]
        if not read_staffing("；".join(text_of(c.pieces).value for c in filled)):
            self.tally.leave(pieces)
            return
        self.parts.staffing.extend(pieces)
        self.tally.record(pieces)

    def _pair(self, lead: Cell | None, name: Cell, value: Cell) -> bool:
        """Keep a label and the figure that belongs to it; False where the two say nothing of staffing."""
        if not says_staff(name, value):
            return False
        if name is not lead:
            self.tally.record(name.pieces)
        self.tally.record(value.pieces)
        self.parts.staff_pairs.append((name, value))
        return True

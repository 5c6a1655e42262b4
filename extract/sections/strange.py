"""A table beside a heading that no vocabulary has: each of its cells is a field, by its row's label and its header."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import Family, key_of

from ..document import Cell
from .head import Head
from .parts import Parts
from .words import label, looks_like_label


class StrangeTable:
    """Reads such a table into the fields of the *head*."""

    def __init__(self, family: Family, parts: Parts, head: Head) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.head = head
        self.headers: list[Cell] = []

    def begins(self, lead: Cell, own: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Tell whether a table begins that no vocabulary has: headers beside a label that goes on, and cells under each.

        Read as labels and values its columns would be paired across: each cell is a field of its own.
        """
        headers = [c for c in own if c is not lead]
        under = {(c.column, c.columns) for c in below if c.pieces}
        return (
            lead.rows > 1
            and len(headers) > 1
            and lead in own
            and all(looks_like_label(key_of(c.key)) and label(key_of(c.key), self.family) is None for c in headers)
            and all((c.column, c.columns) in under for c in headers)
            and not any(looks_like_label(key_of(c.key)) and label(key_of(c.key), self.family) for c in below)
        )

    def start(self, lead: Cell, own: Sequence[Cell]) -> None:
        """Take the row of headers beside *lead*."""
        self.headers = [c for c in own if c is not lead]
        self.tally.heading(p for c in own for p in c.pieces)
        self.parts.guess(key_of(lead.key))

    def row(self, filled: Sequence[Cell], lead: Cell | None) -> None:
        """Keep each cell of a strange table under its row's label and its header: 分配科学性（情况说明）.

        A row without a label of its own is the heading's, *lead*.
        """
        over = {(c.column, c.columns): c for c in self.headers}
        alone = lead is not None and not looks_like_label(key_of(filled[0].key))
        name = lead if alone and lead is not None else filled[0]
        filled = filled if alone else filled[1:]
        heads = [over.get((c.column, c.columns)) for c in filled]
        if not looks_like_label(key_of(name.key)) or None in heads or not heads:
            self.tally.leave(p for c in (*([] if alone else [name]), *filled) for p in c.pieces)
            return
        if not alone:
            self.tally.heading(name.pieces)
        for cell, head in zip(filled, heads, strict=True):
            assert head is not None
            self.head.field("other", f"{key_of(name.key)}（{key_of(head.key)}）", list(cell.pieces))

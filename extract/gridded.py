"""A document whose reader sees cells (a ruled page, a workbook, a scan): the same after the grid, whatever it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jixiao.rules.families import Families, Family, key_of
from jixiao.rules.records import Finding

from .document import Block, Blocks, Cell, Grid, Mark, Piece, printed
from .headings import split_money, title_key
from .labels import bind_all
from .mend import mend_cut_labels

_MAX_TITLE = 80
_TITLE_SEARCH = 60
_LEAST_COLUMNS = 3
"""So many known column headers in one row make it the header of a table of indicators."""


@dataclass(frozen=True, slots=True)
class Gridded:
    """A file as loose lines and grids in reading order, or the stretch of it that holds one form."""

    media: str
    pages: int
    blocks: tuple[Block, ...]
    furniture: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = ()
    partial: bool = False

    def split(self, families: Families) -> Sequence[Gridded]:
        """Cut the document at each loose line that is a form's title, if a grid lies between it and the last."""
        starts: list[int] = []
        grids = 0
        for i, block in enumerate(self.blocks):
            if isinstance(block, Grid):
                grids += 1
            elif _is_title(block.text, families) and (grids or not starts):
                starts.append(i)
                grids = 0
        if len(starts) < 2:
            return (self,)
        bounds = [0, *starts[1:], len(self.blocks)]
        return tuple(
            replace(self, blocks=self.blocks[a:b], furniture=self.furniture if a == 0 else ())
            for a, b in pairwise(bounds)
        )

    def title_keys(self) -> Sequence[str]:
        """Return the keys of the first loose lines, and of the cells that fill their row alone."""
        keys = []
        for block in self.blocks:
            if isinstance(block, Piece):
                texts = [block.text]
            else:
                texts = ["".join(p.text for p in row.cells[0].pieces) for row in block.rows if len(row.cells) == 1]
            keys += [title_key(text) for text in texts if len(text) <= _MAX_TITLE]
            if len(keys) >= _TITLE_SEARCH:
                break
        return keys[:_TITLE_SEARCH]

    def printed(self) -> int:
        return printed(self.furniture) + sum(
            printed([block]) if isinstance(block, Piece) else sum(printed(c.pieces) for c in _cells(block))
            for block in self.blocks
        )

    def reader(self, family: Family) -> GriddedReader:
        return GriddedReader(self, family)


class GriddedReader:
    """Reads a gridded document with the vocabulary of one family: the grids are there already."""

    def __init__(self, document: Gridded, family: Family) -> None:
        self.document = document
        self.family = family
        self.blocks = [b if isinstance(b, Piece) else mend_cut_labels(b, family) for b in document.blocks]
        self.marks = tuple(self._marks())

    def _marks(self) -> Iterator[Mark]:
        family = self.family
        for block in self.blocks:
            if isinstance(block, Piece):
                continue
            for row in block.rows:
                keys = [split_money(key_of(cell.key))[0] for cell in row.cells]
                columns = [k for k in keys if k in family.columns or k in family.targets]
                if len(columns) >= _LEAST_COLUMNS and any(family.columns.get(k) == "level3" for k in columns):
                    yield Mark("header", "")
                    continue
                for key in keys:
                    if key in family.headings:
                        yield Mark(family.headings[key], key)

    def read(self) -> Blocks:
        blocks, again = bind_all(self.blocks, self.family)
        return Blocks(blocks, [*self.document.furniture, *again])


def _cells(grid: Grid) -> Iterator[Cell]:
    for row in grid.rows:
        yield from row.cells


def _is_title(text: str, families: Families) -> bool:
    key = title_key(text) if len(text) <= _MAX_TITLE else ""
    titled = any(t in key for f in families.known.values() for t in f.titles)
    return key.endswith("表") and (titled or ("绩效" in key and len(key) <= 40))

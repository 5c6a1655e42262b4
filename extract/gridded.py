"""A document whose reader sees cells (a ruled page, a workbook, a scan): the same after the grid, whatever it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from jixiao.rules.families import GENERAL, Families, Family, key_of
from jixiao.rules.records import Finding

from .document import Block, Blocks, Cell, Grid, Mark, Piece, Row, printed
from .glued import unglued
from .headerless import headed
from .headings import title_key
from .labels import bind_all
from .listed import by_project
from .media import RECOGNISED
from .mend import mend_cut_labels
from .misread import mend_misread
from .sections.columns import find_header
from .sections.words import bare, heading, label

_MAX_TITLE = 80
_TITLE_SEARCH = 60
_OVER = ("department", "money_unit", "year")
SHEETS = ("xlsx", "xls")
"""Files whose pages are sheets: each may hold a form of its own."""


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
        """Cut the document where a further form begins: at a title, a project's name, or a sheet of its own.

        A title or name begins a form only when a table of indicators lies between it and the last one, and
        a title that every page repeats only with the label of a unit or project below it.
        """
        family = families.known.get(GENERAL) or families.known[families.names()[0]]
        return replace(self, blocks=tuple(headed(block, family) for block in self.blocks))._parted(families, family)

    def _parted(self, families: Families, family: Family) -> Sequence[Gridded]:
        listed = by_project(self.blocks, family)
        if listed is not None:
            return tuple(
                replace(self, blocks=blocks, furniture=(*(self.furniture if n == 0 else ()), *again))
                for n, (blocks, again) in enumerate(listed)
            )
        rows = list(self._rows())
        starts = [0]
        heads = [0]  # for each form the row where the lines over it begin: its own, or those over all of one table
        tables = 0
        titles: set[str] = set()
        owner = ("", "")
        for i, (block, r) in enumerate(rows):
            title = _title_in(block, r, families)
            named = label_kind(_first_key(block, r), family) == "project"
            begins = bool(title) and (title not in titles or any(_names_owner(*at, family) for at in rows[i : i + 9]))
            titles.add(title)
            header = isinstance(block, Grid) and find_header(block, r, family) is not None
            sheet = self.media in SHEETS and i > 0 and _page(block, r) > _page(*rows[i - 1]) > 0
            if sheet and not (tables == 0 and self._goes_on(rows[i:], families, family)):
                begins, tables = True, 1
            owned = _owner(block, r, family)
            if tables and owned[0] and owned[0] == owner[0] != owned[1] != owner[1]:
                begins = begins or _has_table(rows[i:], owned[0], family)
            if i > 0 and tables and (begins or (named and not header)):
                own = 0 if begins else _lines_above(rows[starts[-1] : i], family)
                starts.append(i - own)
                heads.append(i if begins else heads[-1])
                tables, owner = 0, ("", "")
            if owned[0] and not owner[0]:
                owner = owned
            tables += header
        if len(starts) == 1:
            return (self,)
        return tuple(
            replace(
                self,
                blocks=_blocks_of([*(_head(rows[h:a], rows[a:z]) if h < a else []), *rows[a:z]]),
                furniture=self.furniture if a == 0 else (),
            )
            for h, (a, z) in zip(heads, pairwise([*starts, len(rows)]), strict=True)
        )

    def _rows(self) -> Iterator[tuple[Block, int]]:
        """Yield every loose line, and every row of every grid by its number."""
        for block in self.blocks:
            for r in range(len(block.rows) if isinstance(block, Grid) else 1):
                yield block, r

    @staticmethod
    def _goes_on(rows: Sequence[tuple[Block, int]], families: Families, family: Family) -> bool:
        """Tell whether a sheet has the table that the sheets before lack, and no title of its own."""
        page = _page(*rows[0])
        here = [(b, r) for b, r in rows if _page(b, r) in (0, page)]
        return not any(_title_in(b, r, families) for b, r in here[:9]) and any(
            isinstance(b, Grid) and find_header(b, r, family) is not None for b, r in here
        )

    def title_keys(self) -> Sequence[str]:
        """Return the keys of the first loose lines, and of the cells that fill their row alone."""
        keys = []
        for block in self.blocks:
            if isinstance(block, Piece):
                texts = [block.text]
            else:
                texts = [_alone(row) for row in block.rows[:_TITLE_SEARCH]]
            keys += [title_key(text) for text in texts if 0 < len(text) <= _MAX_TITLE]
            if len(keys) >= _TITLE_SEARCH:
                break
        return keys[:_TITLE_SEARCH]

    def pieces(self) -> Iterator[Piece]:
        yield from self.furniture
        for block in self.blocks:
            if isinstance(block, Piece):
                yield block
            else:
                for cell in _cells(block):
                    yield from cell.pieces

    def printed(self) -> int:
        return printed(self.pieces())

    def may_print(self, words: Collection[str]) -> int:
        printed = "".join(key_of(piece.text) for piece in self.pieces())
        return sum(word in printed for word in words)

    def reader(self, family: Family) -> GriddedReader:
        return GriddedReader(self, family)


class GriddedReader:
    """Reads a gridded document with the vocabulary of one family: the grids are there already."""

    def __init__(self, document: Gridded, family: Family) -> None:
        self.document = document
        self.family = family
        read = document.blocks
        if document.media in RECOGNISED:
            read = tuple(mend_misread(block, family) for block in read)
        self.blocks = [b if isinstance(b, Piece) else unglued(mend_cut_labels(b, family), family) for b in read]
        self.marks = tuple(self._marks())

    def _marks(self) -> Iterator[Mark]:
        family = self.family
        for block in self.blocks:
            if isinstance(block, Piece):
                continue
            for r, row in enumerate(block.rows):
                header = find_header(block, r, family)
                if header is not None:
                    yield Mark("header", "")
                    for column in header.columns:
                        yield Mark("column", column.label)
                for cell in row.cells:
                    key = key_of(cell.key)
                    found = heading(key, family)
                    if found is not None:
                        yield Mark(found.name, key if key in family.own_headings else bare(key))
                    elif header is None and label_kind(key, family):
                        yield Mark("fields", bare(key))

    def read(self) -> Blocks:
        blocks, again = bind_all(self.blocks, self.family)
        return Blocks(blocks, [*self.document.furniture, *again])


def _cells(grid: Grid) -> Iterator[Cell]:
    for row in grid.rows:
        yield from row.cells


def _alone(row: Row) -> str:
    """Return the text of the one cell of a row that has text, or the empty text."""
    filled = [c for c in row.cells if c.pieces]
    return "".join(p.text for p in filled[0].pieces) if len(filled) == 1 else ""


def _title_in(block: Block, r: int, families: Families) -> str:
    """Return the key of the title that a line, or a row of one cell, is; empty if it is none."""
    if isinstance(block, Piece):
        text = block.text
    else:
        text = _alone(block.rows[r])
    return title_key(text) if _is_title(text, families) else ""


def _first_key(block: Block, r: int) -> str:
    """Return the key of the label a line or a row begins with."""
    if isinstance(block, Piece):
        return key_of(block.text[:_MAX_TITLE].replace("：", ":").partition(":")[0])
    return next((key_of(c.key) for c in block.rows[r].cells if c.pieces), "")


def _names_owner(block: Block, r: int, family: Family) -> bool:
    return label_kind(_first_key(block, r), family) in ("department", "project")


def _owner(block: Block, r: int, family: Family) -> tuple[str, str]:
    """Return the label with which a line or row names a department, and the name; empty where it names none."""
    name = _first_key(block, r)
    if label_kind(name, family) != "department":
        return "", ""
    if isinstance(block, Piece):
        return name, key_of(block.text).partition(":")[2]
    return name, next((key_of(c.key) for c in [c for c in block.rows[r].cells if c.pieces][1:]), "")


def _has_table(rows: Sequence[tuple[Block, int]], name: str, family: Family) -> bool:
    """Tell whether a table of indicators follows before the label *name* is printed a second time."""
    for k, (block, r) in enumerate(rows):
        if k and _first_key(block, r) == name:
            return False
        if isinstance(block, Grid) and find_header(block, r, family) is not None:
            return True
    return False


def label_kind(key: str, family: Family) -> str:
    found = label(key, family)
    return found.name if found is not None else ""


def _page(block: Block, r: int) -> int:
    """Return the page of a line or row, 0 for a row without text."""
    if isinstance(block, Piece):
        return block.page
    return next((c.pieces[0].page for c in block.rows[r].cells if c.pieces), 0)


def _lines_above(rows: Sequence[tuple[Block, int]], family: Family) -> int:
    """Return how many of the last *rows* are lines that say a form's unit, year or department: they stand over what follows."""
    said = (label_kind(_first_key(b, r), family) in _OVER if isinstance(b, Piece) else False for b, r in reversed(rows))
    return sum(1 for _ in takewhile(bool, said))


def _head(rows: Sequence[tuple[Block, int]], form: Sequence[tuple[Block, int]]) -> list[tuple[Block, int]]:
    """Return the rows over the first one of several cells: a table's title, year and unit are all its forms'.

    A *form* with lines of its own has the title of the others, and no line with a label.
    """
    stop = next((i for i, (b, r) in enumerate(rows) if isinstance(b, Grid) and not _alone(b.rows[r])), len(rows))
    lines = isinstance(form[0][0], Piece)
    return [(b, r) for b, r in rows[:stop] if not lines or ":" not in key_of(_line(b, r))]


def _line(block: Block, r: int) -> str:
    return block.text if isinstance(block, Piece) else _alone(block.rows[r])


def _blocks_of(rows: Sequence[tuple[Block, int]]) -> tuple[Block, ...]:
    """Return the blocks that *rows* are, grids cut to the rows they have there."""
    out: list[Block] = []
    i = 0
    while i < len(rows):
        block, first = rows[i]
        i += 1
        if isinstance(block, Piece):
            out.append(block)
            continue
        last = first
        while i < len(rows) and rows[i][0] is block:
            last = rows[i][1]
            i += 1
        cut = [
            Row(tuple(replace(c, row=c.row - first, rows=min(c.rows, last + 1 - c.row)) for c in row.cells))
            for row in block.rows[first : last + 1]
        ]
        out.append(block if first == 0 and last + 1 == len(block.rows) else Grid(tuple(cut), block.columns))
    return tuple(out)


def _is_title(text: str, families: Families) -> bool:
    key = title_key(text) if len(text) <= _MAX_TITLE else ""
    titled = any(t in key for f in families.known.values() for t in f.titles)
    return key.endswith("表") and (titled or ("绩效" in key and len(key) <= 40))

"""What every reader hands on: printed lines, and grids of cells with row and column spans.

A ruled page, a workbook and a flattened dump all end as these; what stands in a cell is a run of
pieces, each a stretch of one printed line with the place it came from. Every printed character
belongs to exactly one piece, so that the ledger of what became of them can close.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from jixiao.normalize.characters import fold_width, repair_characters
from jixiao.normalize.wraps import join_lines, mend_spaces
from jixiao.rules.families import Families, Family
from jixiao.rules.records import Box, Finding, Place, Text


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one printed line: *text* after character repair, *raw* as printed.

    *line* counts from 1 (0 where there are no lines), *page* from 1. *column* is where the
    stretch begins in its line, in characters. *confidence* is how sure a recogniser is of its characters,
    *doubts* (Chinese, each a short phrase) what lowered it; both are untouched where characters were given.
    """

    text: str
    raw: str
    page: int
    line: int
    column: int = 0
    box: Box | None = None
    steps: tuple[str, ...] = ()
    confidence: float = 1.0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: its pieces in reading order and the rows and columns it covers.

    *confidence* is how sure the reader is that these pieces make up this cell (ruled grids: 1).
    """

    pieces: tuple[Piece, ...]
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    confidence: float = 1.0
    _key: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def key(self) -> str:
        """The cell's text without any white space: what headings are matched by."""
        if self._key is None:  # asked for again and again: put together once
            object.__setattr__(self, "_key", "".join(["".join(p.text.split()) for p in self.pieces]))
        assert self._key is not None
        return self._key


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a grid: the cells that begin in it, left to right."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows from top to bottom. *columns* is the number of grid columns."""

    rows: tuple[Row, ...]
    columns: int


Block = Grid | Piece
"""A grid, or a printed line outside all grids."""


@dataclass(slots=True)
class Blocks:
    """One form's *blocks* in reading order, and the pieces that are page furniture (*furniture*)."""

    blocks: list[Block] = field(default_factory=list)
    furniture: list[Piece] = field(default_factory=list)


class Marked(Protocol):
    """A heading (*section* names it), a head field (``fields``) or a column header (``header``) that was found."""

    @property
    def section(self) -> str: ...

    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """The plain `Marked`: *key* is the heading as matched."""

    section: str
    key: str


class FormReader(Protocol):
    """Reads one form with the vocabulary of one family; *marks* is what the family's claim is judged by."""

    @property
    def family(self) -> Family: ...

    @property
    def marks(self) -> Sequence[Marked]: ...

    def read(self) -> Blocks: ...


class Document(Protocol):
    """One file as a reader sees it, or the stretch of it that holds one form.

    *media* is the contract's word, *pages* counts pages or sheets. *findings* are the reader's own
    questions (a text cut short, a page that cannot be trusted); *partial* tells that pages are missing.
    """

    @property
    def media(self) -> str: ...

    @property
    def pages(self) -> int: ...

    @property
    def findings(self) -> Sequence[Finding]: ...

    @property
    def partial(self) -> bool: ...

    def split(self, families: Families) -> Sequence[Document]:
        """Return the document cut where a further form begins."""

    def title_keys(self) -> Sequence[str]:
        """Return the keys of the lines among which a title would stand."""

    def printed(self) -> int:
        """Return the number of printed characters; white space does not count."""

    def pieces(self) -> Iterable[Piece]:
        """Return everything printed, page furniture too: what is left unread of a part that is no form."""

    def may_print(self, words: Collection[str]) -> int:
        """Return how many of *words* (keys) are printed at most: cheap to ask, before a reader is made."""

    def reader(self, family: Family) -> FormReader:
        """Return a reader for the form in *family*'s vocabulary."""


@dataclass(slots=True)
class Tally:
    """Counts printed characters by what became of them; white space does not count."""

    records: int = 0
    headings: int = 0
    ignored: int = 0
    unread: int = 0
    leftovers: list[Piece] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """What was printed as heading, column header or label, keyed as these are matched."""

    def record(self, pieces: Iterable[Piece]) -> None:
        self.records += printed(pieces)

    def heading(self, pieces: Iterable[Piece]) -> None:
        kept = list(pieces)
        self.headings += printed(kept)
        self.names.append(fold_width("".join("".join(p.text.split()) for p in kept)))

    def ignore(self, pieces: Iterable[Piece]) -> None:
        self.ignored += printed(pieces)

    def leave(self, pieces: Iterable[Piece]) -> None:
        """Count *pieces* as unread and keep them for the table of what was not read."""
        kept = [p for p in pieces if p.raw.strip()]
        self.unread += printed(kept)
        self.leftovers += kept


def printed(pieces: Iterable[Piece]) -> int:
    """Return the number of characters in *pieces* that are not white space."""
    return sum(len("".join(p.raw.split())) for p in pieces)


def text_of(pieces: Sequence[Piece], confidence: float = 1.0) -> Text:
    """Return the text of a cell: its printed lines joined, with the steps that took."""
    if len(pieces) == 1:
        value, steps = pieces[0].text, pieces[0].steps
        doubts, sure, raw = pieces[0].doubts, pieces[0].confidence, pieces[0].raw.strip()
    else:
        joined = join_lines([p.text for p in pieces])
        value = joined.text
        steps = tuple(dict.fromkeys((*(s for p in pieces for s in p.steps), *joined.steps)))
        doubts = tuple(dict.fromkeys(d for p in pieces for d in p.doubts))
        sure = min((p.confidence for p in pieces), default=1.0)
        raw = "\n".join([p.raw.strip() for p in pieces])
    mended = mend_spaces(value)
    if mended.steps:
        steps = tuple(dict.fromkeys((*steps, *mended.steps)))
    return Text(mended.text.strip(), raw, place_of(pieces), steps, min(confidence, sure), doubts)


def place_of(pieces: Sequence[Piece]) -> Place:
    """Return the place that covers all *pieces*: first page, line range, box on that page."""
    if not pieces:
        return Place()
    if len(pieces) == 1:
        return Place(pieces[0].page, pieces[0].line, pieces[0].line, pieces[0].box)
    page = min(p.page for p in pieces)
    lines = [p.line for p in pieces]
    boxes = [p.box for p in pieces if p.box is not None and p.page == page]
    box = (
        (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        if boxes
        else None
    )
    return Place(page, min(lines), max(lines), box)


def piece_of(raw: str, page: int, line: int, column: int = 0, box: Box | None = None) -> Piece:
    """Return a piece with its characters repaired by named steps."""
    repaired = repair_characters(raw)
    return Piece(repaired.text, raw, page, line, column, box, repaired.steps)

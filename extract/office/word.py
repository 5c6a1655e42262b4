"""Word documents (.docx) → loose lines and grids in the order of the body, with what Word would print.

Inserted text counts and deleted text does not; the labels of numbered lists are written out, since they
are printed and stand in no text; text boxes follow the paragraph they are anchored in; a table in a cell
comes after the row it stands in. Headers and footers are furniture, but for a unit of money or the only title.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.extract.document import Block, Piece, piece_of
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from lxml import etree

from .container import Container, attribute, local
from .lists import Lists, child, value_of
from .runs import Facts, Runs, hidden_styles, is_on, unfilled
from .tables import Slot, blocks_of, head_lines

MAX_DEPTH = 8
"""Tables in tables deeper than this are refused."""
MAX_COLUMNS = 2_000
"""Word itself allows 63 columns."""

_CONTAINERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body", "docPartBody"})


def read_word(data: bytes, media: str = "docx") -> Gridded:
    """Return a .docx (also .docm, .dotx) as one document of one page.

    A piece's line counts paragraphs outside tables and table rows through the document, from 1; its
    column is that of the table's grid. Raises DocumentError for what is damaged or larger than any form.
    """
    container = Container(data)
    main = container.main()
    root = container.tree(main)
    body = next((e for e in root.iter("{*}body")), None)
    if body is None:
        raise DocumentError("unreadable", "文档没有正文", "请用 Word 打开后另存再转换")
    parts = [next(iter(container.related(main, kind)), "") for kind in ("numbering", "styles")]
    numbering, styles = (container.tree(name) if name else None for name in parts)
    facts = Facts()
    reader = _Reader(Lists(numbering, styles), Runs(facts, hidden_styles(styles), _notes(container, main)))
    blocks = reader.blocks(body, 0)
    above, below = ([p for name in container.related(main, kind) for p in _furniture(container.tree(name))]
                    for kind in ("header", "footer"))  # fmt: skip
    heads, others = head_lines(above, blocks)
    return Gridded(media, 1, (*heads, *blocks), (*reader.struck, *others, *below), facts.findings())


def _furniture(root: etree._Element) -> list[Piece]:
    """Return the lines of a header or footer, at line 0."""
    runs = Runs(Facts())
    return [
        piece_of(text, 1, 0)
        for paragraph in root.iter("{*}p")
        for text in runs.read(paragraph).text.split("\n")
        if text.strip()
    ]


def _notes(container: Container, main: str) -> dict[str, str]:
    """Return the texts of foot- and endnotes by kind and number: ``footnote 2``."""
    found = {}
    for part, kind in (("footnotes", "footnote"), ("endnotes", "endnote")):
        for name in container.related(main, part)[:1]:
            for note in container.tree(name).iterchildren("{*}" + kind):
                found[f"{kind} {attribute(note, 'id')}"] = "".join(t.text or "" for t in note.iter("{*}t")).strip()
    return found


@dataclass(slots=True)
class _Open:
    """A vertically merged cell that may go on in the next row."""

    slot: Slot
    row: int


class _Reader:
    def __init__(self, lists: Lists, runs: Runs) -> None:
        self.lists = lists
        self.runs = runs
        self.facts = runs.facts
        self.line = 0
        self.struck: list[Piece] = []

    # --- the body ------------------------------------------------------------------------------------

    def blocks(self, parent: etree._Element, depth: int) -> list[Block]:
        """Return the loose lines and grids of a body or a text box, in order."""
        out: list[Block] = []
        for element in self._children(parent):
            if local(element) == "tbl":
                out += self.table(element, depth)
            else:
                self.line += 1
                pieces, boxes = self.paragraph(element, self.line, 0)
                out += pieces
                for box in boxes:
                    out += self.blocks(box, _deeper(depth))
        return out

    def paragraph(self, element: etree._Element, line: int, column: int) -> tuple[list[Piece], list[etree._Element]]:
        """Return the printed lines of a paragraph, its list's label before the first, and its text boxes."""
        read = self.runs.read(element)
        properties = child(element, "pPr")
        self.struck += [piece_of(text, 1, line, column) for text in read.struck]
        if not read.text.strip() and _is_deleted(properties):
            return [], read.boxes  # a deleted paragraph has no label and counts for none
        label = self.lists.label(properties, value_of(child(properties, "pStyle")))
        pieces = []
        for text in read.text.split("\n"):
            if not text.strip():
                continue
            piece = piece_of(label + text.lstrip() if label else text, 1, line, column)
            if label:
                piece = Piece(piece.text, piece.raw, 1, line, column, None, ("list_label", *piece.steps))
                label = ""
            pieces.append(piece)
        return pieces, read.boxes

    def _children(self, parent: etree._Element) -> Iterator[etree._Element]:
        """Yield the paragraphs and tables of a body or cell, those in content controls and insertions too."""
        stack = [iter(parent)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                continue
            kind = local(element)
            if kind in ("p", "tbl"):
                yield element
            elif kind == "AlternateContent":
                choice = child(element, "Choice")
                stack.append(iter(element if choice is None else choice))
            elif kind == "altChunk":
                self.facts.objects += 1
            elif kind == "sdt" and unfilled(element):
                self.facts.unfilled += 1
            elif kind in _CONTAINERS:
                stack.append(iter(element))

    # --- tables --------------------------------------------------------------------------------------

    def table(self, table: etree._Element, depth: int) -> list[Block]:
        """Return the blocks of one table."""
        slots: list[Slot] = []
        open_cells: dict[int, _Open] = {}
        row = -1
        for line in _rows(table):
            properties = child(line, "trPr")
            if child(properties, "del") is not None:
                self.facts.deleted += 1
                continue
            if is_on(child(properties, "hidden")):
                self.facts.hidden += 1
                continue
            if child(properties, "ins") is not None:
                self.facts.inserted += 1
            row += 1
            self.line += 1
            at = self.line
            column = _count(value_of(child(properties, "gridBefore")), 0)
            for cell in _cells(line):
                column += self._cell(cell, row, at, column, slots, open_cells, depth)
                if column > MAX_COLUMNS:
                    raise DocumentError(
                        "too_large", f"第 {self.line} 行的表格宽达 {column} 列，上限为 {MAX_COLUMNS} 列", "请核对文件来源"
                    )
        return blocks_of(slots, f"第 {self.line - row} 行起的表格")

    def _cell(
        self,
        cell: etree._Element,
        row: int,
        line: int,
        column: int,
        slots: list[Slot],
        open_cells: dict[int, _Open],
        depth: int,
    ) -> int:
        """Take one cell, which begins in grid row *row* and on *line*, and return its width."""
        properties = child(cell, "tcPr")
        if child(properties, "cellDel") is not None:
            self.facts.deleted += 1
            return 0
        width = max(1, _count(value_of(child(properties, "gridSpan")), 1))
        merge = child(properties, "vMerge")
        goes_on = merge is not None and value_of(merge) != "restart"
        above = open_cells.get(column)
        beside = child(properties, "hMerge")
        if beside is not None and value_of(beside) != "restart" and slots and slots[-1].row == row:
            slots[-1].columns += width
            return width
        slot = Slot(row, column, 1, width)
        pieces: list[Piece] = []
        for element in self._children(cell):
            if local(element) == "tbl":
                slot.inner += self.table(element, _deeper(depth))
                continue
            found, boxes = self.paragraph(element, line, column + 1)
            pieces += found
            for box in boxes:
                for inner in self.blocks(box, _deeper(depth)):
                    if isinstance(inner, Piece):
                        pieces.append(inner)
                    else:
                        slot.inner.append(inner)
        slot.pieces = tuple(pieces)
        if goes_on and above is not None and above.row == row - 1 and above.slot.columns == width:
            # What a continued cell holds is not printed by Word; a text there would be lost otherwise.
            above.slot.rows += 1
            above.row = row
            above.slot.pieces += slot.pieces
            above.slot.inner += slot.inner
            return width
        open_cells.pop(column, None)
        if merge is not None:
            open_cells[column] = _Open(slot, row)
        slots.append(slot)
        return width


def _wrapped(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Yield the children of that name, those in content controls too."""
    stack = [iter(parent)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif local(element) == wanted:
            yield element
        elif local(element) in _CONTAINERS:
            stack.append(iter(element))


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return _wrapped(table, "tr")


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return _wrapped(row, "tc")


def _deeper(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise DocumentError("unreadable", f"表格或文本框嵌套超过 {MAX_DEPTH} 层", "请用 Word 打开，简化后另存再转换")
    return depth + 1


def _is_deleted(properties: etree._Element | None) -> bool:
    """Tell whether a paragraph's end was deleted: with its text gone too, nothing is left of it."""
    mark = child(properties, "rPr")
    return child(mark, "del") is not None or child(mark, "moveFrom") is not None


def _count(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default

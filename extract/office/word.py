"""Word documents (.docx) → loose lines and grids in the order of the body, with what Word would print.

Inserted text counts and deleted text does not; the labels of numbered lists are written out, since they
are printed and stand in no text; text boxes follow the paragraph they are anchored in; a table in a cell
comes after the row it stands in. Headers and footers are furniture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.extract.document import Block, Piece, piece_of
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.rules.records import Finding
from lxml import etree

from .container import Container, attribute, local
from .lists import Lists, child, value_of
from .tables import Slot, blocks_of

MAX_DEPTH = 8
"""Tables in tables deeper than this are refused."""
MAX_COLUMNS = 2_000
"""Word itself allows 63 columns."""

_SKIPPED = frozenset({"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "fldChar", "proofErr", "sdtPr", "Fallback"})
_BOXES = {
    "F0FE": "☑", "F052": "☑", "F054": "☑", "F0FD": "☒", "F051": "☒", "F053": "☒", "F0A8": "□", "F06F": "□",
    "F0A3": "□", "F02A": "□", "F0FC": "√", "F050": "√", "F0FB": "×",
}  # fmt: skip
"""Characters of the Wingdings fonts that forms use for boxes and ticks."""
_SIGNS = {"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F0B4": "×", "F0B9": "≠", "F0B0": "°", "F03D": "=", "F03C": "<", "F03E": ">"}
"""Characters of the font Symbol; the same numbers are other characters there."""
_CONTAINERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body", "docPartBody"})


@dataclass(slots=True)
class _Facts:
    """What is worth a word about a document."""

    deleted: int = 0
    inserted: int = 0
    hidden: int = 0
    notes: int = 0
    pictures: int = 0

    def findings(self) -> tuple[Finding, ...]:
        found = []
        if self.deleted or self.inserted:
            message = f"有未接受的修订（插入 {self.inserted} 处，删除 {self.deleted} 处）：按插入有效、删除无效读取；请核对"
            found.append(Finding("tracked_changes", "warning", message))
        if self.hidden:
            found.append(Finding("hidden_text", "info", f"有 {self.hidden} 处隐藏文字，没有读入"))
        if self.notes:
            found.append(Finding("notes_not_read", "info", f"有 {self.notes} 处脚注或尾注，注文没有读入"))
        return tuple(found)


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
    reader = _Reader(Lists(numbering, styles))
    blocks = reader.blocks(body, 0)
    furniture: list[Piece] = []
    for kind in ("header", "footer"):
        for name in container.related(main, kind):
            furniture += _furniture(container.tree(name))
    return Gridded(media, 1, tuple(blocks), tuple(furniture), reader.facts.findings())


def _furniture(root: etree._Element) -> list[Piece]:
    """Return the lines of a header or footer, at line 0."""
    reader = _Reader(Lists(None, None))
    found = []
    for paragraph in root.iter("{*}p"):
        for text in reader.lines(paragraph)[0]:
            if text.strip():
                found.append(piece_of(text, 1, 0))
    return found


@dataclass(slots=True)
class _Open:
    """A vertically merged cell that may go on in the next row."""

    slot: Slot
    row: int


@dataclass(slots=True)
class _Run:
    """The text of a paragraph as it is gathered, and the paragraphs of its text boxes."""

    text: str = ""
    boxes: list[etree._Element] = field(default_factory=list)


class _Reader:
    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.facts = _Facts()
        self.line = 0

    # --- the body ------------------------------------------------------------------------------------

    def blocks(self, parent: etree._Element, depth: int) -> list[Block]:
        """Return the loose lines and grids of a body or a text box, in order."""
        out: list[Block] = []
        for element in _children(parent):
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
        texts, boxes = self.lines(element)
        properties = child(element, "pPr")
        style = value_of(child(properties, "pStyle"))
        pieces = []
        label = self.lists.label(properties, style)
        for text in texts:
            if not text.strip():
                continue
            piece = piece_of(label + text.lstrip() if label else text, 1, line, column)
            if label:
                piece = Piece(piece.text, piece.raw, 1, line, column, None, ("list_label", *piece.steps))
                label = ""
            pieces.append(piece)
        return pieces, boxes

    def lines(self, element: etree._Element) -> tuple[list[str], list[etree._Element]]:
        """Return the text of a paragraph, broken where it is broken by hand, and the text boxes in it."""
        run = _Run()
        self._gather(element, run, 0)
        return run.text.split("\n"), run.boxes

    def _gather(self, element: etree._Element, run: _Run, depth: int) -> None:
        if depth > 200:
            raise DocumentError("unreadable", "段落内的元素嵌套过深", "请用 Word 打开后另存再转换")
        for part in element:
            kind = local(part)
            if kind in ("del", "moveFrom"):
                self.facts.deleted += 1
            if kind in _SKIPPED or not kind:
                continue
            if kind == "t":
                run.text += part.text or ""
            elif kind == "tab":
                run.text += "\t"
            elif kind in ("br", "cr"):
                run.text += "\n"
            elif kind == "noBreakHyphen":
                run.text += "-"
            elif kind == "sym":
                run.text += _symbol(attribute(part, "char").upper(), attribute(part, "font"))
            elif kind in ("footnoteReference", "endnoteReference"):
                self.facts.notes += 1
            elif kind == "txbxContent":
                run.boxes.append(part)
            elif kind == "r" and _on(child(child(part, "rPr"), "vanish")):
                self.facts.hidden += 1
            elif kind != "AlternateContent":
                if kind in ("ins", "moveTo"):
                    self.facts.inserted += 1
                self._gather(part, run, depth + 1)
            else:
                # The same picture or box twice, for new and for old programs: the first is enough.
                choice = child(part, "Choice")
                self._gather(part if choice is None else choice, run, depth + 1)

    # --- tables --------------------------------------------------------------------------------------

    def table(self, table: etree._Element, depth: int) -> list[Block]:
        """Return the blocks of one table."""
        slots: list[Slot] = []
        open_cells: dict[int, _Open] = {}
        row = -1
        for line in _rows(table):
            properties = child(line, "trPr")
            if properties is not None and child(properties, "del") is not None:
                self.facts.deleted += 1
                continue
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
        for element in _children(cell):
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


def _children(parent: etree._Element) -> Iterator[etree._Element]:
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
        elif kind in _CONTAINERS:
            stack.append(iter(element))


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


def _on(element: etree._Element | None) -> bool:
    return element is not None and value_of(element) not in ("0", "false", "off")


def _count(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _symbol(code: str, font: str) -> str:
    """Return a symbol's character; a box for those of unknown fonts."""
    known = (_SIGNS if font.lower() == "symbol" else _BOXES).get(code)
    if known is not None:
        return known
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return "□" if 0xE000 <= number <= 0xF8FF or number > 0xFFFF or 0xD800 <= number < 0xE000 else chr(number)

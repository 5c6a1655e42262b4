"""Web pages (HTML) → loose lines and grids: the tables' cells, and the text around them.

Scripts, menus and what is hidden are passed over. A page has a site around its form: lines outside
tables are furniture unless they stand between the form's title and its last table, or say ``label：value``
just below.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from jixiao.extract.document import Block, Grid, Piece, piece_of
from jixiao.extract.dump.text import decode
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.rules.families import key_of
from jixiao.rules.records import Finding
from lxml import etree, html

from .mail import is_mail, pages_of
from .numerals import list_number, raised
from .runs import struck_message
from .tables import MAX_TITLE, Slot, blocks_of, is_head_line, is_title

MAX_BYTES = 32 * 2**20
MAX_TAGS = 1_000_000
MAX_DEPTH = 8
"""Tables in tables deeper than this are refused; old sites lay out pages with three or four."""
MAX_NESTING = 400
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_DROPPED = frozenset(
    ("script", "style", "noscript", "template", "head", "nav", "button", "svg", "iframe", "object", "rt", "rp", "datalist")
)
_CONTROLS = frozenset(("input", "select", "textarea"))
"""What is filled in on a page: it stands in no text. Read in tables; elsewhere it is the site's."""
_LISTS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STRUCK = frozenset(("s", "strike", "del"))
_UNSEEN = ("display:none", "visibility:hidden", "visibility:collapse", "mso-hide:all")
_NO_TEXT_INPUTS = frozenset(("hidden", "button", "submit", "reset", "image", "file", "password", "range", "color"))
_BLOCKS = frozenset(
    (
        "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "section", "article", "header",
        "footer", "aside", "main", "form", "dl", "dt", "dd", "pre", "blockquote", "center", "caption", "body", "hr",
        "figure", "address", "fieldset",
    )
)  # fmt: skip


def read_web(data: bytes) -> Gridded:
    """Return an HTML page as one document of one page; a piece's line is the line of the source.

    Raises DocumentError for what cannot be decoded or is larger than any form.
    """
    if len(data) > MAX_BYTES or data.count(b"<") > MAX_TAGS:
        raise DocumentError("too_large", f"网页有 {len(data) / 2**20:.0f} MiB，或标签过多", "请只保存含有表格的那一页")
    reader = _Reader()
    blocks: list[Block] = []
    for page, charset in pages_of(data) if is_mail(data) else [(data, "")]:
        if page.count(b"<") > MAX_TAGS:
            raise DocumentError("too_large", "网页的标签过多", "请只保存含有表格的那一页")
        blocks += reader.page(page, charset)
    if reader.frames and not any(isinstance(block, Grid) for block in blocks):
        step = "请转换它旁边文件夹里的各页，或用 Excel 另存为 .xlsx 后再转换"
        raise DocumentError("unsupported", "是框架页，表格在另外的文件里", step)
    kept, furniture = _without_site(blocks, reader.rows)
    return Gridded("html", 1, tuple(kept), (*furniture, *reader.struck), reader.findings())


def _decoded(data: bytes, charset: str) -> bytes:
    """Return the page as UTF-8: by its mark, by the charset said of it or that it names, or as text is decoded."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data)[0].encode("utf-8", "replace")
    named = _CHARSET.search(data[:4096])
    if charset or named is not None:
        name = (charset or (named[1].decode("ascii") if named is not None else "")).lower()
        # What calls itself gb2312 has characters beyond it more often than not.
        name = "gb18030" if name in ("gb2312", "gbk", "gb_2312-80", "x-gbk") else name
        try:
            return data.decode(name).encode("utf-8", "replace")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)[0].encode("utf-8", "replace")


@dataclass(slots=True)
class _Text:
    """Text as it is gathered: finished lines and tables, and the line that is being written."""

    done: list[Block] = field(default_factory=list)
    line: str = ""
    at: int = 0

    def write(self, text: str, at: int) -> None:
        if not self.line:
            self.at = at
        self.line += text

    def end(self, column: int) -> None:
        text = _SPACES.sub(" ", self.line).strip(" ")
        self.line = ""
        if text.strip():
            self.done.append(piece_of(text, 1, self.at, column))


class _Reader:
    def __init__(self) -> None:
        self.struck: list[Piece] = []
        self.hidden = 0
        self.frames = False
        self.rows: set[int] = set()
        """The lines that are rows of a table with cells beside them: they are the form's, and never the site's."""

    def findings(self) -> tuple[Finding, ...]:
        """Return what was left out of the tables and struck out anywhere."""
        found = []
        if self.struck:
            found.append(Finding("struck_text", "warning", struck_message([p.raw for p in self.struck])))
        if self.hidden:
            found.append(Finding("hidden_text", "info", f"表格中有 {self.hidden} 处不显示的文字，没有读入"))
        return tuple(found)

    def page(self, data: bytes, charset: str) -> list[Block]:
        """Return the lines and tables of one page; *charset* is what is said of it from outside, if anything."""
        text = _decoded(data, charset)
        try:
            root = html.document_fromstring(text, parser=html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False))
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise DocumentError("unreadable", "网页是空的，或读不出内容", "请用浏览器打开后另存再转换") from error
        if root.find(".//frameset") is not None and root.find(".//table") is None:
            self.frames = True
        body = root.find("body")
        return self.blocks(root if body is None else body, 0)

    def blocks(self, element: etree._Element, depth: int, column: int = 0) -> list[Block]:
        """Return the lines and tables in an element, in order."""
        text = _Text()
        self._walk(element, text, depth, column, 0)
        text.end(column)
        return text.done

    def _walk(self, element: etree._Element, text: _Text, depth: int, column: int, nesting: int) -> None:
        if nesting > MAX_NESTING:
            raise DocumentError("unreadable", f"网页的元素嵌套超过 {MAX_NESTING} 层", "请用浏览器打开后另存再转换")
        text.write(element.text or "", element.sourceline or 0)
        number = _whole(element.get("start"), 1)
        for part in element:
            tag = part.tag if isinstance(part.tag, str) else ""
            if tag == "table" and not _hidden(part):
                text.end(column)
                text.done += self.table(part, depth)
            elif tag == "br":
                text.end(column)
            elif tag in _STRUCK or (tag and "line-through" in (part.get("style") or "")):
                said = _said(part)
                self.struck += [piece_of(said, 1, part.sourceline or 0, column)] if said else []
            elif tag == "sup" and text.line.strip():
                text.write(raised(_said(part)), part.sourceline or 0)
            elif tag in _CONTROLS:
                if depth and not _hidden(part):
                    _write_control(part, text, column)
            elif tag and tag not in _DROPPED and not _hidden(part):
                if tag in _BLOCKS:
                    text.end(column)
                if tag == "li" and element.tag == "ol":
                    # What a browser prints before it stands in no text.
                    number = _whole(part.get("value"), number)
                    text.write(f"{list_number(number, _LISTS.get(element.get('type', ''), 'decimal'))}.", part.sourceline or 0)
                    number += 1
                self._walk(part, text, depth, column, nesting + 1)
                if tag in _BLOCKS:
                    text.end(column)
            if part.tail:
                text.write(part.tail, part.sourceline or 0)

    def table(self, table: etree._Element, depth: int) -> list[Block]:
        """Return the blocks of one table; its spans are clipped to it as browsers do."""
        if depth >= MAX_DEPTH:
            raise DocumentError("unreadable", f"网页的表格嵌套超过 {MAX_DEPTH} 层", "请只保存含有表格的那一页")
        rows = [r for r in table.iter("tr") if _table_of(r) is table and not self._unseen(r)]
        rows.sort(key=lambda row: {"thead": 0, "tfoot": 2}.get(_parent(row), 1))  # as browsers show them
        slots: list[Slot] = []
        taken: dict[int, tuple[int, int]] = {}  # column → (rows left, where the range ends)
        for number, row in enumerate(rows):
            column = 0
            begun: dict[int, tuple[int, int]] = {}
            for cell in row:
                if cell.tag not in ("td", "th") or self._unseen(cell):
                    continue
                while column in taken:
                    column = taken[column][1]
                width = min(_span(cell, "colspan", 1000), 1000)
                height = _span(cell, "rowspan", 65534) or len(rows) - number
                height = min(height, len(rows) - number)
                found = self.blocks(cell, depth + 1, column + 1)
                pieces = tuple(b for b in found if isinstance(b, Piece))
                inner = [b for b in found if isinstance(b, Grid)]
                if inner and len(row) == 1:
                    # A cell that holds the page, or a part of it, keeps the order of what is in it.
                    slots.append(Slot(number, column, height, width, (), found))
                else:
                    slots.append(Slot(number, column, height, width, pieces, list(inner)))
                if height > 1:
                    begun[column] = (height, column + width)
                column += width
            taken = {c: (left - 1, end) for c, (left, end) in {**taken, **begun}.items() if left > 1}
        blocks = [b for c in table.iterchildren("caption") for b in self.blocks(c, depth + 1)]
        drawn = blocks_of(slots, f"网页第 {table.sourceline or 0} 行的表格")
        within = {id(b) for slot in slots for b in slot.inner}
        if any(isinstance(b, Grid) and id(b) not in within for b in drawn):
            self.rows |= {id(b) for b in drawn if isinstance(b, Piece) and id(b) not in within}
        return blocks + drawn


    def _unseen(self, element: etree._Element) -> bool:
        """Tell whether a row or cell is hidden, and count it if it holds text."""
        if not _hidden(element):
            return False
        self.hidden += bool(_said(element))
        return True


def _write_control(control: etree._Element, text: _Text, column: int) -> None:
    """Write what a field of a page is filled in with: its text, its choice, or a box with or without a tick."""
    at = control.sourceline or 0
    kind = (control.get("type") or "text").lower()
    if control.tag == "textarea":
        for line in "".join(control.itertext()).splitlines():
            text.end(column)
            text.write(line, at)
    elif control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or [o for o in options[:1] if o.get("value") != ""]
        text.write("、".join(_said(o) for o in chosen), at)
    elif kind in ("checkbox", "radio"):
        text.write("□" if control.get("checked") is None else "☑", at)
    elif kind not in _NO_TEXT_INPUTS:
        text.write(control.get("value") or "", at)


def _said(element: etree._Element) -> str:
    return _SPACES.sub(" ", "".join(element.itertext(with_tail=False))).strip()


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return str(parent.tag) if parent is not None else ""


def _table_of(row: etree._Element) -> etree._Element | None:
    parent = row.getparent()
    while parent is not None and parent.tag != "table":
        parent = parent.getparent()
    return parent


def _whole(text: str | None, default: int) -> int:
    found = (text or "").strip()
    return int(found) if found.isascii() and found.isdigit() and len(found) < 6 else default


def _span(cell: etree._Element, name: str, most: int) -> int:
    text = (cell.get(name) or "1").strip()
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _hidden(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return any(word in style for word in _UNSEEN) or element.get("hidden") is not None


def _without_site(blocks: list[Block], rows: set[int]) -> tuple[list[Block], list[Piece]]:
    """Return the blocks of the form, and the lines of the site around it."""
    grids = [i for i, b in enumerate(blocks) if isinstance(b, Grid)]
    if not grids:
        return blocks, []
    first, last = grids[0], grids[-1]
    start = first
    for i in range(first - 1, -1, -1):
        block = blocks[i]
        if isinstance(block, Piece) and is_title(block.text):
            start = i
            break
    while start == first and start > 0 and _heads(blocks[start - 1]):
        first = start = start - 1  # no title: a year, a unit or ``label：value`` right above the table
    if start == first < grids[0] and start > 0 and _may_be_title(blocks[start - 1]):
        start -= 1
    kept: list[Block] = []
    furniture: list[Piece] = []
    for i, block in enumerate(blocks):
        if isinstance(block, Grid) or start <= i <= last or (i > last and (id(block) in rows or _says_something(block.text))):
            kept.append(block)
        else:
            furniture.append(block)
    return kept, furniture


def _may_be_title(block: Block) -> bool:
    return isinstance(block, Piece) and "绩效" in block.text and len(block.text) <= MAX_TITLE // 2


def _heads(block: Block) -> bool:
    return isinstance(block, Piece) and is_head_line(block.text)


def _says_something(text: str) -> bool:
    """Tell whether a line below the last table may belong to the form: 填报人：…, 注：…, 备注：…"""
    label, mark, _ = key_of(text).partition(":")
    return bool(mark) and len(label) <= 8 and label.endswith(("人", "日期", "时间", "注", "备注", "电话", "单位", "说明", "盖章)"))

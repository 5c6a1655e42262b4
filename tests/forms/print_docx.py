"""Write a form's cells as a Word document."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from .layout import Block, Cell
from .looks import Look, Table, tables

_MARKS = (
    (re.compile(r"（([一二三四五六七八九十]+)）"), "chineseCountingThousand", "（%1）"),
    (re.compile(r"（([0-9]+)）"), "decimal", "（%1）"),
    (re.compile(r"([一二三四五六七八九十]+)、"), "chineseCountingThousand", "%1、"),
    (re.compile(r"([0-9]+)\."), "decimal", "%1."),
    (re.compile(r"([0-9]+)、"), "decimal", "%1、"),
    (re.compile(r"([①-⑳])"), "decimalEnclosedCircle", "%1"),
)


def _element(name: str, **attributes: str) -> etree._Element:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


class _Writer:
    def __init__(self, document: Document, look: Look) -> None:
        self.document, self.look = document, look
        self.rng = random.Random(f"word {look.seed}")
        self.lists = 0

    def paragraph(self, text: str, list_id: int = 0) -> etree._Element:
        """Return a paragraph; its text may stand in several runs, with a tracked change among them."""
        paragraph = _element("w:p")
        if list_id:
            properties, numbered = _element("w:pPr"), _element("w:numPr")
            numbered.append(_element("w:ilvl", val="0"))
            numbered.append(_element("w:numId", val=str(list_id)))
            properties.append(numbered)
            paragraph.append(properties)
        cut = self.rng.randint(0, len(text))
        for part in (text[:cut], text[cut:]):
            if part:
                paragraph.append(self._run(part))
        if self.look.revised and self.rng.random() < 0.1 and text:
            deleted = _element("w:del", id=str(self.rng.randint(1, 9999)), author="某人")
            run = _element("w:r")
            gone = _element("w:delText")
            gone.text = "旧文"
            run.append(gone)
            deleted.append(run)
            paragraph.append(deleted)
            inserted = _element("w:ins", id=str(self.rng.randint(1, 9999)), author="某人")
            last = paragraph.findall(qn("w:r"))[-1]
            paragraph.insert(list(paragraph).index(last), inserted)
            inserted.append(last)
        return paragraph

    def _run(self, text: str) -> etree._Element:
        run = _element("w:r")
        for number, line in enumerate(text.split("\n")):
            if number:
                run.append(_element("w:br"))
            part = _element("w:t")
            part.text = line
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(part)
        return run

    def paragraphs(self, text: str) -> list[etree._Element]:
        """Return a cell's text as paragraphs, its marks left to a list of Word where the look wants it."""
        lines = text.split("\n")
        if self.look.lists and len(lines) > 1:
            for pattern, style, written in _MARKS:
                found = [pattern.match(line) for line in lines]
                if all(found) and self._in_order([m[1] for m in found if m is not None], style):
                    list_id = self._list(style, written)
                    return [
                        self.paragraph(line[m.end() :].lstrip(), list_id)
                        for line, m in zip(lines, found, strict=True)
                        if m is not None
                    ]
        if self.look.soft:
            return [self.paragraph(text)]
        return [self.paragraph(line) for line in lines]

    def _in_order(self, marks: list[str], style: str) -> bool:
        from jixiao.extract.office.numerals import list_number

        return marks == [list_number(number, style) for number in range(1, len(marks) + 1)]

    def _list(self, style: str, written: str) -> int:
        """Add a numbering to the document and return its id."""
        self.lists += 1
        number = 100 + self.lists
        numbering = self.document.part.numbering_part.element
        abstract = _element("w:abstractNum", abstractNumId=str(number))
        level = _element("w:lvl", ilvl="0")
        for name, value in (("w:start", "1"), ("w:numFmt", style), ("w:lvlText", written)):
            level.append(_element(name, val=value))
        abstract.append(level)
        numbering.insert(0, abstract)
        one = _element("w:num", numId=str(number))
        one.append(_element("w:abstractNumId", val=str(number)))
        numbering.append(one)
        return number

    def table(self, table: Table) -> etree._Element:
        """Return a table; a cell over several rows goes on as an empty one in each."""
        root = _element("w:tbl")
        root.append(_element("w:tblPr"))
        grid = _element("w:tblGrid")
        for width in table.widths:
            grid.append(_element("w:gridCol", w=str(int(width * 20))))
        root.append(grid)
        for row in range(table.rows):
            line = _element("w:tr")
            here = [c for c in table.cells if c.row <= row < c.row + c.rows]
            for cell in sorted(here, key=lambda c: c.column):
                line.append(self._cell(cell, cell.row == row))
            root.append(line)
        return root

    def _cell(self, cell: Cell, first: bool) -> etree._Element:
        out, properties = _element("w:tc"), _element("w:tcPr")
        if cell.columns > 1:
            properties.append(_element("w:gridSpan", val=str(cell.columns)))
        if cell.rows > 1:
            merge = _element("w:vMerge")
            if first:
                merge.set(qn("w:val"), "restart")
            properties.append(merge)
        out.append(properties)
        paragraphs = self.paragraphs(cell.text) if first else [self.paragraph("")]
        if first and cell.text and self.rng.random() < 0.05:
            control, content = _element("w:sdt"), _element("w:sdtContent")
            for paragraph in paragraphs:
                content.append(paragraph)
            control.append(content)
            paragraphs = [control]
        for paragraph in paragraphs:
            out.append(paragraph)
        return out


def print_docx(head: Sequence[str], blocks: Sequence[Block], look: Look) -> bytes:
    """Return a document with the lines *head* above the table of *blocks*."""
    document = docx.Document()
    writer = _Writer(document, look)
    body = document.element.body
    end = body.sectPr
    found = tables(blocks, look)
    inside = look.title == "merged" and len(found) == 1
    if not inside:
        for line in head:
            end.addprevious(writer.paragraph(line))
    for number, table in enumerate(found):
        drawn = writer.table(table)
        if inside:
            at = next(i for i, e in enumerate(drawn) if e.tag == qn("w:tr"))
            for line in reversed(head):
                row = _element("w:tr")
                row.append(writer._cell(Cell(0, 0, line, columns=table.columns), True))
                drawn.insert(at, row)
        if look.nested:
            outer, row, cell = _element("w:tbl"), _element("w:tr"), _element("w:tc")
            cell.append(drawn)
            cell.append(writer.paragraph(""))
            row.append(cell)
            outer.append(row)
            drawn = outer
        end.addprevious(drawn)
        if number + 1 < len(found):
            end.addprevious(writer.paragraph(""))
    section = document.sections[0]
    section.footer.paragraphs[0].text = f"— {1} —"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()

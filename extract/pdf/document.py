"""Bytes of a PDF → its document: every page read, judged, and joined to the next."""

from __future__ import annotations

import pypdfium2
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.extract.placed import RuledPage, place
from jixiao.extract.stitch import join_pages

from .ink import Ink


def read_pdf(data: bytes, reader: str = "pdfium") -> Gridded:
    """Return the grids and lines of a PDF, read by *reader*: pdfium or pdfplumber.

    Raises DocumentError when the file cannot be opened or no page of it read.
    """
    from .pdfium import read_page

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DocumentError("unreadable", f"PDF 打不开（{error}）", "请用 PDF 阅读器打开并另存一份再试") from error
    try:
        inks = [read_page(document, index) for index in range(len(document))]
    finally:
        document.close()
    pages = [place_ink(ink) for ink in inks]
    blocks, furniture = join_pages(pages)
    return Gridded("pdf", len(pages), tuple(blocks), tuple(furniture))


def place_ink(ink: Ink) -> RuledPage:
    """Return the tables and loose lines of one page; their pieces' boxes are those of the page as shown."""
    size, glyphs, horizontals, verticals = ink.upright()
    return place(ink.page, size, glyphs, horizontals, verticals)

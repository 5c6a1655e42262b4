"""Bytes of a PDF → its document: every page read, judged, and joined to the next."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pypdfium2
from jixiao.extract.document import Block, Grid, Piece, Row
from jixiao.extract.effort import may_read, page_done
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.extract.placed import RuledPage, place, turned
from jixiao.extract.ruled import Table, cluster
from jixiao.extract.stitch import join_pages
from jixiao.rules.records import Finding

from .across import without_stamps
from .guards import check_bytes
from .ink import Ink, PageTooLarge
from .opening import MAX_SIDE, open_pdf
from .ruleless import LaidOut, lay_out
from .trust import DOUBTS, judge

if TYPE_CHECKING:
    from jixiao.extract.scan.page import Scanned

_PICTURE = 0.5
_AT_EDGE = 1.0
_CLOSES = 4.0
_LEVELS = 3
"""So many rules that run to the edge of the page, and none within `_CLOSES` that closes them, are a table cut there."""
_SHOWN = 60
_PROSE = 12
"""A page without a table and with so many lines is running text, not the end of a form."""


class Pages(Protocol):
    """The pages of an open PDF, whichever library reads them."""

    def read(self, index: int) -> Ink:
        """Return what stands on the page at 0-based *index*.

        Raises PdfiumError or ValueError for a page that cannot be read, PageTooLarge for one nobody would print.
        """


def read_pdf(data: bytes, reader: str = "pdfium") -> Gridded | LaidOut:
    """Return the grids and lines of a PDF, read by *reader*: pdfium or pdfplumber.

    Where no page has a table with rules and all text can be trusted, that is the text laid out in columns.

    A page that cannot be read is a finding and makes the document partial; so does a page whose text cannot
    be trusted make a finding. Raises DocumentError when the file cannot be opened or no page of it read.
    """
    with open_pages(data, reader) as (document, pages):
        count = len(document)
        inks, findings = _read_pages(pages, count)
        scanned, failed = recognised(document, inks)
    if not inks:
        raise DocumentError("unreadable", f"{count} 页都读不出：{findings[0].message}", "请用 PDF 阅读器打开后另存一份再试")
    lost = bool(findings) or any(_is_picture(ink) for ink in inks if ink.page not in scanned)
    findings += _doubtful(inks, scanned, failed)
    findings += _cut_at_edges(ink for ink in inks if ink.page not in scanned)
    if not any(len(ink.glyphs) for ink in inks) and not scanned:
        if failed:
            raise DocumentError("unreadable", f"{count} 页都是图像，{next(iter(failed.values()))}", "请以 200–300 dpi 重新扫描")
        if all("no_text" in ink.doubts for ink in inks):
            raise DocumentError(
                "missing_extra", "PDF 里没有文字，是扫描图片，识别所需的组件没有安装", "请运行 pip install jixiao[scan] 后重试"
            )
        raise DocumentError("unsupported", "PDF 里没有文字，也没有整页的图片", "请提供带文字的 PDF 或扫描件")
    ruled = [scanned[i.page].ruled if i.page in scanned else place_ink(i) for i in inks]
    if not any(isinstance(item, Table) for page in ruled for item in page.items) and _is_trusted(inks):
        laid = lay_out(inks, count, lost, findings)
        if laid is not None:
            return laid
    prose = _set_prose_aside(ruled, findings)
    blocks, furniture = join_pages(ruled)
    furniture = prose + furniture
    back = {ink.page: ink for ink in inks if ink.quarters and ink.page not in scanned}
    if back:
        blocks, furniture = [_shown(b, back) for b in blocks], [_shown_piece(p, back) for p in furniture]
    if scanned:
        from jixiao.extract.scan.page import put_back, questions_of

        findings += [question for page in scanned.values() for question in questions_of(page)]
        blocks, furniture = put_back(blocks, furniture, scanned)
    media = "scan" if len(scanned) == len(inks) else "pdf"
    return Gridded(media, count, tuple(blocks), tuple(furniture), tuple(findings), lost or bool(failed))


def _is_picture(ink: Ink) -> bool:
    """Tell whether all there is on a page is a picture."""
    return "no_text" in ink.doubts and not len(ink.glyphs) and ink.pictures > _PICTURE


def _is_trusted(inks: Iterable[Ink]) -> bool:
    return not any(ink.doubts for ink in inks)


def recognised(document: pypdfium2.PdfDocument, inks: Iterable[Ink]) -> tuple[dict[int, Scanned], dict[int, str]]:
    """Return the pages whose text cannot be believed, recognised from their picture, and why others were not.

    Without the extra for scans there are none.
    """
    doubted = [ink.page for ink in inks if ink.doubts and (len(ink.glyphs) or ink.pictures > _PICTURE)]
    if not doubted:
        return {}, {}
    from jixiao.extract.scan.pages import is_installed, read_pictures

    return read_pictures(document, doubted) if is_installed() else ({}, {})


def _set_prose_aside(pages: Iterable[RuledPage], findings: list[Finding]) -> list[Piece]:
    """Take the lines off pages of running text in a document that has tables elsewhere, name them, return them.

    A form often stands in the middle of a report; what the report says is no part of it.
    """
    whole = list(pages)
    if not any(isinstance(item, Table) for page in whole for item in page.items):
        return []
    aside: list[Piece] = []
    numbers = []
    for page in whole:
        lines = [item for item in page.items if isinstance(item, Piece)]
        if len(lines) == len(page.items) and len(lines) >= _PROSE:
            numbers.append(str(page.page))
            aside += lines
            page.items = []
    if numbers:
        shown = "、".join(numbers[:20]) + ("等" if len(numbers) > 20 else "")
        message = f"第 {shown} 页没有表格，作为正文略过（共 {len(numbers)} 页）；若其中有表的内容，请核对原件"
        findings.append(Finding("pages_without_table", "info", message))
    return aside


def place_ink(ink: Ink) -> RuledPage:
    """Return the tables and loose lines of one page, in the frame in which its text reads upright."""
    size, glyphs, horizontals, verticals = ink.upright()
    return place(ink.page, size, glyphs, horizontals, verticals)


@contextmanager
def open_pages(data: bytes, reader: str) -> Iterator[tuple[pypdfium2.PdfDocument, Pages]]:
    """Open a PDF for the time of a with block; raise DocumentError if that cannot be done."""
    check_bytes(data)
    document = open_pdf(data)
    try:
        yield document, _pages(document, data, reader)
    finally:
        document.close()


def _pages(document: pypdfium2.PdfDocument, data: bytes, reader: str) -> Pages:
    if reader == "pdfplumber":
        from .plumber import PlumberPages

        plumber: Pages = PlumberPages(data, len(document))
        return plumber
    from .pdfium import PdfiumPages

    return PdfiumPages(document)


def _read_pages(pages: Pages, count: int) -> tuple[list[Ink], list[Finding]]:
    """Return the pages that could be read, and a finding for each stretch that could not."""
    inks: list[Ink] = []
    findings: list[Finding] = []
    for index in range(count):
        number = index + 1
        if not may_read(number):
            message = f"第 {number} 页起没有读：已到这份文件的时限；请把文件分成几份再转换"
            findings.append(Finding("page_unread", "error", message))
            break
        why = ""
        try:
            ink = pages.read(index)
            if max(ink.size) > MAX_SIDE:
                why = f"页面有 {max(ink.size) / 72 * 2.54 / 100:.0f} 米长"
        except PageTooLarge as error:
            why = f"内容过多（{error}）"
        except (pypdfium2.PdfiumError, ValueError):
            why = "已损坏"
        if why:
            message = f"第 {number} 页{why}，没有读；请核对原件，或用 PDF 阅读器打开后另存一份再试"
            findings.append(Finding("page_unread", "error", message))
        else:
            inks.append(judge(ink))
        page_done()
    stamps = {text for ink in inks for text in ink.across}
    return [without_stamps(ink, stamps) for ink in inks] if stamps else inks, findings


def _doubtful(inks: Iterable[Ink], scanned: Container[int], failed: Mapping[int, str]) -> list[Finding]:
    findings = []
    for ink in inks:
        if ink.doubts:
            why = "；".join(DOUBTS[d] for d in ink.doubts)
            if ink.page in scanned:
                message = f"第 {ink.page} 页由图像识别读取（{why}），没有把握的字另有提示"
                findings.append(Finding("page_recognised", "info", message))
                continue
            if ink.page in failed:
                message = f"第 {ink.page} 页要由图像识别（{why}），没有读成：{failed[ink.page]}；请对照原件"
            elif _is_picture(ink):
                message = f"第 {ink.page} 页只有图像，没有读入；请运行 pip install jixiao[scan] 后再转换"
                findings.append(Finding("page_unread", "error", message))
                continue
            else:
                message = f"第 {ink.page} 页的文字不可信（{why}），请对照原件核对；装上 jixiao[scan] 可由图像识别"
            findings.append(Finding("page_untrusted", "warning", message))
        elif ink.hidden:
            message = f"第 {ink.page} 页有 {ink.hidden} 个看不见的字符（在页面之外或隐藏），没有读"
            findings.append(Finding("hidden_text", "info", message))
        if ink.across and ink.page not in scanned:
            why = "有盖在表上的文字（斜排、浅色或过大，像是水印），没有读"
            findings.append(Finding("text_across_page", "info", _left_out(ink.page, why, ink.across)))
        if ink.struck and ink.page not in scanned:
            findings.append(Finding("struck_text", "warning", _left_out(ink.page, "有划去的文字，没有读", ink.struck)))
    return findings


def _left_out(page: int, why: str, texts: Sequence[str]) -> str:
    said = "、".join(texts)
    shown = said[:_SHOWN] + ("……" if len(said) > _SHOWN else "")
    return f"第 {page} 页{why}：{shown}；若是表中内容，请核对原件"


def _cut_at_edges(inks: Iterable[Ink]) -> Iterator[Finding]:
    """Yield a finding for each page whose table runs over its left or right edge: what stood there is lost.

    Several rules then run to the edge or beyond, and none closes them there.
    """
    for ink in inks:
        (width, _), _, across, down = ink.upright()
        for side, reaching, closing in (
            ("左", across[:, 1] <= _AT_EDGE, (down[:, 0] >= -_AT_EDGE) & (down[:, 0] <= _CLOSES)),
            ("右", across[:, 2] >= width - _AT_EDGE, (down[:, 0] <= width + _AT_EDGE) & (down[:, 0] >= width - _CLOSES)),
        ):
            if len(cluster(across[reaching, 0])) >= _LEVELS and len(down) and not closing.any():
                lost = "切掉的部分没有读到，空白不等于没有填"
                message = f"第 {ink.page} 页的表格在{side}边被页边切断，{lost}；请调整纸张或缩放后重新导出"
                yield Finding("table_cut_at_page_edge", "warning", message)


def _shown(block: Block, pages: dict[int, Ink]) -> Block:
    """Return *block* with the boxes of turned pages as they lie on the page as it is shown."""
    if isinstance(block, Piece):
        return _shown_piece(block, pages)
    rows = (
        Row(tuple(replace(c, pieces=tuple(_shown_piece(p, pages) for p in c.pieces)) for c in row.cells))
        for row in block.rows
    )
    return Grid(tuple(rows), block.columns)


def _shown_piece(piece: Piece, pages: dict[int, Ink]) -> Piece:
    ink = pages.get(piece.page)
    if ink is None or piece.box is None:
        return piece
    width, height = ink.size if ink.quarters % 2 == 0 else ink.size[::-1]
    x0, top, x1, bottom = turned(np.array([piece.box]), -ink.quarters, width, height)[0].round(2).tolist()
    return replace(piece, box=(x0, top, x1, bottom))

"""Bytes of a picture → its document."""

from __future__ import annotations

from jixiao.extract.effort import may_read, page_done
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.extract.stitch import join_pages
from jixiao.rules.records import Finding

from .align import align
from .images import read_images
from .page import Scanned, put_back, questions_of, read_sheet
from .recognise import require


def read_scan(data: bytes) -> Gridded:
    """Return the grids and lines of a PNG, JPEG or TIFF of one page or several.

    A page that cannot be decoded is a finding, and the document partial. Raises DocumentError when no page can be
    read, or what it needs is not installed.
    """
    require()
    pages: dict[int, Scanned] = {}
    findings: list[Finding] = []
    errors: list[DocumentError] = []
    count = 0
    for number, sheet in enumerate(read_images(data), 1):
        count = number
        if isinstance(sheet, DocumentError):
            errors.append(sheet)
            findings.append(_unread(sheet))
            continue
        if not may_read(number):
            findings.append(
                Finding("page_unread", "error", f"读到第 {number - 1} 页时限已到，其后各页没有读入；请把文件分成几份再转换")
            )
            break
        try:
            pages[number] = read_sheet(sheet)
        except DocumentError as error:
            errors.append(error)
            findings.append(_unread(error))
        page_done(recognised=True)
    if not pages and errors:
        raise errors[0]
    lost = bool(findings)
    findings += [question for page in pages.values() for question in questions_of(page)]
    align(page.ruled for page in pages.values())
    blocks, furniture = join_pages([page.ruled for page in pages.values()])
    placed, kept = put_back(blocks, furniture, pages)
    return Gridded("scan", count, tuple(placed), tuple(kept), tuple(findings), lost)


def _unread(error: DocumentError) -> Finding:
    return Finding("page_unread", "error", f"{error.detail}，没有读入；{error.next_step}")

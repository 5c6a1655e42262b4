"""Opening a PDF, whatever is wrong with it: a document with pages, or a reason and what to do."""

from __future__ import annotations

import pypdfium2
import pypdfium2.raw as raw
from jixiao.extract.errors import DocumentError

MAX_PAGES = 2000
MAX_SIDE = 14_400.0
"""Points: what PDF viewers take at most, five metres. A larger page is a slip or an attack."""

_REASONS = {
    raw.FPDF_ERR_PASSWORD: (
        "encrypted",
        "PDF 有打开密码",
        "请用密码打开后另存为不加密的 PDF，或把密码去掉再试",
    ),
    raw.FPDF_ERR_SECURITY: ("encrypted", "PDF 用了不支持的加密方式", "请用 PDF 阅读器打开后另存为不加密的 PDF 再试"),
}


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """Return the document in *data*; a password that is empty is tried by pdfium itself.

    Raises DocumentError if it has a password, is damaged beyond reading, or has no page.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        known = _REASONS.get(code) if code is not None else None
        if known is None:
            cut = b"%%EOF" not in data[-2048:]
            seen = "PDF 没有正常的结尾，像是没有下载完整" if cut else "PDF 的内部结构已损坏，打不开"
            known = ("unreadable", seen, "请重新下载或向提供者另要一份；能用 PDF 阅读器打开时，另存一份再试")
        raise DocumentError(*known) from error
    count = len(document)
    if count == 0:
        document.close()
        raise DocumentError("unreadable", "PDF 中一页也没有", "请重新下载，或用 PDF 阅读器打开后另存一份再试")
    if count > MAX_PAGES:
        document.close()
        raise DocumentError("too_large", f"PDF 有 {count} 页，上限是 {MAX_PAGES} 页", "请按表拆成几个文件再试")
    return document

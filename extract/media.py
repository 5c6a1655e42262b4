"""What kind of file some bytes are, told from the bytes and never from a name."""

from __future__ import annotations

import io
import re

from .errors import DocumentError, zip_said

RECOGNISED = ("scan", "pdf")
"""Media whose characters may have been recognised."""

_OFFICE = {
    "spreadsheetml.sheet.main": "xlsx", "spreadsheetml.template.main": "xlsx", "sheet.macroEnabled.main": "xlsx",
    "template.macroEnabled.main": "xlsx", "wordprocessingml.document.main": "docx",
    "wordprocessingml.template.main": "docx", "document.macroEnabled.main": "docx",
    "word.template.macroEnabledTemplate.main": "docx",
}  # fmt: skip
"""How the type of a package's main part ends (before ``+xml``) and what the package is."""
_MAX_TYPES = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_HTML_START = re.compile(rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta)\b",
                         re.IGNORECASE | re.DOTALL)  # fmt: skip
_STEP = "请另存为 .xlsx、.docx 或 PDF 后再转换"
_PICTURE = "请另存为 PNG、JPEG 或 PDF 后再转换"
_UNPACK = "请先解压，或改用 .zip 打包"
_NOT_READ = (
    (b"Rar!\x1a\x07", "是 RAR 压缩包", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "是 7z 压缩包", _UNPACK),
    (b"\x1f\x8b\x08", "是 gzip 压缩包", _UNPACK),
    (b"GIF8", "是 GIF 图片", _PICTURE),
)
"""How files begin that arrive among forms and that nobody reads here, what they are, and what to do."""
_NOT_SHOWN = (
    (4, b"jP  ", "JPEG 2000 图片"),
    (4, b"ftyphei", "HEIC 照片"),
    (4, b"ftypmif1", "HEIC 照片"),
    (6, b"\0\0\0\0\x36\0\0\0", "BMP 图片"),
    (6, b"\0\0\0\0\x3e\0\0\0", "BMP 图片"),
    (8, b"WEBP", "WebP 图片"),
)
"""Pictures that are not read: what stands where in them."""


def media_of(data: bytes) -> str:
    """Return scan, pdf, xlsx, docx, xls, xml, doc, html, mht, md or csv for what plainly is one, else text.

    xml is a workbook in one XML text; doc is whatever LibreOffice makes a .docx of, RTF and Word's old XML too.

    Raises DocumentError for Office and zip files of kinds that nobody reads here. Text is not examined:
    what is no text either is for the reader of text to refuse.
    """
    if data.startswith(_PICTURES):
        return "scan"
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if b"%PDF-" in data[:1024]:  # the readers of PDFs look as far: some have a mail's head before it
        return "pdf"
    if data.startswith(_OLE):
        from .office.compound import kind_of_compound

        return kind_of_compound(data)
    for start, what, step in _NOT_READ:
        if data.startswith(start):
            raise DocumentError("unsupported", what, step)
    for at, mark, what in _NOT_SHOWN:
        if data[at : at + len(mark)] == mark:
            raise DocumentError("unsupported", f"是 {what}", _PICTURE)
    head = data[:8192].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<")):
        head = data[:16384].decode("utf-16", "replace").encode("utf-8", "replace").lstrip()
    if head.startswith(b"{\\rtf"):
        return "doc"
    if _HTML_START.match(head):
        return "html"
    if head.startswith(b"<"):
        return _xml(head)
    if b"mime-version" in head[:4096].lower():
        from .office.mail import is_mail

        if is_mail(data):
            return "mht"
    if b"|" in data:  # most texts have none; what reads tables of Markdown is not even loaded
        from .office.markdown import is_markdown

        if is_markdown(data):
            return "md"
    if b"," in data or b"\t" in data:
        from .office.delimited import mark_of

        if mark_of(data):
            return "csv"
    return "text"


def _xml(head: bytes) -> str:
    """Return what a text in angle brackets is that is no page; text, if it is not known."""
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml"
    if b"schemas.microsoft.com/office/word/2003/wordml" in head:
        return "doc"
    if b"schemas.microsoft.com/office/2006/xmlPackage" in head:
        return "doc"
    return "text"


def _zipped(data: bytes) -> str:
    """Return what a zip is by its list of content types."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in archive.infolist()[:20_000]}
            info = names.get("[content_types].xml")
            if info is None:
                return _other_zip(set(names))
            with archive.open(info) as file:
                types = file.read(_MAX_TYPES).decode("utf-8", "replace")
    except (BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise DocumentError("unreadable", f"Office 文件或压缩包不完整，或已损坏（{zip_said(error)}）", "请重新取得文件") from error
    for ending, media in _OFFICE.items():
        if f"{ending}+xml" in types:
            return media
    if "sheet.binary" in types:
        raise DocumentError("unsupported", "是二进制工作簿（.xlsb）", _STEP)
    raise DocumentError("unsupported", "是 Word 和 Excel 以外的 Office 文件", _STEP)


def _other_zip(names: set[str]) -> str:
    if "mimetype" in names and "content.xml" in names:
        raise DocumentError("unsupported", "是 OpenDocument 文件（.odt、.ods）", _STEP)
    if "ofd.xml" in names:
        raise DocumentError("unsupported", "是 OFD 版式文件", "请另存为 PDF 后再转换")
    raise DocumentError("unsupported", "是压缩包", "请把文件名改为 .zip 结尾，或先解压再转换")

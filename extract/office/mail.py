"""Web pages in one file (.mht, also what Word, Excel and many sites export as .doc or .xls) → their pages.

Such a file is a message: a page, its pictures and its styles as parts. Only pages are looked at.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import Message

from jixiao.extract.errors import DocumentError

_HEAD = 4_096
_FIRST = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,40}:")
_MAX_PARTS = 1_000
_MAX_BOUNDARIES = 20
"""Messages in messages are gone through once for each of their boundaries; a page has one or two."""


def is_mail(data: bytes) -> bool:
    """Tell whether bytes are a message by MIME: lines of a head, and a type with parts or a page."""
    head = data[:_HEAD].lstrip().lower()
    return _FIRST.match(head) is not None and b"mime-version:" in head and b"content-type:" in head


def pages_of(data: bytes) -> list[tuple[bytes, str]]:
    """Return the pages in a message, each with the charset it is declared in (or an empty text).

    Raises DocumentError for a letter, and where there is no page.
    """
    if data.lower().count(b"boundary=") > _MAX_BOUNDARIES:
        raise DocumentError("too_large", f"单个文件网页（.mht）嵌套超过 {_MAX_BOUNDARIES} 层", "请核对文件来源")
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        if message.get_content_type() == "multipart/mixed" or "received" in message:
            raise DocumentError("unsupported", "是电子邮件", "请把附件另存后再转换")
        pages = [(_bytes(part), part.get_content_charset("")) for part in _parts(message) if part.get_content_type() == "text/html"]
    except (RecursionError, ValueError, LookupError, TypeError) as error:
        raise DocumentError("unreadable", "单个文件网页（.mht）的结构已损坏", "请用浏览器或 Office 打开后另存再转换") from error
    if not pages:
        raise DocumentError("unreadable", "单个文件网页（.mht）里没有网页", "请用浏览器或 Office 打开后另存再转换")
    return pages


def _parts(message: Message) -> list[Message]:
    found = []
    for part in message.walk():
        found.append(part)
        if len(found) > _MAX_PARTS:
            raise DocumentError("too_large", f"单个文件网页（.mht）的部分超过 {_MAX_PARTS} 个", "请核对文件来源")
    return found


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""

"""The frame of a page that is one file: no network, no script and no style but its own, two languages.

Everything from a form goes through `escaped`. The policy allows exactly the style and the script that are
in the page, by their hashes, so that nothing a form says can run even if it came through.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from .files import sink_safe

_FOLDER = Path(__file__).parent / "pages"


def escaped(text: str) -> str:
    """Return *text* for use between tags and inside quoted attributes; unseen controls are shown as U+FFFD."""
    safe = "".join("\ufffd" if _unseen(character) else character for character in sink_safe(text))
    return escape(safe, quote=True)


def _unseen(character: str) -> bool:
    """Controls, and marks that turn the reading direction: they let a text pass for another."""
    code = ord(character)
    return (
        (code < 32 and character not in "\t\n\r")
        or 127 <= code < 160
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
    )


def said(chinese: str, english: str) -> str:
    """Return our own words in both languages, of which one is shown. They are no form's text and are escaped too."""
    return f'<span class="zh">{escaped(chinese)}</span><span class="en">{escaped(english)}</span>'


def switch() -> str:
    """Return the button that turns the page to the other language."""
    return f'<button class="switch" type="button" data-switch>{said("English", "中文")}</button>'


@cache
def _asset(name: str) -> tuple[str, str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    assert "</" not in text, name
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"'sha256-{digest}'"


def page(title: tuple[str, str], body: Iterable[str]) -> str:
    """Return the whole page; *title* in Chinese and in English, *body* is markup."""
    style, style_hash = _asset("changes.css")
    script, script_hash = _asset("changes.js")
    policy = f"default-src 'none'; style-src {style_hash}; script-src {script_hash}; base-uri 'none'; form-action 'none'"
    head = [
        "<!DOCTYPE html>",
        f'<html lang="zh-CN" data-zh="{escaped(title[0])}" data-en="{escaped(title[1])}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escaped(title[0])}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
    ]
    return "\n".join([*head, *body, f"<script>{script}</script>", "</body>", "</html>", ""])

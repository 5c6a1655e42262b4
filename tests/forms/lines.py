"""Text in a width: fonts, how wide a string stands, and where its lines break."""

from __future__ import annotations

import functools
import re

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from .style import FONTS

_NO_START = "，。、；：？！）》〉」』”’％%)]},.;:!?～–—·"
_NO_END = "（《〈「『“‘([{"
# What a word processor keeps together: words and numbers of half-width signs, per cent too.
_RUN = re.compile(r"[0-9A-Za-z.,%+/-]+|.", re.DOTALL)


@functools.cache
def face(name: str) -> TTFont:
    """Return the registered font of a key of `FONTS`."""
    font = TTFont(name, FONTS[name], subfontIndex=0)
    pdfmetrics.registerFont(font)
    return font


@functools.cache
def font_of(character: str, preferred: str) -> str:
    """Return the first font that has the character, the preferred one first."""
    for name in (preferred, *FONTS):
        if ord(character) in face(name).face.charToGlyph:
            return name
    raise ValueError(f"no font has {character!r}; add one to FONTS")


@functools.cache
def _advance(character: str, preferred: str) -> float:
    """Return the width of a character in ems."""
    return float(face(font_of(character, preferred)).stringWidth(character, 1))


def width_of(text: str, font: str, size: float) -> float:
    return sum(_advance(character, font) for character in text) * size


def runs(text: str, font: str) -> list[tuple[str, str]]:
    """Return *text* as (font, part) pairs, a new pair wherever the font must change."""
    parts: list[tuple[str, str]] = []
    for character in text:
        name = font_of(character, font)
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + character)
        else:
            parts.append((name, character))
    return parts


def wrap(
    text: str, width: float, font: str, size: float, *, kinsoku: bool, keep_runs: bool, indent: float = 0
) -> list[str]:
    """Return the lines of *text* in *width* points; a newline in it always breaks.

    With *kinsoku* no line starts with closing punctuation or ends with an opening bracket: the character
    before goes down with it. With *keep_runs* numbers and Latin words are not cut, unless one alone is
    wider than the column. *indent* narrows the first line of each paragraph.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, room = "", width - indent
        for token in _tokens(paragraph, width, font, size, keep_runs):
            if line and width_of(line + token, font, size) > room:
                carried = ""
                if kinsoku:
                    line, carried = _carry(line, token)
                lines.append(line)
                line, room = carried, width
            line += token
        lines.append(line)
    return lines


def _tokens(text: str, width: float, font: str, size: float, keep_runs: bool) -> list[str]:
    tokens: list[str] = []
    for token in _RUN.findall(text) if keep_runs else list(text):
        if width_of(token, font, size) > width:
            tokens.extend(token)
        else:
            tokens.append(token)
    return tokens


def _carry(line: str, token: str) -> tuple[str, str]:
    """Return the line and what must go down to the next one so that neither breaks the rule."""
    cut = len(line)
    if token[0] in _NO_START:
        cut -= 1
        while cut > 0 and line[cut] in _NO_START:
            cut -= 1
    while cut > 0 and line[cut - 1] in _NO_END:
        cut -= 1
    return (line[:cut], line[cut:]) if cut > 0 else (line, "")

"""Printed lines back to one text: wrapped cells joined, spaces that extraction put into words removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .values import Repaired

# What Latin text is made of. Only between two of these can a space carry meaning: "10 12" is two
# numbers, "Belt and Road" three words. Beside anything else it is the extraction's.
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏͰ-ϿЀ-ӿ"
_LETTER = re.compile(f"[{_LATIN}]")
_LATIN_SIDE = re.compile(f"[0-9{_LATIN}.,:;!?'\"()\\[\\]&+*/_#@-]")
_DIGITS = frozenset("0123456789０１２３４５６７８９")
_POINTS = frozenset(".,．，")
_SPACES = re.compile(r"[^\S\n]+")


def _separator(before: str, after: str) -> str:
    """Return what goes between two lines of one cell, the first ending and the second beginning so."""
    word_before = before in _DIGITS or _LETTER.match(before) is not None
    word_after = after in _DIGITS or _LETTER.match(after) is not None
    if not word_after or (before in _DIGITS and after in _DIGITS):
        return ""
    if before in ".," and after in _DIGITS:
        return ""
    return " " if word_before or before in ".,;:!?)" else ""


def _cuts_number(left: str, right: str) -> bool:
    """Return whether one number would stand across the join of *left* and *right* (two characters each)."""
    digit_left = left[-1] in _DIGITS or (left[-1] in _POINTS and left[-2:-1] in _DIGITS)
    digit_right = right[0] in _DIGITS or (right[0] in _POINTS and right[1:2] in _DIGITS)
    return digit_left and digit_right


def join_lines(lines: Sequence[str]) -> Repaired:
    """Return the printed lines of one cell as one text.

    Nothing goes between Chinese characters and punctuation, one space between two Latin words. Digits on
    both sides of a break are joined: the column was too narrow for the number, or two numbers stood
    there; the step ``number_rejoined`` says that somebody should look. Blank lines carry no meaning.
    The step is ``wrap`` when more than one line had text.

    >>> join_lines(["全市重大创新发展战略研究", "、推进沿江科创带建设"])
    Repaired(text='全市重大创新发展战略研究、推进沿江科创带建设', steps=('wrap',))
    >>> join_lines(["812.404", "6"])
    Repaired(text='812.4046', steps=('wrap', 'number_rejoined'))
    >>> join_lines(["Belt and", "Road 合作"]).text
    'Belt and Road 合作'
    """
    pieces = [piece for line in lines if (piece := line.strip())]
    if len(pieces) < 2:
        return Repaired(pieces[0] if pieces else "")
    parts = [pieces[0]]
    joins = []
    size = len(pieces[0])
    for before, piece in pairwise(pieces):
        separator = _separator(before[-1], piece[0])
        if not separator:
            joins.append(size)
        parts += (separator, piece)
        size += len(separator) + len(piece)
    text = "".join(parts)
    if any(_cuts_number(text[max(0, at - 2) : at], text[at : at + 2]) for at in joins):
        return Repaired(text, ("wrap", "number_rejoined"))
    return Repaired(text, ("wrap",))


def mend_spaces(text: str) -> Repaired:
    """Return *text* without the spaces that stand inside words; the step is ``inner_space``.

    A space stays, as one, only between two pieces of Latin text: letters, digits, ASCII punctuation.
    Beside a Chinese character, Chinese punctuation, a comparator or % it goes: Chinese sets no spaces,
    so there it says nothing («文化广电 和旅游局», «≥ 95 %», «2015 年 1 月»). Two numbers stay two.
    White space at the ends is no part of a value and goes without a step. Lines stay lines.
    Where a space separates two Chinese names in one cell, that is lost: do not use this on lists.

    >>> mend_spaces("文化广电 和旅游局")
    Repaired(text='文化广电和旅游局', steps=('inner_space',))
    >>> mend_spaces("Belt and  Road 合作 2 3").text
    'Belt and Road合作2 3'
    """
    stripped = text.strip()
    if len(stripped.split(None, 1)) < 2:
        return Repaired(stripped)  # as most are

    def keep(match: re.Match[str]) -> str:
        before = stripped[match.start() - 1]
        after = stripped[match.end()]
        if "\n" in (before, after):
            return ""
        if _LATIN_SIDE.match(before) is not None and _LATIN_SIDE.match(after) is not None:
            return " "
        return ""

    mended = _SPACES.sub(keep, stripped)
    return Repaired(mended, () if mended == stripped else ("inner_space",))

"""Where pages end in a text, and the marks that are printed there."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from itertools import pairwise

from jixiao.extract.document import Piece
from jixiao.extract.headings import is_page_mark
from jixiao.normalize.targets import looks_like_target

from .text import PlainText

_PAGE_LINES = 12
"""A shorter text has no running heads."""
_LEAST = 5
"""Characters: a shorter line is a label or a value."""
_VALUE = 0.9
_TITLE = ("表", "表）", "表)", "）", ")")


def drop_page_marks(text: PlainText) -> tuple[list[Piece], list[Piece], set[int]]:
    """Return (lines without page marks, page marks and unseen lines, indices of the lines that begin a page).

    ``— 3 —`` and ``第3页 共5页`` are marks wherever they stand. A bare number is one only if such numbers
    count the pages up: a lone 0 may be an amount. A page begins behind a mark, a form feed, or three
    blank lines (as Tika parts them). A line that shows nothing (a zero-width space, a byte order mark) is a
    blank line whose characters are to be accounted for. A line that the text begins with and another page too, or that it
    and another page end with, is a running head or foot and no part of the form; a title printed again is not taken for one.
    """
    text, unseen = _without_unseen(text)
    lines, gaps = text.lines, text.gaps
    marks: set[int] = set()
    for i, line in enumerate(lines):
        if is_page_mark(line.text.strip()):
            marks.add(i)
    if not marks:
        marks = _counted_pages(text)
    marks |= _running(text, marks)
    kept: list[Piece] = []
    turns: set[int] = set()
    turn = False
    for i, line in enumerate(lines):
        turn = turn or (i > 0 and (gaps[i] >= 3 or lines[i - 1].page != line.page))
        if i in marks:
            turn = True
            continue
        if turn and kept:
            turns.add(len(kept))
        turn = False
        kept.append(line)
    return kept, [*(lines[i] for i in sorted(marks)), *unseen], turns


def _running(text: PlainText, marks: Container[int]) -> set[int]:
    """Return the lines that are running heads and feet; *marks* are page marks."""
    lines, gaps = text.lines, text.gaps
    body = [i for i in range(len(lines)) if i not in marks]
    if len(body) < _PAGE_LINES:
        return set()
    breaks = [
        (a, b)
        for a, b in pairwise(body)
        if b - a > 1 or gaps[b] >= 3 or lines[a].page != lines[b].page
    ]
    found: set[int] = set()
    # What ends a page may be the form's, and stand at the end of two pages by chance.
    for edge, beside, enough in ((body[0], [b for _, b in breaks], 1), (body[-1], [a for a, _ in breaks], 2)):
        own = lines[edge].text.strip()
        again = [i for i in beside if lines[i].text.strip() == own]
        if len(again) >= enough and len(own) >= _LEAST and not own.endswith(_TITLE) and not _holds_value(own):
            found |= {edge, *again}
    return found


def _holds_value(line: str) -> bool:
    return any(looks_like_target(word) >= _VALUE for word in line.split())


def _without_unseen(text: PlainText) -> tuple[PlainText, list[Piece]]:
    """Return *text* without the lines that show nothing, each a blank line more before the next, and those lines."""
    if all(line.text.strip() for line in text.lines):
        return text, []
    lines: list[Piece] = []
    gaps: list[int] = []
    unseen: list[Piece] = []
    gap = 0
    for line, before in zip(text.lines, text.gaps, strict=True):
        gap += before
        if line.text.strip():
            lines.append(line)
            gaps.append(gap)
            gap = 0
        else:
            unseen.append(line)
            gap += 1
    return replace(text, lines=tuple(lines), gaps=tuple(gaps)), unseen


def _counted_pages(text: PlainText) -> set[int]:
    """Return the lines that hold nothing but a page's number.

    They count up from one, and the first or the last of them is the first or last line of the text
    (or all of them stand at page breaks). Of two lines with the right number the one behind which
    something is printed again is the page's.
    """
    lines, gaps = text.lines, text.gaps
    bare: list[tuple[int, int]] = []
    for i, line in enumerate(lines):
        body = line.text.strip()
        if body.isascii() and body.isdigit() and len(body) <= 3 and body[0] != "0":
            bare.append((i, int(body)))
    if not bare:
        return set()
    last = len(lines) - 1
    breaks = {i for i in range(len(lines)) if gaps[i] >= 3 or (i and lines[i - 1].page != lines[i].page)}
    edges = [(i, n) for i, n in bare if i in (0, last) or i in breaks or i + 1 in breaks]
    if (len(edges) > 1 or (edges and breaks)) and edges[0][1] == 1 and all(n == 1 + k for k, (_, n) in enumerate(edges)):
        return {i for i, _ in edges}
    total = bare[-1][1] if bare[-1][0] == last else 0
    if total == 0 or total > len(bare):
        return set()
    seen: set[str] = set()
    again: set[int] = set()
    for i, line in enumerate(lines):
        if line.text in seen:
            again.add(i)
        seen.add(line.text)
    places: dict[int, list[int]] = {}
    for i, n in bare:
        places.setdefault(n, []).append(i)
    chain: list[int] = []
    at = -1
    for number in range(1, total):
        choices = [i for i in places.get(number, ()) if at < i < last]
        if not choices:
            return set()
        at = next((i for i in choices if i + 1 in again), choices[0])
        chain.append(at)
    return {*chain, last}

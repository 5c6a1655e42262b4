"""The functions' cell → its clauses, by the marks they are numbered with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from jixiao.normalize.numbers import read_chinese_number

from .document import Piece

_CHINESE = "一二三四五六七八九十百"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟"
_STYLES = (
    ("bracketed", re.compile(r"[（(]\s?(\d{1,3})\s?[）)]、?")),
    ("bracketed_chinese", re.compile(rf"[（(]\s?([{_CHINESE}]{{1,4}})\s?[）)]、?")),
    ("chinese", re.compile(rf"([{_CHINESE}]{{1,4}})、")),
    ("ordinal", re.compile(rf"第([{_CHINESE}]{{1,4}})[、，,]")),
    ("goal", re.compile(r"(?:目标|任务)(\d{1,3})[:：]")),
    ("circled", re.compile(rf"([{_CIRCLED}])、?")),
    ("half_bracket", re.compile(r"(\d{1,3})[）)]、?")),
    ("dotted", re.compile(r"(\d{1,3})[.．、](?!\d)")),
)
_ENDS = "。；;！？!?…：:"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its *label* as printed (empty if none), its *number* (0 if none) and its pieces."""

    label: str
    number: int
    pieces: tuple[Piece, ...]
    label_pieces: tuple[Piece, ...]


def read_clauses(pieces: Sequence[Piece]) -> list[Clause]:
    """Return the clauses in the printed lines of one cell.

    The first mark in the cell says how the clauses are numbered; another kind of number inside a
    clause is its text. A mark counts at a line's start, or behind a sentence's end within a line,
    and only if it goes on with the numbering.
    """
    style = _style_of(pieces)
    if style is None:
        return [Clause("", 0, tuple(pieces), ())] if pieces else []
    # One string over all lines: a mark may itself be broken by the wrap (（十 / 九）).
    starts = [0, *accumulate(len(p.text) for p in pieces)]
    text = "".join(p.text for p in pieces)
    line_starts = {at + len(p.text) - len(p.text.lstrip()) for at, p in zip(starts, pieces, strict=False)}
    out: list[Clause] = []
    label, number, cut = "", 0, 0
    label_pieces: tuple[Piece, ...] = ()
    for match in style.finditer(text):
        here = _number(match.group(1))
        if here is None or not _goes_on(here, number, text, match.start(), match.start() in line_starts):
            continue
        body = _between(pieces, starts, cut, match.start())
        if body or label:
            out.append(Clause(label, number, body, label_pieces))
        label, number, cut = match.group(0).strip(), here, match.end()
        label_pieces = _between(pieces, starts, match.start(), match.end())
    body = _between(pieces, starts, cut, len(text))
    if body or label:
        out.append(Clause(label, number, body, label_pieces))
    return out


def _between(pieces: Sequence[Piece], starts: Sequence[int], begin: int, end: int) -> tuple[Piece, ...]:
    """Return characters *begin*–*end* of all pieces together, as parts of those pieces."""
    out = []
    first = max(0, bisect_right(starts, begin) - 1)
    for at, piece in zip(starts[first:], pieces[first:], strict=False):
        if at >= end:
            break
        part = _part(piece, max(0, begin - at), min(len(piece.text), end - at))
        if part is not None:
            out.append(part)
    return tuple(out)


def _style_of(pieces: Sequence[Piece]) -> re.Pattern[str] | None:
    for piece in pieces[:3]:
        text = piece.text.lstrip()
        for _, pattern in _STYLES:
            match = pattern.match(text)
            if match and (_number(match.group(1)) or 0) in (1, 2):
                return pattern
    return None


def _number(text: str) -> int | None:
    if text in _CIRCLED:
        return _CIRCLED.index(text) + 1
    if text.isdigit():
        return int(text)
    value = read_chinese_number(text)
    return int(value) if value is not None else None


def _goes_on(here: int, last: int, text: str, start: int, at_line_start: bool) -> bool:
    """Tell whether number *here* begins the clause after number *last*.

    At a line's start the next number does; a repeated or skipped one only where the clause before
    has come to its end. Within a line only the next number does, and only behind an end.
    """
    before = text[max(0, start - 8) : start].rstrip()
    ended = not before or before[-1] in _ENDS
    if here == last + 1:
        return at_line_start or ended or text[start - 1].isspace()
    if not (last <= here <= last + 4 and here > 0):
        return False
    # A number skipped or repeated: behind an end, or a bracketed mark at a line's start.
    return ended or (at_line_start and text[start] in "（(")


def _part(piece: Piece, start: int, stop: int) -> Piece | None:
    """Return characters *start*–*stop* of a piece as a piece of its own; None if nothing is printed there."""
    text = piece.text[start:stop]
    if not text.strip():
        return None
    if piece.raw == piece.text:
        raw = text
    elif start == 0 and stop == len(piece.text):
        raw = piece.raw
    else:
        raw = _raw_part(piece, start, stop)
    return replace(piece, text=text, raw=raw, column=piece.column + start)


def _raw_part(piece: Piece, start: int, stop: int) -> str:
    """Lay a repaired text beside its origin, character by character, and cut the origin."""
    from jixiao.normalize.characters import repair_characters

    out, at = "", 0
    for character in piece.raw:
        size = len(repair_characters(character).text)
        if (start <= at < stop) or (size == 0 and start <= at <= stop and (at < stop or stop == len(piece.text))):
            out += character
        at += size
    return out

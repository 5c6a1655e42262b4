"""The functions' cell → its clauses, by the marks they are numbered with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    label_piece: Piece | None


def read_clauses(pieces: Sequence[Piece]) -> list[Clause]:
    """Return the clauses in the printed lines of one cell.

    The first mark in the cell says how the clauses are numbered; another kind of number inside a
    clause is its text. A mark counts at a line's start, or behind a sentence's end within a line,
    and only if it goes on with the numbering.
    """
    style = _style_of(pieces)
    if style is None:
        return [Clause("", 0, tuple(pieces), None)] if pieces else []
    out: list[Clause] = []
    label, number, label_piece = "", 0, None
    body: list[Piece] = []
    for piece in pieces:
        text = piece.text
        cut = 0
        for match in style.finditer(text):
            here = _number(match.group(1))
            if here is None or not _goes_on(here, number, text, match.start(), body, cut):
                continue
            before = _part(piece, cut, match.start())
            if before is not None:
                body.append(before)
            if body or label:
                out.append(Clause(label, number, tuple(body), label_piece))
            label, number, body = match.group(0).strip(), here, []
            label_piece = _part(piece, match.start(), match.end())
            cut = match.end()
        rest = _part(piece, cut, len(text))
        if rest is not None:
            body.append(rest)
    if body or label:
        out.append(Clause(label, number, tuple(body), label_piece))
    return out


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


def _goes_on(here: int, last: int, text: str, start: int, body: Sequence[Piece], cut: int) -> bool:
    """Tell whether number *here* begins the clause after number *last*.

    At a line's start the next number does; a repeated or skipped one only where the clause before
    has come to its end. Within a line only the next number does, and only behind an end.
    """
    before = text[cut:start].rstrip()
    at_line_start = not text[:start].strip()
    if at_line_start:
        if here == last + 1:
            return True
        ended = not body or body[-1].text.rstrip()[-1:] in _ENDS
        return ended and last <= here <= last + 4 and here > 0
    if here != last + 1:
        return False
    return not before or before[-1] in _ENDS or text[start - 1].isspace()


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
    return Piece(text, raw, piece.page, piece.line, piece.column + start, piece.box, piece.steps)


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

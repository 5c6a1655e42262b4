"""Labels of which a recogniser read one character wrong, mended where a family's vocabulary knows one word only.

指称 for 指标 makes a header that no one knows, and a column of targets that is lost. Values and names are no labels: what
stands in no vocabulary stays as it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from jixiao.rules.families import Family, key_of

from .document import Block, Cell, Grid, Piece, Row

_UNSURE = 0.9
"""A line of which every character is surer is what it is: 上年指标值 is no 全年指标值."""
_LENGTHS = range(3, 17)
_NUMERALS = frozenset("0123456789零〇一二三四五六七八九十两")
STEP = "label_mended"


def mend_misread(block: Block, family: Family) -> Block:
    """Return *block* with each label that has one unsure character wrong as the one word it can be; raw text stays."""
    if isinstance(block, Piece):
        return _mended((block,), family)[0]
    if all(p.confidence >= _UNSURE for row in block.rows for cell in row.cells for p in cell.pieces):
        return block
    return Grid(tuple(Row(tuple(_cell(c, family) for c in row.cells)) for row in block.rows), block.columns)


def _cell(cell: Cell, family: Family) -> Cell:
    pieces = _mended(cell.pieces, family)
    return cell if pieces is cell.pieces else replace(cell, pieces=pieces)


def _mended(pieces: tuple[Piece, ...], family: Family) -> tuple[Piece, ...]:
    if all(p.confidence >= _UNSURE for p in pieces) or sum(len(p.text) for p in pieces) > 2 * _LENGTHS.stop:
        return pieces
    places = list(_places(pieces))
    key = "".join(pieces[n].text[i] for n, i in places)
    found = _word(key_of(key), family) if len(key) in _LENGTHS else None
    if found is None:
        return pieces
    at, meant = found
    number, place = places[at]
    wrong = pieces[number]
    if wrong.confidence >= _UNSURE:
        return pieces
    doubt = f"“{wrong.text[place]}”按用语表作“{meant}”"
    mended = replace(
        wrong,
        text=wrong.text[:place] + meant + wrong.text[place + 1 :],
        steps=(*wrong.steps, STEP),
        doubts=(*wrong.doubts, doubt),
    )
    return (*pieces[:number], mended, *pieces[number + 1 :])


def _places(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield piece and index of every printed character."""
    for number, piece in enumerate(pieces):
        for i, character in enumerate(piece.text):
            if not character.isspace():
                yield number, i


def _word(key: str, family: Family) -> tuple[int, str] | None:
    """Return where *key* differs from the one word it may be, and the character that stands there; None if none or several.

    Words that differ in a numeral (一级指标, 二级指标) are told apart by nothing else.
    """
    words = _vocabulary(family)
    if key in words.get(len(key), ()):
        return None
    found = None
    for word in words.get(len(key), ()):
        differ = [i for i, (a, b) in enumerate(zip(key, word, strict=True)) if a != b]
        if len(differ) != 1:
            continue
        if found is not None or word[differ[0]] in _NUMERALS or key[differ[0]] in _NUMERALS:
            return None
        found = differ[0], word[differ[0]]
    return found


@lru_cache(maxsize=64)
def _vocabulary(family: Family) -> MappingProxyType[int, frozenset[str]]:
    """Return the labels a family knows, by their length."""
    words: dict[int, set[str]] = {}
    for known in (family.columns, family.targets, family.headings, family.labels, family.level1, family.level2):
        for word in known:
            words.setdefault(len(word), set()).add(word)
    return MappingProxyType({length: frozenset(of) for length, of in words.items()})

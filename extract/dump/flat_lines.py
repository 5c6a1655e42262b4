"""Funds in a flattened dump whose lines show their columns: one line of headers, then a line for each item.

Rates and points stand beside the money, or two tables stand side by side. Lines are read as rows of a grid only where
the counts of their figures fit the headers; what fits nothing is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from jixiao.extract.document import Piece
from jixiao.rules.families import SHARES, Family, key_of

from .atoms import MAX_COLUMNS, Atom, line_pieces
from .flat_funds import AMOUNT
from .grids import GridBuilder

_RATE = re.compile(r"[-－+]?\d{1,5}([.．]\d{1,10})?[%％]")
_MAX_HEADER = 14  # characters: no header on a single line is longer
_ABREAST = [False, True, False, True]


def tells_rows(kinds: Sequence[str]) -> bool:
    """Tell whether rows under columns of these *kinds* are told by widths, places and targets alone.

    Signs, units and points are told by what stands in their columns. 指标 beside 指标内容 are two of one kind.
    """
    return not {"comparator", "unit", "direction", "weight", "score"} & {*kinds}


def is_figure(text: str) -> bool:
    """Tell whether *text* is an amount, a rate, or a dash for one."""
    return AMOUNT.fullmatch(text) is not None or _RATE.fullmatch(text) is not None


def columns_lost(atoms: Sequence[Atom], family: Family) -> bool:
    """Tell whether funds not read by their lines have columns that are not to be told: points, rates, two tables abreast."""
    lines = _lines(atoms, 0, len(atoms))
    abreast = any([is_figure(a.text) for a in atoms[slice(*line)]] == _ABREAST for line in lines)
    return abreast or _has_shares(atoms, family)


def _has_shares(atoms: Sequence[Atom], family: Family) -> bool:
    """Tell whether columns of points or rates stand among the funds, whatever they are called."""
    words = tuple(word for word, meaning in family.like.get("funds", ()) if meaning in SHARES)
    for atom in atoms:
        key = key_of(atom.text)
        if key in family.measures and family.measures[key][1] in SHARES:
            return True
        if len(key) <= _MAX_HEADER and key.partition("(")[0].endswith(words):
            return True
    return False


def lined_funds(
    atoms: Sequence[Atom], start: int, stop: int, family: Family, heading: Sequence[Piece]
) -> tuple[GridBuilder, int] | None:
    """Return the rows of atoms *start*–*stop* and where they end; None where the lines do not show them."""
    lines = list(_lines(atoms, start, stop))
    if not lines:
        return None
    first = [is_figure(a.text) for a in atoms[slice(*lines[0])]]
    header = lines[0] if not any(first) and 2 <= len(first) <= MAX_COLUMNS else None
    rows = []
    for line in lines[header is not None :]:
        kinds = [is_figure(a.text) for a in atoms[slice(*line)]]
        abreast = kinds == _ABREAST
        if not abreast and not (len(kinds) > 1 and not kinds[0] and all(kinds[1:])):
            break
        rows.append((line, abreast))
    if not rows or len({abreast for _, abreast in rows}) > 1:
        return None
    if rows[0][1]:
        if header is not None and header[1] - header[0] != len(_ABREAST):
            return None
        return _grid(atoms, header, [line for line, _ in rows], heading, len(_ABREAST)), rows[-1][0][1]
    widest = max(line[1] - line[0] for line, _ in rows)
    if header is None or not _has_shares(atoms[slice(*header)], family):
        return None
    if any(len(a.text) > _MAX_HEADER for a in atoms[slice(*header)]) or header[1] - header[0] not in (widest - 1, widest):
        return None
    return _grid(atoms, header, [line for line, _ in rows], heading, widest), rows[-1][0][1]


def _grid(
    atoms: Sequence[Atom],
    header: tuple[int, int] | None,
    rows: Sequence[tuple[int, int]],
    heading: Sequence[Piece],
    columns: int,
) -> GridBuilder:
    """Return the grid of *rows*; figures that are fewer than the columns are laid to the left, and unsure.

    Without a *heading* more may have stood above.
    """
    builder = GridBuilder(columns + 1)
    builder.labels = {0}
    label = [(0, 1, heading, 1.0)] if heading else []
    for line in [header, *rows] if header is not None else rows:
        begin, end = line
        shift = 1 + (columns - (end - begin) if line is header else 0)
        sure = 1.0 if line is header or (end - begin == columns and heading) else 0.5
        cells = [(shift + k, 1, line_pieces(atoms[begin + k : begin + k + 1]), sure if k else 1.0) for k in range(end - begin)]
        builder.add([*label, *cells])
        label = []
    return builder


def _lines(atoms: Sequence[Atom], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the lines of atoms *start*–*stop*."""
    at = start
    for _, own in groupby(atoms[start:stop], key=lambda a: a.line):
        end = at + sum(1 for _ in own)
        yield at, end
        at = end

"""The two value columns of a dump that keeps the layout: which of them a lone value stands in.

A dumper lays a page out block by block, and a block may stand some columns left or right of those above and
below it. Where a line holds both values, they show where the two columns stand just there; a value alone on
its line is held against the nearest such lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .atoms import Atom
from .costs import begins_value, looks_like_target
from .layout_page import Line, end_of, start_of

_REACH = 14
"""A line so many lines away says nothing of where the columns stand here."""
_FADES = 0.15
"""What each line between makes the word of another worth less, in character columns."""
_CLOSE = 2.0
"""Two columns that fit a value so nearly alike are not told apart by where it stands."""
_MOVES = 1.0
"""A value is moved to the other column only if it fits that by so much better."""
_FAR = 6.0
"""What is so far from both columns of all lines near it is not told by them."""
_VALUE = 0.6

Placed = dict[int, list[Atom]]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A line with both values: where each begins and ends."""

    line: int
    spans: tuple[tuple[int, int], tuple[int, int]]


def settle_values(
    lines: Sequence[Line], body: Sequence[Placed], targets: Sequence[int]
) -> tuple[list[Placed], set[int]]:
    """Return *body* with lone values in the column that the lines with both say, and the lines that stay in doubt.

    Tables with other than two value columns stay as they are.
    """
    out = [dict(cells) for cells in body]
    if len(targets) != 2:
        return out, set()
    pairs = [pair for n, cells in enumerate(body) if (pair := _pair(n, cells, targets)) is not None]
    doubtful: set[int] = set()
    for n, cells in enumerate(out):
        held = [c for c in targets if c in cells]
        if len(held) != 1 or not pairs:
            continue
        atoms = cells[held[0]]
        here = (start_of(atoms[0]), end_of(atoms[-1]))
        away = [_away(n, k, here, pairs) for k in (0, 1)]
        if min(away) > _FAR:
            continue
        now = targets.index(held[0])
        other = 1 - now
        if away[other] + _MOVES <= away[now] and lines[n].atoms[-1] is atoms[-1]:
            cells[targets[other]] = cells.pop(held[0])
        if abs(away[0] - away[1]) < _CLOSE:
            doubtful.add(n)
    return out, doubtful


def _pair(n: int, cells: Mapping[int, Sequence[Atom]], targets: Sequence[int]) -> _Pair | None:
    """Return where both values of a line stand; None where it holds one, or what is no value whole."""
    found = []
    for column in targets:
        atoms = cells.get(column)
        if not atoms:
            return None
        text = "".join(a.text for a in atoms)
        if looks_like_target(text) < _VALUE and not begins_value(text):
            return None
        found.append((start_of(atoms[0]), end_of(atoms[-1])))
    return _Pair(n, (found[0], found[1]))


def _away(n: int, k: int, here: tuple[int, int], pairs: Sequence[_Pair]) -> float:
    """Return how far *here*, on line *n*, is from the value column *k* as the nearest lines with both show it."""
    return min(
        (_off(here, p.spans[k]) + _FADES * abs(p.line - n) for p in pairs if abs(p.line - n) <= _REACH),
        default=_FAR + 1,
    )


def _off(here: tuple[int, int], there: tuple[int, int]) -> float:
    """Return how far apart two stretches stand: cells are centred or flush left."""
    return min(abs(here[0] - there[0]), abs(sum(here) - sum(there)) / 2)

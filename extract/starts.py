"""Pages on which another form begins: a department's projects in one file, each with the same title over it.

Title, department and unit then stand at the same place on page after page as a running head does, and the
table is as wide as the one before. What tells a new form is its own head: the same label, another value.
"""

from __future__ import annotations

from collections.abc import Sequence

from .placed import RuledPage
from .ruled import Table

_ROWS = 4
_CELLS = 8
_KNOWN = 20
_Head = list[list[str]]


def form_starts(pages: Sequence[RuledPage]) -> set[int]:
    """Return the numbers of the pages whose first table begins like that of an earlier form and says something else.

    >>> form_starts([])
    set()
    """
    starts: set[int] = set()
    known: list[_Head] = []
    for page in pages:
        table = next((i for i in page.items if isinstance(i, Table) and any(s.pieces for s in i.slots)), None)
        if table is None:
            continue
        head = _head(table)
        if any(_is_another(head, other) for other in known):
            starts.add(page.page)
        elif known:
            continue
        if head not in known:
            known = [*known[-_KNOWN:], head]
    return starts


def _head(table: Table) -> _Head:
    """Return what the cells of the table's first rows say, from left to right; columns and labels merged down stand once."""
    rows: _Head = [[] for _ in range(_ROWS)]
    for slot in sorted(table.slots, key=lambda s: s.box[0]):
        if slot.row < _ROWS:
            rows[slot.row].append("".join(ch for piece in slot.pieces for ch in piece.text if not ch.isspace()))
    return rows


def _is_another(head: _Head, other: _Head) -> bool:
    """Tell whether two heads have the same labels and different values, in the first row that is not the same."""
    for own, its in zip(head, other, strict=True):
        if own != its:
            return _is_answered_anew(own, its)
        if len(own) > 2:
            return False  # columns printed again, or a head that says all the same
    return False


def _is_answered_anew(own: Sequence[str], its: Sequence[str]) -> bool:
    if len(own) != len(its) or len(own) > _CELLS:
        return False
    first = next(i for i, (a, b) in enumerate(zip(own, its, strict=True)) if a != b)
    if not first:
        return False
    labels = own[first - 1 :: 2]
    return all(labels) and not labels[0].isdecimal() and labels == its[first - 1 :: 2]

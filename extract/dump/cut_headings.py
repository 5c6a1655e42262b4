"""Headings that a page break cut: the end (目标 of 中长期 … 目标) stands at the top of a page, behind the content."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence

from jixiao.extract.document import Piece
from jixiao.rules.families import key_of

from .atoms import MAX_PARTS, Atom, line_pieces

_LONGEST_END = 6
_FARTHEST = 80


def take_cut_headings(
    atoms: Sequence[Atom], printed: Collection[str]
) -> tuple[Sequence[Atom], dict[int, tuple[str, int, list[Piece]]]]:
    """Return the atoms without the ends of cut headings, and atom → (heading, number of atoms, its end) in them.

    *printed* are the headings a form may print.
    """
    found: dict[int, tuple[str, int, list[Piece]]] = {}
    gone: set[int] = set()

    def whole(key: str) -> bool:
        name, _, unit = key.partition("(")
        return key in printed or (name in printed and unit.endswith("元)"))

    for end in (i for i, a in enumerate(atoms) if a.turn and a.first and len(a.text) <= _LONGEST_END):
        # A narrow column breaks a heading at every character.
        stops = [end + 1]
        while len(stops) < _LONGEST_END and stops[-1] < len(atoms) and len(atoms[stops[-1]].text) == 1 and atoms[stops[-1]].first:
            stops.append(stops[-1] + 1)
        for until in reversed(stops):
            rest = key_of("".join(a.text for a in atoms[end:until]))
            if not (rest.endswith("元)") or any(heading.endswith(rest) for heading in printed)):
                continue
            begun = _begun(atoms, end, rest, whole)
            if begun is not None:
                start, stop, key = begun
                found[start] = (key.partition("(")[0], stop - start, line_pieces(atoms[end:until]))
                gone.update(range(end, until))
                break
    if not gone:
        return atoms, found
    before = sorted(gone)
    moved = {i: i - bisect_left(before, i) for i in found}
    return [a for i, a in enumerate(atoms) if i not in gone], {moved[i]: heading for i, heading in found.items()}


def _begun(
    atoms: Sequence[Atom], end: int, rest: str, whole: Callable[[str], bool]
) -> tuple[int, int, str] | None:
    """Return (first atom, atom behind, key of the whole) of the heading above atom *end* that *rest* ends."""
    found: tuple[int, int, str] | None = None
    for start in range(end - 1, max(-1, end - _FARTHEST), -1):
        if found is not None and start < found[0] - MAX_PARTS:
            break
        if not atoms[start].first:
            continue
        key, stop = key_of(atoms[start].text), start + 1
        most = start + (MAX_PARTS if len(key) == 1 else 3)
        while stop < min(end, most) and atoms[stop].first and not whole(key + rest):
            key += key_of(atoms[stop].text)
            stop += 1
        # 整体资金 is one, and so is 部门整体资金, whose end it is.
        if len(key) >= 3 and stop < end and whole(key + rest) and (found is None or stop == found[1]):
            found = start, stop, key + rest
    return found

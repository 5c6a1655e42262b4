"""Values that a dump with layout prints in parts, put together where the table has no columns for the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from jixiao.normalize.characters import fold_width
from jixiao.normalize.units import is_unit

from .atoms import SIGNS, Atom, close_values
from .costs import looks_like_target
from .layout_page import Line


def close_lines(lines: Sequence[Line], signs: bool) -> list[Line]:
    """Return *lines* with figures and their units as one, as word processors set them; with *signs* lone comparators too.

    A header over ≥ | 500 | 人 may say 指标值 once for all three: what stands apart is then one value.
    """
    atoms = [atom for line in lines for atom in line.atoms]
    by_line: dict[int, list[Atom]] = {}
    for number, group in groupby(close_values(atoms, looks_like_target), key=lambda a: a.piece.line):
        by_line[number] = list(group)
    out = []
    for line in lines:
        own = by_line.get(line.atoms[0].piece.line, list(line.atoms))
        out.append(Line(line.page, line.gap, tuple(_with_signs(own) if signs else own)))
    return out


def _with_signs(atoms: Sequence[Atom]) -> list[Atom]:
    """Return the *atoms* of a line with a lone comparator and the figure behind it as one, and the unit behind that."""
    out: list[Atom] = []
    signed = False
    for atom in atoms:
        last = out[-1] if out else None
        if last is not None and not signed and last.text in SIGNS and atom.text[:1].isdigit():
            out[-1] = _one(last, atom)
            signed = True
        elif last is not None and signed and last.text[-1].isdigit() and is_unit(fold_width(atom.text)):
            out[-1] = _one(last, atom)
            signed = False
        else:
            out.append(atom)
            signed = False
    return out


def _one(first: Atom, second: Atom) -> Atom:
    piece = first.piece
    joined = replace(piece, text=piece.text + second.text, raw=piece.raw + second.piece.raw)
    return replace(first, piece=joined, last=second.last)

"""The header of a table of indicators in a dump that keeps the layout: words over one another are one name."""

from __future__ import annotations

import math
from collections.abc import Sequence

from jixiao.extract.sections.words import bare, column, heading, looks_like_label
from jixiao.rules.families import Family, key_of

from .atoms import Atom
from .costs import looks_like_target
from .layout_page import Header, HeaderCell, Line, end_of, start_of
from .lined_header import LinedColumn, is_header, is_whole, worth_of

MAX_LINES = 7
"""No header is printed over more lines."""
MAX_CELLS = 24
_MOST_TURNS = 4
_MOST_STATES = 5000
_SHORT = 3
_ASIDE = 3
_FAR = 1e9


def read_laid_header(lines: Sequence[Line], i: int, after: int, family: Family) -> tuple[Header, list[str]] | None:
    """Return the header that line *i* belongs to, and what its columns hold, or None; it begins at line *after* or later.

    Every word of it must be known, but for the label of the indicators, which may stand left of it. Names of
    several lines are centred on those of one, or begin beside them.
    """
    found = [
        header
        for start in range(max(after, i - MAX_LINES + 2), i + 1)
        if lines[start].page == lines[i].page
        for header in [_header_at(lines, start, i, family)]
        if header is not None
    ]
    if not found:
        return None
    worth, _, header, names = max(found, key=lambda f: f[:2])
    if i + 1 < header.stop:
        # A line of labels and values above a header (预算单位 | 项目名称) makes names of it that are known less well.
        below = _header_at(lines, i + 1, i + 1, family)
        if below is not None and below[0] > worth:
            return below[2], below[3]
    return header, names


def _header_at(lines: Sequence[Line], at: int, i: int, family: Family) -> tuple[float, int, Header, list[str]] | None:
    """Return (how well it is known, -its lines, header, names) of the best header of lines *at* to *i* or further down."""
    atoms: list[Atom] = []
    best: tuple[float, int, Header, list[str]] | None = None
    whole = False  # whether what stands over one another is a header, and goes on no more
    for stop in range(at + 1, min(at + MAX_LINES, len(lines)) + 1):
        line = lines[stop - 1]
        if line.page != lines[at].page or len(atoms) + len(line.atoms) > MAX_CELLS * 2:
            break
        whole = whole or (best is not None and not _goes_on(best[2], line, lines[at:stop], family))
        atoms += line.atoms
        if stop <= i:
            continue
        ways = [] if whole else [over_one_another(atoms)]
        if at + 1 < stop <= at + _MOST_TURNS and not all(map(_is_placed, atoms)):
            ways.append(_in_turn(lines[at:stop], family))
        found = max(filter(None, (_columns(way, family) for way in ways)), key=lambda f: f[2], default=None)
        if found is not None and (best is None or not whole or found[2] > best[0]):
            best = found[2], at - stop, Header(at, stop, tuple(found[0])), found[1]
        elif found is None and best is not None:
            break
    return best


def _in_turn(lines: Sequence[Line], family: Family) -> list[HeaderCell]:
    """Return the atoms of *lines* as the best known names, left to right; nothing if they make none.

    What one space parts from its neighbour stands left of its place: the wrapped halves of such names stand over one
    another only in their order.
    """
    rows = [line.atoms for line in lines]
    if not all(looks_like_label(key_of(a.text)) or len(a.text) < _SHORT for row in rows for a in row):
        return []
    known: dict[tuple[int, ...], tuple[float, tuple[int, ...] | None]] = {tuple(map(len, rows)): (0.0, None)}

    def best(at: tuple[int, ...]) -> float:
        if at not in known:
            known[at] = (-_FAR, None)
            edge = max((start_of(a) for row, n in zip(rows, at, strict=True) for a in row[:n] if _is_placed(a)), default=-1)
            for chosen in range(1, 1 << len(rows)):
                took = [k for k in range(len(rows)) if chosen >> k & 1]
                if any(at[k] >= len(rows[k]) for k in took):
                    continue
                atoms = [rows[k][at[k]] for k in took]
                placed = [a for a in atoms if _is_placed(a)]
                if any(start_of(a) <= edge for a in placed):
                    continue
                if placed and max(map(start_of, placed)) > min(map(end_of, placed)) + _ASIDE:
                    continue
                found = _known(key_of("".join(a.text for a in atoms)), family)
                if found:
                    # What lags to the left of its place lags little.
                    found -= 0.7 * any(start_of(a) <= edge for a in atoms)
                    after = tuple(n + (k in took) for k, n in enumerate(at))
                    worth = found + best(after)
                    if worth > known[at][0]:
                        known[at] = (worth, after)
        return known[at][0]

    at = (0,) * len(rows)
    if math.prod(len(row) + 1 for row in rows) > _MOST_STATES or best(at) <= 0:
        return []
    out = []
    while (after := known[at][1]) is not None:
        own = [rows[k][n] for k, n in enumerate(at) if after[k] > n]
        placed = [a for a in own if _is_placed(a)] or own
        word = key_of("".join(a.text for a in own))
        out.append(HeaderCell(word, tuple(own), min(map(start_of, placed)), max(map(end_of, placed))))
        at = after
    return out


def _is_placed(atom: Atom) -> bool:
    """Tell whether an atom's column says where it stands: one space only parts it from what stands before it."""
    return atom.first or atom.space > 1


def _known(key: str, family: Family) -> float:
    """Return how well *key* is known as the name of a column, or of the table; 0 if it is not."""
    found = column(key, family) if is_whole(key) and looks_like_label(key) else None
    if found is not None:
        return worth_of(key, found.sure)
    beside = heading(key, family)
    return 0.5 if beside is not None and beside.name == "indicators" else 0.0


def over_one_another(atoms: Sequence[Atom]) -> list[HeaderCell]:
    """Return *atoms* grouped where they stand over one another, left to right; each group in reading order."""
    groups: list[list[Atom]] = []
    for atom in sorted(atoms, key=start_of):
        if groups and start_of(atom) < max(map(end_of, groups[-1])):
            groups[-1].append(atom)
        else:
            groups.append([atom])
    out = []
    for group in groups:
        group.sort(key=lambda a: (a.piece.page, a.piece.line, start_of(a)))
        key = key_of("".join(a.text for a in group))
        out.append(HeaderCell(key, tuple(group), min(map(start_of, group)), max(map(end_of, group))))
    return out


def _columns(cells: Sequence[HeaderCell], family: Family) -> tuple[list[HeaderCell], list[str], float] | None:
    """Return the cells that are columns, what these hold, and how well they are known, if they make up a header."""
    names: list[str] = []
    own: list[HeaderCell] = []
    known = 0.0
    for n, cell in enumerate(cells):
        found = column(cell.word, family) if is_whole(cell.word) and looks_like_label(cell.word) else None
        if found is None:
            beside = heading(cell.word, family)
            if n == 0 and (cell.word in family.headings.prefixes or (beside is not None and beside.name == "indicators")):
                continue  # the label beside the table, or where it begins
            return None
        if not found.sure and sum(_is_value(a, family) for a in cell.atoms) > 1:
            return None  # a name over the names of what it is divided into
        known += worth_of(cell.word, found.sure)
        names.append(found.name)
        own.append(cell)
    if not is_header([LinedColumn(name, 0, 0) for name in names]):
        return None
    return own, names, known


def _is_value(atom: Atom, family: Family) -> bool:
    """Tell whether *atom* alone is the name of a column of values."""
    found = column(key_of(atom.text), family)
    return found is not None and " " in found.name


def _goes_on(header: Header, line: Line, lines: Sequence[Line], family: Family) -> bool:
    """Tell whether *line*, below a whole *header*, is the rest of names that began above the others.

    Or of names that only with it are in the vocabulary.
    """
    if line.gap > 1:
        return False
    cells = {id(a): c for c in header.cells for a in line.atoms if start_of(a) < c.stop and end_of(a) > c.start}
    if len(cells) < len(line.atoms):
        return False
    most = max(range(len(lines) - 1), key=lambda n: len(lines[n].atoms))
    for atom in line.atoms:
        if bare(key_of(atom.text)) in family.level1 | family.level2:
            return False
        cell = cells[id(atom)]
        rows = [n for n, own in enumerate(lines[:-1]) if any(a in own.atoms for a in cell.atoms)]
        above, below = sum(n < most for n in rows), sum(n > most for n in rows)
        if below < above:
            continue
        word = key_of("".join(a.text for a in (*cell.atoms, atom)))
        whole, part = column(word, family), column(cell.word, family)
        if not is_whole(word) or whole is None:
            return False
        rest = len(atom.text) < _SHORT and looks_like_target(atom.text) < 0.5  # 值, 分, 率
        if not (whole.sure and (part is None or not part.sure or above)) and not rest:
            return False
    return True

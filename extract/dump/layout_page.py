"""A dump that keeps the page's layout: printed lines as atoms, which column each stands in, how high each line is.

Dumpers of this kind (pdftotext -layout) count every character as one column, so a character's column is no
place on the page; but what lies wholly right of something on the same page has a greater column. So each page
and each header in force has columns of its own, to be found from the white space between the cells.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.extract.document import Piece
from jixiao.normalize.characters import display_width
from jixiao.rules.families import key_of

from .atoms import Atom, atoms_of, close_up

MAX_HEADER_LINES = 12
MAX_POINTS = 160
"""Columns of a page begin at one of so many character columns at most: those most cells begin at."""
_FAR = 1e9


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its atoms, left to right. *gap* counts the blank lines before it on its page."""

    page: int
    gap: int
    atoms: tuple[Atom, ...]

    @property
    def key(self) -> str:
        return key_of("".join(a.text for a in self.atoms))


def start_of(atom: Atom) -> int:
    """Return the character column an atom begins in."""
    return atom.piece.column


def end_of(atom: Atom) -> int:
    """Return the character column after an atom."""
    return atom.piece.column + len(atom.piece.raw)


def lines_of(pieces: Sequence[Piece], gaps: Mapping[int, int]) -> list[Line]:
    """Return the lines of *pieces*; *gaps* has the blank lines before a line by its number."""
    rows: list[list[Atom]] = [[] for _ in pieces]
    for atom in close_up(atoms_of(pieces)):
        rows[atom.line].append(atom)
    return [
        Line(p.page, gaps.get(p.line, 0), tuple(atoms))
        for p, atoms in zip(pieces, rows, strict=True)
        if atoms
    ]


_CUT_AMOUNT = re.compile("[-－+]?[0-9][0-9,]{2,24}[.,]")
_REACH = 2  # lines: between those of one cell may stand those of the cell beside


def mend_amounts(lines: Sequence[Line]) -> list[Line]:
    """Return *lines* with amounts put together that their column has cut: 11,263,400. above 00.

    One that ends with a point or a comma goes on in the figures below it: the first such with the first, as many as
    there are, since a line's length hangs on what stands left of them; else those right below it.
    """
    rows = [list(line.atoms) for line in lines]
    for n, line in enumerate(lines):
        cut = [a for a in rows[n] if _CUT_AMOUNT.fullmatch(a.text)]
        for m in range(n + 1, min(n + 1 + _REACH, len(lines))):
            if not cut or lines[m].page != line.page:
                break
            rests = [a for a in rows[m] if a.text.isdigit() and len(a.text) <= 3]
            if len(rests) == len(cut):
                pairs = list(zip(cut, rests, strict=True))
            else:
                pairs = [
                    (a, r) for a in cut for r in rests if start_of(r) <= end_of(a) and end_of(r) >= start_of(a)
                ][:1]
            for atom, rest in pairs:
                first = atom.piece
                piece = replace(first, text=first.text + rest.text, raw=first.raw + rest.piece.raw)
                rows[n][rows[n].index(atom)] = replace(atom, piece=piece)
                rows[m].remove(rest)
                cut.remove(atom)
    return [Line(line.page, line.gap, tuple(atoms)) for line, atoms in zip(lines, rows, strict=True) if atoms]


def piece_of_atoms(atoms: Sequence[Atom]) -> Piece:
    """Return neighbouring atoms of one line as one piece, with the spaces between them.

    Letter-spaced text (a justified line comes out with a space after every character) loses its spaces.
    """
    first = atoms[0].piece
    if len(atoms) == 1:
        return first
    spaced = len(atoms) >= 4 and sum(len(a.text) == 1 for a in atoms) * 2 > len(atoms)
    text, raw = first.text, first.raw
    for atom in atoms[1:]:
        text += ("" if spaced and atom.space == 1 else " " * atom.space) + atom.text
        raw += " " * atom.space + atom.piece.raw
    steps = (*first.steps, "inner_space") if spaced and "inner_space" not in first.steps else first.steps
    return Piece(text, raw, first.page, first.line, first.column, None, steps)


def chunks_of(atoms: Sequence[Atom]) -> list[list[Atom]]:
    """Return the atoms of one line grouped where more than one space parts them."""
    out: list[list[Atom]] = []
    for atom in atoms:
        if out and atom.space <= 1 and start_of(atom) > start_of(out[-1][-1]):
            out[-1].append(atom)
        else:
            out.append([atom])
    return out


def letter_groups(atoms: Sequence[Atom]) -> list[list[Atom]]:
    """Return *atoms* one by one, but letter-spaced text (a space after every character) as one group."""
    out: list[list[Atom]] = []
    i = 0
    while i < len(atoms):
        j = i + 1
        while j < len(atoms) and atoms[j].space == 1 and len(atoms[j].text) == 1 and len(atoms[i].text) == 1:
            j += 1
        if j - i < 4:
            j = i + 1
        out.append(list(atoms[i:j]))
        i = j
    return out


def text_width(atoms: Sequence[Atom]) -> float:
    return float(sum(display_width(a.text) for a in atoms))


# --- headers --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A column header: its *word* (a key), its atoms in reading order, the character columns it covers."""

    word: str
    atoms: tuple[Atom, ...]
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Header:
    """A row of column headers in lines *start*–*stop* (exclusive)."""

    start: int
    stop: int
    cells: tuple[HeaderCell, ...]


class Vocabulary:
    """Column headers to be found though a wrap broke them over several lines."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = frozenset(words)
        self.parts = frozenset(w[a:b] for w in words for a in range(len(w)) for b in range(a + 1, len(w) + 1))

    def part(self, key: str) -> bool:
        """Tell whether *key* may be a printed line of a header cell."""
        return key in self.parts


def find_header(
    lines: Sequence[Line], at: int, words: Vocabulary, least: int, ignore: frozenset[str]
) -> Header | None:
    """Return the header that line *at* begins, the one with the most cells; None if there is none.

    Atoms whose key is in *ignore* may stand among the header's (a merged label beside it).
    """
    best: Header | None = None
    atoms: list[Atom] = []
    for stop in range(at + 1, min(at + MAX_HEADER_LINES, len(lines)) + 1):
        line = lines[stop - 1]
        if line.page != lines[at].page or (stop > at + 1 and line.gap > 1):
            break
        new = [a for a in line.atoms if key_of(a.text) not in ignore]
        if not all(words.part(key_of(a.text)) for a in new):
            break
        atoms += new
        cells = _whole(_clusters(atoms, words), words)
        if len(cells) >= least and all(c.word in words.words for c in cells):
            # It takes in more lines for as long as all of it is column names.
            best = Header(at, stop, tuple(cells))
    return best


def _clusters(atoms: Sequence[Atom], words: Vocabulary) -> list[HeaderCell]:
    """Group atoms of neighbouring lines that stand above one another, each with those it makes a word with."""
    groups: list[list[Atom]] = []
    for atom in sorted(atoms, key=lambda a: (a.line, start_of(a))):
        best: tuple[int, int] | None = None
        for n, group in enumerate(groups):
            overlap = min(end_of(atom), max(map(end_of, group))) - max(
                start_of(atom), min(map(start_of, group))
            )
            if overlap > 0 and group[-1].line != atom.line:
                whole = key_of("".join(a.text for a in [*group, atom]))
                rank = overlap + (100 if words.part(whole) else 0)
                best = max(best or (0, -1), (rank, -n))
        if best is None:
            groups.append([atom])
        else:
            groups[-best[1]].append(atom)
    groups.sort(key=lambda group: min(map(start_of, group)))
    return [
        HeaderCell(
            key_of("".join(a.text for a in group)),
            tuple(group),
            min(map(start_of, group)),
            max(map(end_of, group)),
        )
        for group in groups
    ]


def _whole(cells: list[HeaderCell], words: Vocabulary) -> list[HeaderCell]:
    """Join neighbours that only together are a word: the lines of one header cell may stand side by side."""
    out: list[HeaderCell] = []
    for cell in cells:
        if out and (out[-1].word not in words.words or cell.word not in words.words):
            atoms = tuple(sorted((*out[-1].atoms, *cell.atoms), key=lambda a: (a.line, start_of(a))))
            word = key_of("".join(a.text for a in atoms))
            if word in words.words:
                out[-1] = HeaderCell(word, atoms, out[-1].start, cell.stop)
                continue
        out.append(cell)
    return out


# --- columns --------------------------------------------------------------------------------------------


Price = Callable[[int, str], float]
"""The cost of a stretch of text standing in a column."""


def find_columns(
    lines: Sequence[Line], count: int, header: Header | None, hints: Sequence[float], price: Price, name: int
) -> list[int]:
    """Return the character column each of *count* table columns begins at, on one page.

    The best total of: no atom cut, no two cells of a line in one column, header cells each in their own,
    texts that suit their column; *hints* are starts known from a page before (shares of the width). Column *name*
    is never empty.
    """
    starts: dict[int, list[list[Atom]]] = {}
    pairs: dict[tuple[int, int], int] = {}
    spans: list[tuple[int, int]] = []
    for line in lines:
        chunks = chunks_of(line.atoms)
        for chunk, after in zip(chunks, [*chunks[1:], None], strict=True):
            starts.setdefault(start_of(chunk[0]), []).append(chunk[:1] if header is None else chunk)
            spans.append((start_of(chunk[0]), end_of(chunk[0])))
            for atom in chunk[1:]:
                if header is None and len(atom.text) > 1:
                    starts.setdefault(start_of(atom), []).append(
                        [atom]
                    )  # a cell may hang on its neighbour by one space
            if after is not None:
                pair = (start_of(chunk[0]), start_of(after[0]))
                pairs[pair] = pairs.get(pair, 0) + 1
    if header is not None:
        for cell in header.cells:
            starts.setdefault(cell.start, [])
            spans += [(start_of(a), end_of(a)) for a in cell.atoms]
            for atom in cell.atoms:
                starts.setdefault(start_of(atom), [])
    points = sorted(sorted(starts, key=lambda p: -len(starts[p]))[:MAX_POINTS])
    if header is not None:
        points = sorted({*points, *(cell.start for cell in header.cells)})
    spans = [span for span in spans if span[0] in starts]
    n = len(points)
    place = {p: i for i, p in enumerate(points)}
    width = max((end_of(a) for line in lines for a in line.atoms), default=1)
    # crossed[i]: how many first atoms a boundary at points[i] cuts; together[i][j]: pairs of cells both in i..j.
    crossed = [0.0] * (n + 1)
    for start, stop in spans:
        i = bisect_right(points, start)
        while i < n and points[i] < stop:
            crossed[i] += 2.0
            i += 1
    together = _pairs_within(
        n, {(place[a], place[b]): c for (a, b), c in pairs.items() if a in place and b in place}
    )
    worth: list[list[float]] = []
    for column in range(count):
        total = [0.0]
        for p in points:
            total.append(total[-1] + sum(price(column, "".join(a.text for a in c)) for c in starts[p]))
        worth.append(total)
    bounds: list[tuple[int, int]] = [(0, n)] * count  # where column j may begin
    late = [[0.0] * (n + 1) for _ in range(count)]
    if header is not None:
        for j, cell in enumerate(header.cells):
            low = place[header.cells[j - 1].start] + 1 if j else 0
            bounds[j] = (low, n - 1 if j else 0)
            for i in range(place[cell.start] + 1, n):
                # A dumper may set a header off against the column's cells, to the left.
                late[j][i] = 2.0 + 0.1 * (points[i] - cell.start)
            if j:
                # What begins right of a header's end belongs to the next column: cells are centred or flush left.
                stray = 0
                for i in range(low, place[cell.start] + 1):
                    late[j][i] += 0.3 * stray
                    if i < n and points[i] >= header.cells[j - 1].stop:
                        stray += max(1, len(starts[points[i]]))
    elif hints:
        for j in range(count):
            for i in range(n + 1):
                here = points[i] / width if i < n else 1.0
                late[j][i] = 30.0 * abs(here - hints[j])
    filled = [0]
    for p in points:
        filled.append(filled[-1] + len(starts[p]))
    return _cheapest(points, bounds, late, crossed, together, worth, filled, name, header is None)


def _pairs_within(n: int, pairs: Mapping[tuple[int, int], int]) -> list[list[int]]:
    """Return counts[i][j]: how many pairs (a, b) have i ≤ a and b < j."""
    counts = [[0] * (n + 1) for _ in range(n + 1)]
    by_first: dict[int, list[tuple[int, int]]] = {}
    for (a, b), c in pairs.items():
        by_first.setdefault(a, []).append((b, c))
    for i in range(n - 1, -1, -1):
        row, below = counts[i], counts[i + 1]
        extra = [0] * (n + 1)
        for b, c in by_first.get(i, ()):
            extra[b + 1] += c
        added = 0
        for j in range(n + 1):
            added += extra[j]
            row[j] = below[j] + added
    return counts


def _cheapest(
    points: Sequence[int],
    bounds: Sequence[tuple[int, int]],
    late: Sequence[Sequence[float]],
    crossed: Sequence[float],
    together: Sequence[Sequence[int]],
    worth: Sequence[Sequence[float]],
    filled: Sequence[int],
    name: int,
    may_be_empty: bool,
) -> list[int]:
    count, n = len(bounds), len(points)
    best = [[_FAR] * (n + 1) for _ in range(count + 1)]
    back = [[0] * (n + 1) for _ in range(count + 1)]
    best[0][0] = 0.0
    for j in range(count):
        # Column j takes points i..k; column j+1 begins at k.
        after = bounds[j + 1] if j + 1 < count else (n, n)
        for i in range(n + 1):
            base = best[j][i]
            if base >= _FAR:
                continue
            for k in range(max(i, after[0]), after[1] + 1):
                if k == i:
                    if not may_be_empty:
                        continue
                    cost = base + (9.0 if j == name else 2.0 if j > name else 4.0)
                else:
                    cost = base + 3.0 * together[i][k] + worth[j][k] - worth[j][i]
                    if j == name and filled[k] == filled[i]:
                        cost += 5.0
                if j + 1 < count:
                    cost += late[j + 1][k] + crossed[k]
                if cost < best[j + 1][k]:
                    best[j + 1][k] = cost
                    back[j + 1][k] = i
    out: list[int] = []
    k = n
    for j in range(count, 0, -1):
        k = back[j][k]
        out.append(points[k] if k < n else (points[-1] + 9999 if points else 9999))
    out.reverse()
    if out:
        out[0] = 0
    return out


def spans_of(lines: Sequence[Line], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the character columns that each table column surely takes: what stands free of its left neighbour."""
    spans = [(10**6, 0)] * len(starts)
    stops = [*starts[1:], 10**6]
    for line in lines:
        for n, atom in enumerate(line.atoms):
            if n and atom.space == 1:
                continue
            first, last = start_of(atom), end_of(atom)
            c = next((c for c, stop in enumerate(stops) if first < stop), len(starts) - 1)
            spans[c] = (min(spans[c][0], first), max(spans[c][1], min(last, stops[c])))
    return [
        (first, last) if last else (start, stop)
        for (first, last), start, stop in zip(spans, starts, stops, strict=True)
    ]


def place_atoms(
    line: Line, spans: Sequence[tuple[int, int]], price: Price, values: frozenset[int]
) -> dict[int, list[Atom]]:
    """Return the atoms of *line* by column: where they stand, what they say, and where spaces part them.

    A dumper joins cells that lie close by one space; what follows is then a few columns off, to the left more
    often than to the right. In a column of *values* a cell seldom holds a space.
    """
    groups, count = letter_groups(line.atoms), len(spans)
    best: list[list[float]] = []
    back: list[list[int]] = []
    for n, group in enumerate(groups):
        first, last = start_of(group[0]), end_of(group[-1])
        if len(group) > 1:
            last = first + len(group)  # without the spaces that letter-spacing put in
        text = "".join(a.text for a in group)
        loose = n > 0 and group[0].space == 1  # its place hangs on the length of what stands before it
        row, came = [], []
        for c, (low_edge, high_edge) in enumerate(spans):
            left, right = max(0, low_edge - first), max(0, last - high_edge)
            if loose:
                cost = 0.1 * left + 0.4 * max(0, left - 10) + 0.6 * right
            else:
                cost = 0.9 * left + right
            cost = min(9.0, cost) + 0.8 * price(c, text)
            if n == 0:
                row.append(cost)
                came.append(-1)
                continue
            low, origin = _FAR, 0
            for p in range(c + 1):
                step = (2.0 if c in values else 1.2 if loose else 3.0) if p == c else (0.3 if loose else 0.0)
                if best[-1][p] + step < low:
                    low, origin = best[-1][p] + step, p
            row.append(cost + low)
            came.append(origin)
        best.append(row)
        back.append(came)
    out: dict[int, list[Atom]] = {}
    c = min(range(count), key=lambda k: best[-1][k])
    for n in range(len(groups) - 1, -1, -1):
        out.setdefault(c, [])[:0] = groups[n]
        c = back[n][c]
    return dict(sorted(out.items()))


# --- heights ----------------------------------------------------------------------------------------------


def heights_of(lines: Sequence[Line], cells: Sequence[Mapping[int, Sequence[Atom]]]) -> list[float]:
    """Return how far down each line stands, in line heights: lines of one cell are one apart.

    Lines of cells that are centred differently interleave, so the count of lines is no measure; what stands
    in one column is at least one line height apart.
    """
    n = len(lines)
    steps = [0.0] * n  # steps[i]: from line i-1 to line i
    for i in range(1, n):
        steps[i] = 0.5 if lines[i].gap == 0 else (lines[i].gap + 1.5) / 1.45
    last: dict[int, int] = {}
    tied: list[tuple[int, int]] = []
    for i in range(n):
        for column in cells[i]:
            before = last.get(column)
            if before is not None and i - before <= 4:
                tied.append((before, i))
            last[column] = i
    for _ in range(16):
        moved = 0.0
        for a, b in tied:
            lack = 1.0 - sum(steps[a + 1 : b + 1])
            if lack > 0.01:
                moved += lack
                for k in range(a + 1, b + 1):
                    steps[k] += 0.9 * lack / (b - a)
        if moved < 0.02:
            break
    out, y = [], 0.0
    for i in range(n):
        y += steps[i]
        out.append(y)
    return out

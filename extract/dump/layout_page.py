"""A dump that keeps the page's layout: printed lines as atoms, which column each stands in, how high each line is.

Dumpers of this kind (pdftotext -layout) count every character as one column, so a character's column is no
place on the page; but what lies wholly right of something on the same page has a greater column. So each page
and each header in force has columns of its own, to be found from the white space between the cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.extract.document import Piece
from jixiao.normalize.characters import display_width
from jixiao.rules.families import key_of

from .atoms import SIGNS, Atom, atoms_of, close_up, split_piece
from .costs import unglue
from .pages import drop_page_marks
from .text import PlainText

MAX_HEADER_LINES = 12


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


def printed_lines(text: PlainText) -> tuple[list[Line], list[Piece]]:
    """Return the lines of a page that keeps its layout, amounts mended, and what is furniture on it."""
    pieces, furniture = drop_page_marks(text)[:2]
    gaps: dict[int, int] = {}
    page = 0
    for line, gap in zip(text.lines, text.gaps, strict=True):
        gaps[line.line] = 0 if line.page != page else gap
        page = line.page
    printed = lines_of(pieces, gaps)
    kept = {line.atoms[0].piece.line for line in printed}
    return mend_amounts(printed), [*furniture, *(p for p in pieces if p.line not in kept)]


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

    Letter-spaced text (a justified line comes out with a space after every character) loses its spaces: these are
    how letters were set and not in the form. The step names that they were in the dump.
    """
    first = atoms[0].piece
    if len(atoms) == 1:
        return first
    spaced = len(atoms) >= 4 and sum(len(a.text) == 1 for a in atoms) * 2 > len(atoms)
    text, raw = first.text, first.raw
    for atom in atoms[1:]:
        between = "" if spaced and atom.space == 1 else " " * atom.space
        text += between + atom.text
        raw += between + atom.piece.raw
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
    """Return *atoms* one by one, but letter-spaced text (a space after every character) as one group.

    A comparator begins a group of its own: a value stands behind the name.
    """
    out: list[list[Atom]] = []
    i = 0
    while i < len(atoms):
        j = i + 1
        while j < len(atoms) and _letter_goes_on(atoms[i], atoms[j]):
            j += 1
        if j - i < 4:
            j = i + 1
        out.append(list(atoms[i:j]))
        i = j
    return out


def _letter_goes_on(first: Atom, atom: Atom) -> bool:
    return atom.space == 1 and len(atom.text) == 1 and len(first.text) == 1 and atom.text not in SIGNS


def cut_cells(line: Line) -> Line:
    """Return a table's line with its atoms cut where two cells run into one another.

    A value begins in the middle of an atom; or, among letters each set apart, two stand together: the last of
    one cell and the first of the next.
    """
    atoms = [a for atom in line.atoms for a in unglue(atom)]
    out: list[Atom] = []
    for n, atom in enumerate(atoms):
        spaced = len(atom.text) == 2 and not any(c in atom.text for c in _KEPT) and not atom.text.isdigit()
        before = out[-_LETTERS:]
        if spaced and (_letters(before, atom.space) or _letters(atoms[n + 1 : n + 1 + _LETTERS], 1)):
            left, right = split_piece(atom.piece, 1)
            out += [replace(atom, piece=left, last=False), Atom(right, atom.line, False, atom.last, 0)]
        else:
            out.append(atom)
    return replace(line, atoms=tuple(out)) if len(out) > len(line.atoms) else line


_LETTERS = 3
_KEPT = "“”‘’（）《》〈〉【】()、，。；：,.;:%"  # setting keeps these with the letter beside them


def _letters(atoms: Sequence[Atom], space: int) -> bool:
    """Tell whether *atoms* are so many letters, each set apart."""
    return space == 1 and len(atoms) == _LETTERS and all(len(a.text) == 1 and a.space <= 1 for a in atoms)


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

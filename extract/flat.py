"""A flattened text dump → loose lines and grids, as every other reader gives them.

The cells of the form come one after another in reading order (Apache Tika, pdftotext -raw, pdfium
and their like). Headings, side labels and column headers are found by the family's vocabulary,
wherever a wrap broke them; what lies between two of them is a cell or a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate, groupby

from jixiao.normalize.characters import display_width
from jixiao.normalize.names import name_likeness
from jixiao.rules.families import Family, key_of

from .atoms import Atom, Words, atoms_of, close_up
from .document import Cell, Grid, Piece, Row
from .rows import DOUBTFUL, LEADING, Column, Evidence, FoundCell, FoundRow, Splitter, unglue
from .text import PlainText
from .words import cuts_word

Block = Grid | Piece

_PAGE_MARK = re.compile(
    r"[-—–－]{1,2}\s*\d{1,4}\s*[-—–－]{1,2}|第\s*\d{1,4}\s*页(\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)
_AMOUNT = re.compile(r"[-－+]?(\d[\d,，]{0,24}(\.\d{0,10})?|\.\d{1,10})|[-—–/\\*－]{1,3}")


@dataclass(slots=True)
class FlatForm:
    """What a dump holds: *blocks* in order, and the pieces that are page furniture."""

    blocks: list[Block] = field(default_factory=list)
    furniture: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class _Mark:
    """A heading or column header found at atoms *start*–*stop*."""

    start: int
    stop: int
    section: str
    key: str


LABELS = ("level1", "level2", "key_work", "project")


@dataclass(slots=True)
class _Part:
    """A stretch of the indicators' grid under one set of columns: its header's cells and its atoms."""

    columns: tuple[Column, ...]
    cells: list[list[Piece]]
    atoms: list[Atom]


class GridBuilder:
    """Collects rows of cells; a label cell goes on downwards until the next in its column or left of it."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._rows: list[list[tuple[int, int, tuple[Piece, ...], float]]] = []
        self.labels: set[int] = set()

    def add(self, cells: Iterable[tuple[int, int, Sequence[Piece], float]]) -> None:
        """Add a row of (column, columns spanned, pieces, confidence)."""
        self._rows.append([(c, n, tuple(p), conf) for c, n, p, conf in cells])

    def last(self, column: int) -> Sequence[Piece] | None:
        """Return the pieces of the lowest cell in *column*, or None."""
        for row in reversed(self._rows):
            for c, _, pieces, _ in row:
                if c == column:
                    return pieces
        return None

    def extend(self, column: int, pieces: Sequence[Piece]) -> None:
        """Add *pieces* to the lowest cell in *column*; what was put together so is less sure."""
        for row in reversed(self._rows):
            for k, (c, span, before, confidence) in enumerate(row):
                if c == column:
                    row[k] = (c, span, (*before, *pieces), min(confidence, 0.7))
                    return

    def grid(self) -> Grid:
        """Return the grid: a cell in one of the `labels` columns goes on down to the next such cell."""
        below = [len(self._rows)] * self.columns  # per column: the row in which a cell above must end
        rows: list[Row] = []
        for r in range(len(self._rows) - 1, -1, -1):
            cells = [
                Cell(pieces, r, column, below[column] - r if column in self.labels else 1, span, confidence)
                for column, span, pieces, confidence in self._rows[r]
            ]
            rows.append(Row(tuple(cells)))
            for column, span, _, _ in self._rows[r]:
                right = self.columns if column in self.labels else column + span
                for c in range(column, right):
                    below[c] = r
        return Grid(tuple(reversed(rows)), self.columns)


@cache
def _words_of(family: Family) -> tuple[Words, Words, Words, Words, Words]:
    return (
        Words(family.headings, money=True),
        Words([*family.columns, *family.targets]),
        Words(family.measures),
        Words([*family.items, *family.subtotals]),
        Words(family.labels),
    )


class FlatReader:
    """Reads one dump with the vocabulary of one family."""

    def __init__(self, text: PlainText, family: Family) -> None:
        self.text = text
        self.family = family
        words = _words_of(family)
        self.headings, self.columns, self.measures, self.items, self.labels = words
        self.out = FlatForm()
        lines, self.out.furniture, turns = drop_page_marks(text)
        self.atoms = close_up(atoms_of(lines, turns))
        self.whole = "\n".join(line.text for line in lines)
        # Justified text is broken within words, by pdfium with line ends, by pdftotext with spaces: then no
        # break can be relied on.
        lines_alone = sum(len(line.text) == 1 for line in lines)
        atoms_alone = sum(len(a.text) == 1 and not a.text.isascii() for a in self.atoms)
        self.shattered = max(8, len(lines) // 20) <= lines_alone or max(40, len(self.atoms) // 5) <= atoms_alone
        self.projects: list[str] = []
        self.cut_headings = self._cut_headings()
        self.marks = self._marks()

    def read(self) -> FlatForm:
        """Return the blocks of the dump in order."""
        marks = self.marks
        first = marks[0].start if marks else len(self.atoms)
        self._head(0, first)
        i = 0
        while i < len(marks):
            mark = marks[i]
            j = i + 1
            if mark.section == "header":
                while j < len(marks) and marks[j].section in ("header", "indicators"):
                    j += 1
            else:
                while j < len(marks) and marks[j].section == mark.section and _same_heading(marks[i:j], marks[j]):
                    j += 1
            stop = marks[j].start if j < len(marks) else len(self.atoms)
            same = marks[i:j]
            if mark.section == "header":
                self._indicators(same, stop)
            elif mark.section == "funds":
                self._funds(same, stop)
            elif mark.section == "indicators":
                self._loose(mark.start, stop)
            else:
                self._labelled(same, stop)
            i = j
        return self.out

    # --- where things begin ----------------------------------------------------------------------

    def _marks(self) -> list[_Mark]:
        """Return the headings and column headers, in order."""
        atoms, out = self.atoms, []
        i, n = 0, len(atoms)
        grid = funds = False
        while i < n:
            atom = atoms[i]
            if not atom.first:
                i += 1
                continue
            header = self._header_at(i)
            if header is not None:
                out.append(_Mark(i, header, "header", ""))
                grid = True
                i = header
                continue
            found = self.headings.match(atoms, i, n)
            if found is None and i in self.cut_headings:
                found = (self.cut_headings[i][0], i + self.cut_headings[i][1])
            if found is None and not funds and not grid and self._funds_begin_at(i):
                out.append(_Mark(i, i, "funds", ""))
                funds = True
            if found is not None and not (grid and self._inside_grid(found[0], i, found[1])):
                out.append(_Mark(i, found[1], self.family.headings[found[0]], found[0]))
                grid = False
                funds = funds or out[-1].section == "funds"
                i = found[1]
                continue
            i += 1
        return out

    def _cut_headings(self) -> dict[int, tuple[str, int, list[Piece]]]:
        """Return atom → (heading, number of atoms, its end) where a page break put the end behind the content.

        The end (目标 of 中长期 … 目标) stands alone at the top of a page; it is taken out of the atoms.
        """
        atoms = self.atoms
        found: dict[int, tuple[str, int, list[Piece]]] = {}
        ends = [i for i, a in enumerate(atoms) if a.turn and a.first and a.last and len(a.text) <= 6]
        gone: set[int] = set()
        for end in ends:
            rest = key_of(atoms[end].text)
            for start in range(end - 1, max(-1, end - 80), -1):
                if not atoms[start].first:
                    continue
                key, stop = key_of(atoms[start].text), start + 1
                while stop < end and atoms[stop].first and key + rest not in self.family.own_headings and stop - start < 3:
                    key += key_of(atoms[stop].text)
                    stop += 1
                if len(key) >= 2 and stop < end and key + rest in self.family.own_headings:
                    found[start] = (key + rest, stop - start, self._pieces(end, end + 1))
                    gone.add(end)
                    break
        if gone:
            moved = {i: i - sum(g < i for g in gone) for i in found}
            self.atoms = [a for i, a in enumerate(atoms) if i not in gone]
            return {moved[i]: heading for i, heading in found.items()}
        return found

    def _funds_begin_at(self, i: int) -> bool:
        """Tell whether the funds begin at atom *i* without their heading: a page break put it further down."""
        atoms, n = self.atoms, len(self.atoms)
        if key_of(atoms[i].text) in self.family.sides:
            i += 1
        header = self.measures.match(atoms, i, n)
        while header is not None:
            i = header[1]
            header = self.measures.match(atoms, i, n)
        item = self.items.match(atoms, i, n)
        return item is not None and item[1] < n and _AMOUNT.fullmatch(atoms[item[1]].text) is not None

    def _inside_grid(self, key: str, start: int, stop: int) -> bool:
        """A heading among the indicators is one only where the family itself names it so."""
        if key in self.family.own_headings:
            return False
        if self.family.headings[key] == "indicators":
            # The label of the whole grid, printed again on a new page, stands before a header.
            return not (stop < len(self.atoms) and self._header_at(stop) is not None)
        return True

    def _header_at(self, i: int) -> int | None:
        """Return the end of the column header that begins at atom *i*, if one does."""
        count, level = 0, False
        j = i
        while j < len(self.atoms):
            found = self.columns.match(self.atoms, j, len(self.atoms))
            if found is None:
                break
            count += 1
            level = level or self.family.columns.get(found[0]) == "level3"
            j = found[1]
        return j if count >= 3 and level else None

    # --- sections of one cell ----------------------------------------------------------------------

    def _pieces(self, start: int, stop: int) -> list[Piece]:
        return line_pieces(self.atoms[start:stop])

    def _loose(self, start: int, stop: int) -> None:
        self.out.blocks.extend(self._pieces(start, stop))

    def _head(self, start: int, stop: int) -> None:
        """Lines above the first heading: label and value in a row each, the rest loose."""
        labels = self.labels
        i = start
        while i < stop:
            end = i + 1
            while end < stop and not self.atoms[end].first:
                end += 1
            found = labels.match(self.atoms, i, stop)
            if found is not None and found[1] < stop:
                value = found[1]
                until = value + 1
                while until < stop and not self.atoms[until].first:
                    until += 1
                label_line = self.atoms[found[1] - 1].line
                alone = self.atoms[value].line != label_line
                if not (alone and (labels.match(self.atoms, value, stop) or self._is_title(value, until))):
                    until = self._value_end(value, until, stop, labels)
                    self._row(self._pieces(i, value), self._pieces(value, until))
                    i = until
                    continue
            self.out.blocks.append(_line_piece(self.atoms[i:end]))
            i = end

    def _value_end(self, value: int, until: int, stop: int, labels: Words) -> int:
        """A head value goes on over further lines while they are neither label nor title."""
        while until < stop:
            width = display_width("".join(a.text for a in self.atoms[value:until]))
            nxt = until + 1
            while nxt < stop and not self.atoms[nxt].first:
                nxt += 1
            joined = self.atoms[until].text
            wraps = joined[0] in LEADING or (width >= 20 and nxt - until == 1 and len(joined) <= 8)
            if not wraps or labels.match(self.atoms, until, stop) or ":" in key_of(joined):
                break
            until = nxt
        return until

    def _is_title(self, start: int, stop: int) -> bool:
        return key_of("".join(a.text for a in self.atoms[start:stop])).endswith("表")

    def _row(self, label: Sequence[Piece], value: Sequence[Piece]) -> None:
        builder = GridBuilder(2)
        builder.add([(0, 1, label, 1.0), *([(1, 1, value, 1.0)] if value else [])])
        self.out.blocks.append(builder.grid())

    def _labelled(self, marks: Sequence[_Mark], stop: int) -> None:
        """A heading and its one cell, which goes on where a new page prints the heading again."""
        label = self._heading(marks)
        value: list[Piece] = []
        for k, mark in enumerate(marks):
            value += self._pieces(mark.stop, marks[k + 1].start if k + 1 < len(marks) else stop)
        self._row(label, value)

    def _heading(self, marks: Sequence[_Mark]) -> list[Piece]:
        """Return the heading's pieces; where it is printed again it is page furniture."""
        printed = [m for m in marks if m.stop > m.start]
        for mark in printed[1:]:
            self.out.furniture += self._pieces(mark.start, mark.stop)
        if not printed:
            return []
        end = self.cut_headings.get(printed[0].start)
        return [*self._pieces(printed[0].start, printed[0].stop), *(end[2] if end is not None else ())]

    # --- funds -------------------------------------------------------------------------------------

    def _funds(self, marks: Sequence[_Mark], stop: int) -> None:
        builder = GridBuilder(8)
        builder.labels = {0, 1, 2}
        spans = [(m.stop, marks[k + 1].start if k + 1 < len(marks) else stop) for k, m in enumerate(marks)]
        rows = FundRows(self, builder, self._heading(marks))
        for start, end in spans:
            rows.read(start, end)
        rows.close()
        self.projects += rows.names
        self.out.blocks.append(builder.grid())

    # --- indicators ----------------------------------------------------------------------------------

    def _indicators(self, marks: Sequence[_Mark], stop: int) -> None:
        evidence = Evidence(
            level1=self.family.level1,
            level2=self.family.level2,
            with_projects=self.family.with_projects,
            projects=frozenset(key_of(n) for n in self.projects),
            likeness=name_likeness,
            joins=self._joins,
            words=cuts_word,
            endings=self.family.project_endings,
        )
        parts: list[_Part] = []
        for k, mark in enumerate(marks):
            end = marks[k + 1].start if k + 1 < len(marks) else stop
            if mark.section != "header":
                # The label of the whole grid, printed beside it.
                self.out.furniture += self._pieces(mark.start, mark.stop)
                parts[-1].atoms += self.atoms[mark.stop : end]
                continue
            columns, cells = self._header_cells(mark)
            if parts and parts[-1].columns == columns:
                # A page break printed the header again: the table goes on.
                self.out.furniture += [p for cell in cells for p in cell]
                fresh = [replace(a, turn=a.turn or n == 0) for n, a in enumerate(self.atoms[mark.stop : end])]
                parts[-1].atoms += fresh
            else:
                parts.append(_Part(columns, cells, list(self.atoms[mark.stop : end])))
        found: dict[int, list[tuple[tuple[FoundRow, ...], float]]] = {}
        splitters: dict[int, Splitter] = {}
        for columns in dict.fromkeys(p.columns for p in parts):
            numbers = [n for n, p in enumerate(parts) if p.columns == columns]
            for n in numbers:
                parts[n].atoms = [a for atom in parts[n].atoms for a in unglue(atom)]
            atoms = [a for n in numbers for a in parts[n].atoms]
            ends = list(accumulate(len(parts[n].atoms) for n in numbers))
            splitter = Splitter(atoms, columns, evidence)
            found.update(zip(numbers, splitter.split(list(zip([0, *ends], ends, strict=False))), strict=True))
            splitters.update(dict.fromkeys(numbers, splitter))
        for n, part in enumerate(parts):
            builder = GridBuilder(len(part.columns))
            builder.labels = {i for i, c in enumerate(part.columns) if c.kind in LABELS}
            builder.add([(i, 1, cell, 1.0) for i, cell in enumerate(part.cells)])
            for rows, margin in found[n]:
                for row in join_cut_rows(rows, part.columns):
                    whole = [c for c in row if not c.rest]
                    found_cells = self._cells(splitters[n].atoms, whole, part.columns, margin)
                    if found_cells:
                        builder.add(found_cells)
                    for cell in row:
                        if cell.rest:
                            self._go_on(builder, cell.column, line_pieces(splitters[n].atoms[cell.start : cell.stop]))
            self.out.blocks.append(builder.grid())

    def _joins(self, before: str, after: str) -> float:
        """Return how surely the break between two lines falls inside a word: the same characters run on elsewhere."""
        if (before[-2:] + after[:2]) in self.whole:
            return 1.0
        return 0.5 * ((before[-2:] + after[:1]) in self.whole) + 0.5 * ((before[-1:] + after[:2]) in self.whole) - 0.25

    def _cells(
        self, atoms: Sequence[Atom], row: Sequence[FoundCell], columns: Sequence[Column], margin: float
    ) -> list[tuple[int, int, Sequence[Piece], float]]:
        sure = 1.0 if margin >= DOUBTFUL else 0.5
        broken = self.shattered and any(len(a.text) == 1 for c in row for a in atoms[c.start : c.stop])
        targets = [i for i, c in enumerate(columns) if c.kind == "target"]
        found = {c.column for c in row if c.column in targets}
        out: list[tuple[int, int, Sequence[Piece], float]] = []
        for cell in row:
            confidence = sure if _several(row) and cell.column not in found else 1.0
            if broken or cell.column in found and len(found) < len(targets):
                confidence = 0.5  # one value for two columns: which one is not printed in the dump
            out.append((cell.column, 1, line_pieces(atoms[cell.start : cell.stop]), confidence))
        return out

    def _go_on(self, builder: GridBuilder, column: int, pieces: list[Piece]) -> None:
        """Put what a page break cut off, or printed again, to the cell above it in its column."""
        above = builder.last(column)
        text = "".join(p.text for p in pieces)
        if above is not None and "".join(p.text for p in above) != text:
            builder.extend(column, pieces)
        elif above is not None:
            self.out.furniture += pieces  # a merged label printed again on the new page
        else:
            builder.add([(column, 1, pieces, 0.5)])

    def _header_cells(self, mark: _Mark) -> tuple[tuple[Column, ...], list[list[Piece]]]:
        columns, cells = [], []
        i = mark.start
        while i < mark.stop:
            found = self.columns.match(self.atoms, i, mark.stop)
            assert found is not None
            name = found[0]
            if name in self.family.targets:
                columns.append(Column(name, "target"))
            else:
                kind = self.family.columns[name]
                known = ("level1", "level2", "key_work", "project", "level3")
                columns.append(Column(name, kind if kind in known else "other"))
            cells.append(self._pieces(i, found[1]))
            i = found[1]
        return tuple(columns), cells


def join_cut_rows(rows: Sequence[FoundRow], columns: Sequence[Column]) -> list[FoundRow]:
    """Return *rows* with a row that a page break cut before its name joined to the row that has it."""
    name = next(i for i, c in enumerate(columns) if c.kind == "level3")
    out: list[FoundRow] = []
    for row in rows:
        above = out[-1] if out else ()
        cut = any(c.rest for c in above) and all(c.column < name for c in above if not c.rest)
        if cut and min(c.column for c in row) >= name and any(not c.rest for c in above):
            out[-1] = (*above, *row)
        else:
            out.append(row)
    return out


def _same_heading(marks: Sequence[_Mark], mark: _Mark) -> bool:
    """Tell whether *mark* is the heading of *marks* again, or the one that they still lack."""
    key = next((m.key for m in marks if m.key), "")
    return key in ("", mark.key)


def _several(row: Sequence[FoundCell]) -> bool:
    return len(row) > 3 or any(c.stop - c.start > 1 for c in row)


def line_pieces(atoms: Sequence[Atom]) -> list[Piece]:
    """Return *atoms* as pieces, those of one line put together again."""
    return [_line_piece(list(group)) for _, group in groupby(atoms, key=lambda a: a.line)]


def _line_piece(atoms: Sequence[Atom]) -> Piece:
    """Return neighbouring atoms of one line as one piece, with the spaces that stood between them."""
    first = atoms[0].piece
    if len(atoms) == 1:
        return first
    text, raw = first.text, first.raw
    for atom in atoms[1:]:
        text += " " * atom.space + atom.text
        raw += " " * atom.space + atom.piece.raw
    return Piece(text, raw, first.page, first.line, first.column, None, first.steps)


class FundRows:
    """Reads the funds' atoms into rows: side, group, item, amounts."""

    def __init__(self, reader: FlatReader, builder: GridBuilder, heading: Sequence[Piece]) -> None:
        self.reader, self.builder = reader, builder
        self.family = reader.family
        self.heading: Sequence[Piece] = heading
        self.side: Sequence[Piece] = ()
        self.side_key = ""
        self.group: Sequence[Piece] = ()
        self.measures: list[str] = []
        self.names: list[str] = []
        self._open: list[int] = []
        self._widest = 0.0

    def read(self, start: int, stop: int) -> None:
        """Read atoms *start*–*stop*."""
        atoms, family = self.reader.atoms, self.family
        self._widest = max(
            (float(display_width(a.text)) for a in atoms[start:stop] if not _AMOUNT.fullmatch(a.text)), default=0.0
        )
        i = start
        while i < stop:
            key = key_of(atoms[i].text)
            side = self._side_at(i, stop)
            if side is not None and not self._amount_follows(side, stop):
                self._flush([])
                if key_of("".join(a.text for a in atoms[i:side])) != self.side_key:
                    self.side = self.reader._pieces(i, side)
                    self.side_key = key_of("".join(a.text for a in atoms[i:side]))
                else:
                    self.side = [*self.side, *self.reader._pieces(i, side)] if self.side else self.side
                    if not self.side:
                        self._repeat(i, side)
                i = side
                continue
            header = self._header_at(i, stop)
            if header is not None:
                self._flush([])
                self._header(i, header)
                i = header
                continue
            if _AMOUNT.fullmatch(atoms[i].text) and self._open:
                j = i
                while j < stop and _AMOUNT.fullmatch(atoms[j].text):
                    j += 1
                groups = group_amounts(atoms, i, j, max(1, len(self.measures)))
                self._flush(groups)
                i = groups[-1][1]
                continue
            if not key:
                i += 1
                continue
            self._open.append(i)
            i += 1
        self._flush([])

    def close(self) -> None:
        """Put out a heading that no row took (an empty section)."""
        if self.heading:
            self.builder.add([(0, 1, self.heading, 1.0), *([(1, 1, self.side, 1.0)] if self.side else [])])
            self.heading, self.side = (), ()

    def _side_at(self, i: int, stop: int) -> int | None:
        key = ""
        for j in range(i, min(i + 3, stop)):
            key += key_of(self.reader.atoms[j].text)
            if key in self.family.sides:
                return j + 1
        return None

    def _amount_follows(self, i: int, stop: int) -> bool:
        return i < stop and bool(_AMOUNT.fullmatch(self.reader.atoms[i].text))

    def _header_at(self, i: int, stop: int) -> int | None:
        j = i
        while j < stop:
            found = self.reader.measures.match(self.reader.atoms, j, stop)
            if found is None:
                break
            j = found[1]
        if j == i or (j < stop and _AMOUNT.fullmatch(self.reader.atoms[j].text)):
            return None
        return j

    def _header(self, start: int, stop: int) -> None:
        cells: list[tuple[int, int, Sequence[Piece], float]] = self._labels()
        self.measures = []
        i = start
        while i < stop:
            found = self.reader.measures.match(self.reader.atoms, i, stop)
            assert found is not None
            cells.append((4 + len(self.measures), 1, self.reader._pieces(i, found[1]), 1.0))
            self.measures.append(found[0])
            i = found[1]
        self.builder.columns = max(self.builder.columns, 4 + len(self.measures))
        self.builder.add(cells)

    def _repeat(self, start: int, stop: int) -> None:
        self.builder.add([(1, 1, self.reader._pieces(start, stop), 1.0)])

    def _labels(self) -> list[tuple[int, int, Sequence[Piece], float]]:
        cells: list[tuple[int, int, Sequence[Piece], float]] = []
        if self.heading:
            cells.append((0, 1, self.heading, 1.0))
            self.heading = ()
        if self.side:
            cells.append((1, 1, self.side, 1.0))
            self.side = ()
        return cells

    def _flush(self, amounts: Sequence[tuple[int, int]]) -> None:
        """Put out the names that are open; the last of them takes *amounts* (runs of atoms)."""
        atoms, family = self.reader.atoms, self.family
        names = list(self._cut_names())
        self._open = []
        if not names:
            for start, stop in amounts:
                self.builder.add([(4, 1, self.reader._pieces(start, stop), 0.5)])
            return
        for k, (start, stop) in enumerate(names):
            key = key_of("".join(a.text for a in atoms[start:stop]))
            pieces = self.reader._pieces(start, stop)
            following = key_of("".join(a.text for a in atoms[slice(*names[k + 1])])) if k + 1 < len(names) else ""
            if following in family.subtotals:
                if self.group and key == self._group_key:
                    self.reader.out.furniture += pieces
                    continue
                self.group = pieces  # a merged label; the 小计 beside it carries its amount
                self._group_key = key
                continue
            if self.group and key == self._group_key and (following or not amounts):
                self.reader.out.furniture += pieces  # printed again on a new page
                continue
            cells = self._labels()
            if key in family.subtotals and self.group:
                cells += [(2, 1, self.group, 1.0), (3, 1, pieces, 1.0)]
            elif self.group and key in family.items and family.items[key].parent == self._group_name():
                cells.append((3, 1, pieces, 1.0))
            else:
                self.group = ()
                cells.append((2, 2, pieces, 0.5 if self.reader.shattered else 1.0))
                if key not in family.items:
                    self.names.append("".join(a.text for a in atoms[start:stop]))
            if k == len(names) - 1:
                missing = max(1, len(self.measures)) - len(amounts)
                for n, (first, end) in enumerate(amounts):
                    sure = 1.0 if missing == 0 and not self.reader.shattered else 0.5
                    cells.append((4 + n + missing, 1, self.reader._pieces(first, end), sure))
            self.builder.add(cells)

    def _group_name(self) -> str:
        known = self.family.items.get(self._group_key)
        return known.name if known is not None else ""

    _group_key = ""

    def _cut_names(self) -> Iterable[tuple[int, int]]:
        """Cut the open atoms into names: fixed names first, wrapped names joined by their width."""
        atoms = self.reader.atoms
        if not self._open:
            return
        i, stop = self._open[0], self._open[-1] + 1
        begin = i
        while i < stop:
            found = self.reader.items.match(atoms, i, stop)
            if found is not None and (found[1] == stop or atoms[found[1]].text[0] not in LEADING):
                longer = self._wraps_on(i, found[1], stop)
                if not longer:
                    if begin < i:
                        yield begin, i
                    yield i, found[1]
                    i = begin = found[1]
                    continue
            i += 1
            if i < stop and not self._wraps_on(begin, i, stop):
                if begin < i:
                    yield begin, i
                begin = i
        if begin < stop:
            yield begin, stop

    def _wraps_on(self, start: int, here: int, stop: int) -> bool:
        """True where the name that begins at *start* plainly goes on with the atom at *here*."""
        atoms = self.reader.atoms
        if here >= stop:
            return False
        text = atoms[here].text
        if text[0] in LEADING or not atoms[here].first:
            return True
        before = atoms[here - 1].text
        joined = "".join(a.text for a in atoms[start:here])
        if joined.count("（") > joined.count("）") or joined.count("“") > joined.count("”"):
            return True
        # A name without an amount above a name with one: rather one name on two lines, if the first is not short.
        return display_width(before) >= 0.6 * self._widest


def group_amounts(atoms: Sequence[Atom], start: int, stop: int, wanted: int) -> list[tuple[int, int]]:
    """Return the runs of atoms that are *wanted* amounts: an amount too wide for its column stands on several lines.

    Only a line as wide as the widest goes on in the next; where that does not give *wanted* amounts,
    the first atoms are taken as they stand.
    """
    if stop - start > wanted:
        full = max(len(atoms[i].text) for i in range(start, stop))
        groups: list[tuple[int, int]] = []
        i = start
        while i < stop:
            j = i + 1
            while j < stop and atoms[j].first and len(atoms[j - 1].text) == full and len(atoms[j].text) < full:
                j += 1
            groups.append((i, j))
            i = j
        if len(groups) == wanted:
            return groups
    return [(i, i + 1) for i in range(start, min(stop, start + wanted))]


def drop_page_marks(text: PlainText) -> tuple[list[Piece], list[Piece], set[int]]:
    """Return (lines without page marks, page marks, indices of the lines that begin a page).

    ``— 3 —`` and ``第3页 共5页`` are marks wherever they stand. A bare number is one only if such numbers
    count the pages up: a lone 0 may be an amount. A page begins behind a mark, a form feed, or three
    blank lines (as Tika parts them).
    """
    lines, gaps = text.lines, text.gaps
    marks: set[int] = set()
    for i, line in enumerate(lines):
        if len(line.text) <= 24 and _PAGE_MARK.fullmatch(line.text.strip()):
            marks.add(i)
    if not marks:
        marks = _counted_pages(text)
    kept: list[Piece] = []
    turns: set[int] = set()
    turn = False
    for i, line in enumerate(lines):
        turn = turn or i > 0 and (gaps[i] >= 3 or lines[i - 1].page != line.page)
        if i in marks:
            turn = True
            continue
        if turn and kept:
            turns.add(len(kept))
        turn = False
        kept.append(line)
    return kept, [lines[i] for i in sorted(marks)], turns


def _counted_pages(text: PlainText) -> set[int]:
    """Return the lines that hold nothing but a page's number.

    They count up from one, and the first or the last of them is the first or last line of the text
    (or all of them stand at page breaks). Of two lines with the right number the one behind which
    something is printed again is the page's.
    """
    lines, gaps = text.lines, text.gaps
    bare: list[tuple[int, int]] = []
    for i, line in enumerate(lines):
        body = line.text.strip()
        if body.isascii() and body.isdigit() and len(body) <= 3 and body[0] != "0":
            bare.append((i, int(body)))
    if not bare:
        return set()
    last = len(lines) - 1
    breaks = {i for i in range(len(lines)) if gaps[i] >= 3 or (i and lines[i - 1].page != lines[i].page)}
    edges = [(i, n) for i, n in bare if i in (0, last) or i in breaks or i + 1 in breaks]
    if edges and edges[0][1] == 1 and all(n == 1 + k for k, (_, n) in enumerate(edges)):
        return {i for i, _ in edges}
    total = bare[-1][1] if bare[-1][0] == last else 0
    if total == 0 or total > len(bare):
        return set()
    seen: set[str] = set()
    again: set[int] = set()
    for i, line in enumerate(lines):
        if line.text in seen:
            again.add(i)
        seen.add(line.text)
    chain: list[int] = []
    at = -1
    for number in range(1, total):
        choices = [i for i, n in bare if n == number and at < i < last]
        if not choices:
            return set()
        at = next((i for i in choices if i + 1 in again), choices[0])
        chain.append(at)
    return {*chain, last}

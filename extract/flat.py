"""A flattened text dump → loose lines and grids, as every other reader gives them.

The cells of the form come one after another in reading order (Apache Tika, pdftotext -raw, pdfium
and their like). Headings, side labels and column headers are found by the family's vocabulary,
wherever a wrap broke them; what lies between two of them is a cell or a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from jixiao.normalize.characters import display_width
from jixiao.normalize.names import name_likeness
from jixiao.rules.families import Family, key_of

from .atoms import Atom, Words, atoms_of
from .document import Cell, Grid, Piece, Row
from .rows import LEADING, Column, Evidence, FoundCell, FoundRow, Splitter
from .text import PlainText

Block = Grid | Piece

_PAGE_MARK = re.compile(r"[-—–－]{1,2}\s*\d{1,4}\s*[-—–－]{1,2}|第\s*\d{1,4}\s*页(\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}")
_AMOUNT = re.compile(r"[-－+]?(\d[\d,，]{0,24}(\.\d{1,10})?|\.\d{1,10})|[-—–/\\*－]{1,3}")
CLEAR_MARGIN = 1.5
"""A split this much cheaper than the next best is taken for sure; a closer one is in doubt."""


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


class GridBuilder:
    """Collects rows of cells; a label cell goes on downwards until the next in its column or left of it."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._rows: list[list[tuple[int, int, tuple[Piece, ...], float]]] = []
        self.labels: set[int] = set()

    def add(self, cells: Iterable[tuple[int, int, Sequence[Piece], float]]) -> None:
        """Add a row of (column, columns spanned, pieces, confidence)."""
        self._rows.append([(c, n, tuple(p), conf) for c, n, p, conf in cells])

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
        lines, self.out.furniture = drop_page_marks(text)
        self.atoms = atoms_of(lines)
        self.projects: list[str] = []
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
                while j < len(marks) and marks[j].section == mark.section and marks[j].key == mark.key:
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
        grid = False
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
            if found is not None and not (grid and self._inside_grid(found[0], i, found[1])):
                out.append(_Mark(i, found[1], self.family.headings[found[0]], found[0]))
                grid = False
                i = found[1]
                continue
            i += 1
        return out

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
        """Return atoms *start*–*stop* as pieces, atoms of one line put together again."""
        out: list[Piece] = []
        i = start
        while i < stop:
            j = i + 1
            while j < stop and not self.atoms[j].first:
                j += 1
            out.append(_line_piece(self.atoms[i:j]))
            i = j
        return out

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
        for mark in marks[1:]:
            self.out.furniture += self._pieces(mark.start, mark.stop)
        return self._pieces(marks[0].start, marks[0].stop)

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
        )
        # Parts under the same header (a page break prints it again) wrap at the same widths.
        for k, mark in enumerate(marks):
            end = marks[k + 1].start if k + 1 < len(marks) else stop
            if mark.section != "header":
                self._row(self._pieces(mark.start, mark.stop), [])
                self._loose(mark.stop, end)
                continue
            columns, cells = self._header_cells(mark)
            builder = GridBuilder(len(columns))
            builder.labels = {i for i, c in enumerate(columns) if c.kind in ("level1", "level2", "key_work", "project")}
            builder.add([(i, 1, cell, 1.0) for i, cell in enumerate(cells)])
            splitter = Splitter(self.atoms, columns, evidence)
            for rows, margin in splitter.split(mark.stop, end):
                for row in rows:
                    builder.add(self._cells(row, columns, margin))
            self.out.blocks.append(builder.grid())

    def _cells(
        self, row: FoundRow, columns: Sequence[Column], margin: float
    ) -> list[tuple[int, int, Sequence[Piece], float]]:
        sure = 1.0 if margin >= CLEAR_MARGIN else 0.5
        targets = [i for i, c in enumerate(columns) if c.kind == "target"]
        found = [c for c in row if c.column in targets]
        out = []
        for cell in row:
            conf = sure if _several(row) and cell not in found else 1.0
            if cell in found and len(found) < len(targets):
                conf = 0.5  # one value for two columns: which one is not printed in the dump
            out.append((cell.column, 1, self._pieces(cell.start, cell.stop), conf))
        return out

    def _header_cells(self, mark: _Mark) -> tuple[list[Column], list[list[Piece]]]:
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
        return columns, cells


def _several(row: Sequence[FoundCell]) -> bool:
    return len(row) > 3 or any(c.stop - c.start > 1 for c in row)


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
                    self.group = ()
                    self.measures = []
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
                self.group = pieces  # a merged label; the 小计 beside it carries its amount
                self._group_key = key
                continue
            cells = self._labels()
            if key in family.subtotals and self.group:
                cells += [(2, 1, self.group, 1.0), (3, 1, pieces, 1.0)]
            elif self.group and key in family.items and family.items[key].parent == self._group_name():
                cells.append((3, 1, pieces, 1.0))
            else:
                self.group = ()
                cells.append((2, 2, pieces, 1.0))
                if key not in family.items:
                    self.names.append("".join(a.text for a in atoms[start:stop]))
            if k == len(names) - 1:
                missing = max(1, len(self.measures)) - len(amounts)
                for n, (first, end) in enumerate(amounts):
                    sure = 1.0 if missing == 0 else 0.5
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
        return display_width(before) >= self._widest - 3.0 and display_width(before) >= 10


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


def drop_page_marks(text: PlainText) -> tuple[list[Piece], list[Piece]]:
    """Return (lines without page marks, page marks).

    ``— 3 —`` and ``第3页 共5页`` are marks wherever they stand. A bare number is one only at the edge
    of a page, and only if such numbers count the pages up: a lone 0 may be an amount.
    """
    lines = text.lines
    marks: set[int] = set()
    bare: list[tuple[int, int]] = []
    for i, line in enumerate(lines):
        body = line.text.strip()
        if len(body) > 24:
            continue
        if _PAGE_MARK.fullmatch(body):
            marks.add(i)
        elif body.isascii() and body.isdigit() and len(body) <= 4:
            gap_after = text.gaps[i + 1] if i + 1 < len(lines) else 9
            turns = i + 1 == len(lines) or lines[i + 1].page != line.page
            turned = i == 0 or lines[i - 1].page != line.page
            if turns or turned or gap_after >= 3 or text.gaps[i] >= 3:
                bare.append((i, int(body)))
    counted = [(i, number) for n, (i, number) in enumerate(bare) if number == bare[0][1] + n]
    if len(counted) == len(bare) and bare and bare[0][1] >= 1:
        marks.update(i for i, _ in bare)
    kept = [line for i, line in enumerate(lines) if i not in marks]
    return kept, [lines[i] for i in sorted(marks)]

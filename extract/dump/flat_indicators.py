"""The indicators in a flattened dump: the atoms under each header → grids of rows.

The rows come from `rows.Splitter`. Here they are put together over page breaks, looked at once more for what no form
prints, and given the confidence that their split deserves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from jixiao.extract.document import Block, Piece
from jixiao.extract.headings import is_page_mark
from jixiao.normalize.names import name_likeness
from jixiao.normalize.quality import ends_like_name
from jixiao.rules.families import Family, key_of

from .atoms import SIGNS, Atom, Words, line_pieces
from .blocks import FoundCell, FoundRow
from .costs import LEADING, Column, Evidence, looks_like_target, unglue
from .grids import GridBuilder
from .odd import begins_within, odd_name, odd_row
from .rows import DOUBTFUL, Splitter
from .shards import Known, mend_shards
from .sheet import Lines
from .turns import mark_turns, mend_turns
from .words import cuts_word

LABELS = ("level1", "level2", "key_work", "project")


@dataclass(slots=True)
class _Part:
    """A stretch of the indicators' grid under one set of columns: its header's cells and its atoms."""

    columns: tuple[Column, ...]
    cells: list[list[Piece]]
    atoms: list[Atom]


class IndicatorTable:
    """The table of indicators of one dump, gathered stretch by stretch and then read as a whole."""

    def __init__(self, family: Family, columns: Words, projects: Sequence[str], lines: Lines) -> None:
        """*columns* finds column headers, *projects* are the names among the funds, *lines* the dump's."""
        self.family, self.columns = family, columns
        self.projects, self.lines, self.shattered = projects, lines, lines.shattered
        self.furniture: list[Piece] = []
        self._parts: list[_Part] = []
        self._crowded: set[int] = set()

    def add(self, header: Sequence[Atom], atoms: Sequence[Atom]) -> None:
        """Add the *atoms* below a *header*; a page break may have printed it again, then the table goes on."""
        columns, cells = self._header_cells(header)
        if self._parts and self._parts[-1].columns == columns:
            self.furniture += [p for cell in cells for p in cell]
            fresh = list(atoms)
            if fresh and self._parts[-1].atoms:
                fresh[0] = replace(fresh[0], turn=True)
            self._parts[-1].atoms += fresh
        else:
            self._parts.append(_Part(columns, cells, list(atoms)))

    def go_on(self, label: Sequence[Atom], atoms: Sequence[Atom]) -> None:
        """Go on with *atoms* below the *label* of the whole table, which is printed beside it."""
        self.furniture += line_pieces(label)
        self._parts[-1].atoms += atoms

    def read(self) -> list[Block]:
        """Return the grids, and as loose lines what is no table; `furniture` has what page breaks printed again."""
        parts = self._parts
        blocks: list[Block] = []
        for part in parts:
            self._drop_lone_marks(part)
        below = self._below(parts[-1])
        evidence = Evidence(
            level1=self.family.level1,
            level2=self.family.level2,
            with_projects=self.family.with_projects,
            projects=frozenset(key_of(n) for n in self.projects),
            likeness=name_likeness,
            joins=self._joins,
            words=cuts_word,
            endings=self.family.project_endings,
            apart=all(_apart(part) for part in parts),
            habits=None if self.shattered else self.lines.habits,
        )
        found: dict[int, list[tuple[tuple[int, int], tuple[tuple[FoundRow, ...], float]]]] = {}
        splitters: dict[int, Splitter] = {}
        alike: dict[tuple[Column, ...], list[int]] = {}
        for n, part in enumerate(parts):
            alike.setdefault(part.columns, []).append(n)
        for columns, numbers in alike.items():
            for n in numbers:
                mended = [a for atom in self._whole_words(parts[n]) for a in unglue(atom)]
                parts[n].atoms = mark_turns(mended, sum(c.kind == "target" for c in columns), evidence.level1)
            atoms = [a for n in numbers for a in parts[n].atoms]
            ends = list(accumulate(len(parts[n].atoms) for n in numbers))
            # More words on a line than there are columns: letters set apart broke some, and nothing shows which.
            self._crowded |= {line for line, count in Counter(a.line for a in atoms).items() if count > len(columns)}
            splitter = Splitter(atoms, columns, evidence)
            found.update(zip(numbers, splitter.split(list(zip([0, *ends], ends, strict=False))), strict=True))
            splitters.update(dict.fromkeys(numbers, splitter))
        for n, part in enumerate(parts):
            builder = GridBuilder(len(part.columns))
            builder.labels = {i for i, c in enumerate(part.columns) if c.kind in LABELS}
            builder.add([(i, 1, cell, 1.0) for i, cell in enumerate(part.cells)])
            for block, rows, margin in self._mended(found[n], splitters[n], part.columns):
                if not rows:
                    # Too much without a row's end: no table.
                    blocks.extend(line_pieces(splitters[n].atoms[slice(*block)]))
                odd = odd_rows(rows, splitters[n].atoms, part.columns)
                for row, is_odd in zip(rows, odd, strict=True):
                    whole = [c for c in row if not c.rest]
                    found_cells = self._cells(splitters[n].atoms, whole, part.columns, margin, is_odd)
                    if found_cells:
                        builder.add(found_cells)
                    for cell in row:
                        if cell.rest:
                            self._go_on(builder, cell.column, line_pieces(splitters[n].atoms[cell.start : cell.stop]))
            blocks.append(builder.grid())
        blocks.extend(line_pieces(below))
        return blocks

    def _drop_lone_marks(self, part: _Part) -> None:
        """Take a page's number out that no other counts up to: a figure alone between a whole row and a level 1 again."""
        wanted = sum(c.kind == "target" for c in part.columns)
        kept: list[Atom] = []
        level1, turned = "", False
        for i, atom in enumerate(part.atoms):
            after = key_of(part.atoms[i + 1].text) if i + 1 < len(part.atoms) else ""
            alone = atom.first and atom.last and len(atom.text) <= 3 and atom.text.isascii() and atom.text.isdigit()
            values = [looks_like_target(a.text) for a in kept[-wanted - 1 :]] if alone and after and after == level1 else []
            if len(values) == wanted + 1 > 1 and min(values[1:]) >= 0.9 > values[0]:
                self.furniture.append(atom.piece)
                turned = True
                continue
            key = key_of(atom.text)
            level1 = key if key in self.family.level1 else level1
            kept.append(replace(atom, turn=True) if turned else atom)
            turned = False
        part.atoms = kept

    def _below(self, part: _Part) -> list[Atom]:
        """Take off *part* the lines behind its last values that are neither a label, a name nor a value: 打印 关闭."""
        atoms, family = part.atoms, self.family
        wanted = sum(c.kind == "target" for c in part.columns)
        stop = len(atoms)
        while stop and not (atoms[stop - 1].last and looks_like_target(atoms[stop - 1].text) >= 0.6):
            text, key = atoms[stop - 1].text, key_of(atoms[stop - 1].text)
            if key in family.level1 or key in family.level2 or ends_like_name(text) or looks_like_target(text) >= 0.6:
                return []
            stop -= 1
        values = [looks_like_target(a.text) for a in atoms[max(0, stop - wanted) : stop]]
        if not wanted or len(atoms) == stop or len(values) < wanted or min(values) < 0.9:
            return []
        if atoms[stop].text[0] in LEADING or looks_like_target(atoms[stop - 1].text + atoms[stop].text) >= 0.9:
            return []  # the last value goes on
        below, part.atoms = atoms[stop:], atoms[:stop]
        return below

    def _mended(
        self,
        found: Sequence[tuple[tuple[int, int], tuple[tuple[FoundRow, ...], float]]],
        splitter: Splitter,
        columns: Sequence[Column],
    ) -> list[tuple[tuple[int, int], list[FoundRow], float]]:
        """Return (block, rows, margin) with what page breaks parted put together, within blocks and over them."""
        blocks = [(block, join_cut_rows(rows, columns), margin) for block, (rows, margin) in found]
        widths = {**splitter._widest, **splitter.column_widths}
        rows = mend_turns([row for _, own, _ in blocks for row in own], splitter.atoms, columns, widths, splitter.evidence)
        out = []
        for block, own, margin in blocks:
            out.append((block, rows[: len(own)], margin))
            rows = rows[len(own) :]
        return out

    def _whole_words(self, part: _Part) -> list[Atom]:
        """Return the atoms of *part* with words put together that the dumper broke to pieces."""
        names = (*self.family.level1, *self.family.level2, *map(key_of, self.projects))

        def cuts(before: str, after: str) -> float:
            return max(self._joins(before, after), cuts_word(before, after))

        few = not any(c.kind in ("key_work", "project", "other") for c in part.columns)
        atoms = mend_shards(part.atoms, Known(Words(names), few, cuts))
        marks = [a for a in atoms if "inner_space" in a.piece.steps and is_page_mark(a.text)]
        self.furniture += [a.piece for a in marks]
        return [a for a in atoms if a not in marks] if marks else atoms

    def _joins(self, before: str, after: str) -> float:
        """Return how surely the break between two lines falls inside a word: the same characters run on elsewhere."""
        stands = self.lines.stretches
        if (before[-2:] + after[:2]) in stands:
            return 1.0
        return 0.5 * ((before[-2:] + after[:1]) in stands) + 0.5 * ((before[-1:] + after[:2]) in stands) - 0.25

    def _cells(
        self, atoms: Sequence[Atom], row: Sequence[FoundCell], columns: Sequence[Column], margin: float, odd: bool
    ) -> list[tuple[int, int, Sequence[Piece], float]]:
        sure = 1.0 if margin >= DOUBTFUL else 0.5
        targets = [i for i, c in enumerate(columns) if c.kind == "target"]
        found = {c.column for c in row if c.column in targets}
        values = ["".join(a.text for a in atoms[c.start : c.stop]) for c in row if c.column in found]
        # A name and its values, each whole: sure, whatever else in the block is not.
        doubtful = _several(row) or any(looks_like_target(v) < 0.9 for v in values)
        # Characters left alone within their line: justified setting drew them apart, and nothing shows where to.
        ragged = any(
            a.line in self._crowded or (len(a.text) == 1 and not a.first and not a.text.isascii() and a.text not in SIGNS)
            for c in row
            for a in atoms[c.start : c.stop + 1]
        )
        out: list[tuple[int, int, Sequence[Piece], float]] = []
        for cell in row:
            several = cell.stop - cell.start > 1 if cell.column in found else doubtful
            confidence = sure if several else 1.0
            label = columns[cell.column].kind in LABELS
            lone = cell.column in found and len(found) < len(targets)  # one value for two columns: the dump lost which
            if self.shattered or ragged or not cell.sure or (odd and not label) or lone:
                confidence = 0.5
            out.append((cell.column, 1, line_pieces(atoms[cell.start : cell.stop]), confidence))
        return out

    def _go_on(self, builder: GridBuilder, column: int, pieces: list[Piece]) -> None:
        """Put what a page break cut off, or printed again, to the cell above it in its column."""
        above = builder.last(column)
        text = "".join(p.text for p in pieces)
        if above is not None and "".join(p.text for p in above) != text:
            builder.extend(column, pieces)
        elif above is not None:
            self.furniture += pieces  # a merged label printed again on the new page
        else:
            builder.add([(column, 1, pieces, 0.5)])

    def _header_cells(self, header: Sequence[Atom]) -> tuple[tuple[Column, ...], list[list[Piece]]]:
        columns, cells = [], []
        i = 0
        while i < len(header):
            found = self.columns.match(header, i, len(header))
            assert found is not None
            name = found[0]
            if name in self.family.targets:
                columns.append(Column(name, "target"))
            else:
                kind = self.family.columns[name]
                known = ("level1", "level2", "key_work", "project", "level3")
                columns.append(Column(name, kind if kind in known else "other"))
            cells.append(line_pieces(header[i : found[1]]))
            i = found[1]
        return tuple(columns), cells


def _apart(part: _Part) -> bool:
    """Tell whether each cell of *part*, its header's too, has a line of its own."""
    header = [piece.line for cell in part.cells for piece in cell]
    return len(set(header)) == len(part.cells) == len(header) and all(a.first and a.last for a in part.atoms)


def odd_rows(rows: Sequence[FoundRow], atoms: Sequence[Atom], columns: Sequence[Column]) -> list[bool]:
    """Return which rows read oddly; where a row's name is the end of a value, the row above lacks that end.

    So does what begins in the middle of a line behind anything but a value: no row ended there.
    """
    name = next(i for i, c in enumerate(columns) if c.kind == "level3")
    targets = [i for i, c in enumerate(columns) if c.kind == "target"]
    out: list[bool] = []
    rests: set[int] = set()  # where the rest of a cell above a page break ends: a row goes on there
    for row in rows:
        texts: dict[int, str] = {}
        for cell in row:
            own = "".join(a.text for a in atoms[cell.start : cell.stop])
            texts[cell.column] = texts.get(cell.column, "") + own
        start = min(cell.start for cell in row)
        within = start not in rests and begins_within(atoms, start)
        rests = {cell.stop for cell in row if cell.rest}
        if out and (within or odd_name(texts.get(name, ""))):
            out[-1] = True
        out.append(within or odd_row(texts.get(name, ""), [texts[c] for c in targets if c in texts]))
    return out


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


def _several(row: Sequence[FoundCell]) -> bool:
    return len(row) > 3 or any(c.stop - c.start > 1 for c in row)

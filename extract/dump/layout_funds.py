"""The funds in a dump that keeps the layout: sides, groups, items and amounts by where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jixiao.extract.document import Grid, Piece
from jixiao.rules.families import Family, key_of

from .atoms import Atom
from .grids import GridBuilder
from .layout_page import (
    Header,
    HeaderCell,
    Line,
    Vocabulary,
    chunks_of,
    end_of,
    find_header,
    heights_of,
    piece_of_atoms,
    start_of,
)
from .layout_rows import FoundRow, RowTask, Stretch, cut_rows, stretch_of
from .layout_stitch import CLEAR_MARGIN

_AMOUNT = re.compile(r"[-－+]?(\d[\d,，]{0,24}(\.\d{1,10})?|\.\d{1,10})|[-—–/\\*－]{1,3}")
_NAME, _VALUE = 0, 1


def is_amount(text: str) -> bool:
    return _AMOUNT.fullmatch(text) is not None


@dataclass(slots=True)
class _Stage:
    """What the funds' lines come to between two rows of column headers."""

    header: Header | None
    rows: list[FoundRow]
    sides: list[tuple[list[Piece], str]]
    groups: list[tuple[list[Piece], str]]
    measures: list[HeaderCell]
    settled: bool = True


class FundsReader:
    """Reads the lines right of the funds' heading into a grid: side, group, item, amounts."""

    def __init__(self, family: Family, top: bool) -> None:
        self.family = family
        self.top = top
        self.names: list[str] = []
        self.furniture: list[Piece] = []
        self.words = Vocabulary(list(family.measures))
        self.grouped: set[str] = set()
        self.part: tuple[list[Piece], str] = ([], "")

    def read(self, heading: Sequence[Piece], pages: Sequence[Sequence[Line]]) -> Grid:
        """Return the grid of the funds; *pages* are the lines of each page, the heading's atoms left out."""
        stages: list[_Stage] = [_Stage(None, [], [], [], [])]
        grouped = self._grouped(pages)
        whole, headers = self._cut_headers(pages)
        for page, header in zip(whole, headers, strict=True):
            if header is not None:
                stages.append(_Stage(header, [], [], [], list(header.cells)))
            self._page(page, stages, grouped)
        if self.part[0]:
            stages[-1].groups.append(self.part)  # half a label that nothing below made whole: in doubt
        return self._grid(heading, stages)

    def _grouped(self, pages: Sequence[Sequence[Line]]) -> frozenset[str]:
        """Return the keys of the groups whose members stand among the items, if subtotals do."""
        keys = {key_of(a.text) for page in pages for line in page for a in line.atoms}
        if not keys & self.family.subtotals:
            return frozenset()
        return frozenset(key_of(self.family.items[k].parent) for k in keys if k in self.family.items) - {""}

    def _cut_headers(self, pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Header | None]]:
        """Return *pages* without column headers that a page's end cut in two, and per page the header it begins with.

        The two lines stand in columns of different pages: their parts belong together in order.
        """
        out = [list(page) for page in pages]
        headers: list[Header | None] = [None for _ in pages]
        for n in range(1, len(out)):
            above, below = out[n - 1], out[n]
            if not above or not below:
                continue
            sides = [[a for a in line.atoms if key_of(a.text) in self.family.sides] for line in (above[-1], below[0])]
            first, second = (
                [a for a in line.atoms if a not in side]
                for line, side in zip((above[-1], below[0]), sides, strict=True)
            )
            keys = [key_of(a.text) + key_of(b.text) for a, b in zip(first, second, strict=False)]
            if not keys or len(first) != len(second) or not all(key in self.words.words for key in keys):
                continue
            cells = tuple(
                HeaderCell(key, (a, b), start_of(b), end_of(b))
                for key, a, b in zip(keys, first, second, strict=True)
            )
            headers[n] = Header(0, 0, cells)
            above.pop()
            below[0:1] = [Line(below[0].page, 0, tuple(side)) for side in sides if side]
        return out, headers

    # --- one page ------------------------------------------------------------------------------------

    def _page(self, lines: list[Line], stages: list[_Stage], grouped: frozenset[str]) -> None:
        sides: dict[int, list[tuple[list[Piece], str]]] = {}
        plain: list[Line] = []
        for line in lines:
            atoms, side = self._take_side(list(line.atoms))
            if side is not None:
                sides.setdefault(len(plain), []).append(side)
            if atoms:
                plain.append(Line(line.page, line.gap, tuple(atoms)))
        begin = 0
        i = 0
        while i < len(plain):
            header = find_header(plain, i, self.words, 1, frozenset())
            if header is None:
                i += 1
                continue
            self._rows(plain[begin : header.start], stages[-1], grouped, sides, begin)
            stage = _Stage(header, [], [], [], list(header.cells))
            stages.append(stage)
            for n in range(header.start, header.stop):
                stage.sides += sides.pop(n, [])
            begin = i = header.stop
        self._rows(plain[begin:], stages[-1], grouped, sides, begin)
        for left in sides.values():
            stages[-1].sides += left

    def _rows(
        self,
        lines: Sequence[Line],
        stage: _Stage,
        grouped: frozenset[str],
        sides: dict[int, list[tuple[list[Piece], str]]],
        begin: int,
    ) -> None:
        for n in range(begin, begin + len(lines)):
            stage.sides += sides.pop(n, [])
        if not lines:
            return
        count = max(1, len(stage.measures))
        bodies: list[dict[int, list[Atom]]] = []
        for line in lines:
            bodies.append(self._place(line, stage, grouped, count))
        self._settle_amounts(bodies, stage, count)
        heights = heights_of(lines, bodies)
        blank = 0
        stretches: list[Mapping[int, Stretch]] = []
        for i, (line, body) in enumerate(zip(lines, bodies, strict=True)):
            blank += line.gap
            if body:
                stretches.append({c: stretch_of(i, heights[i], blank, atoms) for c, atoms in body.items()})
        widest = max((s[_NAME].width for s in stretches if _NAME in s), default=0.0)
        task = RowTask(
            range(count + 1),
            _NAME,
            {_NAME: widest},
            self._price,
            self.top,
            no_values=3.0,
            goes_on=not stage.rows and stage.header is None,
            values=frozenset(range(1, count + 1)),
        )
        stage.rows += cut_rows(stretches, task)

    def _take_side(self, atoms: list[Atom]) -> tuple[list[Atom], tuple[list[Piece], str] | None]:
        """Take a side's label off the line's left end, a part of one too: narrow columns break it over lines.

        Returns what is left of the line, and the label where it is whole.
        """
        if not atoms:
            return atoms, None
        part = key_of(atoms[0].text)
        pieces, begun = self.part
        whole = begun + part
        alone = len(atoms) == 1 or not all(is_amount(a.text) for a in atoms[1:])
        if not alone and (not begun or whole not in self.family.sides):
            return atoms, None
        if part in self.family.sides:
            return atoms[1:], ([atoms[0].piece], part)
        if whole in self.family.sides:
            self.part = ([], "")
            return atoms[1:], ([*pieces, atoms[0].piece], whole)
        if len(part) <= 2 and any(s.startswith(whole) for s in self.family.sides):
            self.part = ([*pieces, atoms[0].piece], whole)
            return atoms[1:], None
        return atoms, None

    def _place(self, line: Line, stage: _Stage, grouped: frozenset[str], count: int) -> dict[int, list[Atom]]:
        """Return the name and the amounts of one line; side and group labels go to *stage*."""
        atoms = list(line.atoms)
        amounts: list[Atom] = []
        while atoms and is_amount(atoms[-1].text) and len(amounts) < count:
            amounts.insert(0, atoms.pop())
        if grouped and atoms:
            atoms = self._take_group(atoms, bool(amounts), stage, grouped)
        body: dict[int, list[Atom]] = {}
        if atoms:
            body[_NAME] = atoms
        for n, amount in enumerate(amounts):
            body[_VALUE + n] = [amount]
        return body

    def _take_group(
        self, atoms: list[Atom], has_amounts: bool, stage: _Stage, grouped: frozenset[str]
    ) -> list[Atom]:
        key = ""
        for n, atom in enumerate(atoms):
            key += key_of(atom.text)
            known = self.family.items.get(key)
            if (
                known is not None
                and key_of(known.name) in grouped
                and (n + 1 < len(atoms) or not has_amounts)
            ):
                stage.groups.append(([piece_of_atoms(atoms[: n + 1])], key_of(known.name)))
                return atoms[n + 1 :]
        return atoms

    def _settle_amounts(self, bodies: list[dict[int, list[Atom]]], stage: _Stage, count: int) -> None:
        """Put a lone amount of a row into the column it stands in; the stage notes if that cannot be told."""
        if count < 2:
            return
        spans: list[list[int]] = [[10**6, 0] for _ in range(count)]
        for body in bodies:
            if all(_VALUE + n in body for n in range(count)):
                for n in range(count):
                    atom = body[_VALUE + n][0]
                    spans[n] = [min(spans[n][0], start_of(atom)), max(spans[n][1], end_of(atom))]
        page = stage.header is not None and any(b for b in bodies) and not stage.rows
        for n in range(count):
            if spans[n][1] == 0 and page and n < len(stage.measures):
                spans[n] = [stage.measures[n].start, stage.measures[n].stop]
        for body in bodies:
            found = [body[c][0] for c in sorted(body) if c >= _VALUE]
            if not found or len(found) == count:
                continue
            if any(s[1] == 0 for s in spans):
                stage.settled = False
                continue
            for c in [c for c in body if c >= _VALUE]:
                del body[c]
            for atom in found:
                middle = (start_of(atom) + end_of(atom)) / 2
                near = min(range(count), key=lambda n: abs(middle - (spans[n][0] + spans[n][1]) / 2))
                body.setdefault(_VALUE + near, []).append(atom)

    def _price(self, column: int, text: str) -> float:
        if column != _NAME:
            return 0.0 if is_amount(text) else 6.0
        key = key_of(text)
        if key in self.family.items or key in self.family.subtotals:
            return -2.0
        return 0.5

    # --- the grid ---------------------------------------------------------------------------------------

    def _grid(self, heading: Sequence[Piece], stages: Sequence[_Stage]) -> Grid:
        most = max([1, *(len(s.measures) for s in stages)])
        builder = GridBuilder(4 + most)
        builder.labels = {0, 1, 2}
        open_heading: Sequence[Piece] = heading
        side_key = ""
        for stage in stages:
            labels: list[tuple[int, int, Sequence[Piece], float]] = []
            if open_heading and (stage.header is not None or stage.rows or stage.sides):
                labels.append((0, 1, open_heading, 1.0))
                open_heading = ()
            sides = list(stage.sides)
            own = [p for p, k in sides if k == sides[0][1]] if sides else []
            if sides and sides[0][1] != side_key:
                side_key = sides[0][1]
                labels.append((1, 1, own[0], 1.0))
                own = own[1:]
            for pieces in own:
                self.furniture += pieces
            later = [(p, k) for p, k in sides if k != sides[0][1]] if sides else []
            if stage.header is not None:
                cells = [
                    (4 + n, 1, [a.piece for a in c.atoms], 1.0) for n, c in enumerate(stage.header.cells)
                ]
                builder.add([*labels, *cells])
                labels = []
            self._items(builder, stage, labels, later)
        if open_heading:
            builder.add([(0, 1, open_heading, 1.0)])
        return builder.grid()

    def _odd(self, row: FoundRow) -> bool:
        """Tell whether *row* is no item as printed: an unknown name without amounts, or with figures or headers in it."""
        atoms = [a for s in row.cells.get(_NAME, ()) for a in s.atoms]
        key = key_of("".join(a.text for a in atoms))
        if key in self.family.items or key in self.family.subtotals:
            return False
        if not any(column >= _VALUE for column in row.cells) or all(self.words.part(key_of(a.text)) for a in atoms):
            return True
        return len(atoms) > 1 and any(is_amount(a.text) and a.text[-1].isdigit() for a in atoms)

    def _items(
        self,
        builder: GridBuilder,
        stage: _Stage,
        labels: list[tuple[int, int, Sequence[Piece], float]],
        later: list[tuple[list[Piece], str]],
    ) -> None:
        family = self.family
        groups = list(stage.groups)
        group = ""
        for row in stage.rows:
            cells = labels
            labels = []
            sure = 1.0 if row.margin >= CLEAR_MARGIN and not self._odd(row) else 0.5
            name = [piece_of_atoms(s.atoms) for s in row.cells.get(_NAME, [])]
            key = key_of("".join(p.text for p in name))
            known = family.items.get(key)
            if later and known is not None and known.side == family.sides.get(later[0][1]):
                # Two sides under one header: the second begins with the first item that is surely its own.
                cells = [*cells, (1, 1, later[0][0], 0.5)]
                later = later[1:]
            if key in family.subtotals and groups:
                pieces, group = groups[0]
                self.grouped.add(group)
                groups = groups[1:]
                cells = [*cells, (2, 1, pieces, 1.0), (3, 1, name, sure)]
            elif group and known is not None and key_of(known.parent) == group:
                cells = [*cells, (3, 1, name, sure)]
            elif name:
                group = ""
                cells = [*cells, (2, 2, name, sure)]
                if known is None:
                    self.names.append(key)
            count = max(1, len(stage.measures))
            amounts = [c for c in row.cells if c >= _VALUE]
            missing = len(amounts) < count and not stage.settled
            for column in sorted(amounts):
                pieces = [piece_of_atoms(s.atoms) for s in row.cells[column]]
                cells = [*cells, (4 + column - _VALUE, 1, pieces, 0.5 if missing else sure)]
            builder.add(cells)
        for pieces, k in groups:
            if k in self.grouped:  # printed again on a new page
                self.furniture += pieces
            else:
                builder.add([(2, 2, pieces, 0.5)])
        for pieces, _ in later:
            builder.add([(1, 1, pieces, 0.5)])
        if labels:
            builder.add(labels)


__all__ = ["FundsReader", "chunks_of", "is_amount"]

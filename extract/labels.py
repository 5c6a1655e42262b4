"""Labels that belong to several rows but were not merged: written once above blanks, or again on every row.

A form typed into an unmerged grid, and any format that has no merged cells, says by blanks or by
repetition what others say by a merged cell. Here both become the merged cell they stand for, so that what
comes after knows one way only. A column in which cells are merged is left alone: there a blank is a blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jixiao.rules.families import Family, key_of

from .document import Cell, Grid, Piece, Row
from .headings import split_money

LABELS = ("level1", "level2", "key_work", "project")
_LEAST_COLUMNS = 3
_AMOUNT = frozenset("0123456789.,，-+—–/*%")


@dataclass(slots=True)
class _Place:
    """A cell that may still grow downwards or be taken into the one above."""

    cell: Cell
    rows: int
    key: str
    gone: bool = False
    wider: int = 0

    @property
    def last(self) -> int:
        return self.cell.row + self.rows


def bind_labels(grid: Grid, family: Family) -> tuple[Grid, list[Piece]]:
    """Return *grid* with unmerged labels merged, and the pieces of labels printed again."""
    binder = _Binder(grid, family)
    binder.sections()
    binder.indicators()
    binder.funds()
    binder.fields()
    return binder.bound(), binder.again


class _Binder:
    def __init__(self, grid: Grid, family: Family) -> None:
        self.grid = grid
        self.family = family
        self.again: list[Piece] = []
        self.rows: list[list[_Place]] = [
            [_Place(cell, cell.rows, key_of(cell.key)) for cell in row.cells] for row in grid.rows
        ]
        self.sectioned: list[tuple[_Place, str]] = []

    def bound(self) -> Grid:
        if not any(place.gone for row in self.rows for place in row):
            return self.grid
        rows = (
            Row(tuple(replace(p.cell, rows=p.rows, columns=p.cell.columns + p.wider) for p in row if not p.gone))
            for row in self.rows
        )
        return Grid(tuple(rows), self.grid.columns)

    def _at(self, r: int, column: int) -> _Place | None:
        """Return what begins in row *r* at *column*."""
        return next((p for p in self.rows[r] if p.cell.column == column and not p.gone), None)

    def _take(self, label: _Place, below: _Place) -> None:
        """Merge *below* into *label*."""
        below.gone = True
        label.rows += below.rows
        self.again += below.cell.pieces

    def _goes_on(self, label: _Place, below: _Place | None) -> bool:
        """Tell whether *below* is a blank or repeated cell just under *label* and as wide."""
        return (
            below is not None
            and below.cell.row == label.last
            and below.cell.columns == label.cell.columns
            and below.key in ("", label.key)
        )

    # --- sections ------------------------------------------------------------------------------------

    def sections(self) -> None:
        """Merge the headings at the left edge with what goes on below them."""
        headers = set(self._headers())
        merged = any(
            p.rows > 1 and self._heading(p) for row in self.rows for p in row if p.cell.column == 0
        )
        label: _Place | None = None
        for r, row in enumerate(self.rows):
            lead = next((p for p in row if p.cell.column == 0), None)
            if lead is None:
                continue
            kind = self._heading(lead)
            if label is not None and self._goes_on(label, lead) and (lead.key or not merged) and r not in headers:
                self._take(label, lead)
            elif kind:
                label = lead
                self.sectioned.append((lead, kind))
            else:
                label = None

    def _heading(self, place: _Place) -> str:
        return self.family.headings.get(split_money(place.key)[0], "")

    # --- indicators ----------------------------------------------------------------------------------

    def _headers(self) -> Iterator[int]:
        for r in range(len(self.rows)):
            if self._columns(r):
                yield r

    def _columns(self, r: int) -> dict[str, _Place]:
        """Return the column headers in row *r* by what they name, if it is a header of indicators."""
        family = self.family
        known = {family.columns.get(p.key) or "target": p for p in self.rows[r] if self._named(p)}
        count = sum(1 for p in self.rows[r] if self._named(p))
        return known if count >= _LEAST_COLUMNS and "level3" in known else {}

    def _named(self, place: _Place) -> bool:
        return place.key in self.family.columns or place.key in self.family.targets

    def indicators(self) -> None:
        """Merge the labels of the levels, of the works and projects, under each header."""
        headers = list(self._headers())
        for number, r in enumerate(headers):
            stop = headers[number + 1] if number + 1 < len(headers) else len(self.rows)
            ends = next((i for i in range(r + 1, stop) if self._ends(i)), stop)
            columns = self._columns(r)
            bounds = {r + 1, ends}
            for name in LABELS:
                if name in columns:
                    bounds |= self._label_column(columns[name].cell, r + 1, ends, bounds)

    def _ends(self, r: int) -> bool:
        """Tell whether a row begins another section."""
        lead = self._at(r, 0)
        return lead is not None and self._heading(lead) not in ("", "indicators")

    def _label_column(self, header: Cell, start: int, stop: int, bounds: set[int]) -> set[int]:
        """Merge one column's labels between the *bounds* that the labels left of it set; return its own."""
        places = [(r, self._under(r, header)) for r in range(start, stop)]
        here = [p for _, p in places if p is not None]
        merged = any(p.rows > 1 for p in here)
        label: _Place | None = None
        found: set[int] = set()
        for r, place in places:
            if place is None:
                continue
            if label is not None and r not in bounds and self._goes_on(label, place) and (place.key or not merged):
                self._take(label, place)
                continue
            label = place if place.key else None
            found.add(r)
        return found

    def _under(self, r: int, header: Cell) -> _Place | None:
        place = self._at(r, header.column)
        return place if place is not None and place.cell.columns == header.columns else None

    # --- funds ---------------------------------------------------------------------------------------

    def funds(self) -> None:
        """Merge the sides of the funds, and an item over its parts, in each block of funds."""
        for label, kind in self.sectioned:
            if kind != "funds":
                continue
            rows = range(label.cell.row, label.last)
            side: _Place | None = None
            item: _Place | None = None
            for r in rows:
                first = self._beside(r, label.cell)
                if side is not None and first is not None and self._goes_on(side, first):
                    self._take(side, first)
                elif first is not None:
                    side = first if first.key in self.family.sides else None
                name = self._beside(r, side.cell) if side is not None else first
                if item is not None and name is not None and self._goes_on(item, name) and self._is_part(r, name):
                    self._take(item, name)
                elif name is not None:
                    item = name if name.key and self._is_part(r, name) else None

    # --- fields --------------------------------------------------------------------------------------

    def fields(self) -> None:
        """Take the blanks between a field's label and its value into the label.

        A label typed over several unmerged columns leaves them; where the next text is a label itself,
        the blank is the field's value.
        """
        labels = self.family.labels
        for row in self.rows:
            for i, place in enumerate(row):
                if place.gone or split_money(place.key)[0] not in labels:
                    continue
                beside = next((j for j in range(i + 1, len(row)) if row[j].key), i)
                between = row[i + 1 : beside]
                value = split_money(row[beside].key)[0]
                if between and value not in labels and value not in self.family.headings and all(
                    p.rows == 1 and not p.gone for p in between
                ):
                    for blank in between:
                        blank.gone = True
                        place.wider += blank.cell.columns

    def _beside(self, r: int, cell: Cell) -> _Place | None:
        return self._at(r, cell.column + cell.columns)

    def _is_part(self, r: int, place: _Place) -> bool:
        """Tell whether a further name, and no amount, stands right of *place*."""
        right = self._beside(r, place.cell)
        return (
            right is not None
            and bool(right.key)
            and not set(right.key) <= _AMOUNT
            and split_money(right.key)[0] not in self.family.measures
        )


def bind_all(blocks: Sequence[Grid | Piece], family: Family) -> tuple[list[Grid | Piece], list[Piece]]:
    """Return *blocks* with the labels of every grid bound, and the pieces of labels printed again."""
    out: list[Grid | Piece] = []
    again: list[Piece] = []
    for block in blocks:
        if isinstance(block, Grid):
            block, pieces = bind_labels(block, family)
            again += pieces
        out.append(block)
    return out, again

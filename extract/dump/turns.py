"""What a page break did to the rows of a flattened table: texts cut in two, merged labels printed below their first rows.

Spreadsheets print a merged cell's text where most of its rows stand. A cell may so begin on one page without its
label, or its text may be shared out over two pages; the row below the break then looks like the beginning of
something new. Whether it is one is judged here, row by row, after the split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jixiao.normalize.characters import display_width

from .atoms import Atom
from .costs import LEADING, Column, Evidence, key_of
from .rows import FoundCell, FoundRow

_CLOSED = {"“": "”", "（": "）", "《": "》", "‘": "’", "(": ")", "【": "】", "「": "」"}
_SLACK = 2.6


def mend_turns(
    rows: Sequence[FoundRow], atoms: Sequence[Atom], columns: Sequence[Column], widths: Mapping[int, float], evidence: Evidence
) -> list[FoundRow]:
    """Return *rows*, the rows under one header, with what a page break parted put together.

    *widths* are those at which the columns wrap. A label cell that begins again below a break is marked as the
    rest of the one above if its text plainly runs on; a label that then turns out to be printed too late
    is moved up to the row it begins at.
    """
    mender = _Mender(rows, atoms, columns, widths, evidence)
    for r in range(1, len(rows)):
        if any(atoms[i].turn for i in range(mender.stop(r - 1), mender.start(r) + 1)):
            mender.mend(r)
    return [tuple(sorted(row, key=lambda c: (c.column, c.start))) for row in mender.rows]


class _Mender:
    def __init__(
        self,
        rows: Sequence[FoundRow],
        atoms: Sequence[Atom],
        columns: Sequence[Column],
        widths: Mapping[int, float],
        evidence: Evidence,
    ) -> None:
        self.rows = [list(row) for row in rows]
        self.bounds = [(min(c.start for c in row), max(c.stop for c in row)) for row in rows]
        self.atoms, self.widths, self.evidence = atoms, widths, evidence
        self.place = {c.kind: i for i, c in enumerate(columns)}
        self.labels = [self.place[k] for k in ("level1", "level2", "key_work", "project") if k in self.place]

    def start(self, r: int) -> int:
        return self.bounds[r][0]

    def stop(self, r: int) -> int:
        return self.bounds[r][1]

    def mend(self, r: int) -> None:
        """Mend row *r*, the first below a page break."""
        row = self.rows[r]
        begins = r  # the first row of what goes on over the break
        self._know_again(r)
        work = self.place.get("key_work")
        if work is not None and not any(c.column in self.labels[:3] and not c.rest for c in row):
            above = self._open(r, work)
            begins = r if above is None else above
        for kind in ("key_work", "project"):
            column = self.place.get(kind)
            cell = next((c for c in row if c.column == column and not c.rest), None)
            if column is None or cell is None:
                continue
            above = self._open(r, column)
            if above is not None and self._runs_on(self._texts(above, column, r), cell, column):
                row[row.index(cell)] = replace(cell, rest=True)
                begins = min(begins, above)
        if begins < r:
            self._lift(r, begins)
        self._lift_into_empty(r)

    def _know_again(self, r: int) -> None:
        """Take a cell of row *r* for the label further left whose very words it is, printed again."""
        row = self.rows[r]
        for cell in [c for c in row if c.column in self.labels and not c.rest]:
            text = "".join(self.atoms[i].text for i in range(cell.start, cell.stop))
            for column in self.labels[:2]:
                free = not any(c.column == column for c in row)
                if free and column < cell.column and text == self._current(r, column):
                    row[row.index(cell)] = replace(cell, column=column, rest=True)
                    break

    def _open(self, r: int, column: int) -> int | None:
        """Return the row above *r* where the label in *column* begins that is still open at *r*, or None."""
        for k in range(r - 1, -1, -1):
            if any(c.column == column and not c.rest for c in self.rows[k]):
                return k
            if any(c.column in self.labels and c.column < column and not c.rest for c in self.rows[k]):
                return None
        return None

    def _texts(self, first: int, column: int, stop: int) -> list[str]:
        """Return the lines of the label in *column* that begins at row *first*."""
        return [
            self.atoms[i].text
            for row in self.rows[first:stop]
            for c in row
            if c.column == column
            for i in range(c.start, c.stop)
        ]

    def _runs_on(self, above: Sequence[str], cell: FoundCell, column: int) -> bool:
        """Tell whether *cell* is the rest of the lines *above*: the last is full, and the text does not end there."""
        below = [self.atoms[i].text for i in range(cell.start, cell.stop)]
        before, after = "".join(above), "".join(below)
        evidence = self.evidence
        if before == after or not before:
            return False
        if key_of(before + after) in evidence.projects:
            return True
        if key_of(before) in evidence.projects or key_of(after) in evidence.projects or before[-1] in "。；;":
            return False
        if after[0] in LEADING:
            return True
        width = self.widths.get(column)
        if width is not None and display_width(above[-1]) < width - _SLACK:
            return False
        if before[-1] in "、，" or any(before.count(o) > before.count(c) and c in after for o, c in _CLOSED.items()):
            return True
        if evidence.joins is not None and evidence.joins(above[-1], below[0]) >= 1.0:
            return True
        return evidence.words is not None and evidence.words(above[-1], below[0]) > 0

    def _lift(self, r: int, begins: int) -> None:
        """Move the labels of row *r* beside a text that began at row *begins* up to that row, if it has none."""
        for column in (*self.labels[:2], *(c for c in self.labels if c == self.place.get("project"))):
            cell = next((c for c in self.rows[r] if c.column == column and not c.rest), None)
            if cell is None:
                continue
            current = self._current(r, column)
            text = "".join(self.atoms[i].text for i in range(cell.start, cell.stop))
            if current == text:
                continue  # printed again
            if any(c.column == column for row in self.rows[begins:r] for c in row):
                return
            self._move(cell, r, begins)

    def _lift_into_empty(self, r: int) -> None:
        """Move labels of row *r* up to the first row under the header where no row has had one: it lacks its own."""
        lacking = False
        for column in self.labels:
            if any(c.column == column for row in self.rows[:r] for c in row):
                if column in self.labels[:2]:
                    continue
                break
            cell = next((c for c in self.rows[r] if c.column == column and not c.rest), None)
            if cell is None:
                continue
            if column in self.labels[:2] or lacking:
                self._move(cell, r, 0)
                lacking = lacking or column == self.place.get("level2")

    def _current(self, r: int, column: int) -> str:
        for k in range(r - 1, -1, -1):
            for c in self.rows[k]:
                if c.column == column and not c.rest:
                    return "".join(self.atoms[i].text for i in range(c.start, c.stop))
        return ""

    def _move(self, cell: FoundCell, r: int, to: int) -> None:
        self.rows[r].remove(cell)
        self.rows[to].append(cell)


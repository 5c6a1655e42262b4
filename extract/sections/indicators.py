"""The grid of indicators: column headers, merged labels, and the rows under them."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import Family, key_of

from ..document import Cell
from .parts import IndicatorRow, Parts

LABELS = ("level1", "level2", "key_work", "project")


class IndicatorGrid:
    """Reads headers and rows of indicators into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.current: dict[str, Cell] = {}
        self.columns: list[tuple[int, int, str]] = []
        self.labels: list[Cell] = []

    def header(self, view: Sequence[Cell], r: int) -> bool:
        """Take a row of column headers: what stands below has these columns until the next header."""
        family = self.family
        named = [(c, key_of(c.key)) for c in view if c.row == r]
        known = [(c, k) for c, k in named if k in family.columns or k in family.targets]
        if len(known) < 3 or not any(family.columns.get(k) == "level3" for _, k in known):
            return False
        columns = [
            (c.column, c.column + c.columns, family.columns.get(k) or " ".join(family.targets[k])) for c, k in known
        ]
        for cell, key in named:
            if (cell, key) in known:
                self.tally.heading(cell.pieces)
            else:
                self.tally.leave(cell.pieces)
        names = [n for _, _, n in columns]
        for label in LABELS:
            if label not in names:
                self.current.pop(label, None)
        self.columns = columns
        return True

    def row(self, view: Sequence[Cell], r: int, fresh: bool) -> None:
        by_name: dict[str, Cell] = {}
        for cell in view:
            name = self._column_name(cell)
            if name is None:
                if cell.row == r:
                    self.tally.leave(cell.pieces)
            elif name in by_name and cell.row == r:
                self.tally.leave(cell.pieces)
            else:
                by_name[name] = cell
        new = False
        row: dict[str, Cell] = {}
        for label in LABELS:
            found = by_name.get(label)
            if found is None or found.row != r or (fresh and not found.pieces):
                continue
            now = self.current.get(label)
            if now is not None and found.pieces and now.key == found.key and not new:
                self.tally.ignore(found.pieces)  # a merged label printed again after a page break
                continue
            self.labels.append(found)
            if label == "level1" and found.pieces and self._belated(found, by_name.get("level2"), r):
                self.current[label] = found
                continue
            new = True
            for right in LABELS[LABELS.index(label) :]:
                self.current.pop(right, None)
            if found.pieces:
                self.current[label] = found
        row.update(self.current)
        own = [c for n, c in by_name.items() if n not in LABELS and c.row == r and c.pieces]
        if not own and not new:
            return
        targets = []
        for name, cell in by_name.items():
            if name in LABELS or not cell.pieces:
                continue
            if cell.row == r:
                self.tally.record(cell.pieces)
            if " " in name:
                period, measure = name.split()
                targets.append((period, measure, cell))
            else:
                row[name] = cell
        self.parts.indicators.append(IndicatorRow(row, targets))

    def _belated(self, label: Cell, level2: Cell | None, r: int) -> bool:
        """Give a level-1 label that a page break put below its first rows to those rows too.

        They are the rows above of the same level 2, those that have no level 1 at all, and those whose
        level 2 the vocabulary puts under this label and not under the one they got. Return whether
        the level 2 above goes on.
        """
        rows = self.parts.indicators
        goes_on = (level2 is None or level2.row != r) and "level2" in self.current
        own = self.family.pairs.get(key_of(label.key), frozenset())
        for row in reversed(rows):
            before = row.cells.get("level1")
            second = row.cells.get("level2")
            same = goes_on and second is not None and second is self.current.get("level2")
            key = key_of(second.key) if second is not None else ""
            other = self.family.pairs.get(key_of(before.key), frozenset()) if before is not None else frozenset()
            lacking = before is None and (goes_on or any(name == "key_work" for _, _, name in self.columns))
            if not (same or lacking or (key in own and key not in other)):
                break
            row.cells["level1"] = label
        return goes_on

    def _column_name(self, cell: Cell) -> str | None:
        best, name = 0, None
        for start, stop, column in self.columns:
            overlap = min(stop, cell.column + cell.columns) - max(start, cell.column)
            if overlap > best:
                best, name = overlap, column
        return name

    def finish(self) -> None:
        """Count the labels by whether a row stands under them."""
        used = {id(cell) for row in self.parts.indicators for cell in row.cells.values()}
        for label in self.labels:
            if id(label) in used:
                self.tally.record(label.pieces)
            else:
                self.tally.leave(label.pieces)

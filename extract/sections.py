"""Loose lines and grids → the parts of a form: head, functions, staffing, funds, goals, indicators.

This is the one place that knows what headings and column headers mean, whatever file the grid came
from. Every piece handed in is counted: as record, heading, named-and-ignored, or unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jixiao.normalize.dates import read_year
from jixiao.rules.families import Family, key_of

from .document import Cell, Grid, Piece, Tally
from .headings import split_money, title_key

LABELS = ("level1", "level2", "key_work", "project")


@dataclass(slots=True)
class FundRow:
    """One printed row of the funds: *path* from the outer label to the item, *amounts* by column."""

    side: str
    path: tuple[Cell, ...]
    subtotal: bool
    amounts: list[tuple[str, str, Cell | None]]


@dataclass(slots=True)
class IndicatorRow:
    """One printed row of the indicators: the cells by column name; merged labels stand on every row."""

    cells: dict[str, Cell]
    targets: list[tuple[str, str, Cell]]


@dataclass(slots=True)
class Parts:
    """A form taken apart. Pieces that fit nowhere are in `tally`."""

    title: list[Piece] = field(default_factory=list)
    year: list[Piece] = field(default_factory=list)
    fields: list[tuple[str, str, list[Piece]]] = field(default_factory=list)
    functions: list[Piece] = field(default_factory=list)
    staffing: list[Piece] = field(default_factory=list)
    goals: list[tuple[str, list[Piece]]] = field(default_factory=list)
    funds: list[FundRow] = field(default_factory=list)
    indicators: list[IndicatorRow] = field(default_factory=list)
    headings: dict[str, list[Piece]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)


def read_sections(blocks: Iterable[Grid | Piece], family: Family) -> Parts:
    """Return the parts of the form that *blocks* hold, in the family's vocabulary."""
    walker = _Walker(family)
    for block in blocks:
        if isinstance(block, Grid):
            walker.grid(block)
        else:
            walker.line(block)
    walker.finish()
    return walker.parts


class _Walker:
    def __init__(self, family: Family) -> None:
        self.family = family
        self.parts = Parts()
        self.tally = self.parts.tally
        self.section = ""
        self.seen_grid = False
        self.current: dict[str, Cell] = {}
        self.columns: list[tuple[int, int, str]] = []
        self.side = ""
        self.measures: list[tuple[int, int, str, str]] = []
        self.loose: list[Piece] = []
        self.labels: list[Cell] = []

    # --- loose lines -------------------------------------------------------------------------------

    def line(self, piece: Piece) -> None:
        """A line outside all grids: part of the title, the year, a field, or unread."""
        parts, key = self.parts, key_of(piece.text)
        if not key:
            self.tally.ignore([piece])
            return
        if not parts.title and self._is_title(title_key(piece.text)):
            parts.title = [*self._title_start(key), piece]
            self.tally.record(parts.title)
            return
        if self._colon_field(piece):
            return
        if parts.title and not parts.year and len(key) <= 12 and read_year(piece.text) is not None:
            parts.year = [piece]
            self.tally.record([piece])
            return
        if parts.title and key == key_of("".join(p.text for p in parts.title)):
            self.tally.ignore([piece])  # the title printed again on a new page
            return
        if (parts.year and key == key_of(parts.year[0].text)) or key in self.family.ignored:
            self.tally.ignore([piece])
            return
        self.loose.append(piece)

    def _is_title(self, key: str) -> bool:
        return any(t in key for t in self.family.titles) or ("绩效" in key and key.endswith("表") and len(key) <= 60)

    def _title_start(self, key: str) -> list[Piece]:
        """Return the lines just above that begin a title too long for one line."""
        if self.loose and key[0] not in "2" and len(key) < 10 and not self._is_title(key_of(self.loose[-1].text)):
            last = self.loose[-1]
            if "绩效" not in key and not key_of(last.text).startswith("附"):
                self.loose.pop()
                return [last]
        return []

    def _colon_field(self, piece: Piece) -> bool:
        """Read ``label：value`` lines, one or several to a line."""
        body = piece.text
        name, _, rest = body.strip().partition(" ")
        if rest.strip() and self.family.labels.get(key_of(name)) == "personal" and piece.raw == body:
            start = body.index(rest, len(name))
            self.tally.heading([replace(piece, text=body[:start], raw=body[:start])])
            tail = replace(piece, text=body[start:], raw=body[start:], column=piece.column + start)
            self._field("personal", key_of(name), [tail])
            return True
        for mark in ("：", ":"):
            label, found, value = body.partition(mark)
            kind = self.family.labels.get(key_of(label))
            if found and kind is not None and value.strip():
                value_text = value.strip()
                start = body.index(value_text, len(label))
                head = Piece(body[:start], piece.raw[:start], piece.page, piece.line, piece.column, piece.box, piece.steps)
                tail = Piece(body[start:], piece.raw[start:], piece.page, piece.line, piece.column + start, piece.box, piece.steps)
                if piece.raw != body:
                    head = Piece("", "", piece.page, piece.line)
                    tail = Piece(value_text, piece.raw, piece.page, piece.line, piece.column, piece.box, piece.steps)
                self.tally.heading([head])
                self._field(kind, key_of(label), [tail])
                return True
        return False

    def _field(self, kind: str, label: str, value: list[Piece]) -> None:
        self.tally.record(value)
        self.parts.fields.append((kind, label, value))

    # --- grids ---------------------------------------------------------------------------------------

    def grid(self, grid: Grid) -> None:
        """Read one grid, row by row, with the cells that span each row."""
        covering: list[Cell] = []
        fresh = True
        for r, row in enumerate(grid.rows):
            covering = [c for c in covering if c.row + c.rows > r]
            view = sorted([*covering, *row.cells], key=lambda c: c.column)
            covering += [c for c in row.cells if c.rows > 1]
            if self._header(view, r):
                continue
            self._row(view, r, fresh)
            fresh = False

    def _header(self, view: Sequence[Cell], r: int) -> bool:
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
        self.columns, self.section = columns, "indicators"
        return True

    def _row(self, view: Sequence[Cell], r: int, fresh: bool) -> None:
        if not view:
            return
        lead = view[0]
        name, _ = split_money(key_of(lead.key))
        kind = self.family.headings.get(name)
        if self.section == "indicators" and self.columns and kind in (None, "indicators"):
            if kind is not None:
                if lead.row == r:
                    self.tally.heading(lead.pieces)
                view = view[1:]
            self._indicator(view, r, fresh)
            return
        if kind is not None:
            self._section(kind, lead, view[1:], r)
            return
        if self.family.labels.get(name) is not None:
            self._fields(view, r)
            return
        self.tally.leave(p for c in view if c.row == r for p in c.pieces)

    def _section(self, kind: str, lead: Cell, rest: Sequence[Cell], r: int) -> None:
        parts = self.parts
        if lead.row == r:
            self.tally.heading(lead.pieces)
            parts.headings.setdefault(kind, []).extend(lead.pieces)
            if kind == "funds":
                self.side, self.measures = "", []
        self.section = kind
        if kind == "funds":
            self._fund(rest, r)
            return
        own = [c for c in rest if c.row == r]
        pieces = [p for c in own for p in c.pieces]
        if kind == "functions":
            parts.functions += pieces
        elif kind == "staffing":
            parts.staffing += pieces
        elif kind in ("long_term", "annual", "annual_actual"):
            if parts.goals and parts.goals[-1][0] == kind:
                parts.goals[-1][1].extend(pieces)
            elif pieces:
                parts.goals.append((kind, pieces))
        else:
            self.tally.leave(pieces)
            return
        self.tally.record(pieces)

    def _fields(self, view: Sequence[Cell], r: int) -> None:
        """Label, value, label, value … in one row."""
        i = 0
        while i < len(view):
            cell = view[i]
            key = key_of(cell.key).rstrip(":")
            kind = self.family.labels.get(key)
            if kind is None:
                self.tally.leave(p for p in cell.pieces if cell.row == r)
                i += 1
                continue
            self.tally.heading(cell.pieces)
            value = view[i + 1] if i + 1 < len(view) else None
            if value is not None and self.family.labels.get(key_of(value.key)) is None:
                if value.pieces:
                    self._field(kind, key, list(value.pieces))
                i += 2
            else:
                i += 1

    # --- funds -----------------------------------------------------------------------------------------

    def _fund(self, cells: Sequence[Cell], r: int) -> None:
        family = self.family
        names: list[Cell] = []
        amounts: list[Cell] = []
        header: list[Cell] = []
        for cell in cells:
            key, unit = split_money(key_of(cell.key))
            if not key:
                if cell.row == r and cell.pieces:
                    self.tally.heading(cell.pieces)
                    self.parts.headings.setdefault("funds", []).extend(cell.pieces)
                continue
            if cell.row == r and unit and key in family.measures:
                self.parts.headings.setdefault("funds", []).extend(cell.pieces)
            if cell.row == r and key in family.measures:
                header.append(cell)
            elif key in family.sides and not names:
                if cell.row == r:
                    if family.sides[key] != self.side:
                        self.side = family.sides[key]
                        self.tally.heading(cell.pieces)
                    else:
                        self.tally.ignore(cell.pieces)
            elif is_amount(key) and (names or cell.column >= 4):
                amounts.append(cell)
            else:
                names.append(cell)
        if header:
            if not any(key_of(c.key) in family.sides and c.row == r for c in cells) and self.parts.funds:
                self.side = ""  # another block begins, and its label stands further down
            self.measures = [
                (c.column, c.column + c.columns, *family.measures[split_money(key_of(c.key))[0]]) for c in header
            ]
            self.tally.heading(p for c in header for p in c.pieces)
        own = [c for c in names if c.row == r]
        if not own and not amounts:
            return
        if not names:
            self.tally.leave(p for c in amounts for p in c.pieces)
            return
        path = names
        subtotal = key_of(path[-1].key) in family.subtotals
        if subtotal:
            self.tally.heading(path[-1].pieces)
            path = path[:-1]
        for cell in own:
            if cell in path:
                self.tally.record(cell.pieces)
        if not path:
            self.tally.leave(p for c in amounts for p in c.pieces)
            return
        self.parts.funds.append(FundRow(self.side, tuple(path), subtotal, self._amounts(amounts)))

    def _amounts(self, cells: Sequence[Cell]) -> list[tuple[str, str, Cell | None]]:
        out: list[tuple[str, str, Cell | None]] = []
        if not self.measures:
            if len(cells) == 1:
                self.tally.record(cells[0].pieces)
                return [("full_year", "budget", cells[0])]
            self.tally.leave(p for c in cells for p in c.pieces)
            return []
        left = list(cells)
        for start, stop, period, measure in self.measures:
            here = [c for c in left if c.column < stop and c.column + c.columns > start]
            cell = here[0] if here else None
            if cell is not None:
                left.remove(cell)
                self.tally.record(cell.pieces)
            out.append((period, measure, cell))
        self.tally.leave(p for c in left for p in c.pieces)
        return out

    # --- indicators --------------------------------------------------------------------------------------

    def _indicator(self, view: Sequence[Cell], r: int, fresh: bool) -> None:
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
        """Count the labels by whether a row stands under them, and leave the loose lines that came to nothing."""
        used = {id(cell) for row in self.parts.indicators for cell in row.cells.values()}
        for label in self.labels:
            if id(label) in used:
                self.tally.record(label.pieces)
            else:
                self.tally.leave(label.pieces)
        self.tally.leave(self.loose)


def is_amount(key: str) -> bool:
    """Tell whether a cell's key is a printed amount: digits, or a dash where a figure would stand."""
    for unit in ("万元", "亿元", "千元", "元"):
        key = key.removesuffix(unit)
    return bool(key) and (key[-1] in "0123456789.,，" or key.strip("-—–/*") == "") and all(
        ch in "0123456789.,，-+—–/*" for ch in key
    )

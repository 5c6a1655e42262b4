"""Pages of one table of indicators put together: rows and labels that a page's end cut, and what is to be asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jixiao.extract.document import Grid, Piece
from jixiao.normalize.targets import read_target
from jixiao.normalize.units import is_unit
from jixiao.rules.families import Family, key_of

from .costs import begins_value, looks_like_target
from .grids import GridBuilder
from .layout_labels import Run
from .layout_page import Header, Line, piece_of_atoms
from .layout_prices import LABELS, TablePrices, has_digit, is_signed
from .layout_rows import FoundRow, Stretch
from .odd import cut_apart, odd_name, odd_row, parted
from .words import cuts_word

CLEAR_MARGIN = 2.0
"""A reading this much cheaper than the next best is taken for sure; a closer one is in doubt."""


@dataclass(slots=True)
class Part:
    """The lines of one page under a header: *header* if it is printed on that page, its own lines left out."""

    lines: list[Line]
    header: Header | None
    header_lines: list[Line]


@dataclass(slots=True)
class Page:
    """What one page came to."""

    rows: list[FoundRow]
    runs: dict[int, list[tuple[Run, list[FoundRow]]]] = field(default_factory=dict)


class PageStitcher(TablePrices):
    """Puts the pages of a table together into a grid."""

    def __init__(self, family: Family, words: Sequence[str], projects: frozenset[str]) -> None:
        super().__init__(family, words, projects)
        self.furniture: list[Piece] = []
        self.doubtful: set[int] = set()  # lines of the text that hold a value of either column
        self.labels = [i for i, k in enumerate(self.kinds) if k in LABELS]
        self.targets = frozenset(i for i, k in enumerate(self.kinds) if k == "target")
        self.own = [i for i in range(len(words)) if i not in self.labels]
        self.name = self.kinds.index("level3") if "level3" in self.kinds else self.own[0]

    def stitch(self, parts: Sequence[Part], pages: Sequence[Page], widths: Mapping[int, float]) -> Grid:
        rows: list[FoundRow] = []
        cells: dict[int, dict[int, tuple[list[Piece], float]]] = {}  # row id → column → pieces, confidence
        last: dict[int, tuple[list[Piece], Stretch | None]] = {}  # column → the open label, its last line
        waiting: dict[int, FoundRow] = {}  # column → the first row whose label is on the next page
        ahead = [*(p.rows[0] if p.rows else None for p in pages[1:]), None]  # the row at the top of the next page
        for number, page in enumerate(pages):
            self._doubt_neighbours(page)
            cut = bool(number and rows and page.rows and self._row_goes_on(rows[-1], page.rows[0], widths))
            for k, row in enumerate(page.rows):
                joined = cut and k == 0
                below = page.rows[k + 1] if k + 1 < len(page.rows) else ahead[number]
                above = page.rows[k - 1] if k else rows[-1] if rows and not joined else None
                odd = self._odd(row) or (below is not None and self._is_rest(row, below))
                odd = odd or (above is not None and self._cut(above, row))
                sure = 1.0 if row.margin >= CLEAR_MARGIN and not odd else 0.5
                into = rows[-1] if cut and k == 0 else row
                own = cells.setdefault(id(into), {})
                for column, stretches in row.cells.items():
                    pieces = [piece_of_atoms(s.atoms) for s in stretches]
                    if column in own:
                        own[column] = ([*own[column][0], *pieces], min(own[column][1], sure))
                    else:
                        own[column] = (pieces, sure)
                if cut and k == 0:
                    into.cells = {**into.cells, **row.cells}
                else:
                    rows.append(row)
            fresh = False  # whether a column further left begins a new label in the page's first row
            for column in self.labels:
                runs = page.runs.get(column, [])
                for k, (run, members) in enumerate(runs):
                    pieces = [piece_of_atoms(s.atoms) for s in run.lines]
                    first = number > 0 and k == 0
                    old = last.get(column)
                    if not members:
                        if pieces and old is not None:
                            old[0].extend(pieces)
                            last[column] = (old[0], run.lines[-1])
                        elif pieces:
                            self._orphan(rows, cells, column, pieces)
                        continue
                    if not pieces:
                        if k == len(runs) - 1 and number + 1 < len(pages) and not first:
                            waiting[column] = members[0]
                        continue
                    start = members[0]
                    if cut and start is page.rows[0]:
                        start = rows[len(rows) - len(page.rows)]
                    if first and not fresh and column not in waiting and old is not None:
                        if key_of("".join(p.text for p in old[0])) == key_of("".join(p.text for p in pieces)):
                            self.furniture += pieces  # printed again on the new page
                            continue
                        if old[1] is not None and self._text_goes_on(
                            old[1], run.lines[0], column, widths, pieces, old[0], cut
                        ):
                            old[0].extend(pieces)
                            last[column] = (old[0], run.lines[-1])
                            continue
                    if first and column in waiting:
                        start = waiting[column]
                    elif first and members[0] is page.rows[0]:
                        fresh = True
                    waiting.pop(column, None)
                    sure = 1.0 if run.margin >= CLEAR_MARGIN else 0.5
                    own = cells.setdefault(id(start), {})
                    if column in own:
                        own[column][0].extend(pieces)
                    else:
                        own[column] = (pieces, sure)
                    last[column] = (own[column][0], run.lines[-1])
        return self._grid(parts, rows, cells)

    def _doubt_neighbours(self, page: Page) -> None:
        """Doubt the rows beside a label without a row that may as well be one of theirs."""
        for runs in page.runs.values():
            for run, members in runs:
                if run.kind != "empty" or run.margin >= CLEAR_MARGIN:
                    continue
                at = page.rows.index(members[0])
                for row in page.rows[max(0, at - 1) : at + 2]:
                    row.margin = min(row.margin, run.margin)

    def _orphan(
        self,
        rows: list[FoundRow],
        cells: dict[int, dict[int, tuple[list[Piece], float]]],
        column: int,
        pieces: list[Piece],
    ) -> None:
        """Give lines without any row a row of their own, in doubt."""
        row = FoundRow({}, 0.0, 0.0, 0.0)
        rows.append(row)
        cells[id(row)] = {column: (pieces, 0.5)}

    def _odd(self, row: FoundRow) -> bool:
        """Tell whether a row was read as no row is printed: a value among the lines of its name, a figure with words behind."""
        texts = {column: "".join(s.text for s in stretches) for column, stretches in row.cells.items()}
        values = [texts[c] for c in sorted(texts) if c in self.targets]
        if any(a.piece.line in self.doubtful for c in self.targets for s in row.cells.get(c, ()) for a in s.atoms):
            return True
        name = texts.get(self.name, "")
        if odd_row(name, values) or key_of(name) in self.projects:  # or a project's name, from the column beside it
            return True
        if any(has_digit(v) and read_target(v).kind == "text" for v in values):
            return True
        lines = row.cells.get(self.name, ())
        if any(cut_apart(s.atoms) for s in lines):
            return True
        atoms = [a.text for s in lines for a in s.atoms]
        if len(atoms) < 2:
            return False
        if any(key_of(t) in self.family.level1 | self.family.level2 for t in atoms):
            return True  # a level beside the name
        return any(is_signed(t) or (has_digit(t) and (looks_like_target(t) >= 0.9 or begins_value(t))) for t in atoms)

    def _is_rest(self, row: FoundRow, below: FoundRow) -> bool:
        """Tell whether *below* looks like the end of *row*: an odd name, a unit without its number, the rest of its figures."""
        name = "".join(s.text for s in below.cells.get(self.name, ()))
        return odd_name(name) or any(is_unit(v) for v in self._values(below).values()) or self._cut(row, below)

    def _cut(self, row: FoundRow, below: FoundRow) -> bool:
        """Tell whether all values of *row* and *below* are together one value each: ≥6.070 above 9万元."""
        values, rests = self._values(row), self._values(below)
        return bool(rests) and all(c in values and parted(values[c], rest) for c, rest in rests.items())

    def _values(self, row: FoundRow) -> dict[int, str]:
        return {c: "".join(s.text for s in stretches) for c, stretches in row.cells.items() if c in self.targets}

    def _row_goes_on(self, row: FoundRow, new: FoundRow, widths: Mapping[int, float]) -> bool:
        """Tell whether *new*, the first row of a page, is the rest of *row*, cut by the page's end."""
        values = [c for c in new.cells if c in self.targets]
        for column in values:
            before = "".join(s.text for s in row.cells.get(column, ()))
            rest = "".join(s.text for s in new.cells[column])
            if not before or looks_like_target(before + rest) < 0.9:
                return False
            whole = read_target(before + rest)
            one = whole.kind in ("number", "range", "date") and (not whole.unit or is_unit(whole.unit))
            if looks_like_target(rest) >= (0.9 if one else 0.6) and looks_like_target(before) >= 0.6:
                return False  # two values of two rows
        if self.name not in new.cells:
            return bool(values)
        if self.name not in row.cells or not any(c in row.cells for c in self.targets):
            return False
        last = row.cells[self.name][-1]
        return last.width >= widths.get(self.name, 0.0) - 4.5

    def _text_goes_on(
        self,
        last: Stretch,
        first: Stretch,
        column: int,
        widths: Mapping[int, float],
        pieces: Sequence[Piece],
        old: Sequence[Piece],
        cut: bool,
    ) -> bool:
        """Tell whether a label at the head of a page is the rest of one that the page before began."""
        whole = key_of("".join(p.text for p in [*old, *pieces]))
        known = self.family.level1 | self.family.level2 | self.projects
        if whole in known:
            return True
        if key_of("".join(p.text for p in pieces)) in known or key_of("".join(p.text for p in old)) in known:
            return False
        if last.width >= widths.get(column, 0.0) - 4.5 and cuts_word(last.text, first.text):
            return True
        if first.text[0] in "、，。；：）" or last.text[-1] in "、，；;,":
            return True
        # Only a long text is shared out over two pages; a short one stays whole unless its row is cut.
        full = last.width >= widths.get(column, 0.0) - 3.0
        return full and last.text[-1] != "。" and (cut or self.kinds[column] == "key_work")

    def _grid(
        self,
        parts: Sequence[Part],
        rows: Sequence[FoundRow],
        cells: Mapping[int, Mapping[int, tuple[list[Piece], float]]],
    ) -> Grid:
        builder = GridBuilder(len(self.words))
        builder.labels = set(self.labels)
        header = parts[0].header
        assert header is not None
        builder.add([(i, 1, [a.piece for a in c.atoms], 1.0) for i, c in enumerate(header.cells)])
        for part in parts[1:]:
            if part.header is not None:
                self.furniture += [a.piece for c in part.header.cells for a in c.atoms]
        for row in rows:
            own = cells.get(id(row), {})
            builder.add([(c, 1, pieces, sure) for c, (pieces, sure) in sorted(own.items())])
        return builder.grid()

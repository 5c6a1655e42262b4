"""The table of indicators in a dump that keeps the layout: pages under one header → rows with merged labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from jixiao.extract.document import Grid, Piece
from jixiao.normalize.characters import fold_width
from jixiao.normalize.comparators import find_comparator
from jixiao.normalize.targets import read_target
from jixiao.normalize.units import is_unit
from jixiao.rules.families import Family, key_of

from .atoms import Atom
from .costs import begins_value, looks_like_target
from .grids import GridBuilder
from .layout_columns import find_columns, place_lines, spans_of
from .layout_labels import NO_WAY, LabelTask, Run, Unit, apart, ends_twice, match_labels
from .layout_page import Header, Line, cut_cells, heights_of, piece_of_atoms, text_width
from .layout_rows import FoundRow, RowTask, Stretch, cut_rows, even_heights, stretch_of
from .layout_values import settle_values
from .odd import cut_apart, odd_name, odd_row, parted
from .words import cuts_word

LABELS = ("level1", "level2", "key_work", "project")
CLEAR_MARGIN = 2.0
"""A reading this much cheaper than the next best is taken for sure; a closer one is in doubt."""
_SURE_VALUE = 0.9
_LONGEST_NAME = 60
_SYLLABLES = 4
"""So many characters within a project's name are seldom a part of anything else."""
_SIGNED = 6.0
"""What it costs that a value with its comparator stands among words: it must lie very far from the values' columns."""


@dataclass(slots=True)
class Part:
    """The lines of one page under a header: *header* if it is printed on that page, its own lines left out."""

    lines: list[Line]
    header: Header | None
    header_lines: list[Line]


@dataclass(slots=True)
class _Label:
    """A merged cell: its pieces, the row it begins at, how sure it is."""

    pieces: list[Piece]
    row: FoundRow
    sure: float


@dataclass(slots=True)
class _Page:
    """What one page came to."""

    rows: list[FoundRow]
    runs: dict[int, list[tuple[Run, list[FoundRow]]]] = field(default_factory=dict)


class GridReader:
    """Reads the parts of one table, page by page, into a grid."""

    def __init__(self, family: Family, words: Sequence[str], projects: frozenset[str], top: bool) -> None:
        self.family = family
        self.words = tuple(words)
        self.projects = projects
        self.top = top
        self.furniture: list[Piece] = []
        self.doubtful: set[int] = set()  # lines of the text that hold a value of either column
        self.cost = 0.0
        """What the merged labels cost where they stand: the less, the likelier the reading."""
        self.kinds = [self._kind(w) for w in words]
        self.labels = [i for i, k in enumerate(self.kinds) if k in LABELS]
        self.targets = frozenset(i for i, k in enumerate(self.kinds) if k == "target")
        self.apart = self.targets
        """Columns of short cells, whose lines keep rows apart."""
        self.own = [i for i in range(len(words)) if i not in self.labels]
        self.name = self.kinds.index("level3") if "level3" in self.kinds else self.own[0]
        self._parts_of_labels = _fragments(family.level1), _fragments(family.level2), _fragments(projects, inner=True)

    def _kind(self, word: str) -> str:
        if word in self.family.targets:
            return "target"
        kind = self.family.columns.get(word, "other")
        return kind if kind in (*LABELS, "level3") else "other"

    # --- prices ---------------------------------------------------------------------------------

    def fragment_price(self, column: int, text: str) -> float:
        """Return the cost of one printed line of a cell standing in *column*."""
        kind, key = self.kinds[column], key_of(text)
        if kind == "target":
            return 1.5 * (1.0 - looks_like_target(text))
        level1, level2, projects = self._parts_of_labels
        if kind == "level1":
            return 0.0 if key in level1 else 3.0 if key in self.family.level2 else 2.2
        if kind == "level2":
            if key in self.family.level1 and key not in self.family.level2:
                return 2.5
            return (
                -1.0 if key in self.family.level2 else 0.0 if key in level2 else 0.5 + looks_like_target(text)
            )
        if kind == "project":
            known = -0.8 if len(key) >= 4 else 0.0
            return known if key in projects else (1.2 if projects else 0.5) + looks_like_target(text)
        if kind == "other":
            return 0.3
        known = key in self.family.level1 or key in self.family.level2 or (len(key) >= 5 and key in projects)
        return looks_like_target(text) + (0.8 if known else 0.2) + (
            _SIGNED if kind == "level3" and _is_signed(text) else 0.0
        )

    def cell_price(self, column: int, text: str) -> float:
        """Return the cost of *text* as a whole cell of *column*."""
        kind, key = self.kinds[column], key_of(text)
        family = self.family
        if kind == "target":
            return _value_price(text)
        if kind == "level1":
            return -2.0 if key in family.level1 else 2.5
        if kind == "level2":
            return -2.0 if key in family.level2 else 1.0 + (3.0 if key in family.level1 else 0.0)
        if kind == "project":
            return -2.5 if key in self.projects else 1.0
        if kind == "key_work":
            return 0.5 if len(text) >= 5 else 2.5
        if kind == "level3":
            return 0.3 + max(0, len(text) - 36) * 0.3 + (2.0 if len(text) < 4 else 0.0)
        return 0.3

    # --- reading ----------------------------------------------------------------------------------

    def read(self, parts: Sequence[Part]) -> Grid:
        """Return the grid that *parts* make up."""
        placed: list[tuple[Part, list[dict[int, list[Atom]]]]] = []
        hints: list[int] = []
        for part in parts:
            lines = part.lines = [cut_cells(line) for line in part.lines]
            if not lines and part.header is not None:
                lines = part.header_lines
            starts = find_columns(lines, len(self.words), part.header, hints, self.fragment_price, self.name)
            widest = max(
                (line.atoms[-1].piece.column + len(line.atoms[-1].piece.raw) for line in lines), default=1
            )
            hints = [*starts, max(1, widest)]
            spans = spans_of([*part.header_lines, *lines], starts)
            body = place_lines(part.lines, spans, self.fragment_price, self.apart)
            settled, doubtful = settle_values(part.lines, body, sorted(self.targets))
            self.doubtful |= {part.lines[n].atoms[0].piece.line for n in doubtful}
            placed.append((part, settled))
        widths = self._widths([cells for _, body in placed for cells in body])
        pages = []
        for n, (part, body) in enumerate(placed):
            after = n + 1 < len(placed) and placed[n + 1][0].header is None
            pages.append(self._page(part, body, widths, n > 0, n + 1 < len(placed), after))
        return self._stitch(parts, pages, widths)

    def _widths(self, body: Sequence[Mapping[int, Sequence[Atom]]]) -> dict[int, float]:
        """Return the width of each column: that of its widest lines, single far wider ones left aside."""
        found: dict[int, list[float]] = {}
        for cells in body:
            for column, atoms in cells.items():
                found.setdefault(column, []).append(text_width(atoms))
        widths = {}
        for column, every in found.items():
            every.sort(reverse=True)
            fit = [w for n, w in enumerate(every) if n + 2 < len(every) and every[n + 2] >= w - 2.5]
            widths[column] = fit[0] if fit and fit[0] >= 0.6 * every[0] else every[0]
        return widths

    def _page(
        self,
        part: Part,
        body: Sequence[Mapping[int, Sequence[Atom]]],
        widths: Mapping[int, float],
        before: bool,
        after: bool,
        bare: bool,
    ) -> _Page:
        n_header = len(part.header_lines)
        heads: list[Mapping[int, Sequence[Atom]]] = [{} for _ in range(n_header)]
        heights = heights_of([*part.header_lines, *part.lines], [*heads, *body])
        above = heights[n_header - 1] if n_header else None
        heights = heights[n_header:]
        blank = 0
        stretches: list[dict[int, Stretch]] = []
        for i, (line, cells) in enumerate(zip(part.lines, body, strict=True)):
            blank += line.gap
            stretches.append({c: stretch_of(i, heights[i], blank, atoms) for c, atoms in cells.items()})
        own = [{c: s for c, s in cells.items() if c not in self.labels} for cells in stretches]
        task = RowTask(
            self.own,
            self.name,
            widths,
            self.cell_price,
            self.top,
            goes_on=before,
            values=self.apart,
            figure=_is_figure,
        )
        rows = cut_rows([cells for cells in own if cells], task)
        if min((r.margin for r in rows), default=9.0) < 2.5:
            task.cuts = cuts_word  # a dictionary is asked only where nothing else decides
            rows = cut_rows([cells for cells in own if cells], task)
        moved = even_heights(rows) if not self.top else lambda y: y
        above = moved(above) if above is not None else None
        labels = {
            c: [replace(cells[c], y=moved(cells[c].y)) for cells in stretches if c in cells]
            for c in self.labels
        }
        best: tuple[float, _Page] | None = None
        # A blank cell in the rightmost merged column looks like a part of its neighbour: try both readings.
        for way in ("", "loosely", "apart") if len(self.labels) > 2 and len(rows) > 1 and not self.top else ("",):
            if way == "apart" and best is not None and best[0] < NO_WAY and not _says_twice(best[1]):
                break
            page = _Page(list(rows))
            total = 0.0
            sure = True
            units = [Unit(r.top, r.bottom, r.centre) for r in rows]
            members: list[list[FoundRow]] = [[r] for r in rows]
            glue: dict[int, float] = {}
            lines_of = labels
            for column in reversed(self.labels):
                kind = self.kinds[column]
                label = LabelTask(
                    widths.get(column, 0.0),
                    lambda text, c=column: self.cell_price(c, text),  # type: ignore[misc]
                    self.top,
                    before,
                    after,
                    above,
                    none=2.0 if kind in ("project", "key_work") else 4.0,
                    empty=3.0 if kind == "level2" else 7.0,
                    glue=glue,
                    longest=12 if kind in ("level1", "project") else 24 if kind == "level2" else 40,
                )
                if way == "loosely" and kind == "project":
                    label.none, label.join = 0.3, 1.0
                elif way == "apart" and kind in ("project", "key_work"):
                    label.join = 3.0
                lines = lines_of[column]
                runs, cost = match_labels(lines, units, label)
                if min((r.margin for r in runs), default=9.0) < 2.5 and kind != "level1":
                    label.cuts = cuts_word  # a dictionary is asked only where nothing else decides
                    runs, cost = match_labels(lines, units, label)
                total += cost
                sure = sure and min((r.margin for r in runs), default=9.0) >= 2.5
                units, members = self._merge(page, column, runs, units, members)
                if not self.top and any(run.kind == "empty" for run in runs):
                    units, spread = apart(units, {u for u, group in enumerate(members) if not group[0].cells})
                    labels_left = [c for c in self.labels if c < column]
                    lines_of = {**lines_of, **{c: [replace(s, y=spread(s.y)) for s in lines_of[c]] for c in labels_left}}
                glue = self._glue(page, column, members) if self.top else {}
            if best is None or total + 1.5 < best[0]:
                best = (total, page)
            if sure:
                break
        assert best is not None
        self.cost += best[0]
        return best[1]

    def _merge(
        self,
        page: _Page,
        column: int,
        runs: Sequence[Run],
        units: Sequence[Unit],
        members: Sequence[list[FoundRow]],
    ) -> tuple[list[Unit], list[list[FoundRow]]]:
        """Return the units that the labels of *column* make of *units*; rows for labels without any are added."""
        new_units: list[Unit] = []
        new_members: list[list[FoundRow]] = []
        found = page.runs[column] = []
        for run in runs:
            if run.kind == "empty":
                first, last = run.lines[0].y, run.lines[-1].y
                row = FoundRow({}, first, last, (first + last) / 2)
                place = page.rows.index(new_members[-1][-1]) + 1 if new_members else 0
                page.rows.insert(place, row)
                new_units.append(Unit(row.top, row.bottom, row.centre))
                new_members.append([row])
                found.append((run, [row]))
                continue
            rows = [r for group in members[run.start : run.stop] for r in group]
            found.append((run, rows))
            if not rows:
                continue
            own = units[run.start : run.stop]
            open_end = run.start == 0 or run.stop == len(units)
            if not run.lines and not open_end:
                new_units += own
                new_members += members[run.start : run.stop]
                continue
            ys = [s.y for s in run.lines]
            if self.top:
                # A label at the top says nothing of where its run ends: the rows stay apart, only held together.
                new_units += [*own[:-1], Unit(own[-1].top, max([own[-1].bottom, *ys]), own[-1].centre)]
                new_members += members[run.start : run.stop]
                continue
            top, bottom = min([own[0].top, *ys]), max([own[-1].bottom, *ys])
            centre = (ys[0] + ys[-1]) / 2 if ys and not self.top else (own[0].centre + own[-1].centre) / 2
            new_units.append(Unit(top, bottom, centre))
            new_members.append(rows)
        return new_units, new_members

    def _glue(self, page: _Page, column: int, members: Sequence[list[FoundRow]]) -> dict[int, float]:
        """Return the units that belong with the one above by *column*'s labels, and what parting them costs."""
        held: dict[int, float] = {}
        for run, rows in page.runs[column]:
            ids = {id(r) for r in rows}
            own = [u for u, group in enumerate(members) if id(group[0]) in ids]
            for u in own[1:]:
                held[u] = 2.5 if run.lines else 0.0
        return held

    # --- pages put together -------------------------------------------------------------------------

    def _stitch(self, parts: Sequence[Part], pages: Sequence[_Page], widths: Mapping[int, float]) -> Grid:
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

    def _doubt_neighbours(self, page: _Page) -> None:
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
        if any(_has_digit(v) and read_target(v).kind == "text" for v in values):
            return True
        lines = row.cells.get(self.name, ())
        if any(cut_apart(s.atoms) for s in lines):
            return True
        atoms = [a.text for s in lines for a in s.atoms]
        if len(atoms) < 2:
            return False
        if any(key_of(t) in self.family.level1 | self.family.level2 for t in atoms):
            return True  # a level beside the name
        return any(_is_signed(t) or (_has_digit(t) and (looks_like_target(t) >= 0.9 or begins_value(t))) for t in atoms)

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


def _says_twice(page: _Page) -> bool:
    """Tell whether a label of *page* is one and the same text twice: 履职 / 履职, printed on every row."""
    return any(ends_twice(run.lines[:k]) for runs in page.runs.values() for run, _ in runs for k in range(2, len(run.lines) + 1))


def _is_signed(text: str) -> bool:
    """Tell whether *text* is a value, or the first line of one, that begins with a comparator: ≥50个, 不超过六天, 不多于两.

    No name's line reads so.
    """
    compared = bool(find_comparator(fold_width(text))[0])
    if looks_like_target(text) < _SURE_VALUE:
        return compared and _is_figure(text)
    return compared or (_has_digit(text) and looks_like_target(text) >= 0.95)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_figure(text: str) -> bool:
    return read_target(text).kind in ("number", "range", "date")


def _value_price(text: str) -> float:
    """Return the cost of *text* as a whole value: one that reads as a number must have a unit that is one."""
    value = read_target(text)
    if value.kind in ("number", "range") and value.unit and not is_unit(value.unit):
        return 3.0 if value.unit[0] in "%％" else 1.0
    if value.kind == "text":
        return 4.0 * (1.0 - min(0.5, looks_like_target(text)))
    return 4.0 * (1.0 - looks_like_target(text))


def _fragments(words: frozenset[str], inner: bool = False) -> frozenset[str]:
    """Return all beginnings and ends of *words*; with *inner* what stands within them too, if it is no mere syllable.

    The middle line of a long name is neither its beginning nor its end.
    """
    out = set()
    for word in words:
        for n in range(1, len(word) + 1):
            out.add(word[:n])
            out.add(word[-n:])
        if inner and len(word) <= _LONGEST_NAME:
            out.update(word[i:k] for i in range(1, len(word)) for k in range(i + _SYLLABLES, len(word)))
    return frozenset(out)

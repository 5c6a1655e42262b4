"""The table of indicators in a dump that keeps the layout: pages under one header → rows with merged labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jixiao.extract.document import Grid
from jixiao.rules.families import Family

from .atoms import Atom
from .layout_columns import find_columns, place_lines, spans_of
from .layout_labels import NO_WAY, LabelTask, Run, Unit, apart, ends_twice, match_labels
from .layout_page import cut_cells, heights_of, text_width
from .layout_prices import is_figure
from .layout_rows import FoundRow, RowTask, Stretch, cut_rows, even_heights, stretch_of
from .layout_stitch import Page, PageStitcher, Part
from .layout_values import settle_values
from .words import cuts_word


class GridReader(PageStitcher):
    """Reads the parts of one table, page by page, into a grid."""

    def __init__(self, family: Family, words: Sequence[str], projects: frozenset[str], top: bool) -> None:
        super().__init__(family, words, projects)
        self.top = top
        self.cost = 0.0
        """What the merged labels cost where they stand: the less, the likelier the reading."""
        self.apart = self.targets
        """Columns of short cells, whose lines keep rows apart."""

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
        return self.stitch(parts, pages, widths)

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
    ) -> Page:
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
            figure=is_figure,
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
        best: tuple[float, Page] | None = None
        # A blank cell in the rightmost merged column looks like a part of its neighbour: try both readings.
        for way in ("", "loosely", "apart") if len(self.labels) > 2 and len(rows) > 1 and not self.top else ("",):
            if way == "apart" and best is not None and best[0] < NO_WAY and not _says_twice(best[1]):
                break
            page = Page(list(rows))
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
        page: Page,
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

    def _glue(self, page: Page, column: int, members: Sequence[list[FoundRow]]) -> dict[int, float]:
        """Return the units that belong with the one above by *column*'s labels, and what parting them costs."""
        held: dict[int, float] = {}
        for run, rows in page.runs[column]:
            ids = {id(r) for r in rows}
            own = [u for u, group in enumerate(members) if id(group[0]) in ids]
            for u in own[1:]:
                held[u] = 2.5 if run.lines else 0.0
        return held

def _says_twice(page: Page) -> bool:
    """Tell whether a label of *page* is one and the same text twice: 履职 / 履职, printed on every row."""
    return any(ends_twice(run.lines[:k]) for runs in page.runs.values() for run, _ in runs for k in range(2, len(run.lines) + 1))



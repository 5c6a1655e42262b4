"""A flattened dump of a form whose indicators have columns of their own for signs, units, points or reasons.

The lines are laid out as the rows of grids: labels and values, the funds by their lines, headings with their text,
and the table by what stands in its columns. What can be laid in two ways stays a loose line, and so unread.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

from jixiao.extract.document import Block, FormReader, Piece
from jixiao.extract.gridded import Gridded, GriddedReader
from jixiao.extract.sections.header import numbers_columns
from jixiao.extract.sections.words import bare, heading, is_placeholder, label, level_names, looks_like_label
from jixiao.normalize.characters import fold_width
from jixiao.normalize.units import is_unit
from jixiao.rules.families import GOALS, Family, key_of

from .atoms import MAX_PARTS, Atom, Words, line_end, line_pieces
from .flat_lines import is_figure
from .grids import GridBuilder, one_row
from .lined_funds import LinedFunds
from .lined_goals import LinedGoals
from .lined_header import LinedColumn, is_whole, read_divided_header, read_header
from .lined_rows import LinedRows
from .sheet import Sheet

_APART = 2
_CONTINUED = ("续表", "续上表", "(续表)", "(续)", "续")


@cache
def _words(family: Family) -> tuple[Words, Words]:
    return Words(family.headings, money=True), Words(family.labels)


def reader_of(sheet: Sheet, family: Family) -> FormReader | None:
    """Return a reader if the dump's table is of this kind, else None."""
    laid = Lined(sheet, family)
    if not laid.tables:
        return None
    return GriddedReader(Gridded("text", sheet.pages, tuple(laid.blocks()), tuple(laid.furniture)), family)


@dataclass(slots=True)
class _Table:
    """A header's atoms *start*–*stop*, its columns, and where its rows end; *over* are those over divided columns."""

    start: int
    columns: list[LinedColumn]
    stop: int
    end: int
    over: list[Atom]


class Lined:
    """Lays one dump out with the vocabulary of one family."""

    def __init__(self, sheet: Sheet, family: Family) -> None:
        self.family = family
        self.furniture = list(sheet.furniture)
        self.headings, self.labels = _words(family)
        # A unit in a column of its own stands apart from its figure as one of a font of its own does.
        self.atoms = sheet.lines.words
        self.tables = self._tables()
        if self.tables and not any(map(self._keeps_parts, self.tables)):
            self.atoms = sheet.lines.values
            self.tables = self._tables()
        self.funds = LinedFunds(self.atoms, family)
        self.goals = LinedGoals(self.atoms, self.headings, family)
        self.out: list[Block] = []
        self.summed = 0

    def _keeps_parts(self, table: _Table) -> bool:
        """Tell whether figures stand apart from units, or comparators from figures, as cells of their own."""
        names = {c.name for c in table.columns}
        own = self.atoms[table.stop : table.end]
        apart = sum(
            not b.first and a.text[-1:].isdigit() and is_unit(fold_width(b.text)) for a, b in pairwise(own)
        )  # set so in all of the text
        return "unit" in names or ("comparator" in names and apart < _APART)

    # --- tables -----------------------------------------------------------------------------------------

    def _tables(self) -> list[_Table]:
        atoms = self.atoms
        found: list[_Table] = []
        done = 0
        for i in self._before_levels():
            if i < done:
                continue
            start = self._header_start(i)
            header = self._header(start) if start is not None else None
            if header is None or start is None:
                continue
            columns, stop = header
            if any(c.name == "half_year target" for c in columns):
                return []  # the rows of such a table are told by their widths
            held = {k for c in columns for k in range(c.start, c.stop)}
            over = [atoms[k] for k in range(start, stop) if k not in held]
            found.append(_Table(start, columns, stop, self._end(stop), over))
            done = found[-1].end
        return found

    def _header(self, start: int) -> tuple[list[LinedColumn], int] | None:
        """Return the columns of the header that begins at atom *start*, and where it ends."""
        columns = read_header(self.atoms, start, self.family)
        if columns is not None:
            return columns, columns[-1].stop
        return read_divided_header(self.atoms, start, self.family)

    def _before_levels(self) -> list[int]:
        """Return the atoms, in order, shortly behind which the name of a level stands: elsewhere no header begins."""
        keys = [key_of(atom.text) for atom in self.atoms]
        stops = list(accumulate(map(len, keys)))
        near: set[int] = set()
        for start, stop in level_names("".join(keys), self.family):
            # The label beside a header stands before it, and its first column may be in pieces.
            near.update(range(max(0, bisect_right(stops, start) - 2 * MAX_PARTS), bisect_left(stops, stop) + 1))
        return sorted(near)

    def _header_start(self, i: int) -> int | None:
        """Return where a header may begin whose line, or the label beside it, begins at atom *i*."""
        if not self.atoms[i].first:
            return None
        known = heading(key_of(self.atoms[i].text), self.family)
        if known is not None and known.name == "indicators" and i + 1 < len(self.atoms):
            return i + 1  # 绩效指标（90分）
        beside = self.headings.match(self.atoms, i, len(self.atoms))
        if beside is not None and self.family.headings[beside[0]] == "indicators" and beside[1] < len(self.atoms):
            return beside[1]
        return i

    def _end(self, start: int) -> int:
        """Return where the rows end: at a sum, a heading, a field, or another header."""
        levels = self.family.level1 | self.family.level2
        for i in range(start, len(self.atoms)):
            if not self.atoms[i].first or bare(key_of(self.atoms[i].text)) in levels:
                continue
            key = key_of(self.atoms[i].text)
            found = self.headings.match(self.atoms, i, len(self.atoms))
            begins = self._header_start(i)
            named = heading(key, self.family)
            if (
                self._is_sum(key)
                or (named is not None and named.name != "indicators")
                or label(key.partition(":")[0], self.family) is not None
                or (found is not None and self.family.headings[found[0]] != "indicators")
                or (begins is not None and self._header(begins) is not None)
            ):
                return i
        return len(self.atoms)

    def _is_sum(self, key: str) -> bool:
        core = bare(key)
        return core in (*self.family.totals, "总分", "总得分", "合计得分") or core.endswith(("得分合计", "分值合计"))

    # --- blocks -----------------------------------------------------------------------------------------

    def blocks(self) -> list[Block]:
        at = 0
        for table in self.tables:
            start = table.start
            for i in range(max(at, start - 12), start):
                if self._header_start(i) == start:
                    start = i  # the label beside the header, or printed over several lines before it
                    break
            self._parts(at, start)
            if start < table.start:
                self._row([self._pieces(start, table.start)])
            self._table(table)
            at = max(table.end, self.summed)
        self._parts(at, len(self.atoms))
        return self.out

    def _pieces(self, start: int, stop: int) -> list[Piece]:
        return line_pieces(self.atoms[start:stop])

    def _row(self, cells: Sequence[Sequence[Piece]]) -> None:
        self.out.append(one_row(cells))

    def _table(self, table: _Table) -> None:
        columns = table.columns
        end = line_end(self.atoms, table.stop, table.end) if table.stop < table.end else table.stop
        keys = [key_of(a.text) for a in self.atoms[table.stop : end]]
        # Digits apart are taken for a figure that setting drew apart.
        numbers = numbers_columns(keys) or "".join(keys) == "123456789"[: len(columns)]
        if numbers:
            self.furniture += self._pieces(table.stop, end)  # 1 2 3 … below the header
        atoms = self._without_label(end if numbers else table.stop, table.end)
        found = LinedRows(atoms, columns, self.family).table()
        builder = GridBuilder(len(columns))
        builder.labels = {k for k, c in enumerate(columns) if c.name in ("level1", "level2")}
        builder.add([(k, 1, self._pieces(c.start, c.stop), 1.0) for k, c in enumerate(columns)])
        self.furniture += line_pieces(table.over)
        waiting: dict[int, list[Piece]] = {}  # labels printed in rows that could not be placed
        lost: list[Piece] = []
        placed = {row[0].start: row for row in found.rows}
        missed = dict(found.lost)
        for begin in sorted([*placed, *missed]):
            if begin in missed:
                labels, rest = self._labels_of(atoms, begin, missed[begin], columns)
                lost += [p for k in labels for p in waiting.get(k, ())]
                waiting |= labels
                lost += line_pieces(atoms[rest : missed[begin]])
                continue
            row = placed[begin]
            cells = {c.column: line_pieces(atoms[c.start : c.stop]) for c in row}
            first = min(cells)
            cells = {**{k: v for k, v in waiting.items() if k < first}, **cells}
            lost += [p for k, v in waiting.items() if k not in cells or cells[k] is not v for p in v]
            waiting = {}
            builder.add([(k, 1, cells[k], 1.0) for k in sorted(cells)])
        lost += [p for v in waiting.values() for p in v]
        self._sums(builder, table)
        self.out.append(builder.grid())
        self.out += lost

    # --- everything else ----------------------------------------------------------------------------------

    def _parts(self, start: int, stop: int) -> None:
        """Lay out what stands between the tables: headings with their content, labels with values, sums."""
        i = start
        while i < stop:
            end = line_end(self.atoms, i, stop)
            found = self._heading_at(i, stop)
            if found is not None:
                kind, after = found
                until = self._content_end(after, stop)
                if kind == "funds":
                    laid, i = self.funds.lay(i, after, until)
                    self.out += laid
                elif kind in GOALS:
                    self.out += self.goals.lay(i, after, until)
                    i = until
                elif kind == "tasks":
                    i = self._tasks(i, after, until)
                else:
                    self._row([self._pieces(i, after), self._pieces(after, until)])
                    i = until
                continue
            if not self._fields(i, end):
                self.out += self._pieces(i, end)
            i = end

    def _heading_at(self, i: int, stop: int) -> tuple[str, int] | None:
        """Return the section whose heading begins a line at atom *i*, and where the heading ends.

        One in no list counts where what follows is what such a section holds.
        """
        if not self.atoms[i].first:
            return None
        found = self.headings.match(self.atoms, i, stop)
        if found is not None:
            return self.family.headings[found[0]], found[1]
        key = ""
        for end in range(i + 1, min(i + 4, stop) + 1):
            if end > i + 1 and not self.atoms[end - 1].first:
                break
            key += key_of(self.atoms[end - 1].text)
            if ":" in key:
                break  # 其他资金：20 stands above the heading
            kind = heading(key, self.family, guess=True) if is_whole(key) else None
            if kind is None or end >= stop:
                continue
            if kind.name in GOALS:
                beside = heading(key_of(self.atoms[end].text), self.family)
                text = key_of(self.atoms[end].text)
                if (beside is not None and beside.name in GOALS) or (
                    end == i + 1 and not self.atoms[end].first and len(text) > 5 and not key.endswith("表")
                ):
                    return kind.name, end
            elif kind.name == "funds" and not self.funds.is_item_line(i, stop) and not self.funds.are_headers(i, stop):
                line = end
                for _ in range(5):
                    if line >= stop:
                        break
                    if self.funds.is_item_line(line, stop) or self.funds.is_abreast(line, stop):
                        item = bare(key_of(self.atoms[line].text).removeprefix("其中:").removeprefix("其中"))
                        over = [key_of(a.text) for a in self.atoms[end : end + 2]]
                        sides = all(key in self.family.sides for key in over)  # 收入 支出
                        measured = self.funds.measure((end, end + 1)) + self.funds.measure((end + 1, end + 2))
                        headed = line > end and (sides or measured)
                        if headed or (line == end and item in self.family.items):
                            return kind.name, end
                        break
                    line = line_end(self.atoms, line, stop)
        return None

    def _content_end(self, i: int, stop: int) -> int:
        """Return where what stands under a heading ends: at the next heading or field that begins a line."""
        for k in range(i, stop):
            if not self.atoms[k].first:
                continue
            key = key_of(self.atoms[k].text)
            known = label(key.partition(":")[0], self.family)
            if known is not None and (":" in key or not self.atoms[k].last):
                return k
            found = self._heading_at(k, stop)
            within = found is not None and found[0] in GOALS and (k == i or (k == i + 1 and self.goals.names(i)))
            if found is not None and not within:
                beside = self.atoms[found[1]] if found[1] < stop else None
                if found[0] != "funds" or beside is None or not is_figure(beside.text):
                    return k  # else 年度资金总额 and its figure are an item
        return stop

    def _fields(self, i: int, end: int) -> bool:
        """Lay a line of labels and values; a value may hold spaces, a label may not."""
        if key_of(self.atoms[i].text) in self.family.notes and end - i > 1:
            self._row([self._pieces(i, i + 1), self._pieces(i + 1, end)])
            return True
        cells: list[list[Atom]] = []
        expects = True  # whether a label comes next
        for atom in self.atoms[i:end]:
            key = key_of(atom.text)
            if ":" in key.removeprefix("其中:"):
                return False  # 填报人：某某 is read as a line
            known = label(key, self.family) or (label(key, self.family, guess=True) if len(cells) % 2 == 0 else None)
            if (known is not None and (expects or len(cells) % 2 == 0)) or (not cells and looks_like_label(key) and not atom.last):
                cells.append([atom])
                expects = False
            elif not expects:
                cells.append([atom])
                expects = True
            elif cells and len(cells) % 2 == 0 and looks_like_label(key) and not atom.last and len(self.atoms[i:end]) % 2 == 0:
                cells.append([atom])
                expects = False
            elif cells:
                cells[-1].append(atom)
            else:
                return False
        if len(cells) % 2 or not looks_like_label(key_of(cells[0][0].text)):
            return False
        figures = [is_figure("".join(a.text for a in c)) for c in cells]
        told = figures == [False, True] * (len(cells) // 2)  # 年初预算数 100 执行数 90
        if len(cells) > 2 and not told and not any(label(key_of(c[0].text), self.family, guess=True) for c in cells[::2]):
            return False
        self._row([line_pieces(cell) for cell in cells])
        return True

    def _without_label(self, start: int, stop: int) -> list[Atom]:
        """Return the atoms of a table without the label beside it, which a merged cell or a page break puts among them."""
        kept: list[Atom] = []
        i = start
        while i < stop:
            atom = self.atoms[i]
            found = self.headings.match(self.atoms, i, stop) if atom.first else None
            alone = heading(key_of(atom.text), self.family) if atom.first and atom.last else None
            if found is None and alone is not None and alone.name == "indicators":
                found = ("", i + 1)  # 绩效指标（90分）
            elif found is not None and self.family.headings[found[0]] != "indicators":
                found = None
            if found is None and atom.first and atom.last and key_of(atom.text) in _CONTINUED:
                found = ("", i + 1)
            if found is None and atom.first and self._is_unfilled(i, stop):
                end = line_end(self.atoms, i, stop)
                for k in range(i, end):  # …… where more rows were to be filled in
                    if is_placeholder(key_of(self.atoms[k].text)):
                        self.furniture += self._pieces(k, k + 1)
                    else:
                        kept.append(self.atoms[k])
                i = end
                continue
            if found is not None:
                self.furniture += self._pieces(i, found[1])
                i = found[1]
                continue
            kept.append(atom)
            i += 1
        return kept

    def _is_unfilled(self, i: int, stop: int) -> bool:
        """Tell whether the line at atom *i* has nothing but places left to be filled in, and labels of levels."""
        keys = [key_of(a.text) for a in self.atoms[i : line_end(self.atoms, i, stop)]]
        levels = self.family.level1 | self.family.level2
        return any(map(is_placeholder, keys)) and all(is_placeholder(k) or bare(k) in levels for k in keys)

    def _labels_of(
        self, atoms: Sequence[Atom], start: int, stop: int, columns: Sequence[LinedColumn]
    ) -> tuple[dict[int, list[Piece]], int]:
        """Return the levels' labels that a row not placed begins with, by column, and where the rest of it begins."""
        found: dict[int, list[Piece]] = {}
        while start < stop:
            key = bare(key_of(atoms[start].text))
            level = "level1" if key in self.family.level1 else "level2" if key in self.family.level2 else ""
            column = next((k for k, c in enumerate(columns) if c.name == level), None)
            if column is None or column in found:
                break
            found[column] = line_pieces(atoms[start : start + 1])
            start += 1
        return found, start

    def _sums(self, builder: GridBuilder, table: _Table) -> None:
        """Lay the sums under the table below its columns of points, where there are as many."""
        start = table.end
        if start >= len(self.atoms) or not self._is_sum(key_of(self.atoms[start].text)):
            return
        end = line_end(self.atoms, start, len(self.atoms))
        points = [k for k, c in enumerate(table.columns) if c.name in ("weight", "score")]
        figures = self.atoms[start + 1 : end]
        if points and len(figures) == len(points) and all(is_figure(a.text) for a in figures):
            sums = [(k, 1, line_pieces([a]), 1.0) for k, a in zip(points, figures, strict=True)]
            builder.add([(0, 1, self._pieces(start, start + 1), 1.0), *sums])
            self.summed = end

    # --- tasks ------------------------------------------------------------------------------------------

    def _tasks(self, start: int, i: int, stop: int) -> int:
        """Lay the tasks whose cells all stand on one line under a line of headers; a wrapped one is loose."""
        lines = []
        while i < stop:
            end = line_end(self.atoms, i, stop)
            lines.append((i, end))
            i = end
        header = lines[0] if lines else (start, start)
        count = header[1] - header[0]
        shape = [is_figure(a.text) for a in self.atoms[lines[1][0] : lines[1][1]]] if len(lines) > 1 else []
        whole = [
            b - a == count and [is_figure(x.text) for x in self.atoms[a:b]] == shape and shape.count(True) == 1
            for a, b in lines[1:]
        ]
        builder = GridBuilder(count + 1)
        builder.labels = {0}
        label_cell = (0, 1, self._pieces(start, header[0]), 1.0)
        if count < 3 or not any(whole):
            self._row([label_cell[2]])
            self.out += self._pieces(header[0], stop)
            return stop
        builder.add([label_cell, *((1 + k, 1, self._pieces(header[0] + k, header[0] + k + 1), 1.0) for k in range(count))])
        loose: list[Piece] = []
        for n, (a, b) in enumerate(lines[1:]):
            if whole[n] and (n + 1 == len(whole) or whole[n + 1]):
                builder.add([(1 + k, 1, self._pieces(a + k, a + k + 1), 1.0) for k in range(count)])
            else:
                loose += self._pieces(a, b)  # with what goes on below it, in which cell is not to be told
        self.out.append(builder.grid())
        self.out += loose
        return stop

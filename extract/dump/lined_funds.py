"""The funds in a flattened dump of another family's form: headers, and lines of a name and its figures.

Only what the lines show is laid into a grid: a figure for each header, or name, figure, name, figure. The rest is loose.
"""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.extract.document import Block, Piece
from jixiao.extract.headings import split_money
from jixiao.extract.sections.header import numbers_columns
from jixiao.extract.sections.stated import divides
from jixiao.extract.sections.words import bare, is_amount, measure, unmarked
from jixiao.extract.sections.years import year_alone
from jixiao.rules.families import MEASURES, Family, key_of

from .atoms import Atom, line_end, line_pieces
from .flat_lines import is_figure, lined_funds
from .grids import GridBuilder, one_row
from .lined_header import is_whole

_NAME_LINES = 3
_DIVIDED_LINES = 3
_NOTED = 3  # figures before a note


class LinedFunds:
    """Lays the funds among the *atoms* of one dump."""

    def __init__(self, atoms: Sequence[Atom], family: Family) -> None:
        self.atoms = atoms
        self.family = family

    def lay(self, start: int, i: int, stop: int) -> tuple[list[Block], int]:
        """Return the funds headed by atoms *start*–*i* as blocks, and where they end.

        Headers come first, then a line for each item with a figure for each header.
        """
        items = last = i
        while items < stop and not self.is_item_line(items, stop):
            last, items = items, line_end(self.atoms, items, stop)
        divided = self._divided(start, i, items, stop)
        if divided is not None:
            return divided
        numbered = numbers_columns([key_of(a.text) for a in self.atoms[last:items]])  # A B C=B/A below the headers
        headers = self._headers(i, last if numbered else items)
        nameless = not headers and items < stop
        if headers is None or not items < stop or (nameless and self._told(items, line_end(self.atoms, items, stop)) is not None):
            return self._abreast(start, i, stop)
        money = [h for h in headers if self.measure(h).rpartition(" ")[2] in MEASURES]
        rows: list[list[list[Piece]]] = []
        loose = self._pieces(last, items) if numbered else []  # and dashes of columns that are not to be told
        noted = bool(headers) and self.measure(headers[-1]) == "note"
        while items < stop:
            begin = items
            items = self._below_name(items, stop, len(headers)) if headers else items
            if not self.is_item_line(items, stop):
                items = begin
                break
            end = line_end(self.atoms, items, stop)
            name = next(k for k in range(items, end) if is_figure(self.atoms[k].text))
            if name == begin and (rows or name + len(headers) != end):
                break
            figures = self.atoms[name:end]
            said = not is_figure(figures[-1].text) or not any(map(str.isdigit, figures[-1].text))
            whole = len(figures) == max(len(headers), 1) and (said if noted else is_figure(figures[-1].text))
            # With a blank cell among them only the money is sure, where it stands first and the rest are dashes.
            leading = len(headers) > len(figures) >= len(money) and headers[: len(money)] == money
            dashes = all(a.text.strip("-—－–") == "" for a in figures[len(money) :])
            if not (whole or (leading and dashes)):
                items = begin
                break
            if not whole:
                figures = figures[: len(money)]
                loose += self._pieces(name + len(money), end)
            rows.append([self._pieces(begin, name) if name > begin else [], *(line_pieces([a]) for a in figures)])
            items = end
        if not rows:
            return self._abreast(start, i, stop)
        while items < stop and any(is_figure(a.text) for a in self.atoms[items : line_end(self.atoms, items, stop)]):
            end = line_end(self.atoms, items, stop)
            loose += self._pieces(items, end)  # in which of the columns is not to be told
            items = end
        builder = GridBuilder(2 + max(len(headers), 1))
        builder.labels = {0}
        label_cell = (0, 1, self._pieces(start, i), 1.0)
        first = headers[0][0] if headers else items
        if headers:
            over = self._pieces(i, first)
            cells = [(2 + k, 1, self._pieces(a, b), 1.0) for k, (a, b) in enumerate(headers)]
            builder.add([label_cell, *([(1, 1, over, 1.0)] if over else []), *cells])
        for n, row in enumerate(rows):
            lead = [label_cell] if not headers and n == 0 else []
            builder.add([*lead, *((1 + k, 1, cell, 1.0) for k, cell in enumerate(row) if cell)])
        return [builder.grid(), *loose], items

    def _below_name(self, i: int, stop: int, count: int) -> int:
        """Return the line with *count* figures below a name that wrapped and begins at atom *i*; *i* itself if none does."""
        at = i
        for _ in range(_NAME_LINES):
            end = line_end(self.atoms, at, stop)
            if end - at != 1 or is_figure(self.atoms[at].text):
                break
            at = end
            figures = [is_figure(a.text) for a in self.atoms[at : line_end(self.atoms, at, stop)]]
            key = key_of("".join(a.text for a in self.atoms[i:at]))
            known = key.startswith("其中") or bare(unmarked(key)) in self.family.items
            if all(figures) and len(figures) == count and known:
                return at
        return i

    def _divided(self, start: int, i: int, items: int, stop: int) -> tuple[list[Block], int] | None:
        """Lay funds whose last column is divided into years: 当年金额 占比 | 近两年收支金额 over 2022年 2023年.

        That it is the last is only told where the rates stand under the header before it, in every row.
        """
        lines = []
        at = i
        while at < items:
            lines.append((at, line_end(self.atoms, at, items)))
            at = lines[-1][1]
        if len(lines) != _DIVIDED_LINES:
            return None
        above, group, years = lines
        heads = [self.measure((k, k + 1)) for k in range(*above)][1:]
        if not all(heads) or not heads or not heads[-1].endswith(" rate") or not self.measure(group):
            return None
        if years[1] - years[0] < 2 or not all(year_alone(key_of(a.text)) for a in self.atoms[slice(*years)]):
            return None
        count = len(heads) + years[1] - years[0]
        rates = [head.endswith(" rate") for head in heads] + [False] * (years[1] - years[0])
        rows: list[tuple[int, int]] = []
        while items < stop and self.is_item_line(items, stop):
            end = line_end(self.atoms, items, stop)
            figures = [a.text for a in self.atoms[items + 1 : end]]
            if len(figures) != count or [text[-1] in "%％" for text in figures] != rates:
                return None
            rows.append((items, end))
            items = end
        builder = GridBuilder(2 + count)
        builder.labels = {0}
        over = [(1 + k, 1, self._pieces(above[0] + k, above[0] + k + 1), 1.0) for k in range(above[1] - above[0])]
        wide = (2 + len(heads), years[1] - years[0], self._pieces(*group), 1.0)
        builder.add([(0, 1, self._pieces(start, i), 1.0), *over, wide])
        builder.add([(2 + len(heads) + k, 1, self._pieces(y, y + 1), 1.0) for k, y in enumerate(range(*years))])
        for a, b in rows:
            builder.add([(1 + k, 1, self._pieces(a + k, a + k + 1), 1.0) for k in range(b - a)])
        return [builder.grid()], items

    def _abreast(self, start: int, i: int, stop: int) -> tuple[list[Block], int]:
        """Lay funds whose lines say by their order which figure is whose; what is none of them is loose."""
        found = lined_funds(self.atoms, i, stop, self.family, self._pieces(start, i))
        if found is not None:
            return [found[0].grid()], found[1]
        rows: list[list[list[Piece]]] = []
        at = i
        while at < stop:
            end = line_end(self.atoms, at, stop)
            cells = self._told(at, end)
            if cells is None:
                break
            rows.append(cells)
            at = end
        if not rows:
            return [one_row([self._pieces(start, i)]), *self._pieces(i, stop)], stop
        builder = GridBuilder(1 + max(map(len, rows)))
        builder.labels = {0}
        for n, row in enumerate(rows):
            lead = [(0, 1, self._pieces(start, i), 1.0)] if n == 0 else []
            builder.add([*lead, *((1 + k, 1, cell, 1.0) for k, cell in enumerate(row))])
        return [builder.grid()], at

    def _told(self, i: int, end: int) -> list[list[Piece]] | None:
        """Return the cells of a line whose order says what each is, or None.

        Names and figures take turns, behind a side (收入 财政拨款 900 其他 100); or each name has its figure
        behind a colon. Of two names alike before one figure the first one's is blank: cells come in their order.
        """
        atoms = list(self.atoms[i:end])
        keys = [key_of(a.text) for a in atoms]
        if len(atoms) == 1 and keys[0] in self.family.sides:
            return [line_pieces(atoms)]
        if len(keys) == 2 and {self.family.sides.get(key) for key in keys} == {"income", "expenditure"}:
            return [line_pieces(atoms[:1]), [], line_pieces(atoms[1:])]  # each over its names and figures
        if all(map(divides, keys)) or all(":" in key and is_amount(key.rpartition(":")[2]) for key in keys):
            return [line_pieces([a]) for a in atoms]
        cells: list[list[Piece]] = []
        if len(atoms) > 1 and keys[0] in self.family.sides and not is_amount(keys[1]):
            cells.append(line_pieces(atoms[:1]))
            atoms, keys = atoms[1:], keys[1:]
        sums = [is_amount(key) for key in keys]
        if sums == [False, False, True] and self._alike(keys[0], keys[1]):
            return [line_pieces(atoms[:1]), [], line_pieces(atoms[1:2]), line_pieces(atoms[2:])]
        if len(sums) < 2 or len(sums) % 2 or any(one or not two for one, two in zip(sums[::2], sums[1::2], strict=True)):
            return None
        return [*cells, *(line_pieces([a]) for a in atoms)]

    def _alike(self, one: str, two: str) -> bool:
        """Tell whether two names are of one item in two periods: 其中：财政拨款 twice, 中期资金总额 and 年度资金总额."""
        first, second = bare(unmarked(one)), bare(unmarked(two))
        return first == second or all("总额" in key for key in (first, second))

    def are_headers(self, i: int, stop: int) -> bool:
        """Tell whether the line at atom *i* begins with headers of figures: 上年度预算安排 上年度实际执行."""
        end = line_end(self.atoms, i, stop)
        return end - i > 1 and bool(self.measure((i, i + 1))) and bool(self.measure((i + 1, i + 2)))

    def is_abreast(self, i: int, stop: int) -> bool:
        """Tell whether the line at atom *i* is two items, each with its figure."""
        return [is_figure(a.text) for a in self.atoms[i : line_end(self.atoms, i, stop)]] == [False, True, False, True]

    def is_item_line(self, i: int, stop: int) -> bool:
        """Tell whether the line at atom *i* is a name and figures and nothing behind them, or figures alone."""
        line = [is_figure(a.text) for a in self.atoms[i : line_end(self.atoms, i, stop)]]
        names = line.index(True) if True in line else 3
        figures = line[names:-1] if len(line) - names > _NOTED else line[names:]  # a note may stand behind them
        return names <= 2 and all(figures)

    def measure(self, header: tuple[int, int]) -> str:
        key = key_of("".join(a.text for a in self.atoms[header[0] : header[1]]))
        if not is_whole(key):
            return ""
        found = measure(key, self.family) or measure(split_money(key)[0], self.family)
        return found.name if found is not None else "full_year budget" if year_alone(key) else ""

    def _headers(self, i: int, stop: int) -> list[tuple[int, int]] | None:
        """Return the headers of the figures, wrapped ones whole; None where a word among them is none.

        The first word may stand over the items. No headers at all are an empty list.
        """
        if i == stop:
            return []
        for start in (i, i + 1):
            best: list[list[tuple[int, int]] | None] = [None] * (stop - start + 1)
            if not best:
                continue
            best[0] = []
            for a in range(stop - start):
                here = best[a]
                if here is None:
                    continue
                for b in range(a + 1, min(a + 4, stop - start) + 1):
                    if b > a + 1 and not self.atoms[start + b - 1].first:
                        break
                    if self.measure((start + a, start + b)):
                        now = best[b]
                        if now is None or len(now) < len(here) + 1:
                            best[b] = [*here, (start + a, start + b)]
            found = best[-1]
            if found:
                return found
        return None

    def _pieces(self, start: int, stop: int) -> list[Piece]:
        return line_pieces(self.atoms[start:stop])

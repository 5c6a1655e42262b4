"""The funds in a flattened dump of another family's form: headers, and lines of a name and its figures.

Only what the lines show is laid into a grid: a figure for each header, or name, figure, name, figure. The rest is loose.
"""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.extract.document import Block, Piece
from jixiao.extract.headings import split_money
from jixiao.extract.sections.words import measure
from jixiao.rules.families import MEASURES, Family, key_of

from .atoms import Atom, line_end, line_pieces
from .flat_lines import is_figure, lined_funds
from .grids import GridBuilder, one_row
from .lined_rows import is_whole


class LinedFunds:
    """Lays the funds among the *atoms* of one dump."""

    def __init__(self, atoms: Sequence[Atom], family: Family) -> None:
        self.atoms = atoms
        self.family = family

    def lay(self, start: int, i: int, stop: int) -> tuple[list[Block], int]:
        """Return the funds headed by atoms *start*–*i* as blocks, and where they end.

        Headers come first, then a line for each item with a figure for each header.
        """
        items = i
        while items < stop and not self.is_item_line(items, stop):
            items = line_end(self.atoms, items, stop)
        headers = self._headers(i, items)
        if headers is None or not items < stop:
            return self._abreast(start, i, stop)
        money = [h for h in headers if self.measure(h).rpartition(" ")[2] in MEASURES]
        rows: list[list[list[Piece]]] = []
        loose: list[Piece] = []  # dashes of columns that are not to be told
        while items < stop and self.is_item_line(items, stop):
            end = line_end(self.atoms, items, stop)
            name = next(k for k in range(items, end) if is_figure(self.atoms[k].text))
            if name == items and (rows or name + len(headers) != end):
                break
            figures = self.atoms[name:end]
            whole = len(figures) == max(len(headers), 1)
            # With a blank cell among them only the money is sure, where it stands first and the rest are dashes.
            leading = len(headers) > len(figures) >= len(money) and headers[: len(money)] == money
            dashes = all(a.text.strip("-—－–") == "" for a in figures[len(money) :])
            if not (whole or (leading and dashes)):
                break
            if not whole:
                figures = figures[: len(money)]
                loose += self._pieces(name + len(money), end)
            rows.append([self._pieces(items, name) if name > items else [], *(line_pieces([a]) for a in figures)])
            items = end
        if not rows:
            return self._abreast(start, i, stop)
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

    def _abreast(self, start: int, i: int, stop: int) -> tuple[list[Block], int]:
        """Lay funds whose lines are name, figure, name, figure; what is none of them is loose."""
        found = lined_funds(self.atoms, i, stop, self.family, self._pieces(start, i))
        if found is not None:
            return [found[0].grid()], found[1]
        rows = []
        at = i
        while at < stop:
            end = line_end(self.atoms, at, stop)
            if not self.is_abreast(at, stop):
                break
            rows.append((at, end))
            at = end
        builder = GridBuilder(5)
        builder.labels = {0}
        for n, (a, b) in enumerate(rows):
            lead = [(0, 1, self._pieces(start, i), 1.0)] if n == 0 else []
            builder.add([*lead, *((1 + k, 1, self._pieces(a + k, a + k + 1), 1.0) for k in range(b - a))])
        if rows:
            return [builder.grid()], at
        return [one_row([self._pieces(start, i)]), *self._pieces(i, stop)], stop

    def is_abreast(self, i: int, stop: int) -> bool:
        """Tell whether the line at atom *i* is two items, each with its figure."""
        return [is_figure(a.text) for a in self.atoms[i : line_end(self.atoms, i, stop)]] == [False, True, False, True]

    def is_item_line(self, i: int, stop: int) -> bool:
        """Tell whether the line at atom *i* is a name and figures and nothing behind them, or figures alone."""
        line = [is_figure(a.text) for a in self.atoms[i : line_end(self.atoms, i, stop)]]
        names = line.index(True) if True in line else 3
        return names <= 2 and all(line[names:])

    def measure(self, header: tuple[int, int]) -> str:
        key = key_of("".join(a.text for a in self.atoms[header[0] : header[1]]))
        if not is_whole(key):
            return ""
        found = measure(key, self.family) or measure(split_money(key)[0], self.family)
        return found.name if found is not None else ""

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

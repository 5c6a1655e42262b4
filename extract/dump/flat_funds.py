"""The funds in a flattened dump: names and amounts one after another → rows of a grid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from jixiao.extract.document import Piece
from jixiao.normalize.characters import display_width
from jixiao.rules.families import Family, key_of

from .atoms import MAX_COLUMNS, Atom, Words, line_pieces
from .costs import LEADING
from .grids import GridBuilder
from .words import cuts_word

_PLAINLY = 3
"""So many words broken between two lines are no chance: the dumper breaks lines where no cell ends."""

AMOUNT = re.compile(
    r"[-－+]?(\d[\d,，]{0,24}([.．]\d{0,10})?|[.．]\d{1,10})(万元|亿元|千元|元)?|[-—–/\\*－]{1,3}"
)


class FundRows:
    """Reads the funds' atoms into rows: side, group, item, amounts."""

    def __init__(
        self,
        atoms: Sequence[Atom],
        family: Family,
        words: tuple[Words, Words],
        builder: GridBuilder,
        heading: Sequence[Piece],
        furniture: list[Piece],
        shattered: bool,
    ) -> None:
        """*words* find column headers and fixed items; what is printed again goes to *furniture*.

        *shattered*: line breaks stand within words, nothing read is sure.
        """
        self.atoms, self.family, self.builder = atoms, family, builder
        self._measures, self._items = words
        self._known = family.items.keys() | family.subtotals | family.totals | family.sides.keys()
        self.furniture, self.shattered = furniture, shattered
        self.heading: Sequence[Piece] = heading
        self.side: Sequence[Piece] = ()
        self.side_key = ""
        self.group: Sequence[Piece] = ()
        self.measures: list[str] = []
        self.names: list[str] = []
        self._open: list[int] = []
        self._pending: int | None = None
        self._widest = 0.0
        self._shards = False  # whether lines end where no cell and no printed line does

    def read(self, start: int, stop: int) -> None:
        """Read atoms *start*–*stop*."""
        atoms = self.atoms
        self._widest = max(
            (float(display_width(a.text)) for a in atoms[start:stop] if not AMOUNT.fullmatch(a.text)), default=0.0
        )
        # Where no letter is left alone no dictionary is asked: it takes longer to load than the form to read.
        breaks = range(start + 1, stop)
        alone = any(self._may_break(i) and self._leaves_letter(i) for i in breaks)
        self._shards = alone and sum(map(self._breaks_word, breaks)) >= _PLAINLY
        i = start
        while i < stop:
            key = key_of(atoms[i].text)
            side = self._side_at(i, stop)
            if side is not None and not self._amount_follows(side, stop):
                self._flush([])
                if key_of("".join(a.text for a in atoms[i:side])) != self.side_key:
                    if self.side:
                        self.builder.add(self._labels())
                    self.side = line_pieces(self.atoms[i:side])
                    self.side_key = key_of("".join(a.text for a in atoms[i:side]))
                else:
                    self.side = [*self.side, *line_pieces(self.atoms[i:side])] if self.side else self.side
                    if not self.side:
                        self._repeat(i, side)
                i = side
                continue
            header = self._header_at(i, stop)
            if header is not None:
                head = self._head_of_names(i)
                self._open = self._open[: len(self._open) - (i - head)]
                self._flush([])
                self._header(i, header, head)
                i = header
                continue
            if AMOUNT.fullmatch(atoms[i].text) and not self._begins_name(i, stop):
                wanted = max(1, len(self.measures))
                j = i + 1
                while j < min(stop, i + 2 * wanted + 1) and AMOUNT.fullmatch(atoms[j].text):
                    if self._begins_name(j, stop):
                        break
                    j += 1
                groups, sure = group_amounts(atoms, i, j, wanted)
                self._flush(groups, sure)
                i = groups[-1][1]
                continue
            if not key:
                i += 1
                continue
            self._open.append(i)
            i += 1
        self._flush([])

    def close(self) -> None:
        """Put out a heading that no row took (an empty section)."""
        if self.heading:
            self.builder.add([(0, 1, self.heading, 1.0), *([(1, 1, self.side, 1.0)] if self.side else [])])
            self.heading, self.side = (), ()
        elif self.side:
            self.builder.add([(1, 1, self.side, 1.0)])
            self.side = ()

    def _side_at(self, i: int, stop: int) -> int | None:
        key = ""
        for j in range(i, min(i + 3, stop)):
            key += key_of(self.atoms[j].text)
            if key in self.family.sides:
                return j + 1
        return None

    def _begins_name(self, i: int, stop: int) -> bool:
        """Tell whether the figure at *i* begins a line of words: 2019 年度婚姻登记补助, below the amounts of another."""
        atoms = self.atoms
        return (
            atoms[i].first
            and i + 1 < stop
            and not atoms[i + 1].first
            and not AMOUNT.fullmatch(atoms[i + 1].text)
        )

    def _amount_follows(self, i: int, stop: int) -> bool:
        return i < stop and bool(AMOUNT.fullmatch(self.atoms[i].text))

    def _header_at(self, i: int, stop: int) -> int | None:
        j = i
        for _ in range(MAX_COLUMNS):
            found = self._measures.match(self.atoms, j, stop)
            if found is None:
                break
            j = found[1]
        if j == i or (j < stop and AMOUNT.fullmatch(self.atoms[j].text)):
            return None
        return j

    def _head_of_names(self, i: int) -> int:
        """Return where the head over the names begins that shares its line with the money headers at *i*: 项目."""
        head = i
        while self._open and head - 1 >= self._open[0] and not self.atoms[head].first:
            head -= 1
        return head

    def _header(self, start: int, stop: int, head: int) -> None:
        """Put out a row of money headers; atoms *head*–*start* stand over the names."""
        cells: list[tuple[int, int, Sequence[Piece], float]] = self._labels()
        if head < start:
            cells.append((2, 2, line_pieces(self.atoms[head:start]), 1.0))
        self.measures = []
        i = start
        while i < stop:
            found = self._measures.match(self.atoms, i, stop)
            assert found is not None
            cells.append((4 + len(self.measures), 1, line_pieces(self.atoms[i:found[1]]), 1.0))
            self.measures.append(found[0])
            i = found[1]
        self.builder.columns = max(self.builder.columns, 4 + len(self.measures))
        self.builder.add(cells)

    def _repeat(self, start: int, stop: int) -> None:
        self.builder.add([(1, 1, line_pieces(self.atoms[start:stop]), 1.0)])

    def _labels(self) -> list[tuple[int, int, Sequence[Piece], float]]:
        cells: list[tuple[int, int, Sequence[Piece], float]] = []
        if self.heading:
            cells.append((0, 1, self.heading, 1.0))
            self.heading = ()
        if self.side:
            cells.append((1, 1, self.side, 1.0))
            self.side = ()
        return cells

    def _flush(self, amounts: Sequence[tuple[int, int]], sure: bool = True) -> None:
        """Put out the names that are open; the last of them takes *amounts* (runs of atoms).

        *sure* tells whether the amounts are plainly these. Amounts without a name stay without one.
        """
        atoms, family = self.atoms, self.family
        names = list(self._cut_names())
        self._open = []
        cut_above = False  # whether what stands above a name may be the beginning of it
        if not names:
            for start, stop in amounts:
                self.builder.add([(4, 1, line_pieces(self.atoms[start:stop]), 0.5)])
            return
        for k, (start, stop) in enumerate(names):
            key = key_of("".join(a.text for a in atoms[start:stop]))
            pieces = line_pieces(self.atoms[start:stop])
            following = key_of("".join(a.text for a in atoms[slice(*names[k + 1])])) if k + 1 < len(names) else ""
            if following in family.subtotals:
                if self.group and key == self._group_key:
                    self.furniture += pieces
                    continue
                self.group = pieces  # a merged label; the 小计 beside it carries its amount
                self._subtotalled = False
                self._group_key = key
                continue
            if self.group and key == self._group_key and (following or not amounts):
                self.furniture += pieces  # printed again on a new page
                continue
            cells = self._labels()
            if key in family.subtotals and not self.group:
                self._pending = len(self.builder)
                cells.append((3, 1, pieces, 1.0))
            elif (k < len(names) - 1 or not amounts) and self._pending is not None and self._has_parts(key):
                # The merged label whose 小计 a page break left above it.
                self.builder.insert(self._pending, (2, 1, pieces, 1.0))
                self._pending = None
                self.group, self._group_key, self._subtotalled = pieces, key, True
                if cells:
                    self.builder.add(cells)
                continue
            elif key in family.subtotals and self.group:
                # Another 小计 under the same label is a row of its own, and the label is printed once.
                cells += [*([] if self._subtotalled else [(2, 1, self.group, 1.0)]), (3, 1, pieces, 1.0)]
                self._subtotalled = True
            elif self.group and key in family.items and family.items[key].parent == self._group_name():
                cells.append((3, 1, pieces, 1.0))
            else:
                self.group = ()
                # What no vocabulary knows and no amount stands by may be no item: a text, half a header, half a name.
                bare = key not in family.items and (k < len(names) - 1 or not amounts)
                cells.append((2, 2, pieces, 0.5 if self.shattered or bare or cut_above else 1.0))
                cut_above = bare
                if key not in family.items:
                    self.names.append("".join(a.text for a in atoms[start:stop]))
            if k == len(names) - 1:
                missing = max(1, len(self.measures)) - len(amounts)
                for n, (first, end) in enumerate(amounts):
                    plain = missing == 0 and sure and not (self.shattered or cut_above)
                    cells.append((4 + n + missing, 1, line_pieces(self.atoms[first:end]), 1.0 if plain else 0.5))
            self.builder.add(cells)

    def _has_parts(self, key: str) -> bool:
        known = self.family.items.get(key)
        return known is not None and any(item.parent == known.name for item in self.family.items.values())

    def _group_name(self) -> str:
        known = self.family.items.get(self._group_key)
        return known.name if known is not None else ""

    _group_key = ""
    _subtotalled = False

    def _cut_names(self) -> Iterable[tuple[int, int]]:
        """Cut the open atoms into names: fixed names first, wrapped names joined by their width."""
        atoms = self.atoms
        if not self._open:
            return
        i, stop = self._open[0], self._open[-1] + 1
        begin = first = i
        # Brackets and quotes left open up to each atom: a name is put together once and not at every line of it.
        depths = [
            list(accumulate((a.text.count(o) - a.text.count(c) for a in atoms[i:stop]), initial=0))
            for o, c in ("（）", "“”")
        ]

        def wraps_on(start: int, here: int) -> bool:
            open_ = any(depth[here - first] > depth[start - first] for depth in depths)
            return self._wraps_on(here, stop, open_)

        while i < stop:
            found = self._items.match(atoms, i, stop)
            if found is not None and not wraps_on(i, found[1]):
                if begin < i:
                    yield begin, i
                yield i, found[1]
                i = begin = found[1]
                continue
            i += 1
            if i < stop and not wraps_on(begin, i) and not self._broken_off(begin, i):
                if begin < i:
                    yield begin, i
                begin = i
        if begin < stop:
            yield begin, stop

    def _wraps_on(self, here: int, stop: int, open_: bool) -> bool:
        """True where a name plainly goes on with the atom at *here*; *open_*: it has left a bracket open."""
        atoms = self.atoms
        if here >= stop:
            return False
        text = atoms[here].text
        if text[0] in LEADING or not atoms[here].first or open_:
            return True
        before = atoms[here - 1].text
        # A name without an amount above a name with one: rather one name on two lines, if the first is not short.
        return display_width(before) >= 0.6 * self._widest

    def _breaks_word(self, here: int) -> bool:
        """Tell whether the line break before the atom at *here* stands within a name: a letter is left alone, or a word cut."""
        if not self._may_break(here):
            return False
        return self._leaves_letter(here) or cuts_word(self.atoms[here - 1].text, self.atoms[here].text) > 0.5

    def _may_break(self, here: int) -> bool:
        """Tell whether a line ends before the atom at *here* that no wrap explains.

        Names that fill their column are wrapped there as any are, and say nothing.
        """
        before, after = self.atoms[here - 1].text, self.atoms[here].text
        if not self.atoms[here].first or any(map(str.isdigit, before + after)):
            return False
        return display_width(before) < 0.6 * self._widest and not {key_of(before), key_of(after)} & self._known

    def _leaves_letter(self, here: int) -> bool:
        return min(len(self.atoms[here - 1].text), len(self.atoms[here].text)) == 1

    def _broken_off(self, begin: int, here: int) -> bool:
        """Tell whether the name from *begin* on, of no full line, goes on at *here* since a dumper broke it there.

        Where breaks within words abound, what ends as no project's name does is a piece of one too.
        """
        if not self._shards:
            return False
        name = key_of("".join(a.text for a in self.atoms[begin:here]))
        return self._breaks_word(here) or not (name in self._known or name.endswith(self.family.project_endings))


def group_amounts(atoms: Sequence[Atom], start: int, stop: int, wanted: int) -> tuple[list[tuple[int, int]], bool]:
    """Return the runs of atoms that are *wanted* amounts, and whether they plainly are.

    An amount too wide for its column stands on several lines: one that ends with a point or a comma goes on
    in the next, and one as wide as the widest does in a shorter one. Where neither gives *wanted* amounts,
    the first atoms are taken as they stand.
    """
    if stop - start == wanted and not any(_goes_on(atoms[i].text) for i in range(start, stop - 1)):
        return [(i, i + 1) for i in range(start, stop)], True
    full = max(len(atoms[i].text) for i in range(start, stop))
    for by_width in (False, True):
        groups: list[tuple[int, int]] = []
        i = start
        while i < stop:
            j = i + 1
            while j < stop and atoms[j].first and atoms[j].text.isdigit():
                wide = by_width and len(atoms[j - 1].text) == full and len(atoms[j].text) < full
                if not (_goes_on(atoms[j - 1].text) or wide):
                    break
                j += 1
            groups.append((i, j))
            i = j
        if len(groups) == wanted:
            return groups, True
    if stop - start < wanted:
        return [(i, i + 1) for i in range(start, stop)], True
    return [(i, i + 1) for i in range(start, start + wanted)], False


def _goes_on(text: str) -> bool:
    return text[-1] in ".．,，" and text[-2:-1].isdigit()

"""What stands above, between and below the tables of a dump that keeps the layout: labels and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from jixiao.extract.document import Block, Piece
from jixiao.extract.headings import title_key
from jixiao.extract.sections.words import LEVELS, bare, column, heading, label, looks_like_label
from jixiao.normalize.dates import read_year
from jixiao.rules.families import GOALS, Family, key_of

from .atoms import Atom, Words
from .flat_lines import is_figure
from .laid_blocks import LaidBlocks
from .layout_page import Line, chunks_of, end_of, heights_of, piece_of_atoms, start_of
from .layout_parts import Content, Label, share_out

MAX_LINES = 800
MAX_LABELS = 60
"""A form's part of sections is a few hundred lines at most; beyond, lines go out as they are."""
_MAX_EDGES = 60
_WRAPS = 4
_AMISS = 8.0
_PLAINLY = 2.0
_REACH = 4  # lines: what is printed further up is no part of the same cell
_NEXT = 1.4  # line heights: the lines of one label are no further apart


def loose(lines: Sequence[Line]) -> list[Piece]:
    """Return *lines* as pieces, what white space parts apart."""
    return [piece_of_atoms(chunk) for line in lines for chunk in chunks_of(line.atoms)]


class LaidParts:
    """Lays out sections with the vocabulary of one family."""

    def __init__(self, family: Family, headings: Words, labels: Words) -> None:
        self.family = family
        self.headings = headings
        self.labels = labels
        self.furniture: list[Piece] = []
        self.build = LaidBlocks(family)
        self.tops = False
        """Whether labels stand at the top of what they span, and not at its middle."""

    def blocks(self, lines: Sequence[Line]) -> list[Block]:
        """Return *lines* as blocks in order."""
        if not lines:
            return []
        if len(lines) > MAX_LINES:
            return [*loose(lines)]
        labels: list[Label] = []
        contents: list[Content] = []
        for page, printed in groupby(lines, key=lambda line: line.page):
            self._page(page, list(printed), labels, contents)
        if not labels or len(labels) > MAX_LABELS:
            return [*loose(lines)]
        middle, top = share_out(labels, contents, False), share_out(labels, contents, True)
        if middle is None or top is None:
            return [*loose(lines)]
        ways = [
            (cost + _AMISS * self._amiss(labels, contents, found), found)
            for cost, found in (middle, (top[0] + 1.0, top[1]))
            for found in [self._with_headers(labels, contents, found)]
        ]
        tops = ways[1][0] < ways[0][0]
        cuts = ways[tops][1]
        self.tops = self.tops or ways[1][0] + _PLAINLY < ways[0][0]
        out: list[Block] = [*loose([c.line for c in contents[: cuts[0]]])]
        for n, own in enumerate(labels):
            for again in own.pieces[1:]:
                self.furniture += again
            beside = [c.line for c in contents[cuts[n] : cuts[n + 1]]]
            if not own.section and self._is_of_table(own.key):
                # A table whose header could not be told: its rows would be read under no header, or a wrong one.
                out += [*own.pieces[0], *loose(beside)]
                continue
            out += self.build.section(own.section, own.pieces[0], beside, tops)
        return out

    def _with_headers(self, labels: Sequence[Label], contents: Sequence[Content], cuts: Sequence[int]) -> list[int]:
        """Return *cuts* with a section's headers, which stand above its label, given to it and not to the one before."""
        out = list(cuts)
        for n, own in enumerate(labels):
            before = out[n - 1] if n else 0
            while out[n] > before and self.build.heads(own.section, contents[out[n] - 1].line.atoms):
                out[n] -= 1
        return out

    def _is_of_table(self, key: str) -> bool:
        found = column(key, self.family)
        return bare(key) in self.family.level1 | self.family.level2 or (found is not None and found.name in LEVELS)

    def _amiss(self, labels: Sequence[Label], contents: Sequence[Content], cuts: Sequence[int]) -> int:
        """Return how many sections hold, among lines of their own, the headers of the section below."""
        return sum(
            any(self.build.heads(labels[n + 1].section, c.line.atoms) for c in contents[cuts[n] : cuts[n + 1]])
            for n in range(len(labels) - 1)
            if labels[n].section != labels[n + 1].section
        )

    # --- labels -----------------------------------------------------------------------------------------

    def _page(self, page: int, lines: Sequence[Line], labels: list[Label], contents: list[Content]) -> None:
        heads = [self._is_head(line) for line in lines]
        edge = self._edge([line for line, head in zip(lines, heads, strict=True) if not head])
        zones = [[] if head else _zone(line, edge) for line, head in zip(lines, heads, strict=True)]
        rests = [line.atoms[len(zone) :] for line, zone in zip(lines, zones, strict=True)]
        heights = heights_of(lines, _chains(lines))
        flat = [(a, y) for zone, y in zip(zones, heights, strict=True) for a in zone]
        atoms = [a for a, _ in flat]
        i = 0
        while i < len(atoms):
            found = self._match(atoms, [y for _, y in flat], i)
            key, section, stop = found if found is not None else (key_of(atoms[i].text), "", i + 1)
            before = labels[-1] if labels else None
            pieces = [a.piece for a in atoms[i:stop]]
            place = (flat[i][1], flat[stop - 1][1])
            if before is not None and before.key == key and page not in before.places:
                before.pieces.append(pieces)  # printed again behind a page break
                before.places[page] = place
            else:
                labels.append(Label(key, section, [pieces], {page: place}))
            i = stop
        blank = False
        for line, rest, y, head in zip(lines, rests, heights, heads, strict=True):
            blank = blank or line.gap > 0
            if rest:
                contents.append(Content(page, y, blank, Line(line.page, line.gap, tuple(rest)), self._is_fund(rest), head))
                blank = False

    def _match(self, atoms: Sequence[Atom], heights: Sequence[float], i: int) -> tuple[str, str, int] | None:
        """Return (key, section, index after it) of the label that begins at *i*: one in the vocabulary, else a likely one."""
        stop = len(atoms)
        known = self.headings.match(atoms, i, stop)
        field = self.labels.match(atoms, i, stop)
        if known is not None and (field is None or field[1] <= known[1]):
            return known[0], self.family.headings[known[0]], known[1]
        if field is not None:
            return field[0], "", field[1]
        key = ""
        best: tuple[str, str, int] | None = None
        for j in range(i + 1, min(i + _WRAPS, stop) + 1):
            is_open = key.count("(") > key.count(")")  # 年度执行情况（万
            if j > i + 1 and not is_open and (heights[j - 1] - heights[j - 2] > _NEXT or not atoms[j - 1].first):
                break
            if j > i + 1 and not is_open and self._is_known(key_of(atoms[j - 1].text)):
                break
            key += key_of(atoms[j - 1].text)
            guess = heading(key, self.family, guess=True)
            if guess is not None:
                best = key, guess.name, j
            elif label(key, self.family, guess=True) is not None:
                best = key, "", j
        return best

    def _is_known(self, key: str) -> bool:
        """Tell whether *key* alone is a label, or likely one."""
        return heading(key, self.family, guess=True) is not None or label(key, self.family, guess=True) is not None

    def _edge(self, lines: Sequence[Line]) -> int:
        """Return the character column that best has labels left of it, and what stands beside them right of it."""
        starts = sorted({start_of(a) for line in lines for a in line.atoms})
        best, edge = 0.5, 0
        for stop in starts[1:_MAX_EDGES]:
            zones = [_zone(line, stop) for line in lines]
            atoms = [a for zone in zones for a in zone]
            if sum(len(a.text) for a in atoms) > 600:
                break
            even = [float(n) for n, zone in enumerate(zones) for _ in zone]
            score = -14.0 * sum(
                (len(zone) > 1 and zone[1].space > 1) or self._heads_own(line, zone)
                for line, zone in zip(lines, zones, strict=True)
            )
            i = 0
            while i < len(atoms):
                found = self._match(atoms, even, i)
                if found is None:
                    text = atoms[i].text
                    line = lines[int(even[i])]
                    beside = looks_like_label(key_of(text)) and start_of(line.atoms[-1]) >= stop
                    score -= 1.0 if beside and end_of(atoms[i]) <= stop else 1.5 * min(6, len(text))
                    score -= 4.0 * (end_of(atoms[i]) > stop)
                    i += 1
                else:
                    score += min(8, len(found[0]))
                    i = found[2]
            if score > best:
                best, edge = score, stop
        return edge

    def _heads_own(self, line: Line, zone: Sequence[Atom]) -> bool:
        """Tell whether a *zone* is no label's: it holds the name of an item of funds, or the first of a line of headers."""
        rest = line.atoms[len(zone) :]
        if not zone or not rest or label(key_of(zone[0].text), self.family) is not None:
            return False
        known = heading(key_of(zone[0].text), self.family)
        kind = next((kind for kind in ("funds", "annual", "tasks") if self.build.heads(kind, line.atoms)), None)
        if kind is not None and (known is None or known.name in GOALS):
            return not self.build.heads(kind, rest) or (kind == "funds" and self.build.are_measures(zone))
        figures = [is_figure(a.text) for a in rest]
        name = bare(key_of("".join(a.text for a in zone)).removeprefix("其中:").removeprefix("其中"))
        if not figures[0] or not (all(figures) or figures == [True, False, True]):
            return False
        found = heading(name, self.family, guess=True)
        return name in self.family.items or found is not None

    # --- what lines are ---------------------------------------------------------------------------------

    def _is_head(self, line: Line) -> bool:
        """Tell whether a line is surely title, year or unit line of the page's head."""
        key = line.key
        if len(line.atoms) > 2:
            return False
        if title_key(key).endswith("表") and "绩效" in key:
            return True
        if len(key) <= 12 and read_year(key) is not None:
            return True
        return ":" in key and not key.endswith(":") and label(key.partition(":")[0].strip("("), self.family) is not None

    def _is_fund(self, atoms: Sequence[Atom]) -> bool:
        """Tell whether what stands beside a label is a line of the funds: figures, or names for them."""
        return self.build.is_item(atoms) or (len(atoms) > 1 and self.build.are_measures(atoms))


def _zone(line: Line, edge: int) -> list[Atom]:
    """Return the atoms a line begins with that stand left of *edge*."""
    zone: list[Atom] = []
    for atom in line.atoms:
        if start_of(atom) >= edge:
            break
        zone.append(atom)
    return zone




def _chains(lines: Sequence[Line]) -> list[dict[int, list[Atom]]]:
    """Return what white space parts on each line, by a number that stands for what is printed over one another."""
    out: list[dict[int, list[Atom]]] = []
    open_: list[tuple[int, int, int, int]] = []  # start, end, line, number of the lowest of each
    count = 0
    for n, line in enumerate(lines):
        own: dict[int, list[Atom]] = {}
        open_ = [o for o in open_ if n - o[2] <= _REACH]
        for chunk in chunks_of(line.atoms):
            start, end = start_of(chunk[0]), end_of(chunk[-1])
            over = [o for o in open_ if o[0] < end and o[1] > start and o[3] not in own]
            number = max(over, key=lambda o: o[2])[3] if over else count
            count += not over
            own[number] = chunk
        open_ = [o for o in open_ if o[3] not in own]
        open_ += [(start_of(c[0]), end_of(c[-1]), n, number) for number, c in own.items()]
        out.append(own)
    return out

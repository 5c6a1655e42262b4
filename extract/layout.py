"""A text dump that keeps the page's layout with spaces → loose lines and grids, as every other reader gives them.

Here, unlike in a flattened dump, the text tells where a cell stands: cells of one column lie under one
another, and a merged label stands at the centre (or the top) of what it spans. The form's parts are
found from the labels in the leftmost column, the tables from their column headers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from jixiao.normalize.dates import read_year
from jixiao.rules.families import Family, key_of

from .atoms import Atom, Words
from .costs import LEADING
from .document import Piece
from .flat import FlatForm
from .grids import GridBuilder
from .layout_funds import FundsReader, is_amount
from .layout_grid import GridReader, Part
from .layout_page import (
    Header,
    Line,
    Vocabulary,
    chunks_of,
    end_of,
    find_header,
    heights_of,
    lines_of,
    piece_of_atoms,
    start_of,
    text_width,
)
from .text import PlainText

MAX_LABELLED_LINES = 800
MAX_LABELS = 60
"""A form's part of sections is a few hundred lines at most; beyond, lines go out as they are."""
MAX_PAGE_LINES = 200
"""A longer page (of a dump without page breaks) is read in parts."""
MAX_TABLE_LINES = 4000
MAX_ATOMS = 60
"""A line of more parts is no line of a table."""
_FAR = 1e9


def is_layout(text: PlainText) -> bool:
    """Tell whether a dump keeps the layout with spaces: many lines begin with runs of them and hold others."""
    if not text.lines:
        return False
    indented = inner = 0
    for line in text.lines:
        body = line.raw.strip()
        lead = len(line.raw) - len(line.raw.lstrip())
        indented += lead >= 3
        inner += "   " in body
    return inner >= 3 and indented * 4 >= len(text.lines) and inner * 10 >= len(text.lines)


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading or column header that was found, as read.py judges claims by."""

    section: str
    key: str


@dataclass(slots=True)
class _Label:
    """A label in the leftmost column: where it is printed on each page it stands on."""

    key: str
    section: str
    pieces: list[list[Piece]] = field(default_factory=list)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(slots=True)
class _Content:
    """What stands right of the labels in one line."""

    page: int
    y: float
    blank: bool
    line: Line
    funds: bool
    head: bool


@cache
def _vocabularies(family: Family) -> tuple[Vocabulary, Vocabulary, Words, Words, frozenset[str]]:
    return (
        Vocabulary([*family.columns, *family.targets]),
        Vocabulary(list(family.measures)),
        Words(family.headings, money=True),
        Words(family.labels),
        frozenset(w[n:] for w in family.headings for n in range(1, len(w))),
    )


class LayoutReader:
    """Reads one dump with the vocabulary of one family."""

    def __init__(self, text: PlainText, family: Family) -> None:
        self.text = text
        self.family = family
        self.out = FlatForm()
        pieces, self.out.furniture = _without_page_marks(text)
        gaps = {}
        page = 0
        for line, gap in zip(text.lines, text.gaps, strict=True):
            gaps[line.line] = 0 if line.page != page else gap
            page = line.page
        self.lines = lines_of(pieces, gaps)
        kept = {line.atoms[0].piece.line for line in self.lines}
        self.out.furniture += [p for p in pieces if p.line not in kept]
        self.words, self.measures, self.headings, self.fields, self.tails = _vocabularies(family)
        self.headers = self._headers()
        self.tops = False
        self.projects: list[str] = []
        first = self.headers[0].start if self.headers else len(self.lines)
        self.sections = self._labelled(self.lines[:first])
        self.marks = [Mark(label.section, label.key) for label in self.sections[0] if label.section]
        self.marks += [Mark("header", "") for _ in self.headers]

    def read(self) -> FlatForm:
        """Return the blocks of the dump in order."""
        self._emit(*self.sections)
        self._grids()
        return self.out

    # --- tables --------------------------------------------------------------------------------------

    def _headers(self) -> list[Header]:
        out = []
        i = 0
        while i < len(self.lines):
            header = None
            if all(self.words.part(key_of(a.text)) for a in self.lines[i].atoms):
                header = find_header(self.lines, i, self.words, 3, frozenset())
            if header is not None and any(self.family.columns.get(c.word) == "level3" for c in header.cells):
                out.append(header)
                i = header.stop
            else:
                i += 1
        return out

    def _grids(self) -> None:
        """Read the tables: headers with the same words on following pages are one table."""
        tables: list[tuple[tuple[str, ...], list[Part]]] = []
        tail: list[Line] = []
        taken = 0
        for n, header in enumerate(self.headers):
            stop = self.headers[n + 1].start if n + 1 < len(self.headers) else len(self.lines)
            words = tuple(c.word for c in header.cells)
            lines = self.lines[header.stop : stop]
            if n + 1 == len(self.headers):
                lines, below = self._cut_tail(lines)
                tail += below
            parts = [Part([], header, self.lines[header.start : header.stop])]
            for line in lines:
                taken += 1
                if len(line.atoms) > MAX_ATOMS or taken > MAX_TABLE_LINES:
                    tail.append(line)
                    continue
                at = parts[-1].lines[-1].page if parts[-1].lines else parts[-1].header_lines[-1].page
                if line.page != at or len(parts[-1].lines) >= MAX_PAGE_LINES:
                    parts.append(Part([], None, []))
                parts[-1].lines.append(line)
            if tables and tables[-1][0] == words:
                tables[-1][1].extend(parts)
            else:
                tables.append((words, parts))
        projects = frozenset(self.projects)
        for words, parts in tables:
            reader = GridReader(self.family, words, projects, self.tops)
            self.out.blocks.append(reader.read(parts))
            self.out.furniture += reader.furniture
        self._loose(tail)

    def _cut_tail(self, lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
        """Part the table's lines from those below it that name a person or a date (填报人：…)."""
        for i, line in enumerate(lines):
            key = key_of(line.atoms[0].text)
            label = key.partition(":")[0]
            if ":" in key and label in self.family.labels:
                return list(lines[:i]), list(lines[i:])
        return list(lines), []

    # --- labels and what stands beside them --------------------------------------------------------------

    def _labelled(self, lines: Sequence[Line]) -> tuple[list[_Label], list[_Content], list[int]]:
        """Return the labels of the leftmost column, the contents, and where each label's content begins."""
        labels: list[_Label] = []
        contents: list[_Content] = []
        pages = sorted({line.page for line in lines})
        for page in pages:
            own = [line for line in lines if line.page == page]
            heads = [self._head_line(line) for line in own]
            edge = self._edge([line for line, head in zip(own, heads, strict=True) if not head])
            zones = [[a for a in ln.atoms if start_of(a) < edge and not h] for ln, h in zip(own, heads, strict=True)]
            rests = [[a for a in ln.atoms if start_of(a) >= edge or h] for ln, h in zip(own, heads, strict=True)]
            cells = [{c: atoms for c, atoms in ((0, z), (1, r)) if atoms} for z, r in zip(zones, rests, strict=True)]
            heights = heights_of(own, cells)
            self._page_labels(labels, zones, heights, page)
            blank = False
            for line, rest, y, head in zip(own, rests, heights, heads, strict=True):
                blank = blank or line.gap > 0
                if rest:
                    content = Line(line.page, line.gap, tuple(rest))
                    contents.append(
                        _Content(page, y, blank, content, self._fund_line(rest), head)
                    )
                    blank = False
        if len(contents) > MAX_LABELLED_LINES or len(labels) > MAX_LABELS:
            return [], [_Content(ln.page, 0.0, False, ln, False, True) for ln in lines], [len(lines)]
        labels = list(labels)
        middle = self._share(labels, contents, False)
        top = self._share(labels, contents, True)
        self.tops = top[0] + 1.0 < middle[0]
        return labels, contents, (top if self.tops else middle)[1]

    def _match(self, atoms: Sequence[Atom], start: int, stop: int) -> tuple[str, int] | None:
        """Return the longest heading or field label that begins at *start*, and the index after it."""
        heading, label = self.headings.match(atoms, start, stop), self.fields.match(atoms, start, stop)
        if heading is None or (label is not None and label[1] > heading[1]):
            return label
        return heading

    def _edge(self, lines: Sequence[Line]) -> int:
        """Return the character column right of the labels: the one that best leaves known labels left of it."""
        starts = sorted({start_of(a) for line in lines for a in line.atoms})
        best, edge = 0.5, 0
        for n in range(1, min(len(starts), 60)):
            stop = starts[n]
            zone = [a for line in lines for a in line.atoms if start_of(a) < stop]
            if sum(len(a.text) for a in zone) > 400:
                break
            crossing = sum(end_of(a) > stop for a in zone)
            score = -4.0 * crossing
            i = 0
            while i < len(zone):
                found = self._match(zone, i, len(zone))
                if found is None:
                    # The page's end may cut a label: then its parts are words only together.
                    rest = key_of("".join(a.text for a in zone[i:]))
                    begun = key_of("".join(a.text for a in zone[: i + 1]))
                    if rest in self.headings.prefixes or (begun in self.tails and len(begun) <= 8):
                        score -= 0.0
                    else:
                        score -= 1.5 * min(6, len(zone[i].text))
                    i += 1
                else:
                    score += len(found[0])
                    i = found[1]
            if score > best:
                best, edge = score, stop
        if edge == 0 and starts:
            # A page of labels only, or of text only.
            zone = [a for line in lines for a in line.atoms]
            if len(zone) <= 6 and self._match(zone, 0, len(zone)) == (key_of("".join(a.text for a in zone)), len(zone)):
                return starts[-1] + 1
        return edge

    def _page_labels(self, labels: list[_Label], zones: Sequence[Sequence[Atom]], heights: Sequence[float], page: int) -> None:
        flat = [(a, y) for zone, y in zip(zones, heights, strict=True) for a in zone]
        atoms = [a for a, _ in flat]
        i = 0
        before = labels[-1] if labels else None
        if before is not None and not before.key and page - 1 in before.places and atoms:
            # A label that the page's end cut in two.
            held = [Atom(p, 0, True, True, 0) for p in before.pieces[0]]
            found = self._match([*held, *atoms], 0, len(held) + len(atoms))
            if found is not None and found[1] > len(held):
                i = found[1] - len(held)
                before.key, before.section = found[0], self.family.headings.get(found[0], "")
                before.pieces[0].extend(a.piece for a in atoms[:i])
                before.places[page] = (flat[0][1], flat[i - 1][1])
        while i < len(atoms):
            found = self._match(atoms, i, len(atoms))
            key, stop = found if found is not None else ("", i + 1)
            while found is None and stop < len(atoms) and self._match(atoms, stop, len(atoms)) is None:
                if flat[stop][1] - flat[stop - 1][1] > 1.3:
                    break
                stop += 1
            pieces = [a.piece for a in atoms[i:stop]]
            place = (flat[i][1], flat[stop - 1][1])
            again = labels[-1] if labels else None
            if again is not None and key and again.key == key and page not in again.places:
                again.pieces.append(pieces)
                again.places[page] = place
            else:
                section = self.family.headings.get(key, "") if key else ""
                labels.append(_Label(key, section, [pieces], {page: place}))
            i = stop

    def _fund_line(self, atoms: Sequence[Atom]) -> bool:
        family = self.family
        last = key_of(atoms[-1].text)
        if is_amount(atoms[-1].text) and (len(atoms) > 1 or "." in last or "," in last):
            return True
        first = key_of(atoms[0].text)
        if all(self.measures.part(key_of(a.text)) or key_of(a.text) in family.sides for a in atoms):
            return True
        return first in family.sides or last in family.measures or key_of("".join(a.text for a in atoms)) in family.items

    def _head_line(self, line: Line) -> bool:
        """Tell whether a line is surely title, year or unit line of the page's head."""
        key = line.key
        if ("绩效" in key and key.endswith("表")) or any(t in key for t in self.family.titles):
            return True
        plain = key.rstrip("0123456789一二三四五六七八九十:")
        if plain in self.family.ignored or (len(key) <= 12 and read_year(key) is not None):
            return True
        return key.partition(":")[0] in self.family.labels and ":" in key and not key.endswith(":")

    def _share(self, labels: Sequence[_Label], contents: Sequence[_Content], top: bool) -> tuple[float, list[int]]:
        """Return the least cost and for every label the index at which its content begins (and the end)."""
        n, k = len(contents), len(labels)
        best = [[_FAR] * (n + 1) for _ in range(k + 1)]
        back = [[0] * (n + 1) for _ in range(k + 1)]
        pages = _Places(labels, contents)
        begins, goes_on = _text_costs(contents)
        # Lines above the first label's content: the page's head.
        cost = 0.0
        for i in range(n + 1):
            best[0][i] = cost
            if i < n:
                cost += (0.0 if contents[i].head else 0.6) + pages.order_cost(-1, contents[i])
                if cost > 60.0:
                    break
        for j in range(k):
            funds = labels[j].section == "funds"
            for s in range(n + 1):
                base = best[j][s]
                if base >= _FAR:
                    continue
                total = 1.5
                if base + total < best[j + 1][s]:
                    best[j + 1][s] = base + total
                    back[j + 1][s] = s
                total = begins[s]
                for e in range(s + 1, n + 1):
                    content = contents[e - 1]
                    total += (3.0 if funds or len(content.line.atoms) > 1 else 1.5) if content.funds != funds else 0.0
                    if not funds and e - 1 > s:
                        total += goes_on[e - 1]
                    total += 6.0 if content.head else 0.0
                    if not funds and e - 1 > s and content.blank and contents[e - 2].page == content.page:
                        total += 8.0
                    total += pages.order_cost(j, content)
                    if total > 60.0:
                        break
                    whole = base + total + pages.centre_cost(j, contents, s, e, top)
                    if whole < best[j + 1][e]:
                        best[j + 1][e] = whole
                        back[j + 1][e] = s
        cuts = [n]
        i = n
        for j in range(k, 0, -1):
            i = back[j][i]
            cuts.append(i)
        return best[k][n], cuts[::-1]

    # --- blocks ---------------------------------------------------------------------------------------

    def _loose(self, lines: Sequence[Line]) -> None:
        for line in lines:
            held: list[Atom] = []
            for chunk in chunks_of(line.atoms):
                if held and not key_of(held[-1].text).endswith(":"):
                    self.out.blocks.append(piece_of_atoms(held))
                    held = []
                held += chunk
            if held:
                self.out.blocks.append(piece_of_atoms(held))

    def _emit(self, labels: Sequence[_Label], contents: Sequence[_Content], cuts: Sequence[int]) -> None:
        self._loose([c.line for c in contents[: cuts[0]]])
        for n, label in enumerate(labels):
            own = contents[cuts[n] : cuts[n + 1]]
            heading = label.pieces[0]
            for again in label.pieces[1:]:
                self.out.furniture += again
            if label.section == "funds":
                reader = FundsReader(self.family, self.tops)
                pages = [
                    [c.line for c in own if c.page == page] for page in sorted({c.page for c in own})
                ]
                self.out.blocks.append(reader.read(heading, pages))
                self.projects += reader.names
                self.out.furniture += reader.furniture
                continue
            builder = GridBuilder(2)
            builder.add([(0, 1, heading, 1.0), *([(1, 1, self._text(own), 1.0)] if own else [])])
            self.out.blocks.append(builder.grid())

    def _text(self, contents: Sequence[_Content]) -> list[Piece]:
        return [piece_of_atoms(c.line.atoms) for c in contents]


_PAGE_MARK = re.compile(
    r"[-—–－]{1,2}\s*\d{1,4}\s*[-—–－]{1,2}|第\s*\d{1,4}\s*页(\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)


def _without_page_marks(text: PlainText) -> tuple[list[Piece], list[Piece]]:
    """Return (lines without page marks, page marks).

    A mark stands alone in its line (— 3 —, 第3页 共5页, 3/5). A bare number is one only as the first or last
    line of its page, and if such numbers count the pages: a lone 0 may be an amount.
    """
    lines = text.lines
    marks = {i for i, ln in enumerate(lines) if len(ln.text.strip()) <= 24 and _PAGE_MARK.fullmatch(ln.text.strip())}
    bare: list[tuple[int, int]] = []
    for i, line in enumerate(lines):
        body = line.text.strip()
        edge = i in (0, len(lines) - 1) or lines[i - 1].page != line.page or lines[i + 1].page != line.page
        if edge and body.isascii() and body.isdigit() and len(body) <= 4:
            bare.append((i, int(body)))
    if bare and all(number - bare[0][1] == lines[i].page - lines[bare[0][0]].page for i, number in bare):
        marks.update(i for i, _ in bare)
    return [ln for i, ln in enumerate(lines) if i not in marks], [lines[i] for i in sorted(marks)]


_MARK = re.compile(r"[（(]?([一二三四五六七八九十]{1,3}|[0-9１-９]{1,2})[)）、.．]|[①-⑳]|第[一二三四五六七八九十]{1,3}")
_FIRST_MARK = re.compile(r"[（(]?[一1１][)）、.．]|①|第一")


def _text_costs(contents: Sequence[_Content]) -> tuple[list[float], list[float]]:
    """Return per index what it costs that a cell begins with that content, and that the cell before goes on."""
    widths = [text_width(c.line.atoms) for c in contents]
    widest: dict[int, float] = {}
    for content, width in zip(contents, widths, strict=True):
        widest[content.page] = max(widest.get(content.page, 0.0), 0.0 if content.funds else width)
    begins, goes_on = [0.0], [0.0]
    for i in range(1, len(contents)):
        before, here = contents[i - 1], contents[i]
        text = "".join(a.text for a in here.line.atoms)
        last = before.line.atoms[-1].text[-1]
        full = widths[i - 1] >= widest[before.page] - 6.0 and widths[i - 1] > 20
        first = _FIRST_MARK.match(text) is not None
        later = not first and _MARK.match(text) is not None
        begins.append((1.5 if full and not first else 0.0) + (4.0 if text[0] in LEADING or later else 0.0))
        goes_on.append((0.0 if full or last in "。；;：:" else 1.5) + (1.5 if first else 0.0))
    return [*begins, 0.0], [*goes_on, 0.0]


class _Places:
    """Where the labels stand, and what it costs that a content stands elsewhere."""

    def __init__(self, labels: Sequence[_Label], contents: Sequence[_Content]) -> None:
        self.labels = labels
        self.range: dict[int, tuple[int, int]] = {}  # page → its first content and the one after its last
        for i, content in enumerate(contents):
            self.range[content.page] = (self.range.get(content.page, (i, i))[0], i + 1)
        self.last: list[dict[int, float]] = []  # per label: page → height of the last label up to it
        high: dict[int, float] = {}
        for label in labels:
            self.last.append(dict(high))
            for page, (_, bottom) in label.places.items():
                high[page] = max(high.get(page, -1.0), bottom)
        low: dict[int, float] = {}
        self.first: list[dict[int, float]] = [{} for _ in range(len(labels) + 1)]
        for j in range(len(labels) - 1, -1, -1):
            self.first[j + 1] = dict(low)
            for page, (top, _) in labels[j].places.items():
                low[page] = min(low.get(page, 1e9), top)
        self.first[0] = dict(low)
        self.pages = [sorted(label.places) for label in labels]

    def order_cost(self, j: int, content: _Content) -> float:
        """Return the cost of *content* beside label *j* (-1: the head): labels before stand above it, others below."""
        cost = 0.0
        if j >= 0:
            above = self.last[j].get(content.page)
            if above is not None:
                cost += 8.0 * max(0.0, min(1.5, above + 0.45 - content.y))
            if self.pages[j] and content.page < self.pages[j][0] - 1:
                cost += 2.0
        below = self.first[j + 1].get(content.page)
        if below is not None:
            cost += 8.0 * max(0.0, min(1.5, content.y + 0.45 - below))
        return cost

    def centre_cost(self, j: int, contents: Sequence[_Content], s: int, e: int, top: bool) -> float:
        """Return the cost of label *j* not standing at the centre (or top) of contents *s*–*e*."""
        label = self.labels[j]
        cost = 0.0
        seen = False
        weight = 0.5 if label.section == "funds" else 4.0
        for page, (first, last) in label.places.items():
            a, b = self.range.get(page, (0, 0))
            a, b = max(a, s), min(b, e)
            if a >= b:
                cost += 8.0
                continue
            seen = True
            away = abs(first - contents[a].y) if top else abs((first + last) - (contents[a].y + contents[b - 1].y)) / 2
            cost += min(15.0, weight * max(0.0, away - 0.3))
        return cost if seen else cost + 2.0

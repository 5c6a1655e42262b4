"""A text dump that keeps the page's layout with spaces → loose lines and grids, as every other reader gives them.

Here, unlike in a flattened dump, the text tells where a cell stands: cells of one column lie under one
another, and a merged label stands at the centre (or the top) of what it spans. The form's parts are
found from the labels in the leftmost column, the tables from their column headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby

from jixiao.extract.document import Blocks, Mark, Piece
from jixiao.normalize.dates import read_year
from jixiao.rules.families import Family, key_of

from .atoms import Atom, Words
from .flat_lines import tells_rows
from .grids import GridBuilder
from .layout_funds import FundsReader, is_amount
from .layout_grid import GridReader
from .layout_page import (
    Header,
    Line,
    Vocabulary,
    chunks_of,
    end_of,
    find_header,
    heights_of,
    piece_of_atoms,
    printed_lines,
    start_of,
)
from .layout_parts import Content, Label, share_out
from .layout_stitch import Part
from .text import PlainText

MAX_LABELLED_LINES = 800
MAX_LABELS = 60
"""A form's part of sections is a few hundred lines at most; beyond, lines go out as they are."""
MAX_PAGE_LINES = 200
"""A longer page (of a dump without page breaks) is read in parts."""
MAX_TABLE_LINES = 4000
MAX_ATOMS = 60
"""A line of more parts is no line of a table."""


@cache
def _vocabularies(family: Family) -> tuple[Vocabulary, Vocabulary, Words, Words]:
    return (
        Vocabulary([*family.columns, *family.targets]),
        Vocabulary(list(family.measures)),
        Words(family.headings, money=True),
        Words(family.labels),
    )


class LayoutReader:
    """Reads one dump with the vocabulary of one family."""

    def __init__(self, text: PlainText, family: Family) -> None:
        self.text = text
        self.family = family
        self.out = Blocks()
        self.lines, self.out.furniture = printed_lines(text)
        self.words, self.measures, self.headings, self.fields = _vocabularies(family)
        self._tails: dict[str, bool] = {}
        self.headers = self._headers()
        self.tops = False
        self.projects: list[str] = []
        first = self.headers[0].start if self.headers else len(self.lines)
        self.sections = self._labelled(self.lines[:first])
        self.marks = [Mark(label.section, label.key) for label in self.sections[0] if label.section]
        self.marks += [Mark("header", "") for _ in self.headers]

    def read(self) -> Blocks:
        """Return the blocks of the dump in order."""
        self._emit(*self.sections)
        self._grids()
        return self.out

    @property
    def has_half_years(self) -> bool:
        """Whether a table has a column of half-year targets."""
        words = [c.word for header in self.headers for c in header.cells if c.word in self.family.targets]
        return any(self.family.targets[word] == ("half_year", "target") for word in words)

    # --- tables --------------------------------------------------------------------------------------

    def _headers(self) -> list[Header]:
        out = []
        i = 0
        while i < len(self.lines):
            header = None
            if all(self.words.part(key_of(a.text)) for a in self.lines[i].atoms):
                header = find_header(self.lines, i, self.words, 3, frozenset())
            words = [c.word for c in header.cells] if header is not None else []
            kinds = [self.family.columns[word] for word in words if word in self.family.columns]
            if header is not None and "level3" in kinds and tells_rows(kinds):
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

    def _labelled(self, lines: Sequence[Line]) -> tuple[list[Label], list[Content], list[int]]:
        """Return the labels of the leftmost column, the contents, and where each label's content begins."""
        labels: list[Label] = []
        contents: list[Content] = []
        for page, printed in groupby(lines, key=lambda line: line.page):
            own = list(printed)
            heads = [self._head_line(line) for line in own]
            edge = self._edge([line for line, head in zip(own, heads, strict=True) if not head])
            zones = [
                [a for a in ln.atoms if start_of(a) < edge and not h]
                for ln, h in zip(own, heads, strict=True)
            ]
            rests = [
                [a for a in ln.atoms if start_of(a) >= edge or h] for ln, h in zip(own, heads, strict=True)
            ]
            cells = [
                {c: atoms for c, atoms in ((0, z), (1, r)) if atoms}
                for z, r in zip(zones, rests, strict=True)
            ]
            heights = heights_of(own, cells)
            self._page_labels(labels, zones, heights, page)
            blank = False
            for line, rest, y, head in zip(own, rests, heights, heads, strict=True):
                blank = blank or line.gap > 0
                if rest:
                    content = Line(line.page, line.gap, tuple(rest))
                    contents.append(Content(page, y, blank, content, self._fund_line(rest), head))
                    blank = False
        middle = top = None
        if len(contents) <= MAX_LABELLED_LINES and len(labels) <= MAX_LABELS:
            middle, top = share_out(labels, contents, False), share_out(labels, contents, True)
        if middle is None or top is None:
            return [], [Content(ln.page, 0.0, False, ln, False, True) for ln in lines], [len(lines)]
        self.tops = top[0] + 1.0 < middle[0]
        return labels, contents, (top if self.tops else middle)[1]

    def _match(self, atoms: Sequence[Atom], start: int, stop: int) -> tuple[str, int] | None:
        """Return the longest heading or field label that begins at *start*, and the index after it."""
        heading, label = self.headings.match(atoms, start, stop), self.fields.match(atoms, start, stop)
        if heading is None or (label is not None and label[1] > heading[1]):
            return label
        return heading

    def _ends_heading(self, key: str) -> bool:
        """Tell whether *key* may be the end of a heading that the page before began."""
        if key not in self._tails:
            self._tails[key] = len(key) <= 8 and self.family.headings.may_end_with(key)
        return self._tails[key]

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
                    if rest in self.headings.prefixes or self._ends_heading(begun):
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
            if len(zone) <= 6 and self._match(zone, 0, len(zone)) == (
                key_of("".join(a.text for a in zone)),
                len(zone),
            ):
                return starts[-1] + 1
        return edge

    def _page_labels(
        self, labels: list[Label], zones: Sequence[Sequence[Atom]], heights: Sequence[float], page: int
    ) -> None:
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
                labels.append(Label(key, section, [pieces], {page: place}))
            i = stop

    def _fund_line(self, atoms: Sequence[Atom]) -> bool:
        family = self.family
        last = key_of(atoms[-1].text)
        if is_amount(atoms[-1].text) and (len(atoms) > 1 or "." in last or "," in last):
            return True
        first = key_of(atoms[0].text)
        if all(self.measures.part(key_of(a.text)) or key_of(a.text) in family.sides for a in atoms):
            return True
        return (
            first in family.sides
            or last in family.measures
            or key_of("".join(a.text for a in atoms)) in family.items
        )

    def _head_line(self, line: Line) -> bool:
        """Tell whether a line is surely title, year or unit line of the page's head."""
        key = line.key
        if ("绩效" in key and key.endswith("表")) or any(t in key for t in self.family.titles):
            return True
        plain = key.rstrip("0123456789一二三四五六七八九十:")
        if plain in self.family.ignored or (len(key) <= 12 and read_year(key) is not None):
            return True
        return key.partition(":")[0] in self.family.labels and ":" in key and not key.endswith(":")

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

    def _emit(self, labels: Sequence[Label], contents: Sequence[Content], cuts: Sequence[int]) -> None:
        self._loose([c.line for c in contents[: cuts[0]]])
        for n, label in enumerate(labels):
            own = contents[cuts[n] : cuts[n + 1]]
            heading = label.pieces[0]
            for again in label.pieces[1:]:
                self.out.furniture += again
            if label.section == "funds":
                reader = FundsReader(self.family, self.tops)
                pages = [[c.line for c in page] for _, page in groupby(own, key=lambda c: c.page)]
                self.out.blocks.append(reader.read(heading, pages))
                self.projects += reader.names
                self.out.furniture += reader.furniture
                continue
            builder = GridBuilder(2)
            builder.add([(0, 1, heading, 1.0), *([(1, 1, self._text(own), 1.0)] if own else [])])
            self.out.blocks.append(builder.grid())

    def _text(self, contents: Sequence[Content]) -> list[Piece]:
        return [piece_of_atoms(c.line.atoms) for c in contents]

"""A flattened text dump → loose lines and grids, as every other reader gives them.

The cells of the form come one after another in reading order (Apache Tika, pdftotext -raw, pdfium
and their like). Headings, side labels and column headers are found by the family's vocabulary,
wherever a wrap broke them; what lies between two of them is a cell or a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jixiao.extract.document import Blocks, Piece
from jixiao.extract.headings import NUMBERED, title_key
from jixiao.extract.sections.words import column
from jixiao.normalize.characters import display_width
from jixiao.normalize.dates import read_year
from jixiao.rules.families import GOALS, Family, key_of

from .atoms import MAX_COLUMNS, Words, line_pieces, whole_headers
from .costs import LEADING, looks_like_target
from .cut_headings import take_cut_headings
from .flat_funds import AMOUNT, FundRows
from .flat_indicators import IndicatorTable
from .flat_lines import columns_lost, is_figure, lined_funds, tells_rows
from .grids import GridBuilder
from .sheet import Sheet
from .spaced import part_labels
from .words import cuts_word


@dataclass(slots=True)
class _Mark:
    """A heading or column header found at atoms *start*–*stop*."""

    start: int
    stop: int
    section: str
    key: str


_TEXTS = ("functions", "staffing", *GOALS)


@cache
def _words_of(family: Family) -> tuple[Words, Words, Words, Words, Words]:
    return (
        Words(family.headings, money=True),
        Words([*family.columns, *family.targets]),
        Words(family.measures, money=True),
        Words([*family.items, *family.subtotals]),
        Words(family.labels),
    )


class FlatReader:
    """Reads one dump with the vocabulary of one family."""

    def __init__(self, sheet: Sheet, family: Family) -> None:
        self.family = family
        words = _words_of(family)
        self.headings, self.columns, self.measures, self.items, self.labels = words
        titles = self._titles_again(sheet.mended.printed)
        furniture = [*sheet.furniture, *(sheet.mended.printed[i] for i in sorted(titles))]
        self.out = Blocks(furniture=furniture)
        self.lines = sheet.without(titles)
        headers = family.measures.keys() | family.targets.keys() | family.columns.keys()
        parted = part_labels(self.lines.values, headers | family.level1 | family.level2)
        whole = whole_headers(parted, headers)
        self.shattered = self.lines.shattered
        self.projects: list[str] = []
        self.atoms, self.cut_headings = take_cut_headings(whole, family.printed_headings)
        self.marks = self._marks()

    def _titles_again(self, lines: Sequence[Piece]) -> frozenset[int]:
        """Return which lines are the title where a page prints it again, and the year's line below it."""
        first = next((i for i, p in enumerate(lines[:60]) if self._titled(p)), None)
        if first is None:
            return frozenset()
        title = key_of(lines[first].text)
        below = key_of(lines[first + 1].text) if first + 1 < len(lines) else ""
        gone = {i for i in range(first + 1, len(lines)) if len(lines[i].text) < 90 and key_of(lines[i].text) == title}
        if gone and read_year(below) is not None and len(below) <= 12:
            gone |= {i + 1 for i in gone if i + 1 < len(lines) and key_of(lines[i + 1].text) == below}
        return frozenset(gone)

    def _titled(self, line: Piece) -> bool:
        key = title_key(line.text) if len(line.text) < 90 else ""
        return key.endswith("表") and ("绩效" in key or any(t in key for t in self.family.titles))

    def read(self) -> Blocks:
        """Return the blocks of the dump in order."""
        marks = self.marks
        first = marks[0].start if marks else len(self.atoms)
        self._head(0, first)
        i = 0
        begun = 0  # where the content of the next heading begins, if that is above it
        while i < len(marks):
            mark = marks[i]
            j = i + 1
            if mark.section == "header":
                while j < len(marks) and marks[j].section in ("header", "indicators"):
                    j += 1
            else:
                key = mark.key
                while j < len(marks) and marks[j].section == mark.section and key in ("", marks[j].key):
                    key = key or marks[j].key  # the same heading again, or the one that was lacking
                    j += 1
            stop = marks[j].start if j < len(marks) else len(self.atoms)
            same = marks[i:j]
            above, begun = begun, self._begun(mark, stop, marks[j]) if j < len(marks) else 0
            stop = begun or stop
            if mark.section == "header":
                self._indicators(same, stop)
            elif mark.section == "funds":
                self._funds(same, stop)
            elif mark.section == "indicators":
                self._row(self._pieces(mark.start, mark.stop), [])
                self._loose(mark.stop, stop)
            elif mark.section in ("foot", "unknown"):
                self._loose(mark.start, stop)
            else:
                self._labelled(same, stop, above)
            i = j
        return self.out

    def _begun(self, mark: _Mark, stop: int, heading: _Mark) -> int:
        """Return the atom above *stop* where the cell of *heading* begins, 0 if it begins below its heading.

        A page break puts a merged heading on the second of its pages. Then the lines above the break run on below it,
        and they are no end of what stands under *mark*: a sentence among the funds, or behind a line that ends one.
        """
        atoms = self.atoms
        if heading.section not in _TEXTS or not heading.start < heading.stop or heading.stop >= len(atoms):
            return 0
        if not atoms[heading.start].turn or atoms[heading.stop].turn:
            return 0
        cut = stop
        while cut > mark.stop and not (AMOUNT.fullmatch(atoms[cut - 1].text) and mark.section == "funds"):
            if mark.section != "funds" and cut < stop and atoms[cut - 1].text[-1] == "。" and atoms[cut].first:
                break
            cut -= 1
        tail = "".join(a.text for a in atoms[cut:stop])
        if cut <= mark.stop or cut == stop or not atoms[cut].first or tail[-1] in "。；":
            return 0
        if mark.section == "funds":
            return cut if len(tail) > 12 and any(sign in tail for sign in "，；。：") else 0
        if mark.section not in _TEXTS or NUMBERED.match(tail):
            return 0
        last, first = atoms[stop - 1].text, atoms[heading.stop].text
        widest = max(display_width(a.text) for a in atoms[mark.stop : stop])
        full = display_width(last) >= widest - 4
        return cut if full and (first[0] in LEADING or cuts_word(last, first) > 0) else 0

    # --- where things begin ----------------------------------------------------------------------

    def _marks(self) -> list[_Mark]:
        """Return the headings and column headers, in order."""
        atoms = self.atoms
        out: list[_Mark] = []
        i, n = 0, len(atoms)
        grid = funds = strange = False
        while i < n:
            atom = atoms[i]
            if not atom.first:
                i += 1
                continue
            if out and self._names_field(i):
                # 填报人：… below the form, or between its parts, on a line of its own.
                while i < n and (not atoms[i].first or self._names_field(i)):
                    out.append(_Mark(i, i + 1, "foot", ""))
                    i += 1
                grid = False
                continue
            header = self._header_at(i)
            if self._unknown_header(i, header):
                # Columns that no vocabulary has: rows under them would be guesses.
                out.append(_Mark(i, i, "unknown", ""))
                grid, strange = False, True
                i += 1
                continue
            if header is not None:
                out.append(_Mark(i, header, "header", ""))
                grid = True
                i = header
                continue
            found = self.headings.match(atoms, i, n)
            if i in self.cut_headings and (found is None or found[1] < i + self.cut_headings[i][1]):
                found = (self.cut_headings[i][0], i + self.cut_headings[i][1])
            if found is None and not funds and not grid and self._funds_begin_at(i):
                out.append(_Mark(i, i, "funds", ""))
                funds = True
            if found is not None and strange and self.family.headings[found[0]] == "funds":
                i += 1  # 资金投入 among the rows of a table that is not read is no heading
                continue
            if found is not None and self._goes_on_within(out, found[0], found[1]):
                i += 1
                continue
            if found is not None and not (grid and self._inside_grid(found[0], i, found[1])):
                out.append(_Mark(i, found[1], self.family.headings[found[0]], found[0]))
                grid = False
                funds = funds or out[-1].section == "funds"
                i = found[1]
                continue
            i += 1
        return out

    def _goes_on_within(self, marks: Sequence[_Mark], key: str, stop: int) -> bool:
        """Tell whether a heading that ends at atom *stop* is but a word of the section it would begin.

        人员编制 39 名 under 机构设置及人员配置 is one.
        """
        if not marks or marks[-1].key == key:
            return False
        beside = self.atoms[stop] if stop < len(self.atoms) and not self.atoms[stop].first else None
        if marks[-1].section == "funds" == self.family.headings[key] and beside is not None and is_figure(beside.text):
            return True  # 年度资金总额 and its amounts under 项目资金 are an item
        if key in self.family.own_headings:
            return False
        return marks[-1].section in ("staffing", "functions") and self.family.headings[key] == marks[-1].section

    def _names_field(self, i: int) -> bool:
        """Tell whether atom *i* is a head or foot field: 填报人：, 联系电话：0513; a person's also without the colon."""
        label, colon, _ = key_of(self.atoms[i].text).partition(":")
        kind = self.family.labels.get(label)
        return kind == "personal" or (bool(colon) and kind in ("other", "money_unit"))

    def _colon_label(self, i: int) -> bool:
        """Tell whether atom *i* is any field's label with its colon and its value: 填报单位（盖章）：某局."""
        label, colon, value = key_of(self.atoms[i].text).partition(":")
        return bool(colon) and bool(value) and label in self.family.labels

    def _funds_begin_at(self, i: int) -> bool:
        """Tell whether the funds begin at atom *i* without their heading: a page break put it further down."""
        atoms, n = self.atoms, len(self.atoms)
        side = key_of(atoms[i].text) in self.family.sides
        if side:
            i += 1
        header = self.measures.match(atoms, i, n)
        if side and header is not None and header[1] < n and atoms[header[1]].turn:
            return True
        for _ in range(MAX_COLUMNS):
            if header is None:
                break
            i = header[1]
            header = self.measures.match(atoms, i, n)
        item = self.items.match(atoms, i, n)
        return item is not None and item[1] < n and AMOUNT.fullmatch(atoms[item[1]].text) is not None

    def _inside_grid(self, key: str, start: int, stop: int) -> bool:
        """A heading among the indicators is one only where the family itself names it so."""
        if key in self.family.own_headings:
            return False
        if self.family.headings[key] == "indicators":
            # The label of the whole grid, printed again on a new page, stands before a header.
            return not (stop < len(self.atoms) and self._header_at(stop) is not None)
        return True

    def _unknown_header(self, i: int, header: int | None) -> bool:
        """Tell whether the line at atom *i* is a row of column headers not all of which are known."""
        end = i + 1
        while end < len(self.atoms) and not self.atoms[end].first:
            end += 1
        if header is not None:
            if header == len(self.atoms) or not self.atoms[header].first:
                return header < len(self.atoms)
            first, follows = (self.columns.match(self.atoms, k, len(self.atoms)) for k in (i, header))
            if first is not None and follows is not None and follows[0] != first[0]:
                return True  # it has no end
            return self._tells_no_rows(i, header)
        if end - i < 3 or any(len(a.text) > 12 or any(map(str.isdigit, a.text)) for a in self.atoms[i:end]):
            return False
        known = sum(
            key_of(a.text) in self.family.columns or key_of(a.text) in self.family.targets for a in self.atoms[i:end]
        )
        return known >= 2 and known * 2 > end - i

    def _tells_no_rows(self, i: int, stop: int) -> bool:
        """Tell whether rows under the header at atoms *i*–*stop* are not told by their widths and targets alone.

        It has no target that would end a row, columns of signs, units or points, or a level twice; or the line below
        goes on with names of columns, which divide some of it.
        """
        kinds: list[str] = []
        targets = 0
        k = i
        while k < stop:
            found = self.columns.match(self.atoms, k, stop)
            if found is None:
                break
            targets += found[0] in self.family.targets
            kinds.append(self.family.columns.get(found[0], ""))
            k = found[1]
        kinds = [kind for kind in kinds if kind]
        if not targets or not tells_rows(kinds):
            return True
        names = 0
        for atom in self.atoms[stop : stop + MAX_COLUMNS]:
            key = key_of(atom.text)
            if key in self.family.level1 or key in self.family.level2 or looks_like_target(atom.text) >= 0.9:
                break
            below = column(key, self.family)
            names += 0 if below is None else 2 if below.sure else 1
        return names > 1

    def _header_at(self, i: int) -> int | None:
        """Return the end of the column header that begins at atom *i*, if one does.

        Where a line begins with its first column again, the header is printed again.
        """
        count, level, first = 0, False, ""
        j = i
        while j < len(self.atoms) and count < MAX_COLUMNS:
            found = self.columns.match(self.atoms, j, len(self.atoms))
            if found is None or (found[0] == first and self.atoms[j].first):
                break
            first = first or found[0]
            count += 1
            level = level or self.family.columns.get(found[0]) == "level3"
            j = found[1]
        return j if count >= 3 and level else None

    # --- sections of one cell ----------------------------------------------------------------------

    def _pieces(self, start: int, stop: int) -> list[Piece]:
        return line_pieces(self.atoms[start:stop])

    def _loose(self, start: int, stop: int) -> None:
        """Lines that are no part of a grid; of several fields on a line each is a piece of its own."""
        i = start
        while i < stop:
            end = i + 1
            while end < stop and not self.atoms[end].first and not self._names_field(end):
                end += 1
            self.out.blocks.extend(line_pieces(self.atoms[i:end]))
            i = end

    def _head(self, start: int, stop: int) -> None:
        """Lines above the first heading: label and value in a row each, the rest loose."""
        labels = self.labels
        i = start
        while i < stop:
            end = i + 1
            while end < stop and not self.atoms[end].first:
                end += 1
            if self._names_field(i) or self._colon_label(i):
                end = i + 1
                while end < stop and not self.atoms[end].first and not self._names_field(end):
                    if self._colon_label(end):
                        break
                    end += 1
                self.out.blocks.append(line_pieces(self.atoms[i:end])[0])
                i = end
                continue
            found = labels.match(self.atoms, i, stop)
            if found is not None and found[1] < stop:
                value = found[1]
                until = value + 1
                while until < stop and not self.atoms[until].first and not labels.match(self.atoms, until, until + 1):
                    until += 1
                label_line = self.atoms[found[1] - 1].line
                alone = self.atoms[value].line != label_line
                if not (alone and (labels.match(self.atoms, value, stop) or self._is_title(value, until))):
                    until = self._value_end(value, until, stop, labels)
                    self._row(self._pieces(i, value), self._pieces(value, until))
                    i = until
                    continue
            self.out.blocks.append(line_pieces(self.atoms[i:end])[0])
            i = end

    def _value_end(self, value: int, until: int, stop: int, labels: Words) -> int:
        """A head value goes on over further lines while they are neither label nor title."""
        while until < stop:
            width = display_width("".join(a.text for a in self.atoms[value:until]))
            nxt = until + 1
            while nxt < stop and not self.atoms[nxt].first:
                nxt += 1
            joined = self.atoms[until].text
            wraps = joined[0] in LEADING or (width >= 20 and nxt - until == 1 and len(joined) <= 8)
            if not wraps or labels.match(self.atoms, until, stop) or ":" in key_of(joined):
                break
            until = nxt
        return until

    def _is_title(self, start: int, stop: int) -> bool:
        return key_of("".join(a.text for a in self.atoms[start:stop])).endswith("表")

    def _row(self, label: Sequence[Piece], value: Sequence[Piece]) -> None:
        builder = GridBuilder(2)
        builder.add([(0, 1, label, 1.0), *([(1, 1, value, 1.0)] if value else [])])
        self.out.blocks.append(builder.grid())

    def _labelled(self, marks: Sequence[_Mark], stop: int, above: int = 0) -> None:
        """A heading and its one cell, which goes on where a new page prints the heading again.

        The cell may begin at atom *above*, before its heading.
        """
        label = self._heading(marks)
        value: list[Piece] = self._pieces(above, marks[0].start) if above else []
        for k, mark in enumerate(marks):
            value += self._pieces(mark.stop, marks[k + 1].start if k + 1 < len(marks) else stop)
        self._row(label, value)

    def _heading(self, marks: Sequence[_Mark]) -> list[Piece]:
        """Return the heading's pieces; where it is printed again it is page furniture."""
        printed = [m for m in marks if m.stop > m.start]
        for mark in printed[1:]:
            self.out.furniture += self._pieces(mark.start, mark.stop)
        if not printed:
            return []
        end = self.cut_headings.get(printed[0].start)
        return [*self._pieces(printed[0].start, printed[0].stop), *(end[2] if end is not None else ())]

    # --- funds -------------------------------------------------------------------------------------

    def _funds(self, marks: Sequence[_Mark], stop: int) -> None:
        builder = GridBuilder(8)
        builder.labels = {0, 1, 2}
        spans = [(m.stop, marks[k + 1].start if k + 1 < len(marks) else stop) for k, m in enumerate(marks)]
        heading = self._heading(marks)
        lined = lined_funds(self.atoms, *spans[0], self.family, heading) if len(spans) == 1 else None
        if lined is not None:
            self.out.blocks.append(lined[0].grid())
            self._loose(lined[1], stop)
            return
        words = (self.measures, self.items)
        furniture = self.out.furniture
        # Points, rates or two tables abreast whose columns the lines do not show: no amount is surely where it seems to be.
        lost = any(columns_lost(self.atoms[start:end], self.family) for start, end in spans)
        rows = FundRows(self.atoms, self.family, words, builder, heading, furniture, self.shattered or lost)
        for start, end in spans:
            rows.read(start, end)
        rows.close()
        self.projects += rows.names
        self.out.blocks.append(builder.grid())

    # --- indicators ----------------------------------------------------------------------------------

    def _indicators(self, marks: Sequence[_Mark], stop: int) -> None:
        table = IndicatorTable(self.family, self.columns, self.projects, self.lines)
        for k, mark in enumerate(marks):
            end = marks[k + 1].start if k + 1 < len(marks) else stop
            add = table.add if mark.section == "header" else table.go_on
            add(self.atoms[mark.start : mark.stop], self.atoms[mark.stop : end])
        self.out.blocks.extend(table.read())
        self.out.furniture += table.furniture

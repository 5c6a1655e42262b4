"""What a page break did to the rows of a flattened table: texts cut in two, merged labels printed below their first rows.

Spreadsheets print a merged cell's text where most of its rows stand. A cell may so begin on one page without its
label, or its text may be shared out over two pages; the row below the break then looks like the beginning of
something new. Whether it is one is judged here, row by row, after the split.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from jixiao.normalize.characters import display_width

from .atoms import Atom, closed
from .blocks import FoundCell, FoundRow
from .costs import LEADING, Column, Evidence, key_of, looks_like_target
from .words import cuts_word

_CLOSED = {"“": "”", "（": "）", "《": "》", "‘": "’", "(": ")", "【": "】", "「": "」"}
_OPENED = {closing: opening for opening, closing in _CLOSED.items()}
_REACH = 60  # atoms between a bracket and its other half
_SLACK = 2.6
_ENOUGH = 3  # rows that show what is usual in this table
_VALUE = 0.9
_PERHAPS = 0.5
_PAGE_ROWS = 6
"""A page holds more rows than this, but for a form's shortest."""
_STEM = 4
"""Names that begin with as many characters alike are of a kind: 合同履约及时性, 合同履约完成率."""


def mend_turns(
    rows: Sequence[FoundRow], atoms: Sequence[Atom], columns: Sequence[Column], widths: Mapping[int, float], evidence: Evidence
) -> list[FoundRow]:
    """Return *rows*, the rows under one header, with what a page break parted put together.

    *widths* are those at which the columns wrap. A label cell that begins again below a break is marked as the
    rest of the one above if its text plainly runs on; a label that then turns out to be printed too late
    is moved up to the row it begins at.
    """
    mender = _Mender(rows, atoms, columns, widths, evidence)
    for r in range(1, len(rows)):
        if any(atoms[i].turn for i in range(mender.stop(r - 1), mender.start(r) + 1)):
            mender.mend(r)
    return [tuple(sorted(row, key=lambda c: (c.column, c.start))) for row in mender.rows]


def mark_turns(atoms: Sequence[Atom], targets: int, level1: Container[str] = frozenset()) -> list[Atom]:
    """Return *atoms* with a page break where a bracket that one row leaves open is closed below the end of another.

    Some dumpers leave no mark between pages. The lines of a cell stand together unless a page break parts them: its
    rest then begins below the last row of the page, whose *targets* values end a line. Lines of that rest which would
    have had room on the line above were broken there by the dumper, and are put together. Where the labels of two
    levels, the first of them one of *level1*, stand again that are in force anyway, a page begins too.
    """
    turns: dict[int, int] = {}  # where a page begins → how wide the line is that leaves the bracket open
    open_: list[tuple[str, int]] = []
    below = 0  # where the line begins that follows the last row that ended
    run = 0
    for i, atom in enumerate(atoms):
        if atom.turn:
            open_.clear()
        for ch in atom.text:
            if ch in _CLOSED:
                open_.append((ch, i))
            elif ch in _OPENED and open_ and open_[-1][0] == _OPENED[ch]:
                begun = open_.pop()[1]
                if begun < below <= i and i - begun <= _REACH:
                    turns[below] = display_width(atoms[begun].text)
        run = run + 1 if looks_like_target(atom.text) >= _VALUE else 0
        if atom.last and targets and run >= targets:
            below = i + 1
    out: list[Atom] = []
    room = 0
    again = _labels_again(atoms, targets, level1)
    for i, atom in enumerate(atoms):
        if i in again:
            atom = replace(atom, turn=True)
        if i in turns:
            room = turns[i]
            out.append(replace(atom, turn=True))
        elif room and _had_room(out[-1], atom, room):
            out[-1] = replace(closed((out[-1], atom)), turn=out[-1].turn)
        else:
            out.append(atom)
        if not atom.first:
            room = 0  # a row's cells stand side by side again
    return out


def _labels_again(atoms: Sequence[Atom], targets: int, level1: Container[str]) -> set[int]:
    """Return where a row has ended and the level 1 and the level 2 in force are printed once more.

    Nowhere, if so many rows have them that the form prints its labels on every row.
    """
    found: set[int] = set()
    rows = run = 0
    at = -1  # where the level 1 in force stands
    ended = False
    for i, atom in enumerate(atoms):
        key = key_of(atom.text) if atom.first else ""
        if key and key in level1:
            if ended and at >= 0 and not atom.turn and key_of(atoms[at].text) == key and _again(atoms, at, i):
                found.add(i)
            at = i
        run = run + 1 if looks_like_target(atom.text) >= _VALUE else 0
        ended = bool(targets) and atom.last and (run >= targets or _ends_value(atoms, i))
        rows += ended
    return found if len(found) <= max(1, rows // _PAGE_ROWS) else set()


def _ends_value(atoms: Sequence[Atom], i: int) -> bool:
    """Tell whether the line of atom *i* is the last of a value that the lines above begin: 48分钟 / 及以下."""
    for n in (1, 2):
        text = "".join(a.text for a in atoms[max(0, i - n) : i + 1])
        if i >= n and looks_like_target(atoms[i - n].text) >= _PERHAPS and looks_like_target(text) >= _VALUE:
            return True
    return False


def _again(atoms: Sequence[Atom], at: int, i: int) -> bool:
    """Tell whether what follows the level 1 at *i* stands between the one at *at* and it already, as lines of their own."""
    below = atoms[i + 1].text if i + 1 < len(atoms) else ""
    if len(below) < _STEM or looks_like_target(below) >= _VALUE:
        return False
    return any(atoms[k].text == below for k in range(at + 1, i))


def _had_room(above: Atom, atom: Atom, room: int) -> bool:
    """Tell whether *atom* goes on with the line above within a word or a clause, though that line was not full."""
    if not (atom.first and above.last) or display_width(above.text + atom.text) > room:
        return False
    return atom.text[0] in LEADING or cuts_word(above.text, atom.text) > 0.5


class _Mender:
    def __init__(
        self,
        rows: Sequence[FoundRow],
        atoms: Sequence[Atom],
        columns: Sequence[Column],
        widths: Mapping[int, float],
        evidence: Evidence,
    ) -> None:
        self.rows = [list(row) for row in rows]
        self.bounds = [(min(c.start for c in row), max(c.stop for c in row)) for row in rows]
        self.atoms, self.widths, self.evidence = atoms, widths, evidence
        self.place = {c.kind: i for i, c in enumerate(columns)}
        self.name = self.place.get("level3")
        self.labels = [self.place[k] for k in ("level1", "level2", "key_work", "project") if k in self.place]

    def start(self, r: int) -> int:
        return self.bounds[r][0]

    def stop(self, r: int) -> int:
        return self.bounds[r][1]

    def mend(self, r: int) -> None:
        """Mend row *r*, the first below a page break."""
        row = self.rows[r]
        begins = r  # the first row of what goes on over the break
        self._know_again(r)
        self._know_level1(r)
        self._know_above(r)
        work = self.place.get("key_work")
        if work is not None and not any(c.column in self.labels[:3] and not c.rest for c in row):
            above = self._open(r, work)
            begins = r if above is None else above
        for kind in ("key_work", "project"):
            column = self.place.get(kind)
            cell = next((c for c in row if c.column == column and not c.rest), None)
            if column is None or cell is None:
                continue
            above = self._open(r, column)
            if above is None:
                continue
            lines = self._texts(above, column, r)
            if self._runs_on(lines, cell, column) or (kind == "key_work" and self._one_to_one(r) and self._full(lines, column)):
                row[row.index(cell)] = replace(cell, rest=True)
                begins = min(begins, above)
        if begins < r:
            self._lift(r, begins)
            self._lift_into_empty(begins)
        self._lift_into_empty(r)
        self._lift_work(r)
        self._lift_by_names(r)

    def _know_again(self, r: int) -> None:
        """Take a cell of row *r* for the label further left whose very words it is, printed again."""
        row = self.rows[r]
        for cell in [c for c in row if c.column in self.labels and not c.rest]:
            text = "".join(self.atoms[i].text for i in range(cell.start, cell.stop))
            for column in self.labels[:2]:
                free = not any(c.column == column for c in row)
                if free and column < cell.column and text == self._current(r, column):
                    row[row.index(cell)] = replace(cell, column=column, rest=True)
                    break

    def _know_level1(self, r: int) -> None:
        """Know a level 1 in what was read as level 2 of row *r*: the level 2 above the break is named after it.

        服务对象满意度指标 / break / 满意度指标: the latter is merged over both pages and printed on the second.
        """
        level1, level2 = (self.place.get(kind) for kind in ("level1", "level2"))
        cell = next((c for c in self.rows[r] if c.column == level2 and not c.rest), None)
        if level1 is None or level2 is None or cell is None or any(c.column == level1 for c in self.rows[r]):
            return
        text, above = self._text(cell), self._open(r, level2)
        if key_of(text) not in self.evidence.level1 or above is None or self._current(r, level1) == text:
            return
        if self._current(r, level2).endswith(text) and not any(c.column == level1 for c in self.rows[above]):
            self._move(replace(cell, column=level1), r, above, cell)

    def _know_above(self, r: int) -> None:
        """Know a label of row *r* in the row above it, where the page above ends with it, read as another column's.

        What it is shows where it is printed again. All labels printed only below it are then the row's above too.
        """
        above = self.rows[r - 1]
        for cell in [c for c in self.rows[r] if c.column in self.labels and not c.rest]:
            text = self._text(cell)
            twin = next((c for c in above if not c.rest and c.column >= cell.column and self._begins(c, text)), None)
            if twin is None or any(c.column in self.labels and c.column < twin.column for c in above):
                continue
            label = replace(twin, stop=twin.start + self._begins(twin, text), column=cell.column)
            above.remove(twin)
            above.append(label)
            if label.stop < twin.stop:
                above.append(replace(twin, start=label.stop))
            if twin.column != cell.column or label.stop < twin.stop:
                for other in [c for c in self.rows[r] if c.column in self.labels and c.column != cell.column]:
                    printed_again = self._text(other) == self._current(r, other.column)
                    if not other.rest and not printed_again and not any(c.column == other.column for c in above):
                        self._move(other, r, r - 1)
            self.rows[r][self.rows[r].index(cell)] = replace(cell, rest=True)
            return

    def _begins(self, cell: FoundCell, text: str) -> int:
        """Return how many atoms at the beginning of *cell* are *text*; if it is a name, not all of them."""
        key = ""
        for i in range(cell.start, cell.stop - (cell.column == self.name)):
            key += self.atoms[i].text
            if key == text:
                return i + 1 - cell.start
        return 0

    def _text(self, cell: FoundCell) -> str:
        return "".join(self.atoms[i].text for i in range(cell.start, cell.stop))

    def _lift_by_names(self, r: int) -> None:
        """Move the level 2 of row *r* up to the rows above the break whose names go with it, and not with the one above.

        Of 资产管理 / 固定资产完整性 / 合同履约完成率 / break / 项目管理 / 合同履约健全性 the third row is the
        fourth's kind. That is likely and no more: the label so moved is in doubt.
        """
        column = self.place.get("level2")
        if column is None or self.name is None:
            return
        cell = next((c for c in self.rows[r] if c.column == column and not c.rest), None)
        if cell is None or self._text(cell) not in self.evidence.level2:
            return
        top = next((k for k in range(r - 1, -1, -1) if any(c.column in self.labels[:2] for c in self.rows[k])), r)
        below = next(
            (k for k in range(r + 1, len(self.rows)) if any(c.column in self.labels[:2] for c in self.rows[k])), len(self.rows)
        )
        theirs = [self._name(k) for k in range(top, r)]
        own = [self._name(k) for k in range(r, below)]
        begins = r
        for k in range(r - 1, top, -1):
            others = [n for n in theirs[: k - top] if n]
            if not _goes_with(self._name(k), self._text(cell), own, self._current(r, column), others):
                break
            begins = k
        if begins < r:
            self._move(replace(cell, sure=False), r, begins, cell)

    def _name(self, r: int) -> str:
        return "".join(self._text(c) for c in self.rows[r] if c.column == self.name)

    def _open(self, r: int, column: int) -> int | None:
        """Return the row above *r* where the label in *column* begins that is still open at *r*, or None."""
        for k in range(r - 1, -1, -1):
            if any(c.column == column and not c.rest for c in self.rows[k]):
                return k
            if any(c.column in self.labels and c.column < column and not c.rest for c in self.rows[k]):
                return None
        return None

    def _texts(self, first: int, column: int, stop: int) -> list[str]:
        """Return the lines of the label in *column* that begins at row *first*."""
        return [
            self.atoms[i].text
            for row in self.rows[first:stop]
            for c in row
            if c.column == column
            for i in range(c.start, c.stop)
        ]

    def _runs_on(self, above: Sequence[str], cell: FoundCell, column: int) -> bool:
        """Tell whether *cell* is the rest of the lines *above*: the last is full, and the text does not end there."""
        below = [self.atoms[i].text for i in range(cell.start, cell.stop)]
        before, after = "".join(above), "".join(below)
        evidence = self.evidence
        if before == after or not before:
            return False
        if key_of(before + after) in evidence.projects:
            return True
        if key_of(before) in evidence.projects or key_of(after) in evidence.projects or before[-1] in "。；;":
            return False
        if after[0] in LEADING:
            return True
        width = self.widths.get(column)
        if width is not None and display_width(above[-1]) < width - _SLACK:
            return False
        if before[-1] in "、，" or any(before.count(o) > before.count(c) and c in after for o, c in _CLOSED.items()):
            return True
        if evidence.joins is not None and evidence.joins(above[-1], below[0]) >= 1.0:
            return True
        if evidence.habits is not None and evidence.habits.never_ends(above[-1]):
            return True
        return evidence.words is not None and evidence.words(above[-1], below[0]) > 0

    def _one_to_one(self, r: int) -> bool:
        """Tell whether row *r* prints its level 2 again and each key work but its own begins with a level 2."""
        level2, work = self.place.get("level2"), self.place.get("key_work")
        again = next((c for c in self.rows[r] if c.column == level2), None)
        if again is None or self._text(again) != self._current(r, again.column):
            return False
        begun = [{c.column for c in row if not c.rest} for k, row in enumerate(self.rows) if k != r]
        with_work = [columns for columns in begun if work in columns]
        return len(with_work) >= _ENOUGH and all(level2 in columns for columns in with_work)

    def _full(self, lines: Sequence[str], column: int) -> bool:
        """Tell whether the last of *lines* is as wide as its column, and ends no sentence."""
        width = self.widths.get(column)
        return width is not None and display_width(lines[-1]) >= width - _SLACK and lines[-1][-1] not in "。；;"

    def _lift(self, r: int, begins: int) -> None:
        """Move the labels of row *r* beside a text that began at row *begins* up to that row, if it has none."""
        for column in (*self.labels[:2], *(c for c in self.labels if c == self.place.get("project"))):
            cell = next((c for c in self.rows[r] if c.column == column and not c.rest), None)
            if cell is None:
                continue
            current = self._current(r, column)
            text = "".join(self.atoms[i].text for i in range(cell.start, cell.stop))
            if current == text:
                continue  # printed again
            if any(c.column == column for row in self.rows[begins:r] for c in row):
                return
            self._move(cell, r, begins)

    def _lift_work(self, r: int) -> None:
        """Move the key work of row *r*, which begins no level 2, up to the level 2 above the break that lacks one.

        Its project goes with it. In a table with key works each level 2 has one.
        """
        work, level2 = self.place.get("key_work"), self.place.get("level2")
        if work is None:
            return
        cell = next((c for c in self.rows[r] if c.column == work and not c.rest), None)
        if cell is None or any(c.column in self.labels[:2] and not c.rest for c in self.rows[r]):
            return
        top = next((k for k in range(r - 1, -1, -1) if any(c.column == level2 and not c.rest for c in self.rows[k])), None)
        others = self.labels[self.labels.index(work) :]
        if top is None or any(c.column in others for row in self.rows[top:r] for c in row):
            return
        for label in [c for c in self.rows[r] if c.column in self.labels and not c.rest]:
            self._move(label, r, top)

    def _lift_into_empty(self, r: int) -> None:
        """Move labels of row *r* up to the first row under the header where no row has had one: it lacks its own."""
        lacking = False
        for column in self.labels:
            if any(c.column == column for row in self.rows[:r] for c in row):
                if column in self.labels[:2]:
                    continue
                break
            cell = next((c for c in self.rows[r] if c.column == column and not c.rest), None)
            if cell is None:
                continue
            if column in self.labels[:2] or lacking:
                self._move(cell, r, 0)
                lacking = lacking or column == self.place.get("level2")

    def _current(self, r: int, column: int) -> str:
        for k in range(r - 1, -1, -1):
            for c in self.rows[k]:
                if c.column == column and not c.rest:
                    return "".join(self.atoms[i].text for i in range(c.start, c.stop))
        return ""

    def _move(self, cell: FoundCell, r: int, to: int, old: FoundCell | None = None) -> None:
        self.rows[r].remove(old or cell)
        self.rows[to].append(cell)


def _goes_with(name: str, label: str, own: Sequence[str], other_label: str, others: Sequence[str]) -> bool:
    """Tell whether *name* goes with *label* and the names *own* under it rather than with *other_label* and *others*."""

    def near(label: str, names: Sequence[str]) -> bool:
        begins = any(n[:_STEM] == name[:_STEM] for n in names if len(n) > _STEM)
        return begins or label in name or name.startswith(label[:2])

    return len(name) > _STEM and near(label, own) and not near(other_label, others)


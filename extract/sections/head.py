"""The head and foot of a form: title, year, and labels with their values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from jixiao.normalize.characters import fold_width
from jixiao.normalize.dates import read_year
from jixiao.normalize.money import read_money_unit
from jixiao.normalize.persons import find_persons
from jixiao.normalize.staffing import read_staffing
from jixiao.rules.families import MEASURES, Family, key_of

from ..document import Cell, Piece, text_of
from ..headings import split_money, title_key
from .fund_columns import plain
from .parts import FundAmount, FundRow, Parts
from .stated import cut
from .words import (
    has_phone,
    heading,
    is_phone,
    label,
    looks_like_label,
    measure,
    period_of,
    says_year,
    unit_in,
)

_COLON = re.compile("[:：]")
_WIDE_GAP = re.compile(r"(?:\s{2,}|\t)$")
_NAME = re.compile(r"[^\d\s，。；、：:,;][^\s，。；、：:,;]{1,13}")
"""What stands behind a gap and before a colon is a label, if it looks like one; one or two signs are none."""
_LONG_LABEL = 4
_LONGEST_LINE = 4000
_COUNT = re.compile(r"\d{1,7}[人名个家]?")
_LEAST_SAID = 5  # characters beside name and number: what says as much is a remark and no contact


class Head:
    """Reads loose lines and rows of labels and values into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.loose: list[Piece] = []
        self.note: list[Piece] | None = None

    def line(self, piece: Piece) -> None:
        """A line outside all grids: part of the title, the year, a field, or unread."""
        parts, key = self.parts, key_of(piece.text)
        if not key:
            self.tally.ignore([piece])
            return
        if not parts.title and self._is_title(title_key(piece.text)):
            parts.title = [*self._title_start(key), piece]
            self.tally.record(parts.title)
            return
        if self.colon_fields([piece]) or self._within_brackets(piece):
            return
        if self.note is not None:
            self.note.append(piece)
            self.tally.record([piece])
            return
        if self._begins_note(piece):
            return
        if parts.title and not parts.year and len(key) <= 12 and read_year(piece.text) is not None:
            parts.year = [piece]
            self.tally.record([piece])
            return
        if parts.title and key == key_of("".join(p.text for p in parts.title)):
            self.tally.ignore([piece])  # the title printed again on a new page
            return
        if (parts.year and key == key_of(parts.year[0].text)) or key in self.family.ignored:
            self.tally.ignore([piece])
            return
        self.loose.append(piece)

    def _within_brackets(self, piece: Piece) -> bool:
        """Read a line that stands in brackets as a whole, （监控时段：2024年1月至6月）, as what stands in them."""
        text = piece.text.strip()
        if text[:1] not in ("（", "(") or text[-1:] not in ("）", ")") or not _COLON.search(text):
            return False
        at = piece.text.index(text)
        inner = list(cut([piece], at + 1, at + len(text) - 1))
        if not self.colon_fields(inner):
            return False
        self.tally.ignore([*cut([piece], 0, at + 1), *cut([piece], at + len(text) - 1, len(piece.text))])
        return True

    def _begins_note(self, piece: Piece) -> bool:
        """Take 备注： alone on its line: what follows is its text."""
        name = key_of(piece.text)
        if name[-1:] != ":" or name.rstrip(":") not in self.family.notes:
            return False
        self.tally.heading([piece])
        self.note = []
        self.parts.fields.append(("other", name.rstrip(":"), self.note))
        return True

    def cell_line(self, cell: Cell) -> None:
        """A cell that has its row for itself is a line too, its printed lines together."""
        pieces = list(cell.pieces)
        if len(pieces) > 1:
            if not self.parts.title and self._is_title(title_key(cell.key)):
                self.parts.title = pieces
                self.tally.record(pieces)
                return
            if self.colon_fields(pieces):
                return
        for piece in pieces:
            self.line(piece)

    def is_title(self, cell: Cell) -> bool:
        return len(cell.key) <= 80 and self._is_title(title_key(cell.key))

    def _is_title(self, key: str) -> bool:
        return any(t in key for t in self.family.titles) or (
            "绩效" in key and key.endswith("表") and len(key) <= 60
        ) or (
            # 部门职责-工作活动绩效目标: no heading, and longer than one
            key.endswith("绩效目标") and 10 <= len(key) <= 40 and heading(key, self.family) is None
        )

    def _title_start(self, key: str) -> list[Piece]:
        """Return the lines just above that begin a title too long for one line."""
        if self.loose and key[0] not in "2" and len(key) < 10 and not self._is_title(key_of(self.loose[-1].text)):
            last = self.loose[-1]
            if "绩效" not in key and not key_of(last.text).startswith("附"):
                self.loose.pop()
                return [last]
        return []

    # --- label：value ----------------------------------------------------------------------------------

    def colon_fields(self, pieces: Sequence[Piece]) -> bool:
        """Read ``label：value``, one or several to a line; lines below without a label go on with the last value."""
        first = pieces[0]
        body = first.text
        name, _, rest = body.strip().partition(" ")
        if rest.strip() and self.family.labels.get(key_of(name)) == "personal" and first.raw == body and len(pieces) == 1:
            start = body.index(rest, len(name))
            self.tally.heading([replace(first, text=body[:start], raw=body[:start])])
            tail = replace(first, text=body[start:], raw=body[start:], column=first.column + start)
            self.field("personal", key_of(name), [tail])
            return True
        found = self._labels_in(body, more=len(pieces) > 1)
        if not found:
            return False
        values: list[tuple[str, str, list[Piece]]] = []
        for k, (start, kind, name, value_start) in enumerate(found):
            stop = found[k + 1][0] if k + 1 < len(found) else len(body)
            head, tail = self._cut(first, start if k else 0, value_start, stop, whole=k == 0)
            self.tally.heading([head])
            if tail.text.strip():
                values.append((kind, name, [tail]))
            else:
                self.tally.ignore([tail])
                values.append((kind, name, []))
        for piece in pieces[1:]:
            if self._labels_in(piece.text):
                for kind, name, value in values:
                    if value:
                        self.field(kind, name, value)
                values = []
                self.colon_fields([piece])
            elif values:
                values[-1][2].append(piece)
            else:
                self.line(piece)
        for kind, name, value in values:
            if value:
                self.field(kind, name, value)
        return True

    def begins_field(self, cell: Cell) -> bool:
        """Tell whether a cell is a label with its value, 填表人：某某, or several."""
        return bool(cell.pieces) and bool(self._labels_in(cell.pieces[0].text, more=True))

    def _labels_in(self, body: str, *, more: bool = False) -> list[tuple[int, str, str, int]]:
        """Return (start, kind, label, start of the value) for each label with a colon in a line.

        A label alone without a value is none, unless *more* lines follow that may be its value.
        """
        out: list[tuple[int, str, str, int]] = []
        if len(body) > _LONGEST_LINE:
            return out
        for match in _COLON.finditer(body):
            before = body[out[-1][3] if out else 0 : match.start()]
            base = match.start() - len(before)
            if not out:
                start = len(before) - len(before.lstrip())
                name = before.strip()
            else:
                cut = max(before.rstrip().rfind(" "), before.rstrip().rfind("\u3000"), before.rstrip().rfind("\t"))
                if cut < 0 and before.strip():
                    cut = self._label_behind(before, body[match.end() :]) - 1  # no space is left before the next label
                    if cut < 0:
                        continue
                start, name = cut + 1, before[cut + 1 :].strip()
            key = key_of(name)
            kind = label(key, self.family)
            if kind is None and not out and self.family.labels.get(key_of(name.split()[-1] if name.split() else "")) == "personal":
                return out  # 某县教育局  联系人：… begins with no label: a person is named behind another's value
            if kind is None and len(key) <= 14:
                kind = label(key, self.family, guess=True)
                if kind is not None and not (out or more or kind.name == "personal" or body[match.end() :].strip()):
                    kind = None
            if kind is None:
                if not out:
                    return out
                if not (_WIDE_GAP.search(before[:start]) and _NAME.fullmatch(key)):
                    continue
            out.append((base + start if out else 0, "other" if kind is None else kind.name, key, match.end()))
        if len(out) == 1 and not more and not body[out[0][3] :].strip():
            return []
        return out

    def _label_behind(self, before: str, after: str) -> int:
        """Return where a label begins that *before*, a value and the label, ends with: 张某电话; 0 for none.

        Only what cannot well be the end of a value is one: a person's label, a long one, a unit with *after* naming money.
        """
        folded = fold_width(before)
        for k in range(max(1, len(folded) - 14), len(folded)):
            kind = self.family.labels.get(folded[k:])
            if kind == "personal" or (kind is not None and len(folded) - k >= _LONG_LABEL):
                return k
            if kind == "money_unit" and read_money_unit(after.split(maxsplit=1)[0] if after.strip() else ""):
                return k
        return 0

    @staticmethod
    def _cut(piece: Piece, start: int, value: int, stop: int, *, whole: bool) -> tuple[Piece, Piece]:
        """Return the label and the value as pieces of their own; repaired text keeps its raw text whole."""
        text = piece.text
        if len(piece.raw) != len(text):
            tail = replace(piece, text=text[value:stop].strip(), raw=piece.raw if whole else "")
            return Piece("", "", piece.page, piece.line), tail
        while value < stop and text[value].isspace():
            value += 1
        head = replace(piece, text=text[start:value], raw=piece.raw[start:value], column=piece.column + start)
        return head, replace(piece, text=text[value:stop], raw=piece.raw[value:stop], column=piece.column + value)

    def field(self, kind: str, name: str, value: list[Piece]) -> None:
        """Keep a field; persons that are named within another's text become fields of their own."""
        persons: list[Piece] = []
        if kind != "personal":
            value, persons = self._without_persons(value)
        if value or not persons:
            self._keep(kind, name, value)
        for piece in persons:
            self.colon_fields([piece])

    def _without_persons(self, value: list[Piece]) -> tuple[list[Piece], list[Piece]]:
        """Return a text's pieces without the stretches that begin with a person's label, and those: 同意。审核人：赵六."""
        kept: list[Piece] = []
        persons: list[Piece] = []
        for piece in value:
            found = _persons(self.family).search(piece.text[:_LONGEST_LINE])
            if found is None or not self._labels_in(piece.text[found.start("label") :]):
                kept.append(piece)
                continue
            at = found.start("label")
            whole = len(piece.raw) == len(piece.text)
            before = replace(piece, text=piece.text[:at].rstrip(), raw=piece.raw[:at] if whole else piece.text[:at])
            after = piece.raw[at:] if whole else piece.text[at:]
            if before.text:
                kept.append(before)
            else:
                self.tally.ignore([before])
            persons.append(replace(piece, text=piece.text[at:], raw=after, column=piece.column + at))
        return kept, persons

    def _keep(self, kind: str, name: str, value: list[Piece]) -> None:
        self.tally.record(value)
        self.note = value if name in self.family.notes else None
        text = "".join(p.text for p in value)
        if kind == "other" and (
            (is_phone(text) and any(word in name for word in ("电", "话", "机", "联系"))) or _is_a_contact(text)
        ):
            kind = "personal"
        self.parts.fields.append((kind, name, value))

    # --- label | value | label | value -----------------------------------------------------------------

    def row(self, view: Sequence[Cell], r: int, *, guess: bool = False) -> None:
        """Label, value, label, value … in one row.

        With *guess* a label in no list counts where its place says so: before a value, at the row's
        start or behind another value.
        """
        own = [c for c in view if c.row == r]
        i = 0
        if guess and _is_group(own):
            group, *own = [c for c in own if c.pieces]
            self.tally.heading(group.pieces)  # 资产情况 | 固定资产总额 | 1356.2 | 公务用车 | 6辆
            self.parts.guess(key_of(group.key))
            if all(measure(split_money(key_of(c.key))[0], self.family) for c in own[::2]):
                for said, figure in zip(own[::2], own[1::2], strict=True):  # 三公经费 | 上年决算数 | 5.2: of that money
                    self.tally.heading(said.pieces)
                    self.field("other", f"{key_of(group.key)}（{key_of(said.key)}）", list(figure.pieces))
                return
        while i < len(own):
            cell = own[i]
            i += 1
            if not cell.pieces:
                continue
            key = key_of(cell.key).rstrip(":")
            kind = label(key, self.family)
            if kind is None and _COLON.search(cell.pieces[0].text) and self.colon_fields(cell.pieces):
                continue
            value = self._value(own, i, cell)
            if kind is None and guess and looks_like_label(key):
                kind = label(key, self.family, guess=True)
                named = kind.name if kind is not None else ""
                if value is None or not value.pieces:
                    kind = kind if named else None
                elif kind is None:
                    named = "other"
                if named and (kind is not None or value is not None):
                    self.parts.guess(key)
                    self._pair(named, key, cell, value)
                    i = own.index(value) + 1 if value is not None else i
                    continue
            if kind is None:
                self.tally.leave(cell.pieces)
                continue
            self._pair(kind.name, key, cell, value)
            i = own.index(value) + 1 if value is not None else i

    def _pair(self, kind: str, key: str, cell: Cell, value: Cell | None) -> None:
        if kind == "other" and value is not None and is_count(value) and says_staff(cell, value):
            self.tally.record([*cell.pieces, *value.pieces])
            self.parts.staff_pairs.append((cell, value))
            return
        if kind == "other" and value is not None and self._is_money(key, value):
            found = measure(split_money(key)[0], self.family)
            period = found.name.split()[0] if found is not None else period_of(key, self.family)
            before = self.parts.funds[-1] if self._goes_on(key, value) else None
            if before is not None and period == "full_year" and not says_year(key):
                period = before.amounts[0].period  # 项目总投资 | 78000 | 专项债券需求 | 50000
            unit = unit_in(key) or (before.unit if before is not None else "")
            row = FundRow("", (cell,), False, [FundAmount(period, "budget", value)], unit=unit)
            row.named_by_heading = found is not None and not self._is_item(key)
            row.within = key.startswith("其中") or (before is not None and before.within)
            self.parts.funds.append(row)
            self.tally.record([*cell.pieces, *value.pieces])
            return
        self.tally.heading(cell.pieces)
        if value is not None and value.pieces:
            self.field(kind, key, list(value.pieces))

    def names_money(self, key: str) -> bool:
        """Tell whether a label says which money the figure beside it is: 预算数, 资金额度, 其中：省级资金, 项目总投资."""
        if label(key, self.family) is not None:
            return False
        name = plain(split_money(key)[0])
        found = measure(name, self.family)
        if found is not None:
            return found.name.rpartition(" ")[2] in MEASURES
        return name in self.family.items or (name.endswith(self.family.money_endings) and "均" not in name)

    def _is_money(self, key: str, value: Cell) -> bool:
        """Tell whether a label and its value are a sum among the head fields: 资金额度 | 2000万元, 项目总投资（万元） | 800.

        The unit must be said, there or in a line above the table; 其中, the items and the money behind it go on from
        the sum left of them.
        """
        found = measure(split_money(key)[0], self.family)
        budget = found is not None and found.name.endswith(" budget")
        named = found is None and bool(unit_in(key)) and self.names_money(key)
        if not self._goes_on(key, value) and not self._is_item(key) and not budget and not named:
            return False
        text = key_of(value.key)
        number = text.removesuffix("元").rstrip("万亿千百")
        goes_on = self._goes_on(key, value) and self.parts.funds[-1].unit
        said = goes_on or unit_in(key) or text != number or any(kind == "money_unit" for kind, _, _ in self.parts.fields)
        return bool(said) and re.fullmatch(r"\d[\d,]*(?:\.\d+)?", number) is not None

    def _is_item(self, key: str) -> bool:
        name = plain(split_money(key)[0])
        return name in self.family.items or name in self.family.totals

    def _goes_on(self, key: str, value: Cell) -> bool:
        """Tell whether a label goes on from the sum left of it in its row: 其中, an item, or other money."""
        left = self.parts.funds[-1] if self.parts.funds else None
        if left is None or left.path[-1].row != value.row:
            return False
        return key.startswith("其中") or self._is_item(key) or self.names_money(key)

    def _value(self, own: Sequence[Cell], i: int, name: Cell) -> Cell | None:
        """Return the cell that is the value of the label *name* before place *i*: the next one that is no label."""
        if i >= len(own):
            return None
        if own[i].pieces or i + 1 >= len(own):
            other = key_of(own[i].key)
            begins = self.begins_field(own[i]) and (
                name.key[-1:] in (":", "：") or label(other.partition(":")[0], self.family) is not None
            )
            return own[i] if label(other, self.family) is None and not begins else None
        for cell in own[i + 1 :]:
            if cell.pieces:
                other = key_of(cell.key)
                free = label(other, self.family, guess=True) is None and not looks_like_label(other)
                return cell if free and _COLON.search(other[:12]) is None else own[i]
        return own[i]

    def finish(self) -> None:
        """Leave the loose lines that came to nothing; a note without a line is none, a label without a value a heading."""
        self.parts.fields[:] = [f for f in self.parts.fields if f[2]]
        for piece in self.loose:
            name = key_of(piece.text)
            kind = label(name, self.family, guess=True) if name[-1:] == ":" else None
            if kind is not None:
                self.tally.heading([piece])  # 单位负责人（签字）： with nothing behind it
            else:
                self.tally.leave([piece])


@cache
def _persons(family: Family) -> re.Pattern[str]:
    """Match a person's label with a colon behind it: at a text's start, behind what ends a phrase, or a long one before a name."""
    words = sorted((w for w, kind in family.labels.items() if kind == "personal" and len(w) > 1), key=lambda w: (-len(w), w))
    names = "|".join(re.escape(word).replace("\\(", "[(（]").replace("\\)", "[)）]") for word in words)
    long = "|".join(re.escape(word) for word in words if len(word) > 2 and "(" not in word)
    bound = "(?:^|(?<=[\\s，。；;、,)）]))"
    return re.compile(f"(?P<label>{bound}(?:{names})(?=\\s{{0,4}}[:：])|(?:{long})(?=\\s{{0,4}}[:：]\\s{{0,4}}[㐀-鿿]{{2,4}}))")


def _is_group(own: Sequence[Cell]) -> bool:
    """Tell whether a row is a label over the pairs behind it: names, each with a figure."""
    keys = [key_of(c.key) for c in own if c.pieces]
    return (
        len(keys) > 2
        and len(keys) % 2 == 1
        and all(map(looks_like_label, (keys[0], *keys[1::2])))
        and all(k[:1].isdigit() for k in keys[2::2])
    )


def is_count(cell: Cell) -> bool:
    """Tell whether a cell is a number of persons or offices and nothing else: 35, 33人, 2个."""
    return _COUNT.fullmatch(key_of(cell.key)) is not None


def says_staff(name: Cell, value: Cell) -> bool:
    """Tell whether a label and what stands beside or below it are one figure on staffing."""
    return len(read_staffing(f"{text_of(name.pieces).value}：{text_of(value.pieces).value}")) == 1


def _is_a_contact(text: str) -> bool:
    """Tell whether *text* is a telephone number with little more than the name it belongs to."""
    if not has_phone(text):
        return False
    named = sum(one.stop - one.start for one in find_persons(text, ()))
    return len("".join(text.split())) - named < _LEAST_SAID

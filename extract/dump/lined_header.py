"""The header of a table in a flattened dump: which columns its words name, in one row or two, however they wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jixiao.extract.sections.words import LEVELS, bare, column, heading, looks_like_label, may_name_level
from jixiao.extract.sections.years import years_named
from jixiao.normalize.characters import display_width
from jixiao.rules.families import Family, key_of

from .atoms import Atom, line_end

MAX_HEADER = 40  # atoms: no header is broken into more
_PARTS = 4
_UPRIGHT = 12
_RATES = ("率", "比例", "进度")
_REST = 2  # characters: 情况, 值
_WAYS = 8  # to part the words of a header: the best one may name a column twice
_TOGETHER = 0.1
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class LinedColumn:
    """A column by its header: *name* as `column` gives it, the header's atoms *start*–*stop*."""

    name: str
    start: int
    stop: int

    @property
    def is_target(self) -> bool:
        return " " in self.name


def read_header(atoms: Sequence[Atom], start: int, family: Family) -> list[LinedColumn] | None:
    """Return the columns of the header that begins at atom *start*, or None: each word of it must be known.

    Names that wrapped are put together over lines; the header ends before a line that a level's label begins.
    """
    if not _begins_header(atoms, start, family):
        return None  # asked at the beginning of every line: most are none by their first words
    stop = start
    ends: list[int] = []
    while stop < len(atoms) and stop - start < MAX_HEADER:
        if atoms[stop].first and stop > start:
            ends.append(stop)
            if _begins_level(atoms, stop, family):
                break
        stop += 1
    else:
        ends.append(stop)
    best: list[list[tuple[float, list[LinedColumn]]]] = [[(0.0, [])], *([] for _ in range(stop - start))]
    for i in range(stop - start):
        key, named = "", None
        for j in range(i + 1, min(i + _PARTS, stop - start) + 1):
            if not best[i]:
                break
            if j > i + 1 and not atoms[start + j - 1].first:
                break  # on one line every word is a column of its own
            if j > i + 1 and display_width(atoms[start + j - 2].text) + 2 < display_width(atoms[start + j - 1].text):
                break  # a line is followed by a wider one: it was not wrapped
            key += key_of(atoms[start + j - 1].text)
            found = column(key, family) if is_whole(key) else None
            if found is None or not looks_like_label(key):
                continue
            longer = len(atoms[start + j - 1].text) > _REST or named != found.name
            if not found.sure and j > i + 1 and named is not None and longer:
                continue  # 备注 is one already: what stands below it is none of it
            named = found.name if named is None else named
            beside = heading(key_of(atoms[start + i].text), family) if j > i + 1 else None
            if beside is not None and beside.name == "indicators":
                continue  # 绩效指标 beside the table is no part of 一级指标
            # 指标 / 权重 are as many known words when they are one name.
            worth = worth_of(key, found.sure) * (j - i) + _TOGETHER * (j - i - 1)
            names = [_kind(key, found.name)]
            if found.name == "level1" and "级" not in key:
                names.append("direction")  # 指标类型 behind a unit: 正向指标
            ones = [LinedColumn(name, start + i, start + j) for name in names]
            ways = [*best[j], *((score + worth, [*columns, one]) for score, columns in best[i] for one in ones)]
            best[j] = sorted(ways, key=lambda way: -way[0])[:_WAYS]
    for end in reversed(ends):
        ways = best[end - start]
        if not ways:
            continue
        if any(column(key_of(a.text), family) is not None for a in atoms[end:stop]):
            return None  # a name among those that go on below is in no list
        valid = next((columns for _, columns in ways if is_header(columns)), None)
        if valid is not None:
            return valid
    return None


def _kind(key: str, name: str) -> str:
    """Return the *name* of a column, told from others of its kind: a rate among the notes, a year's targets."""
    if name == "note" and bare(key).endswith(_RATES):
        return "rate"
    period, _, what = name.rpartition(" ")
    return f"{years_named([key, ''])[0] or period} {what}" if period else name


def _begins_level(atoms: Sequence[Atom], start: int, family: Family) -> bool:
    """Tell whether the label of a level stands at atom *start*, on its line or set upright."""
    key = ""
    for atom in atoms[start : start + _UPRIGHT]:
        key += key_of(atom.text)
        if bare(key) in family.level1 or bare(key) in family.level2:
            return True
        if len(atom.text) > 1 or not (atom.first and atom.last):
            break
    return False


def _begins_header(atoms: Sequence[Atom], start: int, family: Family) -> bool:
    """Tell whether the first atoms from *start* on, one of them or more, may be the name of a level's column."""
    if not may_name_level("".join(key_of(atom.text) for atom in atoms[start : start + _PARTS]), family):
        return False
    key = ""
    for atom in atoms[start : start + _PARTS]:
        key += key_of(atom.text)
        found = column(key, family) if is_whole(key) else None
        if found is not None and found.name in LEVELS:
            return True
    return False


def worth_of(key: str, sure: bool) -> float:
    """Return how much it tells that *key* is the name of a column; one character may be the rest of another name."""
    return 0.5 if len(key) < _SHORTEST else 3.0 if sure else 1.5


def is_whole(key: str) -> bool:
    """Tell whether a header's key may be one name: 执行率(B/ goes on, (B/A) goes on with what stands before it.

    >>> is_whole("执行率(B/A)"), is_whole("执行率(B/"), is_whole("(上年结转)")
    (True, False, False)
    """
    return key.count("(") == key.count(")") and key[:1] not in "()"


def is_header(columns: Sequence[LinedColumn]) -> bool:
    """Tell whether these are the columns of one grid, or of two that stand side by side under common levels."""
    names = [c.name for c in columns]
    thirds = [i for i, name in enumerate(names) if name == "level3"]
    if not 1 <= len(thirds) <= 2 or not set(names[: thirds[0]]) <= {"level1", "level2"}:
        return False  # 重点工作 and 对应项目 are told by their widths; a header of two lines comes in no order
    second = [n - (names[n - 1] == "level2") for n in thirds[1:]]  # the level 2 of its own that a second grid may have
    for start, stop in pairwise([0, *second, len(names)]):
        group = names[start:stop]
        named = [name for name in group if name != "note"]
        if len(set(named)) < len(named) or not any(" " in name for name in group[group.index("level3") :]):
            return False
    return True


def read_divided_header(atoms: Sequence[Atom], start: int, family: Family) -> tuple[list[LinedColumn], int] | None:
    """Return the columns of a header in two rows, and the first atoms behind it, or None.

    年度指标值 实际完成值 分值 得分 above 一级指标 二级指标 三级指标 指标性质 指标值: the row below divides what stands over
    the levels, and the first column above, which says what 指标性质 and 指标值 make up. The others reach down.
    """
    stop = start
    while stop < min(len(atoms), start + MAX_HEADER) and not (atoms[stop].first and _begins_header(atoms, stop, family)):
        stop += 1
    above = [column(key_of(a.text), family) for a in atoms[start:stop]]
    if len(above) < 2 or stop == len(atoms) or any(found is None for found in above):
        return None
    if start and column(key_of(atoms[start - 1].text), family) is not None:
        return None  # the row above does not begin here
    names = [found.name for found in above if found is not None]
    end = line_end(atoms, stop, len(atoms))
    below = [column(key_of(a.text), family) for a in atoms[stop:end]]
    parts = [found.name for found in below if found is not None]
    if len(parts) < len(below) or "level3" not in parts or not {*parts[parts.index("level3") + 1 :]} & {"comparator", "unit"}:
        return None
    values = [name for name in parts if " " in name]
    if len(values) != 1 or values[0] != names[0] or set(names[1:]) & set(parts):
        return None
    columns = [LinedColumn(name, stop + k, stop + k + 1) for k, name in enumerate(parts)]
    columns += [LinedColumn(name, start + k, start + k + 1) for k, name in enumerate(names) if k]
    return (columns, end) if is_header(columns) else None

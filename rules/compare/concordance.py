"""A reviewed list of names: which of one year are, or are not, which of the next. It overrides the matcher.

A CSV with a heading: old_name, new_name, same (yes, no, 是, 否 …), and if wished table and department.
Lines whose *same* is blank are not reviewed yet and say nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from .names import name_key

COLUMNS = ("table", "old_name", "new_name", "same", "likeness", "department", "note")
"""What a draft has; old_name, new_name and same are what a file must have."""
_YES = frozenset({"yes", "y", "true", "1", "是", "同", "相同", "√"})
_NO = frozenset({"no", "n", "false", "0", "否", "不同", "非", "×"})
_NEEDED = ("old_name", "new_name", "same")
_ALSO = {
    "旧名称": "old_name",
    "原名称": "old_name",
    "新名称": "new_name",
    "是否相同": "same",
    "表": "table",
    "部门": "department",
}
MAX_LINES = 200_000


class ConcordanceError(ValueError):
    """The file cannot be used; the message says where and what to mend."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, as it stands there."""

    old_name: str
    new_name: str
    same: str
    table: str = ""
    likeness: str = ""
    department: str = ""
    note: str = ""

    @property
    def verdict(self) -> bool | None:
        """True for one thing, False for two, None where nobody has said yet."""
        said = self.same.strip().lower()
        return True if said in _YES else False if said in _NO else None


@dataclass(frozen=True)
class Concordance:
    """What was said on names, ready to ask. Names are compared without formatting, years and numbering."""

    lines: tuple[Line, ...] = ()
    _same: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _other: set[tuple[str, str, str]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._same or self._other)

    def partners(self, table: str, old_key: str) -> list[str]:
        """Return the keys of the new names that *old_key* was said to be."""
        return sorted(self._same.get((table, old_key), set()) | self._same.get(("", old_key), set()))

    def denied(self, table: str, old_key: str, new_key: str) -> bool:
        """Return whether the two were said to be two things."""
        return (table, old_key, new_key) in self._other or ("", old_key, new_key) in self._other

    def of_department(self, department: str) -> Concordance:
        """Return what is said for every department and for this one."""
        if not any(line.department for line in self.lines):
            return self
        key = name_key(department)
        return concordance_of(
            line for line in self.lines if not line.department or name_key(line.department) == key
        )


def concordance_of(lines: Iterable[Line]) -> Concordance:
    """Return *lines* ready to ask."""
    made = Concordance(tuple(lines))
    for line in made.lines:
        old, new = name_key(line.old_name), name_key(line.new_name)
        if line.verdict is True and old and new:
            made._same.setdefault((line.table, old), set()).add(new)
        elif line.verdict is False:
            made._other.add((line.table, old, new))
    return made


def parse_concordance(text: str, source: str = "concordance") -> Concordance:
    """Return the concordance in *text*, a CSV; raise ConcordanceError if it is none.

    >>> parse_concordance("old_name,new_name,same\\n高企数,高新技术企业数,yes\\n").partners("indicators", "高企数")
    ['高新技术企业数']
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        heading = [_ALSO.get(cell.strip(), cell.strip().lower()) for cell in next(rows, [])]
        missing = [name for name in _NEEDED if name not in heading]
        if missing:
            raise ConcordanceError(
                f"{source} 第 1 行缺少列 {'、'.join(missing)}；表头应为 {','.join(COLUMNS[:4])}"
            )
        lines: list[Line] = []
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if len(lines) >= MAX_LINES:
                raise ConcordanceError(f"{source} 超过 {MAX_LINES} 行；请分开")
            values = dict(zip(heading, cells, strict=False))
            line = Line(**{name: values.get(name, "").strip() for name in COLUMNS})
            if line.same and line.verdict is None:
                raise ConcordanceError(
                    f"{source} 第 {rows.line_num} 行 same 为“{line.same[:20]}”；请写 yes 或 no，未定则留空"
                )
            lines.append(line)
    except csv.Error as error:
        raise ConcordanceError(
            f"{source} 第 {rows.line_num} 行不是 CSV：{error}；请另存为 UTF-8 的 CSV"
        ) from error
    return concordance_of(lines)

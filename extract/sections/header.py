"""A header of a table of indicators: its columns, and the cells it is printed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..document import Cell
from .words import LEVELS

LABELS = ("level1", "level2", "key_work", "project")
TASK = "task_"
"""Columns of the task that the indicators beside it are of: task_name, task_content, task_amount, task_expected."""
NO_COMPARATOR = ("定性", "定量", "无", "/", "-", "—", "--")
_MARK = re.compile(r"\(?(?:\d{1,2}|[A-Z]|[甲乙丙丁]|[A-Z\d]{1,2}=[A-Z\d()+*/×÷%-]{1,20})\)?")
_LEAST_MARKS = 3


@dataclass(slots=True)
class Column:
    """Grid columns *start*–*stop* under one header; *name* is a name of `COLUMNS`, "period measure", or empty."""

    start: int
    stop: int
    name: str
    label: str
    sure: bool = True
    said: str = ""

    @property
    def is_target(self) -> bool:
        return " " in self.name


@dataclass(slots=True)
class Header:
    """A header of *depth* rows: its columns left to right, the *cells* it is printed in, the label left of it."""

    columns: list[Column]
    cells: list[Cell]
    depth: int = 1
    leads: list[Cell] = field(default_factory=list)
    unknown: list[Cell] = field(default_factory=list)
    first: Cell | None = None
    """The level-1 label that stands beside the header already, and goes on beside the rows below."""
    alike: list[str] = field(default_factory=list)
    """Headers of targets that say the same as one before them: their cells are left unread."""

    def groups(self) -> list[list[Column]]:
        """Return the columns of each grid that stands here side by side; labels to the left serve all."""
        groups: list[list[Column]] = [[]]
        for col in self.columns:
            now = groups[-1]
            done = any(c.is_target for c in now)
            if done and col.name in ("level2", "level3") and any(c.name == col.name for c in now):
                groups.append([])
            elif done and not col.name and any(not c.name and c.label == col.label for c in now):
                groups.append([])  # 内容, 指标值, 内容, 指标值: an unknown header printed again begins a grid too
            groups[-1].append(col)
        for group in groups[1:]:
            for col in reversed(groups[0]):
                left = LEVELS.index(col.name) if col.name in LEVELS else len(LEVELS)
                if left < 2 and not any(c.name == col.name for c in group):
                    group.insert(0, col)
        return groups


def numbers_columns(keys: Sequence[str]) -> bool:
    """Tell whether *keys*, a row below headers, number or letter the columns and say nothing else.

    >>> numbers_columns(["1", "2", "3", "4=3/2"]), numbers_columns(["A", "B", "C=B/A"]), numbers_columns(["12", "3", "4"])
    (True, True, False)
    """
    if len(keys) < _LEAST_MARKS or not all(_MARK.fullmatch(key) for key in keys):
        return False
    marks = [key.strip("()").partition("=")[0] for key in keys]
    orders = ("".join(map(chr, range(65, 91))), "甲乙丙丁")
    first = next((order for order in orders if marks[0] in order), "")
    if first == orders[1]:
        marks = marks[sum(m in first for m in marks) :]
        first = orders[0] if marks and marks[0] in orders[0] else ""
    if first:
        return marks == list(first[first.index(marks[0]) :][: len(marks)])
    return marks == [str(n) for n in range(1, len(marks) + 1)]

"""The goals: a label and its text, or two columns of them, planned beside reached or long-term beside annual."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.rules.families import GOALS, Family, key_of

from ..document import Cell, Piece
from .parts import Parts
from .words import heading, looks_like_label, period_of, says_year

KINDS = GOALS
_LONGEST_NAME = 30  # with a telephone number behind it


class GoalBlock:
    """Reads the rows of the goals into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.kind = ""
        self.key = ""
        self.columns: list[tuple[int, int, str, str]] = []
        self._last: tuple[str, str] = ("", "")
        self._keys: list[str] = []  # the label of each goal

    def start(self, kind: str, key: str) -> None:
        """A heading was printed: what stands beside or below it is a goal of that *kind*."""
        self.kind, self.key, self.columns = kind, key, []

    def interrupt(self) -> None:
        """Another part of the form came between: the same heading begins another goal."""
        self._last = ("", "")

    def names(self, cell: Cell) -> str:
        """Return the kind of goal that a cell names as a heading, or the empty text."""
        found = heading(key_of(cell.key), self.family)
        return found.name if found is not None and found.name in KINDS else ""

    def row(self, cells: Sequence[Cell], r: int, below: Sequence[Cell] = ()) -> None:
        """Read what stands right of or below the heading."""
        own = [c for c in cells if c.row == r and c.pieces]
        if self._is_header(own, below):
            self.columns = []
            for cell in own:
                key = key_of(cell.key)
                self.tally.heading(cell.pieces)
                kind = self.names(cell)
                if not kind:
                    kind = self._kind(cell) or (self.kind if self.kind != "annual_actual" else "annual")
                    self.parts.guess(key)
                self.columns.append((cell.column, cell.column + cell.columns, self._inherit(kind, key), key))
            return
        i = 0
        columns: list[tuple[int, int, str, str]] = []
        while i < len(own):
            cell = own[i]
            i += 1
            if i > 1 and i < len(own) and self._person_beside(cell, own[i]):
                i += 1
                continue
            kind = self.names(cell) or self._beside_its_text(own, i - 1)
            if not kind:
                under = [(k, n) for a, b, k, n in self.columns if a < cell.column + cell.columns and b > cell.column]
                self._text(*(under[0] if under else (self.kind, self.key)), list(cell.pieces))
                continue
            self.tally.heading(cell.pieces)
            kind = self._inherit(kind, key_of(cell.key))
            if kind == "annual":
                self.parts.headings.setdefault("year", list(cell.pieces))
            if i < len(own) and not self.names(own[i]):
                self._text(kind, key_of(cell.key), list(own[i].pieces))
                i += 1
            else:
                columns.append((cell.column, cell.column + cell.columns, kind, key_of(cell.key)))
        if columns:
            self.columns = columns

    def _person_beside(self, cell: Cell, value: Cell) -> bool:
        """Take 填报人 | 李四 behind a goal's text for what it is, a field and no part of the goal."""
        key = key_of(cell.key).rstrip(":")
        if self.family.labels.get(key) != "personal" or len(key_of(value.key)) > _LONGEST_NAME:
            return False
        self.tally.heading(cell.pieces)
        self.tally.record(value.pieces)
        self.parts.fields.append(("personal", key, list(value.pieces)))
        return True

    def _beside_its_text(self, own: Sequence[Cell], i: int) -> str:
        """Return the kind of goal that a label in no list names where labels and texts take turns in the row."""
        if len(own) % 2 or i % 2 or not self._kind(own[0]) or not looks_like_label(key_of(own[i].key)):
            return ""
        kind = self._kind(own[i])
        if kind:
            self.parts.guess(key_of(own[i].key))
        return kind

    def _kind(self, cell: Cell) -> str:
        """Return the kind of goal that a cell names, by a word in it if need be."""
        found = heading(key_of(cell.key), self.family, guess=True)
        return found.name if found is not None and found.name in KINDS else ""

    def _is_header(self, own: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Tell whether these are labels over columns of goals: one is known, and each has a text just below."""
        under = {(c.column, c.columns): key_of(c.key) for c in below if c.pieces}
        return (
            len(own) > 1
            and any(self._kind(c) for c in own)
            and all(looks_like_label(key_of(c.key)) for c in own)
            and all(under.get((c.column, c.columns), "") for c in own)
            and not any(heading(key, self.family) for key in under.values())
        )

    def _inherit(self, kind: str, key: str) -> str:
        """预期目标 under a long-term heading is long-term; a label that names its period says it itself."""
        return self.kind if kind == "annual" and self.kind == "long_term" and not says_year(key) else kind

    def _text(self, kind: str, key: str, pieces: list[Piece]) -> None:
        self.tally.record(pieces)
        period = period_of(key, self.family) if kind == "annual_actual" else "full_year"
        if period != "full_year":
            kind = f"{period}_actual"  # 1-6月完成情况
        if self.parts.goals and self._last == (kind, key):
            self.parts.goals[-1][1].extend(pieces)
        else:
            self.parts.goals.append((kind, pieces))
            self._keys.append(key)
        self._last = (kind, key)

    def finish(self) -> None:
        """Let 总目标 printed apart from 年度目标 be long-term, where nothing else is."""
        labelled = [(at, key, kind) for at, (key, (kind, _)) in enumerate(zip(self._keys, self.parts.goals, strict=True))]
        whole = [(at, key) for at, key, kind in labelled if kind == "annual" and "总" in key and not says_year(key)]
        yearly = any(kind == "annual" and says_year(key) for _, key, kind in labelled)
        if len(whole) == 1 and yearly and all(kind != "long_term" for _, _, kind in labelled):
            at, key = whole[0]
            self.parts.goals[at] = ("long_term", self.parts.goals[at][1])
            self.parts.guess(key)

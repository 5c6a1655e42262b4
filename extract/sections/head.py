"""The head and foot of a form: title, year, and labels with their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.normalize.dates import read_year
from jixiao.rules.families import Family, key_of

from ..document import Cell, Piece
from ..headings import title_key
from .parts import Parts


class Head:
    """Reads loose lines and rows of labels and values into *parts*."""

    def __init__(self, family: Family, parts: Parts) -> None:
        self.family = family
        self.parts = parts
        self.tally = parts.tally
        self.loose: list[Piece] = []

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
        if self._colon_field(piece):
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

    def row(self, view: Sequence[Cell], r: int) -> None:
        """Label, value, label, value … in one row."""
        i = 0
        while i < len(view):
            cell = view[i]
            key = key_of(cell.key).rstrip(":")
            kind = self.family.labels.get(key)
            if kind is None:
                self.tally.leave(p for p in cell.pieces if cell.row == r)
                i += 1
                continue
            self.tally.heading(cell.pieces)
            value = view[i + 1] if i + 1 < len(view) else None
            if value is not None and self.family.labels.get(key_of(value.key)) is None:
                if value.pieces:
                    self._field(kind, key, list(value.pieces))
                i += 2
            else:
                i += 1

    def _is_title(self, key: str) -> bool:
        return any(t in key for t in self.family.titles) or ("绩效" in key and key.endswith("表") and len(key) <= 60)

    def _title_start(self, key: str) -> list[Piece]:
        """Return the lines just above that begin a title too long for one line."""
        if self.loose and key[0] not in "2" and len(key) < 10 and not self._is_title(key_of(self.loose[-1].text)):
            last = self.loose[-1]
            if "绩效" not in key and not key_of(last.text).startswith("附"):
                self.loose.pop()
                return [last]
        return []

    def _colon_field(self, piece: Piece) -> bool:
        """Read ``label：value`` lines, one or several to a line."""
        body = piece.text
        name, _, rest = body.strip().partition(" ")
        if rest.strip() and self.family.labels.get(key_of(name)) == "personal" and piece.raw == body:
            start = body.index(rest, len(name))
            self.tally.heading([replace(piece, text=body[:start], raw=body[:start])])
            tail = replace(piece, text=body[start:], raw=body[start:], column=piece.column + start)
            self._field("personal", key_of(name), [tail])
            return True
        for mark in ("：", ":"):
            label, found, value = body.partition(mark)
            kind = self.family.labels.get(key_of(label))
            if found and kind is not None and value.strip():
                value_text = value.strip()
                start = body.index(value_text, len(label))
                head = Piece(body[:start], piece.raw[:start], piece.page, piece.line, piece.column, piece.box, piece.steps)
                tail = Piece(body[start:], piece.raw[start:], piece.page, piece.line, piece.column + start, piece.box, piece.steps)
                if piece.raw != body:
                    head = Piece("", "", piece.page, piece.line)
                    tail = Piece(value_text, piece.raw, piece.page, piece.line, piece.column, piece.box, piece.steps)
                self.tally.heading([head])
                self._field(kind, key_of(label), [tail])
                return True
        return False

    def _field(self, kind: str, label: str, value: list[Piece]) -> None:
        self.tally.record(value)
        self.parts.fields.append((kind, label, value))

    def finish(self) -> None:
        """Leave the loose lines that came to nothing."""
        self.tally.leave(self.loose)

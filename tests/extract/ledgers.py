"""Where every printed character of a text ended: the pieces behind the numbers of the ledger."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from unittest.mock import patch

from jixiao.deliver.tables import values_of
from jixiao.extract.document import Piece, Tally
from jixiao.extract.dump.text import decode, read_text
from jixiao.extract.read import read_forms
from jixiao.rules.families import load_families
from jixiao.rules.records import Form

WAYS = ("record", "heading", "ignore", "leave")
"""The tally's methods: what can become of a piece."""


@dataclass(frozen=True)
class Audit:
    """A text as it was read, and every piece that was counted, by what became of it."""

    text: str
    lines: tuple[Piece, ...]
    forms: tuple[Form, ...]
    pieces: dict[str, list[Piece]]

    def by_number(self) -> dict[int, str]:
        """Return line number → the line's printed characters, white space aside."""
        out: dict[int, str] = defaultdict(str)
        for line in self.lines:  # a form feed inside a line makes two of it, of one number
            out[line.line] += squeeze(line.raw)
        return dict(out)

    def misplaced(self) -> dict[int, tuple[str, str]]:
        """Return line number → (characters lost, characters counted twice), for lines where there are any."""
        counted: dict[int, Counter[str]] = defaultdict(Counter)
        for way in WAYS:
            for piece in self.pieces[way]:
                counted[piece.line].update(squeeze(piece.raw))
        printed = {number: Counter(line) for number, line in self.by_number().items()}
        return {
            number: ("".join((there - here).elements()), "".join((here - there).elements()))
            for number in sorted({*printed, *counted})
            for there, here in [(printed.get(number, Counter()), counted.get(number, Counter()))]
            if there != here
        }

    def recorded(self) -> Counter[str]:
        """Return the characters of the pieces that were counted as records."""
        return characters(piece.raw for piece in self.pieces["record"])

    def kept(self) -> Counter[str]:
        """Return the characters that stand in the records: each printed text once, however many rows have it."""
        out: Counter[str] = Counter()
        headings = {(piece.line, squeeze(piece.raw)) for piece in self.pieces["heading"]}
        for form in self.forms:
            texts = {}
            for value in values_of(form):
                text = value.text
                first, last = text.place.line_first, text.place.line_last
                parts = {squeeze(part) for part in text.raw.split("\n")}
                if value.field == "money_unit" and any(
                    first <= line <= last and heading in parts for line, heading in headings
                ):
                    continue  # printed in a heading, and counted there
                # A title may hold the year, a sentence several figures: one text, two values.
                shared = value.table in ("documents", "staffing")
                texts[(text.raw, text.place) if shared else id(text)] = text.raw
            out += characters(texts.values())
            out += characters(function.label for function in form.functions)
        return out


def audit(data: bytes, source: str = "form.txt") -> Audit:
    """Read the forms in *data* and keep the pieces that were counted.

    Raises DocumentError as the reader does.
    """
    pieces: dict[str, list[Piece]] = {way: [] for way in WAYS}

    def witness(way: str) -> Callable[[Tally, Iterable[Piece]], None]:
        count = getattr(Tally, way)

        def keep_and_count(tally: Tally, counted: Iterable[Piece]) -> None:
            kept = list(counted)
            pieces[way] += kept
            count(tally, kept)

        return keep_and_count

    with patch.multiple(Tally, **{way: witness(way) for way in WAYS}):
        forms = read_forms(data, source, load_families())
    return Audit(decode(data)[0], read_text(data).lines, tuple(forms), pieces)


def squeeze(text: str) -> str:
    """Return *text* without white space."""
    return "".join(text.split())


def characters(texts: Iterable[str]) -> Counter[str]:
    """Return how often each character stands in *texts*, white space aside and what prints nothing.

    A clause's mark keeps what is to be seen of it, and a zero-width space within （3） is not.
    """
    out: Counter[str] = Counter()
    for text in texts:
        out.update(c for c in squeeze(text) if unicodedata.category(c) not in ("Cf", "Cc"))
    return out

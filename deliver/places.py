"""Addresses that lead from a page to a place in a file: the page of a PDF, the line of a text.

A text has no pages to jump to; browsers find a line by its words (`#:~:text=`, a text fragment),
with those of the lines beside it where it stands in the file more than once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize
from urllib.parse import quote

from jixiao.rules.records import Place

_LONGEST_TEXT = 400_000
"""Characters of a text that is searched for every line; a form has some ten thousand."""


class Lines:
    """The printed lines of a text, by their numbers, counted from 1 and rising; no line without words."""

    def __init__(self, numbered: Iterable[tuple[int, str]]) -> None:
        self._lines = {number: text.strip() for number, text in numbered}
        if sum(map(len, self._lines.values())) > _LONGEST_TEXT:
            self._lines = {}
        numbers = list(self._lines)
        self._before = {behind: before for before, behind in pairwise(numbers)}
        self._behind = dict(pairwise(numbers))
        whole, self._start = [], {}
        at = 0
        for number, text in self._lines.items():
            self._start[number] = at
            whole.append(_folded(text))
            at += len(text) + 1
        self._whole = "\n".join(whole)

    def fragment(self, number: int) -> str:
        """Return what finds line *number* and none before it, or "" where its words and its neighbours' do not.

        >>> Lines([(1, "数量"), (3, "≥5个"), (5, "≥5个")]).fragment(5) == f"#:~:text={quote('≥5个')}-,{quote('≥5个')}"
        True
        """
        text = self._lines.get(number)
        if text is None:
            return ""
        before, behind = self._before.get(number), self._behind.get(number)
        for first, last in ((None, None), (before, None), (None, behind), (before, behind)):
            words = [re.escape(_folded(self._lines[one])) for one in (first, number, last) if one is not None]
            # Any white space, or none, may stand between a line's words and its neighbour's.
            found = re.search(r"\s*".join(words), self._whole)
            if found is not None and found.start() == self._start[number if first is None else first]:
                prefix = "" if first is None else _quoted(self._lines[first]) + "-,"
                suffix = "" if last is None else ",-" + _quoted(self._lines[last])
                return f"#:~:text={prefix}{_quoted(text)}{suffix}"
        return ""


def _folded(text: str) -> str:
    """Return *text* as a browser searches it, character for character: without case and width."""
    return "".join(folded if len(folded := normalize("NFKC", one).casefold()) == 1 else one for one in text)


def _quoted(words: str) -> str:
    # A hyphen says in a fragment what is prefix and what is suffix.
    return quote(words, safe="").replace("-", "%2D")


@dataclass(frozen=True)
class Source:
    """Where the file of a form lies, seen from a page.

    *path* is a relative address; where it is "" there is no link, and *why* says so in Chinese and English.
    *paged* files take a page's number, texts have their *lines*.
    """

    path: str = ""
    why: tuple[str, str] = ("", "")
    paged: bool = False
    lines: Lines | None = None

    def address(self, place: Place) -> str:
        """Return the address of *place*, as near as the file allows; "" where the file was not found."""
        if not self.path:
            return ""
        if self.paged:
            return f"{self.path}#page={place.page}"
        return self.path + ("" if self.lines is None else self.lines.fragment(place.line_first))


def relative_link(path: str) -> str:
    """Return a relative *path* (with / between its parts) as an address that can be nothing else.

    >>> relative_link("javascript:alert(1).txt"), relative_link("../in/甲 乙.pdf")
    ('./javascript%3Aalert%281%29.txt', '../in/%E7%94%B2%20%E4%B9%99.pdf')
    """
    quoted = quote(path, safe="/", errors="surrogateescape")
    return quoted if quoted.startswith(("../", "./")) else f"./{quoted}"

"""How words stand in the sentences of one text: what begins its clauses, what never ends one.

A dump breaks its lines anywhere, but between two signs of punctuation on one line a sentence runs on. A word that
there always begins a clause (推进, 优化) is a likely beginning of a cell, and one that never ends a clause
(力争, 严格落实) is no end of one. The text itself is the only source: no list of verbs.
"""

from __future__ import annotations

import re
from collections import Counter
from operator import add

_SIGNS = re.compile(r"[，、；。：！？,;:!?\t\r\f\v \u3000]+\n?")
_UNKNOWN = re.compile(r"[（）()【】\[\]〔〕]")
_QUOTES = re.compile("[“”‘’《》「」『』]")
_ENOUGH = 3  # so often must a word stand within lines before its place there says anything


class Habits:
    """The places of all pairs of characters in *text*, whose lines may end within a word."""

    def __init__(self, text: str) -> None:
        plain = "，" + _SIGNS.sub("，", _UNKNOWN.sub("\n", _QUOTES.sub("", text)))
        pairs = list(map(add, plain, plain[1:]))
        self._pairs = Counter(pairs)
        self._threes = Counter(map(add, pairs, plain[2:]))

    def never_ends(self, text: str) -> int:
        """Return how often the last two characters of *text* stand within a clause, if they never end one, else 0.

        >>> Habits("力争创建三家，力争新增五家，力争完成改造").never_ends("人民调解、力争")
        3
        """
        pair = _QUOTES.sub("", text[-4:])[-2:]
        if self._threes[pair + "，"]:
            return 0
        within = self._pairs[pair] - self._threes[pair + "\n"]
        return within if within >= _ENOUGH else 0

    def never_begins(self, text: str) -> int:
        """Return how often the first two characters of *text* stand within a clause, if they never begin one, else 0."""
        pair = _QUOTES.sub("", text[:4])[:2]
        if self._threes["，" + pair]:
            return 0
        within = self._pairs[pair] - self._threes["\n" + pair]
        return within if within >= _ENOUGH else 0

    def begins(self, text: str) -> float:
        """Return in what share of its places within lines the first two characters of *text* begin a clause.

        >>> Habits("优化流程，优化管理，优化服务，持续优化").begins("优化营商环境")
        0.75
        """
        pair = _QUOTES.sub("", text[:4])[:2]
        within = self._pairs[pair] - self._threes["\n" + pair]
        return self._threes["，" + pair] / within if within >= _ENOUGH else 0.0

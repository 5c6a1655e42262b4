"""Headings with words that may stand in front of them and behind them: 部门 · 职能 · 概述.

Some hundred headings, a dozen words before and half a dozen after make fifteen thousand phrases a family. None
is written out: loading the families and handing them to a process costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar, overload

_Other = TypeVar("_Other")
_MOST_KEPT = 20_000


def _starts(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word[:n] for word in words for n in range(1, len(word) + 1))


def _ends(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word[n:] for word in words for n in range(len(word) + 1))


class Prefixes:
    """All texts with which one of *words*, alone or between a front and a back, begins; the empty text is none."""

    def __init__(self, words: Mapping[str, str], fronts: Sequence[str], backs: Sequence[str]) -> None:
        self._fronts, self._words = fronts, words
        self._word_starts, self._back_starts = _starts([*words]), frozenset(("", *_starts(backs)))
        self._longest = max(map(len, words), default=0)
        self._longest_back = max(map(len, backs), default=0)
        self._most = max(map(len, fronts), default=0) + self._longest + self._longest_back
        self._kept: dict[str, bool] = {"": False}
        self.characters = frozenset(text[0] for text in (*fronts, *words) if text)
        """With which a phrase may begin."""

    def __contains__(self, text: object) -> bool:
        found = self._kept.get(text)  # type: ignore[call-overload]
        if found is None:
            assert isinstance(text, str)
            if len(text) > self._most:
                return False
            found = any(self._follows(text, front) for front in self._fronts)
            if len(self._kept) < _MOST_KEPT:
                self._kept[text] = found
        return bool(found)

    def _follows(self, text: str, front: str) -> bool:
        """Tell whether a phrase with *front* begins with *text*."""
        if not text.startswith(front):
            return front.startswith(text)
        rest = text[len(front) :]
        if not rest or rest in self._word_starts:
            return True
        cuts = range(max(1, len(rest) - self._longest_back), min(len(rest), self._longest) + 1)
        return any(rest[:cut] in self._words and rest[cut:] in self._back_starts for cut in cuts)


class Phrases(Mapping[str, str]):
    """The meaning of each of *words*, alone or with one of *fronts* before it, one of *backs* behind it, or both.

    A phrase that is one of *words* itself means what that word means; of two other readings the word named
    first counts. Phrases of up to *short* characters count only if they mean one of *even_short*.

    >>> phrases = Phrases({"职能": "functions"}, ["部门"], ["概述"])
    >>> [*phrases], phrases["部门职能"], "职能职能" in phrases
    (['职能', '职能概述', '部门职能', '部门职能概述'], 'functions', False)
    """

    def __init__(
        self,
        words: Mapping[str, str],
        fronts: Sequence[str] = (),
        backs: Sequence[str] = (),
        short: int = 0,
        even_short: Sequence[str] = (),
    ) -> None:
        self._words = dict(words)
        self._fronts = tuple(dict.fromkeys(("", *fronts)))
        self._backs = tuple(dict.fromkeys(("", *backs)))
        self._short, self._even_short = short, tuple(even_short)
        self._order = tuple(words)
        self._ranks = {word: rank for rank, word in enumerate(words)}
        self._front_ends = _ends(self._fronts)
        self._kept: dict[str, str | None] = {}
        self._most = sum(max(map(len, part), default=0) for part in (self._fronts, words, self._backs))
        self.prefixes = Prefixes(self._words, self._fronts, self._backs)

    def __reduce__(self) -> tuple[object, ...]:
        return Phrases, (self._words, self._fronts, self._backs, self._short, self._even_short)

    def __getitem__(self, phrase: str) -> str:
        try:
            found = self._kept[phrase]
        except KeyError:
            if len(phrase) > self._most:
                raise
            found = self._meaning(phrase)
            if len(self._kept) < _MOST_KEPT:
                self._kept[phrase] = found
        if found is None:
            raise KeyError(phrase)
        return found

    @overload
    def get(self, phrase: str, /) -> str | None: ...

    @overload
    def get(self, phrase: str, /, default: str | _Other) -> str | _Other: ...

    def get(self, phrase: str, /, default: object = None) -> object:
        """Return the meaning of *phrase*, or *default*; most that is asked for is no heading."""
        if phrase in self._kept:
            found = self._kept[phrase]
            return default if found is None else found
        return super().get(phrase, default)

    def __contains__(self, phrase: object) -> bool:
        return isinstance(phrase, str) and self.get(phrase) is not None

    def __iter__(self) -> Iterator[str]:
        seen = dict.fromkeys(self._words)
        seen |= dict.fromkeys(f + word + b for word in self._words for f in self._fronts for b in self._backs)
        return (phrase for phrase in seen if phrase in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _meaning(self, phrase: str) -> str | None:
        word: str | None = phrase
        if phrase not in self._words:
            inner = [
                phrase[len(front) : len(phrase) - len(back)]
                for front in self._fronts
                if phrase.startswith(front)
                for back in self._backs
                if phrase.endswith(back)
            ]
            ranks = [self._ranks[part] for part in inner if part in self._ranks]
            word = self._order[min(ranks)] if ranks else None
        if word is None:
            return None
        meaning = self._words[word]
        return meaning if len(phrase) > self._short or meaning in self._even_short else None

    def may_end_with(self, text: str) -> bool:
        """Tell whether a phrase ends with *text*."""
        for back in self._backs:
            if back.endswith(text):
                return True
            if text.endswith(back):
                rest = text[: len(text) - len(back)]
                if any(word.endswith(rest) for word in self._words):
                    return True
                if any(rest.endswith(w) and rest[: -len(w)] in self._front_ends for w in self._words):
                    return True
        return False

"""Texts of two years: which clause is which, and which words of it are new.

A clause is known by its words, rare ones more than those every clause has (负责, 组织, 工作). Two clauses
of one pattern on two subjects are two; one with words put in or taken out is one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from jixiao.normalize.words import words_of

from .align import Alignment, Nearest, Pair, Parts, best_pairs
from .change import Why
from .names import text_key

PAIRED = 0.5
CERTAIN = 0.6
NEAR = 0.4
_JOINED = 0.9
"""A text is two texts of the other year if it is so much like both, one behind the other."""
_GAIN = 0.15
MAX_COMPARED = 20_000
_LONGEST = 4_000
_MAX_WORDS = 3_000
_MARK = "、"
"""What stands for any mark between words."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a reworded text. *kind* is same, gone (in the old only) or new (in the new only)."""

    kind: str
    text: str


def marked(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as one, word by word: what is the same (as the new text prints it), what is gone, what is new.

    >>> [(piece.kind, piece.text) for piece in marked("负责科技计划。", "牵头负责科技计划。")]
    [('new', '牵头'), ('same', '负责科技计划。')]
    """
    from rapidfuzz.distance import Indel

    a, b = _tokens(old), _tokens(new)
    if len(a) > _MAX_WORDS or len(b) > _MAX_WORDS:
        return Piece("gone", old), Piece("new", new)
    pieces = []
    # Another mark or width within a text that was reworded elsewhere is no change of words.
    for code in Indel.opcodes([_plain_word(word) for word in a], [_plain_word(word) for word in b]):
        gone, came = "".join(a[code.src_start : code.src_end]), "".join(b[code.dest_start : code.dest_end])
        if code.tag == "equal":
            pieces.append(Piece("same", came))
        else:
            pieces += [Piece(kind, text) for kind, text in (("gone", gone), ("new", came)) if text]
    return tuple(_gone_first(pieces))


def _tokens(text: str) -> list[str]:
    """Return *text* as words and marks, a number with its decimals as one."""
    found: list[str] = []
    for word in words_of(text):
        if word.isdecimal() and len(found) > 1 and found[-1] in ".．" and found[-2].isdecimal():
            found[-2:] = [found[-2] + found[-1] + word]
        else:
            found.append(word)
    return found


def _gone_first(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield *pieces* with what is gone before what came in its place, each in one."""
    for changed, group in groupby(pieces, key=lambda piece: piece.kind != "same"):
        if not changed:
            yield from group
            continue
        run = list(group)
        for kind in ("gone", "new"):
            text = "".join(piece.text for piece in run if piece.kind == kind)
            if text:
                yield Piece(kind, text)


def _plain_word(word: str) -> str:
    key = text_key(word)
    return key if key.strip(",;:.") else _MARK


class _Texts:
    """The texts of both years with the weight of their words."""

    def __init__(self, old: Sequence[str], new: Sequence[str], years: tuple[int | None, int | None]) -> None:
        self.old = [text_key(text[:_LONGEST], years[0]) for text in old]
        self.new = [text_key(text[:_LONGEST], years[1]) for text in new]
        self._weights: dict[str, float] | None = None

    def _weight(self, word: str) -> float:
        if self._weights is None:
            texts = {*self.old, *self.new}
            seen = Counter(word for text in texts for word in set(words_of(text)))
            self._weights = {
                word: math.log(1 + len(texts) / many) * len(word)
                for word, many in seen.items()
                if word not in ",;:."
            }
        return self._weights.get(word, 0.0 if word in ",;:." else 1.0)

    def alike(self, a: str, b: str) -> float:
        """Return 0–1, how alike the two keys are by their words and by their characters in order."""
        from rapidfuzz.distance import Indel

        in_a, in_b = Counter(words_of(a)), Counter(words_of(b))
        shared = sum(self._weight(word) * many for word, many in (in_a & in_b).items())
        whole = sum(self._weight(word) * many for word, many in (in_a + in_b).items())
        by_words = 2 * shared / whole if whole else 0.0
        return 0.6 * by_words + 0.4 * float(Indel.normalized_similarity(a, b))


def align_texts(
    old: Sequence[str], new: Sequence[str], years: tuple[int | None, int | None] = (None, None)
) -> Alignment:
    """Return which of the *old* texts is which of the *new*, by their positions."""
    texts = _Texts(old, new, years)
    pairs: list[Pair] = []
    left, right = set(range(len(old))), set(range(len(new)))
    by_key: dict[str, list[int]] = {}
    for n, key in enumerate(texts.new):
        by_key.setdefault(key, []).append(n)
    for o, key in enumerate(texts.old):
        if by_key.get(key):
            n = by_key[key].pop(0)
            pairs.append(Pair(o, n))
            left.discard(o)
            right.discard(n)
    scores: dict[tuple[int, int], float] = {}
    compared = 0
    for o in sorted(left):
        for n in sorted(right):
            compared += 1
            if compared > MAX_COMPARED:
                break
            score = round(texts.alike(texts.old[o], texts.new[n]), 4)
            if score >= NEAR:
                scores[o, n] = score
    splits = _joined(texts, scores, left, right, turned=False)
    merges = _joined(texts, scores, right, left, turned=True)
    scores = {(o, n): score for (o, n), score in scores.items() if o in left and n in right}
    for o, n in best_pairs({key: score for key, score in scores.items() if score >= PAIRED}):
        score = scores[o, n]
        why = Why(f"文字相似度 {score:.2f}", f"texts alike {score:.2f}")
        pairs.append(Pair(o, n, score, score < CERTAIN, why))
        left.discard(o)
        right.discard(n)
    dropped: dict[int, Nearest | None] = dict.fromkeys(sorted(left))
    added: dict[int, Nearest | None] = dict.fromkeys(sorted(right))
    for (o, n), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if o in dropped and n in added:
            dropped[o] = dropped[o] or Nearest(n, score)
            added[n] = added[n] or Nearest(o, score)
    return Alignment(
        tuple(sorted(pairs, key=lambda pair: pair.old)), tuple(splits), tuple(merges), dropped, added
    )


def _joined(
    texts: _Texts, scores: dict[tuple[int, int], float], wholes: set[int], parts: set[int], *, turned: bool
) -> list[Parts]:
    """Find texts that are two neighbouring ones of the other year, and take all three out of what is left."""
    whole_keys, part_keys = (texts.new, texts.old) if turned else (texts.old, texts.new)
    found = []
    for whole in sorted(wholes):
        for first in sorted(parts):
            second = first + 1
            if second not in parts or first not in parts or whole not in wholes:
                continue
            alone = max(
                scores.get((part, whole) if turned else (whole, part), 0.0) for part in (first, second)
            )
            lengths = len(part_keys[first]) + len(part_keys[second])
            if not alone or alone > _JOINED or not 0.7 < lengths / max(len(whole_keys[whole]), 1) < 1.4:
                continue
            together = texts.alike(whole_keys[whole], part_keys[first] + "," + part_keys[second])
            if together < _JOINED or together < alone + _GAIN:
                continue
            why = Why("一条的文字分在两条" if not turned else "两条的文字并为一条", "the text is in two")
            found.append(Parts(whole, (first, second), round(together, 4), False, why))
            wholes.discard(whole)
            parts -= {first, second}
    return found

"""Words that are values without a number (健全, 较高, 有效提升), and the order some of them have."""

from __future__ import annotations

from functools import cache

from .vocabulary import load


@cache
def quality_words() -> frozenset[str]:
    """Return every word that is known to be a value; composed ones (有效提升) are not listed.

    >>> {"健全", "较高", "优", "是"} <= quality_words()
    True
    """
    data = load("quality")
    ranked = (word for scale in data["scales"] for rank in scale["ranks"] for word in rank)
    return frozenset((*ranked, *data["words"]["words"], *weak_words()))


@cache
def weak_words() -> frozenset[str]:
    """Return the value words that end names as often: 发展 may be the last line of a wrapped name."""
    return frozenset(load("quality")["words"]["weak"])


@cache
def _ranks() -> dict[str, tuple[str, int]]:
    return {
        word: (scale["name"], rank)
        for scale in load("quality")["scales"]
        for rank, words in enumerate(reversed(scale["ranks"]))
        for word in words
    }


def quality_rank(word: str) -> tuple[str, int] | None:
    """Return the scale of *word* and its rank there, higher is more; None for words without order.

    >>> quality_rank("高"), quality_rank("较高"), quality_rank("持续改善")
    (('高低', 5), ('高低', 4), None)
    """
    return _ranks().get(word)


def compare_quality(old: str, new: str) -> int | None:
    """Return 1 when *new* ranks above *old* on one scale, -1 below, 0 the same word or rank, else None.

    >>> compare_quality("较高", "高"), compare_quality("健全", "基本健全"), compare_quality("健全", "高")
    (1, -1, None)
    >>> compare_quality("有所提高", "明显提升"), compare_quality("有所提高", "明显降低")
    (1, None)
    """
    if old == new:
        return 0
    rank_old, rank_new = _ranks().get(old) or _degree(old), _ranks().get(new) or _degree(new)
    if rank_old is None or rank_new is None or rank_old[0] != rank_new[0]:
        return None
    return (rank_new[1] > rank_old[1]) - (rank_new[1] < rank_old[1])


@cache
def _degrees() -> tuple[dict[str, int], dict[str, str]]:
    phrases = load("quality")["phrases"]
    ranks = {word: rank for rank, words in enumerate(reversed(phrases["degree_ranks"])) for word in words}
    return ranks, {word: group[0] for group in phrases["alike"] for word in group}


def _degree(word: str) -> tuple[str, int] | None:
    """Return what is done and the rank of its degree: 有所提高, 明显提高, 提高明显."""
    ranks, alike = _degrees()
    heads = _phrase_parts()[1]
    for at in range(1, min(len(word), 12)):
        for degree, head in ((word[:at], word[at:]), (word[at:], word[:at])):
            if degree in ranks and head in heads:
                return f"degree {alike.get(head, head)}", ranks[degree]
    return None


@cache
def _phrase_parts() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    phrases = load("quality")["phrases"]
    return frozenset(phrases["degrees"]), frozenset(phrases["heads"]), frozenset(phrases["tails"])


def is_quality(text: str) -> bool:
    """Return whether *text* is a known value word or is composed as such words are.

    >>> is_quality("健全"), is_quality("不断提升"), is_quality("提升明显"), is_quality("预算执行率")
    (True, True, True, False)
    """
    if text in quality_words():
        return True
    if not 2 <= len(text) <= 12:
        return False
    degrees, heads, tails = _phrase_parts()
    for at in range(1, len(text)):
        left, right = text[:at], text[at:]
        if right in heads and (left in degrees or left in heads):
            return True
        if left in heads and right in tails:
            return True
    # Two words with a mark between (健全、有效), each known.
    parts = text.split("、")
    return len(parts) > 1 and all(part in quality_words() for part in parts)


@cache
def _name_endings() -> tuple[str, ...]:
    return tuple(load("quality")["names"]["endings"])


def ends_like_name(text: str) -> bool:
    """Return whether *text* ends as names of indicators and projects do (率, 数, 性, 作用 …), a bracket aside.

    >>> ends_like_name("预算执行率"), ends_like_name("城镇新增就业人数（万人）"), ends_like_name("健全")
    (True, True, False)
    """
    if text[-1:] in (")", "）"):
        text = text[: max(text.rfind("("), text.rfind("（"), 0)].rstrip()
    return text.endswith(_name_endings())

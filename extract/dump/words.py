"""Whether a line break cuts a word: asked of a dictionary, and only where nothing else decides."""

from __future__ import annotations

from jixiao.normalize.words import tokenizer

_CONTEXT = 6


def cuts_word(before: str, after: str) -> float:
    """Return 1 if a word runs over the break between two lines, else 0.

    >>> cuts_word("地质灾害隐患点巡查任", "务服务次数")
    1.0
    >>> cuts_word("科创办推进专项", "新招引未来产业")
    0.0
    """
    left, right = before[-_CONTEXT:], after[:_CONTEXT]
    at = 0
    for word in tokenizer().cut(left + right, HMM=False):
        if at < len(left) < at + len(word):
            return 1.0
        at += len(word)
        if at >= len(left):
            break
    return 0.0

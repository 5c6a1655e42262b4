"""Whether a line break cuts a word: asked of a dictionary, and only where nothing else decides."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

_CONTEXT = 6


@cache
def _tokenizer() -> jieba.Tokenizer:
    """Return jieba with its full dictionary, loaded at the first question (about 0.7 s).

    jieba keeps a cache in the temporary folder and loads by marshal what it finds there: it gets a
    folder of its own, which is gone when it has loaded.
    """
    import logging
    import tempfile

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    return tokenizer


def cuts_word(before: str, after: str) -> float:
    """Return 1 if a word runs over the break between two lines, else 0.

    >>> cuts_word("地质灾害隐患点巡查任", "务服务次数")
    1.0
    >>> cuts_word("科创办推进专项", "新招引未来产业")
    0.0
    """
    left, right = before[-_CONTEXT:], after[:_CONTEXT]
    at = 0
    for word in _tokenizer().cut(left + right, HMM=False):
        if at < len(left) < at + len(word):
            return 1.0
        at += len(word)
        if at >= len(left):
            break
    return 0.0

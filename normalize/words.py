"""Chinese text cut into words by a dictionary, which is loaded when the first text is asked about."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba


@cache
def tokenizer() -> jieba.Tokenizer:
    """Return jieba with its full dictionary, loaded at the first question (about 0.5 s).

    jieba would keep a cache in the temporary folder, and load by marshal what it finds there. It reads its dictionary here as
    it would itself, without that cache and in two thirds of the time.
    """
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    made = jieba.Tokenizer()
    counts: dict[str, int] = {}
    total = 0
    with made.get_dict_file() as file:
        lines = file.read().decode("utf-8").splitlines()
    for line in lines:
        word, often, _ = line.split(" ", 2)
        counts[word] = int(often)
        total += counts[word]
        for size in range(1, len(word)):
            counts.setdefault(word[:size], 0)
    made.FREQ, made.total, made.initialized = counts, total, True
    return made


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Return *text* as words and marks; put together again they are the text.

    >>> words_of("指导督促科技计划项目绩效评价。")
    ('指导', '督促', '科技', '计划', '项目', '绩效评价', '。')
    """
    return tuple(tokenizer().cut(text, HMM=False))

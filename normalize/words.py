"""Chinese text cut into words by a dictionary, which is loaded when the first text is asked about."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba


@cache
def tokenizer() -> jieba.Tokenizer:
    """Return jieba with its full dictionary, loaded at the first question (about 0.7 s).

    jieba keeps a cache in the temporary folder and loads by marshal what it finds there: it gets a
    folder of its own, which is gone when it has loaded.
    """
    import logging
    import tempfile

    import jieba

    jieba.setLogLevel(logging.WARNING)
    made = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        made.tmp_dir = folder
        made.initialize()
    return made


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Return *text* as words and marks; put together again they are the text.

    >>> words_of("指导督促科技计划项目绩效评价。")
    ('指导', '督促', '科技', '计划', '项目', '绩效评价', '。')
    """
    return tuple(tokenizer().cut(text, HMM=False))

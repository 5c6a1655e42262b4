"""How a long run goes: one line that changes on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TextIO

_SHOWN = ("ok", "review", "partial", "refused", "failed")
_TERMINAL, _LOG = 0.2, 30.0
"""Seconds between two lines."""


class ProgressLine:
    """Writes to *stream* how many of how many are done, how fast, how long it will take, how they fared."""

    def __init__(self, stream: TextIO, *, terminal: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._terminal = terminal
        self._clock = clock
        self._start = self._last = clock()

    def __call__(self, done: int, total: int, statuses: Mapping[str, int]) -> None:
        now = self._clock()
        if now - self._last < (_TERMINAL if self._terminal else _LOG) and not (self._terminal and done == total):
            return
        self._last = now
        text = progress_text(done, total, now - self._start, statuses)
        self._stream.write(f"\r{text}\x1b[K" if self._terminal else f"{text}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line off the terminal."""
        if self._terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def progress_text(done: int, total: int, seconds: float, statuses: Mapping[str, int]) -> str:
    """Return the line after *seconds*.

    >>> progress_text(120, 600, 10, {"ok": 100, "review": 19, "failed": 1})
    '120/600，每秒 12.0 个，剩余 0:00:40，ok 100，review 19，failed 1'
    """
    rate = done / seconds if seconds > 0 else 0.0
    left = round((total - done) / rate) if rate else 0
    counts = [f"{name} {statuses[name]}" for name in _SHOWN if statuses.get(name)]
    ahead = f"剩余 {left // 3600}:{left // 60 % 60:02}:{left % 60:02}"
    return "，".join([f"{done}/{total}", f"每秒 {rate:.1f} 个", ahead, *counts])

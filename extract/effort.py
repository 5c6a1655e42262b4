"""How far a reader has come with a file, and whether it may go on.

A file has 30 s, and 2 s more for every page that is finished, 10 s for a recognised one. Who runs the
file (`jixiao.pipeline`) ends a reader that is late; a reader that goes by pages does better to ask
`may_read` before each and to say `page_done` after it: pages finished in time are then kept, also
where a later one hangs or brings the process down, for the file is read once more up to there.

    for number in range(1, pages + 1):
        if not may_read(number):
            partial = True
            break
        ...
        page_done()
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

_SHARE = 0.8
"""A reader stops at this part of its time: what was read must still be laid out."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Seconds for a file, for each page finished, and for each page finished by recognition."""

    file: float = 30.0
    page: float = 2.0
    recognised: float = 10.0

    def seconds(self, pages: int, recognised: int) -> float:
        """Return the seconds allowed after *pages* were finished, *recognised* ones not among them."""
        return self.file + self.page * pages + self.recognised * recognised


@dataclass(slots=True)
class _Effort:
    allowance: Allowance
    last_page: int | None
    tell: Callable[[bool], None]
    start: float
    pages: int = 0
    recognised: int = 0


_now: _Effort | None = None
"""Of the file at hand; None where nobody watches, and then there is no limit."""


def begin(allowance: Allowance, tell: Callable[[bool], None], last_page: int | None = None) -> None:
    """Watch the file that is read from now on: *tell* hears of every page done and whether it was recognised.

    No page after *last_page* may be read: an earlier try came that far and no further.
    """
    global _now
    _now = _Effort(allowance, last_page, tell, time.monotonic())


def may_read(page: int) -> bool:
    """Say whether there is time for *page*, counted from 1."""
    if _now is None:
        return True
    if _now.last_page is not None and page > _now.last_page:
        return False
    spent = time.monotonic() - _now.start
    return spent < _SHARE * _now.allowance.seconds(_now.pages, _now.recognised)


def page_done(*, recognised: bool = False) -> None:
    """Say that a page is finished."""
    if _now is not None:
        _now.recognised += recognised
        _now.pages += not recognised
        _now.tell(recognised)

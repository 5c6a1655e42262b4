"""How far a reader has come with a file, and whether it may go on.

A file has 30 s, and 2 s more for every page that is finished, 10 s for a recognised one; a form of a file that
holds several counts as a page. Time in which its
process stands ready and the processors are busy with others is not counted: what is read of a file should
not hang on what else the machine does. Who runs the file (`jixiao.pipeline`) ends a reader that is late;
a reader that goes by pages does better to ask `may_read` before each and to say `page_done` after it:
pages finished in time are then kept, also where a later one hangs or brings the process down, for the
file is read once more up to there.

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
_PATIENCE = 10
"""Of so many seconds one is counted at least, however busy the machine is: something must end."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Seconds for a file, for each page finished, and for each page finished by recognition."""

    file: float = 30.0
    page: float = 2.0
    recognised: float = 10.0

    def seconds(self, pages: int, recognised: int) -> float:
        """Return the seconds allowed after *pages* were finished, *recognised* ones not among them."""
        return self.file + self.page * pages + self.recognised * recognised


def counted(seconds: float, waited: float) -> float:
    """Return how many of *seconds* on the clock are a file's own, *waited* of them without a processor.

    >>> counted(40.0, 35.0), counted(40.0, 39.0)
    (5.0, 4.0)
    """
    return max(seconds - waited, seconds / _PATIENCE)


def waited(pid: int | str = "self") -> float:
    """Return the seconds since it began that process *pid* (its first thread) stood ready without a processor.

    0 where the system does not tell.
    """
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


@dataclass(slots=True)
class _Effort:
    allowance: Allowance
    last_page: int | None
    tell: Callable[[bool], None]
    start: float
    waited: float
    pages: int = 0
    recognised: int = 0


_now: _Effort | None = None
"""Of the file at hand; None where nobody watches, and then there is no limit."""


def begin(allowance: Allowance, tell: Callable[[bool], None], last_page: int | None = None) -> None:
    """Watch the file that is read from now on: *tell* hears of every page done and whether it was recognised.

    No page after *last_page* may be read: an earlier try came that far and no further.
    """
    global _now
    _now = _Effort(allowance, last_page, tell, time.monotonic(), waited())


def may_read(page: int) -> bool:
    """Say whether there is time for *page*, counted from 1."""
    if _now is None:
        return True
    if _now.last_page is not None and page > _now.last_page:
        return False
    spent = counted(time.monotonic() - _now.start, waited() - _now.waited)
    return spent < _SHARE * _now.allowance.seconds(_now.pages, _now.recognised)


def page_done(*, recognised: bool = False) -> None:
    """Say that a page is finished."""
    if _now is not None:
        _now.recognised += recognised
        _now.pages += not recognised
        _now.tell(recognised)

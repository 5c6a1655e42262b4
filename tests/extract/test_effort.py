"""A reader that goes by pages keeps what it finished in time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jixiao.extract import effort
from jixiao.extract.effort import Allowance, begin, may_read, page_done


@pytest.fixture(autouse=True)
def unwatched() -> Iterator[None]:
    yield
    effort._now = None


def test_where_nobody_watches_there_is_no_limit() -> None:
    page_done()
    assert may_read(1_000_000)


def test_every_page_done_is_told_and_gives_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0
    monkeypatch.setattr(effort.time, "monotonic", lambda: clock)
    told: list[bool] = []
    begin(Allowance(10, 1, 5), told.append)
    clock = 7.9
    assert may_read(1)
    clock = 8.1
    assert not may_read(1)
    page_done()
    assert may_read(2)
    clock = 12.7
    assert not may_read(2)
    page_done(recognised=True)
    assert may_read(3)
    assert told == [False, True]


def test_no_page_is_read_beyond_where_an_earlier_try_came() -> None:
    begin(Allowance(), lambda recognised: None, last_page=2)
    assert [may_read(page) for page in (1, 2, 3)] == [True, True, False]

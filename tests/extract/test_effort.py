"""A reader that goes by pages keeps what it finished in time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from jixiao.extract import effort
from jixiao.extract.effort import Allowance, begin, may_read, page_done, waited


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


def test_time_without_a_processor_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = stood = 0.0
    monkeypatch.setattr(effort.time, "monotonic", lambda: clock)
    monkeypatch.setattr(effort, "waited", lambda: 100.0 + stood)
    begin(Allowance(10), lambda recognised: None)
    clock, stood = 70.0, 63.0
    assert may_read(1)
    clock, stood = 85.0, 85.0
    assert not may_read(1)


def test_the_system_tells_how_long_a_process_stood_ready() -> None:
    """Two processes spin on one processor: the one waits while the other has it."""
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", code]) as one, subprocess.Popen([sys.executable, "-c", code]) as other:
        try:
            late = time.monotonic() + 60
            while min(waited(one.pid), waited(other.pid)) < 0.05 and time.monotonic() < late:
                time.sleep(0.02)
            assert min(waited(one.pid), waited(other.pid)) >= 0.05
            assert waited(0) == 0.0
        finally:
            one.kill()
            other.kill()

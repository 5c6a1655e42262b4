"""How much work a call is, counted and not timed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import jixiao.deliver.tables
import jixiao.extract.read
import jixiao.normalize.values
import jixiao.pipeline.one
import jixiao.rules.records

FOLDERS = tuple(
    f"{Path(module.__file__).parent}{os.sep}"
    for module in (
        jixiao.normalize.values,
        jixiao.rules.records,
        jixiao.extract.read,
        jixiao.deliver.tables,
        jixiao.pipeline.one,
    )
)


def lines_run(call: Callable[[], object]) -> int:
    """Return how many lines of this package's own Python *call* runs, each as often as it runs.

    A turn of a loop or a comprehension counts; what a single call into C does (a join, a slice, a
    search) counts once, however long it takes.
    """
    count = 0

    def local(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += 1
        return local

    def outer(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(FOLDERS):
            return None
        count += 1
        return local

    before = sys.gettrace()
    sys.settrace(outer)
    try:
        call()
    finally:
        sys.settrace(before)
    return count

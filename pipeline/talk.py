"""What is said of inputs on a terminal. Their names and contents are not trusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .folder import Line

IN_PART = "只读出一部分"
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Return *text* as one line: names of files may hold what moves a terminal's cursor."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def sentence(detail: str) -> str:
    """Return a one-line *detail* as a sentence; a traceback stays in the manifest."""
    return f"{detail.rstrip('。')}。" if detail and "\n" not in detail else ""


def bad_line(line: Line) -> str:
    """Return what became of an input that was not read whole, why, and what to do next."""
    from jixiao.extract.errors import REASONS

    why = REASONS.get(line.reason, IN_PART)
    step = f"下一步：{line.next_step}" if line.next_step else ""
    return plain(f"  {line.source}：{line.status}，{why}。{sentence(line.detail)}{step}")

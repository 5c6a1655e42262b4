"""A reader of forms that are easy to write, in place of the real one, under the real pipeline.

A file is UTF-8 lines: `FORM title` begins a form, `ROW text` gives it a goal, `PERSON name` a personal
field, `ASK severity` a finding, `FAMILY name`, `YEAR year` and `FROM department` say what it is, `NAME name`
is a printed heading, `LOST page` is a page that is not read, `NAP seconds` takes its time.
`REFUSE` and `BUG` do what they say, and so do the words in `POISON`; anything else is left unread. A
file without `FORM` is refused.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from unittest.mock import patch

from jixiao.extract.effort import may_read, page_done
from jixiao.extract.errors import DocumentError
from jixiao.extract.options import Options
from jixiao.pipeline import convert as real
from jixiao.pipeline import one
from jixiao.pipeline.inputs import Reader
from jixiao.pipeline.packets import Packet, Settings, Work
from jixiao.rules.families import Families
from jixiao.rules.records import Field, Finding, Form, Goal, Text, Unread


def read_forms(data: bytes, source: str, families: Families, options: Options | None = None) -> list[Form]:
    """Return the forms written in *data*."""
    sha256 = hashlib.sha256(data).hexdigest()
    forms: list[Form] = []
    for number, line in enumerate(data.decode().splitlines(), 1):
        word, _, rest = line.partition(" ")
        text = Text(rest, rest)
        if word == "REFUSE":
            raise DocumentError("two_families", "甲与乙都吻合", "请用 --family 指明")
        if word == "BUG":
            raise ZeroDivisionError(rest)
        if word == "NAP":
            time.sleep(float(rest))
            continue
        if word in POISON:
            POISON[word](rest)
        if word == "PAGES":
            forms = _pages(forms, int(rest))
            continue
        if word == "FORM":
            number = len(forms) + 1
            document_id = sha256[:16] + (f"-{number}" if number > 1 else "")
            form = Form(document_id, source, sha256, "text", 1, "general", "标题吻合", title=text)
            forms.append(form)
            continue
        if not forms:
            continue
        if word == "HUGE":
            rest = os.urandom(1 << 20).hex()
            word, text = "ROW", Text(rest, rest)
        form = forms.pop()
        if word == "ROW":
            form = replace(form, goals=(*form.goals, Goal(len(form.goals) + 1, "annual", text)))
        elif word == "LOST":
            lost = Finding("page_unread", "error", f"第 {rest} 页读不出")
            form = replace(form, findings=(*form.findings, lost), status="partial")
        elif word == "FAMILY":
            form = replace(form, family=rest)
        elif word == "NAME":
            form = replace(form, printed_names=(*form.printed_names, rest))
        elif word == "YEAR":
            form = replace(form, year=int(rest))
        elif word == "FROM":
            form = replace(form, department=text)
        elif word == "PERSON":
            form = replace(form, fields=(Field(1, "联系人", text, personal=True),))
        elif word == "ASK":
            form = replace(form, findings=(*form.findings, Finding("asked", rest, "疑问")))
        else:
            form = replace(form, unread=(*form.unread, Unread(1, number, line)))
        forms.append(form)
    return forms


def _pages(forms: list[Form], count: int) -> list[Form]:
    """Give the last form a goal a page as far as may be read; the last of *count* pages hangs."""
    for page in range(1, count + 1):
        if not may_read(page):
            return [*forms[:-1], replace(forms[-1], status="partial")]
        if page == count:
            _hang("")
        text = Text(f"第 {page} 页", "")
        forms = [*forms[:-1], replace(forms[-1], goals=(*forms[-1].goals, Goal(page, "annual", text)))]
        page_done()
    return forms


def _kill_itself(rest: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_parent(rest: str) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def _leave(rest: str) -> None:
    os._exit(int(rest or 7))


def _abort(rest: str) -> None:
    os.abort()


def _fault(rest: str) -> None:
    ctypes.string_at(0)


def _hang(rest: str) -> None:
    while True:
        time.sleep(60)


def _spin(rest: str) -> None:
    while True:
        pass


def _stop(rest: str) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _hog(rest: str) -> None:
    held = []
    while True:
        held.append(bytearray(b"x") * (16 << 20))


def _grab(rest: str) -> None:
    bytearray(1 << 40)


def _children(rest: str) -> None:
    """Start a child, and one in a session of its own that minds no signal; say who they are, and hang."""
    pids = []
    for apart in (False, True):
        pid = os.fork()
        if pid == 0:
            if apart:
                os.setsid()
                for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
            _hang("")
        pids.append(pid)
    with open(rest, "a") as file:
        file.write("".join(f"{pid}\n" for pid in (os.getpid(), *pids)))
    _hang("")


def _long(rest: str) -> None:
    raise RuntimeError("长" * (1 << 20))


def _system_exit(rest: str) -> None:
    raise SystemExit(0)


def _unpicklable(rest: str) -> None:
    class Odd(Exception):
        def __init__(self, one: object, two: object) -> None:
            super().__init__(lambda: one)

    raise Odd(1, 2)


def _deep(rest: str) -> None:
    _deep(rest)


def _babble(rest: str) -> None:
    """Write nonsense to whatever is open, the pipe to the parent among it."""
    for handle in range(3, 64):
        with suppress(OSError):
            os.write(handle, b"\xff" * 64)


POISON: dict[str, Callable[[str], None]] = {
    "CRASH": _kill_itself,
    "PARRICIDE": _kill_parent,
    "EXIT": _leave,
    "ABORT": _abort,
    "FAULT": _fault,
    "HANG": _hang,
    "SPIN": _spin,
    "STOP": _stop,
    "HOG": _hog,
    "GRAB": _grab,
    "CHILDREN": _children,
    "LONG": _long,
    "SYSTEMEXIT": _system_exit,
    "UNPICKLABLE": _unpicklable,
    "DEEP": _deep,
    "BABBLE": _babble,
}


def check_form(form: Form, families: Families) -> tuple[Finding, ...]:
    """Return one finding more for a form titled CHECK."""
    titled = form.title is not None and form.title.value == "CHECK"
    return (Finding("checked", "warning", "核对"),) if titled else ()


def convert(work: Work, settings: Settings, reader: Reader) -> Packet:
    """Convert as the real pipeline does, with the fake reader."""
    with patch.object(one, "read_forms", read_forms), patch.object(one, "check_form", check_form):
        return real.convert(work, settings, reader)


CONVERT = f"{__name__}:convert"
"""The name workers find it by."""

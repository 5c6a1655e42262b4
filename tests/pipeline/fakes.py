"""A reader of forms that are easy to write, in place of the real one, under the real pipeline.

A file is UTF-8 lines: `FORM title` begins a form, `ROW text` gives it a goal, `PERSON name` a personal
field, `ASK severity` a finding. `REFUSE`, `BUG`, `CRASH` and `EXIT` do what they say; anything else is
left unread. A file without `FORM` is refused.
"""

from __future__ import annotations

import hashlib
import os
import signal
from dataclasses import replace
from unittest.mock import patch

from jixiao.extract.errors import DocumentError
from jixiao.pipeline import one, pool
from jixiao.rules.families import Families
from jixiao.rules.records import Field, Finding, Form, Goal, Text, Unread


def read_forms(data: bytes, source: str, families: Families) -> list[Form]:
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
        if word == "CRASH":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "EXIT":
            os._exit(7)
        if word == "FORM":
            number = len(forms) + 1
            document_id = sha256[:16] + (f"-{number}" if number > 1 else "")
            form = Form(document_id, source, sha256, "text", 1, "general", "标题吻合", title=text)
            forms.append(form)
            continue
        if not forms:
            continue
        form = forms.pop()
        if word == "ROW":
            form = replace(form, goals=(*form.goals, Goal(len(form.goals) + 1, "annual", text)))
        elif word == "PERSON":
            form = replace(form, fields=(Field(1, "联系人", text, personal=True),))
        elif word == "ASK":
            form = replace(form, findings=(*form.findings, Finding("asked", rest, "疑问")))
        else:
            form = replace(form, unread=(*form.unread, Unread(1, number, line)))
        forms.append(form)
    return forms


def check_form(form: Form, families: Families) -> tuple[Finding, ...]:
    """Return one finding more for a form titled CHECK."""
    titled = form.title is not None and form.title.value == "CHECK"
    return (Finding("checked", "warning", "核对"),) if titled else ()


def convert(work: pool.Work, settings: pool.Settings) -> pool.Packet:
    """Convert as the real pipeline does, with the fake reader. Top-level, so that workers find it."""
    with patch.object(one, "read_forms", read_forms), patch.object(one, "check_form", check_form):
        return pool.convert(work, settings)

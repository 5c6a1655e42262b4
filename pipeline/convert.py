"""One input → its packet: what a worker does with every file."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from typing import Any

from jixiao.deliver.files import csv_text
from jixiao.deliver.nested import nested_text
from jixiao.deliver.tables import cell_text
from jixiao.extract.errors import DocumentError
from jixiao.extract.options import Options
from jixiao.rules.families import key_of
from jixiao.rules.records import Form

from .inputs import Reader
from .one import Outcome, failed, out_of_memory, read_bytes, refused, rows_by_form
from .packets import JSON, Packet, Settings, Work, Written, packed

_LONGEST_NAME = 14
"""Unread text that is longer is no heading or label."""
_NUMBER = frozenset("0123456789")


def convert(work: Work, settings: Settings, reader: Reader) -> Packet:
    """Read, check and lay out one input. Never raises for what a file does, out of memory excepted."""
    start = time.perf_counter()
    try:
        outcome = _read(work, settings, reader)
        rows = rows_by_form(outcome.tables)
        written = tuple(_written(form, rows[form.document_id], settings) for form in outcome.forms)
    except MemoryError:
        outcome, written = out_of_memory(work.one.source, work.sha256), ()
    except Exception:
        outcome, written = failed(traceback.format_exc(), work.one.source, work.sha256), ()
    return replace(packet_of(outcome), seconds=round(time.perf_counter() - start, 3), forms=written)


def _written(form: Form, rows: dict[str, list[dict[str, str]]], settings: Settings) -> Written:
    parts = {name: packed(csv_text(lines)) for name, lines in rows.items() if lines}
    if settings.json:
        parts[JSON] = packed(nested_text(form))
    return Written(form.document_id, form.family, form.family_reason, facts_of(form), parts)


def facts_of(form: Form) -> dict[str, Any]:
    """Return what is asked of all forms together: what the form is for, and which names it prints."""
    left = (key_of(cell_text(unread.text)).rstrip(":") for unread in form.unread)
    return {
        "source": cell_text(form.source),
        "department": key_of(cell_text(form.department)),
        "project": key_of(cell_text(form.project)),
        "year": form.year,
        "title": key_of(cell_text(form.title)),
        "printed": [cell_text(name) for name in form.printed_names],
        "left": sorted({name for name in left if 2 <= len(name) <= _LONGEST_NAME and not _NUMBER & set(name)}),
    }


def packet_of(outcome: Outcome) -> Packet:
    """Return the packet of an outcome without forms."""
    return Packet(outcome.status, 0.0, (), outcome.reason, outcome.detail, outcome.next_step)


def _read(work: Work, settings: Settings, reader: Reader) -> Outcome:
    source = work.one.source
    try:
        data = reader.read(work.one)
        options = Options(pdf_reader=settings.pdf_reader)
        outcome = read_bytes(data, source, settings.families, personal=settings.personal, options=options)
        if outcome.sha256 != work.sha256:
            raise DocumentError("unreadable", "文件在转换时被改动", "请等文件写完后再转换一次")
    except DocumentError as error:
        return refused(error, source, work.sha256)
    return outcome

"""What a worker is given and what it gives back: one input in, plain texts out.

Nothing but texts and numbers comes back, and it comes as JSON and bytes: sending cannot fail, and
what a hostile file made of its worker cannot make more of the parent than a wrong line.
"""

from __future__ import annotations

import json
import time
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from jixiao.deliver.files import csv_text
from jixiao.deliver.nested import nested_text
from jixiao.deliver.tables import cell_text
from jixiao.extract.errors import DocumentError
from jixiao.rules.families import Families, key_of, load_families
from jixiao.rules.records import Form

from .inputs import Input, Reader
from .one import Outcome, Status, failed, out_of_memory, read_bytes, refused, rows_by_form

JSON = "json"
"""The name of a form's JSON document among its parts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides what an input becomes, apart from its bytes."""

    families: Families
    personal: bool = True
    json: bool = True

    def fingerprint(self) -> str:
        """Return a text that differs where two settings may make different rows of the same bytes."""
        others = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("families", "json")}
        return json.dumps({"families": self.families.fingerprint, **others}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Work:
    """One input to convert. After a try that did not end well, no page is read after *last_page*.

    *key* is what whoever asked for it knows it by.
    """

    one: Input
    sha256: str
    key: int = 0
    last_page: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """One form as it will stand in the output.

    *parts* are compressed: CSV lines by table, and the JSON document. *facts* are what is asked of all
    forms together.
    """

    document_id: str
    form: str
    why: str
    facts: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Packet:
    """What a worker sends back of one input."""

    status: Status
    seconds: float
    forms: tuple[Written, ...] = ()
    reason: str = ""
    detail: str = ""
    next_step: str = ""

    def encoded(self) -> bytes:
        """Return the packet as bytes: a line of JSON that says how long each part is, and the parts."""
        head = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "forms"}
        head["forms"] = [
            {
                "document_id": form.document_id,
                "form": form.form,
                "why": form.why,
                "facts": form.facts,
                "parts": {name: len(part) for name, part in form.parts.items()},
            }
            for form in self.forms
        ]
        line = json.dumps(head).encode() + b"\n"
        return line + b"".join(part for form in self.forms for part in form.parts.values())


def decoded(data: bytes) -> Packet:
    """Return the packet that was `encoded` as *data*; ValueError, KeyError or TypeError if there is none."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    forms, at = [], 0
    for form in head.pop("forms"):
        parts = {}
        for name, length in form.pop("parts").items():
            parts[name] = rest[at : at + length]
            at += length
        forms.append(Written(**form, parts=parts))
    if at != len(rest):
        raise ValueError("the parts of a packet do not add up")
    return Packet(**head, forms=tuple(forms))


def packed(text: str) -> bytes:
    """Return *text* compressed."""
    return zlib.compress(text.encode(), 1)


def unpacked(data: bytes) -> bytes:
    """Return the UTF-8 bytes of the text that was `packed` as *data*."""
    return zlib.decompress(data)


Converter = Callable[[Work, Settings, Reader], Packet]


def families_for(folder: Path | None, family: str | None) -> Families:
    """Return the families in use: those of the package and of *folder*, or only the one called *family*."""
    families = load_families(folder)
    if family is None:
        return families
    only = {family: families.get(family)}
    return replace(families, known=only, fingerprint=f"{families.fingerprint}/{family}")


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
    """Return what is asked of all forms together: what the form is for."""
    return {
        "source": cell_text(form.source),
        "department": key_of(cell_text(form.department)),
        "project": key_of(cell_text(form.project)),
        "year": form.year,
        "title": key_of(cell_text(form.title)),
    }


def packet_of(outcome: Outcome) -> Packet:
    """Return the packet of an outcome without forms."""
    return Packet(outcome.status, 0.0, (), outcome.reason, outcome.detail, outcome.next_step)


def _read(work: Work, settings: Settings, reader: Reader) -> Outcome:
    source = work.one.source
    try:
        data = reader.read(work.one)
        outcome = read_bytes(data, source, settings.families, personal=settings.personal)
        if outcome.sha256 != work.sha256:
            raise DocumentError("unreadable", "文件在转换时被改动", "请等文件写完后再转换一次")
    except DocumentError as error:
        return refused(error, source, work.sha256)
    return outcome

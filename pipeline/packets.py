"""What a worker is given and what it gives back: one input in, plain texts out.

Nothing but texts and numbers comes back, and it comes as JSON and bytes: sending cannot fail, and
what a hostile file made of its worker cannot make more of the parent than a wrong line.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from jixiao.extract.options import PdfReader
from jixiao.rules.families import Families, load_families

from .inputs import Input, Reader

Status = Literal["ok", "review", "partial", "refused", "failed"]
STATUSES: tuple[Status, ...] = ("ok", "review", "partial", "refused", "failed")
"""From best to worst."""
JSON = "json"
"""The name of a form's JSON document among its parts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides what an input becomes, apart from its bytes."""

    families: Families
    personal: bool = True
    json: bool = True
    pdf_reader: PdfReader = "pdfium"

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


def worst(statuses: Iterable[str]) -> Status:
    """Return the worst of *statuses*; ok if there is none.

    >>> worst(["ok", "partial", "review"])
    'partial'
    """
    found = set(statuses)
    return next((status for status in reversed(STATUSES) if status in found), "ok")


def families_for(folder: Path | None, family: str | None) -> Families:
    """Return the families in use: those of the package and of *folder*, or only the one called *family*."""
    families = load_families(folder)
    if family is None:
        return families
    only = {family: families.get(family)}
    return replace(families, known=only, fingerprint=f"{families.fingerprint}/{family}")

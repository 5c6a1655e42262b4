"""Persons named in goals, indicators and other texts of a form go to its fields, and are covered where they stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass, replace
from functools import cache
from typing import Any

from jixiao.normalize.persons import Person, find_persons, is_no_word, names_in
from jixiao.rules.families import Family
from jixiao.rules.records import Amount, Field, Finding, Form, Place, Target, Text, Unread

COVERED = "〔见字段〕"
"""What stands where a person was named; the form's fields have the name."""
STEP = "person_apart"
_NO_LABEL = "姓名、电话"
_FIGURES = ("number", "range", "date")
_WORDS = re.compile("[㐀-鿿]")
_CODES = ("码", "号")
_SHORT_NAME = 2  # a name of two characters may be a part of other words
_SELDOM = 500  # what a person's field gives is a name, unless the dictionary knows it well (高新区)


def set_apart(form: Form, family: Family) -> Form:
    """Return *form* with the persons and telephones that its texts name as personal fields, and nowhere else.

    Found are names behind a label of *family* for persons, telephone numbers, and a name right before one; besides,
    wherever they stand, names of three characters and more that a personal field gives. A finding counts them.
    """
    apart = _Apart(family, [head.value.value for head in form.fields if head.personal])
    fields = [head if head.personal else replace(head, value=apart.field(head)) for head in form.fields]
    kept: Form = each_text(replace(form, fields=(), findings=(), unread=()), apart.text, apart.figure)
    kept = replace(kept, funds=tuple(replace(item, parent=apart.hidden(item.parent)) for item in kept.funds))
    unread = tuple(replace(one, text=apart.line(one).value) for one in form.unread)
    if not apart.secrets:
        return form
    findings = tuple(
        replace(f, message=apart.hidden(f.message), expected=apart.hidden(f.expected), actual=apart.hidden(f.actual))
        for f in form.findings
    )
    message = f"正文中有 {len(apart.places)} 处写有姓名或电话，已移入 fields 表（personal 为 true），原处记作“{COVERED}”"
    return replace(
        kept,
        fields=tuple(
            replace(head, seq=seq, label=apart.hidden(head.label))
            for seq, head in enumerate([*fields, *apart.made.values()], 1)
        ),
        findings=(*findings, Finding("persons_apart", "info", message, "fields")),
        unread=unread,
    )


class _Apart:
    """Covers persons in one text after another, and keeps what it took out of them as fields."""

    def __init__(self, family: Family, personal: Sequence[str]) -> None:
        self.labels = person_labels(family)
        self.named = {name for value in personal for name in names_in(value)}
        self.known = sorted(name for name in self.named if len(name) > _SHORT_NAME)
        self.made: dict[tuple[str, str, Place], Field] = {}
        self.secrets: set[str] = set()
        self.places: set[tuple[Place, str, int]] = set()  # each once, however many rows a merged cell stands on

    def text(self, text: Text) -> Text:
        return self._covered(text, self._persons(text.value))

    def figure(self, text: Text) -> Text:
        """Cover who is named beside a figure; digits without a label are the figure's."""
        found = self._persons(text.value)
        return self._covered(text, [one for one in found if one.label or _WORDS.search(text.value[one.start : one.stop])])

    def field(self, head: Field) -> Text:
        return self.figure(head.value) if head.label.endswith(_CODES) else self.text(head.value)

    def line(self, one: Unread) -> Text:
        return self.text(Text(one.text, one.text, Place(one.page, one.line, one.line)))

    def hidden(self, message: str) -> str:
        """Cover in a message what was taken out of the texts it may quote."""
        for secret in sorted(self.secrets, key=lambda s: (-len(s), s)):
            message = message.replace(secret, COVERED)
        return message

    def _persons(self, text: str) -> list[Person]:
        named = find_persons(text, self.labels)
        for name in self.known:
            if name in text and is_no_word(name, _SELDOM):
                for match in re.finditer(re.escape(name), text):
                    if not any(match.start() < one.stop and one.start < match.end() for one in named):
                        named.append(Person(*match.span(), "", ""))
        return sorted(named, key=lambda one: one.start)

    def _covered(self, text: Text, found: Sequence[Person]) -> Text:
        if not found:
            return text
        steps = (*text.steps, STEP)
        value, raw, at = "", text.raw, 0
        as_printed = True
        for one in found:
            said = text.value[one.start : one.stop]
            printed = _loosely(said).search(raw)
            if one.label or one.value not in {"", *self.named}:  # else a field names them already
                kept = replace(text, value=said.strip(), raw=printed[0] if printed is not None else said, steps=steps)
                field = Field(0, one.label or _NO_LABEL, kept, personal=True)
                self.made.setdefault((field.label, kept.value, text.place), field)
            self.secrets.add(said)
            self.places.add((text.place, text.value, one.start))
            value += text.value[at : one.start] + COVERED
            at = one.stop
            if printed is None:
                as_printed = False
            else:
                raw = raw[: printed.start()] + COVERED + raw[printed.end() :]
        value += text.value[at:]
        return replace(text, value=value, raw=raw if as_printed else value, steps=steps)


def each_text(record: Any, apart: Callable[[Text], Text], figure: Callable[[Text], Text]) -> Any:
    """Return *record* with every text in it passed through *apart*, those of figures and days through *figure*."""
    if isinstance(record, Text):
        return apart(record)
    if isinstance(record, tuple):
        return tuple(each_text(one, apart, figure) for one in record)
    if not is_dataclass(record) or isinstance(record, type):
        return record
    if isinstance(record, Amount) or (isinstance(record, Target) and record.value.kind in _FIGURES):
        return replace(record, text=figure(record.text))
    changed = {}
    for one in dataclass_fields(record):
        old = getattr(record, one.name)
        new = each_text(old, apart, figure)
        if new != old:
            changed[one.name] = new
    return replace(record, **changed) if changed else record


@cache
def person_labels(family: Family) -> tuple[str, ...]:
    """Return the words that persons' names and telephones stand behind."""
    own = (label for label, kind in family.labels.items() if kind == "personal" and "(" not in label)
    like = (word for word, kind in family.like.get("fields", ()) if kind == "personal")
    return tuple(dict.fromkeys((*own, *like)))


def _loosely(text: str) -> re.Pattern[str]:
    """Match *text* as it may be printed: broken over lines, letters apart."""
    return re.compile(r"\s{0,8}".join(map(re.escape, "".join(text.split()))))

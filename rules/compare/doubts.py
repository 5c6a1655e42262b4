"""Changes of what a reader was not sure of, or left unread: they may be its own doing, and are to be looked at first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jixiao.rules.records import Form, Text

from .change import NO_WHY, Change, Why
from .names import plain_text

SURE = 0.8
"""Below this a reader asks about a value: a dump whose cells it could not tell apart, a sign it could not make out."""
_DOUBT = Why("读取时对此处没有把握", "the reader was not sure of this cell")
_PARTIAL = {
    "added": Why("旧表只读入了一部分", "the old form was read in part"),
    "dropped": Why("新表只读入了一部分", "the new form was read in part"),
}
_UNREAD = {
    "added": Why("旧表中有此名称，但没有读入", "the old form has the name, but it was not read"),
    "dropped": Why("新表中有此名称，但没有读入", "the new form has the name, but it was not read"),
}
_VALUE_UNREAD = {
    "old": Why("旧表中有此数，但没有读入", "the old form has the figure, but it was not read"),
    "new": Why("新表中有此数，但没有读入", "the new form has the figure, but it was not read"),
}
_DUMP = Why(
    "只有一年是文本转储，其中各格的分界已失，请对照原件",
    "one year only is a text dump, which has lost where cells end: see the originals",
)
_FIGURE = re.compile(r"\d[\d,.]{2,30}")
_Cell = tuple[str, int, str, str, str]
_NAMES = {"funds": "item", "indicators": "level3", "tasks": "name", "functions": "text", "goals": "text"}


def doubted(changes: Iterable[Change], old: Form, new: Form) -> Iterator[Change]:
    """Yield *changes*, those of cells that the reader of either form was in doubt about marked uncertain."""
    unsure = [
        {cell for cell, text in _cells(form) if text is not None and text.confidence < SURE}
        for form in (old, new)
    ]
    unread = _Unread(old), _Unread(new)
    dump = (old.media == "text") != (new.media == "text")
    for change in changes:
        why = _unread_doubt(change, *unread)
        if not why.chinese and dump and _may_be_the_dump(change):
            why = _DUMP
        one = replace(change, uncertain=True, why=change.why + why) if why.chinese else change
        field = (
            one.field
            if one.field in _FIELDS
            else "value"
            if one.table == "targets"
            else _NAMES.get(one.table, "")
        )
        here = [(one.table, seq, field, one.period, one.measure) for seq in (one.old_seq, one.new_seq)]
        if here[0] in unsure[0] or here[1] in unsure[1]:
            yield replace(one, uncertain=True, why=one.why + _DOUBT)
        else:
            yield one


class _Unread:
    """What of a form was not read: a row that it seems not to have may stand there."""

    def __init__(self, form: Form) -> None:
        self.partial = form.status == "partial"
        self.text = plain_text("".join(piece.text for piece in form.unread))

    def has(self, text: str) -> bool:
        """Return whether *text* stands in what was not read."""
        name = plain_text(text[:_LONGEST])
        return len(name) > 1 and name in self.text

    def has_figure_of(self, text: str) -> bool:
        """Return whether a figure that *text* names stands in what was not read."""
        return bool(self.text) and any(self.has(figure) for figure in _FIGURE.findall(text))


def _unread_doubt(change: Change, old: _Unread, new: _Unread) -> Why:
    """Return why the form may have what *change* says it has not, or that there is no such doubt."""
    if change.kind in _PARTIAL:
        form = old if change.kind == "added" else new
        name = change.old_name or change.new_name
        if change.table in ("functions", "goals", "targets"):
            name = change.old or change.new
        return _UNREAD[change.kind] if form.has(name) else _PARTIAL[change.kind] if form.partial else NO_WHY
    if change.kind == "amount_changed" and not (change.old and change.new):
        side, form = ("old", old) if not change.old else ("new", new)
        return _VALUE_UNREAD[side] if form.has_figure_of(change.old or change.new) else NO_WHY
    if change.kind == "finding_solved":
        return _VALUE_UNREAD["new"] if new.has_figure_of(change.old) else NO_WHY
    return NO_WHY


def _may_be_the_dump(change: Change) -> bool:
    """Return whether *change* is of the kind that a cell cut short, or a label beside other rows, makes."""
    if change.table == "indicators" and change.field in ("level1", "level2"):
        return True
    old, new = plain_text(change.old), plain_text(change.new)
    if change.kind == "reworded":
        return old in new or new in old
    return change.kind in _PARTIAL and change.table in ("tasks", "goals", "functions")


_LONGEST = 100
_FIELDS = frozenset(
    {"level1", "level2", "key_work", "project", "weight", "note", "amount", "value", "content", "expected"}
)
"""Fields of a change that are cells of their own; a change of any other is one of the row's name."""


def _cells(form: Form) -> Iterator[tuple[_Cell, Text | None]]:
    for figure in form.staffing:
        yield ("staffing", figure.seq, "value", "", ""), figure.text
    for item in form.funds:
        yield ("funds", item.seq, "item", "", ""), item.item
        for amount in item.amounts:
            yield ("funds", item.seq, "amount", amount.period, amount.measure), amount.text
    for one in form.indicators:
        for name in ("level1", "level2", "level3", "key_work", "project", "weight", "note"):
            yield ("indicators", one.seq, name, "", ""), getattr(one, name)
        for target in one.targets:
            yield ("targets", one.seq, "value", target.period, target.measure), target.text
    for task in form.tasks:
        for name in ("name", "content", "expected"):
            yield ("tasks", task.seq, name, "", ""), getattr(task, name)
    for function in form.functions:
        yield ("functions", function.seq, "text", "", ""), function.text
    for goal in form.goals:
        yield ("goals", goal.seq, "text", "", ""), goal.text

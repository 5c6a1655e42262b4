"""The parts of a form → its records: typed values, parents, periods, units."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from jixiao.normalize.characters import display_width
from jixiao.normalize.dates import read_year
from jixiao.normalize.money import read_amount, read_money_unit, says_no_amount
from jixiao.normalize.staffing import read_staffing
from jixiao.normalize.wraps import mend_spaces
from jixiao.rules.records import (
    Field,
    Finding,
    Function,
    Goal,
    StaffFigure,
    Task,
    Text,
    Unread,
)

from .clauses import read_clauses
from .document import Cell, Piece, place_of, text_of
from .sections import Parts, TaskRow

_CODE = re.compile(
    r"(?:[\[［【(（]?(?P<before>\d{3,12})(?:[\]］】)）]\s?|[\]］】)）]?[-—_\s]{1,3}|(?<=\d{6})))?"
    r"(?P<name>[^\d\s\[［【(（].{0,60}?)(?:[-—_\s]{0,3}[\[［【(（]?(?P<behind>(?<!\d)\d{3,12})[\]］】)）]?)?"
)

_SEAL = re.compile(r"[(（]\s?(?:盖章|公章|印章|签章|加盖公章|单位盖章)\s?[)）]\s*(?=\S)")
"""Where the seal goes, printed between the label and the name: 填报单位：（盖章）某局."""
_SPAN = re.compile(r"\d月.{0,8}[-—–~～至到]")
"""A time that says more than its year: 2024年1月1日至6月30日."""
_YEARS = re.compile(r"(?<!\d)20\d\d(?=年)")
_WIDE = 40  # half ems: a cell with a sentence in it is at least as wide, and a shorter line is no wrapped one
SENTENCE_ENDS = "。；;\n"


def read_functions(pieces: Sequence[Piece]) -> tuple[Function, ...]:
    """Return the clauses of the functions' cell, in order."""
    out = []
    for seq, clause in enumerate(read_clauses(pieces), 1):
        text = text_of(clause.pieces) if clause.pieces else Text("", "")
        out.append(Function(seq, clause.label, text))
    return tuple(out)


def read_staff(pieces: Sequence[Piece], pairs: Sequence[tuple[Cell, Cell]] = ()) -> tuple[StaffFigure, ...]:
    """Return the figures on staffing: those in the sentences of one cell, and those that stand beside a label."""
    figures = list(_in_sentences(pieces)) if pieces else []
    for label, value in pairs:
        name, said = text_of(label.pieces), text_of(value.pieces)
        text = Text(
            f"{name.value}：{said.value}",
            f"{name.raw}\n{said.raw}",
            place_of([*label.pieces, *value.pieces]),
            tuple(dict.fromkeys((*name.steps, *said.steps, "cells_joined"))),
            min(name.confidence, said.confidence),
            tuple(dict.fromkeys((*name.doubts, *said.doubts))),
        )
        for one in read_staffing(text.value):
            figures.append(StaffFigure(len(figures) + 1, one.scope, one.metric, one.value, one.unit, text))
    return tuple(figures)


def _in_sentences(pieces: Sequence[Piece]) -> tuple[StaffFigure, ...]:
    whole = text_of(pieces)
    spoken = _spoken(pieces)
    whole = replace(whole, value=spoken)
    out = []
    ends = [at for at, character in enumerate(spoken) if character in SENTENCE_ENDS]
    for seq, figure in enumerate(read_staffing(spoken), 1):
        before, behind = bisect_left(ends, figure.start), bisect_left(ends, figure.end)
        start = ends[before - 1] + 1 if before else 0
        stop = ends[behind] + 1 if behind < len(ends) else len(spoken)
        sentence = mend_spaces(spoken[start:stop].replace("\n", "")).text
        text = replace(whole, value=sentence)
        out.append(StaffFigure(seq, figure.scope, figure.metric, figure.value, figure.unit, text))
    return tuple(out)


def _spoken(pieces: Sequence[Piece]) -> str:
    """Return the lines of a cell as one text: a full line runs on, a short one ends what it says."""
    full = max(_WIDE, *(display_width(p.text.strip()) for p in pieces))
    out = ""
    for piece in pieces:
        line = piece.text.strip()
        out += line + ("" if display_width(line) >= full - 4 else "\n")
    return out.rstrip("\n")


def read_goals(goals: Sequence[tuple[str, list[Piece]]]) -> tuple[Goal, ...]:
    """Return the goals, one for each horizon printed."""
    return tuple(Goal(seq, horizon, text_of(pieces)) for seq, (horizon, pieces) in enumerate(goals, 1))


def read_tasks(rows: Sequence[TaskRow], unit: str) -> tuple[tuple[Task, ...], list[Finding]]:
    """Return the yearly tasks, and findings about amounts that are no number; *unit* is the form's money unit."""
    tasks: list[Task] = []
    findings: list[Finding] = []
    for seq, row in enumerate(rows, 1):
        texts = {name: text_of(cell.pieces, cell.confidence) for name, cell in row.cells.items()}
        printed = texts.get("amount")
        amount, money = None, row.unit or unit
        if printed is not None:
            found = read_amount(printed.value, money)
            if found is not None:
                amount, money = found
            elif not says_no_amount(printed.value):
                message = f"第 {seq} 项任务的金额“{printed.value}”读不成数，留空；请核对原表"
                findings.append(Finding("amount_unread", "warning", message, "tasks", seq, "amount", "", printed.value))
        name, content, expected = (texts.get(key) for key in ("name", "content", "expected"))
        tasks.append(Task(seq, name, content, amount, money if printed is not None else "", expected, printed))
    return tuple(tasks), findings


def read_fields(
    parts: Parts,
    staffing: Sequence[StaffFigure] = (),
    year: Text | None = None,
    department: Text | None = None,
) -> tuple[Field, ...]:
    """Return the fields that have no column of their own: heads and feet, a second department, staffing without
    figures, a year printed a second time (*year* and *department* are the texts that were used)."""
    chosen = []
    seen: set[str] = set()
    for kind, label, pieces in parts.fields:
        text = text_of(pieces)
        unused = kind == "year" and (text != year or _SPAN.search(text.value) is not None)
        if kind == "money_unit" and not read_money_unit(f"{label}：{text.value}"):
            unused = text != department
        if kind in ("other", "personal") or kind in seen or unused:
            chosen.append((kind, label, pieces))
        seen.add(kind)
    if parts.staffing and not staffing:
        heading = text_of(parts.headings["staffing"]).value
        chosen.append(("other", heading, parts.staffing))
    return tuple(
        Field(seq, label, text_of(pieces), kind == "personal") for seq, (kind, label, pieces) in enumerate(chosen, 1)
    )


def field_text(parts: Parts, kind: str) -> Text | None:
    """Return the first head field of *kind*, or None.

    单位 before anything that is no money unit names the department.
    """
    for found, label, pieces in parts.fields:
        if found == kind and pieces:
            return text_of(pieces)
        if kind == "department" and found == "money_unit" and pieces:
            text = text_of(pieces)
            if not read_money_unit(f"{label}：{text.value}") and len(text.value) > 3:
                return text
    return None


def split_code(text: Text | None) -> tuple[Text | None, Text | None]:
    """Return a department's name and the code that is printed before or behind it, or None.

    >>> name, code = split_code(Text("219001-某市水利局", "219001-某市水利局"))
    >>> (name.value, code.value) if name is not None and code is not None else ()
    ('某市水利局', '219001')
    >>> [part.value for part in split_code(Text("（盖章）某镇人民政府", "（盖章）某镇人民政府")) if part is not None]
    ['某镇人民政府']
    >>> tuple(part.value for part in split_code(Text("［719009］某区看守所", "［719009］某区看守所")) if part is not None)
    ('某区看守所', '719009')
    """
    if text is None:
        return None, None
    if (seal := _SEAL.match(text.value)) is not None:
        text = replace(text, value=text.value[seal.end() :].strip(), steps=(*text.steps, "seal_left_out"))
    match = _CODE.fullmatch(text.value)
    code = (match["before"] or match["behind"]) if match is not None else None
    if match is None or not code:
        return text, None
    steps = (*text.steps, "code_split")
    return replace(text, value=match["name"].strip(), steps=steps), replace(text, value=code, steps=steps)


def money_unit(parts: Parts) -> tuple[str, Text | None]:
    """Return the printed money unit (the funds heading's, a column's, else a head line's) and the text it stands in.

    Where none is printed the unit is empty: it is not assumed.
    """
    heading = parts.headings.get("funds")
    for pieces in (heading, *parts.units):
        if pieces:
            text = text_of(pieces)
            unit = read_money_unit(text.value)
            if unit:
                return unit, text
    for kind, label, pieces in parts.fields:
        if kind == "money_unit":
            text = text_of(pieces)
            unit = read_money_unit(f"{label}：{text.value}")
            if unit:
                return unit, text
    return "", None


def year_of(parts: Parts) -> tuple[int | None, Text | None]:
    """Return the year and its text: a line of its own, a field, the title, or a label (预算年度（2024年）绩效目标).

    Else it is the one year that the headings of the yearly goals and the headers of the targets name.
    """
    fields = [p for k, _, p in parts.fields if k == "year"]
    for pieces in (parts.year, *fields, parts.title, parts.headings.get("year", [])):
        if pieces:
            text = text_of(pieces)
            year = read_year(text.value)
            if year is None and any(pieces is own for own in fields):
                years = set(_YEARS.findall(text.value))
                year = int(years.pop()) if len(years) == 1 else None  # 2024年1月1日至6月30日 says what the form is of
            if year is not None:
                return year, text
    said = [text_of(pieces) for pieces in parts.dated]
    named = {year: text for text in reversed(said) if (year := read_year(text.value)) is not None}
    return next(iter(named.items())) if len(named) == 1 else (None, None)


def unread_of(pieces: Sequence[Piece]) -> tuple[Unread, ...]:
    """Return the leftover pieces in the order of the source."""
    ordered = sorted(pieces, key=lambda p: (p.page, p.line, p.column))
    return tuple(Unread(p.page, p.line, p.raw.strip()) for p in ordered)


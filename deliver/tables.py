"""A form laid out as the tables of the contract: every cell a text, blank is the empty text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from jixiao.normalize.numbers import decimal_text
from jixiao.rules.records import Amount, Form, FundItem, Target, Text
from jixiao.version import __version__

from .files import sink_safe
from .schema import TABLES

Row = dict[str, str]
Cell = Text | str | int | Decimal | date | bool | None

_NAMES = {table.name: table.names for table in TABLES}
_BLANK = {name: dict.fromkeys(names, "") for name, names in _NAMES.items()}


@lru_cache(maxsize=4096)
def decimal_of(number: float, places: int) -> Decimal:
    """Return a measured *number* (a box, a confidence) rounded to *places*, without trailing zeros."""
    return Decimal(decimal_text(Decimal(repr(round(number, places))).normalize()))


@lru_cache(maxsize=4096)
def _decimal_text_of(number: float, places: int) -> str:
    return decimal_text(decimal_of(number, places))


def cell_text(value: Cell) -> str:
    """Return *value* as a cell of a CSV file; None is blank, 0 is "0"."""
    return sink_safe(_plain_text(value))


def _plain_text(value: Cell) -> str:
    """Return *value* as a cell, with what may break a sink still in it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Text):
        return value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


class Value(NamedTuple):
    """A value that was read: the cell it fills, the text it comes from, the steps between the two."""

    table: str
    seq: int | None
    field: str
    text: Text
    steps: tuple[str, ...]
    period: str = ""
    measure: str = ""


def target_steps(target: Target) -> tuple[str, ...]:
    """Return the steps from print to value: the text's own, then those of reading the value."""
    return tuple(dict.fromkeys((*target.text.steps, *target.value.steps)))


def values_of(form: Form) -> Iterator[Value]:
    """Yield every value of *form* that has a place, in the order of the tables.

    The cell named is the one that holds the value: `amount` for funds, `value` for targets (blank
    there for 定性 and text, whose raw is all there is) and staffing.
    """
    for name, text in (
        ("title", form.title),
        ("department", form.department),
        ("department_code", form.department_code_text),
        ("project", form.project),
        ("year", form.year_text),
        ("money_unit", form.money_unit_text),
    ):
        if text is not None:
            yield Value("documents", None, name, text, text.steps)
    for head in form.fields:
        yield Value("fields", head.seq, "value", head.value, head.value.steps)
    for function in form.functions:
        yield Value("functions", function.seq, "text", function.text, function.text.steps)
    for figure in form.staffing:
        yield Value("staffing", figure.seq, "value", figure.text, figure.text.steps)
    for item in form.funds:
        yield Value("funds", item.seq, "item", item.item, item.item.steps)
        for amount in item.amounts:
            text = amount.text
            yield Value("funds", item.seq, "amount", text, text.steps, amount.period, amount.measure)
    for goal in form.goals:
        yield Value("goals", goal.seq, "text", goal.text, goal.text.steps)
    for task in form.tasks:
        for name in ("name", "content", "expected"):
            text = getattr(task, name)
            if text is not None:
                yield Value("tasks", task.seq, name, text, text.steps)
        if task.amount_text is not None and task.amount is not None:
            yield Value("tasks", task.seq, "amount", task.amount_text, task.amount_text.steps)
    for indicator in form.indicators:
        for name in ("level1", "level2", "level3", "key_work", "project", "weight", "note", "score"):
            text = getattr(indicator, name)
            if text is not None:
                yield Value("indicators", indicator.seq, name, text, text.steps)
        for target in indicator.targets:
            steps = target_steps(target)
            yield Value("targets", indicator.seq, "value", target.text, steps, target.period, target.measure)


def one_line(raw: str) -> str:
    """Return a verbatim text without the line breaks of its wrap, which are the page's and not its own."""
    return raw.replace("\n", "")


def tables_of(form: Form) -> dict[str, list[Row]]:
    """Return every table of the contract with the rows of *form*, columns in order."""
    tables: dict[str, list[Row]] = {name: [] for name in _NAMES}

    def add(table: str, /, **cells: Cell) -> None:
        row = _BLANK[table].copy()
        row["document_id"] = form.document_id
        for name, cell in cells.items():
            if cell is not None:
                row[name] = cell if type(cell) is str else _plain_text(cell)
        assert len(row) == len(_NAMES[table]), (table, row.keys() - _BLANK[table].keys())
        tables[table].append(row)

    add(
        "documents",
        source=form.source,
        sha256=form.sha256,
        media=form.media,
        pages=form.pages,
        form=form.family,
        title=form.title,
        department=form.department,
        department_code=form.department_code,
        project=form.project,
        year=form.year,
        money_unit=form.money_unit,
        status=form.status,
        unread=len(form.unread),
        version=__version__,
    )
    for head in form.fields:
        add("fields", seq=head.seq, label=head.label, value=head.value, personal=head.personal)
    for function in form.functions:
        add("functions", seq=function.seq, label=function.label, text=function.text)
    for figure in form.staffing:
        add(
            "staffing",
            seq=figure.seq,
            scope=figure.scope,
            metric=figure.metric,
            value=figure.value,
            unit=figure.unit,
            text=figure.text,
        )
    for item in form.funds:
        for period, measure, amount in _amounts(item, form):
            add(
                "funds",
                seq=item.seq,
                side=item.side,
                item=item.item,
                level=item.level,
                parent_seq=item.parent_seq,
                parent=item.parent,
                period=period,
                measure=measure,
                amount=None if amount is None else amount.amount,
                money_unit=form.money_unit if amount is None else amount.money_unit,
                amount_yuan=None if amount is None else amount.amount_yuan,
                raw=None if amount is None else one_line(amount.text.raw),
            )
    for goal in form.goals:
        add("goals", seq=goal.seq, horizon=goal.horizon, text=goal.text)
    for task in form.tasks:
        add(
            "tasks",
            seq=task.seq,
            name=task.name,
            content=task.content,
            amount=task.amount,
            money_unit=task.money_unit,
            expected=task.expected,
        )
    for indicator in form.indicators:
        add(
            "indicators",
            seq=indicator.seq,
            level1=indicator.level1,
            level2=indicator.level2,
            level3=indicator.level3,
            key_work=indicator.key_work,
            project=indicator.project,
            fund_seq=indicator.fund_seq,
            weight=indicator.weight,
            note=indicator.note,
            score=indicator.score,
        )
        for target in indicator.targets:
            add(
                "targets",
                indicator_seq=indicator.seq,
                period=target.period,
                measure=target.measure,
                raw=one_line(target.text.raw),
                kind=target.value.kind,
                operator=target.value.operator,
                value=target.value.value,
                value_max=target.value.value_max,
                unit=target.value.unit,
            )
    for seq, finding in enumerate(form.findings, 1):
        add(
            "findings",
            seq=seq,
            rule=finding.rule,
            severity=finding.severity,
            message=finding.message,
            table=finding.table,
            row_seq=finding.row_seq or None,
            field=finding.field,
            expected=finding.expected,
            actual=finding.actual,
        )
    tables["provenance"] = _provenance(form)
    for seq, unread in enumerate(form.unread, 1):
        add("unread", seq=seq, page=unread.page, line=unread.line or None, text=unread.text)
    for rows in tables.values():
        _make_safe(rows)
    return tables


def _provenance(form: Form) -> list[Row]:
    """Return a row for every value: two thirds of all rows, and so written out, column by column."""
    rows = []
    for table, seq, field, text, steps, period, measure in values_of(form):
        place = text.place
        x0, top, x1, bottom = ("", "", "", "") if place.box is None else [_decimal_text_of(n, 2) for n in place.box]
        rows.append(
            {
                "document_id": form.document_id,
                "table": table,
                "seq": "" if seq is None else str(seq),
                "field": field,
                "period": period,
                "measure": measure,
                "page": str(place.page),
                "x0": x0,
                "top": top,
                "x1": x1,
                "bottom": bottom,
                "line_first": str(place.line_first) if place.line_first else "",
                "line_last": str(place.line_last) if place.line_last else "",
                "confidence": _decimal_text_of(text.confidence, 4),
                "steps": ";".join(steps),
                "doubts": ";".join(text.doubts),
            }
        )
    assert not rows or tuple(rows[0]) == _NAMES["provenance"]
    return rows


def _make_safe(rows: Sequence[Row]) -> None:
    """Let every cell of *rows* be `sink_safe`: seldom one is not, and asking every cell for itself takes long."""
    whole = "\n".join([cell for row in rows for cell in row.values()])
    if sink_safe(whole) == whole:
        return
    for row in rows:
        row.update({name: sink_safe(cell) for name, cell in row.items()})


def _amounts(item: FundItem, form: Form) -> list[tuple[str, str, Amount | None]]:
    """Return the (period, measure, amount) rows of *item*: one blank row if every cell was blank.

    An item printed without any figure must not vanish; its row takes the first column its side has.
    """
    if item.amounts:
        return [(amount.period, amount.measure, amount) for amount in item.amounts]
    for other in form.funds:
        if other.side == item.side and other.amounts:
            return [(other.amounts[0].period, other.amounts[0].measure, None)]
    return [("full_year", "budget", None)]

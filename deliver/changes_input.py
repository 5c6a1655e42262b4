"""The tables of a converted folder back to records: the inverse of `deliver.tables`.

What a table does not hold (the line breaks of a raw text, its repairs by name but for their order) is not
made up: laid out again, the records give the same tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import cast

from jixiao.normalize.values import Kind, Operator, TargetValue
from jixiao.rules.records import (
    Amount,
    Box,
    Field,
    Finding,
    Form,
    Function,
    FundItem,
    Goal,
    Indicator,
    Place,
    StaffFigure,
    Target,
    Task,
    Text,
    Unread,
)

from .schema import TABLES
from .tables import Row

Tables = Mapping[str, Sequence[Row]]
_KINDS = frozenset({"number", "range", "quality", "date", "text"})
_OPERATORS = frozenset({"", "eq", "ge", "le", "gt", "lt", "between", "approx"})
_Spot = tuple[str, str, str, str, str]


class TablesError(ValueError):
    """A table that `jixiao convert` cannot have written; the message names table, row and column."""


class _Sources:
    """Where every value was read, by the cell it fills."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[_Spot, Row] = {}
        for row in rows:
            self._rows[row["table"], row["seq"], row["field"], row["period"], row["measure"]] = row

    def text(
        self, table: str, seq: str, field: str, value: str, raw: str = "", period: str = "", measure: str = ""
    ) -> Text:
        """Return *value* as it was read: with its place, confidence and steps."""
        row = self._rows.get((table, seq, field, period, measure))
        if row is None:
            return Text(value, raw or value)
        box: Box | None = None
        if row["x0"]:
            box = (float(row["x0"]), float(row["top"]), float(row["x1"]), float(row["bottom"]))
        place = Place(int(row["page"] or 1), int(row["line_first"] or 0), int(row["line_last"] or 0), box)
        steps = tuple(step for step in row["steps"].split(";") if step)
        doubts = tuple(doubt for doubt in row["doubts"].split(";") if doubt)
        return Text(value, raw or value, place, steps, float(row["confidence"] or 1), doubts)

    def maybe(self, table: str, seq: str, field: str, value: str) -> Text | None:
        """Return *value* as it was read, or None where the cell is blank and no text was read for it."""
        if not value and (table, seq, field, "", "") not in self._rows:
            return None
        return self.text(table, seq, field, value)

    def read(self, table: str, seq: str, field: str, value: str) -> Text | None:
        """Return *value* as it was read, or None where no text was kept for it."""
        return self.text(table, seq, field, value) if (table, seq, field, "", "") in self._rows else None


def form_of(tables: Tables) -> Form:
    """Return the form whose rows, all of one document_id, *tables* holds; TablesError if they cannot be right."""
    try:
        return _form({table.name: tables.get(table.name, ()) for table in TABLES})
    except (KeyError, ValueError, InvalidOperation, IndexError) as error:
        raise TablesError(f"表中有不能识别的内容：{type(error).__name__} {error}") from error


def _form(tables: Tables) -> Form:
    sources = _Sources(tables["provenance"])
    head = tables["documents"][0]

    def named(field: str) -> Text | None:
        return sources.maybe("documents", "", field, head[field])

    return Form(
        document_id=head["document_id"],
        source=head["source"],
        sha256=head["sha256"],
        media=head["media"],
        pages=int(head["pages"] or 0),
        family=head["form"],
        title=named("title"),
        department=named("department"),
        department_code=head["department_code"],
        project=named("project"),
        year=int(head["year"]) if head["year"] else None,
        money_unit=head["money_unit"],
        fields=tuple(
            Field(
                int(row["seq"]),
                row["label"],
                sources.text("fields", row["seq"], "value", row["value"]),
                row["personal"] == "true",
            )
            for row in tables["fields"]
        ),
        functions=tuple(
            Function(
                int(row["seq"]), row["label"], sources.text("functions", row["seq"], "text", row["text"])
            )
            for row in tables["functions"]
        ),
        staffing=tuple(
            StaffFigure(
                int(row["seq"]),
                row["scope"],
                row["metric"],
                Decimal(row["value"]),
                row["unit"],
                sources.text("staffing", row["seq"], "value", row["text"]),
            )
            for row in tables["staffing"]
        ),
        funds=tuple(_funds(tables["funds"], sources)),
        goals=tuple(
            Goal(int(row["seq"]), row["horizon"], sources.text("goals", row["seq"], "text", row["text"]))
            for row in tables["goals"]
        ),
        tasks=tuple(_task(row, sources) for row in tables["tasks"]),
        indicators=tuple(_indicators(tables["indicators"], tables["targets"], sources)),
        findings=tuple(
            Finding(
                row["rule"],
                row["severity"],
                row["message"],
                row["table"],
                int(row["row_seq"] or 0),
                row["field"],
                row["expected"],
                row["actual"],
            )
            for row in tables["findings"]
        ),
        unread=tuple(
            Unread(int(row["page"] or 1), int(row["line"] or 0), row["text"]) for row in tables["unread"]
        ),
        status=head["status"],
        year_text=sources.read("documents", "", "year", head["year"]),
        department_code_text=sources.read("documents", "", "department_code", head["department_code"]),
        money_unit_text=sources.read("documents", "", "money_unit", head["money_unit"]),
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _funds(rows: Sequence[Row], sources: _Sources) -> Iterable[FundItem]:
    by_item: dict[str, list[Row]] = {}
    for row in rows:
        by_item.setdefault(row["seq"], []).append(row)
    for seq, group in by_item.items():
        first = group[0]
        # One blank row stands for an item without any figure.
        blank = len(group) == 1 and not first["raw"] and not first["amount"]
        amounts = () if blank else tuple(_amount(seq, row, sources) for row in group)
        yield FundItem(
            int(seq),
            first["side"],
            sources.text("funds", seq, "item", first["item"]),
            int(first["level"]),
            int(first["parent_seq"]) if first["parent_seq"] else None,
            first["parent"],
            amounts,
        )


def _amount(seq: str, row: Row, sources: _Sources) -> Amount:
    return Amount(
        row["period"],
        row["measure"],
        _number(row["amount"]),
        row["money_unit"],
        _number(row["amount_yuan"]),
        sources.text("funds", seq, "amount", row["raw"], row["raw"], row["period"], row["measure"]),
    )


def _task(row: Row, sources: _Sources) -> Task:
    seq = row["seq"]
    return Task(
        int(seq),
        sources.maybe("tasks", seq, "name", row["name"]),
        sources.maybe("tasks", seq, "content", row["content"]),
        _number(row["amount"]),
        row["money_unit"],
        sources.maybe("tasks", seq, "expected", row["expected"]),
        sources.maybe("tasks", seq, "amount", row["amount"]),
    )


def _indicators(rows: Sequence[Row], targets: Sequence[Row], sources: _Sources) -> Iterable[Indicator]:
    by_seq: dict[str, list[Row]] = {}
    for row in targets:
        by_seq.setdefault(row["indicator_seq"], []).append(row)
    for row in rows:
        seq = row["seq"]
        cells = {
            name: sources.maybe("indicators", seq, name, row[name])
            for name in ("level1", "level2", "level3", "key_work", "project", "weight", "note", "score")
        }
        yield Indicator(
            int(seq),
            **cells,
            fund_seq=int(row["fund_seq"]) if row["fund_seq"] else None,
            targets=tuple(_target(seq, target, sources) for target in by_seq.get(seq, ())),
        )


def _target(seq: str, row: Row, sources: _Sources) -> Target:
    kind, operator = row["kind"], row["operator"]
    if kind not in _KINDS or operator not in _OPERATORS:
        raise ValueError(f"targets {seq}: {kind} {operator}")
    text = sources.text("targets", seq, "value", row["raw"], row["raw"], row["period"], row["measure"])
    value = TargetValue(
        cast(Kind, kind),
        cast(Operator, operator),
        _target_number(kind, row["value"]),
        _target_number(kind, row["value_max"]),
        row["unit"],
    )
    return Target(row["period"], row["measure"], text, value)


def _target_number(kind: str, text: str) -> Decimal | date | None:
    if not text:
        return None
    return date.fromisoformat(text) if kind == "date" else Decimal(text)

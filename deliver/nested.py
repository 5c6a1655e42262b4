"""A form as one nested object, and the JSON Schema that object keeps to.

Numbers that came from a form are texts ("2270.33"), as in the tables: a JSON number would be read
back as a float.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from jixiao.rules.records import Form, FundItem, Indicator, Place, Text
from jixiao.version import __version__

from .files import sink_safe
from .tables import cell_text, decimal_of, target_steps

Json = dict[str, Any]


def nested(form: Form) -> Json:
    """Return *form* as one nested object; every value with raw, value, source and steps."""
    safe: Json = _safe(_nested(form))
    return safe


def _nested(form: Form) -> Json:
    return {
        "document": {
            "document_id": form.document_id,
            "source": form.source,
            "sha256": form.sha256,
            "media": form.media,
            "pages": form.pages,
            "form": form.family,
            "form_reason": form.family_reason,
            "title": _value(form.title),
            "department": _value(form.department),
            "department_code": form.department_code,
            "project": _value(form.project),
            "year": form.year,
            "money_unit": form.money_unit,
            "status": form.status,
            "unread": len(form.unread),
            "version": __version__,
        },
        "fields": [
            {"seq": f.seq, "label": f.label, "personal": f.personal, **_printed(f.value)} for f in form.fields
        ],
        "functions": [{"seq": f.seq, "label": f.label, **_printed(f.text)} for f in form.functions],
        "staffing": [
            {
                "seq": s.seq,
                "scope": s.scope,
                "metric": s.metric,
                "unit": s.unit,
                "text": s.text.value,
                **_printed(s.text),
                "value": cell_text(s.value),
            }
            for s in form.staffing
        ],
        "funds": _funds(form.funds),
        "goals": [{"seq": g.seq, "horizon": g.horizon, **_printed(g.text)} for g in form.goals],
        "tasks": [
            {
                "seq": t.seq,
                "name": _value(t.name),
                "content": _value(t.content),
                "amount": None if t.amount is None else _number(t.amount_text, cell_text(t.amount)),
                "money_unit": t.money_unit,
                "expected": _value(t.expected),
            }
            for t in form.tasks
        ],
        "indicators": _level(form.indicators, ("level1", "level2")),
        "findings": [
            {
                "seq": seq,
                "rule": f.rule,
                "severity": f.severity,
                "message": f.message,
                "table": f.table,
                "row_seq": f.row_seq or None,
                "field": f.field,
                "expected": f.expected,
                "actual": f.actual,
            }
            for seq, f in enumerate(form.findings, 1)
        ],
        "unread": [
            {"seq": seq, "page": u.page, "line": u.line or None, "text": u.text}
            for seq, u in enumerate(form.unread, 1)
        ],
        "ledger": {
            "total": form.ledger.total,
            "records": form.ledger.records,
            "headings": form.ledger.headings,
            "ignored": form.ledger.ignored,
            "unread": form.ledger.unread,
        },
    }


def nested_text(form: Form) -> str:
    """Return `nested` as JSON text: one line a record, so that two versions can be compared by line."""
    made = _nested(form)
    text = _text(made)
    if "\\u0000" in text or sink_safe(text) != text:  # seldom, and asking every text of a form takes long
        text = _text(_safe(made))
    return text


def with_finding(text: str, finding: Mapping[str, Any]) -> str:
    """Return the JSON document *text* with *finding* after its own; what was ok is to be reviewed now."""
    made = json.loads(text)
    made["findings"].append({"seq": len(made["findings"]) + 1, **finding})
    if made["document"]["status"] == "ok":
        made["document"]["status"] = "review"
    return _text(made)


def _text(made: Json) -> str:
    parts = []
    for name, part in made.items():
        if isinstance(part, list) and part:
            inner = ",\n".join(f"  {_dumps(record)}" for record in part)
            parts.append(f'"{name}": [\n{inner}\n]')
        else:
            parts.append(f'"{name}": {_dumps(part)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return sink_safe(value)
    if isinstance(value, dict):
        return {key: _safe(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_safe(part) for part in value]
    return value


def _source(place: Place, confidence: float) -> Json:
    return {
        "page": place.page,
        "line_first": place.line_first or None,
        "line_last": place.line_last or None,
        "box": None if place.box is None else [float(decimal_of(side, 2)) for side in place.box],
        "confidence": float(decimal_of(confidence, 4)),
    }


def _printed(text: Text) -> Json:
    """Return the keys every value has."""
    return {
        "raw": text.raw,
        "value": text.value,
        "source": _source(text.place, text.confidence),
        "steps": list(text.steps),
    }


def _value(text: Text | None) -> Json | None:
    return None if text is None else _printed(text)


def _number(text: Text | None, value: str) -> Json:
    return {**_printed(text if text is not None else Text(value, value)), "value": value}


def _funds(items: Sequence[FundItem]) -> list[Json]:
    """Return the items as a tree. An item whose parent is missing, or its own descendant, is a root."""
    known = {item.seq for item in items}
    parent = {item.seq: item.parent_seq for item in items if item.parent_seq in known}
    for item in items:
        seen = {item.seq}
        above = parent.get(item.seq)
        while above is not None and above not in seen:
            seen.add(above)
            above = parent.get(above)
        if above == item.seq:
            del parent[item.seq]
    nodes = {
        item.seq: {
            "seq": item.seq,
            "side": item.side,
            "item": _value(item.item),
            "level": item.level,
            "amounts": [
                {
                    "period": a.period,
                    "measure": a.measure,
                    "money_unit": a.money_unit,
                    "amount_yuan": None if a.amount_yuan is None else cell_text(a.amount_yuan),
                    **_number(a.text, cell_text(a.amount)),
                }
                for a in item.amounts
            ],
            "children": [],
        }
        for item in items
    }
    roots: list[Json] = []
    for seq, node in nodes.items():
        above = parent.get(seq)
        (roots if above is None else nodes[above]["children"]).append(node)  # type: ignore[union-attr]
    return roots


def _level(rows: Sequence[Indicator], levels: tuple[str, ...]) -> list[Json]:
    """Return neighbouring rows with the same label as one node; *printed* is every print of the label."""
    if not levels:
        return [_indicator(row) for row in rows]

    def label(row: Indicator) -> str | None:
        text: Text | None = getattr(row, levels[0])
        return None if text is None else text.value

    nodes = []
    for name, group in groupby(rows, key=label):
        members = tuple(group)
        prints = dict.fromkeys(t for row in members if (t := getattr(row, levels[0])) is not None)
        nodes.append(
            {
                levels[0]: name,
                "printed": [_printed(text) for text in prints],
                "indicators" if len(levels) == 1 else "children": _level(members, levels[1:]),
            }
        )
    return nodes


def _indicator(row: Indicator) -> Json:
    return {
        "seq": row.seq,
        "level3": _value(row.level3),
        "key_work": _value(row.key_work),
        "project": _value(row.project),
        "fund_seq": row.fund_seq,
        "weight": _value(row.weight),
        "note": _value(row.note),
        "score": _value(row.score),
        "targets": [
            {
                "period": t.period,
                "measure": t.measure,
                "kind": t.value.kind,
                "operator": t.value.operator,
                "value_max": cell_text(t.value.value_max) or None,
                "unit": t.value.unit,
                **_printed(t.text),
                "value": cell_text(t.value.value) or None,
                "steps": list(target_steps(t)),
            }
            for t in row.targets
        ],
    }


_STRING: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_SEQ: Json = {"type": "integer", "minimum": 1}
_DECIMAL: Json = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_VALUE: Json = {"$ref": "#/$defs/value"}


def _maybe(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def _object(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _read(**more: Json) -> Json:
    """Return the schema of an object that is a value with *more* beside it."""
    base: Json = {
        "raw": _STRING,
        "value": _STRING,
        "source": {"$ref": "#/$defs/source"},
        "steps": _list(_STRING),
    }
    return _object(**{**base, **more})


def json_schema() -> Json:
    """Return the JSON Schema (2020-12) of `nested`."""
    kinds = ["number", "range", "quality", "date", "text"]
    operators = ["", "eq", "ge", "le", "gt", "lt", "between", "approx"]
    amount = _read(
        value={"type": "string", "pattern": r"^(-?[0-9]+(\.[0-9]+)?)?$"},  # empty where no figure is printed
        period=_STRING,
        measure=_STRING,
        money_unit=_STRING,
        amount_yuan=_maybe(_DECIMAL),
    )
    fund = _object(
        seq=_SEQ,
        side={"enum": ["income", "expenditure"]},
        item=_VALUE,
        level=_SEQ,
        amounts=_list(amount),
        children=_list({"$ref": "#/$defs/fund"}),
    )
    target = _read(
        value=_maybe(_STRING),
        value_max=_maybe(_STRING),
        period=_STRING,
        measure={"enum": ["target", "adjusted_target", "actual"]},
        kind={"enum": kinds},
        operator={"enum": operators},
        unit=_STRING,
    )
    maybe = _maybe(_VALUE)
    indicator = _object(
        seq=_SEQ,
        level3=maybe,
        key_work=maybe,
        project=maybe,
        fund_seq=_maybe(_SEQ),
        weight=maybe,
        note=maybe,
        score=maybe,
        targets=_list(target),
    )
    figure = _read(seq=_SEQ, scope=_STRING, metric=_STRING, unit=_STRING, text=_STRING, value=_DECIMAL)
    level2 = _object(level2=_maybe(_STRING), printed=_list(_VALUE), indicators=_list(indicator))
    level1 = _object(level1=_maybe(_STRING), printed=_list(_VALUE), children=_list(level2))
    document = _object(
        document_id={"type": "string", "pattern": "^[0-9a-f]{16}(-[0-9]+)?$"},
        source=_STRING,
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
        media=_STRING,
        pages=_COUNT,
        form=_STRING,
        form_reason=_STRING,
        title=maybe,
        department=maybe,
        department_code=_STRING,
        project=maybe,
        year=_maybe({"type": "integer"}),
        money_unit=_STRING,
        status={"enum": ["ok", "review", "partial"]},
        unread=_COUNT,
        version=_STRING,
    )
    finding = _object(
        seq=_SEQ,
        rule=_STRING,
        severity={"enum": ["error", "warning", "info"]},
        message=_STRING,
        table=_STRING,
        row_seq=_maybe(_SEQ),
        field=_STRING,
        expected=_STRING,
        actual=_STRING,
    )
    source = _object(
        page=_COUNT,
        line_first=_maybe(_SEQ),
        line_last=_maybe(_SEQ),
        box=_maybe({"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}),
        confidence={"type": "number", "minimum": 0, "maximum": 1},
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "绩效表",
        "description": "一张表的全部内容：out/json/<document_id>.json",
        **_object(
            document=document,
            fields=_list(_read(seq=_SEQ, label=_STRING, personal={"type": "boolean"})),
            functions=_list(_read(seq=_SEQ, label=_STRING)),
            staffing=_list(figure),
            funds=_list({"$ref": "#/$defs/fund"}),
            goals=_list(_read(seq=_SEQ, horizon=_STRING)),
            tasks=_list(
                _object(
                    seq=_SEQ,
                    name=maybe,
                    content=maybe,
                    amount=maybe,
                    money_unit=_STRING,
                    expected=maybe,
                )
            ),
            indicators=_list(level1),
            findings=_list(finding),
            unread=_list(_object(seq=_SEQ, page=_COUNT, line=_maybe(_SEQ), text=_STRING)),
            ledger=_object(total=_COUNT, records=_COUNT, headings=_COUNT, ignored=_COUNT, unread=_COUNT),
        ),
        "$defs": {"value": _read(), "source": source, "fund": fund},
    }

"""Changes between two years as a table and as one nested object.

A message is one Chinese sentence; the columns say the same for programs. Where a form's text stands in a
sentence it is quoted, never interpreted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.normalize.numbers import decimal_text
from jixiao.rules.checks import MEASURES, PERIODS
from jixiao.rules.compare.change import Change
from jixiao.rules.compare.concordance import COLUMNS as CONCORDANCE_COLUMNS
from jixiao.rules.compare.concordance import Line
from jixiao.rules.compare.departments import FormPair, name_of
from jixiao.rules.compare.funds import totals_of
from jixiao.rules.records import Form, Place
from jixiao.version import __version__

from .files import csv_line, sink_safe
from .schema import BY_NAME
from .tables import cell_text

COLUMNS = (
    *(
        "old_document_id",
        "new_document_id",
        "department",
        "table",
        "kind",
        "old_seq",
        "new_seq",
        "old_name",
        "new_name",
    ),
    *("field", "old", "new", "difference", "percent", "direction", "likeness", "uncertain", "message"),
    *("period", "measure", "old_share", "new_share", "old_pace", "new_pace"),
    *("old_page", "old_line", "new_page", "new_line", "old_source", "new_source"),
)
"""Those of the contract up to message, then what was added."""

DIRECTION_NAMES = {"tightened": "收紧", "loosened": "放宽", "up": "上升", "down": "下降"}
SIDES = {"income": "收入", "expenditure": "支出"}
_FIELDS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "project": "对应项目",
    "key_work": "重点工作",
    "note": "说明",
    "content": "主要内容",
    "expected": "预期目标",
    "department": "部门名称",
    "parent": "上级",
}


@dataclass(frozen=True)
class Report:
    """Two forms of a department and what changed between them; one is None where a year has no form."""

    pair: FormPair
    changes: tuple[Change, ...] = ()

    @property
    def department(self) -> str:
        """The department's name, that of the new year if it has two."""
        return self.pair.department

    @property
    def document_ids(self) -> tuple[str, str]:
        """The document_id of the old and of the new form, "" where there is none."""
        old, new = self.pair.old, self.pair.new
        return "" if old is None else old.document_id, "" if new is None else new.document_id

    def counted(self) -> Counter[str]:
        """Return how many changes there are: of every kind, every direction, and uncertain."""
        found = Counter(one.kind for one in self.changes)
        found.update(one.direction for one in self.changes if one.direction in ("tightened", "loosened"))
        found["uncertain"] = sum(one.uncertain for one in self.changes)
        return found

    def total(self, side: str) -> tuple[Decimal | None, Decimal | None, str]:
        """Return the full-year budget of *side* in both years and the unit they are in; None where not known.

        Where the years print two units both are in yuan.
        """
        totals = [_budget(form, side) for form in (self.pair.old, self.pair.new)]
        units = {unit for amount, _, unit in totals if amount is not None}
        if len(units) == 1:
            return totals[0][0], totals[1][0], units.pop()
        return totals[0][1], totals[1][1], "元" if units else ""


def _budget(form: Form | None, side: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Return the total as printed, in yuan, and its unit."""
    from jixiao.normalize.money import to_yuan

    found = None if form is None else totals_of(form).get((side, "full_year", "budget"))
    return (None, None, "") if found is None else (found[0], to_yuan(*found), found[1])


def report_of(pair: FormPair, changes: Iterable[Change]) -> Report:
    """Return the report on *pair*: its *changes*, or that one year has no form."""
    if pair.old is not None and pair.new is not None:
        return Report(pair, tuple(changes))
    form = pair.new or pair.old
    assert form is not None
    name, place = name_of(form), None if form.department is None else form.department.place
    if pair.old is None:
        return Report(pair, (Change("documents", "added", new_name=name, new_place=place),))
    return Report(pair, (Change("documents", "dropped", old_name=name, old_place=place),))


# --- words ---------------------------------------------------------------------------------------


def column_name(change: Change) -> str:
    """Return the Chinese name of the column that *change* is of: 全年预算数, 半年指标值."""
    return PERIODS.get(change.period, change.period) + MEASURES.get(change.measure, change.measure)


def message_of(change: Change) -> str:
    """Return *change* as one Chinese sentence, with why it is uncertain if it is.

    >>> message_of(Change("targets", "target_changed", 1, 1, "合格率", "合格率", "value", "≥95%", "≥90%",
    ...     Decimal(-5), Decimal("-5.26"), "loosened", period="full_year", measure="target"))
    '指标“合格率”全年指标值由 ≥95% 改为 ≥90%，放宽（-5，-5.26%）'
    """
    said = _sentence(change)
    if change.why.chinese:
        said += f"（{change.why.chinese}）"
    return f"{said}；请核对" if change.uncertain else said


_THINGS = {
    "indicators": "指标",
    "targets": "指标",
    "funds": "资金项",
    "tasks": "任务",
    "staffing": "人员情况",
    "documents": "部门",
}
_TEXTS = {"functions": "职能", "goals": "目标"}
_HORIZONS = {
    "long_term": "中长期目标", "annual": "年度目标", "annual_actual": "年度实际完成情况", "annual_expected": "全年预计完成情况",
    "half_year_actual": "上半年完成情况",
}


def _sentence(change: Change) -> str:
    thing = _THINGS.get(change.table) or _TEXTS.get(change.table, "")
    name = change.new_name or change.old_name
    quoted = (
        f"{thing}“{name}”" if change.table not in _TEXTS else _HORIZONS.get(name, f"{thing} {name}".strip())
    )
    if change.kind == "finding_appeared":
        return f"新出现的问题：{change.new}"
    if change.kind == "finding_solved":
        return f"已不再有的问题：{change.old}"
    if change.kind in ("added", "dropped") and change.table == "targets":
        verb = "新增" if change.kind == "added" else "不再有"
        return f"{quoted}{verb}{column_name(change)} {change.new or change.old}"
    if change.kind == "added":
        return f"新增{quoted}" + _and(change.new)
    if change.kind == "dropped":
        return f"取消{quoted}" + _and(change.old)
    if change.kind == "renamed":
        what = "项目" if change.table == "documents" and change.field == "project" else _FIELDS.get(change.field, thing)
        return f"{what}“{change.old}”改称“{change.new}”"
    if change.kind == "moved":
        what = _FIELDS.get(change.field, "位置")
        return f"{quoted}的{what}由“{change.old}”改为“{change.new}”"
    if change.kind in ("split", "merged"):
        verb = "分出" if change.kind == "split" else "并入"
        if change.table in _TEXTS:
            return f"{thing} {change.old_name} {verb} {change.new_name}"
        return f"{thing}“{change.old_name}”{verb}“{change.new_name}”"
    if change.kind == "reworded":
        return f"{quoted}{_FIELDS.get(change.field, '')}文字有改动"
    if change.kind == "unit_changed" and change.table == "documents":
        return f"金额单位由“{change.old or '未印'}”改为“{change.new or '未印'}”"
    what = {"unit": "的单位", "operator": "的比较方式"}.get(change.field, "")
    column = {"weight_changed": "权重", "amount_changed": column_name(change) or "预算金额"}.get(
        change.kind, column_name(change)
    )
    said = f"{quoted}{column}{what}由 {change.old or '空白'} 改为 {change.new or '空白'}"
    return said + _how(change)


def _and(shown: str) -> str:
    return f"：{shown}" if shown else ""


def _how(change: Change) -> str:
    said = f"，{DIRECTION_NAMES[change.direction]}" if change.direction else ""
    if change.difference is not None:
        percent = "" if change.percent is None else f"，{signed(change.percent)}%"
        said += f"（{signed(change.difference)}{' 天' if change.in_days else ''}{percent}）"
    if change.old_share is not None and change.new_share is not None and change.old_share != change.new_share:
        said += f"，占比由 {decimal_text(change.old_share)}% 变为 {decimal_text(change.new_share)}%"
    if change.old_pace is not None and change.new_pace is not None and change.old_pace != change.new_pace:
        said += f"，半年进度由 {decimal_text(change.old_pace)}% 变为 {decimal_text(change.new_pace)}%"
    return said


def signed(number: Decimal) -> str:
    """Return *number* with its sign.

    >>> signed(Decimal(5)), signed(Decimal("-1.50"))
    ('+5', '-1.5')
    """
    text = decimal_text(number)
    return text if number <= 0 else f"+{text}"


# --- tables --------------------------------------------------------------------------------------


def change_rows(report: Report) -> list[dict[str, str]]:
    """Return the report's changes as rows of changes.csv, cells as text."""
    old, new = report.pair.old, report.pair.new
    rows = []
    for one in report.changes:
        cells: dict[str, Any] = {
            "old_document_id": report.document_ids[0],
            "new_document_id": report.document_ids[1],
            "department": report.department,
            "table": one.table,
            "kind": one.kind,
            "old_seq": one.old_seq or None,
            "new_seq": one.new_seq or None,
            "old_name": one.old_name,
            "new_name": one.new_name,
            "field": one.field,
            "old": one.old,
            "new": one.new,
            "difference": one.difference,
            "percent": one.percent,
            "direction": one.direction,
            "likeness": None if one.likeness is None else Decimal(repr(round(one.likeness, 4))),
            "uncertain": one.uncertain,
            "message": message_of(one),
            "period": one.period,
            "measure": one.measure,
            "old_share": one.old_share,
            "new_share": one.new_share,
            "old_pace": one.old_pace,
            "new_pace": one.new_pace,
            "old_page": _page(one.old_place),
            "old_line": _line(one.old_place),
            "new_page": _page(one.new_place),
            "new_line": _line(one.new_place),
            "old_source": "" if old is None else old.source,
            "new_source": "" if new is None else new.source,
        }
        rows.append({name: cell_text(cells[name]) for name in COLUMNS})
    return rows


def _page(place: Place | None) -> int | None:
    return None if place is None else place.page


def _line(place: Place | None) -> int | None:
    return None if place is None else place.line_first or None


def changes_csv(reports: Iterable[Report]) -> str:
    """Return changes.csv: the uncertain changes of every department before its others."""
    lines = [csv_line(COLUMNS)]
    for report in reports:
        lines += [csv_line(tuple(row.values())) for row in change_rows(report)]
    return "".join(lines)


SUMMARY_COLUMNS = (
    *(
        "department",
        "old_document_id",
        "new_document_id",
        "old_year",
        "new_year",
        "changes",
        "uncertain",
        "tightened",
    ),
    *(
        "loosened",
        "added",
        "dropped",
        "renamed",
        "money_unit",
        "old_expenditure",
        "new_expenditure",
        "difference",
        "percent",
    ),
)


def summary_rows(reports: Iterable[Report]) -> list[dict[str, str]]:
    """Return one row a department: how much changed, and its expenditure in both years."""
    from jixiao.rules.compare.change import percent_of, subtract

    rows = []
    for report in reports:
        counted = report.counted()
        old, new, unit = report.total("expenditure")
        difference = None if old is None or new is None else subtract(new, old)
        cells: dict[str, Any] = {
            "department": report.department,
            "old_document_id": report.document_ids[0],
            "new_document_id": report.document_ids[1],
            "old_year": None if report.pair.old is None else report.pair.old.year,
            "new_year": None if report.pair.new is None else report.pair.new.year,
            "changes": len(report.changes),
            **{
                name: counted[name]
                for name in ("uncertain", "tightened", "loosened", "added", "dropped", "renamed")
            },
            "money_unit": unit,
            "old_expenditure": old,
            "new_expenditure": new,
            "difference": difference,
            "percent": None if difference is None or old is None else percent_of(difference, old),
        }
        rows.append({name: cell_text(cells[name]) for name in SUMMARY_COLUMNS})
    return rows


def summary_csv(reports: Iterable[Report]) -> str:
    """Return summary.csv."""
    return csv_line(SUMMARY_COLUMNS) + "".join(csv_line(tuple(row.values())) for row in summary_rows(reports))


def changes_json(reports: Sequence[Report]) -> str:
    """Return changes.json: departments, and in each its changes by table."""
    departments = []
    for report in reports:
        tables: dict[str, list[dict[str, Any]]] = {}
        for row in change_rows(report):
            values: dict[str, Any] = {
                name: value
                for name, value in row.items()
                if name not in ("old_document_id", "new_document_id", "department")
            }
            values["uncertain"] = row["uncertain"] == "true"
            tables.setdefault(row["table"], []).append(values)
        departments.append(
            {
                "department": sink_safe(report.department),
                "old": _document(report.pair.old),
                "new": _document(report.pair.new),
                "likeness": report.pair.likeness,
                "uncertain": report.pair.uncertain,
                "counts": dict(sorted(report.counted().items())),
                "tables": tables,
            }
        )
    whole = {"version": __version__, "departments": departments}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _document(form: Form | None) -> dict[str, Any] | None:
    if form is None:
        return None
    return {
        "document_id": form.document_id,
        "source": sink_safe(form.source),
        "title": None if form.title is None else sink_safe(form.title.value),
        "department": None if form.department is None else sink_safe(form.department.value),
        "year": form.year,
        "money_unit": sink_safe(form.money_unit),
    }


# --- the concordance -----------------------------------------------------------------------------

_COLUMN_OF = {"indicators": "level3", "funds": "item", "tasks": "name", "documents": "department"}


def _names_of(one: Change) -> tuple[str, str] | None:
    """Return the two names that a reviewer could say are one thing or two, or None where *one* is of no such pair."""
    if one.table not in _COLUMN_OF:
        return None
    if one.kind == "renamed" and one.field == _COLUMN_OF[one.table]:
        return one.old, one.new
    if one.kind in ("added", "dropped") and one.near:
        return (one.old_name, one.near) if one.kind == "dropped" else (one.near, one.new_name)
    return None


def draft_concordance(reports: Iterable[Report], reviewed: Sequence[Line] = ()) -> str:
    """Return a concordance to review: *reviewed* lines as they are, then every renaming and near miss, unsaid."""
    lines = list(reviewed)
    there = {(line.table, line.old_name, line.new_name) for line in lines}
    for report in reports:
        for one in report.changes:
            names = _names_of(one)
            if names is None:
                continue
            line = Line(
                *names,
                "",
                one.table,
                "" if one.likeness is None else f"{one.likeness:.2f}",
                "" if one.table == "documents" else report.department,
                one.why.chinese,
            )
            if (line.table, line.old_name, line.new_name) not in there:
                there.add((line.table, line.old_name, line.new_name))
                lines.append(line)
    rows = [csv_line(CONCORDANCE_COLUMNS)]
    rows += [
        csv_line([_no_formula(sink_safe(getattr(line, name))) for name in CONCORDANCE_COLUMNS])
        for line in lines
    ]
    return "".join(rows)


def _no_formula(cell: str) -> str:
    """A spreadsheet takes =… for a formula; an apostrophe before it is left out again when names are compared."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


TABLE_NAMES = {name: table.title for name, table in BY_NAME.items()}

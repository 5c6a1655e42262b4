"""changes.html: what changed in one department, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.normalize.numbers import decimal_text
from jixiao.rules.compare.change import KINDS, Change
from jixiao.rules.compare.clauses import marked
from jixiao.rules.records import Place
from jixiao.version import __version__

from .changes import Report, column_name, signed
from .changes_totals import grouped, totals
from .page import escaped, page, said, switch
from .places import Source

Sources = tuple[Source, Source]
"""Where the old form's file lies, and the new one's."""
_UNKNOWN = Source(), Source()
_KINDS: dict[str, tuple[str, str]] = {
    "added": ("新增", "added"),
    "dropped": ("取消", "dropped"),
    "renamed": ("改称", "renamed"),
    "moved": ("调整位置", "moved"),
    "split": ("拆分", "split"),
    "merged": ("合并", "merged"),
    "target_changed": ("指标值调整", "target changed"),
    "operator_changed": ("比较方式", "operator"),
    "unit_changed": ("单位", "unit"),
    "became_number": ("定性改定量", "now a number"),
    "became_quality": ("定量改定性", "now a quality"),
    "quality_changed": ("定性用词", "quality word"),
    "amount_changed": ("金额", "amount"),
    "weight_changed": ("权重", "weight"),
    "reworded": ("文字改动", "reworded"),
    "staffing_changed": ("人员", "staffing"),
    "finding_appeared": ("新问题", "new finding"),
    "finding_solved": ("问题消除", "finding solved"),
}
_DIRECTIONS = {
    "tightened": ("收紧", "tightened"),
    "loosened": ("放宽", "loosened"),
    "up": ("上升", "up"),
    "down": ("下降", "down"),
}
_COLUMNS = {
    ("full_year", "budget"): "full-year budget",
    ("half_year", "planned"): "half-year plan",
    ("full_year", "executed"): "executed",
    ("full_year", "initial_budget"): "initial budget",
    ("full_year", "adjusted_budget"): "adjusted budget",
    ("full_year", "received"): "received",
    ("full_year", "balance"): "balance",
    ("full_year", "weight"): "weight",
    ("full_year", "rate"): "share executed",
    ("full_year", "target"): "full-year target",
    ("half_year", "target"): "half-year target",
    ("full_year", "actual"): "actual",
    ("half_year", "actual"): "half-year actual",
}
_SECTIONS = (
    ("documents", ("documents",), "部门与单位", "Department and units"),
    ("funds", ("funds",), "资金", "Funds"),
    ("indicators", ("indicators", "targets"), "指标", "Indicators"),
    ("tasks", ("tasks",), "年度任务", "Tasks"),
    ("goals", ("goals",), "目标", "Goals"),
    ("functions", ("functions",), "职能", "Functions"),
    ("staffing", ("staffing",), "机构人员", "Staffing"),
    ("findings", ("findings",), "问题", "Findings"),
)
_GOALS = {"long_term": ("中长期目标", "long-term goal"), "annual": ("年度目标", "annual goal")}
_FIELDS = {
    "level1": ("一级指标", "level 1"),
    "level2": ("二级指标", "level 2"),
    "project": ("对应项目", "project"),
    "key_work": ("重点工作", "key work"),
    "note": ("说明", "note"),
    "content": ("主要内容", "content"),
    "expected": ("预期目标", "expected"),
    "parent": ("上级", "parent"),
    "department": ("部门名称", "department"),
    "money_unit": ("金额单位", "money unit"),
    "weight": ("权重", "weight"),
    "operator": ("比较方式", "operator"),
    "unit": ("单位", "unit"),
}
_WORDED = ("reworded",)


def changes_html(report: Report, sources: Sources = _UNKNOWN) -> str:
    """Return the report on one department as a page that is one file."""
    name = report.department
    years = [
        form.year for form in (report.pair.old, report.pair.new) if form is not None and form.year is not None
    ]
    shown = "–".join(dict.fromkeys(map(str, years)))
    title = (f"{name} {shown} 两年对比".replace("  ", " "), f"{name} {shown} year on year".replace("  ", " "))
    return page(title, _body(report, sources))


def _body(report: Report, sources: Sources) -> Iterator[str]:
    yield from _header(report, sources)
    yield "<main>"
    yield from totals(report)
    yield from _filters(report)
    listing = _Listing(report, sources)
    if not report.changes:
        yield f'<p class="none">{said("两年之间没有变化。", "Nothing changed between the two years.")}</p>'
    yield from listing.sections()
    yield "</main>"
    note = (
        f"jixiao {__version__}。书写格式、编号与年度顺延不算变化。",
        f"jixiao {__version__}. Formatting, numbering and the year moving on are no changes.",
    )
    yield f"<footer>{said(*note)}</footer>"


def _header(report: Report, sources: Sources) -> Iterator[str]:
    yield "<header>"
    yield '<div class="topline"><div>'
    yield f'<p class="eyebrow">{said("绩效目标两年对比", "Performance targets, year on year")}</p>'
    yield f"<h1>{escaped(report.department)}</h1>"
    yield "</div>" + switch() + "</div>"
    for form, lies, words in (
        (report.pair.old, sources[0], ("旧", "old")),
        (report.pair.new, sources[1], ("新", "new")),
    ):
        if form is None:
            yield f'<p class="meta">{said(f"{words[0]}：没有表", f"{words[1]}: no form")}</p>'
            continue
        year = "" if form.year is None else f"{form.year} "
        title = "" if form.title is None else form.title.value
        source = escaped(form.source)
        if lies.path:
            source = f'<a href="{escaped(lies.path)}">{source}</a>'
        elif lies.why[0]:
            source += f' <span class="where">（{said(*lies.why)}）</span>'
        yield f'<p class="meta">{said(f"{words[0]}：", f"{words[1]}: ")}{escaped(year)}{escaped(title)} · {source}</p>'
    if report.pair.uncertain:
        yield f'<p class="why">{said(report.pair.why.chinese, report.pair.why.english)}</p>'
    yield "</header>"


# --- filters and lists ---------------------------------------------------------------------------


def _filters(report: Report) -> Iterator[str]:
    counted = report.counted()
    chips = [
        ("uncertain", "待核对", "to check"),
        ("tightened", *_DIRECTIONS["tightened"]),
        ("loosened", *_DIRECTIONS["loosened"]),
    ]
    chips += [(kind, *_KINDS[kind]) for kind in KINDS]
    shown = [
        f'<button class="chip" type="button" data-tag="{tag}" aria-pressed="false">'
        f"{said(chinese, english)}<b>{counted[tag]}</b></button>"
        for tag, chinese, english in chips
        if counted[tag]
    ]
    if shown:
        yield f'<nav aria-label="filter"><div class="chips">{"".join(shown)}</div></nav>'


class _Listing:
    """The changes in sections; each change stands in one."""

    def __init__(self, report: Report, sources: Sources) -> None:
        self.report = report
        self.sources = dict(zip(("old", "new"), sources, strict=True))
        units = ["" if form is None else form.money_unit for form in (report.pair.old, report.pair.new)]
        # Said only where the two years print two units.
        self.units = units if len({unit for unit in units if unit}) > 1 else ["", ""]

    def sections(self) -> Iterator[str]:
        rest = list(self.report.changes)
        unsure = [one for one in rest if one.uncertain]
        yield from self._section("uncertain", "请先核对", "To check first", unsure)
        rest = [one for one in rest if not one.uncertain]
        for direction in ("tightened", "loosened"):
            words = {
                "tightened": ("收紧的指标", "Tightened targets"),
                "loosened": ("放宽的指标", "Loosened targets"),
            }
            chosen = [one for one in rest if one.direction == direction]
            yield from self._section(direction, *words[direction], chosen)
        rest = [one for one in rest if one.direction not in ("tightened", "loosened")]
        for name, tables, chinese, english in _SECTIONS:
            yield from self._section(name, chinese, english, [one for one in rest if one.table in tables])

    def _section(self, name: str, chinese: str, english: str, changes: Sequence[Change]) -> Iterator[str]:
        if not changes:
            return
        yield f'<section data-section="{name}"><h2>{said(chinese, english)}<span class="count">{len(changes)}</span></h2>'
        yield '<ol class="changes">'
        for one in changes:
            yield self._item(one)
        yield "</ol></section>"

    def _item(self, one: Change) -> str:
        tags = [one.kind]
        if one.direction in ("tightened", "loosened"):
            tags.append(one.direction)
        if one.uncertain:
            tags.append("uncertain")
        tag = f'<span class="tag">{said(*_KINDS[one.kind])}</span>'
        if one.direction in ("tightened", "loosened"):
            tag = f'<span class="tag {one.direction}">{said(*_DIRECTIONS[one.direction])}</span>'
        body = self._names(one) + self._values(one)
        if one.why.chinese and (one.uncertain or one.kind in ("renamed", "split", "merged")):
            style = "why" if one.uncertain else "where"
            body += f'<div><span class="{style}">{said(one.why.chinese, one.why.english)}</span></div>'
        places = "".join(
            f"<div>{text}</div>"
            for text in (self._place(one.old_place, "old"), self._place(one.new_place, "new"))
            if text
        )
        return f'<li data-tags="{" ".join(tags)}">{tag}<div class="body">{body}</div><div class="place">{places}</div></li>'

    def _names(self, one: Change) -> str:
        if one.table == "findings":
            return ""
        if one.table == "documents":
            words = ("项目名称", "project") if one.field == "project" else _FIELDS.get(one.field)
            return "" if words is None or one.kind in ("added", "dropped") else f'<span class="where">{said(*words)}</span>'
        if one.table == "goals":
            return f'<span class="name">{said(*_GOALS.get(one.new_name or one.old_name, ("目标", "goal")))}</span>'
        name = one.new_name or one.old_name
        shown = f'<span class="name">{escaped(name)}</span>'
        if one.kind in ("renamed", "split", "merged") and one.table != "functions":
            return f'<span class="where">{said(*_FIELDS[one.field])}</span>' if one.field in _FIELDS else ""
        if one.field in _FIELDS and one.kind not in ("added", "dropped"):
            shown += f' <span class="where">{said(*_FIELDS[one.field])}</span>'
        if one.period:
            column = (
                column_name(one),
                _COLUMNS.get((one.period, one.measure), f"{one.period} {one.measure}"),
            )
            shown += f' <span class="where">{said(*column)}</span>'
        return shown

    def _values(self, one: Change) -> str:
        if one.table == "findings":
            return f"<span>{escaped(one.new or one.old)}</span>"
        if one.kind in _WORDED:
            return f'<div class="text">{_words(one.old, one.new)}</div>'
        if one.kind in ("added", "dropped") and one.table in ("functions", "goals"):
            mark = "ins" if one.kind == "added" else "del"
            return f'<div class="text"><{mark}>{escaped(one.new or one.old)}</{mark}></div>'
        old, new = one.old, one.new
        if one.kind == "amount_changed" or (
            one.table in ("funds", "tasks") and one.kind in ("added", "dropped", "split", "merged")
        ):
            old, new = _money(old, self.units[0]), _money(new, self.units[1])
        if one.kind in ("split", "merged") and one.table != "functions":
            old, new = _with(one.old_name, old), _with(one.new_name, new)
        if one.kind in ("added", "dropped"):
            return f'<span class="aside">{escaped(new or old)}</span>' if new or old else self._document(one)
        parts = [
            f'<span class="from">{escaped(old) or "—"}</span><span class="arrow">→</span>'
            f'<span class="to">{escaped(new) or "—"}</span>'
        ]
        if one.difference is not None:
            percent = "" if one.percent is None else f"　{signed(one.percent)}%"
            sign = "+" if one.difference > 0 else ""
            days = said(" 天", " days") if one.in_days else ""
            parts.append(f'<span class="aside">{sign}{grouped(one.difference)}{days}{percent}</span>')
        elif one.direction in ("up", "down"):
            parts.append(f'<span class="aside">{said(*_DIRECTIONS[one.direction])}</span>')
        for chinese, english, before, after in (
            ("占比", "share", one.old_share, one.new_share),
            ("半年进度", "half-year pace", one.old_pace, one.new_pace),
        ):
            if before is not None and after is not None and before != after:
                figures = f"{decimal_text(before)}% → {decimal_text(after)}%"
                parts.append(
                    f'<span class="aside">{said(f"{chinese} {figures}", f"{english} {figures}")}</span>'
                )
        return f'<div class="values">{"".join(parts)}</div>'

    def _document(self, one: Change) -> str:
        if one.table != "documents":
            return ""
        words = ("新表有，旧表没有", "in the new year only")
        if one.kind == "dropped":
            words = ("旧表有，新表没有", "in the old year only")
        return f'<span class="name">{escaped(one.new_name or one.old_name)}</span> <span class="where">{said(*words)}</span>'

    def _place(self, place: Place | None, side: str) -> str:
        if place is None:
            return ""
        words = ("旧表", "old") if side == "old" else ("新表", "new")
        if place.line_first:
            spot = (f"{words[0]}第 {place.line_first} 行", f"{words[1]}, line {place.line_first}")
        else:
            spot = (f"{words[0]}第 {place.page} 页", f"{words[1]}, page {place.page}")
        text = said(*spot)
        address = self.sources[side].address(place)
        return f'<a href="{escaped(address)}">{text}</a>' if address else text


def _money(amount: str, unit: str) -> str:
    return f"{grouped(Decimal(amount))} {unit}".rstrip() if amount else ""


def _with(name: str, value: str) -> str:
    return f"{name}（{value}）" if value else name


def _words(old: str, new: str) -> str:
    """Return both texts as one, with what is gone and what is new marked."""
    marks = {"same": "{}", "gone": "<del>{}</del>", "new": "<ins>{}</ins>"}
    return "".join(marks[piece.kind].format(escaped(piece.text)) for piece in marked(old, new))

"""What must hold in a form. Each check is the sentence it asserts; what does not hold is a question.

Checks read records and never change them. A message names the place, the figures and what to look
at; it is Chinese, the rule's id English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from jixiao.normalize.names import name_likeness
from jixiao.normalize.numbers import decimal_text, read_chinese_number

from .families import SHARES, Families, Family, key_of
from .records import Amount, Finding, Form, FundItem, Indicator, StaffFigure, Target
from .sums import by_column, flat_sums, half_unit, nearest_sum, side_sums

PERIODS = {
    "full_year": "全年", "half_year": "半年", "second_half": "下半年",
    "long_term": "长期", "last_year": "上年", "before_last": "前年", "to_date": "累计",
    **{f"quarter_{n}": f"{name}季度" for n, name in enumerate("一二三四", 1)},
}
MEASURES = {
    "budget": "预算数",
    "initial_budget": "年初预算数",
    "adjusted_budget": "调整后预算数",
    "planned": "计划执行数",
    "executed": "执行数",
    "received": "到位数",
    "balance": "结余数",
    "adjustment": "调整增减数",
    "weight": "分值",
    "rate": "执行率",
    "score": "得分",
    "target": "指标值",
    "adjusted_target": "调整后指标值",
    "actual": "完成值",
}
MAX_COMPARED = 20_000
"""Pairs of names compared in one form: a form has some tens of each, a hostile text any number."""


def check_form(form: Form, families: Families) -> tuple[Finding, ...]:
    """Return the findings of all checks on *form*, in the order of the checks and of the form."""
    return tuple(finding for check in CHECKS for finding in check(form, families))


def _place(period: str, measure: str) -> str:
    year = period.removeprefix("year_")
    return PERIODS.get(period, year if year == period else f"{year}年") + MEASURES.get(measure, measure)


def parts_add_up(form: Form, families: Families) -> Iterator[Finding]:
    """The parts of a funds item add up to it, below it or beside it, in every period and measure, within their printed decimals."""
    family = families.known.get(form.family)
    items, under = (family.items, key_of(family.projects_under)) if family is not None else ({}, "")
    below: dict[int, list[FundItem]] = {}
    for item in form.funds:
        if item.parent_seq is not None:
            below.setdefault(item.parent_seq, []).append(item)
    for item in form.funds:
        parts = below.get(item.seq, [])
        if not parts:
            continue
        columns = by_column(parts)
        for total in item.amounts:
            amounts = columns.get((total.period, total.measure), [])
            printed = [a for a in amounts if a.amount is not None]
            if total.amount is None or not printed:
                continue
            summed = sum((a.amount for a in printed if a.amount is not None), Decimal(0))
            slack = sum((half_unit(a) for a in printed), Decimal(0)) + half_unit(total)
            if (len(printed) > 1 and abs(summed - total.amount) <= slack) or summed == total.amount:
                continue
            blank = len(parts) - len(printed)
            name = key_of(parts[0].item.value)
            alone = name.startswith("其中") or (name not in items and key_of(item.item.value) != under)
            if len(printed) == 1 and (blank or (alone and summed < total.amount)):
                continue  # one part printed and others blank, or 其中 and no more, says nothing of the sum
            yield _false_sum(item, total, f"其下 {len(printed)} 项", summed, blank)
    for side in ("income", "expenditure"):
        for one in flat_sums(form, side):
            printed = [a for a in one.parts if a.amount is not None]
            nearest = nearest_sum(one.amount, printed) if len(printed) > 1 else None
            if nearest is not None:
                where = f"同列的 {nearest.parts} 项"
                yield _false_sum(one.total, one.amount, where, nearest.value, len(one.parts) - len(printed))


def _false_sum(item: FundItem, total: Amount, where: str, summed: Decimal, blank: int) -> Finding:
    assert total.amount is not None
    return Finding(
        "parts_add_up",
        "error",
        f"“{item.item.value}”{_place(total.period, total.measure)}印为 {decimal_text(total.amount)}，"
        f"{where}合计为 {decimal_text(summed)}，相差 {decimal_text(abs(summed - total.amount))}"
        + (f"（另有 {blank} 项空白）" if blank else "")
        + "；请核对原表哪个数有误",
        "funds",
        item.seq,
        "amount",
        decimal_text(summed),
        decimal_text(total.amount),
    )


def income_equals_expenditure(form: Form, families: Families) -> Iterator[Finding]:
    """Total income equals total expenditure, in every period and measure printed for both."""
    sides = {side: side_sums(form, side) for side in ("income", "expenditure")}
    for column, earned in sides["income"].items():
        spent = sides["expenditure"].get(column)
        if not spent or any(one.agrees(other) for one in earned for other in spent):
            continue
        income, expenditure = earned[0].value, spent[0].value
        yield Finding(
            "income_equals_expenditure",
            "error",
            f"收入{_place(*column)}为 {decimal_text(income)}，支出为 {decimal_text(expenditure)}，相差 "
            f"{decimal_text(abs(income - expenditure))}；请核对收入与支出各项",
            "funds",
            next(f.seq for f in form.funds if f.side == "income" and f.parent_seq is None),
            "amount",
            decimal_text(expenditure),
            decimal_text(income),
        )


def projects_stand_among_the_funds(form: Form, families: Families) -> Iterator[Finding]:
    """Every project of an indicator stands under that name among the expenditure."""
    names = {
        key_of(f.item.value): f.item.value for f in form.funds if f.side == "expenditure" and f.parent_seq is not None
    }
    if not names:
        return
    all_items = {key_of(f.item.value) for f in form.funds}
    seen: set[str] = set()
    compared = 0
    for indicator in form.indicators:
        project = indicator.project
        if project is None or key_of(project.value) in seen:
            continue
        # Several projects may stand in one cell; 无 and dashes name none.
        parts = [key_of(part) for part in _LIST.split(project.value) if part]
        if key_of(project.value) in all_items or not parts or all(p in all_items or p in NO_NAME for p in parts):
            continue
        seen.add(key_of(project.value))
        likeness, nearest = 0.0, ""
        hint = "名称太多，没有再找相近的"
        compared += len(names)
        if compared <= MAX_COMPARED:
            likeness, nearest = max((name_likeness(project.value, name), name) for name in names.values())
            hint = f"最接近的是“{nearest}”（相似度 {likeness:.2f}）" if likeness >= 0.5 else "也没有相近的名称"
        yield Finding(
            "projects_stand_among_the_funds",
            "warning",
            f"第 {indicator.seq} 行指标的对应项目“{project.value}”不在资金的项目之中，{hint}；请核对是否同一项目",
            "indicators",
            indicator.seq,
            "project",
            nearest if likeness >= 0.5 else "",
            project.value,
        )


def staff_within_posts(form: Form, families: Families) -> Iterator[Finding]:
    """The staff in post does not exceed the posts, nor the rate of control the form itself sets."""
    figures: dict[str, StaffFigure] = {}
    for figure in form.staffing:
        figures.setdefault(figure.metric, figure)
    staff = figures.get("在职在编")
    posts = [figures["编制"]] if "编制" in figures else [f for m, f in figures.items() if m.endswith("编制")]
    if staff is None or not posts:
        return
    allowed = sum((p.value for p in posts), Decimal(0))
    if not allowed:
        return
    rate = staff.value / allowed * 100
    said = "＋".join(f"{p.metric} {decimal_text(p.value)}" for p in posts)
    control = _control_rate(form.indicators)
    over_rate = control is not None and rate > control[1]
    if staff.value <= allowed and not over_rate:
        return
    message = f"在职在编 {decimal_text(staff.value)} {staff.unit}，{said} {posts[0].unit}，控制率 {rate:.1f}%"
    if control is not None and over_rate:
        message += f"，而第 {control[0].seq} 行指标“{control[0].name}”定为 {control[2].text.value}"
    yield Finding(
        "staff_within_posts",
        "warning",
        message + "；请核对编制与在职人数的口径",
        "staffing",
        staff.seq,
        "value",
        decimal_text(allowed),
        decimal_text(staff.value),
    )


def _control_rate(indicators: Iterable[Indicator]) -> tuple[Indicator, Decimal, Target] | None:
    for indicator in indicators:
        if "在职人员控制率" not in indicator.name:
            continue
        for target in reversed(indicator.targets):
            value = target.value
            if value.unit == "%" and value.operator in ("eq", "le", "lt") and isinstance(value.value, Decimal):
                return indicator, value.value, target
    return None


def half_year_within_full_year(form: Form, families: Families) -> Iterator[Finding]:
    """What is planned for half a year is not more than what is planned for the year."""
    for item in form.funds:
        money = [a for a in item.amounts if a.amount is not None and a.measure not in SHARES]
        half = [a for a in money if a.period == "half_year"]
        full = [a for a in money if a.period == "full_year"]
        for a in half:
            for b in full:
                if a.amount is not None and b.amount is not None and a.amount > b.amount >= 0:
                    yield Finding(
                        "half_year_within_full_year",
                        "warning",
                        f"“{item.item.value}”{_place(a.period, a.measure)} {decimal_text(a.amount)} 大于"
                        f"{_place(b.period, b.measure)} {decimal_text(b.amount)}；请核对两栏是否填反",
                        "funds",
                        item.seq,
                        "amount",
                        decimal_text(b.amount),
                        decimal_text(a.amount),
                    )
    for indicator in form.indicators:
        by_period = {t.period: t for t in indicator.targets if t.measure == "target"}
        half_target, full_target = by_period.get("half_year"), by_period.get("full_year")
        if half_target is None or full_target is None:
            continue
        low, high = half_target.value, full_target.value
        if (
            isinstance(low.value, Decimal)
            and isinstance(high.value, Decimal)
            and low.unit == high.unit
            and low.operator == high.operator
            and low.operator in ("eq", "ge", "gt")
            and low.value > high.value
        ):
            yield Finding(
                "half_year_within_full_year",
                "warning",
                f"指标“{indicator.name}”半年 {half_target.text.value} 高于全年 {full_target.text.value}；请核对两栏是否填反",
                "targets",
                indicator.seq,
                "value",
                decimal_text(high.value),
                decimal_text(low.value),
            )


def targets_share_a_unit(form: Form, families: Families) -> Iterator[Finding]:
    """The targets of one indicator are in one unit, whatever the period."""
    for indicator in form.indicators:
        numbers = [
            t for t in indicator.targets if t.measure == "target" and t.value.kind in ("number", "range")
        ]
        units = {t.value.unit.lstrip("万亿千百") for t in numbers}
        if len(units) > 1:
            shown = "、".join(f"{_place(t.period, t.measure)} {t.text.value}" for t in numbers)
            yield Finding(
                "targets_share_a_unit",
                "warning",
                f"指标“{indicator.name}”各期指标值的单位不一致：{shown}；请核对是否漏印或断行",
                "targets",
                indicator.seq,
                "unit",
                numbers[0].value.unit,
                numbers[-1].value.unit,
            )


_LONGEST_HEADER = 6
_LIST = re.compile("[、，,；;]")
NO_NAME = ("无", "-", "--", "—", "——", "/")
_LABEL_NUMBER = re.compile(r"\d{1,3}|[一二三四五六七八九十百]{1,4}")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def _label_number(label: str) -> int | None:
    if label[:1] and label[0] in _CIRCLED:
        return _CIRCLED.index(label[0]) + 1
    match = _LABEL_NUMBER.search(label)
    if match is None:
        return None
    if match.group().isdigit():
        return int(match.group())
    value = read_chinese_number(match.group())
    return None if value is None else int(value)


def clauses_are_numbered_in_order(form: Form, families: Families) -> Iterator[Finding]:
    """The clauses of the functions are numbered from one without gap or repeat."""
    last = 0
    for function in form.functions:
        number = _label_number(function.label)
        if number is None:
            continue
        if number != last + 1:
            what = "重复" if number == last else f"缺第 {last + 1} 条" if number > last + 1 else "次序颠倒"
            yield Finding(
                "clauses_are_numbered_in_order",
                "warning",
                f"职能编号“{function.label}”前{what}；请核对原表是否漏印或编号有误",
                "functions",
                function.seq,
                "label",
                str(last + 1),
                function.label,
            )
        last = number


def targets_can_fail(form: Form, families: Families) -> Iterator[Finding]:
    """A target is one that can be missed: at least nothing is always reached."""
    for indicator in form.indicators:
        for target in indicator.targets:
            if target.value.operator == "ge" and target.value.value == 0 and target.measure == "target":
                yield Finding(
                    "targets_can_fail",
                    "info",
                    f"指标“{indicator.name}”{_place(target.period, target.measure)} {target.text.value} 恒成立，不起约束作用",
                    "targets",
                    indicator.seq,
                    "value",
                    "",
                    target.text.value,
                )


def indicators_are_filled_in(form: Form, families: Families) -> Iterator[Finding]:
    """An indicator has a name and a target; a table without targets at all is asked about once."""
    bare = bool(form.indicators) and not any(indicator.targets for indicator in form.indicators)
    if bare and len(form.indicators) > 1:
        message = f"{len(form.indicators)} 个指标都没有指标值；若原表有指标值一栏，请核对"
        yield Finding("indicators_are_filled_in", "info", message, "targets", 0, "raw")
    for indicator in form.indicators:
        if indicator.level3 is None and indicator.targets:
            shown = "、".join(t.text.value for t in indicator.targets)
            yield Finding(
                "indicators_are_filled_in",
                "warning",
                f"第 {indicator.seq} 行有指标值（{shown}）而没有三级指标；请核对原表",
                "targets",
                indicator.seq,
                "level3",
            )
            continue
        if indicator.level3 is None:
            what = f"“{indicator.name}”之下没有填写三级指标和指标值"
        elif not indicator.targets and not (bare and len(form.indicators) > 1):
            what = f"指标“{indicator.name}”没有填写指标值"
        else:
            continue
        yield Finding("indicators_are_filled_in", "info", what, "indicators", indicator.seq, "level3")


def head_is_complete(form: Form, families: Families) -> Iterator[Finding]:
    """The form says whose it is, of which year, and in which unit its money is."""
    for value, field, what in (
        (form.department, "department", "单位名称"),
        (form.year, "year", "年度"),
    ):
        if value is None and not (field == "department" and form.project is not None):
            yield Finding("head_is_complete", "warning", f"没有找到{what}；请核对表头", "documents", 0, field)
    if form.money_unit == "" and any(a.amount is not None and a.money_unit == "" for f in form.funds for a in f.amounts):
        message = "没有印出金额单位（元或万元），折合为元的金额留空；请核对原表"
        yield Finding("head_is_complete", "warning", message, "documents", 0, "money_unit")


def names_hold_no_label(form: Form, families: Families) -> Iterator[Finding]:
    """No name or goal holds a label or header of the form, as a broken text leaves behind them."""
    family = families.known.get(form.family)
    if family is None:
        return
    kinds = ("department", "department_code", "project", "personal")
    words = [w for w, kind in family.labels.items() if kind in kinds and len(w) > 3]
    words += [w for w, name in family.columns.items() if name in ("level1", "level2", "level3", "unit") and len(w) > 3]
    for value, field, what in ((form.department, "department", "单位名称"), (form.project, "project", "项目名称")):
        held = [w for w in words if value is not None and w in key_of(value.value)]
        if value is not None and held:
            shown = max(held, key=len)
            message = f"{what}“{value.value[:60]}”中含有栏目名称“{shown}”，可能与相邻栏目粘连；请核对原表"
            yield Finding("names_hold_no_label", "warning", message, "documents", 0, field, "", value.value)
    for goal in form.goals:
        header = _header_of_tasks(key_of(goal.text.value), family)
        if header:
            message = f"目标“{goal.text.value[:30]}……”中含有年度任务的表头“{header}”，任务表可能混入目标；请核对原表"
            yield Finding("names_hold_no_label", "warning", message, "goals", goal.seq, "text", "", header)


def _header_of_tasks(text: str, family: Family) -> str:
    """Return the header of a table of tasks that stands in *text*: the name's column, the contents' and the money's, or ""."""
    like = {kind: [w for w, meaning in family.like.get("tasks", ()) if meaning == kind] for kind in ("name", "amount")}
    for word, kind in family.tasks.items():
        at = text.find(word, 2) if kind == "content" else -1
        behind = text[at + len(word) : at + len(word) + _LONGEST_HEADER]
        if at > 0 and text[:at].endswith(tuple(like["name"])) and any(w in behind for w in like["amount"]):
            return text[max(0, at - _LONGEST_HEADER) : at + len(word) + _LONGEST_HEADER]
    return ""


def layout_is_of_the_year(form: Form, families: Families) -> Iterator[Finding]:
    """The form stands on a layout that its family uses in that year."""
    family = families.known.get(form.family)
    if family is None or family.years is None or form.year is None:
        return
    first, last = family.years
    if not first <= form.year <= last:
        yield Finding(
            "layout_is_of_the_year",
            "warning",
            f"{form.year} 年的表用了 {first}–{last} 年的表式 {family.name}；请核对是否沿用了旧表",
            "documents",
            0,
            "year",
            f"{first}–{last}",
            str(form.year),
        )


Check = Callable[[Form, Families], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    head_is_complete,
    names_hold_no_label,
    layout_is_of_the_year,
    clauses_are_numbered_in_order,
    staff_within_posts,
    parts_add_up,
    income_equals_expenditure,
    half_year_within_full_year,
    targets_share_a_unit,
    projects_stand_among_the_funds,
    targets_can_fail,
    indicators_are_filled_in,
)

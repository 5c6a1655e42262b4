"""What else a form says about characters that were recognised: sums, pairs of targets, and a question for each doubt.

Only confidences and the reasons beside them change here. A value is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.rules.records import Amount, Finding, Form, FundItem, Indicator, Target, Text

SURE_FIGURE = 0.8
"""Below this a figure, a comparator or what stands with them is asked about."""
SURE_TEXT = 0.5
_GIVEN = 1.0
"""Characters that a file gives are this sure; recognised ones never are."""
_TIED = 0.97
_UNTIED = 0.7
_LEAST_PARTS = 2
_LEAST_COLUMN, _MOST_BARE = 6, 0.1
_PERIODS = {"full_year": "全年", "half_year": "半年"}
_NEIGHBOURS = ({"ge", "gt"}, {"le", "lt"}, {"ge", "le"}, {"gt", "lt"}, {"ge", "lt"}, {"le", "gt"})


def weighed(form: Form) -> Form:
    """Return a recognised *form* with its confidences weighed by what should agree, and a finding for each doubt."""
    funds = _footed(form.funds)
    indicators = _signed(tuple(_compared(indicator) for indicator in form.indicators))
    out = replace(form, funds=funds, indicators=indicators)
    return replace(out, findings=(*form.findings, *_questions(out)))


# --- sums ------------------------------------------------------------------------------------------


def _footed(funds: Sequence[FundItem]) -> tuple[FundItem, ...]:
    """Return *funds* surer where parts add up to their whole to the last digit, and less sure where they do not."""
    tied: set[tuple[int, str, str]] = set()
    untied: dict[tuple[int, str, str], str] = {}
    for whole in funds:
        parts = [f for f in funds if f.parent_seq == whole.seq]
        for amount in whole.amounts:
            column = (amount.period, amount.measure)
            found = [(p.seq, a) for p in parts for a in p.amounts if (a.period, a.measure) == column]
            if amount.amount is None or len(found) < _LEAST_PARTS or any(a.amount is None for _, a in found):
                continue
            keys = [(whole.seq, *column), *((seq, *column) for seq, _ in found)]
            if sum((a.amount for _, a in found if a.amount is not None), Decimal(0)) == amount.amount:
                tied.update(keys)
            else:
                untied.update(dict.fromkeys(keys, whole.item.value))
    return tuple(
        replace(item, amounts=tuple(_weighed_amount(item, amount, tied, untied) for amount in item.amounts))
        for item in funds
    )


def _weighed_amount(
    item: FundItem, amount: Amount, tied: set[tuple[int, str, str]], untied: dict[tuple[int, str, str], str]
) -> Amount:
    key = (item.seq, amount.period, amount.measure)
    text = amount.text
    if not text.raw or text.confidence >= _GIVEN:
        return amount
    if key in tied and amount.amount:  # that nothing adds nothing proves no zero
        return replace(amount, text=replace(text, confidence=max(text.confidence, _TIED), doubts=()))
    if key in untied and key not in tied:
        return replace(amount, text=_lowered(text, _UNTIED, f"“{untied[key]}”与其各项合计对不上"))
    return amount


def _lowered(text: Text, confidence: float, doubt: str) -> Text:
    return replace(text, confidence=min(text.confidence, confidence), doubts=tuple(dict.fromkeys((*text.doubts, doubt))))


# --- pairs of targets ---------------------------------------------------------------------------------


def _compared(indicator: Indicator) -> Indicator:
    """Return *indicator* less sure where its targets for two periods point different ways."""
    numbers = [t for t in indicator.targets if t.measure == "target" and t.value.kind == "number"]
    operators = {t.value.operator for t in numbers}
    if len(numbers) != 2 or operators not in _NEIGHBOURS:
        return indicator
    doubt = "两个时期的比较符号不同"
    targets = tuple(
        replace(t, text=_lowered(t.text, _UNTIED, doubt)) if t in numbers and t.text.confidence < _GIVEN else t
        for t in indicator.targets
    )
    return replace(indicator, targets=targets)


def _signed(indicators: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
    """Return *indicators* less sure of targets without a comparator where nearly all of their column have one.

    A sign that was worn off, or corrected with white, leaves no trace but this.
    """
    columns: dict[tuple[str, str], list[bool]] = {}
    for indicator in indicators:
        for target in indicator.targets:
            if target.value.kind == "number":
                columns.setdefault((target.period, target.measure), []).append(_is_bare(target))
    odd = {c for c, bare in columns.items() if len(bare) >= _LEAST_COLUMN and sum(bare) <= max(1, _MOST_BARE * len(bare))}
    if not odd:
        return indicators
    doubt = "同一栏的数值几乎都有比较符号，此处没有"
    return tuple(
        replace(
            indicator,
            targets=tuple(
                replace(t, text=_lowered(t.text, _UNTIED, doubt))
                if (t.period, t.measure) in odd and t.value.kind == "number" and _is_bare(t) and t.text.confidence < _GIVEN
                else t
                for t in indicator.targets
            ),
        )
        for indicator in indicators
    )


def _is_bare(target: Target) -> bool:
    """Tell whether a figure is printed without anything that says which way it points."""
    return target.value.operator == "eq" and target.text.value[:1].isdecimal()


# --- questions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Value:
    table: str
    seq: int
    field: str
    text: Text
    name: str
    figure: bool = False


def _questions(form: Form) -> Iterator[Finding]:
    """Yield a question for each value that is less sure than it must be; a merged cell is asked about once."""
    asked: set[tuple[object, ...]] = set()
    for value in _values(form):
        text = value.text
        if text.confidence >= (SURE_FIGURE if value.figure else SURE_TEXT) or not text.raw:
            continue
        place = (text.place.page, text.place.box, text.raw)
        if place in asked and not value.figure:
            continue
        asked.add(place)
        why = "；".join(text.doubts) or "识别分数低"
        shown = text.value if len(text.value) <= 40 else text.value[:40] + "……"
        yield Finding(
            "doubtful_cell",
            "warning",
            f"第 {text.place.page} 页{value.name}“{shown}”识别把握 {text.confidence:.2f}：{why}；请对照原图",
            value.table,
            value.seq,
            value.field,
            "",
            shown,
        )


def _values(form: Form) -> Iterator[_Value]:
    heads = (
        ("title", form.title, "标题"), ("department", form.department, "单位名称"), ("project", form.project, "项目名称"),
        ("department_code", form.department_code_text, "单位编码"), ("year", form.year_text, "年度"),
        ("money_unit", form.money_unit_text, "金额单位"),
    )  # fmt: skip
    for name, head, what in heads:
        if head is not None:
            yield _Value("documents", 0, name, head, what, name in ("year", "department_code"))
    for field in form.fields:
        yield _Value("fields", field.seq, "value", field.value, f"栏目“{field.label}”")
    for function in form.functions:
        yield _Value("functions", function.seq, "text", function.text, f"职能{function.label}")
    for figure in form.staffing:
        yield _Value("staffing", figure.seq, "value", figure.text, figure.metric, True)
    for item in form.funds:
        yield _Value("funds", item.seq, "item", item.item, "资金项目")
        for amount in item.amounts:
            where = _PERIODS.get(amount.period, "")
            yield _Value("funds", item.seq, "amount", amount.text, f"“{item.item.value}”{where}金额", True)
    for goal in form.goals:
        yield _Value("goals", goal.seq, "text", goal.text, "目标")
    for task in form.tasks:
        for name, text in (("name", task.name), ("content", task.content), ("expected", task.expected)):
            if text is not None:
                yield _Value("tasks", task.seq, name, text, "任务")
        if task.amount_text is not None:
            yield _Value("tasks", task.seq, "amount", task.amount_text, "任务金额", True)
    for indicator in form.indicators:
        yield from _indicator_values(indicator)


def _indicator_values(indicator: Indicator) -> Iterator[_Value]:
    for name in ("level1", "level2", "level3", "key_work", "project", "note", "weight", "score"):
        text: Text | None = getattr(indicator, name)
        if text is not None:
            figure = name in ("weight", "score")
            yield _Value("indicators", indicator.seq, name, text, f"第 {indicator.seq} 行指标", figure)
    for target in indicator.targets:
        where = _PERIODS.get(target.period, "")
        yield _Value("targets", indicator.seq, "value", target.text, f"指标“{indicator.name}”{where}值", _is_figure(target))


def _is_figure(target: Target) -> bool:
    return target.value.kind in ("number", "range", "date") or any(ch.isdecimal() for ch in target.text.raw)

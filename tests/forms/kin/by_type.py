"""项目支出绩效自评表 whose indicators stand under types."""

from __future__ import annotations

from .draft import LABEL, Draft
from .kit import Item, goals_rows
from .paper import WIDTH
from .wordings import ACTUAL, WEIGHT


def by_type(form: Draft) -> None:
    """项目支出绩效自评表 whose indicators stand under types, sign, value and unit apart, points and a standard."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.title("{year}年度项目支出绩效自评表", "{place}{year}年度项目绩效自评表")
    form.document["project"] = project = kit.project()
    form.pairs(
        ("项目名称", project),
        *form.people(),
        form.department("项目主管部门", "主管部门"),
        ("项目实施单位", kit.place + "某中心"),
    )
    budget = rng.randint(1000, 900_000)
    first = paper.rows
    half = (WIDTH - LABEL) // 2
    paper.row(
        (kit.pick("全年预算数（A）", "全年预算数（A）\n（上年结转+年初预算+本年追加）", "预算数"), half),
        (kit.pick("全年执行数（B）", "执行数"), WIDTH - LABEL - half),
        at=LABEL,
    )
    spent = budget * 9 // 10
    paper.row((kit.amount(budget), half), (kit.amount(spent), WIDTH - LABEL - half), at=LABEL)
    label = kit.pick("项目预算执行情况", "预算执行情况", "资金执行情况")
    paper.label(form.labelled(label), first, LABEL)
    for measure, amount in (("budget", budget), ("executed", spent)):
        form.fund(1, label, kit.amount(amount), measure=measure, side="expenditure")
    planned, reached = kit.goal(1), kit.goal(1)
    first = paper.rows
    paper.row(
        (kit.pick("全年绩效目标", "年初绩效目标"), half),
        (kit.pick("全年目标实际完成情况", "全年实际完成情况"), WIDTH - LABEL - half),
        at=LABEL,
    )
    paper.row((planned, half), (reached, WIDTH - LABEL - half), at=LABEL)
    paper.label("当年绩效目标", first, LABEL)
    form.tables["goals"] = goals_rows([("annual", planned), ("annual_actual", reached)])
    items = kit.items(actual=True, weights=True, types=True)
    items = [
        Item(i.level1, "", i.level3, i.target, i.actual, i.weight, "", "达到目标得满分，未达到按比例得分")
        for i in items
    ]

    def sign(item: Item) -> str:
        return "无" if item.target is None or item.target.is_word else item.target.sign

    form.grid(
        items,
        [
            (kit.pick("指标类型", "指标类型", "一级指标"), 3, lambda i: i.level1),
            ("指标名称", 6, lambda i: i.level3),
            (kit.pick("指标性质", "指标方向"), 2, sign),
            (kit.pick("指标值", "目标值"), 2, lambda i: i.target.number if i.target else ""),
            ("计量单位", 2, lambda i: (i.target.unit or "无") if i.target else ""),
            (rng.choice(WEIGHT), 2, lambda i: i.weight),
            (rng.choice(ACTUAL), 2, lambda i: i.actual.number if i.actual else ""),
            (kit.pick("评价标准", "评分标准", "评分办法"), 5, lambda i: i.note),
        ],
    )
    form.keep(items)
    form.section("说明", "请在此处逐一说明完成度较差绩效指标的原因")

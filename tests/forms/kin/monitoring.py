"""绩效运行监控表: what was done by June, and what is likely by the year's end."""

from __future__ import annotations

from .draft import LABEL, Draft, raw_of
from .kit import Item, goals_rows
from .paper import WIDTH, shares


def monitoring(form: Draft) -> None:
    """绩效运行监控表: what was done by June, and what is likely by the year's end."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.title(
        "{year}年度项目支出绩效运行监控表", "{place}项目绩效目标执行监控表", "转移支付区域绩效目标监控表（{year}年度）"
    )
    form.document["project"] = project = kit.project()
    form.pairs(
        (kit.pick("项目名称", "专项名称", "专项资金名称"), project),
        form.department("主管部门", "省级主管部门", "预算单位"),
    )
    first = paper.rows
    columns = [
        (kit.pick("年初预算数", "全年预算数"), "full_year", "budget"),
        ("1-6月执行数", "half_year", "executed"),
        (kit.pick("1-6月执行率", "上半年执行率"), "half_year", "rate"),
        ("全年预计执行数", "full_year", "planned"),
    ]
    widths = shares([1.0] * 4, 14)
    paper.row(("", WIDTH - LABEL - 14), *((c, w) for (c, _, _), w in zip(columns, widths, strict=True)), at=LABEL)
    whole = rng.randint(1000, 900_000)
    names = ["年度资金总额", kit.pick("其中：财政拨款", "其中：本年财政拨款"), "其他资金"]
    for number, (name, total) in enumerate(zip(names, (whole, whole - 500, 500), strict=True)):
        texts = [kit.amount(total), kit.amount(total // 2), f"{rng.randint(20, 70)}%", kit.amount(total)]
        for (_, period, measure), text in zip(columns, texts, strict=True):
            form.fund(
                number + 1,
                name,
                text.rstrip("%"),
                raw=text,
                period=period,
                measure=measure,
                level="2" if number else "1",
                parent=names[0] if number else "",
                unit="" if measure == "rate" else form.money,
            )
        paper.row((name, WIDTH - LABEL - 14), *zip(texts, widths, strict=True), at=LABEL)
    paper.label(form.labelled(kit.pick("预算执行情况", "资金情况", "项目资金")), first, LABEL)
    goal = kit.goal(2)
    form.section(kit.pick("年度总体目标", "年度目标", "总体目标"), goal)
    form.tables["goals"] = goals_rows([("annual", goal)])
    items = [
        Item(
            i.level1,
            i.level2,
            i.level3,
            i.target,
            None,
            "",
            "",
            kit.pick("确定能", "有可能", "不可能"),
            kit.reached(i.target) if i.target else None,
        )
        for i in kit.items()
    ]
    half = kit.pick("1-6月执行情况", "半年度指标执行情况", "上半年完成值")
    form.grid(
        items,
        [
            ("一级指标", 3, lambda i: i.level1),
            ("二级指标", 3, lambda i: i.level2),
            ("三级指标", 5, lambda i: i.level3),
            (kit.pick("年度指标值", "目标值", "全年预期值"), 3, lambda i: raw_of(i.target)),
            (half, 3, lambda i: raw_of(i.other)),
            (kit.pick("完成目标可能性", "完成目标可能性（确定能、有可能、不可能）"), 3, lambda i: i.note),
        ],
        side=kit.pick("绩效指标", ""),
    )
    for item in items:
        form.indicators.append(item)
        seq = len(form.indicators)
        for value, period, measure in ((item.target, "full_year", "target"), (item.other, "half_year", "actual")):
            if value is not None:
                form.targets.append(value.row(seq, period, measure))

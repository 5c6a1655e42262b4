"""部门整体预算绩效目标表 with income beside expenditure, the year's tasks, and one target."""

from __future__ import annotations

from .draft import LABEL, Draft, raw_of
from .kit import goals_rows
from .paper import WIDTH
from .wordings import LEVEL3, TARGET


def department_overall(form: Draft) -> None:
    """部门整体预算绩效目标表 with income beside expenditure, the year's tasks, and one target."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.unit_at = rng.choice(("label", "above", "none"))
    form.title(
        "{year}年市级部门整体预算绩效目标表", "{place}部门整体支出绩效目标申报表", "{year}年{place}部门整体绩效目标表"
    )
    paper.row((kit.pick("部门名称", "单位名称", "填报部门", "部门（单位）名称"), 4), (kit.department, WIDTH - 4))
    form.document["department"] = kit.department
    staff, units = rng.randint(10, 900), rng.randint(1, 30)
    paper.row(("基本信息", LABEL), ("财政供养人员数", 6), (str(staff), 4), ("下属二级单位数", 6), (str(units), 5))
    form.tables["staffing"] = [
        {"seq": "1", "metric": "财政供养人员", "value": str(staff), "unit": ""},
        {"seq": "2", "metric": "下属单位", "value": str(units), "unit": ""},
    ]
    first = paper.rows
    base, projects = rng.randint(100, 999_999), rng.randint(100, 999_999)
    heads = (kit.pick("部门预算支出", "支出构成", "预算支出"), kit.pick("收入来源", "部门预算收入", "资金来源"))
    money = form.labelled(kit.pick("预算金额", "金额", "预算数"))
    paper.row((heads[0], 6), (money, 5), (heads[1], 5), (money, 5), at=LABEL)
    left = (("基本支出", base), ("项目支出", projects))
    right = ((kit.pick("财政拨款", "财政拨款收入"), base + projects), (kit.pick("其他资金", "其他收入", "单位资金"), 0))
    for (a, x), (b, y) in zip(left, right, strict=True):
        paper.row((a, 6), (kit.amount(x), 5), (b, 5), (kit.amount(y), 5), at=LABEL)
    for seq, (side, name, amount, head) in enumerate(
        [*(("expenditure", n, a, heads[0]) for n, a in left), *(("income", n, a, heads[1]) for n, a in right)], 1
    ):
        form.fund(seq, name, kit.amount(amount), side=side, parent=head)
    paper.label(kit.pick("预算整体情况", "年度预算情况", "部门预算情况", "年度资金总体情况"), first, LABEL)
    goal = kit.goal(4)
    form.section(kit.pick("总体绩效目标", "整体绩效目标", "年度总体目标", "部门整体绩效总目标"), goal)
    form.tables["goals"] = goals_rows([("annual", goal)])
    first = paper.rows
    named = kit.pick("名称", "任务名称", "重点工作名称")
    paper.row(
        (named, 4),
        (kit.pick("主要实施内容", "主要内容", "工作举措"), 7),
        (form.labelled(kit.pick("拟投入的资金", "预算金额", "所需经费")), 4),
        (kit.pick("期望达到的目标（概述）", "期望达到的目标", "预期成效", "预期达到的效果"), 6),
        at=LABEL,
    )
    for seq in range(1, rng.randint(2, 5)):
        name, content, expected = kit.project(), kit.goal(1), kit.goal(1)
        amount = kit.amount(rng.randint(100, 90_000))
        paper.row((name, 4), (content, 7), (amount, 4), (expected, 6), at=LABEL)
        form.tables["tasks"].append(
            {
                "seq": str(seq),
                "name": name,
                "content": content,
                "amount": amount,
                "money_unit": form.money,
                "expected": expected,
            }
        )
    paper.label(kit.pick("年度重点工作任务", "年度主要任务", "年度工作任务", "本年度重点任务"), first, LABEL)
    items = kit.items()
    form.grid(
        items,
        [
            ("一级指标", 3, lambda i: i.level1),
            ("二级指标", 4, lambda i: i.level2),
            (rng.choice(LEVEL3[:4]), 8, lambda i: i.level3),
            (rng.choice(TARGET), 5, lambda i: raw_of(i.target)),
        ],
        side=kit.pick("绩效指标", "年度绩效指标"),
    )
    form.keep(items)

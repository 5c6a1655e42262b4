"""Long-term and annual goals, and their indicators, side by side."""

from __future__ import annotations

from .draft import LABEL, Columns, Draft, raw_of
from .kit import Item, goals_rows
from .paper import WIDTH


def midterm(form: Draft) -> None:
    """Long-term and annual goals, and their indicators, side by side."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.title("{year}年项目支出绩效目标表", "{place}专项资金绩效目标表", "项目绩效目标批复表（{year}年度）")
    form.document["project"] = project = kit.project()
    form.pairs(("项目名称", project), form.department("主管部门", "批复单位", "省级业务主管部门", "资金主管部门"))
    first = paper.rows
    whole = rng.randint(100, 90_000)
    far = whole * 3
    long_name, year_name = kit.pick("实施期资金总额", "中期资金总额"), kit.pick("年度资金总额", "资金总额")
    below = kit.pick("其中：财政拨款", "其中：中央补助", "财政拨款")
    for number, (name, other) in enumerate(((long_name, year_name), (below, below))):
        paper.row((name, 5), (kit.amount(far), 5), (other, 5), (kit.amount(whole), 6), at=LABEL)
        for column, (item, amount, period) in enumerate(((name, far, "long_term"), (other, whole, "full_year"))):
            parent = "" if number == 0 else long_name if column == 0 else year_name
            form.fund(
                2 * number + column + 1, item, kit.amount(amount), period=period, level=str(number + 1), parent=parent
            )
    paper.label(form.labelled(kit.pick("项目资金", "资金情况", "资金投入情况")), first, LABEL)
    goals = (kit.goal(3), kit.goal(2))
    labels = rng.choice(
        (
            ("中期目标", "年度目标"),
            ("中期目标（2024年—2026年）", "年度目标"),
            ("实施期目标", "年度目标"),
            ("实施期总目标", "本年度目标"),
            ("长期目标", "年度目标"),
        )
    )
    first = paper.rows
    half = (WIDTH - LABEL) // 2
    paper.row((labels[0], half), (labels[1], WIDTH - LABEL - half), at=LABEL)
    paper.row((goals[0], half), (goals[1], WIDTH - LABEL - half), at=LABEL)
    paper.label(kit.pick("总体目标", "绩效目标"), first, LABEL)
    form.tables["goals"] = goals_rows([("long_term", goals[0]), ("annual", goals[1])])
    items = kit.items()
    if rng.random() < 0.5:
        rows = [Item(i.level1, i.level2, i.level3, i.target, other=i.target) for i in items]
        columns: Columns = [
            ("一级指标", 3, lambda i: i.level1),
            ("二级指标", 3, lambda i: i.level2),
            ("三级指标", 6, lambda i: i.level3),
            (kit.pick("年度目标值", "年度指标值", "当年指标值"), 3, lambda i: raw_of(i.target)),
            (kit.pick("实施周期目标值", "实施期指标值", "中期指标值", "中长期目标值"), 3, lambda i: raw_of(i.other)),
        ]
        form.grid(rows, columns, side=kit.pick("绩效指标", ""))
        form.keep(rows, other="long_term")
        return
    second = [Item(i.level1, i.level2, kit.name(True), kit.value(True)) for i in items]
    said = rng.choice((("（长期）", "（年度）"), ("（实施期）", "（年度）"), ("", "")))
    pairs = dict(zip(map(id, items), second, strict=True))
    columns = [
        ("一级指标", 3, lambda i: i.level1),
        ("二级指标", 3, lambda i: i.level2),
        (f"三级指标{said[0]}", 4, lambda i: i.level3),
        (f"指标值{said[0]}", 3, lambda i: raw_of(i.target)),
        (f"三级指标{said[1]}", 4, lambda i: pairs[id(i)].level3),
        (f"指标值{said[1]}", 3, lambda i: raw_of(pairs[id(i)].target)),
    ]
    form.grid(items, columns, side="绩效指标")
    form.keep(items, "long_term")
    form.keep(second)

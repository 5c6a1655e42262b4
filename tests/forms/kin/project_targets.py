"""项目支出绩效目标申报表: comparator, value, unit and weight each in a column."""

from __future__ import annotations

from .draft import Columns, Draft
from .funds import fund_names, items_down
from .kit import Item, goals_rows
from .wordings import LEVEL3, TARGET, WEIGHT


def project_targets(form: Draft) -> None:
    """项目支出绩效目标申报表: comparator, value, unit and weight each in a column."""
    kit, rng = form.kit, form.rng
    form.title(
        "项目支出绩效目标申报表",
        "{year}年项目支出绩效目标表",
        "{place}财政支出项目绩效目标申报表",
        "{year}年度部门预算项目绩效目标申报表",
    )
    form.document["project"] = project = kit.project()
    pairs = [
        ("项目名称", project),
        form.department("主管部门及代码", "主管部门", "预算单位", "申报单位（盖章）", "主管预算部门"),
        (kit.pick("实施单位", "项目实施单位", "具体执行单位"), kit.place + "某中心"),
        (kit.pick("项目属性", "项目类型", "项目性质"), kit.pick("新增项目", "延续项目")),
    ]
    if rng.random() < 0.6:
        pairs += form.people()
    if rng.random() < 0.5:
        pairs.append((kit.pick("项目起止时间", "实施周期", "项目期"), f"{kit.year}年1月—{kit.year}年12月"))
    form.pairs(*pairs)
    items_down(
        form,
        form.labelled(kit.pick("项目资金", "资金情况", "项目资金申请", "年度资金安排情况")),
        fund_names(kit),
        rich=False,
    )
    goal = kit.goal(rng.randint(1, 4))
    form.section(
        kit.pick("总体目标", "年度目标", "年度绩效目标", "项目绩效目标", "年度总体目标", "年度工作绩效目标"), goal
    )
    form.tables["goals"] = goals_rows([("annual", goal)])
    items = kit.items(weights=True)
    wording = rng.random()
    quality = rng.choice(("定性", "", "无"))

    def sign(item: Item) -> str:
        assert item.target is not None
        return quality if item.target.is_word else item.target.sign

    columns: Columns = [
        ("一级指标", 3, lambda i: i.level1),
        ("二级指标", 3, lambda i: i.level2),
        (rng.choice(LEVEL3), 6, lambda i: i.level3),
        (kit.pick("指标性质", "指标方向", "比较符号", "指标关系", "指标符号"), 2, sign),
        (rng.choice(TARGET[:4]), 2, lambda i: i.target.number if i.target else ""),
        (kit.pick("度量单位", "计量单位", "单位", "指标值单位"), 2, lambda i: i.target.unit if i.target else ""),
    ]
    if wording < 0.8:
        columns.append((rng.choice(WEIGHT), 2, lambda i: i.weight))
    else:
        items = [_without(i) for i in items]
    form.grid(items, columns, side=kit.pick("绩效指标", "年度绩效指标", "绩\n效\n指\n标", ""))
    form.keep(items)


def _without(item: Item) -> Item:
    return Item(item.level1, item.level2, item.level3, item.target, item.actual, "", "", item.note, item.other)

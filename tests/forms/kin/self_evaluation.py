"""项目支出绩效自评表: what was reached beside the target, points and reasons."""

from __future__ import annotations

from decimal import Decimal

from tests.forms.form import plain

from .draft import LABEL, Columns, Draft, raw_of
from .funds import fund_names, items_down
from .kit import goals_rows
from .paper import WIDTH
from .wordings import ACTUAL, LEVEL3, NOTE, SCORE, TARGET, WEIGHT


def self_evaluation(form: Draft) -> None:
    """项目支出绩效自评表: what was reached beside the target, points and reasons."""
    kit, rng = form.kit, form.rng
    form.title(
        "项目支出绩效自评表",
        "{year}年度项目支出绩效自评表",
        "{place}{year}年度部门预算项目支出绩效自评表",
        "项目绩效目标自评表",
    )
    form.document["project"] = project = kit.project()
    pairs = [
        ("项目名称", project),
        form.department("主管部门", "市级主管部门", "预算部门", "主管部门及编码"),
        (kit.pick("实施单位", "项目实施单位", "资金使用单位"), kit.place + "某中心"),
    ]
    if rng.random() < 0.5:
        pairs += form.people()
    form.pairs(*pairs)
    items_down(
        form,
        form.labelled(kit.pick("项目资金", "预算执行情况", "项目预算执行情况", "资金执行情况")),
        fund_names(kit),
        rich=True,
    )
    planned, reached = kit.goal(2), kit.goal(2)
    first = form.paper.rows
    half = (WIDTH - LABEL) // 2
    left, right = rng.choice(
        (
            ("预期目标", "实际完成情况"),
            ("年初设定目标", "全年实际完成情况"),
            ("全年绩效目标", "全年目标实际完成情况"),
            ("预期绩效目标", "目标完成情况"),
        )
    )
    form.paper.row((left, half), (right, WIDTH - LABEL - half), at=LABEL)
    form.paper.row((planned, half), (reached, WIDTH - LABEL - half), at=LABEL)
    form.paper.label(kit.pick("年度总体目标", "年度绩效目标", "总体目标", "年度总体目标完成情况"), first, LABEL)
    form.tables["goals"] = goals_rows([("annual", planned), ("annual_actual", reached)])
    items = kit.items(actual=True, weights=True)
    columns: Columns = [
        ("一级指标", 3, lambda i: i.level1),
        ("二级指标", 3, lambda i: i.level2),
        (rng.choice(LEVEL3), 5, lambda i: i.level3),
    ]
    values: Columns = [
        (rng.choice(TARGET), 2.5, lambda i: raw_of(i.target)),
        (rng.choice(ACTUAL), 2.5, lambda i: raw_of(i.actual)),
        (rng.choice(WEIGHT), 1.5, lambda i: i.weight),
        (rng.choice(SCORE), 1.5, lambda i: i.score),
    ]
    if rng.random() < 0.3:
        values = [values[2], *values[:2], values[3]]
    columns += [*values, (rng.choice(NOTE), 4, lambda i: i.note)]
    form.grid(items, columns, side=kit.pick("绩效指标", "绩效指标（90分）", ""))
    form.keep(items)
    total = plain(sum((Decimal(i.score) for i in items), Decimal(0)))
    form.paper.row((kit.pick("总分", "合计"), 16), (str(rng.randint(80, 100)), 4), (total, 4))
    if rng.random() < 0.5:
        form.section("其他需说明的问题", "无")

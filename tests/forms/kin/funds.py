"""Funds with a row an item, as most families print them."""

from __future__ import annotations

from collections.abc import Sequence

from .draft import LABEL, Draft
from .kit import Kit
from .paper import WIDTH, shares


def items_down(form: Draft, label: str, names: Sequence[str], *, rich: bool) -> None:
    """Lay funds with a row an item; *rich* has columns from the budget to the score."""
    kit, rng, paper = form.kit, form.rng, form.paper
    first = paper.rows
    whole = rng.randint(100, 900_000)
    parts = [whole] if len(names) == 2 else [whole - whole // 4, whole // 4]
    parts += [0] * (len(names) - 1 - len(parts))
    totals = [whole, *parts]
    if rich:
        initial = kit.pick("年初预算数", "年初预算", "年初批复预算数")
        columns = [
            (initial, "initial_budget"),
            (kit.pick("全年预算数", "全年预算数（A）", "预算数（A）"), "budget"),
            (kit.pick("全年执行数", "全年执行数（B）", "预算执行数", "实际支出数"), "executed"),
            (kit.pick("分值", "权重"), "weight"),
            (kit.pick("执行率", "执行率（B/A）", "预算执行率"), "rate"),
            (kit.pick("得分", "自评得分"), "score"),
        ]
        if rng.random() < 0.4:
            columns = columns[1:]
    else:
        columns = [(kit.pick("预算金额", "年度预算数", "预算数", "申请金额", "资金安排数"), "budget")]
    widths = shares([1.0] * len(columns), 14 if rich else 8)
    name_width = WIDTH - LABEL - sum(widths)
    if rich or rng.random() < 0.5:
        paper.row(
            (kit.pick("", "资金类别", "资金性质"), name_width),
            *((c, w) for (c, _), w in zip(columns, widths, strict=True)),
            at=LABEL,
        )
    top = names[0]
    for number, (name, total) in enumerate(zip(names, totals, strict=True)):
        spent = total * rng.randint(60, 100) // 100
        said: list[str] = []
        parent = top.rstrip("：") if number else ""
        for _, measure in columns:
            shown = {"initial_budget": total, "budget": total, "executed": spent}.get(measure)
            if shown is not None:
                text = kit.amount(shown)
            elif number:
                text = rng.choice(("—", "-", ""))
            else:
                text = {"weight": "10", "rate": f"{rng.randint(60, 100)}%", "score": str(rng.randint(5, 10))}[measure]
            said.append(text)
            money = measure in ("initial_budget", "budget", "executed")
            amount = text.rstrip("%") if text[:1].isdigit() else ""
            form.fund(
                number + 1,
                name.rstrip("："),
                amount,
                measure=measure,
                raw=text,
                level="2" if number else "1",
                parent=parent,
                unit=form.money if money else "",
            )
        paper.row((name, name_width), *zip(said, widths, strict=True), at=LABEL)
    paper.label(label, first, LABEL)


def fund_names(kit: Kit) -> list[str]:
    top = kit.pick("资金总额", "年度资金总额", "项目资金总额", "资金总额：")
    first = kit.pick("其中：财政拨款", "其中：当年财政拨款", "财政拨款", "其中:本年财政拨款")
    return [top, first, *kit.rng.choice(((), ("其他资金",), ("上年结转资金", "其他资金"), ("自有资金",)))]

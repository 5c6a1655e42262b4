"""Two years of one department, made by hand, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jixiao.normalize.targets import read_target
from jixiao.rules.compare.change import Change
from jixiao.rules.compare.concordance import Concordance
from jixiao.rules.compare.forms import compare_forms
from jixiao.rules.records import Form, FundItem, Indicator, Target

from .by_hand import BARE, FULL_YEAR, HALF_YEAR, amount, text

OLD = replace(BARE, document_id="a" * 16, year=2024, money_unit="万元")
NEW = replace(BARE, document_id="b" * 16, year=2025, money_unit="万元")


def item(
    seq: int, name: str, full: str | None, half: str | None = None, unit: str = "万元", top: int | None = 1
) -> FundItem:
    amounts = [amount(full, FULL_YEAR, unit)] + ([] if half is None else [amount(half, HALF_YEAR, unit)])
    if unit == "元":
        amounts = [replace(one, amount_yuan=one.amount) for one in amounts]
    parent = None if seq == 1 else top
    return FundItem(
        seq,
        "expenditure",
        text(name),
        1 if parent is None else 2,
        parent,
        "项目支出" if parent else "",
        tuple(amounts),
    )


def indicator(
    seq: int, name: str, full: str = "≥95%", level2: str = "质量指标", project: str = "", **cells: str
) -> Indicator:
    return Indicator(
        seq,
        text("产出指标"),
        text(level2),
        text(name),
        project=text(project) if project else None,
        targets=(Target("full_year", "target", text(full), read_target(full)),) if full else (),
        **{key: text(value) for key, value in cells.items()},
    )


def compared(old: Form, new: Form, known: Concordance | None = None) -> list[Change]:
    return list(compare_forms(old, new, known))


def kinds(changes: Iterable[Change]) -> list[tuple[str, str, str]]:
    return [(one.table, one.kind, one.direction) for one in changes]

"""Forms made by hand, with something in every table and something awkward in most."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from jixiao.normalize.values import TargetValue
from jixiao.rules.records import (
    Amount,
    Field,
    Finding,
    Form,
    Function,
    FundItem,
    Goal,
    Indicator,
    Ledger,
    Place,
    StaffFigure,
    Target,
    Task,
    Text,
    Unread,
)


def printed(value: str, raw: str | None = None, line: int = 1, **more: object) -> Text:
    """Return a text printed on *line* of a text file."""
    return replace(Text(value, value if raw is None else raw, Place(1, line, line)), **more)


def money(period: str, measure: str, amount: str) -> Amount:
    number = Decimal(amount)
    return Amount(period, measure, number, "万元", number * 10000, printed(amount, line=7))


def target(raw: str, value: TargetValue, period: str = "full_year", measure: str = "target") -> Target:
    return Target(period, measure, printed(raw, line=20), value)


DEPARTMENT = Text("某市科技局", "某市\n科技局", Place(2, 0, 0, (72.0, 100.126, 300.5, 120.0)), ("wrap",), 0.8)

FULL = Form(
    document_id="0123456789abcdef",
    source="甲/表,一.txt",
    sha256="0123456789abcdef" * 4,
    media="text",
    pages=2,
    family="general",
    family_reason="标题不属于任何表式",
    title=printed("部门整体预算绩效目标表"),
    department=DEPARTMENT,
    year=2025,
    money_unit="万元",
    fields=(
        Field(1, "实施单位", printed("局本级", line=3)),
        Field(2, "联系人", printed("王某", line=4), personal=True),
    ),
    functions=(Function(1, "（1）", printed('拟订"规划",\n并组织实施', line=5)),),
    staffing=(StaffFigure(1, "", "行政编制", Decimal("39"), "名", printed("行政编制为39名", line=6)),),
    funds=(
        FundItem(
            1,
            "expenditure",
            printed("项目支出", line=7),
            1,
            None,
            "",
            (money("half_year", "planned", "0"), money("full_year", "budget", "566.180")),
        ),
        FundItem(2, "expenditure", printed("甲项目", line=8), 2, 1, "项目支出", ()),
        FundItem(
            3, "income", printed("资金总额", line=9), 1, None, "", (money("full_year", "budget", "1E+3"),)
        ),
    ),
    goals=(Goal(1, "annual", printed("做好\r工作", line=10)),),
    tasks=(
        Task(1, printed("任务一"), None, Decimal("1.5"), "万元", printed("完成"), printed("1.5")),
        Task(2, None, printed("内容"), None, "", None),
    ),
    indicators=(
        Indicator(
            1,
            printed("产出指标", line=20),
            printed("数量指标", line=20),
            printed("办理件数", line=20, confidence=0.85),
            printed("重点工作", line=20),
            printed("甲项目", line=20),
            2,
            printed("10"),
            printed("评分标准：按比例"),
            printed("9.5"),
            (
                target("≥1,200个", TargetValue("number", "ge", Decimal("1200"), None, "个", ("comparator",))),
                target("=100%", TargetValue("number", "eq", Decimal("100"), None, "%"), "half_year"),
                target("100%", TargetValue("number", "eq", Decimal("100"), None, "%"), measure="actual"),
            ),
        ),
        Indicator(
            2,
            printed("产出指标", line=21),
            printed("数量指标", line=20),
            printed("次数", line=21),
            targets=(
                target("1–2次", TargetValue("range", "between", Decimal("1"), Decimal("2"), "次")),
                target("健全", TargetValue("quality"), "half_year"),
            ),
        ),
        Indicator(
            3,
            printed("效益指标", line=22),
            None,
            printed("完成时间", line=22),
            targets=(target("2025年12月底前", TargetValue("date", "le", date(2025, 12, 31))),),
        ),
        Indicator(4, printed("满意度指标", line=23), None, None),
    ),
    findings=(
        Finding("projects_add_up", "warning", "项目合计与项目支出不符", "funds", 1, "amount", "60", "54"),
        Finding("names_a_person", "info", "联系人一栏", "fields", 2, "value"),
        Finding("no_family", "info", "没有专用表式"),
    ),
    unread=(Unread(1, 30, "页脚"),),
    ledger=Ledger(100, 60, 20, 18, 2),
    status="review",
)

BARE = Form("fedcba9876543210", "空.txt", "fedcba9876543210" * 4, "text", 1, "general")
"""A form in which nothing was found but itself."""

BROKEN_TEXT = replace(BARE, document_id="fedcba9876543210-2", title=Text("甲\x00乙\ud800", "甲\x00乙\ud800"))
"""A title with what breaks sinks: NUL and a lone surrogate."""

FORMS = (FULL, BARE, BROKEN_TEXT)

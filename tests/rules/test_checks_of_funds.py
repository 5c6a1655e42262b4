"""The sums, the two sides and the half-years of the money."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jixiao.rules import checks
from jixiao.rules.records import Finding, FundItem

from .by_hand import BARE, amount, findings, fund


def parts(total: str | None, *printed: str | None) -> list[Finding]:
    top = fund(1, "项目支出", total)
    below = (fund(n, f"专项{n}", part, under=top) for n, part in enumerate(printed, 2))
    return findings(checks.parts_add_up, replace(BARE, funds=(top, *below)))


@pytest.mark.parametrize(
    ("total", "printed"),
    [
        ("60", ("16", "44")),
        ("60.00", ("16", "44.0")),
        ("0", ("0", "0")),
        ("566.18", ("19.53", "18.28", "190", "50", "7.32", "15.3", "70.85", "140", "12.7", "36", "6.2")),
        ("10", ("3.3", "3.3", "3.3")),  # each may hide 0.05
        ("10.0", ("3.3", "3.3", "3.3")),
        ("100.00", ("33.33", "33.33", "33.33")),
        ("1,234.5", ("1,000", "234.5")),
        ("7", ("7",)),
        (None, ("16", "44")),
        ("60", (None, None)),
        ("60", ("16", None)),
    ],
)
def test_true_sums_are_not_reported(total: str | None, printed: tuple[str | None, ...]) -> None:
    assert parts(total, *printed) == []


@pytest.mark.parametrize(
    ("total", "printed", "summed"),
    [
        ("54", ("16", "44"), "60"),
        ("60", ("16", "43"), "59"),  # whole numbers hide nothing
        ("10.01", ("3.33", "3.33", "3.32"), "9.98"),
        ("100", ("33.3", "33.3", "33.2"), "99.8"),
        ("0", ("0.1", "0.2"), "0.3"),
        ("7", ("7.05",), "7.05"),  # of one part nothing was rounded in adding
        ("54", ("16", "40", None), "56"),
    ],
)
def test_a_sum_is_reported_beyond_what_the_printed_decimals_hide(
    total: str, printed: tuple[str | None, ...], summed: str
) -> None:
    (finding,) = parts(total, *printed)
    assert (finding.rule, finding.severity) == ("parts_add_up", "error")
    assert (finding.table, finding.row_seq, finding.field) == ("funds", 1, "amount")
    assert (finding.expected, finding.actual) == (summed, total)
    assert "项目支出" in finding.message


def test_blank_parts_are_mentioned_beside_a_false_sum() -> None:
    (finding,) = parts("54", "16", "40", None)
    assert "另有 1 项空白" in finding.message


def test_each_period_is_added_up_by_itself() -> None:
    top = fund(1, "项目支出", "12", "54")
    form = replace(BARE, funds=(top, fund(2, "甲", "5", "16", under=top), fund(3, "乙", "7", "44", under=top)))
    (finding,) = findings(checks.parts_add_up, form)
    assert (finding.expected, finding.actual) == ("60", "54")
    assert "半年计划执行数" in finding.message


def test_shares_are_no_sums() -> None:
    """A 自评表 prints 执行率 and 得分 beside the money: the rates of the parts do not add up to the whole's."""
    rates = [replace(amount(printed, unit=""), measure="rate") for printed in ("97", "97.46", "92.5")]
    top, *below = (fund(n, f"资金{n}", money) for n, money in enumerate(("30", "16", "14"), 1))
    items = [replace(item, parent_seq=None if item is top else 1) for item in (top, *below)]
    with_rates = tuple(replace(i, amounts=(*i.amounts, r)) for i, r in zip(items, rates, strict=True))
    assert findings(checks.parts_add_up, replace(BARE, funds=with_rates)) == []


def test_each_level_is_added_up_by_itself() -> None:
    top = fund(1, "资金总额", "10", side="income")
    middle = fund(2, "财政拨款", "9", side="income", under=top)
    form = replace(
        BARE,
        funds=(
            top,
            middle,
            fund(3, "一般公共预算资金", "8", side="income", under=middle),
            fund(4, "政府性基金", "0", side="income", under=middle),
            fund(5, "其他资金", "1", side="income", under=top),
        ),
    )
    assert [(f.row_seq, f.expected, f.actual) for f in findings(checks.parts_add_up, form)] == [(2, "8", "9")]


@pytest.mark.parametrize(("of_which", "asked"), [("80", False), ("100", False), ("120", True)])
def test_a_lone_part_of_which_is_no_sum_but_never_more_than_the_whole(of_which: str, asked: bool) -> None:
    whole = fund(1, "年度资金总额", "100")
    form = replace(BARE, funds=(whole, fund(2, "其中：财政拨款", of_which, under=whole)))
    assert bool(findings(checks.parts_add_up, form)) == asked


def balance(income: str, *spent: str) -> list[Finding]:
    funds = [fund(1, "资金总额", income, side="income")]
    funds += [fund(n, f"支出{n}", amount) for n, amount in enumerate(spent, 2)]
    return findings(checks.income_equals_expenditure, replace(BARE, funds=tuple(funds)))


@pytest.mark.parametrize(
    ("income", "spent"), [("2270.33", ("1704.15", "566.18")), ("10", ("3.33", "6.67")), ("7", ("6",))]
)
def test_equal_sides_are_not_reported(income: str, spent: tuple[str, ...]) -> None:
    assert balance(income, *spent) == []


def test_unequal_sides_are_an_error() -> None:
    (finding,) = balance("2270.33", "1704.15", "560")
    assert (finding.severity, finding.table, finding.row_seq) == ("error", "funds", 1)
    assert (finding.expected, finding.actual) == ("2264.15", "2270.33")
    assert "6.18" in finding.message


def test_a_side_that_is_partly_blank_says_nothing_of_balance() -> None:
    form = replace(
        BARE, funds=(fund(1, "资金总额", "9", side="income"), fund(2, "基本支出", "8"), fund(3, "项目支出", None))
    )
    assert findings(checks.income_equals_expenditure, form) == []


@pytest.mark.parametrize(("half", "full"), [("54", "566.18"), ("5", "5"), (None, "5"), ("5", None), ("-1", "-2")])
def test_half_a_year_within_the_year_is_not_reported(half: str | None, full: str | None) -> None:
    form = replace(BARE, funds=(fund(1, "项目支出", full, half),))
    assert findings(checks.half_year_within_full_year, form) == []


def test_the_rate_of_half_a_year_is_no_money_to_compare() -> None:
    other = fund(1, "其他资金", "5", "2.5")
    other = replace(other, amounts=(*other.amounts, amount("21", ("half_year", "rate"), "")))
    assert findings(checks.half_year_within_full_year, replace(BARE, funds=(other,))) == []


def test_more_for_half_a_year_than_for_the_year_is_reported() -> None:
    form = replace(BARE, funds=(fund(1, "项目支出", "54", "566.18"),))
    (finding,) = findings(checks.half_year_within_full_year, form)
    assert (finding.severity, finding.table, finding.row_seq) == ("warning", "funds", 1)
    assert (finding.expected, finding.actual) == ("54", "566.18")


@pytest.mark.parametrize(("last", "asked"), [("100", False), ("90", True)])
def test_a_whole_beside_its_parts_is_not_counted_with_them(last: str, asked: bool) -> None:
    income = [fund(n, f"收入{n}", amount, side="income") for n, amount in enumerate(("1860.5", "1760.5", last), 1)]
    spent = [fund(4, "基本支出", "860.5"), fund(5, "项目支出", "1000")]
    assert bool(findings(checks.income_equals_expenditure, replace(BARE, funds=(*income, *spent)))) == asked


def side_by_side(side: str, *printed: tuple[str, str]) -> list[FundItem]:
    return [fund(n + (10 if side == "income" else 20), *one, side=side) for n, one in enumerate(printed)]


def asked(*funds: FundItem) -> list[tuple[str, str, str]]:
    form = replace(BARE, funds=funds)
    found = findings(checks.parts_add_up, form) + findings(checks.income_equals_expenditure, form)
    return [(one.rule, one.expected, one.actual) for one in found]


SPENT = [("基本支出", "400"), ("项目支出", "600")]


def test_a_total_beside_its_parts_is_named_with_what_they_come_to() -> None:
    income = side_by_side("income", ("总额", "1000"), ("财政拨款", "900"), ("其他资金", "200"))
    assert asked(*income, *side_by_side("expenditure", *SPENT)) == [("parts_add_up", "1100", "1000")]
    (finding,) = findings(checks.parts_add_up, replace(BARE, funds=tuple(income)))
    assert finding.message.startswith("“总额”全年预算数印为 1000，同列的 2 项合计为 1100，相差 100")


def test_two_printed_totals_are_compared_and_not_what_their_parts_come_to() -> None:
    income = side_by_side("income", ("合计", "1000"), ("拨款", "700"), ("其他", "350"))
    spent = side_by_side("expenditure", ("合计", "1000"), ("基本支出", "300"), ("项目支出", "800"))
    assert asked(*income, *spent) == [("parts_add_up", "1050", "1000"), ("parts_add_up", "1100", "1000")]


@pytest.mark.parametrize(
    "parts",
    [
        [("拨款", "900"), ("其他", "100")],
        [("拨款", "900"), ("其中：专项", "300"), ("其他", "100")],  # 其中 is a part of a part
        [("本级", "900"), ("基本", "500"), ("项目", "400"), ("下级", "100")],  # so is what a part is the sum of
    ],
)
def test_a_total_that_its_parts_come_to_is_not_asked_about(parts: list[tuple[str, str]]) -> None:
    assert asked(*side_by_side("income", ("收入合计", "1000"), *parts), *side_by_side("expenditure", *SPENT)) == []


def test_a_part_as_great_as_the_others_together_is_no_total() -> None:
    income = side_by_side("income", ("财政拨款", "900"), ("其他", "100"))
    spent = side_by_side("expenditure", ("基本支出", "400"), ("项目支出", "500"), ("其他", "100"))
    assert asked(*income, *spent) == []
    (one,) = asked(*income, *spent[:2])
    assert one == ("income_equals_expenditure", "900", "1000")


def test_of_several_ways_to_add_up_the_nearest_is_told() -> None:
    """A bond's form prints 项目总投资 beside 合计 and its parts."""
    spent = side_by_side("expenditure", ("合计", "960"), ("项目总投资", "960"), ("资本金", "560"), ("银行融资", "410"))
    (finding,) = findings(checks.parts_add_up, replace(BARE, funds=tuple(spent)))
    assert "同列的 2 项合计为 970，相差 10" in finding.message
    assert (finding.expected, finding.actual) == ("970", "960")

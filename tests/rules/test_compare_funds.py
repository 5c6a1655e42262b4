"""What is said of the money of two years."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jixiao.deliver.changes import message_of
from jixiao.rules.compare.concordance import Line, concordance_of
from jixiao.rules.compare.funds import totals_of
from jixiao.rules.records import Form, FundItem

from .by_hand import amount, text
from .two_years import NEW, OLD, compared, indicator, item, kinds


def with_funds(*items: FundItem, unit: str = "万元") -> tuple[Form, Form]:
    return replace(OLD, funds=items), replace(NEW, funds=items, money_unit=unit)


def test_an_amount_has_its_difference_share_and_pace() -> None:
    old = replace(
        OLD,
        funds=(
            item(1, "项目支出", "200", "100"),
            item(2, "甲项目", "50", "20"),
            item(3, "乙项目", "150", "80"),
        ),
    )
    new = replace(
        NEW,
        funds=(
            item(1, "项目支出", "200", "100"),
            item(2, "甲项目", "80", "20"),
            item(3, "乙项目", "120", "80"),
        ),
    )
    changes = compared(old, new)
    assert kinds(changes) == [("funds", "amount_changed", "up"), ("funds", "amount_changed", "down")]
    first = changes[0]
    assert (first.difference, first.percent) == (Decimal(30), Decimal(60))
    assert (first.old_share, first.new_share) == (Decimal(25), Decimal(40))
    assert (first.old_pace, first.new_pace) == (Decimal(40), Decimal(25))


def test_ten_thousands_turned_into_yuan_are_no_change_of_amount() -> None:
    old = replace(OLD, funds=(item(1, "项目支出", "12.5"),))
    new = replace(NEW, funds=(item(1, "项目支出", "125000", unit="元"),), money_unit="元")
    assert kinds(compared(old, new)) == [("documents", "unit_changed", "")]
    more = replace(new, funds=(item(1, "项目支出", "130000", unit="元"),))
    change = compared(old, more)[1]
    assert (change.kind, change.difference, change.percent) == ("amount_changed", Decimal(5000), Decimal(4))


def test_an_amount_without_a_unit_is_not_compared() -> None:
    old = replace(OLD, funds=(item(1, "项目支出", "12.5"),))
    new = replace(NEW, funds=(item(1, "项目支出", "13", unit=""),), money_unit="")
    assert all(one.uncertain and not one.direction for one in compared(old, new))


def test_a_score_is_not_compared_and_a_rate_is() -> None:
    columns = [("full_year", measure) for measure in ("budget", "rate", "score")]

    def form(base: Form, *printed: str) -> Form:
        amounts = tuple(amount(raw, column) for raw, column in zip(printed, columns, strict=True))
        return replace(base, funds=(replace(item(1, "年度资金总额", "5"), amounts=amounts),))

    changes = compared(form(OLD, "5", "99", "9.9"), form(NEW, "5", "100", "10"))
    assert [one.measure for one in changes] == ["rate"]
    assert message_of(changes[0]).startswith("资金项“年度资金总额”全年执行率由 99 改为 100")


def test_blank_and_zero_are_two_things() -> None:
    old, new = with_funds(item(1, "项目支出", "5"))
    blank, zero = (
        replace(old, funds=(item(1, "项目支出", None),)),
        replace(new, funds=(item(1, "项目支出", "0"),)),
    )
    (change,) = compared(blank, zero)
    assert (change.old, change.new, change.difference, change.direction) == ("", "0", None, "")


def test_a_project_under_another_parent_is_moved_and_one_in_parts_is_split() -> None:
    old = replace(
        OLD,
        funds=(
            item(1, "项目支出", "100"),
            item(2, "运转类", "60"),
            item(3, "信息系统运维费", "10", top=2),
            item(4, "园区建设工程", "40"),
        ),
    )
    new = replace(
        NEW,
        funds=(
            item(1, "项目支出", "100"),
            item(2, "运转类", "60"),
            item(3, "信息系统运维费", "10", top=1),
            item(4, "园区建设工程（一期）", "30"),
            item(5, "园区建设工程（二期）", "10"),
        ),
    )
    assert kinds(compared(old, new)) == [
        ("funds", "moved", ""),
        ("funds", "split", ""),
        ("funds", "split", ""),
    ]
    assert not any(one.uncertain for one in compared(old, new))
    assert kinds(compared(new, old)) == [
        ("funds", "moved", ""),
        ("funds", "merged", ""),
        ("funds", "merged", ""),
    ]


def test_the_project_of_a_row_whose_project_was_split_is_not_another() -> None:
    rows = tuple(indicator(seq, name, project="垃圾分类及转运") for seq, name in ((1, "分类亭座数"), (2, "清运量")))
    old = replace(OLD, funds=(item(1, "项目支出", "50"), item(2, "垃圾分类及转运", "50")), indicators=rows)
    new = replace(
        NEW,
        funds=(item(1, "项目支出", "50"), item(2, "垃圾分类", "20"), item(3, "垃圾转运", "30")),
        indicators=(replace(rows[0], project=text("垃圾分类")), replace(rows[1], project=text("垃圾转运"))),
    )
    assert kinds(compared(old, new)) == [("funds", "split", ""), ("funds", "split", "")]
    assert kinds(compared(new, old)) == [("funds", "merged", ""), ("funds", "merged", "")]


def test_a_project_of_two_things_that_was_renamed_is_not_taken_for_parts() -> None:
    old = replace(
        OLD,
        funds=(
            item(1, "项目支出", "90"),
            item(2, "巡查及信访件办理专项", "40"),
            item(3, "信访件办理及示范点专项", "50"),
        ),
    )
    new = replace(
        NEW,
        funds=(
            item(1, "项目支出", "90"),
            item(2, "巡查及信访件办理专项经费", "40"),
            item(3, "信访件办理及示范点专项经费", "50"),
        ),
    )
    assert [(one.kind, one.old_seq, one.new_seq) for one in compared(old, new)] == [
        ("renamed", 2, 2),
        ("renamed", 3, 3),
    ]


def test_another_project_on_a_like_subject_is_a_threshold_case() -> None:
    old = replace(OLD, funds=(item(1, "项目支出", "40"), item(2, "口袋公园奖补资金", "40")))
    new = replace(NEW, funds=(item(1, "项目支出", "90"), item(2, "雨污管网改造及口袋公园专项", "90")))
    changes = compared(old, new)
    assert {(one.kind, one.uncertain) for one in changes if one.new_seq == 2} == {
        ("renamed", True),
        ("amount_changed", True),
    }
    assert [one.uncertain for one in changes] == sorted((one.uncertain for one in changes), reverse=True)


def test_parts_that_do_not_add_up_are_uncertain() -> None:
    old = replace(OLD, funds=(item(1, "项目支出", "100"), item(2, "园区建设工程", "40")))
    new = replace(
        NEW,
        funds=(
            item(1, "项目支出", "100"),
            item(2, "园区建设工程（一期）", "30"),
            item(3, "园区建设工程（二期）", "90"),
        ),
    )
    assert [(one.kind, one.uncertain) for one in compared(old, new)] == [("split", True), ("split", True)]


def test_a_total_row_is_the_total_and_not_counted_twice() -> None:
    rows = (item(1, "合计", "100"), item(2, "基本支出", "60", top=None), item(3, "项目支出", "40", top=None))
    assert totals_of(replace(OLD, funds=rows)) == {
        ("expenditure", "full_year", "budget"): (Decimal(100), "万元")
    }


def test_a_total_that_its_parts_do_not_come_to_is_the_total_still() -> None:
    rows = (item(1, "合计", "100"), item(2, "基本支出", "60", top=None), item(3, "项目支出", "45", top=None))
    assert totals_of(replace(OLD, funds=rows)) == {("expenditure", "full_year", "budget"): (Decimal(100), "万元")}


def test_the_other_side_says_whether_the_greatest_part_is_the_total() -> None:
    spent = (item(1, "基本支出", "40"), item(2, "项目支出", "50", top=None), item(3, "其他", "10", top=None))
    income = replace(item(4, "财政拨款", "100", top=None), side="income")
    assert totals_of(replace(OLD, funds=(*spent, income)))["expenditure", "full_year", "budget"] == (Decimal(100), "万元")


def test_a_total_above_its_parts_and_one_beside_them_are_two_layouts_of_one_thing() -> None:
    above = (item(1, "年度资金总额（万元）", "100"), item(2, "其中：财政拨款", "60"), item(3, "其他资金", "40"))
    beside = (item(1, "总额", "100"), item(2, "财政拨款", "60", top=None), item(3, "其他资金", "40", top=None))
    for old, new in ((above, beside), (beside, above)):
        assert compared(replace(OLD, funds=old), replace(NEW, funds=new)) == []


def test_a_reviewer_may_say_that_two_totals_are_two_things() -> None:
    old, new = (replace(form, funds=(item(1, name, "100"),)) for form, name in ((OLD, "总额"), (NEW, "年度资金总额")))
    assert compared(old, new) == []
    known = concordance_of([Line("总额", "年度资金总额", "no")])
    assert {one.kind for one in compared(old, new, known)} == {"dropped", "added"}


def test_a_missing_unit_is_said_once_where_the_figures_are_the_same() -> None:
    old = replace(OLD, funds=(item(1, "项目支出", "12.5"), item(2, "甲项目", "5")))
    new = replace(NEW, funds=(item(1, "项目支出", "12.5", unit=""), item(2, "甲项目", "5", unit="")), money_unit="")
    assert [(one.table, one.kind, one.uncertain) for one in compared(old, new)] == [("documents", "unit_changed", True)]

"""What is said of two forms of one department, table by table."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from jixiao.deliver.changes import draft_concordance, message_of, report_of
from jixiao.normalize.targets import read_target
from jixiao.rules.checks import check_form
from jixiao.rules.compare import align
from jixiao.rules.compare.change import Change
from jixiao.rules.compare.concordance import Concordance, ConcordanceError, parse_concordance
from jixiao.rules.compare.departments import FormPair, pair_forms
from jixiao.rules.compare.forms import compare_forms
from jixiao.rules.compare.funds import totals_of
from jixiao.rules.families import load_families
from jixiao.rules.records import Finding, Form, Function, FundItem, Goal, Indicator, StaffFigure, Target, Task

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


def with_funds(*items: FundItem, unit: str = "万元") -> tuple[Form, Form]:
    return replace(OLD, funds=items), replace(NEW, funds=items, money_unit=unit)


# --- funds ---------------------------------------------------------------------------------------


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


def test_a_task_of_two_things_that_share_a_word_is_split() -> None:
    tasks = (
        Task(1, text("村医补助及培训"), None, Decimal("415.2"), "万元", None),
        Task(2, text("县医院迁建"), None, Decimal(5000), "万元", None),
    )
    parts = (
        Task(1, text("村医补助"), None, Decimal(380), "万元", None),
        Task(2, text("村医培训"), None, Decimal("35.2"), "万元", None),
    )
    changes = compared(replace(OLD, tasks=tasks), replace(NEW, tasks=parts))
    assert [(one.kind, one.new_name, one.old, one.uncertain) for one in changes] == [
        ("split", "村医补助", "415.2", False),
        ("split", "村医培训", "415.2", False),
        ("dropped", "", "5000", False),
    ]


def test_a_department_that_became_another_kind_of_body_is_no_threshold_case() -> None:
    (change,) = compared(
        replace(OLD, department=text("临溪县卫生健康局")),
        replace(NEW, department=text("临溪县卫生健康委员会")),
    )
    assert (change.kind, change.uncertain) == ("renamed", False)
    (other,) = compared(
        replace(OLD, department=text("临溪县水务局")), replace(NEW, department=text("临溪县林业局"))
    )
    assert other.uncertain


def test_a_deadline_is_earlier_by_days() -> None:
    old = replace(OLD, indicators=(indicator(1, "发放时间", "2024年12月底前"),))
    new = replace(NEW, indicators=(indicator(1, "发放时间", "2025年10月底前"),))
    (change,) = compared(old, new)
    assert (change.direction, change.difference, change.in_days) == ("tightened", Decimal(-61), True)


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


def test_a_name_in_a_much_longer_one_is_a_threshold_case() -> None:
    old = replace(OLD, indicators=(indicator(1, "公厕数量", "≥9座"),))
    new = replace(NEW, indicators=(indicator(1, "星级公厕改造数量", "≥9座"),))
    assert [(one.kind, one.uncertain) for one in compared(old, new)] == [("renamed", True)]


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


# --- indicators ----------------------------------------------------------------------------------


def test_a_row_renamed_and_retargeted_has_two_changes() -> None:
    old, new = (
        replace(OLD, indicators=(indicator(1, "高企认定数", "≥50家"),)),
        replace(NEW, indicators=(indicator(1, "高新技术企业认定数", "≥40家"),)),
    )
    assert kinds(compared(old, new)) == [
        ("indicators", "renamed", ""),
        ("targets", "target_changed", "loosened"),
    ]


def test_two_things_of_like_names_are_dropped_and_added() -> None:
    old = replace(OLD, indicators=(indicator(1, "预算执行率"),))
    new = replace(NEW, indicators=(indicator(1, "预算调整率", "≤5%"),))
    assert sorted(kinds(compared(old, new))) == [("indicators", "added", ""), ("indicators", "dropped", "")]


def test_namesakes_are_told_apart_by_their_projects() -> None:
    old = replace(
        OLD,
        indicators=(
            indicator(1, "培训人数", "≥50人", project="甲项目"),
            indicator(2, "培训人数", "≥90人", project="乙项目"),
        ),
    )
    new = replace(
        NEW,
        indicators=(
            indicator(1, "培训人数", "≥80人", project="乙项目"),
            indicator(2, "培训人数", "≥60人", project="甲项目"),
        ),
    )
    assert [(one.old_seq, one.new_seq, one.direction) for one in compared(old, new)] == [
        (2, 1, "loosened"),
        (1, 2, "tightened"),
    ]


def test_a_renamed_project_is_said_once_and_a_level_too() -> None:
    old = replace(
        OLD,
        funds=(item(1, "项目支出", "100"), item(2, "产学研合作专项", "100")),
        indicators=tuple(
            indicator(seq, f"{name}完成率", project="产学研合作专项") for seq, name in enumerate("甲乙丙", 1)
        ),
    )
    new = replace(
        NEW,
        funds=(item(1, "项目支出", "100"), item(2, "产学研合作专项经费", "100")),
        indicators=tuple(
            indicator(seq, f"{name}完成率", level2="产出质量", project="产学研合作专项经费")
            for seq, name in enumerate("甲乙丙", 1)
        ),
    )
    changes = compared(old, new)
    assert [(one.table, one.kind, one.field) for one in changes] == [
        ("funds", "renamed", "item"),
        ("indicators", "renamed", "level2"),
    ]


def test_a_row_under_another_label_is_moved() -> None:
    rows = (indicator(1, "办结率"), indicator(2, "合格率"), indicator(3, "培训人数", level2="数量指标"))
    moved = (indicator(1, "办结率", level2="数量指标"), *rows[1:])
    changes = compared(replace(OLD, indicators=rows), replace(NEW, indicators=moved))
    assert [(one.kind, one.old, one.new) for one in changes] == [
        ("moved", "产出指标 / 质量指标", "产出指标 / 数量指标")
    ]


def test_weights_and_merged_cells_change_once() -> None:
    old = replace(
        OLD,
        indicators=tuple(
            indicator(s, n, weight="10", key_work="推进成果转化") for s, n in ((1, "甲率"), (2, "乙率"))
        ),
    )
    new = replace(
        NEW,
        indicators=(
            indicator(1, "甲率", weight="12分", key_work="加快推进成果转化"),
            indicator(2, "乙率", weight="10.0", key_work="加快推进成果转化"),
        ),
    )
    changes = compared(old, new)
    assert [(one.kind, one.difference, one.direction) for one in changes] == [
        ("reworded", None, ""),
        ("weight_changed", Decimal(2), "up"),
    ]


def test_labels_without_an_indicator_are_not_compared() -> None:
    empty = Indicator(1, text("效益指标"), text("生态效益"), None)
    assert compared(replace(OLD, indicators=(empty,)), NEW) == []


# --- the rest ------------------------------------------------------------------------------------


def test_staff_tasks_goals_and_functions_say_what_changed() -> None:
    old = replace(
        OLD,
        staffing=(StaffFigure(1, "", "行政编制", Decimal(39), "名", text("行政编制39名")),),
        tasks=(Task(1, text("推进成果转化"), text("办展会"), Decimal(5), "万元", text("办成")),),
        goals=(Goal(1, "annual", text("全年招引100家。")),),
        functions=(
            Function(1, "（1）", text("拟订科技规划。")),
            Function(2, "（2）", text("管理科技经费。")),
        ),
    )
    new = replace(
        NEW,
        staffing=(StaffFigure(1, "本级", "行政编制", Decimal(41), "名", text("行政编制41名")),),
        tasks=(Task(1, text("推进成果转化"), text("办展会和论坛"), Decimal("5.5"), "万元", text("办成")),),
        goals=(Goal(1, "annual", text("全年招引120家。")),),
        functions=(Function(1, "一、", text("管理科技经费")),),
    )
    assert kinds(compared(old, new)) == [
        ("staffing", "staffing_changed", "up"),
        ("tasks", "reworded", ""),
        ("tasks", "amount_changed", "up"),
        ("goals", "reworded", ""),
        ("functions", "dropped", ""),
    ]


def test_a_finding_appears_is_solved_or_stays() -> None:
    wrong = (item(1, "项目支出", "100"), item(2, "甲项目", "40"), item(3, "乙项目", "50"))
    right = (item(1, "项目支出", "90"), *wrong[1:])
    families = load_families()

    def checked(form: Form) -> Form:
        return replace(form, findings=check_form(form, families))

    bad, good = checked(replace(OLD, funds=wrong)), checked(replace(NEW, funds=right))
    again = checked(replace(NEW, funds=wrong))
    assert [one.kind for one in compared(bad, good) if one.table == "findings"] == ["finding_solved"]
    assert [one.kind for one in compared(good, bad) if one.table == "findings"] == ["finding_appeared"]
    assert compared(bad, again) == []


def test_doubts_of_a_reader_are_no_finding_of_the_form() -> None:
    doubtful = replace(NEW, findings=(Finding("split_unsure", "warning", "分界没有把握"),))
    assert compared(OLD, doubtful) == []


def test_threshold_cases_come_first() -> None:
    old = replace(OLD, indicators=(indicator(1, "预算执行率"), indicator(2, "科普讲座场数", "≥5场")))
    new = replace(
        NEW, indicators=(indicator(1, "预算执行率", "≥90%"), indicator(2, "科普讲座报告会场数", "≥5场"))
    )
    changes = compared(old, new)
    assert [one.uncertain for one in changes] == sorted((one.uncertain for one in changes), reverse=True)


@pytest.mark.parametrize(("confidence", "uncertain"), [(0.5, True), (1.0, False)])
def test_a_change_of_what_was_read_in_doubt_is_to_be_looked_at(confidence: float, uncertain: bool) -> None:
    rows = (indicator(1, "办结率"), indicator(2, "合格率", level2="时效指标"), indicator(3, "知晓率", "≥90%"))
    old = replace(OLD, indicators=rows, funds=(item(1, "项目支出", "5"),))
    read = replace(rows[0], level2=replace(text("时效指标"), confidence=confidence))
    target = replace(
        rows[2].targets[0], text=replace(text("≥80%"), confidence=confidence), value=read_target("≥80%")
    )
    paid = item(1, "项目支出", "6")
    (amount,) = paid.amounts
    new = replace(
        NEW,
        indicators=(read, rows[1], replace(rows[2], targets=(target,))),
        funds=(replace(paid, amounts=(replace(amount, text=replace(amount.text, confidence=confidence)),)),),
    )
    assert [(one.kind, one.uncertain) for one in compared(old, new)] == [
        ("amount_changed", uncertain),
        ("moved", uncertain),
        ("target_changed", uncertain),
    ]


# --- what a reviewer said ------------------------------------------------------------------------


def test_the_concordance_overrides_the_matcher_both_ways() -> None:
    old = replace(OLD, indicators=(indicator(1, "高企认定数", "≥50家"), indicator(2, "双招双引个数", "≥5个")))
    new = replace(
        NEW, indicators=(indicator(1, "高新技术企业认定数", "≥50家"), indicator(2, "重大项目签约量", "≥5个"))
    )
    said = parse_concordance(
        "table,old_name,new_name,same\nindicators,高企认定数,高新技术企业认定数,no\n,双招双引个数,重大项目签约量,是\n"
    )
    assert [(one.kind, one.old_name, one.new_name) for one in compared(old, new, said)] == [
        ("added", "", "高新技术企业认定数"),
        ("dropped", "高企认定数", ""),
        ("renamed", "双招双引个数", "重大项目签约量"),
    ]
    undecided = parse_concordance("old_name,new_name,same\n高企认定数,高新技术企业认定数,\n")
    assert [one.kind for one in compared(old, new, undecided)][:1] == ["renamed"]


@pytest.mark.parametrize(
    ("csv_text", "said"),
    [
        ("old,new\n", "第 1 行"),
        ("old_name,new_name,same\n甲,乙,也许\n", "第 2 行"),
        ('old_name,new_name,same\n"甲,乙', "CSV"),
    ],
)
def test_a_concordance_that_cannot_be_used_says_where(csv_text: str, said: str) -> None:
    with pytest.raises(ConcordanceError, match=said):
        parse_concordance(csv_text)


def test_lines_for_one_department_are_for_it_alone() -> None:
    said = parse_concordance("old_name,new_name,same,department\n甲数,乙数,yes,某局\n丙数,丁数,yes,\n")
    assert said.of_department("某局").partners("indicators", "甲数") == ["乙数"]
    assert said.of_department("别的局").partners("indicators", "甲数") == []
    assert said.of_department("别的局").partners("indicators", "丙数") == ["丁数"]


def test_near_misses_are_drafted_too_and_saying_yes_makes_them_one() -> None:
    old = replace(OLD, indicators=(indicator(1, "学科竞赛单位成本", "≤5万元"),))
    new = replace(NEW, indicators=(indicator(1, "学科比赛单位成本", "≤3%"),))
    changes = compared(old, new)
    assert {one.kind for one in changes} == {"added", "dropped"}
    assert all(one.uncertain for one in changes)
    draft = draft_concordance([report_of(FormPair(old, new), changes)])
    (line,) = csv.DictReader(draft.splitlines())
    assert (line["old_name"], line["new_name"], line["same"]) == ("学科竞赛单位成本", "学科比赛单位成本", "")
    said = parse_concordance(draft.replace("比赛单位成本,,", "比赛单位成本,yes,"))
    assert {one.kind for one in compared(old, new, said)} == {"renamed", "unit_changed", "target_changed"}


# --- departments ---------------------------------------------------------------------------------


def department(name: str, form: Form, *names: str) -> Form:
    rows = tuple(indicator(seq, one) for seq, one in enumerate(names, 1))
    return replace(
        form,
        document_id=f"{hash(name) & 0xFFFF:016x}",
        source=f"{name}.txt",
        department=text(name),
        indicators=rows,
    )


HEALTH = ("两癌筛查人数", "疫苗接种率", "急救站点数", "讲座场数", "医师培训人数")
ROADS = ("危桥改造座数", "路面完好率", "超限检查车次", "客运站改造数", "航道养护里程")


def test_departments_pair_by_name_and_a_renamed_one_by_what_it_does() -> None:
    olds = [department("江州市卫生局", OLD, *HEALTH), department("江州市公路处", OLD, *ROADS)]
    news = [department("江州市公路事业发展中心", NEW, *ROADS), department("江州市卫生局", NEW, *HEALTH)]
    pairs = pair_forms(olds, news).pairs
    assert [(pair.old and pair.old.source, pair.new and pair.new.source) for pair in pairs] == [
        ("江州市公路处.txt", "江州市公路事业发展中心.txt"),
        ("江州市卫生局.txt", "江州市卫生局.txt"),
    ]


def test_departments_of_nothing_in_common_are_no_pair() -> None:
    olds = [department("江州市卫生局", OLD, *HEALTH), department("江州市档案馆", OLD, "档案数字化页数")]
    news = [department("江州市公路处", NEW, *ROADS), department("江州市档案馆", NEW, "档案数字化页数")]
    pairs = pair_forms(olds, news).pairs
    assert [(pair.old is None, pair.new is None) for pair in pairs] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_the_concordance_says_which_department_is_which() -> None:
    olds = [department("江州市卫生局", OLD, *HEALTH), department("江州市公路处", OLD, *ROADS)]
    news = [department("江州市健康委", NEW, *ROADS), department("江州市交通局", NEW, "桥梁检测座数")]
    said = parse_concordance(
        "table,old_name,new_name,same\ndocuments,江州市卫生局,江州市健康委,yes\ndocuments,江州市公路处,江州市健康委,no\n"
    )

    def pairs(known: Concordance | None) -> list[tuple[str, str]]:
        found = pair_forms(olds, news, known).pairs
        return sorted(
            ("" if pair.old is None else pair.old.source, "" if pair.new is None else pair.new.source) for pair in found
        )

    assert ("江州市公路处.txt", "江州市健康委.txt") in pairs(None)
    assert ("江州市卫生局.txt", "江州市健康委.txt") in pairs(said)
    assert ("江州市公路处.txt", "") in pairs(said)


def test_the_latest_year_of_a_department_is_taken() -> None:
    first, second = department("甲局", OLD, *HEALTH), department("甲局", replace(OLD, year=2023), *HEALTH)
    found = pair_forms([first, second], [department("甲局", NEW, *HEALTH), department("乙局", NEW, *ROADS)])
    assert found.pairs[0].old == first
    assert found.left_aside == (second,)


# --- bounds --------------------------------------------------------------------------------------


def test_the_work_on_a_hostile_number_of_rows_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    known = align.likeness

    def counted(*names: object) -> float:
        nonlocal asked
        asked += 1
        return known(*names)  # type: ignore[arg-type]

    monkeypatch.setattr(align, "likeness", counted)
    for pattern in ("甲乙丙{}丁率", "{}任务{}完成"):
        rows = tuple(indicator(seq, pattern.replace("{}", chr(0x4E00 + seq)), "") for seq in range(1, 3000))
        others = tuple(indicator(seq, pattern.replace("{}", chr(0x6E00 + seq)), "") for seq in range(1, 3000))
        asked = 0
        compared(replace(OLD, indicators=rows), replace(NEW, indicators=others))
        assert asked <= align.MAX_COMPARED

"""What is said of two forms of one department: staff, tasks, goals, functions, findings, and how much it may cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from jixiao.normalize.targets import read_target
from jixiao.rules.checks import check_form
from jixiao.rules.compare import align
from jixiao.rules.families import load_families
from jixiao.rules.records import Finding, Form, Function, Goal, StaffFigure, Task, Unread

from .by_hand import text
from .two_years import NEW, OLD, compared, indicator, item, kinds


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


def test_a_row_that_the_other_year_has_unread_is_not_surely_gone() -> None:
    old = replace(OLD, indicators=(indicator(1, "培训合格率"), indicator(2, "培训人次", "≥500人次")))
    new = replace(NEW, indicators=(indicator(1, "培训合格率"),))
    (gone,) = compared(old, new)
    assert (gone.kind, gone.uncertain) == ("dropped", False)
    unread = replace(new, unread=(Unread(1, 7, "数量指标 培训人"), Unread(1, 8, "次 ≥500人次")))
    (asked,) = compared(old, unread)
    assert (asked.kind, asked.uncertain, asked.why.chinese) == ("dropped", True, "新表中有此名称，但没有读入")
    (asked,) = compared(replace(unread, year=2023), old)
    assert (asked.kind, asked.uncertain, asked.why.chinese) == ("added", True, "旧表中有此名称，但没有读入")
    (asked,) = compared(old, replace(new, status="partial"))
    assert (asked.kind, asked.uncertain, asked.why.chinese) == ("dropped", True, "新表只读入了一部分")


def test_what_was_reached_is_no_new_goal_of_a_form_of_another_kind() -> None:
    goal, reached = Goal(1, "annual", text("保障民生。")), Goal(2, "annual_actual", text("已完成。"))
    targets, evaluation = replace(OLD, goals=(goal,)), replace(NEW, goals=(goal, reached))
    assert compared(targets, evaluation) == []
    again = replace(OLD, goals=(goal, replace(reached, text=text("基本完成。"))))
    assert kinds(compared(again, evaluation)) == [("goals", "reworded", "")]


def test_an_amount_that_stands_unread_is_not_surely_gone() -> None:
    old, new = replace(OLD, funds=(item(1, "项目支出", "412.5"),)), replace(NEW, funds=(item(1, "项目支出", None),))
    assert [one.uncertain for one in compared(old, new)] == [False]
    unread = (Unread(1, 7, "412.5"),)
    (asked,) = compared(old, replace(new, unread=unread))
    assert (asked.kind, asked.uncertain, asked.why.chinese) == ("amount_changed", True, "新表中有此数，但没有读入")
    (asked,) = compared(replace(new, year=2023, unread=unread), old)
    assert asked.why.chinese == "旧表中有此数，但没有读入"
    wrong = Finding("parts_add_up", "error", "“项目支出”全年预算数印为 400，其下 2 项合计为 412.5", "funds", 1, "amount")
    solved = compared(replace(new, year=2023, findings=(wrong,)), replace(new, unread=unread))
    assert [(one.kind, one.uncertain) for one in solved] == [("finding_solved", True)]


@pytest.mark.parametrize("media", ["xlsx", "text"])
def test_what_a_dump_may_have_cut_or_put_under_another_label_is_asked_about(media: str) -> None:
    old = replace(
        OLD,
        media=media,
        goals=(Goal(1, "annual", text("加强培训，提升水平。")),),
        indicators=(indicator(1, "培训合格率", level2="质量指标"), indicator(2, "培训人次", "≥500人次", level2="数量指标")),
    )
    new = replace(
        old,
        document_id="b" * 16,
        year=2025,
        media="text",
        goals=(Goal(1, "annual", text("加强培训，提升")),),
        indicators=(indicator(1, "培训合格率", "≥97%", level2="质量指标"), indicator(2, "培训人次", "≥500人次", level2="质量指标")),
    )
    assert {(one.kind, one.uncertain) for one in compared(old, new)} == {
        ("target_changed", False),
        ("moved", media != "text"),
        ("reworded", media != "text"),
    }


def test_a_task_that_is_to_do_the_same_is_renamed_whatever_its_name() -> None:
    def task(name: str, content: str, amount: int) -> Task:
        return Task(1, text(name), text(content), Decimal(amount), "万元", None)

    old = replace(OLD, tasks=(task("营养餐", "为农村学生提供午餐。", 300),))
    new = replace(NEW, tasks=(task("营养改善计划", "为农村学生提供午餐。", 330),))
    changes = compared(old, new)
    assert kinds(changes) == [("tasks", "renamed", ""), ("tasks", "amount_changed", "up")]
    assert changes[0].why.chinese == "主要内容相同"
    two = replace(old, tasks=(*old.tasks, replace(task("午餐补助", "为农村学生提供午餐。", 50), seq=2)))
    assert {one.kind for one in compared(two, new)} == {"dropped", "added"}  # which of the two, nobody knows
    other = replace(new, tasks=(task("营养改善计划", "为城市学生提供早餐。", 330),))
    assert {one.kind for one in compared(old, other)} == {"dropped", "added"}

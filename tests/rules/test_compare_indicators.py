"""What is said of the indicators of two years."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jixiao.rules.records import Indicator

from .by_hand import text
from .two_years import NEW, OLD, compared, indicator, item, kinds


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


def test_a_deadline_is_earlier_by_days() -> None:
    old = replace(OLD, indicators=(indicator(1, "发放时间", "2024年12月底前"),))
    new = replace(NEW, indicators=(indicator(1, "发放时间", "2025年10月底前"),))
    (change,) = compared(old, new)
    assert (change.direction, change.difference, change.in_days) == ("tightened", Decimal(-61), True)


def test_a_name_in_a_much_longer_one_is_a_threshold_case() -> None:
    old = replace(OLD, indicators=(indicator(1, "公厕数量", "≥9座"),))
    new = replace(NEW, indicators=(indicator(1, "星级公厕改造数量", "≥9座"),))
    assert [(one.kind, one.uncertain) for one in compared(old, new)] == [("renamed", True)]

"""Indicators are paid from the funds, filled in, in one unit, and can be missed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from jixiao.rules import checks
from jixiao.rules.records import Finding

from .by_hand import BARE, findings, fund, indicator

TOP = fund(1, "项目支出", "566.18", "60")


def tied(*projects: str, funds: tuple[str, ...] = ("产学研合作交流专项", "“通创荟”和科技招商经费专项")) -> list[Finding]:
    items = tuple(fund(n, name, "1", under=TOP) for n, name in enumerate(funds, 2))
    rows = tuple(indicator(n, "数量", "≥1个", project=name) for n, name in enumerate(projects, 1))
    return findings(
        checks.projects_stand_among_the_funds, replace(BARE, funds=(TOP, *items) if items else (), indicators=rows)
    )


@pytest.mark.parametrize("name", ["产学研合作交流专项", "产学研 合作交流专项", ""])
def test_a_project_among_the_funds_is_not_reported(name: str) -> None:
    assert tied(name) == []


def test_a_project_under_another_name_is_reported_with_the_nearest() -> None:
    (finding,) = tied("产学研合作专项")
    assert (finding.severity, finding.table, finding.row_seq, finding.field) == ("warning", "indicators", 1, "project")
    assert (finding.expected, finding.actual) == ("产学研合作交流专项", "产学研合作专项")
    assert re.search(r"相似度 0\.\d\d", finding.message)


def test_a_project_like_no_other_is_reported_without_a_guess() -> None:
    (finding,) = tied("森林防火")
    assert finding.expected == ""
    assert "没有相近的名称" in finding.message


def test_a_project_is_asked_about_once() -> None:
    assert [finding.row_seq for finding in tied("森林防火", "产学研合作交流专项", "森林防火")] == [1]


def test_of_very_many_projects_all_are_asked_about_and_some_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_COMPARED", 100)
    asked = tied(*(f"第{n}号工程" for n in range(30)), funds=tuple(f"第{n}号专项经费" for n in range(20)))
    assert len(asked) == 30
    assert ["没有再找相近的" in finding.message for finding in asked] == [False] * 5 + [True] * 25


def test_without_projects_among_the_funds_none_is_missed() -> None:
    assert tied("森林防火", funds=()) == []


@pytest.mark.parametrize(
    ("half", "full"),
    [("≥50个", "≥100个"), ("≥100个", "≥50次"), ("≤5次", "≤3次"), ("健全", "健全"), ("≥100%", "≤50%"), ("90%", None)],
)
def test_targets_that_may_both_hold_are_not_reported(half: str, full: str | None) -> None:
    form = replace(BARE, indicators=(indicator(1, "数量", full, half),))
    assert findings(checks.half_year_within_full_year, form) == []


@pytest.mark.parametrize(("half", "full"), [("≥100个", "≥50个"), ("＝100%", "＝40%"), (">9次", ">8次")])
def test_a_target_for_half_a_year_above_the_years_is_reported(half: str, full: str) -> None:
    form = replace(BARE, indicators=(indicator(1, "数量", full, half),))
    (finding,) = findings(checks.half_year_within_full_year, form)
    assert (finding.severity, finding.table, finding.row_seq) == ("warning", "targets", 1)
    assert half in finding.message
    assert full in finding.message


@pytest.mark.parametrize("raw", ["≥0个", "≥0", "不少于0次"])
def test_a_target_that_is_always_true_is_mentioned(raw: str) -> None:
    (finding,) = findings(checks.targets_can_fail, replace(BARE, indicators=(indicator(1, "获奖数", raw),)))
    assert (finding.severity, finding.table, finding.row_seq) == ("info", "targets", 1)
    assert raw in finding.message


@pytest.mark.parametrize("raw", ["＝0%", "≤0次", "≥1个", "0", "健全", "≥0.1%", ">0个"])
def test_a_target_that_can_be_missed_is_not_mentioned(raw: str) -> None:
    assert findings(checks.targets_can_fail, replace(BARE, indicators=(indicator(1, "事故数", raw),))) == []


def test_what_was_reached_is_no_target() -> None:
    row = indicator(1, "获奖数", "≥0个")
    reached = replace(row, targets=tuple(replace(t, measure="actual") for t in row.targets))
    assert findings(checks.targets_can_fail, replace(BARE, indicators=(reached,))) == []


def test_blank_indicators_are_mentioned() -> None:
    form = replace(BARE, indicators=(indicator(1, None), indicator(2, "满意度"), indicator(3, "满意度", "≥90%")))
    asked = findings(checks.indicators_are_filled_in, form)
    assert [(f.severity, f.table, f.row_seq) for f in asked] == [("info", "indicators", 1), ("info", "indicators", 2)]
    assert "“工作”" in asked[0].message


@pytest.mark.parametrize(
    ("half", "full"),
    [
        ("≥50个", "≥100个"),
        ("1–2次", "≥2次"),
        ("健全", "≥95%"),
        ("≥5", "≥6"),
        ("9000人", "1万人"),
        ("2025年6月底前", "≥1个"),
    ],
)
def test_targets_in_one_unit_are_not_reported(half: str, full: str) -> None:
    form = replace(BARE, indicators=(indicator(1, "数量", full, half),))
    assert findings(checks.targets_share_a_unit, form) == []


@pytest.mark.parametrize(("half", "full"), [("≥50个", "≥100"), ("≥50万人", "≥100场"), ("40%", "1次")])
def test_targets_in_two_units_are_reported(half: str, full: str) -> None:
    form = replace(BARE, indicators=(indicator(1, "数量", full, half),))
    (finding,) = findings(checks.targets_share_a_unit, form)
    assert (finding.severity, finding.table, finding.row_seq, finding.field) == ("warning", "targets", 1, "unit")
    assert half in finding.message
    assert full in finding.message

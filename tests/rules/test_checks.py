"""Each check asks about what it asserts and about nothing else, and changes no record."""

from __future__ import annotations

import copy
import re
from dataclasses import replace

import pytest
from jixiao.extract.read import read_forms
from jixiao.pipeline.one import read_bytes
from jixiao.rules import checks
from jixiao.rules.checks import CHECKS, check_form
from jixiao.rules.families import load_families
from jixiao.rules.records import Finding, Form, Goal

from ..extract.inputs import SAMPLE_BYTES
from .by_hand import BARE, HALF_YEAR, amount, findings, function, fund, indicator, staff, text

TRUE = replace(
    BARE,
    money_unit="万元",
    functions=(function(1, "（1）"), function(2, "（2）"), function(3, "（3）")),
    staffing=(staff(1, "行政编制", 39), staff(2, "在职在编", 39)),
    funds=(
        fund(1, "资金总额", "20", side="income"),
        fund(2, "基本支出", "8", "4"),
        (projects := fund(3, "项目支出", "12", "5")),
        fund(4, "科创专项", "7.5", "3", under=projects),
        fund(5, "人才专项", "4.5", "2", under=projects),
    ),
    indicators=(
        indicator(1, "在职人员控制率", "＝100%", "＝100%"),
        indicator(2, "新招引项目数", "≥100个", "≥50个", "科创专项"),
        indicator(3, "制度健全性", "健全", "健全", "人才专项"),
    ),
)
"""A form of which every check is true."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_true_form_raises_no_question(check: checks.Check) -> None:
    assert findings(check, TRUE) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_form_with_nothing_in_it_breaks_no_check(check: checks.Check) -> None:
    empty = Form("0" * 16, "form.txt", "0" * 64, "text", 1, "general")
    assert all(finding.rule == "head_is_complete" for finding in findings(check, empty))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_is_the_sentence_it_asserts(check: checks.Check) -> None:
    assert check.__doc__
    assert check.__doc__.splitlines()[0].endswith(".")


FALSE = replace(
    TRUE,
    department=None,
    project=text("甲专项主管部门及代码"),
    year=None,
    money_unit="",
    functions=(function(1, "（1）"), function(2, "（3）")),
    staffing=(staff(1, "行政编制", 39), staff(2, "在职在编", 40)),
    funds=(
        fund(1, "资金总额", "21", side="income", unit=""),
        fund(2, "基本支出", "8", "9"),
        projects,
        fund(4, "科创专项", "7", "3", under=projects),
        fund(5, "人才专项", "4.5", "2", under=projects),
    ),
    indicators=(indicator(1, "获奖数", "≥10项", "≥0个", "招商专项"), indicator(2, None)),
)
"""A form of which nearly every check is false."""


def test_every_check_has_a_form_that_it_asks_about() -> None:
    asked = {finding.rule for finding in check_form(FALSE, load_families())}
    assert asked == {check.__name__ for check in CHECKS} - {"layout_is_of_the_year"}


@pytest.mark.parametrize("form", [FALSE, TRUE], ids=["a false form", "a true form"])
def test_checks_change_nothing(form: Form) -> None:
    before = copy.deepcopy(form)
    first = check_form(form, load_families())
    assert form == before
    assert check_form(form, load_families()) == first


def test_checks_change_nothing_that_was_read() -> None:
    (form,) = read_forms(SAMPLE_BYTES, "form.txt", load_families())
    before = copy.deepcopy(form)
    check_form(form, load_families())
    assert form == before
    (checked,) = read_bytes(SAMPLE_BYTES, "form.txt").forms
    assert replace(checked, findings=form.findings, status=form.status) == form


def test_findings_speak_chinese_and_point_at_a_row() -> None:
    rows = {
        "documents": {0},
        "functions": {f.seq for f in FALSE.functions},
        "staffing": {f.seq for f in FALSE.staffing},
        "funds": {f.seq for f in FALSE.funds},
        "indicators": {i.seq for i in FALSE.indicators},
        "targets": {i.seq for i in FALSE.indicators},
    }
    for finding in check_form(FALSE, load_families()):
        assert re.search("[一-鿿]{4}", finding.message)
        assert not re.search("[A-Za-z]{3}", finding.message)
        assert finding.severity in ("error", "warning", "info")
        assert finding.row_seq in rows[finding.table]
        assert finding.field


@pytest.mark.parametrize(
    ("change", "field"), [({"department": None}, "department"), ({"year": None}, "year")]
)
def test_a_head_that_lacks_something_is_reported(change: dict[str, None], field: str) -> None:
    (finding,) = findings(checks.head_is_complete, replace(BARE, **change))
    assert (finding.severity, finding.table, finding.field) == ("warning", "documents", field)


def test_a_projects_form_needs_no_department() -> None:
    assert findings(checks.head_is_complete, replace(BARE, department=None, project=text("甲专项"))) == []


def test_amounts_without_a_unit_are_reported() -> None:
    (finding,) = findings(checks.head_is_complete, replace(BARE, funds=(fund(1, "项目支出", "5", unit=""),)))
    assert finding.field == "money_unit"


@pytest.mark.parametrize("printed", [None, "5"])
def test_a_unit_is_missed_only_beside_amounts(printed: str | None) -> None:
    unit = "" if printed is None else "万元"
    assert findings(checks.head_is_complete, replace(BARE, funds=(fund(1, "项目支出", printed, unit=unit),))) == []


@pytest.mark.parametrize(("year", "asked"), [(2018, 1), (2019, 0), (2022, 0), (2023, 1), (None, 0)])
def test_a_form_on_a_layout_of_other_years_is_reported(year: int | None, asked: int) -> None:
    families = load_families()
    family = replace(families.known["department-targets"], years=(2019, 2022))
    own = replace(families, known={**families.known, "department-targets": family})
    assert len(list(checks.layout_is_of_the_year(replace(BARE, year=year), own))) == asked


@pytest.fixture(scope="module")
def asked() -> list[Finding]:
    return list(read_bytes(SAMPLE_BYTES, "form.txt").findings)


def test_the_sample_has_one_error_its_half_year_of_projects(asked: list[Finding]) -> None:
    (error,) = [finding for finding in asked if finding.severity == "error"]
    assert (error.rule, error.table, error.field) == ("parts_add_up", "funds", "amount")
    assert (error.expected, error.actual) == ("60", "54")
    assert "项目支出" in error.message
    assert "半年计划执行数" in error.message


def test_the_sample_has_three_warnings(asked: list[Finding]) -> None:
    assert [(f.rule, f.expected, f.actual) for f in asked if f.severity == "warning"] == [
        ("staff_within_posts", "39", "40"),
        ("projects_stand_among_the_funds", "产学研合作交流专项", "产学研合作专项"),
        ("projects_stand_among_the_funds", "“通创荟”和科技招商经费专项", "“通创荟”和科技招商专项经费"),
    ]


def test_the_sample_has_two_idle_targets_and_three_blank_indicators(asked: list[Finding]) -> None:
    assert [(f.rule, f.actual) for f in asked if f.severity == "info"] == [
        *[("targets_can_fail", "≥0个")] * 2,
        *[("indicators_are_filled_in", "")] * 3,
    ]


def test_a_reported_value_is_not_rewritten(asked: list[Finding]) -> None:
    outcome = read_bytes(SAMPLE_BYTES, "form.txt")
    (row,) = [
        row
        for row in outcome.tables["funds"]
        if row["item"] == "项目支出" and (row["period"], row["measure"]) == HALF_YEAR
    ]
    assert (row["amount"], row["raw"]) == ("54", "54")


def test_amounts_read_like_amounts_made_by_hand() -> None:
    (form,) = read_bytes(SAMPLE_BYTES, "form.txt").forms
    read = next(a for item in form.funds for a in item.amounts if a.text.raw == "566.18")
    made = amount("566.18")
    assert (read.amount, read.money_unit, read.amount_yuan) == (made.amount, made.money_unit, made.amount_yuan)


@pytest.mark.parametrize(
    ("name", "asked"), [("危房改造补助资金主管部门及代码", True), ("某市民政局", False), ("绩效目标管理经费", False)]
)
def test_a_name_with_a_label_in_it_is_asked_about(name: str, asked: bool) -> None:
    assert bool(findings(checks.names_hold_no_label, replace(BARE, project=text(name)))) == asked
    assert bool(findings(checks.names_hold_no_label, replace(BARE, department=text(name)))) == asked


@pytest.mark.parametrize(
    ("goal", "asked"),
    [
        ("保障民生。本年度重点任务重点工作名称主要内容所需经费预期效果养老养老服务100", True),
        ("明确主要内容，落实资金，完成重点工作任务。", False),
        ("按任务的主要内容安排资金。", False),
    ],
)
def test_a_goal_that_holds_the_header_of_the_tasks_is_asked_about(goal: str, asked: bool) -> None:
    form = replace(BARE, goals=(Goal(1, "annual", text(goal)),))
    assert [f.table for f in findings(checks.names_hold_no_label, form)] == ["goals"] * asked

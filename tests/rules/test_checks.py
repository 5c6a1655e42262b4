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
from jixiao.rules.records import Finding, Form

from ..extract.inputs import SAMPLE_BYTES
from .by_hand import BARE, HALF_YEAR, amount, findings, function, fund, indicator, staff, text

TOP = fund(1, "项目支出", "566.18", "60")
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


# --- all of them ---------------------------------------------------------------------------------


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


# --- parts_add_up --------------------------------------------------------------------------------


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


# --- income_equals_expenditure ---------------------------------------------------------------------


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


# --- projects_stand_among_the_funds ------------------------------------------------------------------


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


# --- staff_within_posts --------------------------------------------------------------------------------


def manned(*figures: tuple[str, int], rate: str = "") -> list[Finding]:
    rows = (indicator(5, "在职人员控制率", rate),) if rate else ()
    form = replace(BARE, staffing=tuple(staff(n, *f) for n, f in enumerate(figures, 1)), indicators=rows)
    return findings(checks.staff_within_posts, form)


@pytest.mark.parametrize(
    "figures",
    [
        (("行政编制", 39), ("在职在编", 39)),
        (("行政编制", 30), ("事业编制", 10), ("在职在编", 40)),
        (("在职在编", 40),),
        (("行政编制", 39),),
        (("行政编制", 0), ("在职在编", 4)),
        (("行政编制", 39), ("离退休", 42)),
    ],
)
def test_staff_within_the_posts_is_not_reported(figures: tuple[tuple[str, int], ...]) -> None:
    assert manned(*figures) == []


@pytest.mark.parametrize("rate", ["", "＝100%", "≤100%"])
def test_staff_beyond_the_posts_is_reported(rate: str) -> None:
    (finding,) = manned(("行政编制", 39), ("在职在编", 40), rate=rate)
    assert (finding.severity, finding.table, finding.row_seq) == ("warning", "staffing", 2)
    assert (finding.expected, finding.actual) == ("39", "40")
    assert "102.6%" in finding.message
    assert ("第 5 行" in finding.message) == bool(rate)


def test_staff_beyond_the_forms_own_rate_is_reported() -> None:
    (finding,) = manned(("行政编制", 100), ("在职在编", 99), rate="≤95%")
    assert "≤95%" in finding.message


def test_a_rate_that_is_kept_is_not_reported() -> None:
    assert manned(("行政编制", 100), ("在职在编", 95), rate="≤95%") == []


@pytest.mark.parametrize(("of_which", "asked"), [("80", False), ("100", False), ("120", True)])
def test_a_lone_part_of_which_is_no_sum_but_never_more_than_the_whole(of_which: str, asked: bool) -> None:
    whole = fund(1, "年度资金总额", "100")
    form = replace(BARE, funds=(whole, fund(2, "其中：财政拨款", of_which, under=whole)))
    assert bool(findings(checks.parts_add_up, form)) == asked


# --- half_year_within_full_year ------------------------------------------------------------------------


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


# --- clauses_are_numbered_in_order -----------------------------------------------------------------------


def numbered(*labels: str) -> list[tuple[int, str]]:
    form = replace(BARE, functions=tuple(function(n, label) for n, label in enumerate(labels, 1)))
    return [(f.row_seq, f.message) for f in findings(checks.clauses_are_numbered_in_order, form)]


@pytest.mark.parametrize(
    "labels",
    [
        ("（1）", "（2）", "（3）"),
        ("（一）", "（二）", "（三）"),
        ("一、", "二、", "三、"),
        ("1.", "2.", "3."),
        ("①", "②", "③"),
        tuple(f"（{n}）" for n in range(1, 23)),
        ("九、", "十、", "十一、")[:0],
        ("",),
        ("", ""),
    ],
)
def test_clauses_in_order_are_not_reported(labels: tuple[str, ...]) -> None:
    assert numbered(*labels) == []


def test_chinese_numerals_go_on_behind_ten() -> None:
    digits = "一二三四五六七八九"
    labels = [*digits, "十", *(f"十{d}" for d in digits), "二十", "二十一"]
    assert numbered(*(f"{label}、" for label in labels)) == []


@pytest.mark.parametrize(
    ("labels", "row", "word"),
    [
        (("（1）", "（3）"), 2, "缺第 2 条"),
        (("（2）", "（3）"), 1, "缺第 1 条"),
        (("一、", "二、", "二、"), 3, "重复"),
        (("①", "②", "③", "②"), 4, "次序颠倒"),
    ],
)
def test_a_gap_in_the_numbering_is_reported_where_it_is(labels: tuple[str, ...], row: int, word: str) -> None:
    ((seq, message),) = numbered(*labels)
    assert seq == row
    assert word in message


def test_after_a_gap_the_numbering_goes_on() -> None:
    assert len(numbered("（1）", "（3）", "（4）", "（5）")) == 1


# --- targets_can_fail, indicators_are_filled_in -----------------------------------------------------------


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


# --- head_is_complete, layout_is_of_the_year ---------------------------------------------------------------


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


# --- the provided form -----------------------------------------------------------------------------------


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

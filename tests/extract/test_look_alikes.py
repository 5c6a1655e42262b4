"""Tables that look like such forms and are none are refused, whatever file they stand in."""

from __future__ import annotations

import io

import openpyxl
import pytest
from jixiao.pipeline.one import read_bytes

BUDGET = [
    ["收支预算总表", "", "", ""],
    ["单位：万元", "", "", ""],
    ["收入", "", "支出", ""],
    ["项目", "预算数", "项目", "预算数"],
    ["一、一般公共预算拨款", 1200.5, "一、基本支出", 900],
    ["二、政府性基金", 0, "二、项目支出", 300.5],
    ["收入合计", 1200.5, "支出合计", 1200.5],
]
STAFF = [
    ["2024年第一季度员工绩效考核表", "", "", "", ""],
    ["姓名", "某某", "部门", "销售部", ""],
    ["考核指标", "权重", "目标值", "完成值", "得分"],
    ["销售额", "40%", "100万", "95万", "38"],
    ["客户满意度", "20%", "≥90%", "92%", "20"],
]
ACCOUNTS = [
    ["部门决算公开表", "", ""],
    ["科目编码", "科目名称", "决算数"],
    ["201", "一般公共服务支出", 512.3],
    ["208", "社会保障和就业支出", 88.1],
]
PROJECTS = [
    ["项目库项目清单", "", "", ""],
    ["序号", "项目名称", "项目单位", "预算金额（万元）"],
    [1, "道路养护", "某中心", 120],
    [2, "桥梁维修", "某中心", 80],
]
TABLES = {"收支总表": BUDGET, "员工考核表": STAFF, "决算表": ACCOUNTS, "项目清单": PROJECTS}


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[0]))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", TABLES)
def test_a_look_alike_in_a_workbook_is_refused(name: str) -> None:
    outcome = read_bytes(workbook(TABLES[name]), f"{name}.xlsx")
    assert (outcome.status, outcome.reason) == ("refused", "not_a_form"), outcome.detail
    assert outcome.next_step


def test_a_form_beside_a_look_alike_is_read_and_the_other_sheet_is_unread() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for row in BUDGET:
        first.append(row)
    second = book.create_sheet("目标表")
    for row in [
        ["某县义务教育补助项目支出绩效目标表", "", "", ""],
        ["项目名称", "义务教育补助", "主管部门", "某县教育局"],
        ["年度总体目标", "足额发放补助，改善办学条件。", "", ""],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "补助学生人数", "≥1200人"],
    ]:
        second.append(row)
    out = io.BytesIO()
    book.save(out)
    outcome = read_bytes(out.getvalue(), "两张.xlsx")
    (form,) = outcome.forms
    assert [i.level3.value for i in form.indicators if i.level3] == ["补助学生人数"]
    assert "part_not_a_form" in {f.rule for f in form.findings}
    assert "一般公共预算拨款" in "".join(u.text for u in form.unread)


def test_two_projects_in_one_sheet_are_two_forms() -> None:
    def project(name: str) -> list[list[object]]:
        return [
            ["项目名称", name, "主管部门", "某县教育局"],
            ["总体目标", f"完成{name}全部任务。", "", ""],
            ["一级指标", "二级指标", "三级指标", "指标值"],
            ["产出指标", "数量指标", f"{name}数量", "≥3个"],
        ]

    rows: list[list[object]] = [["项目支出绩效目标申报表", "", "", ""], *project("校舍维修"), *project("教师培训")]
    outcome = read_bytes(workbook(rows), "两个项目.xlsx")
    assert [form.project.value for form in outcome.forms if form.project] == ["校舍维修", "教师培训"]
    assert [len(form.indicators) for form in outcome.forms] == [1, 1]
    assert [form.document_id[16:] for form in outcome.forms] == ["", "-2"]

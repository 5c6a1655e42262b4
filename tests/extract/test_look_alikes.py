"""Tables that look like such forms and are none are refused, whatever file they stand in."""

from __future__ import annotations

import io

import openpyxl
import pytest
from jixiao.pipeline.one import read_bytes

from tests.forms.drawn import draw_form, printed

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


DRAWN = {
    "绩效指标库": """市级财政支出绩效指标库（水利类）
        | 序号 | 行业类别 | 一级指标 | 二级指标 | 三级指标 | 指标说明 | 计量单位 | 指标来源 |
        | 1 | 水利 | 产出指标 | 数量指标 | 新增灌溉面积 | 当年新增的有效灌溉面积 | 万亩 | 行业统计 |
        | 2 | 水利 | 产出指标 | 质量指标 | 工程验收合格率 | 合格工程数/总数 | % | 验收报告 |""",
    "教师考核": """教师年度绩效考核评分表
        | 姓名 | 甲 | ← | 学科 | 语文 | ← |
        | 一级指标 | 二级指标 | 三级指标 | 评分标准 | 分值 | 得分 |
        | 师德 | 依法执教 | 遵守法规 | 违规不得分 | 10 | 10 |
        | 教学 | 课时 | 课时量 | 达到12节 | 20 | 20 |""",
    "自评汇总": """2024年度项目支出绩效自评结果汇总表
        | 序号 | 项目名称 | 主管部门 | 预算数 | 执行数 | 自评得分 | 自评等级 |
        | 1 | 河道清淤 | 市水利局 | 120 | 118 | 98.5 | 优 |""",
    "三公经费": """2025年一般公共预算“三公”经费支出预算表
        | 单位名称 | 三公经费合计 | 因公出国（境）费用 | 公务接待费 | 公务用车购置及运行维护费 | ← |
        | ↑ | ↑ | ↑ | ↑ | 购置费 | 运行费 |
        | 市水利局 | 12.5 | 0 | 4.5 | 0 | 8 |""",
    "评价报告": """某市河道清淤项目绩效评价报告
        | 评价得分 | 91.5 | 评价等级 | 优 |
        | 一级指标 | 分值 | 得分 | 得分率 |
        | 决策 | 20 | 19 | 95% |
        | 产出 | 30 | 28 | 93.3% |""",
}


@pytest.mark.parametrize("media", ["xlsx", "docx", "text"])
@pytest.mark.parametrize("name", DRAWN)
def test_a_look_alike_is_refused_in_every_kind_of_file(name: str, media: str) -> None:
    outcome = read_bytes(printed(draw_form(DRAWN[name]), media), f"{name}.{media}")
    assert (outcome.status, outcome.reason) == ("refused", "not_a_form"), outcome.detail


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

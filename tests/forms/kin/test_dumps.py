"""What is read from text dumps of other families' forms is right, or asked about, or left alone."""

from __future__ import annotations

import pytest
from jixiao.deliver.tables import tables_of
from jixiao.extract.read import read_forms
from jixiao.rules.checks import check_form
from jixiao.rules.families import load_families

from tests.forms.kin import KINDS, invent_kin
from tests.forms.kin.draw import as_text
from tests.forms.kin.evaluated import holds_what_was_evaluated
from tests.forms.score import MORE_FIELDS, score

_FUNDS = """
2024年度项目支出绩效自评表
金额单位：万元
项目名称 河道维修工程
主管部门 某县水务局
项目资金
预算数（A） 预算执行数 权重 预算执行率 自评得分
年度资金总额 2140.32 1476.82 10 69% 9.5
其中：财政拨款 1605.24 1396.55 - - -
其他资金 535.08 80.27 -
年度总体目标 保障河道畅通。
"""


def _read(text: str) -> dict[str, list[dict[str, str]]]:
    form = read_forms(text.encode(), "form.txt", load_families())[0]
    return tables_of(form)


@pytest.mark.parametrize("kind", KINDS)
def test_no_figure_of_a_dump_is_wrong_without_a_finding(kind: str) -> None:
    families = load_families()
    for seed in (4, 5):
        kin = invent_kin(kind, seed)
        form = read_forms(as_text(kin), "form.txt", families)[0]
        tables = tables_of(form)
        found = [{"table": f.table, "row_seq": str(f.row_seq)} for f in check_form(form, families)]
        silent = score(kin.tables, tables, [*tables["findings"], *found], MORE_FIELDS).silent
        assert silent == [], f"{kind} {seed}"


def test_funds_with_points_and_a_rate_are_read_by_their_lines() -> None:
    funds = _read(_FUNDS)["funds"]
    whole = {r["measure"]: r["amount"] for r in funds if r["item"] == "年度资金总额"}
    assert whole == {"budget": "2140.32", "executed": "1476.82", "weight": "10", "rate": "69", "score": "9.5"}


def test_a_row_of_fewer_amounts_than_columns_is_asked_about() -> None:
    tables = _read(_FUNDS)
    short = next(r["seq"] for r in tables["funds"] if r["item"] == "其他资金")
    asked = [f for f in tables["findings"] if f["rule"] == "amount_unsure"]
    assert [f["row_seq"] for f in asked] == [short]
    assert "靠左" in asked[0]["message"]


def test_two_tables_abreast_keep_their_sides() -> None:
    text = """
2024年度部门整体支出绩效目标表
单位：万元
单位名称 某县水务局
部门预算情况
部门预算支出 金额 资金来源 金额
基本支出 9777.7 财政拨款收入 14105.09
项目支出 4327.39 单位资金 0
整体绩效目标 保障河道畅通。
"""
    sides = {r["item"]: (r["side"], r["amount"]) for r in _read(text)["funds"]}
    assert sides["财政拨款收入"] == ("income", "14105.09")
    assert sides["项目支出"] == ("expenditure", "4327.39")


_SCORED = """
2024年度项目支出绩效自评表
项目名称 河道维修工程 主管部门 某县水务局
年度总体目标 预期目标 实际完成情况
维修河道12公里，改善沿河环
境。
已维修河道11公里。
绩效指标（90分） 一级指标 二级指标 三级指标 年度指标值 实际完成
值

分值 得分 偏差原因分析
产出指标 数量指标 维修河道长度 ≥12公里 11公里 20 18 受汛期影响，工期顺延一
个月
质量指标 沿河设施（含护栏与步道
）完好率

≥95% 96% 20 20
成本指标 单位造价 ≤30万元 29万元 10 10
效益指标 生态效益指标 水质 改善 改善 30 30
满意度指标 服务对象满意度 居民满意度 ≥90% 93% 10
合计 90 88
"""


def test_rows_with_points_and_reasons_are_read_by_what_stands_in_their_columns() -> None:
    tables = _read(_SCORED)
    assert holds_what_was_evaluated(tables)
    assert {r["label"]: r["value"] for r in tables["fields"]} == {"合计（分值）": "90", "合计（得分）": "88"}


def test_a_row_that_lacks_a_figure_is_left_unread_rather_than_shifted() -> None:
    tables = _read(_SCORED)
    assert [r["text"] for r in tables["unread"]] == ["满意度指标", "服务对象满意度", "居民满意度 ≥90% 93% 10"]
    assert "unread_text" in {f["rule"] for f in tables["findings"]}


def test_sign_value_and_unit_in_columns_of_their_own_are_put_together() -> None:
    text = """
项目支出绩效目标申报表
项目名称 河道清淤 预算单位 某县水务局
年度目标 完成清淤。
一级指标 二级指标 三级指标 指标性质 指标值 度量单位 权重
产出指标 数量指标 清淤长度 ≥ 12 公里 30
质量指标 验收合格率 ＝ 100 % 20
效益指标 社会效益指标 居民评价 定性 良好 40
"""
    values = [(r["indicator_seq"], r["operator"], r["value"], r["unit"], r["kind"]) for r in _read(text)["targets"]]
    assert values == [("1", "ge", "12", "公里", "number"), ("2", "eq", "100", "%", "number"), ("3", "", "", "", "quality")]


def test_each_goal_keeps_the_rows_under_its_own_header() -> None:
    text = """
2025年度部门整体绩效目标申报表
部门名称 某市体育局
年度绩效目标1（40分） 举办全民健身活动。
一级指标 二级指标 三级指标 年度指标值
产出指标（30分） 数量指标 举办赛事场次 ≥20场
年度绩效目标2（40分） 建成健身步道。
一级指标 二级指标 三级指标 年度指标值
产出指标（40分） 数量指标 建成步道长度 ≥15公里
备注 如有疑问请致电 沈某宜 0516-83452222
"""
    tables = _read(text)
    assert [r["text"] for r in tables["goals"]] == ["举办全民健身活动。", "建成健身步道。"]
    assert [(r["level3"], r["level1"]) for r in tables["indicators"]] == [
        ("举办赛事场次", "产出指标（30分）"),
        ("建成步道长度", "产出指标（40分）"),
    ]
    assert [r["raw"] for r in tables["targets"]] == ["≥20场", "≥15公里"]
    assert [(r["label"], r["personal"]) for r in tables["fields"]] == [("备注", "false"), ("姓名、电话", "true")]


_HEADER = "绩效指标（90分） 一级指标 二级指标 三级指标 年度指标值 实际完成\n值\n\n分值 得分 偏差原因分析"
_DIVIDED = """绩效指标 年度指标值
实际完成值 分值 得分 偏差原因分析
一级指标 二级指标 三级指标 指标性质 指标值"""


def test_a_header_whose_lower_row_divides_the_levels_and_the_target_is_read() -> None:
    signed = _SCORED.replace(_HEADER, _DIVIDED).replace("≥", "≥ ").replace("≤", "≤ ")
    values = [(r["indicator_seq"], r["measure"], r["raw"]) for r in _read(signed)["targets"]]
    assert values[:4] == [("1", "target", "≥12公里"), ("1", "actual", "11公里"), ("2", "target", "≥95%"), ("2", "actual", "96%")]
    weights = [(r["weight"], r["score"], r["note"]) for r in _read(signed)["indicators"]]
    assert weights == [("20", "18", "受汛期影响，工期顺延一个月"), ("20", "20", ""), ("10", "10", ""), ("30", "30", "")]


def test_a_header_whose_two_lines_come_in_no_order_makes_no_rows() -> None:
    # What is divided is not the first of the row above: which of its columns stand left of it is not told.
    tables = _read(_SCORED.replace(_HEADER, _DIVIDED.replace("绩效指标 年度指标值\n实际完成值", "实际完成值\n年度指标值")))
    assert not tables["targets"]
    assert "unread_text" in {f["rule"] for f in tables["findings"]}


@pytest.mark.parametrize(
    "header",
    [
        "一级指标 二级指标 三级指标 年度指标值 实际完成值\n指标\n权重\n自评\n得分\n偏差原因分析",
        "一级指标 二级指标 三级指标\n年度指标值\n（A）\n指标完成情\n况\n满分\n值\n评价\n得分\n指标说明",
    ],
)
def test_a_header_in_pieces_is_put_together_so_that_no_column_stands_twice(header: str) -> None:
    tables = _read(_SCORED.replace(_HEADER, f"绩效指标（90分）\n{header}"))
    assert [(r["level3"], r["weight"], r["score"]) for r in tables["indicators"]] == [
        ("维修河道长度", "20", "18"),
        ("沿河设施（含护栏与步道）完好率", "20", "20"),
        ("单位造价", "10", "10"),
        ("水质", "30", "30"),
    ]


def test_a_row_that_fits_nowhere_costs_its_own_figures_and_no_others() -> None:
    text = _SCORED.replace("成本指标 单位造价 ≤30万元 29万元 10 10", "成本指标 单位造价 ≤30万元 29万元 28万元 27万元 10 10")
    assert [r["level3"] for r in _read(text)["indicators"]] == ["维修河道长度", "沿河设施（含护栏与步道）完好率", "水质"]


def test_labels_with_nothing_beside_them_and_places_left_open_are_no_part_of_other_rows() -> None:
    text = """
2024年度项目支出绩效目标申报表
项目名称 小区改造
总体目标
中期目标（2023年—2025年） 年度目标
目标1：改造小区60个
目标2：惠及居民2万户
目标1：改造小区20个
绩
效
指
标
一级
指标
二级指标 三级指标 指标值 备注
产
出
指
标
数量指标
指标1：改造小区数 ≥20个
指标2：惠及居民 ≥0.7万户
……
质量指标 指标1：验收合格率 100%
效益指标
社会效益指标 指标1：居住条件 明显改善
可持续影
响指标
满意度指标
服务对象
满意度指标
指标1：居民满意度 ≥90%
"""
    tables = _read(text)
    assert [(r["level1"], r["level2"], r["level3"], r["note"]) for r in tables["indicators"]] == [
        ("产出指标", "数量指标", "指标1：改造小区数", ""),
        ("产出指标", "数量指标", "指标2：惠及居民", ""),
        ("产出指标", "质量指标", "指标1：验收合格率", ""),
        ("效益指标", "社会效益指标", "指标1：居住条件", ""),
        ("效益指标", "可持续影响指标", "", ""),
        ("满意度指标", "服务对象满意度指标", "指标1：居民满意度", ""),
    ]
    assert [r["raw"] for r in tables["targets"]] == ["≥20个", "≥0.7万户", "100%", "明显改善", "≥90%"]
    assert [(r["horizon"], r["text"]) for r in tables["goals"]] == [
        ("long_term", "目标1：改造小区60个目标2：惠及居民2万户"),
        ("annual", "目标1：改造小区20个"),
    ]


def test_of_two_grids_side_by_side_a_row_with_one_half_blank_is_asked_about() -> None:
    text = """
部门整体支出绩效目标申报表
（2023年度）
部门名称 某县残联
整体绩效目标
长期目标（2023年-2025年） 年度目标
完善保障体系 新增就业120人
一级指标 二级指标 三级指标 指标值 二级指标 三级指标 指标值
产出指标 数量指标 新增就业 300人 数量指标 新增就业 120人
成本指标 人均成本 ≤0.3万元
效益指标 社会效益指标 就业率 提高5% 社会效益指标 就业率 提高2%
"""
    tables = _read(text)
    assert [(r["period"], r["raw"]) for r in tables["targets"]] == [
        ("long_term", "300人"), ("long_term", "提高5%"), ("full_year", "120人"), ("full_year", "提高2%"),
    ]  # fmt: skip
    assert [r["text"] for r in tables["unread"]] == ["成本指标", "人均成本 ≤0.3万元"]


def _funds_of(lines: str) -> list[tuple[str, str, str, str, str]]:
    below = "年度总体目标 保障河道畅通。\n一级指标 二级指标 三级指标 指标值\n产出指标 数量指标 长度 ≥2公里"
    text = f"2024年度项目支出绩效目标表\n项目名称 河道维修\n{lines}\n{below}"
    return [(r["side"], r["item"], r["period"], r["measure"], r["amount"]) for r in _read(text)["funds"] if r["amount"]]


def test_names_and_figures_that_take_turns_on_a_line_are_told_by_their_order() -> None:
    assert _funds_of("项目总预算（元） 1860000 项目当年预算（元） 1600000") == [
        ("expenditure", "项目总预算", "long_term", "budget", "1860000"),
        ("expenditure", "项目当年预算", "full_year", "budget", "1600000"),
    ]
    assert _funds_of("项目资金（万元）\n中期资金总额： 年度资金总额： 1250.3\n其中：财政拨款 其中：财政拨款 1250.3") == [
        ("income", "年度资金总额", "full_year", "budget", "1250.3"),
        ("income", "其中：财政拨款", "full_year", "budget", "1250.3"),
    ]
    assert _funds_of("资金情况（元）\n年度资金总额：1200000\n其中：财政拨款：1000000\n其他资金：200000") == [
        ("income", "年度资金总额", "full_year", "budget", "1200000"),
        ("income", "其中：财政拨款", "full_year", "budget", "1000000"),
        ("income", "其他资金", "full_year", "budget", "200000"),
    ]


def test_years_over_amounts_and_notes_behind_them_are_columns() -> None:
    assert _funds_of("项目资金（万元） 2024年 2025年\n资金总额 100 120\n其他资金 20 20") == [
        ("income", "资金总额", "full_year", "budget", "100"),
        ("income", "资金总额", "year_2025", "budget", "120"),
        ("income", "其他资金", "full_year", "budget", "20"),
        ("income", "其他资金", "year_2025", "budget", "20"),
    ]
    headers = "资金需求（万元）\n上年度预算安排 上年度实际执行 本年度申请金额 备注"
    noted = _funds_of(f"{headers}\n财政拨款 300 295.3 310\n其他资金 0 0 10 自筹")
    assert [(item, period, amount) for _, item, period, _, amount in noted] == [
        ("财政拨款", "last_year", "300"), ("财政拨款", "last_year", "295.3"), ("财政拨款", "full_year", "310"),
        ("其他资金", "last_year", "0"), ("其他资金", "last_year", "0"), ("其他资金", "full_year", "10"),
    ]  # fmt: skip


def test_a_second_project_in_a_text_is_a_form_of_its_own() -> None:
    text = """
2024年项目绩效目标表
项目名称 公园绿化 主管部门 某市园林局
年度目标 完成绿化
一级指标 二级指标 三级指标 指标值
产出指标 数量指标 绿化面积 3万平方米
项目名称 路灯维护 主管部门 某市城管局
年度目标 路灯完好
一级指标 二级指标 三级指标 指标值
产出指标 数量指标 维护路灯 800盏
"""
    forms = read_forms(text.encode(), "form.txt", load_families())
    assert [(f.project.value, [i.name for i in f.indicators]) for f in forms if f.project is not None] == [
        ("公园绿化", ["绿化面积"]),
        ("路灯维护", ["维护路灯"]),
    ]


def test_numbers_of_the_columns_below_a_header_are_no_row() -> None:
    numbered = f"{_HEADER}\n1 2 3 4 5 6 7 8"
    assert len(_read(_SCORED.replace(_HEADER, numbered))["indicators"]) == 4


def test_points_beside_a_target_merged_with_the_one_above_are_no_target() -> None:
    text = """
2022年项目支出绩效目标批复表
项目名称 防汛物资购置
年度绩效目标 保障度汛安全。
一级指标 二级指标 三级指标 年度指标值 分值
产出指标 数量指标 冲锋舟 10艘 20
质量指标 物资合格率 100% 10
物资完好率 10
效益指标 社会效益指标 保障能力 提升 20
"""
    tables = _read(text)
    assert [r["raw"] for r in tables["targets"]] == ["10艘", "100%", "提升"]
    assert [r["text"] for r in tables["unread"]] == ["物资完好率 10"]


@pytest.mark.parametrize(
    "header",
    [
        "一级指标 二级指标 三级指标\n指标值\n备注\n历史值 计划值 标准值",  # divided: which value is whose is not told
        "一级指标 二级指标 指标内容",  # no target: nothing ends a row
        "一级指标 分值 二级指标 分值 三级指标 分值 评分标准 得分",
    ],
)
def test_a_table_whose_columns_are_not_told_is_no_text_of_an_indicator(header: str) -> None:
    text = f"""
2024年度项目支出绩效目标表
项目名称 饮水管护 主管部门 某县水利局
年度目标 管护水厂26座。
{header}
产出指标 数量指标 管护水厂 24座 26座 26座
质量指标 水质合格率 96.5% ≥98% ≥95% 行业标准
资金投入 10 预算编制科学性 10 预算经过论证 8
"""
    tables = _read(text)
    assert not tables["indicators"]
    assert not tables["targets"]
    assert not tables["funds"]
    assert "unread_text" in {f["rule"] for f in tables["findings"]}


def test_each_department_of_a_text_has_a_form_of_its_own() -> None:
    text = """
部门整体绩效目标表
部门名称 某县审计局
年度目标 完成审计。
一级指标 二级指标 三级指标 指标值
产出指标 数量指标 审计项目 ≥20个
部门名称 某县信访局
年度目标 化解积案。
一级指标 二级指标 三级指标 指标值
产出指标 数量指标 化解积案 ≥40件
"""
    forms = read_forms(text.encode(), "form.txt", load_families())
    assert [(f.department.value, [i.name for i in f.indicators]) for f in forms if f.department is not None] == [
        ("某县审计局", ["审计项目"]),
        ("某县信访局", ["化解积案"]),
    ]

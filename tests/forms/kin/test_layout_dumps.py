"""Dumps that keep the layout, of other families' forms: what stands where is read, and what is not is asked about."""

from __future__ import annotations

import shutil

import pytest
from jixiao.deliver.tables import tables_of
from jixiao.extract.errors import DocumentError
from jixiao.extract.read import read_forms
from jixiao.rules.checks import check_form
from jixiao.rules.families import load_families

from tests.forms.kin import KINDS, invent_kin
from tests.forms.kin.draw import as_text
from tests.forms.kin.evaluated import holds_what_was_evaluated
from tests.forms.score import MORE_FIELDS, score

FAMILIES = load_families()


def _read(text: str) -> dict[str, list[dict[str, str]]]:
    (form,) = read_forms(text.strip("\n").encode(), "form.txt", FAMILIES)
    return tables_of(form)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_invented_forms_are_read_from_their_layout(kind: str) -> None:
    for seed in (61, 62):
        kin = invent_kin(kind, seed)
        (form,) = read_forms(as_text(kin, "pdftotext-layout"), "form.txt", FAMILIES)
        tables = tables_of(form)
        found = [{"table": f.table, "row_seq": str(f.row_seq)} for f in check_form(form, FAMILIES)]
        result = score(kin.tables, tables, [*tables["findings"], *found], MORE_FIELDS)
        assert result.silent == []
        assert result.total.f1 >= 0.99, f"{kind} {seed}: {result.errors[:5]}"


_EVALUATION = """
                      2024年度项目支出绩效自评表
                              金额单位：万元
 项目名称              河道维修工程              主管部门              某县水务局
            资金类别        预算数（A）    预算执行数    权重   执行率（B/A）   得分
 项目资金     年度资金总额        2140.32    1476.82   10      69%     9.5
            其中：财政拨款       1605.24             -       -
                  预期目标                       实际完成情况
年度总体目标  维修河道12公里，改善沿河
                                      已维修河道11公里。
                   环境。
                                          全年实际
 一级指标   二级指标        三级指标      年度指标值            分值   得分    偏差原因分析
                                           完成值
                                                            受汛期影响，工期顺
        数量指标       维修河道长度      ≥12公里    11公里    20   18
                                                              延一个月
 产出指标           沿河设施（含护栏与步道）
        质量指标                     ≥95%     96%    20   20
                      完好率
        成本指标       单位造价        ≤30万元   29万元    10   10
 效益指标   生态效益指标      水质          改善      改善     30   30
                      合计                       80   78
 其他需说明的问题    无
"""


def test_cells_are_told_by_where_they_stand() -> None:
    tables = _read(_EVALUATION)
    assert holds_what_was_evaluated(tables)
    fields = {r["label"]: r["value"] for r in tables["fields"]}
    assert fields["其他需说明的问题"] == "无"


def test_a_blank_amount_leaves_the_others_under_their_headers() -> None:
    funds = _read(_EVALUATION)["funds"]
    amounts = {(r["item"], r["measure"]): r["amount"] for r in funds}
    assert amounts["年度资金总额", "executed"] == "1476.82"
    assert amounts["其中：财政拨款", "budget"] == "1605.24"
    assert amounts.get(("其中：财政拨款", "executed"), "") == ""
    assert amounts["年度资金总额", "score"] == "9.5"


def test_the_headers_of_a_section_stand_above_its_label_and_belong_to_it() -> None:
    text = """
                 2024年部门整体支出绩效目标表
                       单位：万元
   单位名称              某县水务局
  年度总体目标             保障河道畅通，完成清淤疏浚；推进污水处理，提升水质监测水平。
                   任务名称           主要内容           预算金额         预期成效
               河道清淤工程       清淤河道12公里。         75.92       河道畅通。
                                                       水质持续改善，居民满意度
 年度重点工作任务      水质监测专项       新建监测点6个。         853.56
                                                         提高。
               护栏维修工程      维修护栏800米。         570.77      设施完好。
   一级指标       二级指标              三级指标            年度目标值
   产出指标       数量指标             清淤河道长度           ≥12公里
   效益指标      社会效益指标            居民满意度            ≥90%
"""
    tables = _read(text)
    assert [r["text"] for r in tables["goals"]] == ["保障河道畅通，完成清淤疏浚；推进污水处理，提升水质监测水平。"]
    assert [(r["name"], r["amount"], r["expected"]) for r in tables["tasks"]] == [
        ("河道清淤工程", "75.92", "河道畅通。"),
        ("水质监测专项", "853.56", "水质持续改善，居民满意度提高。"),
        ("护栏维修工程", "570.77", "设施完好。"),
    ]


def test_a_label_beside_the_table_is_no_level() -> None:
    text = """
                   项目支出绩效目标申报表
                         2024年度
  项目名称        河道清淤工程            预算单位         某县水务局
  年度目标        完成清淤疏浚。
       一级指标    二级指标      三级指标     指标性质   指标值   度量单位   权重
  绩     产出指标    数量指标    清淤河道长度      ≥     12    公里     30
  效             质量指标    验收合格率       ＝    100     %     20
  指     效益指标   社会效益指标    居民评价       定性    良好           40
  标
"""
    tables = _read(text)
    assert [(r["level1"], r["level3"], r["weight"]) for r in tables["indicators"]] == [
        ("产出指标", "清淤河道长度", "30"),
        ("产出指标", "验收合格率", "20"),
        ("效益指标", "居民评价", "40"),
    ]
    values = [(r["operator"], r["value"], r["unit"]) for r in tables["targets"]]
    assert values == [("ge", "12", "公里"), ("eq", "100", "%"), ("", "", "")]
    assert not tables["unread"]


def test_a_figure_and_its_unit_set_apart_are_one_value() -> None:
    tables = _read("""
                 部门整体支出绩效目标表
                   （2024年度）
  单位名称       某县水务局
  年度目标       保障供水。
  一级指标    二级指标     三级指标        指标值         备注
  产出指标    数量指标     新建管网       ≥12 公里        按计划
           数量指标     年供水量       ≥1 亿立方米
           时效指标     完工时间       2024 年 9 月
  效益指标    社会效益     受益人口       ≥3 万人
""")
    values = [(r["operator"], r["value"], r["unit"]) for r in tables["targets"]]
    assert values[:2] == [("ge", "12", "公里"), ("ge", "1", "亿立方米")]
    assert [r["note"] for r in tables["indicators"]] == ["按计划", "", "", ""]


def test_a_sign_far_from_its_figure_under_one_header_belongs_to_it() -> None:
    tables = _read("""
                 项目支出绩效目标表
                   （2024年度）
  项目名称       老人照护                预算单位          某区民政局
  年度目标       提供照护。
  一级指标    二级指标       三级指标               指标值
          数量指标       照护人数         ≥      500     人
  产出指标
          质量指标       合格率          ≤       95     %
""")
    assert [(r["operator"], r["value"], r["unit"]) for r in tables["targets"]] == [("ge", "500", "人"), ("le", "95", "%")]


def test_names_of_funds_go_on_below_and_a_cut_amount_is_asked_about() -> None:
    tables = _read("""
                 项目支出绩效自评表
                   （2024年度）
  项目名称         河道维修工程

  项目资金         资金构成      全年预算数      全年执行数
  （万元）
               年度资金总     836.4      812.6
               额

               其中：中央财    1,620.0    620.5
               政补助资金     0

  年度目标         保障河道畅通。

  一级指标    二级指标       三级指标          指标值
  产出指标    数量指标       维修长度         ≥12公里
""")
    funds = {(r["item"], r["measure"]): r["amount"] for r in tables["funds"]}
    assert funds["年度资金总额", "budget"] == "836.4"
    assert funds["其中：中央财政补助资金", "executed"] == "620.5"
    seq = next(r["seq"] for r in tables["funds"] if r["item"] == "其中：中央财政补助资金")
    assert ("funds", seq) in {(f["table"], f["row_seq"]) for f in tables["findings"]}


def test_a_money_unit_that_a_wrap_cuts_stays_with_its_label() -> None:
    tables = _read("""
                 部门整体支出绩效自评表
                   （2024年度）
   部门名称                           某县水务局
                资金性质       年初预算数       实际执行数
  整体支出年度执行情况（
   万元）          合计         3200        3461.2
                项目支出        2000        2210.4
   年度目标                           保障河道畅通。
  一级指标     二级指标        三级指标          指标值
  产出指标     数量指标        维修长度         ≥12公里
""")
    assert {(r["item"], r["amount_yuan"]) for r in tables["funds"] if r["measure"] == "executed"} == {
        ("合计", "34612000"),
        ("项目支出", "22104000"),
    }


def test_a_header_divided_below_makes_no_rows_where_its_names_stand_under_another() -> None:
    tables = _read("""
                   部门整体绩效目标申报表
                     （2024年度）
  部门名称       某县文旅局                               单位编码       203001
  长期目标       公共文化服务体系基本完善。
  一级指标     二级指标       三级指标            指标值          指标值确定依据
  产出指标     数量指标       三年活动场次          ≥360场          计划标准
  年度目标       举办活动120场。
  一级指标     二级指标       三级指标            近两年指标值      指标值确定依据
                                     预期当年实现值
                                   前年        上年
  产出指标     数量指标       活动场次        105场       112场       ≥120场
  其他说明       无
""")
    assert [r["raw"] for r in tables["targets"]] == ["≥360场"]
    assert "活动场次" in "".join(r["text"] for r in tables["unread"])
    assert "unread_text" in {f["rule"] for f in tables["findings"]}


def test_years_below_a_header_divide_it() -> None:
    tables = _read("""
                 部门整体绩效目标申报表
                   （2024年度）
  部门名称       某县文旅局
                                                近两年收支金额
               资金构成      当年金额      占比
  总体资金情况（万元）                               2022年       2023年
               财政拨款      2100.5    87.52%      1950      2010.3
               其他资金      299.5     12.48%      300       280
  年度目标       举办活动120场。
  一级指标     二级指标       三级指标       指标值
  产出指标     数量指标       活动场次       ≥120场
""")
    rows = [(r["item"], r["period"], r["measure"], r["amount"]) for r in tables["funds"] if r["item"] == "财政拨款"]
    assert rows == [
        ("财政拨款", "full_year", "budget", "2100.5"),
        ("财政拨款", "full_year", "rate", "87.52"),
        ("财政拨款", "year_2022", "executed", "1950"),
        ("财政拨款", "last_year", "executed", "2010.3"),
    ]


_MONITORED = """
                        2023年度项目支出绩效运行监控表
 项目名称                                  质量监管
                       年初预算数    1-7月执行数      1-7月执行率        全年预计执行数

            年度资金总额       120         63.5     52.92%            120
 项目资金（万元）
            其中：本年一般
                         120         63.5     52.92%            120
            公共预算拨款

             其他资金         0           0         —               0

 年度总体目标                                完成抽检任务。
                                                  全年预计完成情     偏差原因分析            完成目标可能性
    一级指标   二级指标      三级指标       年度指标值   1-7月执行情况                                            备注
                                                       况
                                                               经费保障   制度保障   其他    确定能   有可能   不可能
    产出指标   数量指标      抽检批次       ≥800批次    420批次      800批次                       √
    效益指标   社会效益指标    事故发生数      0起        0起         0起                         √
"""


def test_two_amounts_under_one_another_are_never_one() -> None:
    amounts = [(r["item"], r["measure"], r["amount"]) for r in _read(_MONITORED)["funds"] if r["measure"] == "executed"]
    assert [amount for *_, amount in amounts] == ["63.5", "63.5", "0"]
    assert [item for item, *_ in amounts] == ["年度资金总额", "其中：本年一般公共预算拨款", "其他资金"]


def test_a_line_that_divides_the_last_columns_is_no_row() -> None:
    tables = _read(_MONITORED)
    assert [r["level3"] for r in tables["indicators"]] == ["抽检批次", "事故发生数"]
    assert [(r["period"], r["measure"], r["raw"]) for r in tables["targets"]][:2] == [
        ("full_year", "target", "≥800批次"), ("months_7", "actual", "420批次"),
    ]  # fmt: skip


def test_a_line_of_labels_and_values_above_a_header_is_no_half_of_it() -> None:
    text = """
                 项目支出绩效目标申报表
预算单位   某区卫生健康局                 项目名称   家庭医生签约

指标名称    计量单位                   指标性质    指标值

签约人数     万人                     ≥       12

签约率       %                     ≥       60
"""
    tables = _read(text)
    assert tables["documents"][0]["project"] == "家庭医生签约"
    assert [r["raw"] for r in tables["targets"]] == ["≥12万人", "≥60%"]


def test_what_was_reached_in_half_a_year_is_no_half_year_target() -> None:
    kin = invent_kin("monitoring", 912)
    tables = tables_of(read_forms(as_text(kin, "pdftotext-layout"), "form.txt", FAMILIES)[0])
    assert score(kin.tables, tables, tables["findings"], MORE_FIELDS).exact


def test_a_table_with_two_units_is_refused_and_not_read_by_half() -> None:
    text = """
                               2022年度项目支出绩效自评表
  项目名称                               畜禽粪污资源化利用
  年度总体目标                             改造养殖场60家。
  一级指标      二级指标       三级指标    年初目标值    计量单位     实际完成值    计量单位   分值   得分
                       改造养殖场     60      家        62      家     25   25
  产出指标      数量指标
                       处理粪污      12      万吨      118000    吨     25   24
"""
    with pytest.raises(DocumentError, match="没有找到指标表头"):
        _read(text)

"""Dumps that keep the layout, where a block stands off from those above it: tiny pages, each for one cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jixiao.pipeline.one import read_bytes

HEAD = """\
              江海市部门整体预算绩效目标表
单位名称     江海市图书馆

年度目标     建成书香城市。

"""
FUNDS = """\
          支出      基本支出                10           20
部门整体资金
（万元）           项目支出                 8            8
                  借阅专项                 8            8
"""
MEASURES = "                               半年计划执行数      全年预算数\n"
HEADER = "一级指标    二级指标      三级指标            半年指标值     全年指标值\n"
LABELS = "产出        数量指标"


def tables(text: str) -> Mapping[str, Sequence[Mapping[str, str]]]:
    return read_bytes(text.encode(), "form.txt").tables


def values(text: str) -> list[tuple[str, str, str]]:
    """Return the targets as (name of the indicator, period, text as printed)."""
    found = tables(text)
    names = {r["seq"]: r["level3"] for r in found["indicators"]}
    return [(names[r["indicator_seq"]], r["period"], r["raw"]) for r in found["targets"]]


def asked(text: str, table: str) -> set[str]:
    """Return the rows of *table* that a question is asked about."""
    return {r["row_seq"] for r in tables(text)["findings"] if r["table"] == table and r["severity"] != "info"}


SHIFTED = f"""{HEAD}\
                                                               半年        全年
一级指标      二级指标          重点工作           对应项目          三级指标
                                                             指标值       指标值
                                              2022年教育督导检查
                                                          不多于1次        ≤3次
                   完善学前教育普惠发展制度， 学科竞赛（中央           数量
         骨干教师培训
                   保障校园周边环境正常运行    资金）         “春风”新增公办学位
                                                          不低于25个      ≥50个
                                                   活动数
                                         语言文字工作问题响          不超过六
                  推动学前教育普惠发展、高中                     不超过六天
                                              应时间             天
                  多样化办学一体化发展，完善
 履职               语言文字工作制度；加强语言            服务乡村教师数   ≥20人   ≥20人
        组织实施示范幼儿园               教师队伍建设“一
                  文字工作监督管理、严格落实          “强基”新增公办学位
           创建                     件事”改革                      ≥1个
                  中小学食堂管理责任，优化实               活动数
                  训基地管理和心理健康筛查流
                                         名师工作室次数（全          ≥17157
                  程                                 ≥17157个
                                             年累计）             个
"""


def test_two_values_on_a_line_are_one_of_each_column_wherever_they_stand() -> None:
    assert [v for v in values(SHIFTED) if v[0] == "服务乡村教师数"] == [
        ("服务乡村教师数", "half_year", "≥20人"),
        ("服务乡村教师数", "full_year", "≥20人"),
    ]


def test_a_lone_value_stands_in_the_column_that_the_lines_beside_it_show() -> None:
    lone = "“强基”新增公办学位活动数"
    assert [v for v in values(SHIFTED) if v[0] == lone] == [(lone, "full_year", "≥1个")]


def test_lines_of_two_values_in_one_row_are_parted_by_where_they_stand() -> None:
    names = ("语言文字工作问题响应时间", "名师工作室次数（全年累计）")
    assert [v for v in values(SHIFTED) if v[0] in names] == [
        (names[0], "half_year", "不超过六天"),
        (names[0], "full_year", "不超过六天"),
        (names[1], "half_year", "≥17157个"),
        (names[1], "full_year", "≥17157个"),
    ]


def test_a_range_broken_over_lines_stays_right_of_the_value_beside_it() -> None:
    text = f"""{HEAD}\
                                                                  半年（程）        全年（程）
一级指标      二级指标           重点工作         对应项目        三级指标
                                                                   指标值          指标值
                                     人事考试（稳
                   配合全市农民工工资支付大检            跨省异地结算专项支出 不高于425元/
                                     就业保就业）                                    ≤425元/人
                   查，开展“智汇”系列活动                 规模        人
                                      专项经费
       统筹社会保险扩面，促                               带动技工教育投资额         小于13724元     <27448元
                  推动技工教育、职业技能提升      2023年度社会
       进医保支付方式改革发
                  一体化发展              保险扩面补助     新增创业贷款发放数         ≤2.64万元      ≤2.64万元
 履职           展
                  做“实”技工教育品牌；强化
                                  2023年博士后
                  监管队伍培训、力争职业技能                               10525-14033
         见习岗位开发                   工作站奖补资 引进硕士及以上人才数   0-2631名
                  培训达到428人次、推进技工教                                      名
                                       金
                  育、健全医保支付方式改革。
"""
    name = "引进硕士及以上人才数"
    assert [v for v in values(text) if v[0] == name] == [
        (name, "half_year", "0-2631名"),
        (name, "full_year", "10525-14033名"),
    ]


def test_values_without_a_space_between_them_are_two() -> None:
    text = f"""{HEAD}{HEADER}\
{LABELS}      新增图书册数            ≥500册      ≥1000册
                     平均用时          不超过6个工作日不超过8个工作日
"""
    assert values(text)[2:] == [
        ("平均用时", "half_year", "不超过6个工作日"),
        ("平均用时", "full_year", "不超过8个工作日"),
    ]


def test_letters_set_apart_are_cut_where_two_stand_together() -> None:
    text = f"""{HEAD}{HEADER}\
{LABELS}      新增图书册数            ≥500册      ≥1000册
         质 量 指 标图 书 完 好 情 况 达 标 率 ＞ 9 7 . 9 8 %     >98%
"""
    found = tables(text)
    assert [(r["level2"], r["level3"]) for r in found["indicators"]][1] == ("质量指标", "图书完好情况达标率")
    assert [v[2] for v in values(text)][2:] == ["＞97.98%", ">98%"]


def test_a_label_without_a_row_keeps_its_place_between_the_rows() -> None:
    text = f"""{HEAD}\
 一级指标      二级指标           三级指标                   半年指标值        全年指标值
                     后备人才资料完整性          完善            完善
                      全民健身任务完成时限     2019年6月7日前   2019年12月17日前
          时效指标
                      乡村旅游问题响应时间      7分钟以内         7分钟以内
                     文物保护单位巡查单位成本     ≤1.8132万元     ≤3.6264万元
          成本指标
                        全民健身覆盖率         ＝36%          ﹦90%
         经济效益指标
         社会效益指标       全域旅游资源节约效果       稳步提高          稳步提高
效益指标     生态效益指标        长效管护机制作用         优化            优化
                        接待游客获得感         明显            明显
         可持续影响指标
                       绿色低碳发展贡献         良好            良好
"""
    assert [(r["level2"], r["level3"]) for r in tables(text)["indicators"]][4:7] == [
        ("成本指标", "全民健身覆盖率"),
        ("经济效益指标", ""),
        ("社会效益指标", "全域旅游资源节约效果"),
    ]


def test_a_header_of_the_funds_cut_by_the_pages_end_is_one() -> None:
    cut = "          支出                       半年          全年\n\f\n                              计划执行数         预算数\n"
    whole = HEAD.replace("年度目标", MEASURES + FUNDS + "年度目标") + HEADER
    broken = HEAD.replace("年度目标", cut + FUNDS + "年度目标") + HEADER
    rows = f"{LABELS}      新增图书册数            ≥500册      ≥1000册\n"
    keep = ("side", "item", "period", "measure", "raw")
    read = [[[r[k] for k in keep] for r in tables(t + rows)["funds"]] for t in (whole, broken)]
    assert len(read[0]) == 6
    assert read[1] == read[0]


def test_the_second_letter_of_a_side_may_stand_before_amounts() -> None:
    funds = """\
                                          半年计划执行数         全年预算数
               基本支出                      10,904.7             20,574.91
               项目支出                      3,083.01             7,671.1
               恒温恒湿设备维修改造工程              32.25                161.29
部门整体资金    支
               公共文化服务（全民阅读推广）专项经
 （万元）     出                              1,554.9              3,109.8
               费
               长桥县展厅提升工程                 1,026.44             2,052.89
"""
    rows = f"{LABELS}      新增图书册数            ≥500册      ≥1000册\n"
    found = tables(HEAD.replace("年度目标", funds + "年度目标") + HEADER + rows)["funds"]
    assert [r["item"] for r in found if r["period"] == "full_year"][3:] == [
        "公共文化服务（全民阅读推广）专项经费",
        "长桥县展厅提升工程",
    ]


def test_a_line_among_the_funds_without_amounts_is_asked_about() -> None:
    extra = "                  中长期目标统筹发展和安全\n"
    rows = f"{LABELS}      新增图书册数            ≥500册      ≥1000册\n"
    text = HEAD.replace("年度目标", MEASURES + FUNDS + extra + "\n年度目标") + HEADER + rows
    found = tables(text)
    blank = {r["seq"] for r in found["funds"] if r["item"] == "中长期目标统筹发展和安全"}
    assert blank
    assert blank <= asked(text, "funds")


def test_a_page_that_ends_with_labels_alone_has_them_in_their_columns() -> None:
    text = f"""{HEAD}\
  一级指标          二级指标            三级指标                 半年指标值        全年指标值
              经济效益指标
              社会效益指标       长效管护机制作用                       长期         长期
  效益指标        生态效益指标       户外劳动者驿站投入资金                  ≤26.3亿元    ≤87.9亿元
                           惠及妇女创业带头人数量                  62名左右      124名左右
              可持续影响指标
                           全年民企座谈规模                     ≤140场       ≤280场
\f满意度指标   服务对象满意度指标
"""
    last = tables(text)["indicators"][-1]
    assert (last["level1"], last["level2"], last["level3"]) == ("满意度指标", "服务对象满意度指标", "")


def test_a_label_without_a_row_is_a_row_high() -> None:
    text = f"""{HEAD}\
 一级指标      二级指标           三级指标                   半年指标值        全年指标值
                 防汛演练（含街道）              ≥1场       ≥3场
产出指标   成本指标      小流域治理成本控制数             ＝5.6812万元  ＝5.6812万元
                 取水口核查成本控制数             ≤11.7亿元     ≤23.4亿元
       经济效益指标
       社会效益指标    服务水库移民数             ≤103人       ≤103人
效益指标             河道采砂管理带动效应           增强          增强
       生态效益指标
                 水库移民获得感             有效提升        有效提升
       可持续影响指标
                 节水载体创建参与者满意度         >90%        >90%
满意度指
     服务对象满意度指标   社会公众对水利工程质量监督满意度    ≥94.93%     ≥94.93%
  标
                 参训人员满意度             ≥94.8%      ≥94.8%
"""
    assert [(r["level1"], r["level2"]) for r in tables(text)["indicators"]][3:] == [
        ("效益指标", "经济效益指标"),
        ("效益指标", "社会效益指标"),
        ("效益指标", "生态效益指标"),
        ("效益指标", "生态效益指标"),
        ("效益指标", "可持续影响指标"),
        *[("满意度指标", "服务对象满意度指标")] * 3,
    ]


def test_a_table_with_half_years_is_read_with_its_form_however_its_header_wraps() -> None:
    text = f"""{HEAD.replace("年度目标", MEASURES + FUNDS + "年度目标")}\
                                                                半年（程）指标
一级指标       二级指标                          三级指标                                  全年（程）指标值
                                                                       值
           数量指标                         气象信息员数                        =22人       =45人
产出指标
           质量指标                       不动产登记任务完成率                      >80%        >90%
"""
    assert [r["raw"] for r in tables(text)["funds"]] == ["10", "20", "8", "8", "8", "8"]
    assert [v[1:] for v in values(text)] == [
        ("half_year", "=22人"),
        ("full_year", "=45人"),
        ("half_year", ">80%"),
        ("full_year", ">90%"),
    ]


BESIDE_A_NAME = f"""{HEAD}\
一级指标         二级指标               重点工作        对应项目          三级指标              半年    全年
                                                                        指标值       指标值
 履职         全民健身赛事     完成等级运动员培养180名、加强非   第三方审计费 景区标识系统故障修复时长 不多于两 不多于两个工
                       物质文化遗产保护监督管理、落实文                                个工作日       作日
                       物安全各项政策；实施景区标识系统
                       改造；做好文化市场检查和健身路径
                       更新工作，优化应急广播终端管理和
                       文物保护单位巡查流程
       加强非物质文化遗产保护 保障应急广播终端正常运行，落实竞 全民健身赛事             培训社会体育指导员数量          ≥4名   ≥9名
              工作       技体育后备人才各项政策，开展文化        项目
                       市场检查活动，强化竞技体育后备人
                       才队伍培训、保障百姓大舞台正常运
"""


def test_a_value_in_chinese_numerals_one_space_behind_a_name_is_no_part_of_it() -> None:
    assert values(BESIDE_A_NAME)[:2] == [
        ("景区标识系统故障修复时长", "half_year", "不多于两个工作日"),
        ("景区标识系统故障修复时长", "full_year", "不多于两个工作日"),
    ]


EVERY_ROW = f"""{HEAD}\
                                                                          半年（程）        全年（程）
一级指标      二级指标             重点工作                对应项目          三级指标
                                                                           指标值          指标值
                     健全大气污染防治与生物多样性保护联
                                                                          2025年6月      2025年12月
部门履职   不动产登记         动机制；配合全区森林防火大检查、开       气象预警发布补助     气象预警发布完成时间
                                                                            底前            底前
                     展“春风”系列活动、建设空气自动站
                     健全大气污染防治与生物多样性保护联
部门履职   不动产登记         动机制；配合全区森林防火大检查、开       气象预警发布补助     气象预警发布合格率        ≤23.97%      ≤59.94%
                     展“春风”系列活动、建设空气自动站
                     提升气象灾害预警能力，保障湿地公园
                     正常运行、建设空气自动站，开展“润
                     心”系列活动；开展森林抚育活动，加
       推进固体废物管理、森林                                                        2025年12月     2025年12月
部门履职                 强辐射安全监管监督管理，加强大气污       入河排口整治项目     资金下达时间
       防火                                                                    底前           底前
                     染防治监督管理，推动生物多样性保
                     护、水环境质量改善一体化发展，保障
                     自然保护地正常运行。
"""  # noqa: E501


def test_labels_printed_on_every_row_are_one_to_a_row() -> None:
    rows = tables(EVERY_ROW)["indicators"]
    assert [(r["level1"], r["level2"], r["key_work"][:6], r["project"]) for r in rows] == [
        *[("部门履职", "不动产登记", "健全大气污染", "气象预警发布补助")] * 2,
        ("部门履职", "推进固体废物管理、森林防火", "提升气象灾害", "入河排口整治项目"),
    ]
    assert rows[0]["key_work"] == rows[1]["key_work"]


def test_what_both_columns_say_is_a_value_whatever_its_words() -> None:
    text = f"""{HEAD}\
                                                   半年（      全年（
一级
       二级指标                    三级指标                程）指      程）指
指标
                                                    标值       标值
                工作要点科学性                             科学      较科学
                目标与职责可对标性                          可对标      可对标
     目标设定       绩效指标可对标性                           可对标      可对标
决策              整体绩效目标匹配性                           匹配       匹配
"""
    assert [v[0] for v in values(text)[2:6:2]] == ["目标与职责可对标性", "绩效指标可对标性"]
    assert {v[2] for v in values(text)[2:6]} == {"可对标"}


SET_OFF = f"""{HEAD}\
一级指标         二级指标              重点工作           对应项目      三级指标         半年      全年
                                                                    指标值     指标值
 履职     公务用车建设         力争审计项目达到266个         政府采购培训   政府采购监管政策知晓    不超过5%     ≤5%
                                            （中央资金）   率
 履职     资产盘活           严格落实政务服务大厅管理责任，开展政   资产盘活补助   服务评审专家数       ≤6801名 ≤13603名
                       府采购培训活动；优化财政一体化系统管
                       理和统计调查样本流程
 履职     资产盘活           严格落实政务服务大厅管理责任，开展政   资产盘活补助   服务办事群众数      ≤0.6万人次 ≤1.2万人次
                       府采购培训活动；优化财政一体化系统管
                       理和统计调查样本流程
 履职     财政一体化系统建设           力争会计人员继续教育达到636人次，优   第三方审计费    政府采购监管专项支出     <29,367元    <97,893元
                            化集中办公区管理和评标场次流程；落实              规模
                            政务服务标准化各项政策
 履职     加强公务用车管理工作          保障财政一体化系统正常运行、健全节约    政务事项进驻工   3公里内集中办公区服      100%        100%
                            型机关与政府采购监管联动机制        作经费       务覆盖率
"""  # noqa: E501


def test_lines_set_off_against_those_above_keep_their_columns() -> None:
    rows = tables(SET_OFF)["indicators"]
    assert [(r["project"], r["level3"]) for r in rows[-2:]] == [
        ("第三方审计费", "政府采购监管专项支出规模"),
        ("政务事项进驻工作经费", "3公里内集中办公区服务覆盖率"),
    ]
    assert [v[2] for v in values(SET_OFF)[6:]] == ["<29,367元", "<97,893元", "100%", "100%"]

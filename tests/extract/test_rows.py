"""Blocks of lines whose split into cells is known: the rows come out as they were drawn."""

from __future__ import annotations

from itertools import product

import pytest
from jixiao.deliver.tables import Row
from jixiao.normalize.characters import display_width
from jixiao.pipeline.one import Outcome, read_bytes

from .inputs import SAMPLE

NARROW = "一级指标 二级指标 三级指标 半年指标值 全年指标值"
WIDE = "一级指标 二级指标 重点工作 对应项目 三级指标 半年指标值 全年指标值"
ASKED = ("split_unsure", "target_column_unsure", "unread_text")
"""Findings that say a place was not surely read."""


def rows_of(outcome: Outcome, *columns: str) -> list[tuple[str, ...]]:
    """Return the chosen columns of each indicator and its targets as printed."""
    targets: dict[str, list[str]] = {}
    for target in outcome.tables["targets"]:
        targets.setdefault(target["indicator_seq"], []).append(target["raw"])
    return [
        (*(row[c] for c in columns), *targets.get(row["seq"], ())) for row in outcome.tables["indicators"]
    ]


# --- the provided form's rows with works ------------------------------------------------------------------

TRUE = [
    (
        "全市重大创新发展战略研究、推进沿江科创带建设",
        "组织推进长江口产业创新协同发展、未来产业培育，市科创委年度会议、推进会议和市沿江科创带建设推进会议，"
        "组织沿江科创带建设等培训",
        "科创办推进专项", "新招引未来产业科创项目数", "≥50个", "≥100个",
    ),
    (
        "组织创新能力建设、推进高层次科研院所引进、新型研发机构建设",
        "推进全市科研机构建设，加大对大院大所、新型研发机构建设指导，培育推荐国家、省级科研机构，组织市级研发机构备案、"
        "认定管理，组织对全市市级研发机构进行绩效评价，支持科技服务业体系建设，加强安全生产工作。",
        "科研机构建设专项", "组织省市项目申报数", "≥20个", "≥100个",
    ),
    (
        "组织实施高新技术发展及其产业化",
        "强化高企培育、强化科创项目招引、推进孵化载体提档升级、加大科技金融支持力度做“精”关键技术攻关",
        "高新技术发展专项", "高企认定数", "≥0个", "≥1200个",
    ),
    (
        "推进区域创新、组织产学研协同创新",
        "强化产创融合、推进高新区高质量发展、强化区域创新协作",
        "产学研合作专项", "全市实施产学研合作项目数", "≥900个", "≥1750个",
    ),
    (
        "综合管理引进国外智力、推进国际科技合作",
        "对我市外国专家实施大数据动态管理；开展外国人在通工作情况调研；推进“一带一路”科技创新合作，开展国际科技创新合作与"
        "交流活动；做好科技开放合作宣传、开展外国专家联谊活动；组织实施市国际科技合作计划项目；配套支持国家、省立项的外国"
        "专家、国际科技合作项目落地落实。",
        "引进国外智力专项", "引进外国智力（首次办证）", "≥300人", "≥600人",
    ),
    (
        "科技发展资金统筹，组织实施科技成果产业化、科技促进农业农村发展，承担科技统计、跟踪监测和考核",
        "优化科技政策网络、做“强”企业研发能力、做“优”重大成果转化、壮大科技人才队伍、持续推动科技兴农工程、深入实施民生科技项目",
        "科技创新体系建设专项", "送科技下乡活动次数", "≥3次", "≥6次",
    ),
    (
        "组织全市通创荟系列活动，开展科技招商",
        "组织全市通创荟系列活动，开展科技招商",
        "“通创荟”和科技招商专项经费", "科创大赛省赛和国赛获奖数", "≥0个", "≥10个",
    ),
]  # fmt: skip
"""The seven rows under 履职, read by eye: level 2, key work, project, level 3, half year, full year."""


def works(text: str) -> list[tuple[str, ...]]:
    rows = rows_of(read_bytes(text.encode(), "form.txt"), "level1", "level2", "key_work", "project", "level3")
    return [row[1:] for row in rows if row[0] == "履职"]


def wrapped(text: str, width: int) -> list[str]:
    """Return *text* as the lines of a cell *width* half ems wide."""
    lines = [""]
    for sign in text:
        if display_width(lines[-1] + sign) > width:
            lines.append("")
        lines[-1] += sign
    return lines


def drawn(widths: tuple[int, ...]) -> str:
    """Return the sample with its rows under 履职 wrapped at other *widths*, one for each column of text.

    As in the sample, a cell of several lines has them to itself; cells of one line share theirs.
    """
    lines = [WIDE, "履职"]
    for row in TRUE:
        shared: list[str] = []
        for cell, width in zip(row, (*widths, 99, 99), strict=True):
            parts = wrapped(cell, width)
            if len(parts) == 1:
                shared.append(cell)
                continue
            if shared:
                lines.append(" ".join(shared))
            shared = []
            lines += parts
        lines.append(" ".join(shared))
    begin = SAMPLE.index(WIDE)
    end = SAMPLE.index(NARROW, begin)
    return SAMPLE[:begin] + "\n".join(lines) + "\n" + SAMPLE[end:]


def test_the_sample_reads_as_its_rows_are_printed() -> None:
    assert works(SAMPLE) == TRUE


@pytest.mark.parametrize("widths", [*product((12, 24), (30, 38, 46), (10, 18), (14, 26))])
def test_rows_wrapped_at_other_widths_are_the_same_rows(widths: tuple[int, ...]) -> None:
    assert works(drawn(widths)) == TRUE


LINES = SAMPLE.split("\n")
BEGIN = LINES.index(WIDE) + 1
INSIDE = [i for i in range(BEGIN, LINES.index(NARROW, BEGIN)) if LINES[i].strip()]
"""The lines of the rows under 履职; the first is 履职 itself."""

BREAKS = {
    "a form feed": ("\f",),
    "a form feed and the header": ("\f" + WIDE + "\n",),
    "three blank lines": ("\n\n\n",),
    "a page number": ("— 3 —\n\f",),
    "a page number and the header": ("\n第 3 页 共 5 页\n\n\n" + WIDE + "\n",),
}


def broken(at: int, mark: str) -> str:
    return "\n".join([*LINES[:at], mark + LINES[at], *LINES[at + 1 :]])


@pytest.mark.parametrize("way", BREAKS)
def test_a_page_break_inside_a_row_changes_no_row(way: str) -> None:
    wrong = [i for i in INSIDE[1::2] if works(broken(i, BREAKS[way][0])) != TRUE]
    assert [LINES[i] for i in wrong] == []


def test_a_header_printed_twice_with_nothing_between_is_one_header() -> None:
    assert works(broken(INSIDE[0], "\f" + WIDE + "\n")) == TRUE


def _again(at: int) -> str:
    return broken(at, "\f" + WIDE + "\n履职\n")


@pytest.mark.xfail(strict=True, reason="inside a cut row the first level printed again is taken for the row's next cell")
def test_a_label_printed_again_inside_a_cut_row_changes_no_row() -> None:
    wrong = [i for i in INSIDE[1::5] if works(_again(i)) != TRUE]
    assert [LINES[i] for i in wrong] == []


@pytest.mark.xfail(strict=True, reason="inside a cut row the first level printed again makes rows that look sure")
def test_where_a_cut_row_is_read_wrong_a_finding_says_so() -> None:
    silent = []
    for at in INSIDE[1::5]:
        outcome = read_bytes(_again(at).encode(), "form.txt")
        if works(_again(at)) != TRUE and not {f.rule for f in outcome.findings}.intersection(ASKED):
            silent.append(LINES[at])
    assert silent == []


# --- small blocks ---------------------------------------------------------------------------------------------

HEAD = """某市部门整体预算绩效目标表
2025年度
单位名称 某市某局
主要职能
（1）拟订规划。
部门整体资金（万元）
支出
半年计划执行数 全年预算数
项目支出 5 10
科创推进专项 2 4
人才引进专项 3 6
年度目标
推动创新，引进人才。
"""


def small(header: str, block: str) -> Outcome:
    return read_bytes((HEAD + header + "\n" + block + "\n").encode(), "form.txt")


BLOCKS: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "a row a line": (
        "决策 计划制定 规划健全性 健全 健全\n工作计划健全性 健全 健全",
        [("决策", "计划制定", "规划健全性", "健全", "健全"), ("决策", "计划制定", "工作计划健全性", "健全", "健全")],
    ),
    "labels on lines of their own": (
        "决策\n计划制定\n规划健全性 健全 健全\n目标设定\n目标合理性 合理 合理",
        [("决策", "计划制定", "规划健全性", "健全", "健全"), ("决策", "目标设定", "目标合理性", "合理", "合理")],
    ),
    "a cell a line": (
        "过程\n预算执行\n预算执行率\n＝40%\n＝100%\n预算调整率\n＝0%\n＝0%",
        [("过程", "预算执行", "预算执行率", "＝40%", "＝100%"), ("过程", "预算执行", "预算调整率", "＝0%", "＝0%")],
    ),
    "a wrapped name": (
        "过程\n预算执行\n预算执行率 ＝40% ＝100%\n业务学习与培训\n及时完成率 ＝90% ＝100%",
        [
            ("过程", "预算执行", "预算执行率", "＝40%", "＝100%"),
            ("过程", "预算执行", "业务学习与培训及时完成率", "＝90%", "＝100%"),
        ],
    ),
    "a wrapped label": (
        "效益指标\n服务对象\n满意度\n群众满意度 ≥90% ≥95%\n企业满意度 ≥90% ≥95%",
        [
            ("效益指标", "服务对象满意度", "群众满意度", "≥90%", "≥95%"),
            ("效益指标", "服务对象满意度", "企业满意度", "≥90%", "≥95%"),
        ],
    ),
    "a range, a date and words": (
        "过程 项目管理 验收时间 2025年6月底前 2025年12月底前\n抽查比例 5%～10% 10%～20%\n整改 持续推进 全部完成",
        [
            ("过程", "项目管理", "验收时间", "2025年6月底前", "2025年12月底前"),
            ("过程", "项目管理", "抽查比例", "5%～10%", "10%～20%"),
            ("过程", "项目管理", "整改", "持续推进", "全部完成"),
        ],
    ),
    "rows of labels alone": (
        "效益指标\n经济效益 促进作用 较高 较高\n生态效益\n可持续影响\n满意度指标 服务对象满意度",
        [
            ("效益指标", "经济效益", "促进作用", "较高", "较高"),
            ("效益指标", "生态效益", ""),
            ("效益指标", "可持续影响", ""),
            ("满意度指标", "服务对象满意度", ""),
        ],
    ),
    "a label printed again": (
        "决策 计划制定 规划健全性 健全 健全\n\n\n\n决策\n预算编制\n编制科学性 科学 科学",
        [("决策", "计划制定", "规划健全性", "健全", "健全"), ("决策", "预算编制", "编制科学性", "科学", "科学")],
    ),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_a_small_block_falls_into_its_rows(case: str) -> None:
    block, rows = BLOCKS[case]
    outcome = small(NARROW, block)
    assert rows_of(outcome, "level1", "level2", "level3") == rows
    assert outcome.tables["unread"] == []


WORKS: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "a row a line": (
        "履职 科技创新 建设平台 科创推进专项 建设数 ≥1个 ≥2个",
        [("科技创新", "建设平台", "科创推进专项", "建设数", "≥1个", "≥2个")],
    ),
    "two indicators to one work": (
        "履职\n人才工作\n举办活动，引进\n人才\n人才引进专项 活动数 ≥1场 ≥2场\n引进数 ≥3人 ≥6人",
        [
            ("人才工作", "举办活动，引进人才", "人才引进专项", "活动数", "≥1场", "≥2场"),
            ("人才工作", "举办活动，引进人才", "人才引进专项", "引进数", "≥3人", "≥6人"),
        ],
    ),
    "two works": (
        "履职\n科技创新\n建设重大平台，\n强化攻关\n科创推进专项 建设数 ≥1个 ≥2个\n人才工作\n举办活动，引进\n人才\n"
        "人才引进专项 引进数 ≥3人 ≥6人",
        [
            ("科技创新", "建设重大平台，强化攻关", "科创推进专项", "建设数", "≥1个", "≥2个"),
            ("人才工作", "举办活动，引进人才", "人才引进专项", "引进数", "≥3人", "≥6人"),
        ],
    ),
}


@pytest.mark.parametrize("case", WORKS)
def test_a_small_block_with_works_falls_into_its_rows(case: str) -> None:
    block, rows = WORKS[case]
    assert rows_of(small(WIDE, block), "level2", "key_work", "project", "level3") == rows


CUT = """履职
科技创新和成果转化
服务与校地合作平台
建设
建设重大平台，推进成果转化服务，
推进校地合作，力争新增产业联盟三
家；推进技术攻关。
科创推进专项
平台建设任务按时完成
数 ≥1个 ≥2个
优化科研仪器开放共享和科技成果转 科技奖励评审工作有效 明显 明显
\f人才引进与对接平台
建设
化流程，推进校企对接和技术攻关服
务，推进人才服务。
人才引进专项
性
高层次人才引进数 ≥3人 ≥6人"""


def test_labels_printed_below_a_page_break_amid_a_cut_row_are_that_row_s() -> None:
    _, cut, last = rows_of(small(WIDE, CUT), "level2", "key_work", "project", "level3")
    work = "优化科研仪器开放共享和科技成果转化流程，推进校企对接和技术攻关服务，推进人才服务。"
    assert cut[:4] == ("人才引进与对接平台建设", work, "人才引进专项", "科技奖励评审工作有效性")
    assert last == ("人才引进与对接平台建设", work, "人才引进专项", "高层次人才引进数", "≥3人", "≥6人")


CUT_DATE = """履职
救助车辆运行保障，地名标志
更新
完善烈士纪念设施保护制度，做
“实”地名管理品牌，做好社会组
第三方审计费
社会组织评估按期完成率 ≥95% 不小于95%
残疾人辅具适配完成时间 2019年12月底前 2019年12月
\f履职
救助车辆运行保障，地名标志
更新
织评估和家庭养老床位工作，落实
婚姻登记各项政策
底前"""


def test_what_makes_a_cut_value_that_beside_it_is_the_end_of_it() -> None:
    name, half, full = rows_of(small(WIDE, CUT_DATE), "level3")[1]
    assert (name, half, full) == ("残疾人辅具适配完成时间", "2019年12月底前", "2019年12月底前")


def test_the_project_of_a_row_is_tied_to_the_funds() -> None:
    outcome = small(WIDE, WORKS["two works"][0])
    funds = {row["seq"]: row["item"] for row in outcome.tables["funds"]}
    rows: list[Row] = outcome.tables["indicators"]
    assert [funds[row["fund_seq"]] for row in rows] == ["科创推进专项", "人才引进专项"]


@pytest.mark.parametrize("value", ["≥95%", "1230次", "2025年12月底前", "92.5%～97.5%", "健全", "≥66万人"])
def test_one_value_for_two_columns_is_not_placed_silently(value: str) -> None:
    outcome = small(NARROW, f"过程 预算执行 预算执行率 ＝40% ＝100%\n完成情况 {value}\n预算调整率 ＝0% ＝0%")
    (row,) = [row for row in outcome.tables["targets"] if row["raw"] == value]
    asked = {(f.rule, f.row_seq) for f in outcome.findings}
    assert asked.intersection((rule, int(row["indicator_seq"])) for rule in ASKED)


def test_reading_twice_gives_the_same_rows() -> None:
    text = drawn((24, 38, 18, 26))
    assert read_bytes(text.encode(), "form.txt") == read_bytes(text.encode(), "form.txt")


# --- each cell on a line of its own, as copying from a table gives them ------------------------------------

BY_CELL = """\
东川市大数据管理局2025年度部门整体绩效目标表
单位名称	东川市大数据管理局
主要职能	1.负责全市数据资源管理。
年度目标	完成政务云扩容，数据共享接口调用超过1亿次。
一级指标	二级指标	三级指标	半年指标值	全年指标值
决策	目标设定	绩效目标合理性	合理	合理
		绩效指标明确性	明确	明确
过程		预算执行率	≥45%	≥95%
	预算管理	政府采购执行率	≥40%	≥90%
一级指标	二级指标	重点工作	对应项目	三级指标	半年指标值	全年指标值
履职	信息化	系统运维	系统运维	政务系统可用率	≥99.9%	≥99.9%
				故障响应时间	≤30分钟	≤30分钟
	数据共享	数据共享交换	数据共享平台建设	新增共享接口数	50个	100个
一级指标	二级指标	三级指标	半年指标值	全年指标值
效益		一网通办率	≥90%	≥95%
	可持续影响	数据开放程度	提升	提升
满意度	服务对象满意度	用户满意度	≥90%	≥90%
"""
BY_CELL_ROWS = [
    ("决策", "目标设定", "绩效目标合理性", "合理", "合理"),
    ("决策", "目标设定", "绩效指标明确性", "明确", "明确"),
    ("过程", "", "预算执行率", "≥45%", "≥95%"),
    ("过程", "预算管理", "政府采购执行率", "≥40%", "≥90%"),
    ("履职", "信息化", "政务系统可用率", "≥99.9%", "≥99.9%"),
    ("履职", "信息化", "故障响应时间", "≤30分钟", "≤30分钟"),
    ("履职", "数据共享", "新增共享接口数", "50个", "100个"),
    ("效益", "", "一网通办率", "≥90%", "≥95%"),
    ("效益", "可持续影响", "数据开放程度", "提升", "提升"),
    ("满意度", "服务对象满意度", "用户满意度", "≥90%", "≥90%"),
]


@pytest.mark.parametrize("between", ["\t", "\n", "\n\n", "\r\n"])
def test_cells_one_by_one_are_the_rows_of_their_table(between: str) -> None:
    cells = [cell for line in BY_CELL.splitlines() for cell in line.split("\t") if cell]
    text = BY_CELL if between == "\t" else between.join(cells)
    outcome = read_bytes(text.encode(), "form.txt")
    assert rows_of(outcome, "level1", "level2", "level3") == BY_CELL_ROWS
    work = outcome.tables["indicators"][4]
    assert (work["key_work"], work["project"]) == ("系统运维", "系统运维")


def test_what_a_web_page_prints_below_the_form_is_no_row_of_it() -> None:
    cells = [cell for line in BY_CELL.splitlines() for cell in line.split("\t") if cell]
    text = "\n".join([*cells, "扫一扫在手机打开当前页", "打印 关闭"])
    outcome = read_bytes(text.encode(), "form.txt")
    assert rows_of(outcome, "level1", "level2", "level3") == BY_CELL_ROWS
    assert [row["text"] for row in outcome.tables["unread"]] == ["扫一扫在手机打开当前页", "打印 关闭"]


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        # Half a value, two that are one: whatever the split cost, they are asked about.
        (("2024年", "12月底前"), True),
        (("不多于", "26649"), True),
        (("≥≥8241台", "≥16482台"), True),
        (("≥8241台", "≥16482台"), False),
        (("2024年12月", "2024年12月底前"), True),
        (("2024年6月底前", "2024年12月底前"), False),
    ],
)
def test_values_that_no_form_prints_so_are_asked_about(values: tuple[str, str], asked: bool) -> None:
    text = BY_CELL.replace("政府采购执行率\t≥40%\t≥90%", "政府采购执行率\t" + "\t".join(values))
    outcome = read_bytes(text.encode(), "form.txt")
    found = [f for f in outcome.tables["findings"] if f["table"] == "targets" and f["row_seq"] == "4"]
    assert bool(found) is asked


def test_a_page_number_that_no_other_counts_up_to_is_no_row() -> None:
    lines = [" ".join(line.split()) for line in BY_CELL.splitlines()]
    at = next(i for i, line in enumerate(lines) if "政府采购执行率" in line)
    printed_again = ["2", "过程", "预算管理 结转结余率 ≤5% ≤5%"]
    outcome = read_bytes("\n".join([*lines[: at + 1], *printed_again, *lines[at + 1 :]]).encode(), "form.txt")
    expected = [*BY_CELL_ROWS[:4], ("过程", "预算管理", "结转结余率", "≤5%", "≤5%"), *BY_CELL_ROWS[4:]]
    assert rows_of(outcome, "level1", "level2", "level3") == expected
    # A figure in the place of a value is one.
    asked = BY_CELL.replace("政府采购执行率\t≥40%\t≥90%", "政府采购执行率\t≥1\n2\n过程")
    rows = rows_of(read_bytes(asked.encode(), "form.txt"), "level3")
    assert ("政府采购执行率", "≥1", "2") in rows

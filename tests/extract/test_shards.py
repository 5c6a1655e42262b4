"""Words that pdfium broke to pieces where the font changes: what is put together, and what is not."""

from __future__ import annotations

import pytest
from jixiao.extract.document import Piece
from jixiao.extract.dump.atoms import Words, atoms_of
from jixiao.extract.dump.shards import Known, mend_shards
from jixiao.extract.dump.words import cuts_word
from jixiao.pipeline.one import read_bytes

WORDS = Words(("效益指标", "经济效益指标", "社会效益指标", "成本指标", "满意度指标"))
BROKEN = "示范幼儿 园 创 建 率 ≥9 个"  # a page that plainly holds pieces


def mended(text: str, few: bool = True) -> list[str]:
    """Return the atoms of the lines of *text* (parted by spaces here; _ is a space within a line), mended."""
    lines = [line.replace("_", " ") for line in f"{BROKEN} {text}".split(" ")]
    pieces = [Piece(line, line, 1, n, 0) for n, line in enumerate(lines, 1)]
    found = [a.text for a in mend_shards(atoms_of(pieces), Known(WORDS, few, cuts_word))]
    assert "".join(found) == "".join(lines).replace(" ", "")
    assert found[:2] == ["示范幼儿园创建率", "≥9个"]
    return found[2:]


@pytest.mark.parametrize(
    ("text", "atoms"),
    [
        ("≤136 元 / 平 方米 ≤273 元 / 平方 米", ["≤136元/平方米", "≤273元/平方米"]),
        ("≤ 6 日 ≤ 6 日", ["≤6日", "≤6日"]),
        ("≤842 元 / 人 小 流 域治理成本", ["≤842元/人", "小流域治理成本"]),
        ("≥98% 校园 安全", ["≥98%", "校园安全"]),
        ("效 益指标 经济 效 益指标 社会效 益指标", ["效益指标", "经济效益指标", "社会效益指标"]),
        ("成本指标 中 小 学食堂", ["成本指标", "中小学食堂"]),
        ("资源节约效 果 优 化 优 化", ["资源节约效果", "优化", "优化"]),
        ("社会影响力 稳步提 高 稳步提 高", ["社会影响力", "稳步提高", "稳步提高"]),
        ("校园安全 达 标 率_≥100%_≥100%", ["校园安全达标率", "≥100%", "≥100%"]),
        ("第 3 页 共 4 页", ["第3页共4页"]),
    ],
)
def test_pieces_of_a_word_are_put_together_and_cells_are_not(text: str, atoms: list[str]) -> None:
    assert mended(text) == atoms


def test_texts_one_below_the_other_stay_apart_where_other_columns_hold_texts() -> None:
    assert mended("水利设施 工程质量", few=False) == ["水利设施", "工程质量"]


@pytest.mark.parametrize(
    ("line", "atoms"),
    [
        ("动， 推 动农民工工资支", ["动，推动农民工工资支"]),
        # A letter that is no word's beginning, a value beside it, a cell of one letter: all stay.
        ("技工 无 考核机制", ["技工", "无", "考核机制"]),
        ("推进 好 较好", ["推进", "好", "较好"]),
        ("项目 推 ≥5次", ["项目", "推", "≥5次"]),
    ],
)
def test_a_letter_set_apart_within_a_line_goes_back_where_it_makes_a_word(line: str, atoms: list[str]) -> None:
    found = mend_shards(atoms_of([Piece(line, line, 1, 1, 0)]), Known(WORDS, False, cuts_word))
    assert [a.text for a in found] == atoms


def test_a_comparator_in_pieces_is_one_with_its_figure() -> None:
    assert mended("办事群众满意度 大 于 等 于 60%") == ["办事群众满意度", "大于等于60%"]


def test_a_page_without_pieces_stays_as_it_is() -> None:
    lines = ["成本指标", "堤顶道路投", "入资金", "≤5", "万元"]
    atoms = atoms_of([Piece(line, line, 1, n, 0) for n, line in enumerate(lines, 1)])
    assert mend_shards(atoms, Known(WORDS, True, cuts_word)) == atoms


FORM = """\
江海市部门整体预算绩效目标表
单位名称 江海市图书馆
年度目标 建成书香城市。
一级指标 二级指标 三级指标 半年指标值 全年指标值
产出指标
数量指标
新增图书册数 ≥500册 ≥1000册
时效指标 图
书
修
复时
长
≤
6
日
≤
8
日
效
益指标
社会效
益指标
读者满
意
度 >90% >95%
"""


def test_a_form_broken_to_pieces_is_read_whole() -> None:
    tables = read_bytes(FORM.encode(), "form.txt").tables
    assert [(r["level1"], r["level2"], r["level3"]) for r in tables["indicators"]] == [
        ("产出指标", "数量指标", "新增图书册数"),
        ("产出指标", "时效指标", "图书修复时长"),
        ("效益指标", "社会效益指标", "读者满意度"),
    ]
    assert [r["raw"] for r in tables["targets"]] == ["≥500册", "≥1000册", "≤6日", "≤8日", ">90%", ">95%"]


def test_more_words_on_a_line_than_there_are_columns_are_asked_about() -> None:
    text = FORM[: FORM.index("效\n")] + "效益指标\n社会效益\n带动 数字 档案共 享投 资额 ≤1亿元 ≤2亿元\n"
    tables = read_bytes(text.encode(), "form.txt").tables
    rows = {r["indicator_seq"] for r in tables["targets"] if "亿" in r["raw"]}
    asked = {f["row_seq"] for f in tables["findings"] if f["table"] == "targets"}
    assert rows
    assert rows <= asked


FUNDS = """\
部门整体资金（万元）
支出
半年计划执行数 全年预算数
项目支出 52.00 104.00
少儿阅览室环境提升专项经费 10.00 20.00
古籍
设备更新（含安装调试） 5.00 10.00
{broken} 3.00 6.00
安保服务项目 4.00 8.00
"""


def _funds(broken: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the names and amounts of a year, and the names that are asked about."""
    text = FORM[: FORM.index("时效指标")].replace("年度目标", FUNDS.format(broken=broken) + "年度目标")
    tables = read_bytes(text.encode(), "form.txt").tables
    asked = {f["row_seq"] for f in tables["findings"] if f["rule"] == "amount_unsure"}
    year = [r for r in tables["funds"] if r["period"] == "full_year"]
    return [(r["item"], r["amount"]) for r in year], [r["item"] for r in year if r["seq"] in asked]


def test_names_among_the_funds_that_are_broken_to_pieces_are_put_together() -> None:
    rows, asked = _funds("检验室运\n行维护\n费 1.00 2.00\n第三\n方\n审计费")
    assert rows == [
        ("项目支出", "104"),
        ("少儿阅览室环境提升专项经费", "20"),
        ("古籍设备更新（含安装调试）", "10"),
        ("检验室运行维护费", "2"),
        ("第三方审计费", "6"),
        ("安保服务项目", "8"),
    ]
    assert asked == []


def test_a_name_without_an_amount_above_one_with_amounts_makes_both_be_asked_about() -> None:
    rows, asked = _funds("审计费")
    assert ("设备更新（含安装调试）", "10") in rows
    assert asked == ["古籍", "设备更新（含安装调试）"]

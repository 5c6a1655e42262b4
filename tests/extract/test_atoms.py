"""How a dump's lines fall into atoms, and which of them are put together again."""

from __future__ import annotations

import pytest
from jixiao.extract.document import piece_of
from jixiao.extract.dump.atoms import atoms_of, close_up, close_values, close_words, whole_headers
from jixiao.extract.dump.costs import looks_like_target, may_begin_value
from jixiao.extract.dump.flat_funds import group_amounts

PLAINLY = "实有 21 个 编制 47 个 在职 515 名"


def closed(*lines: str) -> list[str]:
    atoms = atoms_of([piece_of(line, 1, n) for n, line in enumerate(lines, 1)])
    return [atom.text for atom in close_values(atoms, looks_like_target)]


@pytest.mark.parametrize(
    ("line", "atoms"),
    [
        ("会议费结转率 不少于 92% ≥92%", ["会议费结转率", "不少于92%", "≥92%"]),
        ("惠民演出场次 ≥80 场 ≥200 场以上", ["惠民演出场次", "≥80场", "≥200场以上"]),
        ("交付时间 2019 年 6 月底前 2019 年 12 月 31 日前", ["交付时间", "2019年6月底前", "2019年12月31日前"]),
        ("工作制度健全性 健全 12 健全", ["工作制度健全性", "健全", "12", "健全"]),
        ("物业服务费 1581.2 3162.4", ["物业服务费", "1581.2", "3162.4"]),
        ("力争展览达到 94 场、健全联动机制", ["力争展览达到94场、健全联动机制"]),
        ("12345 热线工单办结率 ≥57% ≥95%", ["12345热线工单办结率", "≥57%", "≥95%"]),
        ("PM2.5 浓度下降比例 ≥3 %", ["PM2.5浓度下降比例", "≥3%"]),
    ],
)
def test_figures_in_a_font_of_their_own_go_with_their_words(line: str, atoms: list[str]) -> None:
    assert closed(PLAINLY, line)[6:] == atoms


def test_where_figures_are_not_plainly_apart_nothing_is_put_together() -> None:
    assert closed("满意度 92 %") == ["满意度", "92", "%"]
    assert closed("12345 热线") == ["12345", "热线"]


@pytest.mark.parametrize(
    ("line", "atoms"),
    [
        ("救助人数 至少 2人 不低于 5人", ["救助人数", "至少2人", "不低于5人"]),
        ("完成进驻 623项；保障评标室运行", ["完成进驻623项；保障评标室运行"]),
        # A name may begin with a figure.
        ("组织宣讲 2019年度补助 60岁以上老人受益率", ["组织宣讲", "2019年度补助", "60岁以上老人受益率"]),
    ],
)
def test_some_figures_go_with_their_words_in_any_text(line: str, atoms: list[str]) -> None:
    assert closed(line) == atoms


def test_the_spaces_of_what_is_put_together_are_named_and_not_in_the_form() -> None:
    atoms = close_values(atoms_of([piece_of(PLAINLY, 1, 1)]), looks_like_target)
    assert [atom.piece.raw for atom in atoms] == ["实有", "21个", "编制", "47个", "在职", "515名"]
    assert [atom.piece.steps for atom in atoms[1::2]] == [("inner_space",)] * 3


def spread(line: str) -> str:
    return " ".join(line)


@pytest.mark.parametrize(
    ("lines", "atoms"),
    [
        # Every character apart; cells of one line stand as near to one another as their characters do.
        ((spread("资金下达时间2024年12月底前"),), ["资金下达时间", "2024年12月底前"]),
        ((spread("道）≥1次≥3次"),), ["道）", "≥1次", "≥3次"]),
        (("2 0 2 6 年 短 视 频 制 作 数 量≥ 5 2 9 4 条 ≥ 1 0 5 8 9 条",), ["2026年短视频制作数量", "≥5294条", "≥10589条"]),
        # Two or three lone characters are cells of their own as well as not.
        (("决 策 目标设定",), ["决", "策", "目标设定"]),
        (("量 是 否 有效",), ["量", "是", "否", "有效"]),
        # A lone digit at the end may be an amount.
        ((spread("物业服务费") + " 0 19.53",), ["物业服务费", "0", "19.53"]),
        # A figure within a sentence begins no value.
        ((spread("力争培训达到145人，加强管理"),), ["力争培训达到145人，加强管理"]),
        (("预算执行率 ≥95% 100%", "机构建设"), ["预算执行率", "≥95%", "100%", "机构建设"]),
    ],
)
def test_letter_spaced_words_are_words_again(lines: tuple[str, ...], atoms: list[str]) -> None:
    found = close_words(close_up(atoms_of([piece_of(line, 1, n) for n, line in enumerate(lines, 1)])), may_begin_value)
    assert [a.text for a in found] == atoms


def test_letter_spacing_is_no_part_of_what_is_printed() -> None:
    found = close_words(atoms_of([piece_of(spread("资金下达时间"), 1, 1)]), may_begin_value)
    assert [(a.piece.raw, a.piece.steps) for a in found] == [("资金下达时间", ("inner_space",))]


@pytest.mark.parametrize(
    ("lines", "wanted", "amounts", "sure"),
    [
        (("5,300,000.", "00", "11,263,400.00"), 2, ["5,300,000.00", "11,263,400.00"], True),
        (("395815 989539",), 2, ["395815", "989539"], True),
        (("1234567", "890", "12"), 2, ["1234567890", "12"], True),
        (("12 34 56",), 2, ["12", "34"], False),
        (("989539",), 2, ["989539"], True),
    ],
)
def test_an_amount_wrapped_in_its_column_is_one(
    lines: tuple[str, ...], wanted: int, amounts: list[str], sure: bool
) -> None:
    atoms = atoms_of([piece_of(line, 1, n) for n, line in enumerate(lines, 1)])
    groups, plainly = group_amounts(atoms, 0, len(atoms), wanted)
    assert ["".join(atom.text for atom in atoms[a:b]) for a, b in groups] == amounts
    assert plainly is sure


HEADERS = frozenset(("半年计划执行数", "全年预算数"))


def test_a_header_cut_by_a_page_break_is_whole_above_the_heading_printed_again() -> None:
    lines = ("其他资金 0", "支出 半年 全年", "部门整体资金", "支出", "计划执行数 预算数", "基本支出 3 6")
    atoms = atoms_of([piece_of(line, 1, n) for n, line in enumerate(lines, 1)], {2})
    whole = whole_headers(atoms, HEADERS)
    assert [a.text for a in whole[2:]] == [
        "支出", "半年", "计划执行数", "全年", "预算数", "部门整体资金", "支出", "基本支出", "3", "6",
    ]  # fmt: skip
    assert [a.text for a in whole if a.turn] == ["部门整体资金"]


def test_what_makes_no_headers_over_a_page_break_stays_as_it_is() -> None:
    lines = ("其他资金 0", "支出 半年 全年", "部门整体资金", "预算数 计划执行数", "基本支出 3 6")
    atoms = atoms_of([piece_of(line, 1, n) for n, line in enumerate(lines, 1)], {2})
    assert whole_headers(atoms, HEADERS) == atoms


@pytest.mark.parametrize(
    ("lines", "atoms"),
    [
        (("完成临时展览 1 6 3", "场，建立台账"), ["完成临时展览", "163", "场，建立台账"]),
        (("展览数量 1 6", "场馆"), ["展览数量", "1", "6", "场馆"]),
        (("小计 0 0", "项目支出"), ["小计", "0", "0", "项目支出"]),
    ],
)
def test_a_number_drawn_apart_is_known_by_its_unit_on_the_next_line(lines: tuple[str, ...], atoms: list[str]) -> None:
    pieces = [piece_of(line, 1, n) for n, line in enumerate(lines, 1)]
    assert [a.text for a in close_up(atoms_of(pieces))] == atoms

"""Amounts printed behind the names of their items: cut apart without a character lost, and tied to the column they add up to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.extract.document import Cell, piece_of
from jixiao.extract.sections.stated import stated

from tests.extract.test_sections import funds, grid, read


def cell(*lines: str) -> Cell:
    return Cell(tuple(piece_of(line, 1, k) for k, line in enumerate(lines, 1)), 0, 0)


@pytest.mark.parametrize(
    ("lines", "pairs"),
    [
        (["其中：一般公共预算：2688.17"], [("其中：一般公共预算：", "2688.17")]),
        (["基本支出：1102.35；", "项目支出：1,499.05万元"], [("基本支出：", "1102.35"), ("项目支出：", "1,499.05万元")]),
        (["纳入专户管理的非税收入拨", "款：0"], [("纳入专户管理的非税收入拨款：", "0")]),
        (["其他资金：—"], [("其他资金：", "—")]),
        (["其他资金："], []),
        (["2023年预算：100"], []),
        (["完成情况：已支付100万元"], []),
        (["一般公共预算：100（含结转）"], []),
    ],
)
def test_items_are_cut_from_their_amounts(lines: list[str], pairs: list[tuple[str, str]]) -> None:
    found = [("".join(p.text for p in name.pieces), "".join(p.text for p in sum_.pieces)) for name, sum_, _ in stated(cell(*lines))]
    assert found == pairs


@given(st.lists(st.text("其中基本支出：:0123456789.,；; 万元-", max_size=12), max_size=4))
def test_no_character_is_lost_or_made(lines: list[str]) -> None:
    whole = cell(*lines)
    found = stated(whole)
    cut = "".join(p.raw for name, amount, signs in found for p in (*name.pieces, *amount.pieces, *signs))
    assert not found or cut == "".join(p.raw for p in whole.pieces).lstrip()


def division(income: str, spent: str) -> list[list[str]]:
    return [
        ["部门预算", "项目", "全年预算数", "全年执行数"],
        ["", "年度资金总额", "300", "200"],
        ["", "按收入性质分：", "", "按支出性质分："],
        ["", f"一般公共预算：{income}", "", f"基本支出：{spent}"],
    ]


def measures(income: str, spent: str) -> tuple[list[str], list[str]]:
    parts = read("2024年度部门整体支出绩效自评表", grid(*division(income, spent)))
    return [row.amounts[0].measure for row in parts.funds[1:]], [f.rule for f in parts.findings]


def test_the_parts_of_a_division_are_of_the_column_that_they_add_up_to() -> None:
    assert measures("300", "200") == (["budget", "executed"], [])
    assert measures("200", "300") == (["executed", "budget"], [])


def test_parts_that_add_up_to_no_column_are_a_question() -> None:
    assert measures("250", "200") == (["budget", "executed"], ["fund_measure_unsure"])
    rows = funds(read("2024年度部门整体支出绩效自评表", grid(*division("250", "200"))))
    assert [(side, item, parent, amounts[0]) for side, item, _, parent, amounts in rows[1:]] == [
        ("income", "一般公共预算", "按收入性质分", "full_year 250"),
        ("expenditure", "基本支出", "按支出性质分", "full_year 200"),
    ]

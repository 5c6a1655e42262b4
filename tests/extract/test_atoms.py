"""How a dump's lines fall into atoms, and which of them are put together again."""

from __future__ import annotations

import pytest
from jixiao.extract.document import piece_of
from jixiao.extract.dump.atoms import atoms_of, close_values
from jixiao.extract.dump.flat_funds import group_amounts

PLAINLY = "实有 21 个 编制 47 个 在职 515 名"


def closed(*lines: str) -> list[str]:
    return [atom.text for atom in close_values(atoms_of([piece_of(line, 1, n) for n, line in enumerate(lines, 1)]))]


@pytest.mark.parametrize(
    ("line", "atoms"),
    [
        ("会议费结转率 不少于 92% ≥92%", ["会议费结转率", "不少于92%", "≥92%"]),
        ("惠民演出场次 ≥80 场 ≥200 场以上", ["惠民演出场次", "≥80场", "≥200场以上"]),
        ("交付时间 2019 年 6 月底前 2019 年 12 月 31 日前", ["交付时间", "2019年6月底前", "2019年12月31日前"]),
        ("工作制度健全性 健全 12 健全", ["工作制度健全性", "健全", "12", "健全"]),
        ("物业服务费 1581.2 3162.4", ["物业服务费", "1581.2", "3162.4"]),
    ],
)
def test_figures_in_a_font_of_their_own_go_with_their_words(line: str, atoms: list[str]) -> None:
    assert closed(PLAINLY, line)[6:] == atoms


def test_where_figures_are_not_plainly_apart_nothing_is_put_together() -> None:
    assert closed("满意度 92 %") == ["满意度", "92", "%"]


def test_what_is_put_together_keeps_the_printed_spaces() -> None:
    lines = [piece_of(PLAINLY, 1, 1)]
    raws = [atom.piece.raw for atom in close_values(atoms_of(lines))]
    assert raws == ["实有", "21 个", "编制", "47 个", "在职", "515 名"]


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

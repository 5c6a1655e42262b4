"""Rows that were read as no row is printed: what gives them away."""

from __future__ import annotations

import pytest
from jixiao.extract.document import piece_of
from jixiao.extract.dump.atoms import atoms_of
from jixiao.extract.dump.blocks import FoundCell
from jixiao.extract.dump.costs import Column
from jixiao.extract.dump.flat_indicators import odd_rows
from jixiao.extract.dump.odd import cut_apart


@pytest.mark.parametrize(
    ("line", "count", "cut"),
    [
        ("生 活 垃", 2, True),  # two letters of three of a word
        ("生    活 垃", 2, False),
        ("活 垃", 2, False),
        ("生 活", 1, False),
        ("生 活动 次数", 2, False),
    ],
)
def test_a_cell_begins_no_nearer_to_the_one_before_than_its_letters_stand_to_one_another(line: str, count: int, cut: bool) -> None:
    assert cut_apart(atoms_of([piece_of(line, 1, 1)])[-count:]) is cut


@pytest.mark.parametrize(
    ("above", "rest", "odd"),
    [
        ("服务人数 5场 阅读推广", False, True),  # 阅读推广 | 员数: no row ended there
        ("服务人数 5场 6场", False, False),  # two rows on a line
        ("服务人数 5场 6场 一体化发展", True, False),  # the rest of a cell of the row above, and the first row of a page
    ],
)
def test_no_row_begins_within_a_line_behind_what_is_no_value(above: str, rest: bool, odd: bool) -> None:
    atoms = atoms_of([piece_of(f"{above} 讲解员数 1名 2名", 1, 1)])
    columns = [Column(kind, kind) for kind in ("key_work", "level3", "target", "target")]
    first = [FoundCell(0, 1, 1), FoundCell(1, 2, 2), FoundCell(2, 3, 3), *([FoundCell(3, 4, 0, rest=True)] if rest else [])]
    second = [FoundCell(len(first) + k, len(first) + k + 1, 1 + k) for k in range(3)]
    assert odd_rows([tuple(first), tuple(second)], atoms, columns) == [odd, odd]

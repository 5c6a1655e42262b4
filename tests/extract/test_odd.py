"""Rows that were read as no row is printed: what gives them away."""

from __future__ import annotations

import pytest
from jixiao.extract.document import piece_of
from jixiao.extract.dump.atoms import atoms_of
from jixiao.extract.dump.odd import begins_within, cut_apart


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


def test_no_row_begins_within_a_line_behind_what_is_no_value() -> None:
    atoms = atoms_of([piece_of(line, 1, n) for n, line in enumerate(("服务 志愿讲解 员数 约1名", "设备更新 较好 员数"), 1)])
    found = [a.text for i, a in enumerate(atoms) if begins_within(atoms, i)]
    assert found == ["志愿讲解", "员数", "约1名", "较好"]

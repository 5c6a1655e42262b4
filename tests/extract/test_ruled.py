"""Lines that people and programs draw, and the cells they make."""

from __future__ import annotations

import numpy as np
import pytest
from jixiao.extract.ruled import Floats, Table, find_tables

XS = (50.0, 120.0, 300.0, 500.0)
YS = (100.0, 130.0, 160.0, 200.0)


def _lines(xs: tuple[float, ...] = XS, ys: tuple[float, ...] = YS) -> tuple[list[list[float]], list[list[float]]]:
    """Return a full grid with the middle cell of the first column merged over two rows."""
    across = [[y, xs[0], xs[-1]] for y in ys]
    across[2] = [ys[2], xs[1], xs[-1]]
    return across, [[x, ys[0], ys[-1]] for x in xs]


def _find(across: list[list[float]], down: list[list[float]]) -> list[Table]:
    def array(rows: list[list[float]]) -> Floats:
        return np.array(rows, float).reshape(-1, 3)

    return find_tables(array(across), array(down))


def _spans(table: Table) -> list[tuple[int, int, int, int]]:
    return [(s.row, s.column, s.rows, s.columns) for s in table.slots]


PLAIN = [
    (0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (1, 0, 2, 1), (1, 1, 1, 1), (1, 2, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1),
]


def _dashed(lines: list[list[float]]) -> list[list[float]]:
    return [[at, s, min(s + 3, stop)] for at, start, stop in lines for s in np.arange(start, stop, 5.0).tolist()]


def _doubled(lines: list[list[float]]) -> list[list[float]]:
    return [[at + d, start, stop] for at, start, stop in lines for d in (-0.8, 0.8)]


def _wobbling(lines: list[list[float]]) -> list[list[float]]:
    return [[at + d, s - d, t + d] for at, start, stop in lines for d, s, t in ((0.9, start, start + 30), (-0.9, start + 29, stop))]


@pytest.mark.parametrize("draw", [list, _dashed, _doubled, _wobbling])
def test_a_merged_cell_is_found_however_the_lines_are_drawn(draw: object) -> None:
    across, down = _lines()
    assert callable(draw)
    (table,) = _find(draw(across), draw(down))
    assert _spans(table) == PLAIN
    assert table.xs == pytest.approx(XS, abs=1)
    assert table.ys == pytest.approx(YS, abs=1)


@pytest.mark.parametrize("missing", ["left", "right", "top", "bottom", "left and right", "top and bottom"])
def test_sides_that_are_not_drawn_are_closed(missing: str) -> None:
    across, down = _lines()
    keep_down = [d for d, name in zip(down, ("left", "", "", "right"), strict=True) if not name or name not in missing]
    keep_across = [a for a, name in zip(across, ("top", "", "", "bottom"), strict=True) if not name or name not in missing]
    (table,) = _find(keep_across, keep_down)
    assert sorted(_spans(table)) == sorted(PLAIN)


def test_a_table_cut_by_its_page_is_closed_where_its_upright_lines_end() -> None:
    _, down = _lines()
    (table,) = _find([], down)
    assert _spans(table) == [(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)]
    assert not any(s.ruled_top or s.ruled_bottom for s in table.slots)


def test_frames_underlines_and_boxes_inside_a_cell_are_no_tables() -> None:
    across, down = _lines()
    frame = ([[20, 20, 570], [820, 20, 570]], [[20, 20, 820], [570, 20, 820]])
    shade = ([[140, 310, 340], [150, 310, 340]], [[310, 140, 150], [325, 140, 150], [340, 140, 150]])
    underline = [[90, 200, 300]]
    tables = _find([*across, *frame[0], *shade[0], *underline], [*down, *frame[1], *shade[1]])
    assert [_spans(t) for t in tables] == [PLAIN]


def test_two_tables_on_a_page_stay_two() -> None:
    across, down = _lines()
    below = [[y + 300, a, b] for y, a, b in across], [[x, a + 300, b + 300] for x, a, b in down]
    assert [_spans(t) for t in _find(across + below[0], down + below[1])] == [PLAIN, PLAIN]


def test_a_drawing_is_left_alone() -> None:
    steps = np.arange(0, 5000 * 4, 4.0)
    across = np.column_stack([steps, np.zeros(5000), np.full(5000, 100.0)])
    assert find_tables(across, across) == []

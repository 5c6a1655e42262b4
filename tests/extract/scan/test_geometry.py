"""Turns, rules, seals: found in drawn pages whose truth is known, through what scanners do to them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from jixiao.extract.placed import RuledPage
from jixiao.extract.ruled import Table, find_tables
from jixiao.extract.scan.align import align
from jixiao.extract.scan.images import Sheet
from jixiao.extract.scan.ink import DARK, even, ink_of
from jixiao.extract.scan.lines import character_height, lines_in, loose_lines
from jixiao.extract.scan.rules import find_rules
from jixiao.extract.scan.upright import find_skew, turn
from numpy.typing import NDArray

from tests.forms.scan import Damage, spoil

DPI = 200
XS, YS = (200, 500, 900, 1400), (150, 250, 350, 500, 900)


def page(*, gaps: bool = False) -> NDArray[np.uint8]:
    """A ruled table with strokes like those of characters in its cells, on white paper."""
    image = np.full((1100, 1600, 3), 255, np.uint8)
    for y in YS:
        cv2.line(image, (XS[0], y), (XS[-1], y), (0, 0, 0), 2)
    for x in XS:
        cv2.line(image, (x, YS[0]), (x, YS[-1]), (0, 0, 0), 2)
    for top in YS[:-1]:
        for left in XS[:-1]:
            for n in range(6):  # six squares with a cross: as high as a character of ten points
                x, y = left + 20 + 36 * n, top + 35 + 3 * (n % 2)
                cv2.rectangle(image, (x, y), (x + 24, y + 26), (0, 0, 0), 2)
                cv2.line(image, (x + 12, y), (x + 12, y + 26), (0, 0, 0), 2)
    if gaps:
        for x in range(260, 1400, 170):
            image[:, x : x + 6] = np.maximum(image[:, x : x + 6], 0)
            for y in YS:
                image[y - 3 : y + 4, x : x + 5] = 255
    return image


DAMAGES = {
    "clean": Damage(),
    "noise": Damage(noise=18, specks=0.002),
    "blur": Damage(blur=1.1),
    "grey": Damage(paper=(208, 206, 200), noise=6),
    "light": Damage(light=0.45, noise=4),
    "jpeg": Damage(jpeg=40),
    "stamp": Damage(stamps=2),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_rules_of_a_table_are_found_and_no_other_strokes(name: str) -> None:
    grey, _ = even(spoil(page(), DAMAGES[name], 5), DPI)
    rules = find_rules(grey, DPI)
    assert [round(r.at) for r in rules.across] == pytest.approx(YS, abs=3)
    assert [round(r.at) for r in rules.down] == pytest.approx(XS, abs=3)
    assert all((r.start, r.stop) == pytest.approx((XS[0], XS[-1]), abs=5) for r in rules.across)


def test_specks_beside_a_rule_do_not_move_it() -> None:
    """Seen on a scan with noise: a rule found three pixels beside its ink is read as a 1 behind every amount."""
    image = page()
    for y in range(260, 880, 90):  # specks in a row, joined to the rule
        image[y : y + 40, 503:506] = 0
    grey, _ = even(image, DPI)
    assert [r.at for r in find_rules(grey, DPI).down] == pytest.approx(XS, abs=1)


def test_white_print_on_a_dark_row_is_read_as_dark_on_white() -> None:
    image = page()
    row = (slice(YS[0] + 2, YS[1] - 1), slice(XS[0] + 2, XS[-1] - 1))
    image[row] = np.maximum(255 - page()[row], np.array((40, 90, 160), np.uint8))
    plain, _ = even(page(), DPI)
    grey, _ = even(image, DPI)
    inside = (slice(YS[0] + 12, YS[1] - 12), slice(XS[0] + 12, XS[1] - 12))
    assert ((grey[inside] < DARK) == (plain[inside] < DARK)).mean() > 0.98
    assert [r.at for r in find_rules(grey, DPI).down] == pytest.approx(XS, abs=3)


@pytest.mark.parametrize("shade", [(180, 180, 180), (255, 230, 150), (120, 170, 220)])
def test_a_shaded_row_is_no_rule_and_hides_none(shade: tuple[int, int, int]) -> None:
    image = page()
    for top, bottom in ((YS[0], YS[1]), (YS[2], YS[3])):
        row = (slice(top, bottom), slice(XS[0], XS[-1]))
        image[row] = (image[row] * (np.array(shade, np.float32) / 255)).astype(np.uint8)
    grey, _ = even(image, DPI)
    rules = find_rules(grey, DPI)
    assert [r.at for r in rules.across] == pytest.approx(YS, abs=2)
    assert [r.at for r in rules.down] == pytest.approx(XS, abs=2)


def test_the_black_round_a_sheet_is_paper() -> None:
    framed = np.full((1300, 1800, 3), 10, np.uint8)
    framed[100:1200, 100:1700] = page()
    grey, _ = even(framed, DPI)
    rules = find_rules(grey, DPI)
    assert [r.at - 100 for r in rules.across] == pytest.approx(YS, abs=2)
    assert (grey[:80] > 200).all()


def test_dotted_rules_are_rules() -> None:
    image = page()
    for y in YS:
        for x in range(XS[0], XS[-1], 8):
            image[y - 3 : y + 4, x : x + 4] = 255
    rules = find_rules(even(image, DPI)[0], DPI)
    assert [round(r.at) for r in rules.across] == pytest.approx(YS, abs=2)
    assert [round(r.at) for r in rules.down] == pytest.approx(XS, abs=2)


def test_strokes_of_print_in_line_with_a_rule_that_ends_are_none_of_it() -> None:
    """A rule that begins under two rows of names went on upward through them, and cut the names in two."""
    image = page()
    x = 700  # no rule of this table
    for top, bottom in ((YS[1], YS[2]), (YS[2], YS[3])):
        image[top + 10 : bottom - 10, x : x + 3] = 0
    image[YS[3] : YS[4], x : x + 2] = 0
    rules = find_rules(even(image, DPI)[0], DPI)
    (found,) = [r for r in rules.down if abs(r.at - x) < 4]
    assert (found.start, found.stop) == pytest.approx((YS[3], YS[4]), abs=3)


def test_gaps_in_a_rule_are_bridged() -> None:
    grey, _ = even(page(gaps=True), DPI)
    rules = find_rules(grey, DPI)
    assert [r.start for r in rules.across] == pytest.approx([XS[0]] * len(YS), abs=5)
    assert [r.stop for r in rules.across] == pytest.approx([XS[-1]] * len(YS), abs=5)


@pytest.mark.parametrize("angle", [-3.0, -0.7, 0.0, 0.4, 2.2])
def test_skew_is_found_to_a_fiftieth_of_a_degree(angle: float) -> None:
    height, width = page().shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1)
    turned = np.asarray(cv2.warpAffine(page(), matrix, (width, height), borderValue=(255.0, 255.0, 255.0)), np.uint8)
    grey, _ = even(np.asarray(cv2.resize(turned, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8), DPI / 2)
    assert find_skew(grey) == pytest.approx(angle, abs=0.025)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("skew", [0.0, 1.5])
def test_a_box_goes_back_to_where_it_was_on_the_page_handed_in(quarters: int, skew: float) -> None:
    pixels = np.full((600, 900, 3), 255, np.uint8)
    pixels[100:120, 700:740] = 0
    upright = turn(Sheet(pixels, 1, 0.36), skew, quarters)
    ys, xs = np.nonzero(upright.pixels[:, :, 0] < 100)
    box = upright.box(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
    assert box == pytest.approx((700 * 0.36, 100 * 0.36, 740 * 0.36, 120 * 0.36), abs=1.0)


def test_a_seal_is_taken_out_and_the_print_under_it_stays() -> None:
    plain = page()
    stamped = spoil(plain, Damage(stamps=2), 5)
    assert (stamped != plain).any()
    grey, seals = even(stamped, DPI)
    assert seals >= 1
    dark, was_dark = grey < DARK, plain[:, :, 0] < DARK
    assert (dark & was_dark).sum() > 0.97 * was_dark.sum()
    assert (dark & ~cv2.dilate(was_dark.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)).sum() < 200


def test_red_print_that_is_no_seal_stays() -> None:
    image = np.full((400, 1200, 3), 255, np.uint8)
    cv2.putText(image, "9 8 7 6 5", (100, 200), cv2.FONT_HERSHEY_SIMPLEX, 2, (200, 20, 20), 4)
    grey, seals = even(image, DPI)
    assert seals == 0
    assert (grey < DARK).sum() > 1000


def test_the_shadow_of_an_edge_beside_a_title_joins_no_lines() -> None:
    mask = np.zeros((1000, 1200), np.uint8)
    mask[:, 3:6] = 255
    for top, left in ((60, 500), (120, 560), (700, 100)):
        for x in range(left, left + 240, 30):
            cv2.rectangle(mask, (x, top), (x + 24, top + 24), (255.0,), -1)
    found = [(line.x0, line.y0) for line in loose_lines(mask, 25.0)]
    assert found == [(500, 60), (560, 120), (100, 700)]


def sheet_of(xs: Sequence[float]) -> RuledPage:
    """A page with a table of two rows whose sides stand at *xs*."""
    across = np.array([(y, xs[0], xs[-1]) for y in (100.0, 120.0, 140.0)])
    down = np.array([(x, 100.0, 140.0) for x in xs])
    return RuledPage(1, (800.0, 600.0), list(find_tables(across, down)))


def test_sides_of_one_table_on_two_sheets_come_together_and_neighbours_stay_apart() -> None:
    """The second sheet lies 3 pt to the right, and has one side more, as far from its neighbour as the sheets are."""
    first, second = sheet_of((70, 353, 502, 641, 780)), sheet_of((73, 356, 505, 509, 644, 783))
    align([first, second])
    (table,) = [item for item in second.items if isinstance(item, Table)]
    assert table.xs == pytest.approx([70, 353, 502, 506, 641, 780], abs=0.5)
    assert all(slot.box[2] > slot.box[0] for slot in table.slots)


def test_specks_and_punched_holes_are_no_ink_and_points_are() -> None:
    image = np.full((600, 600), 255, np.uint8)
    cv2.circle(image, (100, 300), 22, 30, -1)
    image[400:402, 300:302] = 0  # a speck
    image[200:204, 300:304] = 0  # a decimal point at 200 dpi
    mask = ink_of(image, DPI)
    assert not mask[300, 100]
    assert not mask[400, 300]
    assert mask[201, 301]


def test_lines_of_a_cell_come_from_top_to_bottom_and_bars_stay_together() -> None:
    mask = np.zeros((400, 400), np.uint8)
    for top in (20, 60, 100):
        for x in range(20, 300, 30):
            mask[top : top + 25, x : x + 3] = 255
            mask[top : top + 25, x + 20 : x + 23] = 255
    mask[150:153, 20:50] = mask[165:168, 20:50] = 255  # 二 or =
    height = character_height(mask, DPI)
    assert [(line.y0, line.y1) for line in lines_in(mask, 0, 0, 400, 400, 25.0)] == [(20, 45), (60, 85), (100, 125), (150, 168)]
    assert height == pytest.approx(25, abs=2)

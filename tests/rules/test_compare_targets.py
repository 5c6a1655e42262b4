"""Which way a target went, and what of it changed. Never the wrong way round: in doubt no way is said."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.targets import read_target
from jixiao.rules.compare.targets import Verdict, factor_between, target_changes
from jixiao.rules.records import Target

from .by_hand import text

YEARS = (2024, 2025)


def target(raw: str, measure: str = "target") -> Target:
    return Target("full_year", measure, text(raw), read_target(raw))


def verdicts(old: str, new: str, measure: str = "target") -> list[tuple[str, str]]:
    return [
        (one.kind, one.direction) for one in target_changes(target(old, measure), target(new, measure), YEARS)
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("≥95%", "≥ 95％"),
        ("≥60场", "≥60场次"),
        ("≥95%", "95%以上"),
        ("不低于95%", "≧95%"),
        ("＝100%", "100%"),
        ("1,230次", "1230次"),
        ("不少于四家", "≥4家"),
        ("3天以内", "≤3天"),
        ("“健全”", "健全"),
        ("92.5%～97.5%", "92.5%-97.5%"),
        ("2024年12月底前", "2025年12月底前"),
        ("2024年2月底前", "2025年2月底前"),
        ("2027年12月底前", "2027年12月底前"),
        ("按2024年计划完成", "按2025年计划完成"),
    ],
)
def test_another_print_is_no_change(old: str, new: str) -> None:
    assert verdicts(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("≥95%", "≥90%", "loosened"),
        ("≥90%", "≥95%", "tightened"),
        ("≤5次", "≤3次", "tightened"),
        ("3天以内", "5天以内", "loosened"),
        (">10个", ">12个", "tightened"),
        ("<10个", "<12个", "loosened"),
        ("＝100%", "＝98%", "down"),
        ("650", "700", "up"),
        ("约5万人次", "约6万人次", "up"),
        ("90%–95%", "91%–94%", "tightened"),
        ("90%–95%", "85%–99%", "loosened"),
        ("90%–95%", "92%–99%", ""),
        ("2024年12月底前", "2025年6月底前", "tightened"),
        ("2024年6月底前", "2025年9月底前", "loosened"),
    ],
)
def test_a_value_says_which_way(old: str, new: str, direction: str) -> None:
    assert verdicts(old, new) == [("target_changed", direction)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("≥95", ">95", [("operator_changed", "tightened")]),
        ("<3天", "≤3天", [("operator_changed", "loosened")]),
        (">95", "≥90", [("operator_changed", "loosened"), ("target_changed", "loosened")]),
        ("≥95%", "＝95%", [("operator_changed", "")]),
        ("≥95%", "≤95%", [("operator_changed", "")]),
        ("≥95%", "＝98%", [("operator_changed", "tightened"), ("target_changed", "tightened")]),
        ("＝100%", "≥98%", [("operator_changed", "loosened"), ("target_changed", "loosened")]),
        ("≤5%", "＝3%", [("operator_changed", "tightened"), ("target_changed", "tightened")]),
        ("≥95%", "＝90%", [("operator_changed", ""), ("target_changed", "down")]),
    ],
)
def test_an_operator_says_which_way_within_its_family_only(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert verdicts(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("≥1.2万人", "≥12000人", [("unit_changed", "")]),
        ("≤5万元", "≤50000元", [("unit_changed", "")]),
        ("≥2公里", "≥2000米", [("unit_changed", "")]),
        ("0.95", "95%", [("unit_changed", "")]),
        ("650", "650人", [("unit_changed", "")]),
        ("≥1.2万人", "≥13000人", [("unit_changed", ""), ("target_changed", "tightened")]),
        ("≥50个", "≥60家", [("unit_changed", ""), ("target_changed", "")]),
        ("≤3个工作日", "≤5天", [("unit_changed", ""), ("target_changed", "")]),
    ],
)
def test_a_unit_is_turned_into_the_other_where_it_can_be(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert verdicts(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("健全", "基本健全", [("quality_changed", "down")]),
        ("较高", "高", [("quality_changed", "up")]),
        ("健全", "有效提升", [("quality_changed", "")]),
        ("健全", "≥95%", [("became_number", "")]),
        ("≥95%", "较高", [("became_quality", "")]),
    ],
)
def test_words_go_up_or_down_on_their_scale(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert verdicts(old, new) == expected


def test_what_was_reached_is_never_tighter() -> None:
    assert verdicts("≥95%", "≥90%", "actual") == [("target_changed", "down")]
    assert verdicts("90%–95%", "91%–94%", "actual") == [("target_changed", "")]


def test_a_deadline_without_a_year_to_move_with_has_no_direction() -> None:
    (verdict,) = target_changes(target("2024年12月底前"), target("2025年12月底前"), (None, None))
    assert (verdict.direction, verdict.uncertain) == ("", True)


def test_in_doubt_it_is_uncertain_and_says_why() -> None:
    for old, new in (("≥50个", "≥60家"), ("≥95%", "＝90%"), ("≥95%", "≥95")):
        found = target_changes(target(old), target(new), YEARS)
        assert all(one.direction not in ("tightened", "loosened") for one in found)
    unsure = target_changes(target("≥50个"), target("≥60家"), YEARS)
    assert [(one.uncertain, bool(one.why.chinese and one.why.english)) for one in unsure] == [
        (True, True)
    ] * 2


def test_the_difference_is_in_the_new_unit() -> None:
    found = target_changes(target("≥1.2万人"), target("≥13000人"), YEARS)
    assert (found[1].difference, found[1].percent) == (Decimal(1000), Decimal("8.33"))


def test_units_that_are_not_of_one_kind_have_no_factor() -> None:
    assert factor_between("万元", "元") == 10000
    assert factor_between("人", "名") == 1
    assert factor_between("天", "个工作日") is None
    assert factor_between("元/人", "万元") is None


_SIGNS = ("≥", "≤", "＞", "＜")
_LIMITS = st.tuples(st.sampled_from(_SIGNS), st.integers(0, 9)).map(lambda pair: f"{pair[0]}{pair[1]}个")
_SPANS = st.tuples(st.integers(0, 8), st.integers(1, 4)).map(lambda pair: f"{pair[0]}–{sum(pair)}个")
_ALLOWED = st.one_of(_LIMITS, _SPANS)


def allowed(raw: str) -> frozenset[Decimal]:
    """Return what a target allows, tried out on a grid: how it says so is not asked."""
    value = read_target(raw)
    grid = [Decimal(step) / 2 for step in range(-4, 40)]
    low, high = value.value, value.value_max
    assert isinstance(low, Decimal)
    return frozenset(
        x
        for x in grid
        if {
            "ge": x >= low,
            "gt": x > low,
            "le": x <= low,
            "lt": x < low,
            "between": isinstance(high, Decimal) and low <= x <= high,
        }[value.operator]
    )


@given(_ALLOWED, _ALLOWED)
def test_tightened_means_that_less_is_allowed(old: str, new: str) -> None:
    for verdict in target_changes(target(old), target(new)):
        if verdict.direction == "tightened":
            assert allowed(new) < allowed(old)
        elif verdict.direction == "loosened":
            assert allowed(old) < allowed(new)


@given(_ALLOWED, _ALLOWED)
def test_read_backwards_every_direction_turns_round(old: str, new: str) -> None:
    turned = {"tightened": "loosened", "loosened": "tightened", "up": "down", "down": "up", "": ""}

    def ways(found: tuple[Verdict, ...]) -> list[tuple[str, str]]:
        return [(one.kind, one.direction) for one in found]

    forward, backward = target_changes(target(old), target(new)), target_changes(target(new), target(old))
    assert ways(backward) == [(kind, turned[way]) for kind, way in ways(forward)]


def test_every_pair_of_one_family_has_a_direction() -> None:
    for family in (("≥", "＞"), ("≤", "＜")):
        for (a, x), (b, y) in product(product(family, (3, 5)), repeat=2):
            found = target_changes(target(f"{a}{x}个"), target(f"{b}{y}个"))
            assert bool(found) == ((a, x) != (b, y))
            assert all(one.direction in ("tightened", "loosened") for one in found)

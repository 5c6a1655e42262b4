"""Staff within posts, clauses in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jixiao.rules import checks
from jixiao.rules.records import Finding

from .by_hand import BARE, findings, function, indicator, staff


def manned(*figures: tuple[str, int], rate: str = "") -> list[Finding]:
    rows = (indicator(5, "在职人员控制率", rate),) if rate else ()
    form = replace(BARE, staffing=tuple(staff(n, *f) for n, f in enumerate(figures, 1)), indicators=rows)
    return findings(checks.staff_within_posts, form)


@pytest.mark.parametrize(
    "figures",
    [
        (("行政编制", 39), ("在职在编", 39)),
        (("行政编制", 30), ("事业编制", 10), ("在职在编", 40)),
        (("在职在编", 40),),
        (("行政编制", 39),),
        (("行政编制", 0), ("在职在编", 4)),
        (("行政编制", 39), ("离退休", 42)),
    ],
)
def test_staff_within_the_posts_is_not_reported(figures: tuple[tuple[str, int], ...]) -> None:
    assert manned(*figures) == []


@pytest.mark.parametrize("rate", ["", "＝100%", "≤100%"])
def test_staff_beyond_the_posts_is_reported(rate: str) -> None:
    (finding,) = manned(("行政编制", 39), ("在职在编", 40), rate=rate)
    assert (finding.severity, finding.table, finding.row_seq) == ("warning", "staffing", 2)
    assert (finding.expected, finding.actual) == ("39", "40")
    assert "102.6%" in finding.message
    assert ("第 5 行" in finding.message) == bool(rate)


def test_staff_beyond_the_forms_own_rate_is_reported() -> None:
    (finding,) = manned(("行政编制", 100), ("在职在编", 99), rate="≤95%")
    assert "≤95%" in finding.message


def test_a_rate_that_is_kept_is_not_reported() -> None:
    assert manned(("行政编制", 100), ("在职在编", 95), rate="≤95%") == []


def numbered(*labels: str) -> list[tuple[int, str]]:
    form = replace(BARE, functions=tuple(function(n, label) for n, label in enumerate(labels, 1)))
    return [(f.row_seq, f.message) for f in findings(checks.clauses_are_numbered_in_order, form)]


@pytest.mark.parametrize(
    "labels",
    [
        ("（1）", "（2）", "（3）"),
        ("（一）", "（二）", "（三）"),
        ("一、", "二、", "三、"),
        ("1.", "2.", "3."),
        ("①", "②", "③"),
        tuple(f"（{n}）" for n in range(1, 23)),
        ("九、", "十、", "十一、")[:0],
        ("",),
        ("", ""),
    ],
)
def test_clauses_in_order_are_not_reported(labels: tuple[str, ...]) -> None:
    assert numbered(*labels) == []


def test_chinese_numerals_go_on_behind_ten() -> None:
    digits = "一二三四五六七八九"
    labels = [*digits, "十", *(f"十{d}" for d in digits), "二十", "二十一"]
    assert numbered(*(f"{label}、" for label in labels)) == []


@pytest.mark.parametrize(
    ("labels", "row", "word"),
    [
        (("（1）", "（3）"), 2, "缺第 2 条"),
        (("（2）", "（3）"), 1, "缺第 1 条"),
        (("一、", "二、", "二、"), 3, "重复"),
        (("①", "②", "③", "②"), 4, "次序颠倒"),
    ],
)
def test_a_gap_in_the_numbering_is_reported_where_it_is(labels: tuple[str, ...], row: int, word: str) -> None:
    ((seq, message),) = numbered(*labels)
    assert seq == row
    assert word in message


def test_after_a_gap_the_numbering_goes_on() -> None:
    assert len(numbered("（1）", "（3）", "（4）", "（5）")) == 1

"""What a reviewer said of names goes before what the matcher thinks."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from jixiao.deliver.changes import draft_concordance, report_of
from jixiao.rules.compare.concordance import ConcordanceError, parse_concordance
from jixiao.rules.compare.departments import FormPair

from .two_years import NEW, OLD, compared, indicator


def test_the_concordance_overrides_the_matcher_both_ways() -> None:
    old = replace(OLD, indicators=(indicator(1, "高企认定数", "≥50家"), indicator(2, "双招双引个数", "≥5个")))
    new = replace(
        NEW, indicators=(indicator(1, "高新技术企业认定数", "≥50家"), indicator(2, "重大项目签约量", "≥5个"))
    )
    said = parse_concordance(
        "table,old_name,new_name,same\nindicators,高企认定数,高新技术企业认定数,no\n,双招双引个数,重大项目签约量,是\n"
    )
    assert [(one.kind, one.old_name, one.new_name) for one in compared(old, new, said)] == [
        ("added", "", "高新技术企业认定数"),
        ("dropped", "高企认定数", ""),
        ("renamed", "双招双引个数", "重大项目签约量"),
    ]
    undecided = parse_concordance("old_name,new_name,same\n高企认定数,高新技术企业认定数,\n")
    assert [one.kind for one in compared(old, new, undecided)][:1] == ["renamed"]


@pytest.mark.parametrize(
    ("csv_text", "said"),
    [
        ("old,new\n", "第 1 行"),
        ("old_name,new_name,same\n甲,乙,也许\n", "第 2 行"),
        ('old_name,new_name,same\n"甲,乙', "CSV"),
    ],
)
def test_a_concordance_that_cannot_be_used_says_where(csv_text: str, said: str) -> None:
    with pytest.raises(ConcordanceError, match=said):
        parse_concordance(csv_text)


def test_lines_for_one_department_are_for_it_alone() -> None:
    said = parse_concordance("old_name,new_name,same,department\n甲数,乙数,yes,某局\n丙数,丁数,yes,\n")
    assert said.of_department("某局").partners("indicators", "甲数") == ["乙数"]
    assert said.of_department("别的局").partners("indicators", "甲数") == []
    assert said.of_department("别的局").partners("indicators", "丙数") == ["丁数"]


def test_near_misses_are_drafted_too_and_saying_yes_makes_them_one() -> None:
    old = replace(OLD, indicators=(indicator(1, "学科竞赛单位成本", "≤5万元"),))
    new = replace(NEW, indicators=(indicator(1, "学科比赛单位成本", "≤3%"),))
    changes = compared(old, new)
    assert {one.kind for one in changes} == {"added", "dropped"}
    assert all(one.uncertain for one in changes)
    draft = draft_concordance([report_of(FormPair(old, new), changes)])
    (line,) = csv.DictReader(draft.splitlines())
    assert (line["old_name"], line["new_name"], line["same"]) == ("学科竞赛单位成本", "学科比赛单位成本", "")
    said = parse_concordance(draft.replace("比赛单位成本,,", "比赛单位成本,yes,"))
    assert {one.kind for one in compared(old, new, said)} == {"renamed", "unit_changed", "target_changed"}

"""The word lists say each thing once and only what is folded can be found."""

from __future__ import annotations

from pathlib import Path

import jixiao.normalize.vocabulary as vocabulary
import pytest
from jixiao.normalize.characters import fold_width
from jixiao.normalize.units import is_unit, may_be_unit
from jixiao.normalize.vocabulary import load

FOLDER = Path(vocabulary.__file__).parent / "data"
CONTRACT_METRICS = {
    *("内设机构", "行政编制", "事业编制", "工勤编制", "在职在编", "离退休", "离休", "退休"),
    *("编外人员", "下属单位", "财政供养人员"),
}
PUBLISHED_UNITS = (
    *(
        "%",
        "‰",
        "百分比",
        "比例",
        "人次",
        "人/年",
        "元/亩",
        "元每人每月",
        "元/人·月",
        "户/人.月",
        "万/月",
        "次/月",
    ),
    *("万平方米", "册(份/件/套)", "M", "公里", "畝", "个亿", "万人", "亿元", "个工作日", "平方米"),
)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_list_loads_and_holds_no_empty_list(path: Path) -> None:
    def check(entry: object) -> None:
        assert entry not in ([], {})
        for part in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
            check(part)

    check(load(path.stem))


def test_no_staffing_word_names_two_metrics() -> None:
    words = [word for words in load("staffing")["metrics"].values() for word in words]
    assert len(words) == len(set(words))
    assert all(fold_width(word) == word for word in words)


def test_the_standard_metrics_of_the_contract_are_there() -> None:
    metrics = set(load("staffing")["metrics"])
    assert metrics >= CONTRACT_METRICS
    assert metrics >= set(load("staffing")["bodies"]["metrics"])
    assert metrics >= set(load("staffing")["split"])


@pytest.mark.parametrize("unit", PUBLISHED_UNITS)
def test_the_units_of_published_forms_are_known(unit: str) -> None:
    assert is_unit(unit)


@pytest.mark.parametrize("text", ["\ue000", "한", "ꀀ", "豈한", "\ud800"], ids=ascii)
def test_only_ideographs_and_letters_may_be_a_unit(text: str) -> None:
    assert may_be_unit("蛊")
    assert may_be_unit("﨑")  # U+FA11, one of the twelve of that block with no twin
    assert not may_be_unit(text)

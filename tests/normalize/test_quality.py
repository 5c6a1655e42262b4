"""Words that are values, and the order some of them have."""

from __future__ import annotations

import pytest
from jixiao.normalize.quality import compare_quality, is_quality, quality_rank, quality_words, weak_words
from jixiao.normalize.vocabulary import load

PUBLISHED = (
    *("健全", "合理", "明确", "科学", "规范", "合规", "完善", "公开", "有效", "较高", "较有效"),
    *("较健全", "优良", "优", "高", "是", "否", "及时", "可控", "减少", "提升", "降低"),
    *(
        "提高",
        "增强",
        "优化",
        "持续改善",
        "巩固提高",
        "有效提升",
        "长期",
        "长远",
        "效果明显",
        "保持稳定",
        "无上访",
    ),
    *(
        "完成",
        "达成预期指标",
        "部分达成",
        "正面支撑",
        "有力保障",
        "不断提升",
        "不低于上年度水平",
        "控制在预算内",
    ),
)


@pytest.mark.parametrize("word", PUBLISHED)
def test_the_words_of_published_forms_are_values(word: str) -> None:
    assert is_quality(word)


@pytest.mark.parametrize(
    "name", ["预算执行率", "绩效目标合理性", "科创办推进专项", "生态效益", "产学研合作", "决策", "小计"]
)
def test_names_are_no_values(name: str) -> None:
    assert not is_quality(name)


def test_a_word_stands_on_one_scale_only() -> None:
    words = [word for scale in load("quality")["scales"] for rank in scale["ranks"] for word in rank]
    assert len(words) == len(set(words))
    listed = [*load("quality")["words"]["words"], *load("quality")["words"]["weak"]]
    assert len(listed) == len(set(listed))
    assert not set(words) & set(listed)
    assert weak_words() < quality_words()


def test_scales_run_from_most_to_least() -> None:
    assert compare_quality("较高", "高") == 1
    assert compare_quality("健全", "基本健全") == -1
    assert compare_quality("优", "优秀") == 0
    assert compare_quality("是", "否") == -1
    assert compare_quality("健全", "较高") is None
    assert compare_quality("持续改善", "不断提升") is None
    assert compare_quality("持续改善", "持续改善") == 0


def test_a_rank_names_its_scale() -> None:
    assert quality_rank("较高") == ("高低", 4)
    assert quality_rank("无上访") is None

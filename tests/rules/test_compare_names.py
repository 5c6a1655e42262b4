"""Whether two names are one thing, and which text is which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.rules.compare.align import PAIRED
from jixiao.rules.compare.clauses import align_texts, marked
from jixiao.rules.compare.names import likeness, name_key, same_name, text_key, this_year


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("高企认定数", "高新技术企业认定数"),
        ("“通创荟”和科技招商专项经费", "通创荟和科技招商经费专项"),
        ("服务对象满意度", "服务对象满意率"),
        ("重点任务完成率", "重点任务完成比例"),
        ("培训人数", "培训人次"),
        ("新招引项目数量", "新招引项目数"),
        ("财务制度健全性", "财务制度完善性"),
        ("1.物业管理费", "2.物业管理费"),
    ],
)
def test_one_thing_under_two_names(old: str, new: str) -> None:
    assert likeness(old, new) >= PAIRED
    assert likeness(new, old) == likeness(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("预算执行率", "预算调整率"),
        ("药品抽检合格率", "药品抽检投诉率"),
        ("药品抽检覆盖率", "药品抽检覆盖数量"),
        ("服务对象满意度", "服务对象不满意度"),
        ("公租房保障数量", "公租房保障成本"),
        ("管理制度健全性", "管理制度合规性"),
        ("学前教育经费", "职业教育债务还本"),
        ("", "预算执行率"),
    ],
)
def test_two_things_of_like_names(old: str, new: str) -> None:
    assert likeness(old, new) < PAIRED
    assert likeness(new, old) == likeness(old, new)


def test_years_move_on_with_the_forms() -> None:
    assert same_name("2024年以奖代补", "2025年以奖代补", (2024, 2025))
    assert not same_name("2024年以奖代补", "2025年以奖代补", (2024, 2024))
    assert same_name("2021年奖补", "2021年奖补", (2024, 2025))
    assert this_year("2023年结转", 2024) == this_year("2024年结转", 2025)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("（1）负责科技计划。", "（2）负责科技计划。"),
        ("1.负责科技计划", "负责科技计划；"),
        ("做“优”平台,完成100%", "做优平台，完成１００％。"),
        ("①拟订规划", "② 拟 订 规 划"),
    ],
)
def test_formatting_and_numbering_are_no_difference(old: str, new: str) -> None:
    assert text_key(old) == text_key(new)


@pytest.mark.parametrize(
    ("old", "new"), [("1.5万人", "5万人"), ("5G基站数", "G基站数"), ("2025年规划", "年规划")]
)
def test_a_number_that_says_something_is_no_numbering(old: str, new: str) -> None:
    assert name_key(old) != name_key(new)
    assert text_key(old) != text_key(new)


@given(st.text("甲乙率数量制度和2345“（ ", max_size=12), st.text("甲乙率数量制度和2345“（ ", max_size=12))
def test_likeness_is_symmetric_and_a_share(old: str, new: str) -> None:
    assert 0 <= likeness(old, new) <= 1
    assert likeness(old, new) == likeness(new, old)


# --- texts ---------------------------------------------------------------------------------------

CLAUSES = [
    "贯彻执行国家有关科技创新的法律法规和方针政策。",
    "负责农村科技的组织实施与监督管理。",
    "负责社会发展科技的组织实施与监督管理。",
    "指导科技成果转化和技术转移工作，促进产学研合作。",
    "承办市委、市政府交办的其他事项。",
]


def test_clauses_are_known_by_their_words_and_not_by_their_pattern() -> None:
    new = [CLAUSES[0], CLAUSES[2], "牵头" + CLAUSES[3], CLAUSES[4]]
    found = align_texts(CLAUSES, new)
    assert {(pair.old, pair.new) for pair in found.pairs} == {(0, 0), (2, 1), (3, 2), (4, 3)}
    assert list(found.dropped) == [1]


def test_a_clause_in_two_is_a_split_and_back_a_merge() -> None:
    whole = "拟订全市科技规划并组织实施，组织科普宣传和业务培训"
    parts = ["拟订全市科技规划并组织实施", "组织科普宣传和业务培训"]
    split = align_texts([CLAUSES[0], whole], [CLAUSES[0], *parts])
    assert [(one.whole, one.parts) for one in split.splits] == [(1, (1, 2))]
    merge = align_texts([CLAUSES[0], *parts], [CLAUSES[0], whole])
    assert [(one.whole, one.parts) for one in merge.merges] == [(1, (1, 2))]


@given(st.text("负责科技计划，。", max_size=20), st.text("负责科技计划，。", max_size=20))
def test_what_is_marked_is_both_texts(old: str, new: str) -> None:
    pieces = marked(old, new)
    before = "".join(piece.text for piece in pieces if piece.kind != "new")
    # Marks that stay in their place are shown as they are in the new text.
    assert before.replace("，", "。") == old.replace("，", "。")
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


def test_a_number_is_one_word_and_what_is_gone_comes_first() -> None:
    pieces = marked("建成高标准农田3.2万亩", "建成高标准农田2.8万亩")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "建成高标准农田"),
        ("gone", "3.2"),
        ("new", "2.8"),
        ("same", "万亩"),
    ]


def test_another_mark_is_no_change_of_words() -> None:
    pieces = marked("1.建设中心（一期）；2.巡查９次，", "1、建设中心(一期)；2、巡查9次。")
    assert [piece.kind for piece in pieces if piece.kind != "same"] == []

"""Signs that a dumper printed beside their place, and where they belong."""

from __future__ import annotations

import pytest
from jixiao.extract.document import piece_of, printed
from jixiao.extract.dump.marks import mend_marks


def mended(*lines: str) -> list[str]:
    pieces = [piece_of(line, 1, n) for n, line in enumerate(lines, 1)]
    out, _ = mend_marks(pieces, ())
    # Nothing is lost and nothing is new.
    assert printed(out) == printed(pieces)
    assert sorted("".join("".join(p.raw for p in out).split())) == sorted("".join("".join(lines).split()))
    return [p.text for p in out]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Tika: before the words of their line; pdftotext: on a line above; pdfium: at the first of their gaps.
        (["“ ”开展 惠民 系列活动，严格落实急救"], ["开展“惠民”系列活动，严格落实急救"]),
        (["“ ”", "开展 惠民 系列活动，严格落实急救"], ["开展“惠民”系列活动，严格落实急救"]),
        (["开展“ ” 惠民 系列活动，严格落实急救"], ["开展“惠民”系列活动，严格落实急救"]),
        (["理，做 实 审计监督品 “ ”", "牌、健全机制"], ["理，做“实”审计监督品", "牌、健全机制"]),
        (["“ ” “ ”展、开展 润心 系列活动；做 实 食品安"], ["展、开展“润心”系列活动；做“实”食品安"]),
        # The cell beside keeps its place, and its gap.
        (["小微企业体检 “ ”建设快检室，开展 百千 系列活"], ["小微企业体检 建设快检室，开展“百千”系列活"]),
        (["小微企业体检 “ ”", "建设快检室，开展 百千 系列活"], ["小微企业体检", "建设快检室，开展“百千”系列活"]),
        # Words that begin or end their line leave no gap there.
        (["“ ”惠民 家庭医生签约服务行动 228.6704 457.3409"], ["“惠民”家庭医生签约服务行动 228.6704 457.3409"]),
        (["“ ”", "按照高质量发展的要求，开展 惠民"], ["按照高质量发展的要求，开展“惠民”"]),
        (["检查次数 40≦ 台次 7835≧ 批次"], ["检查次数 ≦40台次 ≧7835批次"]),
        (["检查次数 ≤20 台次 40", "≦ 台次"], ["检查次数 ≤20 台次 ≦40台次"]),
        (["7,258", "﹦", "人次"], ["﹦7,258", "人次"]),
        (["任务完成率 90%", "≧ 94.96%", "≧"], ["任务完成率 ≧90%", "≧94.96%"]),
        (["任务完成率 90%≧ 94.96%≧"], ["任务完成率 ≧90% ≧94.96%"]),
        # What cannot be told is left.
        (["“ ”公共文化服务品牌", "文化服务"], ["“ ”公共文化服务品牌", "文化服务"]),
        (["“双随机”检查 覆盖率 “一件事”"], ["“双随机”检查 覆盖率 “一件事”"]),
        (["完成率 ≦40台次", "≧ 七十"], ["完成率 ≦40台次", "≧ 七十"]),
    ],
)
def test_signs_go_back_into_their_gaps(lines: list[str], expected: list[str]) -> None:
    assert mended(*lines) == expected


def test_a_line_so_mended_says_so_and_a_page_still_begins_with_it() -> None:
    lines = [piece_of(text, 1, n) for n, text in enumerate(("甲", "“ ”", "开展 惠民 系列活动"), 1)]
    out, turns = mend_marks(lines, {1})
    assert [(p.text, p.steps) for p in out] == [("甲", ()), ("开展“惠民”系列活动", ("signs_moved",))]
    assert turns == {1}

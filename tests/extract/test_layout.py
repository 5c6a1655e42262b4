"""Dumps that keep the page's layout with spaces: tiny pages drawn by hand, and the records they hold."""

from __future__ import annotations

import pytest
from jixiao.extract.document import Grid, printed
from jixiao.extract.dump import layout
from jixiao.extract.dump.layout import LayoutReader
from jixiao.extract.dump.text import is_layout, read_text
from jixiao.extract.read import Options, read_forms
from jixiao.pipeline.one import read_bytes
from jixiao.rules.families import load_families
from jixiao.rules.records import Form

from .work import lines_run

FAMILIES = load_families()

FORM = """\
                  江海市部门整体预算绩效目标表
                         2024年度
单位名称     江海市图书馆

         1.负责图书采购。
主要职能
         2.负责读者服务。
                               半年计划执行数      全年预算数
          支出      基本支出                10           20
部门整体资金
（万元）           项目支出                              8
                  借阅专项                              8
一级指标    二级指标      三级指标         半年指标值     全年指标值
                      新增图书册数          ≥500册      ≥1000册
        数量指标
 产出                  借阅人次                      ≥2万人次
        质量指标         图书完好率                      ≥95%
满意度    满意度指标
"""

HEADER = (
    "一级指标     二级指标     重点工作          对应项目       三级指标         半年指标值     全年指标值\n"
)
WIDE = """\
                     完成馆藏数字化，                  数字化完成时      2024年6月     2024年12
            数字图书馆
 履职                                    馆藏专项
            建设       推进资源共享                    间           底前         月底前
                     开展全民阅读活动      阅读推广经费     读书活动场次       ≥3场       ≥6场
"""
TITLE = (
    "              江海市部门整体预算绩效目标表\n单位名称     江海市图书馆\n\n年度目标     建成书香城市。\n"
)


def form(text: str) -> Form:
    """Return the one form in *text*, read with the provided family."""
    [found] = read_forms(text.encode(), "form.txt", FAMILIES, Options(family="department-targets"))
    return found


def rows(found: Form) -> list[tuple[str, ...]]:
    """Return the indicators as (level 1, level 2, key work, project, level 3)."""
    return [
        tuple(t.value if t is not None else "" for t in (i.level1, i.level2, i.key_work, i.project, i.level3))
        for i in found.indicators
    ]


def values(found: Form) -> list[tuple[tuple[str, str], ...]]:
    """Return the targets of each indicator as (period, text as printed)."""
    return [tuple((t.period, t.text.value) for t in i.targets) for i in found.indicators]


def test_runs_of_spaces_tell_a_layout_dump_from_a_flattened_one() -> None:
    assert is_layout(read_text(FORM.encode()))
    flattened = "\n".join(part for line in FORM.split("\n") for part in line.split())
    assert not is_layout(read_text(flattened.encode()))


def test_labels_stand_in_the_middle_of_what_they_name() -> None:
    found = form(FORM)
    assert found.department is not None
    assert found.department.value == "江海市图书馆"
    assert [(f.label, f.text.value) for f in found.functions] == [
        ("1.", "负责图书采购。"),
        ("2.", "负责读者服务。"),
    ]


def test_a_lone_amount_belongs_to_the_column_it_stands_in() -> None:
    found = form(FORM)
    amounts = [(f.item.value, f.parent, [str(a.amount) for a in f.amounts]) for f in found.funds]
    assert amounts == [
        ("基本支出", "", ["10", "20"]),
        ("项目支出", "", ["None", "8"]),
        ("借阅专项", "项目支出", ["None", "8"]),
    ]


def test_merged_levels_stand_at_the_centre_of_their_rows_and_may_have_none() -> None:
    assert rows(form(FORM)) == [
        ("产出", "数量指标", "", "", "新增图书册数"),
        ("产出", "数量指标", "", "", "借阅人次"),
        ("产出", "质量指标", "", "", "图书完好率"),
        ("满意度", "满意度指标", "", "", ""),
    ]


def test_a_lone_value_belongs_to_the_column_it_stands_in() -> None:
    assert values(form(FORM)) == [
        (("half_year", "≥500册"), ("full_year", "≥1000册")),
        (("full_year", "≥2万人次"),),
        (("full_year", "≥95%"),),
        (),
    ]


def test_wrapped_cells_of_one_row_are_put_together() -> None:
    found = form(TITLE + HEADER + WIDE)
    assert rows(found) == [
        ("履职", "数字图书馆建设", "完成馆藏数字化，推进资源共享", "馆藏专项", "数字化完成时间"),
        ("履职", "数字图书馆建设", "开展全民阅读活动", "阅读推广经费", "读书活动场次"),
    ]
    assert values(found)[0] == (("half_year", "2024年6月底前"), ("full_year", "2024年12月底前"))


def test_a_label_printed_again_after_a_page_break_is_no_new_one() -> None:
    first, second = FORM.split("        质量指标")
    again = " 产出     质量指标" + second
    assert rows(form(first + "\f" + again)) == rows(form(FORM))


def test_a_header_printed_again_after_a_page_break_changes_nothing() -> None:
    first, second = FORM.split("        质量指标")
    header = "一级指标    二级指标      三级指标         半年指标值     全年指标值\n"
    assert rows(form(first + "\f" + header + " 产出     质量指标" + second)) == rows(form(FORM))


def test_a_header_cell_may_be_broken_over_lines() -> None:
    broken = FORM.replace(
        "一级指标    二级指标      三级指标         半年指标值     全年指标值\n",
        "一级                                半年        全年\n"
        "        二级指标      三级指标\n"
        "指标                               指标值       指标值\n",
    )
    assert rows(form(broken)) == rows(form(FORM))


@pytest.mark.parametrize(
    "text",
    [
        FORM,
        TITLE + HEADER + WIDE,
        FORM.replace("单位名称", "某某名称"),
        "\n".join(FORM.split("\n")[::-1]),
        HEADER * 3 + WIDE * 2 + TITLE,
        HEADER + "      " * 40 + "孤零零",
    ],
)
@pytest.mark.parametrize("family", ["department-targets", "general"])
def test_every_printed_character_ends_in_one_piece(text: str, family: str) -> None:
    plain = read_text(text.encode())
    flat = LayoutReader(plain, FAMILIES.get(family)).read()
    count = printed(flat.furniture)
    for block in flat.blocks:
        cells = [c for row in block.rows for c in row.cells] if isinstance(block, Grid) else []
        count += sum(printed(c.pieces) for c in cells) if isinstance(block, Grid) else printed([block])
    assert count == printed(plain.lines)


def test_the_work_of_a_table_without_end_grows_with_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a page rows are weighed against each other; a table of a dump without page breaks is read in parts."""
    monkeypatch.setattr(layout, "MAX_PAGE_LINES", 10)
    row = "   产出      数量      工作      项目      名称名称名称      合理      合理\n"

    def work(rows: int) -> int:
        text = read_text((HEADER + row * rows).encode())
        return lines_run(lambda: LayoutReader(text, FAMILIES.get("department-targets")).read())

    work(5)  # what is loaded once
    assert work(80) / work(40) <= 2.5


CUT_AMOUNTS = """\
                          部门整体预算绩效目标表
                            （2025年度）
部门名称      海门市水务局
 主要职能     1.负责全市水资源管理；
           2.负责防汛抗旱工作。

                              全年预算数
           资金总额                 11,263,400.
                                        00
                    小计           11,263,400.
                                        00
部门整体资  收入        一般公共预算资金    11,263,400.
 金（元）      财政拨款                        00
                    政府性基金               0.00
           上年结转资金                     0.00
                         半年计划执行数     全年预算数
           基本支出          5,300,000.    9,263,400.
                                    00            00
      支出   项目支出          1,000,000.    2,000,000.
                                    00            00
           河道保洁经费        1,000,000.    2,000,000.
                                    00            00
年度目标      完成全年防汛任务。

一级指标    二级指标      三级指标              半年指标值    全年指标值
决策      目标设定      绩效目标合理性           合理       合理
过程      预算执行      预算执行率             ≥40%     ≥95%
履职      河道保洁      保洁河道长度            ≥50公里    ≥100公里
效益      社会效益      水环境改善             改善       改善
"""


def test_amounts_that_their_column_has_cut_are_whole_and_on_their_side() -> None:
    funds = read_bytes(CUT_AMOUNTS.encode(), "form.txt").tables["funds"]
    assert [(r["side"], r["item"], r["parent"], r["period"], r["raw"]) for r in funds] == [
        ("income", "资金总额", "", "full_year", "11,263,400.00"),
        ("income", "财政拨款", "资金总额", "full_year", "11,263,400.00"),
        ("income", "一般公共预算资金", "财政拨款", "full_year", "11,263,400.00"),
        ("income", "政府性基金", "财政拨款", "full_year", "0.00"),
        ("income", "上年结转资金", "资金总额", "full_year", "0.00"),
        ("expenditure", "基本支出", "", "half_year", "5,300,000.00"),
        ("expenditure", "基本支出", "", "full_year", "9,263,400.00"),
        ("expenditure", "项目支出", "", "half_year", "1,000,000.00"),
        ("expenditure", "项目支出", "", "full_year", "2,000,000.00"),
        ("expenditure", "河道保洁经费", "项目支出", "half_year", "1,000,000.00"),
        ("expenditure", "河道保洁经费", "项目支出", "full_year", "2,000,000.00"),
    ]

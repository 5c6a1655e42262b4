"""Grids written by hand, as any reader may give them: what their headings and columns make of their cells."""

from __future__ import annotations

from jixiao.extract.document import Cell, Grid, Piece, Row, piece_of, printed
from jixiao.extract.forms import money_unit, read_fields, read_goals, read_staff
from jixiao.extract.fund_records import read_funds
from jixiao.extract.indicator_records import read_indicators
from jixiao.extract.sections import Parts, read_sections
from jixiao.rules.families import load_families

FAMILY = load_families().get("department-targets")
UP, LEFT = "↑", "←"
"""A place that the cell above, or left, covers too."""

NARROW = ["一级指标", "二级指标", "三级指标", "半年指标值", "全年指标值"]
WIDE = ["一级指标", "二级指标", "重点工作", "对应项目", "三级指标", "半年指标值", "全年指标值"]


def grid(*rows: list[str]) -> Grid:
    """Return the grid that *rows* draw: a text per cell, `UP` and `LEFT` where cells are merged.

    A blank text is a cell with nothing in it; "\\n" parts the printed lines of a cell. Every row stands
    on a line of its own, from line 1.
    """
    width = max(map(len, rows))
    out = []
    for r, row in enumerate(rows):
        cells = []
        for c, text in enumerate(row):
            if text in (UP, LEFT):
                continue
            columns = next((k for k in range(c + 1, len(row)) if row[k] != LEFT), len(row)) - c
            below = (k for k in range(r + 1, len(rows)) if c >= len(rows[k]) or rows[k][c] != UP)
            down = next(below, len(rows)) - r
            pieces = tuple(piece_of(line, 1, r + 1) for line in text.split("\n") if line)
            cells.append(Cell(pieces, r, c, down, columns))
        out.append(Row(tuple(cells)))
    return Grid(tuple(out), width)


def read(*blocks: Grid | str) -> Parts:
    """Return the parts of a form made of grids and loose lines; every piece must be accounted for."""
    made = [block if isinstance(block, Grid) else piece_of(block, 1, 900 + n) for n, block in enumerate(blocks)]
    parts = read_sections(made, FAMILY)
    pieces = [p for b in made for p in ([b] if isinstance(b, Piece) else [q for c in cells_of(b) for q in c.pieces])]
    tally = parts.tally
    assert tally.records + tally.headings + tally.ignored + tally.unread == printed(pieces)
    return parts


def cells_of(drawn: Grid) -> list[Cell]:
    return [cell for row in drawn.rows for cell in row.cells]


def indicators(parts: Parts) -> list[tuple[str, ...]]:
    """Return level 1, level 2, level 3 and the targets of each indicator, blank for what is missing."""
    rows, _ = read_indicators(parts.indicators, (), FAMILY)
    return [
        (
            *("" if text is None else text.value for text in (row.level1, row.level2, row.level3)),
            *(f"{target.period}: {target.text.value}" for target in row.targets),
        )
        for row in rows
    ]


def works(parts: Parts) -> list[tuple[str, str, str]]:
    rows, _ = read_indicators(parts.indicators, (), FAMILY)
    return [
        tuple("" if text is None else text.value for text in (row.key_work, row.project, row.level3)) for row in rows
    ]  # type: ignore[misc]


def funds(parts: Parts, unit: str = "万元") -> list[tuple[str, str, int, str, tuple[str, ...]]]:
    """Return side, item, level, parent and the amounts of each item."""
    items, _ = read_funds(parts.funds, unit, FAMILY)
    return [
        (i.side, i.item.value, i.level, i.parent, tuple(f"{a.period} {a.text.raw}".strip() for a in i.amounts))
        for i in items
    ]


def unread(parts: Parts) -> list[str]:
    return [piece.raw for piece in parts.tally.leftovers]


# --- indicators ------------------------------------------------------------------------------------------


def test_merged_labels_stand_on_every_row_they_span() -> None:
    parts = read(
        grid(
            NARROW,
            ["决策", "计划制定", "中长期规划制定健全性", "健全", "健全"],
            [UP, UP, "工作计划制定健全性", "健全", "健全"],
            [UP, "目标设定", "绩效目标合理性", "合理", "合理"],
            ["过程", "预算执行", "预算执行率", "＝40%", "＝100%"],
        )
    )
    assert indicators(parts) == [
        ("决策", "计划制定", "中长期规划制定健全性", "half_year: 健全", "full_year: 健全"),
        ("决策", "计划制定", "工作计划制定健全性", "half_year: 健全", "full_year: 健全"),
        ("决策", "目标设定", "绩效目标合理性", "half_year: 合理", "full_year: 合理"),
        ("过程", "预算执行", "预算执行率", "half_year: ＝40%", "full_year: ＝100%"),
    ]
    assert unread(parts) == []


def test_a_blank_label_is_blank_and_not_the_label_above() -> None:
    parts = read(
        grid(
            NARROW,
            ["决策", "计划制定", "甲", "健全", "健全"],
            ["", "", "乙", "健全", "健全"],
            [UP, "目标设定", "丙", "合理", "合理"],
        )
    )
    assert [row[:3] for row in indicators(parts)] == [
        ("决策", "计划制定", "甲"),
        ("", "", "乙"),
        ("", "目标设定", "丙"),
    ]


def test_at_the_top_of_a_page_a_blank_label_is_the_label_above_cut() -> None:
    parts = read(
        grid(NARROW, ["决策", "计划制定", "甲", "健全", "健全"]), grid(NARROW, ["", "", "乙", "健全", "健全"])
    )
    assert [row[:3] for row in indicators(parts)] == [("决策", "计划制定", "甲"), ("决策", "计划制定", "乙")]


def test_a_label_printed_again_after_a_page_break_is_ignored_and_not_a_new_one() -> None:
    parts = read(
        grid(NARROW, ["决策", "计划制定", "甲", "健全", "健全"]),
        grid(["决策", "计划制定", "乙", "健全", "健全"], [UP, "目标设定", "丙", "合理", "合理"]),
    )
    assert [row[:3] for row in indicators(parts)] == [
        ("决策", "计划制定", "甲"),
        ("决策", "计划制定", "乙"),
        ("决策", "目标设定", "丙"),
    ]
    assert parts.tally.ignored == len("决策计划制定")
    first, second = (row.cells["level2"] for row in parts.indicators[:2])
    assert first is second


def test_a_second_level_of_the_same_name_under_another_first_is_a_new_one() -> None:
    parts = read(
        grid(
            NARROW,
            ["产出指标", "数量", "甲", "1个", "1个"],
            ["效益指标", "数量", "乙", "1个", "1个"],
        )
    )
    assert [row[:2] for row in indicators(parts)] == [("产出指标", "数量"), ("效益指标", "数量")]
    assert parts.tally.ignored == 0


def test_a_new_first_level_takes_no_second_level_along() -> None:
    parts = read(grid(NARROW, ["决策", "计划制定", "甲", "1个", "1个"], ["过程", "", "乙", "1个", "1个"]))
    assert [row[:3] for row in indicators(parts)] == [("决策", "计划制定", "甲"), ("过程", "", "乙")]


def test_a_header_printed_again_is_a_heading_and_no_row() -> None:
    parts = read(
        grid(NARROW, ["决策", "计划制定", "甲", "1个", "2个"]),
        grid(NARROW, ["", "", "乙", "3个", "4个"]),
    )
    assert indicators(parts) == [
        ("决策", "计划制定", "甲", "half_year: 1个", "full_year: 2个"),
        ("决策", "计划制定", "乙", "half_year: 3个", "full_year: 4个"),
    ]
    assert parts.tally.headings == 2 * len("".join(NARROW))


def test_a_header_of_other_columns_changes_what_stands_below() -> None:
    parts = read(
        grid(
            [*NARROW[:3], LEFT, LEFT, *NARROW[3:]],
            ["过程", "资产管理", "利用率", LEFT, LEFT, "＝100%", "＝100%"],
            WIDE,
            ["履职", "科研机构", "推进建设", "科研专项", "申报数", "≥20个", "≥100个"],
            [*NARROW[:3], LEFT, LEFT, *NARROW[3:]],
            ["效益指标", "经济效益", "促进作用", LEFT, LEFT, "较高", "较高"],
        )
    )
    assert indicators(parts) == [
        ("过程", "资产管理", "利用率", "half_year: ＝100%", "full_year: ＝100%"),
        ("履职", "科研机构", "申报数", "half_year: ≥20个", "full_year: ≥100个"),
        ("效益指标", "经济效益", "促进作用", "half_year: 较高", "full_year: 较高"),
    ]
    assert works(parts) == [("", "", "利用率"), ("推进建设", "科研专项", "申报数"), ("", "", "促进作用")]


def test_a_key_work_over_several_indicators_stands_on_each() -> None:
    parts = read(
        grid(
            WIDE,
            ["履职", "科技招商", "组织活动，\n开展招商", "通创荟\n专项", "获奖数", "≥0个", "≥10个"],
            [UP, UP, UP, UP, "活动数", "≥1场", "≥2场"],
            [UP, "对外合作", "引进国外智力", "引智专项", "引进数", "≥3人", "≥6人"],
        )
    )
    assert works(parts) == [
        ("组织活动，开展招商", "通创荟专项", "获奖数"),
        ("组织活动，开展招商", "通创荟专项", "活动数"),
        ("引进国外智力", "引智专项", "引进数"),
    ]


def test_the_same_project_for_two_works_is_printed_twice() -> None:
    parts = read(
        grid(
            WIDE,
            ["履职", "招商", "办会", "甲专项", "会议数", "≥1场", "≥2场"],
            [UP, UP, "出访", "甲专项", "出访数", "≥1次", "≥2次"],
        )
    )
    assert works(parts) == [("办会", "甲专项", "会议数"), ("出访", "甲专项", "出访数")]
    assert parts.tally.ignored == 0


def test_a_row_of_labels_alone_is_an_indicator_without_targets() -> None:
    parts = read(grid(NARROW, ["效益指标", "生态效益", "", "", ""], [UP, "可持续影响", "", "", ""]))
    assert indicators(parts) == [("效益指标", "生态效益", ""), ("效益指标", "可持续影响", "")]


def test_a_blank_target_has_no_row_and_a_zero_has_one() -> None:
    parts = read(grid(NARROW, ["过程", "预算执行", "调整率", "", "＝0%"], [UP, UP, "结余率", "0", ""]))
    assert [row[3:] for row in indicators(parts)] == [("full_year: ＝0%",), ("half_year: 0",)]


def test_a_cell_under_no_column_is_unread() -> None:
    parts = read(grid(NARROW, ["决策", "计划制定", "甲", "1个", "2个", "见附件"]))
    assert unread(parts) == ["见附件"]


def test_the_label_beside_the_whole_grid_is_a_heading() -> None:
    parts = read(grid(["绩效指标", *NARROW], [UP, "决策", "计划制定", "甲", "1个", "2个"]))
    assert indicators(parts) == [("决策", "计划制定", "甲", "half_year: 1个", "full_year: 2个")]
    assert unread(parts) == []


def test_weight_and_note_stand_beside_their_indicator() -> None:
    header = ["一级指标", "二级指标", "三级指标", "指标值", "权重", "备注"]
    parts = read(grid(header, ["产出指标", "数量指标", "补助人数", "≥10人", "20", "按月统计"]))
    (row,), _ = read_indicators(parts.indicators, (), FAMILY)
    assert row.weight is not None
    assert row.note is not None
    assert (row.weight.value, row.note.value, len(row.targets)) == ("20", "按月统计", 1)


# --- funds ---------------------------------------------------------------------------------------------------

MONEY = (
    ["部门整体\n资金（万\n元）", "收入", "", "", "全年\n预算数"],
    [UP, UP, "资金总额", LEFT, "20.5"],
    [UP, UP, "财政拨款", "小计", "18.5"],
    [UP, UP, UP, "一般公共预算资金", "18.5"],
    [UP, UP, UP, "政府性基金", "0"],
    [UP, UP, "其他资金", LEFT, ""],
)


def test_income_stands_under_its_heads_and_the_subtotal_is_no_item() -> None:
    parts = read(grid(*MONEY))
    assert funds(parts) == [
        ("income", "资金总额", 1, "", ("full_year 20.5",)),
        ("income", "财政拨款", 2, "资金总额", ("full_year 18.5",)),
        ("income", "一般公共预算资金", 3, "财政拨款", ("full_year 18.5",)),
        ("income", "政府性基金", 3, "财政拨款", ("full_year 0",)),
        ("income", "其他资金", 2, "资金总额", ("full_year",)),
    ]
    assert money_unit(parts)[0] == "万元"
    assert unread(parts) == []


def test_expenditure_has_its_own_columns_and_projects_under_it() -> None:
    parts = read(
        grid(
            ["部门整体资金（元）", "支出", "", LEFT, "半年\n计划执行数", "全年\n预算数"],
            [UP, UP, "基本支出", LEFT, "850", "1,704.15"],
            [UP, UP, "项目支出", LEFT, "54", "566.18"],
            [UP, UP, "物业管理费", LEFT, "0", "19.53"],
            [UP, UP, "办公设备购置", LEFT, "", "7.32"],
        )
    )
    assert funds(parts, "元") == [
        ("expenditure", "基本支出", 1, "", ("half_year 850", "full_year 1,704.15")),
        ("expenditure", "项目支出", 1, "", ("half_year 54", "full_year 566.18")),
        ("expenditure", "物业管理费", 2, "项目支出", ("half_year 0", "full_year 19.53")),
        ("expenditure", "办公设备购置", 2, "项目支出", ("half_year", "full_year 7.32")),
    ]
    assert money_unit(parts)[0] == "元"


def test_income_and_expenditure_may_stand_one_above_the_other() -> None:
    parts = read(
        grid(
            ["部门整体资金（万元）", "收入", "", "全年预算数", LEFT],
            [UP, UP, "资金总额", "12", LEFT],
            [UP, "支出", "", "半年计划执行数", "全年预算数"],
            [UP, UP, "基本支出", "4", "8"],
            [UP, UP, "项目支出", "2", "4"],
        )
    )
    assert [(side, item, amounts) for side, item, _, _, amounts in funds(parts)] == [
        ("income", "资金总额", ("full_year 12",)),
        ("expenditure", "基本支出", ("half_year 4", "full_year 8")),
        ("expenditure", "项目支出", ("half_year 2", "full_year 4")),
    ]


def test_income_and_expenditure_may_stand_side_by_side() -> None:
    parts = read(
        grid(
            ["部门整体资金（万元）", "收入", LEFT, "支出", LEFT],
            [UP, "项目", "全年预算数", "项目", "全年预算数"],
            [UP, "财政拨款", "10", "基本支出", "7"],
            [UP, "其他资金", "2", "项目支出", "5"],
        )
    )
    assert sorted((side, item, amounts) for side, item, _, _, amounts in funds(parts)) == [
        ("expenditure", "基本支出", ("full_year 7",)),
        ("expenditure", "项目支出", ("full_year 5",)),
        ("income", "其他资金", ("full_year 2",)),
        ("income", "财政拨款", ("full_year 10",)),
    ]


def test_a_side_printed_again_after_a_page_break_is_ignored() -> None:
    parts = read(
        grid(
            ["部门整体资金（万元）", "支出", "", "全年预算数"],
            [UP, UP, "项目支出", "5"],
            ["部门整体资金（万元）", "支出", "甲专项", "5"],
        )
    )
    assert [(item, parent) for _, item, _, parent, _ in funds(parts)] == [("项目支出", ""), ("甲专项", "项目支出")]
    assert unread(parts) == []


# --- sections of one cell, head and foot -----------------------------------------------------------------------


def test_label_and_value_may_stand_side_by_side_twice_in_a_row() -> None:
    parts = read(grid(["单位名称", "某市水利局", "单位编码", "101001"], ["联系人", "某某", "联系电话", "12345678"]))
    assert [(kind, label) for kind, label, _ in parts.fields] == [
        ("department", "单位名称"),
        ("department_code", "单位编码"),
        ("personal", "联系人"),
        ("personal", "联系电话"),
    ]
    assert [(f.label, f.value.value, f.personal) for f in read_fields(parts)] == [
        ("联系人", "某某", True),
        ("联系电话", "12345678", True),
    ]


def test_a_blank_value_leaves_the_next_label_alone() -> None:
    parts = read(grid(["单位名称", "", "联系人", "某某"], ["联系电话", "填报人", "某人"]))
    assert [(label, pieces[0].text) for _, label, pieces in parts.fields] == [("联系人", "某某"), ("填报人", "某人")]
    assert unread(parts) == []


def test_one_cell_sections_are_read_by_their_headings() -> None:
    parts = read(
        grid(
            ["单位\n主要职能", "（1）拟订规划。\n（2）组织实施。"],
            ["机构设置及\n人员配置", "行政编制为39名。"],
            ["中长期目标", "建设创新型城市，\n打造中心。"],
            ["年度目标", "推动突破。"],
        )
    )
    assert [piece.text for piece in parts.functions] == ["（1）拟订规划。", "（2）组织实施。"]
    assert [(f.metric, int(f.value)) for f in read_staff(parts.staffing)] == [("行政编制", 39)]
    assert [(g.horizon, g.text.value) for g in read_goals(parts.goals)] == [
        ("long_term", "建设创新型城市，打造中心。"),
        ("annual", "推动突破。"),
    ]


def test_a_cell_cut_by_a_page_break_goes_on_under_its_heading_again() -> None:
    parts = read(grid(["年度目标", "推动体制机制"]), grid(["年度目标", "优化深化。"]))
    assert [(g.horizon, g.text.value) for g in read_goals(parts.goals)] == [("annual", "推动体制机制优化深化。")]


def test_a_printed_heading_with_a_blank_cell_is_no_goal() -> None:
    parts = read(grid(["中长期目标", ""], ["年度目标", "推动突破。"]))
    assert [horizon for horizon, _ in parts.goals] == ["annual"]


def test_a_label_in_no_list_is_a_field_by_its_place_and_is_named() -> None:
    parts = read(grid(["附注", "以上数据不含下属单位。"]))
    assert [(f.label, f.value.value) for f in read_fields(parts)] == [("附注", "以上数据不含下属单位。")]
    assert (unread(parts), parts.guesses) == ([], ["附注"])


def test_a_sentence_is_no_label() -> None:
    parts = read(grid(["以上数据不含下属单位。", "甲"]))
    assert unread(parts) == ["以上数据不含下属单位。", "甲"]


def test_title_and_year_are_lines_of_their_own() -> None:
    parts = read("附件1", "某市部门整体预算绩效目标表", "2025年度", grid(["单位名称", "某局"]))
    assert [piece.raw for piece in parts.title] == ["某市部门整体预算绩效目标表"]
    assert [piece.raw for piece in parts.year] == ["2025年度"]
    assert parts.tally.ignored == len("附件1")


def test_a_loose_line_that_means_nothing_is_unread() -> None:
    assert unread(read("某市部门整体预算绩效目标表", "请于月底前报送")) == ["请于月底前报送"]


def test_tasks_take_the_sum_where_the_money_is_divided_below_its_header() -> None:
    parts = read(
        grid(
            ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）", LEFT, LEFT],
            [UP, UP, UP, "总额", "财政拨款", "其他资金"],
            [UP, "水文监测", "巡测126处水文站", "1250.50", "1200.50", "50"],
            [UP, "水质评价", "监测功能区水质", "380", "380", "0"],
        )
    )
    found = [{name: cell.key for name, cell in row.cells.items()} for row in parts.tasks]
    assert found == [
        {"name": "水文监测", "content": "巡测126处水文站", "amount": "1250.50"},
        {"name": "水质评价", "content": "监测功能区水质", "amount": "380"},
    ]
    assert not parts.tally.leftovers
    assert [(label, pieces[0].raw) for _, label, pieces in parts.fields] == [
        ("水文监测（财政拨款）", "1200.50"),
        ("水文监测（其他资金）", "50"),
        ("水质评价（财政拨款）", "380"),
        ("水质评价（其他资金）", "0"),
    ]


def test_a_row_without_cells_is_no_row() -> None:
    drawn = grid(["项目名称", "图书采购"], ["一级指标", "三级指标", "指标值"], ["产出指标", "图书", "≥2册"])
    assert len(read(Grid((*drawn.rows, Row(())), drawn.columns)).indicators) == 1


def test_an_item_whose_next_one_sounds_like_money_keeps_its_amounts() -> None:
    table = grid(
        ["部门整体资金（万元）", "支出", "半年计划执行数", "全年预算数"],
        ["", "项目支出", "20", "30"],
        ["", "政府购买服务项目", "0", "10"],
        ["", "2022年度预算绩效管理补助", "20", "20"],
    )
    rows = funds(read("部门整体预算绩效目标表", table))
    assert [(item, amounts) for _, item, _, _, amounts in rows][1:] == [
        ("政府购买服务项目", ("half_year 0", "full_year 10")),
        ("2022年度预算绩效管理补助", ("half_year 20", "full_year 20")),
    ]

"""Rows as a split leaves them around a page break, and what each is told to be after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from jixiao.extract.document import piece_of
from jixiao.extract.dump.atoms import Atom, atoms_of
from jixiao.extract.dump.blocks import FoundCell, FoundRow
from jixiao.extract.dump.costs import Column, Evidence
from jixiao.extract.dump.turns import mark_turns, mend_turns

KINDS = ("level1", "level2", "key_work", "project", "level3", "target", "target")
COLUMNS = tuple(Column(k, k) for k in KINDS)
EVIDENCE = Evidence(
    level1=frozenset(("过程", "履职", "效益指标", "满意度指标")),
    level2=frozenset(("预算管理", "资产管理", "项目管理")),
    projects=frozenset(("展馆运行维护经费",)),
)
WIDTHS = {1: 14.0, 2: 20.0, 3: 16.0}

Printed = Mapping[str, str]
"""One row: kind of column → its lines, parted by |."""


def mended(above: Sequence[Printed], below: Sequence[Printed]) -> list[dict[str, str]]:
    """Return the rows of two pages after mending: kind → text; what goes on, or is printed again, ends with *."""
    lines: list[str] = []
    cells: list[list[tuple[int, int, int]]] = []
    for row in (*above, *below):
        cells.append([])
        for n, kind in enumerate(KINDS[:6]):
            if kind in row:
                parts = row[kind].split("|")
                cells[-1].append((len(lines), len(lines) + len(parts), n))
                lines += parts
    turn = cells[len(above)][0][0]
    atoms: list[Atom] = atoms_of([piece_of(line, 1, n) for n, line in enumerate(lines, 1)], {turn})
    rows: list[FoundRow] = [tuple(FoundCell(*cell) for cell in row) for row in cells]
    out = []
    for found in mend_turns(rows, atoms, COLUMNS, WIDTHS, EVIDENCE):
        texts: dict[str, str] = {}
        for cell in found:
            text = "".join(a.text for a in atoms[cell.start : cell.stop])
            mark = "*" if cell.rest else "" if cell.sure else "?"
            texts[KINDS[cell.column]] = texts.get(KINDS[cell.column], "") + text + mark
        out.append(texts)
    return out


def test_a_text_that_runs_on_below_the_break_is_one_cell_and_its_labels_begin_with_it() -> None:
    above = {"key_work": "推进外贸稳规模、组织|应急物资储备点；严格", "level3": "应急演练场次", "target": "≥5场"}
    below = {"level2": "再生资源回收", "key_work": "、落实农贸市场管理责任", "level3": "成本", "target": "≤9万元"}
    first, second = mended([{"level2": "农贸市场建设", "level3": "摊位数", "target": "≥9个"}, above], [below])[1:]
    assert first["level2"] == "再生资源回收"
    assert second == {"key_work": "、落实农贸市场管理责任*", "level3": "成本", "target": "≤9万元"}


def test_a_text_that_ends_with_a_full_stop_does_not_run_on() -> None:
    above = {"level2": "农贸市场建设", "key_work": "推进外贸稳规模、组织|应急物资储备点管理。", "level3": "场次"}
    below = {"level2": "再生资源回收", "key_work": "落实农贸市场管理责任", "level3": "成本"}
    assert mended([above], [below]) == [{k: v.replace("|", "") for k, v in row.items()} for row in (above, below)]


def test_a_name_of_the_funds_cut_by_the_break_is_whole_again() -> None:
    above = {"level2": "展馆运行", "key_work": "办好展览", "project": "展馆运行", "level3": "场次"}
    below = {"project": "维护经费", "level3": "观众人次"}
    assert mended([above], [below])[1]["project"] == "维护经费*"


def test_a_label_without_any_above_it_belongs_to_the_first_row_under_the_header() -> None:
    above = [{"level2": "农贸市场建设", "level3": "摊位数"}, {"level2": "招商引资", "level3": "项目数"}]
    first, second, third = mended(above, [{"level1": "履职", "level2": "再生资源回收", "level3": "成本"}])
    assert first["level1"] == "履职"
    assert "level1" not in third
    assert second == {"level2": "招商引资", "level3": "项目数"}


def test_a_work_without_a_level_2_belongs_to_the_level_2_above_the_break_that_lacks_one() -> None:
    above = [
        {"level1": "履职", "level2": "航道整治", "key_work": "整治航道。", "project": "整治专项", "level3": "公里"},
        {"level2": "执法船艇建设", "level3": "养护数量"},
    ]
    _, first, second = mended(above, [{"key_work": "实施桥梁改造。", "project": "智慧港口经费", "level3": "时限"}])
    assert (first["key_work"], first["project"]) == ("实施桥梁改造。", "智慧港口经费")
    assert second == {"level3": "时限"}


def test_a_level_1_printed_below_a_level_2_named_after_it_is_no_level_2() -> None:
    above = [
        {"level1": "效益指标", "level2": "社会效益", "level3": "带动就业"},
        {"level2": "服务对象满意度指标", "level3": "群众满意度"},
    ]
    _, first, second = mended(above, [{"level2": "满意度指标", "level3": "企业满意度"}])
    assert first["level1"] == "满意度指标"
    assert second == {"level3": "企业满意度"}


def test_what_is_printed_again_below_the_break_shows_its_column_above_it() -> None:
    above = {"key_work": "加强后备人才工作", "project": "精品创作经费", "level3": "场景数", "target": "≥5个"}
    below = {"level1": "履职", "level2": "加强后备人才工作", "key_work": "保障终端正常运行", "level3": "观众数"}
    before = {"level1": "履职", "level2": "应急广播运行", "key_work": "健全联动机制", "level3": "人数"}
    _, first, second = mended([before, above], [below])
    assert first["level2"] == "加强后备人才工作"
    assert first["key_work"] == "保障终端正常运行"
    assert second["level2"] == "加强后备人才工作*"


def test_a_name_that_begins_with_a_label_printed_again_is_that_label_and_the_name() -> None:
    above = {"level3": "组织设备检查。|设备检查完成数", "target": "≥29台次"}
    below = {"level1": "履职", "level2": "安全监察", "key_work": "组织设备检查。", "project": "监测补助", "level3": "台数"}
    before = {"level1": "履职", "level2": "药店检查", "key_work": "建设装置", "level3": "成本"}
    _, first, second = mended([before, above], [below])
    assert first == {
        "level2": "安全监察", "key_work": "组织设备检查。", "project": "监测补助", "level3": "设备检查完成数",
        "target": "≥29台次",
    }  # fmt: skip
    assert second["key_work"] == "组织设备检查。*"


@pytest.mark.parametrize(
    ("names", "below", "lifted_to"),
    [
        # By the stem they share with a name below, and by the label within the name.
        (("固定资产完整性", "合同履约按期完成率", "项目调整规范性"), "合同履约健全性", 1),
        (("固定资产完整性", "闲置资产健全性"), "合同履约健全性", None),
        # The one in between is of the upper kind: what stands above it stays.
        (("固定资产完整性", "项目调整规范性", "固定资产利用率"), "合同履约健全性", None),
        (("固定资产完整性", "项目验收合规性"), "招投标按期完成率", 1),
    ],
)
def test_rows_above_a_break_go_with_the_label_below_whose_kind_they_are(
    names: Sequence[str], below: str, lifted_to: int | None
) -> None:
    above = [{"level2": "资产管理", "level3": names[0]}, *({"level3": name} for name in names[1:])]
    rows = mended(above, [{"level1": "过程", "level2": "项目管理", "level3": below}])
    places = [n for n, row in enumerate(rows) if row.get("level2", "").startswith("项目管理")]
    assert places == [len(names) if lifted_to is None else lifted_to]
    # It is likely, and said not to be sure.
    assert rows[places[0]]["level2"] == ("项目管理" if lifted_to is None else "项目管理?")


def _marked(text: str) -> list[str]:
    """Return the atoms of the lines of *text*, each with | before it where a page begins."""
    atoms = atoms_of([piece_of(line, 1, n) for n, line in enumerate(text.splitlines(), 1)])
    return ["|" * a.turn + a.text for a in mark_turns(atoms, 2)]


def test_a_page_break_without_a_mark_is_found_by_the_bracket_it_parts_and_broken_lines_below_it_are_whole() -> None:
    text = "动；建立养老服务体系（含慈善\n合格率 ≥49% ≥98%\n事业）台账\n；力争慈\n善募捐活动\n达到839场\n。\n任务完成率 60% 60%"
    assert _marked(text)[:4] == ["动；建立养老服务体系（含慈善", "合格率", "≥49%", "≥98%"]
    assert _marked(text)[4:] == ["|事业）台账；力争慈善募捐活动", "达到839场。", "任务完成率", "60%", "60%"]


@pytest.mark.parametrize(
    "text",
    [
        "建立台账（含慈善\n事业）\n合格率 ≥49% ≥98%\n数量（次）\n≥5 ≥6",  # closed before a row ends
        "建立台账（含慈善\n合格率 ≥49% ≥98%\n数量 ≥5 ≥6",  # never closed
        "慈善\n合格率 ≥49% ≥98%\n事业）台账\n数量 ≥5 ≥6",  # never opened
    ],
)
def test_brackets_that_no_row_parts_tell_of_no_page_break(text: str) -> None:
    assert _marked(text) == text.split()


AGAIN = """履职
救助车辆运行保障
检查次数 ≥5次 ≥9次
办结时限 ≤48分钟 ≤48分
钟
履职
救助车辆运行保障
织评估工作
故障修复时长 ≤9天 ≤9天"""


def turns_in(text: str) -> list[str]:
    atoms = atoms_of([piece_of(line, 1, n) for n, line in enumerate(text.splitlines(), 1)])
    return [a.text for a in mark_turns(atoms, 2, EVIDENCE.level1) if a.turn]


def test_a_page_begins_where_the_labels_in_force_are_printed_once_more() -> None:
    assert turns_in(AGAIN) == ["履职"]
    assert turns_in(AGAIN.replace("救助车辆运行保障\n织", "另一项工作\n织")) == []


def test_labels_printed_on_every_row_begin_no_pages() -> None:
    rows = [f"履职\n救助车辆运行保障\n检查{n}类次数 ≥5次 ≥9次" for n in "一二三四五六七八"]
    assert turns_in("\n".join(rows)) == []

"""Web pages and Markdown: tables as they stand, and nothing taken for one that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.extract.document import Block, Grid, Piece
from jixiao.extract.media import media_of
from jixiao.extract.office.markdown import read_markdown
from jixiao.extract.office.web import read_web

ROOT = Path(__file__).parents[3]


def texts(block: Block) -> list[list[str]]:
    """Return a grid's cells by row, or a loose line as one row of one cell."""
    if isinstance(block, Piece):
        return [[block.raw]]
    return [["/".join(p.raw for p in cell.pieces) for cell in row.cells] for row in block.rows]


def spans(block: Block) -> list[tuple[int, int, int, int]]:
    assert isinstance(block, Grid)
    return [(c.row, c.column, c.rows, c.columns) for row in block.rows for c in row.cells]


def page(body: str, charset: str = "utf-8") -> bytes:
    return f"<html><head><meta charset={charset}></head><body>{body}</body></html>".encode(charset)


# --- what is told from the bytes ----------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.txt")), ids=lambda p: p.stem)
def test_a_text_dump_is_text(path: Path) -> None:
    assert media_of(path.read_bytes()) == "text"


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "data" / "refused").glob("*.txt")), ids=lambda p: p.stem)
def test_prose_is_text(path: Path) -> None:
    assert media_of(path.read_bytes()) == ("csv" if path.stem == "goods-list" else "text")  # whose cells are parted by tabs


@pytest.mark.parametrize(
    "text",
    [
        "一级指标 | 二级指标 | 三级指标 | 指标值\n产出指标 | 数量指标 | 课题数 | ≥5个\n",  # pipes without a rule
        "单位名称\n|\n市科技局\n|\n一级指标\n|\n",  # a cell a line
        "年度目标\n----------\n完成任务\n----------\n",
        "见 <table> 标签说明：<tr>、<td>\n一级指标 三级指标 指标值\n",
        "a | b\n--- | ---\n" + "正文一行，没有竖线。\n" * 20,  # one small table in prose
        "",
    ],
)
def test_signs_alone_make_no_table(text: str) -> None:
    assert media_of(text.encode()) == "text"


def test_pages_and_pipe_tables_are_told_from_their_bytes() -> None:
    assert media_of(page("<p>甲</p>")) == "html"
    assert media_of(b"\xef\xbb\xbf \n<!-- saved -->\n<TABLE><tr><td>1</table>") == "html"
    assert media_of("# 表\n\n| 甲 | 乙 |\n|:--|--:|\n| 1 | 2 |\n".encode()) == "md"
    assert media_of("甲 | 乙\n--- | ---\n1 | 2\n".encode("gb18030")) == "md"


# --- Markdown ----------------------------------------------------------------------------------------


def test_a_row_with_fewer_cells_goes_on_under_the_labels_above() -> None:
    text = (
        "| 一级指标 | 二级指标 | 三级指标 | 指标值 |\n|---|---|---|---|\n"
        "| 产出指标 | 数量指标 | 课题数 | ≥5个 |\n| 论文数 | ≥9篇 |\n| 质量指标 | 合格率 | >95% |\n"
    )
    (grid,) = read_markdown(text.encode()).blocks
    assert texts(grid)[2:] == [["", "", "论文数", "≥9篇"], ["", "质量指标", "合格率", ">95%"]]


def test_a_row_broken_by_a_newline_is_one_row() -> None:
    text = "| 指标 | 值 |\n|---|---|\n| 推进科技\n与金融结合 | ≥5个 |\n| 甲 | 乙 |\n"
    (grid,) = read_markdown(text.encode()).blocks
    assert texts(grid)[1:] == [["推进科技与金融结合", "≥5个"], ["甲", "乙"]]


def test_marks_are_taken_off_and_signs_are_kept() -> None:
    text = "# **绩效目标表**\n\n| 甲\\|乙 | 值 | 注 |\n|---|---|---|\n| **合格率** | >95% | a<br>b |\n"
    title, grid = read_markdown(text.encode()).blocks
    assert texts(title) == [["绩效目标表"]]
    assert texts(grid) == [["甲|乙", "值", "注"], ["合格率", ">95%", "a/b"]]


def test_tables_of_different_widths_are_tables_of_their_own() -> None:
    text = "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n中间\n\n| 丙 | 丁 | 戊 |\n|---|---|---|\n| 3 | 4 | 5 |\n"
    blocks = read_markdown(text.encode()).blocks
    assert [b.columns if isinstance(b, Grid) else b.raw for b in blocks] == [2, "中间", 3]
    assert [p.line for b in blocks if isinstance(b, Grid) for r in b.rows for c in r.cells for p in c.pieces][-1] == 9


# --- HTML --------------------------------------------------------------------------------------------


def test_spans_are_kept_and_rows_pushed_aside() -> None:
    body = (
        "<table><tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>丙</td><td>丁</td></tr>"
        "<tr><td>戊</td><td>己</td><td>庚</td></tr></table>"
    )
    (grid,) = read_web(page(body)).blocks
    assert spans(grid) == [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1)]


def test_rowspan_0_reaches_to_the_end_and_others_no_further() -> None:
    body = "<table><tr><td rowspan=0>甲</td><td>乙</td></tr><tr><td>丙</td></tr><tr><td rowspan=99>丁</td></tr></table>"
    (grid,) = read_web(page(body)).blocks
    assert spans(grid)[0] == (0, 0, 3, 1)
    assert spans(grid)[-1] == (2, 1, 1, 1)


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "utf-16"])
def test_a_page_is_decoded_by_the_charset_it_names(charset: str) -> None:
    (grid,) = read_web(page("<table><tr><td>科技</td><td>≥5个</td></tr></table>", charset)).blocks
    assert texts(grid) == [["科技", "≥5个"]]


def test_a_site_around_the_form_is_furniture() -> None:
    body = (
        "<nav>菜单</nav><script>alert('一级指标')</script><p>索引号：12</p><p>部门整体支出绩效目标表</p><p>（2024年度）</p>"
        "<table><tr><td>甲</td><td>乙</td></tr></table><p style='display: none'>隐</p><p>填报人：略</p><div>扫一扫</div>"
    )
    document = read_web(page(body))
    assert [texts(b) for b in document.blocks] == [
        [["部门整体支出绩效目标表"]], [["（2024年度）"]], [["甲", "乙"]], [["填报人：略"]],
    ]  # fmt: skip
    assert [p.raw for p in document.furniture] == ["索引号：12", "扫一扫"]


def test_a_table_that_lays_out_the_page_keeps_the_order_of_what_is_in_it() -> None:
    body = (
        "<table><tr><td><p>绩效目标表</p><table><tr><td>甲</td><td>乙</td></tr></table><p>备注：无</p></td></tr></table>"
    )
    assert [texts(b) for b in read_web(page(body)).blocks] == [[["绩效目标表"]], [["甲", "乙"]], [["备注：无"]]]


def test_rows_below_the_table_are_the_forms_and_never_the_sites() -> None:
    body = (
        "<table><tr><td>甲</td><td>乙</td></tr><tr><td>制表：某</td><td>校对：某</td></tr></table><p>版权所有：某网站</p>"
    )
    document = read_web(page(body))
    assert [texts(b) for b in document.blocks] == [[["甲", "乙"]], [["制表：某"]], [["校对：某"]]]
    assert [p.raw for p in document.furniture] == ["版权所有：某网站"]


def test_without_a_title_what_stands_right_above_the_table_is_the_forms() -> None:
    above = "<p>首页</p><p>部门职责-工作活动绩效目标</p><p>（2024年度）</p><p>单位：万元</p>"
    body = f"{above}<table><tr><td>甲</td><td>乙</td></tr></table>"
    document = read_web(page(body))
    assert [b.raw for b in document.blocks if isinstance(b, Piece)] == ["部门职责-工作活动绩效目标", "（2024年度）", "单位：万元"]
    assert [p.raw for p in document.furniture] == ["首页"]


def test_items_of_a_numbered_list_have_their_numbers() -> None:
    body = "<table><tr><td>职责</td><td><ol start=2><li>拟订规划。<li>承担管理。</ol><ul><li>点</ul></td></tr></table>"
    (grid,) = read_web(page(body)).blocks
    assert texts(grid) == [["职责", "2.拟订规划。/3.承担管理。/点"]]

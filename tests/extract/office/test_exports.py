"""What systems export under the name of a workbook or document: text with commas, one-file pages, workbooks of one XML."""

from __future__ import annotations

import base64
import csv
import io
import quopri

import pytest
from jixiao.extract.document import Grid
from jixiao.extract.errors import DocumentError
from jixiao.extract.media import media_of
from jixiao.extract.office.delimited import read_delimited
from jixiao.extract.office.sheets2003 import read_sheets2003
from jixiao.extract.office.web import read_web
from jixiao.pipeline.one import read_bytes

from .test_hostile_office import bounded, reason
from .test_odd_files import grids, loose, rules

ROWS = [
    ["2025年度项目支出绩效目标申报表", "", "", ""],
    ["金额单位：万元", "", "", ""],
    ["项目名称", "河道清淤", "主管部门", "市水利局"],
    ["年度资金总额", "1,230.5", "其中：财政拨款", "1,230.5"],
    ["年度总体目标", '清淤12公里，\n做到"水清、岸绿"。', "", ""],
    ["一级指标", "二级指标", "三级指标", "指标值"],
    ["产出指标", "数量指标", "清淤长度", "≥12公里"],
    ["", "质量指标", "验收合格率", "＝100%"],
]


def delimited(rows: list[list[str]], mark: str = ",", encoding: str = "gb18030") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


# --- text with commas or tabs ---------------------------------------------------------------------------


@pytest.mark.parametrize(("mark", "encoding"), [(",", "gb18030"), (",", "utf-8-sig"), ("\t", "utf-16"), ("\t", "utf-8")])
def test_a_table_of_text_is_read_with_the_labels_its_blanks_stand_under(mark: str, encoding: str) -> None:
    data = delimited(ROWS, mark, encoding)
    assert media_of(data) == "csv"
    outcome = read_bytes(data, "表.csv")
    (form,) = outcome.forms
    assert outcome.tables["documents"][0]["media"] == "csv"
    assert form.project is not None
    assert form.project.value == "河道清淤"
    assert [(r["level1"], r["level2"], r["level3"]) for r in outcome.tables["indicators"]] == [
        ("产出指标", "数量指标", "清淤长度"), ("产出指标", "质量指标", "验收合格率"),
    ]  # fmt: skip
    assert [(r["raw"], r["operator"], r["value"], r["unit"]) for r in outcome.tables["targets"]] == [
        ("≥12公里", "ge", "12", "公里"), ("＝100%", "eq", "100", "%"),
    ]  # fmt: skip
    assert {r["amount"] for r in outcome.tables["funds"]} == {"1230.5"}
    assert "merged_cells_lost" in {f.rule for f in outcome.findings}
    rows = [r for r in outcome.tables["provenance"] if r["table"] == "indicators" and r["field"] == "level3"]
    assert [r["line_first"] for r in rows] == ["8", "9"]  # a cell before them has two lines


def test_two_rows_of_headers_keep_what_belongs_together() -> None:
    rows = [
        ["一级指标", "三级指标", "指标值", "", "备注"], ["", "", "2024年", "2025年", ""],
        ["产出指标", "清淤长度", "≥10公里", "≥12公里", "无"], ["产出指标", "合格率", "100%", "100%", "无"],
    ]  # fmt: skip
    (grid,) = [b for b in read_delimited(delimited(rows)).blocks if isinstance(b, Grid)]
    header = {"".join(p.raw for p in c.pieces): (c.rows, c.columns) for c in grid.rows[0].cells}
    assert header == {"一级指标": (2, 1), "三级指标": (2, 1), "指标值": (1, 2), "备注": (2, 1)}


@pytest.mark.parametrize(
    "text",
    [
        "单位名称 市水利局\n基本支出 1,230.00 4,560.00\n项目支出 2,230.00 3,330.00\n合计 3,460.00 7,890.00\n",
        "说明,如下\n本部门,按要求,编制\n正文没有逗号\n",
        "一级指标 二级指标 三级指标\n产出指标 数量指标 长度\n",
        "a,b\n1,2\n3,4\n",
    ],
)
def test_commas_alone_make_no_table(text: str) -> None:
    assert media_of(text.encode()) == "text"


def test_a_quotation_mark_that_is_not_closed_does_not_swallow_the_table() -> None:
    data = delimited(ROWS).replace(b'"""', b'"', 1) + b'"' + "长".encode("gb18030") * 1_200_000
    outcome = read_bytes(data, "表.csv")
    assert outcome.status in ("refused", "review")
    rows = b"".join(b'"a,' for _ in range(300_000))
    bounded(read_delimited, b"a,b,c\n" * 10 + rows)
    assert reason(read_delimited, b"a,b,c\n" * 110_000) == "too_large"


# --- pages in one file ----------------------------------------------------------------------------------

PAGE = "<html><head>{}</head><body><p>绩效目标表</p><table><tr><td>项目名称</td><td>{}</td></tr></table></body></html>"


def message(*parts: tuple[str, str, bytes]) -> bytes:
    """Return a one-file page of *parts*: type, way of writing and body."""
    lines = [b"MIME-Version: 1.0", b'Content-Type: multipart/related; boundary="=_p"', b"", b"preamble"]
    for kind, way, body in parts:
        coded = base64.encodebytes(body) if way == "base64" else quopri.encodestring(body) if way else body
        lines += [b"--=_p", f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {way or '8bit'}\r\n".encode(), coded]
    return b"\r\n".join([*lines, b"--=_p--", b""])


def test_a_page_in_one_file_is_read_by_the_charset_of_its_part() -> None:
    named = PAGE.format('<meta charset="gb2312">', "河道清淤").encode("gbk")
    picture = ("image/png", "base64", b"\x89PNG")
    for way in ("base64", "quoted-printable", ""):
        data = message(("text/html", way, named), picture)
        assert media_of(data) == "mht"
        document = read_web(data)
        assert (loose(document), grids(document)) == (["绩效目标表"], [[["项目名称", "河道清淤"]]])
    unnamed = PAGE.format("", "河道清淤").encode("gbk")
    assert grids(read_web(message(('text/html; charset="gb2312"', "base64", unnamed)))) == [[["项目名称", "河道清淤"]]]
    assert read_bytes(message(("text/html", "", named)), "表.doc").reason == "not_a_form"


def test_sheets_of_a_workbook_in_one_file_follow_each_other() -> None:
    frames = b"<html><frameset><frame src=sheet001.htm></frameset></html>"
    first, second = (PAGE.format('<meta charset="utf-8">', name).encode() for name in ("甲", "乙"))
    data = message(("text/html", "", frames), ("text/html", "", first), ("text/html", "", second))
    assert [row for grid in grids(read_web(data)) for row in grid] == [["项目名称", "甲"], ["项目名称", "乙"]]


def test_a_page_of_frames_says_where_the_table_is() -> None:
    outcome = read_bytes(b"<html><frameset rows=*><frame src=a.files/sheet001.htm></frameset></html>", "a.htm")
    assert outcome.reason == "unsupported"
    assert "文件夹" in outcome.next_step


def test_a_letter_and_a_message_without_a_page_are_refused() -> None:
    letter = b"Received: x\r\n" + message(("text/html", "", b"<p>x"))
    assert reason(read_web, letter.replace(b"related", b"mixed")) == "unsupported"
    assert reason(read_web, message(("text/plain", "", b"x"))) == "unreadable"


def test_messages_in_messages_end() -> None:
    deep = b"MIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/related; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(5_000)
    )
    assert isinstance(bounded(read_web, deep), DocumentError)
    many = message(*[("text/plain", "", b"x")] * 3_000)
    assert reason(read_web, many) == "too_large"


# --- workbooks of one XML ---------------------------------------------------------------------------------


def xml_book(table: str, styles: str = "", more: str = "", head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>\n{head}<?mso-application progid="Excel.Sheet"?>\n<Workbook '
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="表"><Table>{table}</Table></Worksheet>{more}</Workbook>'
    ).encode()


def xml_cell(text: str, kind: str = "String", **given: object) -> str:
    attributes = "".join(f' ss:{name}="{value}"' for name, value in given.items())
    return f'<Cell{attributes}><Data ss:Type="{kind}">{text}</Data></Cell>'


def xml_row(*cells: str, index: int = 0) -> str:
    return f'<Row ss:Index="{index}">' * bool(index) + "<Row>" * (not index) + "".join(cells) + "</Row>"


def test_a_workbook_of_one_xml_shows_what_excel_shows() -> None:
    styles = (
        '<Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>'
        '<Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style>'
    )
    rich = (
        '<Cell ss:Index="2"><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">10<Sup>3</Sup>个<S>旧</S>'
        "</ss:Data></Cell><Cell/>"
    )
    day = xml_cell("2025-12-31T00:00:00.000", "DateTime", StyleID="d")
    rows = (
        xml_row(xml_cell("题", MergeAcross=1), xml_cell("隐"), xml_cell("丁")),
        xml_row(
            xml_cell("0.125", "Number", StyleID="p", MergeDown=1), day, xml_cell("5", "Number", Index=4, Formula="=2+3"), index=3
        ),
        xml_row(xml_cell("甲&#10;乙", Index=2), xml_cell("50", "Number", Index=4, StyleID="s")),
        xml_row(rich, xml_cell("#N/A", "Error")),
    )
    hidden = (
        f'<Worksheet ss:Name="藏"><Table>{xml_row(xml_cell("x"))}</Table><WorksheetOptions><Visible>SheetHidden</Visible>'
        "</WorksheetOptions></Worksheet>"
    )
    data = xml_book('<Column/><Column/><Column ss:Hidden="1"/>' + "".join(rows), styles, hidden)
    assert media_of(data) == "xml"
    document = read_sheets2003(data)
    assert grids(document) == [[["题", "丁"], ["12.5%", "2025/12/31", "5"], ["甲/乙", ""], ["", "10³个", "#N/A"]]]
    assert set(rules(document)) == {"hidden_cells", "hidden_sheet", "struck_text", "formula_error", "formula_values"}
    assert [p.raw for p in document.furniture] == ["50", "旧", "隐"]


def test_a_hostile_workbook_of_one_xml_ends() -> None:
    far = xml_row(xml_cell("y", Index=16385), index=5) + xml_row(xml_cell("x"), index=99_999_999)
    assert read_sheets2003(xml_book(far)).blocks == ()
    wide = xml_row(xml_cell("x", MergeAcross=9_999_999, MergeDown=9_999_999)) + xml_row(xml_cell("y"))
    bounded(read_sheets2003, xml_book(wide))
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]>'
    assert reason(read_sheets2003, xml_book("", head=bomb)) == "unreadable"
    assert reason(read_sheets2003, xml_book("<Row/>" * 3_000_001)) == "too_large"
    assert reason(read_sheets2003, xml_book("")[:-30]) == "unreadable"

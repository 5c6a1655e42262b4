"""Workbooks and documents as other programs write them, unlike the samples."""

from __future__ import annotations

import io
from datetime import date, datetime

import docx
import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from jixiao.extract.document import Cell, Grid, Piece
from jixiao.extract.gridded import Gridded
from jixiao.extract.office.numbers import shown
from jixiao.extract.office.word import read_word
from jixiao.extract.office.workbook import read_workbook
from openpyxl.styles import Font

from .test_hostile_office import packed, word, workbook


def grids(document: Gridded) -> list[list[list[str]]]:
    """Return the cells' texts by grid and row."""
    return [
        [["/".join(p.raw for p in cell.pieces) for cell in row.cells] for row in block.rows]
        for block in document.blocks
        if isinstance(block, Grid)
    ]


def loose(document: Gridded) -> list[str]:
    return [b.raw for b in document.blocks if isinstance(b, Piece)]


def cells(document: Gridded) -> list[Cell]:
    return [c for b in document.blocks if isinstance(b, Grid) for row in b.rows for c in row.cells]


def rules(document: Gridded) -> dict[str, str]:
    return {f.rule: f.message for f in document.findings}


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- workbooks ----------------------------------------------------------------------------------------


def test_a_data_frame_is_read() -> None:
    out = io.BytesIO()
    frame = pd.DataFrame({"三级指标": ["课题数", "合格率"], "指标值": ["≥5个", None], "分值": [10, 7.5]})
    frame.to_excel(out, index=False, engine="openpyxl")
    assert grids(read_workbook(out.getvalue())) == [
        [["三级指标", "指标值", "分值"], ["课题数", "≥5个", "10"], ["合格率", "", "7.5"]]
    ]


def test_dates_times_and_booleans_are_shown_as_in_chinese_excel() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, (value, code) in enumerate(
        [
            (date(2023, 12, 31), "yyyy-mm-dd"), (datetime(2023, 5, 6, 7, 8), 'yyyy"年"m"月"d"日"'), (date(2024, 1, 5), "mm-dd-yy"),
            (0.5, "0.00%"), (True, "General"), (1234567.891, "#,##0.00"), (45291, "General"),
        ],
        1,
    ):  # fmt: skip
        cell = sheet.cell(row, 1, value)
        cell.number_format = code
        sheet.cell(row, 2, "值")
    assert [row[0] for row in grids(read_workbook(saved(book)))[0]] == [
        "2023-12-31", "2023年5月6日", "2024/1/5", "50.00%", "TRUE", "1,234,567.89", "45291",
    ]  # fmt: skip


def test_the_other_calendar_is_minded() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_datetime(0, 0, datetime(2023, 12, 31), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_string(0, 1, "值")
    book.close()
    assert grids(read_workbook(out.getvalue())) == [[["2023/12/31", "值"]]]


def test_rich_text_is_one_text_and_its_line_breaks_are_lines() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.write_rich_string(0, 0, "指标", bold, "性质\n", "（单位）")
    sheet.write_string(0, 1, "a\r\nb")
    book.close()
    assert grids(read_workbook(out.getvalue())) == [[["指标性质/（单位）", "a/b"]]]


def test_formulas_without_a_stored_result_and_with_errors_are_questions() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["合计", "=SUM(B2:B3)"])
    document = read_workbook(saved(book))
    assert "Sheet!B1" in rules(document)["formula_uncomputed"]
    assert "公式" in rules(document)["formula_uncomputed"]
    broken = '<row><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c></row>'
    document = read_workbook(workbook(f"<sheetData>{broken}</sheetData>"))
    assert grids(document) == [[["#DIV/0!", "a"]]]
    assert set(rules(document)) == {"formula_error", "formula_values"}


def test_what_is_hidden_is_named_and_not_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["指标", "旧", "值"])
    sheet.append(["草稿", "1", "2"])
    sheet.append(["课题数", "3", "≥5个"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    other = book.create_sheet("底稿")
    other["A1"] = "内部数据"
    other.sheet_state = "veryHidden"
    document = read_workbook(saved(book))
    assert grids(document) == [[["指标", "值"], ["课题数", "≥5个"]]]
    assert [p.raw for p in document.furniture] == ["旧", "草稿", "1", "2", "3"]
    assert rules(document)["hidden_cells"].startswith("Sheet!B1、Sheet!A2、Sheet!B2、Sheet!C2、Sheet!B3 ")
    assert rules(document)["hidden_sheet"].startswith("“底稿”")


def test_a_number_that_its_format_hides_is_blank_and_noted() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["项目", "预算数", "占比"])
    sheet.append(["其他资金", 0, 12])
    sheet["B2"].number_format = "0;-0;;@"
    sheet["C2"].number_format = "# ?/?"
    document = read_workbook(saved(book))
    assert grids(document) == [[["项目", "预算数", "占比"], ["其他资金", "", "12"]]]
    assert set(rules(document)) == {"hidden_by_format", "number_format_unknown"}


def test_a_table_may_begin_anywhere_and_titles_above_it_come_loose() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["C4"] = "部门整体支出绩效目标表"
    sheet["C4"].font = Font(bold=True)
    sheet["C5"], sheet["F5"] = "填报单位：甲局", "单位：万元"
    for row, values in enumerate((("单位名称", "甲局", None, None), ("年度目标", "做好工作", None, None)), 7):
        for column, value in enumerate(values, 3):
            sheet.cell(row, column, value)
    sheet.merge_cells("D7:F7")
    sheet.merge_cells("D8:F8")
    sheet["C10"], sheet["E10"] = "填报人：略", "填报日期：2024年1月"
    document = read_workbook(saved(book))
    assert loose(document) == ["部门整体支出绩效目标表", "填报单位：甲局", "单位：万元", "填报人：略", "填报日期：2024年1月"]
    assert [row for row in grids(document)[0] if any(row)] == [["单位名称", "甲局"], ["年度目标", "做好工作"]]
    assert [(p.line, p.column) for p in document.blocks if isinstance(p, Piece)] == [(4, 3), (5, 3), (5, 6), (10, 3), (10, 5)]


def test_two_forms_on_one_sheet_are_parted_by_their_titles() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for start, name in ((1, "甲"), (5, "乙")):
        sheet.cell(start, 1, f"{name}项目支出绩效目标表")
        sheet.merge_cells(start_row=start, start_column=1, end_row=start, end_column=2)
        sheet.cell(start + 1, 1, "项目名称")
        sheet.cell(start + 1, 2, name)
    assert loose(read_workbook(saved(book))) == ["甲项目支出绩效目标表", "乙项目支出绩效目标表"]


def test_cells_without_numbers_stand_one_after_the_other() -> None:
    sheet = (
        '<sheetData><row><c t="inlineStr"><is><t>甲</t></is></c><c><v>1</v></c></row>'
        '<row><c t="inlineStr"><is><r><t>乙_x000A_丙</t></r><rPh><t>yi</t></rPh></is></c>'
        '<c r="C2"><v>2.50</v></c></row></sheetData>'
    )
    assert grids(read_workbook(workbook(sheet))) == [[["甲", "1", ""], ["乙/丙", "", "2.5"]]]


def test_strict_files_with_other_namespaces_and_backslashes_are_read() -> None:
    strict = "http://purl.oclc.org/ooxml"
    parts = {
        "[Content_Types].xml": '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{strict}/officeDocument/relationships/officeDocument" '
        'Target="/XL/workbook.xml"/></Relationships>',
        "xl\\workbook.xml": f'<w:workbook xmlns:w="{strict}/spreadsheetml/main" xmlns:r="{strict}/relationships"><w:sheets>'
        '<w:sheet name="表" r:id="s"/></w:sheets></w:workbook>',
        "xl\\_rels\\workbook.xml.rels": f'<Relationships><Relationship Id="s" Type="{strict}/officeDocument/relationships/'
        'worksheet" Target="sheet.xml"/></Relationships>',
        "xl\\sheet.xml": f'<w:worksheet xmlns:w="{strict}/spreadsheetml/main"><w:sheetData><w:row><w:c><w:v>7</w:v></w:c>'
        "<w:c><w:v>8</w:v></w:c></w:row></w:sheetData></w:worksheet>",
    }
    assert grids(read_workbook(packed(parts))) == [[["7", "8"]]]


def test_charts_and_empty_sheets_are_no_hindrance() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("空")
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["甲", "乙"])
    sheet.write_row(1, 0, [1, 2])
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=表!$A$2:$B$2"})
    book.add_chartsheet("图").set_chart(chart)
    book.close()
    document = read_workbook(out.getvalue())
    assert (document.pages, grids(document)) == (3, [[["甲", "乙"], ["1", "2"]]])
    assert {c.pieces[0].page for c in cells(document)} == {2}
    assert "图" in rules(document)["sheet_not_cells"]


def test_text_left_under_a_merged_cell_is_named() -> None:
    sheet = (
        '<sheetData><row><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row><c r="A2"><v>3</v></c><c r="B2"><v>4</v></c></row>'
        '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    )
    document = read_workbook(workbook(sheet))
    assert [p.raw for p in document.furniture] == ["2"]
    assert "表!B1" in rules(document)["hidden_cells"]


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("1", "0%", "100%"), ("0.285", "0.0%", "28.5%"), ("-5", "0.00;[Red](0.00)", "(5.00)"), ("0", '0;-0;"-"', "-"),
        ("1234.5", "¥#,##0.00", "¥1,234.50"), ("95", '"≥"0"%"', "≥95%"), ("12", '0"人次"', "12人次"), ("7", "00", "07"),
        ("0.5", "#.##", ".5"), ("1e-7", "0.00", "0.00"), ("2.675", "0.00", "2.68"), ("12345", '0!.0,"万"', "1.2万"),
        ("3", "[=1]是;[=0]否;0", "3"), ("1", '[=1]"是";[=0]"否";0', "是"), ("45291.75", "m/d h:mm", "12/31 18:00"),
        ("45291", "[$-804]aaaa", "星期日"), ("45291", '[DBNum1]yyyy"年"m"月"', "二〇二三年十二月"), ("1.25", "[h]:mm", "30:00"),
    ],
)  # fmt: skip
def test_a_number_is_shown_by_its_format(stored: str, code: str, text: str) -> None:
    assert shown(stored, code) == text


# --- Word ---------------------------------------------------------------------------------------------


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_paragraphs_and_tables_come_in_the_order_of_the_body() -> None:
    table = f"<w:tbl><w:tr>{tc(p('甲'))}{tc(p('乙') + p('丙'))}</w:tr></w:tbl>"
    document = read_word(word(p("题目") + table + p("中间") + table + p("末尾")))
    assert [b.raw if isinstance(b, Piece) else len(b.rows) for b in document.blocks] == ["题目", 1, "中间", 1, "末尾"]
    assert grids(document)[0] == [["甲", "乙/丙"]]
    assert [b.line for b in document.blocks if isinstance(b, Piece)] == [1, 3, 5]


def test_a_document_written_by_python_docx_keeps_its_merged_cells() -> None:
    made = docx.Document()
    made.add_heading("部门整体支出绩效目标表", 1)
    table = made.add_table(3, 4)
    for r in range(3):
        for c in range(4):
            table.cell(r, c).text = f"{r}{c}"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "竖"
    table.cell(2, 1).merge(table.cell(2, 3)).text = "横"
    out = io.BytesIO()
    made.save(out)
    document = read_word(out.getvalue())
    assert loose(document) == ["部门整体支出绩效目标表"]
    spans = {"/".join(p.raw for p in c.pieces): (c.row, c.column, c.rows, c.columns) for c in cells(document)}
    assert (spans["竖"], spans["横"], spans["12"]) == ((0, 0, 2, 1), (2, 1, 1, 3), (1, 2, 1, 1))


def test_changes_are_read_as_accepted_and_said_so() -> None:
    body = (
        '<w:p><w:r><w:t>预算</w:t></w:r><w:ins w:id="1"><w:r><w:t>60</w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>54</w:delText></w:r></w:del><w:r><w:t>万元</w:t></w:r></w:p>'
        f"<w:tbl><w:tr>{tc(p('留'))}{tc(p('下'))}</w:tr><w:tr><w:trPr><w:del w:id='3'/></w:trPr>{tc(p('删'))}</w:tr></w:tbl>"
    )
    document = read_word(word(body))
    assert (loose(document), grids(document)) == (["预算60万元"], [[["留", "下"]]])
    assert "插入 1 处，删除 2 处" in rules(document)["tracked_changes"]


def test_text_boxes_controls_breaks_fields_and_symbols_are_read() -> None:
    box = "<w:txbxContent>" + p("框里") + "</w:txbxContent>"
    body = (
        f"<w:sdt><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t></w:r></w:p>"
        '<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>域</w:t><w:sym w:font="Wingdings" w:char="F0FE"/>'
        '<w:sym w:font="Symbol" w:char="F0B3"/></w:r></w:p>'
        '<w:p><w:r><w:t>外</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        f'markup-compatibility/2006"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>'
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r></w:p>"
    )
    document = read_word(word(body))
    assert loose(document) == ["控件", "一", "二\t三", "域☑≥", "外", "框里"]
    assert set(rules(document)) == {"hidden_text"}


def test_a_table_in_a_cell_comes_after_its_row() -> None:
    inner = f"<w:tbl><w:tr>{tc(p('内甲'))}{tc(p('内乙'))}</w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr>{tc(p('标签'))}{tc(inner + p(''))}</w:tr><w:tr>{tc(p('后'))}{tc(p('来'))}</w:tr></w:tbl>"
    assert grids(read_word(word(outer))) == [[["标签", ""]], [["内甲", "内乙"]], [["后", "来"]]]


LEVELS = """<w:abstractNum {ns} w:abstractNumId="700"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{style}"/>
<w:lvlText w:val="{text}"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
<w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>"""


def numbered(style: str, text: str, levels: list[int]) -> list[str]:
    made = docx.Document()
    numbering = made.part.numbering_part.element
    numbering.insert(0, parse_xml(LEVELS.format(ns=nsdecls("w"), style=style, text=text)))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="70"><w:abstractNumId w:val="700"/></w:num>'))
    for level in levels:
        properties = made.add_paragraph("文")._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="70"/></w:numPr>')
        )
    out = io.BytesIO()
    made.save(out)
    return loose(read_word(out.getvalue()))


@pytest.mark.parametrize(
    ("style", "text", "labels"),
    [
        ("chineseCountingThousand", "（%1）", ["（一）", "（二）", "（三）"]), ("decimal", "%1.", ["1.", "2.", "3."]),
        ("decimalEnclosedCircleChinese", "%1", ["①", "②", "③"]), ("japaneseCounting", "%1、", ["一、", "二、", "三、"]),
        ("upperRoman", "%1.", ["I.", "II.", "III."]), ("bullet", "", ["", "", ""]), ("lowerLetter", "(%1)", ["(a)", "(b)", "(c)"]),
    ],
)  # fmt: skip
def test_the_labels_of_lists_are_written_out(style: str, text: str, labels: list[str]) -> None:
    assert numbered(style, text, [0, 0, 0]) == [label + "文" for label in labels]


def test_deeper_levels_count_anew_under_each_higher_one() -> None:
    assert numbered("decimal", "%1.", [0, 1, 1, 0, 1]) == ["1.文", "1.1文", "1.2文", "2.文", "2.1文"]


def test_a_document_without_a_table_or_numbering_is_read() -> None:
    assert loose(read_word(word(p("甲")))) == ["甲"]
    assert read_word(word("")).blocks == ()

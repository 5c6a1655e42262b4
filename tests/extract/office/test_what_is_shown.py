"""What Word, Excel and a browser show is what is read: raised digits, strikes, fields, symbols, boxes, page heads."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import xlsxwriter
from jixiao.extract.document import Piece
from jixiao.extract.gridded import Gridded
from jixiao.extract.office.numbers import shown
from jixiao.extract.office.web import read_web
from jixiao.extract.office.word import read_word
from jixiao.extract.office.workbook import read_workbook
from jixiao.pipeline.one import read_bytes

from .test_hostile_office import RELATIONS, WORD, package, packed, word, workbook
from .test_odd_files import grids, loose, p, rules, tc

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def line(*runs: str) -> str:
    """Return what a paragraph of those runs shows."""
    return "|".join(loose(read_word(word(f"<w:p>{''.join(runs)}</w:p>"))))


def sign(kind: str, data: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{data}</w:fldChar></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def page(body: str) -> Gridded:
    return read_web(f"<html><body>{body}</body></html>".encode())


# --- raised digits and strikes: a figure read through them would be another figure ---------------------


def rich_workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    up, gone = book.add_format({"font_script": 1}), book.add_format({"font_strikeout": True})
    sheet.write_rich_string(0, 0, "10", up, "3", "立方米")
    sheet.write_rich_string(0, 1, gone, "50", "60")
    sheet.write_number(1, 0, 7, gone)
    sheet.write_string(1, 1, "留")
    book.close()
    return out.getvalue()


def rich_word() -> bytes:
    up, gone = '<w:vertAlign w:val="superscript"/>', "<w:strike/>"
    cells = (run("10") + run("3", up) + run("立方米"), run("50", gone) + run("60"), run("7", "<w:dstrike/>"), run("留"))
    a, b, c, d = (tc(f"<w:p>{runs}</w:p>") for runs in cells)
    return word(f"<w:tbl><w:tr>{a}{b}</w:tr><w:tr>{c}{d}</w:tr></w:tbl>")


RICH_PAGE = (
    "<table><tr><td>10<sup>3</sup>立方米</td><td><s>50</s>60</td></tr>"
    "<tr><td><span style='text-decoration:line-through'>7</span></td><td>留</td></tr></table>"
)


@pytest.mark.parametrize(
    "read",
    [lambda: read_workbook(rich_workbook()), lambda: read_word(rich_word()), lambda: page(RICH_PAGE)],
    ids=["xlsx", "docx", "html"],
)
def test_raised_digits_stay_raised_and_what_is_struck_out_is_asked_about(read: Callable[[], Gridded]) -> None:
    document = read()
    assert [row for grid in grids(document) for row in grid] == [["10³立方米", "60"], ["", "留"]]
    assert [piece.raw for piece in document.furniture] == ["50", "7"]
    assert "删除线" in rules(document)["struck_text"]


def test_equations_are_written_on_one_line() -> None:
    assert line(run("合格率"), f"<m:oMath {MATH}><m:r><m:t>≥95%</m:t></m:r></m:oMath>") == "合格率≥95%"
    half = "<m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den>"
    assert line(f"<m:oMath {MATH}><m:f>{half}</m:f></m:oMath>") == "1/2"
    power = "<m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>3</m:t></m:r></m:sup>"
    assert line(f"<m:oMath {MATH}><m:sSup>{power}</m:sSup></m:oMath>") == "10³"


# --- Word ----------------------------------------------------------------------------------------------


def test_a_field_shows_its_result_and_not_what_its_instruction_holds() -> None:
    inner = sign("begin") + code("MERGEFIELD a") + sign("separate") + run("5") + sign("end")
    outer = sign("begin") + code(" IF ") + inner + code(' = 5 "a" "b"') + sign("separate") + run("显示") + sign("end")
    assert line(outer, run("尾")) == "显示尾"
    assert line(sign("begin"), run("没有结尾")) == "没有结尾"


def test_old_form_fields_show_their_tick_or_their_choice() -> None:
    box = "<w:ffData><w:checkBox>{}</w:checkBox></w:ffData>"
    ticked, empty = box.format('<w:default w:val="0"/><w:checked/>'), box.format('<w:default w:val="0"/>')
    end = code("FORMCHECKBOX") + sign("end")
    assert line(sign("begin", ticked), end, run("新增"), sign("begin", empty), end, run("延续")) == "☑新增□延续"
    choice = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList></w:ffData>'
    assert line(sign("begin", choice), code("FORMDROPDOWN"), sign("end")) == "乙"


def test_letters_in_fonts_of_symbols_are_the_signs_they_show() -> None:
    box = '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'
    assert line(run("R", box), run("是"), run("£", box), run("否")) == "☑是□否"
    assert line(run("\uf0b3", '<w:rFonts w:ascii="Symbol"/>'), run("95%")) == "≥95%"
    assert line('<w:r><w:sym w:font="Wingdings 2" w:char="0052"/></w:r>') == "☑"
    assert line(run("项目R", '<w:rFonts w:ascii="Arial"/>')) == "项目R"


def test_readings_above_characters_are_left_out() -> None:
    ruby = "<w:ruby><w:rt><w:r><w:t>xiàng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>项</w:t></w:r></w:rubyBase></w:ruby>"
    assert line(f"<w:r>{ruby}</w:r>") == "项"
    body = "<table><tr><td><ruby>项<rp>(</rp><rt>x</rt><rp>)</rp></ruby></td><td>目</td></tr></table>"
    assert grids(page(body)) == [[["项", "目"]]]


def test_a_control_that_asks_to_be_filled_in_is_blank() -> None:
    control = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('单击此处输入文字。')}</w:sdtContent></w:sdt>"
    first = f"<w:tr>{tc(p('项目名称'))}{tc(control)}</w:tr>"
    document = read_word(word(f"<w:tbl>{first}<w:tr>{tc(p('年度'))}{tc(p('2025'))}</w:tr></w:tbl>"))
    assert grids(document) == [[["项目名称", ""], ["年度", "2025"]]]
    assert set(rules(document)) == {"control_not_filled"}


def test_a_hidden_row_and_a_deleted_item_of_a_list_are_not_counted() -> None:
    hidden = f"<w:tr><w:trPr><w:hidden/></w:trPr>{tc(p('隐'))}{tc(p('藏'))}</w:tr>"
    document = read_word(word(f"<w:tbl>{hidden}<w:tr>{tc(p('甲'))}{tc(p('乙'))}</w:tr></w:tbl>"))
    assert (grids(document), set(rules(document))) == ([[["甲", "乙"]]], {"hidden_text"})
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    gone = f"<w:p><w:pPr>{numbered}<w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>删</w:delText></w:r></w:del></w:p>"
    numbering = (
        f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    body = p("甲", f"<w:pPr>{numbered}</w:pPr>") + gone + p("乙", f"<w:pPr>{numbered}</w:pPr>")
    document_part = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    relation = f'<Relationship Id="n" Type="{RELATIONS}/numbering" Target="numbering.xml"/>'
    parts = {"word/document.xml": document_part, "word/numbering.xml": numbering}
    assert loose(read_word(packed(package("word/document.xml", "wordprocessingml.document", parts, relation)))) == ["1.甲", "2.乙"]


def test_pictures_and_objects_within_a_document_are_named() -> None:
    picture = '<w:r><w:drawing><pic:pic xmlns:pic="x"/></w:drawing></w:r>'
    thing = '<w:r><w:object><o:OLEObject xmlns:o="x" ProgID="Excel.Sheet.12"/></w:object></w:r>'
    found = rules(read_word(word(f'<w:p>{picture}</w:p><w:p>{thing}</w:p><w:altChunk r:id="a" xmlns:r="{RELATIONS}"/>')))
    assert "1 处图片" in found["pictures_not_read"]
    assert "2 处嵌入" in found["embedded_not_read"]


def test_a_form_that_may_be_a_picture_is_refused_with_a_word_about_it() -> None:
    outcome = read_bytes(word(p("附件") + '<w:p><w:r><w:drawing><pic:pic xmlns:pic="x"/></w:drawing></w:r></w:p>'), "表.docx")
    assert (outcome.reason, "1 处图片" in outcome.detail) == ("not_a_form", True)


# --- workbooks -----------------------------------------------------------------------------------------


def test_text_boxes_and_the_pages_head_are_read_and_pictures_named() -> None:
    drawing = (
        '<d:wsDr xmlns:d="d" xmlns:a="a"><d:twoCellAnchor><d:from><d:row>0</d:row></d:from><d:sp><d:txBody>'
        "<a:p><a:r><a:t>绩效</a:t></a:r><a:r><a:t>目标表</a:t></a:r></a:p></d:txBody></d:sp></d:twoCellAnchor><d:twoCellAnchor><d:from><d:row>9</d:row></d:from>"
        "<d:sp><d:txBody><a:p><a:r><a:t>填表说明：略</a:t></a:r></a:p></d:txBody></d:sp><d:pic/></d:twoCellAnchor></d:wsDr>"
    )
    sheet = (
        '<sheetData><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row></sheetData>'
        "<headerFooter><oddHeader>&amp;L附件2&amp;R&amp;\"宋体,常规\"&amp;10单位：万元</oddHeader></headerFooter>"
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships><Relationship Id="d" Type="{RELATIONS}/drawing" '
        'Target="../drawings/drawing1.xml"/></Relationships>',
        "xl/drawings/drawing1.xml": drawing,
    }
    document = read_workbook(workbook(sheet, more=more))
    assert [b.raw if isinstance(b, Piece) else "表" for b in document.blocks] == ["单位：万元", "绩效目标表", "表", "填表说明：略"]
    assert [piece.raw for piece in document.furniture] == ["附件2"]
    assert set(rules(document)) == {"pictures_not_read"}


def test_rows_and_columns_without_height_or_width_are_hidden() -> None:
    rows = (("", "甲", "旧", "乙"), (' ht="0" customHeight="1"', "草", "稿", "行"), (' ht="15"', "1", "2", "3"))
    cells = "".join(
        f"<row{height}>" + "".join(f'<c t="str"><v>{text}</v></c>' for text in texts) + "</row>" for height, *texts in rows
    )
    sheet = f'<cols><col min="1" max="1" width="9"/><col min="2" max="2" width="0"/></cols><sheetData>{cells}</sheetData>'
    assert grids(read_workbook(workbook(sheet))) == [[["甲", "乙"], ["1", "3"]]]


def test_a_date_written_out_is_shown_by_its_format() -> None:
    formats = '<numFmts><numFmt numFmtId="170" formatCode="yyyy/m/d"/></numFmts>'
    styles = f'<styleSheet>{formats}<cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>'
    relation = f'<Relationship Id="y" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    sheet = '<sheetData><row><c t="d" s="0"><v>2025-12-31T00:00:00</v></c><c t="d" s="0"><v>年底</v></c></row></sheetData>'
    assert grids(read_workbook(workbook(sheet, more={"xl/styles.xml": styles}, extra=relation))) == [[["2025/12/31", "年底"]]]


@pytest.mark.parametrize("code", ["0.0E+00", "##0.0E+0", "# ?/?", "[DBNum2]General", "[DBNum1]0"])
def test_a_format_that_would_hide_or_round_the_figure_is_not_followed(code: str) -> None:
    assert shown("123456", code) is None


def test_escapes_that_are_half_a_character_do_no_harm() -> None:
    cell = '<c r="A1" t="inlineStr"><is><t>_xD83D_甲_xD83D__xDE00_</t></is></c><c r="B1"><v>1</v></c>'
    assert grids(read_workbook(workbook(f"<sheetData><row>{cell}</row></sheetData>"))) == [[["\ufffd甲\U0001f600", "1"]]]


# --- pages ---------------------------------------------------------------------------------------------


def test_what_a_page_is_filled_in_with_is_read() -> None:
    body = (
        "<table><tr><td>项目名称</td><td><input value=清淤><input type=hidden value=x></td><td><input type=checkbox checked>新增"
        "<input type=radio>延续</td><td><select><option>甲<option selected>乙</select></td>"
        "<td><textarea>一\n二</textarea></td></tr></table>"
    )
    assert grids(page(body)) == [[["项目名称", "清淤", "☑新增□延续", "乙", "一/二"]]]


def test_hidden_rows_of_a_page_are_named_and_its_foot_comes_last() -> None:
    body = (
        "<table><tfoot><tr><td>合计</td><td>1</td></tr></tfoot><tr style='visibility: hidden'><td>隐</td><td>2</td></tr>"
        "<tr><td>甲</td><td>3</td></tr></table>"
    )
    document = page(body)
    assert grids(document) == [[["甲", "3"], ["合计", "1"]]]
    assert set(rules(document)) == {"hidden_text"}

"""Hostile Office files end soon, in little memory, with a reason; nothing is opened outside, nothing is cut silently."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping

import pytest
from jixiao.extract.document import Grid, Piece
from jixiao.extract.errors import DocumentError
from jixiao.extract.media import media_of
from jixiao.extract.office.container import MAX_PART
from jixiao.extract.office.web import read_web
from jixiao.extract.office.word import read_word
from jixiao.extract.office.workbook import read_workbook
from jixiao.pipeline.one import read_bytes

TYPES = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST_SECONDS = 30
"""A bound against hanging, not a measure: each of these files takes far less."""
MOST_MEMORY = 400 * 2**20


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def package(main: str, kind: str, parts: Mapping[str, str | bytes], relations: str = "") -> dict[str, str | bytes]:
    folder, _, base = main.rpartition("/")
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/{main}" '
        f'ContentType="{TYPES}.{kind}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{RELATIONS}/officeDocument" Target="{main}"/></Relationships>',
        f"{folder}/_rels/{base}.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        **parts,
    }


def workbook(sheet: str | bytes, strings: str = "", more: Mapping[str, str | bytes] | None = None, extra: str = "") -> bytes:
    """Return a workbook whose one sheet has *sheet* between its outer tags."""
    if isinstance(sheet, str):
        sheet = f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>'
    relations = f'<Relationship Id="s" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>{extra}'
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings:
        relations += f'<Relationship Id="t" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = strings
    return packed({**package("xl/workbook.xml", "spreadsheetml.sheet", parts, relations), **(more or {})})


def word(body: str, head: str = "") -> bytes:
    document = f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return packed(package("word/document.xml", "wordprocessingml.document", {"word/document.xml": document}))


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def bounded(read: Callable[[bytes], object], data: bytes, *, memory: bool = True) -> object:
    """Read within the bounds of time and, if asked, *memory*; return the document or the error."""
    if memory:  # counting makes what is read element by element five times as slow
        tracemalloc.start()
    began = time.process_time()
    try:
        return read(data)
    except DocumentError as error:
        return error
    finally:
        assert time.process_time() - began < MOST_SECONDS
        if memory:
            assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
            tracemalloc.stop()


def reason(read: Callable[[bytes], object], data: bytes) -> str:
    error = bounded(read, data)
    assert isinstance(error, DocumentError)
    assert error.detail
    assert error.next_step
    return error.reason


def texts(document: object) -> list[str]:
    pieces: list[Piece] = []
    for block in document.blocks:  # type: ignore[attr-defined]
        pieces += [block] if isinstance(block, Piece) else [p for r in block.rows for c in r.cells for p in c.pieces]
    return [p.raw for p in pieces]


# --- workbooks ----------------------------------------------------------------------------------------


def test_a_cell_in_the_last_corner_costs_no_more_than_one_beside() -> None:
    rows = f'<row r="1">{cell("A1", "甲")}</row><row r="1048576">{cell("XFD1048576", "乙")}</row>'
    document = bounded(read_workbook, workbook(f"<sheetData>{rows}</sheetData>"))
    assert sorted(texts(document)) == ["乙", "甲"]
    assert all(len(b.rows) * b.columns <= 9 for b in document.blocks if isinstance(b, Grid))  # type: ignore[attr-defined]


def test_a_merged_range_over_the_whole_sheet_is_one_cell() -> None:
    sheet = (
        f'<sheetData><row r="1">{cell("A1", "甲")}</row></sheetData>'
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )
    assert texts(bounded(read_workbook, workbook(sheet))) == ["甲"]


def test_a_million_merged_ranges_are_too_many() -> None:
    merges = "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(1, 1_000_001))
    sheet = f'<sheetData><row r="1">{cell("A1", "甲")}</row></sheetData><mergeCells>{merges}</mergeCells>'
    assert reason(read_workbook, workbook(sheet)) == "too_large"


def test_ranges_that_overlap_end() -> None:
    cells = "".join(f'<row r="{i}">{cell(f"A{i}", "甲")}{cell(f"B{i}", "乙")}</row>' for i in range(1, 400))
    merges = "".join(f'<mergeCell ref="A{i}:CV{i + 300}"/>' for i in range(1, 400))
    document = bounded(read_workbook, workbook(f"<sheetData>{cells}</sheetData><mergeCells>{merges}</mergeCells>"))
    if not isinstance(document, DocumentError):
        # What other ranges cover is named as hidden and kept among what was ignored.
        assert len(texts(document)) + len(document.furniture) == 798  # type: ignore[attr-defined]
        assert any(f.rule == "hidden_cells" for f in document.findings)  # type: ignore[attr-defined]


def test_cells_along_a_diagonal_are_no_table() -> None:
    cells = "".join(
        f'<row r="{i}"><c r="{letters(i)}{i}"><v>1</v></c></row>' for i in range(1, 5000)
    )
    assert reason(read_workbook, workbook(f"<sheetData>{cells}</sheetData>")) == "too_large"


def letters(number: int) -> str:
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(65 + rest) + out
    return out


def test_a_gigabyte_in_a_megabyte_is_a_bomb() -> None:
    out = io.BytesIO()
    parts = package("xl/workbook.xml", "spreadsheetml.sheet", {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="表" r:id="s"/></sheets></workbook>',
    }, f'<Relationship Id="s" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>')  # fmt: skip
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            for _ in range(256):
                file.write(b" " * 2**20)
    data = out.getvalue()
    assert len(data) < 2**20
    error = bounded(read_workbook, data)
    assert isinstance(error, DocumentError)
    assert (error.reason, "256 MiB" in error.detail) == ("too_large", True)


def test_a_directory_that_lies_about_sizes_is_not_believed() -> None:
    data = bytearray(workbook("<sheetData/>" + " " * (MAX_PART + 10)))
    at = data.rfind(b"PK\x01\x02", 0, data.find(b"xl/worksheets/sheet1.xml", data.find(b"PK\x01\x02")))
    struct.pack_into("<I", data, at + 24, 100)
    local = data.find(b"xl/worksheets/sheet1.xml") - 30
    struct.pack_into("<I", data, local + 22, 100)
    assert reason(read_workbook, bytes(data)) in ("too_large", "unreadable")


def test_more_tags_than_memory_has_room_for_are_refused() -> None:
    assert reason(read_workbook, workbook("<a/>" * 4_000_000)) == "too_large"


@pytest.mark.parametrize("entity", [
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)) + "]>",
    '<!DOCTYPE a [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
    '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/a.dtd"> %x;]>',
])  # fmt: skip
def test_entities_are_refused_in_every_part(entity: str) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row>{cell("A1", "&j;")}</row></sheetData></worksheet>'
    assert reason(read_workbook, workbook((entity + sheet).encode())) == "unreadable"
    strings = f'{entity}<sst xmlns="{MAIN}"><si><t>&j;</t></si></sst>'
    plain = '<sheetData><row><c r="A1" t="s"><v>0</v></c></row></sheetData>'
    assert reason(read_workbook, workbook(plain, strings)) == "unreadable"
    assert reason(read_word, word("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", entity)) == "unreadable"


def test_one_string_in_every_cell_is_too_much_text() -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"长" * 100_000}</t></si></sst>'
    cells = "".join("<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c></row>" for _ in range(5000))
    assert reason(read_workbook, workbook(f"<sheetData>{cells}</sheetData>", strings)) == "too_large"


def test_a_string_that_is_not_there_is_no_blank() -> None:
    plain = '<sheetData><row><c r="A1" t="s"><v>7</v></c></row></sheetData>'
    assert reason(read_workbook, workbook(plain)) == "unreadable"


def test_a_text_of_more_than_32767_characters_is_kept_whole() -> None:
    text = "承担推进科技与金融结合的工作。" * 3000
    document = bounded(read_workbook, workbook(f"<sheetData><row>{cell('A1', text)}</row></sheetData>"))
    assert texts(document) == [text]


def test_deep_and_wide_xml_ends() -> None:
    assert reason(read_workbook, workbook("<a>" * 100_000 + "</a>" * 10_000)) == "unreadable"
    wide = "<sheetData><row " + " ".join(f'a{i}="1"' for i in range(100_000)) + "/></sheetData>"
    bounded(read_workbook, workbook(wide))


def test_macros_and_links_out_of_the_file_are_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("nothing outside may be opened")

    monkeypatch.setattr("socket.socket.connect", no_network)
    extra = (
        f'<Relationship Id="x" Type="{RELATIONS}/externalLink" Target="http://127.0.0.1:9/b.xlsx" TargetMode="External"/>'
        f'<Relationship Id="y" Type="{RELATIONS}/styles" Target="file:///etc/passwd" TargetMode="External"/>'
        f'<Relationship Id="z" Type="{RELATIONS}/sharedStrings" Target="../../../../etc/passwd"/>'
    )
    sheet = f'<sheetData><row r="1">{cell("A1", "甲")}<c r="B1"><f>[1]Sheet1!A1</f><v>5</v></c></row></sheetData>'
    document = bounded(read_workbook, workbook(sheet, more={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, extra=extra))
    assert texts(document) == ["甲", "5"]


# --- Word ---------------------------------------------------------------------------------------------


def row(*cells: str, span: int = 1) -> str:
    drawn = "".join(
        f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>' for text in cells
    )
    return f"<w:tr>{drawn}</w:tr>"


def test_a_cell_that_spans_a_million_columns_is_refused() -> None:
    assert reason(read_word, word(f"<w:tbl>{row('甲', span=1_000_000)}</w:tbl>")) == "too_large"
    assert reason(read_word, word(f"<w:tbl>{row(*['甲'] * 3000)}</w:tbl>")) == "too_large"


def test_tables_in_tables_without_end_are_refused() -> None:
    body = "<w:p/>"
    for _ in range(30):
        body = f"<w:tbl><w:tr><w:tc>{body}<w:p/></w:tc></w:tr></w:tbl>"
    assert reason(read_word, word(body)) == "unreadable"


def test_ten_thousand_paragraphs_and_rows_end() -> None:
    bounded(read_word, word("<w:p><w:r><w:t>甲</w:t></w:r></w:p>" * 10_000), memory=False)
    bounded(read_word, word(f"<w:tbl>{row('甲', '乙') * 10_000}</w:tbl>"), memory=False)


def test_a_style_based_on_itself_and_a_list_without_end_are_read() -> None:
    styles = f'<w:styles xmlns:w="{WORD}"><w:style w:styleId="a"><w:basedOn w:val="a"/></w:style></w:styles>'
    body = '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>'
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    relation = f'<Relationship Id="s" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    parts = {"word/document.xml": document, "word/styles.xml": styles}
    assert texts(bounded(read_word, packed(package("word/document.xml", "wordprocessingml.document", parts, relation)))) == ["甲"]


# --- containers and pages -----------------------------------------------------------------------------


def test_a_workbook_is_told_from_other_zips() -> None:
    assert media_of(workbook("<sheetData/>")) == "xlsx"
    assert media_of(word("")) == "docx"
    for parts in ({"a.txt": "甲"}, {"[Content_Types].xml": "<Types/>"}, {"mimetype": "x", "content.xml": "<a/>"}):
        assert read_bytes(packed(parts), "表").reason == "unsupported"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_an_office_file_cut_short_is_unreadable(keep: float) -> None:
    whole = workbook(f"<sheetData><row>{cell('A1', '甲' * 500)}</row></sheetData>")
    assert read_bytes(whole[: int(len(whole) * keep)], "表").reason == "unreadable"


def test_spans_and_nesting_of_a_page_are_bounded() -> None:
    wide = "<table><tr><td colspan=99999999 rowspan=99999999>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>"
    assert texts(bounded(read_web, f"<html><body>{wide}</body></html>".encode())) == ["甲", "乙", "丙"]
    deep = "<table><tr><td>" * 40 + "甲" + "</td></tr></table>" * 40
    assert reason(read_web, f"<html><body>{deep}</body></html>".encode()) == "unreadable"
    bounded(read_web, b"<html><body>" + b"<div>" * 20_000, memory=False)
    assert reason(read_web, b"<html><body>" + b"<p>" * 1_000_001) == "too_large"
    bounded(read_web, b"<html><table>" + b"<tr><td rowspan=65534 colspan=1000>a" * 2_000, memory=False)

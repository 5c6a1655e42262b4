"""Old Office files: workbooks by their records, Word documents through LibreOffice."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from jixiao.extract.errors import DocumentError
from jixiao.extract.media import media_of
from jixiao.extract.office import libre
from jixiao.extract.office.sheets97 import read_sheets97
from jixiao.pipeline.one import read_bytes

from tests.forms import invent, style_for
from tests.forms.looks import look_for
from tests.forms.print_docx import print_docx
from tests.forms.sheet import Sheet
from tests.forms.typeset import head_lines

DATA = Path(__file__).parents[2] / "data" / "office"


def compound(*names: str, filling: int = 0) -> bytes:
    """Return a compound file (OLE2) with empty streams of those *names*."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", fat, end, *[free] * 126)
    directory = b""
    for number, name in enumerate(("Root Entry", *names)):
        text = name.encode("utf-16-le") + b"\0\0"
        directory += text.ljust(64, b"\0") + struct.pack("<HBB", len(text), 2 if number else 5, 1)
        directory += struct.pack("<III", free, free, free) + bytes(36) + struct.pack("<IQ", end, 0)
    return header + table + directory.ljust(512, b"\0") + bytes(filling)


def refused(data: bytes) -> tuple[str, str]:
    outcome = read_bytes(data, "表")
    assert outcome.status == "refused"
    assert outcome.next_step
    return outcome.reason, outcome.detail


def test_an_old_workbook_gives_the_records_of_its_new_twin() -> None:
    old = read_bytes((DATA / "invented.xls").read_bytes(), "表.xls")
    new = read_bytes((DATA / "invented.xlsx").read_bytes(), "表.xlsx")
    assert old.tables["documents"][0]["media"] == "xls"
    for name in ("functions", "staffing", "funds", "goals", "indicators", "targets", "provenance", "findings"):
        rows = [[{k: v for k, v in row.items() if k != "document_id"} for row in one.tables[name]] for one in (old, new)]
        assert rows[0] == rows[1], name
    assert old.tables["funds"]


@pytest.mark.parametrize("name", ["invented.xls", "invented.xlsx"])
def test_an_old_workbooks_formulas_are_noted_too(name: str) -> None:
    outcome = read_bytes((DATA / name).read_bytes(), name)
    (found,) = [f.message for f in outcome.findings if f.rule == "formula_values"]
    twin = read_bytes((DATA / "invented.xlsx").read_bytes(), "表")
    assert found in [f.message for f in twin.findings]


@pytest.mark.parametrize(
    ("names", "media"),
    [(("Workbook",), "xls"), (("Book",), "xls"), (("1Table", "WordDocument"), "doc"), (("WordDocument", "ObjectPool"), "doc")],
)
def test_a_compound_file_is_told_by_its_streams(names: tuple[str, ...], media: str) -> None:
    assert media_of(compound(*names)) == media


def test_other_compound_files_are_refused_with_a_reason() -> None:
    assert refused(compound("EncryptedPackage", "EncryptionInfo")) == ("encrypted", "文件有密码")
    assert refused(compound("PowerPoint Document"))[0] == "unsupported"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30))[0] == "unreadable"
    assert refused(compound("Workbook"))[0] == "unreadable"


def test_a_word_document_with_a_password_is_encrypted() -> None:
    data = bytearray(compound("WordDocument", filling=4096))
    struct.pack_into("<I", data, 1024 + 128 + 116, 2)  # the stream begins in the third sector
    struct.pack_into("<HHHHHH", data, 1536, 0xA5EC, 0xC1, 0, 0, 0, 0x0100)
    assert refused(bytes(data)) == ("encrypted", "文件有密码")
    struct.pack_into("<H", data, 1536 + 10, 0x0200)
    assert media_of(bytes(data)) == "doc"


def test_a_directory_that_leads_in_circles_ends() -> None:
    data = bytearray(compound("甲", filling=4096))
    struct.pack_into("<I", data, 512 + 4, 1)  # the directory's sector follows itself
    assert refused(bytes(data))[0] == "unsupported"


@pytest.mark.parametrize("cut", [600, 5000, 9000, 15000])
def test_a_workbook_cut_short_is_unreadable(cut: int) -> None:
    data = (DATA / "invented.xls").read_bytes()[:cut]
    with pytest.raises(DocumentError) as raised:
        read_sheets97(data)
    assert raised.value.reason == "unreadable"


def test_every_damaged_byte_ends_in_a_form_or_a_reason() -> None:
    whole = (DATA / "invented.xls").read_bytes()
    for at in range(512, len(whole), 611):
        data = bytearray(whole)
        data[at : at + 4] = b"\xff\xff\xff\xff"
        assert read_bytes(bytes(data), "表.xls").reason != "internal_error", at


# --- Word ---------------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that alone is searched for programs; what stands in it as ``soffice`` is LibreOffice."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.fspath(folder))
    return folder


def install(folder: Path, script: str) -> None:
    program = folder / "soffice"
    program.write_text("#!/bin/sh\nPATH=/usr/bin:/bin\n" + script, encoding="utf-8")
    program.chmod(0o755)


def test_without_libreoffice_an_old_document_says_what_is_missing(office: Path) -> None:
    reason, detail = refused(compound("WordDocument"))
    assert reason == "missing_extra"
    assert "LibreOffice" in detail
    word_xml = b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>'
    for other in (b"{\\rtf1 text}", word_xml):
        assert refused(other)[0] == "missing_extra"


def test_an_old_document_is_read_as_what_libreoffice_makes_of_it(office: Path, tmp_path: Path) -> None:
    form, style = invent(3), style_for(3)
    made = tmp_path / "made.docx"
    made.write_bytes(print_docx([line for line, *_ in head_lines(form, style)], Sheet(form, style).blocks(), look_for(3)))
    # The first run only makes a profile and asks to be run again.
    again = f'[ -e "{tmp_path}/ran" ] || {{ touch "{tmp_path}/ran"; exit 81; }}\n'
    install(office, again + f'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; cp "{made}" "$2/form.docx"\n')
    outcome = read_bytes(compound("WordDocument"), "表.doc")
    assert (outcome.tables["documents"][0]["media"], len(outcome.tables["indicators"])) == ("doc", len(form.indicators))


def test_a_libreoffice_that_writes_nothing_or_hangs_is_a_reason(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(office, "exit 0\n")
    assert refused(compound("WordDocument"))[0] == "unreadable"
    install(office, "exec sleep 60\n")
    monkeypatch.setattr(libre, "SECONDS", 1)
    assert "1 秒" in refused(compound("WordDocument"))[1]

"""PDFs whose text layer lies, is missing on some pages, or says nothing: the picture is read where it must be."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from jixiao.pipeline.one import Outcome, read_bytes
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.forms import invent, score, style_for, typeset
from tests.forms.lines import face
from tests.forms.scan import Damage, Pixels, scans

SEED, TWO_PAGES = 11, 541
DPI = 150


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("layers") / "form.pdf"
    typeset(invent(SEED), style_for(SEED), path)
    return path


@pytest.fixture(scope="module")
def pages(printed: Path) -> list[Pixels]:
    return list(scans(printed, Damage(dpi=DPI), SEED))


def with_picture(page: Pixels, *, lines: list[str]) -> bytes:
    """A PDF of one page that is a picture, with an invisible text over it as recognition software puts it there."""
    height, width = (side * 72 / DPI for side in page.shape[:2])
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height))
    canvas.drawImage(ImageReader(Image.fromarray(page)), 0, 0, width, height)
    text = canvas.beginText(60, height - 80)
    face("zenhei")
    text.setFont("zenhei", 9)
    text.setTextRenderMode(3)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)
    canvas.save()
    return out.getvalue()


def rules_of(outcome: Outcome) -> list[str]:
    return [row["rule"] for row in outcome.tables["findings"]]


def test_a_hidden_layer_is_not_believed_and_the_picture_is_read(pages: list[Pixels]) -> None:
    wrong = ["部门整休绩效日标表", "单位名称 某某局", "资金总额 99999.99", "一级指标 二级指标 三级指标 半年指标值 全年指标值"] * 4
    outcome = read_bytes(with_picture(pages[0], lines=wrong), "layer.pdf")
    assert "page_recognised" in rules_of(outcome)
    amounts = {row["raw"] for row in outcome.tables["funds"]}
    truth = {row["raw"] for row in invent(SEED).tables()["funds"]}
    assert amounts
    assert amounts <= truth
    assert "99999.99" not in amounts


def test_fonts_without_unicode_send_the_reader_to_the_picture(printed: Path) -> None:
    """Codes are then numbers in a subset: what they would be taken for is rubbish between Latin letters."""
    data = printed.read_bytes()
    bare = re.sub(rb"/ToUnicode \d+ 0 R", lambda found: b" " * len(found.group()), data)
    assert bare != data
    outcome = read_bytes(bare, "bare.pdf")
    found = score(invent(SEED).tables(), outcome.tables, outcome.tables["findings"])
    assert found.total.f1 > 0.985, found.errors
    assert not found.silent
    assert "page_recognised" in rules_of(outcome)


def test_printed_and_scanned_pages_of_one_pdf_make_one_form(tmp_path: Path) -> None:
    printed = tmp_path / "two.pdf"
    typeset(invent(TWO_PAGES), style_for(TWO_PAGES), printed)
    page = list(scans(printed, Damage(dpi=DPI), TWO_PAGES))[1]
    picture = io.BytesIO()
    Image.fromarray(page).save(picture, "pdf", resolution=DPI)
    out = io.BytesIO()
    whole, scanned = pypdfium2.PdfDocument(printed), pypdfium2.PdfDocument(picture.getvalue())
    with pypdfium2.PdfDocument.new() as mixed, whole as text, scanned as scan:
        mixed.import_pages(text, [0])
        mixed.import_pages(scan)
        mixed.save(out)
    outcome = read_bytes(out.getvalue(), "mixed.pdf")
    found = score(invent(TWO_PAGES).tables(), outcome.tables, outcome.tables["findings"])
    assert found.total.f1 > 0.985, found.errors
    assert not found.silent
    sure = {row["confidence"] for row in outcome.tables["provenance"] if row["page"] == "1"}
    assert sure == {"1"}
    assert any(row["confidence"] != "1" for row in outcome.tables["provenance"] if row["page"] == "2")


def test_without_the_extra_a_page_that_is_a_picture_is_named_and_the_form_partial(
    printed: Path, pages: list[Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = io.BytesIO()
    Image.fromarray(pages[0]).save(picture, "pdf", resolution=DPI)
    out = io.BytesIO()
    with (
        pypdfium2.PdfDocument.new() as mixed,
        pypdfium2.PdfDocument(printed) as text,
        pypdfium2.PdfDocument(picture.getvalue()) as scan,
    ):
        mixed.import_pages(text)
        mixed.import_pages(scan, [0])
        last = len(mixed)
        mixed.save(out)
    monkeypatch.setattr("jixiao.extract.scan.pages.find_spec", lambda name: None)
    outcome = read_bytes(out.getvalue(), "mixed.pdf")
    assert outcome.status == "partial"
    (finding,) = [row for row in outcome.tables["findings"] if row["rule"] == "page_unread"]
    assert f"第 {last} 页只有图像" in finding["message"]
    assert "pip install jixiao[scan]" in finding["message"]

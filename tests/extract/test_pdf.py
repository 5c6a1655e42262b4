"""PDFs of forms: the same records as their truth, whatever drew them, and an answer to every broken one."""

from __future__ import annotations

import io
import random
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw
import pytest
from jixiao.extract.document import Grid, Piece
from jixiao.extract.errors import DocumentError
from jixiao.extract.gridded import Gridded
from jixiao.extract.options import Options, PdfReader
from jixiao.extract.pdf import guards
from jixiao.extract.read import read_document
from jixiao.pipeline.commands import main
from jixiao.pipeline.one import Outcome, read_bytes
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.forms import dump, invent, score, style_for, typeset
from tests.forms.lines import face
from tests.forms.printing import Printer, chromium

DRAWN = (1001, 1002, 1003, 1004, 1005, 1006)
PRINTED = (1001, 1002, 1003)


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The invented forms as PDFs: drawn ones by seed, printed ones with a c before it."""
    folder = tmp_path_factory.mktemp("pdf")
    found = {}
    for seed in DRAWN:
        typeset(invent(seed), style_for(seed), folder / f"{seed}.pdf")
        found[str(seed)] = (folder / f"{seed}.pdf").read_bytes()
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Invented forms as Chromium prints them."""
    if chromium() is None:
        pytest.skip("chromium is missing: Debian package chromium")
    folder = tmp_path_factory.mktemp("printed")
    found = {}
    with Printer() as printer:
        for seed in PRINTED:
            printer.print_form(invent(seed), style_for(seed), folder / f"{seed}.pdf")
            found[str(seed)] = (folder / f"{seed}.pdf").read_bytes()
    return found


def _read(data: bytes, reader: PdfReader = "pdfium") -> Gridded:
    document = read_document(data, Options(pdf_reader=reader))
    assert isinstance(document, Gridded)
    return document


def _cells(document: Gridded) -> Iterator[tuple[object, ...]]:
    for block in document.blocks:
        if isinstance(block, Piece):
            yield ("".join(block.text.split()),)
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield (cell.row, cell.column, cell.rows, cell.columns, cell.key)


def _records(outcome: Outcome) -> dict[str, list[dict[str, str]]]:
    names = ("functions", "staffing", "funds", "goals", "indicators", "targets")
    return {n: [{k: v for k, v in row.items() if k != "document_id"} for row in outcome.tables[n]] for n in names}


@pytest.mark.parametrize("seed", DRAWN)
def test_a_drawn_form_is_read_without_a_wrong_cell(pdfs: dict[str, bytes], seed: int) -> None:
    outcome = read_bytes(pdfs[str(seed)], "form.pdf")
    assert score(invent(seed).tables(), outcome.tables).errors == []
    ledger = outcome.forms[0].ledger
    assert ledger.total == ledger.records + ledger.headings + ledger.ignored + ledger.unread


@pytest.mark.parametrize("seed", PRINTED)
def test_a_printed_form_is_read_without_a_wrong_cell(printed: dict[str, bytes], seed: int) -> None:
    outcome = read_bytes(printed[str(seed)], "form.pdf")
    assert score(invent(seed).tables(), outcome.tables).errors == []


def test_both_readers_find_the_same_cells(pdfs: dict[str, bytes], printed: dict[str, bytes]) -> None:
    for data in [*list(pdfs.values())[:2], *list(printed.values())[:1]]:
        assert list(_cells(_read(data))) == list(_cells(_read(data, "pdfplumber")))


def test_both_readers_find_the_same_cells_in_the_samples() -> None:
    samples = sorted(Path(__file__).parents[2].glob("samples/*.pdf"))
    assert samples
    for path in samples:
        data = path.read_bytes()
        assert list(_cells(_read(data))) == list(_cells(_read(data, "pdfplumber"))), path.name


def test_the_provided_form_set_anew_says_what_its_text_says() -> None:
    samples = Path(__file__).parents[2] / "samples"
    text, pdf = (read_bytes((samples / f"nantong-keji-2025.{end}").read_bytes(), "a") for end in ("txt", "pdf"))
    one, other = _records(text), _records(pdf)
    for name in one:
        assert one[name] == other[name], name
    assert pdf.tables["unread"] == []
    assert {f.rule for f in pdf.findings} == {f.rule for f in text.findings}


def test_a_value_stands_where_its_provenance_says(pdfs: dict[str, bytes], printed: dict[str, bytes]) -> None:
    rng = random.Random(7)
    checked = 0
    for data in [*pdfs.values(), *printed.values()]:
        outcome = read_bytes(data, "form.pdf")
        rows = [row for row in outcome.tables["provenance"] if row["x0"] and row["table"] in ("targets", "funds")]
        raws = {
            ("targets", r["indicator_seq"], "raw", r["period"], r["measure"]): r["raw"] for r in outcome.tables["targets"]
        } | {("funds", r["seq"], "amount", r["period"], r["measure"]): r["raw"] for r in outcome.tables["funds"]}
        document = pypdfium2.PdfDocument(data)
        for row in rng.sample(rows, min(60, len(rows))):
            value = raws.get((row["table"], row["seq"], row["field"], row["period"], row["measure"]))
            if not value:
                continue
            page = document[int(row["page"]) - 1]
            _, _, _, top = page.get_bbox()
            x0, y0, x1, y1 = (float(row[k]) for k in ("x0", "top", "x1", "bottom"))
            found = page.get_textpage().get_text_bounded(x0 - 0.5, top - y1 - 0.5, x1 + 0.5, top - y0 + 0.5)
            missing = set("".join(value.split())) - set(found)
            assert not {ch for ch in missing if not "\u2e80" <= ch <= "\u2fdf"}, (row, value, found)
            checked += 1
    assert checked >= 100


def test_a_form_dumped_as_text_gives_the_same_records(pdfs: dict[str, bytes], tmp_path: Path) -> None:
    same = 0
    for seed in DRAWN[:4]:
        path = tmp_path / f"{seed}.pdf"
        path.write_bytes(pdfs[str(seed)])
        text = read_bytes(dump(path, "pdfium").encode(), "form.txt")
        if score(invent(seed).tables(), text.tables).errors:
            continue  # the dump is ambiguous, and the PDF is right
        one, other = _records(text), _records(read_bytes(pdfs[str(seed)], "form.pdf"))
        for name in one:
            assert one[name] == other[name], (seed, name)
        same += 1
    assert same >= 1


def _saved(document: pypdfium2.PdfDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("turn", "reader"), [(90, "pdfium"), (180, "pdfium"), (270, "pdfium"), (90, "pdfplumber")])
def test_turned_pages_say_the_same(pdfs: dict[str, bytes], turn: int, reader: PdfReader) -> None:
    data = pdfs["1002"]
    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.set_rotation(turn)
    turned = _saved(document)
    assert list(_cells(_read(turned, reader))) == list(_cells(_read(data)))
    width, height = document[0].get_size()
    for block in _read(turned, reader).blocks:
        pieces = [p for r in block.rows for c in r.cells for p in c.pieces] if isinstance(block, Grid) else [block]
        for box in (p.box for p in pieces if p.page == 1):
            assert box is not None
            assert -1 <= box[0] < box[2] <= width + 1
            assert -1 <= box[1] < box[3] <= height + 1


def _prose(canvas: Canvas, words: str) -> None:
    face("zenhei")
    canvas.setFont("zenhei", 11)
    for i in range(30):
        canvas.drawString(70, 760 - 22 * i, f"{words}第{i}行，本部分说明预算编制的有关情况和主要依据，请结合附表阅读。")
    canvas.showPage()


def test_forms_in_a_longer_document_are_found_and_its_prose_is_named(pdfs: dict[str, bytes], tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "prose.pdf"), invariant=1)
    _prose(canvas, "说明")
    canvas.save()
    prose = pypdfium2.PdfDocument(tmp_path / "prose.pdf")
    whole = pypdfium2.PdfDocument.new()
    first, second = pypdfium2.PdfDocument(pdfs["1001"]), pypdfium2.PdfDocument(pdfs["1003"])
    for part in (prose, first, second, prose):
        whole.import_pages(part)
    outcome = read_bytes(_saved(whole), "book.pdf")
    assert len(outcome.forms) == 2
    for seed, form in zip((1001, 1003), outcome.forms, strict=True):
        tables = {n: [r for r in rows if r["document_id"] == form.document_id] for n, rows in outcome.tables.items()}
        assert score(invent(seed).tables(), tables).errors == []
        assert form.unread == ()
    said = [f.message for f in outcome.findings if f.rule == "pages_without_table"]
    assert len(set(said)) == 1
    assert "1、" in said[0]


@pytest.mark.parametrize("seed", [1003, 1004, 1006])
@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
def test_a_form_without_any_rules_is_read_by_the_places_of_its_text(seed: int, reader: PdfReader, tmp_path: Path) -> None:
    typeset(invent(seed), replace(style_for(seed), rules="none"), tmp_path / "a.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    outcome = read_bytes(data, "a.pdf", options=Options(pdf_reader=reader))
    assert score(invent(seed).tables(), outcome.tables).errors == []
    assert outcome.tables["documents"][0]["media"] == "pdf"
    assert "pdf_without_rules" in {f.rule for f in outcome.findings}
    ledger = outcome.forms[0].ledger
    assert ledger.total == ledger.records + ledger.headings + ledger.ignored + ledger.unread
    if reader == "pdfium":
        placed = [r for r in outcome.tables["provenance"] if r["table"] == "targets"]
        assert placed
        with pypdfium2.PdfDocument(data) as document:
            for row in placed:
                raw_text = next(
                    t["raw"]
                    for t in outcome.tables["targets"]
                    if (t["indicator_seq"], t["period"], t["measure"]) == (row["seq"], row["period"], row["measure"])
                )
                page = document[int(row["page"]) - 1]
                height = page.get_height()
                x0, top, x1, bottom = (float(row[k]) for k in ("x0", "top", "x1", "bottom"))
                found = page.get_textpage().get_text_bounded(x0 - 1, height - bottom - 1, x1 + 1, height - top + 1)
                assert "".join(raw_text.split()) in "".join(found.split())


def test_running_text_without_a_table_is_refused(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "prose.pdf"), invariant=1)
    _prose(canvas, "关于预算绩效目标表的说明")
    canvas.save()
    outcome = read_bytes((tmp_path / "prose.pdf").read_bytes(), "prose.pdf")
    assert (outcome.status, outcome.reason) == ("refused", "not_a_form")


@pytest.mark.parametrize(("width", "cut"), [(440, True), (460, False), (595, False)])
def test_a_table_cut_by_the_edge_of_its_page_is_named(width: float, cut: bool, tmp_path: Path) -> None:
    canvas = _one_table(tmp_path / "cut.pdf", (width, 842))
    canvas.save()
    document = _read((tmp_path / "cut.pdf").read_bytes())
    said = [f.message for f in document.findings if f.rule == "table_cut_at_page_edge"]
    assert bool(said) == cut
    assert not cut or ("第 1 页" in said[0] and "右边" in said[0])


def _one_table(path: Path, page: tuple[float, float] = (595, 842)) -> Canvas:
    """Return a canvas with a small form drawn on it, its page not ended."""
    face("zenhei")
    canvas = Canvas(str(path), pagesize=page, invariant=1)
    canvas.setFont("zenhei", 10)
    canvas.drawString(200, 790, "部门整体绩效目标表")
    rows = [
        ("一级指标", "二级指标", "三级指标", "指标值"),
        ("产出指标", "数量指标", "巡查次数", "≥12次"),
        ("", "", "培训场次", "=3场"),
    ]
    for y in (760, 730, 700, 670):
        canvas.line(60, y, 460, y)
    for x in (60, 160, 260, 360, 460):
        canvas.line(x, 670, x, 760)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            canvas.drawString(66 + 100 * j, 741 - 30 * i, text)
    return canvas


def _texts(document: Gridded) -> list[str]:
    return [str(c[-1]) for c in _cells(document) if c[-1]]


def test_bold_by_drawing_twice_is_read_once_with_a_step(tmp_path: Path) -> None:
    canvas = _one_table(tmp_path / "a.pdf")
    canvas.drawString(66.3, 711, "产出指标")
    canvas.save()
    document = _read((tmp_path / "a.pdf").read_bytes())
    assert _texts(document).count("产出指标") == 1
    steps = [p.steps for b in document.blocks if isinstance(b, Grid) for r in b.rows for c in r.cells for p in c.pieces]
    assert ("doubled_glyph",) in steps


def test_hidden_and_off_page_text_is_not_read_and_said(tmp_path: Path) -> None:
    canvas = _one_table(tmp_path / "a.pdf")
    canvas.drawString(-300, 700, "页外的字")
    hidden = canvas.beginText(100, 400)
    hidden.setTextRenderMode(3)
    hidden.textOut("隐藏的字")
    canvas.drawText(hidden)
    canvas.save()
    document = _read((tmp_path / "a.pdf").read_bytes())
    assert not any("页外" in t or "隐藏" in t for t in _texts(document))
    assert [f.rule for f in document.findings] == ["hidden_text"]


def _encrypted(path: Path, user: str) -> bytes:
    canvas = Canvas(str(path), encrypt=StandardEncryption(user, ownerPassword="owner"), invariant=1)
    face("zenhei")
    canvas.setFont("zenhei", 10)
    canvas.drawString(100, 700, "部门整体绩效目标表")
    canvas.showPage()
    canvas.save()
    return path.read_bytes()


def _made(*objects: bytes, root: int = 1) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, root, start)


def _stream(body: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), extra, body)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def _page(content: bytes, box: bytes = b"0 0 595 842", resources: bytes = b"", *more: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>" % (box, resources)
    return _made(CATALOG, PAGES, page, content, *more)


def test_a_page_of_unmapped_characters_is_not_trusted() -> None:
    codes = b"".join(b"<%02X> <E0%02X>\n" % (c, c) for c in range(0x41, 0x5B))
    table = b"begincmap\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n26 beginbfchar\n%sendbfchar\nendcmap" % codes
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    shown = _stream(b"BT /F 12 Tf 60 600 Td (ABCDEFGHIJKLMNOPQRSTUVWXYZ) Tj ET")
    data = _page(shown, b"0 0 595 842", b"/Font << /F 5 0 R >>", font, _stream(table))
    # Without the extra for scans the text stays, with a warning; with it the page is recognised.
    rules = [f.rule for f in _read(data).findings]
    assert rules in (["page_untrusted"], ["page_recognised"])


def _bomb() -> bytes:
    body = zlib.compress(bytes(32 << 20), 9)
    return _page(_stream(body, b"/Filter /FlateDecode"))


def _double_bomb() -> bytes:
    inner = zlib.compress(bytes(32 << 20), 9)
    return _page(_stream(zlib.compress(inner, 9), b"/Filter [/FlateDecode /FlateDecode]"))


def _nested() -> bytes:
    forms = []
    for i in range(20):
        body = b"/X Do " * 10
        extra = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % (i + 6)
        forms.append(_stream(body, extra))
    forms.append(_stream(b"0 0 1 1 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"))
    return _page(_stream(b"/X Do"), b"0 0 595 842", b"/XObject << /X 5 0 R >>", *forms)


def _strokes() -> bytes:
    lines = b"".join(b"%d %d m %d %d l S\n" % (i % 590, i % 840, (i + 5) % 590, i % 840) for i in range(100_000))
    return _page(_stream(lines))


BROKEN = {
    "no page": _made(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"),
    "cyclic page tree": _made(CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 3 >>"),
    "huge page": _page(_stream(b"0 0 9 9 re S"), b"0 0 90000 90000"),
    "no text": _page(_stream(b"0 0 9 9 re S")),
    "only a head": b"%PDF-1.4\n",
    "rubbish": b"%PDF-1.4\n" + bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
def test_a_broken_file_is_refused_with_the_next_step(name: str, reader: PdfReader) -> None:
    outcome = read_bytes(BROKEN[name], "form.pdf", options=Options(pdf_reader=reader))
    assert outcome.status == "refused", outcome.detail
    assert outcome.next_step
    assert "Traceback" not in outcome.detail


@pytest.mark.parametrize("make", [_bomb, _double_bomb, _nested])
def test_a_bomb_is_found_before_it_bursts(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(make)
    monkeypatch.setattr(guards, "MAX_STREAM", 16 << 20)  # of the true size it would take the test's time
    monkeypatch.setattr(guards, "SMALL", (16 << 20) // 1032)
    with pytest.raises(DocumentError) as caught:
        _read(make())
    assert caught.value.reason == "too_large"


def test_a_hundred_thousand_strokes_are_no_table() -> None:
    with pytest.raises(DocumentError):
        _read(_strokes())


def test_a_password_is_asked_for_and_an_empty_one_is_none(tmp_path: Path) -> None:
    opened = read_document(_encrypted(tmp_path / "open.pdf", ""), Options())
    assert any("绩效目标表" in p.text for p in opened.pieces())
    with pytest.raises(DocumentError) as caught:
        _read(_encrypted(tmp_path / "locked.pdf", "secret"))
    assert caught.value.reason == "encrypted"


def test_a_file_cut_short_is_refused_or_partial(pdfs: dict[str, bytes]) -> None:
    data = pdfs["1001"]
    for share in (0.3, 0.6, 0.9, 0.99):
        outcome = read_bytes(data[: int(len(data) * share)], "form.pdf")
        assert outcome.status in ("refused", "partial", "review"), outcome.detail
        assert outcome.status != "refused" or outcome.next_step


def test_a_broken_table_of_places_is_mended(pdfs: dict[str, bytes]) -> None:
    data = pdfs["1001"]
    at = data.rfind(b"startxref")
    outcome = read_bytes(data[:at] + b"startxref\n7\n%%EOF", "form.pdf")
    assert score(invent(1001).tables(), outcome.tables).errors == []


def test_a_page_that_is_lost_is_a_finding_and_the_form_is_partial(pdfs: dict[str, bytes]) -> None:
    document = pypdfium2.PdfDocument(pdfs["1001"])
    page = raw.FPDFPage_New(document.raw, len(document), 80_000, 80_000)
    raw.FPDF_ClosePage(page)
    outcome = read_bytes(_saved(document), "form.pdf")
    assert outcome.status == "partial"
    assert [f.rule for f in outcome.findings if f.severity == "error" and f.rule == "page_unread"] == ["page_unread"]
    assert f"第 {len(document)} 页" in outcome.detail
    assert "page_unread" in outcome.next_step


def test_inspect_draws_a_page(pdfs: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    (tmp_path / "form.pdf").write_bytes(pdfs["1001"])
    out = tmp_path / "page.png"
    assert main(["inspect", str(tmp_path / "form.pdf"), "--page", "1", "--out", str(out)]) == 0
    with Image.open(out) as picture:
        colors = {c for _, c in picture.convert("RGB").getcolors(1 << 24) or []}
    assert len(colors) > 10
    assert "单元格" in capsys.readouterr().err
    assert main(["inspect", str(tmp_path / "form.pdf"), "--page", "99", "--out", str(out)]) == 1
    assert main(["inspect", str(tmp_path / "none.pdf")]) == 2


def test_every_value_of_the_sample_stands_where_it_says() -> None:
    """Texts of every kind, joined over lines or not: their characters are found again inside their box."""
    path = Path(__file__).parents[2] / "samples" / "nantong-keji-2025.pdf"
    (form,) = read_bytes(path.read_bytes(), path.name).forms
    texts = [item.text for item in (*form.functions, *form.goals)]
    texts += [item.item for item in form.funds]
    texts += [text for i in form.indicators for text in (i.level1, i.level3, *(t.text for t in i.targets)) if text is not None]
    assert len(texts) > 150
    document = pypdfium2.PdfDocument(path)
    for text in texts:
        assert text.place.box is not None, text.raw
        page = document[text.place.page - 1]
        left, top, right, bottom = text.place.box
        height = page.get_height()
        found = page.get_textpage().get_text_bounded(left - 0.5, height - bottom - 0.5, right + 0.5, height - top + 0.5)
        assert not Counter("".join(text.raw.split())) - Counter("".join(found.split())), text.raw
    document.close()

"""Whole pages through recognition: the same records as the PDF they were made from, at the same places."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from jixiao.pipeline.commands import main
from jixiao.pipeline.one import Outcome, read_bytes
from PIL import Image

from tests.forms import invent, score, style_for, typeset
from tests.forms.scan import Damage, encode, scans

SEED = 11
DPI = 150
Boxes = dict[tuple[str, ...], tuple[float, ...]]


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "form.pdf"
    typeset(invent(SEED), style_for(SEED), path)
    return path


def boxes(outcome: Outcome) -> Boxes:
    """Return where each target stands."""
    return {
        (row["seq"], row["period"]): tuple(float(row[side]) for side in ("x0", "top", "x1", "bottom"))
        for row in outcome.tables["provenance"]
        if row["table"] == "targets"
    }


def middles(found: Boxes) -> dict[tuple[str, ...], list[float]]:
    return {key: [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2] for key, b in found.items()}


def test_a_scan_says_what_its_pdf_says_and_where(pdf: Path) -> None:
    page = next(scans(pdf, Damage(dpi=DPI), SEED))
    printed = read_bytes(pdf.read_bytes(), "form.pdf")
    scanned = read_bytes(encode(page, "png", DPI), "form.png")
    found = score(invent(SEED).tables(), scanned.tables, scanned.tables["findings"])
    assert scanned.tables["documents"][0]["media"] == "scan"
    assert found.total.f1 > 0.985, found.errors
    assert not found.silent
    places, wanted = middles(boxes(scanned)), middles(boxes(printed))
    assert places.keys() == wanted.keys()
    for key, place in places.items():
        assert place == pytest.approx(wanted[key], abs=4), key
    scores = [float(row["confidence"]) for row in scanned.tables["provenance"]]
    assert all(0 < value < 1 for value in scores)


def test_a_page_of_a_pdf_that_is_a_picture_lying_on_its_side_is_read_too(pdf: Path) -> None:
    page = next(scans(pdf, Damage(dpi=DPI, quarters=1, stamps=1), SEED))
    out = io.BytesIO()
    Image.fromarray(page).save(out, "pdf", resolution=DPI)
    printed = read_bytes(pdf.read_bytes(), "form.pdf")
    scanned = read_bytes(out.getvalue(), "form.pdf")
    found = score(invent(SEED).tables(), scanned.tables, scanned.tables["findings"])
    assert found.total.f1 > 0.96, found.errors
    assert not found.silent
    assert "page_recognised" in [row["rule"] for row in scanned.tables["findings"]]
    height = page.shape[1] * 72 / DPI  # of the form before it was laid on its side
    wanted = {key: [height - y, x] for key, (x, y) in middles(boxes(printed)).items()}
    for key, place in middles(boxes(scanned)).items():
        assert place == pytest.approx(wanted[key], abs=4), key


def test_inspect_draws_what_was_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both of a picture file and of a PDF that is nothing but a picture."""
    scan = Path(__file__).parents[3] / "samples" / "invented-district-scan.jpg"
    inside = tmp_path / "scan.pdf"
    with Image.open(scan) as picture:
        size = picture.size
        picture.save(inside, resolution=150)
    out = tmp_path / "page.png"
    assert main(["inspect", str(inside), "--out", str(out)]) == 0
    said = capsys.readouterr().err
    assert "150 dpi" in said
    assert "84 个单元格" in said
    with Image.open(out) as drawn:
        assert abs(drawn.size[0] / drawn.size[1] - size[0] / size[1]) < 0.01
        colors = {color for _, color in drawn.convert("RGB").getcolors(1 << 24) or []}
        assert colors >= {(30, 90, 220), (0, 150, 60), (220, 60, 40)}
    assert main(["inspect", str(scan), "--page", "9", "--out", str(out)]) == 1
    assert "没有第 9 页，共 1 页" in capsys.readouterr().err

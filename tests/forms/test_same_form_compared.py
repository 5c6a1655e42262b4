"""A form and itself in another format: whatever it was printed and read as, nothing changed.

What is compared is what was read, right or wrong: a reader's slip in one format would show as a change.
Dumps alone are taken only where they were read exactly, since what tells cells apart is lost in them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from jixiao.pipeline.one import Outcome, read_bytes
from jixiao.rules.compare.forms import compare_forms
from jixiao.rules.records import Form

from . import Style, dump, invent, score, style_for, typeset
from .dump import DUMPERS
from .form import Form as InventedForm
from .kin import KINDS, invent_kin
from .kin.draw import PRINTERS
from .looks import look_for
from .print_docx import print_docx
from .print_web import print_html, print_md
from .print_xlsx import print_xlsx
from .printing import Printer, chromium
from .scan import scans
from .sheet import Sheet
from .typeset import head_lines

SEEDS = (2101, 2102, 2103, 2104)



def office(form: InventedForm, style: Style, seed: int) -> Iterator[tuple[str, bytes]]:
    head, blocks, look = [line for line, *_ in head_lines(form, style)], Sheet(form, style).blocks(), look_for(seed)
    for media, printed in (("xlsx", print_xlsx), ("docx", print_docx), ("html", print_html), ("md", print_md)):
        data = printed(head, blocks, look)
        yield media, data if isinstance(data, bytes) else data.encode()


def the_form(outcome: Outcome) -> Form:
    assert len(outcome.forms) == 1, (outcome.source, outcome.reason, outcome.detail)
    return outcome.forms[0]


def told(forms: Iterable[tuple[str, Form]]) -> list[tuple[str, str, str, str, str, str]]:
    """Return what is said to have changed between the first form and each of the others, both ways."""
    (name, first), *others = forms
    return [
        (*names, change.kind, change.field, change.old, change.new)
        for other_name, other in others
        for names, pair in (((name, other_name), (first, other)), ((other_name, name), (other, first)))
        for change in compare_forms(*pair)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_department_form_is_the_same_in_every_format(seed: int, tmp_path: Path) -> None:
    form, style = invent(seed), style_for(seed)
    files = list(office(form, style, seed))
    typeset(form, style, tmp_path / "ruled.pdf")
    files.append(("ruled.pdf", (tmp_path / "ruled.pdf").read_bytes()))
    assert chromium() is not None, "chromium is missing: Debian package chromium"
    with Printer() as printer:
        printer.print_form(form, style, tmp_path / "printed.pdf")
    files.append(("printed.pdf", (tmp_path / "printed.pdf").read_bytes()))
    read = [(name, the_form(read_bytes(data, f"form.{name}"))) for name, data in files]
    dumps = [(how, read_bytes(dump(tmp_path / "ruled.pdf", how).encode(), f"{how}.txt")) for how in DUMPERS]
    exact = [(how, the_form(one)) for how, one in dumps if one.forms and not score(form.tables(), one.tables).errors]
    assert told([*read, *exact]) == []
    assert len(read) == 6


def test_dumps_are_among_what_is_compared(tmp_path: Path) -> None:
    """Each of the dumpers is read exactly for one form of these at least, else nothing is said of it above."""
    exact = set()
    for seed in SEEDS:
        typeset(invent(seed), style_for(seed), tmp_path / "ruled.pdf")
        for how in DUMPERS:
            one = read_bytes(dump(tmp_path / "ruled.pdf", how).encode(), f"{how}.txt")
            if one.forms and not score(invent(seed).tables(), one.tables).errors:
                exact.add(how)
    assert exact == set(DUMPERS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_of_another_family_is_the_same_in_every_format(kind: str) -> None:
    for seed in (2201, 2202, 2203):
        kin = invent_kin(kind, seed)
        media = ("xlsx", "docx", "pdf")
        assert told([(one, the_form(read_bytes(PRINTERS[one](kin), f"form.{one}"))) for one in media]) == [], seed


def test_a_scan_is_the_same_form_as_the_pdf_it_was_printed_from(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="jixiao[scan] is not installed")
    from PIL import Image

    kin = invent_kin("self-evaluation", 2207)
    (tmp_path / "form.pdf").write_bytes(PRINTERS["pdf"](kin))
    pages = [Image.fromarray(page) for page in scans(tmp_path / "form.pdf", "clean-200", 1)]
    tiff = io.BytesIO()
    pages[0].save(tiff, "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200), compression="tiff_deflate")
    files = (("pdf", (tmp_path / "form.pdf").read_bytes()), ("tiff", tiff.getvalue()))
    assert told([(name, the_form(read_bytes(data, f"form.{name}"))) for name, data in files]) == []

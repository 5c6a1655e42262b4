"""What is no form is refused, with a reason and a next step, and not one of its rows is kept."""

from __future__ import annotations

import codecs
import io
import random
import zipfile
import zlib
from pathlib import Path

import pytest
from jixiao.extract.errors import REASONS, DocumentError
from jixiao.extract.read import Options, read_forms
from jixiao.pipeline.one import read_bytes
from jixiao.rules.families import load_families

from .inputs import REFUSED, SAMPLE_BYTES

TEXTS = [pytest.param(path, id=path.stem) for path in sorted(REFUSED.glob("*.txt"))]


def assert_refused(data: bytes, reason: str) -> None:
    """Assert that *data* is refused with *reason*, and that the operator is told what to do."""
    outcome = read_bytes(data, "某文件.txt")
    assert (outcome.status, outcome.reason) == ("refused", reason)
    assert outcome.reason in REASONS
    assert (outcome.source, bool(outcome.detail)) == ("某文件.txt", True)
    assert outcome.next_step
    assert outcome.forms == ()
    assert outcome.tables == {}


@pytest.mark.parametrize("path", TEXTS)
def test_another_kind_of_text_is_no_form(path: Path) -> None:
    assert_refused(path.read_bytes(), "not_a_form")


@pytest.mark.parametrize("path", TEXTS)
def test_another_kind_of_text_is_no_form_in_gb18030_either(path: Path) -> None:
    assert_refused(path.read_text("utf-8").encode("gb18030"), "not_a_form")


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b" \t\r\n" * 1000, "\u3000\n\u00a0\n".encode(), b"\f\f\f", codecs.BOM_UTF8, codecs.BOM_UTF16_LE,
     codecs.BOM_UTF16_BE + "\n\n".encode("utf-16-be"), " \n".encode("utf-16-le") * 20],
    ids=["no bytes", "a line end", "spaces", "wide spaces", "form feeds", "a mark", "a wide mark", "wide line ends",
         "wide line ends without mark"],
)  # fmt: skip
def test_a_text_without_a_character_is_empty(data: bytes) -> None:
    assert_refused(data, "empty_file")


def _zip(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, SAMPLE_BYTES)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        _zip("表.txt"),
        _zip("word/document.xml"),
        b"\x1f\x8b\x08\x00" + zlib.compress(SAMPLE_BYTES),
        b"Rar!\x1a\x07\x00" + SAMPLE_BYTES,
    ],
    ids=["zip", "docx", "gzip", "RAR"],
)
def test_a_file_of_another_format_is_not_read_as_text(data: bytes) -> None:
    assert_refused(data, "unsupported")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + SAMPLE_BYTES,
        b"\x89PNG\r\n\x1a\n" + zlib.compress(SAMPLE_BYTES),
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + zlib.compress(SAMPLE_BYTES),
        b"II*\x00" + zlib.compress(SAMPLE_BYTES),
    ],
    ids=["PDF", "PNG", "JPEG", "TIFF"],
)
def test_a_broken_file_of_another_format_is_not_read_as_the_text_in_it(data: bytes) -> None:
    assert_refused(data, "unreadable")


@pytest.mark.parametrize(
    "data",
    [
        bytes(4096),
        random.Random(1).randbytes(20_000),
        b"\x7fELF\x02\x01\x01" + bytes(64) + random.Random(2).randbytes(8000),
        b"SQLite format 3\x00" + random.Random(3).randbytes(8000),
        bytes(range(256)) * 40,
        zlib.compress(SAMPLE_BYTES),
        SAMPLE_BYTES[:200] + bytes(3000) + SAMPLE_BYTES[200:],
    ],
    ids=["nulls", "noise", "a program", "a database", "all bytes", "compressed", "a form with a hole"],
)
def test_a_binary_is_refused(data: bytes) -> None:
    outcome = read_bytes(data, "某文件.txt")
    assert outcome.status == "refused"
    assert outcome.reason in ("not_text", "unknown_encoding", "not_a_form")
    assert outcome.next_step
    assert outcome.tables == {}


def test_every_refusal_speaks_chinese_and_survives_pickling() -> None:
    import pickle

    with pytest.raises(DocumentError) as caught:
        read_forms(b"", "某文件.txt", load_families())
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.reason, error.detail, error.next_step) == (
        caught.value.reason, caught.value.detail, caught.value.next_step,
    )  # fmt: skip
    assert str(error).startswith(REASONS["empty_file"])


def test_a_refused_text_that_a_family_is_named_for_is_read_all_the_same() -> None:
    text = (REFUSED / "staff-appraisal.txt").read_bytes()
    (form,) = read_forms(text, "某文件.txt", load_families(), Options(family="department-targets"))
    assert form.family == "department-targets"
    assert form.family_reason == "按指定的表式 department-targets 读取"


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"Rar!\x1a\x07\x01\0rest", "RAR"), (b"7z\xbc\xaf\x27\x1crest", "7z"), (b"\x1f\x8b\x08rest", "gzip"),
     (b"GIF89a", "GIF"), (b"RIFF\x24\0\0\0WEBPVP8 ", "WebP"),
     (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"), (b"BM\xb8\x88\0\0\0\0\0\0\x36\0\0\0", "BMP"),
     (_zip("OFD.xml"), "OFD"), (_zip("form.txt"), "压缩包")],
    ids=["rar", "7z", "gzip", "gif", "webp", "heic", "bmp", "ofd", "zip"],
)  # fmt: skip
def test_a_kind_of_file_nobody_reads_here_is_named(data: bytes, what: str) -> None:
    assert_refused(data, "unsupported")
    assert what in read_bytes(data, "某文件.txt").detail

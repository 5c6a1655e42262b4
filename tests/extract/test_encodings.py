"""A text is the same form in whatever encoding and with whatever line ends it was saved."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest
from jixiao.deliver.tables import Row
from jixiao.extract.dump.text import decode, read_text
from jixiao.extract.errors import DocumentError
from jixiao.pipeline.one import read_bytes

from .inputs import SAMPLE

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode("utf-8"),
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "GB18030": lambda text: text.encode("gb18030"),
    "GBK": lambda text: text.encode("gbk"),
    "UTF-16 LE with a mark": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 BE with a mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
}
LINE_ENDS = {"LF": "\n", "CR LF": "\r\n", "CR": "\r", "NEL": "\x85", "U+2028": "\u2028"}
OF_THE_FILE = {"document_id", "sha256"}
"""Columns that are of the file's bytes and not of the form."""


def tables(data: bytes, without: frozenset[str] | set[str] = frozenset()) -> dict[str, list[Row]]:
    """Return the tables of *data* without the columns that differ from file to file, and *without*."""
    outcome = read_bytes(data, "form.txt")
    assert outcome.status in ("ok", "review"), outcome.detail
    return {
        name: [{k: v for k, v in row.items() if k not in OF_THE_FILE and k not in without} for row in rows]
        for name, rows in outcome.tables.items()
    }


@pytest.fixture(scope="module")
def plain() -> dict[str, list[Row]]:
    return tables(SAMPLE.encode())


@pytest.mark.parametrize(
    ("encoding", "end"),
    # GBK has neither NEL nor U+2028.
    [(one, end) for one in ENCODINGS for end in LINE_ENDS if one != "GBK" or end not in ("NEL", "U+2028")],
)
def test_encoding_and_line_ends_change_no_table(
    encoding: str, end: str, plain: dict[str, list[Row]]
) -> None:
    assert tables(ENCODINGS[encoding](SAMPLE.replace("\n", LINE_ENDS[end]))) == plain


def test_line_ends_of_several_kinds_in_one_file_change_no_table(plain: dict[str, list[Row]]) -> None:
    lines = SAMPLE.split("\n")
    # A CR before a blank line's LF would be one line end with it.
    ends = [("\n", "\r\n", "\r" if after else "\n")[i % 3] for i, after in enumerate(lines[1:])]
    mixed = "".join(map(str.__add__, lines, [*ends, ""]))
    assert all(end in mixed for end in ("\r\n", "\n\n"))
    assert tables(mixed.encode()) == plain


def test_a_missing_last_line_end_changes_no_table(plain: dict[str, list[Row]]) -> None:
    assert tables(SAMPLE.rstrip("\n").encode()) == plain


def _paged(text: str) -> str:
    """Return *text* with a form feed before each line that follows three blank ones, as pdftotext sets it."""
    lines = text.split("\n")
    for i in range(3, len(lines)):
        if lines[i] and not any(lines[i - 3 : i]):
            lines[i] = "\f" + lines[i]
    return "\n".join(lines)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_form_feeds_number_the_pages_and_change_nothing_else(
    encoding: str, plain: dict[str, list[Row]]
) -> None:
    paged = _paged(SAMPLE)
    pages = paged.count("\f") + 1
    assert pages > 1
    data = ENCODINGS[encoding](paged)
    assert tables(data, {"page", "pages"}) == {
        name: [{k: v for k, v in row.items() if k not in ("page", "pages")} for row in rows]
        for name, rows in plain.items()
    }
    outcome = read_bytes(data, "form.txt")
    assert outcome.tables["documents"][0]["pages"] == str(pages)
    assert {row["page"] for row in outcome.tables["provenance"]} == {str(n) for n in range(1, pages + 1)}


def test_a_form_feed_at_the_very_end_begins_no_page(plain: dict[str, list[Row]]) -> None:
    assert tables((SAMPLE + "\f").encode()) == plain


@pytest.mark.parametrize("encoding", [e for e in ENCODINGS if e != "GBK"])
def test_the_first_lines_stand_where_they_are_printed(encoding: str) -> None:
    lines = read_text(ENCODINGS[encoding](SAMPLE)).lines
    printed = {number: line for number, line in enumerate(SAMPLE.split("\n"), 1) if line.strip()}
    assert {line.line: line.raw for line in lines} == printed


@pytest.mark.parametrize("cut", [1, 2])
def test_a_text_cut_inside_its_last_character_is_read_up_to_there(cut: int) -> None:
    text = SAMPLE.rstrip("\n")
    assert decode(text.encode()[:-cut]) == (text[:-1], "utf-8")


@pytest.mark.parametrize("encoding", ["UTF-16 LE with a mark", "UTF-16 BE with a mark"])
def test_a_wide_text_cut_inside_its_last_character_is_read_up_to_there(encoding: str) -> None:
    data = ENCODINGS[encoding](SAMPLE.rstrip("\n"))
    assert decode(data[:-1])[0] == SAMPLE.rstrip("\n")[:-1]


@pytest.mark.parametrize("encoding", ["UTF-16 LE", "UTF-16 BE"])
def test_a_wide_text_without_mark_is_known_by_its_line_ends(encoding: str) -> None:
    assert decode(ENCODINGS[encoding](SAMPLE)) == (SAMPLE, encoding.lower().replace(" ", "-"))


@pytest.mark.parametrize(
    "data",
    [b"\xff" * 40 + "绩效目标表".encode(), bytes(range(128, 256)) * 8, "绩效".encode("gbk") + b"\x80\xff\xff" * 9],
    ids=["bytes of no encoding", "all high bytes", "rubbish after a word"],
)
def test_bytes_of_no_known_encoding_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        read_text(data)
    assert caught.value.reason in ("unknown_encoding", "not_text")


def test_characters_beyond_gbk_survive_gb18030() -> None:
    text = SAMPLE.replace("≥50个", "≥50㎥").replace("科创办", "𠮷创办")
    assert tables(text.encode("gb18030")) == tables(text.encode("utf-8"))

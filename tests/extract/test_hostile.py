"""Whatever is written in a text, reading it ends: in an answer or a refusal, with work in proportion to its length."""

from __future__ import annotations

import codecs
from functools import cache

import pytest
from jixiao.extract.dump import text as text_module
from jixiao.extract.dump.text import MAX_BYTES, MAX_LINE
from jixiao.extract.errors import REASONS
from jixiao.pipeline.one import Outcome, read_bytes

from .hostile import HEAD, KINDS, NARROW, PLACES, document
from .inputs import SAMPLE
from .work import lines_run

ENDS = ("ok", "review", "partial", "refused")


def ended(data: bytes) -> Outcome:
    """Read *data* and assert that it ended as a document ends, with nothing in it that breaks a sink."""
    outcome = read_bytes(data, "form.txt")
    assert outcome.status in ENDS, outcome.detail
    assert (outcome.status == "refused") == (outcome.reason in REASONS)
    for rows in outcome.tables.values():
        for row in rows:
            for cell in row.values():
                assert "\0" not in cell
                cell.encode("utf-8")
    return outcome


def never(*_: object) -> None:
    raise AssertionError("this is not to be called")


# --- size ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", ["绩".encode(), b"\n", b"\0", b"\xff", "（".encode()])
def test_forty_megabytes_are_refused_by_their_size_alone(character: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "decode", never)
    outcome = ended(character * (40 * 1024 * 1024 // len(character)))
    assert outcome.reason == "too_large"
    assert f"{MAX_BYTES // 1048576} MiB" in outcome.detail


def test_ten_megabytes_on_one_line_are_refused_without_being_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "piece_of", never)
    outcome = ended("绩效目标表".encode() * 700_000)
    assert outcome.reason == "not_a_form"
    assert "过长" in outcome.detail


def test_a_million_brackets_on_one_line_are_refused() -> None:
    assert ended(HEAD.encode() + "（".encode() * 1_000_000).reason == "not_a_form"


@pytest.mark.parametrize("place", ["head", "functions", "goal", "narrow grid"])
def test_a_quarter_of_a_million_brackets_on_many_lines_end(place: str) -> None:
    ended((PLACES[place] + ("（《“" * 60 + "\n") * 1400).encode())


def test_a_line_at_the_limit_is_read_and_one_beyond_is_refused() -> None:
    for length, reason in ((MAX_LINE, ""), (MAX_LINE + 1, "not_a_form")):
        text = SAMPLE.replace("（15）完成市委、市政府交办的其他任务。", "（15）" + "办" * (length - 4))
        assert ended(text.encode()).reason == reason


# --- odd characters --------------------------------------------------------------------------------------------

VALUES = {
    "documents": ("title", "department", "year", "money_unit"),
    "functions": ("label", "text"),
    "staffing": ("metric", "value", "unit"),
    "funds": ("item", "parent", "period", "measure", "amount"),
    "goals": ("horizon", "text"),
    "indicators": ("level1", "level2", "level3", "key_work", "project"),
    "targets": ("period", "kind", "operator", "value", "unit"),
}


def values(outcome: Outcome) -> dict[str, list[tuple[str, ...]]]:
    """Return what the form says, without how it was printed."""
    return {name: [tuple(row[c] for c in columns) for row in outcome.tables[name]] for name, columns in VALUES.items()}


UNSEEN = {
    "nulls": "\0",
    "bidi marks": "\u202e",
    "isolates": "\u2066",
    "zero-width spaces": "\u200b",
    "soft hyphens": "\u00ad",
    "byte order marks": "\ufeff",
    "bells": "\x07",
    "tags": "\U000e0041",
}


@pytest.mark.parametrize("sign", UNSEEN)
@pytest.mark.parametrize("every", [1, 7])
def test_characters_nobody_can_see_change_no_value(sign: str, every: int) -> None:
    lines = SAMPLE.split("\n")
    printed = [i for i, line in enumerate(lines) if line]
    for i in printed[::every]:
        half = len(lines[i]) // 2
        lines[i] = lines[i][:half] + UNSEEN[sign] + lines[i][half:]
    changed = "\n".join(lines)
    assert values(ended(changed.encode())) == values(ended(SAMPLE.encode()))


def test_radicals_in_the_place_of_characters_change_no_value() -> None:
    changed = SAMPLE.replace("目", "⽬").replace("长", "⻓").replace("人", "⼈").replace("户", "⼾")
    assert values(ended(changed.encode())) == values(ended(SAMPLE.encode()))


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, b""], ids=["with a mark", "without"])
@pytest.mark.parametrize("half", [b"\x00\xd8", b"\x00\xdc", b"\x00\xdc\x00\xd8"], ids=["high", "low", "turned round"])
def test_lone_surrogates_end_in_an_answer_or_a_refusal(half: bytes, mark: bytes) -> None:
    before, after = SAMPLE.split("（15）完成")
    data = mark + (before + "（15）完").encode("utf-16-le") + half + ("成" + after).encode("utf-16-le")
    outcome = ended(data)
    if outcome.status != "refused":
        assert len(outcome.tables["indicators"]) == 43
        assert len(outcome.tables["functions"]) == 16


def test_a_wide_text_with_a_hole_is_not_taken_for_another_encoding() -> None:
    half = len(SAMPLE) // 2
    outcome = ended(SAMPLE[:half].encode("utf-16-le") + b"\x00\xd8" + SAMPLE[half:].encode("utf-16-le"))
    shown = "".join(cell for rows in outcome.tables.values() for row in rows for cell in row.values())
    assert outcome.status == "refused" or "南通市科学技术局" in shown


@pytest.mark.parametrize("marks", ["\r", "\f", "\x0b", "\x85", "\u2028", "\x1c", "\x1f"])
def test_a_text_of_line_ends_and_a_form_ends(marks: str) -> None:
    ended((marks * 50_000 + SAMPLE).encode())


# --- many lines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("goal", "年度目标"),
        ("head", "单位名称 某局"),
        ("functions", "≥95%"),
        ("narrow grid", "≥95%"),
        ("narrow grid", "统筹推进全市科技创新体系"),
        ("wide grid", "统筹推进全市科技创新体系"),
    ],
)
def test_twenty_thousand_lines_of_one_kind_end(place: str, line: str) -> None:
    ended((PLACES[place] + (line + "\n") * 20_000).encode())


def test_many_names_without_amounts_end() -> None:
    ended((PLACES["expenditure"] + "科创推进专项经费\n" * 2_000).encode())


def test_a_header_of_hundreds_of_columns_ends() -> None:
    ended((HEAD + NARROW.strip() + " 全年指标值" * 300 + "\n决策 计划制定 甲 1个 2个\n").encode())


def test_a_header_printed_two_thousand_times_ends() -> None:
    ended((HEAD + (NARROW + "决策 计划制定 甲 1个 2个\n") * 2_000).encode())


# --- growth ---------------------------------------------------------------------------------------------------------

SMALL, LARGE = 60, 180
MOST = 4.5
"""Three times the lines may take this many times the work, where the square would be nine: bounded windows fill up first."""
GRIDS = ("narrow grid", "wide grid")
# A page break (and a header printed again is one) may cut a row, so that lines which each begin a page are one
# block, split at more cost a line the more there are, up to rows.MAX_BLOCK of them: no growth beyond, and none
# to be seen here.
ONE_BLOCK = ("page breaks", "page breaks among words", "page breaks among rows", "blank lines", "column headers")
GROWING = [(place, filling) for place, filling in KINDS if place not in GRIDS or filling not in ONE_BLOCK]


@cache
def measured(place: str, filling: str, lines: int) -> tuple[int, int]:
    """Return the work that a document takes, and the characters that come out of it."""
    data = document(place, filling, lines, 20 if place in GRIDS else 0)
    outcomes: list[Outcome] = []
    read_bytes(data, "form.txt")  # so that what is remembered from text to text is, for either size
    work = lines_run(lambda: outcomes.append(read_bytes(data, "form.txt")))
    tables = outcomes[0].tables
    return work, 1 + sum(len(cell) for rows in tables.values() for row in rows for cell in row.values())


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Load what is loaded at the first form only."""
    ended(SAMPLE.encode())
    ended(document("wide grid", "words", 50))


@pytest.mark.parametrize(("place", "filling"), GROWING)
def test_work_grows_with_the_lines(place: str, filling: str) -> None:
    assert measured(place, filling, LARGE)[0] / measured(place, filling, SMALL)[0] <= MOST


@pytest.mark.parametrize(("place", "filling"), KINDS)
def test_what_comes_out_grows_with_what_goes_in(place: str, filling: str) -> None:
    assert measured(place, filling, LARGE)[1] / measured(place, filling, SMALL)[1] <= MOST


def test_work_grows_with_the_forms_in_a_file() -> None:
    once, four = (lines_run(lambda n=n: read_bytes(SAMPLE.encode() * n, "form.txt")) for n in (1, 4))
    assert four / once <= 4.2

"""Characters are repaired by named steps, and nothing else is touched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.normalize.characters import (
    display_width,
    fold_traditional,
    fold_width,
    repair_characters,
    without_spaces,
)
from jixiao.normalize.values import Repaired
from jixiao.normalize.vocabulary import load

from .case_files import load_cases

ODD = st.sampled_from(
    "\x00\x0b\x0c\r\n\t\x85\u00a0\u00ad\u200b\u200e\u2028\u3000\ud800\udc00\ufeff⻓⼾\uf961﨎\U0002f800\U000e0100\ufffe"
)
TEXTS = st.lists(ODD | st.characters(), max_size=40).map("".join)


@pytest.mark.parametrize("case", load_cases("characters"))
def test_characters_are_repaired_as_their_case_says(case: list[str]) -> None:
    text, *expected = case
    repaired, *steps = expected or [text]
    assert repair_characters(text) == Repaired(repaired, tuple(steps))


@given(TEXTS)
def test_repairing_twice_changes_nothing(text: str) -> None:
    once = repair_characters(text)
    assert repair_characters(once.text) == Repaired(once.text)
    assert (once.text != text) == bool(once.steps)


@given(TEXTS)
def test_repaired_text_can_be_written_everywhere(text: str) -> None:
    repaired = repair_characters(text).text
    repaired.encode("utf-8")
    assert "\x00" not in repaired
    assert "\r" not in repaired


def test_lone_halves_of_a_pair_are_removed_and_pairs_joined() -> None:
    assert repair_characters("长\ud840期") == Repaired("长期", ("surrogate",))
    assert repair_characters("\ud840\udc00") == Repaired("𠀀", ("surrogate",))


def test_kangxi_radicals_fold_as_unicode_says_but_for_one() -> None:
    for code in range(0x2F00, 0x2FD6):
        expected = "户" if code == 0x2F3E else unicodedata.normalize("NFKC", chr(code))
        assert repair_characters(chr(code)).text == expected


def test_every_assigned_radical_but_the_repeat_mark_is_folded() -> None:
    for code in range(0x2E81, 0x2EF4):
        radical = chr(code)
        if unicodedata.name(radical, ""):
            folded = repair_characters(radical).text
            assert len(folded) == 1
            assert unicodedata.name(folded).startswith("CJK UNIFIED IDEOGRAPH")


def test_compatibility_ideographs_fold_as_unicode_says() -> None:
    for code in (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        assert repair_characters(chr(code)).text == unicodedata.normalize("NFC", chr(code))


@given(st.text())
def test_folding_width_keeps_the_length_and_all_that_is_not_full_width_ascii(text: str) -> None:
    folded = fold_width(text)
    assert len(folded) == len(text)
    for before, after in zip(text, folded, strict=True):
        assert after == (chr(ord(before) - 0xFEE0) if "！" <= before <= "～" else before)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("≥95%", 5),
        ("做“优”", 8),
        ("GDP增长", 7),
        ("１００％", 8),
        ("①…—×", 8),
        ("m²", 2),
        ("预\u200b算", 4),
    ],
)
def test_widths_are_those_of_a_chinese_font(text: str, width: int) -> None:
    assert display_width(text) == width


@given(st.text(), st.text())
def test_width_adds_up(left: str, right: str) -> None:
    assert display_width(left + right) == display_width(left) + display_width(right)


@given(st.text())
def test_no_space_is_left(text: str) -> None:
    assert not any(character.isspace() for character in without_spaces(text))


def test_traditional_characters_fold_one_for_one_and_once_only() -> None:
    data = load("traditional")
    assert len(data["traditional"]) == len(data["simplified"]) == len(set(data["traditional"]))
    assert fold_traditional(data["traditional"]) == data["simplified"]
    assert fold_traditional(data["simplified"]) == data["simplified"]

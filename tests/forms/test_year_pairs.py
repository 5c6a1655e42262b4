"""Changes planted between invented years are found, under wordings the matcher was not tuned on."""

from __future__ import annotations

import pytest
from jixiao.pipeline.one import read_bytes
from jixiao.rules.compare.change import KINDS
from jixiao.rules.compare.forms import compare_forms
from jixiao.rules.families import load_families
from jixiao.rules.records import Form

from . import dump, invent, score, style_for, typeset
from .year_extras import with_extras
from .year_score import YearScore, record_of
from .years import next_year, turned_round

SEEDS = range(3001, 3041)
FAMILIES = load_families()


@pytest.fixture(scope="module")
def scored() -> YearScore:
    counted = YearScore()
    for seed in SEEDS:
        pair = with_extras(next_year(invent(seed), seed, "held_out"), seed)
        for each, where in ((pair, str(seed)), (turned_round(pair), f"{seed} turned")):
            forms = record_of(each.old, "old", FAMILIES), record_of(each.new, "new", FAMILIES)
            counted.add(each, compare_forms(*forms), where, forms)
    return counted


def test_renamed_rows_are_found_and_others_are_not_taken_for_them(scored: YearScore) -> None:
    assert scored.renamed_true > 200
    assert scored.precision >= 0.97
    assert scored.recall >= 0.95


def test_no_target_is_said_to_have_gone_the_wrong_way(scored: YearScore) -> None:
    assert scored.kinds_planted["target_changed"] > 50
    assert scored.wrong_way == []


def test_every_kind_that_was_planted_is_found(scored: YearScore) -> None:
    assert {kind for kind in KINDS if not scored.kinds_planted[kind]} == set()
    missed = {kind: many - scored.kinds_right[kind] for kind, many in scored.kinds_planted.items()}
    assert {kind: gone for kind, gone in missed.items() if gone > 0.05 * scored.kinds_planted[kind]} == {}
    made_up = {kind: many - scored.kinds_right[kind] for kind, many in scored.kinds_found.items()}
    assert {kind: more for kind, more in made_up.items() if more > 0.05 * scored.kinds_found[kind]} == {}


def test_a_year_on_without_changes_there_are_none() -> None:
    """Quotes, width, signs and the year itself moved on: nothing to report."""
    for seed in SEEDS:
        pair = next_year(invent(seed), seed, share=0, reprint=3)
        assert pair.new.indicators != pair.old.indicators or not pair.old.indicators
        assert compare_forms(record_of(pair.old, "old"), record_of(pair.new, "new")) == ()


@pytest.fixture(scope="module")
def one_form_in_many_formats(tmp_path_factory: pytest.TempPathFactory) -> list[list[Form]]:
    """Return forms as invented, read from a PDF and from dumps; those that were not read exactly are left out."""
    folder = tmp_path_factory.mktemp("formats")
    found = []
    for seed in (1069, 1188, 1395):
        invented = invent(seed)
        pdf = folder / f"{seed}.pdf"
        typeset(invented, style_for(seed), pdf)
        read = [read_bytes(pdf.read_bytes(), pdf.name)]
        read += [read_bytes(dump(pdf, how).encode(), f"{how}.txt") for how in ("pdftotext-layout", "pdfium")]
        exact = [
            one.forms[0] for one in read if one.forms and not score(invented.tables(), one.tables).errors
        ]
        found.append([record_of(invented, f"{seed}"), *exact])
    return found


def test_a_form_against_itself_in_another_format_has_no_change(
    one_form_in_many_formats: list[list[Form]],
) -> None:
    assert sum(map(len, one_form_in_many_formats)) >= 8
    for forms in one_form_in_many_formats:
        for old in forms:
            for new in forms:
                assert [change for change in compare_forms(old, new) if change.table != "findings"] == []
        # What was invented has no findings; those of the formats are the same.
        for old in forms[1:]:
            for new in forms[1:]:
                assert compare_forms(old, new) == ()

"""Invented years: what is planted is in the forms, and what is written down as planted is there."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from jixiao.pipeline.one import read_bytes

from . import invent, score
from .year_samples import DEPARTMENTS, SAMPLES, TRUTH, pairs_of
from .years import next_year, turned_round

SEEDS = range(1, 41)


def test_the_same_seed_gives_the_same_pair() -> None:
    assert next_year(invent(5), 5) == next_year(invent(5), 5)


def test_nothing_is_planted_where_nothing_was_asked_for() -> None:
    for seed in SEEDS:
        pair = next_year(invent(seed), seed, share=0)
        assert pair.planted == ()
        assert len(pair.new.indicators) == len(pair.old.indicators)


def test_every_row_has_a_partner_or_is_added_or_dropped() -> None:
    for seed in SEEDS:
        pair = next_year(invent(seed), seed)
        for table, number in (
            ("functions", len(pair.new.clauses)),
            ("funds", len(pair.new.funds)),
            ("indicators", len(pair.new.indicators)),
        ):
            added = {one.new_seq for one in pair.planted if (one.table, one.kind) == (table, "added")}
            assert added | {new for _, new in pair.partners[table]} == set(range(1, number + 1))
            assert added.isdisjoint(new for _, new in pair.partners[table])


def test_a_pair_turned_round_twice_is_the_pair() -> None:
    pair = next_year(invent(9), 9)
    assert turned_round(turned_round(pair)) == pair
    assert turned_round(pair).planted != pair.planted


def test_the_headers_stand_over_all_rows() -> None:
    for seed in SEEDS:
        new = next_year(invent(seed), seed).new
        assert sum(header.rows for header in new.headers) == len(new.indicators)


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_the_samples_of_three_years_are_read_as_they_were_invented(name: str) -> None:
    first, second = pairs_of(name)
    for form in (first.old, first.new, second.new):
        data = (SAMPLES / form.year / f"{name}.txt").read_bytes()
        assert not score(form.tables(), read_bytes(data, name).tables).errors
    for pair in (first, second):
        truth = json.loads((TRUTH / f"{name}-{pair.old.year}-{pair.new.year}.json").read_text("utf-8"))
        assert truth == [asdict(planted) for planted in pair.planted]

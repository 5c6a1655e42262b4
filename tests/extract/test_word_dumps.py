"""Dumps of PDFs printed by a word processor: the same forms, with its spaces and its signs out of place."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.pipeline.one import read_bytes

from tests.forms import invent, score

FOLDER = Path(__file__).parents[1] / "data" / "dumps"


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("word-*.txt")))
def test_a_form_printed_by_a_word_processor_is_read_in_every_cell(name: str) -> None:
    outcome = read_bytes((FOLDER / name).read_bytes(), name)
    found = score(invent(int(name.split("-")[1])).tables(), outcome.tables, outcome.tables["findings"])
    assert found.errors == []
    assert found.silent == []

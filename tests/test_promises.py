"""Two promises held over every value of every sample: nothing is rewritten in silence, and all stands somewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jixiao.pipeline.one import read_bytes
from jixiao.rules.records import Form, StaffFigure, Text

SAMPLES = sorted(
    path
    for kind in ("*.txt", "*.pdf", "*.xlsx", "years/*/*.txt")
    for path in (Path(__file__).parents[1] / "samples").glob(kind)
)


@cache
def forms_of(path: Path) -> tuple[Form, ...]:
    return tuple(read_bytes(path.read_bytes(), path.name).forms)


def texts_of(record: object, owner: object = None) -> Iterator[tuple[object, Text]]:
    """Yield every text in *record* with the record that it is a part of."""
    if isinstance(record, Text):
        yield owner, record
    elif isinstance(record, tuple):
        for one in record:
            yield from texts_of(one, owner)
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from texts_of(getattr(record, field.name), record)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_value_is_as_printed_or_names_what_was_done_to_it(sample: Path) -> None:
    texts = [pair for form in forms_of(sample) for pair in texts_of(form)]
    assert len(texts) > 100
    # A figure of the staff stands beside its own sentence, cut out of the cell.
    changed = [
        (text.raw, text.value)
        for owner, text in texts
        if text.value != text.raw and not text.steps and not (isinstance(owner, StaffFigure) and text.value in text.raw)
    ]
    assert changed == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_value_that_is_printed_says_where(sample: Path) -> None:
    texts = [text for form in forms_of(sample) for _, text in texts_of(form) if text.raw]
    assert [text for text in texts if text.place.box is None and not 0 < text.place.line_first <= text.place.line_last] == []
    assert [text for text in texts if not 1 <= text.place.page <= max(form.pages for form in forms_of(sample))] == []

"""Tables back to records: laid out again they are the same tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from jixiao.deliver.changes_input import TablesError, form_of
from jixiao.deliver.tables import tables_of
from jixiao.pipeline.one import read_bytes
from jixiao.rules.records import Form

from .samples import FORMS, FULL

ROOT = Path(__file__).parents[2]
TEXTS = [*sorted((ROOT / "samples").glob("*.txt")), *sorted((ROOT / "samples" / "years").glob("*/*.txt"))]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_sample_laid_out_again_is_the_same(path: Path) -> None:
    (form,) = read_bytes(path.read_bytes(), path.name).forms
    tables = tables_of(form)
    assert tables_of(form_of(tables)) == tables


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.document_id)
def test_a_form_with_every_kind_of_record_laid_out_again_is_the_same(form: Form) -> None:
    tables = tables_of(form)
    assert tables_of(form_of(tables)) == tables


def test_what_cannot_be_right_is_refused() -> None:
    for table, column, value in (
        ("funds", "amount", "1e5x"),
        ("targets", "kind", "guess"),
        ("documents", "year", "甲"),
    ):
        tables = {name: [dict(row) for row in rows] for name, rows in tables_of(FULL).items()}
        next(row for row in tables[table] if row[column])[column] = value
        with pytest.raises(TablesError):
            form_of(tables)

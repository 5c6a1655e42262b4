"""Forms of the other families are read exactly by the general reader, and every character of them is counted."""

from __future__ import annotations

import pytest
from jixiao.deliver.tables import tables_of
from jixiao.extract import read
from jixiao.extract.read import Options, read_forms
from jixiao.rules.families import GENERAL, load_families
from jixiao.rules.records import Form

from tests.forms.kin import KINDS, Kin, invent_kin
from tests.forms.kin.draw import PRINTERS, gridded
from tests.forms.score import MORE_FIELDS, score

SEEDS = range(201, 221)
FAMILIES = load_families()


def read_kin(kin: Kin, monkeypatch: pytest.MonkeyPatch, family: str | None = None) -> Form:
    """Read the form's cells without a file between."""
    monkeypatch.setattr(read, "read_document", lambda data, options: gridded(kin))
    (form,) = read_forms(b"", "form.xlsx", FAMILIES, Options(family))
    return form


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_form(kind: str) -> None:
    assert invent_kin(kind, 3) == invent_kin(kind, 3)
    assert invent_kin(kind, 3) != invent_kin(kind, 4)


@pytest.mark.parametrize("family", [GENERAL, None])
@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_read_exactly_from_its_cells(kind: str, family: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in SEEDS:
        kin = invent_kin(kind, seed)
        form = read_kin(kin, monkeypatch, family)
        tables = tables_of(form)
        errors = score(kin.tables, tables, tables["findings"], MORE_FIELDS).errors
        assert not errors, (seed, errors)


@pytest.mark.parametrize("kind", KINDS)
def test_every_character_is_counted_once(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in SEEDS:
        kin = invent_kin(kind, seed)
        ledger = read_kin(kin, monkeypatch).ledger
        cells = [cell.text for block in kin.blocks for cell in block.cells]
        assert ledger.total == len("".join("".join([*kin.head, *cells]).split()))
        assert ledger.total == ledger.records + ledger.headings + ledger.ignored + ledger.unread


@pytest.mark.parametrize("media", ["xlsx", "docx", "pdf"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_form_in_a_file_gives_the_same_records(kind: str, media: str) -> None:
    for seed in (231, 232):
        kin = invent_kin(kind, seed)
        (form,) = read_forms(PRINTERS[media](kin), f"form.{media}", FAMILIES)
        tables = tables_of(form)
        assert not score(kin.tables, tables, tables["findings"], MORE_FIELDS).errors, seed

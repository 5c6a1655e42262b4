"""Forms of the other families are read exactly by the general reader, and every character of them is counted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jixiao.deliver.nested import nested
from jixiao.deliver.persons import without_personal
from jixiao.deliver.tables import tables_of
from jixiao.extract import read
from jixiao.extract.draft import draft
from jixiao.extract.options import Options
from jixiao.extract.read import read_forms
from jixiao.rules.families import GENERAL, load_families
from jixiao.rules.records import Finding, Form, Unread

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


@pytest.mark.parametrize("kind", KINDS)
def test_with_its_draft_a_form_reads_no_worse(kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for seed in range(241, 246):
        kin = invent_kin(kind, seed)
        text = draft(gridded(kin), FAMILIES, "form.xlsx")
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        families = load_families(tmp_path)
        monkeypatch.setattr(read, "read_document", lambda data, options, kin=kin: gridded(kin))
        (form,) = read_forms(b"", "form.xlsx", families, Options("my-form"))
        general = tables_of(read_kin(kin, monkeypatch, GENERAL))
        own = tables_of(form)
        with_draft = score(kin.tables, own, own["findings"], MORE_FIELDS).total
        without = score(kin.tables, general, general["findings"], MORE_FIELDS).total
        assert with_draft.f1 >= without.f1, (seed, text)


def test_a_line_with_a_person_keeps_its_place_and_not_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    form = replace(
        read_kin(invent_kin("project-targets", 1), monkeypatch),
        unread=(Unread(1, 9, "联系人张某某 85215678"), Unread(1, 10, "见附件")),
        findings=(Finding("unread_text", "warning", "有 2 处文字没有读入：联系人张某某 85215678、见附件"),),
    )
    kept = without_personal(form)
    assert [one.text for one in kept.unread] == ["（涉及个人，从略）", "见附件"]
    assert "张某某" not in kept.findings[0].message


@pytest.mark.parametrize("kind", ["project-targets", "self-evaluation", "evaluation-by-type"])
def test_persons_stand_in_fields_marked_personal_and_nowhere_without_them(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = 0
    for seed in SEEDS:
        kin = invent_kin(kind, seed)
        form = read_kin(kin, monkeypatch)
        personal = "".join(field.value.value for field in form.fields if field.personal)
        assert all(person in personal for person in kin.persons), (seed, kin.persons)
        kept = without_personal(form)
        told = repr(tables_of(kept)) + json.dumps(nested(kept), ensure_ascii=False)
        assert not [person for person in kin.persons if person in told], seed
        met += len(kin.persons)
    assert met

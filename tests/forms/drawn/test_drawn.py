"""Forms drawn by hand, unlike the generator's: every cell is read alike from workbook, Word file and PDF.

A case is a drawing, a line of dashes, and what it says: a line for each row of each table. A new case's lines are
typed from the drawing, or read against it one by one; no command rewrites them.
Forms of one file are parted by a blank line; of the tables only the columns named in `SHOWN` are compared.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from jixiao.deliver.nested import json_schema, nested
from jixiao.deliver.persons import without_personal
from jixiao.deliver.tables import tables_of
from jixiao.extract.draft import draft
from jixiao.extract.options import Options
from jixiao.extract.read import read_document, read_forms
from jixiao.rules.checks import check_form
from jixiao.rules.families import load_families
from jixiao.rules.records import Form
from jsonschema import Draft202012Validator

from tests.forms.drawn import draw_form, printed

SHOWN = {
    "documents": ("department", "department_code", "project", "year", "money_unit"),
    "fields": ("label", "value", "personal"),
    "functions": ("label", "text"),
    "staffing": ("metric", "value", "unit"),
    "funds": ("side", "item", "level", "parent", "period", "measure", "amount", "money_unit"),
    "goals": ("horizon", "text"),
    "tasks": ("name", "content", "amount", "money_unit", "expected"),
    "indicators": ("seq", "level1", "level2", "level3", "project", "weight", "score", "note"),
    "targets": ("indicator_seq", "period", "measure", "raw", "kind", "operator", "value", "value_max", "unit"),
    "unread": ("text",),
}
CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
FAMILIES = load_families()
SCHEMA = Draft202012Validator(json_schema())
_DRAFTED = (
    "last-year", "traditional", "value-in-three-undivided", "budgets-of-three-years", "persons-in-a-column", "grids-by-horizon",
    "no-levels", "funds-in-labels", "duties-and-activities", "quarters", "two-levels-under-one-header",
    "sides-beside-items", "funds-of-three-kinds",
)  # fmt: skip
_CLEAR = (
    "funds-of-three-kinds", "groups-of-money", "parts-of-both-sums", "sides-over-items", "staffing-under-heads", "quarters",
    "indicators-of-duties", "items-over-amounts-twice", "sides-are-items", "goals-divided", "sides-over-amounts",
    "parts-stated-in-a-division", "heading-beside-header",
)  # fmt: skip
_PARTS = re.compile("[㐀-鿿]{2,}|[0-9][0-9-]{6,}")  # names and telephones, each for itself


def said(form: Form) -> str:
    """Return the rows of a form's tables, a line each; amounts that are not printed are left out."""
    tables = tables_of(form)
    lines = []
    for name, columns in SHOWN.items():
        for row in tables[name]:
            if name == "funds" and not row["amount"]:
                continue
            lines.append(f"{name}: " + " | ".join(row[column] for column in columns).rstrip(" |"))
    return "\n".join(lines)


def parts(case: Path) -> tuple[str, str]:
    drawing, _, expected = case.read_text(encoding="utf-8").partition("\n----\n")
    return drawing, expected.strip()


@pytest.mark.parametrize("media", ["xlsx", "docx", "pdf"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_cell_of_a_drawn_form_is_read(case: Path, media: str) -> None:
    drawing, expected = parts(case)
    form = draw_form(drawing)
    if media == "pdf" and not form.head:
        media = "docx"  # a drawn page begins with a line of its own
    forms = read_forms(printed(form, media), f"form.{media}", FAMILIES)
    assert "\n\n".join(map(said, forms)).split("\n") == expected.split("\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_drawn_form_keeps_to_its_schema_and_every_character_is_counted_once(case: Path) -> None:
    drawing, _ = parts(case)
    for form in read_forms(printed(draw_form(drawing), "docx"), "form.docx", FAMILIES):
        SCHEMA.validate(nested(form))
        ledger = form.ledger
        assert ledger.total == ledger.records + ledger.headings + ledger.ignored + ledger.unread


@pytest.mark.parametrize("case", [c for c in CASES if c.stem.startswith("persons")], ids=lambda case: case.stem)
def test_persons_of_a_drawn_form_can_be_left_out(case: Path) -> None:
    drawing, expected = parts(case)
    (form,) = read_forms(printed(draw_form(drawing), "xlsx"), "form.xlsx", FAMILIES)
    persons = [part for line in expected.split("\n") if line.endswith("| true") for part in _PARTS.findall(line.split(" | ")[1])]
    told = repr(tables_of(without_personal(form)))
    assert persons
    assert not [person for person in persons if person in told]


@pytest.mark.parametrize("media", ["xlsx", "docx", "pdf"])
@pytest.mark.parametrize("case", [c for c in CASES if c.stem.startswith("persons-")], ids=lambda case: case.stem)
def test_persons_stand_in_the_fields_and_nowhere_else(case: Path, media: str) -> None:
    drawing, expected = parts(case)
    form = draw_form(drawing)
    if media == "pdf" and not form.head:
        media = "docx"
    (form_read,) = read_forms(printed(form, media), f"form.{media}", FAMILIES)
    persons = [part for line in expected.split("\n") if line.endswith("| true") for part in _PARTS.findall(line.split(" | ")[1])]
    elsewhere = repr(replace(form_read, fields=tuple(head for head in form_read.fields if not head.personal)))
    assert persons
    assert not [person for person in persons if person in elsewhere]


def test_persons_in_goals_indicators_and_targets_can_be_left_out_too() -> None:
    drawing, _ = parts(Path(__file__).parent / "cases" / "persons-in-goals-and-rows.txt")
    (form,) = read_forms(printed(draw_form(drawing), "xlsx"), "form.xlsx", FAMILIES)
    kept = without_personal(form)
    told = repr((kept, tables_of(kept)))
    assert not [word for word in ("马冬梅", "7654321", "夏洛", "袁华", "13612345678", "张三", "李四") if word in told]
    assert "按时完成" in told
    assert "≥50次" in told


@pytest.mark.parametrize("case", [c for c in CASES if c.stem in _DRAFTED], ids=lambda case: case.stem)
def test_with_its_draft_a_drawn_form_reads_no_worse(case: Path, tmp_path: Path) -> None:
    data = printed(draw_form(parts(case)[0]), "xlsx")
    before = read_forms(data, "form.xlsx", FAMILIES, Options(family="general"))
    (tmp_path / "my.toml").write_text(draft(read_document(data, Options()), FAMILIES, "form.xlsx"), encoding="utf-8")
    after = read_forms(data, "form.xlsx", load_families(tmp_path), Options(family="my-form"))
    assert list(map(said, after)) == list(map(said, before))


@pytest.mark.parametrize("name", _CLEAR)
def test_nothing_is_asked_about_a_clear_form(name: str) -> None:
    drawing, _ = parts(Path(__file__).parent / "cases" / f"{name}.txt")
    (form,) = read_forms(printed(draw_form(drawing), "docx"), "form.docx", FAMILIES)
    asked = [f for f in (*form.findings, *check_form(form, FAMILIES)) if f.severity != "info" and f.rule != "family_unknown"]
    assert asked == []


@pytest.mark.parametrize(("line", "unit"), [("", "万元"), ("单位：元", "元"), ("注：以上为预算数。", "万元")])
def test_a_second_form_has_the_lines_over_the_first_but_those_of_its_own(line: str, unit: str) -> None:
    table = """
| 项目名称 | {} | 预算数 | 80 |
|---|---|---|---|
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 维修面积 | ≥120平方米 |
"""
    text = f"2024年度项目支出绩效目标表\n\n单位：万元\n{table.format('营区维修')}\n{line}\n\n{table.format('道路维修')}"
    first, second = read_forms(text.encode(), "form.md", FAMILIES)
    assert (first.year, first.money_unit) == (2024, "万元")
    assert (second.year, second.money_unit) == (2024, unit)


@pytest.mark.parametrize("name", ["no-levels", "all-in-one-cell", "midterm-left-blank", "year-in-label"])
def test_a_draft_claims_its_form_before_the_family_that_did(name: str, tmp_path: Path) -> None:
    data = printed(draw_form(parts(Path(__file__).parent / "cases" / f"{name}.txt")[0]), "xlsx")
    assert read_forms(data, "form.xlsx", FAMILIES)[0].family not in ("general", "my-form")
    (tmp_path / "my.toml").write_text(draft(read_document(data, Options()), FAMILIES, "form.xlsx"), encoding="utf-8")
    assert read_forms(data, "form.xlsx", load_families(tmp_path))[0].family == "my-form"

"""A form as rows of text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.deliver.files import sink_safe
from jixiao.deliver.persons import without_personal
from jixiao.deliver.schema import BY_NAME
from jixiao.deliver.tables import cell_text, decimal_of, tables_of
from jixiao.normalize.numbers import decimal_text
from jixiao.rules.records import Form

from .samples import BROKEN_TEXT, FORMS, FULL

TABLES = tables_of(FULL)


@pytest.mark.parametrize("form", FORMS)
def test_every_table_is_there_and_every_row_has_all_columns_in_order(form: Form) -> None:
    tables = tables_of(form)
    assert list(tables) == list(BY_NAME)
    for name, rows in tables.items():
        for row in rows:
            assert tuple(row) == BY_NAME[name].names
            assert row["document_id"] == form.document_id


def test_the_full_form_has_rows_in_every_table() -> None:
    assert [name for name, rows in TABLES.items() if not rows] == []


@pytest.mark.parametrize("form", FORMS)
def test_keys_tell_rows_apart(form: Form) -> None:
    for name, rows in tables_of(form).items():
        if BY_NAME[name].key:
            keys = [tuple(row[column] for column in BY_NAME[name].key) for row in rows]
            assert len(set(keys)) == len(keys), name


def test_rows_of_another_table_are_found_by_the_foreign_keys() -> None:
    for table in BY_NAME.values():
        for key in table.foreign_keys:
            known = {tuple(row[c] for c in key.references) for row in TABLES[key.table]}
            for row in TABLES[table.name]:
                cells = tuple(row[c] for c in key.columns)
                assert cells in known or (key.optional and cells[-1] == "")


def test_zero_is_zero_and_blank_is_blank() -> None:
    planned, budget, nothing, _ = TABLES["funds"]
    assert (planned["amount"], planned["amount_yuan"]) == ("0", "0")
    assert budget["amount"] == "566.18"
    assert (nothing["item"], nothing["amount"], nothing["raw"]) == ("甲项目", "", "")


def test_an_item_without_figures_keeps_one_row_in_the_first_column_of_its_side() -> None:
    (row,) = [row for row in TABLES["funds"] if row["item"] == "甲项目"]
    assert (row["period"], row["measure"], row["parent_seq"]) == ("half_year", "planned", "1")


def test_an_item_without_figures_and_without_neighbours_is_a_blank_budget() -> None:
    (row,) = tables_of(replace(FULL, funds=FULL.funds[1:2]))["funds"]
    assert (row["period"], row["measure"]) == ("full_year", "budget")


def test_targets_show_what_was_printed_beside_what_it_means() -> None:
    shown = [
        (row["raw"], row["operator"], row["value"], row["value_max"], row["unit"])
        for row in TABLES["targets"]
    ]
    assert shown == [
        ("≥1,200个", "ge", "1200", "", "个"),
        ("=100%", "eq", "100", "", "%"),
        ("100%", "eq", "100", "", "%"),
        ("1–2次", "between", "1", "2", "次"),
        ("健全", "", "", "", ""),
        ("2025年12月底前", "le", "2025-12-31", "", ""),
    ]


def test_a_finding_on_no_row_has_a_blank_row() -> None:
    assert [row["row_seq"] for row in TABLES["findings"]] == ["1", "2", ""]


def test_every_provenance_row_points_at_a_cell_that_is_not_blank() -> None:
    for row in TABLES["provenance"]:
        targets = row["table"] == "targets"  # 健全 has no value beside its raw
        key = "indicator_seq" if targets else "seq"
        cells = [
            other["raw" if targets else row["field"]]
            for other in TABLES[row["table"]]
            if (row["seq"] == "" or other[key] == row["seq"])
            and (
                row["period"] == "" or (other["period"], other["measure"]) == (row["period"], row["measure"])
            )
        ]
        assert cells
        assert "" not in cells


def test_every_target_and_amount_has_its_place() -> None:
    for name, field, key in (("targets", "value", "indicator_seq"), ("funds", "amount", "seq")):
        rows = [r for r in TABLES["provenance"] if (r["table"], r["field"]) == (name, field)]
        placed = {(r["seq"], r["period"], r["measure"]) for r in rows}
        printed = {(r[key], r["period"], r["measure"]) for r in TABLES[name] if r["raw"]}
        assert placed == printed
        assert len(rows) == len(placed)


def test_a_place_is_a_page_with_a_box_or_lines() -> None:
    department = next(row for row in TABLES["provenance"] if row["field"] == "department")
    shown = {
        name: department[name] for name in ("page", "x0", "top", "x1", "bottom", "line_first", "confidence")
    }
    assert shown == {
        "page": "2",
        "x0": "72",
        "top": "100.13",
        "x1": "300.5",
        "bottom": "120",
        "line_first": "",
        "confidence": "0.8",
    }
    title = next(row for row in TABLES["provenance"] if row["field"] == "title")
    assert (title["seq"], title["x0"], title["line_first"], title["confidence"]) == ("", "", "1", "1")


def test_steps_of_the_value_follow_those_of_the_text() -> None:
    first = next(row for row in TABLES["provenance"] if row["table"] == "targets")
    assert first["steps"] == "comparator"
    department = next(row for row in TABLES["provenance"] if row["field"] == "department")
    assert department["steps"] == "wrap"


def test_without_personal_names_and_telephones_are_nowhere() -> None:
    tables = tables_of(without_personal(FULL))
    assert "王某" not in str(tables)
    assert "联系人" not in str(tables)
    assert [row["seq"] for row in tables["fields"]] == ["1"]
    assert [row["seq"] for row in tables["provenance"] if row["table"] == "fields"] == ["1"]
    assert [row["rule"] for row in tables["findings"]] == ["projects_add_up", "no_family"]


def test_nul_and_lone_surrogates_reach_no_cell() -> None:
    (row,) = tables_of(BROKEN_TEXT)["documents"]
    assert row["title"] == "甲\ufffd乙\ufffd"


@given(st.text(st.characters(exclude_categories=())))
def test_a_safe_text_can_be_encoded_and_is_left_alone_the_second_time(text: str) -> None:
    safe = sink_safe(text)
    assert b"\0" not in safe.encode()
    assert sink_safe(safe) == safe
    assert len(safe) == len(text)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_in_full_and_keep_their_value(number: Decimal) -> None:
    text = decimal_text(number)
    assert "E" not in text.upper()
    assert Decimal(text) == number


@given(st.floats(0, 1))
def test_a_confidence_is_a_short_decimal(number: float) -> None:
    text = cell_text(decimal_of(number, 4))
    assert len(text) <= 6
    assert abs(float(text) - number) <= 0.00005

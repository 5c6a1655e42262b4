"""The names other people's loads hang on."""

from __future__ import annotations

import pytest
from jixiao.deliver.schema import BY_NAME, TABLES, dictionary_text

CONTRACT = {
    "documents": "document_id source sha256 media pages form title department department_code project year "
    "money_unit status unread version",
    "fields": "document_id seq label value personal",
    "functions": "document_id seq label text",
    "staffing": "document_id seq scope metric value unit text",
    "funds": "document_id seq side item level parent_seq parent period measure amount money_unit amount_yuan "
    "raw",
    "goals": "document_id seq horizon text",
    "tasks": "document_id seq name content amount money_unit expected",
    "indicators": "document_id seq level1 level2 level3 key_work project fund_seq weight note score",
    "targets": "document_id indicator_seq period measure raw kind operator value value_max unit",
    "findings": "document_id seq rule severity message table row_seq field expected actual",
    "provenance": "document_id table seq field period measure page x0 top x1 bottom line_first line_last "
    "confidence steps",
    "unread": "document_id seq page line text",
}


def test_the_tables_are_those_of_the_contract_in_its_order() -> None:
    assert [table.name for table in TABLES] == list(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_columns_are_those_of_the_contract_and_new_ones_come_after_them(name: str) -> None:
    promised = tuple(CONTRACT[name].split())
    assert BY_NAME[name].names[: len(promised)] == promised


def test_keys_name_columns_that_exist() -> None:
    for table in TABLES:
        assert set(table.key) <= set(table.names)
        for key in table.foreign_keys:
            assert set(key.columns) <= set(table.names)
            assert set(key.references) <= set(BY_NAME[key.table].names)


def test_every_title_is_chinese_and_no_sheet_name_is_too_long_for_excel() -> None:
    for table in TABLES:
        assert not table.title.isascii()
        assert len(table.title) <= 25
        for column in table.columns:
            assert column.title == "SHA-256" or not column.title.isascii(), (table.name, column.name)


def test_the_dictionary_names_every_column() -> None:
    text = dictionary_text()
    for table in TABLES:
        assert f"## {table.name} {table.title}" in text
        for column in table.columns:
            assert f"| {column.name} |" in text

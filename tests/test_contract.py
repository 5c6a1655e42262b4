"""The words and the command line that other people's scripts hang on. Additions are welcome, renamings are not."""

from __future__ import annotations

from typing import get_args

import pytest
from jixiao.deliver.schema import BY_NAME
from jixiao.normalize.values import Kind, Operator
from jixiao.pipeline.commands import _parser
from jixiao.pipeline.packets import Status
from jixiao.rules.compare.change import DIRECTIONS, KINDS

KEYS = {
    "documents": "document_id",
    "funds": "document_id seq period measure",
    "targets": "document_id indicator_seq period measure",
    "provenance": "",
}
COMMANDS = (
    "convert a b.zip --out out --workers 4 --format csv,json,parquet,xlsx --family x --families dir --explain --no-personal",
    "convert a --pdf-reader pdfium --fail-on error",
    "convert a --pdf-reader pdfplumber --fail-on warning --engine local",
    "convert a --engine dask --scheduler tcp://host:8786",
    "inspect a.pdf --page 2 --out page.png",
    "compare old new --out out/changes --concordance a.csv --write-concordance b.csv",
    "load out duckdb:///warehouse.duckdb --prune",
    "families",
    "families list",
    "families show x",
    "families check a.toml",
    "families draft a.pdf",
    "schema --json",
)


def test_the_words_of_the_contract_are_those_in_use() -> None:
    assert get_args(Kind) == ("number", "range", "quality", "date", "text")
    assert get_args(Operator) == ("", "eq", "ge", "le", "gt", "lt", "between", "approx")
    assert get_args(Status) == ("ok", "review", "partial", "refused", "failed")
    assert DIRECTIONS == ("tightened", "loosened", "up", "down")
    assert (
        *("added", "dropped", "renamed", "moved", "split", "merged"),
        *("target_changed", "operator_changed", "unit_changed", "became_number", "became_quality", "quality_changed"),
        *("amount_changed", "weight_changed", "reworded", "staffing_changed", "finding_appeared", "finding_solved"),
    ) == KINDS


@pytest.mark.parametrize("name", BY_NAME)
def test_a_table_has_the_key_of_the_contract(name: str) -> None:
    assert BY_NAME[name].key == tuple(KEYS.get(name, "document_id seq").split())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_contract_is_understood(command: str) -> None:
    parsed = _parser().parse_args(command.split())
    assert callable(parsed.command)


def test_what_is_not_said_is_csv_and_json_into_out() -> None:
    parsed = _parser().parse_args(["convert", "a"])
    assert (parsed.out.name, parsed.format, parsed.pdf_reader, parsed.engine) == ("out", ("csv", "json"), "pdfium", "local")
    assert str(_parser().parse_args(["compare", "a", "b"]).out) == "out/changes"

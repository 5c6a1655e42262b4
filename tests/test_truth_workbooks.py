"""Every cell read from the real workbooks is what a person reads there, by their family and by the general reader.

The truths in `tests/truth` were typed by hand from the sheets; no program wrote them.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jixiao.deliver.tables import tables_of
from jixiao.extract.options import Options
from jixiao.extract.read import read_forms
from jixiao.rules.families import GENERAL, load_families

ROOT = Path(__file__).parents[1]
NAMES = ("zhanjiang-rsj-2023", "chongqing-jiuye-2021-zipingbiao")
TABLES = ("staffing", "funds", "goals", "tasks", "indicators", "targets", "fields")


def truth_of(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "tests" / "truth" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def read(name: str, family: str | None) -> dict[str, list[dict[str, str]]]:
    path = ROOT / "samples" / f"{name}.xlsx"
    (form,) = read_forms(path.read_bytes(), path.name, load_families(), Options(family))
    return tables_of(form)


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_right(name: str) -> None:
    (document,) = read(name, None)["documents"]
    expected = truth_of(name)["document"]
    assert {key: document[key] for key in expected} == expected


@pytest.mark.parametrize("family", [None, GENERAL])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_right(name: str, table: str, family: str | None) -> None:
    truth = truth_of(name)[table]
    rows = [[row[column] for column in truth["columns"]] for row in read(name, family)[table]]
    assert rows == truth["rows"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_unread(name: str) -> None:
    assert read(name, None)["unread"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_general_reader_says_that_no_family_was_asked(name: str) -> None:
    assert "family_unknown" in {row["rule"] for row in read(name, GENERAL)["findings"]}

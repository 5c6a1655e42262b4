"""The data package describes what was written, and frictionless agrees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import validate
from jixiao.deliver.columnar import write_parquet
from jixiao.deliver.package import package_text
from jixiao.deliver.schema import TABLES
from jixiao.deliver.workbook import write_workbook

from .folders import csv_files
from .samples import FORMS


def packed(folder: Path, formats: str) -> dict[str, object]:
    """Write *formats* of the forms and their package into *folder*; return the package."""
    tables = csv_files(FORMS, folder)
    files, stored = {}, {}
    if "csv" in formats:
        files |= {f"{name}.csv": path for name, path in tables.items()}
    if "parquet" in formats:
        for table in TABLES:
            name = f"{table.name}.parquet"
            files[name] = folder / name
            stored[name] = write_parquet(tables[table.name], table, files[name])
    if "xlsx" in formats:
        files["jixiao.xlsx"] = folder / "jixiao.xlsx"
        write_workbook(tables, files["jixiao.xlsx"], folder)
    text = package_text(files, stored)
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    made: dict[str, object] = json.loads(text)
    return made


def resources(package: dict[str, object]) -> list[dict[str, object]]:
    listed = package["resources"]
    assert isinstance(listed, list)
    return listed


@pytest.mark.parametrize("formats", ["csv", "csv parquet xlsx", "parquet", "xlsx"])
def test_frictionless_validates_the_folder(tmp_path: Path, formats: str) -> None:
    packed(tmp_path, formats)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])


def test_frictionless_notices_a_table_that_was_changed(tmp_path: Path) -> None:
    packed(tmp_path, "csv")
    with (tmp_path / "goals.csv").open("a", encoding="utf-8") as file:
        file.write("ffffffffffffffff,x,annual,甲\n")
    found = {row[0] for row in validate(str(tmp_path / "datapackage.json")).flatten(["type"])}
    assert {"hash-count", "type-error", "foreign-key"} <= found


def test_every_table_is_described_with_types_keys_and_titles(tmp_path: Path) -> None:
    listed = {resource["name"]: resource for resource in resources(packed(tmp_path, "csv"))}
    assert list(listed) == [table.name for table in TABLES]
    schema = listed["targets"]["schema"]
    assert isinstance(schema, dict)
    assert schema["primaryKey"] == ["document_id", "indicator_seq", "period", "measure"]
    assert schema["foreignKeys"][1]["reference"] == {
        "resource": "indicators",
        "fields": ["document_id", "seq"],
    }
    assert schema["fields"][0]["title"] == "表编号"
    assert listed["funds"]["schema"]["fields"][9]["type"] == "number"  # type: ignore[index]


def test_only_what_was_written_is_listed_and_no_two_names_are_the_same(tmp_path: Path) -> None:
    names = [resource["name"] for resource in resources(packed(tmp_path, "csv parquet xlsx"))]
    assert names[0] == "documents"
    assert "documents-parquet" in names
    assert "jixiao-xlsx" in names or "jixiao" in names
    assert len(set(names)) == len(names) == 2 * len(TABLES) + 1

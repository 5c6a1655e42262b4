"""The data package (v2) beside every output: what was written, with types, keys and hashes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jixiao.version import __version__

from .files import sha256_of
from .schema import BY_NAME, DRIFT, ColumnType, Table

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES: dict[ColumnType, str] = {
    "string": "string",
    "integer": "integer",
    "decimal": "number",
    "boolean": "boolean",
}
_MEDIA = {
    # A reader of data packages that knows "parquet" or "xlsx" would want to check their rows and
    # needs more software for it; these format names keep it to bytes and hash.
    ".parquet": ("apache-parquet", "application/vnd.apache.parquet"),
    ".xlsx": ("workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def package_text(files: Mapping[str, Path], stored: Mapping[str, Mapping[str, ColumnType]]) -> str:
    """Return the text of datapackage.json for *files*: their names beside it, and where they lie now.

    *stored* gives the column types of Parquet files, by name. The forms' JSON documents are not among
    *files*: there may be a million, and their schema is what `jixiao schema --json` prints.
    """
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "jixiao",
        "title": "预算绩效表",
        "version": __version__,
        "resources": [_resource(name, files, stored) for name in files],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(
    name: str, files: Mapping[str, Path], stored: Mapping[str, Mapping[str, ColumnType]]
) -> dict[str, Any]:
    path = files[name]
    table = DRIFT if path.stem == DRIFT.name else BY_NAME.get(path.stem)
    again = path.suffix != ".csv" and f"{path.stem}.csv" in files
    about: dict[str, Any] = {"name": path.stem + path.suffix.replace(".", "-") * again, "path": name}
    if table is not None:
        about |= {"title": table.title, "description": table.description}
    if path.suffix == ".csv":
        about |= {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    else:
        about["format"], about["mediatype"] = _MEDIA[path.suffix]
    about |= {"bytes": path.stat().st_size, "hash": f"sha256:{sha256_of(path)}"}
    if path.suffix == ".csv":
        about["dialect"] = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
    if table is not None:
        about["schema"] = _schema(table, stored.get(name, {}))
    return about


def _schema(table: Table, stored: Mapping[str, ColumnType]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [
            {
                "name": column.name,
                "type": _TYPES[stored.get(column.name, column.type)],
                "title": column.title,
                **({"description": column.description} if column.description else {}),
                **({"constraints": {"required": True}} if column.name in table.key else {}),
            }
            for column in table.columns
        ],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    keys = [key for key in table.foreign_keys if not key.optional]
    if keys:
        schema["foreignKeys"] = [
            {
                "fields": list(key.columns),
                "reference": {"resource": key.table, "fields": list(key.references)},
            }
            for key in keys
        ]
    return schema

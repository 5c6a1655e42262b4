"""A fresh conversion of every text sample and every scan gives the files that stand beside it, cell by cell.

`make golden` rewrites those files and is the only way to: a human reads the diff. The program's version
stands in them as `{version}`, so that a release alone changes none of them.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import jixiao
import pytest
from jixiao.deliver.schema import TABLES

SAMPLES = Path(__file__).parents[1] / "samples"
PICTURES = sorted(SAMPLES.glob("*.jpg"))
"""Of these the JSON is not compared: it holds scores whose last digits differ from one processor to another."""
TEXTS = sorted([*SAMPLES.glob("*.txt"), *PICTURES])
TABLE_NAMES = tuple(table.name for table in TABLES if table.name != "provenance")
"""Provenance is left out: the JSON holds each value's place, and has it where a reader of diffs looks for it."""
VERSION = "{version}"
SWITCH = os.environ.get("JIXIAO_GOLDEN", "")
SHOWN = 20

Rows = list[list[str]]


def expected_folder(sample: Path) -> Path:
    return sample.with_suffix(".expected")


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def fresh(sample: Path, folder: Path) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Convert *sample* into *folder*; return the tables and the JSON documents, the version masked."""
    jixiao.convert(sample, folder)
    tables = {name: read_rows(folder / f"{name}.csv") for name in TABLE_NAMES}
    column = tables["documents"][0].index("version")
    for row in tables["documents"][1:]:
        assert row[column] == jixiao.__version__
        row[column] = VERSION
    documents = {}
    for path in sorted((folder / "json").iterdir()) if sample not in PICTURES else ():
        documents[path.name] = json.loads(path.read_text(encoding="utf-8"))
        assert documents[path.name]["document"]["version"] == jixiao.__version__
        documents[path.name]["document"]["version"] = VERSION
    return tables, documents


def table_differences(name: str, expected: Rows, actual: Rows) -> Iterator[str]:
    """Yield a line for every cell that differs; rows count from 1, the heading is row 0."""
    head = expected[0] if expected else []
    for number, (old, new) in enumerate(zip_longest(expected, actual)):
        if old is None or new is None:
            yield f"{name} row {number}: {'too many' if old is None else 'missing'}: {new if old is None else old}"
            continue
        for index, (before, after) in enumerate(zip_longest(old, new)):
            if before != after:
                column = head[index] if index < len(head) else f"column {index + 1}"
                yield f"{name} row {number} {column}: expected {before!r}, got {after!r}"


def json_differences(path: str, expected: Any, actual: Any) -> Iterator[str]:
    """Yield a line for every leaf that differs, with its path."""
    if isinstance(expected, dict) and isinstance(actual, dict) and list(expected) == list(actual):
        for key in expected:
            yield from json_differences(f"{path}.{key}", expected[key], actual[key])
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for number, (old, new) in enumerate(zip(expected, actual, strict=True)):
            yield from json_differences(f"{path}[{number}]", old, new)
    elif expected != actual or type(expected) is not type(actual):
        yield f"{path}: expected {_short(expected)}, got {_short(actual)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:120]}…{text[-60:]}"


def rewrite(sample: Path, converted: Path) -> None:
    """Make the files of the folder *converted* the expected ones: byte for byte, but for the version."""
    folder = expected_folder(sample)
    shutil.rmtree(folder, ignore_errors=True)
    names = [f"{name}.csv" for name in TABLE_NAMES]
    if sample not in PICTURES:
        names += [f"json/{path.name}" for path in (converted / "json").iterdir()]
    for name in names:
        text = (converted / name).read_bytes().decode()
        if name == "documents.csv":
            text = text.replace(f",{jixiao.__version__}\n", f",{VERSION}\n")
        elif name.startswith("json/"):
            text = text.replace(f'"version": "{jixiao.__version__}"', f'"version": "{VERSION}"', 1)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


if SWITCH == "rewrite":

    @pytest.mark.parametrize("sample", TEXTS, ids=lambda path: path.stem)
    def test_expected_files_are_rewritten(sample: Path, tmp_path: Path) -> None:
        fresh(sample, tmp_path)
        rewrite(sample, tmp_path)


@pytest.mark.parametrize("sample", TEXTS, ids=lambda path: path.stem)
def test_a_fresh_conversion_is_the_expected_one(sample: Path, tmp_path: Path) -> None:
    tables, documents = fresh(sample, tmp_path)
    folder = expected_folder(sample)
    found: list[str] = []
    for name, rows in tables.items():
        found += table_differences(name, read_rows(folder / f"{name}.csv"), rows)
    for name, document in documents.items():
        expected = json.loads((folder / "json" / name).read_text(encoding="utf-8"))
        found += json_differences("json", expected, document)
    more = [f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    assert not found, "\n".join(["", *found[:SHOWN], *more])


@pytest.mark.parametrize("sample", TEXTS, ids=lambda path: path.stem)
def test_every_expected_file_is_compared(sample: Path, tmp_path: Path) -> None:
    _, documents = fresh(sample, tmp_path)
    folder = expected_folder(sample)
    wanted = {f"{name}.csv" for name in TABLE_NAMES} | {f"json/{name}" for name in documents}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == wanted


def test_every_expected_folder_has_its_sample() -> None:
    assert sorted(SAMPLES.glob("*.expected")) == [expected_folder(sample) for sample in TEXTS]


def test_a_difference_is_named_by_table_row_and_column() -> None:
    expected = [["seq", "text"], ["1", "甲"], ["2", "乙"]]
    assert list(table_differences("goals", expected, [["seq", "text"], ["1", "丙"]])) == [
        "goals row 1 text: expected '甲', got '丙'",
        "goals row 2: missing: ['2', '乙']",
    ]
    assert list(json_differences("json", {"a": [1, None]}, {"a": [1, ""]})) == [
        "json.a[1]: expected None, got ''"
    ]


def test_the_switch_that_rewrites_is_off() -> None:
    assert not SWITCH, "JIXIAO_GOLDEN is set: unset it, or the expected files are whatever the program says"

"""Whole files or none."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jixiao.deliver.files import Stage, csv_line, read_csv, write_carefully
from jixiao.deliver.schema import BY_NAME

from .folders import csv_files
from .samples import FULL

CELLS = st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")), min_size=2)


@given(st.lists(CELLS))
def test_csv_read_back_is_what_was_written(rows: list[list[str]]) -> None:
    text = "".join(csv_line(row) for row in rows)
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == rows


def test_csv_has_no_bom_and_newline_ends(tmp_path: Path) -> None:
    path = csv_files((FULL,), tmp_path)["functions"]
    quoted = '"拟订""规划"",\n并组织实施"'
    assert path.read_bytes().decode() == f"document_id,seq,label,text\n0123456789abcdef,1,（1）,{quoted}\n"


def test_a_table_with_another_heading_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "goals.csv"
    path.write_text("document_id,seq\n", encoding="utf-8")
    with pytest.raises(ValueError, match="goals"):
        list(read_csv(path, BY_NAME["goals"]))


def test_a_cell_may_be_longer_than_the_csv_module_likes(tmp_path: Path) -> None:
    path = tmp_path / "goals.csv"
    long = "长" * 200_000
    path.write_text(csv_line(BY_NAME["goals"].names) + csv_line(["x", "1", "annual", long]), encoding="utf-8")
    assert [row[3] for row in read_csv(path, BY_NAME["goals"])] == [long]


def test_a_careful_write_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    write_carefully(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_careful_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.mkdir()
    with pytest.raises(OSError, match="a"):
        write_carefully(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_nothing_moves_before_the_stage_does(tmp_path: Path) -> None:
    stage = Stage(tmp_path, tmp_path / ".work")
    stage.write("last", b"1")
    stage.write("json/a.json", b"2")
    assert [p.name for p in tmp_path.iterdir()] == [".work"]
    stage.move(last=("last",))
    stage.clear()
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == [
        "json",
        "json/a.json",
        "last",
    ]


def test_a_new_stage_clears_what_a_killed_run_left(tmp_path: Path) -> None:
    Stage(tmp_path, tmp_path / ".work").write("half", b"1")
    stage = Stage(tmp_path, tmp_path / ".work")
    stage.move()
    assert list((tmp_path / ".work").iterdir()) == []

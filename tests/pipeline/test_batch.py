"""A year's submissions: forms handed in twice, layouts that drift, folders with odd things in them, disks that fill."""

from __future__ import annotations

import csv
import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jixiao.pipeline.folder import FolderNotWritable, OutputError
from jixiao.pipeline.inputs import Reader
from jixiao.pipeline.packets import Packet, Settings, Work
from jixiao.pipeline.progress import ProgressLine

from . import fakes
from .test_poison import fill
from .test_run import actions, contents, go, manifest, search_path, tables


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def rows(out: Path, table: str) -> list[dict[str, str]]:
    with (out / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- handed in twice -----------------------------------------------------------------------------------

FIRST = "FORM 表\nFROM 某市 教育局\nYEAR 2025\nROW 初稿"
SECOND = "FORM 表\nFROM 某市教育局\nYEAR 2025\nROW 定稿\nASK warning"


def test_two_submissions_for_the_same_are_both_kept_and_each_asks(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = write(tmp_path / "in", a=FIRST, b=SECOND, c=FIRST, d=SECOND.replace("2025", "2024"))
    go(source, out)
    names = {row["document_id"]: row["source"] for row in rows(out, "documents")}
    asked = {names[row["document_id"]]: row for row in rows(out, "findings") if row["rule"] == "submitted_twice"}
    assert set(asked) == {"a.txt", "b.txt"}
    assert "b.txt" in asked["a.txt"]["message"]
    assert asked["a.txt"]["actual"] == asked["b.txt"]["document_id"]
    assert asked["b.txt"]["seq"] == "2"
    assert {row["source"]: row["status"] for row in rows(out, "documents")} == {
        "a.txt": "review",
        "b.txt": "review",
        "d.txt": "review",
    }
    assert actions(out)["a.txt"] == "converted review"
    for document_id, name in names.items():
        made = json.loads((out / "json" / f"{document_id}.json").read_text(encoding="utf-8"))
        shown = [row for row in rows(out, "findings") if row["document_id"] == document_id]
        assert [(f["rule"], str(f["seq"]), f["message"]) for f in made["findings"]] == [
            (row["rule"], row["seq"], row["message"]) for row in shown
        ], name
        assert made["document"]["status"] == "review"


def test_whether_it_asks_hangs_on_the_inputs_and_not_on_what_was_converted_when(tmp_path: Path) -> None:
    source, out = write(tmp_path / "in", a=FIRST), tmp_path / "out"
    go(source, out)
    assert rows(out, "findings") == []
    alone = tables(out)
    write(source, b=SECOND)
    go(source, out)
    assert actions(out) == {"a.txt": "unchanged review", "b.txt": "converted review"}
    go(source, tmp_path / "fresh")
    assert tables(out) == tables(tmp_path / "fresh")
    (source / "b.txt").unlink()
    go(source, out)
    assert tables(out) == alone


@pytest.mark.parametrize(
    "other",
    [
        FIRST.replace("2025", "2024"),
        FIRST.replace("教育局", "卫健委"),
        FIRST.replace("YEAR 2025\n", ""),
        FIRST.replace("FORM 表", "FORM 自评表"),
    ],
    ids=["year", "department", "no-year", "title"],
)
def test_forms_for_something_else_do_not_ask(tmp_path: Path, other: str) -> None:
    go(write(tmp_path / "in", a=FIRST, b=other + "\nROW 二"), tmp_path / "out")
    assert rows(tmp_path / "out", "findings") == []


# --- drift ---------------------------------------------------------------------------------------------

TOML = """
name = "drifting"
title = "表"
titles = ["某市绩效目标表"]
[sections]
functions = ["主要职能"]
annual = ["年度目标"]
"""
OLD = ("主要职能", "年度目标", "三级指标", "指标值")


def form(family: str, year: int, *names: str, left: str = "", number: int = 0) -> str:
    named = "".join(f"NAME {name}\n" for name in names)
    return f"FORM 某市绩效目标表\nFAMILY {family}\nYEAR {year}\nFROM 第{number}局\n{named}{left}"


def test_what_a_year_prints_differently_is_told(tmp_path: Path) -> None:
    write(tmp_path / "families", drifting=TOML)
    (tmp_path / "families" / "drifting.txt").rename(tmp_path / "families" / "drifting.toml")
    source = tmp_path / "in"
    for number in range(4):
        write(source, **{f"old{number}": form("drifting", 2024, *OLD, number=number)})
        names = ("主要职责", "三级指标", "全年指标值", "权重")
        write(source, **{f"new{number}": form("drifting", 2025, *names, left="本年度的目标\n创新举措\n", number=number)})
    write(source, late=form("drifting", 2025, *OLD, number=9))
    summary = go(source, tmp_path / "out", families=tmp_path / "families")
    found = [
        (row["year"], row["kind"], row["change"], row["name"], row["was"], row["forms"], row["of"])
        for row in rows(tmp_path / "out", "drift")
    ]
    assert found == [
        ("2025", "label", "new", "创新举措", "", "4", "5"),
        ("2025", "section", "renamed", "本年度的目标", "年度目标", "4", "5"),
        ("2025", "column", "renamed", "全年指标值", "指标值", "4", "5"),
        ("2025", "column", "new", "权重", "", "4", "5"),
        ("2025", "section", "renamed", "主要职责", "主要职能", "4", "5"),
        ("2025", "layout", "other_year", "2024", "", "1", "5"),
    ]
    (late,) = [row["document_id"] for row in rows(tmp_path / "out", "documents") if row["source"] == "late.txt"]
    assert rows(tmp_path / "out", "drift")[-1]["document_id"] == late
    assert summary.drift == (
        "表式 drifting 2024：与表式一致",
        "表式 drifting 2025：1 份用的是别年的表样，3 处改名，2 处新增",
    )


def test_forms_that_are_all_different_use_no_other_years_layout(tmp_path: Path) -> None:
    write(tmp_path / "families", drifting=TOML)
    (tmp_path / "families" / "drifting.txt").rename(tmp_path / "families" / "drifting.toml")
    rng = random.Random(4)
    choices = [("主要职能", "主要职责"), ("年度目标", "年度总体目标"), ("三级指标", "指标名称"), ("指标值", "全年指标值")]
    for number in range(60):
        names = [rng.choice(choice) for choice in choices]
        write(tmp_path / "in", **{f"{number}": form("drifting", 2023 + number % 3, *names, number=number)})
    go(tmp_path / "in", tmp_path / "out", families=tmp_path / "families")
    assert [row for row in rows(tmp_path / "out", "drift") if row["kind"] == "layout"] == []


def test_a_section_that_is_gone_is_told(tmp_path: Path) -> None:
    go(write(tmp_path / "in", a=form("department-targets", 2024, "主要职能")), tmp_path / "out")
    missing = {row["was"] for row in rows(tmp_path / "out", "drift") if row["change"] == "missing"}
    assert missing == {"机构设置及人员配置", "部门整体资金", "中长期目标", "年度目标"}


# --- odd things in a folder ------------------------------------------------------------------------------


def test_odd_things_are_a_line_each_and_stop_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / "in", good="FORM 甲")
    (source / "x.pdf").mkdir()
    (source / "x.pdf" / "inner.txt").write_text("FORM 乙", encoding="utf-8")
    (source / "circle").symlink_to(source)
    (source / "empty.txt").write_bytes(b"")
    (source / "dangling.txt").symlink_to(source / "nothing")
    (source / "closed.txt").write_text("FORM 丙", encoding="utf-8")
    (source / "closed.txt").chmod(0)
    with open(os.fsencode(source) + b"/\xd0\xd5\xc3\xfb.txt", "wb") as file:
        file.write("FORM 丁".encode())
    go(source, tmp_path / "out", workers=2)
    found = actions(tmp_path / "out")
    closed = found.pop("closed.txt")
    assert closed == ("converted ok" if os.geteuid() == 0 else "converted refused")  # nothing is closed to root
    assert found == {
        "circle": "converted refused",
        "dangling.txt": "converted refused",
        "empty.txt": "converted refused",
        "good.txt": "converted ok",
        "x.pdf/inner.txt": "converted ok",
        "姓名.txt": "converted ok",
    }
    assert all(line["reason"] and line["next_step"] for line in manifest(tmp_path / "out") if line["status"] == "refused")


# --- interrupted -----------------------------------------------------------------------------------------


def test_what_was_done_before_an_interrupt_is_not_done_again(tmp_path: Path) -> None:
    source, out = fill(tmp_path / "in", 200), tmp_path / "out"
    go(source, tmp_path / "clean")
    seen: list[str] = []

    def converter(work: Work, settings: Settings, reader: Reader) -> Packet:
        if len(seen) == 120:
            seen.append("")
            raise KeyboardInterrupt
        seen.append(work.one.source)
        return fakes.convert(work, settings, reader)

    with pytest.raises(KeyboardInterrupt):
        go(source, out, converter=converter)
    assert not (out / "manifest.jsonl").exists()
    go(source, out, converter=converter)
    assert len(seen) == 201
    assert contents(out) == contents(tmp_path / "clean")


def test_progress_is_one_line_on_a_terminal_and_plain_lines_in_a_log() -> None:
    import io

    for terminal, expected in ((True, 201), (False, 3)):
        clock, stream = itertools.count(0, 0.5), io.StringIO()
        line = ProgressLine(stream, terminal=terminal, clock=lambda clock=clock: next(clock))
        for done in range(1, 201):
            line(done, 200, {"ok": done - 1, "failed": 1})
        line.clear()
        said = stream.getvalue()
        assert (said.count("\r"), said.count("\n")) == ((expected, 0) if terminal else (0, expected))
        assert "每秒 2.0 个" in said
        assert "failed 1" in said


# --- disks -----------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("a file system of its own for a test: needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("spare", [0, 40_000, 400_000, 900_000])
def test_a_full_disk_is_said_and_leaves_the_old_outputs(small_disk: Path, tmp_path: Path, spare: int) -> None:
    source, out = fill(tmp_path / "in", 200), small_disk / "out"
    go(source / "000", out)
    before = contents(out, timed=True)
    free = os.statvfs(small_disk)
    (small_disk / "ballast").write_bytes(b"x" * max(0, free.f_bavail * free.f_bsize - spare))
    write(source, big="FORM 大\n" + "".join(f"ROW {n}{os.urandom(60).hex()}\n" for n in range(5000)))
    with pytest.raises(OutputError) as caught:
        go(source, out)
    assert caught.value.exit_status == 74
    assert "腾出空间" in str(caught.value)
    assert contents(out, timed=True) == before
    (small_disk / "ballast").unlink()
    (source / "big.txt").unlink()
    go(source, out)
    go(source, tmp_path / "clean")
    assert tables(out) == tables(tmp_path / "clean")


def test_a_read_only_disk_is_said_and_leaves_the_old_outputs(small_disk: Path, tmp_path: Path) -> None:
    source, out = fill(tmp_path / "in", 5), small_disk / "out"
    go(source, out)
    before = contents(out, timed=True)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    write(source, new="FORM 新")
    with pytest.raises(FolderNotWritable) as caught:
        go(source, out)
    assert caught.value.exit_status == 73
    assert contents(out, timed=True) == before


MEMORY = """
import sys, tracemalloc
from pathlib import Path
from jixiao.pipeline.engines import InThisProcess
from jixiao.pipeline.run import run
from tests.pipeline import fakes
warm, *sources = map(Path, sys.argv[2:])
for source in (warm, *sources):
    tracemalloc.start()
    run([source], source / "out", formats=sys.argv[1].split(","), engine=InThisProcess(fakes.convert))
    print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""


@pytest.mark.parametrize("formats", ["csv,json", "parquet,xlsx"])
def test_memory_of_the_run_is_flat(tmp_path: Path, formats: str) -> None:
    """Five times the files take no more of the interpreter's memory, what is kept for each file included."""
    assert_flat([fill(tmp_path / f"{count}", count) for count in (3, 100, 500)], formats)


def test_memory_is_flat_however_many_are_handed_in_for_the_same(tmp_path: Path) -> None:
    drafts = {f"d{i}": FIRST.replace("初稿", f"第{i}稿") for i in range(500)}
    sources = [write(tmp_path / f"{n}", **dict(list(drafts.items())[:n])) for n in (3, 100, 500)]
    assert_flat(sources, "csv,json")
    assert sum(row["rule"] == "submitted_twice" for row in rows(sources[-1] / "out", "findings")) == 500


def assert_flat(sources: list[Path], formats: str) -> None:
    path = search_path(Path(__file__).parents[2])
    arguments = [sys.executable, "-c", MEMORY, formats, *map(str, sources)]  # where nothing else runs beside it
    ended = subprocess.run(arguments, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True, check=True)
    _, few, many = map(int, ended.stdout.split())
    # Arrow's and SQLite's buffers still fill between the two, by 0.3 MB; a kilobyte kept for each file adds 0.4 MB to that.
    assert many < few + 400_000


def test_all_that_is_told_of_a_run_is_typed(tmp_path: Path) -> None:
    summary: Any = go(write(tmp_path / "in", a=FIRST), tmp_path / "out")
    assert summary.statuses == {"ok": 1}
    assert summary.actions == {"converted": 1}
    assert [line.source for line in summary.lines] == ["a.txt"]

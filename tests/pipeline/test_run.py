"""Many inputs, one folder."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from frictionless import validate
from jixiao.pipeline import run as run_module
from jixiao.pipeline.engines import InThisProcess
from jixiao.pipeline.folder import FolderBusy, FolderNotWritable, OutputError
from jixiao.pipeline.inputs import Reader
from jixiao.pipeline.packets import Packet, Settings, Work
from jixiao.pipeline.run import FORMATS, Summary, run
from jixiao.pipeline.supervisor import Supervisor
from jixiao.rules.families import FamilyError

from . import fakes

FILES = {
    "a.txt": "FORM 甲\nROW 一,二\nROW 三\nPERSON 王某",
    "b/b.txt": "FORM 乙\nASK warning\n页脚",
    "b/copy of a.txt": "FORM 甲\nROW 一,二\nROW 三\nPERSON 王某",
    "c.txt": "一篇文章",
    "d.txt": "FORM 丙\nROW 四\nFORM 丁\nROW 五\nASK error",
    "e.txt": "BUG",
    **{f"many/{n:02}.txt": f"FORM 第{n}\nROW {n}" for n in range(20)},
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def go(source: Path | Sequence[Path], out: Path, **more: Any) -> Summary:
    inputs = [source] if isinstance(source, Path) else source
    workers, converter = more.pop("workers", 0), more.pop("converter", fakes.convert)
    usual = Supervisor(workers, converter=fakes.CONVERT) if workers else InThisProcess(converter)
    return run(inputs, out, **{"engine": usual, **more})


def contents(out: Path, *, timed: bool = False) -> dict[str, bytes]:
    """Return every file below *out*; the manifest without its seconds, unless *timed*."""
    paths = [p for p in sorted(out.rglob("*")) if p.is_file() and p.parent.name != ".jixiao"]
    found = {p.relative_to(out).as_posix(): p.read_bytes() for p in paths}
    if "manifest.jsonl" in found and not timed:
        found["manifest.jsonl"] = json.dumps([{**line, "seconds": 0} for line in manifest(out)]).encode()
    return found


def tables(out: Path) -> dict[str, bytes]:
    """Return every file below *out* that says nothing of how inputs fared."""
    return {name: data for name, data in contents(out).items() if name != "manifest.jsonl"}


def manifest(out: Path) -> list[dict[str, Any]]:
    text = (out / "manifest.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def actions(out: Path) -> dict[str, str]:
    return {line["source"]: f"{line['action']} {line['status']}" for line in manifest(out)}


def test_every_input_has_one_line_with_the_keys_of_the_contract(source: Path, tmp_path: Path) -> None:
    go(source, tmp_path / "out")
    lines = manifest(tmp_path / "out")
    assert [line["source"] for line in lines] == sorted(FILES)
    promised = [
        "source",
        "sha256",
        "document_ids",
        "status",
        "action",
        "reason",
        "next_step",
        "seconds",
        "version",
        "families",
    ]
    assert all(list(line)[: len(promised)] == promised for line in lines)


def test_what_becomes_of_each_input(source: Path, tmp_path: Path) -> None:
    summary = go(source, tmp_path / "out")
    found = actions(tmp_path / "out")
    assert {name: found[name] for name in FILES if not name.startswith("many")} == {
        "a.txt": "converted ok",
        "b/b.txt": "converted review",
        "b/copy of a.txt": "duplicate ok",
        "c.txt": "converted refused",
        "d.txt": "converted review",
        "e.txt": "converted failed",
    }
    assert summary.exit_status() == 1
    assert summary.findings == {"warning": 1, "error": 1}


def test_a_failed_input_keeps_its_traceback_in_the_manifest_only(source: Path, tmp_path: Path) -> None:
    go(source, tmp_path / "out")
    (line,) = [line for line in manifest(tmp_path / "out") if line["status"] == "failed"]
    assert "ZeroDivisionError" in line["detail"]
    assert not any(b"ZeroDivisionError" in data for data in tables(tmp_path / "out").values())


@pytest.mark.parametrize("formats", [("csv", "json"), FORMATS, ("json",), ("parquet",)])
def test_workers_and_order_change_no_byte(source: Path, tmp_path: Path, formats: tuple[str, ...]) -> None:
    go(source, tmp_path / "one", formats=formats)
    for workers in (1, 2, 8) if formats == ("csv", "json") else (2,):
        go(source, tmp_path / f"by {workers}", formats=formats, workers=workers)
        assert contents(tmp_path / "one") == contents(tmp_path / f"by {workers}")
    (source / "b").rename(tmp_path / "b")
    go([tmp_path / "b", source], tmp_path / "three", formats=formats)
    go([source, tmp_path / "b"], tmp_path / "four", formats=formats)
    assert contents(tmp_path / "three") == contents(tmp_path / "four")


@pytest.mark.parametrize("formats", [("csv", "json"), FORMATS, ("json",), ("parquet",), ("xlsx",)])
def test_a_second_run_converts_nothing_and_changes_no_byte(
    source: Path, tmp_path: Path, formats: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    go(source, out, formats=formats)
    before = tables(out)
    seen: list[str] = []

    def converter(work: Work, settings: Settings, reader: Reader) -> Packet:
        seen.append(work.one.source)
        return fakes.convert(work, settings, reader)

    summary = go(source, out, formats=formats, converter=converter)
    assert seen == ["e.txt"]  # what failed is tried again
    assert tables(out) == before
    assert actions(out)["a.txt"] == "unchanged ok"
    assert actions(out)["c.txt"] == "unchanged refused"
    assert actions(out)["b/copy of a.txt"] == "duplicate ok"
    assert summary.exit_status() == 1
    assert summary.findings == {"warning": 1, "error": 1}
    go(source, out, formats=formats)
    assert tables(out) == before


def test_what_failed_or_was_read_in_part_is_tried_again_where_that_is_asked_for(tmp_path: Path) -> None:
    statuses = ("ok", "review", "partial", "refused", "failed")
    for name in statuses:
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.txt").write_text(f"FORM {name}", encoding="utf-8")
    seen: list[str] = []

    def converter(work: Work, settings: Settings, reader: Reader) -> Packet:
        seen.append(work.one.path.stem)
        packet = fakes.convert(work, settings, reader)
        return replace(packet, status=work.one.path.stem, reason="timed_out" if work.one.path.stem == "failed" else "")

    for retry, expected in ((False, sorted(statuses)), (False, []), (True, ["failed", "partial"])):
        seen.clear()
        go(tmp_path / "in", tmp_path / "out", converter=converter, retry=retry)
        assert seen == expected


def test_a_changed_an_added_and_a_removed_file_give_what_a_fresh_run_gives(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    go(source, out)
    (source / "a.txt").write_text("FORM 甲\nROW 改了", encoding="utf-8")
    (source / "d.txt").unlink()
    (source / "new.txt").write_text("FORM 新", encoding="utf-8")
    (source / "many" / "03.txt").rename(source / "moved.txt")
    go(source, out)
    go(source, tmp_path / "fresh")
    assert tables(out) == tables(tmp_path / "fresh")
    assert actions(out)["many/04.txt"] == "unchanged ok"
    assert actions(out)["moved.txt"] == "converted ok"
    assert actions(out)["b/copy of a.txt"] == "converted ok"


@pytest.mark.parametrize(
    "change",
    [{"personal": False}, {"family": "general"}],
    ids=str,
)
def test_other_options_convert_again(source: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    out = tmp_path / "out"
    go(source, out)
    go(source, out, **change)
    assert actions(out)["a.txt"] == "converted ok"
    go(source, tmp_path / "fresh", **change)
    assert contents(out) == contents(tmp_path / "fresh")


def test_another_version_converts_again(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    go(source, out)
    monkeypatch.setattr("jixiao.pipeline.store.__version__", "0")
    go(source, out)
    assert actions(out)["a.txt"] == "converted ok"


@pytest.mark.parametrize("name", ["goals.csv", "manifest.jsonl", "json"])
def test_a_file_changed_or_lost_behind_our_back_is_made_again_without_converting(
    source: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    go(source, out)
    before = tables(out)
    if name == "json":
        for path in (out / name).iterdir():
            path.unlink()
    else:
        with (out / name).open("a", encoding="utf-8") as file:
            file.write("\nx")
    go(source, out)
    assert actions(out)["a.txt"] == "unchanged ok"
    assert tables(out) == before


@pytest.mark.parametrize("harm", [b"", b"x" * 5000, None], ids=["empty", "nonsense", "lost"])
def test_a_store_that_is_no_store_costs_only_time(source: Path, tmp_path: Path, harm: bytes | None) -> None:
    out = tmp_path / "out"
    go(source, out)
    before = tables(out)
    if harm is None:
        shutil.rmtree(out / ".jixiao")
    else:
        (out / ".jixiao" / "store.sqlite").write_bytes(harm)
    go(source, out)
    assert actions(out)["a.txt"] == "converted ok"
    assert tables(out) == before


def test_files_of_other_formats_and_other_inputs_do_not_stay_behind(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(source, out, formats=FORMATS)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "json" / "mine.json").write_text("{}", encoding="utf-8")
    go(source / "a.txt", out, formats=("json",))
    (document_id,) = manifest(out)[0]["document_ids"]
    assert {name for name in contents(out) if not name.startswith(".")} == {
        "datapackage.json",
        "drift.csv",
        "manifest.jsonl",
        f"json/{document_id}.json",
        "json/mine.json",
        "notes.txt",
    }


def test_without_personal_a_name_is_in_no_file(source: Path, tmp_path: Path) -> None:
    go(source, tmp_path / "with", formats=("csv", "json"))
    go(source, tmp_path / "out", formats=("csv", "json"), personal=False)
    name = "王某".encode()
    assert any(name in data for data in contents(tmp_path / "with").values())
    assert not any(name in data for data in contents(tmp_path / "out").values())


@pytest.mark.parametrize("formats", [FORMATS, ("json",), ("parquet",)])
def test_frictionless_validates_the_folder(source: Path, tmp_path: Path, formats: tuple[str, ...]) -> None:
    go(source, tmp_path / "out", formats=formats)
    report = validate(str(tmp_path / "out" / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    listed = {resource["path"] for resource in package["resources"]}
    there = {name for name in contents(tmp_path / "out") if not name.startswith(("json/", "datapackage", "manifest"))}
    assert listed == there
    assert "drift.csv" in listed


def test_no_input_gives_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    summary = go(tmp_path / "in", tmp_path / "out", formats=FORMATS)
    assert summary.exit_status() == 0
    assert (tmp_path / "out" / "manifest.jsonl").read_bytes() == b""
    assert validate(str(tmp_path / "out" / "datapackage.json")).valid


@pytest.mark.parametrize("workers", [1, 2])
def test_members_of_zips_are_converted(tmp_path: Path, workers: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    go(tmp_path / "a.zip", tmp_path / "out", workers=workers)
    assert list(actions(tmp_path / "out")) == [f"a.zip/{name}" for name in sorted(FILES)]
    assert b",a.zip/a.txt," in (tmp_path / "out" / "documents.csv").read_bytes()


def test_what_cannot_be_read_is_a_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    os.mkfifo(tmp_path / "in" / "pipe")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in" / "loop")
    (tmp_path / "in" / "a.txt").write_text("FORM 甲", encoding="utf-8")
    go([tmp_path / "in", tmp_path / "gone.txt"], tmp_path / "out")
    assert actions(tmp_path / "out") == {
        "a.txt": "converted ok",
        "gone.txt": "converted refused",
        "loop": "converted refused",
        "pipe": "converted refused",
    }
    assert all(line["next_step"] for line in manifest(tmp_path / "out") if line["status"] == "refused")


def test_a_file_named_in_gbk_is_converted_and_its_name_readable(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with open(os.fsencode(tmp_path / "in") + b"/" + "绩效.txt".encode("gbk"), "wb") as file:
        file.write("FORM 甲".encode())
    with open(os.fsencode(tmp_path / "in") + b"/\xff.txt", "wb") as file:
        file.write(b"FORM x")
    go(tmp_path / "in", tmp_path / "out", formats=FORMATS)
    assert list(actions(tmp_path / "out")) == ["\\xff.txt", "绩效.txt"]


def test_a_file_changed_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("FORM 甲", encoding="utf-8")

    def converter(work: Work, settings: Settings, reader: Reader) -> Packet:
        path.write_text("FORM 乙", encoding="utf-8")
        return fakes.convert(work, settings, reader)

    go(path, tmp_path / "out", converter=converter)
    assert actions(tmp_path / "out") == {"a.txt": "converted refused"}


def test_a_folder_held_by_another_run_is_busy(source: Path, tmp_path: Path) -> None:
    go(source, tmp_path / "out")
    before = contents(tmp_path / "out", timed=True)
    with (tmp_path / "out" / ".jixiao" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FolderBusy):
            go(source, tmp_path / "out")
    assert contents(tmp_path / "out", timed=True) == before
    go(source, tmp_path / "out")


def test_a_table_that_is_not_ours_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tasks.csv").write_text("buy milk", encoding="utf-8")
    with pytest.raises(FolderNotWritable, match=r"tasks\.csv"):
        go(source, tmp_path / "out")
    assert contents(tmp_path / "out") == {"tasks.csv": b"buy milk"}


def test_a_file_in_place_of_the_folder_is_not_writable(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"x")
    with pytest.raises(FolderNotWritable):
        go(source, tmp_path / "out")


def test_an_unknown_family_touches_nothing(source: Path, tmp_path: Path) -> None:
    with pytest.raises(FamilyError):
        go(source, tmp_path / "out", family="no-such")
    assert not (tmp_path / "out").exists()


def test_an_interrupt_leaves_the_old_output(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(source, out)
    before = contents(out, timed=True)
    (source / "a.txt").write_text("FORM 改", encoding="utf-8")

    def converter(work: Work, settings: Settings, reader: Reader) -> Packet:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(source, out, converter=converter)
    assert contents(out, timed=True) == before
    assert not (out / ".jixiao" / "new").exists()


def test_a_full_disk_leaves_the_old_output(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    go(source, out)
    before = contents(out, timed=True)
    (source / "a.txt").write_text("FORM 改", encoding="utf-8")

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_module, "package_text", full)
    with pytest.raises(OutputError) as caught:
        go(source, out)
    assert caught.value.exit_status == 74
    assert contents(out, timed=True) == before


KILLED = """
import os, pathlib, sys
from pathlib import Path
from jixiao.pipeline.engines import InThisProcess
from jixiao.pipeline.run import run
from tests.pipeline import fakes
count, replace = int(sys.argv[3]), pathlib.Path.replace
def dying(self, target):
    global count
    count -= 1
    if count < 0:
        os.kill(os.getpid(), 9)
    return replace(self, target)
pathlib.Path.replace = dying
run([Path(sys.argv[1])], Path(sys.argv[2]), engine=InThisProcess(fakes.convert), personal=False)
"""


@pytest.mark.parametrize("renames", [0, 1, 2, 5, 12, 14, 15])
def test_a_run_killed_between_renames_is_made_good_by_the_next(
    source: Path, tmp_path: Path, renames: int
) -> None:
    out, clean = tmp_path / "out", tmp_path / "clean"
    go(source, out)
    root = Path(__file__).parents[2]
    arguments = [sys.executable, "-c", KILLED, str(source), str(out), str(renames)]
    ended = subprocess.run(
        arguments, cwd=root, env={**os.environ, "PYTHONPATH": search_path(root)}, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    go(source, out)
    go(source, clean)
    assert tables(out) == tables(clean)


def search_path(root: Path) -> str:
    return os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))


@pytest.mark.parametrize(
    ("status", "fail_on", "expected"),
    [
        ("ok", None, 0),
        ("review", None, 0),
        ("review", "error", 0),
        ("review", "warning", 3),
        ("partial", "warning", 1),
        ("refused", None, 1),
        ("failed", None, 1),
    ],
)
def test_exit_statuses(status: str, fail_on: str | None, expected: int) -> None:
    summary = Summary(Path("manifest.jsonl"), {status: 1}, {}, {"warning": 1, "info": 2})
    assert summary.exit_status(fail_on) == expected

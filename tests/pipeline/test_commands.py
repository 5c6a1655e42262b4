"""The command line: stdout is data, stderr is talk, the exit status says how it went."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jixiao.pipeline import birth, engines, one
from jixiao.pipeline.commands import main
from jixiao.pipeline.engines import InThisProcess

from . import fakes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "nantong-keji-2025.txt"

Say = pytest.CaptureFixture[str]


@pytest.fixture
def fake_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(one, "read_forms", fakes.read_forms)
    monkeypatch.setattr(one, "check_form", fakes.check_form)
    monkeypatch.setattr(birth, "begin_nursery", lambda: None)
    monkeypatch.setattr(engines, "local", lambda workers, nursery: InThisProcess())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **texts: str) -> list[str]:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return [f"{name}.txt" for name in texts]


def jixiao(
    *arguments: object, cwd: Path = ROOT, preexec: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jixiao", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        preexec_fn=preexec,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


@pytest.mark.parametrize(
    "arguments", [["--family", "no-such"], ["--families", "no-such-folder"]], ids=" ".join
)
def test_a_family_that_is_not_there_is_wrong_use(
    fake_reader: Path, capsys: Say, arguments: list[str]
) -> None:
    write(fake_reader, a="FORM 甲")
    assert main(["convert", "a.txt", *arguments]) == 2
    assert "表式有误" in capsys.readouterr().err
    assert not Path("out").exists()


def test_convert_writes_to_out_and_says_how_it_went_on_stderr_only(fake_reader: Path, capsys: Say) -> None:
    names = write(
        fake_reader, a="FORM 甲", b="FORM 乙\nASK warning\nASK error", c="FORM 甲", d="一篇文章", e="BUG"
    )
    assert main(["convert", *names, "--workers", "1"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    first, refused, failed, drift, found = said.err.splitlines()
    assert first == "5 个文件：ok 2，review 1，refused 1，failed 1（以上含 duplicate 1）"
    assert refused.startswith("  d.txt：refused，不是预算绩效表。")
    assert "下一步：" in refused
    assert failed.startswith("  e.txt：failed，程序出错。下一步：")
    assert "Traceback" not in said.err
    assert drift == "表式 general 年度不明：与表式一致"
    assert found == "问题：error 1，warning 1。结果在 out"
    assert sorted(p.name for p in Path("out").glob("*.csv"))[0] == "documents.csv"


def test_a_long_list_of_bad_files_is_cut(fake_reader: Path, capsys: Say) -> None:
    names = write(fake_reader, **{f"a{n:02}": f"文章{n}" for n in range(30)})
    assert main(["convert", *names, "--workers", "1"]) == 1
    assert "另有 10 个，见 manifest.jsonl；合计：不是预算绩效表 30\n" in capsys.readouterr().err


def test_a_file_read_in_part_is_named_with_what_was_not_read(fake_reader: Path, capsys: Say) -> None:
    names = write(fake_reader, a="FORM 甲", b="FORM 乙" + "".join(f"\nLOST {page}" for page in range(2, 7)))
    assert main(["convert", *names, "--workers", "1"]) == 1
    (said,) = (line for line in capsys.readouterr().err.splitlines() if ".txt" in line)
    assert said.startswith("  b.txt：partial，只读出一部分。第 2 页读不出；第 3 页读不出；第 4 页读不出；等 5 处。下一步：")


def test_a_name_that_would_move_the_cursor_is_shown_harmless(fake_reader: Path, capsys: Say) -> None:
    Path("in").mkdir()
    Path("in", "\x1b[2J甲\n乙.txt").write_text("文章", encoding="utf-8")
    assert main(["convert", "in", "--workers", "1", "--explain"]) == 1
    said = capsys.readouterr()
    assert "  \\u001b[2J甲\\u000a乙.txt：refused" in said.err
    assert said.out.startswith("\\u001b[2J甲\\u000a乙.txt\t\trefused\t")


def test_explain_says_on_stdout_why_each_form_is_what_it_is(fake_reader: Path, capsys: Say) -> None:
    names = write(fake_reader, a="FORM 甲\nFORM 乙", b="REFUSE")
    for _ in range(2):  # also for what is carried over
        main(["convert", *names, "--workers", "1", "--explain"])
        lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
        assert [(line[0], line[2], line[3]) for line in lines] == [
            ("a.txt", "general", "标题吻合"),
            ("a.txt", "general", "标题吻合"),
            ("b.txt", "refused", "甲与乙都吻合。"),
        ]


@pytest.mark.parametrize(
    ("text", "options", "status"),
    [
        ("FORM 甲", [], 0),
        ("FORM 甲\nASK error", [], 0),
        ("FORM 甲\nASK error", ["--fail-on", "error"], 3),
        ("FORM 甲\nASK warning", ["--fail-on", "error"], 0),
        ("FORM 甲\nASK warning", ["--fail-on", "warning"], 3),
        ("FORM 甲\nASK info", ["--fail-on", "warning"], 0),
        ("一篇文章", ["--fail-on", "warning"], 1),
        ("BUG", [], 1),
    ],
)
def test_exit_statuses_of_convert(fake_reader: Path, text: str, options: list[str], status: int) -> None:
    write(fake_reader, a=text, b="FORM 乙")
    for _ in range(2):  # the same when nothing has changed
        assert main(["convert", "a.txt", "b.txt", "--workers", "1", *options]) == status


def test_an_interrupt_is_130(fake_reader: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    write(fake_reader, a="FORM 甲")
    monkeypatch.setattr(one, "read_forms", interrupted)
    assert main(["convert", "a.txt", "--workers", "1"]) == 130
    assert "已中断" in capsys.readouterr().err


def test_no_personal_leaves_names_out(fake_reader: Path) -> None:
    write(fake_reader, a="FORM 甲\nPERSON 王某")
    assert main(["convert", "a.txt", "--workers", "1", "--no-personal", "-o", "o"]) == 0
    assert not any("王某".encode() in p.read_bytes() for p in Path("o").rglob("*") if p.is_file())


def test_the_folder_is_a_file_is_73(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    ended = jixiao("convert", SAMPLE, "--out", tmp_path / "out")
    assert ended.returncode == 73
    assert "请换一个 --out" in ended.stderr


def test_a_full_disk_is_74(tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    ended = jixiao("convert", SAMPLE, "--out", tmp_path / "out", preexec=small_files)
    assert ended.returncode == 74
    assert "写入失败" in ended.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".jixiao"]


def test_a_folder_in_use_is_75(tmp_path: Path) -> None:
    (tmp_path / "out" / ".jixiao").mkdir(parents=True)
    with (tmp_path / "out" / ".jixiao" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = jixiao("convert", SAMPLE, "--out", tmp_path / "out")
    assert ended.returncode == 75
    assert "另一个转换" in ended.stderr


def test_the_provided_file_is_converted_in_several_processes_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for n in range(3):
        (tmp_path / "in" / f"{n}.txt").write_text(
            SAMPLE.read_text(encoding="utf-8") + "\n" * n, encoding="utf-8"
        )
    ended = jixiao("convert", tmp_path / "in", "--out", tmp_path / "out", "--workers", "2")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    assert "3 个文件" in ended.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "jixiao", "schema", "--json"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait() == 0


def test_schema_prints_the_dictionary_or_the_json_schema(capsys: Say) -> None:
    assert main(["schema"]) == 0
    assert "## indicators 指标" in capsys.readouterr().out
    assert main(["schema", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["document"]["type"] == "object"


def test_families_are_listed_and_shown(capsys: Say) -> None:
    assert main(["families", "list"]) == 0
    listed = capsys.readouterr().out
    assert main(["families"]) == 0
    assert capsys.readouterr().out == listed
    assert "general\t" in listed
    assert main(["families", "show", "general"]) == 0
    assert 'name = "general"' in capsys.readouterr().out


def test_a_family_not_there_is_1_and_names_the_others(capsys: Say) -> None:
    assert main(["families", "show", "no-such"]) == 1
    said = capsys.readouterr()
    assert (said.out, "general" in said.err) == ("", True)


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b'name = "my-city"\ntitle = "x"\n', 0, "my-city"),
        (b'name = "my-city"\nnonsense = 1\n', 1, "nonsense"),
        (b"name = ", 1, "TOML"),
        ('name = "绩效"'.encode("gbk"), 1, "UTF-8"),
    ],
)
def test_families_check_names_file_and_mend(
    tmp_path: Path, capsys: Say, data: bytes, status: int, said: str
) -> None:
    path = tmp_path / "my-city.toml"
    path.write_bytes(data)
    assert main(["families", "check", str(path)]) == status
    shown = capsys.readouterr()
    text = shown.out if status == 0 else shown.err
    assert said in text
    assert str(path) in text
    assert main(["families", "check", str(tmp_path / "gone.toml")]) == 1


HEAVY = ("pandas", "numpy", "pyarrow", "pydantic", "xlsxwriter", "multiprocessing", "zipfile")


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], (*HEAVY, "jieba", "json", "jixiao.extract", "jixiao.deliver")),
        (["convert", str(SAMPLE), "--out", "OUT"], HEAVY),
    ],
    ids=["help", "convert"],
)
def test_nothing_heavy_is_imported(tmp_path: Path, arguments: list[str], heavy: tuple[str, ...]) -> None:
    code = (
        "import sys; from jixiao.pipeline.commands import main; main(sys.argv[1:]); "
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    arguments = [str(tmp_path / "out") if a == "OUT" else a for a in arguments]
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert set(ended.stderr.splitlines()) & set(heavy) == set()


def test_families_check_names_what_no_sample_shows(capsys: Say) -> None:
    toml = ROOT / "rules" / "families" / "department-tasks.toml"
    assert main(["families", "check", str(toml), "--samples", str(ROOT / "samples")]) == 0
    said = capsys.readouterr().out
    assert "认领的样本：zhanjiang-rsj-2023.xlsx" in said
    assert "titles 的“部门整体绩效目标表”" in said
    assert "年度重点工作任务" not in said


def test_a_draft_is_a_family_that_reads_its_form(capsys: Say, tmp_path: Path) -> None:
    sample = ROOT / "samples" / "chongqing-jiuye-2021-zipingbiao.xlsx"
    assert main(["families", "draft", str(sample)]) == 0
    (tmp_path / "mine.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["families", "check", str(tmp_path / "mine.toml")]) == 0
    out = tmp_path / "out"
    assert main(["convert", str(sample), "-o", str(out), "--families", str(tmp_path), "--family", "my-form"]) == 0
    assert len((out / "targets.csv").read_text(encoding="utf-8").splitlines()) == 33


def test_a_text_that_is_no_form_has_no_draft(capsys: Say, tmp_path: Path) -> None:
    (tmp_path / "prose.txt").write_text("今天天气很好。\n", encoding="utf-8")
    assert main(["families", "draft", str(tmp_path / "prose.txt")]) == 1
    assert "没有找到指标表头" in capsys.readouterr().err

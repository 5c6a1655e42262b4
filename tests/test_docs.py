"""What the README and the docs show is what the program does."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import jixiao
import pandas
import pytest
from jixiao.deliver.schema import BY_NAME, dictionary_text
from jixiao.extract.errors import REASONS
from jixiao.extract.office.sheets import Noted
from jixiao.pipeline import commands
from jixiao.rules.records import Finding

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "nantong-keji-2025.txt"
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (
    *READMES,
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "samples/README.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text_of(name), re.M | re.S)


@pytest.mark.parametrize("name", READMES)
def test_the_tables_shown_are_really_produced(name: str) -> None:
    shown = blocks(name, "csv")
    assert len(shown) >= 6
    for block in shown:
        heading, *rows = block.splitlines()
        (table,) = (table for table in BY_NAME.values() if ",".join(table.names) == heading)
        produced = text_of(f"samples/{SAMPLE.stem}.expected/{table.name}.csv").splitlines()
        assert rows
        assert [row for row in rows if row not in produced] == []


@pytest.mark.parametrize("name", [*READMES, "docs/reading-dumps.md"])
def test_the_input_shown_stands_in_the_sample(name: str) -> None:
    def printed(text: str) -> str:
        return "\n".join(line for line in text.splitlines() if line.strip())

    shown = blocks(name, "text")
    assert shown
    assert [
        block for block in shown if printed(block) not in printed(SAMPLE.read_text(encoding="utf-8"))
    ] == []


def test_both_languages_show_the_same() -> None:
    first, second = READMES
    for kind in ("csv", "text"):
        assert blocks(first, kind) == blocks(second, kind)
    for one, two in zip(blocks(first, "python"), blocks(second, "python"), strict=True):
        assert re.sub("#.*", "", one) == re.sub("#.*", "", two)
    for mark in ("^## ", r"^\| ", r"^\* "):
        assert len(re.findall(mark, text_of(first), re.M)) == len(re.findall(mark, text_of(second), re.M))


@pytest.mark.parametrize("name", READMES)
def test_the_library_example_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = blocks(name, "python")
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(code, name, "exec"), names)
    result = names["result"]
    assert isinstance(result, jixiao.Result)
    assert result.status == "review"
    assert "合计为 60" in result.findings[1].message
    assert (tmp_path / "out" / "funds.csv").is_file()
    assert (tmp_path / "out" / "funds.parquet").is_file()


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_at_the_top(name: str) -> None:
    assert [line.split("#")[0].strip() for line in text_of(name).splitlines()[2:4]] == [
        "make run",
        "make test",
    ]


def test_the_data_dictionary_is_the_programs() -> None:
    assert text_of("docs/tables.md") == dictionary_text(), "make golden rewrites docs/tables.md"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text_of(name))
    there = (ROOT / name).parent
    assert [link for link in links if "://" not in link and not (there / link).exists()] == []


def test_every_sample_is_explained() -> None:
    explained = re.findall(r"^\| (\S+) \|", text_of("samples/README.md"), re.M)
    there = {path.name for path in (ROOT / "samples").iterdir() if path.suffix in (".txt", ".xlsx", ".pdf", ".jpg")}
    assert sorted(name for name in explained if name != "file") == sorted(there)


def test_every_reason_is_explained() -> None:
    explained = re.findall(r"^\| (\w+) \| .* \| (?:refused|failed)", text_of("docs/batch.md"), re.M)
    assert explained == list(REASONS)


def test_every_finding_is_explained_with_its_severities() -> None:
    row = re.compile(r"^\| (\w+) \| ((?:error|warning|info)(?:, \w+)*) \| \S.* \| \S.* \|$", re.M)
    explained = dict(row.findall(text_of("docs/findings.md")))
    found: dict[str, set[str]] = {}
    for rule, severity in rules():
        found.setdefault(rule, set()).add(severity)
    assert explained == {rule: ", ".join(sorted(severities)) for rule, severities in found.items()}


def rules() -> Iterator[tuple[str, str]]:
    """Yield rule and severity of every finding in the code, and fail where one is not written out."""
    for path in [path for room in ("extract", "rules", "deliver", "pipeline") for path in (ROOT / room).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                said = [part.value if isinstance(part, ast.Constant) else ast.unparse(part) for part in node.args[:2]]
                if said == ["rule", "severity"]:
                    yield from ((f.rule, f.severity) for f in every_note_on_a_workbook())
                elif "changes_input" not in path.name:  # which reads findings that were written before
                    yield str(said[0]).replace("_RULE", "submitted_twice"), str(said[1])


def every_note_on_a_workbook() -> tuple[Finding, ...]:
    lists = {field.name: ["表!A1"] for field in dataclasses.fields(Noted)}
    return Noted(**lists).findings()


def options(parser: argparse.ArgumentParser, command: str = "jixiao") -> Iterator[tuple[str, str]]:
    """Yield every option of every command, with the first word of the command."""
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for name, below in action.choices.items():
                yield from options(below, name if command == "jixiao" else command)
        else:
            yield from ((command, name) for name in action.option_strings if name not in ("-h", "--help", "--version"))


def test_every_option_is_explained_under_its_command_and_none_besides() -> None:
    explained = set()
    for section in text_of("docs/commands.md").split("\n## jixiao ")[1:]:
        command = section.split()[0]
        for line in re.findall(r"^\| (`-.*?) \|", section.partition("\n## ")[0], re.M):
            explained |= {(command, name) for name in re.findall("`(-[^`]+)`", line)}
    assert explained == set(options(commands._parser()))


def test_the_function_for_spark_gives_the_rows_of_a_table() -> None:
    code = next(code for code in blocks("docs/batch.md", "python") if "pandas" in code)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/batch.md", "exec"), names)
    (frame,) = names["targets"](iter([pandas.DataFrame({"path": [str(SAMPLE)]})]))
    schema = text_of("docs/batch.md").partition('schema = "')[2].partition("paths.")[0]
    assert list(frame.columns) == re.findall(r"(\w+) (?:string|long)", schema)
    assert len(frame) > 40


def test_the_lines_of_the_airflow_recipe_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks: dict[str, Any] = {}

    def task(function: Any = None, **_: object) -> Any:
        if function is None:
            return task
        tasks[function.__name__] = function
        return MagicMock(return_value=["甲 市"])

    task.bash = task  # type: ignore[attr-defined]
    airflow = SimpleNamespace(dag=lambda **_: lambda function: function, task=task)
    monkeypatch.setitem(sys.modules, "airflow", SimpleNamespace(sdk=airflow))
    monkeypatch.setitem(sys.modules, "airflow.sdk", airflow)
    code = next(code for code in blocks("docs/batch.md", "python") if "airflow" in code)
    exec(compile(code.replace("/data/", f"{tmp_path}/"), "docs/batch.md", "exec"), {})

    for shard, text in (("good", SAMPLE.read_text(encoding="utf-8")), ("一 区; false", "一篇文章")):
        (tmp_path / "2025" / shard).mkdir(parents=True)
        (tmp_path / "2025" / shard / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "out").write_text("no folder")
    assert tasks["shards"]() == ["good", "一 区; false"]
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])

    def status(shard: str) -> int:
        return subprocess.run(["bash", "-c", tasks["convert"](shard)], env={**os.environ, "PATH": path}, check=False).returncode

    assert status("good") != 0
    (tmp_path / "out").unlink()
    assert (status("good"), status("一 区; false")) == (0, 0)
    assert (tmp_path / "out" / "2025" / "good" / "funds.csv").is_file()
    arguments = commands._parser().parse_args(shlex.split(tasks["load"]("good"))[1:])
    assert arguments.out == tmp_path / "out" / "2025" / "good"

"""What a user is told is Chinese, names the file and says what to do next."""

from __future__ import annotations

import errno
import os
import re
import shlex
from pathlib import Path

import pytest
from jixiao.extract.errors import system_said
from jixiao.pipeline.commands import _parser, main

SAMPLE = Path(__file__).parents[2] / "samples" / "nantong-keji-2025.pdf"
COMMANDS = (
    *("", "convert", "compare", "inspect", "load", "schema"),
    *("families", "families list", "families show", "families check", "families draft"),
)
WRONG = (
    "",
    "nothing",
    "convert",
    "convert a --workers x",
    "convert a --workers 0",
    "convert a --format csv,pdf",
    "convert a --fail-on info",
    "convert a --out",
    "convert a --nothing",
    "convert a --e local",
    "inspect a --page x",
    "schema --json=1",
    "families show",
    "compare a",
    "load a",
)
ENGLISH = re.compile(
    r"\b(?:usage|positional|options|optional|argument|arguments|error|required|invalid|expected)\b[^-]|show (?:this|program)"
)

Say = pytest.CaptureFixture[str]


def without_choices(text: str) -> str:
    """Return *text* without the words a user types: {error,warning}."""
    return re.sub(r"\{[^}]*\}|'[^']*'", "", text)


@pytest.mark.parametrize("command", COMMANDS)
def test_all_help_is_chinese(command: str, capsys: Say) -> None:
    assert main([*command.split(), "--help"]) == 0
    text = without_choices(capsys.readouterr().out)
    assert text.startswith("用法：jixiao")
    assert ENGLISH.findall(text) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example_that_is_right(command: str, capsys: Say) -> None:
    assert main([*command.split(), "--help"]) == 0
    text = re.sub(r"\s+", " ", capsys.readouterr().out)
    found = re.search(r"例：(jixiao ([^>]+))", text)
    assert found is not None
    assert found[1].startswith(f"jixiao {command}".strip())
    _parser().parse_args(shlex.split(found[2]))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_is_for(command: str, capsys: Say) -> None:
    parser = _parser()
    for word in command.split():
        (commands,) = (action for action in parser._actions if action.nargs == "A...")
        assert isinstance(commands.choices, dict)
        parser = commands.choices[word]
    assert [action.dest for action in parser._actions if not action.help and action.nargs != "A..."] == []


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_use_is_said_in_chinese(arguments: str, capsys: Say) -> None:
    assert main(arguments.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    said = without_choices(err)
    assert re.search("[一-鿿]{2}", said.splitlines()[-1])
    assert "--help 看说明" in said
    assert ENGLISH.findall(said) == []


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENOSPC])
def test_what_the_system_refuses_is_said_in_chinese(number: int) -> None:
    assert re.fullmatch("[一-鿿，]+", system_said(OSError(number, os.strerror(number))))


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("convert {sample} -o {here}/file/out", 73),
        ("inspect {sample} -o {here}/none/page.png", 73),
        ("inspect {sample} -o {here}", 73),
        ("inspect {here}/none.pdf", 2),
        ("inspect {here}/pipe", 2),
        ("families draft {here}/none.txt", 1),
        ("families draft {here}/pipe", 1),
        ("families check {here}/none.toml", 1),
        ("families check {sample}", 1),
        ("families show none", 1),
        ("convert {sample} --families {here}/none -o {here}/out", 2),
        ("compare {here}/none {here} -o {here}/out", 2),
        ("load {here}/none duckdb:///none.duckdb", 2),
    ],
)
def test_a_refusal_names_its_place_and_the_next_step(command: str, status: int, tmp_path: Path, capsys: Say) -> None:
    (tmp_path / "file").write_text("not a folder")
    os.mkfifo(tmp_path / "pipe")
    assert main([word.format(sample=SAMPLE, here=tmp_path) for word in command.split()]) == status
    (said,) = capsys.readouterr().err.splitlines()
    assert re.search("请|可用的有", said)
    assert str(tmp_path) in said or str(SAMPLE) in said or "none" in said
    assert re.findall("Errno|denied|No such|[Nn]ot a|codec", said) == []


def test_a_full_disk_is_told_from_a_folder_that_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("jixiao.deliver.files.write_carefully", full)
    assert main(["inspect", str(SAMPLE), "-o", str(tmp_path / "page.png")]) == 74
    assert "磁盘已满" in capsys.readouterr().err

"""The parser of the command line, which speaks Chinese throughout: argparse has headings and errors of its own."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

FORMATS = ("csv", "json", "parquet", "xlsx")
_MOST = 1024
_SAID = tuple(
    (re.compile(english, re.S), chinese)
    for english, chinese in (
        (r"the following arguments are required: (.*)", r"缺少 \1"),
        (r"unrecognized arguments: (.*)", r"不认识 \1"),
        (r"argument (.*?): expected .*argument.*", r"\1 后面缺少值"),
        (r"argument (.*?): invalid choice: (.*) \(choose from (.*)\)", r"\1 没有 \2 这个值；可用的有 \3"),
        (r"argument (.*?): invalid \w+ value: (.*)", r"\1 的值 \2 不对"),
        (r"argument (.*?): ignored explicit argument (.*)", r"\1 不带值，却给了 \2"),
        (r"ambiguous option: (.*) could match (.*)", r"\1 不明确，可以是 \2"),
        (r"argument (.*?): (.*)", r"\1：\2"),
    )
)
"""What argparse says, from 3.11 to 3.13; the first that fits the whole counts."""


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help and errors are Chinese; its subcommands have the same."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **options, "add_help": False})
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and what to do, and exit with status 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：{in_chinese(message)}。用 {self.prog} --help 看说明\n")


def in_chinese(message: str) -> str:
    """Return what argparse says in Chinese; what it never said before stays as it is.

    >>> in_chinese("argument --page: invalid int value: 'x'")
    "--page 的值 'x' 不对"
    """
    for english, chinese in _SAID:
        found = english.fullmatch(message)
        if found is not None:
            return found.expand(chinese)
    return message


def count(text: str) -> int:
    """Return the number of processes in *text*; argparse reports what is none."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(f"{text} 不是 1 到 {_MOST} 的整数")
    return number


def formats_of(asked: str | Iterable[str]) -> tuple[str, ...]:
    """Return the formats *asked* for, parted by commas or one by one; ValueError names one that is none.

    >>> formats_of("parquet, csv"), formats_of(["json"])
    (('csv', 'parquet'), ('json',))
    """
    names = {name.strip() for name in (asked.split(",") if isinstance(asked, str) else asked)}
    unknown = sorted(names - set(FORMATS))
    if unknown or not names:
        raise ValueError(f"没有 {unknown[0] if unknown else ''!r} 这种格式；可用的有 {','.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in names)

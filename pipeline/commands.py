"""The command line: convert, families, schema. stdout is data, stderr is talk."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.version import __version__

from . import command_compare, command_families, command_inspect, command_load
from .arguments import Parser, count, formats_of
from .talk import IN_PART, bad_line, plain, sentence

if TYPE_CHECKING:
    from .engines import Engine
    from .run import Summary

_SHOWN = 20
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in *argv* (without the program's name) and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that is not UTF-8 shows escapes, never a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as error:
        return int(error.code or 0)
    try:
        status: int = arguments.command(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("已中断；做完的都已记下，再运行一次即接着做。")
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the reader went away; keep the exit quiet
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = Parser(
        prog="jixiao",
        description="把预算绩效表读成整齐、有类型、核对过的数据。",
        epilog="例：jixiao convert samples --out out",
    )
    parser.add_argument("--version", action="version", version=f"jixiao {__version__}", help="显示版本")
    commands = parser.add_subparsers(title="命令", metavar="COMMAND", required=True)
    _add_convert(commands)
    command_families.add(commands)
    command_compare.add(commands)
    command_inspect.add(commands)
    command_load.add(commands)
    schema = commands.add_parser(
        "schema",
        help="打印数据字典，或 JSON 文档的 JSON Schema",
        description="打印各表各列的数据字典。",
        epilog="例：jixiao schema --json > jixiao.schema.json",
    )
    schema.add_argument("--json", action="store_true", help="打印 out/json 中文档的 JSON Schema")
    schema.set_defaults(command=_schema)
    return parser


def _add_convert(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    convert = commands.add_parser(
        "convert",
        help="把文件、文件夹或压缩包转换成数据表",
        description="把文件、文件夹（含各级子文件夹）或 zip 转换成数据表。隐藏文件不读。",
        epilog="例：jixiao convert samples/nantong-keji-2025.txt --out out --format csv,json,xlsx",
    )
    convert.add_argument("inputs", nargs="+", type=Path, metavar="INPUT", help="文件、文件夹或 zip")
    convert.add_argument(
        "--out", "-o", type=Path, default=Path("out"), metavar="DIR", help="输出文件夹（out）"
    )
    convert.add_argument(
        "--workers", type=count, default=_processors(), metavar="N", help="进程数（可用的处理器数）"
    )
    convert.add_argument(
        "--format",
        type=_formats,
        default=("csv", "json"),
        metavar="LIST",
        help="csv,json,parquet,xlsx 中的几种（csv,json）",
    )
    convert.add_argument("--family", metavar="NAME", help="一律按这个表式读")
    convert.add_argument("--families", type=Path, metavar="DIR", help="另有表式 TOML 的文件夹")
    convert.add_argument(
        "--pdf-reader",
        choices=("pdfium", "pdfplumber"),
        default="pdfium",
        help="用哪个库读 PDF：pdfium 快得多，pdfplumber 供对照（pdfium）",
    )
    convert.add_argument("--explain", action="store_true", help="在标准输出上说明每张表为何按某表式读")
    convert.add_argument("--no-personal", action="store_true", help="不输出姓名、电话等栏目")
    convert.add_argument(
        "--fail-on", choices=("error", "warning"), help="有这个程度及以上的问题时，退出状态为 3"
    )
    convert.add_argument("--retry", action="store_true", help="上次失败或只读了一部分的，文件没有变也再试一次")
    convert.add_argument(
        "--engine", choices=("local", "dask"), default="local", help="由本机还是 Dask 集群来做（local）"
    )
    convert.add_argument("--scheduler", metavar="ADDRESS", help="Dask 调度器的地址，例如 tcp://host:8786")
    convert.set_defaults(command=_convert)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _formats(text: str) -> tuple[str, ...]:
    try:
        return formats_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _convert(arguments: argparse.Namespace) -> int:
    if (arguments.engine == "dask") != (arguments.scheduler is not None):
        _say("--engine dask 与 --scheduler ADDRESS 须一起给出。")
        return 2
    nursery = None
    if arguments.scheduler is None and sys.platform == "linux":
        from .birth import begin_nursery

        nursery = begin_nursery()  # before all other imports, which take as long as its own

    from jixiao.rules.families import FamilyError

    from .engines import EngineError, local
    from .folder import OutputError
    from .progress import ProgressLine
    from .run import run

    progress = ProgressLine(sys.stderr, terminal=sys.stderr.isatty())
    try:
        summary = run(
            arguments.inputs,
            arguments.out,
            formats=arguments.format,
            workers=arguments.workers,
            family=arguments.family,
            families=arguments.families,
            personal=not arguments.no_personal,
            pdf_reader=arguments.pdf_reader,
            retry=arguments.retry,
            progress=progress,
            engine=local(arguments.workers, nursery=nursery) if arguments.scheduler is None else _cluster(arguments.scheduler),
        )
    except FamilyError as error:
        _say(f"表式有误：{error}")
        return 2
    except EngineError as error:
        _say(str(error))
        return 2
    except OutputError as error:
        _say(str(error))
        return error.exit_status
    finally:
        progress.clear()
    if arguments.explain:
        _explain(summary)
    _report(summary, arguments.out)
    return summary.exit_status(arguments.fail_on)


def _cluster(address: str) -> Engine:
    from .cluster import Cluster

    return Cluster(address)


def _explain(summary: Summary) -> None:
    from jixiao.extract.errors import REASONS

    for line in summary.each_line():
        lines = [(form.document_id, form.form, form.why) for form in line.forms]
        for cells in lines or [("", line.status, sentence(line.detail) or REASONS.get(line.reason, IN_PART))]:
            print("\t".join(map(plain, (line.source, *cells))))


def _report(summary: Summary, out: Path) -> None:
    from jixiao.extract.errors import REASONS

    from .packets import STATUSES

    statuses, actions = summary.statuses, summary.actions
    counted = "，".join(f"{status} {statuses[status]}" for status in STATUSES if statuses.get(status))
    again = "，".join(f"{name} {actions[name]}" for name in ("unchanged", "duplicate") if actions.get(name))
    _say(f"{sum(statuses.values())} 个文件：{counted or '无'}" + (f"（以上含 {again}）" if again else ""))
    reasons: Counter[str] = Counter()
    for line in summary.each_line():
        if line.status not in ("partial", "refused", "failed") or line.action == "duplicate":
            continue
        reasons[line.reason] += 1
        if reasons.total() <= _SHOWN:
            _say(bad_line(line))
    if reasons.total() > _SHOWN:
        counted = "，".join(f"{REASONS.get(reason, IN_PART)} {count}" for reason, count in reasons.most_common())
        _say(f"  另有 {reasons.total() - _SHOWN} 个，见 manifest.jsonl；合计：{counted}")
    for text in summary.drift[:_SHOWN]:
        _say(text)
    if len(summary.drift) > _SHOWN:
        _say(f"另有 {len(summary.drift) - _SHOWN} 组，见 drift.csv")
    found = "，".join(f"{name} {summary.findings.get(name, 0)}" for name in ("error", "warning"))
    _say(f"问题：{found}。结果在 {out}")


def _schema(arguments: argparse.Namespace) -> int:
    if arguments.json:
        import json

        from jixiao.deliver.nested import json_schema

        print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    else:
        from jixiao.deliver.schema import dictionary_text

        print(dictionary_text(), end="")
    return 0

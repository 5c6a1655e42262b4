"""The command `jixiao compare`: one year against another."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import count
from .talk import bad_line, plain

if TYPE_CHECKING:
    from .compare import Comparison

_SHOWN = 20


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command among *commands*."""
    parser = commands.add_parser(
        "compare",
        help="对比两年的表：谁改了名、哪些指标收紧或放宽、资金增减",
        description=(
            "对比两年的绩效目标表。OLD、NEW 可以是文件、文件夹、zip，或 jixiao convert 的输出文件夹；"
            "部门按名称配对，改了名的按内容找。标准输出是每个部门一行的汇总。"
        ),
        epilog="例：jixiao compare samples/years/2024 samples/years/2025 --out out/changes",
    )
    parser.add_argument("old", type=Path, metavar="OLD", help="旧的一年")
    parser.add_argument("new", type=Path, metavar="NEW", help="新的一年")
    parser.add_argument(
        "--out", "-o", type=Path, default=Path("out/changes"), metavar="DIR", help="输出文件夹（out/changes）"
    )
    parser.add_argument(
        "--concordance", type=Path, metavar="FILE", help="审定的名称对照表（CSV：old_name,new_name,same）"
    )
    parser.add_argument(
        "--write-concordance", type=Path, metavar="FILE", help="写出待审的名称对照表；已审定的行保留"
    )
    parser.add_argument(
        "--sources",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="OLD、NEW 为转换结果时，原文件所在的文件夹（可多次给出）；页面上的出处由此链接",
    )
    parser.add_argument("--workers", type=count, default=1, metavar="N", help="读取文件的进程数（1）")
    parser.add_argument("--family", metavar="NAME", help="一律按这个表式读")
    parser.add_argument("--families", type=Path, metavar="DIR", help="另有表式 TOML 的文件夹")
    parser.set_defaults(command=_compare)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _compare(arguments: argparse.Namespace) -> int:
    from jixiao.rules.compare.concordance import ConcordanceError
    from jixiao.rules.families import FamilyError

    from .compare import InputError, compare, read_concordance, read_side, write_comparison, write_concordance
    from .folder import OutputError

    try:
        known = None if arguments.concordance is None else read_concordance(arguments.concordance)
        sides = [
            read_side(
                path,
                workers=arguments.workers,
                family=arguments.family,
                families=arguments.families,
                sources=arguments.sources,
            )
            for path in (arguments.old, arguments.new)
        ]
        for path, side in zip((arguments.old, arguments.new), sides, strict=True):
            if not side.forms:
                _report_bad(side.bad)
                _say(f"{path} 中没有读到任何表，无从对比；请先用 jixiao convert 看看原因")
                return 1
        comparison = compare(sides[0], sides[1], known, _progress if sys.stderr.isatty() else None)
        write_comparison(comparison, arguments.out, (sides[0].sources, sides[1].sources))
        if arguments.write_concordance is not None:
            write_concordance(comparison, arguments.write_concordance, known)
    except (ConcordanceError, FamilyError, InputError) as error:
        _say(str(error))
        return 2
    except OutputError as error:
        _say(str(error))
        return error.exit_status
    _report(comparison, arguments.out)
    return 1 if comparison.bad else 0


def _progress(done: int, total: int) -> None:
    print(f"\r{done}/{total}", end="" if done < total else "\r", file=sys.stderr, flush=True)


def _report(comparison: Comparison, out: Path) -> None:
    """Print the summary table, a line a department, and say what there is to look at."""
    from jixiao.deliver.changes import SUMMARY_COLUMNS, summary_rows

    print("\t".join(SUMMARY_COLUMNS))
    for row in summary_rows(comparison.reports):
        print("\t".join(plain(" ".join(cell.split())) for cell in row.values()))
    counted = comparison.counts
    kinds = ("tightened", "loosened", "added", "dropped", "renamed", "amount_changed")
    names = ("收紧", "放宽", "新增", "取消", "改称", "金额变动", "其他")
    number = sum(len(report.changes) for report in comparison.reports)
    numbers = [counted[kind] for kind in kinds]
    numbers.append(number - sum(numbers))
    said = "，".join(f"{name} {many}" for name, many in zip(names, numbers, strict=True) if many)
    _say(f"{len(comparison.reports)} 个部门，{number} 处变化" + (f"：{said}" if said else ""))
    if counted["uncertain"]:
        _say(f"其中 {counted['uncertain']} 处没有把握，列在最前；可用 --write-concordance 写出对照表审定")
    for form in comparison.left_aside[:_SHOWN]:
        _say(plain(f"  {form.source}：同一部门有更晚年度的表，未参与对比"))
    _report_bad(comparison.bad)
    _say(f"结果在 {out}，请打开 {out / 'changes.html'}")


def _report_bad(bad: tuple[object, ...]) -> None:
    from .folder import Line

    for line in bad[:_SHOWN]:
        assert isinstance(line, Line)
        _say(bad_line(line))
    if len(bad) > _SHOWN:
        _say(f"  另有 {len(bad) - _SHOWN} 个")

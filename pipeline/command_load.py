"""``jixiao load``: a converted folder into DuckDB or PostgreSQL."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_SHOWN = 10


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    load = commands.add_parser(
        "load",
        help="把转换结果载入 DuckDB 或 PostgreSQL",
        description=(
            "把 jixiao convert 的结果载入数据仓库：新的、改过的表整张替换，没变的不动；一次载入要么全部生效，要么毫无改动。"
        ),
        epilog="例：jixiao load out duckdb:///warehouse.duckdb",
    )
    load.add_argument("out", type=Path, metavar="OUT", help="转换结果的文件夹")
    load.add_argument(
        "url", metavar="URL", help="duckdb:///warehouse.duckdb 或 postgresql://user@host:5432/db（密码可放在 PGPASSWORD）"
    )
    load.add_argument("--prune", action="store_true", help="OUT 中已撤回的表，也从仓库中移除")
    load.set_defaults(command=_load)


def _load(arguments: argparse.Namespace) -> int:
    from jixiao.deliver.warehouse.errors import WarehouseError
    from jixiao.deliver.warehouse.load import load

    try:
        loaded = load(arguments.out, arguments.url, prune=arguments.prune)
    except WarehouseError as error:
        print(str(error), file=sys.stderr)
        return error.exit_status
    print(
        f"{loaded.documents} 张表：新增或替换 {loaded.changed}，未变 {loaded.documents - loaded.changed}，"
        f"移除 {loaded.removed}",
        file=sys.stderr,
    )
    if loaded.columns:
        print(f"仓库新增列：{'、'.join(loaded.columns)}", file=sys.stderr)
    for place in loaded.unfit[:_SHOWN]:
        print(f"数值过长，仓库中留空（原文在 raw 或 value）：{place}", file=sys.stderr)
    if len(loaded.unfit) > _SHOWN:
        print(f"另有 {len(loaded.unfit) - _SHOWN} 处", file=sys.stderr)
    return 0

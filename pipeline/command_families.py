"""``jixiao families``: list, show, check and draft the families of forms."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jixiao.rules.families import Families

_SUFFIXES = (".txt", ".pdf", ".docx", ".xlsx", ".xls", ".html", ".htm", ".md")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    families = commands.add_parser(
        "families",
        help="列出、查看、检查、起草表式",
        description="表式是一个 TOML 文件，写明标题、栏目、列名与用语。",
        epilog="例：jixiao families list",
    )
    families.set_defaults(command=_list, families=None)
    actions = families.add_subparsers(title="动作", metavar="ACTION")
    listing = actions.add_parser("list", help="列出表式", epilog="例：jixiao families list")
    listing.add_argument("--families", type=Path, metavar="DIR", help="另有表式 TOML 的文件夹")
    listing.set_defaults(command=_list)
    show = actions.add_parser("show", help="打印一个表式的 TOML", epilog="例：jixiao families show general")
    show.add_argument("name", metavar="NAME", help="表式名，见 jixiao families list")
    show.add_argument("--families", type=Path, metavar="DIR", help="另有表式 TOML 的文件夹")
    show.set_defaults(command=_show)
    check = actions.add_parser(
        "check",
        help="检查一个表式 TOML，并说出样本中不见的用语",
        epilog="例：jixiao families check my-families/my-city.toml --samples samples",
    )
    check.add_argument("file", type=Path, metavar="FILE", help="TOML 文件")
    check.add_argument("--samples", type=Path, metavar="PATH", help="样本文件或文件夹（samples，若有）")
    check.set_defaults(command=_check)
    drafting = actions.add_parser(
        "draft",
        help="据一张没有表式的表起草 TOML",
        description="据一张没有表式的表起草 TOML，打印在标准输出上；有把握的写明出处，没有把握的写作注释。",
        epilog="例：jixiao families draft form.xlsx > my-families/my-form.toml",
    )
    drafting.add_argument("file", type=Path, metavar="FILE", help="一张表：文本、PDF、Word 或 Excel 文件")
    drafting.add_argument("--families", type=Path, metavar="DIR", help="另有表式 TOML 的文件夹")
    drafting.set_defaults(command=_draft)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _list(arguments: argparse.Namespace) -> int:
    from jixiao.rules.families import FamilyError, load_families

    try:
        families = load_families(arguments.families)
    except FamilyError as error:
        _say(str(error))
        return 1
    for name in families.names():
        family = families.get(name)
        years = f"{family.years[0]}–{family.years[1]}" if family.years else ""
        print(f"{name}\t{family.title}\t{years}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from jixiao.rules.families import FamilyError, load_families

    try:
        print(load_families(arguments.families).text(arguments.name), end="")
    except FamilyError as error:
        _say(str(error))
        return 1
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from jixiao.extract.errors import system_said
    from jixiao.rules.families import FamilyError, load_families, parse_family

    try:
        text = arguments.file.read_bytes().decode("utf-8-sig")
        table = parse_family(text, str(arguments.file))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / arguments.file.name).write_text(text, encoding="utf-8")
            families = load_families(Path(folder))
    except FamilyError as error:
        _say(str(error))
        return 1
    except OSError as error:
        _say(f"{arguments.file} 读不出：{system_said(error)}；请核对路径与权限")
        return 1
    except UnicodeDecodeError:
        _say(f"{arguments.file} 不是 UTF-8 文本；请另存为 UTF-8")
        return 1
    print(f"{arguments.file} 无误：{table['name']}")
    where = arguments.samples or Path("samples")
    if not where.exists():
        if arguments.samples is not None:
            _say(f"没有 {where}；请核对 --samples 的路径")
            return 2
        print("没有样本可比；可用 --samples 指明样本文件或文件夹")
        return 0
    claimed, printed = _claimed(where, families, table["name"])
    if not claimed:
        print(f"{where} 中没有样本被此表式认领，其中的用语都没有样本可证")
        return 0
    print(f"认领的样本：{'、'.join(claimed)}")
    for key, word in _words(table):
        if word not in printed:
            print(f"样本中不见：{key} 的“{word}”")
    return 0


def _words(table: dict[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every word that a family says is printed, with its key in the file."""
    from jixiao.rules.families import key_of

    for key, value in table.items():
        where = f"{place}.{key}" if place else key
        if key in ("name", "title", "years", "refuse_titles", "like", "pairs", "project_endings", "before", "after", "side"):
            continue
        if isinstance(value, dict):
            if key in ("columns", "targets") and all(isinstance(v, str) for v in value.values()):
                yield from ((where, key_of(word)) for word in value)
            else:
                yield from _words(value, where)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from ((where, key_of(word)) for word in [item.get("name", ""), *item.get("also", [])])
                elif isinstance(item, str):
                    yield from ((where, key_of(word)) for word in (item.split("/") if key == "requires" else [item]))


def _claimed(where: Path, families: Families, name: str) -> tuple[list[str], str]:
    """Return the samples that the family called *name* claims, and all that they print, as one key."""
    from jixiao.extract.claims import claim
    from jixiao.extract.errors import DocumentError
    from jixiao.extract.options import Options
    from jixiao.extract.read import read_document
    from jixiao.rules.families import key_of

    files = [where] if where.is_file() else sorted(p for p in where.rglob("*") if p.suffix.lower() in _SUFFIXES)
    claimed, printed = [], ""
    for path in files:
        try:
            for part in read_document(path.read_bytes(), Options()).split(families):
                if claim(part, families, None)[0].family.name == name:
                    claimed.append(path.name)
                    printed += key_of("".join(piece.text for piece in part.pieces()))
        except DocumentError as error:
            if error.reason == "two_families" and name in error.detail:
                _say(f"{path.name}：{error.detail}")
        except OSError as error:
            _say(f"{path} 读不出：{error}")
    return list(dict.fromkeys(claimed)), printed


def _draft(arguments: argparse.Namespace) -> int:
    from jixiao.extract.draft import draft
    from jixiao.extract.errors import DocumentError
    from jixiao.extract.options import Options
    from jixiao.extract.read import read_document
    from jixiao.rules.families import FamilyError, load_families

    from .inputs import read_file

    try:
        families = load_families(arguments.families)
        document = read_document(read_file(arguments.file), Options())
        print(draft(document, families, arguments.file.name), end="")
    except FamilyError as error:
        _say(str(error))
        return 1
    except DocumentError as error:
        _say(f"{arguments.file}：{error}。{error.next_step}")
        return 1
    return 0

"""A form that no family knows → the draft of its family: what was understood of it, with the evidence.

Made offline from the general vocabulary. What is sure stands as an entry, what was guessed as a comment to
be looked at; so the draft alone makes the form read no worse than the general reader does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jixiao.rules.families import GENERAL, Families, Family, key_of

from .claims import claim
from .document import Cell, Document, Grid, Piece, text_of
from .errors import DocumentError
from .forms import year_of
from .headings import split_money, title_key
from .sections import Parts, read_sections
from .sections.columns import find_header
from .sections.header import TASK
from .sections.tasks import TaskTable
from .sections.words import bare, column, heading, label, measure

_YEAR = re.compile(r"^20\d\d年?(?:度)?|[(（]?20\d\d年?(?:度)?[)）]?$")
_CLAIMING = 12
"""Words a draft requires where another family claims its form: each makes its own claim stronger."""
_ORDER = ("sections", "fields", "funds.columns", "tasks", "columns", "columns.targets")


@dataclass(frozen=True, slots=True)
class Found:
    """A label as printed: the table of the TOML it belongs to, its meaning there, and where it stands."""

    table: str
    word: str
    meaning: str
    sure: bool
    place: str


def draft(data: Document, families: Families, source: str) -> str:
    """Return the TOML of a family for the form in *data*, commented in Chinese.

    Raises DocumentError when there is no form in it to draft from.
    """
    part = data.split(families)[0]
    family = families.get(GENERAL)
    blocks = part.reader(family).read().blocks
    parts = read_sections(blocks, family)
    printed = key_of("".join(piece.text for piece in part.pieces() if piece.raw))
    sure = list(_labels(blocks, family))
    tasks = {f.word for f in sure if f.table == "tasks"}
    labels = [*sure, *(f for f in _guessed(parts, family) if f.word not in tasks)]
    if not any(f.table.startswith("columns") for f in labels) and len(labels) < 3:
        step = "请确认文件是预算绩效表；若是扫描件，请先看 jixiao inspect 的结果"
        raise DocumentError("not_a_form", "没有找到指标表头，也没有足够的栏目名称可供起草", step)
    found = _once(labels, printed)
    needs = list(dict.fromkeys(f.word for f in found if f.sure and f.word in printed))
    return "\n".join(_lines(parts, found, source, needs, _claimed(part, families))) + "\n"


def _once(found: Sequence[Found], printed: str) -> list[Found]:
    """Return what was found without columns that are not *printed*, and without a second meaning of one column.

    Cells that were divided, or have no header, are given one that prints nothing: no form can be told by it.
    """
    meanings: dict[str, Found] = {}
    out = []
    for one in dict.fromkeys(found):
        column = one.table.startswith("columns")
        if column and bare(one.word) not in printed:
            continue
        if column or not one.sure:
            first = meanings.setdefault(bare(one.word), one)
            if first.table.startswith("columns") and (first.table, first.meaning) != (one.table, one.meaning):
                continue
        out.append(one)
    return out


def _claimed(part: Document, families: Families) -> str:
    """Return the family that claims the form already, or the empty text."""
    try:
        known = claim(part, families, None)[0].family.name
    except DocumentError:
        return ""
    return "" if known == GENERAL else known


def _labels(blocks: Sequence[Grid | Piece], family: Family) -> Iterator[Found]:
    """Yield the labels in the grids that the vocabulary knows, in order."""
    in_table = False
    for block in blocks:
        if isinstance(block, Piece):
            name = key_of(block.text.replace("：", ":").partition(":")[0])
            kind = label(name, family) if ":" in block.text.replace("：", ":") else None
            if kind is not None:
                yield Found("fields", bare(name), kind.name, True, _place([block]))
            continue
        inside = -1
        for r, row in enumerate(block.rows):
            header = find_header(block, r, family)
            if header is not None:
                inside, in_table = r + header.depth, True
                for col in header.columns:
                    table = "columns.targets" if col.is_target else "columns"
                    shared = any(c.is_target and c.label == col.label for c in header.columns)
                    if shared and not col.is_target:
                        continue  # signs and units under the target's own header have none themselves
                    cell = next((c for c in header.cells if c.column <= col.start < c.column + c.columns), None)
                    if col.name.startswith(TASK) and cell is not None:
                        word = bare(split_money(col.label)[0])
                        yield Found("tasks", word, col.name.removeprefix(TASK), col.sure, _place(cell.pieces))
                    elif col.name and cell is not None:  # the first label of level 1 may stand where its header would
                        # What stands beside or over a target gives it its period; its own words alone count here.
                        own = column(col.label, family) if col.is_target else None
                        name = own.name if own is not None else col.name
                        yield Found(table, _word(col.label, name, family), name, col.sure, _place(cell.pieces))
                continue
            if r < inside:
                continue
            first = next((c for c in row.cells if c.pieces), None)
            if in_table and first is not None and first.column == 0:
                found = heading(key_of(first.key), family)
                levelled = key_of(first.key) in family.level1 or key_of(first.key) in family.level2
                in_table = levelled or found is None or found.name == "indicators"
            yield from _row(row.cells, family, in_table=in_table)


def _row(cells: Sequence[Cell], family: Family, *, in_table: bool) -> Iterator[Found]:
    own = [c for c in cells if c.pieces]
    tasks = TaskTable(family, Parts())
    if len(own) > 1 and tasks.is_header(own):
        for cell in own:
            key = bare(split_money(key_of(cell.key))[0])
            if key in family.tasks:
                yield Found("tasks", key, family.tasks[key], True, _place(cell.pieces))
        return
    for cell in own:
        key = key_of(cell.key)
        if in_table and (cell is not own[0] or key in family.level1 or key in family.level2):
            continue
        section, field = heading(key, family), label(key, family)
        name = bare(split_money(key)[0])
        if section is not None and name not in family.items:
            yield Found("sections", name, section.name, True, _place(cell.pieces))
        elif field is not None:
            yield Found("fields", bare(key), field.name, True, _place(cell.pieces))
        elif not in_table:
            amount = measure(key, family, guess=False)
            if amount is not None:
                yield Found("funds.columns", name, amount.name, True, _place(cell.pieces))


def _guessed(parts: Parts, family: Family) -> Iterator[Found]:
    """Yield the labels that were understood by a word in them or by their place."""
    for key in parts.guesses:
        name = bare(split_money(key)[0])
        section, field = heading(key, family, guess=True), label(key, family, guess=True)
        col, amount = column(key, family), measure(key, family)
        if col is not None and not col.sure:
            yield Found("columns.targets" if " " in col.name else "columns", name, col.name, False, "表头")
        elif section is not None:
            yield Found("sections", name, section.name, False, "栏目")
        elif amount is not None and " " in amount.name:
            yield Found("funds.columns", name, amount.name, False, "资金表头")
        else:
            yield Found("fields", name, field.name if field is not None else "other", False, "标签")


def _word(text: str, meaning: str, family: Family) -> str:
    """Return a header's words, without its brackets where they change nothing: 指标值（长期） keeps them."""
    plain = column(bare(text), family)
    return bare(text) if plain is not None and plain.sure and plain.name == meaning else text


def _place(pieces: Sequence[Piece]) -> str:
    first = pieces[0]
    return f"第 {first.page} 页" + (f"第 {first.line} 行" if first.line else "")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _lines(parts: Parts, found: Sequence[Found], source: str, needs: Sequence[str], claimed: str) -> Iterator[str]:
    title = text_of(parts.title).value if parts.title else ""
    key = _YEAR.sub("", title_key(title))
    year = year_of(parts)[0]
    shown = " ".join(source.split())
    yield f"# 由 jixiao families draft 据 {shown} 起草。写明的是有把握的，注释中的“待定”请核对后再启用。"
    yield "# name 用小写英文与连字符；改好后放入一个文件夹，用 --families 指定该文件夹。"
    yield 'name = "my-form"'
    yield f"title = {_quoted(title or '未命名的表')}"
    if key:
        yield f"# 标题见{_place(parts.title)}；其中若有地名，删去后可认领别地的同式表"
    yield f"titles = [{_quoted(key) if key else ''}]"
    if year is not None:
        yield f"# 表上的年度是 {year}；沿用到别的年度时改这里"
    yield f"years = [{f'{year}, {year}' if year is not None else ''}]"
    if needs and claimed:
        yield f"# 表式 {claimed} 已认领这份表；要求必须印有下列字样，使本表式更为吻合"
        yield f"requires = [{', '.join(map(_quoted, needs[:_CLAIMING]))}]"
    elif needs:
        yield f"# 待定：若与别的表式同样吻合，可要求必须印有某些字样，例如 requires = [{', '.join(map(_quoted, needs[:4]))}]"
    for table in _ORDER:
        own = [f for f in found if f.table == table]
        if not own:
            continue
        yield ""
        yield f"[{table}]"
        yield from _pairs(own) if table in ("funds.columns", "columns.targets") else _lists(own)


def _pairs(own: Sequence[Found]) -> Iterator[str]:
    seen: set[str] = set()
    for f in own:
        if f.word in seen:
            continue
        seen.add(f.word)
        entry = f"{_quoted(f.word)} = {_quoted(f.meaning)}"
        yield f"{entry}  # 见{f.place}" if f.sure else f"# 待定：{entry}（据其中的字词，{f.place}）"


def _lists(own: Sequence[Found]) -> Iterator[str]:
    for meaning in dict.fromkeys(f.meaning for f in own):
        sure = {f.word: f.place for f in own if f.meaning == meaning and f.sure}
        unsure = {f.word: f.place for f in own if f.meaning == meaning and not f.sure and f.word not in sure}
        if sure:
            said = "；".join(f"{word}：{place}" for word, place in sure.items())
            yield f"{meaning} = [{', '.join(map(_quoted, sure))}]  # {said}"
        for word, place in unsure.items():
            yield f"# 待定：{meaning} = [{_quoted(word)}]（据其中的字词或位置，{place}）"

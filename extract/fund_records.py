"""The rows of the funds → items with parents, levels and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.normalize.money import read_amount, says_no_amount, to_yuan
from jixiao.normalize.numbers import read_number
from jixiao.rules.families import SHARES, Family, FundName, key_of
from jixiao.rules.records import Amount, Finding, FundItem, Text

from .document import Cell, text_of
from .headings import split_money
from .sections import FundRow
from .sections.words import unmarked
from .sections.years import settled


def read_funds(
    rows: Sequence[FundRow], unit: str, family: Family, year: int | None = None
) -> tuple[tuple[FundItem, ...], list[Finding]]:
    """Return the funds items with parents and levels, and the findings about unsure places; *year* is the form's.

    A parent is the merged label left of the item where there is one, else the family's parent for
    that name, else (a project) the item the family puts projects under.
    """
    out: list[FundItem] = []
    findings: list[Finding] = []
    by_name: dict[tuple[str, str], FundItem] = {}
    periods = settled({(a.period, a.measure) for row in rows for a in row.amounts}, year)
    named = (family.items.get(plain_item(row.path[-1].key)) for row in rows if not row.side)
    last_side = next((known.side for known in named if known is not None), "")
    # Whether the item above in the column, or left in the row, is a part: 其中 is printed before the first of them only.
    parts: dict[int, bool] = {}
    beside = (-1, False)
    siblings: dict[int, FundName | None] = {}
    # The last item without 其中 in each column, and in the row: what the parts below, or right of it, belong to.
    whole: dict[int, FundItem] = {}
    abreast: dict[int, FundItem] = {}
    for seq, row in enumerate(rows, 1):
        cell = row.path[-1]
        item = text_of(cell.pieces, cell.confidence)
        name = item.value.rstrip("：: ")
        if name and name != item.value:
            item = replace(item, value=name, steps=(*item.steps, "colon_left_out"))
        name = _without_unit(item.value)
        if name and name != item.value:
            item = replace(item, value=name, steps=(*item.steps, "unit_left_out"))
        key = plain_item(item.value)
        known = family.items.get(key)
        side = row.side or (known.side if known is not None else _side_said(key, family) or last_side or "expenditure")
        last_side = side
        parent: FundItem | None = None
        head = ""
        if len(row.path) > 1:
            parent = by_name.get((side, _name(plain_item(row.path[-2].key), family)))
            head = "" if parent is not None else text_of(row.path[-2].pieces).value
        elif row.head is not None:
            head = text_of(row.head.pieces).value.rstrip("：: ")
        if known is None or known.parent:
            orphan = known is None or (side, key_of(known.parent)) not in by_name
        else:  # 项目支出 behind 其中：基本支出: a part as that is, though nothing is its whole by name
            last = siblings.get(cell.column) or (siblings.get(-1) if beside == (cell.row, True) else None)
            orphan = last is not None and not last.parent and last.side == known.side and known.name != family.income_under
        within = row.within or (
            (parts.get(cell.column, False) or beside == (cell.row, True))
            and orphan
            and key not in family.totals
            and not row.side
            and not row.named_by_heading
        )
        parts[cell.column], beside = within, (cell.row, within)
        siblings[cell.column] = siblings[-1] = known if within else None
        if within and len(row.path) == 1:
            parent = whole.get(cell.column) or abreast.get(cell.row)
            if parent is not None and plain_item(parent.item.value) == key:
                parent = None
        if row.divided:
            parent = None
        elif parent is None and known is not None and known.side == side and known.parent:
            parent = by_name.get((side, key_of(known.parent)))
        elif parent is None and known is None and len(row.path) > 1:
            pass  # the head printed beside it is all that is known: 三公经费 over 公务接待费
        elif parent is None and known is None and side == "expenditure" and key not in (family.totals | family.no_projects):
            parent = by_name.get((side, key_of(family.projects_under)))
        elif parent is None and known is None and side == "income" and key not in family.totals:
            parent = by_name.get((side, key_of(family.income_under)))
        said = row.unit or unit
        amounts = tuple(
            _amount(periods.get((a.period, a.measure), a.period), a.measure, a.cell, a.unit or said) for a in row.amounts
        )
        if not row.amounts:
            amounts = (_amount("full_year", "budget", None, said),)
        entry = FundItem(
            seq,
            side,
            item,
            1 if parent is None else parent.level + 1,
            None if parent is None else parent.seq,
            head if parent is None else parent.item.value,
            amounts,
        )
        out.append(entry)
        if not within:
            abreast = {cell.row: entry}
            whole[cell.column] = entry
        by_name.setdefault((side, _name(key, family)), entry)
        findings += _unsure_amounts(entry, row)
    return tuple(out), findings


def _side_said(key: str, family: Family) -> str:
    """Return the side that an item's own name says, and no other: 支出合计, 年度支出预算 are no income."""
    said = {side for word, side in family.sides.items() if len(word) == 2 and word in key}
    return said.pop() if len(said) == 1 else ""


def _name(key: str, family: Family) -> str:
    known = family.items.get(key)
    return key_of(known.name) if known is not None else key


def plain_item(text: str) -> str:
    """Return the key by which an item is known: without 其中, colon and money unit.

    >>> plain_item("其中：财政拨款"), plain_item("项目资金总额（万元）：")
    ('财政拨款', '项目资金总额')
    """
    key = split_money(key_of(text))[0].rstrip(":")
    return unmarked(key)


def _without_unit(text: str) -> str:
    """Return a heading's text without the money unit behind it.

    >>> _without_unit("项目预算执行情况（万元）")
    '项目预算执行情况'
    """
    for opening, closing in ("（）", "()"):
        head, mark, rest = text.rstrip(closing + "：:").rpartition(opening)
        if mark and "元" in rest:
            return head.strip()
    return text


def _amount(period: str, measure: str, cell: Cell | None, unit: str) -> Amount:
    if measure in SHARES:
        unit = ""
    if cell is None:
        return Amount(period, measure, None, "" if measure in SHARES else unit, None, Text("", ""))
    text = text_of(cell.pieces, cell.confidence)
    if measure in SHARES:
        # 分值, 执行率 and 得分 are numbers, and no money.
        share = read_number(key_of(text.value).rstrip("%"))
        return Amount(period, measure, share, "", None, text)
    found = read_amount(text.value, unit)
    if found is None:
        return Amount(period, measure, None, unit, None, text)
    amount, printed_unit = found
    return Amount(period, measure, amount, printed_unit, to_yuan(amount, printed_unit), text)


def _unsure_amounts(item: FundItem, row: FundRow) -> list[Finding]:
    unread = [a for a in item.amounts if a.text.raw and a.amount is None and not says_no_amount(a.text.value)]
    if unread:
        shown = "、".join(a.text.value for a in unread)
        message = f"“{item.item.value}”的金额“{shown}”读不成数，留空；请核对原表"
        return [Finding("amount_unread", "warning", message, "funds", item.seq, "amount", "", shown)]
    cells = [a.cell for a in row.amounts]
    unsure = [a for a, c in zip(item.amounts, cells, strict=False) if a.text.raw and c is not None and c.confidence < 1]
    if not unsure and row.path[-1].confidence >= 1:
        return []
    shown = "、".join(a.text.value for a in unsure)
    if unsure and any(a.text.raw == "" for a in item.amounts):
        where = "靠左" if item.amounts[-1].text.raw == "" else "靠右"
        what = (
            f"只印有 {len(unsure)} 个金额（{shown}），而表头有 {len(item.amounts)} 栏；文本中看不出属于哪一栏，"
            f"暂按{where}的栏读取，请核对原表"
        )
    else:
        what = f"及其金额（{shown or '空白'}）所在的文本断裂，没有把握，请核对原表"
    return [Finding("amount_unsure", "warning", f"“{item.item.value}”{what}", "funds", item.seq, "amount", "", shown)]

"""The parts of a form → its records: typed values, parents, periods, units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.normalize.characters import display_width
from jixiao.normalize.dates import read_year
from jixiao.normalize.money import read_amount, read_money_unit, says_no_amount, to_yuan
from jixiao.normalize.staffing import read_staffing
from jixiao.normalize.targets import read_target
from jixiao.normalize.wraps import mend_spaces
from jixiao.rules.families import Family, key_of
from jixiao.rules.records import (
    Amount,
    Field,
    Finding,
    Function,
    FundItem,
    Goal,
    Indicator,
    StaffFigure,
    Target,
    Text,
    Unread,
)

from .clauses import read_clauses
from .document import Cell, Piece, text_of
from .sections import FundRow, IndicatorRow, Parts

_WIDE = 40  # half ems: a cell with a sentence in it is at least as wide, and a shorter line is no wrapped one
SENTENCE_ENDS = "。；;\n"


def read_functions(pieces: Sequence[Piece]) -> tuple[Function, ...]:
    """Return the clauses of the functions' cell, in order."""
    out = []
    for seq, clause in enumerate(read_clauses(pieces), 1):
        text = text_of(clause.pieces) if clause.pieces else Text("", "")
        out.append(Function(seq, clause.label, text))
    return tuple(out)


def read_staff(pieces: Sequence[Piece]) -> tuple[StaffFigure, ...]:
    """Return the figures on staffing in the sentences of one cell."""
    if not pieces:
        return ()
    whole = text_of(pieces)
    spoken = _spoken(pieces)
    whole = replace(whole, value=spoken)
    out = []
    for seq, figure in enumerate(read_staffing(spoken), 1):
        start = max(whole.value.rfind(end, 0, figure.start) for end in SENTENCE_ENDS) + 1
        stops = [whole.value.find(end, figure.end) for end in SENTENCE_ENDS]
        stop = min((s + 1 for s in stops if s >= 0), default=len(whole.value))
        sentence = mend_spaces(whole.value[start:stop].replace("\n", "")).text
        text = replace(whole, value=sentence)
        out.append(StaffFigure(seq, figure.scope, figure.metric, figure.value, figure.unit, text))
    return tuple(out)


def _spoken(pieces: Sequence[Piece]) -> str:
    """Return the lines of a cell as one text: a full line runs on, a short one ends what it says."""
    full = max(_WIDE, *(display_width(p.text.strip()) for p in pieces))
    out = ""
    for piece in pieces:
        line = piece.text.strip()
        out += line + ("" if display_width(line) >= full - 4 else "\n")
    return out.rstrip("\n")


def read_funds(rows: Sequence[FundRow], unit: str, family: Family) -> tuple[tuple[FundItem, ...], list[Finding]]:
    """Return the funds items with parents and levels, and the findings about unsure places.

    A parent is the merged label left of the item where there is one, else the family's parent for
    that name, else (a project) the item the family puts projects under.
    """
    out: list[FundItem] = []
    findings: list[Finding] = []
    by_name: dict[tuple[str, str], FundItem] = {}
    last_side = ""
    for seq, row in enumerate(rows, 1):
        cell = row.path[-1]
        item = text_of(cell.pieces, cell.confidence)
        key = key_of(item.value)
        known = family.items.get(key) or family.items.get(key.removeprefix("其中:"))
        side = row.side or (known.side if known is not None else last_side or "expenditure")
        last_side = side
        parent: FundItem | None = None
        if len(row.path) > 1:
            parent = by_name.get((side, _name(key_of(row.path[-2].key), family)))
        if parent is None and known is not None and known.side == side and known.parent:
            parent = by_name.get((side, key_of(known.parent)))
        elif parent is None and known is None and side == "expenditure" and key not in family.totals:
            parent = by_name.get((side, key_of(family.projects_under)))
        elif parent is None and known is None and side == "income" and key not in family.totals:
            parent = by_name.get((side, key_of(family.income_under)))
        amounts = tuple(_amount(period, measure, found, unit) for period, measure, found in row.amounts)
        if not row.amounts:
            amounts = (_amount("full_year", "budget", None, unit),)
        entry = FundItem(
            seq,
            side,
            item,
            1 if parent is None else parent.level + 1,
            None if parent is None else parent.seq,
            "" if parent is None else parent.item.value,
            amounts,
        )
        out.append(entry)
        by_name.setdefault((side, _name(key, family)), entry)
        findings += _unsure_amounts(entry, row)
    return tuple(out), findings


def _name(key: str, family: Family) -> str:
    known = family.items.get(key) or family.items.get(key.removeprefix("其中:"))
    return key_of(known.name) if known is not None else key


def _amount(period: str, measure: str, cell: Cell | None, unit: str) -> Amount:
    if cell is None:
        return Amount(period, measure, None, unit, None, Text("", ""))
    text = text_of(cell.pieces, cell.confidence)
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
    cells = [cell for _, _, cell in row.amounts]
    unsure = [a for a, c in zip(item.amounts, cells, strict=False) if a.text.raw and c is not None and c.confidence < 1]
    if not unsure and row.path[-1].confidence >= 1:
        return []
    shown = "、".join(a.text.value for a in unsure)
    if unsure and any(a.text.raw == "" for a in item.amounts):
        what = (
            f"只印有 {len(unsure)} 个金额（{shown}），而表头有 {len(item.amounts)} 栏；文本中看不出属于哪一栏，"
            "暂按靠右的栏读取，请核对原表"
        )
    else:
        what = f"及其金额（{shown or '空白'}）所在的文本断裂，没有把握，请核对原表"
    return [Finding("amount_unsure", "warning", f"“{item.item.value}”{what}", "funds", item.seq, "amount", "", shown)]


def read_indicators(
    rows: Sequence[IndicatorRow], funds: Sequence[FundItem], family: Family
) -> tuple[tuple[Indicator, ...], list[Finding]]:
    """Return the indicators with their targets, tied to the funds, and findings about unsure places."""
    projects = {key_of(f.item.value): f.seq for f in funds if f.side == "expenditure"}
    texts: dict[int, Text] = {}

    def text(cell: Cell | None) -> Text | None:
        """One Text for a merged cell, however many rows it spans."""
        if cell is None or not cell.pieces:
            return None
        known = texts.get(id(cell))
        if known is None:
            known = texts[id(cell)] = text_of(cell.pieces, cell.confidence)
        return known

    out = []
    findings: list[Finding] = []
    for seq, row in enumerate(rows, 1):
        cells = row.cells
        project = text(cells.get("project"))
        targets = []
        for period, measure, cell in row.targets:
            printed = text_of(cell.pieces, cell.confidence)
            targets.append(Target(period, measure, printed, read_target(printed.value)))
        indicator = Indicator(
            seq,
            text(cells.get("level1")),
            text(cells.get("level2")),
            text(cells.get("level3")),
            text(cells.get("key_work")),
            project,
            projects.get(key_of(project.value)) if project is not None else None,
            text(cells.get("weight")),
            text(cells.get("note")),
            text(cells.get("score")),
            tuple(targets),
        )
        out.append(indicator)
        findings += _unsure_split(indicator, row)
    return tuple(out), findings


def _unsure_split(indicator: Indicator, row: IndicatorRow) -> list[Finding]:
    """Return questions about cells whose bounds are unsure; characters that are unsure are another matter."""
    found = []
    cells = {
        "level2": indicator.level2, "key_work": indicator.key_work, "project": indicator.project, "level3": indicator.level3,
    }
    unbound = {n for n, c in row.cells.items() if c.confidence < 1}
    doubtful = [n for n, t in cells.items() if t is not None and n in unbound]
    if doubtful:
        shown = "；".join(t.value for n, t in cells.items() if t is not None)
        found.append(
            Finding(
                "split_unsure",
                "warning",
                f"第 {indicator.seq} 行指标各栏的分界在文本中没有把握：{shown}。请对照原表",
                "indicators",
                indicator.seq,
                doubtful[0],
                "",
                shown,
            )
        )
    unsure = [t for t, (_, _, c) in zip(indicator.targets, row.targets, strict=True) if c.confidence < 1]
    if unsure:
        found.append(
            Finding(
                "target_column_unsure",
                "warning",
                f"指标“{indicator.name}”的指标值“{'、'.join(t.text.value for t in unsure)}”属于哪一栏在文本中看不出，请对照原表",
                "targets",
                indicator.seq,
                "period",
                "",
                "、".join(t.text.value for t in unsure),
            )
        )
    return found


def read_goals(goals: Sequence[tuple[str, list[Piece]]]) -> tuple[Goal, ...]:
    """Return the goals, one for each horizon printed."""
    return tuple(Goal(seq, horizon, text_of(pieces)) for seq, (horizon, pieces) in enumerate(goals, 1))


def read_fields(
    parts: Parts, staffing: Sequence[StaffFigure] = (), year: Text | None = None, department: Text | None = None
) -> tuple[Field, ...]:
    """Return the fields that have no column of their own: heads and feet, a second department, staffing without
    figures, a year printed a second time (*year* and *department* are the texts that were used)."""
    chosen = []
    seen: set[str] = set()
    for kind, label, pieces in parts.fields:
        text = text_of(pieces)
        unused = kind == "year" and (year is None or text.place != year.place)
        if kind == "money_unit" and not read_money_unit(f"{label}：{text.value}"):
            unused = department is None or text.place != department.place
        if kind in ("other", "personal") or kind in seen or unused:
            chosen.append((kind, label, pieces))
        seen.add(kind)
    if parts.staffing and not staffing:
        heading = text_of(parts.headings["staffing"]).value
        chosen.append(("other", heading, parts.staffing))
    return tuple(
        Field(seq, label, text_of(pieces), kind == "personal") for seq, (kind, label, pieces) in enumerate(chosen, 1)
    )


def field_text(parts: Parts, kind: str) -> Text | None:
    """Return the first head field of *kind*, or None.

    单位 before anything that is no money unit names the department.
    """
    for found, label, pieces in parts.fields:
        if found == kind and pieces:
            return text_of(pieces)
        if kind == "department" and found == "money_unit" and pieces:
            text = text_of(pieces)
            if not read_money_unit(f"{label}：{text.value}") and len(text.value) > 3:
                return text
    return None


def money_unit(parts: Parts) -> tuple[str, Text | None]:
    """Return the printed money unit (the funds heading's, else a head line's) and the text it stands in.

    Where none is printed the unit is empty: it is not assumed.
    """
    heading = parts.headings.get("funds")
    if heading:
        text = text_of(heading)
        unit = read_money_unit(text.value)
        if unit:
            return unit, text
    for kind, label, pieces in parts.fields:
        if kind == "money_unit":
            text = text_of(pieces)
            unit = read_money_unit(f"{label}：{text.value}")
            if unit:
                return unit, text
    return "", None


def year_of(parts: Parts) -> tuple[int | None, Text | None]:
    """Return the year and the text it stands in: a line of its own, else a field, else the title."""
    for pieces in (parts.year, *(p for k, _, p in parts.fields if k == "year"), parts.title):
        if pieces:
            text = text_of(pieces)
            year = read_year(text.value)
            if year is not None:
                return year, text
    return None, None


def unread_of(pieces: Sequence[Piece]) -> tuple[Unread, ...]:
    """Return the leftover pieces in the order of the source."""
    ordered = sorted(pieces, key=lambda p: (p.page, p.line, p.column))
    return tuple(Unread(p.page, p.line, p.raw.strip()) for p in ordered)


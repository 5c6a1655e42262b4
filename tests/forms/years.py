"""A form and the same department's form of the next year: changes planted, and written down as they are.

    pair = next_year(invent(7), 7)
    pair.old.tables(), pair.new.tables(), pair.planted, pair.partners

What only looks like a change (numbering, quotes, width, another sign for the same operator, the year
moving on) is put in too and is no planted change.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from .form import Clause
from .form import Form as InventedForm
from .invent import mark
from .year_funds import NextFunds, in_yuan
from .year_indicators import NextIndicators
from .year_rows import Row, Seqs, Thing, Year, phrases, reprinted, words


@dataclass(frozen=True)
class Planted:
    """One planted change, in the contract's words; a seq is 0 where that year has no such row."""

    kind: str
    table: str
    old_seq: int
    new_seq: int
    field: str = ""
    period: str = ""
    direction: str = ""


@dataclass(frozen=True)
class YearPair:
    """Two years of a department. *partners* are the rows that are one thing, *renamed* those under another name."""

    old: InventedForm
    new: InventedForm
    planted: tuple[Planted, ...]
    partners: dict[str, frozenset[tuple[int, int]]]
    renamed: dict[str, frozenset[tuple[int, int]]]


def _clauses(year: Year) -> list[Row[Clause]]:
    rows: list[Row[Clause]] = []
    way = next(
        (
            way
            for way in ("full", "round", "dun", "dot", "ascii", "comma", "circle")
            if year.old.clauses and year.old.clauses[0].label == mark(way, 1)
        ),
        "full",
    )
    most = 20 if way == "circle" else 99
    for seq, clause in enumerate(year.old.clauses, 1):
        if year.happens(0.05) and len(year.old.clauses) > 2:
            rows.append(Row((seq,), clause, kind="dropped"))
            continue
        row = Row((seq,), clause)
        if year.happens(0.2):
            pairs = [pair for pair in words(year.vocabulary, "clauses") if pair[0] in clause.text]
            if pairs:
                row.value = replace(clause, text=clause.text.replace(*year.rng.choice(pairs), 1))
                row.note("reworded", "text")
        elif year.reprints(0.2):
            row.value = replace(clause, text=reprinted(year.rng, clause.text))
        rows.append(row)
        if year.happens(0.05) and len(rows) < most:
            text = year.speaker.say("clause", "open")
            if all(text not in other.text for other in year.old.clauses):
                rows.append(Row((), Clause("", text + "。"), kind="added"))
    number = 0
    for row in rows:
        if row.kind != "dropped":
            number += 1
            row.value = replace(row.value, label=mark(way, number))
    return rows


def _staffing(year: Year) -> tuple[InventedForm, list[Planted]]:
    old = year.old
    planted: list[Planted] = []
    if old.staffing is None or not old.staffing.text:
        return old, planted
    text, figures = old.staffing.text, list(old.figures)
    for at, figure in enumerate(figures):
        if not year.happens(0.3) or text.count(figure.value) != 1 or int(figure.value) < 3:
            continue
        value = str(int(figure.value) + year.rng.choice((-2, -1, 1, 2, 5)))
        if any(value in other.value or other.value in value for other in figures):
            continue
        text = text.replace(figure.value, value)
        figures[at] = replace(figure, value=value)
        up = "up" if int(value) > int(figure.value) else "down"
        planted.append(Planted("staffing_changed", "staffing", at + 1, at + 1, "value", "", up))
    return replace(old, staffing=replace(old.staffing, text=text), figures=tuple(figures)), planted


def _numbered(
    table: str, rows: list[Row[Thing]]
) -> tuple[list[Thing], list[Planted], set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the rows that stand in the new year, what was planted, the partners and those renamed."""
    values: list[Thing] = []
    planted: list[Planted] = []
    partners: set[tuple[int, int]] = set()
    renamed: set[tuple[int, int]] = set()
    parts: dict[Seqs, list[int]] = defaultdict(list)
    for row in rows:
        if row.kind == "dropped":
            planted.append(Planted("dropped", table, row.olds[0], 0))
            continue
        values.append(row.value)
        new = len(values)
        if row.kind == "added":
            planted.append(Planted("added", table, 0, new))
        elif row.kind == "split":
            parts[row.olds].append(new)
        for old in row.olds:
            partners.add((old, new))
        for kind, field_, period, direction in row.notes:
            at = "targets" if table == "indicators" and field_ in ("value", "unit", "operator") else table
            planted.append(Planted(kind, at, row.olds[0], new, field_, period, direction))
            if kind == "renamed":
                renamed.add((row.olds[0], new))
    planted += [Planted("split", table, olds[0], new) for olds, news in parts.items() for new in news]
    return values, planted, partners, renamed


def next_year(
    old: InventedForm, seed: int, vocabulary: str = "tuned", share: float = 1.0, reprint: float | None = None
) -> YearPair:
    """Return *old* beside the form of its next year. *share* 0 plants nothing, 1 about a change in two rows.

    *reprint* is the same for what only looks like a change; as *share* unless given.
    """
    year = Year(old, seed, vocabulary, share, share if reprint is None else reprint)
    with_staff, planted = _staffing(year)
    clauses, more, clause_partners, _ = _numbered("functions", _clauses(year))
    planted += more
    fund_rows = NextFunds(year).rows()
    funds, more, fund_partners, fund_renamed = _numbered("funds", fund_rows)
    planted += more
    # An indicator's project follows its fund; that of a project that is gone is another's or none.
    gone = [old.funds[row.olds[0] - 1].item for row in fund_rows if row.kind == "dropped"]
    projects = dict.fromkeys(gone, "")
    for row in fund_rows:
        if row.olds and row.kind == "":
            projects[old.funds[row.olds[0] - 1].item] = row.value.item
    kept = {name: new for name, new in projects.items() if new}
    indicator_rows, headers = NextIndicators(year).rows(kept)
    indicators, more, partners, renamed = _numbered("indicators", indicator_rows)
    planted += more
    money_unit, fund_label, unit_line = old.money_unit, old.fund_label, old.unit_line
    if money_unit == "万元" and year.happens(0.08):
        money_unit = "元"
        fund_label, unit_line = fund_label.replace("万元", "元"), unit_line.replace("万元", "元")
        funds = [replace(item, amounts=tuple(map(in_yuan, item.amounts))) for item in funds]
        planted.append(Planted("unit_changed", "documents", 0, 0, "money_unit"))
    goals = tuple(replace(goal, text=year.rolled(goal.text)) for goal in old.goals)
    if goals and year.happens(0.5) and goals[-1].text:
        text = goals[-1].text
        mark_ = text[-1] if text[-1] in "。；" else ""
        added = year.rng.choice(phrases("goal", "added"))
        goals = (*goals[:-1], replace(goals[-1], text=text.removesuffix(mark_) + added + mark_))
        seq = sum(1 for goal in goals if goal.text)
        planted.append(Planted("reworded", "goals", seq, seq, "text"))
    new = replace(
        with_staff,
        title=old.title.replace(*year.years),
        year_line=old.year_line.replace(*year.years),
        year=str(int(old.year) + 1) if old.year else "",
        clauses=tuple(clauses),
        money_unit=money_unit,
        fund_label=fund_label,
        unit_line=unit_line,
        funds=tuple(funds),
        goals=goals,
        headers=tuple(headers),
        indicators=tuple(indicators),
    )
    return YearPair(
        old,
        new,
        tuple(planted),
        {
            "functions": frozenset(clause_partners),
            "funds": frozenset(fund_partners),
            "indicators": frozenset(partners),
        },
        {"funds": frozenset(fund_renamed), "indicators": frozenset(renamed)},
    )


_INVERSE_KIND = {
    "added": "dropped",
    "dropped": "added",
    "split": "merged",
    "merged": "split",
    "became_number": "became_quality",
    "became_quality": "became_number",
    "finding_appeared": "finding_solved",
}
_INVERSE_DIRECTION = {"tightened": "loosened", "loosened": "tightened", "up": "down", "down": "up"}


def turned_round(pair: YearPair) -> YearPair:
    """Return *pair* read backwards: what was split is merged, what was tightened is loosened."""
    planted = tuple(
        replace(
            one,
            kind=_INVERSE_KIND.get(one.kind, one.kind),
            old_seq=one.new_seq,
            new_seq=one.old_seq,
            direction=_INVERSE_DIRECTION.get(one.direction, ""),
        )
        for one in pair.planted
    )
    return YearPair(
        pair.new,
        pair.old,
        planted,
        {table: frozenset((new, old) for old, new in links) for table, links in pair.partners.items()},
        {table: frozenset((new, old) for old, new in links) for table, links in pair.renamed.items()},
    )

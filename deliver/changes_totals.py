"""What changes.html begins with: income and expenditure of both years, and a chart of the largest items."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jixiao.normalize.numbers import decimal_text
from jixiao.rules.compare.change import percent_of, subtract
from jixiao.rules.compare.names import name_key
from jixiao.rules.records import Form

from .changes import SIDES, Report, signed
from .page import escaped, said

_MOST_BARS = 8


def grouped(number: Decimal) -> str:
    """Return *number* with thousands separators, as money is read.

    >>> grouped(Decimal("22703300.50"))
    '22,703,300.5'
    """
    return f"{Decimal(decimal_text(number)):,f}"


def totals(report: Report) -> Iterator[str]:
    """Yield a card for income and expenditure, and a chart of the largest items."""
    cards = []
    columns = [
        (report.total(side), f"{chinese}，全年预算", f"{'Income' if side == 'income' else 'Expenditure'}, full-year budget")
        for side, chinese in SIDES.items()
    ]
    if all(old is None and new is None for (old, new, _), *_ in columns):
        columns = [(_tasks_total(report), "年度任务，预算金额合计", "Tasks of the year, summed")]
    for (old, new, unit), chinese, english in columns:
        if old is None and new is None:
            continue
        figures = f'<span class="now">{"—" if new is None else grouped(new)}</span> <span class="unit">{escaped(unit)}</span>'
        was = said("旧表 ", "before ") + ("—" if old is None else grouped(old))
        delta = ""
        if old is not None and new is not None:
            difference = subtract(new, old)
            percent = percent_of(difference, old)
            sign = "+" if difference > 0 else ""
            delta = f'<div class="delta">{sign}{grouped(difference)}' + (
                f"　{signed(percent)}%</div>" if percent is not None else "</div>"
            )
        cards.append(
            f'<div class="card"><div class="what">{said(chinese, english)}</div>'
            f'<div class="figures">{figures}</div><div class="was">{was}</div>{delta}</div>'
        )
    if cards:
        yield f'<div class="totals">{"".join(cards)}</div>'
    yield from _chart(report)


def _tasks_total(report: Report) -> tuple[Decimal | None, Decimal | None, str]:
    """Return the sum of the tasks' amounts in both years, where all are in one unit."""
    forms = (report.pair.old, report.pair.new)
    tasks = [[task for task in form.tasks if task.amount is not None] if form is not None else [] for form in forms]
    units = {task.money_unit for year in tasks for task in year}
    if len(units) != 1:
        return None, None, ""
    old, new = (
        sum((task.amount for task in year if task.amount is not None), Decimal(0)) if year else None for year in tasks
    )
    return old, new, units.pop()


def _chart(report: Report) -> Iterator[str]:
    """Yield the largest items of the expenditure, or of the income where there is no other, both years side by side."""
    side = next((side for side in ("expenditure", "income") if _bars(report, side)), "")
    if not side:
        return
    bars, unit = _bars(report, side), report.total(side)[2]
    most = max(max(old or Decimal(0), new or Decimal(0)) for _, old, new in bars)
    if most <= 0:
        return
    row, left, width, right = 44, 300, 560, 140
    words = {
        "expenditure": ("支出中最大的几项", "Largest items of expenditure"),
        "income": ("收入中最大的几项", "Largest items of income"),
    }
    caption = said(*words[side]) + f"，{escaped(unit)}"
    key = f'<span class="key"><i class="k-old"></i>{said("旧", "old")}<i class="k-new"></i>{said("新", "new")}</span>'
    yield f"<figure><figcaption><span>{caption}</span>{key}</figcaption>"
    yield f'<svg viewBox="0 0 {left + width + right} {row * len(bars)}" role="img">'
    for at, (name, old, new) in enumerate(bars):
        top = at * row
        shown = name if len(name) <= 20 else name[:19] + "…"
        yield f'<text x="0" y="{top + 24}">{escaped(shown)}</text>'
        for amount, offset, kind in ((old, 6, "old"), (new, 22, "new")):
            length = 0 if amount is None or amount <= 0 else int(amount * width / most)
            yield f'<rect class="bar-{kind}" x="{left}" y="{top + offset}" width="{length}" height="13" rx="2"></rect>'
            figure = "—" if amount is None else grouped(amount)
            yield f'<text class="figure" x="{left + length + 8}" y="{top + offset + 11}">{figure}</text>'
    yield "</svg></figure>"


def _bars(report: Report, side: str) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Return name and amounts of the largest items of *side*; in the unit of the totals."""
    unit = report.total(side)[2]
    renamed = {
        one.old_seq: one.new_seq
        for one in report.changes
        if one.table == "funds" and one.old_seq and one.new_seq and one.kind not in ("split", "merged")
    }
    old, new = _amounts(report.pair.old, side, unit), _amounts(report.pair.new, side, unit)
    years = [None if form is None else form.year for form in (report.pair.old, report.pair.new)]
    by_name = {name_key(name, years[1]): seq for seq, (name, _) in new.items()}
    rows: dict[int, tuple[str, Decimal | None, Decimal | None]] = {}
    gone: list[tuple[str, Decimal | None, Decimal | None]] = []
    partner: dict[int, Decimal] = {}
    for seq, (name, amount) in old.items():
        other = renamed.get(seq) or by_name.get(name_key(name, years[0]))
        if other in new:
            partner[other] = amount
        else:
            gone.append((name, amount, None))
    for seq, (name, amount) in new.items():
        rows[seq] = (name, partner.get(seq), amount)
    every = [*rows.values(), *gone]
    every.sort(key=lambda bar: (-max(bar[1] or Decimal(0), bar[2] or Decimal(0)), bar[0]))
    return every[:_MOST_BARS]


def _amounts(form: Form | None, side: str, unit: str) -> dict[int, tuple[str, Decimal]]:
    found = {}
    for item in () if form is None else form.funds:
        if item.side != side:
            continue
        for amount in item.amounts:
            if (amount.period, amount.measure) != ("full_year", "budget"):
                continue
            number = amount.amount if amount.money_unit == unit else amount.amount_yuan
            if number is not None:
                found[item.seq] = (item.item.value, number)
    return found

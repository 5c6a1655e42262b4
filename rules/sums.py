"""What a side of the funds comes to, where totals stand beside their parts as well as above them.

Many forms print 合计 as a row like any other, some only parts, and a few (基本支出 400, 项目支出 500, 其他 100)
parts of which one happens to be as much as the others together: then the side comes to either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .families import SHARES, key_of
from .records import Amount, Form, FundItem

Column = tuple[str, str]
"""Period and measure."""
_TOTAL_ENDINGS = ("合计", "总计", "总额", "总收入", "总支出")
_PART_OF = "其中"
_LONGEST_RUN = 100
_NOTHING = Decimal(0)


def is_total(item: FundItem) -> bool:
    """Return whether the item's name says that it is all of its side: 支出合计, 资金总额（万元）."""
    return key_of(item.item.value).partition("(")[0].rstrip(":：").endswith(_TOTAL_ENDINGS)


def half_unit(amount: Amount) -> Decimal:
    """Half of the last printed decimal: what rounding may have hidden."""
    _, _, decimals = amount.text.value.strip().partition(".")
    places = sum(1 for c in decimals if c.isdigit())
    return Decimal(5).scaleb(-places - 1) if places else _NOTHING


def by_column(items: Iterable[FundItem]) -> dict[Column, list[Amount]]:
    """Return the items' amounts by period and measure. A share (分值, 执行率, 得分) is no part of a sum."""
    out: dict[Column, list[Amount]] = {}
    for item in items:
        for amount in item.amounts:
            if amount.measure not in SHARES:
                out.setdefault((amount.period, amount.measure), []).append(amount)
    return out


def tops(form: Form, side: str) -> tuple[list[FundItem], list[FundItem]]:
    """Return the totals of a side and the other items without a parent."""
    items = [item for item in form.funds if item.side == side and item.parent_seq is None]
    return [item for item in items if is_total(item)], [item for item in items if not is_total(item)]


@dataclass(frozen=True, slots=True)
class Sum:
    """What so many *parts* come to, and how much of it rounding may have hidden."""

    value: Decimal
    slack: Decimal = _NOTHING
    parts: int = 1

    def agrees(self, other: Sum) -> bool:
        """Return whether the two may be one amount."""
        return abs(self.value - other.value) <= self.slack + other.slack


def sums_of(amounts: Sequence[Amount]) -> tuple[Sum, ...]:
    """Return what the printed *amounts* may come to: one that is as much as the others may be the whole of them."""
    printed = [(a.amount, half_unit(a)) for a in amounts if a.amount is not None]
    whole = Sum(sum((n for n, _ in printed), _NOTHING), sum((s for _, s in printed), _NOTHING), len(printed))
    largest = max(printed, default=(_NOTHING, _NOTHING))
    if len(printed) > 2 and largest[0] * 2 == whole.value and whole.value:
        return Sum(*largest), whole
    return (whole,)


def side_sums(form: Form, side: str) -> dict[Column, tuple[Sum, ...]]:
    """Return what *side* may come to in every column: totals printed beside their parts first, then what the items add up to.

    A column without such a total says nothing where an amount is blank, or where it is one item of expenditure.
    """
    totals, rest = tops(form, side)
    parents = {item.parent_seq for item in form.funds}
    beside = by_column(item for item in totals if item.seq not in parents)
    above = by_column(item for item in totals if item.seq in parents)
    others = by_column([*(item for item in totals if item.seq in parents), *rest])
    heads = {item.parent for item in rest}
    # 三公经费 printed over items below 支出: a part of it, and what stands under another head is the whole.
    apart = [by_column(item for item in rest if item.parent == head) for head in sorted(heads)] if len(heads) > 1 else []
    found: dict[Column, tuple[Sum, ...]] = {}
    for column in dict.fromkeys((*beside, *others)):
        known, wholes = _printed(beside.get(column, ())), _printed(above.get(column, ()))
        amounts = others.get(column, [])
        if not known and any(a.amount is None for a in amounts):
            continue
        if not known and not wholes and side == "expenditure" and len(amounts) < 2:
            continue
        sums = sums_of(amounts) if _printed(amounts) else ()
        under = [one for columns in apart if _printed(columns.get(column, ())) for one in sums_of(columns[column])]
        found[column] = (*known, *sums, *wholes, *under)
    return found


def _printed(amounts: Iterable[Amount]) -> list[Sum]:
    """Return the amounts that are printed, the greatest first."""
    sums = (Sum(a.amount, half_unit(a)) for a in amounts if a.amount is not None)
    return sorted(sums, key=lambda one: -one.value)


@dataclass(frozen=True, slots=True)
class FlatSum:
    """A total in a column, and what is printed beside it as its parts."""

    total: FundItem
    amount: Amount
    parts: tuple[Amount, ...]


def flat_sums(form: Form, side: str) -> Iterator[FlatSum]:
    """Yield the totals of *side* that stand beside their parts; where a column has several, none: whose parts, no one knows."""
    totals, rest = tops(form, side)
    parents = {item.parent_seq for item in form.funds}
    named = [item for item in rest if not item.item.value.startswith(_PART_OF)]
    found: dict[Column, list[tuple[FundItem, Amount]]] = {}
    for item in totals:
        for column, amounts in by_column([item]).items():
            found.setdefault(column, []).append((item, amounts[0]))
    for column, printed in found.items():
        item, amount = printed[0]
        if len(printed) == 1 and item.seq not in parents and amount.amount is not None:
            beside = [one for one in named if one.parent == item.parent]
            if not beside and all(one in named for one in rest):  # else 其中 leaves some out of what stands under one head
                beside = named
            whole = tuple(by_column(beside).get(column, ()))
            # 事业收入 right behind 其中：财政拨款 may be a part of what stands above both.
            behind = {one.seq + 1 for one in form.funds if one.item.value.startswith(_PART_OF)}
            fewer = tuple(by_column(one for one in beside if one.seq not in behind).get(column, ()))
            yield FlatSum(item, amount, fewer if nearest_sum(amount, fewer) is None else whole)


def nearest_sum(total: Amount, parts: Sequence[Amount]) -> Sum | None:
    """Return what *parts* come to that is nearest to *total*, or None if they come to it.

    All of them are counted, or all but sums of those behind them, or all but what is as much as the total itself.
    """
    if total.amount is None:
        return None
    printed = [a for a in parts if a.amount is not None]
    others = [a for a in printed if a.amount != total.amount]
    wanted = Sum(total.amount, half_unit(total))
    ways = [printed, _without_sums(printed), *([others] if len(others) > 1 else [])]
    sums = [one for way in ways for one in sums_of(way)]
    if any(one.agrees(wanted) for one in sums):
        return None
    return min(sums, key=lambda one: abs(one.value - wanted.value))


def _without_sums(amounts: Sequence[Amount]) -> list[Amount]:
    """Return *amounts* without those that two or more right behind them add up to; these are counted."""
    left: list[Amount] = []
    at = 0
    while at < len(amounts):
        run = _run_of(amounts, at)
        left += amounts[at + 1 : at + 1 + run] if run else [amounts[at]]
        at += 1 + run
    return left


def _run_of(amounts: Sequence[Amount], at: int) -> int:
    """Return how many amounts right behind one add up to it, at least two, or 0."""
    summed = _NOTHING
    for many, other in enumerate(amounts[at + 1 : at + 1 + _LONGEST_RUN], 1):
        summed += other.amount or _NOTHING
        if many > 1 and summed == amounts[at].amount:
            return many
    return 0

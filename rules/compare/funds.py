"""What changed among the funds: names, places in the tree, amounts with their share and half-year pace."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from jixiao.normalize.characters import fold_width
from jixiao.normalize.money import to_yuan
from jixiao.normalize.numbers import decimal_text
from jixiao.rules.records import Amount, Form, FundItem
from jixiao.rules.sums import is_total, side_sums, sums_of

from .align import Alignment, Row, align
from .change import Change, Why, percent_of, subtract
from .concordance import Concordance
from .names import name_key, same_name
from .sides import Sides, left_over, shared_by

UNKNOWN_UNIT = Why("有一年没有金额单位，无法换算", "one year has no money unit: not comparable")
_A_TOTAL = "合计"
_UNIT_BEHIND = re.compile(r"\([^()]{0,8}元\):?$|:$")
_SIDES = ("income", "expenditure")
_Totals = dict[tuple[str, str, str], Decimal | None]


def align_funds(sides: Sides) -> Alignment:
    """Return the alignment of both sides of the funds, income with income."""
    aligned = []
    for side in _SIDES:
        totals = _lone_totals(sides, side)
        rows = [
            [
                Row(
                    at,
                    _A_TOTAL if item.item.value in totals else _bare(item.item.value, sides.known),
                    form.year,
                    name_key(_bare(item.parent, sides.known), form.year) or side,
                    (("金额", _amounts_key(item)),),
                    number=_full_year_yuan(item),
                )
                for at, item in enumerate(form.funds)
                if item.side == side
            ]
            for form in sides.forms
        ]
        aligned.append(align(rows[0], rows[1], sides.known, "funds"))
    first, second = aligned
    return Alignment(
        (*first.pairs, *second.pairs),
        (*first.splits, *second.splits),
        (*first.merges, *second.merges),
        {**first.dropped, **second.dropped},
        {**first.added, **second.added},
    )


def _bare(name: str, known: Concordance) -> str:
    """Return a name without the money unit that a layout puts behind it; a reviewer's list has names as printed."""
    return name if known else _UNIT_BEHIND.sub("", fold_width(name).strip())


def _lone_totals(sides: Sides, side: str) -> frozenset[str]:
    """Return what the total of *side* is called in each year where each has one: 总额 and 年度资金总额 are no two things."""
    names = [[item.item.value for item in form.funds if item.side == side and is_total(item)] for form in sides.forms]
    if [len(one) for one in names] != [1, 1]:
        return frozenset()
    (old,), (new,) = names
    said = sides.known.denied("funds", name_key(old), name_key(new)) or any(
        sides.known.partners("funds", name_key(name)) for name in (old, new)
    )
    return frozenset() if said else frozenset((old, new))


def fund_changes(sides: Sides, found: Alignment) -> Iterator[Change]:
    """Yield what changed in the funds, whose rows *found* pairs."""
    totals = _totals(sides.old), _totals(sides.new)
    partner = found.partner_of_old()
    at_seq = {item.seq: at for at, item in enumerate(sides.old.funds)}
    for pair in found.pairs:
        before, after = sides.old.funds[pair.old], sides.new.funds[pair.new]
        shared = shared_by(pair, "funds", before.seq, after.seq, before.item, after.item)
        names = _bare(before.item.value, sides.known), _bare(after.item.value, sides.known)
        one = not {before.item.value, after.item.value} - _lone_totals(sides, before.side)
        if not one and not same_name(*names, sides.years):
            yield replace(shared, kind="renamed", field="item", old=before.item.value, new=after.item.value)
        parent = None if before.parent_seq is None else partner.get(at_seq.get(before.parent_seq, -1))
        expected = None if parent is None else sides.new.funds[parent].seq
        known_parent = before.parent_seq is None or parent is not None
        if known_parent and expected != after.parent_seq and not _beside_or_below(sides, before, after):
            yield replace(shared, kind="moved", field="parent", old=before.parent, new=after.parent)
        yield from _amounts(before, after, shared, totals)
    yield from left_over(
        found,
        "funds",
        [(item.seq, item.item, _full_year_text(item)) for item in sides.old.funds],
        [(item.seq, item.item, _full_year_text(item)) for item in sides.new.funds],
    )


def _beside_or_below(sides: Sides, before: FundItem, after: FundItem) -> bool:
    """Return whether one year prints the total above the item and the other beside it: another layout, no move."""
    if (before.parent_seq is None) == (after.parent_seq is None):
        return False
    form, seq = (sides.new, after.parent_seq) if before.parent_seq is None else (sides.old, before.parent_seq)
    return any(item.seq == seq and is_total(item) for item in form.funds)


def _amounts(
    before: FundItem, after: FundItem, shared: Change, totals: tuple[_Totals, _Totals]
) -> Iterator[Change]:
    olds, news = _by_column(before), _by_column(after)
    paces = _fund_pace(before), _fund_pace(after)
    for column in dict.fromkeys((*olds, *news)):
        if column[1] == "score" or any((before.side, *column) not in total for total in totals):
            continue
        a, b = olds.get(column), news.get(column)
        x, y = None if a is None else a.amount, None if b is None else b.amount
        if x is None and y is None:
            continue
        change = replace(
            shared,
            kind="amount_changed",
            field="amount",
            period=column[0],
            measure=column[1],
            old="" if x is None else decimal_text(x),
            new="" if y is None else decimal_text(y),
            old_place=None if a is None else a.text.place,
            new_place=None if b is None else b.text.place,
            old_share=_share(a, totals[0], before.side),
            new_share=_share(b, totals[1], after.side),
            old_pace=paces[0] if column[0] in ("half_year", "full_year") else None,
            new_pace=paces[1] if column[0] in ("half_year", "full_year") else None,
        )
        if a is None or b is None or x is None or y is None:
            yield change
            continue
        compared = _difference(a, b)
        if compared is None:
            if x != y:  # that one year prints no unit is said once, of the form
                yield replace(change, uncertain=True, why=change.why + UNKNOWN_UNIT)
        elif compared[0]:
            difference, base = compared
            yield replace(
                change,
                difference=difference,
                percent=percent_of(difference, base),
                direction="up" if difference > 0 else "down",
            )


def _by_column(item: FundItem) -> dict[tuple[str, str], Amount]:
    found: dict[tuple[str, str], Amount] = {}
    for amount in item.amounts:
        found.setdefault((amount.period, amount.measure), amount)
    return found


def _amounts_key(item: FundItem) -> str:
    """Return the item's amounts as one text, or "" where they say nothing (blank or 0)."""
    known = [(a.period, a.measure, a.amount_yuan) for a in item.amounts if a.amount_yuan]
    return ";".join(f"{period}{measure}{decimal_text(yuan)}" for period, measure, yuan in known if yuan)


def _full_year(item: FundItem) -> Amount | None:
    return next((a for a in item.amounts if a.period == "full_year" and a.amount is not None), None)


def _full_year_yuan(item: FundItem) -> Decimal | None:
    amount = _full_year(item)
    return None if amount is None else amount.amount_yuan


def _full_year_text(item: FundItem) -> str:
    amount = _full_year(item)
    return "" if amount is None or amount.amount is None else decimal_text(amount.amount)


def totals_of(form: Form) -> dict[tuple[str, str, str], tuple[Decimal, str] | None]:
    """Return the total of every side, period and measure that the form has a column for, with its unit.

    It is the total printed beside the items without a parent, or what these add up to; where that may be either
    of two amounts, the one that the other side comes to as well. None where an amount has no unit like the others'.
    """
    tops: dict[tuple[str, str, str], list[Amount]] = defaultdict(list)
    for item in form.funds:
        for amount in item.amounts:
            column = tops[item.side, amount.period, amount.measure]
            if item.parent_seq is None and amount.amount is not None:
                column.append(amount)
    sums = {side: side_sums(form, side) for side in _SIDES}
    found: dict[tuple[str, str, str], tuple[Decimal, str] | None] = {}
    for key, amounts in tops.items():
        if not amounts or len({a.money_unit for a in amounts}) != 1:
            found[key] = None
            continue
        side, period, measure = key
        other = [one for name in _SIDES if name != side for one in sums[name].get((period, measure), ())]
        own = sums[side].get((period, measure)) or sums_of(amounts)
        total = next((one for one in own if any(one.agrees(two) for two in other)), own[0])
        found[key] = total.value, amounts[0].money_unit
    return found


def _totals(form: Form) -> _Totals:
    return {key: None if total is None else total[0] for key, total in totals_of(form).items()}


def _share(amount: Amount | None, totals: _Totals, side: str) -> Decimal | None:
    if amount is None or amount.amount is None:
        return None
    total = totals.get((side, amount.period, amount.measure))
    return None if total is None else percent_of(amount.amount, total)


def _difference(old: Amount, new: Amount) -> tuple[Decimal, Decimal] | None:
    assert old.amount is not None
    assert new.amount is not None
    return money_difference(old.amount, old.money_unit, new.amount, new.money_unit)


def money_difference(x: Decimal, old_unit: str, y: Decimal, new_unit: str) -> tuple[Decimal, Decimal] | None:
    """Return the difference in the new unit and the old amount in it, or None if units do not compare."""
    if old_unit == new_unit:
        return subtract(y, x), x
    before, one = to_yuan(x, old_unit), to_yuan(Decimal(1), new_unit)
    if before is None or one is None:
        return None
    # Powers of ten: exact.
    in_new = before.scaleb(-one.adjusted())
    return subtract(y, in_new), in_new


def _fund_pace(item: FundItem) -> Decimal | None:
    """Return what is planned for the half-year in percent of the year, where both are there."""
    half = next((a for a in item.amounts if a.period == "half_year" and a.amount is not None), None)
    full = _full_year(item)
    if half is None or full is None or half.amount is None or full.amount is None:
        return None
    return percent_of(half.amount, full.amount) if half.money_unit == full.money_unit else None

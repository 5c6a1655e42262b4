"""What is planted on top of a pair of years: weights that change, and sums that no longer hold.

Apart from `years`, whose draws the samples of three years hang on.
"""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from .form import Form, plain
from .years import Planted, YearPair


def with_extras(pair: YearPair, seed: int) -> YearPair:
    """Return *pair* with weights (in half of the pairs) and a sum that is wrong in the new year (in half)."""
    rng = random.Random(f"extras {seed}")
    if rng.random() < 0.5:
        pair = _weighted(pair, rng)
    if rng.random() < 0.5:
        pair = _flawed(pair, rng)
    return pair


def _weighted(pair: YearPair, rng: random.Random) -> YearPair:
    """Give every indicator a weight; some of the new year's are another, some only printed another way."""
    old = [replace(row, weight=rng.choice(("2", "3", "5", "8", "10", "12.5"))) for row in pair.old.indicators]
    new = [replace(row, weight=rng.choice(("2", "4", "6"))) for row in pair.new.indicators]
    planted = list(pair.planted)
    whole = {one.old_seq for one in planted if (one.table, one.kind) == ("indicators", "split")}
    for before, after in sorted(pair.partners["indicators"]):
        weight = old[before - 1].weight
        draw = rng.random()
        if draw < 0.2:
            other = rng.choice([one for one in ("2", "3", "5", "8", "10", "12.5") if one != weight])
            new[after - 1] = replace(new[after - 1], weight=other)
            if before not in whole and old[before - 1].level3:
                up = "up" if Decimal(other) > Decimal(weight) else "down"
                planted.append(Planted("weight_changed", "indicators", before, after, "weight", "", up))
        else:
            printed = weight if draw < 0.7 else f"{weight}分" if draw < 0.85 or "." in weight else f"{weight}.0"
            new[after - 1] = replace(new[after - 1], weight=printed)
    return replace(
        pair,
        old=replace(pair.old, indicators=tuple(old)),
        new=replace(pair.new, indicators=tuple(new)),
        planted=tuple(planted),
    )


def _flawed(pair: YearPair, rng: random.Random) -> YearPair:
    """Print another half-year total of the projects than they add up to, where they did before."""
    partners = {new: old for old, new in pair.partners["funds"]}
    for seq, item in enumerate(pair.new.funds, 1):
        old = partners.get(seq)
        amount = next((one for one in item.amounts if one.period == "half_year"), None)
        if item.item != "项目支出" or old is None or amount is None:
            continue
        if not (_holds(pair.old, "项目支出") and _holds(pair.new, "项目支出")):
            continue
        value = plain(Decimal(amount.amount) + rng.choice((7, 18)))
        before = next(one for one in pair.old.funds[old - 1].amounts if one.period == "half_year")
        changed = replace(
            item, amounts=tuple(replace(one, raw=value) if one is amount else one for one in item.amounts)
        )
        planted = [
            one
            for one in pair.planted
            if (one.kind, one.table, one.new_seq, one.period) != ("amount_changed", "funds", seq, "half_year")
        ]
        factor = 10000 if pair.new.money_unit != pair.old.money_unit else 1
        difference = Decimal(value) - Decimal(before.amount) * factor
        if difference:
            up = "up" if difference > 0 else "down"
            planted.append(Planted("amount_changed", "funds", old, seq, "amount", "half_year", up))
        planted.append(Planted("finding_appeared", "findings", 0, seq, "parts_add_up"))
        funds = (*pair.new.funds[: seq - 1], changed, *pair.new.funds[seq:])
        return replace(pair, new=replace(pair.new, funds=funds), planted=tuple(planted))
    return pair


def _holds(form: Form, name: str) -> bool:
    parts = [item for item in form.funds if item.parent == name]
    total = next((item for item in form.funds if item.item == name), None)
    if total is None or not parts:
        return False
    for amount in total.amounts:
        summed = sum(
            (Decimal(one.amount) for item in parts for one in item.amounts if one.period == amount.period),
            Decimal(0),
        )
        if amount.period == "half_year" and summed != Decimal(amount.amount):
            return False
    return True

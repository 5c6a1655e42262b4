"""What changed between two values of one indicator: operator, value, unit, word, and which way.

Tightened and loosened are said only where one target's allowed values lie within the other's, and the
operators are of one family or one is exact and lies beyond the other's limit. Anything else is up or down, or neither.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from jixiao.normalize.characters import fold_width
from jixiao.normalize.quality import compare_quality
from jixiao.normalize.values import TargetValue
from jixiao.rules.records import Target

from .change import NO_WHY, Why, multiply, percent_of, subtract
from .names import text_key

_FLOORS = ("ge", "gt")
_CEILINGS = ("le", "lt")
_SIGNS = {"eq": "=", "ge": "≥", "le": "≤", "gt": ">", "lt": "<", "between": "~", "approx": "≈"}
_UNITS_DIFFER = Why("两年单位不同，无法换算", "units differ and cannot be converted")
_OPERATORS_DIFFER = Why(
    "比较方式不同，松紧请人工判断", "operators differ: whether it is tighter is left to you"
)
_RATE_OR_NUMBER = Why("一年印 %，一年未印单位", "one year prints %, the other no unit")
_WORDS_UNORDERED = Why("用词之间没有既定的高低次序", "the two words have no known order")
_YEAR_UNSURE = Why(
    "期限按年度推移与按绝对日期比较，结论不同", "the deadline moves with the year or not: two answers"
)

_NO_YEAR = Why(
    "有一年没有印出年度，期限的先后请人工判断", "one form prints no year: whether it is later is left to you"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One change of a value. *field* is value, operator or unit."""

    kind: str
    field: str
    old: str
    new: str
    difference: Decimal | None = None
    percent: Decimal | None = None
    direction: str = ""
    uncertain: bool = False
    why: Why = NO_WHY


@cache
def _bases() -> dict[str, tuple[str, Decimal]]:
    data = tomllib.loads((Path(__file__).parent / "units.toml").read_text(encoding="utf-8"))
    return {
        unit: (base, Decimal(many)) for base, units in data["bases"].items() for unit, many in units.items()
    }


@cache
def _scales() -> dict[str, Decimal]:
    data = tomllib.loads((Path(__file__).parent / "units.toml").read_text(encoding="utf-8"))
    return {scale: Decimal(many) for scale, many in data["scales"].items()}


def base_of(unit: str) -> tuple[str, Decimal]:
    """Return the unit that *unit* can be turned into, and how many of it one is.

    >>> base_of("万人次"), base_of("公里"), base_of("盏")
    (('人次', Decimal('10000')), ('米', Decimal('1000')), ('盏', Decimal('1')))
    """
    plain = fold_width("".join(unit.split()))
    many = Decimal(1)
    while plain not in _bases() and len(plain) > 1 and plain[0] in _scales():
        many *= _scales()[plain[0]]
        plain = plain[1:]
    base, factor = _bases().get(plain, (plain, Decimal(1)))
    return base, many * factor


def factor_between(old: str, new: str) -> Decimal | None:
    """Return how many of *new* one of *old* is, or None if the two are not of one kind.

    >>> factor_between("万元", "元"), factor_between("小时", "天")
    (Decimal('10000'), None)
    """
    (old_base, old_many), (new_base, new_many) = base_of(old), base_of(new)
    return old_many / new_many if old_base == new_base else None


def target_changes(
    old: Target, new: Target, years: tuple[int | None, int | None] = (None, None)
) -> tuple[Verdict, ...]:
    """Return what changed between two values of one indicator, period and measure; nothing if only the print did."""
    raw_old, raw_new = old.text.raw.replace("\n", ""), new.text.raw.replace("\n", "")
    a, b = old.value, new.value
    found: tuple[Verdict, ...]
    if text_key(raw_old, years[0]) == text_key(raw_new, years[1]) or text_key(raw_old) == text_key(raw_new):
        found = ()
    elif a.kind in ("number", "range") and b.kind in ("number", "range"):
        found = _numbers(a, b, raw_old, raw_new)
    elif a.kind == "date" and b.kind == "date":
        found = _dates(a, b, raw_old, raw_new, years)
    elif a.kind == b.kind == "quality":
        found = _words(raw_old, raw_new)
    elif b.kind in ("number", "range") and a.kind in ("quality", "text"):
        found = (Verdict("became_number", "value", raw_old, raw_new),)
    elif b.kind == "quality" and a.kind in ("number", "range", "date"):
        found = (Verdict("became_quality", "value", raw_old, raw_new),)
    else:
        found = (Verdict("target_changed", "value", raw_old, raw_new),)
    if new.measure == "target":
        return found
    # What was reached is no target: it is more or less, never tighter.
    return tuple(_plain(verdict, a, b) for verdict in found)


def _plain(verdict: Verdict, old: TargetValue, new: TargetValue) -> Verdict:
    direction = verdict.direction
    if direction in ("tightened", "loosened"):
        direction = "" if verdict.difference is None else _up(verdict.difference)
    return Verdict(
        verdict.kind,
        verdict.field,
        verdict.old,
        verdict.new,
        verdict.difference,
        verdict.percent,
        direction,
        verdict.uncertain,
        verdict.why,
    )


def _up(difference: Decimal) -> str:
    return "up" if difference > 0 else "down" if difference < 0 else ""


def _words(old: str, new: str) -> tuple[Verdict, ...]:
    order = compare_quality(text_key(old), text_key(new))
    if order == 0:
        # Two words of one rank (健全, …): reworded, neither raised nor lowered.
        return (Verdict("quality_changed", "value", old, new),)
    if order is None:
        return (Verdict("quality_changed", "value", old, new, why=_WORDS_UNORDERED),)
    return (Verdict("quality_changed", "value", old, new, direction="up" if order > 0 else "down"),)


def _factor(old: TargetValue, new: TargetValue) -> tuple[Decimal | None, Why]:
    """Return what *old* is to be multiplied with to stand in *new*'s unit, and the doubt about it."""
    factor = factor_between(old.unit, new.unit)
    if factor is not None:
        return factor, NO_WHY
    a, b = old.value, new.value
    if (
        {base_of(old.unit)[0], base_of(new.unit)[0]} == {"", "%"}
        and isinstance(a, Decimal)
        and isinstance(b, Decimal)
    ):
        # 0.95 and 95%, or 95 and 95%: one value under two prints. Anything else is anybody's guess.
        for many in (Decimal(100), Decimal("0.01"), Decimal(1)):
            if multiply(a, many) == b:
                return many, NO_WHY
        return None, _RATE_OR_NUMBER
    if a == b and old.value_max == new.value_max and (not old.unit or not new.unit):
        return Decimal(1), NO_WHY
    return None, _UNITS_DIFFER


def _numbers(a: TargetValue, b: TargetValue, raw_old: str, raw_new: str) -> tuple[Verdict, ...]:
    assert isinstance(a.value, Decimal)
    assert isinstance(b.value, Decimal)
    factor, doubt = _factor(a, b)
    found = []
    if base_of(a.unit) != base_of(b.unit):
        why = doubt
        if factor is not None and factor != 1:
            why = Why("单位换算后再比较", "compared after conversion")
        found.append(Verdict("unit_changed", "unit", a.unit, b.unit, uncertain=factor is None, why=why))
    low_old, low_new = a.value, b.value
    high_old = a.value_max if isinstance(a.value_max, Decimal) else None
    high_new = b.value_max if isinstance(b.value_max, Decimal) else None
    if factor is None:
        if a.operator != b.operator:
            found.append(_operator(a, b, "", doubt))
        if low_old != low_new or high_old != high_new:
            found.append(Verdict("target_changed", "value", raw_old, raw_new, uncertain=True, why=doubt))
        return tuple(found)
    low_old = multiply(low_old, factor)
    high_old = None if high_old is None else multiply(high_old, factor)
    direction, why = _direction(a.operator, b.operator, (low_old, high_old), (low_new, high_new))
    if a.operator != b.operator:
        found.append(_operator(a, b, direction, why))
    if low_old == low_new and high_old == high_new:
        return tuple(found)
    difference: Decimal | None = subtract(low_new, low_old)
    if high_old is not None and high_new is not None and subtract(high_new, high_old) != difference:
        difference = None
    if (high_old is None) != (high_new is None):
        difference = None
    if difference is not None and not direction:
        direction = _up(difference)
    percent = None if difference is None else percent_of(difference, low_old)
    found.append(
        Verdict(
            "target_changed",
            "value",
            raw_old,
            raw_new,
            difference,
            percent,
            direction,
            bool(why.chinese),
            why,
        )
    )
    return tuple(found)


def _operator(a: TargetValue, b: TargetValue, direction: str, why: Why) -> Verdict:
    return Verdict(
        "operator_changed",
        "operator",
        _SIGNS.get(a.operator, a.operator),
        _SIGNS.get(b.operator, b.operator),
        direction=direction,
        uncertain=bool(why.chinese),
        why=why,
    )


def _direction(
    old_operator: str,
    new_operator: str,
    old: tuple[Decimal, Decimal | None],
    new: tuple[Decimal, Decimal | None],
) -> tuple[str, Why]:
    """Return tightened or loosened where it can be said, else "" and the doubt if there is one."""
    for family, sign in ((_FLOORS, 1), (_CEILINGS, -1)):
        if old_operator in family and new_operator in family:
            if new[0] != old[0]:
                return ("tightened" if (new[0] > old[0]) == (sign > 0) else "loosened"), NO_WHY
            if old_operator == new_operator:
                return "", NO_WHY
            return ("tightened" if new_operator in ("gt", "lt") else "loosened"), NO_WHY
    if old_operator == new_operator == "between":
        assert old[1] is not None
        assert new[1] is not None
        if old == new:
            return "", NO_WHY
        if new[0] >= old[0] and new[1] <= old[1]:
            return "tightened", NO_WHY
        if new[0] <= old[0] and new[1] >= old[1]:
            return "loosened", NO_WHY
        return "", NO_WHY
    if old_operator == new_operator:
        return "", NO_WHY
    for family, sign in ((_FLOORS, 1), (_CEILINGS, -1)):
        # Exactly 100% lies beyond at least 95%; exactly 95% is no more than at least 95%, if anything less.
        if old_operator in family and new_operator == "eq" and (new[0] - old[0]) * sign > 0:
            return "tightened", NO_WHY
        if old_operator == "eq" and new_operator in family and (new[0] - old[0]) * sign < 0:
            return "loosened", NO_WHY
    return "", _OPERATORS_DIFFER


def _dates(
    a: TargetValue, b: TargetValue, raw_old: str, raw_new: str, years: tuple[int | None, int | None]
) -> tuple[Verdict, ...]:
    """Return how a deadline changed: one that moved on with the form's year did not."""
    assert isinstance(a.value, date)
    assert isinstance(b.value, date)
    last_old = a.value_max if isinstance(a.value_max, date) else None
    last_new = b.value_max if isinstance(b.value_max, date) else None
    found = []
    if a.operator != b.operator:
        found.append(_operator(a, b, "", _OPERATORS_DIFFER))
    if (a.value, last_old) == (b.value, last_new):
        return tuple(found)
    moved = 0 if None in years else (years[1] or 0) - (years[0] or 0)
    of_the_year = None not in years and a.value.year == years[0] and b.value.year == years[1]
    if (_later(a.value, moved), None if last_old is None else _later(last_old, moved)) == (b.value, last_new):
        return tuple(found)
    days = (b.value - (_later(a.value, moved) if of_the_year else a.value)).days
    direction, why = "", NO_WHY
    if a.operator == b.operator == "le" and days:
        direction = "tightened" if days < 0 else "loosened"
        other = (b.value - (a.value if of_the_year else _later(a.value, moved))).days
        if not of_the_year and (other > 0) != (days > 0):
            direction, why = "", _YEAR_UNSURE
        elif None in years and a.value.year != b.value.year:
            direction, why = "", _NO_YEAR
    found.append(
        Verdict(
            "target_changed",
            "value",
            raw_old,
            raw_new,
            None if why.chinese or last_old or last_new else Decimal(days),
            None,
            direction,
            bool(why.chinese),
            why,
        )
    )
    return tuple(found)


def _later(day: date, years: int) -> date:
    """Return the same day *years* on; the end of February stays the end of February."""
    year = min(max(day.year + years, 1), 9999)
    if day.month == 2 and day.day == monthrange(day.year, 2)[1]:
        return date(year, 2, monthrange(year, 2)[1])
    return day.replace(year=year)

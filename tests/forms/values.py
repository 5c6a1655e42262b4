"""Target cells and amounts: every way of writing a value, beside what it means.

The two targets of a row are written alike mostly (a habit of the form), the half-year one not above the
full-year one. Numbers are made as whole digits and a number of decimals; no float is printed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from .form import Target
from .wording import chinese_number, pool

_BEFORE = {
    "ge": ("≥", "≧", "不低于", "不少于", "大于等于", "不小于", "至少"),
    "le": ("≤", "≦", "不超过", "不高于", "小于等于", "不多于", "不大于"),
    "gt": (">", "＞", "大于"),
    "lt": ("<", "＜", "小于"),
    "eq": ("＝", "=", "﹦", ""),
}
_AFTER = {"ge": ("以上", "及以上"), "le": ("以内", "及以下")}
_DASHES = ("–", "～", "-", "—", "至", "~")


@dataclass(frozen=True)
class Habit:
    """How one form writes: the usual sign of each operator, and how often it departs from it (0–1)."""

    signs: dict[str, str]
    dash: str
    stray: float


def habit(rng: random.Random) -> Habit:
    """Return the writing habit of one form."""
    common = rng.random() < 0.7
    signs = {name: words[0] if common else rng.choice(words) for name, words in _BEFORE.items()}
    if common:
        signs["eq"] = rng.choice(("＝", "=", "", "﹦", "＝", "="))
    return Habit(signs, rng.choice(_DASHES), rng.choice((0.03, 0.1, 0.25)))


def _sign(rng: random.Random, ways: Habit, operator: str) -> str:
    if rng.random() < ways.stray:
        return rng.choice(_BEFORE[operator])
    return ways.signs[operator]


def _digits(number: int, decimals: int) -> str:
    """Return *number* / 10**decimals in plain digits, zeros at the end of the decimals dropped."""
    if decimals == 0:
        return str(number)
    whole, part = divmod(number, 10**decimals)
    tail = f"{part:0{decimals}d}".rstrip("0")
    return f"{whole}.{tail}" if tail else str(whole)


def _written(
    rng: random.Random, ways: Habit, operator: str, number: int, decimals: int, unit: str, style: str
) -> Target:
    """Return one number cell; *style* is before, after, chinese, separated, about or around."""
    value = _digits(number, decimals)
    sign = _sign(rng, ways, operator)
    if style == "after" and operator in _AFTER:
        ending = rng.choice(_AFTER[operator])
        if unit.endswith("日") and operator == "le":
            ending = "内"
        return Target(f"{value}{unit}{ending}", "number", operator, value, "", unit)
    spelled = style == "chinese" and decimals == 0 and 2 <= number <= 30 and unit != "%"
    if spelled and operator in ("ge", "le"):
        words = {"ge": ("不少于", "至少"), "le": ("不超过", "不多于")}[operator]
        counted = "两" if number == 2 else chinese_number(number)
        return Target(f"{rng.choice(words)}{counted}{unit}", "number", operator, value, "", unit)
    if style == "about":
        return Target(f"约{value}{unit}", "number", "approx", value, "", unit)
    if style == "around":
        return Target(f"{value}{unit}左右", "number", "approx", value, "", unit)
    shown = f"{number:,}" if style == "separated" and decimals == 0 else value
    return Target(f"{sign}{shown}{unit}", "number", operator, value, "", unit)


def _spread(ways: Habit, low: str, high: str, unit: str) -> Target:
    first = f"{low}%" if unit == "%" else low
    return Target(f"{first}{ways.dash}{high}{unit}", "range", "between", low, high, unit)


def rate_pair(rng: random.Random, ways: Habit) -> tuple[Target, Target]:
    """Return half- and full-year targets of a rate in percent."""
    decimals = rng.choice((0, 0, 0, 0, 1, 2))
    full = rng.choice((100, 100, 100, 98, 95, 95, 92, 90, 85, 80, 60, 5, 0)) * 10**decimals
    if decimals and 0 < full < 100 * 10**decimals:
        full -= rng.randint(1, 9)
    half = full if rng.random() < 0.6 else full * rng.choice((40, 50, 45, 60)) // 100
    if rng.random() < 0.05 and 60 <= full // 10**decimals < 98:
        low, high = _digits(full, decimals), _digits(full + 2 * 10**decimals, decimals)
        return _spread(ways, low, high, "%"), _spread(ways, low, high, "%")
    if full == 0:
        operator = rng.choice(("eq", "le"))
    elif full >= 60 * 10**decimals:
        operator = rng.choice(("ge", "ge", "ge", "eq", "eq", "gt"))
    else:
        operator = rng.choice(("le", "le", "lt"))
    if operator == "gt" and full >= 100 * 10**decimals:
        operator = "ge"
    style = rng.choice(("before", "before", "before", "before", "after")) if full else "before"
    return (
        _written(rng, ways, operator, half, decimals, "%", style if half else "before"),
        _written(rng, ways, operator, full, decimals, "%", style),
    )


def count_pair(rng: random.Random, ways: Habit, unit: str) -> tuple[Target, Target]:
    """Return half- and full-year targets of a counted thing; units with 万 get small numbers."""
    large = unit.startswith("万") or unit in ("平方公里", "公顷")
    decimals = rng.choice((0, 1, 1, 2)) if large else 0
    top = rng.choice((3, 6, 12, 20, 45, 120, 300, 650, 1230, 2600, 18000))
    full = rng.randint(1, 99) * rng.randint(1, 9) if large else rng.randint(1, top)
    half = full // 2 if rng.random() < 0.8 else rng.choice((0, full))
    operator = rng.choice(("ge", "ge", "ge", "ge", "ge", "eq", "eq", "gt", "le"))
    shown = "" if rng.random() < 0.06 else unit
    draw = rng.random()
    if draw < 0.05 and full > 1:
        low, high = _digits(full, decimals), _digits(full + max(1, full // 3), decimals)
        first = _digits(half, decimals)
        middle = _digits(half + max(1, full // 4), decimals)
        return _spread(ways, first, middle, shown), _spread(ways, low, high, shown)
    styles = ["before"] * 12 + ["after", "after", "chinese", "separated", "separated", "about", "around"]
    style = rng.choice(styles)
    return (
        _written(rng, ways, operator, half, decimals, shown, style if half else "before"),
        _written(rng, ways, operator, full, decimals, shown, style),
    )


def money_pair(rng: random.Random, ways: Habit) -> tuple[Target, Target]:
    """Return half- and full-year targets that are sums of money."""
    unit = rng.choice(("万元", "万元", "元", "亿元", "元/人", "元/平方米"))
    decimals = {"万元": rng.choice((0, 1, 2, 4)), "亿元": rng.choice((1, 2))}.get(unit, 0)
    full = rng.randint(20, 99999) if unit in ("万元", "元") else rng.randint(5, 900)
    half = full * rng.choice((30, 50, 50, 100)) // 100
    operator = rng.choice(("le", "le", "le", "ge", "lt", "eq"))
    style = rng.choice(("before", "before", "before", "after", "separated"))
    return (
        _written(rng, ways, operator, half, decimals, unit, style if half else "before"),
        _written(rng, ways, operator, full, decimals, unit, style),
    )


def days_pair(rng: random.Random, ways: Habit) -> tuple[Target, Target]:
    """Return targets for a time taken."""
    unit = rng.choice(("天", "天", "个工作日", "个工作日", "小时", "分钟", "日"))
    number = rng.choice((1, 2, 3, 5, 6, 7, 10, 15, 20, 30, 48))
    style = rng.choice(("before", "before", "after", "chinese"))
    cell = _written(rng, ways, "le", number, 0, unit, style)
    other = cell if rng.random() < 0.7 else _written(rng, ways, "le", number + 1, 0, unit, style)
    return other, cell


def date_pair(rng: random.Random, year: int) -> tuple[Target, Target]:
    """Return deadlines within *year*; the month's last day where only the month is printed."""
    way = rng.choice(("month", "month", "day", "year"))
    if way == "day":
        first, last = rng.randint(1, 28), rng.randint(1, 28)
        return (
            Target(f"{year}年6月{first}日前", "date", "le", f"{year}-06-{first:02d}"),
            Target(f"{year}年12月{last}日前", "date", "le", f"{year}-12-{last:02d}"),
        )
    end = Target(f"{year}年12月底前", "date", "le", f"{year}-12-31")
    if way == "year":
        end = Target(f"{year}年底前", "date", "le", f"{year}-12-31")
    early = rng.random() < 0.5
    return (Target(f"{year}年6月底前", "date", "le", f"{year}-06-30") if early else end), end


def quality_pair(rng: random.Random, words: tuple[str, ...] | None = None) -> tuple[Target, Target]:
    """Return two words, the same mostly."""
    choices = pool("target", "quality") if words is None else words
    full = rng.choice(choices)
    half = full if rng.random() < 0.9 else rng.choice(choices)
    return Target(half, "quality"), Target(full, "quality")


def text_pair(rng: random.Random) -> tuple[Target, Target]:
    """Return a sentence that says no figure: the published forms use such as words of quality."""
    cell = Target(rng.choice(pool("fixed", "texts")), "quality")
    return cell, cell


@dataclass(frozen=True)
class Purse:
    """How one form prints money: decimals, whether zeros at the end are kept, thousands separators."""

    decimals: int
    keep_zeros: bool
    separated: bool

    def printed(self, number: int) -> str:
        """Return *number* / 10**decimals as this form prints it."""
        whole, part = divmod(number, 10**self.decimals)
        head = f"{whole:,}" if self.separated else str(whole)
        tail = f"{part:0{self.decimals}d}" if self.decimals else ""
        if not self.keep_zeros:
            tail = tail.rstrip("0")
        return f"{head}.{tail}" if tail else head


def purse(rng: random.Random, money_unit: str) -> Purse:
    """Return the money habit of one form; forms in 元 have two decimals at most."""
    decimals = rng.choice((0, 2, 2)) if money_unit == "元" else rng.choice((0, 1, 2, 2, 2, 3, 4, 6))
    return Purse(decimals, rng.random() < 0.35, rng.random() < 0.2)

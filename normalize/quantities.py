"""One number or range with its comparator and unit, out of a short text: ≥95%, 1–2次, 不少于四家.

Everything here works on a text without spaces, at most `LONGEST_QUANTITY` characters, twice: *folded*
(full-width ASCII folded) to read, *printed* (same length) to take the unit from.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from . import comparators
from .dates import YEARS
from .numbers import CHINESE_DIGITS, read_chinese_number, read_number
from .units import counted_units, is_counted, is_unit, may_be_unit, ordinal_units, printed_unit
from .values import Operator, TargetValue
from .vocabulary import alternatives, load

LONGEST_QUANTITY = 200

_ARABIC = re.compile(r"[+\-−]?[0-9][0-9,.]{0,40}")
_CHINESE = re.compile(f"[{CHINESE_DIGITS}]{{1,20}}")
_BETWEEN = re.compile("--?-?|——?|–|―|−|~~?|〜|∼|至|到")
_FRONT_BRACKET = re.compile(r"(?:\([^()]{1,30}\)|\[[^\[\]]{1,30}\]|【[^【】]{1,30}】)")
_BACK_BRACKET = re.compile(r"(?:\([^()]{1,40}\)|\[[^\[\]]{1,40}\]|【[^【】]{1,40}】)$")
_WORDS = re.compile("[㐀-鿿A-Za-z“”、·()]{1,14}")
_BOTH_SIGNS = re.compile(r"(?P<low>≥.{1,20}?)(?:且|并|,|、)?(?P<high>≤.{1,20})")
_WITHIN = re.compile(
    r"(?P<limit>≤|不超过|不大于)?±(?P<number>[0-9][0-9,.]{0,20})(?P<unit>[^0-9以之内]{0,8}?)(?P<postfix>以内|之内|内)?"
)
# A bare number that could as well be a day or a month: 2025.12, 202512, 20251231.
_PLAIN_DATE = re.compile(
    r"(?:199[0-9]|20[0-9]{2})(?:\.(?:0?[1-9]|1[0-2])|(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])?)"
)
_CLOCK_UNITS = ("月", "日", "月份", "时", "季度", "季")


class _Number(NamedTuple):
    """A number that ends at *end*; *percent* when 百分之 stands before it."""

    value: Decimal
    end: int
    chinese: bool = False
    percent: bool = False


class _Tail(NamedTuple):
    """What follows a number: its unit, the operator of a postfix, the steps taken."""

    unit: str
    operator: Operator = ""
    steps: tuple[str, ...] = ()


def read_quantity(folded: str, printed: str) -> TargetValue | None:
    """Return the number or range that the text as a whole is, or None.

    >>> value = read_quantity("(首次办证)≥300人", "（首次办证）≥300人")
    >>> value and (value.operator, value.value, value.unit, value.steps)
    ('ge', Decimal('300'), '人', ('qualifier',))
    >>> [read_quantity(text, text) for text in ("每年≥3次", "12万12万100%20")]
    [None, None]
    """
    if len(folded) > LONGEST_QUANTITY:
        return None
    special = _read_within(folded) or _read_both(folded, printed)
    if special is not None:
        return special
    for start, end in _stretches(folded):
        value = _read(folded[start:end], printed[start:end])
        if value is None:
            continue
        if end - start == len(folded):
            return value
        steps = ("qualifier", *(step for step in value.steps if step != "qualifier"))
        return TargetValue(value.kind, value.operator, value.value, value.value_max, value.unit, steps)
    return None


def _stretches(folded: str) -> list[tuple[int, int]]:
    """Return what to try: the whole, then without a bracket before it, behind it, and both."""
    whole = len(folded)
    front, back = _FRONT_BRACKET.match(folded), _BACK_BRACKET.search(folded, max(0, whole - 42))
    start = 0 if front is None else front.end()
    end = whole if back is None else back.start()
    ordered = dict.fromkeys([(0, whole), (start, whole), (0, end), (start, end)])
    return [stretch for stretch in ordered if stretch[0] < stretch[1]]


def _read_within(folded: str) -> TargetValue | None:
    """Read ±2%以内 as −2 to 2. A bare ±2% does not say what it is measured from."""
    match = _WITHIN.fullmatch(folded)
    if match is None or not (match["limit"] or match["postfix"]):
        return None
    value = read_number(match["number"])
    if value is None or (match["unit"] and not is_unit(match["unit"])):
        return None
    return TargetValue("range", "between", -value, value, match["unit"])


def _read_both(folded: str, printed: str) -> TargetValue | None:
    """Read ≥90%且≤100% as a range."""
    match = _BOTH_SIGNS.fullmatch(folded)
    if match is None:
        return None
    low, high = (_read(match[side], printed[slice(*match.span(side))]) for side in ("low", "high"))
    if low is None or high is None or (low.operator, high.operator) != ("ge", "le"):
        return None
    return _range(low.value, high.value, low.unit, high.unit)


def _range(low: object, high: object, unit_low: str, unit_high: str) -> TargetValue | None:
    """Return the range from *low* to *high*, if both are numbers, in this order and of one unit."""
    # 10万-20万元 prints the rest of the unit once, 5-10万元 all of it.
    if not isinstance(low, Decimal) or not isinstance(high, Decimal) or not unit_high.startswith(unit_low):
        return None
    return TargetValue("range", "between", low, high, unit_high) if low <= high else None


def _number_at(folded: str, start: int) -> _Number | None:
    percent = folded.startswith("百分之", start)
    if percent:
        start += 3
    match = _ARABIC.match(folded, start)
    if match is not None:
        value = read_number(match[0])
        return None if value is None else _Number(value, match.end(), percent=percent)
    match = _CHINESE.match(folded, start)
    if match is None:
        return None
    number, end = match[0], match.end()
    if percent and number == "百":
        return _Number(Decimal(100), end, chinese=True, percent=True)
    # 三十万元 is 30 万元, as 30万元 is: a last 万 or 亿 belongs to the unit.
    if not percent and len(number) > 1 and number[-1] in "万亿萬億":
        number, end = number[:-1], end - 1
    # 一千克 is one kilogram or 1,000 grams.
    if number[-1] == "千" and folded[end : end + 1] in ("克", "米", "瓦"):
        return None
    value = read_chinese_number(number)
    return None if value is None else _Number(value, end, chinese=True, percent=percent)


def _read(folded: str, printed: str) -> TargetValue | None:
    """Return the number or range that *folded* is: words, comparator, number, unit, postfix; or None."""
    steps: tuple[str, ...] = ()
    operator, at = comparators.find_comparator(folded)
    lead = None
    if not operator:
        operator, at = _comparator_after_words(folded)
        if operator:
            steps = ("qualifier",)
        else:
            lead = _lead().match(folded)
            at = 0 if lead is None else lead.end()
    number = _number_at(folded, at)
    if number is None:
        return None
    if not operator and lead is None:
        interval = _read_interval(folded, printed, number)
        if interval is not None:
            return interval
    counting = bool(operator) and _counting().search(folded, 0, at) is not None
    tail = _tail(folded, printed, number, sure=bool(operator), counting=counting)
    if tail is None or (lead is not None and not tail.operator):
        return None
    meaning = comparators.combine(operator, tail.operator)
    if meaning is None or _may_be_date(folded[at:], number.value, tail, operator):
        return None
    return TargetValue("number", meaning or "eq", number.value, None, tail.unit, steps + tail.steps)


def _may_be_date(text: str, value: Decimal, tail: _Tail, operator: Operator) -> bool:
    """Return whether the quantity could as well be a day, month or year: 11月, 15日, 2025年以上, 2025.12."""
    if tail.unit == "年":
        return value in YEARS
    if operator:
        return False
    if tail.unit in ("月", "月份"):
        return True
    if tail.operator:
        return False
    return tail.unit in _CLOCK_UNITS or (not tail.unit and _PLAIN_DATE.fullmatch(text) is not None)


_OF_SO_MANY = re.compile("/(?:10{0,3})?[百千万]")
"""The unit of a rate of rare things: ≤10/10万."""


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(alternatives(load("comparators")["lead"]["words"]))


@cache
def _counting() -> re.Pattern[str]:
    return re.compile(alternatives(load("comparators")["counting"]["words"]))


@cache
def _changing_words() -> re.Pattern[str]:
    return re.compile(alternatives(load("comparators")["not_before"]["words"]))


@cache
def _postfix() -> re.Pattern[str]:
    return re.compile(alternatives(comparators.spellings("postfix")) + "$")


@cache
def _inner_postfix() -> re.Pattern[str]:
    """A postfix between a counter and what it counts: 5家以上企业. 10人以上企业 counts no firms."""
    postfix = alternatives(word for word in comparators.spellings("postfix") if len(word) > 1)
    return re.compile(f"(?P<counter>[家项篇件辆套份册名场])(?P<postfix>{postfix})(?P<noun>[㐀-鿿]{{1,6}})")


def _comparator_after_words(folded: str) -> tuple[Operator, int]:
    """Return the comparator that stands behind a few words (满意度≥95%) and where it ends, or "" and 0.

    Nothing too where the words change what the number is: 每人≥3次, 较上年增长不低于5%.
    """
    words = _WORDS.match(folded)
    if words is None:
        return "", 0
    for found in comparators.pattern("signs", "words").finditer(folded, 1, words.end() + 4):
        if found.start() > words.end():
            break
        operator, end = comparators.find_comparator(folded, found.start())
        # 约 and 近 stand inside too many other words (节约, 临近).
        if operator in ("", "approx") or _ARABIC.match(folded, end) is None:
            continue
        if _changing_words().search(folded, 0, found.start()) is not None:
            break
        return operator, end
    return "", 0


def _read_interval(folded: str, printed: str, first: _Number) -> TargetValue | None:
    """Read 1–2次, 92.5%～97.5%, 三至五家: two numbers, a dash between, one unit."""
    for between in _BETWEEN.finditer(folded, first.end, first.end + 14):
        last = _number_at(folded, between.end())
        unit_first = folded[first.end : between.start()]
        if last is None or (unit_first and not is_unit(unit_first)):
            continue
        tail = _tail(folded, printed, last, sure=False)
        if tail is None or tail.operator or (last.chinese, last.percent) != (first.chinese, first.percent):
            return None
        # 10-12月 has no year, 2020-2025 may be years, 1-2日 days of a month.
        years = first.value in YEARS and last.value in YEARS
        if tail.unit in _CLOCK_UNITS or (years and tail.unit in ("", "年")):
            return None
        return _range(first.value, last.value, printed_unit(printed[first.end : between.start()]), tail.unit)
    return None


def _tail(folded: str, printed: str, number: _Number, *, sure: bool, counting: bool = False) -> _Tail | None:
    """Return what follows *number*, or None if it is no unit.

    *sure* says that a comparator stands before the number, so that an unlisted unit is believed;
    *counting* that it compares counts, so that what else would be an ordinal is one (不少于四块).
    """
    start, end = number.end, len(folded)
    operator: Operator = ""
    more = comparators.pattern("after_number").match(folded, start)
    if more is not None:
        operator, start = comparators.spellings("after_number")[more[0]], more.end()
    postfix = _postfix().search(folded, start)
    if postfix is not None:
        if operator:
            return None
        operator, end = comparators.spellings("postfix")[postfix[0]], postfix.start()
    unit = folded[start:end]
    if _OF_SO_MANY.fullmatch(unit) and not number.chinese:
        return _Tail(unit, operator)
    if number.percent:
        return None if unit else _Tail("%", operator)
    if not unit:
        # 四 alone is not a quantity; 至少四 is.
        return None if number.chinese and not sure else _Tail("", operator)
    if number.chinese:
        if unit in ("日", "周") and (sure or operator):
            return _Tail(unit, operator)  # 不超过三日 is a duration, 三日 may be a day
        if counting and (unit in counted_units() or (unit[0] not in ordinal_units() and is_counted(unit))):
            return _Tail(printed_unit(printed[start:end]), operator)
        if unit in ordinal_units() or not (is_unit(unit) or is_counted(unit, known_noun=True)):
            return None
        if not is_unit(unit) and unit[0] in ordinal_units():
            return None
        return _Tail(printed_unit(printed[start:end]), operator)
    if unit[0] == "(" and unit[-1] == ")" and is_unit(unit[1:-1]):
        return _Tail(printed_unit(printed[start + 1 : end - 1]), operator)
    inner = _inner_postfix().fullmatch(unit)
    if inner is not None and not operator and is_counted(inner["counter"] + inner["noun"]):
        operator = comparators.spellings("postfix")[inner["postfix"]]
        return _Tail(printed_unit(printed[start : start + 1]) + inner["noun"], operator)
    half = len(unit) // 2
    if unit[:half] == unit[half:] and is_unit(unit[:half]):
        return _Tail(printed_unit(printed[start : start + half]), operator, ("unit_repeated",))
    if is_unit(unit) or is_counted(unit) or ((sure or operator) and may_be_unit(unit)):
        return _Tail(printed_unit(printed[start:end]), operator)
    return None

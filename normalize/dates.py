"""Days, periods and years as forms print them. No year is ever supplied: 11月底 alone is no date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from .characters import fold_width, without_spaces
from .numbers import read_chinese_number
from .values import Operator

YEARS = range(1990, 2101)
_LONGEST = 60

_POINT = re.compile(
    r"""(?P<year>[0-9]{4})
    (?: 年(?P<month>[0-9]{1,2})月份?
        (?: (?P<day>[0-9]{1,2})[日号]? | (?P<tenth>[上中下])旬 | (?P<month_end>[底末]) )?
      | (?P<sign>[-/.])(?P<month_signed>[0-9]{1,2}) (?: (?P=sign)(?P<day_signed>[0-9]{1,2}) )?
      | (?P<month_glued>[0-9]{2}) (?: (?P<day_glued>[0-9]{2})(?P<marked>[日号])? )?
      | 年度?(?: 第?(?P<quarter>[1-4])季度? | (?P<half>[上下])半年 | 全年 )?(?P<end>[底末])?
    )""",
    re.VERBOSE,
)
_BETWEEN = re.compile("--?-?|——?|–|―|−|~~?|〜|∼|至|到")
_SPACES = re.compile(r"(?<![0-9\s])\s+|(?<!\s)\s+(?![0-9\s])")
_CHINESE_YEAR = re.compile("([一二][〇○零0一二三四五六七八九]{3})(?=年)")
_CHINESE_PART = re.compile("(?<![一二三四五六七八九十])([一二三四五六七八九十]{1,3})(?=[月日号]|季度)")
# A date as a target: 2025年12月底前完成, 截至2025年12月31日, 于2025年6月30日之前.
_DATED = re.compile(
    "(?P<lead>截至|截止到|截止至|截止|于|在|到|至)?(?P<point>[12][0-9]{3}.{1,20}?)(?P<before>之前|以前|前)?"
    "(?:(?:全部|全面|基本|按时)?(?:完成|完工|竣工|验收|结束|办结|到位|开工))?[。.]?"
)
_UNTIL = ("截至", "截止到", "截止至", "截止", "到", "至")
_TENTHS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}


class _Point(NamedTuple):
    """A stretch of days; *end* when only its last day is meant; *plain* when it could be a number too."""

    first: date
    last: date
    end: bool = False
    plain: bool = False


def _arabic(match: re.Match[str]) -> str:
    value = read_chinese_number(match[1].replace("0", "零"))
    return match[1] if value is None else str(value)


def _fold(text: str) -> str:
    """Return *text* without spaces, in ASCII digits: 二〇二五年十二月 becomes 2025年12月."""
    # A space between two digits stays, and makes it no date: 2025 12 may be two numbers.
    text = fold_width(_SPACES.sub("", text.strip()))
    if text.isascii():
        return text
    return _CHINESE_PART.sub(_arabic, _CHINESE_YEAR.sub(_arabic, text))


def _span(year: int, month_first: int, day_first: int, month_last: int, day_last: int) -> tuple[date, date]:
    """Return two days of *year*; a last day beyond its month is the month's last."""
    last = date(year, month_last, min(day_last, monthrange(year, month_last)[1]))
    return date(year, month_first, day_first), last


def _read_point(text: str) -> _Point | None:
    match = _POINT.fullmatch(text)
    if match is None or int(match["year"]) not in YEARS:
        return None
    year = int(match["year"])
    month_text = match["month"] or match["month_signed"] or match["month_glued"]
    day_text = match["day"] or match["day_signed"] or match["day_glued"]
    month = int(month_text or 1)
    if not 1 <= month <= 12:
        return None
    if day_text:
        day = int(day_text)
        if not 1 <= day <= monthrange(year, month)[1]:
            return None
        span = _span(year, month, day, month, day)
    elif match["tenth"]:
        first, last = _TENTHS[match["tenth"]]
        span = _span(year, month, first, month, last)
    elif month_text:
        span = _span(year, month, 1, month, 31)
    elif match["quarter"]:
        month = 3 * int(match["quarter"])
        span = _span(year, month - 2, 1, month, 31)
    elif match["half"]:
        span = _span(year, 1, 1, 6, 31) if match["half"] == "上" else _span(year, 7, 1, 12, 31)
    else:
        span = _span(year, 1, 1, 12, 31)
    # 2025.12 and 202512 may be amounts, 20251231 a count; 2025-12, 2025/12, 2025.1.2 and 20251231日 may not.
    plain = (match["month_glued"] is not None and not match["marked"]) or (match["sign"] == "." and not day_text)
    return _Point(*span, end=bool(match["month_end"] or match["end"]), plain=plain)


def read_day(text: str) -> date | None:
    """Return the one day that *text* as a whole prints, or None.

    >>> read_day("2015 年 1 月1 日"), read_day("2026/1/1"), read_day("二〇二五年十二月三十一日")
    (datetime.date(2015, 1, 1), datetime.date(2026, 1, 1), datetime.date(2025, 12, 31))
    >>> read_day("2025年2月30日") is None and read_day("2025年12月") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    point = _read_point(_fold(text))
    return point.first if point is not None and point.first == point.last else None


def read_period(text: str) -> tuple[date, date] | None:
    """Return the first and last day of the period that *text* as a whole prints, or None.

    A month, quarter, half-year or year, or two points with a dash or 至 between; the second may leave
    out what the first has said.

    >>> [day.isoformat() for day in read_period("2023.07-2024.01") or ()]
    ['2023-07-01', '2024-01-31']
    >>> [day.isoformat() for day in read_period("2024年1-6月") or ()]
    ['2024-01-01', '2024-06-30']
    """
    if len(text) > _LONGEST:
        return None
    folded = _fold(text)
    point = _read_point(folded)
    if point is not None:
        return (point.first, point.last) if point.first != point.last and not point.end else None
    readings = set()
    for sign in _BETWEEN.finditer(folded):
        left, right = folded[: sign.start()], folded[sign.end() :]
        first = _read_point(left)
        if first is None and right[-1:] in ("年", "月", "日"):
            first = _read_point(left + right[-1])
        if first is None or first.end:
            continue
        start = first.first
        for said in ("", f"{start.year}年", f"{start.year}年{start.month}月"):
            last = _read_point(said + right)
            if last is not None and start < last.last:
                readings.add((start, last.last))
                break
    return readings.pop() if len(readings) == 1 else None


def read_dated(text: str, operator: Operator = "") -> tuple[Operator, date, date | None] | None:
    """Return what *text* as a whole says about days: an operator, a day, and a last day for a period.

    *operator* is that of a comparator printed before it. 前 after a day or after 底 is le, the day itself
    included; a day is eq, so is 底 (the last day); a period is between. None when it is unclear:
    no year, 12月前 (before December, or before it ends?), 2025.12 (a number?), > a month.

    >>> read_dated("2025年12月底前")
    ('le', datetime.date(2025, 12, 31), None)
    >>> read_dated("2023年12月")
    ('between', datetime.date(2023, 12, 1), datetime.date(2023, 12, 31))
    >>> read_dated("11月底之前") is None and read_dated("2025年12月前") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    folded = _fold(text)
    match = _DATED.fullmatch(folded)
    if match is None:
        return None
    point = _read_point(match["point"])
    if point is None:
        period = read_period(match["point"])
        if period is None or operator not in ("", "eq") or match["before"]:
            return None
        return "between", *period
    if point.plain and match["point"] == folded:
        return None
    one_day = point.first == point.last or point.end
    if match["before"]:
        return ("le", point.last, None) if one_day and operator in ("", "le") else None
    if match["lead"] in _UNTIL and operator in ("", "le"):
        return "le", point.last, None
    if operator == "le":
        return "le", point.last, None
    if operator == "ge":
        return "ge", point.last if point.end else point.first, None
    if operator in ("", "eq"):
        return ("eq", point.last, None) if one_day else ("between", point.first, point.last)
    return (operator, point.last, None) if one_day and operator in ("lt", "gt") else None


_TITLE_YEAR = re.compile(
    r"(?<![0-9.])(?P<year>(?:19|20|21)[0-9]{2})(?![0-9.])\s{0,3}(?P<word>年\s{0,3}度|年)?"
    r"(?P<month>\s{0,3}[0-9]{1,2}\s{0,3}月)?"
)
_NOT_BEFORE = re.compile(r"(?:[0-9]{4}\s?年?\s?(?:-{1,3}|—{1,2}|–|~|至|到)\s?|[\[〔【])$")
_NOT_AFTER = re.compile(r"\s?(?:-{1,3}|—{1,2}|–|~|至|到)\s?[0-9]{4}")


def read_year(title: str) -> int | None:
    """Return the one budget year that *title* names, or None where it names none or several.

    A year with 年度 goes before one with 年 only; a bare one counts in round brackets or alone. Years of a
    period (2023年—2025年), of a date and of a document number 〔2024〕 do not count.

    >>> read_year("南通市本级部门整体预算绩效目标表（2025年度）"), read_year("二〇二五年预算绩效目标表")
    (2025, 2025)
    >>> read_year("中期滚动目标(2023年--2025年)") is None
    True
    """
    folded = _CHINESE_YEAR.sub(_arabic, fold_width(title[:500]))
    # Titles set wide print 2 0 2 5 年 度.
    for text in (folded, without_spaces(folded)):
        by_strength: dict[int, set[int]] = {}
        for match in _TITLE_YEAR.finditer(text):
            start, end = match.span("year")
            if int(match["year"]) not in YEARS or match["month"] is not None:
                continue
            if _NOT_BEFORE.search(text[max(0, start - 12) : start]) or _NOT_AFTER.match(text, match.end()):
                continue
            alone = text.strip("() \t\n") == match["year"]
            bracketed = text[max(0, start - 1) : start] == "(" and text[end : end + 1] == ")"
            if match["word"] is None and not alone and not bracketed:
                continue
            strength = 0 if match["word"] is None else 2 if match["word"].endswith("度") else 1
            by_strength.setdefault(strength, set()).add(int(match["year"]))
        if by_strength:
            years = by_strength[max(by_strength)]
            return years.pop() if len(years) == 1 else None
    return None

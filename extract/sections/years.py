"""Columns that name a year of their own: 2023年指标值 beside 2024年指标值, 2024年预算数 beside 2025年预算数.

A column keeps its year as period (``year_2023``) until the form's own year is known: that one's is the full year then,
the one before is ``last_year``, 前年 (``before_last``) a year of its own, and any other stays what it is. Without this
two such columns would have one name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

_SPAN = re.compile(r"(?<!\d)(20\d\d)年?(?:度)?[-—–~～至到]{1,3}(20\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年|$|(?=[^\d-]))")
_ALONE = re.compile(r"\(?(20\d\d)(?:年|年度)\)?")
_PERIOD = "year_"
_QUARTERS = "一二三四"
_QUARTER = re.compile(
    r"前(?P<first>[一二两三四1-4])个?季|第?(?<!\d)(?P<start>[一二三四1-4])(?:季度?)?[-—–~～至到]{1,3}第?(?P<stop>[一二三四1-4])季"
    r"|(?<!\d)(?P<one>[一二三四1-4])季"
)


def years_named(keys: Sequence[str]) -> list[str]:
    """Return the period that each header's *key* names by its years, empty where it names none or need not.

    A span of years is long-term. A lone year is what the whole table is of, and is named only where another
    header without a year stands beside it.

    >>> years_named(["2023年指标值", "2024年指标值"]), years_named(["2024年指标值"]), years_named(["2024—2026年目标", "2024年目标"])
    (['year_2023', 'year_2024'], [''], ['long_term', 'year_2024'])
    """
    found = []
    for key in keys:
        span = _SPAN.search(key)
        if span is not None and span[1] < span[2]:
            found.append("long_term")
        else:
            years = set(_YEAR.findall(key))
            found.append(_PERIOD + years.pop() if len(years) == 1 else "")
    if len(found) == 1 and found[0] != "long_term":
        return [""]
    if len(set(found)) == 1 and found[0].startswith(_PERIOD):
        return [""] * len(found)  # 2024年目标值, 2024年完成值: the form's own year, said each time
    return found


def quarter_named(key: str) -> str:
    """Return the period of the quarters that a header names: one of them, or the months up to the last of several.

    >>> quarter_named("第一季度指标值"), quarter_named("第一季度至第三季度完成值"), quarter_named("前两季度"), quarter_named("季度")
    ('quarter_1', 'months_9', 'half_year', '')
    """
    found = _QUARTER.search(key)
    if found is None:
        return ""
    numbers = {k: int(v) if v.isdigit() else _QUARTERS.find(v.replace("两", "二")) + 1 for k, v in found.groupdict("0").items()}
    if numbers["one"] or (numbers["start"] and numbers["start"] == numbers["stop"]):
        return f"quarter_{numbers['one'] or numbers['start']}"
    last = numbers["first"] or numbers["stop"] * (numbers["start"] == 1)
    return {0: "", 1: "quarter_1", 2: "half_year", 4: "full_year"}.get(last, f"months_{last * 3}")


def year_alone(key: str) -> str:
    """Return the period of a label that is a year and nothing else, or the empty text.

    >>> year_alone("2024年度"), year_alone("(2024年)"), year_alone("2024年预算数")
    ('year_2024', 'year_2024', '')
    """
    found = _ALONE.fullmatch(key)
    return _PERIOD + found[1] if found is not None else ""


def settled(columns: Collection[tuple[str, str]], year: int | None) -> Mapping[tuple[str, str], str]:
    """Return what the periods of these (period, measure) *columns* are called in a form of *year*; two never become one.

    >>> settled([("year_2023", "target"), ("year_2024", "target"), ("year_2025", "target")], 2024)
    {('year_2023', 'target'): 'last_year', ('year_2024', 'target'): 'full_year'}
    """
    names = {}
    if year is not None:
        names = {f"{_PERIOD}{year - 1}": "last_year", f"{_PERIOD}{year}": "full_year", "before_last": f"{_PERIOD}{year - 2}"}
    return {
        (period, measure): names[period]
        for period, measure in columns
        if period in names and (names[period], measure) not in columns
    }

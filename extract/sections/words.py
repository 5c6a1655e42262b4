"""What a printed label means: looked up in the family's vocabulary, or else guessed from the words in it.

A guess is only asked for where shape and position say that the cell is a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from jixiao.normalize.money import read_money_unit
from jixiao.rules.families import MEASURES, SHARES, TARGETS, Family, key_of

from ..headings import NUMBERED, split_money
from .years import quarter_named, year_alone

LONGEST_LABEL = 24
_SHORT = 64
_LONGEST_PERIOD = 12
LEVELS = ("level1", "level2", "level3")
_YEARS = re.compile(r"^(?:20\d\d年?(?:度)?|\(20\d\d年?(?:度)?\))(?=.{2})")
_YEAR_WITHIN = re.compile(r"\(20\d\d年?度?\)")
_SPAN = re.compile(r"20(\d\d)年?(?:[-—–~～至]+|--)20(?!\1)\d\d")
_ITEM_MARK = re.compile(
    r"^(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})[、.](?:[^:\d]{2,8}:)?)?(?:\((?:\d{1,2}|[一二三四五六七八九十]{1,2})\))?(?:其中:?)?(?=.)"
)
_TAIL = re.compile(r"(?:[一二三四五六七八九十]|\d{1,2})$")
_SENTENCE = re.compile("[。；;，,！!？?]")
_MONTHS = re.compile(r"(?:20\d\d年|\d{1,2}(?:[-—~～至]\d{1,2})?月)")
_LONGEST_PLACEHOLDER = 60
_PLACEHOLDER = re.compile(
    "(?:(?:指标|目标)[0-9]{0,2}[:、]?)?[….．·¨]{1,60}|(?:指标|目标)[0-9]{1,2}[:、]?"
    "|[(【<][^()]{0,40}(?:填写|填列|填报|请填|字以内|字左右|概括|选填|必填)[^()]{0,40}[)】>]|[xX×*]{2,20}"
)
_FIRST_MONTHS = re.compile(r"(?<!\d)0?1月?[-—–~～至到]{1,2}(\d{1,2})月|(?:截至|截止|至)(?:20\d\d年?)?(\d{1,2})月")
_PHONE_WITHIN = re.compile(r"(?<![\dA-Za-z.])(?:1[3-9]\d{9}|0\d{2,3}[-—]?\d{7,8})(?![\dA-Za-z.])")
_PHONE = re.compile(r"(?:\d{3,4}-)?\d{7,8}(?:-\d{1,6})?|1\d{10}")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label stands for; *sure* is False where it was guessed from a word in it."""

    name: str
    sure: bool = True


def bare(key: str) -> str:
    """Return a label's key without number, colon, year and the brackets behind it.

    >>> bare("年度绩效目标(40分)"), bare("一、2023年度绩效目标:"), bare("中期目标(2023年-2025年)")
    ('年度绩效目标', '绩效目标', '中期目标')
    """
    return _short_bare(key) if len(key) <= _SHORT else _bare(key)


def _bare(key: str) -> str:
    key = NUMBERED.sub("", key.strip(":*★▲").lstrip())
    key = key[: len(key) - len(brackets(key))]
    shorter = _YEARS.sub("", key)
    return shorter.rstrip(":") or key


_short_bare = lru_cache(maxsize=8192)(_bare)


def brackets(key: str) -> str:
    """Return the brackets at the end of a label's key, or the empty text.

    >>> brackets("预算执行情况(万元)(20分)"), brackets("预算数(A)(含结转(上年))")
    ('(万元)(20分)', '(A)(含结转(上年))')
    """
    stop = len(key.rstrip(":"))
    start = stop
    while start > 1 and key[start - 1] == ")":
        depth, at = 0, start
        while at > 0:
            at -= 1
            depth += {")": 1, "(": -1}.get(key[at], 0)
            if depth == 0:
                break
        if depth or at == 0:
            break
        start = at
    return key[start:stop]


def unmarked(key: str) -> str:
    """Return an item's key without the mark in front, the group it opens, and 其中.

    >>> unmarked("1、资金来源:(1)财政性资金"), unmarked("(2)其他资金"), unmarked("其中:财政拨款")
    ('财政性资金', '其他资金', '财政拨款')
    """
    return _ITEM_MARK.sub("", key)


def looks_like_label(key: str) -> bool:
    """Tell whether a cell's key may be a label: short, with words in it, and no sentence or figure."""
    core = bare(key)
    return (
        0 < len(core) <= LONGEST_LABEL
        and _SENTENCE.search(core) is None
        and any("㐀" <= c <= "鿿" for c in core)
        and (not core[0].isdigit() or _MONTHS.match(core) is not None)
        and core[0] not in "≥≤=<>＝≧≦"
    )


def is_placeholder(key: str) -> bool:
    """Tell whether a cell only holds the place of what was to be filled in: dots, 指标1：, an instruction in brackets.

    >>> [is_placeholder(k) for k in ("……", "指标2:", "指标1:……", "(填写目标值)", "(100字以内)", "指标1:培训", "(一)")]
    [True, True, True, True, True, False, False]
    """
    return len(key) <= _LONGEST_PLACEHOLDER and _PLACEHOLDER.fullmatch(key) is not None


def is_phone(text: str) -> bool:
    """Tell whether *text* is a telephone number and nothing else.

    >>> is_phone("0513-85215678"), is_phone("13800000000"), is_phone("10891.62")
    (True, True, False)
    """
    return _PHONE.fullmatch(key_of(text)) is not None


def has_phone(text: str) -> bool:
    """Tell whether a telephone number stands somewhere in *text*: a mobile's, or one behind an area code.

    >>> has_phone("详询某某 0516-83452222"), has_phone("见2024-12345678号文"), has_phone("编码 13062824P00331410001X")
    (True, False, False)
    """
    return _PHONE_WITHIN.search(text) is not None


def _guess(key: str, family: Family, section: str) -> str:
    """Return what the first word in *key* that the section lists stands for."""
    return next((meaning for word, meaning in family.like.get(section, ()) if word in key), "")


def guess_by_end(key: str, family: Family, section: str) -> str:
    """Return what the last listed word in *key* stands for, the longest of those that end there.

    A Chinese noun's head stands last: 指标值完成情况 is a 完成情况, 得分计算方法 a 计算方法.
    """
    words = _ending_in(family, section)
    for stop in range(len(key), 0, -1):
        for word, meaning in words.get(key[stop - 1], ()):
            if key.endswith(word, 0, stop):
                return meaning
    return ""


@cache
def _ending_in(family: Family, section: str) -> dict[str, list[tuple[str, str]]]:
    """Return the words a section lists and their meanings by their last character, long ones first."""
    words: dict[str, list[tuple[str, str]]] = {}
    for word, meaning in sorted(family.like.get(section, ()), key=lambda pair: -len(pair[0])):
        words.setdefault(word[-1], []).append((word, meaning))
    return words


@lru_cache(maxsize=8192)
def heading(key: str, family: Family, *, guess: bool = False) -> Meaning | None:
    """Return the section that a heading's *key* names, or None."""
    if not key or len(key) > 60:
        return None
    core = bare(key)
    for form in (key.rstrip(":"), key[: len(key) - len(brackets(key))], core, _TAIL.sub("", core), _YEAR_WITHIN.sub("", core)):
        kind = family.headings.get(form)
        if kind is not None:
            spans = kind == "annual" and _SPAN.search(brackets(key)) is not None
            return Meaning("long_term" if spans else kind)
    if not guess or not looks_like_label(key) or label(key, family) is not None:
        return None
    kind = _guess(core, family, "sections")
    return Meaning(kind, sure=False) if kind else None


@lru_cache(maxsize=8192)
def label(key: str, family: Family, *, guess: bool = False) -> Meaning | None:
    """Return the kind of field that a label's *key* names, or None."""
    if not key or len(key) > 60:
        return None
    for form in (key.rstrip(":"), bare(key)):
        kind = family.labels.get(form)
        if kind is not None:
            return Meaning(kind)
    if not guess or not looks_like_label(key):
        return None
    kind = _guess(bare(key), family, "fields")
    return Meaning(kind, sure=False) if kind else None


def period_of(key: str, family: Family) -> str:
    """Return the period that the words of a header name; the full year if none.

    ``quarter_1`` for 一季度, ``months_8`` for 1-8月 and 截至8月底, ``months_9`` for 前三季度.
    """
    named = quarter_named(key) or next((period for word, period in family.periods.items() if word in key), "")
    months = _FIRST_MONTHS.search(key) if not named else None
    count = int(months[1] or months[2]) if months is not None else 12
    return named or ("half_year" if count == 6 else f"months_{count}" if 0 < count < 12 else "full_year")


def period_alone(key: str, family: Family) -> str:
    """Return the period of a header that says nothing else, 一季度, 下半年, 2024年; the empty text where it says more."""
    if len(key) > _LONGEST_PERIOD:
        return ""
    year = year_alone(key)
    period = "" if year else period_of(key, family)
    if not year and quarter_named(key):
        return period if key.lstrip("第前")[-2:] == "季度" or key.endswith("季") else ""
    return year or (period if key in family.periods and period not in ("long_term", "full_year") else "")


def says_year(key: str) -> bool:
    """Tell whether a label says itself that it is of one year: 年度资金总额, 当年预算."""
    return any(word in key for word in ("年度", "全年", "当年", "本年", "年初"))


@lru_cache(maxsize=8192)
def column(key: str, family: Family, over: str = "") -> Meaning | None:
    """Return what a column of indicators holds by its header: a name of `COLUMNS`, or "period measure".

    *over* is the key of the header above it, which may say the period.
    """
    if not key or len(key) > 40:
        return None
    core = bare(key)
    for form in (key, core):
        if form in family.columns:
            return Meaning(family.columns[form])
        if form in family.targets:
            period, measure = family.targets[form]
            if period == "full_year":
                period = period_of(over + key, family)
            return Meaning(f"{period} {measure}")
    meaning = guess_by_end(core, family, "columns")
    if not meaning:
        return None
    if meaning == "target" and any(what == "actual" and word in core for word, what in family.like["columns"]):
        meaning = "actual"  # 实际完成指标值
    if meaning in TARGETS:
        return Meaning(f"{period_of(over + key, family)} {meaning}", sure=False)
    return Meaning(meaning, sure=False)


def level_names(text: str, family: Family) -> Iterator[tuple[int, int]]:
    """Yield where in *text*, keys of one header or of many lines, the name of a level can stand; quick to ask.

    `column` says level1, level2 or level3 only of a key that holds one of these stretches.
    """
    return (found.span() for found in _level_words(family).finditer(text))


def may_name_level(text: str, family: Family) -> bool:
    """Tell whether any of *text* can be the name of a level."""
    return _level_words(family).search(text) is not None


@cache
def _level_words(family: Family) -> re.Pattern[str]:
    words = {word for word, name in family.columns.items() if name in LEVELS}
    words |= {word for word, name in family.like.get("columns", ()) if name in LEVELS} | family.alone
    # 指标 alone is a header; within 数量指标 it names no level.
    patterns = [re.escape(w) if len(w) > 2 else f"(?<![㐀-鿿]){re.escape(w)}(?![㐀-鿿])" for w in sorted(words)]
    return re.compile("|".join(patterns) or "(?!)")


def task_column(key: str, family: Family, *, guess: bool = True) -> str:
    """Return what a column of the year's tasks holds by its header: name, content, amount, expected; else the empty text."""
    plain = split_money(key)[0]
    for form in (plain, bare(plain)):
        if form in family.tasks:
            return family.tasks[form]
    if not guess or not looks_like_label(plain) or guess_by_end(bare(plain), family, "tasks") == "note":
        return ""  # 纳入绩效目标的依据 is no goal
    return next((meaning for word, meaning in family.like["tasks"] if meaning != "note" and word in bare(plain)), "")


@lru_cache(maxsize=8192)
def measure(key: str, family: Family, *, guess: bool = True) -> Meaning | None:
    """Return what a column of the funds holds by its header, as "period measure" ("note" alone), or None."""
    if not key or len(key) > 60:
        return None
    core = bare(key)
    for form in (key, core):
        if form in family.measures:
            return Meaning(" ".join(family.measures[form]))
    if not guess or not looks_like_label(core):
        return None
    meaning = guess_by_end(core, family, "funds") or guess_by_end(key[: len(key) - len(brackets(key))], family, "funds")
    if meaning == "note":
        return Meaning("note", sure=False)
    if meaning == "budget":  # 年初批复预算数: what stands before says which budget
        kinds = (m for w, m in family.like["funds"] if m in ("initial_budget", "adjusted_budget") and w in core)
        meaning = next(kinds, meaning)
    if meaning in MEASURES or meaning in SHARES:
        return Meaning(f"{period_of(core, family)} {meaning}", sure=False)
    return None


def is_amount(key: str) -> bool:
    """Tell whether a cell's key is a printed amount: digits, or a dash where a figure would stand."""
    for unit in ("万元", "亿元", "千元", "元", "万", "亿", "%"):
        key = key.removesuffix(unit)
    return bool(key) and (key[-1] in "0123456789.,，" or key.strip("-—–/*") == "") and all(
        ch in "0123456789.,，-+—–/*" for ch in key
    )


def unit_in(key: str) -> str:
    """Return the money unit that a label declares in brackets, or the empty text."""
    return read_money_unit(key) if "元" in key else ""

"""Indicator values as printed (≥95%, 2025年12月底前, 健全) to a kind, an operator, a value and a unit.

What is not understood as a whole is a text: a blank is better than a guess. Nothing is rewritten, the
raw text stays beside the value; ≥100% for a rate and ≥0个 are what they are.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from . import comparators
from .characters import fold_traditional, fold_width, repair_characters
from .dates import read_dated
from .numbers import CHINESE_DIGITS
from .quality import ends_like_name, is_quality, quality_words, weak_words
from .quantities import LONGEST_QUANTITY, read_quantity
from .units import is_counted, is_unit
from .values import TargetValue
from .vocabulary import alternatives

LONGEST_TARGET = LONGEST_QUANTITY
"""A longer text is a sentence; no pattern is tried on it."""
LONGEST_QUALITY = 16

# A space between two digits says that these are two numbers; any other is the extraction's.
_SPACES = re.compile(r"(?<=[^\s0-9.,０-９])\s{1,200}|\s{1,200}(?=[^\s0-9.,０-９])")
# A point behind a digit is a speck or half a number, not the end of a sentence.
_FULL_STOP = re.compile(r"(?:[。;；]|(?<![0-9０-９])[.．,，、])$")
_SMALL_FORMS = str.maketrans("﹪﹢﹣﹙﹚", "%+-()")
_FREQUENCY = re.compile(
    "[一二两三四五六七八九十半每](?:年|月|个月|季度|季|周|天|日)[一二两三四五六七八九十]{1,2}[次场期批轮回]"
)
_DIGIT = re.compile(r"[\d①-⓿²³¹❶-➓㈠-㊿]")
_CHINESE = re.compile("[㐀-鿿]")
_SENTENCE = re.compile("[。；;，,！!？?：:|\n]")


def read_target(raw: str) -> TargetValue:
    """Return what *raw*, one printed target or actual value, says.

    number, range and date carry an operator and a value; a bare number is eq. The unit is the printed
    one, whole. A few words without digits are quality, and what remains is text: sentences, digits that
    were not understood, a date without its year, 各1次, 每年3次. Steps: those of `repair_characters`,
    inner_space (spaces inside the value), qualifier (words beside the number are left out of the value:
    （首次办证）≥300人), unit_repeated (a value cell and a unit cell that both print it: ≥95%%).

    >>> read_target("≥1200个")
    TargetValue(kind='number', operator='ge', value=Decimal('1200'), value_max=None, unit='个', steps=())
    >>> value = read_target("92.5%～97.5%")
    >>> value.kind, value.operator, str(value.value), str(value.value_max), value.unit
    ('range', 'between', '92.5', '97.5', '%')
    >>> read_target("2025年12月底前").value, read_target("健全").kind, read_target("11月底之前").kind
    (datetime.date(2025, 12, 31), 'quality', 'text')
    """
    return TargetValue("text") if len(raw) > 2 * LONGEST_TARGET else _read_short(raw)


@lru_cache(maxsize=4096)
def _read_short(raw: str) -> TargetValue:
    repaired = repair_characters(raw)
    printed = repaired.text.strip()
    squeezed = _SPACES.sub("", printed)
    steps = repaired.steps if squeezed == printed else (*repaired.steps, "inner_space")
    if len(squeezed) > LONGEST_TARGET:
        return TargetValue("text", steps=repaired.steps)
    if squeezed in quality_words():
        return TargetValue("quality", steps=steps)
    squeezed = _FULL_STOP.sub("", squeezed).translate(_SMALL_FORMS)
    folded = fold_traditional(fold_width(squeezed))
    value = _read_dated(folded) or read_quantity(folded, squeezed)
    if value is None:
        return TargetValue("quality" if _sounds_like_quality(squeezed) else "text", steps=steps)
    if not steps:
        return value
    return TargetValue(
        value.kind, value.operator, value.value, value.value_max, value.unit, (*steps, *value.steps)
    )


def _read_dated(folded: str) -> TargetValue | None:
    operator, start = comparators.find_comparator(folded)
    dated = read_dated(folded[start:], operator)
    if dated is None:
        return None
    return TargetValue("date", *dated)


def _sounds_like_quality(text: str) -> bool:
    """Return whether *text* is a few words without digits: 按时限完成, 不低于上年度水平."""
    if len(text) > LONGEST_QUALITY or _CHINESE.search(text) is None:
        return False
    if _DIGIT.search(text) is not None or _SENTENCE.search(text) is not None:
        return False
    if _FREQUENCY.fullmatch(text) is not None:
        return False  # 一年一次, as 每年1次
    # 三 is a number cut off, 万元 a unit without its number.
    return text.strip(CHINESE_DIGITS) != "" and not is_unit(fold_width(text))


@cache
def _value_shape() -> re.Pattern[str]:
    sign, word = (alternatives(comparators.spellings(place)) for place in ("signs", "words"))
    postfix = alternatives(comparators.spellings("postfix"))
    return re.compile(
        rf"(?:\([^()]{{1,30}}\))?(?:(?P<sign>{sign})|(?P<word>{word}))?[+\-−]?[0-9]{{1,18}}(?:[.,][0-9]{{1,12}}){{0,5}}"
        rf"(?P<unit>[^0-9]{{0,16}}?)(?P<postfix>{postfix})?(?:\([^()]{{1,30}}\))?"
    )


_HAS_DIGIT = re.compile("[0-9]")
# 11月底之前, 12月底之前完成: values, though without a year they are no dates.
_DEADLINE = re.compile("(?:[0-9年月日号底末旬]{2,14}|.{2,6})(?:之前|以前|前|底)(?:完成)?")


def looks_like_target(text: str) -> float:
    """Return 0–1, how surely a short printed token is a value and not the name of something.

    Made for finding where rows end in a flattened table: quick, and sure about comparators. 1.0 for a
    sign and a number, 0.95 for known value words, dates and percents, 0.9 for a number with a known unit,
    0.7 for a bare number, 0.6 for words that are values or ends of names (发展), 0.3 for two to four
    unknown characters, 0 for what ends like a name (率, 数, 性 …) and for sentences.

    >>> looks_like_target("≥50个"), looks_like_target("健全"), looks_like_target("2025年12月底前")
    (1.0, 0.95, 0.95)
    >>> looks_like_target("预算执行率"), looks_like_target("5G基站建设数"), looks_like_target("有章可循")
    (0.0, 0.0, 0.3)
    """
    if text in quality_words():
        return 0.6 if text in weak_words() else 0.95
    if len(text) > 60:
        return 0.0
    text = fold_width(text.strip())
    if _HAS_DIGIT.search(text) is None:
        return _words_look_like_target(text)
    match = _value_shape().fullmatch(text.replace(" ", ""))
    if match is None or "," in match["unit"] or (match["unit"][:1] in ("年", "月", "日") and len(match["unit"]) > 1):
        return _odd_digits_look_like_target(text)
    unit = match["unit"]
    if match["sign"] is not None:
        return 1.0 if len(unit) <= 8 else 0.8
    known = is_unit(unit)
    if match["word"] is not None:
        return 0.98 if known or not unit else 0.6
    if not unit:
        return 0.95 if match["postfix"] is not None else 0.7
    if known:
        return 0.95 if unit == "%" or match["postfix"] is not None else 0.9
    if is_counted(unit):
        return 0.5
    return 0.9 if read_quantity(text, text) is not None else 0.0 if ends_like_name(unit) else 0.2


def _odd_digits_look_like_target(text: str) -> float:
    """Answer for digits that are no plain number with a unit: dates, ranges, names with digits in them."""
    squeezed = _FULL_STOP.sub("", _SPACES.sub("", text))
    if _read_dated(squeezed) is not None:
        # 2025年度 stands under titles too.
        return 0.95 if len(squeezed) > 6 else 0.5
    if _DEADLINE.fullmatch(squeezed) is not None:
        return 0.9
    if read_quantity(squeezed, squeezed) is not None:
        # 满意度≥95% may be two cells glued.
        return 0.95 if squeezed[0] in "0123456789±≥" else 0.6
    if _said_of_values(squeezed):
        return 0.9
    if any(sign in squeezed for sign in comparators.spellings("signs")):
        return 0.6
    return 0.0 if ends_like_name(squeezed) or len(squeezed) > 12 else 0.2


_UNTIL = re.compile("[0-9]{4}年[0-9年月日号底末前]{1,8}(?:达到?|完成|实现|建成)")
_FURTHER = ("且", "并", "或", "同时")


def _said_of_values(text: str) -> bool:
    """Tell whether *text* is a short sentence made of values: by a day, one with a condition, one for each of several.

    >>> _said_of_values("2025年12月底前达120万人次"), _said_of_values("100%,且不低于上年")
    (True, True)
    >>> _said_of_values("小学不低于650元,初中不低于850元"), _said_of_values("完成50家,新增")
    (True, False)
    """
    if len(text) > LONGEST_TARGET:
        return False
    until = _UNTIL.match(text)
    if until is not None and until.end() < len(text):
        rest = text[until.end() :]
        return rest[0] in "0123456789" and read_quantity(rest, rest) is not None
    first, *others = re.split("[，,]", text)
    if not others or not all(others) or read_quantity(first, first) is None:
        return False
    return all(other.startswith(_FURTHER) or read_quantity(other, other) is not None for other in others)


def _words_look_like_target(text: str) -> float:
    if is_quality(text):
        return 0.95
    if not text or ends_like_name(text) or _CHINESE.search(text) is None:
        return 0.0
    if text[0] in CHINESE_DIGITS and len(text) <= 12:
        # 四家, 二〇二五年底前
        if read_quantity(text, text) is not None or read_dated(text) is not None:
            return 0.8
    elif len(text) <= 12 and comparators.find_comparator(text)[0]:
        # 不超过十六个工作日
        found = read_quantity(text, text)
        return 0.4 if found is None else 0.9 if found.unit and is_unit(found.unit) else 0.8
    if len(text) <= 8 and text.endswith(("前", "完成")):
        return 0.6
    if len(text) <= 4:
        return 0.3
    return 0.15 if len(text) <= 8 else 0.05 if len(text) <= LONGEST_QUALITY else 0.0

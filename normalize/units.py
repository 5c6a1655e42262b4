"""Units as printed: what may stand behind a number so that the two are a quantity, not a sentence."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from .characters import fold_width
from .numbers import CHINESE_DIGITS
from .vocabulary import alternatives, load

LONGEST_UNIT = 24
# Escaped: an ideograph of U+F900–FAFF looks like its ordinary twin and turns into it where text is normalised.
_CHINESE = "\u3400-\u9fff\uf900-\ufaff"
_TAIL = re.compile(f"[{_CHINESE}A-Za-z%‰°℃㎡㎥㎢²³μ/·.・]{{1,12}}")
_MORE = ("半", "多", "余", "几", "来")
_LIKE_DIGITS = "OoQDIlZzSB〇○"
_NOT_WHOLE = re.compile(
    "^[百千万亿]{0,2}[零一二三四五六七八九两十]|^[万亿千百]?[多余几]|^.{1,3}[半多余几](?:[年月天]|小时)|半$|[%‰]$"
    f"|^.{{1,3}}[{CHINESE_DIGITS}]{{2}}"
)
_NOUN = f"[{_CHINESE}]{{1,8}}"


@cache
def _known() -> re.Pattern[str]:
    data = load("units")
    scale = alternatives(data["scales"])
    unit = alternatives([*data["measures"], *data["counters"]])
    one = f"(?:{scale}?{unit}|{scale})"
    joint = alternatives(data["joints"])
    return re.compile(f"{one}(?:{joint}{one}){{0,3}}(?:\\({one}(?:/{one}){{0,4}}\\))?(?:每{one}){{0,2}}")


@cache
def _plain() -> tuple[frozenset[str], frozenset[str]]:
    """Return the units that are one word, or a scale and a word, and all characters that units are made of."""
    data = load("units")
    words = [*data["measures"], *data["counters"]]
    units = frozenset((*words, *data["scales"], *(scale + word for scale in data["scales"] for word in words)))
    return units, frozenset("".join((*words, *data["scales"], *data["joints"], "每()/")))


@cache
def _counted() -> re.Pattern[str]:
    data = load("units")
    scale = alternatives(data["scales"])
    unit = alternatives([*data["measures"], *data["counters"]])
    return re.compile(f"{scale}?{alternatives(data['counters'])}(?P<noun>{_NOUN}?)(?:/{scale}?{unit})?")


@cache
def _sentence_words() -> re.Pattern[str]:
    return re.compile(alternatives(load("units")["not_in_units"]))


@cache
def ordinal_units() -> frozenset[str]:
    """Return the units that make an ordinal of a Chinese numeral: 一类, 二期."""
    return frozenset(load("units")["ordinals"])


@cache
def counted_units() -> frozenset[str]:
    """Return the ordinal units that a comparator of counts makes plain units: 不少于四块, but not 至少三级."""
    return ordinal_units() - frozenset(load("units")["ranks"])


@cache
def _nouns() -> frozenset[str]:
    return frozenset(load("units")["nouns"])


@lru_cache(maxsize=4096)
def is_unit(folded: str) -> bool:
    """Return whether *folded* (width folded, no spaces) is made of known units only, as a whole.

    >>> all(map(is_unit, ("%", "万人", "个工作日", "元每人每月", "户/人.月", "册(份/件/套)", "个亿")))
    True
    >>> is_unit("G基站数"), is_unit("%完成")
    (False, False)
    """
    units, characters = _plain()
    if folded in units:
        return True
    # Most of what is asked for is a unit of one word or none at all: the pattern is for what is left.
    return 0 < len(folded) <= LONGEST_UNIT and characters.issuperset(folded) and _known().fullmatch(folded) is not None


def is_counted(folded: str, *, known_noun: bool = False) -> bool:
    """Return whether *folded* is a counter and what it counts (个项目, 篇论文), and no part of a sentence.

    With *known_noun* the noun must be a listed one: asked where the number is a Chinese numeral, because
    一 is seldom a number.

    >>> is_counted("篇论文"), is_counted("次完成"), is_counted("家企业", known_noun=True)
    (True, False, True)
    """
    if len(folded) > LONGEST_UNIT:
        return False
    match = _counted().fullmatch(folded)
    if match is None:
        return False
    if known_noun:
        return match["noun"] in _nouns()
    return _sentence_words().search(match["noun"]) is None and not _is_fraction(match["noun"])


def _is_fraction(noun: str) -> bool:
    """Return whether *noun* says that the number before its counter is not all: 3个半月, 5个多小时."""
    return noun[:1] in _MORE and (noun[1:] == "" or is_unit(noun[1:]))


def may_be_unit(folded: str) -> bool:
    """Return whether *folded* can be a unit though no list has it: asked where a comparator stands before.

    >>> may_be_unit("蛊"), may_be_unit("%覆盖"), may_be_unit("分钟到达现场")
    (True, False, False)
    """
    if is_unit(folded):
        return True
    # ≥1OO% is a misread 100, ≥2年半 more than 2, ≥3百二十人 not 3.
    if folded[0] in _LIKE_DIGITS or _NOT_WHOLE.search(folded) is not None:
        return False
    if folded[0] in "%‰(/.·" or _TAIL.fullmatch(folded) is None:
        return False
    return _sentence_words().search(folded) is None


def printed_unit(text: str) -> str:
    """Return the unit as it is reported: whole, as printed, with ASCII letters, % and / in one width.

    Brackets keep theirs: 册（份/件/套）.

    >>> printed_unit("％"), printed_unit("册（份／件／套）")
    ('%', '册（份/件/套）')
    """
    return "".join(character if character in "（）" else fold_width(character) for character in text)

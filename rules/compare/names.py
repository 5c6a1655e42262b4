"""Whether two names of two years name one thing: words and endings on top of `normalize.names`.

Two endings of one kind (完成率, 完成比例) do not tell names apart; what stands before them does (合格率,
投诉率), and so does the kind of the ending (覆盖率, 覆盖数量). The years in names move on with the forms.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jixiao.normalize.characters import fold_width
from jixiao.normalize.names import name_likeness, plain_name
from jixiao.normalize.vocabulary import alternatives

LONGEST_NAME = 200
_OTHER_ASPECT = 0.35
"""The most that two names of another measure of the same (合格率, 投诉率) are alike."""
_OTHER_ENDING = 0.3
_ONE_THING = 0.95
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_NUMBERING = re.compile(
    r"^(?:[(\[]\s{0,3}(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s{0,3}[)\]]|\d{1,3}[、.)](?!\d)|[一二三四五六七八九十]{1,3}、|[①-⑳])\s{0,3}"
)
_OF_WHICH = re.compile(r"^其中(?:[:：,，]\s{0,3}|(?=.{2}))")
_MARKS = str.maketrans(
    {**dict.fromkeys("“”‘’\"'「」『』《》〈〉", ""), "，": ",", "；": ";", "：": ":", "、": ",", "。": "."}
)
_JOINTS = str.maketrans({"及": "和", "与": "和", "暨": "和"})


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))


@cache
def _endings() -> tuple[tuple[str, str], ...]:
    """Return every ending with its kind, the longest first."""
    pairs = [(word, kind) for kind, words in _data()["endings"].items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def _first(table: str) -> dict[str, str]:
    return {word: group[0] for group in _data()[table]["groups"] for word in group}


@cache
def _synonyms() -> re.Pattern[str]:
    return re.compile(alternatives(_first("synonyms")))


def this_year(text: str, year: int | None) -> str:
    """Return *text* with the form's own year, the one before and the one after it named as such.

    >>> this_year("2024年奖补资金", 2024) == this_year("2025年奖补资金", 2025)
    True
    """
    if year is None or "年" not in text:
        return text
    names = {str(year - 1): "上", str(year): "本", str(year + 1): "下"}
    return _YEAR.sub(lambda match: names.get(match[1], match[1]), text)


def year_in(texts: Iterable[str]) -> int | None:
    """Return the year that *texts* name most often, at least twice and more than any other; else None.

    >>> year_in(["2024年6月底前", "2024年12月底前", "2025年底"]), year_in(["2024年"])
    (2024, None)
    """
    years = Counter(match for text in texts for match in _YEAR.findall(text))
    (first, many), (_, fewer) = (*years.most_common(2), ("0", 0), ("0", 0))[:2]
    return int(first) if many >= 2 and many > fewer else None


def plain_text(text: str) -> str:
    """Return *text* without what is only formatting: width, spaces, quotes, its own numbering, the full stop.

    >>> plain_text("（3）加强“双创”工作，完成 95％。") == plain_text("2.加强双创工作,完成95%")
    True
    """
    folded = _NUMBERING.sub("", fold_width(text.strip()))
    return "".join(folded.split()).translate(_MARKS).rstrip(".;,").lower()


def text_key(text: str, year: int | None = None) -> str:
    """Return what two texts share that say the same in forms of their own years."""
    return this_year(plain_text(text), year)


@lru_cache(maxsize=65536)
def name_key(name: str, year: int | None = None) -> str:
    """Return what two names share that differ in formatting, numbering or the year moving on only.

    >>> name_key("其中：财政拨款") == name_key("（1）财政拨款")
    True
    """
    bare = _NUMBERING.sub("", fold_width(name.strip()))
    return this_year(plain_name(_OF_WHICH.sub("", bare)), year)


@lru_cache(maxsize=65536)
def _parted(key: str) -> tuple[str, str]:
    """Return the stem of a name and the kind of its ending."""
    for word, kind in _endings():
        if key.endswith(word) and len(key) > len(word) + 1:
            return key[: -len(word)], kind
    return key, ""


def _aspect(stem: str) -> str:
    last = stem[-2:]
    return _first("aspects").get(last, last)


@lru_cache(maxsize=65536)
def _meant(key: str) -> str:
    first = _first("synonyms")
    return _synonyms().sub(lambda match: first[match[0]], key).translate(_JOINTS)


def likeness(old: str, new: str, years: tuple[int | None, int | None] = (None, None)) -> float:
    """Return 0–1, how surely *old* and *new* name one thing in forms of *years*; below 0.5 rather two.

    >>> likeness("重点任务完成率", "重点任务完成比例"), likeness("2024年补助", "2025年补助", (2024, 2025))
    (0.95, 1.0)
    >>> likeness("药品抽检合格率", "药品抽检投诉率") < 0.4 and likeness("病床使用数量", "病床使用率") < 0.5
    True
    """
    a, b = name_key(old[:LONGEST_NAME], years[0]), name_key(new[:LONGEST_NAME], years[1])
    if not a or not b:
        return 0.0
    if same_name(old, new, years):
        return 1.0
    plain_a, plain_b = name_key(old[:LONGEST_NAME]), name_key(new[:LONGEST_NAME])
    if (plain_a, plain_b) == (a, b):
        return _likeness(*sorted((a, b)))
    # A year may also stay: 2023年专项 in both years' forms is one name.
    return max(_likeness(*sorted((a, b))), _likeness(*sorted((plain_a, plain_b))))


def department_likeness(old: str, new: str) -> float:
    """Return 0–1, how surely two names are a department's before and after a reform: what it deals with counts.

    >>> department_likeness("临溪县卫生健康局", "临溪县卫生健康委员会"), department_likeness("甲县水务局", "甲县林业局") < 0.5
    (0.95, True)
    """
    a, b = (_body(name_key(name[:LONGEST_NAME])) for name in (old, new))
    return _ONE_THING if a and a == b else likeness(old, new)


def _body(key: str) -> str:
    kinds = sorted(_data()["departments"]["kinds"], key=lambda kind: (-len(kind), kind))
    kind = next((kind for kind in kinds if key.endswith(kind) and len(key) > len(kind) + 2), "")
    return key[: len(key) - len(kind)]


def same_name(old: str, new: str, years: tuple[int | None, int | None] = (None, None)) -> bool:
    """Return whether two names differ in formatting, numbering or the year moving on at most.

    >>> same_name("“双创”补助", "双创补助"), same_name("2024年补助", "2025年补助", (2024, 2025))
    (True, True)
    """
    return name_key(old, years[0]) == name_key(new, years[1]) or name_key(old) == name_key(new)


@lru_cache(maxsize=65536)
def _likeness(a: str, b: str) -> float:
    a, b = _meant(a), _meant(b)
    if a == b:
        return _ONE_THING
    (stem_a, kind_a), (stem_b, kind_b) = _parted(a), _parted(b)
    whole = name_likeness(a, b)
    if not kind_a or not kind_b:
        return whole
    if kind_a != kind_b:
        # A project's name may end in anything; a rate and a number are two things.
        return whole if "money" in (kind_a, kind_b) else max(0.0, whole - _OTHER_ENDING)
    if stem_a == stem_b:
        return _ONE_THING
    alike = max(whole, _ONE_THING * name_likeness(stem_a, stem_b))
    if kind_a == "rate":
        aspect_a, aspect_b = _aspect(stem_a), _aspect(stem_b)
        if aspect_a != aspect_b:
            return min(alike, _OTHER_ASPECT)
        # One aspect under two words (健全性, 完善性): what is left of them decides.
        rest_a, rest_b = stem_a[:-2], stem_b[:-2]
        if rest_a and rest_b:
            alike = max(alike, _ONE_THING if rest_a == rest_b else _ONE_THING * name_likeness(rest_a, rest_b))
    return alike

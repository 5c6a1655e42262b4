"""How alike two names of projects or indicators are.

No single ratio tells: 预算执行率 and 预算调整率 are two things and differ in two characters of five,
高企认定数 and 高新技术企业认定数 are one and differ in four of nine. So the two are aligned, and each
difference is weighed by its kind: characters more on one side (a name written out, a qualifier) cost
little, other characters in the same place (another thing) cost much, the same words in another order
next to nothing.
"""

from __future__ import annotations

import re
from functools import cache

from .characters import fold_width
from .vocabulary import alternatives, load

_LONGEST = 200
_NOTHING = re.compile(r"[\s\"'“”‘’「」『』《》<>〈〉()\[\]【】〔〕、，。；：:;,.·・_—–\-]+")
_YEAR = re.compile("(?:19|20)[0-9]{2}(?:年度|年)?")

_ADDED = 0.35
"""Cost of a character that stands on one side only, in characters."""
_OTHER = 1.5
"""Cost of a character that stands in the place of another."""
_OTHER_AT_ALL = 0.3
"""Cost, of the whole likeness, of each place where something else stands."""
_MOVED = 0.05
_REVERSED = 0.5


@cache
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    first = {word: group[0] for group in load("names")["synonyms"]["groups"] for word in group}
    return re.compile(alternatives(first)), first


@cache
def _reversals() -> frozenset[str]:
    return frozenset(load("names")["reversals"]["words"])


@cache
def _ignored() -> re.Pattern[str]:
    return re.compile(alternatives(load("names")["ignored"]["words"]))


def plain_name(name: str) -> str:
    """Return *name* without what does not tell names apart: spaces, quotes, brackets, width, case, marks.

    >>> plain_name("“通创荟”和科技招商\\n专项经费")
    '通创荟和科技招商专项经费'
    """
    return _NOTHING.sub("", fold_width(name)).lower()


def name_likeness(a: str, b: str) -> float:
    """Return 0–1, how surely *a* and *b* name one thing; 1 is the same name, below 0.5 rather two things.

    Symmetric. Years do not count as a difference of things: forms of two years are compared by this.

    >>> name_likeness("“通创荟”和科技招商经费专项", "通创荟和科技招商经费专项")
    1.0
    >>> name_likeness("高企认定数", "高新技术企业认定数") > 0.7
    True
    >>> name_likeness("预算执行率", "预算调整率") < 0.3
    True
    """
    a, b = sorted((plain_name(a[:_LONGEST]), plain_name(b[:_LONGEST])))
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    as_printed = _likeness(a, b)
    pattern, first = _synonyms()
    a_plain, b_plain = (
        _ignored().sub("", pattern.sub(lambda match: first[match[0]], _YEAR.sub("", name))) for name in (a, b)
    )
    if not a_plain or not b_plain or (a_plain, b_plain) == (a, b):
        return as_printed
    # Never quite as much as the same words.
    as_meant = 0.97 if a_plain == b_plain else 0.97 * _likeness(*sorted((a_plain, b_plain)))
    return max(as_printed, as_meant)


def _likeness(a: str, b: str) -> float:
    only_a: list[str] = []
    only_b: list[str] = []
    cost = penalty = 0.0
    for x, y in _differences(a, b):
        shared = _shared(x, y)
        if not y:
            only_a.append(x)
        elif not x:
            only_b.append(y)
        elif sorted(x) == sorted(y):
            cost += _MOVED * (len(x) + len(y))
        elif shared == min(len(x), len(y)):
            cost += _ADDED * abs(len(x) - len(y))
        else:
            longer = max(len(x), len(y))
            cost += _OTHER * (longer - shared)
            penalty += _OTHER_AT_ALL * (longer - shared) / longer
    for text in list(only_a):
        if text in only_b:
            only_a.remove(text)
            only_b.remove(text)
            cost += _MOVED * 2 * len(text)
    for text in (*only_a, *only_b):
        if text in _reversals():
            penalty += _REVERSED
        cost += _ADDED * len(text)
    return max(0.0, 1.0 - cost * 2 / (len(a) + len(b)) - penalty)


def _shared(x: str, y: str) -> int:
    """Return how many characters the two share in the same order."""
    from rapidfuzz.distance import LCSseq

    return int(LCSseq.similarity(x, y))


def _differences(a: str, b: str) -> list[tuple[str, str]]:
    """Return what stands in *a* and in *b* between the stretches they share, either may be "".

    One shared character between two differences is chance (规划 and 计划) and belongs to them.
    """
    # Imported here: most commands compare no names.
    from rapidfuzz.distance import Indel

    found: list[tuple[str, str]] = []
    apart, bridge = 2, ""
    for code in Indel.opcodes(a, b):
        x, y = a[code.src_start : code.src_end], b[code.dest_start : code.dest_end]
        if code.tag == "equal":
            apart, bridge = len(x), x
            continue
        if apart == 0:
            found[-1] = (found[-1][0] + x, found[-1][1] + y)
        elif apart == 1 and found:
            found[-1] = (found[-1][0] + bridge + x, found[-1][1] + bridge + y)
        else:
            found.append((x, y))
        apart = 0
    return found

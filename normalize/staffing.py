"""Staffing figures out of sentences: 行政编制为39名, 设12个内设机构, 离休0人.

A figure is a number beside a known name, before or behind it, with a counter that fits. A number with
no known name is none; nor is a change (较上年增加2人), money, an area or a date. The words are in
``data/staffing.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .characters import fold_traditional, fold_width
from .numbers import read_number
from .vocabulary import alternatives, load

if TYPE_CHECKING:
    import regex


@dataclass(frozen=True, slots=True)
class StaffingFigure:
    """One figure: *metric* by its standard name, *unit* as printed or "", text[start:end] where it stands.

    *scope* is the holder printed at the head of the same clause (局本级), or "".
    """

    scope: str
    metric: str
    value: Decimal
    unit: str
    start: int
    end: int


class _Word(NamedTuple):
    """A known word or a number, in the text without spaces."""

    kind: str
    text: str
    start: int
    end: int


# Whole runs of digits are one token, so that no run is looked at twice.
_DIGITS = "[0-9]++(?:[.,][0-9]++)*+"
_CHINESE_DIGITS = "[零〇一二两三四五六七八九十百]{1,8}"
# ﹐ stands for the full-width comma, which folded to a comma would look like a thousands separator.
_COMMA = "﹐"
_CLAUSE_ENDS = _COMMA + ",。;!?\n"
_SENTENCE_ENDS = "。;!?\n"
_STOPS = frozenset(("", *_CLAUSE_ENDS, *"|/()、:"))
_CONJUNCTIONS = frozenset(("和", "及", "与", "或", "、", "以及"))
_LONGEST_SCOPE = 24


@cache
def _metrics() -> dict[str, str]:
    return {word: metric for metric, words in load("staffing")["metrics"].items() for word in words}


@cache
def _bodies() -> frozenset[str]:
    return frozenset(load("staffing")["bodies"]["metrics"])


@cache
def _splits() -> dict[str, tuple[str, frozenset[str]]]:
    """Return each first part with the metric it makes and the second parts it takes."""
    return {
        first: (metric, frozenset(seconds))
        for metric, (firsts, seconds) in load("staffing")["split"].items()
        for first in firsts
    }


@cache
def _seconds() -> re.Pattern[str]:
    return re.compile(alternatives(word for _, words in _splits().values() for word in words))


@cache
def _words() -> re.Pattern[str]:
    data = load("staffing")
    counters = alternatives([*data["counters"]["persons"], *data["counters"]["bodies"]])
    return re.compile(
        f"(?P<name>{alternatives(_metrics())})"
        f"|(?P<number>{_DIGITS}|{_CHINESE_DIGITS}(?={counters}))"
        f"|(?P<against>{alternatives(data['changes']['against'])})"
        f"|(?P<change>{alternatives(data['changes']['words'])})"
        f"|(?P<end>[{_CLAUSE_ENDS}])"
    )


@cache
def _between() -> re.Pattern[str]:
    """What may stand between a name and its figure: a few words, a bracket without digits, a mark."""
    words = alternatives(load("staffing")["between"]["words"])
    return re.compile(rf"{words}{{0,4}}(?:\([^()0-9]{{1,20}}\))?{words}{{0,2}}[:|/=]?{words}{{0,2}}")


@cache
def _respective() -> re.Pattern[str]:
    return re.compile(alternatives(load("staffing")["between"]["words"]) + "{0,3}(?:分别为|分别是|分别有|各为)")


@cache
def _before() -> re.Pattern[str]:
    return re.compile(alternatives(load("staffing")["before"]["words"]) + "{0,2}")


@cache
def _counter(kind: str) -> re.Pattern[str]:
    # 个月, 人次, 个人 are other units; so is 名额.
    return re.compile(alternatives(load("staffing")["counters"][kind]) + "(?![次月年天日均]|百分)")


@cache
def _first_parts() -> re.Pattern[str]:
    return re.compile(f"(?P<part>{alternatives(_splits())})(?:有|共有|共|了)?$")


@cache
def _scope() -> regex.Pattern[str]:
    """The holder at a clause's head. Han characters are asked for by script: re knows only ranges."""
    import regex

    data = load("staffing")["scope"]
    endings, verbs = alternatives(data["endings"]), alternatives(data["verbs"])
    return regex.compile(
        f"(?:{alternatives(data['introductions'])},?)?"
        f"(?P<holder>{alternatives(data['holders'])}|[\\p{{Han}}()]{{1,{_LONGEST_SCOPE}}}?{endings}(?:本级|机关|本部)?)"
        f"(?:{verbs}){{0,3}}"
    )


def read_staffing(text: str) -> list[StaffingFigure]:
    """Return the staffing figures of *text*, in order. Time grows with the length of *text* and no faster.

    >>> sentence = "局本级共设13个处室，行政编制为39名。现在职在编人数为40人；离退休人数42人。"
    >>> for figure in read_staffing(sentence):
    ...     print(figure.scope, figure.metric, figure.value, figure.unit)
    局本级 内设机构 13 个
     行政编制 39 名
     在职在编 40 人
     离退休 42 人
    >>> read_staffing("较上年增加2人，经费120万元，全馆共有正高职称3名")
    []
    """
    places = [at for at, character in enumerate(text) if not character.isspace() or character == "\n"]
    folded = fold_traditional(fold_width("".join([text[at] for at in places]).replace("，", _COMMA)))
    spaced = frozenset(at for at in range(1, len(places)) if places[at] != places[at - 1] + 1)
    return [
        replace(figure, start=places[figure.start], end=places[figure.end - 1] + 1)
        for clause in _clauses(folded)
        for figure in _figures(folded, clause, spaced)
    ]


def _clauses(folded: str) -> list[list[_Word]]:
    """Return the known words clause by clause; clauses that tell of changes are left out."""
    clauses: list[list[_Word]] = []
    clause: list[_Word] = [_Word("end", "", 0, 0)]
    governed = changed = False
    for match in _words().finditer(folded):
        word = _Word(match.lastgroup or "", match[0], match.start(), match.end())
        if word.kind == "end":
            if not changed:
                clauses.append(clause)
            # 增加在职民警5人,退休民警2人: a verb at the head governs the list behind it.
            changed = governed = governed and word.text not in _SENTENCE_ENDS
            clause = [word]
        elif word.kind in ("change", "against"):
            if word.kind == "change" and len(clause) == 1 and word.start == clause[0].end:
                governed = True
            changed = True
        else:
            clause.append(word)
    if not changed:
        clauses.append(clause)
    return clauses


def _figures(folded: str, clause: list[_Word], spaced: frozenset[int]) -> list[StaffingFigure]:
    """Return the figures of one clause; *spaced* tells before which characters white space stood."""
    head = clause[0].end
    figures = _respectively(folded, clause, spaced)
    if figures:
        return figures
    used: set[int] = set()
    for at in range(1, len(clause)):
        number = clause[at]
        value = _whole(number, spaced) if number.kind == "number" else None
        if value is None or folded[number.start - 1 : number.start] in ("第", "-", "—", "~"):
            continue
        figure = None
        before, after = clause[at - 1], clause[at + 1] if at + 1 < len(clause) else None
        if before.kind == "name" and at - 1 not in used and not _is_one_of_several(folded, clause, at - 1):
            figure = _behind_name(folded, before, number, value, after, spaced)
        if figure is None and after is not None and after.kind == "name":
            figure = _before_name(folded, number, after, value)
            if figure is not None:
                used.add(at + 1)
        if figure is None:
            figure = _in_two_parts(folded, head, number, value)
        if figure is None and before.kind == "end":
            figure = _without_noun(folded, head, number, value)
        if figure is not None:
            figures.append(_with_scope(folded, head, figure))
    return figures


def _respectively(folded: str, clause: list[_Word], spaced: frozenset[int]) -> list[StaffingFigure]:
    """Read 行政编制、事业编制分别为39名、12名: as many figures as names, in their order; else nothing."""
    names = [word for word in clause if word.kind == "name"]
    numbers = [word for word in clause if word.kind == "number"]
    if len(names) < 2 or len(names) != len(numbers) or names[-1].start > numbers[0].start:
        return []
    if _respective().fullmatch(folded, names[-1].end, numbers[0].start) is None:
        return []
    if any(folded[a.end : b.start] not in _CONJUNCTIONS for a, b in pairwise(names)):
        return []
    figures = []
    for name, number in zip(names, numbers, strict=True):
        metric, value = _metrics()[name.text], _whole(number, spaced)
        unit = _counter_at(folded, metric, number.end)
        if value is None or not unit:
            return []
        figures.append(StaffingFigure("", metric, value, unit, number.start, number.end + len(unit)))
    first = replace(figures[0], start=names[0].start)
    return [_with_scope(folded, clause[0].end, first), *figures[1:]]


def _without_noun(folded: str, head: int, number: _Word, value: Decimal) -> StaffingFigure | None:
    """Read 实有15人, a clause of its own behind the posts: those who are there, of what kind is not printed."""
    for metric, words in load("staffing")["bare"].items():
        if folded[head : number.start] in words:
            unit = _counter_at(folded, metric, number.end)
            if unit and folded[number.end + len(unit) : number.end + len(unit) + 1] in _STOPS:
                return StaffingFigure("", metric, value, unit, head, number.end + len(unit))
    return None


def _whole(number: _Word, spaced: frozenset[int]) -> Decimal | None:
    """Return the whole number that is printed in one piece, or None."""
    if len(number.text) > 12 or any(at in spaced for at in range(number.start + 1, number.end)):
        return None
    value = read_number(number.text)
    return None if value is None or value != value.to_integral_value() else value


def _is_one_of_several(folded: str, clause: list[_Word], at: int) -> bool:
    """Return whether another name is joined before this one: 在职和退休人员100人 counts both together."""
    previous, name = clause[at - 1], clause[at]
    return previous.kind == "name" and folded[previous.end : name.start] in _CONJUNCTIONS


def _counter_at(folded: str, metric: str, at: int) -> str:
    match = _counter("bodies" if metric in _bodies() else "persons").match(folded, at)
    return "" if match is None else match[0]


def _behind_name(
    folded: str, name: _Word, number: _Word, value: Decimal, after: _Word | None, spaced: frozenset[int]
) -> StaffingFigure | None:
    """Read 行政编制为39名; without a counter only where nothing follows (财政供养人员数 737)."""
    if number.start - name.end > 40 or _between().fullmatch(folded, name.end, number.start) is None:
        return None
    metric = _metrics()[name.text]
    unit = _counter_at(folded, metric, number.end)
    end = number.end + len(unit)
    # 39/40名 is two figures or a share, and none without saying which.
    if not unit and folded[end : end + 1] == "/" and folded[end + 1 : end + 2].isdigit():
        return None
    # 编制5个专项规划: 个 counts what follows it, unless that is a name with its own figure.
    if unit not in ("人", "名") and end not in spaced and folded[end : end + 1] not in _STOPS:
        joined = folded[end : end + 1] in _CONJUNCTIONS
        if not unit or not (joined or (after is not None and after.start == end)):
            return None
    return StaffingFigure("", metric, value, unit, name.start, end)


def _before_name(folded: str, number: _Word, name: _Word, value: Decimal) -> StaffingFigure | None:
    """Read 13个处室, 5名退休人员."""
    metric = _metrics()[name.text]
    unit = _counter_at(folded, metric, number.end)
    if not unit or name.start - number.end > 20:
        return None
    if _before().fullmatch(folded, number.end + len(unit), name.start) is None:
        return None
    # 下属1家事业单位 counts what is under it, not 事业单位 as such.
    first = _first_parts().search(folded, max(0, number.start - 8), number.start)
    if first is not None and name.text in _splits()[first["part"]][1]:
        return StaffingFigure("", _splits()[first["part"]][0], value, unit, first.start(), name.end)
    return StaffingFigure("", metric, value, unit, number.start, name.end)


def _in_two_parts(folded: str, head: int, number: _Word, value: Decimal) -> StaffingFigure | None:
    """Read 内设有8个机构, 下属1家单位."""
    first = _first_parts().search(folded, max(head, number.start - 8), number.start)
    if first is None:
        return None
    metric, seconds = _splits()[first["part"]]
    unit = _counter_at(folded, metric, number.end)
    if not unit:
        return None
    modifier = _before().match(folded, number.end + len(unit))
    second = _seconds().match(folded, modifier.end() if modifier else number.end + len(unit))
    if second is None or second[0] not in seconds:
        return None
    return StaffingFigure("", metric, value, unit, first.start(), second.end())


def _with_scope(folded: str, head: int, figure: StaffingFigure) -> StaffingFigure:
    if figure.start - head > _LONGEST_SCOPE + 12:
        return figure
    match = _scope().fullmatch(folded, head, figure.start)
    return figure if match is None else replace(figure, scope=match["holder"])

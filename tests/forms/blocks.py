"""The two blocks of a form that hang together: its funds, and the indicator grid naming their projects."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from . import values
from .form import Amount, FundItem, Header, Indicator, Target
from .wording import Speaker, pool, pool_text, section

_SOURCES = ("一般公共预算资金", "政府性基金", "财政专户管理资金", "国有资本金", "社保基金")
_PERIOD_WORDS = (
    ("半年指标值", "全年指标值"),
    ("半年指标值", "全年指标值"),
    ("半年指标值", "全年指标值"),
    ("半年（程）指标值", "全年（程）指标值"),
)

Pair = tuple[Target, Target]


@dataclass(frozen=True)
class Funds:
    label: str
    unit_line: str
    money_unit: str
    items: tuple[FundItem, ...]


@dataclass(frozen=True)
class Grid:
    headers: tuple[Header, ...]
    period_words: tuple[str, str]
    rows: tuple[Indicator, ...]


def _shares(rng: random.Random, total: int, number: int) -> list[int]:
    """Return *number* whole numbers that add up to *total*, none below 0."""
    cuts = sorted(rng.randint(0, total) for _ in range(number - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, total], strict=True)]


def _project_name(rng: random.Random, speaker: Speaker) -> str:
    while True:
        common = rng.random() < 0.25
        name = rng.choice(pool("project", "common")) if common else speaker.say("project", "pattern")
        if 4 <= len(name) <= 30:
            return name


def _unique(make: Callable[[], str], number: int) -> list[str]:
    names: list[str] = []
    for _ in range(number * 20):
        name = make()
        if name not in names:
            names.append(name)
        if len(names) == number:
            break
    return names


def invent_funds(rng: random.Random, speaker: Speaker) -> Funds:
    """Return the funds block; a tenth of the forms have sums that do not add up."""
    if rng.random() < 0.03:
        return Funds("", "", "", ())
    money_unit = rng.choice(("万元", "万元", "万元", "万元", "元", ""))
    name = rng.choice(("部门整体资金",) * 5 + ("部门总体资金", "部门整体资金情况"))
    unit_line = ""
    label = name
    if money_unit and rng.random() < 0.12:
        unit_line = rng.choice((f"单位：{money_unit}", f"金额单位：{money_unit}"))
    elif money_unit:
        label = name + rng.choice((f"（{money_unit}）",) * 4 + (f"({money_unit})",))
    printed = values.purse(rng, money_unit)
    scale = 10**printed.decimals
    total = rng.randint(80, 90000) * scale + rng.randrange(scale)
    if money_unit == "元":
        total *= 10000
    wrong = rng.random() < 0.1

    def off(number: int) -> int:
        return max(0, number + rng.randint(-9, 9) * scale) if wrong and rng.random() < 0.4 else number

    def full(number: int) -> tuple[Amount, ...]:
        return (Amount("full_year", "budget", printed.printed(off(number))),)

    carried, other = (0 if rng.random() < 0.6 else rng.randint(0, total // 20) for _ in range(2))
    granted = total - carried - other
    items = [FundItem("income", "资金总额", 1, "", full(total))]
    items.append(FundItem("income", "财政拨款", 2, "资金总额", full(granted)))
    kept = _SOURCES if rng.random() < 0.8 else _SOURCES[: rng.randint(1, 4)]
    parts = [granted] + [0] * (len(kept) - 1)
    if rng.random() < 0.4 and len(kept) > 1:
        parts = _shares(rng, granted, len(kept))
    for source, part in zip(kept, parts, strict=True):
        items.append(FundItem("income", source, 3, "财政拨款", full(part)))
    items.append(FundItem("income", "上年结转资金", 2, "资金总额", full(carried)))
    items.append(FundItem("income", "其他资金", 2, "资金总额", full(other)))

    half_year = rng.random() < 0.85

    def both(half: int, whole: int) -> tuple[Amount, ...]:
        if not half_year:
            return full(whole)
        return (Amount("half_year", "planned", printed.printed(off(half))), *full(whole))

    number = rng.choice((0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25))
    names = _unique(lambda: _project_name(rng, speaker), number)
    spent = rng.randint(total // 10, total // 2) if names else 0
    wholes = _shares(rng, spent, len(names)) if names else []
    halves = [whole * rng.choice((0, 20, 40, 50, 50, 60)) // 100 for whole in wholes]
    basic = total - spent
    items.append(FundItem("expenditure", "基本支出", 1, "", both(basic * rng.randint(40, 55) // 100, basic)))
    items.append(FundItem("expenditure", "项目支出", 1, "", both(sum(halves), spent)))
    for project, half, whole in zip(names, halves, wholes, strict=True):
        items.append(FundItem("expenditure", project, 2, "项目支出", both(half, whole)))
    return Funds(label, unit_line, money_unit, tuple(items))


class _GridMaker:
    """Makes the rows of one grid; holds the form's habit and the level-3 names already used."""

    def __init__(self, rng: random.Random, speaker: Speaker, projects: tuple[str, ...]) -> None:
        self.rng = rng
        self.speaker = speaker
        self.projects = projects
        self.habit = values.habit(rng)
        self.used: set[str] = set()
        # A few forms leave one of the two targets blank here and there, most never do. A dump in reading order
        # cannot say which of the two it was, so that these forms bound what can be reached.
        self.blank = 0.12 if rng.random() < 0.06 else 0.0

    def _name(self, make: Callable[[], str]) -> str:
        for _ in range(40):
            name = make()
            if 4 <= len(name) <= 28 and name not in self.used:
                break
        self.used.add(name)
        return name

    def _row(
        self, level1: str, level2: str, name: str, pair: Pair, key_work: str = "", project: str = ""
    ) -> Indicator:
        half: Target | None
        full: Target | None
        half, full = pair
        if self.rng.random() < self.blank:
            half, full = (None, full) if self.rng.random() < 0.75 else (half, None)
        return Indicator(level1, level2, key_work, project, name, half, full)

    def named(self, level1: str, level2: str, names: str, words: str) -> Indicator:
        """Return a row whose name comes from a fixed pool and whose target is one of its words."""
        name = self._name(lambda: self.speaker.say("fixed", names))
        return self._row(level1, level2, name, values.quality_pair(self.rng, pool("fixed", words)))

    def rate(self, level1: str, level2: str, names: str) -> Indicator:
        """Return a row whose name comes from a fixed pool and whose target is in percent."""
        name = self._name(lambda: self.speaker.say("fixed", names))
        return self._row(level1, level2, name, values.rate_pair(self.rng, self.habit))

    def asked(self, level1: str, level2: str) -> Indicator:
        """Return a row of decision or process: what is asked about, and a measure that fits its target."""
        nouns, measures = (half.split() for half in pool_text("asked", level2).split("|"))
        measure = self.rng.choice(measures)
        name = self._name(lambda: self.speaker.fill(self.rng.choice(nouns)) + measure)
        if measure in section("measures"):
            pair = values.quality_pair(self.rng, pool("measures", measure))
        else:
            pair = values.rate_pair(self.rng, self.habit)
        return self._row(level1, level2, name, pair)

    def free(self, level1: str, level2: str, kinds: str, key_work: str = "", project: str = "") -> Indicator:
        """Return a row of one of the *kinds* (words), its name and its target fitting each other."""
        rng = self.rng
        kind = rng.choice(kinds.split())
        domain = self.speaker.domain
        thing = rng.choice(domain.people if kind == "persons" else domain.things)
        pair = {
            "rate": lambda: values.rate_pair(rng, self.habit),
            "number": lambda: values.count_pair(rng, self.habit, thing.unit),
            "persons": lambda: values.count_pair(rng, self.habit, thing.unit),
            "money": lambda: values.money_pair(rng, self.habit),
            "days": lambda: values.days_pair(rng, self.habit),
            "date": lambda: values.date_pair(rng, int(self.speaker.year)),
            "quality": lambda: values.quality_pair(rng),
        }[kind]()
        if rng.random() < 0.015:
            pair = values.text_pair(rng)
        name = self._name(lambda: self.speaker.say("indicator", kind, thing))
        return self._row(level1, level2, name, pair, key_work, project)

    def decision_and_process(self) -> list[Indicator]:
        rng = self.rng
        rows = []
        decisions, processes = pool("fixed", "decision"), pool("fixed", "process")
        for level2 in sorted(rng.sample(decisions, rng.randint(1, len(decisions))), key=decisions.index):
            rows += [self.asked("决策", level2) for _ in range(rng.randint(1, 3))]
        for level2 in sorted(rng.sample(processes, rng.randint(2, len(processes))), key=processes.index):
            rows += [self.asked("过程", level2) for _ in range(rng.choice((1, 2, 2, 3, 5)))]
        return rows

    def _key_work(self) -> str:
        rng = self.rng
        length = rng.choice((4, 10, 16, 24, 36, 50, 70, 95, 120))
        text = self.speaker.say("work", "do")
        while len(text) < length:
            text += rng.choice("，，、；") + self.speaker.say("work", "do")
        while len(text) > 120:
            text = text[: max(text.rfind(mark) for mark in "，、；")]
        return text + rng.choice(("", "", "。"))

    def _project(self) -> str:
        rng = self.rng
        if self.projects and rng.random() < 0.8:
            return rng.choice(self.projects)
        return "" if rng.random() < 0.15 else _project_name(rng, self.speaker)

    def duty(self) -> list[Indicator]:
        """Return the 履职 rows: level 2, key work and project stand over one to four indicators."""
        rng = self.rng
        level1 = rng.choice(pool("fixed", "level1_duty"))
        rows = []
        heads = _unique(lambda: self.speaker.say("work", "head"), rng.choice((1, 2, 3, 4, 5, 6, 8)))
        works: set[str] = set()
        for level2 in heads:
            for _ in range(1 if rng.random() < 0.9 else 2):
                key_work = self._key_work()
                while key_work in works:
                    key_work = self._key_work()
                works.add(key_work)
                project = self._project()
                for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
                    kinds = "number number number persons rate rate money days date quality"
                    rows.append(self.free(level1, level2, kinds, key_work, project))
        return rows

    def benefit(self) -> list[Indicator]:
        """Return the rows of effect and satisfaction, some of them level labels only."""
        rng = self.rng
        rows = []
        level1 = rng.choice(pool("fixed", "level1_benefit"))
        kinds = pool("fixed", "benefit")
        for level2 in sorted(rng.sample(kinds, rng.choice((1, 2, 3, 4, 4))), key=kinds.index):
            if rng.random() < 0.15:
                rows.append(Indicator(level1, level2, "", "", "", None, None))
                continue
            for _ in range(rng.choice((1, 1, 1, 2))):
                if rng.random() < 0.7:
                    rows.append(self.named(level1, level2, "benefit_names", "benefit_words"))
                else:
                    rows.append(self.free(level1, level2, "rate number money persons"))
        level1 = rng.choice(pool("fixed", "level1_satisfied"))
        rows += self._satisfied(level1, "服务对象满意度")
        return rows

    def _satisfied(self, level1: str, level2: str) -> list[Indicator]:
        if self.rng.random() < 0.12:
            return [Indicator(level1, level2, "", "", "", None, None)]
        return [self.rate(level1, level2, "satisfied_names") for _ in range(self.rng.choice((1, 1, 1, 2, 3)))]

    def output(self) -> list[Indicator]:
        """Return the rows of a five-column grid under the standard levels."""
        rng = self.rng
        rows = []
        kinds = {
            "数量指标": "number number number persons",
            "质量指标": "rate rate quality",
            "时效指标": "days date rate",
            "成本指标": "money money rate",
        }
        for level2, choice in kinds.items():
            for _ in range(rng.choice((1, 2, 3, 5))):
                rows.append(self.free("产出指标", level2, choice))
        for level2 in pool("fixed", "benefit5"):
            if rng.random() < 0.2:
                rows.append(Indicator("效益指标", level2, "", "", "", None, None))
            for _ in range(rng.choice((1, 1, 2))):
                if rows[-1].level2 == level2 and not rows[-1].level3:
                    break
                if rng.random() < 0.6:
                    rows.append(self.named("效益指标", level2, "benefit_names", "benefit_words"))
                else:
                    rows.append(self.free("效益指标", level2, "number rate money persons"))
        level2 = rng.choice(pool("fixed", "satisfied5"))
        return rows + self._satisfied("满意度指标", level2)


def invent_grid(rng: random.Random, speaker: Speaker, projects: tuple[str, ...]) -> Grid:
    """Return the indicator grid; *projects* are the names among the funds."""
    maker = _GridMaker(rng, speaker, projects)
    words = rng.choice(_PERIOD_WORDS)
    draw = rng.random()
    if draw < 0.18:
        rows = maker.output()
        return Grid((Header(False, len(rows)),), words, tuple(rows))
    if draw < 0.26:
        rows = maker.duty()
        return Grid((Header(True, len(rows)),), words, tuple(rows))
    first = maker.decision_and_process() if rng.random() < 0.93 else []
    duty = maker.duty()
    rest = maker.benefit()
    headers = (Header(False, len(first)), Header(True, len(duty)), Header(False, len(rest)))
    return Grid(tuple(head for head in headers if head.rows), words, tuple(first + duty + rest))

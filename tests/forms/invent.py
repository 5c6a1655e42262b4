"""Invent one form of the family from a seed: head, functions, staffing, goals, and the rest."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .blocks import invent_funds, invent_grid
from .form import Clause, Figure, Form, Goal, Section
from .wording import Speaker, chinese_number, domains, invent_place, pool

_TITLES = (
    ("{place}本级部门整体预算绩效目标表", 6),
    ("{place}部门整体预算绩效目标表", 4),
    ("{year}年{place}部门整体支出绩效目标表", 3),
    ("{year}年度{place}部门整体绩效目标表", 2),
    ("部门整体绩效目标申报表", 2),
    ("部门整体支出绩效目标申报表", 2),
    ("{place}{year}年部门整体预算绩效目标表", 2),
    ("部门整体支出绩效目标表（{year}年度）", 1),
    ("{place}市级部门整体支出绩效目标表", 1),
)
_YEAR_LINES = ("{year}年度", "（{year}年度）", "{year}年", "({year}年度)", "预算年度：{year}")
_FUNCTION_LABELS = ("单位主要职能",) * 3 + ("主要职能", "主要职责", "部门主要职能", "部门职能概述")
_GOAL_LABELS = (("中长期目标", "年度目标"),) * 6 + (
    ("长期目标", "年度目标"),
    ("中长期目标", "年度总体目标"),
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def mark(way: str, number: int) -> str:
    """Return the mark before item *number*, 1-based.

    >>> [mark(way, 3) for way in ("full", "round", "dun", "dot", "ascii", "comma", "circle")]
    ['（3）', '（三）', '三、', '3.', '(3)', '3、', '③']
    """
    return {
        "full": f"（{number}）",
        "round": f"（{chinese_number(number)}）",
        "dun": f"{chinese_number(number)}、",
        "dot": f"{number}.",
        "ascii": f"({number})",
        "comma": f"{number}、",
        "circle": _CIRCLED[min(number, len(_CIRCLED)) - 1],
    }[way]


@dataclass(frozen=True)
class _Head:
    above: str
    title: str
    year_line: str
    year: str


def _head(rng: random.Random, place: str, year: str) -> _Head:
    of_cities = ("市级", "本级")
    choices = [
        title for title in _TITLES if place.endswith("市") or not any(word in title[0] for word in of_cities)
    ]
    pattern = rng.choices([title for title, _ in choices], [weight for _, weight in choices])[0]
    title = pattern.format(place=place, year=year)
    in_title = "{year}" in pattern
    own_line = rng.random() < (0.35 if in_title else 0.95)
    line = rng.choice(_YEAR_LINES).format(year=year) if own_line else ""
    above = rng.choice(("附件", "附件2", "附表3", "附件1：")) if rng.random() < 0.08 else ""
    return _Head(above, title, line, year if in_title or own_line else "")


def _department(rng: random.Random, speaker: Speaker) -> str:
    name = rng.choice(speaker.domain.departments)
    if name.startswith("委员会"):
        return f"中国共产党{speaker.place}{name}" if rng.random() < 0.4 else f"中共{speaker.place}{name}"
    return name if rng.random() < 0.08 else speaker.place + name


def _clause_text(rng: random.Random, speaker: Speaker, last: bool) -> str:
    if last:
        return speaker.say("clause", "last")
    parts = [speaker.say("clause", "open")]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
        parts.append(speaker.say("clause", "more"))
    text = parts[0]
    for part in parts[1:]:
        text += rng.choice("，，。；") + part
    return text


def _clauses(rng: random.Random, speaker: Speaker) -> tuple[Clause, ...]:
    way = rng.choice(("full", "full", "full", "round", "round", "dun", "dot", "ascii", "comma", "circle"))
    number = rng.randint(3, len(_CIRCLED) if way == "circle" else 22)
    end = rng.choice(("。", "。", "。", "；", ""))
    clauses = []
    for position in range(1, number + 1):
        last = position == number
        text = _clause_text(rng, speaker, last)
        ending = "。" if end == "；" and last else end
        clauses.append(Clause(mark(way, position), text + ending))
    return tuple(clauses)


_METRICS = (
    ("inner", "内设机构", (3, 24), 0.8),
    ("admin", "行政编制", (5, 120), 0.75),
    ("career", "事业编制", (4, 600), 0.5),
    ("worker", "工勤编制", (1, 9), 0.2),
    ("active", "在职在编", (5, 700), 0.85),
    ("retired_all", "离退休", (2, 300), 0.5),
    ("retired_old", "离休", (0, 6), 0.2),
    ("retired", "退休", (1, 260), 0.3),
    ("extra", "编外人员", (1, 90), 0.35),
    ("units", "下属单位", (1, 18), 0.4),
)


def _staffing(rng: random.Random, speaker: Speaker) -> tuple[str, tuple[Figure, ...]]:
    """Return the staffing sentence and its figures, in the order of the sentence."""
    figures: list[Figure] = []
    sentences: list[str] = []
    chinese = rng.random() < 0.2
    retired_together = False
    for name, metric, bounds, chance in _METRICS:
        if rng.random() > chance or (retired_together and metric in ("离休", "退休")):
            continue
        retired_together = retired_together or metric == "离退休"
        number = rng.randint(*bounds)
        pattern = rng.choice(pool("staffing", name))
        # Small numbers only: nobody spells out 237 on a form.
        shown = chinese_number(number) if chinese and 0 < number < 100 else str(number)
        if shown == "二":
            shown = "两"
        sentence = pattern.format(n=shown, rooms=rng.choice(pool("staffing", "rooms")))
        unit = pattern.split("{n}", 1)[1][:1]
        figures.append(Figure(metric, str(number), unit))
        if metric == "内设机构" and rng.random() < 0.35:
            offices = rng.sample(pool("staffing", "office"), rng.randint(2, 5))
            sentence += rng.choice(("，包括", "：", "，分别为")) + "、".join(offices)
        sentences.append(sentence)
    if not sentences:
        return "按机构编制部门批复执行，无内设机构。", ()
    text = rng.choice(pool("staffing", "prefix")) + sentences[0]
    for sentence in sentences[1:]:
        text += rng.choice("，，；。") + sentence
    return text + "。", tuple(figures)


def _listed_staffing(rng: random.Random) -> tuple[str, tuple[Figure, ...]]:
    """Return staffing as a list of label and number, some without a counter."""
    metrics = [entry for entry in _METRICS if entry[1] not in ("离休", "退休")]
    chosen = [entry for entry in metrics if entry[0] in ("admin", "active") or rng.random() < 0.4]
    colon = rng.choice(("：", ":", ""))
    between = rng.choice(("，", "；", "、"))
    words = {"下属单位": "下属二级单位数", "内设机构": "内设机构数", "在职在编": "在职在编人数"}
    figures, parts = [], []
    for _, metric, bounds, _ in chosen:
        number = rng.randint(*bounds)
        unit = "" if rng.random() < 0.4 else {"内设机构": "个", "下属单位": "家"}.get(metric, "人")
        parts.append(f"{words.get(metric, metric)}{colon}{number}{unit}")
        figures.append(Figure(metric, str(number), unit))
    return between.join(parts) + rng.choice(("。", "")), tuple(figures)


def _goal_text(rng: random.Random, speaker: Speaker, numbered: bool) -> str:
    parts = [speaker.say("goal", "middle") for _ in range(rng.randint(1, 9))]
    text = speaker.say("goal", "lead")
    for position, part in enumerate(parts, 1):
        if numbered and len(parts) > 2 and position <= 9:
            text += ("：" if position == 1 else "；") + f"{chinese_number(position)}是{part}"
        else:
            text += rng.choice("，，，；") + part
    if rng.random() < 0.7:
        text += "，" + speaker.say("goal", "end")
    return text + rng.choice("。。。。；") if rng.random() < 0.95 else text


def _goals(rng: random.Random, speaker: Speaker) -> tuple[Goal, ...]:
    if rng.random() < 0.06:
        return ()
    labels = rng.choice(_GOAL_LABELS)
    numbered = rng.random() < 0.25
    texts = [_goal_text(rng, speaker, numbered) for _ in labels]
    if rng.random() < 0.06:
        texts[rng.randrange(2)] = ""
    goals = tuple(
        Goal(horizon, label, text)
        for horizon, label, text in zip(("long_term", "annual"), labels, texts, strict=True)
    )
    return goals[1:] if rng.random() < 0.08 else goals


def invent(seed: int) -> Form:
    """Return the form of *seed*; the same seed gives the same form."""
    rng = random.Random(f"form {seed}")
    place = invent_place(rng)
    year = str(rng.randint(2019, 2027))
    speaker = Speaker(rng, rng.choice(domains()), place, year)
    head = _head(rng, place, year)

    functions: Section | None = Section(rng.choice(_FUNCTION_LABELS), "")
    clauses: tuple[Clause, ...] = ()
    draw = rng.random()
    if draw < 0.05:
        functions = None
    elif draw > 0.1:
        clauses = _clauses(rng, speaker)

    staffing: Section | None
    figures: tuple[Figure, ...] = ()
    draw = rng.random()
    label = rng.choice(("机构设置及人员配置",) * 5 + ("机构设置和人员情况", "人员结构情况", "机构设置"))
    if draw < 0.05:
        staffing = None
    elif draw < 0.1:
        staffing = Section(label, "")
    else:
        text, figures = _listed_staffing(rng) if draw > 0.9 else _staffing(rng, speaker)
        staffing = Section(label, text)

    funds = invent_funds(rng, speaker)
    grid = invent_grid(rng, speaker, tuple(item.item for item in funds.items if item.parent == "项目支出"))
    return Form(
        seed=seed,
        above=head.above,
        title=head.title,
        year_line=head.year_line,
        unit_line=funds.unit_line,
        year=head.year,
        department_label=rng.choice(("单位名称",) * 6 + ("部门名称",) * 3 + ("部门（单位）名称",)),
        department=_department(rng, speaker),
        functions=functions,
        clauses=clauses,
        staffing=staffing,
        figures=figures,
        fund_label=funds.label,
        money_unit=funds.money_unit,
        funds=funds.items,
        goals=_goals(rng, speaker),
        headers=grid.headers,
        period_words=grid.period_words,
        indicators=grid.rows,
    )

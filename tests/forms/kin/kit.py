"""What the families are invented from: names, goals, money, and indicators with their values."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.forms.form import plain
from tests.forms.invent import _department
from tests.forms.wording import Speaker, domains, invent_place

OPERATORS = {"≥": "ge", "≤": "le", "＝": "eq", "=": "eq", "＞": "gt", "＜": "lt", "≧": "ge"}
QUALITIES = (
    "健全",
    "合规",
    "明确",
    "有效",
    "及时",
    "完善",
    "显著提升",
    "持续改善",
    "规范",
    "较高",
    "有效提升",
    "优良",
    "不断增强",
)
_RATES = ("覆盖率", "完成率", "合格率", "及时率", "达标率", "准确率", "知晓率", "利用率")
_COUNTS = ("数量", "数", "次数", "任务数", "总量")
_STANDARD = (
    ("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)
_COSTS = ("成本指标", ("经济成本指标", "社会成本指标", "生态环境成本指标"))
_OTHER = (
    ("预期产出指标", ("数量", "质量", "时效")),
    ("效果指标", ("社会效益", "环境效益", "可持续影响")),
    ("满意度", ("社会公众或服务对象满意度",)),
)
_TYPES = ("产出类指标", "效益类指标", "满意度类指标", "管理类指标", "数量指标")


@dataclass(frozen=True)
class Value:
    """A value: sign, number and unit, or a word; *operator* as the contract has it."""

    sign: str
    number: str
    unit: str

    @property
    def is_word(self) -> bool:
        return self.unit == "" and not self.number[:1].isdigit()

    @property
    def raw(self) -> str:
        return self.sign + self.number + self.unit

    def row(self, seq: int, period: str, measure: str) -> dict[str, str]:
        """Return the row of targets it makes."""
        word = self.is_word
        return {
            "indicator_seq": str(seq),
            "period": period,
            "measure": measure,
            "raw": self.raw,
            "kind": "quality" if word else "number",
            "operator": "" if word else OPERATORS.get(self.sign, "eq"),
            "value": "" if word else self.number.replace(",", ""),
            "value_max": "",
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Item:
    """An indicator: its path, target and actual, weight, score and note."""

    level1: str
    level2: str
    level3: str
    target: Value | None
    actual: Value | None = None
    weight: str = ""
    score: str = ""
    note: str = ""
    other: Value | None = None


class Kit:
    """Draws everything for one form."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.year = str(rng.randint(2018, 2026))
        self.place = invent_place(rng)
        self.speaker = Speaker(rng, rng.choice(domains()), self.place, self.year)
        self.department = _department(rng, self.speaker)
        self.signs = rng.choice((("≥", "≤", "="), ("≥", "≤", "＝"), ("≧", "≤", "＝"), ("≥", "≤", "=", "＞", "＜")))
        self._names: set[str] = set()

    def pick(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def project(self) -> str:
        say = self.speaker
        return say.fill(self.pick("{t}专项资金", "{year}年{t}经费", "{n}项目", "{t}及{n2}补助资金", "{p}维修改造工程"))

    def goal(self, number: int) -> str:
        say = self.speaker
        parts = [
            say.fill(self.pick("完成{n}{num}", "推进{t}，开展{n}", "保障{p}正常运行", "加强{t}，提升{t2}水平"))
            for _ in range(number)
        ]
        if self.rng.random() < 0.4:
            return "".join(f"目标{k}：{part}。" for k, part in enumerate(parts, 1))
        return "；".join(parts) + "。"

    def name(self, rate: bool) -> str:
        """Return an indicator's name that no other has."""
        for _ in range(50):
            pattern = self.pick("{n}", "{t}工作", "{p}", "{people}", "新增{n}", "{t}（含{n2}）")
            name = self.speaker.fill(pattern) + self.pick(*(_RATES if rate else _COUNTS))
            if name not in self._names:
                break
        self._names.add(name)
        return name

    def value(self, rate: bool) -> Value:
        if rate:
            number = self.rng.choice((self.rng.randint(50, 100), 100, 95, 90))
            decimals = self.rng.random() < 0.1
            return Value(self.pick(*self.signs), f"{number - 1}.5" if decimals else str(number), "%")
        number = self.rng.choice((self.rng.randint(1, 60), self.rng.randint(100, 5000)))
        unit = self.pick("个", "次", "人次", "场", "家", "平方米", "公里", "万元", "天", "项", "户", "套")
        return Value(self.pick(*self.signs), str(number), unit)

    def word(self) -> Value:
        return Value("", self.pick(*QUALITIES), "")

    def reached(self, target: Value) -> Value:
        """Return what was reached of *target*, without a sign."""
        if target.is_word:
            return target if self.rng.random() < 0.7 else self.word()
        number = Decimal(target.number) + self.rng.choice((0, 0, 0, 1, 2, -1))
        return Value("", plain(max(number, Decimal(0))), target.unit)

    def items(
        self, *, actual: bool = False, weights: bool = False, words: float = 0.25, types: bool = False
    ) -> list[Item]:
        """Return the indicators of a form in the order of its levels."""
        tree = list(_STANDARD)
        if types:
            tree = [(level1, ("",)) for level1 in self.rng.sample(_TYPES, self.rng.randint(3, 5))]
        elif self.rng.random() < 0.25:
            tree = list(_OTHER)
        elif self.rng.random() < 0.2:
            tree = [_COSTS, (tree[0][0], tree[0][1][:3]), *tree[1:]]
        elif self.rng.random() < 0.25:
            tree = [
                (f"{level1}（{points}分）", below) for (level1, below), points in zip(tree, (50, 30, 10), strict=True)
            ]
        out: list[Item] = []
        for level1, below in tree:
            for level2 in below:
                if below[1:] and self.rng.random() < 0.12:
                    continue
                for _ in range(self.rng.choice((1, 1, 2, 3))):
                    out.append(self._item(level1, level2, actual, weights, words))
        return out

    def _item(self, level1: str, level2: str, actual: bool, weights: bool, words: float) -> Item:
        rate = self.rng.random() < 0.5
        target = self.word() if self.rng.random() < words else self.value(rate)
        name = self.name(rate)
        if target.is_word:
            name = self.speaker.fill(self.pick("{t}制度健全性", "{n}规范程度", "{t}水平", "{p}保障情况"))
        weight = str(self.rng.choice((2, 3, 5, 6, 8, 10, 12.5))) if weights else ""
        score = weight if self.rng.random() < 0.8 else "0" if self.rng.random() < 0.1 else "1.5"
        note = (
            self.speaker.fill(self.pick("因{t}调整，完成进度延后", "受{n2}影响，下一步加强管理", "")) if actual else ""
        )
        reached = self.reached(target) if actual else None
        return Item(level1, level2, name, target, reached, weight, score if actual and weights else "", note)

    def amount(self, total: int) -> str:
        """Return hundredths of a unit as printed in a cell."""
        return plain(Decimal(total) / 100)


def goals_rows(goals: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"seq": str(seq), "horizon": horizon, "text": text} for seq, (horizon, text) in enumerate(goals, 1)]

"""A form being laid out: its head, its pairs and sections, its grid, and the truth that grows with them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby

from tests.forms.form import YUAN_PER_UNIT, plain
from tests.forms.layout import Cell

from .kit import Item, Kit, Value
from .paper import WIDTH, Kin, Paper, Rows, shares
from .wordings import LEVELS

LABEL = 3
Columns = list[tuple[str, float, Callable[[Item], str]]]
"""Columns of a grid: header, weight, and what of an item stands there."""


class Draft:
    """A form being laid out."""

    def __init__(self, family: str, seed: int) -> None:
        self.family, self.seed = family, seed
        self.rng = random.Random(f"kin {family} {seed}")
        self.kit = Kit(self.rng)
        self.paper = Paper()
        self.head: list[str] = []
        self.unit = self.rng.choice(("万元", "万元", "万元", "元"))
        self.unit_at = self.rng.choice(("label", "label", "above", "none"))
        self.tables: dict[str, Rows] = {name: [] for name in ("functions", "staffing", "funds", "goals", "tasks")}
        self.document = {"title": "", "department": "", "year": "", "money_unit": "", "project": ""}
        self.persons: list[str] = []
        self.indicators: list[Item] = []
        self.targets: Rows = []

    @property
    def money(self) -> str:
        return "" if self.unit_at == "none" else self.unit

    def title(self, *patterns: str) -> None:
        kit = self.kit
        title = self.rng.choice(patterns).format(year=kit.year, place=kit.place)
        self.head = [title]
        self.document["title"] = title
        if kit.year in title:
            self.document["year"] = kit.year
        elif self.rng.random() < 0.9:
            self.head.append(self.rng.choice(("（{}年度）", "{}年度", "（{}年）")).format(kit.year))
            self.document["year"] = kit.year
        if self.unit_at == "above":
            self.head.append(
                self.rng.choice(("单位：{}", "金额单位：{}", "（单位：{}）")).format(self.unit).strip("（）")
            )
        self.document["money_unit"] = self.money

    def pairs(self, *pairs: tuple[str, str], at: int = 0) -> None:
        """Lay labels and values, one or two pairs to a row."""
        left = list(pairs)
        while left:
            whole = WIDTH - at
            if len(left) > 1 and self.rng.random() < 0.6:
                (a, x), (b, y), *left = left
                half = whole // 2
                self.paper.row((a, 4), (x, half - 4), (b, 4), (y, whole - half - 4), at=at)
            else:
                (a, x), *left = left
                self.paper.row((a, 4), (x, whole - 4), at=at)

    def people(self) -> list[tuple[str, str]]:
        """Return a person's name and number, which no table may show where persons are left out."""
        name = self.rng.choice("赵钱孙李周吴郑王") + self.rng.choice("明华强芳敏静") + "某"
        phone = f"0{self.rng.randint(510, 519)}-8{self.rng.randint(1000000, 9999999)}"
        self.persons += [name, phone]
        pick = self.kit.pick
        return [
            (pick("联系人", "填报人", "项目负责人", "项目联系人", "经办人姓名", "业务负责人"), name),
            (pick("联系电话", "电话", "联系方式", "办公电话", "手机号码"), phone),
        ]

    def department(self, *labels: str) -> tuple[str, str]:
        """Return the pair of the unit; its code may stand before or behind its name."""
        name, code = self.kit.department, str(self.rng.randint(101001, 909009))
        self.document["department"] = name
        way = self.rng.random()
        shown = f"{code}-{name}" if way < 0.15 else f"[{code}]{name}" if way < 0.25 else name
        return self.rng.choice(labels), shown

    def fund(self, seq: int, item: str, amount: str, **more: str) -> None:
        unit = more.pop("unit", self.money)
        yuan = plain(Decimal(amount) * YUAN_PER_UNIT[unit]) if amount and unit else ""
        row = {
            "seq": str(seq),
            "side": "income",
            "item": item,
            "level": "1",
            "parent": "",
            "period": "full_year",
            "measure": "budget",
            "amount": amount,
            "money_unit": unit,
            "amount_yuan": yuan,
            "raw": amount,
        }
        self.tables["funds"].append(row | more)

    def section(self, label: str, text: str) -> None:
        self.paper.row((label, LABEL), (text, WIDTH - LABEL))

    def labelled(self, text: str) -> str:
        """Return a label of the funds with the money unit where it stands there."""
        return f"{text}（{self.unit}）" if self.unit_at == "label" else text

    # --- the grid ------------------------------------------------------------------------------------

    def grid(
        self, items: Sequence[Item], columns: Sequence[tuple[str, float, Callable[[Item], str]]], *, side: str = ""
    ) -> None:
        """Lay header and rows; *columns* are header, weight and what of an item stands there, levels first.

        Equal labels one below the other are merged. With *side* a label stands beside the whole grid.
        """
        at = LABEL if side else 0
        widths = shares([weight for _, weight, _ in columns], WIDTH - at)
        first = self.paper.rows
        self.paper.row(*((text, width) for (text, _, _), width in zip(columns, widths, strict=True)), at=at)
        start = self.paper.rows
        cells = [[get(item) for _, _, get in columns] for item in items]
        levels = sum(1 for text, _, _ in columns if text in LEVELS)
        for row in cells:
            self.paper.rows += 1
            column = at
            for number, (text, width) in enumerate(zip(row, widths, strict=True)):
                if number >= levels:
                    self.paper.cells.append(Cell(self.paper.rows - 1, column, text, 1, width))
                column += width
        column = at
        for depth in range(levels):
            below = start
            for _, group in groupby(row[: depth + 1] for row in cells):
                members = list(group)
                self.paper.label(members[0][depth], below, widths[depth], column=column, rows=len(members))
                below += len(members)
            column += widths[depth]
        if side:
            self.paper.label(side, first, LABEL)

    def keep(self, items: Sequence[Item], period: str = "full_year", other: str = "") -> None:
        for item in items:
            self.indicators.append(item)
            seq = len(self.indicators)
            for value, when, measure in (
                (item.target, period, "target"),
                (item.actual, period, "actual"),
                (item.other, other, "target"),
            ):
                if value is not None and value.raw:
                    self.targets.append(value.row(seq, when, measure))

    def done(self) -> Kin:
        rows = [
            {
                "seq": str(seq),
                "level1": i.level1,
                "level2": i.level2,
                "level3": i.level3,
                "key_work": "",
                "project": "",
                "weight": i.weight,
                "score": i.score,
                "note": i.note,
            }
            for seq, i in enumerate(self.indicators, 1)
        ]
        tables = {"documents": [self.document], **self.tables, "indicators": rows, "targets": self.targets}
        return Kin(self.family, self.seed, self.head, [self.paper.block()], tables, self.persons)


def raw_of(value: Value | None) -> str:
    return value.raw if value is not None else ""

"""Six families, each a way of laying out what `Kit` draws, with its truth."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby

from tests.forms.form import YUAN_PER_UNIT, plain
from tests.forms.layout import Cell

from .kit import Item, Kit, Value, goals_rows
from .paper import WIDTH, Kin, Paper, Rows, shares

LABEL = 3
_TARGET = (
    "年度指标值",
    "指标值",
    "目标值",
    "年初目标值",
    "年度目标值（A）",
    "预期指标值",
    "绩效指标值",
    "全年目标值",
    "计划指标值",
    "年初设定目标值",
)
_ACTUAL = ("实际完成值", "全年完成值", "全年实际值（B）", "实际完成情况", "全年实际完成值", "指标完成情况", "完成值")
_WEIGHT = ("分值", "权重", "指标权重", "标准分值", "权重（分）", "满分值")
_SCORE = ("得分", "自评得分", "实际得分", "评价得分")
_NOTE = (
    "偏差原因分析及改进措施",
    "未完成原因分析",
    "未完成原因和改进措施",
    "备注",
    "偏差较大的原因",
    "评分标准",
    "产生差异的原因及改进措施",
    "指标说明",
)
_LEVEL3 = ("三级指标", "指标名称", "三级指标名称", "三级绩效指标", "指标内容", "具体指标")


class _Form:
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
        levels = sum(1 for text, _, _ in columns if text in _LEVELS)
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


_LEVELS = ("一级指标", "二级指标", "指标类型", "一级绩效指标", "二级绩效指标", "指标类别（一级）")


def _raw(value: Value | None) -> str:
    return value.raw if value is not None else ""


def _items_down(form: _Form, label: str, names: Sequence[str], *, rich: bool) -> None:
    """Lay funds with a row an item; *rich* has columns from the budget to the score."""
    kit, rng, paper = form.kit, form.rng, form.paper
    first = paper.rows
    whole = rng.randint(100, 900_000)
    parts = [whole] if len(names) == 2 else [whole - whole // 4, whole // 4]
    parts += [0] * (len(names) - 1 - len(parts))
    totals = [whole, *parts]
    if rich:
        initial = kit.pick("年初预算数", "年初预算", "年初批复预算数")
        columns = [
            (initial, "initial_budget"),
            (kit.pick("全年预算数", "全年预算数（A）", "预算数（A）"), "budget"),
            (kit.pick("全年执行数", "全年执行数（B）", "预算执行数", "实际支出数"), "executed"),
            (kit.pick("分值", "权重"), "weight"),
            (kit.pick("执行率", "执行率（B/A）", "预算执行率"), "rate"),
            (kit.pick("得分", "自评得分"), "score"),
        ]
        if rng.random() < 0.4:
            columns = columns[1:]
    else:
        columns = [(kit.pick("预算金额", "年度预算数", "预算数", "申请金额", "资金安排数"), "budget")]
    widths = shares([1.0] * len(columns), 14 if rich else 8)
    name_width = WIDTH - LABEL - sum(widths)
    if rich or rng.random() < 0.5:
        paper.row(
            (kit.pick("", "资金类别", "资金性质"), name_width),
            *((c, w) for (c, _), w in zip(columns, widths, strict=True)),
            at=LABEL,
        )
    top = names[0]
    for number, (name, total) in enumerate(zip(names, totals, strict=True)):
        spent = total * rng.randint(60, 100) // 100
        said: list[str] = []
        parent = top if number else ""
        for _, measure in columns:
            shown = {"initial_budget": total, "budget": total, "executed": spent}.get(measure)
            if shown is not None:
                text = kit.amount(shown)
            elif number:
                text = rng.choice(("—", "-", ""))
            else:
                text = {"weight": "10", "rate": f"{rng.randint(60, 100)}%", "score": str(rng.randint(5, 10))}[measure]
            said.append(text)
            money = measure in ("initial_budget", "budget", "executed")
            amount = text.rstrip("%") if text[:1].isdigit() else ""
            form.fund(
                number + 1,
                name,
                amount,
                measure=measure,
                raw=text,
                level="2" if number else "1",
                parent=parent,
                unit=form.money if money else "",
            )
        paper.row((name, name_width), *zip(said, widths, strict=True), at=LABEL)
    paper.label(label, first, LABEL)


def _fund_names(kit: Kit) -> list[str]:
    top = kit.pick("资金总额", "年度资金总额", "项目资金总额", "资金总额：")
    first = kit.pick("其中：财政拨款", "其中：当年财政拨款", "财政拨款", "其中:本年财政拨款")
    return [top, first, *kit.rng.choice(((), ("其他资金",), ("上年结转资金", "其他资金"), ("自有资金",)))]


def project_targets(form: _Form) -> None:
    """项目支出绩效目标申报表: comparator, value, unit and weight each in a column."""
    kit, rng = form.kit, form.rng
    form.title(
        "项目支出绩效目标申报表",
        "{year}年项目支出绩效目标表",
        "{place}财政支出项目绩效目标申报表",
        "{year}年度部门预算项目绩效目标申报表",
    )
    form.document["project"] = project = kit.project()
    pairs = [
        ("项目名称", project),
        form.department("主管部门及代码", "主管部门", "预算单位", "申报单位（盖章）", "主管预算部门"),
        (kit.pick("实施单位", "项目实施单位", "具体执行单位"), kit.place + "某中心"),
        (kit.pick("项目属性", "项目类型", "项目性质"), kit.pick("新增项目", "延续项目")),
    ]
    if rng.random() < 0.6:
        pairs += form.people()
    if rng.random() < 0.5:
        pairs.append((kit.pick("项目起止时间", "实施周期", "项目期"), f"{kit.year}年1月—{kit.year}年12月"))
    form.pairs(*pairs)
    _items_down(
        form,
        form.labelled(kit.pick("项目资金", "资金情况", "项目资金申请", "年度资金安排情况")),
        _fund_names(kit),
        rich=False,
    )
    goal = kit.goal(rng.randint(1, 4))
    form.section(
        kit.pick("总体目标", "年度目标", "年度绩效目标", "项目绩效目标", "年度总体目标", "年度工作绩效目标"), goal
    )
    form.tables["goals"] = goals_rows([("annual", goal)])
    items = kit.items(weights=True)
    wording = rng.random()
    quality = rng.choice(("定性", "", "无"))

    def sign(item: Item) -> str:
        assert item.target is not None
        return quality if item.target.is_word else item.target.sign

    columns: list[tuple[str, float, Callable[[Item], str]]] = [
        ("一级指标", 3, lambda i: i.level1),
        ("二级指标", 3, lambda i: i.level2),
        (rng.choice(_LEVEL3), 6, lambda i: i.level3),
        (kit.pick("指标性质", "指标方向", "比较符号", "指标关系", "指标符号"), 2, sign),
        (rng.choice(_TARGET[:4]), 2, lambda i: i.target.number if i.target else ""),
        (kit.pick("度量单位", "计量单位", "单位", "指标值单位"), 2, lambda i: i.target.unit if i.target else ""),
    ]
    if wording < 0.8:
        columns.append((rng.choice(_WEIGHT), 2, lambda i: i.weight))
    else:
        items = [_without(i) for i in items]
    form.grid(items, columns, side=kit.pick("绩效指标", "年度绩效指标", "绩\n效\n指\n标", ""))
    form.keep(items)


def _without(item: Item) -> Item:
    return Item(item.level1, item.level2, item.level3, item.target, item.actual, "", "", item.note, item.other)


def self_evaluation(form: _Form) -> None:
    """项目支出绩效自评表: what was reached beside the target, points and reasons."""
    kit, rng = form.kit, form.rng
    form.title(
        "项目支出绩效自评表",
        "{year}年度项目支出绩效自评表",
        "{place}{year}年度部门预算项目支出绩效自评表",
        "项目绩效目标自评表",
    )
    form.document["project"] = project = kit.project()
    pairs = [
        ("项目名称", project),
        form.department("主管部门", "市级主管部门", "预算部门", "主管部门及编码"),
        (kit.pick("实施单位", "项目实施单位", "资金使用单位"), kit.place + "某中心"),
    ]
    if rng.random() < 0.5:
        pairs += form.people()
    form.pairs(*pairs)
    _items_down(
        form,
        form.labelled(kit.pick("项目资金", "预算执行情况", "项目预算执行情况", "资金执行情况")),
        _fund_names(kit),
        rich=True,
    )
    planned, reached = kit.goal(2), kit.goal(2)
    first = form.paper.rows
    half = (WIDTH - LABEL) // 2
    left, right = rng.choice(
        (
            ("预期目标", "实际完成情况"),
            ("年初设定目标", "全年实际完成情况"),
            ("全年绩效目标", "全年目标实际完成情况"),
            ("预期绩效目标", "目标完成情况"),
        )
    )
    form.paper.row((left, half), (right, WIDTH - LABEL - half), at=LABEL)
    form.paper.row((planned, half), (reached, WIDTH - LABEL - half), at=LABEL)
    form.paper.label(kit.pick("年度总体目标", "年度绩效目标", "总体目标", "年度总体目标完成情况"), first, LABEL)
    form.tables["goals"] = goals_rows([("annual", planned), ("annual_actual", reached)])
    items = kit.items(actual=True, weights=True)
    columns: list[tuple[str, float, Callable[[Item], str]]] = [
        ("一级指标", 3, lambda i: i.level1),
        ("二级指标", 3, lambda i: i.level2),
        (rng.choice(_LEVEL3), 5, lambda i: i.level3),
    ]
    values: list[tuple[str, float, Callable[[Item], str]]] = [
        (rng.choice(_TARGET), 2.5, lambda i: _raw(i.target)),
        (rng.choice(_ACTUAL), 2.5, lambda i: _raw(i.actual)),
        (rng.choice(_WEIGHT), 1.5, lambda i: i.weight),
        (rng.choice(_SCORE), 1.5, lambda i: i.score),
    ]
    if rng.random() < 0.3:
        values = [values[2], *values[:2], values[3]]
    columns += [*values, (rng.choice(_NOTE), 4, lambda i: i.note)]
    form.grid(items, columns, side=kit.pick("绩效指标", "绩效指标（90分）", ""))
    form.keep(items)
    total = plain(sum((Decimal(i.score) for i in items), Decimal(0)))
    form.paper.row((kit.pick("总分", "合计"), 16), (str(rng.randint(80, 100)), 4), (total, 4))
    if rng.random() < 0.5:
        form.section("其他需说明的问题", "无")


def midterm(form: _Form) -> None:
    """Long-term and annual goals, and their indicators, side by side."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.title("{year}年项目支出绩效目标表", "{place}专项资金绩效目标表", "项目绩效目标批复表（{year}年度）")
    form.document["project"] = project = kit.project()
    form.pairs(("项目名称", project), form.department("主管部门", "批复单位", "省级业务主管部门", "资金主管部门"))
    first = paper.rows
    whole = rng.randint(100, 90_000)
    far = whole * 3
    long_name, year_name = kit.pick("实施期资金总额", "中期资金总额"), kit.pick("年度资金总额", "资金总额")
    below = kit.pick("其中：财政拨款", "其中：中央补助", "财政拨款")
    for number, (name, other) in enumerate(((long_name, year_name), (below, below))):
        paper.row((name, 5), (kit.amount(far), 5), (other, 5), (kit.amount(whole), 6), at=LABEL)
        for column, (item, amount, period) in enumerate(((name, far, "long_term"), (other, whole, "full_year"))):
            parent = "" if number == 0 else long_name if column == 0 else year_name
            form.fund(
                2 * number + column + 1, item, kit.amount(amount), period=period, level=str(number + 1), parent=parent
            )
    paper.label(form.labelled(kit.pick("项目资金", "资金情况", "资金投入情况")), first, LABEL)
    goals = (kit.goal(3), kit.goal(2))
    labels = rng.choice(
        (
            ("中期目标", "年度目标"),
            ("中期目标（2024年—2026年）", "年度目标"),
            ("实施期目标", "年度目标"),
            ("实施期总目标", "本年度目标"),
            ("长期目标", "年度目标"),
        )
    )
    first = paper.rows
    half = (WIDTH - LABEL) // 2
    paper.row((labels[0], half), (labels[1], WIDTH - LABEL - half), at=LABEL)
    paper.row((goals[0], half), (goals[1], WIDTH - LABEL - half), at=LABEL)
    paper.label(kit.pick("总体目标", "绩效目标"), first, LABEL)
    form.tables["goals"] = goals_rows([("long_term", goals[0]), ("annual", goals[1])])
    items = kit.items()
    if rng.random() < 0.5:
        rows = [Item(i.level1, i.level2, i.level3, i.target, other=i.target) for i in items]
        columns: list[tuple[str, float, Callable[[Item], str]]] = [
            ("一级指标", 3, lambda i: i.level1),
            ("二级指标", 3, lambda i: i.level2),
            ("三级指标", 6, lambda i: i.level3),
            (kit.pick("年度目标值", "年度指标值", "当年指标值"), 3, lambda i: _raw(i.target)),
            (kit.pick("实施周期目标值", "实施期指标值", "中期指标值", "中长期目标值"), 3, lambda i: _raw(i.other)),
        ]
        form.grid(rows, columns, side=kit.pick("绩效指标", ""))
        form.keep(rows, other="long_term")
        return
    second = [Item(i.level1, i.level2, kit.name(True), kit.value(True)) for i in items]
    said = rng.choice((("（长期）", "（年度）"), ("（实施期）", "（年度）"), ("", "")))
    pairs = dict(zip(map(id, items), second, strict=True))
    columns = [
        ("一级指标", 3, lambda i: i.level1),
        ("二级指标", 3, lambda i: i.level2),
        (f"三级指标{said[0]}", 4, lambda i: i.level3),
        (f"指标值{said[0]}", 3, lambda i: _raw(i.target)),
        (f"三级指标{said[1]}", 4, lambda i: pairs[id(i)].level3),
        (f"指标值{said[1]}", 3, lambda i: _raw(pairs[id(i)].target)),
    ]
    form.grid(items, columns, side="绩效指标")
    form.keep(items, "long_term")
    form.keep(second)


def department_overall(form: _Form) -> None:
    """部门整体预算绩效目标表 with income beside expenditure, the year's tasks, and one target."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.unit_at = rng.choice(("label", "above", "none"))
    form.title(
        "{year}年市级部门整体预算绩效目标表", "{place}部门整体支出绩效目标申报表", "{year}年{place}部门整体绩效目标表"
    )
    paper.row((kit.pick("部门名称", "单位名称", "填报部门", "部门（单位）名称"), 4), (kit.department, WIDTH - 4))
    form.document["department"] = kit.department
    staff, units = rng.randint(10, 900), rng.randint(1, 30)
    paper.row(("基本信息", LABEL), ("财政供养人员数", 6), (str(staff), 4), ("下属二级单位数", 6), (str(units), 5))
    form.tables["staffing"] = [
        {"seq": "1", "metric": "财政供养人员", "value": str(staff), "unit": ""},
        {"seq": "2", "metric": "下属单位", "value": str(units), "unit": ""},
    ]
    first = paper.rows
    base, projects = rng.randint(100, 999_999), rng.randint(100, 999_999)
    heads = (kit.pick("部门预算支出", "支出构成", "预算支出"), kit.pick("收入来源", "部门预算收入", "资金来源"))
    money = form.labelled(kit.pick("预算金额", "金额", "预算数"))
    paper.row((heads[0], 6), (money, 5), (heads[1], 5), (money, 5), at=LABEL)
    left = (("基本支出", base), ("项目支出", projects))
    right = ((kit.pick("财政拨款", "财政拨款收入"), base + projects), (kit.pick("其他资金", "其他收入", "单位资金"), 0))
    for (a, x), (b, y) in zip(left, right, strict=True):
        paper.row((a, 6), (kit.amount(x), 5), (b, 5), (kit.amount(y), 5), at=LABEL)
    for seq, (side, name, amount, head) in enumerate(
        [*(("expenditure", n, a, heads[0]) for n, a in left), *(("income", n, a, heads[1]) for n, a in right)], 1
    ):
        form.fund(seq, name, kit.amount(amount), side=side, parent=head)
    paper.label(kit.pick("预算整体情况", "年度预算情况", "部门预算情况", "年度资金总体情况"), first, LABEL)
    goal = kit.goal(4)
    form.section(kit.pick("总体绩效目标", "整体绩效目标", "年度总体目标", "部门整体绩效总目标"), goal)
    form.tables["goals"] = goals_rows([("annual", goal)])
    first = paper.rows
    named = kit.pick("名称", "任务名称", "重点工作名称")
    paper.row(
        (named, 4),
        (kit.pick("主要实施内容", "主要内容", "工作举措"), 7),
        (form.labelled(kit.pick("拟投入的资金", "预算金额", "所需经费")), 4),
        (kit.pick("期望达到的目标（概述）", "期望达到的目标", "预期成效", "预期达到的效果"), 6),
        at=LABEL,
    )
    for seq in range(1, rng.randint(2, 5)):
        name, content, expected = kit.project(), kit.goal(1), kit.goal(1)
        amount = kit.amount(rng.randint(100, 90_000))
        paper.row((name, 4), (content, 7), (amount, 4), (expected, 6), at=LABEL)
        form.tables["tasks"].append(
            {
                "seq": str(seq),
                "name": name,
                "content": content,
                "amount": amount,
                "money_unit": form.money,
                "expected": expected,
            }
        )
    paper.label(kit.pick("年度重点工作任务", "年度主要任务", "年度工作任务", "本年度重点任务"), first, LABEL)
    items = kit.items()
    form.grid(
        items,
        [
            ("一级指标", 3, lambda i: i.level1),
            ("二级指标", 4, lambda i: i.level2),
            (rng.choice(_LEVEL3[:4]), 8, lambda i: i.level3),
            (rng.choice(_TARGET), 5, lambda i: _raw(i.target)),
        ],
        side=kit.pick("绩效指标", "年度绩效指标"),
    )
    form.keep(items)


def by_type(form: _Form) -> None:
    """项目支出绩效自评表 whose indicators stand under types, sign, value and unit apart, points and a standard."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.title("{year}年度项目支出绩效自评表", "{place}{year}年度项目绩效自评表")
    form.document["project"] = project = kit.project()
    form.pairs(
        ("项目名称", project),
        *form.people(),
        form.department("项目主管部门", "主管部门"),
        ("项目实施单位", kit.place + "某中心"),
    )
    budget = rng.randint(1000, 900_000)
    first = paper.rows
    half = (WIDTH - LABEL) // 2
    paper.row(
        (kit.pick("全年预算数（A）", "全年预算数（A）\n（上年结转+年初预算+本年追加）", "预算数"), half),
        (kit.pick("全年执行数（B）", "执行数"), WIDTH - LABEL - half),
        at=LABEL,
    )
    spent = budget * 9 // 10
    paper.row((kit.amount(budget), half), (kit.amount(spent), WIDTH - LABEL - half), at=LABEL)
    label = kit.pick("项目预算执行情况", "预算执行情况", "资金执行情况")
    paper.label(form.labelled(label), first, LABEL)
    for measure, amount in (("budget", budget), ("executed", spent)):
        form.fund(1, label, kit.amount(amount), measure=measure, side="expenditure")
    planned, reached = kit.goal(1), kit.goal(1)
    first = paper.rows
    paper.row(
        (kit.pick("全年绩效目标", "年初绩效目标"), half),
        (kit.pick("全年目标实际完成情况", "全年实际完成情况"), WIDTH - LABEL - half),
        at=LABEL,
    )
    paper.row((planned, half), (reached, WIDTH - LABEL - half), at=LABEL)
    paper.label("当年绩效目标", first, LABEL)
    form.tables["goals"] = goals_rows([("annual", planned), ("annual_actual", reached)])
    items = kit.items(actual=True, weights=True, types=True)
    items = [
        Item(i.level1, "", i.level3, i.target, i.actual, i.weight, "", "达到目标得满分，未达到按比例得分")
        for i in items
    ]

    def sign(item: Item) -> str:
        return "无" if item.target is None or item.target.is_word else item.target.sign

    form.grid(
        items,
        [
            (kit.pick("指标类型", "指标类型", "一级指标"), 3, lambda i: i.level1),
            ("指标名称", 6, lambda i: i.level3),
            (kit.pick("指标性质", "指标方向"), 2, sign),
            (kit.pick("指标值", "目标值"), 2, lambda i: i.target.number if i.target else ""),
            ("计量单位", 2, lambda i: (i.target.unit or "无") if i.target else ""),
            (rng.choice(_WEIGHT), 2, lambda i: i.weight),
            (rng.choice(_ACTUAL), 2, lambda i: i.actual.number if i.actual else ""),
            (kit.pick("评价标准", "评分标准", "评分办法"), 5, lambda i: i.note),
        ],
    )
    form.keep(items)
    form.section("说明", "请在此处逐一说明完成度较差绩效指标的原因")


def monitoring(form: _Form) -> None:
    """绩效运行监控表: what was done by June, and what is likely by the year's end."""
    kit, rng, paper = form.kit, form.rng, form.paper
    form.title(
        "{year}年度项目支出绩效运行监控表", "{place}项目绩效目标执行监控表", "转移支付区域绩效目标监控表（{year}年度）"
    )
    form.document["project"] = project = kit.project()
    form.pairs(
        (kit.pick("项目名称", "专项名称", "专项资金名称"), project),
        form.department("主管部门", "省级主管部门", "预算单位"),
    )
    first = paper.rows
    columns = [
        (kit.pick("年初预算数", "全年预算数"), "full_year", "budget"),
        ("1-6月执行数", "half_year", "executed"),
        (kit.pick("1-6月执行率", "上半年执行率"), "half_year", "rate"),
        ("全年预计执行数", "full_year", "planned"),
    ]
    widths = shares([1.0] * 4, 14)
    paper.row(("", WIDTH - LABEL - 14), *((c, w) for (c, _, _), w in zip(columns, widths, strict=True)), at=LABEL)
    whole = rng.randint(1000, 900_000)
    names = ["年度资金总额", kit.pick("其中：财政拨款", "其中：本年财政拨款"), "其他资金"]
    for number, (name, total) in enumerate(zip(names, (whole, whole - 500, 500), strict=True)):
        texts = [kit.amount(total), kit.amount(total // 2), f"{rng.randint(20, 70)}%", kit.amount(total)]
        for (_, period, measure), text in zip(columns, texts, strict=True):
            form.fund(
                number + 1,
                name,
                text.rstrip("%"),
                raw=text,
                period=period,
                measure=measure,
                level="2" if number else "1",
                parent=names[0] if number else "",
                unit="" if measure == "rate" else form.money,
            )
        paper.row((name, WIDTH - LABEL - 14), *zip(texts, widths, strict=True), at=LABEL)
    paper.label(form.labelled(kit.pick("预算执行情况", "资金情况", "项目资金")), first, LABEL)
    goal = kit.goal(2)
    form.section(kit.pick("年度总体目标", "年度目标", "总体目标"), goal)
    form.tables["goals"] = goals_rows([("annual", goal)])
    items = [
        Item(
            i.level1,
            i.level2,
            i.level3,
            i.target,
            None,
            "",
            "",
            kit.pick("确定能", "有可能", "不可能"),
            kit.reached(i.target) if i.target else None,
        )
        for i in kit.items()
    ]
    half = kit.pick("1-6月执行情况", "半年度指标执行情况", "上半年完成值")
    form.grid(
        items,
        [
            ("一级指标", 3, lambda i: i.level1),
            ("二级指标", 3, lambda i: i.level2),
            ("三级指标", 5, lambda i: i.level3),
            (kit.pick("年度指标值", "目标值", "全年预期值"), 3, lambda i: _raw(i.target)),
            (half, 3, lambda i: _raw(i.other)),
            (kit.pick("完成目标可能性", "完成目标可能性（确定能、有可能、不可能）"), 3, lambda i: i.note),
        ],
        side=kit.pick("绩效指标", ""),
    )
    for item in items:
        form.indicators.append(item)
        seq = len(form.indicators)
        for value, period, measure in ((item.target, "full_year", "target"), (item.other, "half_year", "actual")):
            if value is not None:
                form.targets.append(value.row(seq, period, measure))


KINDS: dict[str, Callable[[_Form], None]] = {
    "project-targets": project_targets,
    "self-evaluation": self_evaluation,
    "midterm-and-annual": midterm,
    "department-overall": department_overall,
    "evaluation-by-type": by_type,
    "monitoring": monitoring,
}


def invent_kin(family: str, seed: int) -> Kin:
    """Return the invented form of *family* and *seed*; the same seed gives the same form."""
    form = _Form(family, seed)
    KINDS[family](form)
    return form.done()

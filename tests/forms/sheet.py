"""The blocks of a form: which cells stand where, in the family's order, before they are put on pages."""

from __future__ import annotations

from .form import Form, FundItem, Header, Indicator, Section, Target
from .layout import Block, Cell
from .style import Style

# Where a typist breaks a label by hand.
_BREAKS = {
    "单位主要职能": "单位\n主要职能",
    "机构设置及人员配置": "机构设置及\n人员配置",
    "机构设置和人员情况": "机构设置和\n人员情况",
    "人员结构情况": "人员结构\n情况",
    "部门主要职能": "部门\n主要职能",
    "部门职能概述": "部门职能\n概述",
    "中长期目标": "中长期\n目标",
    "年度总体目标": "年度总体\n目标",
    "部门（单位）名称": "部门（单位）\n名称",
    "部门名称": "部门\n名称",
}
_HEADER_BREAKS = {
    "全年预算数": "全年\n预算数",
    "半年计划执行数": "半年\n计划执行数",
    "半年指标值": "半年\n指标值",
    "全年指标值": "全年\n指标值",
    "半年（程）指标值": "半年（程）\n指标值",
    "全年（程）指标值": "全年（程）\n指标值",
}


class Sheet:
    """Turns the parts of a form into blocks of one table width."""

    def __init__(self, form: Form, style: Style) -> None:
        self.form = form
        self.style = style
        self.left = style.margin
        self.width = style.page[0] - 2 * style.margin

    def edges(self, shares: tuple[float, ...]) -> list[float]:
        """Return the columns' edges; *shares* need not add up to 1."""
        whole, at = sum(shares), self.left
        edges = [at]
        for share in shares:
            at += self.width * share / whole
            edges.append(at)
        return edges

    def label(self, text: str) -> str:
        return _BREAKS.get(text, text) if self.style.label_breaks else text

    def heading(self, text: str) -> str:
        return _HEADER_BREAKS.get(text, text) if self.style.header_breaks else text

    def section(self, section: Section, text: str, *, align: str = "left") -> Block:
        """Return a row of a left label and one long cell."""
        style = self.style
        cells = [
            Cell(0, 0, self.label(section.label), role="merged"),
            Cell(0, 1, text, align=align, indent=style.indent if align == "left" else 0),
        ]
        return Block(self.edges((style.label_width, 1 - style.label_width)), cells, 1, long=True)

    def funds(self) -> Block:
        """Return the funds block: label, side, item, sub-item, half year, full year."""
        form, style = self.form, self.style
        rest = 1 - style.label_width - style.side_width - sum(style.item_widths)
        edges = self.edges((style.label_width, style.side_width, *style.item_widths, rest / 2, rest / 2))
        cells: list[Cell] = []
        row = 0
        for side, word in (("income", "收入"), ("expenditure", "支出")):
            items = [item for item in form.funds if item.side == side]
            cells.append(Cell(row, 1, word, rows=len(items) + 1, role="level"))
            cells.append(Cell(row, 2, "", columns=2))
            words = ("全年预算数",) if len(items[0].amounts) == 1 else ("半年计划执行数", "全年预算数")
            cells += self._amounts(row, tuple(self.heading(word) for word in words), "center")
            row += 1
            for item in items:
                cells += self._fund_row(row, item, items)
                row += 1
        cells.append(Cell(0, 0, form.fund_label, rows=row, role="level"))
        return Block(edges, cells, row)

    def _amounts(self, row: int, texts: tuple[str, ...], align: str) -> list[Cell]:
        if len(texts) == 1:
            return [Cell(row, 4, texts[0], columns=2, align=align)]
        return [Cell(row, 4 + number, text, align=align) for number, text in enumerate(texts)]

    def _fund_row(self, row: int, item: FundItem, items: list[FundItem]) -> list[Cell]:
        style = self.style
        below = [other for other in items if other.parent == "财政拨款"]
        cells = []
        if item.item == "财政拨款":
            cells.append(Cell(row, 2, item.item, rows=len(below) + 1, role="merged"))
            cells.append(Cell(row, 3, "小计", align=style.name_align))
        elif item in below:
            cells.append(Cell(row, 3, item.item, align=style.name_align))
        else:
            cells.append(Cell(row, 2, item.item, columns=2, align=style.name_align))
        return cells + self._amounts(row, tuple(amount.raw for amount in item.amounts), style.number_align)

    def grid(self, header: Header, rows: tuple[Indicator, ...]) -> Block:
        """Return the grid under one header line."""
        style, form = self.style, self.form
        words = ["一级指标", "二级指标", "重点工作", "对应项目", "三级指标", *form.period_words]
        if not header.wide:
            words = words[:2] + words[4:]
        cells = [Cell(0, column, self.heading(word)) for column, word in enumerate(words)]
        keys: list[tuple[str, ...]]
        keys = [(row.level1, row.level2, row.key_work, row.project) for row in rows]
        if not header.wide:
            keys = [key[:2] for key in keys]
        for depth in range(len(keys[0])):
            for start, length in _spans([key[: depth + 1] for key in keys], style.repeat_labels):
                role = "level" if depth < 2 else "merged"
                align = "center" if depth == 0 else style.name_align if depth != 2 else style.text_align
                text = keys[start][depth]
                cells.append(Cell(start + 1, depth, text, rows=length, align=align, role=role))
        last = len(words) - 3
        for number, row in enumerate(rows, 1):
            cells.append(Cell(number, last, row.level3, align=style.name_align))
            for column, target in ((last + 1, row.half), (last + 2, row.full)):
                cells.append(Cell(number, column, _raw(target)))
        shares = style.wide if header.wide else style.narrow
        return Block(self.edges(shares), cells, len(rows) + 1, header=1)

    def blocks(self) -> list[Block]:
        """Return every block of the form, top to bottom."""
        form, style = self.form, self.style
        blocks = [self.section(Section(form.department_label, ""), form.department, align=style.name_align)]
        if form.functions is not None:
            # Nobody runs items on that have no mark at their end.
            run_on = style.run_on and all(clause.text.endswith(("。", "；")) for clause in form.clauses)
            between = "" if run_on else "\n"
            text = between.join(clause.label + clause.text for clause in form.clauses)
            blocks.append(self.section(form.functions, text))
        if form.staffing is not None:
            blocks.append(self.section(form.staffing, form.staffing.text))
        if form.funds:
            blocks.append(self.funds())
        for goal in form.goals:
            blocks.append(self.section(Section(goal.label, ""), goal.text))
        start = 0
        for header in form.headers:
            blocks.append(self.grid(header, form.indicators[start : start + header.rows]))
            start += header.rows
        return blocks


def _raw(target: Target | None) -> str:
    return "" if target is None else target.raw


def _spans(keys: list[tuple[str, ...]], every_row: bool) -> list[tuple[int, int]]:
    """Return (start, length) of each run of equal keys."""
    spans: list[tuple[int, int]] = []
    for number, key in enumerate(keys):
        if spans and keys[number - 1] == key and not every_row:
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((number, 1))
    return spans

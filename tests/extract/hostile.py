"""Text that wants to be slow: a place in a form, and what is poured into it line by line.

`PLACES` are beginnings of a form, each ending where a part of it begins. `FILLINGS` return *n* lines to
go there. Every pair of the two is a document that must end soon, in an answer or a refusal, and take no
more than n times the work of one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

HEAD = "某市部门整体预算绩效目标表\n2025年度\n单位名称 某市某局\n"
FUNDS = "部门整体资金（万元）\n收入\n全年预算数\n资金总额 10\n支出\n半年计划执行数 全年预算数\n"
NARROW = "一级指标 二级指标 三级指标 半年指标值 全年指标值\n"
WIDE = "一级指标 二级指标 重点工作 对应项目 三级指标 半年指标值 全年指标值\n"

PLACES = {
    "nowhere": "",
    "head": HEAD,
    "functions": HEAD + "主要职能\n",
    "staffing": HEAD + "主要职能\n（1）拟订规划。\n机构设置及人员配置\n",
    "income": HEAD + "主要职能\n（1）拟订规划。\n部门整体资金（万元）\n收入\n全年预算数\n",
    "expenditure": HEAD + "主要职能\n（1）拟订规划。\n" + FUNDS,
    "goal": HEAD + "主要职能\n（1）拟订规划。\n" + FUNDS + "项目支出 5 10\n年度目标\n",
    "narrow grid": HEAD + FUNDS + "项目支出 5 10\n甲专项 5 10\n年度目标\n做好工作。\n" + NARROW,
    "wide grid": HEAD + FUNDS + "项目支出 5 10\n甲专项 5 10\n年度目标\n做好工作。\n" + WIDE + "履职\n",
}
"""Beginnings of a form, by the part that would come next."""


def _numbered(line: str) -> Callable[[int], Iterator[str]]:
    return lambda n: (line.replace("#", str(i)) for i in range(1, n + 1))


def _same(*lines: str) -> Callable[[int], Iterator[str]]:
    return lambda n: (lines[i % len(lines)] for i in range(n))


def _other_headers(n: int) -> Iterator[str]:
    """Column headers, no two alike."""
    names = ("一级指标", "二级指标", "重点工作", "对应项目", "权重", "备注", "全年指标值", "半年指标值", "指标值")
    for i in range(n):
        picked = [names[i // 9**k % 9] for k in range(5)]
        yield " ".join((*picked, "三级指标"))


FILLINGS: dict[str, Callable[[int], Iterator[str]]] = {
    "brackets": _same("（" * 40),
    "brackets on long lines": lambda n: ("（《“" * 40 * 20 for _ in range(n // 20)),
    "closing brackets": _same("）”" * 20),
    "signs no cell begins with": _same("，、。" * 10),
    "bidi marks": _same("\u202e\u2066指标\u2069\u202c\u200f"),
    "odd characters": _same("⻓期⽬标\u200b　\u00ad⼯作"),
    "nulls": _same("指\0标"),
    "words": _same("统筹推进全市科技创新体系建设和科技体制"),
    "words, no two lines alike": _numbered("统筹推进全市第#项科技创新体系建设和科技体制"),
    "short words, no two alike": _numbered("工作#"),
    "long lines": lambda n: ("统筹推进全市科技创新体系建设" * 60 for _ in range(n // 20)),
    "spaced letters": _same("甲 乙 丙 丁 戊 己 庚 辛"),
    "values": _same("≥95%"),
    "values, no two alike": _numbered("≥#个"),
    "values in pairs": _same("≥95% ≥95%"),
    "values on long lines": lambda n: ("≥95% " * 200 for _ in range(n // 20)),
    "halves of values": _same("不低于", "2025年12"),
    "amounts": _same("0"),
    "amounts in pairs": _same("0 12.5"),
    "digits": _same("1" * 40),
    "rows": _numbered("完成数量# ≥#个 ≥#个"),
    "rows with levels": _numbered("产出指标 数量指标 完成数量# ≥#个 ≥#个"),
    "rows under two levels in turn": _same("决策 完成数 1个 1个", "过程 完成数 1个 1个"),
    "rows with works": _numbered("重点工作# 建设第#号项目 甲#专项 完成数量# ≥#个 ≥#个"),
    "levels": _same("决策"),
    "two levels in turn": _same("决策", "过程"),
    "second levels": _same("预算编制", "预算执行"),
    "names of items": _numbered("第#项专项经费"),
    "long names of items": _numbered("关于进一步加强和改进全市第#项科技创新体系建设"),
    "items": _numbered("第#项专项经费 # #"),
    "items of one name": _same("甲专项 1 2"),
    "totals": _same("资金总额 1", "财政拨款", "小计 1", "项目支出 1 2"),
    "side labels": _same("收入", "支出"),
    "sub-totals": _same("财政拨款 小计 1"),
    "column headers": _same(NARROW.strip()),
    "column headers in turn": _same(NARROW.strip(), WIDE.strip()),
    "column headers, no two alike": _other_headers,
    "one endless column header": lambda n: ("三级指标", *("全年指标值",) * n),
    "money headers": _same("全年预算数"),
    "money headers on one line": lambda n: (" ".join(("全年预算数",) * 200) for _ in range(n // 20)),
    "one heading": _same("年度目标"),
    "headings": _same("主要职能", "年度目标", "中长期目标", "机构设置及人员配置", "部门整体资金（万元）"),
    "headings in pieces": _same("部门", "整体", "资金（万", "元"),
    "titles": _same("某市部门整体预算绩效目标表"),
    "forms": _same("某市部门整体预算绩效目标表", "单位名称 某市某局", "主要职能", "（1）拟订规划。"),
    "fields": _same("单位名称：某市某局"),
    "fields in grids": _same("联系人 某某", "联系电话 1"),
    "years": _same("2025年度"),
    "clauses": _numbered("（#）拟订规划并组织实施。"),
    "clauses in one line": lambda n: ("".join(f"（{i}）订；" for i in range(k, min(k + 400, n))) for k in range(1, n, 400)),
    "clauses with odd characters": lambda n: (
        "".join(f"（{i}）订\u200b；" for i in range(k, min(k + 400, n))) for k in range(1, n, 400)
    ),
    "staffing figures": _numbered("行政编制#名，"),
    "staffing words": _same("行政编制在职在编离退休"),
    "Chinese digits": _same("一二三四五六七八九十百千万亿" * 3),
    "page marks": _same("— 1 —", "第 1 页 共 9 页"),
    "page numbers": _numbered("#"),
    "page breaks": _same("\f统筹推进", "\f工作", "\f≥95%"),
    "page breaks among words": _numbered("\f统筹推进全市第#项科技创新体系建设"),
    "page breaks among rows": _numbered("\f完成数量# ≥#个 ≥#个"),
    "page breaks and column headers": _same("\f" + NARROW.strip(), "统筹推进"),
    "blank lines": _same("", "", "", "统筹推进"),
    "laid out": _same("     决策         预算编制            完成数              ≥95%        ≥95%"),
    "laid out words": _same("            统筹推进全市         科技创新体系         建设和科技"),
    "laid out headers": _same("     一级指标     二级指标      三级指标      半年指标值    全年指标值"),
    "laid out page breaks": _same("\f     决策         预算编制            完成数              ≥95%        ≥95%"),
}
"""What is poured in: a function from the number of lines to the lines."""


SURE_ROW = "完成数 1个 1个"
"""A row that plainly ends with its values."""


def document(place: str, filling: str, lines: int, sure_rows: int = 0) -> bytes:
    """Return the document that is *place* filled with about *lines* lines of *filling*.

    With *sure_rows* every so many lines are followed by a row that plainly ends.
    """
    poured = list(FILLINGS[filling](lines))
    if sure_rows:
        poured = [part for i, line in enumerate(poured) for part in (line, *[SURE_ROW][: i % sure_rows == 0])]
    return (PLACES[place] + "\n".join(poured)).encode()


def every_kind() -> list[tuple[str, str]]:
    """Return every place with every filling."""
    return [(place, filling) for place in PLACES for filling in FILLINGS]


_EVERYWHERE = (
    "brackets", "bidi marks", "words, no two lines alike", "values", "digits", "column headers",
    "column headers in turn", "column headers, no two alike", "one endless column header", "page breaks",
)  # fmt: skip
_OWN = {
    "nowhere": ("titles", "forms", "blank lines", "page numbers", "long lines", "laid out words"),
    "head": ("fields", "fields in grids", "years", "titles", "one heading", "headings", "money headers", "blank lines"),
    "functions": (
        "clauses", "clauses in one line", "clauses with odd characters", "Chinese digits", "odd characters",
        "signs no cell begins with", "page marks", "headings", "money headers on one line", "laid out page breaks",
    ),
    "staffing": ("staffing figures", "staffing words", "Chinese digits", "page numbers"),
    "income": ("totals", "sub-totals", "side labels", "amounts", "items", "money headers"),
    "expenditure": (
        "amounts in pairs", "items", "items of one name", "names of items", "long names of items", "side labels",
        "headings in pieces", "page breaks among words",
    ),
    "goal": ("words", "long lines", "one heading", "odd characters", "spaced letters"),
    "narrow grid": (
        "brackets on long lines", "closing brackets", "signs no cell begins with", "odd characters", "nulls", "words",
        "short words, no two alike", "long lines", "spaced letters", "values, no two alike", "values in pairs",
        "values on long lines", "halves of values", "amounts", "rows", "rows with levels",
        "rows under two levels in turn", "rows with works", "levels", "two levels in turn", "second levels",
        "headings in pieces", "page breaks among words", "page breaks among rows", "page breaks and column headers",
        "blank lines", "laid out", "laid out words", "laid out headers", "laid out page breaks",
    ),
    "wide grid": (
        "words", "short words, no two alike", "rows with works", "rows under two levels in turn", "levels", "amounts",
        "values in pairs", "halves of values", "page breaks among words",
    ),
}  # fmt: skip
KINDS = [
    (place, filling)
    for place in PLACES
    for filling in (*(_EVERYWHERE if place not in ("nowhere", "goal", "income") else ()), *_OWN[place])
]
"""The pairs worth looking at every time: what goes nowhere else, and what once took too long."""

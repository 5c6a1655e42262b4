"""The tables of the contract as data: names, types, Chinese titles, keys.

Everything that writes or describes a table (CSV, Parquet, workbook, data package, warehouse, the
data dictionary) reads this and nothing else. Other people's loads hang on the names: a column may
be added at a table's end, none is renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["string", "integer", "decimal", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. *title* and *description* are Chinese and meant for people."""

    name: str
    type: ColumnType
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """*columns* of the table that holds it point at *references* of *table*.

    *optional* keys may be blank in part (an indicator without a project has a document_id and no
    fund_seq). A data package has no words for that, so they stand here and not there.
    """

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table. *key* is empty for provenance, where blank cells are a part of what tells rows apart."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("document_id", "seq")
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)


def _text(name: str, title: str, description: str = "") -> Column:
    return Column(name, "string", title, description)


def _whole(name: str, title: str, description: str = "") -> Column:
    return Column(name, "integer", title, description)


def _decimal(name: str, title: str, description: str = "") -> Column:
    return Column(name, "decimal", title, description)


def _yes_no(name: str, title: str, description: str = "") -> Column:
    return Column(name, "boolean", title, description)


_DOCUMENT = _text("document_id", "表编号", "源文件 SHA-256 的前 16 位；同一文件的第二张表加 -2，依此类推")
_SEQ = _whole("seq", "序号", "按表中先后从 1 起")
_PERIOD = _text(
    "period",
    "时期",
    "full_year 全年（未印时期者亦同）、half_year 半年、second_half 下半年、quarter_1 一季度 等、months_9 1—9月 等、to_date 累计、"
    "long_term 中长期、last_year 上年、"
    "before_last 前年（不知本表年度时）、year_2023 等（表中印明的别的年度）",
)
_MONEY_UNIT = _text("money_unit", "金额单位", "如表所印：元、万元 等")
_OF_DOCUMENT = ForeignKey(("document_id",), "documents", ("document_id",))

TABLES: tuple[Table, ...] = (
    Table(
        "documents",
        "文件",
        "一张表一行",
        (
            _DOCUMENT,
            _text("source", "来源", "相对输入文件夹的路径，或文件名；压缩包内写作 a.zip/成员"),
            _text("sha256", "SHA-256", "源文件字节的散列值"),
            _text("media", "载体", "text、pdf、scan、docx、doc、xlsx、xls、html、md、csv"),
            _whole("pages", "页数"),
            _text("form", "表式", "表式名；没有专用表式的为 general"),
            _text("title", "标题", "标题行原文，不含单独成行的年度"),
            _text("department", "部门", "单位名称、部门名称或主管部门"),
            _text("department_code", "部门编码"),
            _text("project", "项目", "项目表的项目名称"),
            _whole("year", "年度"),
            _MONEY_UNIT,
            _text("status", "状态", "ok 无疑问、review 有问题或未读之处、partial 只读出一部分"),
            _whole("unread", "未读行数", "表 unread 中的行数"),
            _text("version", "程序版本"),
        ),
        key=("document_id",),
    ),
    Table(
        "fields",
        "其他栏目",
        "表头、表尾中没有自己的表或列的栏目",
        (
            _DOCUMENT,
            _SEQ,
            _text("label", "栏目"),
            _text("value", "内容"),
            _yes_no("personal", "个人信息", "姓名、电话为 true"),
        ),
        foreign_keys=(_OF_DOCUMENT,),
    ),
    Table(
        "functions",
        "职能",
        "主要职能逐条",
        (
            _DOCUMENT,
            _SEQ,
            _text("label", "条目标号", "如表所印：（1）、（一）、一、、1.、①"),
            _text("text", "内容", "标号之后的文字"),
        ),
        foreign_keys=(_OF_DOCUMENT,),
    ),
    Table(
        "staffing",
        "机构人员",
        "一个数字一行",
        (
            _DOCUMENT,
            _SEQ,
            _text("scope", "范围", "局本级等；未印为空"),
            _text("metric", "项目", "标准说法：内设机构、行政编制、在职在编、离退休 等"),
            _decimal("value", "数值"),
            _text("unit", "单位", "未印为空"),
            _text("text", "原句"),
        ),
        foreign_keys=(_OF_DOCUMENT,),
    ),
    Table(
        "funds",
        "资金",
        "每项、每时期、每口径一行；seq 是资金项的序号；各栏皆空的资金项留一行，金额为空",
        (
            _DOCUMENT,
            _SEQ,
            _text("side", "收支", "income 收入、expenditure 支出"),
            _text("item", "资金项"),
            _whole("level", "层级", "从 1 起"),
            _whole("parent_seq", "上级序号"),
            _text("parent", "上级"),
            _PERIOD,
            _text("measure", "口径", "budget 预算数、planned 计划执行数、executed 执行数 等"),
            _decimal("amount", "金额", "以表中单位计"),
            _MONEY_UNIT,
            _decimal("amount_yuan", "金额（元）", "单位不明时为空"),
            _text("raw", "原文"),
        ),
        key=("document_id", "seq", "period", "measure"),
        foreign_keys=(
            _OF_DOCUMENT,
            ForeignKey(("document_id", "parent_seq"), "funds", ("document_id", "seq"), optional=True),
        ),
    ),
    Table(
        "goals",
        "目标",
        "中长期目标、年度目标等",
        (
            _DOCUMENT,
            _SEQ,
            _text(
                "horizon",
                "期限",
                "long_term 中长期、annual 年度、annual_actual 年度实际完成、half_year_actual 上半年完成、"
                "annual_expected 全年预计完成 等",
            ),
            _text("text", "内容"),
        ),
        foreign_keys=(_OF_DOCUMENT,),
    ),
    Table(
        "tasks",
        "年度任务",
        "年度主要任务逐项",
        (
            _DOCUMENT,
            _SEQ,
            _text("name", "任务名称"),
            _text("content", "主要内容"),
            _decimal("amount", "预算金额", "以表中单位计"),
            _MONEY_UNIT,
            _text("expected", "预期目标"),
        ),
        foreign_keys=(_OF_DOCUMENT,),
    ),
    Table(
        "indicators",
        "指标",
        "一项指标一行；只印了级别名称的行 level3 为空，也没有指标值",
        (
            _DOCUMENT,
            _SEQ,
            _text("level1", "一级指标"),
            _text("level2", "二级指标"),
            _text("level3", "三级指标"),
            _text("key_work", "重点工作"),
            _text("project", "对应项目"),
            _whole("fund_seq", "资金项序号", "所用资金项在 funds 中的 seq，找到才有"),
            _text("weight", "权重", "权重或分值，如表所印"),
            _text("note", "说明", "评价标准、绩效标准、备注或原因；有几栏时各以栏名开头"),
            _text("score", "得分", "如表所印"),
        ),
        foreign_keys=(
            _OF_DOCUMENT,
            ForeignKey(("document_id", "fund_seq"), "funds", ("document_id", "seq"), optional=True),
        ),
    ),
    Table(
        "targets",
        "指标值",
        "每项指标、每时期、每口径一行；表中空白的格没有行",
        (
            _DOCUMENT,
            _whole("indicator_seq", "指标序号", "indicators 的 seq"),
            _PERIOD,
            _text("measure", "口径", "target 目标、adjusted_target 调整后的目标（另印有年初目标时）、actual 实际"),
            _text("raw", "原文", "表中所见"),
            _text("kind", "类型", "number 数值、range 区间、quality 定性、date 日期、text 文字"),
            _text("operator", "比较", "eq、ge、le、gt、lt、between、approx；定性与文字为空"),
            _text("value", "值", "十进制数，或 ISO 日期"),
            _text("value_max", "上限", "区间或时段的上限"),
            _text("unit", "单位", "如表所印，不换算"),
        ),
        key=("document_id", "indicator_seq", "period", "measure"),
        foreign_keys=(
            _OF_DOCUMENT,
            ForeignKey(("document_id", "indicator_seq"), "indicators", ("document_id", "seq")),
        ),
    ),
    Table(
        "findings",
        "问题",
        "核对中的疑问，供人判断；不改动任何数据",
        (
            _DOCUMENT,
            _SEQ,
            _text("rule", "规则"),
            _text("severity", "程度", "error 矛盾、warning 可疑、info 说明"),
            _text("message", "说明"),
            _text("table", "所在表"),
            _whole("row_seq", "所在行", "该表的 seq；指标值为 indicator_seq；不关某行的为空"),
            _text("field", "所在列"),
            _text("expected", "应为"),
            _text("actual", "实为"),
        ),
        foreign_keys=(_OF_DOCUMENT,),
    ),
    Table(
        "provenance",
        "出处",
        "每个值一行：在源文件何处读到，经过哪些处理",
        (
            _DOCUMENT,
            _text("table", "表"),
            _whole("seq", "行", "该表的 seq；指标值为 indicator_seq；documents 为空"),
            _text("field", "列"),
            _PERIOD,
            _text("measure", "口径", "仅资金与指标值"),
            _whole("page", "页", "从 1 起"),
            _decimal("x0", "左", "PDF 点，原点在左上角；没有版面的文件为空"),
            _decimal("top", "上"),
            _decimal("x1", "右"),
            _decimal("bottom", "下"),
            _whole("line_first", "首行", "文本文件的行号，从 1 起"),
            _whole("line_last", "末行"),
            _decimal("confidence", "把握", "0 到 1"),
            _text("steps", "处理", "从原文到值的处理步骤，以 ; 分隔"),
            _text("doubts", "疑点", "使把握降低的原因，以 ; 分隔"),
        ),
        key=(),
        foreign_keys=(_OF_DOCUMENT,),
    ),
    Table(
        "unread",
        "未读",
        "印出而没有归入以上任何表的文字",
        (
            _DOCUMENT,
            _SEQ,
            _whole("page", "页"),
            _whole("line", "行", "没有行号的文件为空"),
            _text("text", "文字"),
        ),
        foreign_keys=(_OF_DOCUMENT,),
    ),
)

DRIFT = Table(
    "drift",
    "表样变化",
    "各表式、各年度的表与表式有何不同：栏目、列、部分的新增、缺少、改名，以及用了别年表样的表；不属于某一张表",
    (
        _text("form", "表式"),
        _text("year", "年度", "不明为空"),
        _text("kind", "种类", "section 部分、column 列、label 栏目、layout 整张表"),
        _text("change", "变化", "new 新增、missing 缺少、renamed 改名、other_year 用别年表样"),
        _text("name", "名称", "如表所印；缺少的为空；other_year 为像哪一年"),
        _text("was", "原名", "表式中的名称；新增的为空"),
        _whole("forms", "份数", "有此变化的表"),
        _whole("of", "总份数", "此表式此年度的表"),
        _text("document_id", "表编号", "仅 other_year"),
    ),
    key=(),
)
"""Of the run as a whole and beside its tables: written as drift.csv."""

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}

_TYPES = {"string": "文字", "integer": "整数", "decimal": "十进制数", "boolean": "true/false"}


def dictionary_text() -> str:
    """Return the data dictionary as Markdown, for `jixiao schema`."""
    lines = ["# 数据字典", ""]
    for table in (*TABLES, DRIFT):
        lines += [f"## {table.name} {table.title}", "", f"{table.description}。", ""]
        lines += ["| 列 | 类型 | 名称 | 说明 |", "|---|---|---|---|"]
        lines += [f"| {c.name} | {_TYPES[c.type]} | {c.title} | {c.description} |" for c in table.columns]
        lines.append("")
        if table.key:
            lines.append(f"主键：{'、'.join(table.key)}")
        for key in table.foreign_keys:
            blank = "（可空）" if key.optional else ""
            ends = f"{'、'.join(key.columns)} → {key.table}（{'、'.join(key.references)}）"
            lines.append(f"外键：{ends}{blank}")
        lines.append("")
    return "\n".join(lines)
